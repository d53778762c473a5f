// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Implemented by a taker that has no capital: called after the tokens are its own and before they are paid for.
interface IPostedTaker {
    /// @notice Must leave `price` WFIL with an allowance for posted collateral, and return
    /// `IPostedTaker.onPostedTake.selector`.
    /// @param loanId the loan in liquidation
    /// @param token what was sent to the receiver
    /// @param amount of it [token units]
    /// @param price what it costs [attoFIL]
    /// @param data as passed to `take`
    function onPostedTake(
        uint256 loanId,
        address token,
        uint256 amount,
        uint256 price,
        bytes calldata data
    ) external returns (bytes4);
}
