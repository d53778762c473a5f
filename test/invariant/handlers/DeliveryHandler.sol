// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CommonBase} from "forge-std/Base.sol";
import {StdAssertions} from "forge-std/StdAssertions.sol";

import {DevToken} from "../../../contracts/devnet/DevToken.sol";
import {CapacityDelivery} from "../../../contracts/futures/delivery/CapacityDelivery.sol";
import {CapacityUse} from "../../../contracts/futures/delivery/CapacityUse.sol";
import {CapacityWarrant} from "../../../contracts/futures/delivery/CapacityWarrant.sol";
import {PowerRegistry} from "../../../contracts/futures/delivery/PowerRegistry.sol";
import {
    Entry,
    ICapacityDelivery,
    Run,
    Side
} from "../../../contracts/futures/delivery/interfaces/ICapacityDelivery.sol";
import {Request} from "../../../contracts/futures/delivery/interfaces/ICapacityUse.sol";
import {IPowerRegistry} from "../../../contracts/futures/delivery/interfaces/IPowerRegistry.sol";
import {SeriesTerms} from "../../../contracts/futures/interfaces/IFuturesSeries.sol";
import {CampaignCounter} from "../../helpers/CampaignCounter.sol";
import {SeriesDouble} from "../../unit/futures/delivery/doubles/SeriesDouble.sol";

/// @title Everybody in a delivery: three buyers, two sellers with a miner each, keepers, a market that moves, power that fails
/// @notice Every call moves time on by up to a quarter of a day, and some to what they wait for. Counts, run by run, where its money went.
contract DeliveryHandler is CampaignCounter, CommonBase, StdAssertions {
    /// @dev Of a series, by what may be done.
    enum Stage {
        Notice,
        Expiring, // no price yet
        Final, // and not started
        Started
    }

    uint256 internal constant DAY = 2_880;
    uint96 internal constant TICK = 1_000_003;
    uint256 internal constant MOST_SERIES = 4;

    CapacityDelivery internal delivery;
    CapacityWarrant internal warrant;
    CapacityUse internal use;
    PowerRegistry internal registry;
    SeriesDouble internal clearing;
    DevToken internal token;

    address[] public buyers;
    address[] public sellers;
    uint64[] public miners;
    bytes32[] public series;
    uint256[] public runs;
    /// @notice What went into a run, and what of it was booked for the seller or paid to holders [atoms].
    mapping(uint256 id => uint256 amount) public funded;
    mapping(uint256 id => uint256 amount) public bonded;
    mapping(uint256 id => uint256 amount) public toSeller;
    mapping(uint256 id => uint256 amount) public toHolders;

    constructor(
        CapacityDelivery delivery_,
        SeriesDouble clearing_,
        DevToken token_,
        address[] memory buyers_,
        address[] memory sellers_,
        uint64[] memory miners_
    ) {
        (delivery, clearing, token) = (delivery_, clearing_, token_);
        warrant = CapacityWarrant(address(delivery_.WARRANT()));
        use = CapacityUse(delivery_.USE());
        registry = PowerRegistry(address(delivery_.REGISTRY()));
        (buyers, sellers, miners) = (buyers_, sellers_, miners_);
        bytes32[20] memory names = [
            bytes32("list"),
            "declareIntent",
            "tender",
            "tender refused",
            "confirm",
            "finalise",
            "topUp",
            "assign",
            "assign underfunded",
            "forfeit",
            "refund",
            "checkpoint",
            "settle",
            "transfer",
            "request",
            "accept",
            "collect",
            "redeem",
            "state:Terminated",
            "state:Fulfilled"
        ];
        for (uint256 i; i < names.length; ++i) _expect(names[i]);
        _list();
    }

    modifier later(uint256 seed) {
        vm.roll(vm.getBlockNumber() + (seed % (DAY / 4)));
        _;
    }

    function selectors() external pure returns (bytes4[] memory list) {
        list = new bytes4[](14);
        list[0] = this.wait_.selector;
        list[1] = this.declareIntent.selector;
        list[2] = this.tender.selector;
        list[3] = this.confirm.selector;
        list[4] = this.finalise.selector;
        list[5] = this.assign.selector;
        list[6] = this.forfeit.selector;
        list[7] = this.refund.selector;
        list[8] = this.checkpoint.selector;
        list[9] = this.settle.selector;
        list[10] = this.transfer.selector;
        list[11] = this.use_.selector;
        list[12] = this.collect.selector;
        list[13] = this.topUp.selector;
    }

    // ---------------------------------------------------------------- the market

    function wait_(uint256 seed) external {
        vm.roll(vm.getBlockNumber() + (seed % DAY));
        bytes32 id = _series(seed >> 16);
        if (seed & (1 << 60) != 0) clearing.setMark(id, uint32(1 + ((seed >> 64) % 900)));
        clearing.setIndex(id, uint32((seed >> 96) % 1_200));
        if (series.length < MOST_SERIES && _stage(series[series.length - 1]) != Stage.Notice) _list();
    }

    function _list() private {
        bytes32 id = keccak256(abi.encode(series.length));
        uint32 end = uint32(vm.getBlockNumber() + DAY);
        uint32 expiry = end + 1_440;
        clearing.list(id, SeriesTerms(address(token), TICK, end, expiry, expiry + 7 * 2_880, true, 2));
        clearing.setMark(id, 500);
        clearing.setIndex(id, 500);
        series.push(id);
        _count("list");
        for (uint256 i; i < buyers.length; ++i) _declare(id, i, uint64(3 + i), 10);
        for (uint256 i; i < sellers.length; ++i) _tender(id, i, 6, 10);
    }

    function _stage(bytes32 id) private view returns (Stage) {
        SeriesTerms memory terms = clearing.termsOf(id);
        if (vm.getBlockNumber() < terms.tradingEnd) return Stage.Notice;
        if (vm.getBlockNumber() >= terms.deliveryStart) return Stage.Started;
        (, uint32 finalAt) = clearing.finalOf(id);
        return finalAt == 0 ? Stage.Expiring : Stage.Final;
    }

    /// @dev A series at a stage, if there is one.
    function _at(Stage stage, uint256 seed) private view returns (bytes32 id, bool found) {
        for (uint256 i; i < series.length; ++i) {
            id = series[(seed + i) % series.length];
            if (_stage(id) == stage) return (id, true);
        }
    }

    // ---------------------------------------------------------------- notice

    function declareIntent(uint256 seed) external later(seed) {
        (bytes32 id, bool found) = _at(Stage.Notice, seed >> 16);
        if (!found) return;
        uint64 lots = uint64((seed >> 32) % 12);
        if (lots == 1) lots = 0;
        _declare(id, (seed >> 64) % buyers.length, lots, int64(int256((seed >> 96) % 14)));
    }

    function _declare(bytes32 id, uint256 which, uint64 lots, int64 position) private {
        vm.prank(buyers[which]);
        delivery.declareIntent(id, lots);
        clearing.setPosition(id, buyers[which], position);
        _count("declareIntent");
    }

    function tender(uint256 seed) external later(seed) {
        (bytes32 id, bool found) = _at(Stage.Notice, seed >> 16);
        if (!found) return;
        uint64 lots = uint64((seed >> 32) % 14);
        if (lots == 1) lots = 0;
        _tender(id, (seed >> 64) % sellers.length, lots, int64(int256((seed >> 96) % 14)));
    }

    function _tender(bytes32 id, uint256 which, uint64 lots, int64 short) private {
        clearing.setPosition(id, sellers[which], -short);
        vm.prank(sellers[which]);
        try delivery.tender(id, miners[which], lots) {
            _count("tender");
        } catch (bytes memory reason) {
            _allow(
                reason,
                IPowerRegistry.PowerRegistry_ExceedsCapacity.selector,
                IPowerRegistry.PowerRegistry_Barred.selector
            );
            _count("tender refused");
        }
    }

    function confirm(uint256 seed) external later(seed) {
        (bytes32 id, bool found) = _at(Stage.Expiring, seed >> 16);
        if (!found) return;
        uint256 expiry = clearing.termsOf(id).expiry;
        if (vm.getBlockNumber() < expiry) vm.roll(expiry);
        for (uint256 s; s < 2; ++s) {
            uint256 count = delivery.entryCount(id, Side(s));
            for (uint256 i; i < count; ++i) {
                if ((seed >> (32 + 4 * i)) % 8 == 0 || delivery.entryOf(id, Side(s), i).confirmed) continue;
                delivery.confirm(id, Side(s), i);
                _count("confirm");
            }
        }
    }

    /// @dev A day after the expiry, or later, when somebody is confirmed.
    function finalise(uint256 seed) external later(seed) {
        (bytes32 id, bool found) = _at(Stage.Expiring, seed >> 16);
        if (!found || (delivery.confirmedLots(id, Side.Buyer) == 0 && seed % 8 != 0)) return;
        uint256 from = clearing.termsOf(id).expiry + DAY;
        if (vm.getBlockNumber() < from) vm.roll(from);
        if (_stage(id) == Stage.Expiring) clearing.setFinal(id, uint32(1 + ((seed >> 32) % 900)));
        _count("finalise");
    }

    function topUp(uint256 seed) external later(seed) {
        (bytes32 id, Side side, uint256 index, bool found) = _entry(seed >> 16);
        if (!found || vm.getBlockNumber() >= clearing.termsOf(id).deliveryStart) return;
        vm.prank(buyers[0]);
        delivery.topUp(id, side, index, (seed >> 64) % 1e10);
        _count("topUp");
    }

    function refund(uint256 seed) external later(seed) {
        (bytes32 id, Side side, uint256 index, bool found) = _entry(seed >> 16);
        if (!found) return;
        try delivery.refund(id, side, index) {
            _count("refund");
        } catch (bytes memory reason) {
            _allow(
                reason,
                ICapacityDelivery.CapacityDelivery_NothingToRefund.selector,
                ICapacityDelivery.CapacityDelivery_PriceNotFinal.selector
            );
        }
    }

    // ---------------------------------------------------------------- assignment

    /// @dev All pairs of a series, or one.
    function assign(uint256 seed) external later(seed) {
        (bytes32 id, bool found) = _at(Stage.Final, seed >> 16);
        if (!found) return;
        uint256 intents = delivery.entryCount(id, Side.Buyer);
        uint256 tenders = delivery.entryCount(id, Side.Seller);
        for (uint256 i; i < intents; ++i) {
            for (uint256 t; t < tenders; ++t) _assign(id, i, t);
        }
    }

    function _assign(bytes32 id, uint256 intentIndex, uint256 tenderIndex) private {
        Entry memory buyer = delivery.entryOf(id, Side.Buyer, intentIndex);
        Entry memory seller = delivery.entryOf(id, Side.Seller, tenderIndex);
        try delivery.assign(id, intentIndex, tenderIndex) returns (uint256 run) {
            if (funded[run] == 0) runs.push(run);
            uint256 price = buyer.held - delivery.entryOf(id, Side.Buyer, intentIndex).held;
            uint256 bond = seller.held - delivery.entryOf(id, Side.Seller, tenderIndex).held;
            funded[run] += price + bond;
            bonded[run] += bond;
            _count("assign");
        } catch (bytes memory reason) {
            bytes4 underfunded = ICapacityDelivery.CapacityDelivery_Underfunded.selector;
            if (bytes4(reason) == underfunded) return _count("assign underfunded");
            _allow(
                reason,
                ICapacityDelivery.CapacityDelivery_PairDone.selector,
                ICapacityDelivery.CapacityDelivery_NoOverlap.selector
            );
        }
    }

    /// @dev On the last day, which the calls before may have come to.
    function forfeit(uint256 seed) external {
        (bytes32 id, bool found) = _at(Stage.Final, seed >> 16);
        if (!found) return;
        SeriesTerms memory terms = clearing.termsOf(id);
        (, uint32 finalAt) = clearing.finalOf(id);
        if (finalAt + DAY >= terms.deliveryStart) return;
        uint256 from = terms.deliveryStart - DAY > finalAt + DAY ? terms.deliveryStart - DAY : finalAt + DAY;
        if (vm.getBlockNumber() < from) vm.roll(from);
        for (uint256 i; i < delivery.entryCount(id, Side.Buyer); ++i) {
            for (uint256 t; t < delivery.entryCount(id, Side.Seller); ++t) {
                try delivery.forfeit(id, i, t) {
                    _count("forfeit");
                } catch (bytes memory reason) {
                    if (bytes4(reason) == ICapacityDelivery.CapacityDelivery_NothingToForfeit.selector) continue;
                    _allow(
                        reason,
                        ICapacityDelivery.CapacityDelivery_PairDone.selector,
                        ICapacityDelivery.CapacityDelivery_NoOverlap.selector
                    );
                }
            }
        }
    }

    // ---------------------------------------------------------------- delivery

    /// @dev Once, or on some days in a row.
    function checkpoint(uint256 seed) external later(seed) {
        (uint256 id, bool found) = _openRun(seed >> 16);
        if (!found) return;
        uint256 start = delivery.runOf(id).start;
        if (vm.getBlockNumber() < start) vm.roll(start);
        uint256 times = seed % 2 == 0 ? 1 + ((seed >> 24) % 30) : 1;
        for (uint256 i; i < times && vm.getBlockNumber() < start + 30 * DAY; ++i) {
            _checkpoint(id, uint256(keccak256(abi.encode(seed, i))));
            if (times != 1) vm.roll(vm.getBlockNumber() + DAY);
        }
    }

    function _checkpoint(uint256 id, uint256 seed) private {
        Run memory run = delivery.runOf(id);
        (, uint256 encumbered) = registry.coverage(run.miner);
        uint256 capacity = seed % 16 != 0 ? encumbered : (seed >> 64) % (encumbered + 1);
        vm.mockCall(
            address(registry),
            abi.encodeCall(IPowerRegistry.coverage, (run.miner)),
            abi.encode(capacity, encumbered)
        );
        uint256 proven = delivery.checkpoint(id);
        vm.clearMockedCalls();
        assertLe(proven, run.lots, "FU-7: no more proven than sold");
        _count("checkpoint");
    }

    function settle(uint256 seed) external later(seed) {
        (uint256 id, bool found) = _openRun(seed >> 16);
        if (found) settleRun(id);
    }

    /// @notice Books what can be booked of a run; for the end of the campaign too.
    function settleRun(uint256 id) public {
        Run memory before = delivery.runOf(id);
        uint256 owedBefore = delivery.owedTo(address(token), before.seller);
        try delivery.settle(id) {
            Run memory run = delivery.runOf(id);
            toSeller[id] += delivery.owedTo(address(token), run.seller) - owedBefore;
            assertLe(run.bond, before.bond, "FU-11: a bond only falls");
            _count("settle");
            if (run.closed) _count(run.failedDays > 3 ? bytes32("state:Terminated") : bytes32("state:Fulfilled"));
        } catch (bytes memory reason) {
            bytes4 nothing = ICapacityDelivery.CapacityDelivery_NothingToBook.selector;
            _allow(reason, nothing, nothing);
        }
    }

    function transfer(uint256 seed) external later(seed) {
        if (runs.length == 0) return;
        uint256 id = runs[(seed >> 16) % runs.length];
        address from = buyers[(seed >> 32) % buyers.length];
        uint256 free = warrant.balanceOf(from, id) - warrant.lockedOf(id, from);
        if (free == 0) return;
        vm.prank(from);
        warrant.safeTransferFrom(from, buyers[(seed >> 64) % buyers.length], id, 1 + ((seed >> 96) % free), "");
        _count("transfer");
    }

    function use_(uint256 seed) external later(seed) {
        (uint256 id, bool found) = _openRun(seed >> 16);
        if (!found) return;
        uint256 count = use.requestCount(id);
        if (count != 0 && seed & (1 << 30) != 0) return _accept(id, (seed >> 32) % count);
        address from = buyers[(seed >> 32) % buyers.length];
        uint256 free = warrant.balanceOf(from, id) - warrant.lockedOf(id, from);
        if (free == 0 || vm.getBlockNumber() > delivery.runOf(id).start + 26 * DAY) return;
        vm.prank(from);
        use.request(id, uint64(1 + ((seed >> 96) % free)), bytes32(seed));
        _count("request");
    }

    function _accept(uint256 id, uint256 number) private {
        Request memory asked = use.requestOf(id, number);
        if (asked.takenUp == asked.lots) return;
        vm.prank(asked.holder);
        use.accept(id, number, asked.lots - asked.takenUp);
        _count("accept");
    }

    function collect(uint256 seed) external later(seed) {
        if (runs.length == 0) return;
        uint256 id = runs[(seed >> 16) % runs.length];
        collectAs(id, buyers[(seed >> 32) % buyers.length]);
    }

    /// @notice Pays a holder, or redeems what it has when the run is over; for the end of the campaign too.
    function collectAs(uint256 id, address who) public {
        uint256 due = warrant.claimable(id, who);
        uint256 before = token.balanceOf(who);
        if (delivery.runOf(id).closed) {
            vm.prank(who);
            delivery.redeem(id);
            _count("redeem");
        } else if (due != 0) {
            delivery.collect(id, who);
            _count("collect");
        }
        if (!delivery.runOf(id).closed && due == 0) return;
        assertEq(token.balanceOf(who) - before, due, "FU-7: paid what was counted");
        toHolders[id] += due;
    }

    // ---------------------------------------------------------------- small parts

    function seriesCount() external view returns (uint256) {
        return series.length;
    }

    function runCount() external view returns (uint256) {
        return runs.length;
    }

    function _series(uint256 seed) private view returns (bytes32) {
        return series[seed % series.length];
    }

    function _entry(uint256 seed) private view returns (bytes32 id, Side side, uint256 index, bool found) {
        id = _series(seed);
        side = Side((seed >> 8) & 1);
        uint256 count = delivery.entryCount(id, side);
        if (count != 0) (index, found) = ((seed >> 16) % count, true);
    }

    function _openRun(uint256 seed) private view returns (uint256 id, bool found) {
        for (uint256 i; i < runs.length; ++i) {
            id = runs[(seed + i) % runs.length];
            if (!delivery.runOf(id).closed) return (id, true);
        }
    }

    /// @dev A refusal for any other reason is a failure of the campaign.
    function _allow(bytes memory reason, bytes4 one, bytes4 other) private pure {
        if (bytes4(reason) == one || bytes4(reason) == other) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
