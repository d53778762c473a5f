// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title What posted collateral asks of the loan book
/// @notice Posted collateral never asks the loan book for anything that would make the loan book ask back: what its own
/// part is worth it hands over. So the loan book can be asked while posted collateral is in the middle of a change, and
/// `IPostedCollateral.weightedValues` can refuse to answer then.
interface ICollateralLedger {
    /// @notice Whether `who` is the holder of the loan's token or its approved operator. Reverts for a loan that does not
    /// exist or is closed.
    function isAuthorised(uint256 loanId, address who) external view returns (bool);

    /// @notice The debt brought to this epoch. Reverts for a loan that does not exist.
    /// @return [attoFIL], rounded up
    function debtOf(uint256 loanId) external view returns (uint256);

    /// @notice Epoch of the loan's last draw or attach: none of its collateral is sold in it [epoch].
    function coolOffSince(uint256 loanId) external view returns (uint256);

    /// @notice Reverts unless the loan passes the draw test with posted collateral of the given value, and no covenant
    /// that bars draws is broken. Reads the miners.
    /// @dev Must not call `weightedValues`.
    /// @param postedDrawValue posted collateral times its draw weights, as it will be [attoFIL]
    function requireDrawTest(uint256 loanId, uint256 postedDrawValue) external view;

    /// @notice What a liquidation of posted collateral is sized by. Reads the miners.
    /// @dev Must not call `weightedValues`.
    /// @return debt brought to this epoch [attoFIL], rounded up
    /// @return minersLiquidationValue value of the miners, less strips, times the liquidation weight; without posted
    /// collateral [attoFIL], rounded down
    /// @return targetHealthWad health that a liquidation aims at, above 1 [wad]
    /// @return minDebt no debt between 0 and this is left behind, unless a token is sold out [attoFIL]
    function positionSummary(
        uint256 loanId
    ) external view returns (uint256 debt, uint256 minersLiquidationValue, uint256 targetHealthWad, uint256 minDebt);

    /// @notice Notes whether anything is posted for the loan. Called when its first token comes and when its last one
    /// has gone. Only posted collateral. Reverts for a loan that does not exist or is closed.
    /// @dev Must not call `weightedValues`, since it is called in the middle of a change.
    /// While noted, the loan book asks `weightedValues` wherever the loan's value counts (draw, detach, release,
    /// review, impair, write-off), and does not let the loan be closed.
    function notePosted(uint256 loanId, bool any) external;

    /// @notice Books the price of posted collateral as a payment of debt: `price` FIL has arrived in the vault by method
    /// 0. Only posted collateral. The rest of the debt may be below the minimum. Reverts when the price exceeds the debt.
    /// @dev Must not call `weightedValues`.
    /// @param price [attoFIL]
    function settlePosted(uint256 loanId, uint256 price) external;
}
