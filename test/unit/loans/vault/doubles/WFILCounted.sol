// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {WFIL9} from "./WFIL9.sol";

/// @notice Wrapped FIL as most live ones are: the supply is a number in storage, and wrapping is a transfer from zero.
contract WFILCounted is WFIL9 {
    uint256 private _supply;

    function deposit() public payable override {
        _supply += msg.value;
        super.deposit();
        emit Transfer(address(0), msg.sender, msg.value);
    }

    function withdraw(uint256 amount) public override {
        _supply -= amount;
        emit Transfer(msg.sender, address(0), amount);
        super.withdraw(amount);
    }

    function totalSupply() public view override returns (uint256) {
        return _supply;
    }
}
