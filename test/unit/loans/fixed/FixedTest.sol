// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {EPOCHS_PER_YEAR} from "../../../../contracts/libraries/Units.sol";
import {FixedRates, Loan} from "../../../../contracts/loans/LoanTypes.sol";
import {FixedBasis, IFixedBook} from "../../../../contracts/loans/interfaces/IFixedBook.sol";
import {FixedStatus, ILoanTerms, ILoanTermsEvents} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {BookTest} from "../book/BookTest.sol";

/// @notice Base of the tests of fixed terms on the real system: terms are offered, and another provider's floating loan is in the pool.
abstract contract FixedTest is BookTest, ILoanTermsEvents {
    uint256 internal constant PICO_RAY = 1e15;
    uint256 internal constant ANY_RATE = type(uint256).max;
    uint256 internal constant TERM = 360 * DAY;
    /// The loan whose floating debt was there before; BookTest opens it.
    uint256 internal constant FLOATER = 1;

    IFixedBook internal fixedBook;

    function setUp() public virtual override {
        super.setUp();
        fixedBook = IFixedBook(address(vault));
        asRisk(address(book), abi.encodeCall(ILoanTerms.setFixedRates, (offered())));
    }

    function offered() internal pure returns (FixedRates memory) {
        return
            FixedRates({
                premium30Bps: 20,
                premium180Bps: 80,
                premium540Bps: 200,
                spread0Bps: 150,
                spread1Bps: 100,
                spread2Bps: 50,
                spread3Bps: 0,
                maxTermDays: 540,
                maxShareBps: 5_000
            });
    }

    // ---------------------------------------------------------------- the quote, with its own arithmetic

    /// [ray per epoch]
    function quoteRef(uint256 amount, uint256 marginBps100) internal view returns (uint256) {
        FixedBasis memory b = fixedBook.fixedBasis(amount);
        uint256 base = b.ratePerEpochRay > b.rateAtTargetRay ? b.ratePerEpochRay : b.rateAtTargetRay;
        return _wholePicos(base) + marginRef(marginBps100);
    }

    /// By the rate at target alone.
    function targetRef(uint256 marginBps100) internal view returns (uint256) {
        return _wholePicos(fixedBook.fixedBasis(0).rateAtTargetRay) + marginRef(marginBps100);
    }

    function _wholePicos(uint256 rateRay) private pure returns (uint256) {
        return Math.ceilDiv(rateRay, PICO_RAY) * PICO_RAY;
    }

    /// @param bps100 hundredths of a basis point per year
    function marginRef(uint256 bps100) internal pure returns (uint256) {
        return Math.ceilDiv(bps100 * 1e21, EPOCHS_PER_YEAR * PICO_RAY) * PICO_RAY;
    }

    function feeRef(
        uint256 principal,
        uint256 frozenRay,
        uint256 anewRay,
        uint256 left
    ) internal pure returns (uint256) {
        uint256 lost = frozenRay > anewRay ? (frozenRay - anewRay) * left : 0;
        uint256 cap = frozenRay * 180 * DAY;
        return Math.mulDiv(principal, lost < cap ? lost : cap, 1e27, Math.Rounding.Ceil);
    }

    // ---------------------------------------------------------------- loans

    function inDays(uint256 days_) internal view returns (uint256) {
        return vm.getBlockNumber() + days_ * DAY;
    }

    /// A loan of one tranche, drawn at a fixed rate; one epoch later.
    function fixedLoan(uint96 amount, uint256 term) internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account, minerId) = preparedLoan(amount);
        uint256 maturity = vm.getBlockNumber() + term;
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        advanceEpochs(1);
    }

    /// The same, sealed and proven.
    function provenFixed(
        uint96 amount,
        uint256 term
    ) internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account, minerId) = fixedLoan(amount, term);
        seal(minerId, uint32(amount / 1 ether), false, 1 ether);
        book.prove(loanId);
    }

    /// Drawn near to what it may be, and proven: 550 FIL of its own pledged, 1,200 FIL drawn.
    function nearlyFullFixed(uint256 term) internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account) = openLoan(1_200 ether);
        minerId = newMiner(550, 1 ether, 60 ether);
        attach(loanId, account, minerId);
        uint256 maturity = vm.getBlockNumber() + term;
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        seal(minerId, 1_200, false, 1 ether);
        book.prove(loanId);
    }

    function terms(uint256 loanId) internal view returns (FixedStatus memory) {
        return book.termsOf(loanId);
    }

    function repay(uint256 loanId, uint256 amount) internal returns (uint256 paid) {
        vm.deal(bob, amount);
        vm.prank(bob);
        return book.repay{value: amount}(loanId);
    }

    /// Pays what is due of interest, so that no covenant breaks with time.
    function payInterest(uint256 loanId) internal {
        uint256 interest = book.debtOf(loanId) - book.loanOf(loanId).principal;
        if (interest != 0) repay(loanId, interest);
    }

    /// Many days, with the interest paid on the way.
    function liveDays(uint256 loanId, uint256 days_) internal {
        while (days_ > 20) {
            advanceDays(20);
            payInterest(loanId);
            days_ -= 20;
        }
        advanceDays(days_);
        payInterest(loanId);
    }

    /// I1, I2 over all loans, I3 of the pool.
    function assertSums() internal view {
        PoolState memory s = vault.poolState();
        uint256 owed;
        uint256 fixedOwed;
        uint256 loans;
        for (uint256 id = 1; id <= book.loanCount(); ++id) {
            Loan memory loan = book.loanOf(id);
            uint256 debt = book.debtOf(id);
            assertGe(debt, loan.principal, "I1: debt covers principal");
            assertEq(debt == 0, loan.principal == 0, "I1: a principal as long as a debt");
            if (uint8(loan.state) >= 4) continue; // impaired and beyond: not in the performing book
            if (debt != 0) ++loans;
            owed += debt;
            if (book.termsOf(id).isFixed) fixedOwed += debt;
        }
        assertLe(s.debt, owed, "I2: pool below loans");
        assertLe(owed - s.debt, loans + 1, "I2: by 1 attoFIL a loan");
        uint256 fixedDebt = fixedBook.fixedBasis(0).fixedDebt;
        assertLe(fixedDebt, fixedOwed, "I2: fixed, pool below loans");
        assertLe(fixedOwed - fixedDebt, loans, "I2: fixed, by 1 attoFIL a loan");
        if (fixedOwed == 0) {
            (int256 offset, uint256 slope) = fixedBook.fixedLine();
            assertEq(offset, 0, "I1: line ends with the last loan");
            assertEq(slope, 0, "I1: line ends with the last loan");
        }
        assertEq(s.totalAssets + s.reserveOwed + s.lockedGain, s.cash + s.debt + s.impairedCarrying, "I3: total");
    }
}
