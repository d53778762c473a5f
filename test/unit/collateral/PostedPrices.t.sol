// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "../../../contracts/oracles/interfaces/AggregatorV3Interface.sol";
import {Source} from "../../../contracts/oracles/interfaces/IPriceFeed.sol";
import {PriceFeed} from "../../../contracts/oracles/PriceFeed.sol";
import {IPostedCollateral} from "../../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {AggregatorDouble} from "../oracles/doubles/AggregatorDouble.sol";
import {CollateralLedgerDouble} from "./doubles/CollateralLedgerDouble.sol";
import {TokenDouble} from "./doubles/Tokens.sol";
import {PostedTest} from "./PostedTest.sol";

contract PostedPricesTest is PostedTest {
    function setUp() public override {
        super.setUp();
        _post(sp, LOAN, address(eth), 2e18);
        _post(sp, LOAN, address(usd), 400e6);
    }

    function test_O01_aLatePriceCountsForADayButNotForDraws() public {
        vm.warp(NOW + 1 hours); // the last second
        _assertValues(LOAN, 770e18, 825e18, 880e18);
        vm.warp(NOW + 1 hours + 1);
        usdFeed.setPrice(0.25e18);
        _assertValues(LOAN, 70e18, 825e18, 880e18);
        vm.warp(NOW + 1 hours + 1 days);
        usdFeed.setPrice(0.25e18);
        _assertValues(LOAN, 70e18, 825e18, 880e18);
        vm.warp(NOW + 1 hours + 1 days + 1);
        usdFeed.setPrice(0.25e18);
        _assertValues(LOAN, 70e18, 75e18, 80e18);
        ethFeed.setPrice(500e18);
        _assertValues(LOAN, 770e18, 825e18, 880e18);
    }

    function test_O05_withoutAnAnswerTheStoredPriceCountsForADay() public {
        ethFeed.setPrice(400e18);
        vm.expectEmit(address(posted));
        emit IPostedCollateral.PriceStored(address(eth), 500e18, 400e18, NOW + 1 hours);
        vm.prank(alice);
        assertTrue(posted.poke(address(eth)));
        ethFeed.set(0, 0);
        _assertValues(LOAN, 70e18, 675e18, 720e18);
        (uint256 price, bool fresh) = posted.priceOf(address(eth));
        assertEq(price, 400e18);
        assertFalse(fresh);
        vm.warp(NOW + 1 hours + 1 days);
        usdFeed.setPrice(0.25e18);
        _assertValues(LOAN, 70e18, 675e18, 720e18);
        vm.warp(NOW + 1 hours + 1 days + 1);
        _assertValues(LOAN, 70e18, 75e18, 80e18);
        (price, fresh) = posted.priceOf(address(eth));
        assertEq(price, 0);
    }

    function test_Outage_theLaterOfLateAnswerAndStoredPriceCounts() public {
        vm.warp(NOW + 3 hours);
        ethFeed.set(300e18, NOW + 1 hours + 1); // later than what was stored at listing
        (uint256 price, bool fresh) = posted.priceOf(address(eth));
        assertEq(price, 300e18);
        assertFalse(fresh);
        ethFeed.set(300e18, NOW + 1 hours - 1);
        (price, fresh) = posted.priceOf(address(eth));
        assertEq(price, 500e18);
        assertFalse(fresh);
    }

    function test_Poke_storesNoLatePrice() public {
        vm.warp(NOW + 1 hours + 1);
        ethFeed.set(400e18, NOW + 1 hours);
        assertFalse(posted.poke(address(eth)));
        assertEq(posted.tokenOf(address(eth)).lastPrice, 500e18);
        ethFeed.set(0, 0);
        assertFalse(posted.poke(address(eth)));
        assertEq(posted.tokenOf(address(eth)).lastPrice, 500e18);
    }

    function test_Price_nonsenseIsNone() public {
        ethFeed.setPrice(1e36 + 1);
        (uint256 price, bool fresh) = posted.priceOf(address(eth));
        assertEq(price, 500e18); // what is stored
        assertFalse(fresh);
        assertFalse(posted.poke(address(eth)));
        ethFeed.setPrice(1e36);
        (price, fresh) = posted.priceOf(address(eth));
        assertEq(price, 1e36);
        assertTrue(fresh);
    }

    function test_Price_theLargestIsNoOverflow() public {
        ethFeed.setPrice(1e36);
        _assertValues(LOAN, 1.4e36 + 70e18, 1.5e36 + 75e18, 1.6e36 + 80e18);
    }

    function test_O01_repayingAndPostingNeedNoFeed() public {
        book.set(LOAN, 100e18, 0, 0);
        ethFeed.setRefuses(true);
        usdFeed.setRefuses(true);
        _post(alice, LOAN, address(eth), 1e18);
        _post(alice, LOAN, address(usd), 1e6);
        book.repay(LOAN, 100e18);
        vm.startPrank(sp);
        posted.unpost(LOAN, address(eth), 3e18, sp);
        posted.unpost(LOAN, address(usd), 401e6, sp);
    }

    function test_RevertWhen_DrawingOnALatePrice() public {
        book.draw(LOAN, 770e18);
        book.repay(LOAN, 770e18);
        ethFeed.set(500e18, NOW - 1);
        vm.expectRevert(
            abi.encodeWithSelector(CollateralLedgerDouble.LedgerDouble_DrawTest.selector, LOAN, 70e18, 770e18)
        );
        book.draw(LOAN, 770e18);
    }

    /// O-08: what the price is does not depend on what anyone holds.
    function test_O08_aFlashOfTokensMovesNoValue() public {
        eth.mint(address(posted), 1e30);
        posted.poke(address(eth));
        _assertValues(LOAN, 770e18, 825e18, 880e18);
    }

    function testFuzz_WeightedValues_areTheProductsRoundedDown(uint256 amount, uint256 price) public {
        amount = bound(amount, 0.01e18, 998e18);
        price = bound(price, 1, 1e36);
        _post(sp, LOAN, address(eth), amount);
        ethFeed.setPrice(price);
        uint256 value = ((amount + 2e18) * price) / 1e18;
        if (value > type(uint128).max) value = type(uint128).max;
        _assertValues(
            LOAN,
            (value * 0.7e18) / 1e18 + 70e18,
            (value * 0.75e18) / 1e18 + 75e18,
            (value * 0.8e18) / 1e18 + 80e18
        );
    }
}

/// The real feed behind a real token.
contract PostedPricesSystemTest is PostedTest {
    AggregatorDouble internal token1;
    AggregatorDouble internal fil1;

    function setUp() public override {
        super.setUp();
        token1 = new AggregatorDouble(8, 2_000e8);
        fil1 = new AggregatorDouble(8, 4e8);
        Source memory none;
        PriceFeed feed = new PriceFeed([_source(token1), none, _source(fil1), none], 0.02e18);
        vm.prank(risk);
        posted.setTerms(address(eth), _terms(feed, 1_000e18, 16), 500e18);
        _post(sp, LOAN, address(eth), 2e18);
        _post(sp, LOAN, address(usd), 400e6);
    }

    function _source(AggregatorDouble aggregator) private pure returns (Source memory) {
        return Source(AggregatorV3Interface(address(aggregator)), 1 hours, 200_000, 0.1e8, 100_000e8);
    }

    function test_System_valuesFollowTheSources() public {
        _assertValues(LOAN, 770e18, 825e18, 880e18);
        token1.set(1_000e8, NOW);
        _assertValues(LOAN, 420e18, 450e18, 480e18);
        fil1.set(2e8, NOW);
        _assertValues(LOAN, 770e18, 825e18, 880e18);
    }

    function test_O05_aSourceThatBurnsAllGasTakesItsTokensDrawValueAndNothingElse() public {
        token1.setManner(AggregatorDouble.Manner.BurnGas);
        _assertValues(LOAN, 70e18, 825e18, 880e18);
        vm.warp(NOW + 1 days + 1 hours + 1);
        usdFeed.setPrice(0.25e18);
        _assertValues(LOAN, 70e18, 75e18, 80e18);
    }

    /// A jump that one of two sources shows pauses new risk alone: no draw, but calls and liquidations as before.
    function test_O06_aJumpOfOneSourceStopsDrawsAlone() public {
        AggregatorDouble token2 = new AggregatorDouble(8, 2_000e8);
        Source memory none;
        PriceFeed feed = new PriceFeed([_source(token1), _source(token2), _source(fil1), none], 0.02e18);
        vm.prank(risk);
        posted.setTerms(address(eth), _terms(feed, 1_000e18, 16), 500e18);
        _assertValues(LOAN, 770e18, 825e18, 880e18);
        token1.set(2_600e8, NOW);
        _assertValues(LOAN, 70e18, 825e18, 880e18);
        token1.set(1_400e8, NOW);
        _assertValues(LOAN, 70e18, 825e18, 880e18);
        token2.set(1_400e8, NOW); // both: the market
        _assertValues(LOAN, 560e18, 600e18, 640e18);
    }

    /// L-10: the most that valuing a loan can take is eight tokens times what their sources may burn.
    function test_L10_eightTokensWhoseSourcesBurnAllTheyMay() public {
        Source memory none;
        for (uint256 i; i < 6; ++i) {
            AggregatorDouble aggregator = new AggregatorDouble(8, 1e8);
            TokenDouble token = new TokenDouble(18);
            _list(address(token), new PriceFeed([_source(aggregator), none, none, none], 0.02e18), 1e18, 100e18, 18);
            token.mint(sp, 1e18);
            vm.prank(sp);
            token.approve(address(posted), 1e18);
            _post(sp, LOAN, address(token), 1e18);
            aggregator.setManner(AggregatorDouble.Manner.BurnGas);
        }
        token1.setManner(AggregatorDouble.Manner.BurnGas);
        uint256 before = gasleft();
        _assertValues(LOAN, 70e18, 825e18 + 4.5e18, 880e18 + 4.8e18);
        assertLt(before - gasleft(), 8 * (200_000 + 60_000));
    }

    /// With less gas than the reads may need there is no answer, so that nobody fakes an outage for a liquidation.
    function test_O05_littleGasFakesNoOutage() public {
        token1.setWork(180_000);
        fil1.setWork(180_000);
        bytes memory call = abi.encodeCall(posted.weightedValues, (LOAN));
        uint256 answers;
        for (uint256 gas_ = 100_000; gas_ < 1_000_000; gas_ += 5_000) {
            (bool success, bytes memory data) = address(posted).staticcall{gas: gas_}(call);
            if (!success) continue;
            ++answers;
            assertEq(data, abi.encode(770e18, 825e18, 880e18));
        }
        assertGt(answers, 10);
    }
}
