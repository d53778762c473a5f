// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CapacityDelivery} from "../../../../contracts/futures/delivery/CapacityDelivery.sol";
import {CapacityUse} from "../../../../contracts/futures/delivery/CapacityUse.sol";
import {CapacityWarrant} from "../../../../contracts/futures/delivery/CapacityWarrant.sol";
import {
    Entry,
    ICapacityDelivery,
    Run,
    Side
} from "../../../../contracts/futures/delivery/interfaces/ICapacityDelivery.sol";
import {IPowerRegistry} from "../../../../contracts/futures/delivery/interfaces/IPowerRegistry.sol";
import {SeriesTerms} from "../../../../contracts/futures/interfaces/IFuturesSeries.sol";
import {Bootstrap} from "../../../../contracts/governance/Bootstrap.sol";
import {PlimsollProxy} from "../../../../contracts/governance/PlimsollProxy.sol";
import {HostileToken} from "../../collateral/doubles/Tokens.sol";
import {PowerTest} from "./PowerTest.sol";
import {SeriesDouble} from "./doubles/SeriesDouble.sol";

/// @title One physical series, a delivery, buyers and sellers
abstract contract DeliveryTest is PowerTest {
    uint256 internal constant DAY = 2_880;
    uint96 internal constant TICK = 1_000_003; // prime, so that nothing divides evenly by chance
    uint32 internal constant MARK = 501;
    bytes32 internal constant SERIES = "series";

    SeriesDouble internal clearing;
    CapacityDelivery internal delivery;
    CapacityWarrant internal warrant;
    CapacityUse internal use;
    HostileToken internal token;
    uint32 internal tradingEnd;
    uint32 internal expiry;
    uint32 internal start;
    address internal immutable alice = makeAddr("alice");
    address internal immutable bob = makeAddr("bob");
    address internal immutable carol = makeAddr("carol");
    address internal immutable sp2 = makeAddr("second sp");

    function setUp() public virtual override {
        super.setUp();
        (clearing, token) = (new SeriesDouble(), new HostileToken());
        delivery = CapacityDelivery(address(new PlimsollProxy(address(new Bootstrap(address(this))), "")));
        warrant = new CapacityWarrant(address(delivery));
        use = new CapacityUse(delivery, warrant);
        delivery.upgradeToAndCall(
            address(newDelivery()),
            abi.encodeCall(CapacityDelivery.initialize, (address(manager)))
        );
        registry.setModule(address(delivery), true);
        tradingEnd = uint32(vm.getBlockNumber() + 8 * DAY);
        (expiry, start) = (tradingEnd + 2_880, tradingEnd + 8 * 2_880);
        clearing.list(SERIES, terms(true));
        clearing.setMark(SERIES, MARK);
        clearing.setIndex(SERIES, MARK);
        address[5] memory all = [alice, bob, carol, sp, sp2];
        for (uint256 i; i < 5; ++i) {
            token.mint(all[i], 1e30);
            vm.prank(all[i]);
            token.approve(address(delivery), type(uint256).max);
        }
    }

    function newDelivery() internal returns (CapacityDelivery) {
        return new CapacityDelivery(clearing, registry, warrant, address(use));
    }

    function terms(bool physical) internal view returns (SeriesTerms memory) {
        return SeriesTerms(address(token), TICK, tradingEnd, expiry, start, physical, 2);
    }

    // ---------------------------------------------------------------- time

    function toNotice() internal {
        vm.roll(tradingEnd - 5 * DAY);
    }

    function finalise(uint32 ticks) internal {
        vm.roll(expiry + 2 * DAY);
        clearing.setFinal(SERIES, ticks);
    }

    function toDay(uint256 day) internal {
        vm.roll(start + day * DAY);
    }

    // ---------------------------------------------------------------- calls

    function intend(address who, uint64 lots) internal returns (uint256) {
        vm.prank(who);
        return delivery.declareIntent(SERIES, lots);
    }

    function tenderBy(address who, uint64 miner, uint64 lots) internal returns (uint256) {
        vm.prank(who);
        return delivery.tender(SERIES, miner, lots);
    }

    function hold(address who, int64 lots) internal {
        clearing.setPosition(SERIES, who, lots);
    }

    function confirmAll() internal {
        vm.roll(expiry);
        for (uint256 side; side < 2; ++side) {
            uint256 count = delivery.entryCount(SERIES, Side(side));
            for (uint256 i; i < count; ++i) delivery.confirm(SERIES, Side(side), i);
        }
    }

    /// @dev Alice buys `lots` of a miner of `sp` that has ten times `tens`; up to the start, at a final price.
    function standardRun(uint32 tens, uint64 lots, uint32 ticks) internal returns (uint64 miner, uint256 id) {
        miner = registered(sp, tens);
        toNotice();
        intend(alice, lots);
        tenderBy(sp, miner, lots);
        hold(alice, int64(lots));
        hold(sp, -int64(lots));
        confirmAll();
        finalise(ticks);
        id = delivery.assign(SERIES, 0, 0);
        toDay(0);
    }

    function idOf_(uint64 miner, address seller) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(SERIES, miner, seller)));
    }

    /// @dev What a checkpoint would read, without waiting for sectors to fail.
    function showPower(uint64 miner, uint256 capacity) internal {
        (, uint256 encumbered) = registry.coverage(miner);
        vm.mockCall(
            address(registry),
            abi.encodeCall(IPowerRegistry.coverage, (miner)),
            abi.encode(capacity, encumbered)
        );
    }

    function outside(uint256 from, uint256 until) internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ICapacityDelivery.CapacityDelivery_OutsideWindow.selector,
                from,
                until,
                vm.getBlockNumber()
            );
    }

    function ceilDiv(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a + b - 1) / b;
    }

    function intentFunding(uint64 lots, uint32 mark) internal pure returns (uint256) {
        return lots * ceilDiv(uint256(mark) * 12_000, 10_000) * TICK;
    }

    function tenderFunding(uint64 lots, uint32 mark) internal pure returns (uint256) {
        return lots * ceilDiv(ceilDiv(uint256(mark) * 12_000, 10_000) * 2_500, 10_000) * TICK;
    }

    function bondOf(uint32 ticks) internal pure returns (uint256) {
        return ceilDiv(uint256(ticks) * 2_500, 10_000) * TICK;
    }

    function balance(address who) internal view returns (uint256) {
        return token.balanceOf(who);
    }

    function owed(address who) internal view returns (uint256) {
        return delivery.owedTo(address(token), who);
    }

    function runOf(uint256 id) internal view returns (Run memory) {
        return delivery.runOf(id);
    }

    function intentOf(uint256 index) internal view returns (Entry memory) {
        return delivery.entryOf(SERIES, Side.Buyer, index);
    }

    function tenderOf(uint256 index) internal view returns (Entry memory) {
        return delivery.entryOf(SERIES, Side.Seller, index);
    }
}
