// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICapacityDelivery, Run} from "../../../../contracts/futures/delivery/interfaces/ICapacityDelivery.sol";
import {IPowerRegistry} from "../../../../contracts/futures/delivery/interfaces/IPowerRegistry.sol";
import {DeliveryTest} from "./DeliveryTest.sol";

/// @title Days of a delivery: checkpoints, payment, damages, the end
contract DeliveryRunsTest is DeliveryTest {
    uint32 private constant F = 487;
    uint256 private constant PRICE = uint256(F) * TICK;
    uint64 private constant LOTS = 10;

    uint64 private miner;
    uint256 private id;

    function open() private {
        (miner, id) = standardRun(1, LOTS, F);
    }

    /// @dev Reads the power on days `from` to `to`, exclusive, at their first epoch.
    function showDays(uint256 from, uint256 to) private {
        for (uint256 day = from; day < to; ++day) {
            toDay(day);
            delivery.checkpoint(id);
        }
    }

    function damages(uint256 failed, uint32 index) private pure returns (uint256) {
        uint256 rate = PRICE / 5;
        if (index > F && uint256(index - F) * TICK > rate) rate = uint256(index - F) * TICK;
        return ceilDiv(failed * rate, 30);
    }

    // ---------------------------------------------------------------- all is well

    function test_run_deliveredInFull() public {
        open();
        uint256 paid = LOTS * PRICE;
        uint256 bond = LOTS * bondOf(F);
        assertEq(warrant.balanceOf(alice, id), LOTS);
        Run memory run = runOf(id);
        assertEq(run.unearned, paid);
        assertEq(run.bond, bond);
        showDays(0, 30);
        toDay(30);
        uint256 daily = paid / 30;
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.DaysBooked(id, 0, 30, 30 * daily, 0, 0);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.RunClosed(id, false, paid - 30 * daily + bond);
        vm.expectEmit(address(registry));
        emit IPowerRegistry.Freed(miner, address(delivery), LOTS, 0);
        assertEq(delivery.settle(id), 30);
        assertEq(owed(sp), paid + bond);
        assertEq(warrant.claimable(id, alice), 0);
        uint256 before = balance(sp);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Paid(address(token), sp, paid + bond);
        assertEq(delivery.withdraw(address(token), sp), paid + bond);
        assertEq(balance(sp), before + paid + bond);
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_NothingOwed.selector, token, sp));
        delivery.withdraw(address(token), sp);
        (uint32[3] memory strikes, ) = registry.strikesOf(miner);
        assertEq(strikes[0], 0);
    }

    // ---------------------------------------------------------------- F-09: boundaries of a day

    function test_F09_checkpoint_atDayBoundaries() public {
        open();
        vm.roll(start - 1);
        vm.expectRevert(outside(start, start + 86_400));
        delivery.checkpoint(id);
        toDay(0);
        delivery.checkpoint(id);
        vm.roll(start + DAY - 1);
        showPower(miner, 9);
        delivery.checkpoint(id);
        toDay(1);
        showPower(miner, 8);
        delivery.checkpoint(id);
        assertShown(0, true, 9);
        assertShown(1, true, 8);
        assertShown(2, false, 0);
        vm.roll(start + 30 * DAY - 1);
        delivery.checkpoint(id);
        assertShown(29, true, 8);
        toDay(30);
        vm.expectRevert(outside(start, start + 86_400));
        delivery.checkpoint(id);
    }

    function assertShown(uint256 day, bool read, uint64 proven) private view {
        (bool r, uint64 p) = delivery.shownOn(id, day);
        assertEq(r, read, "read");
        assertEq(p, proven, "proven");
    }

    function test_F09_settle_atDayBoundaries() public {
        open();
        delivery.checkpoint(id);
        vm.roll(start + DAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICapacityDelivery.CapacityDelivery_NothingToBook.selector,
                id,
                start + DAY,
                start + DAY - 1
            )
        );
        delivery.settle(id);
        toDay(1);
        assertEq(delivery.settle(id), 1);
        assertEq(owed(sp), (LOTS * PRICE) / 30);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICapacityDelivery.CapacityDelivery_NothingToBook.selector,
                id,
                start + 3 * DAY, // a first missed day waits for the next
                start + DAY
            )
        );
        delivery.settle(id);
    }

    /// The least reading of a day counts, whoever made it, and a better one later mends nothing.
    function test_checkpoint_leastOfTheDay() public {
        open();
        showPower(miner, 7);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Checkpoint(id, 0, 7, 3);
        assertEq(delivery.checkpoint(id), 7);
        showPower(miner, 10);
        assertEq(delivery.checkpoint(id), 10);
        assertShown(0, true, 7);
        showPower(miner, 0);
        assertEq(delivery.checkpoint(id), 0);
        assertShown(0, true, 0);
    }

    // ---------------------------------------------------------------- F-08: failures

    function test_F08_partialFailure_realFaults() public {
        open();
        showDays(0, 2);
        fault(miner, 0, 100);
        world.tick();
        // 237 sectors are 7.03 lots of 10.
        uint256 day = (vm.getBlockNumber() - start) / DAY;
        assertEq(delivery.checkpoint(id), 7);
        toDay(day + 1);
        recover(miner, 0, 100);
        advanceDays(1);
        day = (vm.getBlockNumber() - start) / DAY;
        assertEq(delivery.checkpoint(id), 10);
    }

    function test_F08_partialFailure_exactly() public {
        open();
        showDays(0, 1);
        toDay(1);
        showPower(miner, 7);
        delivery.checkpoint(id);
        toDay(2);
        uint256 back = (3 * PRICE) / 30;
        uint256 d = damages(3, MARK);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.DaysBooked(id, 0, 2, (10 * PRICE) / 30 + (7 * PRICE) / 30, back, d);
        delivery.settle(id);
        uint256 perWarrant = (back + d) / LOTS;
        assertEq(warrant.claimable(id, alice), perWarrant * LOTS);
        assertEq(runOf(id).carry, (back + d) % LOTS);
        assertEq(runOf(id).bond, LOTS * bondOf(F) - d);
        assertEq(runOf(id).failedDays, 1);
        uint256 before = balance(alice);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Collected(id, alice, perWarrant * LOTS);
        delivery.collect(id, alice);
        assertEq(balance(alice), before + perWarrant * LOTS);
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_NothingOwed.selector, token, alice));
        delivery.collect(id, alice);
    }

    function test_F08_damages_whatItCostsElsewhere() public {
        open();
        showPower(miner, 0);
        delivery.checkpoint(id);
        clearing.setIndex(SERIES, 2 * F);
        toDay(1);
        delivery.settle(id);
        assertEq(runOf(id).bond, LOTS * bondOf(F) - damages(LOTS, 2 * F));
        assertGt(damages(LOTS, 2 * F), damages(LOTS, MARK));
    }

    /// FU-11: damages end with the bond, whatever the index says.
    function test_FU11_damages_endWithTheBond() public {
        open();
        showPower(miner, 0);
        delivery.checkpoint(id);
        clearing.setIndex(SERIES, type(uint32).max);
        toDay(1);
        uint256 before = balance(address(delivery));
        delivery.settle(id);
        assertEq(runOf(id).bond, 0);
        uint256 given = LOTS * bondOf(F) + (LOTS * PRICE) / 30;
        assertEq(warrant.claimable(id, alice), given - (given % LOTS));
        assertEq(balance(address(delivery)), before);
    }

    function test_F08_default_terminates() public {
        open();
        showDays(0, 2);
        showPower(miner, 0);
        showDays(2, 6);
        toDay(6);
        uint256 price = LOTS * PRICE;
        uint256 earned = 2 * (price / 30);
        uint256 d = 4 * damages(LOTS, MARK) + ceilDiv(LOTS * (PRICE / 5) * 24, 30);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.DaysBooked(id, 0, 6, earned, price - earned, d);
        uint256 carry = (price - earned + d) % LOTS;
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.RunClosed(id, true, LOTS * bondOf(F) - d + carry);
        delivery.settle(id);
        assertEq(owed(sp), earned + LOTS * bondOf(F) - d + carry);
        assertEq(warrant.claimable(id, alice), price - earned + d - carry);
        (uint32[3] memory strikes, ) = registry.strikesOf(miner);
        assertEq(strikes[0], vm.getBlockNumber());
        assertEq(registry.encumberedBy(miner, address(delivery)), 0);
        bytes memory closed = abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_RunClosed.selector, id);
        vm.expectRevert(closed);
        delivery.settle(id);
        vm.expectRevert(closed);
        delivery.checkpoint(id);
    }

    function test_F08_threeFailedDaysAreNotFour() public {
        open();
        showPower(miner, 9);
        showDays(0, 3);
        showPower(miner, 10);
        showDays(3, 30);
        toDay(30);
        delivery.settle(id);
        Run memory run = runOf(id);
        assertTrue(run.closed);
        assertEq(run.failedDays, 3);
        (uint32[3] memory strikes, ) = registry.strikesOf(miner);
        assertEq(strikes[0], 0);
    }

    /// The fourth failed day may be the last: the run is over either way, but the miner gets its strike.
    function test_F08_fourthFailedDayIsTheLast() public {
        open();
        showDays(0, 26);
        showPower(miner, 9);
        showDays(26, 30);
        toDay(30);
        delivery.settle(id);
        (uint32[3] memory strikes, ) = registry.strikesOf(miner);
        assertEq(strikes[0], vm.getBlockNumber());
        uint256 total = LOTS * (PRICE + bondOf(F));
        assertEq(owed(sp) + warrant.claimable(id, alice), total);
    }

    // ---------------------------------------------------------------- F-08: late or missing proofs

    function test_F08_missedDay_forgiven() public {
        open();
        showDays(0, 1);
        toDay(2); // day 1 is missed
        assertEq(delivery.settle(id), 1);
        delivery.checkpoint(id);
        toDay(3);
        assertEq(delivery.settle(id), 2);
        assertEq(runOf(id).failedDays, 0);
        assertTrue(runOf(id).graceUsed);
        assertEq(owed(sp), 3 * ((LOTS * PRICE) / 30));
    }

    function test_F08_missedDay_notForgivenWhenTheNextFails() public {
        open();
        toDay(1);
        showPower(miner, 9);
        delivery.checkpoint(id);
        toDay(2);
        assertEq(delivery.settle(id), 2);
        assertEq(runOf(id).failedDays, 2);
        assertEq(owed(sp), (9 * PRICE) / 30);
    }

    function test_F08_secondMissedDay_fails() public {
        open();
        showDays(1, 2); // day 0 is missed, and forgiven
        showDays(3, 4); // day 2 is missed
        toDay(4);
        assertEq(delivery.settle(id), 4);
        assertEq(runOf(id).failedDays, 1);
        assertEq(owed(sp), 3 * ((LOTS * PRICE) / 30));
    }

    function test_F08_lastDayMissed_fails() public {
        open();
        showDays(0, 29);
        toDay(30);
        assertEq(delivery.settle(id), 30);
        assertEq(runOf(id).failedDays, 1);
    }

    function test_F08_nobodyEverLooked() public {
        open();
        toDay(40);
        assertEq(delivery.settle(id), 4);
        assertTrue(runOf(id).closed);
        assertEq(owed(sp) + warrant.claimable(id, alice), LOTS * (PRICE + bondOf(F)));
        assertLt(owed(sp), LOTS * bondOf(F));
    }

    function test_RevertWhen_RunUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_UnknownRun.selector, 1);
        vm.expectRevert(unknown);
        delivery.settle(1);
        vm.expectRevert(unknown);
        delivery.checkpoint(1);
        vm.expectRevert(unknown);
        delivery.collect(1, alice);
        vm.expectRevert(unknown);
        delivery.redeem(1);
        vm.expectRevert(unknown);
        delivery.runOf(1);
    }

    /// FU-13: a registry that lists the delivery no more cannot keep its runs open.
    function test_FU13_run_endsOffTheList() public {
        open();
        registry.setModule(address(delivery), false);
        toDay(40);
        delivery.settle(id);
        assertTrue(runOf(id).closed);
        assertEq(registry.encumberedBy(miner, address(delivery)), 0);
    }

    // ---------------------------------------------------------------- F-08: one power, two promises

    /// The clearing promises the rest of the miner; then a third of it fails: both are short by as much.
    function test_F08_samePowerForTwo_sharesTheLoss() public {
        (miner, id) = standardRun(2, LOTS, F);
        address cover = makeAddr("covered shorts");
        registry.setModule(cover, true);
        vm.prank(cover);
        registry.encumber(miner, sp, 10);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_ExceedsCapacity.selector, miner, 20, 21));
        vm.prank(cover);
        registry.encumber(miner, sp, 1);
        showPower(miner, 13);
        // div(10 * 13, 20)
        assertEq(delivery.checkpoint(id), 6);
    }
}
