// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The clearing of futures: release, liquidation, default
/// @notice Whatever needs the mark brings it up to date first.
interface IFuturesDefaults {
    /// @notice Observes the index and brings the mark up to date. Anyone. Does nothing once a price is proposed.
    /// @param seriesId of a listed series
    /// @return ticks the mark
    function refresh(bytes32 seriesId) external returns (uint256 ticks);

    /// @notice Takes the caller's tokens out of a series, before the price is final: at once, or in a storm in two steps.
    /// @dev `BelowMargin`, `NotThere`, `StaleMark`, `WrongState`, `Short`.
    /// @param seriesId of a listed series
    /// @param amount above 0 [token units]
    /// @return paid at once; 0 in a storm [token units]
    function release(bytes32 seriesId, uint256 amount) external returns (uint256 paid);

    /// @notice The second step. Anyone, for any user.
    /// @param seriesId of a listed series
    /// @param user who released
    /// @return paid [token units]
    function completeRelease(bytes32 seriesId, address user) external returns (uint256 paid);

    /// @notice Begins the discount of an account below its maintenance margin, or begins it anew after 90 epochs. Anyone.
    /// @param seriesId of a listed series
    /// @param user of it
    function flag(bytes32 seriesId, address user) external;

    /// @notice Ends it for an account that has its maintenance margin again: should it fall below once more, its discount starts anew.
    /// Anyone.
    /// @dev `NotFlagged`, `BelowMargin`.
    /// @param seriesId of a listed series
    /// @param user of it
    function unflag(bytes32 seriesId, address user) external;

    /// @notice Takes over lots of an account below its maintenance margin, at the mark less a discount. Anyone but the user, who
    /// needs the margin that any position needs.
    /// @dev An account that owes more than it has is written off first, and the lots are the residual account's.
    /// @param seriesId of a listed series
    /// @param user of it
    /// @param lots at most; above 0
    /// @return taken lots, positive for a long position
    function liquidate(bytes32 seriesId, address user, uint256 lots) external returns (int256 taken);

    /// @notice Books the loss of an account that owes more than it has; its position goes to the residual account. Anyone, for a reward.
    /// @param seriesId of a listed series
    /// @param user of it
    function writeOff(bytes32 seriesId, address user) external;

    /// @notice Pays for losses that nothing covered with what insurance has received since, within its caps. Anyone, until claims are
    /// open.
    /// @dev `ZeroAmount` when nothing is missing, or insurance has nothing that it may pay.
    /// @param seriesId of a listed series
    /// @return paid [token units]
    function cover(bytes32 seriesId) external returns (uint256 paid);

    /// @notice Takes over lots of the residual account, at the mark. Anyone with the margin that they need.
    /// @param seriesId of a listed series
    /// @param lots at most; above 0
    /// @return taken lots, positive for a long position
    function take(bytes32 seriesId, uint256 lots) external returns (int256 taken);
}
