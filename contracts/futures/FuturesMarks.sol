// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {EPOCHS_PER_DAY} from "../libraries/Units.sol";
import {FuturesStorage} from "./FuturesStorage.sol";
import {Limits, MarkRecord, Phase} from "./FuturesTypes.sol";
import {Observation} from "./interfaces/IFuturesIndex.sol";
import {BPS, FuturesMath} from "./libraries/FuturesMath.sol";

/// @title The mark of a series (docs/SPEC-futures.md, section 6)
abstract contract FuturesMarks is FuturesStorage {
    /// @dev How long the settlement price is averaged [epoch].
    uint256 internal constant WINDOW = EPOCHS_PER_DAY;
    /// @dev A trade brings older marks up to date [epoch].
    uint256 internal constant SPACING = 10;
    /// @dev How old a fresh mark's reading of the index may be [epoch].
    uint256 internal constant FRESH_EPOCHS = 240;
    uint256 private constant STORM_BPS = 500;
    uint256 internal constant STORM_EPOCHS = 120;

    /// @dev Observes the index and brings the mark up to date, until a price is proposed.
    function _refresh(Book memory b) internal {
        if (b.status.phase != Phase.Open) {
            b.ticks = _markTicks(b);
            return;
        }
        uint256 answer = _observe(b);
        _advance(b.mark);
        b.mark.indexTicks = _indexTicks(b.limits, answer);
        b.ticks = _markTicks(b);
        _watch(b);
        emit MarkUpdated(b.id, b.ticks, b.mark.indexTicks, b.mark.indexAt);
    }

    /// @dev What a trade does.
    function _refreshIfOld(Book memory b) internal {
        if (block.number - b.mark.indexAt >= SPACING) return _refresh(b);
        _advance(b.mark);
        b.ticks = _markTicks(b);
    }

    /// @dev From the last day on what is known of the settlement price is the mark.
    function _markTicks(Book memory b) internal view returns (uint256) {
        if (b.status.phase == Phase.Final) return b.status.finalTicks;
        if (block.number + WINDOW >= b.limits.expiry) return Math.max(1, b.mark.indexTicks);
        return FuturesMath.markTicks(b.mark, b.limits.bandBps);
    }

    function _isFresh(Book memory b) internal view returns (bool) {
        return block.number - b.mark.indexAt <= FRESH_EPOCHS;
    }

    function _requireFresh(Book memory b) internal view {
        if (!_isFresh(b)) revert FuturesClearing_StaleMark(b.id, b.mark.indexAt);
    }

    /// @dev Lets the average of prices go on to the present.
    function _advance(MarkRecord memory m) internal view {
        uint256 dt = block.number - m.emaAt;
        if (dt == 0) return;
        m.ema = uint64(FuturesMath.emaAfter(m.ema, m.lastTicks, dt)); // between two that fit
        m.emaAt = uint32(block.number);
    }

    function _observe(Book memory b) private returns (uint256 answer) {
        Observation memory newest = INDEX.observe(b.limits.indexId);
        b.mark.indexAt = newest.epoch;
        return newest.answer;
    }

    /// @dev The index as it counts: in the last day the average so far, with the last answer for the rest.
    function _indexTicks(Limits memory limits, uint256 answer) private view returns (uint32) {
        uint32 from = limits.expiry - uint32(WINDOW);
        if (block.number >= from) {
            (bool covered, , uint256 cumFrom) = INDEX.at(limits.indexId, from);
            if (covered) answer = _averageSoFar(limits, cumFrom);
        }
        return INDEX.toTicks(limits.indexId, answer);
    }

    function _averageSoFar(Limits memory limits, uint256 cumFrom) private view returns (uint256) {
        uint32 to = uint32(Math.min(block.number, limits.expiry));
        (, uint256 answer, uint256 cumTo) = INDEX.at(limits.indexId, to);
        return (cumTo - cumFrom + answer * (limits.expiry - to)) / WINDOW;
    }

    /// @dev A mark that moves far in a short time slows releases down.
    function _watch(Book memory b) private {
        MarkRecord memory m = b.mark;
        if (FuturesMath.distance(b.ticks, m.refTicks) * BPS > STORM_BPS * m.refTicks) {
            b.status.stormUntil = uint32(block.number + STORM_EPOCHS);
            emit StormBegan(b.id, b.status.stormUntil);
        } else if (block.number - m.refAt < STORM_EPOCHS) {
            return;
        }
        (m.refTicks, m.refAt) = (uint32(b.ticks), uint32(block.number));
    }
}
