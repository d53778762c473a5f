// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice One maker's part of a trade.
struct Fill {
    address maker;
    uint64 lots;
    uint32 ticks; // the maker's price [ticks per lot]
    uint16 feeCapBps; // highest fee that the maker signed for [bps of the notional]
    bool reduceOnly; // the maker's position must not grow or turn
}

/// @notice Who trades against the makers.
struct Taker {
    address account;
    bool buys;
    bool reduceOnly;
    uint16 feeCapBps; // [bps of the notional]
}

/// @notice Why a fill was skipped; `None` if it was not.
enum Skip {
    None,
    Zero, // no lots or no price
    BadMaker, // the taker itself, or the zero address
    Band, // too far from the mark
    FeeCap, // the fee is above what the maker signed for
    Refused, // the series takes no increases now
    ReduceOnly,
    PositionCap,
    OpenInterest,
    Margin
}

/// @title What venues ask of the clearing
interface IFuturesVenues {
    /// @notice Trades of one taker against any number of makers, each at the maker's price. Venues only.
    /// @dev Fills are judged one after the other and skipped when they fail; then the taker is judged, whose failure reverts everything
    /// (docs/SPEC-futures.md, section 5). Calls nobody but the index.
    /// @param seriesId of a listed series
    /// @param taker who trades
    /// @param fills at most 64
    /// @return skips per fill why it was skipped
    function trade(
        bytes32 seriesId,
        Taker calldata taker,
        Fill[] calldata fills
    ) external returns (Skip[] memory skips);
}
