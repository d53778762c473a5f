// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {SeriesTerms} from "../interfaces/IFuturesSeries.sol";
import {CapacityDeliveryBase} from "./CapacityDeliveryBase.sol";
import {Entry, ICapacityDelivery, Side} from "./interfaces/ICapacityDelivery.sol";

/// @title Intents and tenders, from the first wish until the last refund
abstract contract DeliveryNotice is CapacityDeliveryBase {
    using SafeCast for uint256;

    /// @inheritdoc ICapacityDelivery
    function declareIntent(bytes32 seriesId, uint64 lots) external nonReentrant returns (uint256 index) {
        (index, ) = _declare(seriesId, Side.Buyer, 0, lots);
    }

    /// @inheritdoc ICapacityDelivery
    function tender(bytes32 seriesId, uint64 miner, uint64 lots) external nonReentrant returns (uint256 index) {
        uint64 before;
        (index, before) = _declare(seriesId, Side.Seller, miner, lots);
        if (lots > before) REGISTRY.encumber(miner, msg.sender, lots - before);
        if (lots < before) REGISTRY.free(miner, before - lots);
    }

    /// @inheritdoc ICapacityDelivery
    function confirm(bytes32 seriesId, Side side, uint256 index) external returns (uint64 counted) {
        SeriesTerms memory terms = _termsOf(seriesId);
        _requireWithin(terms.expiry, terms.deliveryStart);
        (, uint256 finalAt) = CLEARING.finalOf(seriesId);
        if (finalAt != 0) revert CapacityDelivery_PriceFinal(seriesId);
        Entry storage entry = _entry(seriesId, side, index);
        if (entry.confirmed) revert CapacityDelivery_AlreadyConfirmed(seriesId, side, index);

        Book storage book = _s().books[seriesId];
        uint256 backing = _positionOf(seriesId, side, entry.holder) - book.backed[side][entry.holder];
        counted = Math.min(entry.lots, backing).toUint64();
        uint64 start = book.confirmed[side];
        (entry.confirmed, entry.counted, entry.start) = (true, counted, start);
        book.backed[side][entry.holder] += counted;
        book.confirmed[side] = start + counted;
        emit Confirmed(seriesId, side, index, counted, start);
    }

    /// @inheritdoc ICapacityDelivery
    function topUp(bytes32 seriesId, Side side, uint256 index, uint256 amount) external nonReentrant {
        SeriesTerms memory terms = _termsOf(seriesId);
        _requireWithin(0, terms.deliveryStart);
        Entry storage entry = _entry(seriesId, side, index);
        entry.held = (entry.held + amount).toUint128();
        emit ToppedUp(seriesId, side, index, amount, entry.held);
        _pull(terms.token, amount);
    }

    /// @inheritdoc ICapacityDelivery
    function refund(bytes32 seriesId, Side side, uint256 index) external nonReentrant returns (uint256 amount) {
        SeriesTerms memory terms = _termsOf(seriesId);
        Entry storage entry = _entry(seriesId, side, index);
        (uint256 waiting, uint256 perLot) = _waiting(seriesId, side, entry, terms);
        amount = Math.saturatingSub(entry.held, waiting * perLot);
        uint64 freed;
        if (side == Side.Seller) freed = (entry.lots - entry.assigned - waiting - entry.freed).toUint64();
        if (amount == 0 && freed == 0) revert CapacityDelivery_NothingToRefund(seriesId, side, index);
        entry.held -= amount.toUint128();
        entry.freed += freed;
        _owe(terms.token, entry.holder, amount);
        emit Refunded(seriesId, side, index, amount, freed);
        if (freed != 0) REGISTRY.free(entry.miner, freed);
    }

    /// @dev Lots of an entry that may still be assigned, and what each needs [atoms]; no more from the start of the delivery.
    function _waiting(
        bytes32 seriesId,
        Side side,
        Entry storage entry,
        SeriesTerms memory terms
    ) private view returns (uint256 waiting, uint256 perLot) {
        if (block.number >= terms.deliveryStart) return (0, 0);
        (uint256 ticks, ) = _finalOf(seriesId);
        uint256 limit = _assignable(_s().books[seriesId]);
        uint256 end = uint256(entry.start) + entry.counted;
        uint256 eligible = Math.min(end, limit) - Math.min(entry.start, limit);
        return (eligible - entry.assigned - entry.forfeited, _perLotUp(side, ticks, terms.tickValue));
    }

    /// @dev The part of intents and tenders that is the same: lots and their funding at the present mark.
    function _declare(
        bytes32 seriesId,
        Side side,
        uint64 miner,
        uint64 lots
    ) private returns (uint256 index, uint64 before) {
        SeriesTerms memory terms = _termsOf(seriesId);
        _requireWithin(Math.saturatingSub(terms.tradingEnd, NOTICE), terms.tradingEnd);
        if (lots != 0 && lots < terms.minLots) revert CapacityDelivery_BelowMinimum(terms.minLots, lots);
        Entry storage entry;
        (index, entry) = _ownEntry(seriesId, side, miner);
        before = entry.lots;
        uint256 held = entry.held;
        uint256 ticks = Math.ceilDiv(CLEARING.markOf(seriesId) * FUNDING_BPS, BPS);
        uint256 needed = lots * _perLotUp(side, ticks, terms.tickValue);
        (entry.lots, entry.held) = (lots, needed.toUint128());
        emit Declared(seriesId, side, msg.sender, index, miner, lots, entry.held);
        if (needed > held) _pull(terms.token, needed - held);
        if (needed < held) _pay(terms.token, msg.sender, held - needed);
    }

    function _ownEntry(bytes32 seriesId, Side side, uint64 miner) private returns (uint256 index, Entry storage entry) {
        Book storage book = _s().books[seriesId];
        Entry[] storage entries = book.entries[side];
        uint256 place = book.places[side][msg.sender][miner];
        if (place != 0) return (place - 1, entries[place - 1]);
        index = entries.length;
        book.places[side][msg.sender][miner] = index + 1;
        entry = entries.push();
        (entry.holder, entry.miner) = (msg.sender, miner);
    }

    /// @dev How far a holder's position reaches on a side [lots].
    function _positionOf(bytes32 seriesId, Side side, address holder) private view returns (uint256) {
        int256 size = CLEARING.positionOf(seriesId, holder);
        if (side == Side.Seller) size = -size;
        return size > 0 ? uint256(size) : 0;
    }
}
