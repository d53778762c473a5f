// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR} from "../libraries/Units.sol";
import {FuturesPositions} from "./FuturesPositions.sol";
import {FuturesStorage} from "./FuturesStorage.sol";
import {
    Limits,
    Margins,
    MarkRecord,
    Pending,
    Phase,
    Position,
    Series,
    SeriesDates,
    SeriesTerms,
    Settlement,
    Standing,
    State,
    TokenBounties,
    TokenMoney,
    TokenTerms,
    TokenView,
    Unit
} from "./FuturesTypes.sol";
import {IFuturesClearing} from "./interfaces/IFuturesClearing.sol";
import {IFuturesDesk} from "./interfaces/IFuturesDesk.sol";
import {IFuturesIndex, Observation} from "./interfaces/IFuturesIndex.sol";
import {FuturesMath} from "./libraries/FuturesMath.sol";

/// @title The clearing's second part: listing, terms, views
/// @notice Runs in the clearing's storage, by delegatecall from its fallback: one contract would pass the limit of 24,576 bytes. Called
/// at its own address it knows no series and has no money.
contract FuturesDesk is IFuturesDesk, FuturesPositions {
    using SafeCast for uint256;

    uint256 private constant LOT_BYTES = 1 << 40;
    uint256 private constant LOT_EPOCHS = 30 * EPOCHS_PER_DAY;
    uint256 private constant MIN_TRADING = EPOCHS_PER_DAY;
    uint256 private constant MIN_CLOSE_ONLY = 120;
    uint256 private constant MAX_CLOSE_ONLY = 7 * EPOCHS_PER_DAY;
    uint256 private constant MAX_LIFE = 2 * EPOCHS_PER_YEAR;
    uint256 private constant MAX_HALT = 7 * EPOCHS_PER_DAY;
    /// @dev So that no cash can leave its 128 bits: prices are below 2^32 [token units per tick].
    uint256 private constant MAX_CAP_VALUE = 1 << 90;
    uint256 private constant MAX_CAP_LOTS = 1 << 40;
    /// @dev How many bands the maintenance margin is at least, times 10,000: section 11 says why.
    uint256 private constant MARGIN_BANDS = 25_000;
    /// @dev How much margins may rise and the band narrow in a call while there is open interest [bps], and how soon again [epoch].
    uint256 private constant MAX_RAISE_BPS = 500;
    uint256 private constant MAX_NARROW_BPS = 50;
    uint256 private constant RAISE_EPOCHS = EPOCHS_PER_DAY;
    uint256 private constant NO_LIMIT = type(uint128).max;

    /// @dev FuturesDefaults, and what stands behind it.
    address private immutable NEXT;

    constructor(IFuturesIndex index_, address next) FuturesStorage(index_) {
        NEXT = next;
    }

    /// @dev Roles are the clearing's to check, which is this very address.
    modifier restricted() {
        IFuturesClearing(address(this)).checkCanCall(msg.sender, msg.data);
        _;
    }

    // ---------------------------------------------------------------- listing

    /// @inheritdoc IFuturesDesk
    function list(
        SeriesDates calldata dates,
        SeriesTerms calldata terms
    ) external restricted nonReentrant returns (bytes32 seriesId) {
        seriesId = seriesIdOf(dates);
        Series storage series = _s().series[seriesId];
        if (series.status.phase != Phase.None) revert FuturesClearing_AlreadyListed(seriesId);
        if (!_s().money[dates.token].listed) revert FuturesClearing_TokenNotListed(dates.token);
        _checkDates(dates);
        series.status.phase = Phase.Open;
        series.unit = Unit(dates.token, dates.tickValue);
        series.limits.tradingStart = dates.tradingStart;
        series.limits.tradingEnd = dates.tradingEnd;
        series.limits.expiry = dates.expiry;
        series.limits.indexId = dates.indexId;
        series.margins.deliveryStart = dates.deliveryStart;
        _beginMark(series, dates.indexId);
        emit SeriesListed(seriesId, dates);
        _setTerms(seriesId, series, terms);
    }

    /// @dev Sections 3 and 11.
    function _checkDates(SeriesDates calldata d) private view {
        _bound("tickValue", 1, MAX_CAP_VALUE, d.tickValue);
        _bound("tradingStart", block.number, NO_LIMIT, d.tradingStart);
        _bound("tradingEnd", d.tradingStart + MIN_TRADING, NO_LIMIT, d.tradingEnd);
        _bound("expiry", d.tradingEnd + MIN_CLOSE_ONLY, d.tradingEnd + MAX_CLOSE_ONLY, d.expiry);
        _bound("expiry", 0, block.number + MAX_LIFE, d.expiry);
        _bound("deliveryStart", d.expiry, NO_LIMIT, d.deliveryStart);
    }

    function _beginMark(Series storage series, uint32 indexId) private {
        Observation memory newest = INDEX.newestOf(indexId);
        if (newest.epoch == 0 || block.number - newest.epoch > FRESH_EPOCHS) {
            revert FuturesClearing_StaleIndex(indexId, newest.epoch);
        }
        uint32 ticks = INDEX.toTicks(indexId, newest.answer);
        uint32 present = uint32(block.number);
        uint64 ema = uint64(ticks) << uint64(FuturesMath.EMA_BITS);
        series.mark = MarkRecord(ema, ticks, present, ticks, newest.epoch, ticks, present);
    }

    /// @inheritdoc IFuturesDesk
    function setSeriesTerms(bytes32 seriesId, SeriesTerms calldata terms) external restricted nonReentrant {
        Series storage series = _s().series[seriesId];
        if (series.status.phase == Phase.None) revert FuturesClearing_NotListed(seriesId);
        if (series.status.oi != 0) _checkRaise(seriesId, series, terms);
        _setTerms(seriesId, series, terms);
    }

    /// @dev Nobody is liquidated by a call of governance that could not have been foreseen and met.
    function _checkRaise(bytes32 seriesId, Series storage series, SeriesTerms calldata t) private {
        (Limits memory limits, Margins memory margins) = (series.limits, series.margins);
        _bound("imBps", 0, limits.imBps + MAX_RAISE_BPS, t.imBps);
        _bound("mmShareBps", 0, margins.mmShareBps + MAX_RAISE_BPS, t.mmShareBps);
        _bound("minMargin", 0, margins.minMargin, t.minMargin);
        _bound("concBps", 0, margins.concBps, t.concBps);
        _bound("dustLots", 0, margins.dustLots, t.dustLots);
        uint256 from = uint256(limits.capLots) * margins.concFromBps;
        _bound("capLots*concFromBps", from, NO_LIMIT, uint256(t.capLots) * t.concFromBps);
        _bound("bandBps", limits.bandBps - MAX_NARROW_BPS, NO_LIMIT, t.bandBps); // never below 100 - 50
        // The margins that stand carry the new band: who has no more than those cannot have met others.
        _checkMargin(t.bandBps, limits.imBps, margins.mmShareBps);
        bool narrower = t.bandBps < limits.bandBps;
        if (t.imBps <= limits.imBps && t.mmShareBps <= margins.mmShareBps && !narrower) return;
        uint256 earliest = margins.raisedAt == 0 ? 0 : margins.raisedAt + RAISE_EPOCHS;
        if (block.number < earliest) revert FuturesClearing_TooEarly(seriesId, earliest);
        series.margins.raisedAt = uint32(block.number);
    }

    function _setTerms(bytes32 seriesId, Series storage series, SeriesTerms calldata t) private {
        _checkTerms(t);
        _bound("capLots", 1, MAX_CAP_VALUE / series.unit.tickValue, t.capLots);
        Limits storage limits = series.limits;
        (limits.capLots, limits.positionCap) = (t.capLots, t.positionCap);
        (limits.imBps, limits.bandBps) = (t.imBps, t.bandBps);
        Margins storage margins = series.margins;
        (margins.minMargin, margins.mmShareBps) = (t.minMargin, t.mmShareBps);
        (margins.oiSlopeBps, margins.dustLots) = (t.oiSlopeBps, t.dustLots);
        (margins.concFromBps, margins.concBps) = (t.concFromBps, t.concBps);
        series.cover.cap = t.insuranceCap;
        emit SeriesTermsChanged(seriesId, t);
    }

    function _checkTerms(SeriesTerms calldata t) private pure {
        _bound("capLots", 1, MAX_CAP_LOTS, t.capLots);
        _bound("positionCap", 1, t.capLots, t.positionCap);
        _bound("imBps", 1_000, 10_000, t.imBps);
        _bound("mmShareBps", 5_000, 9_100, t.mmShareBps);
        _bound("minMargin", 1, NO_LIMIT, t.minMargin);
        _bound("oiSlopeBps", 0, 20_000, t.oiSlopeBps);
        _bound("concFromBps", 100, 10_000, t.concFromBps);
        _bound("concBps", 0, 10_000, t.concBps);
        _bound("bandBps", 100, 2_000, t.bandBps);
        _bound("dustLots", 1, 1_000, t.dustLots);
        _checkMargin(t.bandBps, t.imBps, t.mmShareBps);
    }

    function _checkMargin(uint256 bandBps, uint256 imBps, uint256 mmShareBps) private pure {
        (uint256 expected, uint256 actual) = (MARGIN_BANDS * bandBps, imBps * mmShareBps);
        if (actual < expected) revert FuturesClearing_ThinMargin(expected, actual);
    }

    function _bound(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual) private pure {
        if (actual < lower || actual > upper) {
            revert FuturesClearing_OutOfBounds(parameter, lower, upper, actual);
        }
    }

    // ---------------------------------------------------------------- tokens, venues, halts

    /// @inheritdoc IFuturesDesk
    function setToken(address token, TokenTerms calldata t) external restricted nonReentrant {
        if (token.code.length == 0) revert FuturesClearing_BadAddress(token);
        _bound("makerFeeBps", 0, 10, t.makerFeeBps);
        _bound("takerFeeBps", 0, 50, t.takerFeeBps);
        _bound("disputeBond", 1, NO_LIMIT, t.disputeBond);
        TokenMoney storage money = _s().money[token];
        (money.makerFeeBps, money.takerFeeBps, money.listed) = (t.makerFeeBps, t.takerFeeBps, true);
        _s().cover[token].dailyCap = t.dailyCap;
        _s().bounties[token] = TokenBounties(t.disputeBond, t.writeOffReward);
        emit TokenTermsChanged(token, t);
    }

    /// @inheritdoc IFuturesDesk
    function setVenue(address venue, bool allowed) external restricted nonReentrant {
        if (allowed && venue.code.length == 0) revert FuturesClearing_BadAddress(venue);
        _s().venues[venue] = allowed;
        emit VenueChanged(venue, allowed);
    }

    /// @inheritdoc IFuturesDesk
    function halt(bytes32 seriesId, uint256 until) external restricted nonReentrant {
        Series storage series = _s().series[seriesId];
        if (series.status.phase == Phase.None) revert FuturesClearing_NotListed(seriesId);
        _bound("until", 0, block.number + MAX_HALT, until);
        series.status.haltedUntil = until.toUint32();
        emit Halted(seriesId, until);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IFuturesDesk
    function seriesIdOf(SeriesDates calldata d) public view returns (bytes32) {
        bytes memory unit = abi.encode(block.chainid, address(this), Settlement.Cash, LOT_BYTES, LOT_EPOCHS);
        bytes memory what = abi.encode(d.deliveryStart, d.token, d.indexId, d.tickValue);
        return keccak256(bytes.concat(unit, what, abi.encode(d.tradingStart, d.tradingEnd, d.expiry)));
    }

    /// @inheritdoc IFuturesDesk
    function seriesOf(bytes32 seriesId) external view returns (Series memory series) {
        series = _s().series[seriesId];
        if (series.status.phase == Phase.None) revert FuturesClearing_NotListed(seriesId);
    }

    /// @inheritdoc IFuturesDesk
    function stateOf(bytes32 seriesId) external view returns (State) {
        Series storage series = _s().series[seriesId];
        return _stateOf(series.status, series.limits);
    }

    /// @inheritdoc IFuturesDesk
    function accountOf(bytes32 seriesId, address user) external view returns (Position memory) {
        return _s().accounts[seriesId][user];
    }

    /// @inheritdoc IFuturesDesk
    function pendingOf(bytes32 seriesId, address user) external view returns (Pending memory) {
        return _s().pending[seriesId][user];
    }

    /// @inheritdoc IFuturesDesk
    function freeOf(address token, address user) external view returns (uint256) {
        return _s().free[token][user];
    }

    /// @inheritdoc IFuturesDesk
    function markOf(bytes32 seriesId) external view returns (uint256 ticks, bool fresh) {
        Book memory b = _presentBook(seriesId);
        return (b.ticks, _isFresh(b));
    }

    /// @inheritdoc IFuturesDesk
    function standingOf(bytes32 seriesId, address user) external view returns (Standing memory s) {
        Book memory b = _presentBook(seriesId);
        Position memory account = _s().accounts[seriesId][user];
        FuturesMath.Required memory r = _required(b, account.size, b.status.oi);
        return Standing(_equity(b, account), r.initial, r.maintenance);
    }

    /// @inheritdoc IFuturesDesk
    function tokenOf(address token) external view returns (TokenView memory) {
        return TokenView(_s().money[token], _s().cover[token], _s().bounties[token]);
    }

    /// @inheritdoc IFuturesDesk
    function isVenue(address venue) external view returns (bool) {
        return _s().venues[venue];
    }

    /// @inheritdoc IFuturesDesk
    function feesRecipient() external view returns (address) {
        return _s().feesRecipient;
    }

    /// @inheritdoc IFuturesDesk
    function index() external view returns (IFuturesIndex) {
        return INDEX;
    }

    /// @dev A book with the mark as a trade would find it that does not observe the index.
    function _presentBook(bytes32 seriesId) private view returns (Book memory b) {
        b = _openBook(seriesId);
        _advance(b.mark);
        b.ticks = _markTicks(b);
    }

    // ---------------------------------------------------------------- parts

    /// @dev Hands the functions of the other parts on.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        (bool ok, bytes memory answer) = NEXT.delegatecall(msg.data);
        assembly ("memory-safe") {
            switch ok
            case 0 {
                revert(add(answer, 32), mload(answer))
            }
            default {
                return(add(answer, 32), mload(answer))
            }
        }
    }
}
