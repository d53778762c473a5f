// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Loan, LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {FixedStatus} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice Payments on fixed terms: interest first, the fee of an early repayment, sweeps, reclaims.
contract FixedRepayTest is FixedTest {
    uint256 private loanId;
    uint64 private minerId;

    function setUp() public override {
        super.setUp();
        (loanId, , minerId) = provenFixed(100 ether, TERM);
        advanceDays(13);
    }

    /// The market falls: much money comes and stays, and the rate at target drifts down.
    function _ratesFall() private {
        depositFil(alice, 500_000 ether);
        for (uint256 i = 0; i < 30; ++i) {
            advanceDays(1);
            vault.accrue();
        }
        payInterest(loanId);
        assertGt(terms(loanId).fee, 0, "fixture: fee");
    }

    /// Lenders leave, and the rate at target drifts up.
    function _ratesRise() private {
        uint256 leave = vault.maxWithdraw(alice);
        vm.prank(alice);
        vault.withdrawFil(leave, alice, alice);
        for (uint256 i = 0; i < 10; ++i) {
            advanceDays(1);
            vault.accrue();
        }
        assertEq(terms(loanId).fee, 0, "fixture: no fee");
    }

    // ---------------------------------------------------------------- interest and principal

    function test_repay_interestFirstAndNoFeeForIt() public {
        _ratesFall();
        advanceDays(5);
        uint256 interest = book.debtOf(loanId) - 100 ether;
        uint256 fee = terms(loanId).fee;
        assertGt(fee, 0);
        assertEq(repay(loanId, interest - 1), interest - 1);
        assertEq(book.debtOf(loanId), 100 ether + 1);
        assertLt(loanOf(loanId).interestSince, vm.getBlockNumber(), "not all of it");
        repay(loanId, 1);
        assertEq(book.debtOf(loanId), 100 ether);
        assertEq(loanOf(loanId).interestSince, vm.getBlockNumber());
        assertEq(terms(loanId).fee, fee, "all principal is still there");
        assertSums();
    }

    function test_repay_partOfThePrincipalKeepsTheRate() public {
        _ratesRise();
        FixedStatus memory s = terms(loanId);
        uint256 interest = s.debt - 100 ether;
        vm.deal(bob, interest + 30 ether);
        vm.expectEmit(address(book));
        emit LoanRepaid(loanId, bob, interest + 30 ether, 70 ether);
        vm.prank(bob);
        book.repay{value: interest + 30 ether}(loanId);
        assertEq(loanOf(loanId).principal, 70 ether);
        assertEq(terms(loanId).ratePerEpochRay, s.ratePerEpochRay);
        assertEq(terms(loanId).maturity, s.maturity);
        assertSums();
    }

    function test_repay_everythingAndTheRestComesBack() public {
        _ratesRise();
        uint256 debt = book.debtOf(loanId);
        vm.deal(bob, 200 ether);
        vm.prank(bob);
        assertEq(book.repay{value: 200 ether}(loanId), debt);
        assertEq(bob.balance, 200 ether - debt, "refund");
        assertEq(address(book).balance, 0);
        Loan memory loan = loanOf(loanId);
        assertEq(loan.principal, 0);
        assertEq(book.debtOf(loanId), 0);
        assertFalse(terms(loanId).isFixed);
        assertSums();
        vm.prank(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoDebt.selector, loanId));
        book.fix(loanId, inDays(60), ANY_RATE);
    }

    function test_RevertWhen_repayingNothingOrLeavingDust() public {
        _ratesRise();
        vm.expectRevert(abi.encodeWithSelector(LoanBook_ZeroAmount.selector));
        book.repay{value: 0}(loanId);
        uint256 debt = book.debtOf(loanId);
        vm.deal(bob, debt);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DustDebt.selector, 10 ether, 10 ether - 1));
        vm.prank(bob);
        book.repay{value: debt - 10 ether + 1}(loanId);
        repay(loanId, debt - 10 ether);
        assertEq(book.debtOf(loanId), 10 ether);
        assertSums();
    }

    // ---------------------------------------------------------------- the fee

    function test_fee_isWhatLendersLoseUntilMaturity() public {
        _ratesFall();
        FixedStatus memory s = terms(loanId);
        uint256 left = s.maturity - vm.getBlockNumber();
        // Premium for the days that are left: between 180 and 540 days, 80 to 200 bps, in hundredths of a bps, rounded up at the end.
        uint256 margin = 8_000 + (12_000 * (left - 180 * DAY)) / (360 * DAY) + 15_000;
        uint256 expected = feeRef(100 ether, s.ratePerEpochRay, targetRef(margin), left);
        assertApproxEqRel(s.fee, expected, 0.0002e18); // the reference floors the premium
        assertGt(s.fee, 0.1 ether, "worth speaking of");
    }

    function test_fee_forTheWholeLoan() public {
        _ratesFall();
        uint256 fee = terms(loanId).fee;
        uint256 debt = book.debtOf(loanId);
        PoolState memory a = vault.poolState();
        vm.deal(bob, 200 ether);
        vm.expectEmit(address(book));
        emit EarlyFeePaid(loanId, fee);
        vm.prank(bob);
        assertEq(book.repay{value: 200 ether}(loanId), debt + fee);
        assertEq(bob.balance, 200 ether - debt - fee);
        assertEq(book.debtOf(loanId), 0);
        PoolState memory b = vault.poolState();
        assertEq(b.reserveOwed, a.reserveOwed + fee / 10, "the reserve fund's share");
        assertApproxEqAbs(b.lockedGain, a.lockedGain + fee - fee / 10, 1, "the rest drips");
        assertApproxEqAbs(b.totalAssets, a.totalAssets, 2, "nobody gets it at once");
        assertSums();
    }

    /// Whoever pays the debt without the fee pays a part; nothing is lost, and the rest is paid likewise.
    function test_fee_isTakenInProportion() public {
        _ratesFall();
        uint256 fee = terms(loanId).fee;
        uint256 paid = repay(loanId, 50 ether);
        assertEq(paid, 50 ether);
        uint256 left = loanOf(loanId).principal;
        uint256 feePart = 50 ether - (100 ether - left);
        assertApproxEqAbs(feePart, (fee * (100 ether - left)) / 100 ether, 2, "in proportion");
        assertApproxEqAbs(feePart + terms(loanId).fee, fee, 3, "in parts as at once");
        assertSums();
    }

    function test_fee_isCapped() public {
        (uint256 long, , ) = provenFixed(50 ether, 540 * DAY);
        depositFil(alice, 9_000_000 ether);
        for (uint256 i = 0; i < 60; ++i) {
            advanceDays(1);
            vault.accrue();
        }
        FixedStatus memory s = terms(long);
        assertEq(s.fee, feeRef(50 ether, s.ratePerEpochRay, 0, type(uint32).max), "half a year's interest");
    }

    function test_fee_isNoneWhenRatesHaveRisen() public {
        _ratesRise();
        repay(loanId, 200 ether);
        assertEq(book.debtOf(loanId), 0);
        assertSums();
    }

    /// Money that leaves for a moment makes no fee go away.
    function test_fee_isNotMovedByMoneyOfAMoment() public {
        _ratesFall();
        uint256 fee = terms(loanId).fee;
        uint256 rate = vault.poolState().ratePerEpochRay;
        uint256 leave = vault.maxWithdraw(alice);
        vm.prank(alice);
        vault.withdrawFil(leave, alice, alice);
        vault.accrue();
        assertGt(vault.poolState().ratePerEpochRay, 2 * rate, "fixture: the rate has jumped");
        assertApproxEqRel(terms(loanId).fee, fee, 0.02e18);
    }

    function test_fee_isNoneOnceTheTermIsOver() public {
        _ratesFall();
        vm.roll(terms(loanId).maturity - 1);
        assertGt(terms(loanId).fee, 0);
        vm.roll(terms(loanId).maturity);
        assertEq(terms(loanId).fee, 0);
    }

    // ---------------------------------------------------------------- sweeps and reclaims

    function test_sweep_collectsInterestWithoutAFee() public {
        _ratesFall();
        advanceDays(20);
        award(minerId, 50 ether);
        advanceDays(1);
        uint256 interest = book.debtOf(loanId) - 100 ether;
        assertGt(interest, 0);
        vm.prank(keeper);
        uint256 collected = book.sweep(loanId, 0);
        assertGe(collected, interest);
        assertEq(book.debtOf(loanId), 100 ether);
        assertGt(keeper.balance, 0, "tip");
        assertSums();
    }

    function test_sweep_underCallCollectsEverythingWithoutAFee() public {
        _ratesFall();
        // Interest goes unpaid through the grace and the watch.
        advanceDays(31);
        book.review(loanId);
        advanceDays(15);
        book.review(loanId);
        assertState(loanId, LoanState.Call);
        assertEq(terms(loanId).fee, 0, "called: repaying is what is asked for");
        fundMiner(minerId, 200 ether);
        vm.prank(keeper);
        book.sweep(loanId, 0);
        assertEq(book.debtOf(loanId), 0);
        assertSums();
    }

    function test_reclaim_takesTheUnusedDrawBack() public {
        (uint256 other, , ) = fixedLoan(70 ether, TERM);
        advanceDays(11);
        uint256 before = vault.poolState().cash;
        book.reclaim(other);
        assertGe(vault.poolState().cash, before + 70 ether);
        assertLt(book.debtOf(other), 1 ether);
        assertTrue(loanOf(other).frozen);
        assertSums();
        repay(other, 1 ether);
        assertEq(book.debtOf(other), 0);
        assertSums();
    }

    function test_detach_waitsForTheDebt() public {
        (uint256 other, , uint64 id) = fixedLoan(70 ether, TERM);
        proposeBack(id);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotProven.selector, other, 0));
        vm.prank(sp);
        book.detachMiner(other, 0);
        repay(other, 80 ether);
        vm.prank(sp);
        book.detachMiner(other, 0);
        vm.prank(sp);
        book.close(other);
        assertState(other, LoanState.Closed);
    }

    function test_cure_paysAFixedLoan() public {
        advanceDays(40);
        book.review(loanId);
        assertState(loanId, LoanState.Watch);
        uint256 interest = book.debtOf(loanId) - 100 ether;
        vm.deal(bob, interest);
        vm.prank(bob);
        book.cure{value: interest}(loanId);
        assertState(loanId, LoanState.Healthy);
        assertSums();
    }
}
