// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";

import {ControlAuction} from "../../../../contracts/loans/ControlAuction.sol";
import {ControlSale, IControlAuction} from "../../../../contracts/loans/interfaces/IControlAuction.sol";
import {ControlFacts} from "../../../../contracts/loans/interfaces/ILoanEscrow.sol";
import {ControlTest} from "./ControlTest.sol";

/// @notice Opening, starting over, ending; the guardian and the set-up.
contract ControlAuctionTest is ControlTest {
    // ------------------------------------------------------------------------------------------------ kick

    function test_kick_opensTheAuction() public {
        (uint256 loanId, , uint64 minerId) = sickLoan();
        ControlFacts memory f = factsOf(minerId);
        assertEq(f.loanId, loanId);
        assertTrue(f.escrowed);
        assertLt(f.healthWad, 0.95e18);
        assertEq(f.healthWad, book.positionOf(loanId).healthWad);
        uint256 reserve = (f.orderlyValue * 94 + 99) / 100;
        vm.expectEmit(address(control));
        emit IControlAuction.ControlAuctionStarted(minerId, loanId, keeper, f.healthWad, reserve);
        kick(minerId);
        assertEq(control.activeAuctions(), 1);
        assertEq(control.minersOnSale().length, 1);
        assertEq(control.minersOnSale()[0], minerId);
        ControlSale memory sale = control.saleOf(minerId);
        assertEq(abi.encode(sale), abi.encode(ControlSale(uint64(loanId), uint32(block.number), 0, true, 0)));
    }

    function test_RevertWhen_kickAtHealth095() public {
        (uint256 loanId, address account, uint64 minerId) = stretchedLoan();
        escrow(loanId, account, 0);
        advanceEpochs(1);
        uint256 healthWad = book.positionOf(loanId).healthWad;
        assertGe(healthWad, 0.95e18);
        vm.expectRevert(
            abi.encodeWithSelector(IControlAuction.ControlAuction_Healthy.selector, loanId, 0.95e18, healthWad)
        );
        control.kick(minerId);
        ControlFacts memory f = factsOf(minerId);
        f.healthWad = 0.95e18;
        vm.mockCall(address(book), abi.encodeCall(book.controlOf, (minerId)), abi.encode(f));
        vm.expectRevert(
            abi.encodeWithSelector(IControlAuction.ControlAuction_Healthy.selector, loanId, 0.95e18, 0.95e18)
        );
        control.kick(minerId);
        f.healthWad = 0.95e18 - 1;
        f.cash = 0;
        vm.mockCall(address(book), abi.encodeCall(book.controlOf, (minerId)), abi.encode(f));
        control.kick(minerId);
    }

    function test_RevertWhen_kickOfALienMiner() public {
        (uint256 loanId, , uint64 minerId) = stretchedLoan();
        fall(loanId, 0.95e18);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotEscrowed.selector, minerId, loanId));
        control.kick(minerId);
    }

    function test_RevertWhen_kickOfAMinerOfNoLoan() public {
        uint64 minerId = newMiner(1, 0);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotEscrowed.selector, minerId, 0));
        control.kick(minerId);
    }

    /// A miner on its way out is the loan book's, and counts by the lien.
    function test_RevertWhen_kickOfAMinerOnItsWayOut() public {
        (uint256 loanId, , uint64 minerId) = provenEscrow(500 ether);
        release(loanId, 0, 1_234);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotEscrowed.selector, minerId, loanId));
        control.kick(minerId);
    }

    function test_RevertWhen_kickInTheCoolOff() public {
        (uint256 loanId, address account, uint64 minerId) = stretchedLoan();
        fall(loanId, 0.8e18);
        sweepAll(loanId);
        escrow(loanId, account, 0);
        fall(loanId, 0.95e18);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_CoolOff.selector, loanId, block.number));
        control.kick(minerId);
        advanceEpochs(1);
        control.kick(minerId);
    }

    function test_RevertWhen_kickBeforeASweep() public {
        (uint256 loanId, , uint64 minerId) = sickLoan();
        fundMiner(minerId, 0.1 ether + 1);
        uint256 cash = factsOf(minerId).cash;
        assertGt(cash, 0.1 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IControlAuction.ControlAuction_SweepFirst.selector, loanId, cash, 0.1 ether)
        );
        control.kick(minerId);
        vm.prank(keeper);
        book.sweep(loanId, 0);
        kick(minerId);
    }

    function test_RevertWhen_kickedTwice() public {
        (, , uint64 minerId) = auctioned();
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_AlreadyActive.selector, minerId));
        control.kick(minerId);
    }

    function test_RevertWhen_tooManyRun() public {
        (, , uint64 minerId) = sickLoan();
        bytes32 base = 0x35100873e40e9b4862d8dc517fa1f1b7719bb7b2f9663144aca520b0fb2cab00;
        bytes32 slot = bytes32(uint256(base) + 2);
        vm.store(address(control), slot, bytes32(uint256(64)));
        assertEq(control.activeAuctions(), 64);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_TooMany.selector, 64));
        control.kick(minerId);
        vm.store(address(control), slot, bytes32(uint256(63)));
        control.kick(minerId);
    }

    function test_RevertWhen_theMinerIsWorthless() public {
        (, , uint64 minerId) = sickLoan();
        ControlFacts memory f = factsOf(minerId);
        f.orderlyValue = 0;
        vm.mockCall(address(book), abi.encodeCall(book.controlOf, (minerId)), abi.encode(f));
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_Worthless.selector, minerId));
        control.kick(minerId);
    }

    // ------------------------------------------------------------------------------------------------ the price

    function test_quote_fallsFromAboveTheOrderlyValueToTheReserve() public {
        (, , uint64 minerId) = auctioned();
        uint256 value = factsOf(minerId).orderlyValue;
        (uint256 price, uint256 reserve, uint256 healthWad) = control.quote(minerId);
        assertEq(price, (value * 12 + 9) / 10, "1.2 x");
        assertEq(healthWad, factsOf(minerId).healthWad);
        assertGe(reserve, factsOf(minerId).walkAwayValue);
        advanceEpochs(1);
        value = factsOf(minerId).orderlyValue;
        (price, , ) = control.quote(minerId);
        assertEq(price, (value * 1.2e18 + 1.0001e18 - 1) / 1.0001e18, "a basis point less");
        advanceEpochs(2_879);
        (price, reserve, ) = control.quote(minerId);
        assertEq(price, reserve);
        assertEq(reserve, (factsOf(minerId).orderlyValue * 94 + 99) / 100);
        advanceEpochs(1_000);
        (price, reserve, ) = control.quote(minerId);
        assertEq(price, reserve, "and no lower");
    }

    function test_quote_isZeroWhileNothingIsForSale() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        repayAll(loanId);
        (uint256 price, uint256 reserve, uint256 healthWad) = control.quote(minerId);
        assertEq(price, 0);
        assertEq(reserve, 0);
        assertEq(healthWad, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotActive.selector, 9));
        control.quote(9);
    }

    // ------------------------------------------------------------------------------------------------ restart, end

    function test_restart_startsOverTwice() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        uint256 endsAt = block.number + 2_880;
        advanceEpochs(2_879);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotExpired.selector, minerId, endsAt));
        control.restart(minerId);
        for (uint8 round = 1; round < 3; ++round) {
            advanceEpochs(round == 1 ? 1 : 2_880);
            (, uint256 reserve, ) = control.quote(minerId);
            vm.expectEmit(address(control));
            emit IControlAuction.ControlAuctionRestarted(minerId, loanId, round, reserve);
            control.restart(minerId);
            assertEq(control.saleOf(minerId).startEpoch, block.number);
            (uint256 price, , ) = control.quote(minerId);
            assertEq(price, (factsOf(minerId).orderlyValue * 12 + 9) / 10);
        }
        advanceEpochs(2_880);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NoRoundsLeft.selector, minerId, 3));
        control.restart(minerId);
    }

    function test_RevertWhen_restartedThoughNothingIsForSale() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        advanceEpochs(2_880);
        repayAll(loanId);
        vm.expectRevert(
            abi.encodeWithSelector(IControlAuction.ControlAuction_Healthy.selector, loanId, 0.95e18, type(uint256).max)
        );
        control.restart(minerId);
    }

    function test_end_unsoldAfterTheLastRound_andOpenAgainADayLater() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        advanceEpochs(2_880);
        control.restart(minerId);
        advanceEpochs(2_880);
        control.restart(minerId);
        uint256 endsAt = block.number + 2_880;
        advanceEpochs(2_879);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotExpired.selector, minerId, endsAt));
        control.end(minerId);
        advanceEpochs(1);
        vm.expectEmit(address(control));
        emit IControlAuction.ControlAuctionEnded(minerId, loanId, true);
        control.end(minerId);
        assertEq(control.activeAuctions(), 0);
        uint256 closedUntil = block.number + 2_880;
        advanceEpochs(2_879);
        sweepAll(loanId);
        vm.expectRevert(
            abi.encodeWithSelector(IControlAuction.ControlAuction_NotExpired.selector, minerId, closedUntil)
        );
        control.kick(minerId);
        advanceEpochs(1);
        sweepAll(loanId);
        kick(minerId);
        assertEq(control.saleOf(minerId).round, 0);
    }

    /// Nobody started the rounds over, and nobody can: the place is free after all of their time.
    function test_end_afterTheTimeOfAllRounds_readsNothing() public {
        (, , uint64 minerId) = auctioned();
        advanceEpochs(3 * 2_880);
        vm.mockCallRevert(address(book), abi.encodeCall(book.controlOf, (minerId)), "broken");
        control.end(minerId);
        assertEq(control.activeAuctions(), 0);
        assertFalse(control.saleOf(minerId).active);
    }

    function test_end_assoonAsTheLoanIsHealthyAgain() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        vm.deal(bob, 1_000 ether);
        vm.prank(bob);
        book.repay{value: 1_000 ether}(loanId);
        vm.expectEmit(address(control));
        emit IControlAuction.ControlAuctionEnded(minerId, loanId, false);
        control.end(minerId);
        assertEq(control.saleOf(minerId).closedUntil, 0);
    }

    /// A miner that has left its loan is in no list of miners: whoever is to end its auction must find it here.
    function test_minersOnSale_keepsAMinerThatLeftItsLoan_untilTheEnd() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        repayAll(loanId);
        release(loanId, 0, idOf(sp));
        assertEq(control.minersOnSale()[0], minerId);
        vm.expectEmit(address(control));
        emit IControlAuction.ControlAuctionEnded(minerId, loanId, false);
        control.end(minerId);
        assertEq(control.minersOnSale().length, 0);
    }

    function test_RevertWhen_endRestartTakeOfNoAuction() public {
        (, , uint64 minerId) = sickLoan();
        bytes memory refusal = abi.encodeWithSelector(IControlAuction.ControlAuction_NotActive.selector, minerId);
        vm.expectRevert(refusal);
        control.end(minerId);
        vm.expectRevert(refusal);
        control.restart(minerId);
        vm.expectRevert(refusal);
        control.take(minerId, type(uint256).max, buyerId, "");
    }

    // ------------------------------------------------------------------------------------------------ guardian, set-up

    function test_pauseAuctions_stopsKicksForSevenDaysAndNothingElse() public {
        (, , uint64 minerId) = auctioned();
        vm.expectEmit(address(control));
        emit IControlAuction.ControlAuctionsPaused(block.number + 20_160);
        vm.prank(guardian);
        control.pauseAuctions();
        uint256 until = control.auctionsPausedUntil();
        buy(minerId);
        minerId = createMiner(sp);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_Paused.selector, until));
        control.kick(minerId);
        advanceEpochs(until - block.number);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotEscrowed.selector, minerId, 0));
        control.kick(minerId);
        vm.expectRevert(
            abi.encodeWithSelector(IControlAuction.ControlAuction_PauseNotAllowed.selector, until + 20_160)
        );
        vm.prank(guardian);
        control.pauseAuctions();
        advanceEpochs(20_160);
        vm.prank(guardian);
        control.pauseAuctions();
    }

    function test_RevertWhen_strangersPauseOrUpgrade() public {
        address next = address(new ControlAuction(book, wfil));
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, mallory);
        vm.startPrank(mallory);
        vm.expectRevert(refusal);
        control.pauseAuctions();
        vm.expectRevert(refusal);
        control.upgradeToAndCall(next, "");
        vm.stopPrank();
    }

    function test_RevertWhen_initializedAgain() public {
        ControlAuction implementation = new ControlAuction(book, wfil);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        implementation.initialize(address(manager));
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        control.initialize(address(manager));
    }

    function test_RevertWhen_plainFilIsSent() public {
        vm.deal(bob, 1 ether);
        vm.prank(bob);
        (bool ok, bytes memory reason) = address(control).call{value: 1 ether}("");
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(IControlAuction.ControlAuction_UnexpectedFil.selector, bob, 1 ether));
    }

    function test_storageSlotIsTheNamespaces() public pure {
        bytes32 slot =
            keccak256(abi.encode(uint256(keccak256("plimsoll.storage.ControlAuction")) - 1)) & ~bytes32(uint256(0xff));
        assertEq(slot, 0x35100873e40e9b4862d8dc517fa1f1b7719bb7b2f9663144aca520b0fb2cab00);
    }
}
