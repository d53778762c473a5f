// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {InterestMath} from "../../../../contracts/libraries/InterestMath.sol";
import {Covenant, FixedRates, Loan, LoanState, Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {IFixedBook} from "../../../../contracts/loans/interfaces/IFixedBook.sol";
import {ILoanTerms} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {FixedStatus} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {IPledgeVault, PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice Draws at fixed rates: the quote, what is booked, what is refused.
contract FixedDrawsTest is FixedTest {
    // ---------------------------------------------------------------- the quote

    function test_quote_isFloatingOrTargetPlusPremiumPlusSpread() public view {
        // 180 to 540 days: 80 to 200 bps; 360 days are half-way, 140. Tier 0: 150.
        assertEq(book.quoteFixed(50 ether, TERM, 0), quoteRef(50 ether, 29_000));
        assertEq(book.quoteFixed(50 ether, TERM, 1), quoteRef(50 ether, 24_000));
        assertEq(book.quoteFixed(50 ether, TERM, 2), quoteRef(50 ether, 19_000));
        assertEq(book.quoteFixed(50 ether, TERM, 3), quoteRef(50 ether, 14_000));
        assertEq(book.quoteFixed(50 ether, 30 * DAY, 3), quoteRef(50 ether, 2_000));
        assertEq(book.quoteFixed(50 ether, 105 * DAY, 3), quoteRef(50 ether, 5_000));
        assertEq(book.quoteFixed(50 ether, 540 * DAY, 3), quoteRef(50 ether, 20_000));
        assertEq(book.quoteFixed(50 ether, TERM, 0) % PICO_RAY, 0, "whole picos");
    }

    /// An empty pool's low rate is not to be had for a year.
    function test_quote_isNeverBelowTheRateAtTarget() public {
        depositFil(alice, 1_000_000 ether);
        PoolState memory s = vault.poolState();
        assertLt(s.ratePerEpochRay, s.rateAtTargetRay, "fixture: nearly empty");
        assertGe(book.quoteFixed(1 ether, 30 * DAY, 3), s.rateAtTargetRay);
        assertEq(book.quoteFixed(1 ether, TERM, 0), targetRef(29_000));
    }

    /// The same as an attack: money that is there for a moment buys no rate.
    function test_quote_depositForAMomentBuysNothing() public {
        uint256 before = book.quoteFixed(50 ether, TERM, 0);
        depositFil(bob, 5_000_000 ether);
        vault.accrue();
        assertGe(book.quoteFixed(50 ether, TERM, 0), targetRef(29_000));
        assertApproxEqRel(book.quoteFixed(50 ether, TERM, 0), before, 0.001e18);
    }

    function test_quote_countsTheDrawItself() public {
        uint256 leave = vault.maxWithdraw(alice);
        vm.prank(alice);
        vault.withdrawFil(leave, alice, alice);
        depositFil(alice, 100 ether);
        vault.accrue();
        assertGt(book.quoteFixed(80 ether, TERM, 0), book.quoteFixed(0, TERM, 0));
    }

    // ---------------------------------------------------------------- drawing

    function test_drawFixed_paysTheMinerAndFreezesTheRate() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(100 ether);
        uint256 rate = book.quoteFixed(100 ether, TERM, 0);
        uint256 before = masked(minerId).balance;
        uint256 floating = vault.borrowIndex();
        uint256 assets = vault.totalAssets();
        uint256 maturity = vm.getBlockNumber() + TERM;
        vm.expectEmit(address(book));
        emit TrancheDrawn(loanId, minerId, 0, 100 ether, 100 ether);
        vm.expectEmit(address(book));
        emit RateFixed(loanId, rate, maturity, 100 ether);
        vm.prank(sp);
        assertEq(book.drawFixed(loanId, 0, maturity, rate), rate, "the highest rate that is taken is taken");
        assertEq(masked(minerId).balance, before + 100 ether, "paid");
        assertEq(vault.borrowIndex(), floating);
        assertEq(vault.totalAssets(), assets, "I4: to the attoFIL");
        Loan memory loan = loanOf(loanId);
        assertEq(loan.scaledDebt, 0);
        assertEq(loan.principal, 100 ether);
        assertEq(loan.drawnCount, 1);
        assertEq(loan.interestSince, vm.getBlockNumber());
        assertEq(loan.coolOffSince, vm.getBlockNumber());
        assertEq(loan.drawEpoch, vm.getBlockNumber());
        assertGt(loan.pledgeBase, 0);
        FixedStatus memory s = terms(loanId);
        assertTrue(s.isFixed);
        assertEq(s.debt, 100 ether);
        assertEq(s.ratePerEpochRay, rate);
        assertEq(s.maturity, maturity);
        assertEq(s.graceEnd, maturity + 7 * DAY);
        assertEq(s.interestPerDay, (100 ether * rate * DAY + 1e27 - 1) / 1e27);
        assertFalse(s.overdue);
        assertFalse(s.matured);
        assertSums();
    }

    function test_drawFixed_interestIsSimpleWhateverTheFloatingRateDoes() public {
        (uint256 loanId, , ) = fixedLoan(100 ether, TERM);
        uint256 rate = terms(loanId).ratePerEpochRay;
        uint256 start = vm.getBlockNumber() - 1;
        advanceDays(100);
        depositFil(alice, 500_000 ether); // rates fall
        advanceDays(25);
        uint256 elapsed = vm.getBlockNumber() - start;
        assertEq(book.debtOf(loanId), 100 ether + (100 ether * rate * elapsed + 1e27 - 1) / 1e27);
        assertSums();
        vault.accrue();
        assertSums();
    }

    function test_drawFixed_furtherTrancheAtItsOwnRate() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(3, 60 ether), payee);
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        uint256 maturity = inDays(300);
        vm.prank(sp);
        uint256 first = book.drawFixed(loanId, 0, maturity, ANY_RATE);
        seal(minerId, 60, false, 1 ether);
        book.prove(loanId);
        advanceDays(9);
        uint256 quote = book.quoteFixed(60 ether, maturity - vm.getBlockNumber(), 0);
        vm.prank(sp);
        uint256 second = book.drawFixed(loanId, 0, maturity, ANY_RATE);
        assertEq(second, quote, "for the time that is left");
        assertNotEq(first, second);
        uint256 mean = terms(loanId).ratePerEpochRay / PICO_RAY;
        assertEq(mean, (first / PICO_RAY + second / PICO_RAY + 1) / 2, "evenly by principal, up");
        assertSums();

        vm.startPrank(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotProven.selector, loanId, 1));
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        seal(minerId, 60, false, 1 ether);
        book.prove(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OtherMaturity.selector, loanId, maturity, maturity + 1));
        book.drawFixed(loanId, 0, maturity + 1, ANY_RATE);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_FixedTerm.selector, loanId, maturity));
        book.draw(loanId, 0);
        vm.stopPrank();
    }

    function test_drawFixed_afterRepaymentInEitherMode() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(3, 60 ether), payee);
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.drawFixed(loanId, 0, inDays(30), ANY_RATE);
        seal(minerId, 60, false, 1 ether);
        book.prove(loanId);
        repay(loanId, 70 ether);
        assertEq(book.debtOf(loanId), 0);
        assertEq(terms(loanId).maturity, 0);
        assertSums();
        vm.prank(sp);
        book.draw(loanId, 0);
        assertFalse(terms(loanId).isFixed);
        assertGt(loanOf(loanId).scaledDebt, 0);
        seal(minerId, 60, false, 1 ether);
        book.prove(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotFixed.selector, loanId));
        vm.prank(sp);
        book.drawFixed(loanId, 0, inDays(30), ANY_RATE);
        repay(loanId, 70 ether);
        vm.prank(sp);
        book.drawFixed(loanId, 0, inDays(30), ANY_RATE);
        assertTrue(terms(loanId).isFixed);
        assertSums();
    }

    function test_RevertWhen_drawFixedAfterMaturity() public {
        Tranche[] memory list = tranches(2, 60 ether);
        list[1].drawDeadline += uint32(30 * DAY);
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(list, payee);
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        uint256 maturity = inDays(30);
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        seal(minerId, 60, false, 1 ether);
        book.prove(loanId);
        vm.roll(maturity);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_TermOver.selector, loanId, maturity, maturity));
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        vm.roll(maturity - 1);
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
    }

    // ---------------------------------------------------------------- refused

    function test_RevertWhen_rateIsAboveTheProvidersLimit() public {
        (uint256 loanId, , ) = preparedLoan(100 ether);
        uint256 rate = book.quoteFixed(100 ether, TERM, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_RateTooHigh.selector, rate - 1, rate));
        vm.prank(sp);
        book.drawFixed(loanId, 0, vm.getBlockNumber() + TERM, rate - 1);
    }

    function test_RevertWhen_maturityIsNotOffered() public {
        (uint256 loanId, , ) = preparedLoan(100 ether);
        uint256 now_ = vm.getBlockNumber();
        bytes memory early = abi.encodeWithSelector(
            LoanBook_BadMaturity.selector,
            now_ + 30 * DAY,
            now_ + 540 * DAY,
            now_ + 30 * DAY - 1
        );
        bytes memory late = abi.encodeWithSelector(
            LoanBook_BadMaturity.selector,
            now_ + 30 * DAY,
            now_ + 540 * DAY,
            now_ + 540 * DAY + 1
        );
        vm.startPrank(sp);
        vm.expectRevert(early);
        book.drawFixed(loanId, 0, now_ + 30 * DAY - 1, ANY_RATE);
        vm.expectRevert(late);
        book.drawFixed(loanId, 0, now_ + 540 * DAY + 1, ANY_RATE);
        book.drawFixed(loanId, 0, now_ + 540 * DAY, ANY_RATE);
        vm.stopPrank();
    }

    function test_RevertWhen_nothingIsOffered() public {
        FixedRates memory none;
        asRisk(address(book), abi.encodeCall(ILoanTerms.setFixedRates, (none)));
        (uint256 loanId, , ) = preparedLoan(100 ether);
        uint256 now_ = vm.getBlockNumber();
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadMaturity.selector, now_ + 30 * DAY, now_, now_ + 30 * DAY));
        vm.prank(sp);
        book.drawFixed(loanId, 0, now_ + 30 * DAY, ANY_RATE);
    }

    function test_RevertWhen_tooMuchOfThePoolIsFixed() public {
        FixedRates memory r = offered();
        r.maxShareBps = 200;
        asRisk(address(book), abi.encodeCall(ILoanTerms.setFixedRates, (r)));
        (uint256 loanId, , ) = preparedLoan(100 ether);
        fixedLoan(150 ether, TERM);
        uint256 fixedDebt = fixedBook.fixedBasis(0).fixedDebt;
        uint256 most = (vault.totalAssets() * 200) / 10_000;
        assertLt(most, fixedDebt + 100 ether, "fixture");
        vm.expectRevert(abi.encodeWithSelector(LoanBook_FixedShare.selector, most, fixedDebt + 100 ether));
        vm.prank(sp);
        book.drawFixed(loanId, 0, inDays(60), ANY_RATE);
    }

    function test_RevertWhen_drawFixedByAnotherOrPausedOrWithoutMiner() public {
        (uint256 loanId, ) = openLoan(100 ether);
        uint256 maturity = inDays(60);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, bob));
        vm.prank(bob);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoSuchMiner.selector, loanId, 0, 0));
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        vm.prank(guardian);
        book.pauseDraws();
        vm.expectRevert(abi.encodeWithSelector(LoanBook_Paused.selector, book.drawsPausedUntil()));
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
    }

    /// I6: as for any draw.
    function test_I6_RevertWhen_drawTestFails() public {
        (uint256 loanId, address account) = openLoan(3_000 ether);
        attach(loanId, account, newMiner(100, 1 ether, 0));
        vm.prank(sp);
        (bool ok, bytes memory reason) = address(book).call(
            abi.encodeCall(ILoanTerms.drawFixed, (loanId, 0, inDays(60), ANY_RATE))
        );
        assertFalse(ok);
        assertEq(bytes4(reason), LoanBook_DrawTest.selector);
    }

    function test_RevertWhen_poolHasNoLiquidity() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        attach(loanId, account, newMiner(1_000, 50 ether));
        uint256 leave = vault.maxWithdraw(alice);
        vm.prank(alice);
        vault.withdrawFil(leave, alice, alice);
        FixedRates memory r = offered();
        r.maxShareBps = 8_000;
        asRisk(address(book), abi.encodeCall(ILoanTerms.setFixedRates, (r)));
        depositFil(bob, 450 ether);
        uint256 lendable = vault.lendable();
        assertLt(lendable, 500 ether, "fixture");
        bytes memory expected = abi.encodeWithSelector(
            IPledgeVault.PledgeVault_InsufficientLiquidity.selector,
            lendable,
            500 ether
        );
        vm.expectRevert(expected);
        vm.prank(sp);
        book.drawFixed(loanId, 0, inDays(60), ANY_RATE);
    }

    function test_RevertWhen_boundInternalsAreCalledByOthers() public {
        (uint256 loanId, , ) = fixedLoan(100 ether, TERM);
        bytes memory expected = abi.encodeWithSelector(LoanBook_OnlyContract.selector, address(book), sp);
        vm.startPrank(sp);
        vm.expectRevert(expected);
        book.repayFixed(loanId, sp, 1 ether);
        vm.expectRevert(expected);
        book.payFixed(loanId, 1 ether, 0);
        vm.expectRevert(expected);
        book.floatDefaulted(loanId);
        vm.stopPrank();
    }

    function test_covenantOf_fixedLoan() public {
        (uint256 loanId, , ) = provenFixed(100 ether, TERM);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
        advanceDays(31);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.InterestOverdue), "interest is due as ever");
        payInterest(loanId);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
        assertState(loanId, LoanState.Healthy);
    }

    /// The floating index is not a fixed loan's concern, the sum of both is the pool's.
    function test_both_sideBySide() public {
        fixedLoan(200 ether, TERM);
        uint256 floating = book.debtOf(FLOATER);
        uint256 index = vault.borrowIndex();
        advanceDays(11);
        assertApproxEqAbs(
            book.debtOf(FLOATER),
            InterestMath.toDebtUp(InterestMath.toScaledUp(floating, index), vault.borrowIndex()),
            2
        );
        assertSums();
        (, uint256 slope) = IFixedBook(address(vault)).fixedLine();
        assertGt(slope, 0);
    }
}
