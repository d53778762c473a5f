// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a loan's posted tokens count for, each token times its weight.
struct PostedValue {
    uint256 draw; // at fresh prices only [attoFIL]
    uint256 call; // [attoFIL]
    uint256 liquidation; // [attoFIL]
}

/// @title What the loan book asks of the posted collateral
interface IPostedValues {
    /// @notice The value of all tokens posted for a loan. Never reverts for what a token or a feed does: what has no price counts 0.
    /// @dev The same encoding as three numbers.
    function weightedValues(uint256 loanId) external view returns (PostedValue memory);
}
