// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {WAD} from "../libraries/Units.sol";
import {IPriceFeed, Source} from "./interfaces/IPriceFeed.sol";
import {PackedSource, SourceReader} from "./SourceReader.sol";

/// @title Price of one token in FIL
/// @notice The base asset's price over the quote asset's (token/USD over FIL/USD), or the base asset's alone where its
/// sources quote it in FIL. Each asset has a primary source and may have a fallback. While both are in time they must
/// agree, and the one counts that is worse for the borrower: the lower price of the token, the higher of FIL. While
/// they disagree there is no price. While one fails the other counts alone; while both are late, the later one.
/// @dev Immutable, and its sources' decimals with it: other sources, or new decimals, need another feed, which the
/// RISK role puts in its place. Each source is trusted with no more than its answer: see `SourceReader` for what is
/// asked of an answer, `GuardedRead` for what a source may do.
contract PriceFeed is IPriceFeed {
    using SourceReader for PackedSource;

    /// @notice Places of the sources in the constructor's list.
    uint256 public constant BASE = 0;
    /// @notice See `BASE`.
    uint256 public constant BASE_FALLBACK = 1;
    /// @notice See `BASE`.
    uint256 public constant QUOTE = 2;
    /// @notice See `BASE`.
    uint256 public constant QUOTE_FALLBACK = 3;

    /// @notice More decimals than that say nothing: a bound of 128 bits would not hold a price of 1000 [decimals].
    uint8 public constant MAX_DECIMALS = 36;
    /// @notice The longest heartbeat in use is a day [seconds].
    uint32 public constant MAX_MAX_AGE = 2 days;
    /// @notice Sources that may differ by more are no check on each other [wad].
    uint256 public constant MAX_DEVIATION_WAD = 0.1e18;

    /// @notice Most by which the two sources of an asset may differ, of the lower one [wad].
    uint256 public immutable DEVIATION_WAD;

    uint256 private immutable ORIGIN_0;
    uint256 private immutable BOUNDS_0;
    uint256 private immutable ORIGIN_1;
    uint256 private immutable BOUNDS_1;
    uint256 private immutable ORIGIN_2;
    uint256 private immutable BOUNDS_2;
    uint256 private immutable ORIGIN_3;
    uint256 private immutable BOUNDS_3;

    /// @param sources base, base fallback, quote, quote fallback; all but the first may be none, that is, without an
    /// aggregator
    /// @param deviationWad see `DEVIATION_WAD` [wad]
    constructor(Source[4] memory sources, uint256 deviationWad) {
        if (deviationWad == 0 || deviationWad > MAX_DEVIATION_WAD) {
            revert PriceFeed_BadDeviation(MAX_DEVIATION_WAD, deviationWad);
        }
        DEVIATION_WAD = deviationWad;
        // A fallback stands behind a primary.
        if (address(sources[BASE].aggregator) == address(0)) revert PriceFeed_BadSource(BASE, sources[BASE]);
        if (
            address(sources[QUOTE].aggregator) == address(0) &&
            address(sources[QUOTE_FALLBACK].aggregator) != address(0)
        ) {
            revert PriceFeed_BadSource(QUOTE, sources[QUOTE]);
        }
        PackedSource memory packed = _packed(BASE, sources[BASE]);
        (ORIGIN_0, BOUNDS_0) = (packed.origin, packed.bounds);
        packed = _packed(BASE_FALLBACK, sources[BASE_FALLBACK]);
        (ORIGIN_1, BOUNDS_1) = (packed.origin, packed.bounds);
        packed = _packed(QUOTE, sources[QUOTE]);
        (ORIGIN_2, BOUNDS_2) = (packed.origin, packed.bounds);
        packed = _packed(QUOTE_FALLBACK, sources[QUOTE_FALLBACK]);
        (ORIGIN_3, BOUNDS_3) = (packed.origin, packed.bounds);
    }

    /// @inheritdoc IPriceFeed
    function tryRead() external view returns (bool ok, uint256 price, uint256 freshUntil) {
        (price, freshUntil) = _assetOf(
            PackedSource(ORIGIN_0, BOUNDS_0),
            PackedSource(ORIGIN_1, BOUNDS_1),
            Math.Rounding.Floor
        );
        if (price != 0 && ORIGIN_2 != 0) {
            (uint256 quote, uint256 quoteUntil) = _assetOf(
                PackedSource(ORIGIN_2, BOUNDS_2),
                PackedSource(ORIGIN_3, BOUNDS_3),
                Math.Rounding.Ceil
            );
            // 128 bits of an answer and 60 of its scaling, times 60
            price = quote == 0 ? 0 : (price * WAD) / quote;
            freshUntil = Math.min(freshUntil, quoteUntil);
        }
        if (price == 0) return (false, 0, 0);
        ok = block.timestamp <= freshUntil;
    }

    /// @dev One asset's price [wad]: floored, and the lower of two; or rounded up, and the higher of two.
    function _assetOf(
        PackedSource memory primary,
        PackedSource memory fallback_,
        Math.Rounding rounding
    ) private view returns (uint256 price, uint256 freshUntil) {
        (price, freshUntil) = _tryRead(primary, rounding);
        if (!fallback_.exists()) return (price, freshUntil);
        (uint256 other, uint256 otherUntil) = _tryRead(fallback_, rounding);
        if (Math.min(freshUntil, otherUntil) < block.timestamp) {
            return freshUntil >= otherUntil ? (price, freshUntil) : (other, otherUntil);
        }
        (uint256 low, uint256 high) = price < other ? (price, other) : (other, price);
        if ((high - low) * WAD > low * DEVIATION_WAD) return (0, 0);
        return (rounding == Math.Rounding.Floor ? low : high, Math.min(freshUntil, otherUntil));
    }

    function _tryRead(
        PackedSource memory source,
        Math.Rounding rounding
    ) private view returns (uint256 price, uint256 freshUntil) {
        (price, freshUntil) = source.tryRead();
        price = Math.mulDiv(price, WAD, 10 ** source.decimalsOf(), rounding);
        if (price == 0) freshUntil = 0;
    }

    function _packed(uint256 index, Source memory source) private view returns (PackedSource memory none) {
        if (address(source.aggregator) == address(0)) return none;
        uint8 decimals = source.aggregator.decimals();
        if (
            decimals > MAX_DECIMALS ||
            source.maxAge == 0 ||
            source.maxAge > MAX_MAX_AGE ||
            source.readGas == 0 ||
            source.minAnswer == 0 ||
            source.minAnswer >= source.maxAnswer
        ) revert PriceFeed_BadSource(index, source);
        return SourceReader.pack(source, decimals);
    }
}
