// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What is fixed of a series when it is listed.
struct SeriesTerms {
    address token; // quote token; zero when there is no such series
    uint96 tickValue; // [atoms per tick and lot]
    uint32 tradingEnd; // [epoch]
    uint32 expiry; // [epoch]
    uint32 deliveryStart; // at least 7 days after the expiry of a physical series [epoch]
    bool physical; // whether it may be settled by delivery
    uint64 minLots; // least lots of one intent or tender
}

/// @title What delivery reads of the clearing
/// @notice Views only: nothing that happens to a delivery moves money of the clearing.
interface IFuturesSeries {
    /// @notice Terms of a series; `token` is zero when it is not listed.
    /// @param seriesId of the series
    function termsOf(bytes32 seriesId) external view returns (SeriesTerms memory);

    /// @notice The mark as it stands now [ticks].
    /// @param seriesId of a listed series
    function markOf(bytes32 seriesId) external view returns (uint32 ticks);

    /// @notice The final price and when it became final; both 0 until then.
    /// @param seriesId of a listed series
    /// @return ticks [ticks per lot]
    /// @return finalAt [epoch]
    function finalOf(bytes32 seriesId) external view returns (uint32 ticks, uint32 finalAt);

    /// @notice Lots of an account: positive is long. Unchanging from expiry until the price is final.
    /// @param seriesId of a listed series
    /// @param account holder of the position
    function positionOf(bytes32 seriesId, address account) external view returns (int64 lots);

    /// @notice The index of the series as its newest observation says, after expiry too [ticks].
    /// @param seriesId of a listed series
    function indexTicksOf(bytes32 seriesId) external view returns (uint32 ticks);
}
