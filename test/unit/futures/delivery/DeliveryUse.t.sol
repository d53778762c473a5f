// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "../../../../contracts/devnet/ActorCbor.sol";
import {IFilecoinWorld} from "../../../../contracts/devnet/IFilecoinWorld.sol";
import {INativeCallReceiver} from "../../../../contracts/filecoin/interfaces/INativeCallReceiver.sol";
import {CapacityDelivery} from "../../../../contracts/futures/delivery/CapacityDelivery.sol";
import {CapacityUse} from "../../../../contracts/futures/delivery/CapacityUse.sol";
import {ICapacityDelivery} from "../../../../contracts/futures/delivery/interfaces/ICapacityDelivery.sol";
import {ICapacityUse, Request} from "../../../../contracts/futures/delivery/interfaces/ICapacityUse.sol";
import {ICapacityWarrant} from "../../../../contracts/futures/delivery/interfaces/ICapacityWarrant.sol";
import {DeliveryTest} from "./DeliveryTest.sol";

/// @title Capacity that a holder asks for, and what counts as taking it up
contract DeliveryUseTest is DeliveryTest {
    uint32 private constant F = 487;
    uint256 private constant PRICE = uint256(F) * TICK;
    uint64 private constant LOTS = 10;
    uint64 private constant METHOD = 2034386435;
    uint64 private constant SECTOR = 32 << 30;
    bytes private constant PIECE_HEAD = hex"0181e203922020";

    uint64 private miner;
    uint256 private id;

    function open() private {
        (miner, id) = standardRun(1, LOTS, F);
    }

    function ask(address who, uint64 lots) private returns (uint256) {
        vm.prank(who);
        return use.request(id, lots, "data");
    }

    function showDays(uint256 from, uint256 to) private {
        for (uint256 day = from; day < to; ++day) {
            toDay(day);
            delivery.checkpoint(id);
        }
        toDay(to);
    }

    /// @dev In the name of a miner: one sector with one piece.
    function tell(uint64 from, uint64 sector, uint256 commP, uint64 size, uint256 until, bytes memory payload) private {
        bytes memory one = bytes.concat(
            hex"83d82a582800",
            PIECE_HEAD,
            bytes32(commP),
            ActorCbor.writeUint(size),
            ActorCbor.writeBytes(payload)
        );
        bytes memory change = bytes.concat(
            hex"8183",
            ActorCbor.writeUint(sector),
            ActorCbor.writeInt(int256(until)),
            hex"81",
            one
        );
        vm.prank(masked(from));
        (uint32 code, uint64 codec, bytes memory answer) = use.handle_filecoin_method(METHOD, 0x51, change);
        assertEq(code, 0);
        assertEq(codec, 0x51);
        assertEq(answer, hex"8181f5", "always accepted");
    }

    function assertTakenUp(uint256 number, uint64 lots, uint256 stored) private view {
        Request memory r = use.requestOf(id, number);
        assertEq(r.takenUp, lots, "taken up");
        assertEq(r.stored, stored, "stored");
    }

    // ---------------------------------------------------------------- asking

    function test_request_locksAndFallsDue() public {
        open();
        vm.expectEmit(address(use));
        emit ICapacityUse.Requested(id, 0, alice, 4, "data", 3);
        assertEq(ask(alice, 4), 0);
        vm.roll(start + 1);
        assertEq(ask(alice, 6), 1);
        assertEq(use.requestOf(id, 1).dueDay, 4);
        assertEq(use.requestCount(id), 2);
        assertEq(warrant.lockedOf(id, alice), LOTS);
        vm.expectRevert(abi.encodeWithSelector(ICapacityUse.CapacityUse_ExceedsWarrants.selector, id, alice, 0, 1));
        ask(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(ICapacityWarrant.CapacityWarrant_Locked.selector, id, alice, LOTS, 9));
        vm.prank(alice);
        warrant.safeTransferFrom(alice, bob, id, 1, "");
    }

    function test_request_beforeTheStart() public {
        open();
        vm.roll(start - 5 * DAY);
        ask(alice, 4);
        assertEq(use.requestOf(id, 0).dueDay, 3);
        vm.prank(alice);
        use.accept(id, 0, 1);
        showDays(0, 4);
        delivery.settle(id);
        assertEq(runOf(id).idle, 3);
    }

    function test_F09_request_lastMoment() public {
        open();
        toDay(26);
        ask(alice, 1);
        assertEq(use.requestOf(id, 0).dueDay, 29);
        vm.roll(start + 26 * DAY + 1);
        vm.expectRevert(outside(0, start + 26 * DAY + 1));
        ask(alice, 1);
    }

    function test_RevertWhen_AskingAmiss() public {
        open();
        vm.expectRevert(abi.encodeWithSelector(ICapacityUse.CapacityUse_Zero.selector));
        ask(alice, 0);
        vm.expectRevert(abi.encodeWithSelector(ICapacityUse.CapacityUse_ExceedsWarrants.selector, id, bob, 0, 1));
        ask(bob, 1);
        vm.prank(address(delivery));
        warrant.mint(bob, 7, 1);
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_UnknownRun.selector, 7));
        vm.prank(bob);
        use.request(7, 1, "");
        vm.expectRevert(abi.encodeWithSelector(ICapacityUse.CapacityUse_NoRequest.selector, id, 0));
        use.requestOf(id, 0);
    }

    // ---------------------------------------------------------------- another version

    /// An upgrade that names another contract of requests strands nobody: what was asked for can still be taken up, and asked for.
    function test_upgrade_leavesARunWithTheUseItBeganWith() public {
        open();
        ask(alice, 4);
        CapacityUse next = new CapacityUse(delivery, warrant);
        delivery.upgradeToAndCall(
            address(new CapacityDelivery(delivery.CLEARING(), registry, warrant, address(next))),
            ""
        );
        assertEq(delivery.USE(), address(next));
        assertEq(runOf(id).use, address(use));
        vm.expectRevert(
            abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_NotUse.selector, address(use), address(next))
        );
        vm.prank(alice);
        next.request(id, 1, "data");
        toDay(1);
        vm.prank(alice);
        use.accept(id, 0, 3); // by hand
        tell(miner, 1, 1, 1 << 40, start + 86_400, abi.encode(id, 0)); // and by the miner
        assertTakenUp(0, 4, 1 << 40);
        ask(alice, 2);
        showDays(0, 5);
        delivery.settle(id);
        assertEq(runOf(id).idle, 2, "of the second request alone");
    }

    function test_upgrade_laterRunsBeginWithTheNewUse() public {
        miner = registered(sp, 1);
        toNotice();
        intend(alice, 2);
        tenderBy(sp, miner, 2);
        hold(alice, 2);
        hold(sp, -2);
        confirmAll();
        finalise(F);
        CapacityUse next = new CapacityUse(delivery, warrant);
        delivery.upgradeToAndCall(
            address(new CapacityDelivery(delivery.CLEARING(), registry, warrant, address(next))),
            ""
        );
        id = delivery.assign(SERIES, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_NotUse.selector, address(next), address(use))
        );
        ask(alice, 1);
        vm.startPrank(alice);
        next.request(id, 2, "data");
        next.accept(id, 0, 2);
        vm.stopPrank();
        assertEq(next.requestOf(id, 0).takenUp, 2);
    }

    // ---------------------------------------------------------------- idle lots

    /// Three whole days are the seller's; from then on what is not taken up fails, and after four such days the run ends.
    function test_F08_idleLots_fail() public {
        open();
        ask(alice, 4);
        showDays(0, 3);
        delivery.settle(id);
        assertEq(runOf(id).failedDays, 0);
        assertEq(owed(sp), 3 * ((LOTS * PRICE) / 30));
        showDays(3, 4);
        uint256 d = ceilDiv(4 * (PRICE / 5), 30);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.DaysBooked(id, 3, 1, (6 * PRICE) / 30, (4 * PRICE) / 30, d);
        delivery.settle(id);
        showDays(4, 7);
        delivery.settle(id);
        assertTrue(runOf(id).closed);
        assertEq(owed(sp) + warrant.claimable(id, alice), LOTS * (PRICE + bondOf(F)));
    }

    /// What is not proven may be what is idle: it fails once.
    function test_idleAndUnproven_failOnce() public {
        open();
        ask(alice, 4);
        showDays(0, 3);
        showPower(miner, 7);
        showDays(3, 4);
        delivery.settle(id);
        assertEq(owed(sp), 3 * ((LOTS * PRICE) / 30) + (6 * PRICE) / 30);
        showPower(miner, 5);
        showDays(4, 5);
        delivery.settle(id);
        assertEq(owed(sp), 3 * ((LOTS * PRICE) / 30) + (6 * PRICE) / 30 + (5 * PRICE) / 30);
    }

    function test_accept_byTheHolder() public {
        open();
        ask(alice, 4);
        toDay(1);
        vm.expectEmit(address(use));
        emit ICapacityUse.TakenUp(id, 0, 3, 3);
        vm.prank(alice);
        use.accept(id, 0, 3);
        showDays(0, 4);
        delivery.settle(id);
        assertEq(runOf(id).idle, 1);
        assertEq(runOf(id).failedDays, 1);
        vm.prank(alice);
        use.accept(id, 0, 1); // on day 4, which then is no failure
        showDays(4, 30);
        delivery.settle(id);
        assertEq(runOf(id).failedDays, 1);
        assertEq(runOf(id).idle, 0);
    }

    function test_RevertWhen_AcceptingAmiss() public {
        open();
        ask(alice, 4);
        vm.expectRevert(abi.encodeWithSelector(ICapacityUse.CapacityUse_NotHolder.selector, alice, sp));
        vm.prank(sp);
        use.accept(id, 0, 1);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICapacityUse.CapacityUse_Zero.selector));
        use.accept(id, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ICapacityUse.CapacityUse_ExceedsRequest.selector, id, 0, 4, 5));
        use.accept(id, 0, 5);
        vm.expectRevert(abi.encodeWithSelector(ICapacityUse.CapacityUse_NoRequest.selector, id, 1));
        use.accept(id, 1, 1);
        vm.stopPrank();
    }

    function test_RevertWhen_RunIsOver() public {
        open();
        toDay(10);
        delivery.settle(id);
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_RunClosed.selector, id));
        ask(alice, 1);
    }

    function test_RevertWhen_NotNotedByUse() public {
        open();
        bytes memory refusal = abi.encodeWithSelector(
            ICapacityDelivery.CapacityDelivery_NotUse.selector,
            use,
            address(this)
        );
        vm.expectRevert(refusal);
        delivery.noteRequest(id, alice, 1);
        vm.expectRevert(refusal);
        delivery.noteTakenUp(id, 3, 1);
    }

    /// Accepted on the last day, after the days are over: changes nothing, and stops nothing.
    function test_accept_afterTheLastDay() public {
        open();
        ask(alice, 4);
        toDay(31);
        vm.prank(alice);
        use.accept(id, 0, 4);
        delivery.settle(id);
        assertTrue(runOf(id).closed);
    }

    // ---------------------------------------------------------------- told by the miner

    /// Through the simulated miner: 32 sectors of data are a lot, and sealing asks for the receiver's consent.
    function test_takenUp_bySealing() public {
        open();
        ask(alice, 1);
        uint64 first = world.preCommit(miner, 32, false, uint64(vm.getBlockNumber()) + SECTOR_LIFE);
        advanceEpochs(151);
        IFilecoinWorld.PieceNotice[] memory notices = new IFilecoinWorld.PieceNotice[](32);
        bytes memory to = bytes.concat(hex"040a", bytes20(address(use)));
        for (uint64 i; i < 32; ++i) {
            bytes memory cid = bytes.concat(PIECE_HEAD, bytes32(uint256(i)));
            notices[i] = IFilecoinWorld.PieceNotice(first + i, to, cid, SECTOR, abi.encode(id, 0));
        }
        vm.expectEmit(address(use));
        emit ICapacityUse.Stored(id, 0, first, SECTOR, SECTOR);
        vm.expectEmit(address(use));
        emit ICapacityUse.TakenUp(id, 0, 1, 1);
        world.proveCommitNotifying(miner, first, 32, ANY_DEADLINE, 1, notices, true);
        assertTakenUp(0, 1, 1 << 40);
    }

    function test_takenUp_wholeLots() public {
        open();
        ask(alice, 2);
        bytes memory payload = abi.encode(id, 0);
        tell(miner, 1, 1, (1 << 39), start + 86_400, payload);
        assertTakenUp(0, 0, 1 << 39);
        tell(miner, 1, 1, (1 << 39), start + 86_400, payload); // the same piece again
        assertTakenUp(0, 0, 1 << 39);
        tell(miner, 2, 1, (1 << 39), start + 86_400, payload); // in another sector
        assertTakenUp(0, 1, 1 << 40);
        tell(miner, 3, 1, (1 << 42), start + 86_400, payload); // more than was asked for
        assertTakenUp(0, 2, 5 << 40);
        tell(miner, 4, 1, (1 << 40), start + 86_400, payload);
        assertTakenUp(0, 2, 6 << 40);
        showDays(0, 4);
        delivery.settle(id);
        assertEq(runOf(id).failedDays, 0);
    }

    function test_F08_notTakenUp_byWhatDoesNotCount() public {
        open();
        ask(alice, 2);
        bytes memory payload = abi.encode(id, 0);
        uint256 end = start + 86_400;
        uint64 size = 1 << 40;
        uint64 foreign = powerfulMiner(sp2, 1);
        toDay(0);
        tell(foreign, 1, 1, size, end, payload); // another's sector
        tell(miner, 1, 1, size, end - 1, payload); // not committed long enough
        tell(miner, 1, 1, size, end, abi.encode(id, 1)); // no such request
        tell(miner, 1, 1, size, end, abi.encode(id + 1, 0)); // no such run
        tell(miner, 1, 1, size, end, ""); // of nothing
        tell(miner, 1, 1, size, end, abi.encodePacked(id, uint256(0), uint8(0)));
        assertTakenUp(0, 0, 0);
        vm.roll(end);
        tell(miner, 1, 1, size, end, payload); // too late
        assertTakenUp(0, 0, 0);
        delivery.settle(id);
        tell(miner, 1, 1, size, end, payload); // the run is over
        assertTakenUp(0, 0, 0);
    }

    function test_negativeCommitment_isAccepted() public {
        open();
        ask(alice, 2);
        bytes memory one = bytes.concat(
            hex"83d82a582800",
            PIECE_HEAD,
            bytes32(uint256(1)),
            ActorCbor.writeUint(1 << 40),
            ActorCbor.writeBytes(abi.encode(id, 0))
        );
        vm.prank(masked(miner));
        use.handle_filecoin_method(METHOD, 0x51, bytes.concat(hex"8183012081", one));
        assertTakenUp(0, 0, 0);
    }

    function test_RevertWhen_ToldByAStranger() public {
        vm.expectRevert(
            abi.encodeWithSelector(INativeCallReceiver.NativeCallReceiver_NotNativeActor.selector, address(this))
        );
        use.handle_filecoin_method(METHOD, 0x51, hex"80");
    }
}
