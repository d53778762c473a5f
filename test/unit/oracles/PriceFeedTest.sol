// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {AggregatorV3Interface} from "../../../contracts/oracles/interfaces/AggregatorV3Interface.sol";
import {Source} from "../../../contracts/oracles/interfaces/IPriceFeed.sol";
import {PriceFeed} from "../../../contracts/oracles/PriceFeed.sol";
import {AggregatorDouble} from "./doubles/AggregatorDouble.sol";

/// A token at 2,000 USD with two sources, FIL at 4 USD with two sources: 500 FIL a token.
abstract contract PriceFeedTest is Test {
    uint32 internal constant AGE = 1 hours;
    uint56 internal constant READ_GAS = 200_000;
    uint256 internal constant DEVIATION = 0.02e18;
    uint256 internal constant NOW = 1_800_000_000;
    uint256 internal constant PRICE = 500e18;

    AggregatorDouble internal token1; // 8 decimals
    AggregatorDouble internal token2; // 18 decimals
    AggregatorDouble internal fil1; // 8 decimals
    AggregatorDouble internal fil2; // 6 decimals

    PriceFeed internal both; // token/USD over FIL/USD, all with a fallback
    PriceFeed internal lone; // token/USD over FIL/USD
    PriceFeed internal direct; // token/FIL, 18 decimals

    function setUp() public virtual {
        vm.warp(NOW);
        token1 = new AggregatorDouble(8, 2_000e8);
        token2 = new AggregatorDouble(18, 2_000e18);
        fil1 = new AggregatorDouble(8, 4e8);
        fil2 = new AggregatorDouble(6, 4e6);
        both = _feed(_source(token1, 8), _source(token2, 18), _source(fil1, 8), _source(fil2, 6));
        lone = _feed(_source(token1, 8), _none(), _source(fil1, 8), _none());
        direct = _feed(_source(token2, 18), _none(), _none(), _none());
    }

    function _none() internal pure returns (Source memory) {}

    /// From 0.1 to 100,000, both exclusive.
    function _source(AggregatorDouble aggregator, uint256 decimals) internal pure returns (Source memory) {
        uint256 one = 10 ** decimals;
        return Source(AggregatorV3Interface(aggregator), AGE, READ_GAS, uint128(one / 10), uint128(100_000 * one));
    }

    function _feed(
        Source memory base,
        Source memory baseFallback,
        Source memory quote,
        Source memory quoteFallback
    ) internal returns (PriceFeed) {
        return new PriceFeed([base, baseFallback, quote, quoteFallback], DEVIATION);
    }

    function _assertPrice(PriceFeed feed, uint256 price, uint256 freshUntil) internal view {
        (bool ok, uint256 actual, uint256 until) = feed.tryRead();
        assertTrue(ok, "ok");
        assertEq(actual, price, "price");
        assertEq(until, freshUntil, "freshUntil");
    }

    function _assertLate(PriceFeed feed, uint256 price, uint256 freshUntil) internal view {
        (bool ok, uint256 actual, uint256 until) = feed.tryRead();
        assertFalse(ok, "ok");
        assertEq(actual, price, "price");
        assertEq(until, freshUntil, "freshUntil");
    }

    function _assertNone(PriceFeed feed) internal view {
        _assertLate(feed, 0, 0);
    }
}
