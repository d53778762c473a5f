// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Wrapped FIL, the ERC-20 face of FIL: WETH9's interface.
interface IWFIL is IERC20 {
    /// @notice Wraps `msg.value` for the caller.
    function deposit() external payable;

    /// @notice Unwraps `amount` [attoFIL] to the caller by a plain call with value.
    function withdraw(uint256 amount) external;
}
