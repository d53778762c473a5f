// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY} from "../../libraries/Units.sol";
import {SeriesTerms} from "../interfaces/IFuturesSeries.sol";
import {CapacityDeliveryBase} from "./CapacityDeliveryBase.sol";
import {Entry, ICapacityDelivery, Run, Side} from "./interfaces/ICapacityDelivery.sol";

/// @title Runs: assignment, daily checkpoints, payment and damages
abstract contract DeliveryRuns is CapacityDeliveryBase {
    using SafeCast for uint256;

    /// @dev A buyer's lots that meet a seller's.
    struct Pair {
        uint64 lots;
        uint256 price; // of all lots [atoms]
        uint256 bond; // of all lots [atoms]
        uint256 finalAt; // [epoch]
        uint128 perLot; // price [atoms]
    }

    /// @dev What booking some days comes to [atoms].
    struct Sums {
        uint256 day; // first that is not booked
        uint256 failedDays;
        uint256 idle; // [lots]
        uint256 earned;
        uint256 returned;
        uint256 damages;
        uint256 bond; // left
        uint256 rate; // damages of a lot for all days
    }

    // ---------------------------------------------------------------- assignment

    /// @inheritdoc ICapacityDelivery
    function assign(
        bytes32 seriesId,
        uint256 intentIndex,
        uint256 tenderIndex
    ) external nonReentrant returns (uint256 id) {
        SeriesTerms memory terms = _termsOf(seriesId);
        _requireWithin(0, terms.deliveryStart);
        Pair memory pair = _takePair(seriesId, intentIndex, tenderIndex, terms);
        Entry storage buyer = _entry(seriesId, Side.Buyer, intentIndex);
        Entry storage seller = _entry(seriesId, Side.Seller, tenderIndex);
        _use(Side.Buyer, buyer, pair.lots, pair.price);
        _use(Side.Seller, seller, pair.lots, pair.bond);
        id = _addToRun(seriesId, seller, terms, pair);
        emit Assigned(seriesId, intentIndex, tenderIndex, id, pair.lots, pair.price, pair.bond);
        WARRANT.mint(buyer.holder, id, pair.lots);
    }

    /// @inheritdoc ICapacityDelivery
    function forfeit(bytes32 seriesId, uint256 intentIndex, uint256 tenderIndex) external returns (uint256 penalty) {
        SeriesTerms memory terms = _termsOf(seriesId);
        Pair memory pair = _takePair(seriesId, intentIndex, tenderIndex, terms);
        uint256 lastDay = terms.deliveryStart - EPOCHS_PER_DAY;
        _requireWithin(Math.max(lastDay, pair.finalAt + EPOCHS_PER_DAY), terms.deliveryStart);
        Entry storage buyer = _entry(seriesId, Side.Buyer, intentIndex);
        Entry storage seller = _entry(seriesId, Side.Seller, tenderIndex);
        bool buyerLacks = buyer.held < pair.price;
        if (buyerLacks == (seller.held < pair.bond)) {
            revert CapacityDelivery_NothingToForfeit(seriesId, intentIndex, tenderIndex);
        }
        (Entry storage payer, Entry storage other) = buyerLacks ? (buyer, seller) : (seller, buyer);
        penalty = Math.min(payer.held, Math.ceilDiv(pair.price * PENALTY_BPS, BPS));
        payer.held -= penalty.toUint128();
        buyer.forfeited += pair.lots;
        seller.forfeited += pair.lots;
        _owe(terms.token, other.holder, penalty);
        Side side = buyerLacks ? Side.Buyer : Side.Seller;
        emit Forfeited(seriesId, intentIndex, tenderIndex, side, pair.lots, penalty);
    }

    /// @dev The overlap of two entries, at the final price; each pair is taken once.
    function _takePair(
        bytes32 seriesId,
        uint256 intentIndex,
        uint256 tenderIndex,
        SeriesTerms memory terms
    ) private returns (Pair memory pair) {
        uint256 ticks;
        (ticks, pair.finalAt) = _finalOf(seriesId);
        Book storage book = _s().books[seriesId];
        if (book.done[intentIndex][tenderIndex]) {
            revert CapacityDelivery_PairDone(seriesId, intentIndex, tenderIndex);
        }
        pair.lots = _overlap(seriesId, intentIndex, tenderIndex, _assignable(book));
        if (pair.lots == 0) revert CapacityDelivery_NoOverlap(seriesId, intentIndex, tenderIndex);
        book.done[intentIndex][tenderIndex] = true;
        pair.perLot = _perLotUp(Side.Buyer, ticks, terms.tickValue).toUint128();
        pair.price = uint256(pair.lots) * pair.perLot;
        pair.bond = pair.lots * _perLotUp(Side.Seller, ticks, terms.tickValue);
    }

    function _overlap(
        bytes32 seriesId,
        uint256 intentIndex,
        uint256 tenderIndex,
        uint256 limit
    ) private view returns (uint64) {
        Entry storage buyer = _entry(seriesId, Side.Buyer, intentIndex);
        Entry storage seller = _entry(seriesId, Side.Seller, tenderIndex);
        uint256 from = Math.max(buyer.start, seller.start);
        uint256 to = Math.min(uint256(buyer.start) + buyer.counted, uint256(seller.start) + seller.counted);
        return Math.saturatingSub(Math.min(to, limit), from).toUint64();
    }

    function _use(Side side, Entry storage entry, uint64 lots, uint256 amount) private {
        if (entry.held < amount) revert CapacityDelivery_Underfunded(side, amount, entry.held);
        entry.held -= uint128(amount); // at most what is held
        entry.assigned += lots;
    }

    function _addToRun(
        bytes32 seriesId,
        Entry storage seller,
        SeriesTerms memory terms,
        Pair memory pair
    ) private returns (uint256 id) {
        id = _runId(seriesId, seller.miner, seller.holder);
        Run storage run = _s().runs[id];
        if (run.seller == address(0)) {
            (run.seriesId, run.seller, run.miner) = (seriesId, seller.holder, seller.miner);
            (run.start, run.token) = (terms.deliveryStart, terms.token);
            (run.price, run.tickValue, run.use) = (pair.perLot, terms.tickValue, USE);
        }
        run.lots += pair.lots;
        run.unearned = (run.unearned + pair.price).toUint128();
        run.bond = (run.bond + pair.bond).toUint128();
    }

    // ---------------------------------------------------------------- checkpoints

    /// @inheritdoc ICapacityDelivery
    function checkpoint(uint256 id) external returns (uint256 proven) {
        Run storage run = _openRun(id);
        uint256 start = run.start;
        _requireWithin(start, start + DELIVERY_DAYS * EPOCHS_PER_DAY);
        uint256 day = (block.number - start) / EPOCHS_PER_DAY;
        uint256 lots = run.lots;
        (uint256 capacity, uint256 encumbered) = REGISTRY.coverage(run.miner);
        proven = capacity >= encumbered ? lots : Math.mulDiv(lots, capacity, encumbered);
        uint64[30] storage shown = _s().days_[id].shown;
        uint256 least = shown[day];
        if (least == 0 || proven + 1 < least) shown[day] = (proven + 1).toUint64();
        emit Checkpoint(id, day, proven, lots - proven);
    }

    // ---------------------------------------------------------------- use

    /// @inheritdoc ICapacityDelivery
    function noteRequest(
        uint256 id,
        address holder,
        uint64 lots
    ) external returns (uint256 dueDay, uint64 miner, uint256 end) {
        Run storage run = _openRun(id);
        _requireUse(run);
        uint256 start = run.start;
        _requireWithin(0, start + (DELIVERY_DAYS - 1 - TAKE_UP_DAYS) * EPOCHS_PER_DAY + 1);
        uint256 since = Math.saturatingSub(block.number, start);
        dueDay = Math.ceilDiv(since, EPOCHS_PER_DAY) + TAKE_UP_DAYS; // the first day wholly after three
        (miner, end) = (run.miner, start + DELIVERY_DAYS * EPOCHS_PER_DAY);
        _s().days_[id].fallsIdle[dueDay] += lots;
        WARRANT.setLocked(id, holder, WARRANT.lockedOf(id, holder) + lots);
    }

    /// @inheritdoc ICapacityDelivery
    function noteTakenUp(uint256 id, uint256 dueDay, uint64 lots) external {
        Run storage run = _s().runs[id];
        _requireUse(run);
        uint256 today = Math.saturatingSub(block.number, run.start) / EPOCHS_PER_DAY;
        uint256 day = Math.max(today, dueDay); // from when they would have fallen idle
        if (day < DELIVERY_DAYS) _s().days_[id].takenUp[day] += lots;
    }

    /// @dev The contract that a run began with, for as long as it lasts: an upgrade that names another one strands no request.
    function _requireUse(Run storage run) private view {
        if (msg.sender != run.use) revert CapacityDelivery_NotUse(run.use, msg.sender);
    }

    // ---------------------------------------------------------------- booking

    /// @inheritdoc ICapacityDelivery
    function settle(uint256 id) external nonReentrant returns (uint256 count) {
        Run storage run = _openRun(id);
        uint256 first = run.booked;
        Sums memory sums = _sumUp(id, run);
        count = sums.day - first;
        if (count == 0) {
            revert CapacityDelivery_NothingToBook(id, _readyFrom(run, _s().days_[id], first), block.number);
        }
        bool terminated = sums.failedDays > MAX_FAILED_DAYS;
        if (terminated) _breakOff(run, sums);
        run.booked = sums.day.toUint8();
        run.failedDays = sums.failedDays.toUint8();
        run.idle = sums.idle.toUint64();
        run.unearned -= (sums.earned + sums.returned).toUint128();
        run.bond = sums.bond.toUint128();
        uint256 perWarrant = _share(run, sums.returned + sums.damages);
        _owe(run.token, run.seller, sums.earned);
        emit DaysBooked(id, first, count, sums.earned, sums.returned, sums.damages);
        if (perWarrant != 0) WARRANT.accrue(id, perWarrant);
        if (terminated || sums.day == DELIVERY_DAYS) _close(id, run, terminated);
    }

    function _sumUp(uint256 id, Run storage run) private returns (Sums memory sums) {
        Days storage days_ = _s().days_[id];
        (sums.day, sums.failedDays, sums.idle, sums.bond) = (run.booked, run.failedDays, run.idle, run.bond);
        sums.rate = _damageRate(run);
        while (sums.day < DELIVERY_DAYS && sums.failedDays <= MAX_FAILED_DAYS) {
            if (block.number < _readyFrom(run, days_, sums.day)) break;
            sums.idle = sums.idle + days_.fallsIdle[sums.day] - days_.takenUp[sums.day];
            // What is not proven may be what was not taken up.
            uint256 failed = Math.max(run.lots - _judge(run, days_, sums.day), sums.idle);
            _addDay(sums, run, failed);
        }
    }

    function _addDay(Sums memory sums, Run storage run, uint256 failed) private view {
        ++sums.day;
        uint256 price = run.price;
        sums.earned += ((run.lots - failed) * price) / DELIVERY_DAYS;
        if (failed == 0) return;
        ++sums.failedDays;
        sums.returned += (failed * price) / DELIVERY_DAYS;
        _addDamages(sums, Math.ceilDiv(failed * sums.rate, DELIVERY_DAYS));
    }

    /// @dev As far as the bond goes.
    function _addDamages(Sums memory sums, uint256 damages) private pure {
        damages = Math.min(damages, sums.bond);
        sums.bond -= damages;
        sums.damages += damages;
    }

    /// @dev The epoch from which a day can be booked: its end, or that of the next when that one judges it.
    function _readyFrom(Run storage run, Days storage days_, uint256 day) private view returns (uint256) {
        bool judgedByNext = days_.shown[day] == 0 && !run.graceUsed && day + 1 < DELIVERY_DAYS;
        return run.start + (day + (judgedByNext ? 2 : 1)) * EPOCHS_PER_DAY;
    }

    /// @dev Lots proven on a day that can be booked.
    function _judge(Run storage run, Days storage days_, uint256 day) private returns (uint256 proven) {
        uint256 shown = days_.shown[day];
        if (shown != 0) return shown - 1;
        if (run.graceUsed) return 0;
        run.graceUsed = true;
        bool forgiven = day + 1 < DELIVERY_DAYS && days_.shown[day + 1] == uint256(run.lots) + 1;
        return forgiven ? run.lots : 0;
    }

    /// @dev Damages of a lot that fails on all days: a fifth of its price, or what it costs more to buy elsewhere.
    function _damageRate(Run storage run) private view returns (uint256) {
        uint256 price = run.price;
        uint256 elsewhere = uint256(CLEARING.indexTicksOf(run.seriesId)) * run.tickValue;
        return Math.max((price * DAMAGE_BPS) / BPS, Math.saturatingSub(elsewhere, price));
    }

    /// @dev The rest of the price goes back, with the damages of the days that will not come.
    function _breakOff(Run storage run, Sums memory sums) private view {
        sums.returned = run.unearned - sums.earned;
        uint256 left = DELIVERY_DAYS - sums.day;
        _addDamages(sums, Math.ceilDiv(run.lots * sums.rate * left, DELIVERY_DAYS));
    }

    /// @dev Whole atoms for each warrant; the remainder waits for the next amount.
    function _share(Run storage run, uint256 amount) private returns (uint256 perWarrant) {
        uint256 lots = run.lots;
        amount += run.carry;
        perWarrant = amount / lots;
        run.carry = (amount % lots).toUint64();
    }

    function _close(uint256 id, Run storage run, bool terminated) private {
        uint256 rest = uint256(run.unearned) + run.bond + run.carry;
        (run.unearned, run.bond, run.carry, run.closed) = (0, 0, 0, true);
        _owe(run.token, run.seller, rest);
        emit RunClosed(id, terminated, rest);
        if (terminated) REGISTRY.strike(run.miner);
        REGISTRY.free(run.miner, run.lots);
    }

    // ---------------------------------------------------------------- payment

    /// @inheritdoc ICapacityDelivery
    function collect(uint256 id, address holder) external nonReentrant returns (uint256 amount) {
        address token = _s().runs[id].token;
        if (token == address(0)) revert CapacityDelivery_UnknownRun(id);
        amount = _collect(id, token, holder);
        if (amount == 0) revert CapacityDelivery_NothingOwed(token, holder);
    }

    /// @inheritdoc ICapacityDelivery
    function redeem(uint256 id) external nonReentrant returns (uint256 amount) {
        Run storage run = _s().runs[id];
        if (run.seller == address(0)) revert CapacityDelivery_UnknownRun(id);
        if (!run.closed) revert CapacityDelivery_RunOpen(id);
        WARRANT.burnAll(msg.sender, id);
        return _collect(id, run.token, msg.sender);
    }

    /// @inheritdoc ICapacityDelivery
    function withdraw(address token, address account) external nonReentrant returns (uint256 amount) {
        amount = _s().owed[token][account];
        if (amount == 0) revert CapacityDelivery_NothingOwed(token, account);
        _s().owed[token][account] = 0;
        emit Paid(token, account, amount);
        _pay(token, account, amount);
    }

    function _collect(uint256 id, address token, address holder) private returns (uint256 amount) {
        amount = WARRANT.take(id, holder);
        if (amount == 0) return 0;
        emit Collected(id, holder, amount);
        _pay(token, holder, amount);
    }
}
