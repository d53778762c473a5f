// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {BeneficiaryTerm} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {Covenant, LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {ILoanBook, Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @notice Into escrow, and out of it.
contract EscrowInAndOutTest is EscrowTest {
    // ------------------------------------------------------------------------------------------------ into escrow

    function test_escrowMiner_takesTheOwnershipAndKeepsTheLien() public {
        (uint256 loanId, address account, uint64 minerId) = preparedLoan(500 ether);
        uint64 spId = idOf(sp);
        changeOwner(sp, minerId, idOf(account));
        vm.expectEmit(address(book));
        emit MinerEscrowed(loanId, minerId, spId);
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        assertOwner(minerId, idOf(account), 0);
        assertLien(minerId, account);
        assertEq(loanOf(loanId).coolOffSince, block.number);
        assertEq(book.minersOf(loanId)[0].minerId, minerId);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
    }

    function test_escrowMiner_countsTheOrderlyValueByTheEscrowWeights() public {
        (uint256 loanId, address account, ) = preparedLoan(500 ether);
        Position memory lien = book.positionOf(loanId);
        assertEq(lien.assessment.escrowValue, 0);
        escrow(loanId, account, 0);
        Position memory p = book.positionOf(loanId);
        assertEq(p.assessment.walkAwayValue, 0);
        assertEq(p.assessment.escrowValue, lien.assessment.orderlyValue);
        assertEq(p.drawLimit, (p.assessment.escrowValue * 86) / 100);
        assertEq(p.callLimit, (p.assessment.escrowValue * 90) / 100);
        assertEq(p.liquidationLimit, (p.assessment.escrowValue * 94) / 100);
        assertGt(p.drawLimit, lien.drawLimit, "that is what it is for");
    }

    function test_escrowMiner_drawsMoreThanTheLienWould() public {
        (uint256 loanId, address account, ) = stretchedLoan();
        vm.expectPartialRevert(LoanBook_DrawTest.selector);
        vm.prank(sp);
        book.draw(loanId, 0);
        escrow(loanId, account, 0);
        vm.prank(sp);
        book.draw(loanId, 0);
        assertGe(book.debtOf(loanId), 2_600 ether);
    }

    function test_RevertWhen_theOwnerHasNotProposedTheAccount() public {
        (uint256 loanId, address account, uint64 minerId) = preparedLoan(500 ether);
        (uint64 accountId, uint64 bobId) = (idOf(account), idOf(bob));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OwnerNotProposed.selector, minerId, accountId, 0));
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        changeOwner(sp, minerId, bobId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OwnerNotProposed.selector, minerId, accountId, bobId));
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
    }

    function test_RevertWhen_theOwnerHasTakenItsProposalBack() public {
        (uint256 loanId, address account, uint64 minerId) = preparedLoan(500 ether);
        (uint64 accountId, uint64 spId) = (idOf(account), idOf(sp));
        changeOwner(sp, minerId, accountId);
        changeOwner(sp, minerId, spId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OwnerNotProposed.selector, minerId, accountId, 0));
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        assertOwner(minerId, spId, 0);
    }

    function test_RevertWhen_itIsInEscrowAlready() public {
        (uint256 loanId, address account, uint64 minerId) = escrowedLoan(500 ether);
        uint64 accountId = idOf(account);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OwnerNotProposed.selector, minerId, accountId, 0));
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
    }

    function test_RevertWhen_anotherEscrows() public {
        (uint256 loanId, address account, uint64 minerId) = preparedLoan(500 ether);
        changeOwner(sp, minerId, idOf(account));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, mallory));
        vm.prank(mallory);
        book.escrowMiner(loanId, 0);
    }

    function test_RevertWhen_noSuchMinerOrLoan() public {
        (uint256 loanId, , ) = preparedLoan(500 ether);
        bytes memory refusal = abi.encodeWithSelector(LoanBook_NoSuchMiner.selector, loanId, 1, 1);
        vm.startPrank(sp);
        vm.expectRevert(refusal);
        book.escrowMiner(loanId, 1);
        vm.expectRevert(refusal);
        book.releaseMiner(loanId, 1, 1_234);
        vm.expectRevert(refusal);
        book.setControl(loanId, 1, 1_234, new uint64[](0));
        vm.expectRevert(refusal);
        book.confirmWorker(loanId, 1);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 99));
        book.escrowMiner(99, 0);
        vm.stopPrank();
    }

    function test_RevertWhen_attachesArePaused_butNotTheWayBack() public {
        (uint256 loanId, address account, uint64 minerId) = escrowedLoan(500 ether);
        uint64 spId = idOf(sp);
        vm.prank(guardian);
        book.pauseAttaches();
        uint256 until = book.attachesPausedUntil();
        release(loanId, 0, spId);
        assertOwner(minerId, bookId, spId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_Paused.selector, until));
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        advanceEpochs(until - block.number);
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        assertOwner(minerId, idOf(account), 0);
    }

    function test_escrowMiner_startsTheCoolOff() public {
        (uint256 loanId, address account, ) = provenLoan(500 ether);
        assertLt(loanOf(loanId).coolOffSince, block.number);
        escrow(loanId, account, 0);
        assertEq(loanOf(loanId).coolOffSince, block.number);
    }

    /// Where nearly all is cash, the walk-away value is almost the orderly one, and escrow's lower weight is a loss.
    function test_RevertWhen_escrowLowersWhatMayBeDrawnBelowTheDebt() public {
        (uint256 loanId, address account) = openLoan(2_000 ether);
        uint64 minerId = newMiner(1, 1 ether, 2_400 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        uint256 spare = book.positionOf(loanId).drawLimit - book.debtOf(loanId) - 1 ether;
        // Brought down by the owner's own withdrawal, whose FIL comes to the account and counts no more.
        ownerWithdraws(minerId, (spare * 100) / 88);
        Position memory p = book.positionOf(loanId);
        assertGe(p.drawLimit, p.debt);
        uint256 limit = (p.assessment.orderlyValue * 86) / 100;
        changeOwner(sp, minerId, idOf(account));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DrawTest.selector, loanId, limit, p.debt));
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        // With room to spare it is the SP's to decide.
        vm.deal(bob, 100 ether);
        vm.prank(bob);
        book.repay{value: 100 ether}(loanId);
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        assertLt(book.positionOf(loanId).drawLimit, p.drawLimit);
    }

    /// Raising the value is welcome in every state: it is what a cure may need.
    function test_escrowMiner_raisesTheValueOfACalledLoan() public {
        (uint256 loanId, address account, ) = provenLoan(2_400 ether);
        shock(loanId, 0.99e18);
        book.review(loanId);
        assertState(loanId, LoanState.Call);
        uint256 before = book.positionOf(loanId).healthWad;
        escrow(loanId, account, 0);
        assertGt(book.positionOf(loanId).healthWad, before);
        assertState(loanId, LoanState.Call);
    }

    // ------------------------------------------------------------------------------------------------ detach, close

    function test_RevertWhen_detachedOutOfEscrow() public {
        (uint256 loanId, address account, uint64 minerId) = escrowedLoan(500 ether);
        (uint64 accountId, uint64 spId) = (idOf(account), idOf(sp));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_Escrowed.selector, loanId, minerId, accountId));
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotCloseable.selector, loanId, 0, 0, 1));
        vm.prank(sp);
        book.close(loanId);
        release(loanId, 0, spId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_Escrowed.selector, loanId, minerId, bookId));
        vm.prank(sp);
        book.detachMiner(loanId, 0);
    }

    function test_theWholeWay_inAndOutAndClosed() public {
        (uint256 loanId, address account, uint64 minerId) = provenEscrow(500 ether);
        repayAll(loanId);
        uint64 spId = idOf(sp);
        release(loanId, 0, spId);
        changeOwner(sp, minerId, spId); // accepts
        assertOwner(minerId, spId, 0);
        assertLien(minerId, account);
        proposeBack(minerId);
        vm.startPrank(sp);
        book.detachMiner(loanId, 0);
        book.close(loanId);
        vm.stopPrank();
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, spId);
        assertState(loanId, LoanState.Closed);
    }

    // ------------------------------------------------------------------------------------------------ out of escrow

    function test_releaseMiner_leavesTheLienAndProposesTheNewOwner() public {
        (uint256 loanId, address account, uint64 minerId) = provenEscrow(500 ether);
        uint64 spId = idOf(sp);
        vm.expectEmit(address(book));
        emit MinerReleased(loanId, minerId, spId);
        release(loanId, 0, spId);
        assertOwner(minerId, bookId, spId);
        assertLien(minerId, account);
        Position memory p = book.positionOf(loanId);
        assertEq(p.assessment.escrowValue, 0, "a lien miner again");
        assertGt(p.assessment.walkAwayValue, 0);
        assertTrue(p.assessment.ownerChangePending);
    }

    /// The heart of the matter: owner and beneficiary were one actor, and the lien does not go with the ownership.
    function test_releaseMiner_theLienOutlivesTheAcceptance() public {
        (uint256 loanId, address account, uint64 minerId) = provenEscrow(500 ether);
        uint64 bobId = idOf(bob);
        release(loanId, 0, bobId);
        changeOwner(bob, minerId, bobId);
        assertOwner(minerId, bobId, 0);
        assertLien(minerId, account);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
        // The owner's withdrawal pays the account, his proposal needs its consent.
        nativeCall(bob, minerId, FilecoinMethods.CHANGE_BENEFICIARY, beneficiaryParams(bobId, 0, 0));
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, idOf(account));
        assertTrue(facts.beneficiaryTerm(minerId).hasPending);
    }

    function test_releaseMiner_withoutDebtInAnyState() public {
        (uint256 loanId, , uint64 minerId) = provenEscrow(500 ether);
        faultAll(minerId);
        book.review(loanId);
        assertState(loanId, LoanState.Watch);
        uint64 spId = idOf(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Watch));
        vm.prank(sp);
        book.releaseMiner(loanId, 0, spId);
        repayAll(loanId);
        release(loanId, 0, spId);
        assertOwner(minerId, bookId, spId);
    }

    function test_RevertWhen_theLienWouldNotCarryTheDebt() public {
        (uint256 loanId, address account, uint64 minerId) = stretchedLoan();
        escrow(loanId, account, 0);
        (uint64 spId, uint256 debt) = (idOf(sp), book.debtOf(loanId));
        uint256 limit = (book.controlOf(minerId).walkAwayValue * 88) / 100;
        assertLt(limit, debt);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DrawTest.selector, loanId, limit, debt));
        vm.prank(sp);
        book.releaseMiner(loanId, 0, spId);
        assertOwner(minerId, idOf(account), 0);
        assertLien(minerId, account);
    }

    function test_RevertWhen_strangersRelease() public {
        (uint256 loanId, , ) = escrowedLoan(500 ether);
        uint64 id = idOf(mallory);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, mallory));
        vm.prank(mallory);
        book.releaseMiner(loanId, 0, id);
    }

    function test_RevertWhen_aLienMinerIsReleased() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(500 ether);
        uint64 spId = idOf(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotEscrowed.selector, loanId, minerId, spId, 0));
        vm.prank(sp);
        book.releaseMiner(loanId, 0, 1_234);
    }

    function test_RevertWhen_theNewOwnerIsNobodyOrOurselves() public {
        (uint256 loanId, address account, ) = escrowedLoan(500 ether);
        uint64[3] memory ids = [0, idOf(account), bookId];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(LoanBook_InvalidOwner.selector, ids[i]));
            vm.prank(sp);
            book.releaseMiner(loanId, 0, ids[i]);
        }
    }

    function test_releaseMiner_againProposesAnother_evenUnderWatch() public {
        (uint256 loanId, address account, uint64 minerId) = provenEscrow(500 ether);
        release(loanId, 0, 999_999); // a number nobody has
        book.review(loanId);
        assertState(loanId, LoanState.Watch);
        uint64 spId = idOf(sp);
        release(loanId, 0, spId);
        assertOwner(minerId, bookId, spId);
        assertLien(minerId, account);
        changeOwner(sp, minerId, spId);
        book.review(loanId);
        assertState(loanId, LoanState.Healthy);
    }

    function test_escrowMiner_takesBackWhatNobodyAccepted() public {
        (uint256 loanId, address account, uint64 minerId) = provenEscrow(500 ether);
        release(loanId, 0, 999_999);
        vm.expectEmit(address(book));
        emit MinerEscrowed(loanId, minerId, bookId);
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        assertOwner(minerId, idOf(account), 0);
        assertLien(minerId, account);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
    }

    /// Accepted in between, it is the new owner's to propose the account again.
    function test_RevertWhen_takenBackAfterTheAcceptance() public {
        (uint256 loanId, address account, uint64 minerId) = provenEscrow(500 ether);
        (uint64 spId, uint64 accountId) = (idOf(sp), idOf(account));
        release(loanId, 0, spId);
        changeOwner(sp, minerId, spId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OwnerNotProposed.selector, minerId, accountId, 0));
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotEscrowed.selector, loanId, minerId, spId, 0));
        vm.prank(sp);
        book.releaseMiner(loanId, 0, spId);
    }

    /// What another miner's owner does is not excused by this one's release.
    function test_RevertWhen_anotherMinersOwnerIsChanging() public {
        (uint256 loanId, address account, ) = provenEscrow(500 ether);
        uint64 second = newMiner(10, 1 ether);
        attach(loanId, account, second);
        changeOwner(sp, second, idOf(bob));
        uint64 spId = idOf(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_CovenantBroken.selector, loanId, Covenant.OwnerChangePending));
        vm.prank(sp);
        book.releaseMiner(loanId, 0, spId);
    }

    function test_RevertWhen_releaseWithStripsOutstanding() public {
        (uint256 loanId, address account, ) = stretchedLoan();
        escrow(loanId, account, 0);
        fall(loanId, 0.995e18);
        sweepAll(loanId);
        fall(loanId, 0.995e18);
        advanceEpochs(1);
        vm.prank(keeper);
        auction.kick(loanId);
        takeAll(loanId, bob);
        repayAll(loanId);
        uint256 outstanding = loanOf(loanId).stripSold - loanOf(loanId).stripPaid;
        assertGt(outstanding, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_StripsOutstanding.selector, loanId, outstanding));
        vm.prank(sp);
        book.releaseMiner(loanId, 0, 1_234);
    }

    // ------------------------------------------------------------------------------------------------ keys

    function test_setControl_replacesControlsAtOnceAndTheWorkerLater() public {
        (uint256 loanId, , uint64 minerId) = provenEscrow(500 ether);
        uint64 worker = world.createAccount();
        uint64[] memory controls = new uint64[](2);
        (controls[0], controls[1]) = (idOf(sp), idOf(bob));
        vm.expectEmit(address(book));
        emit ControlChanged(loanId, minerId, worker, controls);
        vm.prank(sp);
        book.setControl(loanId, 0, worker, controls);
        assertTrue(facts.isControlling(minerId, bob));
        assertTrue(facts.isControlling(minerId, sp));
        assertEq(minerState(minerId).newWorker, worker);
        advanceEpochs(900);
        vm.prank(sp);
        book.confirmWorker(loanId, 0);
        assertEq(minerState(minerId).worker, worker);
        controls = new uint64[](0);
        vm.prank(sp);
        book.setControl(loanId, 0, worker, controls);
        assertFalse(facts.isControlling(minerId, bob));
    }

    function test_setControl_underWatchButNotWhenCalled() public {
        (uint256 loanId, , uint64 minerId) = provenEscrow(500 ether);
        uint64 worker = minerState(minerId).worker;
        faultAll(minerId);
        book.review(loanId);
        assertState(loanId, LoanState.Watch);
        vm.prank(sp);
        book.setControl(loanId, 0, worker, new uint64[](0));
        advanceDays(15);
        book.review(loanId);
        assertState(loanId, LoanState.Call);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Call));
        vm.prank(sp);
        book.setControl(loanId, 0, worker, new uint64[](0));
        repayAll(loanId);
        vm.prank(sp);
        book.setControl(loanId, 0, worker, new uint64[](0));
    }

    /// Nobody has reviewed yet, but the facts are those of a call.
    function test_RevertWhen_setControlOnALoanThatIsDueToBeCalled() public {
        (uint256 loanId, address account, uint64 minerId) = stretchedLoan();
        escrow(loanId, account, 0);
        fall(loanId, 1.04e18); // 0.94 / 0.90
        assertState(loanId, LoanState.Healthy);
        uint64 worker = minerState(minerId).worker;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_CovenantBroken.selector, loanId, Covenant.CallHealth));
        vm.prank(sp);
        book.setControl(loanId, 0, worker, new uint64[](0));
    }

    function test_RevertWhen_keysOfAMinerThatIsNotInEscrow() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(500 ether);
        uint64 spId = idOf(sp);
        bytes memory refusal = abi.encodeWithSelector(LoanBook_NotEscrowed.selector, loanId, minerId, spId, 0);
        vm.startPrank(sp);
        vm.expectRevert(refusal);
        book.setControl(loanId, 0, 1_234, new uint64[](0));
        vm.expectRevert(refusal);
        book.confirmWorker(loanId, 0);
        vm.stopPrank();
    }

    function test_RevertWhen_strangersTouchTheKeys() public {
        (uint256 loanId, , ) = escrowedLoan(500 ether);
        bytes memory refusal = abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, mallory);
        vm.startPrank(mallory);
        vm.expectRevert(refusal);
        book.setControl(loanId, 0, 1_234, new uint64[](0));
        vm.expectRevert(refusal);
        book.confirmWorker(loanId, 0);
        vm.stopPrank();
    }

    function test_RevertWhen_theActorRefusesTheKeys() public {
        (uint256 loanId, , uint64 minerId) = escrowedLoan(500 ether);
        uint64 worker = minerState(minerId).worker;
        vm.expectRevert(
            abi.encodeWithSelector(
                ActorCall.ActorCall_ActorFailed.selector,
                minerId,
                FilecoinMethods.CHANGE_WORKER_ADDRESS,
                int256(16)
            )
        );
        vm.prank(sp);
        book.setControl(loanId, 0, worker, new uint64[](11));
    }

    // ------------------------------------------------------------------------------------------------ attacks

    /// The owner proposes a beneficiary of his own and the account as owner: accepting drops the proposal.
    function test_escrowMiner_cancelsAPendingBeneficiaryChange() public {
        (uint256 loanId, address account, uint64 minerId) = preparedLoan(500 ether);
        proposeBack(minerId);
        assertTrue(book.positionOf(loanId).assessment.tampered);
        escrow(loanId, account, 0);
        assertFalse(book.positionOf(loanId).assessment.tampered);
        assertLien(minerId, account);
        // And who was owner can neither propose nor withdraw any more.
        (int256 code, ) = callAs(sp, minerId, FilecoinMethods.CHANGE_BENEFICIARY, beneficiaryParams(idOf(sp), 0, 0));
        assertEq(code, 18);
        (code, ) = callAs(sp, minerId, FilecoinMethods.WITHDRAW_BALANCE, hex"81420001");
        assertEq(code, 18);
    }

    /// GLIF H-1: the term that is there after the change is read, whatever was believed before it.
    function test_RevertWhen_theTermIsNotTheLiensAfterTheChange() public {
        (uint256 loanId, address account, uint64 minerId) = preparedLoan(500 ether);
        uint64 accountId = idOf(account);
        changeOwner(sp, minerId, accountId);
        BeneficiaryTerm memory good = facts.beneficiaryTerm(minerId);
        BeneficiaryTerm[4] memory bad;
        for (uint256 i; i < 4; ++i) bad[i] = BeneficiaryTerm(accountId, good.quota, 0, good.expiration, false);
        bad[0].expiration = int64(uint64(block.number - 1)); // expired
        bad[1].beneficiary = 77; // a third party's, which stays where it is
        bad[2].quota = 0; // the owner's own, which moves but is no term
        bad[3].hasPending = true;
        for (uint256 i; i < 4; ++i) {
            vm.mockCall(address(facts), abi.encodeCall(facts.beneficiaryTerm, (minerId)), abi.encode(bad[i]));
            vm.expectRevert(
                abi.encodeWithSelector(
                    LoanBook_BadTerm.selector,
                    minerId,
                    accountId,
                    bad[i].beneficiary,
                    bad[i].quota,
                    bad[i].expiration,
                    bad[i].hasPending
                )
            );
            vm.prank(sp);
            book.escrowMiner(loanId, 0);
        }
    }

    function test_RevertWhen_theOwnerIsNotTheAccountAfterTheChange() public {
        (uint256 loanId, address account, uint64 minerId) = preparedLoan(500 ether);
        (uint64 accountId, uint64 spId) = (idOf(account), idOf(sp));
        changeOwner(sp, minerId, accountId);
        // An actor that answers 0 and does nothing.
        vm.mockCall(account, abi.encodeWithSignature("changeOwner(uint64,uint64)", minerId, accountId), "");
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadOwner.selector, minerId, accountId, spId, 0, accountId));
        vm.prank(sp);
        book.escrowMiner(loanId, 0);
    }

    /// Value by the lien, and no draw before the new owner has accepted: neither in the same epoch nor later.
    function test_RevertWhen_drawnAfterARelease() public {
        (uint256 loanId, address account, uint64 minerId) = stretchedLoan();
        escrow(loanId, account, 0);
        vm.deal(bob, 1_500 ether);
        vm.prank(bob);
        book.repay{value: 1_500 ether}(loanId);
        uint64 spId = idOf(sp);
        release(loanId, 0, spId);
        bytes memory refusal = abi.encodeWithSelector(
            LoanBook_CovenantBroken.selector,
            loanId,
            Covenant.OwnerChangePending
        );
        vm.expectRevert(refusal);
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(1);
        vm.expectRevert(refusal);
        vm.prank(sp);
        book.draw(loanId, 0);
        changeOwner(sp, minerId, spId);
        vm.prank(sp);
        book.draw(loanId, 0); // by the lien's value
    }

    /// Escrow, draw by its weights, and out again in the same epoch: the way out asks for what the lien carries.
    function test_RevertWhen_releasedRightAfterADrawByEscrowsWeights() public {
        (uint256 loanId, address account, ) = stretchedLoan();
        escrow(loanId, account, 0);
        vm.prank(sp);
        book.draw(loanId, 0);
        vm.expectPartialRevert(LoanBook_DrawTest.selector);
        vm.prank(sp);
        book.releaseMiner(loanId, 0, 1_234);
    }

    function test_mixedPortfolio_eachMinerCountsByItsOwnWeights() public {
        (uint256 loanId, address account) = openLoan(1_000 ether);
        uint64 lien = newMiner(400, 1 ether, 30 ether);
        uint64 owned = newMiner(700, 1 ether, 30 ether);
        attach(loanId, account, lien);
        attach(loanId, account, owned);
        uint256 lienAlone = book.positionOf(loanId).assessment.walkAwayValue;
        escrow(loanId, account, 1);
        vm.prank(sp);
        book.draw(loanId, 1);
        Position memory p = book.positionOf(loanId);
        assertLt(p.assessment.walkAwayValue, lienAlone);
        assertGt(p.assessment.escrowValue, 0);
        uint256 weighted = p.assessment.walkAwayValue * 96 + p.assessment.escrowValue * 94;
        assertEq(p.liquidationLimit, weighted / 100);
        assertEq(p.healthWad, ((weighted / 100) * 1e18) / p.debt);
        assertEq(p.value, p.assessment.walkAwayValue + p.assessment.escrowValue);
    }

    /// A miner on its way out belongs to the loan book, which no stranger can make do anything with it.
    function test_theLoanBookAsOwnerObeysNobody() public {
        (uint256 loanId, , uint64 minerId) = provenEscrow(500 ether);
        release(loanId, 0, idOf(sp));
        ILoanBook target = book;
        vm.startPrank(mallory);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OnlyContract.selector, address(control), mallory));
        target.settleControl(minerId, 0, 1_234);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OnlyContract.selector, address(control), mallory));
        target.nameOwner(loanId, minerId, 1_234);
        vm.stopPrank();
    }
}
