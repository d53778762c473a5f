// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The clearing of futures: the final price
/// @notice Every step but the arbiter's is anyone's, and time alone leads past the arbiter.
interface IFuturesSettlement {
    /// @notice Proposes the index's average over the last day before expiry. Anyone.
    /// @dev `TooEarly` for a day, when the average is not as demanded.
    /// @param seriesId of an expired series
    /// @return ticks the price
    function propose(bytes32 seriesId) external returns (uint256 ticks);

    /// @notice Stakes a bond, out of the caller's tokens, on another price. Anyone, for a day.
    /// @param seriesId of a series with a proposed price
    /// @param ticks at most half as much away from the fallback
    function dispute(bytes32 seriesId, uint32 ticks) external;

    /// @notice Decides what the price is. ARBITER only, for three days. The bond goes back to the challenger if its price is nearer to the
    /// decided one than the proposed price is, else to insurance.
    /// @dev `OutOfBounds`, `TooLate`.
    /// @param seriesId of a series with a dispute
    /// @param ticks the proposed price, or any at most half as much away from the fallback
    function arbitrate(bytes32 seriesId, uint32 ticks) external;

    /// @notice Makes the price final when its time is over: the proposed one, or after a dispute that nobody decided the fallback. Anyone.
    /// The bond of a dispute goes where it would if the arbiter had chosen the fallback.
    /// @param seriesId of a series with a proposed price
    function finalise(bytes32 seriesId) external;

    /// @notice Turns positions into cash at the final price, and books what they owe beyond it, for a reward. Anyone.
    /// @param seriesId of a series whose price is final
    /// @param users at most 64; those without a position are passed over
    function resolve(bytes32 seriesId, address[] calldata users) external;
}
