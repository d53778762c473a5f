// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPledgeVault} from "../../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {WFIL9} from "./WFIL9.sol";

/// @notice WFIL that looks at the vault whenever the vault calls it: whoever got control there would see what it notes.
contract HookedWFIL is WFIL9 {
    IPledgeVault public vault;
    /// Share price and state hash at each look.
    bytes32[] public seen;

    function watch(IPledgeVault vault_) external {
        vault = vault_;
        delete seen;
    }

    function looks() external view returns (uint256) {
        return seen.length;
    }

    function deposit() public payable override {
        _look();
        super.deposit();
    }

    function withdraw(uint256 amount) public override {
        _look();
        super.withdraw(amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _look();
        return super.transferFrom(from, to, amount);
    }

    function _look() private {
        if (address(vault) == address(0)) return;
        seen.push(keccak256(abi.encode(vault.poolState(), vault.totalSupply(), vault.convertToAssets(1e24))));
    }
}
