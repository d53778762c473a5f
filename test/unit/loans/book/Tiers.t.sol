// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {Assessment} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {IReputation, Mark} from "../../../../contracts/reputation/interfaces/IReputation.sol";
import {BookTest} from "./BookTest.sol";

/// @notice What a loan does to its holder's reputation, and what a tier does for a draw.
contract TiersTest is BookTest {
    /// @dev A provider of tier 3, by marks that the loan book could have made.
    function _famous(address provider) private {
        vm.prank(address(book));
        reputation.mark(1, provider, Mark.Proven, 1_000_000 ether);
        vm.roll(block.number + 90 * DAY);
        assertEq(reputation.tierOf(provider), 3);
    }

    function test_prove_inTimeIsMarked() public {
        uint256 before = reputation.recordOf(sp).proofs;
        (uint256 loanId, address account) = openLoan(100 ether);
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(minerId, 100, false, 1 ether);
        vm.expectCall(address(reputation), abi.encodeCall(IReputation.mark, (loanId, sp, Mark.Proven, 100 ether)));
        book.prove(loanId);
        assertEq(reputation.recordOf(sp).proofs, before + 1);
    }

    function test_prove_lateIsNotMarked() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(100 ether);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(minerId, 100, false, 1 ether);
        uint256 before = reputation.recordOf(sp).proofs;
        vm.roll(uint256(loanOf(loanId).drawEpoch) + book.tranchesOf(loanId)[0].proveEpochs + 1);
        book.prove(loanId);
        assertEq(reputation.recordOf(sp).proofs, before);
    }

    function test_reclaim_isMarked() public {
        (uint256 loanId, , ) = preparedLoan(100 ether);
        vm.prank(sp);
        book.draw(loanId, 0);
        vm.roll(uint256(loanOf(loanId).drawEpoch) + book.tranchesOf(loanId)[0].proveEpochs + 1);
        vm.expectCall(address(reputation), abi.encodeCall(IReputation.mark, (loanId, sp, Mark.Reclaimed, 0)));
        book.reclaim(loanId);
    }

    function test_callAndImpairment_areMarked() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        shock(loanId, 0.96e18);
        vm.expectCall(address(reputation), abi.encodeCall(IReputation.mark, (loanId, sp, Mark.Called, 0)));
        book.review(loanId);
        assertState(loanId, LoanState.Call);
        shock(loanId, 0.6e18);
        vm.expectCall(address(reputation), abi.encodeCall(IReputation.mark, (loanId, sp, Mark.Impaired, 0)));
        book.impair(loanId);
        assertEq(reputation.scoreOf(sp), 0);
    }

    // ---------------------------------------------------------------- the tier of a loan

    function test_refreshTier_creditsAndTakesTheTierOver() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        _famous(sp);
        vm.expectEmit(address(book));
        emit TierRefreshed(loanId, 0, 3);
        assertEq(book.refreshTier(loanId), 3);
        assertEq(loanOf(loanId).tier, 3);
        uint256 before = reputation.scoreOf(sp);
        vm.roll(block.number + DAY);
        book.refreshTier(loanId);
        assertGt(reputation.scoreOf(sp), before - before / 365, "100 FIL-days, less a day's decay");
    }

    function test_RevertWhen_refreshTierOfAClosedOrUnknownLoan() public {
        (uint256 loanId, ) = openLoan(100 ether);
        vm.prank(sp);
        book.close(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Closed));
        book.refreshTier(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 99));
        book.refreshTier(99);
    }

    function test_tier_isLostWithTheTokenAndWithAMark() public {
        (uint256 loanId, , ) = nearlyFullLoan();
        _famous(sp);
        book.refreshTier(loanId);
        address buyer = makeAddr("buyer");
        vm.prank(sp);
        IERC721(address(book)).transferFrom(sp, buyer, loanId);
        assertEq(loanOf(loanId).tier, 0, "another holder");
        assertEq(book.refreshTier(loanId), 0);
        vm.prank(buyer);
        IERC721(address(book)).transferFrom(buyer, sp, loanId);
        book.refreshTier(loanId);
        assertEq(loanOf(loanId).tier, 3);
        book.review(loanId);
        shock(loanId, 0.96e18);
        book.review(loanId);
        assertState(loanId, LoanState.Call);
        assertEq(loanOf(loanId).tier, 0, "a mark");
    }

    /// A tier is worth a point of draw weight; it changes nothing else.
    function test_draw_tierAddsPointsToTheDrawWeight() public {
        (uint256 loanId, address account) = openLoan(10 ether);
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        _famous(sp);
        advanceEpochs(1); // what fell due in those days is settled
        (Assessment memory a, , ) = risk.assessDraw(account, book.minersOf(loanId), 0, 0);
        uint256 value = a.walkAwayValue;
        // a <= w (v + a)  =>  a <= w v / (1 - w)
        uint96 unknown = uint96((value * 88) / 12);
        uint96 known = uint96((value * 91) / 9);
        assertFalse(_draws(minerId, loanId, unknown + 200, false));
        assertTrue(_draws(minerId, loanId, unknown + 200, true));
        assertTrue(_draws(minerId, loanId, known - 200, true));
        assertFalse(_draws(minerId, loanId, known + 200, true));
    }

    function _draws(uint64 minerId, uint256 loanId, uint96 amount, bool looksUpTier) private returns (bool ok) {
        uint256 snapshot = vm.snapshotState();
        proposeBack(minerId);
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        (uint256 next, address nextAccount) = openLoan(amount);
        attach(next, nextAccount, minerId);
        if (looksUpTier) assertEq(book.refreshTier(next), 3);
        vm.deal(alice, 2 * amount);
        depositFil(alice, 2 * amount);
        vm.prank(sp);
        bytes memory reason;
        (ok, reason) = address(book).call(abi.encodeCall(book.draw, (next, 0)));
        if (!ok) assertEq(bytes4(reason), LoanBook_DrawTest.selector);
        vm.revertToState(snapshot);
    }
}
