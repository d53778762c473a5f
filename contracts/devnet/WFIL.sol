// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {IWFIL} from "../loans/interfaces/IWFIL.sol";

/// @title WFIL
/// @notice Wrapped FIL for local chains, with the behaviour of the wrapper on Filecoin (WETH9's): one token per
/// attoFIL held, wrapping by `deposit` or by a plain payment, unwrapping by a plain call with value. Live networks
/// use the wrapper that is there.
contract WFIL is ERC20, IWFIL {
    /// @notice Emitted when FIL is wrapped [attoFIL].
    event Deposit(address indexed account, uint256 amount);
    /// @notice Emitted when FIL is unwrapped [attoFIL].
    event Withdrawal(address indexed account, uint256 amount);

    /// @notice Thrown when the receiver of unwrapped FIL refuses it.
    error WFIL_PaymentRefused(address account, uint256 amount);

    constructor() ERC20("Wrapped Filecoin", "WFIL") {}

    /// @notice As `deposit`.
    receive() external payable {
        deposit();
    }

    /// @inheritdoc IWFIL
    function withdraw(uint256 amount) external {
        _burn(msg.sender, amount);
        emit Withdrawal(msg.sender, amount);
        (bool paid, ) = msg.sender.call{value: amount}("");
        if (!paid) revert WFIL_PaymentRefused(msg.sender, amount);
    }

    /// @inheritdoc IWFIL
    function deposit() public payable {
        _mint(msg.sender, msg.value);
        emit Deposit(msg.sender, msg.value);
    }
}
