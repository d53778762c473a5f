// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IPostedAuction} from "../../../contracts/collateral/interfaces/IPostedAuction.sol";
import {IPostedCollateral} from "../../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {CollateralLedgerDouble} from "./doubles/CollateralLedgerDouble.sol";
import {PostedAuctionTest} from "./PostedAuctionTest.sol";

contract PostedAuctionKickTest is PostedAuctionTest {
    function test_Kick_beginsARound() public {
        vm.expectEmit(address(posted));
        emit IPostedAuction.PostedAuctionStarted(LOAN, address(eth), keeper, START + ROUND, 550e18, 0.96e18);
        _kick();
        (uint256 start, uint256 endsAt) = posted.roundOf(LOAN, address(eth));
        assertEq(start, START);
        assertEq(endsAt, START + ROUND);
        (start, endsAt) = posted.roundOf(OTHER, address(eth));
        assertEq(start + endsAt, 0);
    }

    function test_L03_kickAtTheEdgeOfHealth() public {
        book.set(LOAN, 960e18, 0, MINERS);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_Healthy.selector, LOAN, 960e18, 960e18));
        _kick();
        book.set(LOAN, 960e18 - 1, 0, MINERS);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_Healthy.selector, LOAN, 960e18 - 1, 960e18));
        _kick();
        book.set(LOAN, 960e18 + 1, 0, MINERS);
        _kick();
    }

    function test_RevertWhen_KickedWithoutDebt() public {
        book.set(LOAN, 0, 0, 0);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_Healthy.selector, LOAN, 0, 560e18));
        _kick();
    }

    function test_RevertWhen_KickedTwice() public {
        _kick();
        bytes memory error = abi.encodeWithSelector(
            IPostedAuction.PostedAuction_AlreadyActive.selector,
            LOAN,
            address(eth),
            START + ROUND
        );
        _expect(error); // the second keeper in the block
        _kick();
        _forward(ROUND - 1);
        _expect(error);
        _kick();
    }

    function test_Kick_againAfterARoundWithoutABidder() public {
        _kick();
        _forwardFresh(ROUND);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NotActive.selector, LOAN, address(eth)));
        _take(alice, ALL);
        _kick();
        (uint256 start, uint256 endsAt) = posted.roundOf(LOAN, address(eth));
        assertEq(start, START + ROUND);
        assertEq(endsAt, START + 2 * ROUND);
        (, , uint256 ask, ) = posted.quote(LOAN, address(eth));
        assertEq(ask, 550e18); // from the start again
    }

    function test_RevertWhen_KickedInTheEpochOfADraw() public {
        book.setCoolOff(LOAN, START);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_CoolOff.selector, LOAN, START));
        _kick();
        _forward(1);
        _kick();
    }

    function test_RevertWhen_NothingIsPosted() public {
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NothingPosted.selector, LOAN, address(usd)));
        _kick(address(usd));
    }

    function test_RevertWhen_TheTokenIsNotListed() public {
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotListed.selector, address(wfil)));
        _kick(address(wfil));
    }

    function test_RevertWhen_TheLoanDoesNotExist() public {
        vm.prank(keeper);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NothingPosted.selector, 99, address(eth)));
        posted.kick(99, address(eth));
    }

    function test_Kick_onALatePriceForADay() public {
        vm.warp(NOW + 1 hours + 1 days);
        _kick();
        vm.roll(START + ROUND);
        vm.warp(NOW + 1 hours + 1 days + 1);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NoPrice.selector, address(eth)));
        _kick();
    }

    function test_RevertWhen_AllTokensAreMissing() public {
        eth.burn(address(posted), ETH);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NoPrice.selector, address(eth)));
        _kick();
    }

    function test_Kick_countsAllTokensAndTheMiners() public {
        _post(alice, LOAN, address(usd), 199e6); // 39.8 FIL weighted
        _kick();
        _post(alice, LOAN, address(usd), 1e6);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_Healthy.selector, LOAN, DEBT, DEBT));
        _kick(address(usd));
    }

    // ---------------------------------------------------------------- the guardian

    function test_Pause_stopsKicksForAWeekAndNoTake() public {
        _kick();
        vm.prank(guardian);
        vm.expectEmit(address(posted));
        emit IPostedAuction.PostedAuctionsPaused(START + 7 * DAY);
        posted.pausePostedAuctions();
        assertEq(posted.postedAuctionsPausedUntil(), START + 7 * DAY);
        _take(alice, 0.1e18);
        _forwardFresh(7 * DAY - 1);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_Paused.selector, START + 7 * DAY));
        _kick();
        // Posting and unposting go on.
        _post(alice, LOAN, address(eth), 1e18);
        book.set(LOAN, 0, 0, 0);
        vm.prank(sp);
        posted.unpost(LOAN, address(eth), 1e18, sp);
        book.set(LOAN, DEBT, 0, 0);
        _forwardFresh(1);
        _kick();
    }

    function test_RevertWhen_PausedAgainTooSoon() public {
        vm.startPrank(guardian);
        posted.pausePostedAuctions();
        _forward(14 * DAY - 1);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_PauseNotAllowed.selector, START + 14 * DAY));
        posted.pausePostedAuctions();
        _forward(1);
        posted.pausePostedAuctions();
    }

    function test_RevertWhen_AnotherPauses() public {
        address[3] memory callers = [risk, sp, address(this)];
        for (uint256 i; i < callers.length; ++i) {
            vm.prank(callers[i]);
            _expect(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, callers[i]));
            posted.pausePostedAuctions();
        }
    }

    // ---------------------------------------------------------------- what an unhealthy loan may still do

    function test_L01_unhealthyNothingLeavesButBySale() public {
        _kick();
        vm.startPrank(sp);
        _expect(
            abi.encodeWithSelector(CollateralLedgerDouble.LedgerDouble_DrawTest.selector, LOAN, 490e18 - 3.5e18, DEBT)
        );
        posted.unpost(LOAN, address(eth), 0.01e18, sp);
        _expect(abi.encodeWithSelector(CollateralLedgerDouble.LedgerDouble_DrawTest.selector, LOAN, 0, DEBT));
        posted.abandon(LOAN, address(eth));
    }
}
