// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPostedCollateral, PostedTerms} from "../../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {ILoanBookEvents, Position} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {LoanSystemTest} from "../../utils/LoanSystemTest.sol";
import {FeedDouble} from "./doubles/FeedDouble.sol";
import {TokenDouble} from "./doubles/Tokens.sol";

/// @notice Posted collateral in the real loan system: what it lets a provider draw, and how it pays when its price falls.
contract PostedSystemTest is LoanSystemTest {
    TokenDouble private _eth;
    FeedDouble private _feed;

    function setUp() public override {
        super.setUp();
        depositFil(alice, 20_000 ether);
        _eth = new TokenDouble(18);
        _feed = new FeedDouble(500e18);
        _feed.set(500e18, type(uint40).max); // in time for the whole test
        PostedTerms memory terms = PostedTerms(_feed, 1_000e18, 0.7e18, 0.75e18, 0.8e18, 0.9e18, 480, 16);
        asRisk(address(posted), abi.encodeCall(IPostedCollateral.list, (address(_eth), terms, 500e18)));
        _eth.mint(sp, 10e18);
        vm.prank(sp);
        _eth.approve(address(posted), 10e18);
    }

    /// @dev 1,000 FIL of pledge alone carry a draw of about 5,000 FIL, not of 9,000.
    function _drawnOnTokens() private returns (uint256 loanId) {
        uint64 minerId;
        (loanId, , minerId) = preparedLoan(9_000 ether);
        vm.startPrank(sp);
        (bool ok, bytes memory reason) = address(book).call(abi.encodeCall(book.draw, (loanId, 0)));
        assertFalse(ok);
        assertEq(bytes4(reason), ILoanBookEvents.LoanBook_DrawTest.selector);
        posted.post(loanId, address(_eth), 5e18);
        assertTrue(book.loanOf(loanId).hasPosted);
        book.draw(loanId, 0);
        vm.stopPrank();
        seal(minerId, 9_000, false, 1 ether);
        book.prove(loanId);
    }

    function test_drawn_onTokensThatStayWhileTheyAreNeeded() public {
        uint256 loanId = _drawnOnTokens();
        Position memory p = book.positionOf(loanId);
        assertEq(p.posted.draw, 1_750 ether);
        assertEq(p.posted.liquidation, 2_000 ether);
        vm.startPrank(sp);
        vm.expectRevert();
        posted.unpost(loanId, address(_eth), 5e18, sp);
        vm.deal(sp, p.debt);
        book.repay{value: p.debt}(loanId);
        posted.unpost(loanId, address(_eth), 5e18, sp);
        vm.stopPrank();
        assertEq(_eth.balanceOf(sp), 10e18);
        assertFalse(book.loanOf(loanId).hasPosted);
    }

    function test_crash_tokensAreSoldForTheDebtAndHealthIsBack() public {
        uint256 loanId = _drawnOnTokens();
        // Miners alone carry less than the debt; with tokens at half the price the loan is just below the line.
        shock(loanId, 1.0e18);
        Position memory before = book.positionOf(loanId);
        assertLt(before.healthWad, 1e18);
        advanceEpochs(1);
        posted.kick(loanId, address(_eth));
        (uint256 amount, uint256 price, , ) = posted.quote(loanId, address(_eth));
        assertGt(amount, 0);
        uint256 debt = book.debtOf(loanId);
        uint256 assets = vault.totalAssets();
        vm.deal(keeper, price + 1 ether);
        vm.prank(keeper);
        (uint256 got, uint256 paid) = posted.take{value: price + 1 ether}(
            loanId,
            address(_eth),
            type(uint256).max,
            type(uint256).max,
            keeper,
            ""
        );
        assertEq(_eth.balanceOf(keeper), got);
        assertEq(keeper.balance, price + 1 ether - paid, "change");
        assertApproxEqAbs(book.debtOf(loanId), debt - paid, 2);
        assertGe(vault.totalAssets(), assets, "lenders lose nothing");
        assertGe(book.positionOf(loanId).healthWad, before.healthWad, "I10");
    }

    /// A feed that is out lets nobody draw on the token, and keeps nobody from paying and leaving.
    function test_feedOut_noDrawOnIt() public {
        (uint256 loanId, , ) = preparedLoan(9_000 ether);
        vm.startPrank(sp);
        posted.post(loanId, address(_eth), 5e18);
        _feed.set(0, type(uint40).max);
        (bool ok, bytes memory reason) = address(book).call(abi.encodeCall(book.draw, (loanId, 0)));
        assertFalse(ok);
        assertEq(bytes4(reason), ILoanBookEvents.LoanBook_DrawTest.selector);
        posted.unpost(loanId, address(_eth), 5e18, sp);
        vm.stopPrank();
        assertEq(_eth.balanceOf(sp), 10e18);
    }
}
