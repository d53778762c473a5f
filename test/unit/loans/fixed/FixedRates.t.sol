// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {FixedRates} from "../../../../contracts/loans/LoanTypes.sol";
import {ILoanTerms} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice Premiums, spreads and limits: who sets them, within which bounds, and what they leave alone.
contract FixedRatesTest is FixedTest {
    function _refused(FixedRates memory r, bytes memory expected) private {
        bytes memory data = abi.encodeCall(ILoanTerms.setFixedRates, (r));
        vm.prank(riskAdmin);
        manager.schedule(address(book), data, 0);
        advanceDays(2);
        vm.expectRevert(expected);
        vm.prank(riskAdmin);
        manager.execute(address(book), data);
    }

    function _outOfBounds(
        bytes32 name,
        uint256 lower,
        uint256 upper,
        uint256 actual
    ) private pure returns (bytes memory) {
        return abi.encodeWithSelector(LoanBook_OutOfBounds.selector, name, lower, upper, actual);
    }

    function _badOrder(bytes32 name, uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(LoanBook_BadOrder.selector, name, expected, actual);
    }

    function test_RevertWhen_setByAnother() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, sp));
        vm.prank(sp);
        book.setFixedRates(offered());
    }

    function test_setFixedRates_emitsAndAnswers() public {
        FixedRates memory r = offered();
        r.premium540Bps = 1_000;
        r.spread0Bps = 500;
        r.maxTermDays = 30;
        r.maxShareBps = 8_000;
        bytes memory data = abi.encodeCall(ILoanTerms.setFixedRates, (r));
        vm.prank(riskAdmin);
        manager.schedule(address(book), data, 0);
        advanceDays(2);
        vm.expectEmit(address(book));
        emit FixedRatesChanged(offered(), r);
        vm.prank(riskAdmin);
        manager.execute(address(book), data);
        assertEq(keccak256(abi.encode(book.fixedRates())), keccak256(abi.encode(r)));
    }

    function test_RevertWhen_premiumsAreOutOfBounds() public {
        FixedRates memory r = offered();
        r.premium540Bps = 1_001;
        _refused(r, _outOfBounds("premium540Bps", 0, 1_000, 1_001));
        r = offered();
        r.premium180Bps = 201;
        _refused(r, _badOrder("premium180Bps", 200, 201));
        r = offered();
        r.premium30Bps = 81;
        _refused(r, _badOrder("premium30Bps", 80, 81));
    }

    function test_RevertWhen_spreadsAreOutOfBounds() public {
        FixedRates memory r = offered();
        r.spread0Bps = 501;
        _refused(r, _outOfBounds("spread0Bps", 0, 500, 501));
        r = offered();
        r.spread1Bps = 151;
        _refused(r, _badOrder("spread1Bps", 150, 151));
        r = offered();
        r.spread2Bps = 101;
        _refused(r, _badOrder("spread2Bps", 100, 101));
        r = offered();
        r.spread3Bps = 51;
        _refused(r, _badOrder("spread3Bps", 50, 51));
    }

    function test_RevertWhen_limitsAreOutOfBounds() public {
        FixedRates memory r = offered();
        r.maxShareBps = 8_001;
        _refused(r, _outOfBounds("maxShareBps", 0, 8_000, 8_001));
        r = offered();
        r.maxTermDays = 541;
        _refused(r, _outOfBounds("maxTermDays", 0, 540, 541));
        r.maxTermDays = 29;
        _refused(r, _outOfBounds("maxTermDays", 30, 540, 29));
    }

    /// What is agreed on stays, whatever RISK sets: rate, maturity, the right to repay and to float.
    function test_setFixedRates_leavesAgreedTermsAlone() public {
        (uint256 loanId, , ) = provenFixed(100 ether, TERM);
        (uint256 other, , ) = provenFixed(50 ether, TERM);
        uint256 rate = terms(loanId).ratePerEpochRay;
        uint256 maturity = terms(loanId).maturity;
        FixedRates memory none;
        asRisk(address(book), abi.encodeCall(ILoanTerms.setFixedRates, (none)));
        assertEq(terms(loanId).ratePerEpochRay, rate);
        assertEq(terms(loanId).maturity, maturity);
        repay(loanId, 200 ether);
        assertEq(book.debtOf(loanId), 0);
        vm.prank(sp);
        book.unfix(other);
        assertFalse(terms(other).isFixed);
        assertSums();
    }

    /// A tier earned lowers the spread; the quote of a loan is by the tier it last looked up.
    function test_tier_lowersTheQuote() public {
        assertEq(book.quoteFixed(0, TERM, 0) - book.quoteFixed(0, TERM, 1), marginRef(29_000) - marginRef(24_000));
        vm.mockCall(address(reputation), abi.encodeWithSignature("tierOf(address)", sp), abi.encode(uint8(2)));
        (uint256 loanId, , ) = preparedLoan(100 ether);
        book.refreshTier(loanId);
        uint256 maturity = inDays(360);
        uint256 quote = book.quoteFixed(100 ether, TERM, 2);
        vm.prank(sp);
        assertEq(book.drawFixed(loanId, 0, maturity, ANY_RATE), quote);
    }

    function test_termsOf_unknownAndFloating() public {
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 99));
        book.termsOf(99);
        assertFalse(book.termsOf(FLOATER).isFixed);
        assertEq(book.termsOf(FLOATER).debt, book.debtOf(FLOATER));
        assertEq(book.termsOf(FLOATER).fee, 0);
    }

    /// I12: what pays is never paused.
    function test_I12_repayAndUnfixWhilePaused() public {
        (uint256 loanId, , ) = provenFixed(100 ether, TERM);
        vm.startPrank(guardian);
        book.pauseDraws();
        book.pauseAttaches();
        auction.pauseAuctions();
        vm.stopPrank();
        repay(loanId, 50 ether);
        vm.prank(sp);
        book.unfix(loanId);
        repay(loanId, 100 ether);
        assertEq(book.debtOf(loanId), 0);
    }
}
