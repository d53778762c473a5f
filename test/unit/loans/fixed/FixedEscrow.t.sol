// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ControlTest} from "../escrow/ControlTest.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice Fixed terms on escrowed miners, and their sale.
contract FixedEscrowTest is FixedTest, ControlTest {
    uint256 private loanId;
    address private account;
    uint64 private minerId;

    function setUp() public override(FixedTest, ControlTest) {
        super.setUp();
        (loanId, account, minerId) = stretchedLoan();
        escrow(loanId, account, 0);
        advanceEpochs(1);
        uint256 maturity = inDays(360);
        vm.prank(sp);
        book.fix(loanId, maturity, ANY_RATE);
    }

    function test_controlFacts_countAFixedDebt() public {
        assertEq(book.controlOf(minerId).debt, book.debtOf(loanId));
        advanceDays(3);
        assertEq(book.controlOf(minerId).debt, book.debtOf(loanId));
        assertSums();
    }

    function test_minerIsSoldForAFixedDebt() public {
        makeSick(loanId);
        uint256 rate = terms(loanId).ratePerEpochRay;
        kick(minerId);
        advanceEpochs(1_500);
        uint256 debt = book.debtOf(loanId);
        uint256 price = buy(minerId);
        assertGt(price, 0);
        assertEq(book.debtOf(loanId), price >= debt ? 0 : debt - price, "no fee: not the SP's choice");
        if (price < debt) assertEq(terms(loanId).ratePerEpochRay, rate);
        assertSums();
    }

    function test_releaseMiner_asksForTheDrawTest() public {
        vm.prank(sp);
        vm.expectPartialRevert(LoanBook_DrawTest.selector);
        book.releaseMiner(loanId, 0, 1_234);
        repay(loanId, 3_000 ether);
        vm.prank(sp);
        book.releaseMiner(loanId, 0, 1_234);
        assertSums();
    }

    function test_setControl_whileFixed() public {
        uint64[] memory none = new uint64[](0);
        uint64 worker = minerState(minerId).worker;
        vm.prank(sp);
        book.setControl(loanId, 0, worker, none);
        advanceDays(31);
        book.review(loanId);
        vm.prank(sp);
        book.setControl(loanId, 0, worker, none);
    }
}
