// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {Covenant, Loan} from "../../../../contracts/loans/LoanTypes.sol";
import {IPledgeVault} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {BookTest} from "./BookTest.sol";

/// @notice draw, prove, reclaim, raiseReference.
contract DrawsTest is BookTest {
    // ------------------------------------------------------------------------------------------------ draw

    function test_draw_paysTheMinerAndBooksTheDebt() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(500 ether);
        uint256 minerBefore = masked(minerId).balance;
        uint256 cashBefore = vault.poolState().cash;
        vm.expectEmit(address(book));
        emit TrancheDrawn(loanId, minerId, 0, 500 ether, 500 ether + 1);
        vm.prank(sp);
        book.draw(loanId, 0);

        Loan memory loan = loanOf(loanId);
        assertEq(masked(minerId).balance - minerBefore, 500 ether);
        assertEq(cashBefore - vault.poolState().cash, 500 ether);
        assertEq(loan.principal, 500 ether);
        assertEq(loan.drawnCount, 1);
        assertEq(loan.provenCount, 0);
        assertEq(loan.pledgeBase, 1_000 ether);
        assertEq(loan.powerBase, 1_000 * 32 * uint256(GIB));
        assertEq(loan.drawEpoch, block.number);
        assertEq(loan.interestSince, block.number);
        assertEq(loan.coolOffSince, block.number);
        // ceil twice: never less than drawn, never 2 attoFIL more
        assertGe(book.debtOf(loanId), 500 ether);
        assertLe(book.debtOf(loanId), 500 ether + 1);
    }

    function test_RevertWhen_DrawByAnother() public {
        (uint256 loanId, , ) = preparedLoan(500 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, keeper));
        vm.prank(keeper);
        book.draw(loanId, 0);
    }

    function test_RevertWhen_DrawWithoutMiner() public {
        (uint256 loanId, ) = openLoan(500 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoSuchMiner.selector, loanId, 0, 0));
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    function test_RevertWhen_DrawBeforeProof() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(2, 100 ether), payee);
        attach(loanId, account, newMiner(1_000, 50 ether));
        vm.startPrank(sp);
        book.draw(loanId, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotProven.selector, loanId, 0));
        book.draw(loanId, 0);
        vm.stopPrank();
    }

    function test_RevertWhen_NoTrancheLeft() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoTrancheLeft.selector, loanId));
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    function test_draw_upToTheDeadlineAndNotAfter() public {
        (uint256 loanId, address account) = openLoan(100 ether);
        uint256 deadline = block.number + 30 * DAY;
        attach(loanId, account, newMiner(1_000, 50 ether));
        advanceEpochs(deadline + 1 - block.number);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DrawExpired.selector, loanId, deadline, deadline + 1));
        vm.prank(sp);
        book.draw(loanId, 0);
        vm.roll(deadline);
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    function test_RevertWhen_DrawsPaused() public {
        (uint256 loanId, , ) = preparedLoan(100 ether);
        vm.prank(guardian);
        book.pauseDraws();
        uint256 until = block.number + 7 * DAY;
        assertEq(book.drawsPausedUntil(), until);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_Paused.selector, until));
        vm.prank(sp);
        book.draw(loanId, 0);
        // It ends by itself.
        advanceEpochs(7 * DAY);
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    function test_RevertWhen_DrawTestFails() public {
        // 1,000 FIL of pledge carry about 700 FIL after fees, faults and leak, at weight 0.88.
        (uint256 loanId, , ) = preparedLoan(9_000 ether);
        vm.prank(sp);
        (bool ok, bytes memory data) = address(book).call(abi.encodeCall(book.draw, (loanId, 0)));
        assertFalse(ok);
        assertEq(bytes4(data), LoanBook_DrawTest.selector);
        assertEq(loanOf(loanId).drawnCount, 0);
    }

    /// @dev Exactly what the portfolio carries can be drawn, one attoFIL more cannot.
    function test_draw_upToTheLastAttoFil() public {
        (uint256 loanId, address account) = openLoan(10 ether);
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        uint256 value = _drawValue(account, loanId);
        // a <= 0.88 (v + a)  =>  a <= 0.88 v / 0.12, less the attoFIL that the debt's rounding takes
        uint256 most = (value * 88) / 12;
        uint256 ok_ = _drawsOf(minerId, account, loanId, uint96(most - 20));
        assertEq(ok_, 1, "below");
        assertEq(_drawsOf(minerId, account, loanId, uint96(most + 20)), 0, "above");
    }

    function _drawValue(address account, uint256 loanId) private view returns (uint256) {
        (, uint256 pledge, ) = risk.assessDraw(account, book.minersOf(loanId), 0, 0);
        assertEq(pledge, 1_000 ether);
        return _walkAway(account, loanId);
    }

    function _walkAway(address account, uint256 loanId) private view returns (uint256) {
        return risk.assess(account, book.minersOf(loanId)).walkAwayValue;
    }

    /// @dev Moves the miner to a new loan of `amount` and tries to draw it; undone afterwards. 1 when it worked.
    function _drawsOf(uint64 minerId, address, uint256 loanId, uint96 amount) private returns (uint256 worked) {
        uint256 snapshot = vm.snapshotState();
        proposeBack(minerId);
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        (uint256 next, address account) = openLoan(amount);
        attach(next, account, minerId);
        vm.prank(sp);
        (bool ok, ) = address(book).call(abi.encodeCall(book.draw, (next, 0)));
        worked = ok ? 1 : 0;
        vm.revertToState(snapshot);
    }

    function test_L17_RevertWhen_SectorsAreFaulty() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(100 ether);
        faultAll(minerId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_CovenantBroken.selector, loanId, Covenant.FaultRatio));
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    function test_E08_RevertWhen_DrawWithAPendingBeneficiary() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(100 ether);
        proposeBack(minerId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_CovenantBroken.selector, loanId, Covenant.BeneficiaryTampered));
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    function test_E08_RevertWhen_DrawWithAPendingOwner() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(100 ether);
        nativeCall(sp, minerId, FilecoinMethods.CHANGE_OWNER_ADDRESS, hex"4300e807");
        vm.expectRevert(abi.encodeWithSelector(LoanBook_CovenantBroken.selector, loanId, Covenant.OwnerChangePending));
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    function test_RevertWhen_PoolHasNoLiquidity() public {
        (uint256 loanId, , ) = preparedLoan(500 ether);
        uint256 shares = vault.maxRedeem(alice);
        vm.prank(alice);
        vault.redeemFil(shares, alice, alice);
        uint256 lendable = vault.lendable();
        assertLt(lendable, 500 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IPledgeVault.PledgeVault_InsufficientLiquidity.selector, lendable, 500 ether)
        );
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    // ------------------------------------------------------------------------------------------------ prove

    function test_prove_unlocksTheNextTranche() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(2, 100 ether), payee);
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(minerId, 90, false, 1 ether);
        vm.expectEmit(address(book));
        emit TrancheProven(loanId, 0, 1_090 ether, 1_090 * 32 * uint256(GIB));
        vm.prank(keeper);
        book.prove(loanId);
        vm.prank(sp);
        book.draw(loanId, 0);
        assertEq(loanOf(loanId).drawnCount, 2);
        assertEq(loanOf(loanId).pledgeBase, 1_090 ether);
    }

    function test_RevertWhen_PledgeHasNotGrown() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_PledgeNotGrown.selector, loanId, 1_090 ether, 1_000 ether));
        book.prove(loanId);
        seal(minerId, 89, false, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_PledgeNotGrown.selector, loanId, 1_090 ether, 1_089 ether));
        book.prove(loanId);
    }

    function test_RevertWhen_PowerHasNotGrown() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        commit(minerId, 100, false, 1 ether);
        uint256 power = 1_000 * 32 * uint256(GIB);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_PowerNotGrown.selector, loanId, power + 32 * GIB, power));
        book.prove(loanId);
    }

    function test_RevertWhen_ProvenTwice() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NothingToProve.selector, loanId));
        book.prove(loanId);
    }

    function test_prove_lateButBeforeReclaim() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        seal(minerId, 100, false, 1 ether);
        advanceDays(11);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.ProofMissed));
        book.prove(loanId);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
    }

    // ------------------------------------------------------------------------------------------------ reclaim

    function test_reclaim_takesTheUnusedDrawBackAtPar() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        uint256 deadline = uint256(loanOf(loanId).drawEpoch) + 10 * DAY;
        advanceEpochs(deadline - block.number);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_ProofNotOverdue.selector, loanId, deadline, deadline));
        book.reclaim(loanId);
        advanceEpochs(1);
        uint256 debt = book.debtOf(loanId);
        vm.expectEmit(address(book));
        emit TrancheReclaimed(loanId, 0, 100 ether, 0);
        vm.prank(keeper);
        book.reclaim(loanId);
        assertApproxEqAbs(book.debtOf(loanId), debt - 100 ether, 1);
        assertTrue(loanOf(loanId).frozen);
        assertGt(masked(minerId).balance, 1_000 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NothingToProve.selector, loanId));
        book.reclaim(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NothingToProve.selector, loanId));
        book.prove(loanId);
    }

    function test_reclaim_freezesTheFacility() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(2, 100 ether), payee);
        attach(loanId, account, newMiner(1_000, 50 ether));
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceDays(11);
        book.reclaim(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_Frozen.selector, loanId));
        vm.prank(sp);
        book.draw(loanId, 0);
    }

    function test_reclaim_whenEverythingIsPledgedElsewhere() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        int256 available = facts.snapshot(minerId).availableBalance;
        // All of it goes into pledge for sectors that never come to power.
        miss(minerId);
        commit(minerId, uint32(uint256(available) / 1.2 ether), false, 1 ether);
        advanceDays(11);
        uint256 debt = book.debtOf(loanId);
        book.reclaim(loanId);
        assertLe(book.debtOf(loanId), debt);
        assertTrue(loanOf(loanId).frozen);
    }

    // ------------------------------------------------------------------------------------------------ references

    function test_raiseReference_leavesAMinerWithoutPledgeAlone() public {
        (uint256 loanId, address account) = openLoan(100 ether);
        uint64 minerId = newMiner(0, 200 ether);
        attach(loanId, account, minerId);
        vm.recordLogs();
        book.raiseReference(loanId, 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(book.minersOf(loanId)[0].pledgeRef, 0);
    }

    function test_raiseReference_onlyUpwards() public {
        (uint256 loanId, address account) = openLoan(100 ether);
        uint64 minerId = newMiner(0, 200 ether);
        attach(loanId, account, minerId);
        seal(minerId, 10, false, 2 ether);
        vm.expectEmit(address(book));
        emit ReferenceRaised(loanId, minerId, 20 ether, 320 * uint256(GIB));
        book.raiseReference(loanId, 0);
        // More pledge for the same power is a worse ratio: kept out.
        seal(minerId, 10, false, 4 ether);
        book.raiseReference(loanId, 0);
        assertEq(book.minersOf(loanId)[0].pledgeRef, 20 ether);
        // Faults neither.
        faultAll(minerId);
        book.raiseReference(loanId, 0);
        assertEq(book.minersOf(loanId)[0].powerRef, 320 * uint256(GIB));
    }
}
