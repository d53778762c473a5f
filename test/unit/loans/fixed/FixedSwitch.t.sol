// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Covenant, LoanState, Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {FixedStatus} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice From floating to fixed and back, from one term to the next, and past maturity.
contract FixedSwitchTest is FixedTest {
    uint256 private constant PENALTY_BPS100 = 20_000;

    uint256 private floating;
    uint256 private loanId;
    uint64 private minerId;

    function setUp() public override {
        super.setUp();
        (floating, , ) = provenLoan(80 ether);
        (loanId, , minerId) = provenFixed(100 ether, 60 * DAY);
        advanceDays(7);
    }

    function _ratesFall() private {
        depositFil(alice, 500_000 ether);
        for (uint256 i = 0; i < 15; ++i) {
            advanceDays(1);
            vault.accrue();
        }
        payInterest(loanId);
    }

    /// Utilisation goes far above the target, and the rate at target up, day by day.
    function _ratesRise(uint256 days_) private {
        uint256 leave = vault.maxWithdraw(alice);
        vm.prank(alice);
        vault.withdrawFil(leave, alice, alice);
        for (uint256 i = 0; i < days_; ++i) {
            advanceDays(1);
            vault.accrue();
        }
    }

    // ---------------------------------------------------------------- fix

    function test_fix_keepsDebtAndInterestAndStopsTheIndex() public {
        uint256 debt = book.debtOf(floating);
        uint256 principal = loanOf(floating).principal;
        uint256 since = loanOf(floating).interestSince;
        assertGt(debt, principal, "fixture: interest");
        uint256 rate = quoteRef(0, 29_000);
        uint256 maturity = inDays(360);
        PoolState memory a = vault.poolState();
        vm.expectEmit(address(book));
        emit RateFixed(floating, rate, maturity, debt);
        vm.prank(sp);
        assertEq(book.fix(floating, maturity, rate), rate);
        assertEq(book.debtOf(floating), debt, "to the attoFIL");
        assertEq(loanOf(floating).scaledDebt, 0);
        assertEq(loanOf(floating).principal, principal);
        assertEq(loanOf(floating).interestSince, since, "interest is due as it was");
        PoolState memory b = vault.poolState();
        assertGe(b.totalAssets, a.totalAssets, "I4");
        assertLe(b.totalAssets, a.totalAssets + 2, "rounding");
        assertSums();
        uint256 start = vm.getBlockNumber();
        advanceDays(5);
        // On principal only.
        uint256 interest = (principal * rate * (vm.getBlockNumber() - start) + 1e27 - 1) / 1e27;
        assertApproxEqAbs(book.debtOf(floating), debt + interest, 1);
        assertSums();
    }

    function test_RevertWhen_fixIsNotAllowed() public {
        uint256 maturity = inDays(60);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, floating, bob));
        vm.prank(bob);
        book.fix(floating, maturity, ANY_RATE);
        (uint256 empty, ) = openLoan(10 ether);
        uint256 rate = book.quoteFixed(0, 60 * DAY, 0);
        uint256 earliest = inDays(30);
        uint256 latest = inDays(540);
        vm.startPrank(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoDebt.selector, empty));
        book.fix(empty, maturity, ANY_RATE);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_FixedTerm.selector, loanId, terms(loanId).maturity));
        book.fix(loanId, maturity, ANY_RATE);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_RateTooHigh.selector, rate - 1, rate));
        book.fix(floating, maturity, rate - 1);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadMaturity.selector, earliest, latest, earliest - 1));
        book.fix(floating, earliest - 1, ANY_RATE);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadMaturity.selector, earliest, latest, latest + 1));
        book.fix(floating, latest + 1, ANY_RATE);
        vm.stopPrank();
    }

    function test_RevertWhen_fixingALoanThatIsNotHealthy() public {
        advanceDays(31);
        bytes memory broken = abi.encodeWithSelector(
            LoanBook_CovenantBroken.selector,
            floating,
            Covenant.InterestOverdue
        );
        uint256 maturity = inDays(60);
        vm.expectRevert(broken);
        vm.prank(sp);
        book.fix(floating, maturity, ANY_RATE);
        book.review(floating);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, floating, LoanState.Watch));
        vm.prank(sp);
        book.fix(floating, maturity, ANY_RATE);
    }

    // ---------------------------------------------------------------- unfix

    function test_unfix_withoutAFeeWhenRatesHaveRisen() public {
        _ratesRise(10);
        uint256 debt = book.debtOf(loanId);
        PoolState memory a = vault.poolState();
        vm.expectEmit(address(book));
        emit RateFloated(loanId, debt, 0);
        vm.prank(sp);
        assertEq(book.unfix(loanId), 0);
        uint256 after_ = book.debtOf(loanId);
        assertGe(after_, debt);
        assertLe(after_, debt + 2);
        assertFalse(terms(loanId).isFixed);
        assertEq(terms(loanId).maturity, 0);
        PoolState memory b = vault.poolState();
        assertGe(b.totalAssets, a.totalAssets, "I4");
        assertLe(b.totalAssets, a.totalAssets + 3, "rounding");
        assertSums();
        repay(loanId, 200 ether);
        assertSums();
    }

    function test_unfix_addsTheFeeToTheDebt() public {
        _ratesFall();
        uint256 debt = book.debtOf(loanId);
        uint256 fee = terms(loanId).fee;
        assertGt(fee, 0, "fixture");
        PoolState memory a = vault.poolState();
        vm.prank(sp);
        assertEq(book.unfix(loanId), fee);
        assertApproxEqAbs(book.debtOf(loanId), debt + fee, 2);
        assertEq(loanOf(loanId).principal, 100 ether, "the fee is interest");
        PoolState memory b = vault.poolState();
        assertEq(b.lockedGain, a.lockedGain + fee - fee / 10, "drips");
        assertEq(b.reserveOwed, a.reserveOwed + fee / 10);
        assertSums();
    }

    /// I16 for borrowers: there and back, in one epoch or over time, is never cheaper than to stay.
    function test_I16_roundTripsNeverProfit() public {
        uint256 debt = book.debtOf(floating);
        uint256 maturity = inDays(540);
        vm.startPrank(sp);
        book.fix(floating, maturity, ANY_RATE);
        book.unfix(floating);
        assertGe(book.debtOf(floating), debt, "floating, fixed, floating");
        book.fix(floating, maturity, ANY_RATE);
        book.unfix(floating);
        assertGe(book.debtOf(floating), debt);
        debt = book.debtOf(loanId);
        book.unfix(loanId);
        assertGe(book.debtOf(loanId), debt, "fixed, floating");
        book.fix(loanId, maturity, ANY_RATE);
        assertGe(book.debtOf(loanId), debt, "and fixed");
        vm.stopPrank();
        assertSums();
    }

    function test_RevertWhen_unfixIsNotAllowed() public {
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, bob));
        vm.prank(bob);
        book.unfix(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotFixed.selector, floating));
        vm.prank(sp);
        book.unfix(floating);
        advanceDays(31);
        book.review(loanId);
        advanceDays(15);
        book.review(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Call));
        vm.prank(sp);
        book.unfix(loanId);
    }

    /// I6: a fee adds debt, so the draw test must hold; without one, floating asks for nothing.
    function test_I6_RevertWhen_theFeeBreaksTheDrawTest() public {
        (uint256 full, , ) = nearlyFullFixed(60 * DAY);
        _ratesFall();
        payInterest(full);
        shock(full, 1.05e18);
        assertGt(terms(full).fee, 0, "fixture");
        vm.prank(sp);
        vm.expectPartialRevert(LoanBook_DrawTest.selector);
        book.unfix(full);
        vm.roll(terms(full).maturity);
        vm.prank(sp);
        assertEq(book.unfix(full), 0, "no fee, no test");
        assertSums();
    }

    // ---------------------------------------------------------------- roll

    function test_roll_atTheQuoteOfNow() public {
        FixedStatus memory s = terms(loanId);
        vm.roll(s.maturity + 7 * DAY);
        payInterest(loanId);
        uint256 debt = book.debtOf(loanId);
        uint256 rate = quoteRef(0, 29_000);
        uint256 next = inDays(360);
        PoolState memory a = vault.poolState();
        vm.expectEmit(address(book));
        emit TermRolled(loanId, rate, next, 0);
        vm.prank(sp);
        assertEq(book.roll(loanId, next, rate), rate);
        s = terms(loanId);
        assertEq(s.maturity, next);
        assertEq(s.ratePerEpochRay, rate);
        assertEq(book.debtOf(loanId), debt);
        assertEq(vault.poolState().totalAssets, a.totalAssets, "to the attoFIL");
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
        assertSums();
    }

    function test_roll_beforeMaturityCostsTheFee() public {
        _ratesFall();
        vm.roll(terms(loanId).maturity - 30 * DAY);
        uint256 fee = terms(loanId).fee;
        assertGt(fee, 0, "fixture");
        uint256 debt = book.debtOf(loanId);
        PoolState memory a = vault.poolState();
        uint256 next = inDays(90);
        vm.prank(sp);
        book.roll(loanId, next, ANY_RATE);
        assertEq(book.debtOf(loanId), debt + fee);
        assertEq(loanOf(loanId).principal, 100 ether, "the fee is interest");
        PoolState memory b = vault.poolState();
        assertEq(b.lockedGain, a.lockedGain + fee - fee / 10);
        assertEq(b.reserveOwed, a.reserveOwed + fee / 10);
        assertSums();
        vm.roll(next);
        payInterest(loanId);
        repay(loanId, 100 ether);
        assertEq(book.debtOf(loanId), 0);
        assertSums();
    }

    function test_RevertWhen_rollingTooEarlyOrTooLate() public {
        uint256 maturity = terms(loanId).maturity;
        uint256 from = maturity - 30 * DAY;
        uint256 until = maturity + 7 * DAY;
        vm.roll(from - 1);
        uint256 next = inDays(90);
        vm.startPrank(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotRollable.selector, loanId, from, until, from - 1));
        book.roll(loanId, next, ANY_RATE);
        vm.roll(until + 1);
        next = inDays(90);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotRollable.selector, loanId, from, until, until + 1));
        book.roll(loanId, next, ANY_RATE);
        vm.stopPrank();
    }

    function test_RevertWhen_rollIsNotAllowed() public {
        uint256 next = inDays(90);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, bob));
        vm.prank(bob);
        book.roll(loanId, next, ANY_RATE);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotFixed.selector, floating));
        vm.prank(sp);
        book.roll(floating, next, ANY_RATE);
        vm.roll(terms(loanId).maturity - 1);
        payInterest(loanId);
        next = inDays(90);
        uint256 rate = book.quoteFixed(0, 90 * DAY, 0);
        bytes memory bad = abi.encodeWithSelector(LoanBook_BadMaturity.selector, inDays(30), inDays(540), inDays(29));
        uint256 soon = inDays(29);
        vm.startPrank(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_RateTooHigh.selector, rate - 1, rate));
        book.roll(loanId, next, rate - 1);
        vm.expectRevert(bad);
        book.roll(loanId, soon, ANY_RATE);
        vm.stopPrank();
    }

    function test_I6_RevertWhen_rollFailsTheDrawTest() public {
        (uint256 full, , ) = nearlyFullFixed(31 * DAY);
        advanceDays(5);
        shock(full, 1.05e18);
        uint256 next = inDays(90);
        vm.prank(sp);
        vm.expectPartialRevert(LoanBook_DrawTest.selector);
        book.roll(full, next, ANY_RATE);
    }

    // ---------------------------------------------------------------- past maturity

    function test_maturity_graceThenWatchThenCall() public {
        uint256 maturity = terms(loanId).maturity;
        advanceEpochs(maturity + 7 * DAY - vm.getBlockNumber());
        payInterest(loanId);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None), "last epoch of the grace");
        assertFalse(terms(loanId).matured);
        advanceEpochs(1);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.Matured));
        assertTrue(terms(loanId).matured);
        vm.expectEmit(address(book));
        emit StateChanged(loanId, LoanState.Healthy, LoanState.Watch, Covenant.Matured);
        book.review(loanId);
        advanceDays(15);
        payInterest(loanId);
        book.review(loanId);
        assertState(loanId, LoanState.Call);
        repay(loanId, 200 ether);
        book.review(loanId);
        assertState(loanId, LoanState.Healthy);
        assertSums();
    }

    function test_maturity_unfixHealsAWatch() public {
        advanceEpochs(terms(loanId).maturity + 7 * DAY + 1 - vm.getBlockNumber());
        payInterest(loanId);
        book.review(loanId);
        assertState(loanId, LoanState.Watch);
        vm.prank(sp);
        book.unfix(loanId);
        book.review(loanId);
        assertState(loanId, LoanState.Healthy);
        assertSums();
    }

    function test_mature_addsThePenalty() public {
        FixedStatus memory s = terms(loanId);
        vm.roll(s.graceEnd);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotOverdue.selector, loanId, s.graceEnd, s.graceEnd));
        book.mature(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotFixed.selector, floating));
        book.mature(floating);
        vm.roll(s.graceEnd + 1);
        uint256 target = targetRef(0);
        uint256 base = s.ratePerEpochRay > target ? s.ratePerEpochRay : target;
        uint256 rate = base + marginRef(PENALTY_BPS100);
        uint256 debt = book.debtOf(loanId);
        PoolState memory a = vault.poolState();
        vm.expectEmit(address(book));
        emit TermOverdue(loanId, rate);
        vm.prank(keeper);
        assertEq(book.mature(loanId), rate);
        assertEq(terms(loanId).ratePerEpochRay, rate);
        assertTrue(terms(loanId).overdue);
        assertEq(book.debtOf(loanId), debt, "from now on");
        assertEq(vault.poolState().totalAssets, a.totalAssets);
        assertSums();
        // The penalty is not added to itself.
        vm.expectRevert(abi.encodeWithSelector(LoanBook_RateNotRaised.selector, loanId, rate, rate));
        book.mature(loanId);
    }

    function test_mature_followsTheMarketUp() public {
        vm.roll(terms(loanId).graceEnd + 1);
        payInterest(loanId);
        uint256 first = book.mature(loanId);
        _ratesRise(40);
        uint256 second = book.mature(loanId);
        assertEq(second, targetRef(0) + marginRef(PENALTY_BPS100));
        assertGt(second, first);
        assertSums();
        // And not down.
        depositFil(alice, 900_000 ether);
        for (uint256 i = 0; i < 10; ++i) {
            advanceDays(1);
            vault.accrue();
        }
        vm.expectRevert(abi.encodeWithSelector(LoanBook_RateNotRaised.selector, loanId, second, second));
        book.mature(loanId);
        repay(loanId, 300 ether);
        assertSums();
    }

    /// A loan that was overdue and is repaid starts its next term without a trace of it.
    function test_mature_isForgottenWithTheDebt() public {
        Tranche[] memory list = tranches(2, 60 ether);
        list[1].drawDeadline = uint32(inDays(400));
        vm.prank(sp);
        (uint256 other, address account) = book.open(list, payee);
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(other, account, minerId);
        vm.prank(sp);
        book.drawFixed(other, 0, inDays(30), ANY_RATE);
        seal(minerId, 60, false, 1 ether);
        book.prove(other);
        vm.roll(terms(other).graceEnd + 1);
        book.mature(other);
        assertTrue(terms(other).overdue);
        repay(other, 70 ether);
        vm.prank(sp);
        book.drawFixed(other, 0, inDays(30), ANY_RATE);
        assertFalse(terms(other).overdue);
        vm.roll(terms(other).graceEnd + 1);
        uint256 rate = terms(other).ratePerEpochRay;
        assertGe(book.mature(other), rate + marginRef(PENALTY_BPS100), "the whole penalty");
    }

    /// The penalty cannot be driven up by money that leaves for a moment.
    function test_mature_isNotMovedByMoneyOfAMoment() public {
        vm.roll(terms(loanId).graceEnd + 1);
        uint256 leave = vault.maxWithdraw(alice);
        vm.prank(alice);
        vault.withdrawFil(leave, alice, alice);
        vault.accrue();
        uint256 spike = vault.poolState().ratePerEpochRay;
        FixedStatus memory s = terms(loanId);
        uint256 rate = book.mature(loanId);
        assertEq(rate, s.ratePerEpochRay + marginRef(PENALTY_BPS100));
        assertGt(spike, rate, "fixture");
    }
}
