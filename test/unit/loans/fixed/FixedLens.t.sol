// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LoanLens} from "../../../../contracts/loans/LoanLens.sol";
import {DrawPreview, LoanStatus} from "../../../../contracts/loans/interfaces/ILoanLens.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice What the lens says of loans at fixed rates.
contract FixedLensTest is FixedTest {
    LoanLens private lens;
    uint256 private loanId;
    uint64 private minerId;
    uint256 private maturity;

    function setUp() public override {
        super.setUp();
        lens = new LoanLens(book, vault, risk, facts, auction, reserve);
        vm.prank(sp);
        address account;
        (loanId, account) = book.open(tranches(2, 60 ether), payee);
        minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        maturity = inDays(300);
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        seal(minerId, 60, false, 1 ether);
        book.prove(loanId);
        advanceDays(5);
    }

    function test_previewDraw_addsTheDrawToTheFixedDebt() public {
        DrawPreview memory p = lens.previewDraw(loanId, 0);
        assertTrue(p.canDraw);
        assertEq(p.checks[9].actual, book.debtOf(loanId) + 60 ether);
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        assertEq(book.debtOf(loanId), p.checks[9].actual);
    }

    function test_status_daysToLiquidationByTheFrozenRate() public {
        LoanStatus memory before = lens.status(loanId);
        assertLt(before.daysToLiquidation, 3_650);
        // The floating rate goes up more than twofold, and the answer stays.
        uint256 leave = vault.maxWithdraw(alice);
        vm.prank(alice);
        vault.withdrawFil(leave, alice, alice);
        vault.accrue();
        assertEq(lens.status(loanId).daysToLiquidation, before.daysToLiquidation);
        assertEq(before.position.interest, book.debtOf(loanId) - 60 ether);
        assertEq(before.due, before.position.interest);
    }
}
