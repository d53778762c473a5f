// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IPostedCollateral} from "../../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {FeedDouble} from "./doubles/FeedDouble.sol";
import {HostileToken, SecondEntry, SilentToken} from "./doubles/Tokens.sol";
import {PostedTest} from "./PostedTest.sol";

/// B8: what a token does wrong is borne by the loans that have it. After each test the other loan takes back all of the
/// good tokens, and both loans all that is left.
contract PostedHostileTokensTest is PostedTest {
    function setUp() public override {
        super.setUp();
        _post(sp, LOAN, address(odd), 100e18);
        _post(sp, LOAN, address(eth), 2e18);
        _post(rival, OTHER, address(odd), 300e18);
        _post(rival, OTHER, address(eth), 3e18);
    }

    function _unpost(address who, uint256 loanId, address token, uint256 amount) private returns (uint256 paid) {
        vm.prank(who);
        return posted.unpost(loanId, token, amount, who);
    }

    function _assertOthersUnhurt() private {
        assertEq(_unpost(sp, LOAN, address(eth), 2e18), 2e18);
        assertEq(_unpost(rival, OTHER, address(eth), 3e18), 3e18);
        assertEq(eth.balanceOf(address(posted)), 0);
    }

    function _assertAllLeave() private {
        odd.setManner(HostileToken.Manner.Honest);
        uint256 mine = _postedAmount(LOAN, address(odd));
        uint256 theirs = _postedAmount(OTHER, address(odd));
        assertEq(_unpost(rival, OTHER, address(odd), theirs), theirs);
        if (mine != 0) assertEq(_unpost(sp, LOAN, address(odd), mine), mine);
        assertEq(posted.tokenOf(address(odd)).total, 0);
        _assertOthersUnhurt();
    }

    // ---------------------------------------------------------------- T-01: fees

    function test_T01_aFeeOnTheReceiverIsNotCredited() public {
        odd.setManner(HostileToken.Manner.FeeOnReceiver);
        vm.prank(alice);
        assertEq(posted.post(LOAN, address(odd), 50e18), 49.5e18);
        assertEq(_postedAmount(LOAN, address(odd)), 149.5e18);
        // Going out the receiver bears it.
        uint256 before = odd.balanceOf(sp);
        assertEq(_unpost(sp, LOAN, address(odd), 10e18), 10e18);
        assertEq(odd.balanceOf(sp), before + 9.9e18);
        _assertAllLeave();
    }

    function test_T01_aFeeOnTheSenderIsRefusedGoingOut() public {
        odd.setManner(HostileToken.Manner.FeeOnSender);
        vm.prank(alice);
        assertEq(posted.post(LOAN, address(odd), 50e18), 50e18);
        vm.prank(sp);
        _expect(
            abi.encodeWithSelector(
                IPostedCollateral.PostedCollateral_BadTransfer.selector,
                address(odd),
                10e18,
                10.1e18
            )
        );
        posted.unpost(LOAN, address(odd), 10e18, sp);
        _assertAllLeave();
    }

    // ---------------------------------------------------------------- T-02: rebasing

    function test_T02_missingTokensAreMissingForAllInProportion() public {
        odd.burn(address(posted), 40e18); // a tenth
        vm.expectEmit(address(posted));
        emit IPostedCollateral.BackingChanged(address(odd), 1e18, 0.9e18);
        posted.poke(address(odd));
        // No draw value at all, the rest in proportion.
        _assertValues(LOAN, 700e18, 750e18 + 67.5e18, 800e18 + 72e18);
        _assertValues(OTHER, 1_050e18, 1_125e18 + 202.5e18, 1_200e18 + 216e18);
        assertEq(_unpost(rival, OTHER, address(odd), 300e18), 270e18);
        assertEq(posted.tokenOf(address(odd)).backingWad, 0.9e18);
        assertEq(_unpost(sp, LOAN, address(odd), 50e18), 45e18);
        assertEq(_unpost(sp, LOAN, address(odd), 50e18), 45e18);
        assertEq(odd.balanceOf(address(posted)), 0);
        _assertOthersUnhurt();
    }

    function test_T02_missingTokensAreSeenByWhoTakesFirst() public {
        odd.burn(address(posted), 200e18); // nobody has poked
        assertEq(_unpost(sp, LOAN, address(odd), 100e18), 50e18);
        assertEq(posted.tokenOf(address(odd)).backingWad, 0.5e18);
        assertEq(_unpost(rival, OTHER, address(odd), 300e18), 150e18);
        _assertOthersUnhurt();
    }

    function test_T02_RevertWhen_PostingWhileTokensAreMissing() public {
        odd.burn(address(posted), 1);
        vm.prank(alice);
        _expect(
            abi.encodeWithSelector(IPostedCollateral.PostedCollateral_Short.selector, address(odd), 400e18, 400e18 - 1)
        );
        posted.post(LOAN, address(odd), 1e18);
        // Whoever makes up for them, ends it.
        vm.prank(alice);
        odd.transfer(address(posted), 1);
        posted.poke(address(odd));
        _post(alice, LOAN, address(odd), 1e18);
        assertEq(posted.tokenOf(address(odd)).backingWad, 1e18);
        _assertAllLeave();
    }

    function test_T02_allTokensMissing() public {
        odd.burn(address(posted), 400e18);
        posted.poke(address(odd));
        _assertValues(LOAN, 700e18, 750e18, 800e18);
        odd.setManner(HostileToken.Manner.RefuseZero);
        assertEq(_unpost(sp, LOAN, address(odd), 100e18), 0);
        assertEq(_unpost(rival, OTHER, address(odd), 300e18), 0);
        _assertOthersUnhurt();
    }

    function test_T02_tokensThatAppearAreNobodys() public {
        odd.mint(address(posted), 1_000e18);
        posted.poke(address(odd));
        _assertValues(LOAN, 770e18, 825e18, 880e18);
        vm.prank(alice);
        assertEq(posted.post(LOAN, address(odd), 1e18), 1e18);
        _assertAllLeave();
        assertEq(odd.balanceOf(address(posted)), 1_000e18);
    }

    function testFuzz_T02_noOrderOfLeavingGainsMoreThanRounding(uint256 missing, uint256 first) public {
        missing = bound(missing, 0, 400e18);
        first = bound(first, 1e18, 99e18);
        odd.burn(address(posted), missing);
        uint256 balance = 400e18 - missing;
        uint256 paid = _unpost(sp, LOAN, address(odd), first);
        assertEq(paid, (first * balance) / 400e18);
        uint256 theirs = _unpost(rival, OTHER, address(odd), 300e18);
        assertApproxEqAbs(theirs, (300e18 * balance) / 400e18, 2);
        paid += _unpost(sp, LOAN, address(odd), 100e18 - first);
        assertApproxEqAbs(paid, (100e18 * balance) / 400e18, 4);
        assertEq(odd.balanceOf(address(posted)), balance - paid - theirs);
    }

    // ---------------------------------------------------------------- T-03: hooks

    function test_T03_whatComesDuringATransferIsCreditedOnce() public {
        vm.prank(alice);
        odd.transfer(address(odd), 7e18);
        // Inside the transfer the token sends 7 more of its own.
        HostileToken.Manner honest = HostileToken.Manner.Honest;
        odd.setManner(honest);
        odd.setCall(address(odd), abi.encodeWithSignature("mint(address,uint256)", address(posted), 7e18), true);
        vm.prank(alice);
        assertEq(posted.post(LOAN, address(odd), 1e18), 8e18);
        odd.setCall(address(0), "", false);
        assertEq(odd.balanceOf(address(posted)), posted.tokenOf(address(odd)).total);
        _assertAllLeave();
    }

    function test_T03_RevertWhen_TokensComeInsideATransferOut() public {
        odd.setCall(address(odd), abi.encodeWithSignature("mint(address,uint256)", address(posted), 7e18), true);
        vm.prank(sp);
        _expect(
            abi.encodeWithSelector(IPostedCollateral.PostedCollateral_BadTransfer.selector, address(odd), 10e18, 3e18)
        );
        posted.unpost(LOAN, address(odd), 10e18, sp);
        odd.setCall(address(0), "", false);
        _assertAllLeave();
    }

    function test_T03_RevertWhen_TokensVanishInsideATransferIn() public {
        odd.setCall(address(odd), abi.encodeWithSignature("burn(address,uint256)", address(posted), 7e18), true);
        vm.prank(alice);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NothingArrived.selector, address(odd)));
        posted.post(LOAN, address(odd), 5e18);
        odd.setCall(address(0), "", false);
        _assertAllLeave();
    }

    // ---------------------------------------------------------------- T-04: answers

    function test_T04_aLieIsNoPost() public {
        odd.setManner(HostileToken.Manner.Lie);
        vm.prank(alice);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NothingArrived.selector, address(odd)));
        posted.post(LOAN, address(odd), 10e18);
        vm.prank(sp);
        _expect(
            abi.encodeWithSelector(IPostedCollateral.PostedCollateral_BadTransfer.selector, address(odd), 10e18, 0)
        );
        posted.unpost(LOAN, address(odd), 10e18, sp);
        _assertAllLeave();
    }

    function test_T04_falseIsAFailure() public {
        odd.setManner(HostileToken.Manner.ReturnFalse);
        bytes memory error = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(odd));
        vm.prank(alice);
        _expect(error);
        posted.post(LOAN, address(odd), 10e18);
        vm.prank(sp);
        _expect(error);
        posted.unpost(LOAN, address(odd), 10e18, sp);
        _assertAllLeave();
    }

    function test_T04_aTokenThatReturnsNothing() public {
        SilentToken silent = new SilentToken();
        _list(address(silent), new FeedDouble(0.25e18), 0.25e18, 4_000_000e6, 6);
        silent.mint(alice, 100e6);
        vm.startPrank(alice);
        silent.approve(address(posted), 100e6);
        assertEq(posted.post(LOAN, address(silent), 100e6), 100e6);
        vm.startPrank(sp);
        assertEq(posted.unpost(LOAN, address(silent), 40e6, sp), 40e6);
        assertEq(posted.unpost(LOAN, address(silent), 60e6, sp), 60e6);
        vm.stopPrank();
        assertEq(silent.balanceOf(sp), 100e6);
        _assertAllLeave();
    }

    // ---------------------------------------------------------------- T-05: blacklists, stalls

    function test_T05_aBlacklistedHolderNamesAnotherReceiver() public {
        odd.setBlacklisted(sp, true);
        vm.startPrank(sp);
        _expect(abi.encodeWithSelector(HostileToken.HostileToken_Blacklisted.selector, sp));
        posted.unpost(LOAN, address(odd), 10e18, sp);
        assertEq(posted.unpost(LOAN, address(odd), 10e18, bob), 10e18);
        vm.stopPrank();
        odd.setBlacklisted(sp, false);
        _assertAllLeave();
    }

    function test_T05_blacklistedAsAWholeTheOtherTokensLeave() public {
        odd.setBlacklisted(address(posted), true);
        vm.prank(sp);
        _expect(abi.encodeWithSelector(HostileToken.HostileToken_Blacklisted.selector, address(posted)));
        posted.unpost(LOAN, address(odd), 10e18, sp);
        _assertOthersUnhurt();
        vm.prank(sp);
        posted.abandon(LOAN, address(odd));
        assertFalse(_noted(LOAN));
    }

    function test_T05_aStallKeepsNothingElseIn() public {
        HostileToken.Manner[3] memory manners = [
            HostileToken.Manner.Stall,
            HostileToken.Manner.BurnGas,
            HostileToken.Manner.Bomb
        ];
        book.set(LOAN, 100e18, 0, 0);
        for (uint256 i; i < manners.length; ++i) {
            odd.setManner(manners[i]);
            odd.setBalanceFails(true);
            vm.prank(sp);
            vm.expectRevert();
            posted.unpost{gas: 5_000_000}(LOAN, address(odd), 10e18, sp);
            vm.prank(alice);
            vm.expectRevert();
            posted.post{gas: 5_000_000}(LOAN, address(odd), 10e18);
            // What another token counts for, and that it can be moved, does not depend on it; nor does its own value,
            // which is its feed's business.
            _assertValues(LOAN, 770e18, 825e18, 880e18);
            _unpost(sp, LOAN, address(eth), 0.1e18);
            _post(sp, LOAN, address(eth), 0.1e18);
            odd.setBalanceFails(false);
        }
        book.set(LOAN, 0, 0, 0);
        odd.setManner(HostileToken.Manner.Honest);
        _assertAllLeave();
    }

    // ---------------------------------------------------------------- T-07, T-08

    function test_T07_decimalsStayWhatTheyWere() public {
        vm.mockCall(address(odd), abi.encodeWithSignature("decimals()"), abi.encode(6));
        _assertValues(LOAN, 770e18, 825e18, 880e18);
        vm.clearMockedCalls();
        _assertAllLeave();
    }

    function test_T08_twoAddressesOfOneTokenAreCountedOnce() public {
        SecondEntry second = new SecondEntry(odd);
        _list(address(second), new FeedDouble(1e18), 1e18, 1_000_000e18, 18);
        vm.prank(sp);
        assertEq(posted.post(LOAN, address(second), 50e18), 50e18);
        assertEq(posted.tokenOf(address(odd)).total, 400e18);
        assertEq(posted.tokenOf(address(second)).total, 50e18);
        assertEq(odd.balanceOf(address(posted)), 450e18);
        _assertValues(LOAN, 805e18, 862.5e18, 920e18);
        // By neither address more leaves than came by it.
        vm.startPrank(sp);
        _expect(
            abi.encodeWithSelector(
                IPostedCollateral.PostedCollateral_ExceedsPosted.selector,
                LOAN,
                address(second),
                50e18,
                50e18 + 1
            )
        );
        posted.unpost(LOAN, address(second), 50e18 + 1, sp);
        posted.unpost(LOAN, address(second), 50e18, sp);
        vm.stopPrank();
        _assertAllLeave();
    }

    // ---------------------------------------------------------------- T-09: no code

    function test_T09_aTokenWithoutCodeMovesNothing() public {
        vm.etch(address(odd), "");
        vm.prank(alice);
        vm.expectRevert();
        posted.post(LOAN, address(odd), 10e18);
        vm.prank(sp);
        vm.expectRevert();
        posted.unpost(LOAN, address(odd), 10e18, sp);
        _assertOthersUnhurt();
    }
}
