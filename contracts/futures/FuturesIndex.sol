// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY} from "../libraries/Units.sol";
import {AggregatorV3Interface} from "../oracles/interfaces/AggregatorV3Interface.sol";
import {Source} from "../oracles/interfaces/IPriceFeed.sol";
import {PackedSource, SourceReader} from "../oracles/SourceReader.sol";
import {IFuturesIndex, Observation} from "./interfaces/IFuturesIndex.sol";
import {IFuturesIndexRegistry, IndexTerms} from "./interfaces/IFuturesIndexRegistry.sol";

/// @title FuturesIndex
/// @notice See `IFuturesIndex` and `IFuturesIndexRegistry`.
/// @dev A feed is trusted with no more than its answer: see `SourceReader` for what is asked of an answer, `GuardedRead` for what a feed
/// may do. Whatever it does, at worst there is no new observation.
contract FuturesIndex is IFuturesIndexRegistry, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;
    using SourceReader for PackedSource;

    struct Index {
        // one slot: 20 + 4 + 1 + 7 = 32
        AggregatorV3Interface feed;
        uint32 maxAge;
        uint8 decimals;
        uint56 readGas;
        // one slot: 10 + 10 + 4 + 4 = 28
        uint80 minAnswer;
        uint80 maxAnswer;
        uint32 maxMoveBpsPerDay;
        uint32 observations; // made so far, at least 1
        uint80 answerPerTick;
        Observation[2048] ring; // number n at place n % 2048, one slot each
    }

    /// @custom:storage-location erc7201:plimsoll.storage.FuturesIndex
    struct FuturesIndexStorage {
        mapping(uint32 indexId => Index index) indices;
        uint32 count;
    }

    /// @dev keccak256(abi.encode(uint256(keccak256("plimsoll.storage.FuturesIndex")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant FUTURES_INDEX_STORAGE = 0x1fea74dc4e0676807fdb04e9e07576769afdcd5766779346f125289b96be1800;

    /// @notice Observations that are kept: a week of one every 10 epochs.
    uint256 public constant RING = 2_048;
    /// @notice Least time between two observations [epoch].
    uint256 public constant MIN_SPACING = 10;
    /// @notice A longer time without an observation leaves an average that is not good [epoch].
    uint256 public constant MAX_GAP = 240;
    /// @notice Fewer observations leave an average that is not good.
    uint256 public constant MIN_OBSERVATIONS = 6;
    /// @notice The longest heartbeat in use is a day [seconds].
    uint256 public constant MAX_MAX_AGE = 2 days;
    /// @notice A limit of more than that is none [bps].
    uint256 public constant MAX_MOVE_BPS_PER_DAY = 100_000;
    /// @notice Most that an index may move in `MIN_SPACING` is at least so much: were it rounded down to nothing, an index observed that
    /// often would stand still for ever [the feed's decimals].
    uint256 public constant MIN_STEP = 100;
    /// @notice How far the feed may be from what was expected of it [bps].
    uint256 public constant TOLERANCE_BPS = 2_000;

    uint256 private constant BPS = 10_000;

    constructor() {
        _disableInitializers();
    }

    /// @notice Once, by the proxy's creator.
    /// @param manager `PlimsollManager`
    function initialize(address manager) external initializer {
        __AccessManaged_init(manager);
    }

    /// @inheritdoc IFuturesIndexRegistry
    function register(IndexTerms calldata terms, uint80 expected) external restricted returns (uint32 indexId) {
        _requireSound(terms);
        FuturesIndexStorage storage $ = _s();
        indexId = ++$.count;
        Index storage index = $.indices[indexId];
        (index.feed, index.maxAge, index.decimals, index.readGas) = (
            terms.feed,
            terms.maxAge,
            terms.decimals,
            terms.readGas
        );
        (index.minAnswer, index.maxAnswer) = (terms.minAnswer, terms.maxAnswer);
        (index.maxMoveBpsPerDay, index.answerPerTick) = (terms.maxMoveBpsPerDay, terms.answerPerTick);
        emit IndexRegistered(indexId, address(terms.feed), terms);
        uint256 answer = _tryRead(index);
        if (answer == 0) revert FuturesIndex_NoValidAnswer(address(terms.feed));
        uint256 tolerance = (uint256(expected) * TOLERANCE_BPS) / BPS;
        if (answer < expected - tolerance || answer > expected + tolerance) {
            revert FuturesIndex_UnexpectedAnswer(address(terms.feed), expected, answer);
        }
        _add(indexId, index, answer, Observation(block.number.toUint32(), answer.toUint80(), 0, 0));
    }

    /// @inheritdoc IFuturesIndex
    function observe(uint32 indexId) external returns (Observation memory newest) {
        Index storage index = _index(indexId);
        newest = _newest(index);
        if (block.number - newest.epoch < MIN_SPACING) return newest;
        uint256 raw = _tryRead(index);
        if (raw == 0) return newest;
        newest = _following(newest, raw, index.maxMoveBpsPerDay);
        _add(indexId, index, raw, newest);
    }

    /// @inheritdoc IFuturesIndex
    function newestOf(uint32 indexId) external view returns (Observation memory) {
        return _newest(_index(indexId));
    }

    /// @inheritdoc IFuturesIndex
    function at(uint32 indexId, uint32 epoch) external view returns (bool covered, uint256 answer, uint256 cum) {
        Index storage index = _index(indexId);
        _requireKnown(epoch);
        Observation memory o;
        (covered, , o) = _find(index, epoch);
        if (covered) (answer, cum) = (o.answer, _cumAt(o, epoch));
    }

    /// @inheritdoc IFuturesIndex
    function twap(
        uint32 indexId,
        uint32 from,
        uint32 to
    ) external view returns (bool covered, bool good, uint256 answer) {
        Index storage index = _index(indexId);
        if (from >= to) revert FuturesIndex_BadSpan(from, to);
        _requireKnown(to);
        uint256 first;
        Observation memory start;
        (covered, first, start) = _find(index, from);
        if (!covered) return (false, false, 0);
        (, uint256 last, Observation memory end) = _find(index, to);
        good = last - first >= MIN_OBSERVATIONS && end.gaps == start.gaps && to - end.epoch <= MAX_GAP;
        answer = (_cumAt(end, to) - _cumAt(start, from)) / (to - from);
    }

    /// @inheritdoc IFuturesIndex
    function toTicks(uint32 indexId, uint256 answer) external view returns (uint32 ticks) {
        uint256 perTick = _index(indexId).answerPerTick;
        // Above its half, an answer has room for the half tick.
        if (answer >= type(uint256).max / 2) return type(uint32).max;
        return uint32(Math.min((answer + perTick / 2) / perTick, type(uint32).max));
    }

    /// @inheritdoc IFuturesIndexRegistry
    function count() external view returns (uint32) {
        return _s().count;
    }

    /// @inheritdoc IFuturesIndexRegistry
    function termsOf(uint32 indexId) external view returns (IndexTerms memory) {
        Index storage index = _index(indexId);
        return
            IndexTerms(
                index.feed,
                index.maxAge,
                index.decimals,
                index.readGas,
                index.minAnswer,
                index.maxAnswer,
                index.answerPerTick,
                index.maxMoveBpsPerDay
            );
    }

    /// @inheritdoc IFuturesIndexRegistry
    function observationsOf(uint32 indexId) external view returns (uint32) {
        return _index(indexId).observations;
    }

    /// @inheritdoc IFuturesIndexRegistry
    function observationAt(uint32 indexId, uint32 number) external view returns (Observation memory) {
        Index storage index = _index(indexId);
        uint256 made = index.observations;
        uint256 oldest = _oldest(made);
        if (number < oldest || number >= made) {
            revert FuturesIndex_NotKept(uint32(oldest), uint32(made - 1), number);
        }
        return index.ring[number % RING];
    }

    /// @dev What `raw` makes of the index, moved no further than the time since `last` allows. Both are between the bounds of the terms,
    /// hence so is what lies between them.
    function _following(
        Observation memory last,
        uint256 raw,
        uint256 maxMoveBpsPerDay
    ) private view returns (Observation memory) {
        uint256 dt = block.number - last.epoch;
        uint256 limit = (uint256(last.answer) * maxMoveBpsPerDay * dt) / (BPS * EPOCHS_PER_DAY);
        uint256 answer = Math.max(raw, Math.saturatingSub(last.answer, limit));
        answer = Math.min(answer, last.answer + limit);
        uint32 gaps = dt > MAX_GAP ? last.gaps + 1 : last.gaps;
        // 80 bits of answer and 32 of epochs: no sum is above 112
        return Observation(block.number.toUint32(), answer.toUint80(), _cumAt(last, block.number).toUint112(), gaps);
    }

    function _add(uint32 indexId, Index storage index, uint256 raw, Observation memory o) private {
        uint32 number = index.observations;
        index.ring[number % RING] = o;
        index.observations = number + 1;
        emit Observed(indexId, raw, o.answer);
    }

    /// @return answer 0 when there is no valid one in time
    function _tryRead(Index storage index) private view returns (uint256 answer) {
        Source memory source = Source(index.feed, index.maxAge, index.readGas, index.minAnswer, index.maxAnswer);
        uint256 freshUntil;
        (answer, freshUntil) = SourceReader.pack(source, index.decimals).tryRead();
        if (block.timestamp > freshUntil) answer = 0;
    }

    /// @dev The newest observation at or before `epoch`; by halves, so that no search looks at more than 13.
    function _find(
        Index storage index,
        uint256 epoch
    ) private view returns (bool covered, uint256 number, Observation memory o) {
        uint256 made = index.observations;
        number = made - 1;
        o = index.ring[number % RING];
        if (o.epoch <= epoch) return (true, number, o);
        uint256 above = number;
        number = _oldest(made);
        o = index.ring[number % RING];
        if (o.epoch > epoch) return (false, 0, o);
        while (above - number > 1) {
            uint256 middle = (number + above) / 2;
            Observation memory there = index.ring[middle % RING];
            if (there.epoch <= epoch) (number, o) = (middle, there);
            else above = middle;
        }
        covered = true;
    }

    function _newest(Index storage index) private view returns (Observation memory) {
        return index.ring[(index.observations - 1) % RING];
    }

    function _oldest(uint256 made) private pure returns (uint256) {
        return Math.saturatingSub(made, RING);
    }

    function _cumAt(Observation memory o, uint256 epoch) private pure returns (uint256) {
        return o.cum + uint256(o.answer) * (epoch - o.epoch);
    }

    function _requireKnown(uint32 epoch) private view {
        if (epoch > block.number) revert FuturesIndex_FutureEpoch(block.number, epoch);
    }

    function _requireSound(IndexTerms calldata terms) private pure {
        _requireWithin("maxAge", 1, MAX_MAX_AGE, terms.maxAge);
        _requireWithin("readGas", 1, type(uint56).max, terms.readGas);
        _requireWithin("answerPerTick", 1, type(uint80).max, terms.answerPerTick);
        uint256 most = Math.min(uint256(terms.answerPerTick) * type(uint32).max, type(uint80).max);
        _requireWithin("maxAnswer", uint256(terms.answerPerTick) + 2, most, terms.maxAnswer);
        _requireWithin("minAnswer", terms.answerPerTick, terms.maxAnswer - 2, terms.minAnswer);
        uint256 leastMove = Math.ceilDiv(MIN_STEP * BPS * EPOCHS_PER_DAY, terms.minAnswer * MIN_SPACING);
        _requireWithin("maxMoveBpsPerDay", leastMove, MAX_MOVE_BPS_PER_DAY, terms.maxMoveBpsPerDay);
    }

    function _requireWithin(bytes32 parameter, uint256 minimum, uint256 maximum, uint256 actual) private pure {
        if (actual < minimum || actual > maximum) {
            revert FuturesIndex_OutOfBounds(parameter, minimum, maximum, actual);
        }
    }

    function _index(uint32 indexId) private view returns (Index storage index) {
        index = _s().indices[indexId];
        if (index.observations == 0) revert FuturesIndex_Unknown(indexId);
    }

    function _s() private pure returns (FuturesIndexStorage storage $) {
        assembly ("memory-safe") {
            $.slot := FUTURES_INDEX_STORAGE
        }
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
