// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Loan, LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {Position, Standing} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice Fixed terms in trouble: provisions, write-offs and restoration, strips, posted tokens' part, releases.
contract FixedLossesTest is FixedTest {
    uint256 private loanId;
    address private account;
    uint64 private minerId;

    function setUp() public override {
        super.setUp();
        (loanId, account, minerId) = nearlyFullFixed(360 * DAY);
        advanceDays(5);
        assertGe(book.positionOf(loanId).healthWad, 1e18);
    }

    function test_impair_floatsTheLoanFirst() public {
        Position memory p = shock(loanId, 0.97e18);
        assertEq(p.debt, book.debtOf(loanId));
        uint256 carrying = (p.value * 0.98e18) / 1e18;
        vm.expectEmit(address(book));
        emit RateFloated(loanId, p.debt, 0);
        uint256 loss = book.impair(loanId);
        assertApproxEqAbs(loss, p.debt - carrying, 2);
        assertState(loanId, LoanState.Impaired);
        Loan memory loan = loanOf(loanId);
        assertEq(loan.carrying, carrying);
        assertGt(loan.scaledDebt, 0, "floating");
        assertFalse(terms(loanId).isFixed);
        assertApproxEqAbs(book.debtOf(loanId), p.debt, 2);
        assertEq(vault.poolState().impairedCarrying, carrying);
        assertSums();
    }

    function test_RevertWhen_impairWithoutShortfallTheLoanStaysFixed() public {
        Position memory p = book.positionOf(loanId);
        vm.expectPartialRevert(LoanBook_NoShortfall.selector);
        book.impair(loanId);
        assertTrue(terms(loanId).isFixed);
        assertEq(book.debtOf(loanId), p.debt);
    }

    function test_impaired_isRestoredByACure() public {
        shock(loanId, 0.97e18);
        book.impair(loanId);
        vm.deal(bob, 900 ether);
        vm.prank(bob);
        book.cure{value: 900 ether}(loanId);
        assertState(loanId, LoanState.Healthy);
        assertEq(vault.poolState().impairedCarrying, 0);
        assertSums();
        advanceDays(8);
        uint256 maturity = inDays(60);
        payInterest(loanId);
        vm.prank(sp);
        book.fix(loanId, maturity, ANY_RATE);
        assertTrue(terms(loanId).isFixed, "and may be fixed again");
        assertSums();
    }

    function test_writeOffAndRecovery() public {
        shock(loanId, 0.97e18);
        book.impair(loanId);
        vm.roll(vm.getBlockNumber() + 200 * DAY + 1);
        book.writeOff(loanId);
        assertState(loanId, LoanState.WrittenOff);
        uint256 debt = book.debtOf(loanId);
        repay(loanId, debt);
        assertState(loanId, LoanState.Healthy);
        assertEq(book.debtOf(loanId), 0);
        assertSums();
    }

    /// A strip sold to save a fixed loan: no fee, same rate for what is left.
    function test_strips_paidIntoAFixedLoan() public {
        shock(loanId, 0.99e18);
        book.review(loanId);
        vm.prank(keeper);
        book.sweep(loanId, 0);
        shock(loanId, 0.99e18);
        vm.prank(keeper);
        auction.kick(loanId);
        uint256 rate = terms(loanId).ratePerEpochRay;
        vm.deal(bob, 2_000 ether);
        vm.startPrank(bob);
        wfil.deposit{value: 2_000 ether}();
        wfil.approve(address(auction), type(uint256).max);
        Standing memory before = book.standingOf(loanId);
        auction.take(loanId, type(uint256).max, 0, bob, "");
        vm.stopPrank();
        Standing memory after_ = book.standingOf(loanId);
        assertLt(after_.debt, before.debt);
        assertGe(after_.healthWad, before.healthWad, "I10");
        assertEq(terms(loanId).ratePerEpochRay, rate);
        assertGt(loanOf(loanId).stripSold, 0);
        assertSums();
        // What comes in goes to strips, then to the debt.
        fundMiner(minerId, 300 ether);
        vm.prank(keeper);
        book.sweep(loanId, 0);
        assertSums();
    }

    function test_RevertWhen_sellingForALoanWithoutDebt() public {
        (uint256 empty, ) = openLoan(10 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoDebt.selector, empty));
        vm.prank(address(posted));
        book.settlePosted(empty, 1 ether);
    }

    /// What posted tokens are sold for is booked like any forced payment.
    function test_settlePosted_onAFixedLoan() public {
        uint256 debt = book.debtOf(loanId);
        uint256 interest = debt - 1_200 ether;
        vm.deal(address(vault), address(vault).balance + interest + 50 ether);
        vm.expectEmit(address(book));
        emit PostedSettled(loanId, interest + 50 ether, 1_150 ether);
        vm.prank(address(posted));
        book.settlePosted(loanId, interest + 50 ether);
        assertEq(loanOf(loanId).principal, 1_150 ether);
        assertSums();
    }

    function test_release_asksForTheDrawTest() public {
        fundMiner(minerId, 500 ether);
        uint256 before = payee.balance;
        vm.prank(sp);
        book.release(loanId, 0, 50 ether);
        assertEq(payee.balance, before + 50 ether);
        shock(loanId, 1.05e18);
        vm.prank(sp);
        vm.expectPartialRevert(LoanBook_DrawTest.selector);
        book.release(loanId, 0, 50 ether);
    }
}
