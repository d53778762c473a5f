// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {AggregatorV3Interface} from "../../../contracts/oracles/interfaces/AggregatorV3Interface.sol";
import {Source} from "../../../contracts/oracles/interfaces/IPriceFeed.sol";
import {IPyth, PythPrice} from "../../../contracts/oracles/interfaces/IPyth.sol";
import {IPythAggregator} from "../../../contracts/oracles/interfaces/IPythAggregator.sol";
import {ITellor} from "../../../contracts/oracles/interfaces/ITellor.sol";
import {ITellorAggregator} from "../../../contracts/oracles/interfaces/ITellorAggregator.sol";
import {PriceFeed} from "../../../contracts/oracles/PriceFeed.sol";
import {PythAggregator} from "../../../contracts/oracles/PythAggregator.sol";
import {TellorAggregator} from "../../../contracts/oracles/TellorAggregator.sol";

contract PythDouble is IPyth {
    error PythDouble_NotFound(bytes32 id);

    mapping(bytes32 id => PythPrice) internal _prices;

    function set(bytes32 id, PythPrice calldata price) external {
        _prices[id] = price;
    }

    function getPriceUnsafe(bytes32 id) external view returns (PythPrice memory price) {
        price = _prices[id];
        if (price.publishTime == 0) revert PythDouble_NotFound(id);
    }
}

contract PythAggregatorTest is Test {
    bytes32 internal constant ID = "FIL/USD";
    uint256 internal constant NOW = 1_800_000_000;

    PythDouble internal pyth = new PythDouble();
    PythAggregator internal aggregator;
    PriceFeed internal feed;

    function setUp() public {
        vm.warp(NOW);
        _set(4e8, 0.04e8, -8, NOW);
        aggregator = new PythAggregator(pyth, ID, 0.01e18);
        Source memory source = Source(aggregator, 1 hours, 200_000, 1, 100e8);
        Source memory none;
        feed = new PriceFeed([source, none, none, none], 0.01e18);
    }

    function _set(int64 price, uint64 conf, int32 expo, uint256 at) private {
        pyth.set(ID, PythPrice(price, conf, expo, at));
    }

    function _assertNone() private view {
        (bool ok, uint256 price, uint256 until) = feed.tryRead();
        assertFalse(ok);
        assertEq(price, 0);
        assertEq(until, 0);
    }

    function test_LatestRoundData_isThePrice() public view {
        (uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) = aggregator
            .latestRoundData();
        assertEq(round, NOW);
        assertEq(answer, 4e8);
        assertEq(startedAt, NOW);
        assertEq(updatedAt, NOW);
        assertEq(answeredIn, NOW);
        assertEq(aggregator.decimals(), 8);
        assertEq(aggregator.description(), "Pyth");
        assertEq(aggregator.version(), 1);
        (bool ok, uint256 price, uint256 until) = feed.tryRead();
        assertTrue(ok);
        assertEq(price, 4e18);
        assertEq(until, NOW + 1 hours);
    }

    function test_RevertWhen_TheConfidenceIsTooWide() public {
        _set(4e8, 0.04e8 + 1, -8, NOW);
        vm.expectRevert(
            abi.encodeWithSelector(IPythAggregator.PythAggregator_Uncertain.selector, 4e8, 0.04e8 + 1, 0.01e18)
        );
        aggregator.latestRoundData();
        _assertNone();
        _set(4e8, type(uint64).max, -8, NOW);
        _assertNone();
    }

    function test_RevertWhen_ThePriceIsNotPositive() public {
        int64[3] memory prices = [int64(0), -4e8, type(int64).min];
        for (uint256 i; i < prices.length; ++i) {
            _set(prices[i], 0, -8, NOW);
            vm.expectRevert(abi.encodeWithSelector(IPythAggregator.PythAggregator_NotPositive.selector, prices[i]));
            aggregator.latestRoundData();
            _assertNone();
        }
    }

    function test_RevertWhen_TheExponentChanged() public {
        _set(4e9, 0, -9, NOW);
        vm.expectRevert(abi.encodeWithSelector(IPythAggregator.PythAggregator_ExponentChanged.selector, -8, -9));
        aggregator.latestRoundData();
        _assertNone();
    }

    function test_TryRead_noPriceFromTheFutureOrLate() public {
        _set(4e8, 0, -8, NOW + 1);
        _assertNone();
        _set(4e8, 0, -8, type(uint256).max);
        _assertNone();
        _set(4e8, 0, -8, NOW - 1 hours - 1);
        (bool ok, uint256 price, uint256 until) = feed.tryRead();
        assertFalse(ok);
        assertEq(price, 4e18);
        assertEq(until, NOW - 1);
    }

    function test_RevertWhen_TheExponentIsNoDecimals() public {
        int32[4] memory exponents = [int32(1), -19, type(int32).max, type(int32).min];
        for (uint256 i; i < exponents.length; ++i) {
            _set(4, 0, exponents[i], NOW);
            vm.expectRevert(abi.encodeWithSelector(IPythAggregator.PythAggregator_BadExponent.selector, exponents[i]));
            new PythAggregator(pyth, ID, 0.01e18);
        }
        _set(4, 0, 0, NOW);
        assertEq(new PythAggregator(pyth, ID, 0.01e18).decimals(), 0);
        _set(4, 0, -18, NOW);
        assertEq(new PythAggregator(pyth, ID, 0.01e18).decimals(), 18);
    }

    function test_RevertWhen_TheConfidenceBoundIsOutOfBounds() public {
        uint256[2] memory bounds = [uint256(0), 0.05e18 + 1];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IPythAggregator.PythAggregator_BadConfidence.selector, 0.05e18, bounds[i])
            );
            new PythAggregator(pyth, ID, bounds[i]);
        }
    }

    function test_RevertWhen_PythDoesNotKnowThePrice() public {
        vm.expectRevert(abi.encodeWithSelector(PythDouble.PythDouble_NotFound.selector, bytes32("X")));
        new PythAggregator(pyth, "X", 0.01e18);
    }
}

contract TellorDouble is ITellor {
    bool public found = true;
    bytes public value;
    uint256 public reportedAt;
    bool public obeys = true; // does not give reports younger than asked for

    function set(bytes calldata value_, uint256 reportedAt_) external {
        (value, reportedAt) = (value_, reportedAt_);
    }

    function setFound(bool found_) external {
        found = found_;
    }

    function setObeys(bool obeys_) external {
        obeys = obeys_;
    }

    function getDataBefore(bytes32, uint256 timestamp) external view returns (bool, bytes memory, uint256) {
        if (obeys && reportedAt >= timestamp) return (false, "", 0);
        return (found, value, reportedAt);
    }
}

contract TellorAggregatorTest is Test {
    bytes32 internal constant ID = keccak256("SpotPrice fil usd");
    uint256 internal constant NOW = 1_800_000_000;
    uint256 internal constant DELAY = 20 minutes;

    TellorDouble internal tellor = new TellorDouble();
    TellorAggregator internal aggregator;
    PriceFeed internal feed;

    function setUp() public {
        vm.warp(NOW);
        tellor.set(abi.encode(4e18), NOW - DELAY - 1);
        aggregator = new TellorAggregator(tellor, ID, DELAY);
        Source memory source = Source(aggregator, 1 hours, 200_000, 1, 100e18);
        Source memory none;
        feed = new PriceFeed([source, none, none, none], 0.01e18);
    }

    function _assertNone() private view {
        (bool ok, uint256 price, uint256 until) = feed.tryRead();
        assertFalse(ok);
        assertEq(price, 0);
        assertEq(until, 0);
    }

    function test_LatestRoundData_isTheReport() public view {
        (uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) = aggregator
            .latestRoundData();
        assertEq(round, NOW - DELAY - 1);
        assertEq(answer, 4e18);
        assertEq(startedAt, round);
        assertEq(updatedAt, round);
        assertEq(answeredIn, round);
        assertEq(aggregator.decimals(), 18);
        assertEq(aggregator.description(), "Tellor");
        assertEq(aggregator.version(), 1);
        (bool ok, uint256 price, uint256 until) = feed.tryRead();
        assertTrue(ok);
        assertEq(price, 4e18);
        assertEq(until, NOW - DELAY - 1 + 1 hours);
    }

    function test_RevertWhen_TheReportCanStillBeDisputed() public {
        tellor.set(abi.encode(4e18), NOW - DELAY);
        vm.expectRevert(abi.encodeWithSelector(ITellorAggregator.TellorAggregator_NoReport.selector, ID));
        aggregator.latestRoundData();
        _assertNone();
        tellor.setObeys(false);
        vm.expectRevert(
            abi.encodeWithSelector(ITellorAggregator.TellorAggregator_TooYoung.selector, NOW - DELAY, NOW - DELAY)
        );
        aggregator.latestRoundData();
        _assertNone();
    }

    function test_RevertWhen_ThereIsNoReport() public {
        tellor.setFound(false);
        vm.expectRevert(abi.encodeWithSelector(ITellorAggregator.TellorAggregator_NoReport.selector, ID));
        aggregator.latestRoundData();
        _assertNone();
    }

    function test_RevertWhen_TheReportIsNotAWord() public {
        tellor.set("", NOW - DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(ITellorAggregator.TellorAggregator_BadReport.selector, 0));
        aggregator.latestRoundData();
        tellor.set(new bytes(31), NOW - DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(ITellorAggregator.TellorAggregator_BadReport.selector, 31));
        aggregator.latestRoundData();
        tellor.set(new bytes(64), NOW - DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(ITellorAggregator.TellorAggregator_BadReport.selector, 64));
        aggregator.latestRoundData();
        _assertNone();
    }

    function test_RevertWhen_TheReportIsTooLarge() public {
        uint256 large = uint256(type(int256).max) + 1;
        tellor.set(abi.encode(large), NOW - DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(ITellorAggregator.TellorAggregator_TooLarge.selector, large));
        aggregator.latestRoundData();
        _assertNone();
    }

    function test_TryRead_noPriceOfZero() public {
        tellor.set(abi.encode(0), NOW - DELAY - 1);
        _assertNone();
    }

    function test_RevertWhen_TheDelayIsOutOfBounds() public {
        uint256[2] memory delays = [uint256(15 minutes - 1), 1 days + 1];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    ITellorAggregator.TellorAggregator_BadDelay.selector,
                    15 minutes,
                    1 days,
                    delays[i]
                )
            );
            new TellorAggregator(tellor, ID, delays[i]);
        }
    }
}

/// Pyth, Tellor and a plain aggregator behind one feed.
contract MixedSourcesTest is Test {
    function test_TryRead_overAdaptersOfBothKinds() public {
        vm.warp(1_800_000_000);
        PythDouble pyth = new PythDouble();
        pyth.set("T", PythPrice(2_000e5, 1e5, -5, block.timestamp));
        TellorDouble tellor = new TellorDouble();
        tellor.set(abi.encode(1_990e18), block.timestamp - 30 minutes);
        AggregatorV3Interface one = new PythAggregator(pyth, "T", 0.01e18);
        AggregatorV3Interface two = new TellorAggregator(tellor, "T", 20 minutes);
        Source memory none;
        PriceFeed feed = new PriceFeed(
            [Source(one, 1 hours, 200_000, 1, 1e10), Source(two, 1 hours, 200_000, 1, 1e24), none, none],
            0.02e18
        );
        (bool ok, uint256 price, uint256 until) = feed.tryRead();
        assertTrue(ok);
        assertEq(price, 1_990e18);
        assertEq(until, block.timestamp + 30 minutes);
    }
}
