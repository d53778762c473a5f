// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPostedAuction} from "../../../contracts/collateral/interfaces/IPostedAuction.sol";
import {IPostedCollateral} from "../../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {HostileToken} from "./doubles/Tokens.sol";
import {PostedAuctionTest} from "./PostedAuctionTest.sol";

contract PostedAuctionTakeTest is PostedAuctionTest {
    // ---------------------------------------------------------------- what a take does

    function test_Take_restoresTargetHealth() public {
        _kick();
        _forwardFresh(240); // factor 1.0
        // x = (1030 - 960) / (1.03 - 0.8) = 304.35 FIL, for 0.6087 tokens at 500 FIL
        uint256 x = 304_347826086956521740;
        uint256 amount = 0.608695652173913044e18; // rounded up
        (uint256 offered, uint256 offeredPrice, uint256 ask, uint256 health) = posted.quote(LOAN, address(eth));
        assertEq(offered, amount);
        assertApproxEqAbs(offeredPrice, x, 500);
        assertEq(ask, 500e18);
        assertEq(health, 0.96e18);
        uint256 before = alice.balance;
        vm.recordLogs();
        (uint256 taken, uint256 price) = _take(alice, ALL);
        assertEq(taken, offered);
        assertEq(price, offeredPrice);
        assertEq(eth.balanceOf(alice), 100_000e18 + taken);
        assertEq(before - alice.balance, price); // the rest came back
        assertEq(vault.balance, price);
        assertEq(_debt(LOAN), DEBT - price);
        assertEq(_postedAmount(LOAN, address(eth)), ETH - taken);
        assertEq(posted.tokenOf(address(eth)).total, ETH - taken);
        assertApproxEqAbs((_weighted() * 1e18) / _debt(LOAN), 1.03e18, 1);
        assertTrue(_noted(LOAN));
        (, uint256 endsAt) = posted.roundOf(LOAN, address(eth));
        assertEq(endsAt, 0);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NotActive.selector, LOAN, address(eth)));
        _take(alice, ALL);
    }

    function test_Take_saysWhatWasSold() public {
        _kick();
        _forwardFresh(240);
        vm.expectEmit(address(posted));
        emit IPostedAuction.PostedSold(LOAN, address(eth), bob, 0.1e18, 50e18, 1.3e18, uint256(920e36) / 950e18);
        vm.prank(alice);
        posted.take{value: 50e18}(LOAN, address(eth), 0.1e18, 500e18, bob, "");
        assertEq(eth.balanceOf(bob), 100_000.1e18);
        (, uint256 endsAt) = posted.roundOf(LOAN, address(eth));
        assertEq(endsAt, START + ROUND); // still unhealthy
    }

    function test_Take_endsTheRoundOnceHealthy() public {
        _kick();
        _forwardFresh(240);
        // Health 1 after x: 960 - 0.8 x = 1000 - x, so 200 FIL
        _take(alice, 0.39e18);
        (, uint256 endsAt) = posted.roundOf(LOAN, address(eth));
        assertEq(endsAt, START + ROUND);
        vm.expectEmit(address(posted));
        emit IPostedAuction.PostedAuctionEnded(LOAN, address(eth), 1e18);
        _take(bob, 0.01e18);
        (, endsAt) = posted.roundOf(LOAN, address(eth));
        assertEq(endsAt, 0);
    }

    function test_Take_twoTakersInOneBlock() public {
        _kick();
        _forwardFresh(240);
        _take(alice, 0.2e18);
        (uint256 amount, ) = _take(bob, ALL);
        assertApproxEqAbs(amount, 0.408695652173913044e18, 2);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NotActive.selector, LOAN, address(eth)));
        _take(bob, ALL);
    }

    // ---------------------------------------------------------------- the price over a round

    function test_L22_thePriceFallsFromStartToFloorAndFollowsTheFeed() public {
        _kick();
        _assertAsk(550e18);
        _forwardFresh(1);
        _assertAsk(550e18 - (100e18 * uint256(1)) / 480);
        _forwardFresh(239);
        _assertAsk(500e18);
        ethFeed.setPrice(480e18);
        _assertAsk(480e18);
        ethFeed.setPrice(500e18);
        _forwardFresh(239);
        // 0.9 + 0.2 / 480
        _assertAsk(450e18 + (100e18 + uint256(479)) / 480);
        _forwardFresh(1);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NotActive.selector, LOAN, address(eth)));
        posted.quote(LOAN, address(eth));
    }

    function _assertAsk(uint256 expected) private view {
        (, , uint256 ask, ) = posted.quote(LOAN, address(eth));
        assertApproxEqAbs(ask, expected, 500);
        assertGe(ask, expected);
    }

    function test_Price_atTheBoundTheTakerNames() public {
        _kick();
        (, , uint256 ask, ) = posted.quote(LOAN, address(eth));
        vm.startPrank(alice);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_PriceTooHigh.selector, ask - 1, ask));
        posted.take{value: 1_000e18}(LOAN, address(eth), ALL, ask - 1, alice, "");
        posted.take{value: 1_000e18}(LOAN, address(eth), ALL, ask, alice, "");
    }

    /// f >= w / HF: at health 0.85 a token of weight 0.8 is not sold below 0.941 of its value, whatever its floor.
    function test_Price_stopsWhereASaleWouldLowerHealth() public {
        book.set(LOAN, DEBT, 0, 290e18);
        _kick();
        _forwardFresh(ROUND - 1);
        (, , uint256 ask, uint256 health) = posted.quote(LOAN, address(eth));
        assertEq(health, 0.85e18);
        assertEq(ask, 470_588235294117647500); // 500 x 0.941176470588235295
        _take(alice, 0.3e18);
        assertGe((_weighted() * 1e18) / _debt(LOAN), 0.85e18);
    }

    function test_Price_fallsToTheFloorWhereHealthIsBelowTheWeight() public {
        book.set(LOAN, DEBT, 0, 240e18); // health 0.8
        _kick();
        _forwardFresh(ROUND - 1);
        (, , uint256 ask, ) = posted.quote(LOAN, address(eth));
        assertApproxEqAbs(ask, 450_208333333333333333, 500);
    }

    // ---------------------------------------------------------------- sizes

    function test_Take_theLastUnit() public {
        book.set(LOAN, DEBT, 0, 0);
        _kick();
        _forwardFresh(240);
        (uint256 amount, uint256 price) = _take(alice, ALL);
        assertEq(amount, ETH);
        assertEq(price, 700e18);
        assertEq(_debt(LOAN), 300e18);
        assertFalse(_noted(LOAN));
        assertEq(posted.tokenOf(address(eth)).total, 0);
        assertEq(eth.balanceOf(address(posted)), 0);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NothingPosted.selector, LOAN, address(eth)));
        _take(alice, ALL);
    }

    function test_Take_soldOutLeavesADebtBelowTheMinimum() public {
        book.set(LOAN, 701e18, 0, 0);
        _kick();
        _forwardFresh(240);
        _take(alice, ALL);
        assertEq(_debt(LOAN), 1e18);
    }

    function test_L05_aPartNeverLeavesADebtBelowTheMinimum() public {
        book.set(LOAN, 701e18, 0, 0);
        _kick();
        _forwardFresh(240);
        (uint256 amount, uint256 price) = _take(alice, ETH - 0.01e18); // would leave 6 FIL
        assertEq(price, 691e18);
        assertEq(amount, 1.382e18);
        assertEq(_debt(LOAN), 10e18);
    }

    function test_L05_theWholeDebtWhereTargetHealthWouldLeaveTooLittle() public {
        // Target needs 304 of 1000 FIL; with 40 FIL of debt it needs so much that less than 10 FIL would be left.
        book.set(LOAN, 40e18, 0, 0);
        _post(alice, LOAN, address(usd), 1_000e6);
        ethFeed.setPrice(20e18); // 22.4 FIL weighted
        usdFeed.setPrice(0.017e18); // 13.6
        _kick();
        (uint256 amount, uint256 price, uint256 ask, ) = posted.quote(LOAN, address(eth));
        assertEq(ask, 22e18);
        // x = (41.2 - 36) / (1.03 - 0.8 / 1.1) = 17.2 FIL: 22.8 FIL would be left
        assertApproxEqAbs(price, 17.18e18, 0.01e18);
        assertGt(amount, 0);
        book.setParams(1.03e18, 23e18);
        (amount, price, , ) = posted.quote(LOAN, address(eth));
        assertEq(amount, ETH); // all of it, for less than the debt
        assertEq(price, 30.8e18);
    }

    function test_Dust_theRestOfATokenGoesWithIt() public {
        // At factor 1 the debt of 960 + e needs nearly all tokens.
        book.set(LOAN, 1_100e18, 0, 533e18);
        _kick();
        _forwardFresh(240);
        // x = (1133 - 1093) / 0.23 = 173.9; raise it until what is left is below 0.01 tokens
        book.set(LOAN, 1_100e18, 0, 413e18);
        // x = (1133 - 973) / 0.23 = 695.65 FIL: 1.3913 tokens, 0.0087 would be left
        (uint256 amount, uint256 price) = _take(alice, ALL);
        assertEq(amount, ETH);
        assertEq(price, 700e18);
        assertFalse(_noted(LOAN));
    }

    function test_Dust_aPartLeavesNone() public {
        book.set(LOAN, DEBT, 0, 0);
        _kick();
        _forwardFresh(240);
        (uint256 amount, ) = _take(alice, ETH - 1);
        assertEq(amount, ETH - 0.01e18);
        assertEq(_postedAmount(LOAN, address(eth)), 0.01e18);
        // The dust itself is only sold whole.
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_TooSmall.selector, 1e18, 0));
        _take(alice, 0.01e18 - 1);
        (amount, ) = _take(alice, 0.01e18);
        assertEq(amount, 0.01e18);
    }

    function test_Dust_noMoreThanTheDebtPaysFor() public {
        // The debt buys 1.395 tokens; the 0.005 that are left stay the SP's.
        book.set(LOAN, 697.5e18, 0, 0);
        _kick();
        _forwardFresh(240);
        (uint256 amount, uint256 price) = _take(alice, ALL);
        assertEq(price, 697.5e18);
        assertEq(amount, 1.395e18);
        assertEq(_debt(LOAN), 0);
        vm.prank(sp);
        posted.unpost(LOAN, address(eth), 0.005e18, sp);
        assertFalse(_noted(LOAN));
    }

    function test_RevertWhen_TheTakeIsTooSmall() public {
        _kick();
        _forwardFresh(240);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_TooSmall.selector, 1e18, 1e18 - 500));
        _take(alice, 0.002e18 - 1);
        _take(alice, 0.002e18);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_TooSmall.selector, 1e18, 0));
        _take(alice, 0);
    }

    function test_Take_aWholeOfLessThanTheLeastPrice() public {
        _post(sp, LOAN, address(odd), 1e18); // 1 FIL, weighted 0.8
        book.set(LOAN, DEBT, 0, MINERS - 0.8e18);
        _kick(address(odd));
        _forwardFresh(ROUND - 1);
        oddFeed.setPrice(0.5e18);
        (uint256 amount, uint256 price) = _take(alice, address(odd), ALL);
        assertEq(amount, 1e18);
        assertLt(price, 0.5e18);
    }

    // ---------------------------------------------------------------- payment

    function test_RevertWhen_Underpaid() public {
        _kick();
        _forwardFresh(240);
        vm.startPrank(alice);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_Underpaid.selector, 50e18, 50e18 - 1));
        posted.take{value: 50e18 - 1}(LOAN, address(eth), 0.1e18, ALL, alice, "");
        posted.take{value: 50e18}(LOAN, address(eth), 0.1e18, ALL, alice, "");
    }

    function test_Take_paidInWfil() public {
        _kick();
        _forwardFresh(240);
        _giveWfil(alice, 60e18);
        vm.startPrank(alice);
        wfil.approve(address(posted), 60e18);
        (uint256 amount, uint256 price) = posted.take(LOAN, address(eth), 0.1e18, ALL, bob, "");
        assertEq(amount, 0.1e18);
        assertEq(price, 50e18);
        assertEq(wfil.balanceOf(alice), 10e18);
        assertEq(wfil.balanceOf(vault), 50e18);
        assertEq(_debt(LOAN), 950e18);
    }

    function test_RevertWhen_TheReceiverIsNone() public {
        _kick();
        address[2] memory receivers = [address(0), address(posted)];
        for (uint256 i; i < 2; ++i) {
            vm.prank(alice);
            _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_BadReceiver.selector, receivers[i]));
            posted.take{value: 1_000e18}(LOAN, address(eth), ALL, ALL, receivers[i], "");
        }
    }

    function test_RevertWhen_TakenWithoutARound() public {
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NotActive.selector, LOAN, address(eth)));
        _take(alice, ALL);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotListed.selector, address(wfil)));
        _take(alice, address(wfil), ALL);
    }

    function test_RevertWhen_HealthyAgain() public {
        _kick();
        _forwardFresh(240);
        book.set(LOAN, 960e18, 0, MINERS);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_Healthy.selector, LOAN, 960e18, 960e18));
        _take(alice, ALL);
        // L-09: a payment before it makes a take smaller, not fail.
        book.set(LOAN, 960e18 + 1, 0, MINERS);
        (uint256 amount, ) = _take(alice, ALL);
        assertApproxEqAbs(amount, 0.250434782608695655e18, 10);
    }

    function test_RevertWhen_ThePriceIsGone() public {
        _kick();
        _forward(120); // the last hour of the feed
        vm.warp(NOW + 1 hours + 1 days);
        _take(alice, 0.01e18);
        vm.warp(NOW + 1 hours + 1 days + 1);
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_NoPrice.selector, address(eth)));
        _take(alice, 0.01e18);
    }

    // ---------------------------------------------------------------- weights on their way down

    function test_L21_aDelistedTokenIsSoldAtItsFallingWeight() public {
        vm.prank(risk);
        posted.delist(address(eth));
        _forwardFresh(15 * DAY); // weight 0.4: health 0.68
        _kick();
        _forwardFresh(240);
        (uint256 amount, , , uint256 health) = posted.quote(LOAN, address(eth));
        assertApproxEqAbs(health, 0.678e18, 0.001e18);
        // x = (1030 - 677.7) / (1.03 - 0.397) = 557 FIL: 1.11 tokens
        assertApproxEqAbs(amount, 1.112e18, 0.005e18);
        _take(alice, ALL);
        assertApproxEqAbs((_weighted() * 1e18) / _debt(LOAN), 1.03e18, 1);
    }

    function test_Take_ofATokenWithoutWeight() public {
        vm.prank(risk);
        posted.delist(address(eth));
        _forwardFresh(30 * DAY);
        _kick();
        _forwardFresh(240);
        // x = (1030 - 400) / 1.03 = 611.65 FIL
        (uint256 amount, uint256 price) = _take(alice, ALL);
        assertApproxEqAbs(price, 611_650485436893203884, 500);
        assertApproxEqAbs(amount, 1.223300970873786408e18, 1);
    }

    // ---------------------------------------------------------------- missing tokens

    function test_T02_missingTokensAreNotPaidFor() public {
        _post(rival, OTHER, address(eth), ETH);
        _kick();
        _forwardFresh(240);
        eth.burn(address(posted), ETH); // half
        book.set(LOAN, 800e18, 0, MINERS); // 680 FIL weighted now
        (uint256 amount, uint256 price) = _take(alice, 1e18); // half of what is claimed
        assertEq(amount, 0.5e18);
        assertEq(price, 250e18);
        assertEq(_postedAmount(LOAN, address(eth)), 0.4e18);
        vm.prank(rival);
        assertEq(posted.unpost(OTHER, address(eth), ETH, rival), 0.7e18);
        vm.prank(rival);
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_NotAuthorised.selector, LOAN, rival));
        posted.unpost(LOAN, address(eth), 1, rival);
    }

    // ---------------------------------------------------------------- a hostile token

    function test_L11_aTokenThatCannotBeSoldKeepsNoOtherFromIt() public {
        _post(sp, LOAN, address(odd), 100e18);
        book.set(LOAN, DEBT + 100e18, 0, MINERS);
        _kick();
        _kick(address(odd));
        _forwardFresh(240);
        odd.setManner(HostileToken.Manner.Stall);
        _expect(abi.encodeWithSelector(HostileToken.HostileToken_Stalled.selector));
        _take(alice, address(odd), ALL);
        odd.setManner(HostileToken.Manner.Lie);
        vm.prank(alice);
        vm.expectRevert();
        posted.take{value: 1_000e18}(LOAN, address(odd), 50e18, ALL, alice, "");
        odd.setManner(HostileToken.Manner.FeeOnSender);
        vm.prank(alice);
        _expect(
            abi.encodeWithSelector(
                IPostedCollateral.PostedCollateral_BadTransfer.selector,
                address(odd),
                50e18,
                50.5e18
            )
        );
        posted.take{value: 1_000e18}(LOAN, address(odd), 50e18, ALL, alice, "");
        odd.setBalanceFails(true);
        _take(alice, ALL);
        assertLt(_debt(LOAN), DEBT);
    }

    function test_L11_aBlacklistedTakerNamesAnotherReceiver() public {
        _post(sp, LOAN, address(odd), 100e18);
        book.set(LOAN, DEBT + 100e18, 0, MINERS);
        _kick(address(odd));
        odd.setBlacklisted(alice, true);
        _expect(abi.encodeWithSelector(HostileToken.HostileToken_Blacklisted.selector, alice));
        _take(alice, address(odd), ALL);
        odd.setBlacklisted(sp, true); // the borrower, which is not asked
        vm.prank(alice);
        posted.take{value: 1_000e18}(LOAN, address(odd), 10e18, ALL, bob, "");
    }

    /// A taker that is the borrower gains nothing: it pays for its own tokens what any other would.
    function test_L02_selfLiquidationGainsNothing() public {
        _kick();
        _forwardFresh(ROUND - 1);
        uint256 fil = sp.balance;
        uint256 tokens = eth.balanceOf(sp);
        (uint256 amount, uint256 price) = _take(sp, ALL);
        assertEq(fil - sp.balance, price);
        assertEq(eth.balanceOf(sp) - tokens, amount);
        assertEq(DEBT - _debt(LOAN), price); // what it paid, it no longer owes
    }
}

/// Six decimals, and an amount far above the debt.
contract PostedAuctionSmallUnitsTest is PostedAuctionTest {
    function test_Take_inTokensOfSixDecimals() public {
        _post(sp, LOAN, address(usd), 3_000e6); // 750 FIL, weighted 600
        book.set(LOAN, 1_180e18, 0, 0); // health 0.983
        _kick(address(usd));
        _forwardFresh(240);
        (uint256 amount, uint256 price) = _take(alice, address(usd), ALL);
        // x = (1215.4 - 1160) / 0.23 = 240.87 FIL: 963.478 USD
        assertEq(amount, 963_478261);
        assertApproxEqAbs(price, 240.869565e18, 0.000001e18);
        assertGe((_weighted() * 1e18) / _debt(LOAN), 1.03e18 - 1);
        assertLe((_weighted() * 1e18) / _debt(LOAN), 1.03e18 + 1e10);
    }
}
