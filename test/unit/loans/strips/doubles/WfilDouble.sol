// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// Wrapped FIL by the book: WETH9's functions, no hooks.
contract WfilDouble is ERC20("Wrapped FIL", "WFIL") {
    error WfilDouble_PaymentFailed();

    function deposit() external payable {
        _mint(msg.sender, msg.value);
    }

    function withdraw(uint256 amount) external {
        _burn(msg.sender, amount);
        (bool ok, ) = msg.sender.call{value: amount}("");
        if (!ok) revert WfilDouble_PaymentFailed();
    }
}
