// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {Position, Standing} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {IStripAuction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {PostedValue} from "../../../../contracts/loans/interfaces/IPostedValues.sol";
import {PostedStub} from "../../../utils/PostedStub.sol";
import {BookTest} from "./BookTest.sol";

/// @notice Tokens posted beside the miners, as far as the loan book goes: what they count for, and what their sale pays. What they are
/// worth is set by the test.
contract PostedTest is BookTest {
    function setUp() public override {
        super.setUp();
        vm.etch(address(posted), type(PostedStub).runtimeCode);
    }

    function _post(uint256 loanId, PostedValue memory value) private {
        PostedStub(address(posted)).set(loanId, value);
        vm.prank(address(posted));
        book.notePosted(loanId, true);
    }

    // ---------------------------------------------------------------- value

    function test_positionOf_addsPostedValuesByTheirOwnWeights() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        Position memory bare = book.positionOf(loanId);
        PostedStub(address(posted)).set(loanId, PostedValue(5 ether, 6 ether, 7 ether));
        assertEq(book.positionOf(loanId).drawLimit, bare.drawLimit, "not asked before tokens are noted");
        _post(loanId, PostedValue(5 ether, 6 ether, 7 ether));
        Position memory p = book.positionOf(loanId);
        assertEq(p.drawLimit, bare.drawLimit + 5 ether);
        assertEq(p.callLimit, bare.callLimit + 6 ether);
        assertEq(p.liquidationLimit, bare.liquidationLimit + 7 ether);
        assertEq(p.value, bare.value, "miners alone");
        assertGt(p.healthWad, bare.healthWad);
        Standing memory s = book.standingOf(loanId);
        assertEq(s.healthWad, p.healthWad);
        assertEq(s.collateralWad / 1e18, p.liquidationLimit);
        assertEq(s.value, p.value);
    }

    function test_draw_countsPostedTokens() public {
        (uint256 loanId, , ) = preparedLoan(9_000 ether);
        vm.prank(sp);
        (bool ok, bytes memory reason) = address(book).call(abi.encodeCall(book.draw, (loanId, 0)));
        assertFalse(ok);
        assertEq(bytes4(reason), LoanBook_DrawTest.selector);
        _post(loanId, PostedValue(2_000 ether, 0, 0));
        vm.prank(sp);
        book.draw(loanId, 0);
        assertEq(loanOf(loanId).principal, 9_000 ether);
    }

    /// Call weights are tested with the call value alone: a fresh price is no condition for it.
    function test_review_countsPostedTokensForTheCall() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        shock(loanId, 0.96e18);
        assertLt(book.positionOf(loanId).callLimit, book.debtOf(loanId));
        _post(loanId, PostedValue(0, 400 ether, 0));
        (LoanState state, ) = book.review(loanId);
        assertEq(uint8(state), uint8(LoanState.Healthy));
        _post(loanId, PostedValue(400 ether, 0, 400 ether));
        (state, ) = book.review(loanId);
        assertEq(uint8(state), uint8(LoanState.Call));
    }

    function test_impair_carriesPostedTokensAtTheirLiquidationValue() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        shock(loanId, 0.6e18);
        _post(loanId, PostedValue(0, 0, 30 ether));
        uint256 value = book.positionOf(loanId).value;
        book.impair(loanId);
        assertEq(loanOf(loanId).carrying, (value * 0.98e18) / 1e18 + 30 ether);
    }

    // ---------------------------------------------------------------- what leaves

    function test_requireDrawTest_withoutDebtAnythingMayLeave() public {
        (uint256 loanId, , ) = preparedLoan(100 ether);
        book.requireDrawTest(loanId, 0);
    }

    function test_RevertWhen_requireDrawTestFails() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        shock(loanId, 0.96e18);
        uint256 debt = book.debtOf(loanId);
        uint256 limit = book.positionOf(loanId).drawLimit;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DrawTest.selector, loanId, limit, debt));
        book.requireDrawTest(loanId, 0);
        _post(loanId, PostedValue(debt, debt, debt)); // not asked: it is the posted collateral that asks
        book.requireDrawTest(loanId, debt - limit);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DrawTest.selector, loanId, debt - 1, debt));
        book.requireDrawTest(loanId, debt - limit - 1);
    }

    function test_RevertWhen_requireDrawTestInAnotherState() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        shock(loanId, 0.96e18);
        book.review(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Call));
        book.requireDrawTest(loanId, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 99));
        book.requireDrawTest(99, 0);
    }

    function test_RevertWhen_closedWithTokensPosted() public {
        (uint256 loanId, ) = openLoan(100 ether);
        _post(loanId, PostedValue(0, 0, 0));
        vm.startPrank(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_StillPosted.selector, loanId));
        book.close(loanId);
        vm.stopPrank();
        vm.prank(address(posted));
        book.notePosted(loanId, false);
        vm.prank(sp);
        book.close(loanId);
        vm.prank(address(posted));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Closed));
        book.notePosted(loanId, true);
    }

    // ---------------------------------------------------------------- sales

    function test_settlePosted_paysTheDebt() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        uint256 debt = book.debtOf(loanId);
        vm.deal(address(vault), address(vault).balance + 40 ether);
        vm.expectEmit(address(book));
        emit PostedSettled(loanId, 40 ether, debt - 40 ether + 1); // a payment burns debt rounded down
        vm.prank(address(posted));
        book.settlePosted(loanId, 40 ether);
        assertEq(book.debtOf(loanId), debt - 40 ether + 1);
    }

    function test_RevertWhen_settlePostedOfNothingOrForNoLoan() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        vm.startPrank(address(posted));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_ZeroAmount.selector));
        book.settlePosted(loanId, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 99));
        book.settlePosted(99, 1);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 99));
        book.notePosted(99, true);
        vm.stopPrank();
    }

    /// A token that is sold out may leave less than the minimum: there is nothing left to sell for the rest.
    function test_settlePosted_mayLeaveDust() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        uint256 debt = book.debtOf(loanId);
        vm.deal(address(vault), address(vault).balance + debt);
        vm.prank(address(posted));
        book.settlePosted(loanId, debt - 1 ether);
        assertApproxEqAbs(book.debtOf(loanId), 1 ether, 1);
    }

    function test_RevertWhen_settlePostedExceedsTheDebt() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        uint256 debt = book.debtOf(loanId);
        vm.deal(address(vault), address(vault).balance + 2 * debt);
        vm.prank(address(posted));
        vm.expectRevert();
        book.settlePosted(loanId, debt + 1);
    }

    function test_positionSummary_isThePositionWithoutTokens() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        _post(loanId, PostedValue(5 ether, 6 ether, 7 ether));
        Position memory p = book.positionOf(loanId);
        (uint256 debt, uint256 value, uint256 target, uint256 least) = book.positionSummary(loanId);
        assertEq(debt, p.debt);
        assertEq(value, p.liquidationLimit - 7 ether);
        assertEq(target, 1.03e18);
        assertEq(least, 10 ether);
        assertEq(book.coolOffSince(loanId), loanOf(loanId).coolOffSince);
    }

    function test_RevertWhen_anotherSettlesOrNotes() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        bytes memory refusal = abi.encodeWithSelector(LoanBook_OnlyContract.selector, address(posted), sp);
        vm.startPrank(sp);
        vm.expectRevert(refusal);
        book.settlePosted(loanId, 1 ether);
        vm.expectRevert(refusal);
        book.notePosted(loanId, true);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- strips beside posted tokens

    /// Miners pay strips, tokens do not: a loan that rests on tokens sells no more face than its miners are worth.
    function test_kick_soldFaceIsBoundByTheMiners() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        shock(loanId, 0.6e18);
        shock(loanId, 0.3e18);
        book.review(loanId);
        book.sweep(loanId, 0);
        Position memory p = book.positionOf(loanId);
        assertGt(p.value, 0);
        uint256 missing = (p.debt * 99) / 100 - p.liquidationLimit;
        _post(loanId, PostedValue(missing, missing, missing));
        advanceEpochs(1);
        auction.kick(loanId);
        (uint256 face, uint256 price, , ) = auction.quote(loanId);
        assertEq(face, book.positionOf(loanId).value, "no more than the miners");
        assertLe(price, face);
        assertLt(price, book.debtOf(loanId));
        // Without tokens health is far below the weight, and nothing can be sold without loss.
        _post(loanId, PostedValue(0, 0, 0));
        (face, , , ) = auction.quote(loanId);
        assertEq(face, 0);
    }

    function test_RevertWhen_kickedWithoutMiners() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        shock(loanId, 0.96e18);
        book.review(loanId);
        book.sweep(loanId, 0);
        shock(loanId, 1);
        Position memory p = book.positionOf(loanId);
        assertEq(p.value, 0);
        uint256 most = (p.debt * 99) / 100;
        _post(loanId, PostedValue(most, most, most));
        advanceEpochs(1);
        Standing memory s = book.standingOf(loanId);
        assertGt(s.healthWad, 0.96e18);
        vm.expectRevert(
            abi.encodeWithSelector(IStripAuction.StripAuction_Underwater.selector, loanId, s.healthWad, 0.96e18)
        );
        auction.kick(loanId);
    }
}
