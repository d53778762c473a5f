// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {Covenant, Loan, LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {BookTest} from "./BookTest.sol";

/// @notice repay, sweep, release, review, cure.
contract ServicingTest is BookTest {
    // ------------------------------------------------------------------------------------------------ repay

    function test_repay_interestFirst() public {
        (uint256 loanId, , ) = provenLoan(500 ether);
        advanceDays(30);
        uint256 debt = book.debtOf(loanId);
        uint256 interest = book.positionOf(loanId).interest;
        assertEq(interest, debt - 500 ether);
        uint32 since = loanOf(loanId).interestSince;
        vm.deal(keeper, 1_000 ether);
        // Less than the interest: principal and clock stand still.
        vm.prank(keeper);
        book.repay{value: interest - 1}(loanId);
        assertEq(loanOf(loanId).principal, 500 ether);
        assertEq(loanOf(loanId).interestSince, since);
        vm.prank(keeper);
        uint256 paid = book.repay{value: 10 ether}(loanId);
        assertEq(paid, 10 ether);
        assertApproxEqAbs(loanOf(loanId).principal, 490 ether, 3);
        assertEq(loanOf(loanId).interestSince, block.number);
        assertApproxEqAbs(book.debtOf(loanId), debt - interest - 10 ether + 1, 3);
    }

    function test_L09_repayClampsAndReturnsTheRest() public {
        (uint256 loanId, , ) = provenLoan(500 ether);
        advanceDays(3);
        uint256 debt = book.debtOf(loanId);
        vm.deal(keeper, 1_000 ether);
        vm.prank(keeper);
        uint256 paid = book.repay{value: 1_000 ether}(loanId);
        assertEq(paid, debt);
        assertEq(keeper.balance, 1_000 ether - debt);
        Loan memory loan = loanOf(loanId);
        assertEq(loan.scaledDebt, 0);
        assertEq(loan.principal, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoDebt.selector, loanId));
        vm.prank(keeper);
        book.repay{value: 1 ether}(loanId);
    }

    function test_RevertWhen_RepayNothing() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        vm.expectRevert(LoanBook_ZeroAmount.selector);
        book.repay(loanId);
    }

    function test_L05_RevertWhen_RepayLeavesDust() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        uint256 debt = book.debtOf(loanId);
        vm.deal(keeper, 1_000 ether);
        vm.startPrank(keeper);
        // The burn is rounded down, so the debt left is one attoFIL more than the difference at the most.
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DustDebt.selector, 10 ether, 10 ether - 1));
        book.repay{value: debt - 10 ether + 1}(loanId);
        book.repay{value: debt - 10 ether}(loanId);
        assertGe(book.debtOf(loanId), 10 ether);
        book.repay{value: book.debtOf(loanId)}(loanId);
        assertEq(book.debtOf(loanId), 0);
    }

    function test_L19_dustFromOthersResetsNothing() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        advanceDays(31);
        uint32 since = loanOf(loanId).interestSince;
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.InterestOverdue));
        vm.deal(keeper, 10);
        vm.prank(keeper);
        book.repay{value: 10}(loanId);
        assertEq(loanOf(loanId).interestSince, since);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.InterestOverdue));
    }

    function test_I15_accrueTwiceIsAccrueOnce() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        advanceDays(5);
        vault.accrue();
        uint256 debt = book.debtOf(loanId);
        PoolState memory a = vault.poolState();
        vault.accrue();
        PoolState memory b = vault.poolState();
        assertEq(book.debtOf(loanId), debt, "I15");
        assertEq(a.borrowIndexRay, b.borrowIndexRay, "I15");
        assertEq(a.totalAssets, b.totalAssets, "I15");
        assertEq(a.ratePerEpochRay, b.ratePerEpochRay, "I15");
    }

    function test_L12_drawAndRepayInOneEpochCostsNothingAndGainsNothing() public {
        (uint256 loanId, , ) = preparedLoan(100 ether);
        uint256 assets = vault.totalAssets();
        vm.prank(sp);
        book.draw(loanId, 0);
        uint256 debt = book.debtOf(loanId);
        assertLe(debt - 100 ether, 1);
        vm.deal(sp, debt);
        vm.prank(sp);
        book.repay{value: debt}(loanId);
        assertGe(vault.totalAssets(), assets);
        assertLe(vault.totalAssets() - assets, 2);
    }

    // ------------------------------------------------------------------------------------------------ sweep

    function test_sweep_healthyTakesInterestOnly() public {
        (uint256 loanId, , uint64 minerId) = provenLoan(500 ether);
        advanceDays(20);
        award(minerId, 400 ether);
        uint256 interest = book.positionOf(loanId).interest;
        uint256 before = masked(minerId).balance;
        vm.prank(keeper);
        uint256 collected = book.sweep(loanId, 0);
        uint256 tip = interest / 100 < 0.05 ether ? interest / 100 : 0.05 ether;
        assertApproxEqAbs(keeper.balance, tip, 1, "tip");
        assertEq(collected, interest + tip, "collected");
        assertEq(before - masked(minerId).balance, collected, "withdrawn");
        assertApproxEqAbs(book.debtOf(loanId), 500 ether, 2);
        assertEq(loanOf(loanId).interestSince, block.number);
        // Nothing more is due in this epoch but what the rounding of the burn left.
        assertLe(book.positionOf(loanId).interest, 2);
    }

    function test_sweep_leavesADrawInProgressAlone() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(500 ether);
        advanceDays(5);
        // 60 FIL beside the draw: only of those is interest taken.
        int256 available = facts.snapshot(minerId).availableBalance;
        assertGt(available, 500 ether);
        vm.prank(keeper);
        book.sweep(loanId, 0);
        assertGe(facts.snapshot(minerId).availableBalance, 500 ether);
    }

    function test_RevertWhen_OnlyTheDrawIsThere() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 minerId = newMiner(1_000, 1 ether, 0);
        attach(loanId, account, minerId);
        int256 spare = facts.snapshot(minerId).availableBalance;
        vm.prank(sp);
        book.release(loanId, 0, uint256(spare));
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(100);
        vm.prank(keeper);
        (bool ok, bytes memory data) = address(book).call(abi.encodeCall(book.sweep, (loanId, 0)));
        assertFalse(ok);
        assertEq(bytes4(data), LoanBook_NothingToSweep.selector);
    }

    function test_sweep_inCallTakesEverything() public {
        (uint256 loanId, , uint64 minerId) = provenLoan(500 ether);
        _toCall(loanId, minerId);
        award(minerId, 100 ether);
        uint256 debt = book.debtOf(loanId);
        int256 available = facts.snapshot(minerId).availableBalance;
        vm.prank(keeper);
        uint256 collected = book.sweep(loanId, 0);
        assertEq(int256(collected), available);
        assertEq(keeper.balance, 0.05 ether);
        assertApproxEqAbs(book.debtOf(loanId), debt - collected + 0.05 ether, 1);
    }

    /// @dev Interest unpaid, a watch unresolved: the shortest way to a call that needs no loss of value.
    function _toCall(uint256 loanId, uint64) private {
        advanceDays(31);
        book.review(loanId);
        assertState(loanId, LoanState.Watch);
        advanceDays(15);
        book.review(loanId);
        assertState(loanId, LoanState.Call);
    }

    function test_sweep_usesWhatTheOwnerWithdrewToTheAccount() public {
        (uint256 loanId, address account, uint64 minerId) = provenLoan(500 ether);
        advanceDays(20);
        award(minerId, 100 ether);
        // The owner may withdraw any time; the FIL goes to the beneficiary, without a word to it.
        nativeCall(sp, minerId, FilecoinMethods.WITHDRAW_BALANCE, hex"8149008ac7230489e80000"); // 10 FIL
        assertEq(account.balance, 10 ether);
        assertEq(book.freeFundsOf(loanId), 10 ether);
        uint256 before = masked(minerId).balance;
        vm.prank(keeper);
        uint256 collected = book.sweep(loanId, 0);
        assertLe(collected, 10 ether);
        assertEq(masked(minerId).balance, before);
        assertEq(account.balance, 10 ether - collected);
    }

    function test_RevertWhen_SweepNoSuchMiner() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoSuchMiner.selector, loanId, 1, 7));
        book.sweep(loanId, 7);
    }

    function test_I18_unsolicitedCreditsChangeNoOtherLoan() public {
        (uint256 first, address firstAccount, ) = provenLoan(100 ether);
        (uint256 second, , ) = provenLoan(100 ether);
        uint256 debt = book.debtOf(second);
        uint256 free = book.freeFundsOf(second);
        PoolState memory pool = vault.poolState();
        vm.deal(firstAccount, firstAccount.balance + 50 ether);
        vm.deal(address(book), 5 ether);
        vm.deal(address(vault), address(vault).balance + 5 ether);
        assertEq(book.debtOf(second), debt, "I18");
        assertEq(book.freeFundsOf(second), free, "I18");
        assertEq(vault.poolState().totalAssets, pool.totalAssets, "I18");
        assertEq(book.freeFundsOf(first), 50 ether, "I18");
    }

    // ------------------------------------------------------------------------------------------------ release

    function test_release_paysThePayee() public {
        (uint256 loanId, , uint64 minerId) = provenLoan(300 ether);
        award(minerId, 40 ether);
        vm.expectEmit(address(book));
        emit SurplusReleased(loanId, payee, 10 ether);
        vm.prank(sp);
        book.release(loanId, 0, 10 ether);
        assertEq(payee.balance, 10 ether);
    }

    /// @dev To the attoFIL: what leaves the draw test just kept may go, what breaks it may not.
    function test_RevertWhen_ReleaseBreaksTheDrawTest() public {
        (uint256 loanId, , uint64 minerId) = nearlyFullLoan();
        shock(loanId, (uint256(0.96e18) * 100) / 88); // value just below what the draw test asks for
        fundMiner(minerId, 500 ether);
        uint256 debt = book.debtOf(loanId);
        uint256 needed = (debt * 100 + 87) / 88; // least value whose 0.88 carries the debt
        uint256 spare = book.positionOf(loanId).value - needed;
        assertLt(spare + 1, uint256(facts.snapshot(minerId).availableBalance), "the draw test binds, not the cash");
        uint256 weighted = ((needed - 1) * 88) / 100;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DrawTest.selector, loanId, weighted, debt));
        vm.prank(sp);
        book.release(loanId, 0, spare + 1);
        vm.prank(sp);
        book.release(loanId, 0, spare);
        assertEq(payee.balance, spare);
    }

    function test_RevertWhen_ReleaseOfADraw() public {
        (uint256 loanId, , ) = drawnLoan(100 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotProven.selector, loanId, 0));
        vm.prank(sp);
        book.release(loanId, 0, 1 ether);
    }

    function test_RevertWhen_ReleaseMoreThanThereIs() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(100 ether);
        uint256 available = uint256(facts.snapshot(minerId).availableBalance);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_ReleaseExceeds.selector, loanId, available, available + 1));
        vm.prank(sp);
        book.release(loanId, 0, available + 1);
    }

    function test_RevertWhen_ReleaseZeroOrByAnother() public {
        (uint256 loanId, , ) = preparedLoan(100 ether);
        vm.expectRevert(LoanBook_ZeroAmount.selector);
        vm.prank(sp);
        book.release(loanId, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, keeper));
        vm.prank(keeper);
        book.release(loanId, 0, 1);
    }

    // ------------------------------------------------------------------------------------------------ review and cure

    function test_review_faultsPutUnderWatchAndRecoveryEndsIt() public {
        (uint256 loanId, address account) = openLoan(100 ether);
        uint64 minerId = newMiner(1_000, 1 ether, 400 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        uint64 first = seal(minerId, 100, false, 1 ether);
        book.prove(loanId);
        fault(minerId, first, 100);
        advanceDays(1);
        vm.expectEmit(address(book));
        emit StateChanged(loanId, LoanState.Healthy, LoanState.Watch, Covenant.FaultRatio);
        book.review(loanId);
        assertEq(loanOf(loanId).watchSince, block.number);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotCured.selector, loanId, Covenant.FaultRatio));
        book.cure(loanId);
        recover(minerId, first, 100);
        advanceDays(2);
        book.cure(loanId);
        assertState(loanId, LoanState.Healthy);
        assertEq(loanOf(loanId).watchSince, 0);
    }

    function test_review_watchBecomesCallAfterItsGrace() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        advanceDays(31);
        book.review(loanId);
        assertState(loanId, LoanState.Watch);
        advanceEpochs(14 * DAY);
        book.review(loanId);
        assertState(loanId, LoanState.Watch);
        advanceEpochs(1);
        book.review(loanId);
        assertState(loanId, LoanState.Call);
    }

    function test_cure_byPayingTheInterest() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        advanceDays(31);
        book.review(loanId);
        uint256 interest = book.positionOf(loanId).interest;
        vm.deal(keeper, 10 ether);
        vm.prank(keeper);
        book.cure{value: interest + 1}(loanId);
        assertState(loanId, LoanState.Healthy);
    }

    function test_review_interestGraceIsInclusive() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        uint256 due = uint256(loanOf(loanId).interestSince) + 30 * DAY;
        advanceEpochs(due - block.number);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
        advanceEpochs(1);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.InterestOverdue));
    }

    function test_review_withoutDebtIsHealthy() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(100 ether);
        faultAll(minerId);
        (LoanState state, Covenant reason) = book.review(loanId);
        assertEq(uint8(state), uint8(LoanState.Healthy));
        assertEq(uint8(reason), uint8(Covenant.None));
    }

    function test_review_healthBelowTheCallWeight() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        // health = 0.96 L / D, so 0.93 L = D where health is 96/93
        Position memory p = shock(loanId, (uint256(0.96e18) * 100) / 93);
        assertLt((p.value * 93) / 100, p.debt);
        (LoanState state, Covenant reason) = book.review(loanId);
        assertEq(uint8(state), uint8(LoanState.Call));
        assertEq(uint8(reason), uint8(Covenant.CallHealth));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Call));
        vm.prank(sp);
        book.release(loanId, 0, 1);
        // Paying enough of it down is a cure; too little is not, and is given back.
        vm.deal(keeper, 1_000 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotCured.selector, loanId, Covenant.CallHealth));
        vm.prank(keeper);
        book.cure{value: 1}(loanId);
        vm.prank(keeper);
        book.cure{value: 300 ether}(loanId);
        assertState(loanId, LoanState.Healthy);
        assertEq(keeper.balance, 700 ether);
    }
}
