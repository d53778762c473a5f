// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY} from "../libraries/Units.sol";
import {
    Funds,
    Limits,
    Margins,
    MarkRecord,
    Pending,
    Phase,
    Position,
    Series,
    State,
    Status,
    TokenBounties,
    TokenCover,
    TokenMoney,
    Unit
} from "./FuturesTypes.sol";
import {IFuturesEvents} from "./interfaces/IFuturesEvents.sol";
import {IFuturesIndex} from "./interfaces/IFuturesIndex.sol";
import {FuturesMath} from "./libraries/FuturesMath.sol";

/// @title What all parts of the clearing share: the storage, states, the way out of a series
/// @dev An operation copies what it needs of a series into a `Book`, works on that, and stores it once.
abstract contract FuturesStorage is IFuturesEvents, ReentrancyGuardTransient {
    using SafeCast for uint256;

    /// @custom:storage-location erc7201:plimsoll.storage.FuturesClearing
    struct FuturesClearingStorage {
        mapping(bytes32 seriesId => Series) series;
        mapping(bytes32 seriesId => mapping(address user => Position)) accounts;
        mapping(bytes32 seriesId => mapping(address user => Pending)) pending;
        mapping(address token => mapping(address user => uint256)) free;
        mapping(address token => TokenMoney) money;
        mapping(address token => TokenCover) cover;
        mapping(address token => TokenBounties) bounties;
        mapping(address venue => bool) venues;
        address feesRecipient;
    }

    /// @dev A series while an operation lasts.
    struct Book {
        bytes32 id;
        Funds funds;
        Status status;
        Unit unit;
        // only with `_openBook`
        MarkRecord mark;
        Limits limits;
        Margins margins;
        TokenMoney money;
        uint256 ticks; // the mark
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.FuturesClearing")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant FUTURES_CLEARING_STORAGE =
        0x7796e3ccbf54dc7f5920d9ebe8e69ff1af0d6bca40ee73bff3d747053c24d900;

    /// @dev Most that is put into a series, and taken in at once: a position is worth less than 2^123, so that no account's cash comes
    /// near its 128 bits [token units].
    uint256 internal constant MAX_CASH = 1 << 126;
    /// @dev How long claims wait for losses to be booked [epoch].
    uint256 internal constant RESOLVE_EPOCHS = EPOCHS_PER_DAY;

    IFuturesIndex internal immutable INDEX;

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(IFuturesIndex index_) {
        INDEX = index_;
    }

    // ---------------------------------------------------------------- books

    /// @dev What money needs of a series.
    function _moneyBook(bytes32 seriesId) internal view returns (Book memory b) {
        Series storage series = _s().series[seriesId];
        b.id = seriesId;
        b.status = series.status;
        if (b.status.phase == Phase.None) revert FuturesClearing_NotListed(seriesId);
        b.funds = series.funds;
        b.unit = series.unit;
        b.money = _s().money[b.unit.token];
    }

    function _storeMoney(Book memory b) internal {
        Series storage series = _s().series[b.id];
        series.funds = b.funds;
        series.status = b.status;
        _s().money[b.unit.token] = b.money;
    }

    /// @dev All that positions need.
    function _openBook(bytes32 seriesId) internal view returns (Book memory b) {
        b = _moneyBook(seriesId);
        Series storage series = _s().series[seriesId];
        b.mark = series.mark;
        b.limits = series.limits;
        b.margins = series.margins;
    }

    function _storeBook(Book memory b) internal {
        _s().series[b.id].mark = b.mark;
        _storeMoney(b);
    }

    // ---------------------------------------------------------------- states

    function _stateOf(Status memory status, Limits memory limits) internal view returns (State) {
        Phase phase = status.phase;
        if (phase == Phase.None) return State.None;
        if (phase == Phase.Proposed) return State.Proposed;
        if (phase == Phase.Disputed) return State.Disputed;
        if (phase == Phase.Final) return _claimsOpen(status) ? State.Closed : State.Final;
        if (block.number < limits.tradingStart) return State.Listed;
        if (block.number < limits.tradingEnd) return State.Trading;
        return block.number < limits.expiry ? State.CloseOnly : State.Expired;
    }

    function _claimsOpen(Status memory status) internal view returns (bool) {
        if (status.phase != Phase.Final) return false;
        return status.open == 0 || block.number >= status.finalAt + RESOLVE_EPOCHS;
    }

    function _requireNotFinal(Book memory b) internal view {
        if (b.status.phase == Phase.Final) {
            revert FuturesClearing_WrongState(b.id, _claimsOpen(b.status) ? State.Closed : State.Final);
        }
    }

    function _requireState(Book memory b, State expected) internal view {
        State state = _stateOf(b.status, b.limits);
        if (state != expected) revert FuturesClearing_WrongState(b.id, state);
    }

    /// @dev Trading or CloseOnly.
    function _requireTrading(Book memory b) internal view returns (State state) {
        state = _stateOf(b.status, b.limits);
        if (state != State.Trading && state != State.CloseOnly) revert FuturesClearing_WrongState(b.id, state);
    }

    // ---------------------------------------------------------------- money

    function _requireAmount(uint256 amount) internal pure {
        if (amount == 0) revert FuturesClearing_ZeroAmount();
    }

    function _requireFits(uint256 most, uint256 amount) internal pure {
        if (amount > most) revert FuturesClearing_TooLarge(most, amount);
    }

    function _requireUser(address user) internal pure {
        if (user == address(0)) revert FuturesClearing_BadAddress(user);
    }

    function _credit(address token, address user, uint256 amount) internal {
        if (amount != 0) _s().free[token][user] += amount;
    }

    function _debit(address token, address user, uint256 amount) internal {
        uint256 free = _s().free[token][user];
        if (amount > free) revert FuturesClearing_NotFree(token, free, amount);
        _s().free[token][user] = free - amount;
    }

    /// @dev Takes value out of the book's funds, at the recovery ratio.
    function _leave(Book memory b, uint256 amount) internal pure returns (uint256 paid) {
        Funds memory funds = b.funds;
        if (amount > uint256(funds.cash) + funds.deficit) {
            revert FuturesClearing_Short(funds.cash, funds.deficit, amount);
        }
        paid = FuturesMath.recovered(amount, funds);
        // Both are parts of what is there.
        funds.cash -= uint128(paid);
        funds.deficit -= uint128(amount - paid);
    }

    function _insure(Book memory b, uint256 amount) internal pure {
        b.money.insurance = (b.money.insurance + amount).toUint112();
    }

    function _s() internal pure returns (FuturesClearingStorage storage $) {
        assembly ("memory-safe") {
            $.slot := FUTURES_CLEARING_STORAGE
        }
    }
}
