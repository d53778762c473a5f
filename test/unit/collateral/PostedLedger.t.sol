// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPostedCollateral} from "../../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {CollateralLedgerDouble} from "./doubles/CollateralLedgerDouble.sol";
import {FeedDouble} from "./doubles/FeedDouble.sol";
import {TokenDouble} from "./doubles/Tokens.sol";
import {PostedTest} from "./PostedTest.sol";

contract PostedLedgerTest is PostedTest {
    // ---------------------------------------------------------------- post

    function test_Post_creditsTheLoan() public {
        vm.expectEmit(address(posted));
        emit IPostedCollateral.Posted(LOAN, address(eth), alice, 2e18, 2e18);
        vm.prank(alice);
        assertEq(posted.post(LOAN, address(eth), 2e18), 2e18);
        assertEq(_postedAmount(LOAN, address(eth)), 2e18);
        assertEq(posted.tokenOf(address(eth)).total, 2e18);
        assertEq(eth.balanceOf(address(posted)), 2e18);
        assertTrue(_noted(LOAN));
        assertFalse(_noted(OTHER));
        _assertValues(LOAN, 700e18, 750e18, 800e18);
        _assertValues(OTHER, 0, 0, 0);
    }

    function test_Post_addsToWhatIsThere() public {
        _post(alice, LOAN, address(eth), 2e18);
        vm.expectEmit(address(posted));
        emit IPostedCollateral.Posted(LOAN, address(eth), bob, 1, 2e18 + 1);
        _post(bob, LOAN, address(eth), 1);
        _post(bob, OTHER, address(eth), 3e18);
        assertEq(_postedAmount(LOAN, address(eth)), 2e18 + 1);
        assertEq(_postedAmount(OTHER, address(eth)), 3e18);
        assertEq(posted.tokenOf(address(eth)).total, 5e18 + 1);
    }

    function test_Post_keepsTokensApart() public {
        _post(sp, LOAN, address(eth), 2e18);
        _post(sp, LOAN, address(usd), 1_000e6);
        _post(sp, LOAN, address(odd), 10e18);
        (address[] memory tokens, uint256[] memory amounts) = posted.postedOf(LOAN);
        assertEq(tokens.length, 3);
        assertEq(tokens[0], address(eth));
        assertEq(tokens[1], address(usd));
        assertEq(tokens[2], address(odd));
        assertEq(amounts[0], 2e18);
        assertEq(amounts[1], 1_000e6);
        assertEq(amounts[2], 10e18);
        _assertValues(LOAN, 700e18 + 175e18 + 7e18, 750e18 + 187.5e18 + 7.5e18, 800e18 + 200e18 + 8e18);
    }

    function test_Post_readsNoFeed() public {
        ethFeed.setRefuses(true);
        _post(sp, LOAN, address(eth), 2e18);
    }

    function test_RevertWhen_TheLoanDoesNotExist() public {
        _expect(abi.encodeWithSelector(CollateralLedgerDouble.LedgerDouble_UnknownLoan.selector, 99));
        _post(alice, 99, address(eth), 2e18);
    }

    function test_RevertWhen_TheTokenIsNotOpen() public {
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotOpen.selector, address(wfil)));
        _post(alice, LOAN, address(wfil), 2e18);
        vm.prank(risk);
        posted.delist(address(eth));
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotOpen.selector, address(eth)));
        _post(alice, LOAN, address(eth), 2e18);
    }

    function test_RevertWhen_NothingIsPosted() public {
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NothingArrived.selector, address(eth)));
        _post(alice, LOAN, address(eth), 0);
    }

    function test_RevertWhen_TheCapIsExceeded() public {
        _post(alice, LOAN, address(eth), 600e18);
        _expect(
            abi.encodeWithSelector(
                IPostedCollateral.PostedCollateral_CapExceeded.selector,
                address(eth),
                1_000e18,
                1_000e18 + 1
            )
        );
        _post(alice, OTHER, address(eth), 400e18 + 1);
        _post(alice, OTHER, address(eth), 400e18);
    }

    function test_RevertWhen_ThePostIsDust() public {
        _expect(
            abi.encodeWithSelector(IPostedCollateral.PostedCollateral_Dust.selector, address(eth), 0.01e18, 0.01e18 - 1)
        );
        _post(alice, LOAN, address(eth), 0.01e18 - 1);
        _post(alice, LOAN, address(eth), 0.01e18);
        _post(alice, LOAN, address(eth), 1); // no dust together
    }

    function _listMore(uint256 count) private returns (TokenDouble[] memory tokens) {
        tokens = new TokenDouble[](count);
        for (uint256 i; i < count; ++i) {
            tokens[i] = new TokenDouble(18);
            _list(address(tokens[i]), new FeedDouble(1e18), 1e18, 1_000e18, 18);
            address[2] memory holders = [sp, alice];
            for (uint256 k; k < 2; ++k) {
                tokens[i].mint(holders[k], 100e18);
                vm.prank(holders[k]);
                tokens[i].approve(address(posted), type(uint256).max);
            }
        }
    }

    function test_RevertWhen_AStrangerWouldFillTheLoan() public {
        TokenDouble[] memory tokens = _listMore(9);
        for (uint256 i; i < 4; ++i) _post(alice, LOAN, address(tokens[i]), 1e18);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotAuthorised.selector, LOAN, alice));
        _post(alice, LOAN, address(tokens[4]), 1e18);
        for (uint256 i = 4; i < 8; ++i) _post(sp, LOAN, address(tokens[i]), 1e18);
        _post(alice, LOAN, address(tokens[7]), 1e18); // what the SP has, anyone may add to
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_TooManyTokens.selector, LOAN, 8));
        _post(sp, LOAN, address(tokens[8]), 1e18);
        _assertValues(LOAN, 0.7e18 * 9, 0.75e18 * 9, 0.8e18 * 9);
        // The places of those that leave are free again; the others keep what they had.
        vm.startPrank(sp);
        posted.unpost(LOAN, address(tokens[0]), 1e18, sp);
        posted.unpost(LOAN, address(tokens[7]), 2e18, sp);
        posted.post(LOAN, address(tokens[8]), 3e18);
        vm.stopPrank();
        (address[] memory left, uint256[] memory amounts) = posted.postedOf(LOAN);
        assertEq(left.length, 7);
        for (uint256 i; i < 6; ++i) assertEq(_postedAmount(LOAN, address(tokens[i + 1])), 1e18);
        assertEq(left[6], address(tokens[8]));
        assertEq(amounts[6], 3e18);
    }

    function test_Post_theOperatorIsAuthorised() public {
        TokenDouble[] memory tokens = _listMore(5);
        for (uint256 i; i < 4; ++i) _post(sp, LOAN, address(tokens[i]), 1e18);
        book.setOperator(LOAN, alice);
        _post(alice, LOAN, address(tokens[4]), 1e18);
    }

    // ---------------------------------------------------------------- unpost

    function test_Unpost_givesBack() public {
        _post(alice, LOAN, address(eth), 3e18);
        vm.expectEmit(address(posted));
        emit IPostedCollateral.Unposted(LOAN, address(eth), bob, 1e18, 2e18);
        vm.prank(sp);
        assertEq(posted.unpost(LOAN, address(eth), 1e18, bob), 1e18);
        assertEq(eth.balanceOf(bob), 100_001e18);
        assertEq(_postedAmount(LOAN, address(eth)), 2e18);
        assertEq(posted.tokenOf(address(eth)).total, 2e18);
        assertTrue(_noted(LOAN));
    }

    function test_Unpost_theLastOneEndsTheNote() public {
        _post(alice, LOAN, address(eth), 3e18);
        _post(alice, LOAN, address(usd), 100e6);
        vm.startPrank(sp);
        posted.unpost(LOAN, address(eth), 3e18, sp);
        assertTrue(_noted(LOAN));
        posted.unpost(LOAN, address(usd), 100e6, sp);
        assertFalse(_noted(LOAN));
        posted.post(LOAN, address(usd), 100e6);
        assertTrue(_noted(LOAN));
    }

    function test_Unpost_theOperatorMay() public {
        _post(alice, LOAN, address(eth), 3e18);
        book.setOperator(LOAN, bob);
        vm.prank(bob);
        posted.unpost(LOAN, address(eth), 3e18, bob);
    }

    function test_Unpost_asksNoFeedWithoutDebt() public {
        _post(alice, LOAN, address(eth), 3e18);
        _post(alice, LOAN, address(usd), 100e6);
        ethFeed.setRefuses(true);
        usdFeed.setRefuses(true);
        vm.startPrank(sp);
        posted.unpost(LOAN, address(eth), 1e18, sp);
        posted.unpost(LOAN, address(eth), 2e18, sp);
        posted.unpost(LOAN, address(usd), 100e6, sp);
    }

    function test_Unpost_worksAfterDelisting() public {
        _post(alice, LOAN, address(eth), 3e18);
        vm.startPrank(risk);
        posted.delist(address(eth));
        vm.startPrank(sp);
        posted.unpost(LOAN, address(eth), 3e18, sp);
    }

    function test_Unpost_upToTheDrawTest() public {
        _post(alice, LOAN, address(eth), 3e18);
        _post(alice, LOAN, address(usd), 100e6);
        book.set(LOAN, 700e18, 0, 0);
        vm.startPrank(sp);
        posted.unpost(LOAN, address(usd), 100e6, sp);
        _expect(
            abi.encodeWithSelector(CollateralLedgerDouble.LedgerDouble_DrawTest.selector, LOAN, 700e18 - 350, 700e18)
        );
        posted.unpost(LOAN, address(eth), 1e18 + 1, sp);
        posted.unpost(LOAN, address(eth), 1e18, sp);
    }

    function test_RevertWhen_UnpostingWithDebtAndALatePrice() public {
        _post(alice, LOAN, address(eth), 3e18);
        book.set(LOAN, 1, 0, 1e18);
        vm.warp(NOW + 1 hours + 1);
        vm.prank(sp);
        _expect(abi.encodeWithSelector(CollateralLedgerDouble.LedgerDouble_DrawTest.selector, LOAN, 0, 1));
        posted.unpost(LOAN, address(eth), 1e18, sp);
    }

    function test_RevertWhen_AnotherUnposts() public {
        _post(alice, LOAN, address(eth), 3e18);
        vm.prank(alice);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotAuthorised.selector, LOAN, alice));
        posted.unpost(LOAN, address(eth), 1e18, alice);
        vm.prank(rival);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotAuthorised.selector, LOAN, rival));
        posted.unpost(LOAN, address(eth), 1e18, rival);
    }

    function test_RevertWhen_UnpostingMoreThanPosted() public {
        _post(alice, LOAN, address(eth), 3e18);
        _post(alice, OTHER, address(eth), 5e18);
        vm.startPrank(sp);
        uint256[2] memory amounts = [uint256(3e18 + 1), 0];
        for (uint256 i; i < 2; ++i) {
            _expect(
                abi.encodeWithSelector(
                    IPostedCollateral.PostedCollateral_ExceedsPosted.selector,
                    LOAN,
                    address(eth),
                    3e18,
                    amounts[i]
                )
            );
            posted.unpost(LOAN, address(eth), amounts[i], sp);
        }
        _expect(
            abi.encodeWithSelector(IPostedCollateral.PostedCollateral_ExceedsPosted.selector, LOAN, address(usd), 0, 1)
        );
        posted.unpost(LOAN, address(usd), 1, sp);
    }

    function test_RevertWhen_UnpostingWouldLeaveDust() public {
        _post(alice, LOAN, address(eth), 3e18);
        vm.startPrank(sp);
        _expect(
            abi.encodeWithSelector(IPostedCollateral.PostedCollateral_Dust.selector, address(eth), 0.01e18, 0.01e18 - 1)
        );
        posted.unpost(LOAN, address(eth), 2.99e18 + 1, sp);
        posted.unpost(LOAN, address(eth), 2.99e18, sp);
        posted.unpost(LOAN, address(eth), 0.01e18, sp);
    }

    function test_RevertWhen_TheReceiverIsNone() public {
        _post(alice, LOAN, address(eth), 3e18);
        address[2] memory receivers = [address(0), address(posted)];
        for (uint256 i; i < 2; ++i) {
            vm.prank(sp);
            _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_BadReceiver.selector, receivers[i]));
            posted.unpost(LOAN, address(eth), 1e18, receivers[i]);
        }
    }

    function test_RevertWhen_UnpostingWhatWasNeverListed() public {
        vm.prank(sp);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotListed.selector, address(wfil)));
        posted.unpost(LOAN, address(wfil), 1e18, sp);
    }

    // ---------------------------------------------------------------- abandon

    function test_Abandon_endsWhatCannotBeMoved() public {
        _post(alice, LOAN, address(odd), 3e18);
        _post(alice, OTHER, address(odd), 4e18);
        odd.setBalanceFails(true);
        vm.expectEmit(address(posted));
        emit IPostedCollateral.Abandoned(LOAN, address(odd), 3e18);
        vm.prank(sp);
        posted.abandon(LOAN, address(odd));
        assertFalse(_noted(LOAN));
        assertEq(posted.tokenOf(address(odd)).total, 4e18);
        odd.setBalanceFails(false);
        vm.prank(rival);
        posted.unpost(OTHER, address(odd), 4e18, rival);
    }

    function test_RevertWhen_AbandoningBreaksTheDrawTest() public {
        _post(alice, LOAN, address(odd), 3e18);
        book.set(LOAN, 5, 4, 4);
        vm.prank(sp);
        _expect(abi.encodeWithSelector(CollateralLedgerDouble.LedgerDouble_DrawTest.selector, LOAN, 4, 5));
        posted.abandon(LOAN, address(odd));
    }

    function test_RevertWhen_AbandoningNothing() public {
        vm.prank(sp);
        _expect(
            abi.encodeWithSelector(IPostedCollateral.PostedCollateral_ExceedsPosted.selector, LOAN, address(odd), 0, 0)
        );
        posted.abandon(LOAN, address(odd));
        vm.prank(rival);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotAuthorised.selector, LOAN, rival));
        posted.abandon(LOAN, address(odd));
    }

    // ---------------------------------------------------------------- other

    function test_RevertWhen_PlainFilIsSent() public {
        vm.prank(alice);
        (bool ok, bytes memory reason) = address(posted).call{value: 1}("");
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(IPostedCollateral.PostedCollateral_UnexpectedFil.selector, alice, 1));
    }

    function test_Views_ofWhatIsNotThere() public {
        assertEq(posted.tokenOf(address(wfil)).id, 0);
        assertEq(posted.tokenAt(4), address(0));
        assertEq(posted.tokenCount(), 3);
        assertEq(posted.tokenAt(2), address(usd));
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotListed.selector, address(wfil)));
        posted.priceOf(address(wfil));
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotListed.selector, address(wfil)));
        posted.poke(address(wfil));
    }

    function test_RevertWhen_ReenteringByTheToken() public {
        bytes memory guard = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _post(alice, LOAN, address(odd), 10e18);
        book.setOperator(LOAN, address(odd));
        bytes[6] memory calls = [
            abi.encodeCall(posted.post, (LOAN, address(usd), 100e6)),
            abi.encodeCall(posted.unpost, (LOAN, address(odd), 1e18, address(odd))),
            abi.encodeCall(posted.abandon, (LOAN, address(odd))),
            abi.encodeCall(posted.poke, (address(odd))),
            abi.encodeCall(posted.weightedValues, (LOAN)),
            abi.encodeCall(posted.kick, (LOAN, address(odd)))
        ];
        for (uint256 i; i < calls.length; ++i) {
            odd.setCall(address(posted), calls[i], true);
            _expect(abi.encodeWithSignature("HostileToken_CallFailed(bytes)", guard));
            _post(alice, LOAN, address(odd), 1e18);
            vm.prank(sp);
            _expect(abi.encodeWithSignature("HostileToken_CallFailed(bytes)", guard));
            posted.unpost(LOAN, address(odd), 1e18, sp);
        }
    }

    /// A draw inside a transfer is refused, as the loan book would ask what is posted.
    function test_RevertWhen_DrawingInsideATransfer() public {
        _post(alice, LOAN, address(odd), 10e18);
        odd.setCall(address(book), abi.encodeCall(book.draw, (LOAN, 1e18)), true);
        vm.prank(sp);
        vm.expectRevert();
        posted.unpost(LOAN, address(odd), 1e18, sp);
        odd.setCall(address(0), "", false);
        vm.prank(sp);
        posted.unpost(LOAN, address(odd), 1e18, sp);
    }
}
