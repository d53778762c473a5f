// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY} from "../libraries/Units.sol";
import {FuturesPositions} from "./FuturesPositions.sol";
import {FuturesStorage} from "./FuturesStorage.sol";
import {Dispute, Phase, Position, Proposal, State} from "./FuturesTypes.sol";
import {IFuturesClearing} from "./interfaces/IFuturesClearing.sol";
import {IFuturesIndex} from "./interfaces/IFuturesIndex.sol";
import {IFuturesSettlement} from "./interfaces/IFuturesSettlement.sol";
import {BPS, FuturesMath} from "./libraries/FuturesMath.sol";

/// @title The clearing's last part: the final price
/// @notice Runs in the clearing's storage, by delegatecall from the fallback of FuturesDefaults.
contract FuturesSettlement is IFuturesSettlement, FuturesPositions {
    using SafeCast for int256;
    using SafeCast for uint256;

    /// @dev How long a good average is waited for, and a price can be disputed [epoch].
    uint256 private constant WAIT_EPOCHS = EPOCHS_PER_DAY;
    uint256 private constant DISPUTE_EPOCHS = EPOCHS_PER_DAY;
    uint256 private constant ARBITER_EPOCHS = 3 * EPOCHS_PER_DAY;
    uint256 private constant DISPUTE_BAND_BPS = 5_000;
    uint256 private constant MAX_USERS = 64;

    constructor(IFuturesIndex index_) FuturesStorage(index_) {}

    // ---------------------------------------------------------------- the price

    /// @inheritdoc IFuturesSettlement
    function propose(bytes32 seriesId) external nonReentrant returns (uint256 ticks) {
        Book memory b = _openBook(seriesId);
        _requireState(b, State.Expired);
        uint256 from = b.limits.expiry - WINDOW;
        (bool covered, bool good, uint32 average) = _average(b, from, b.limits.expiry);
        if (!good && block.number < b.limits.expiry + WAIT_EPOCHS) {
            revert FuturesClearing_TooEarly(seriesId, b.limits.expiry + WAIT_EPOCHS);
        }
        if (covered) b.mark.indexTicks = average;
        ticks = b.mark.indexTicks;
        (, bool goodBefore, uint32 before) = _average(b, Math.saturatingSub(from, WINDOW), from);
        if (!goodBefore) before = uint32(ticks);
        _s().series[seriesId].proposal = Proposal(0, uint32(ticks), before, uint32(block.number));
        b.status.phase = Phase.Proposed;
        _storeBook(b);
        emit PriceProposed(seriesId, ticks, before, good);
    }

    /// @dev What is covered has a price above 0, since no reading of an index is 0 ticks.
    function _average(Book memory b, uint256 from, uint256 to) private view returns (bool, bool, uint32) {
        (bool covered, bool good, uint256 answer) = INDEX.twap(b.limits.indexId, uint32(from), uint32(to));
        return (covered, good, covered ? INDEX.toTicks(b.limits.indexId, answer) : 0);
    }

    /// @inheritdoc IFuturesSettlement
    function dispute(bytes32 seriesId, uint32 ticks) external nonReentrant {
        Book memory b = _openBook(seriesId);
        _requireState(b, State.Proposed);
        Proposal storage proposal = _s().series[seriesId].proposal;
        uint256 deadline = proposal.at + DISPUTE_EPOCHS;
        if (block.number >= deadline) revert FuturesClearing_TooLate(seriesId, deadline);
        _checkPrice(proposal.fallbackTicks, ticks, ticks != proposal.ticks);
        uint128 bond = _s().bounties[b.unit.token].disputeBond;
        _debit(b.unit.token, msg.sender, bond);
        proposal.bond = bond;
        _s().series[seriesId].dispute = Dispute(msg.sender, ticks, uint32(block.number));
        b.status.phase = Phase.Disputed;
        _storeMoney(b);
        emit PriceDisputed(seriesId, msg.sender, ticks, bond);
    }

    /// @dev Above 0, at most half as much away from the fallback. Bounds as far as they are whole ticks.
    /// @param other whether it is another price than the proposed
    function _checkPrice(uint256 fallbackTicks, uint256 ticks, bool other) private pure {
        uint256 width = (fallbackTicks * DISPUTE_BAND_BPS) / BPS;
        (uint256 lower, uint256 upper) = (Math.max(1, fallbackTicks - width), fallbackTicks + width);
        if (!other || ticks < lower || ticks > upper) {
            revert FuturesClearing_OutOfBounds("ticks", lower, upper, ticks);
        }
    }

    /// @inheritdoc IFuturesSettlement
    function arbitrate(bytes32 seriesId, uint32 ticks) external nonReentrant {
        IFuturesClearing(address(this)).checkCanCall(msg.sender, msg.data);
        Book memory b = _openBook(seriesId);
        _requireState(b, State.Disputed);
        Dispute memory d = _s().series[seriesId].dispute;
        uint256 deadline = d.at + ARBITER_EPOCHS;
        if (block.number >= deadline) revert FuturesClearing_TooLate(seriesId, deadline);
        Proposal memory p = _s().series[seriesId].proposal;
        if (ticks != p.ticks) _checkPrice(p.fallbackTicks, ticks, true);
        _endDispute(b, p, d, ticks);
    }

    /// @inheritdoc IFuturesSettlement
    function finalise(bytes32 seriesId) external nonReentrant {
        Book memory b = _openBook(seriesId);
        Proposal memory p = _s().series[seriesId].proposal;
        if (b.status.phase == Phase.Disputed) {
            Dispute memory d = _s().series[seriesId].dispute;
            _requireSince(seriesId, d.at + ARBITER_EPOCHS);
            return _endDispute(b, p, d, p.fallbackTicks);
        }
        _requireState(b, State.Proposed);
        _requireSince(seriesId, p.at + DISPUTE_EPOCHS);
        _finalise(b, p.ticks);
    }

    function _requireSince(bytes32 seriesId, uint256 earliest) private view {
        if (block.number < earliest) revert FuturesClearing_TooEarly(seriesId, earliest);
    }

    /// @dev The challenger gets its bond back whose price was nearer to what is decided, by the arbiter or by time.
    function _endDispute(Book memory b, Proposal memory p, Dispute memory d, uint32 ticks) private {
        bool nearer = FuturesMath.distance(ticks, d.ticks) < FuturesMath.distance(ticks, p.ticks);
        address to = nearer ? d.challenger : address(0);
        if (nearer) _credit(b.unit.token, to, p.bond);
        else _insure(b, p.bond);
        emit BondPaid(b.id, to, p.bond);
        _finalise(b, ticks);
    }

    function _finalise(Book memory b, uint32 ticks) private {
        (b.status.phase, b.status.finalTicks, b.status.finalAt) = (Phase.Final, ticks, uint32(block.number));
        b.ticks = ticks;
        emit PriceFinal(b.id, ticks);
        _settleResidual(b);
        _storeMoney(b);
    }

    /// @dev What the residual account gained makes up for what is missing, the rest it claims for insurance.
    function _settleResidual(Book memory b) private {
        Position memory residual = _s().accounts[b.id][address(0)];
        int256 equity = _equity(b, residual);
        if (residual.size == 0 && equity == 0) return;
        if (equity < 0) {
            _bookLoss(b, address(0), uint256(-equity));
            equity = 0;
        }
        uint256 covered = Math.min(uint256(equity), b.funds.deficit);
        b.funds.deficit -= uint128(covered);
        int128 left = (equity - covered.toInt256()).toInt128();
        _s().accounts[b.id][address(0)] = Position({size: 0, cash: left, flaggedAt: 0});
    }

    // ---------------------------------------------------------------- positions

    /// @inheritdoc IFuturesSettlement
    function resolve(bytes32 seriesId, address[] calldata users) external nonReentrant {
        if (users.length > MAX_USERS) revert FuturesClearing_TooMany(MAX_USERS, users.length);
        Book memory b = _openBook(seriesId);
        if (b.status.phase != Phase.Final) {
            revert FuturesClearing_WrongState(seriesId, _stateOf(b.status, b.limits));
        }
        for (uint256 i; i < users.length; ++i) {
            Position memory account = _s().accounts[seriesId][users[i]];
            if (account.size == 0) continue;
            _resolve(b, users[i], account);
            _s().accounts[seriesId][users[i]] = account;
        }
        _storeMoney(b);
    }
}
