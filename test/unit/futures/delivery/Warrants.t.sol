// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {ICapacityDelivery, Run, Side} from "../../../../contracts/futures/delivery/interfaces/ICapacityDelivery.sol";
import {ICapacityWarrant} from "../../../../contracts/futures/delivery/interfaces/ICapacityWarrant.sol";
import {DeliveryTest} from "./DeliveryTest.sol";

/// @title Warrants: transferred mid-delivery, locked, redeemed; and the ledger of a run to the atom
contract WarrantsTest is DeliveryTest {
    uint32 private constant F = 487;
    uint256 private constant PRICE = uint256(F) * TICK;
    uint64 private constant LOTS = 10;

    uint64 private miner;
    uint256 private id;

    function open() private {
        (miner, id) = standardRun(1, LOTS, F);
    }

    function give(address from, address to, uint256 lots) private {
        vm.prank(from);
        warrant.safeTransferFrom(from, to, id, lots, "");
    }

    function failDay(uint256 day, uint256 proven) private {
        toDay(day);
        showPower(miner, proven);
        delivery.checkpoint(id);
        toDay(day + 1);
        delivery.settle(id);
    }

    // ---------------------------------------------------------------- transfers

    /// What a day gives back belongs to who held the warrants when it was booked.
    function test_F08_transfer_midDelivery() public {
        open();
        failDay(0, 7);
        uint256 first = warrant.claimable(id, alice) / LOTS;
        assertGt(first, 0);
        give(alice, bob, 3);
        assertEq(warrant.claimable(id, alice), first * LOTS);
        assertEq(warrant.claimable(id, bob), 0);
        failDay(1, 4);
        uint256 second = warrant.claimable(id, bob) / 3;
        assertGt(second, first);
        assertEq(warrant.claimable(id, alice), first * LOTS + second * 7);
        delivery.collect(id, alice);
        give(alice, carol, 7);
        give(bob, carol, 1);
        failDay(2, 0);
        uint256 third = warrant.claimable(id, carol) / 8;
        assertEq(warrant.claimable(id, alice), 0);
        assertEq(warrant.claimable(id, bob), second * 3 + third * 2);
        assertEq(warrant.claimable(id, carol), third * 8);
    }

    function test_transfer_toOneself_andTwiceInABatch() public {
        open();
        failDay(0, 7);
        uint256 due = warrant.claimable(id, alice);
        give(alice, alice, LOTS);
        assertEq(warrant.claimable(id, alice), due);
        uint256[] memory ids = new uint256[](2);
        uint256[] memory values = new uint256[](2);
        (ids[0], ids[1], values[0], values[1]) = (id, id, 2, 3);
        vm.prank(alice);
        warrant.safeBatchTransferFrom(alice, bob, ids, values, "");
        assertEq(warrant.balanceOf(bob, id), 5);
        assertEq(warrant.claimable(id, alice), due);
        assertEq(warrant.claimable(id, bob), 0);
        failDay(1, 7);
        assertEq(warrant.claimable(id, alice) - due, warrant.claimable(id, bob));
        ids[1] = id + 1;
        vm.expectRevert(
            abi.encodeWithSelector(IERC1155Errors.ERC1155InsufficientBalance.selector, alice, 0, 3, id + 1)
        );
        vm.prank(alice);
        warrant.safeBatchTransferFrom(alice, bob, ids, values, "");
    }

    function test_redeem_afterTheRun() public {
        open();
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_RunOpen.selector, id));
        vm.prank(alice);
        delivery.redeem(id);
        give(alice, bob, 4);
        toDay(40);
        delivery.settle(id);
        uint256 due = warrant.claimable(id, alice);
        uint256 before = balance(alice);
        vm.prank(alice);
        assertEq(delivery.redeem(id), due);
        assertEq(balance(alice), before + due);
        assertEq(warrant.balanceOf(alice, id), 0);
        assertEq(warrant.totalSupply(id), 4);
        assertEq(warrant.claimable(id, alice), 0);
        delivery.collect(id, bob);
        vm.prank(bob);
        assertEq(delivery.redeem(id), 0);
        assertEq(warrant.totalSupply(id), 0);
    }

    // ---------------------------------------------------------------- who may

    function test_RevertWhen_NotDelivery() public {
        bytes memory refusal = abi.encodeWithSelector(
            ICapacityWarrant.CapacityWarrant_NotDelivery.selector,
            delivery,
            alice
        );
        vm.startPrank(alice);
        vm.expectRevert(refusal);
        warrant.mint(alice, 1, 1);
        vm.expectRevert(refusal);
        warrant.burnAll(alice, 1);
        vm.expectRevert(refusal);
        warrant.accrue(1, 1);
        vm.expectRevert(refusal);
        warrant.take(1, alice);
        vm.expectRevert(refusal);
        warrant.setLocked(1, alice, 1);
        vm.stopPrank();
    }

    function test_locked_staysWithItsHolder() public {
        open();
        vm.startPrank(address(delivery));
        vm.expectRevert(
            abi.encodeWithSelector(ICapacityWarrant.CapacityWarrant_Locked.selector, id, alice, LOTS + 1, LOTS)
        );
        warrant.setLocked(id, alice, LOTS + 1);
        warrant.setLocked(id, alice, 4);
        vm.stopPrank();
        assertEq(warrant.lockedOf(id, alice), 4);
        give(alice, bob, 6);
        vm.expectRevert(abi.encodeWithSelector(ICapacityWarrant.CapacityWarrant_Locked.selector, id, alice, 4, 3));
        vm.prank(alice);
        warrant.safeTransferFrom(alice, bob, id, 1, "");
        toDay(40);
        delivery.settle(id);
        vm.prank(alice);
        delivery.redeem(id); // a lock does not outlive what it was for
        assertEq(warrant.balanceOf(alice, id), 0);
        assertEq(warrant.lockedOf(id, alice), 0);
    }

    /// SilicaPools, March 2025: mint and ledger come from one variable. What is minted is what the run has, at the largest amount too.
    function test_silica2025_mint_andLedgerAgree() public {
        vm.startPrank(address(delivery));
        warrant.mint(alice, 5, type(uint128).max);
        warrant.mint(alice, 5, 2);
        assertEq(warrant.balanceOf(alice, 5), uint256(type(uint128).max) + 2);
        assertEq(warrant.totalSupply(5), uint256(type(uint128).max) + 2);
        warrant.accrue(5, 3);
        assertEq(warrant.take(5, alice), 3 * (uint256(type(uint128).max) + 2));
        assertEq(warrant.burnAll(alice, 5), uint256(type(uint128).max) + 2);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- the ledger of a run

    /// FU-7, FU-11, FU-12: whatever the days show, whenever they are booked, whoever holds the warrants: paid + given back + held =
    /// funded, to the atom, and in the end nothing is left.
    /// hardhat-config: fuzz.runs = 128
    function testFuzz_FU07_runBalances(uint256[30] memory seeds, uint32 ticks, uint32 index) public {
        ticks = uint32(bound(ticks, 1, 601));
        clearing.setIndex(SERIES, index);
        (miner, id) = standardRun(1, LOTS, ticks);
        if (intentOf(0).held != 0) delivery.refund(SERIES, Side.Buyer, 0);
        if (tenderOf(0).held != 0) delivery.refund(SERIES, Side.Seller, 0);
        if (owed(alice) != 0) delivery.withdraw(address(token), alice);
        if (owed(sp) != 0) delivery.withdraw(address(token), sp);
        uint256 funded = LOTS * (uint256(ticks) * TICK + bondOf(ticks));
        assertEq(balance(address(delivery)), funded, "FU-12: all but the run is paid out");

        address[3] memory who = [alice, bob, carol];
        uint256 paid;
        for (uint256 day; day < 30 && !runOf(id).closed; ++day) {
            uint256 seed = seeds[day];
            toDay(day);
            if (seed % 4 != 0) showPower(miner, seed % 8 < 6 ? 10 : (seed >> 8) % 11);
            if (seed % 9 != 0) delivery.checkpoint(id);
            address from = who[(seed >> 16) % 3];
            uint256 lots = (seed >> 24) % (warrant.balanceOf(from, id) + 1);
            give(from, who[(seed >> 32) % 3], lots);
            if ((seed >> 40) % 3 == 0) try delivery.settle(id) {} catch {} // nothing to book
            if ((seed >> 48) % 3 == 0) paid += _collect(from);
            _assertBalanced(who, funded, paid);
        }
        toDay(30);
        if (!runOf(id).closed) delivery.settle(id);
        _assertBalanced(who, funded, paid);
        assertTrue(runOf(id).closed, "FU-13");
        for (uint256 i; i < 3; ++i) paid += _collect(who[i]);
        uint256 toSeller = delivery.withdraw(address(token), sp);
        assertEq(paid + toSeller, funded, "FU-7");
        assertEq(balance(address(delivery)), 0, "FU-12");
        assertEq(registry.encumberedBy(miner, address(delivery)), 0, "FU-13");
    }

    function _collect(address who) private returns (uint256) {
        return warrant.claimable(id, who) == 0 ? 0 : delivery.collect(id, who);
    }

    function _assertBalanced(address[3] memory who, uint256 funded, uint256 paid) private view {
        Run memory run = runOf(id);
        uint256 holders = warrant.claimable(id, who[0]) + warrant.claimable(id, who[1]) + warrant.claimable(id, who[2]);
        uint256 sum = uint256(run.unearned) + run.bond + run.carry + holders + owed(sp);
        assertEq(sum + paid, funded, "FU-7: paid + given back + held = funded");
        assertEq(balance(address(delivery)), sum, "FU-12: the balance is what is owed");
        assertLe(run.bond, funded, "FU-11");
        assertEq(warrant.totalSupply(id), LOTS, "FU-7: warrants");
    }
}
