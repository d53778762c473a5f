// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice One reading of an index. It holds until the next one.
struct Observation {
    uint32 epoch; // when it was made [epoch]
    uint80 answer; // [the feed's decimals]
    uint112 cum; // sum of answer x epochs from the first observation to this one
    uint32 gaps; // gaps above MAX_GAP that ended at or before this observation
}

/// @title Indices that futures are marked by and settled on
/// @notice Readings of curated feeds and their time-weighted averages (docs/SPEC-futures.md, section 2).
interface IFuturesIndex {
    /// @notice Reads the feed, if its spacing allows and its answer is valid; else does nothing. Anyone.
    /// @param indexId of a registered index
    /// @return newest observation after the call; all zero if there is none
    function observe(uint32 indexId) external returns (Observation memory newest);

    /// @notice The newest observation; all zero if there is none.
    /// @param indexId of a registered index
    function newestOf(uint32 indexId) external view returns (Observation memory);

    /// @notice The index and its sum at an epoch, as the newest observation at or before it says.
    /// @param indexId of a registered index
    /// @param epoch not after the present one
    /// @return covered whether such an observation is still kept; the rest is 0 if not
    /// @return answer in force at that epoch [the feed's decimals]
    /// @return cum sum of answer x epochs up to that epoch
    function at(uint32 indexId, uint32 epoch) external view returns (bool covered, uint256 answer, uint256 cum);

    /// @notice Time-weighted average.
    /// @param indexId of a registered index
    /// @param from first epoch
    /// @param to last epoch, after `from`, not after the present one
    /// @return covered whether the whole span is still kept; the rest is false and 0 if not
    /// @return good whether there are enough observations and no gap is too long
    /// @return answer average, rounded down [the feed's decimals]
    function twap(
        uint32 indexId,
        uint32 from,
        uint32 to
    ) external view returns (bool covered, bool good, uint256 answer);

    /// @notice An answer as a price.
    /// @param indexId of a registered index
    /// @param answer [the feed's decimals]
    /// @return ticks rounded to the nearest, half up, at most 2^32 - 1
    function toTicks(uint32 indexId, uint256 answer) external view returns (uint32 ticks);
}
