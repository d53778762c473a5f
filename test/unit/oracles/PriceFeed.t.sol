// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPriceFeed, Source} from "../../../contracts/oracles/interfaces/IPriceFeed.sol";
import {PriceFeed} from "../../../contracts/oracles/PriceFeed.sol";
import {AggregatorDouble} from "./doubles/AggregatorDouble.sol";
import {PriceFeedTest} from "./PriceFeedTest.sol";

contract PriceFeedAnswersTest is PriceFeedTest {
    function test_TryRead_dividesTokenByFil() public view {
        _assertPrice(lone, PRICE, NOW + AGE);
        _assertPrice(both, PRICE, NOW + AGE);
    }

    function test_TryRead_takesADirectPriceAsItIs() public view {
        _assertPrice(direct, 2_000e18, NOW + AGE);
    }

    function test_TryRead_roundsDown() public {
        token1.set(1e8, NOW);
        fil1.set(3e8, NOW);
        _assertPrice(lone, 333333333333333333, NOW + AGE);
    }

    // ---------------------------------------------------------------- O-01: time

    function test_O01_anAnswerIsInTimeForItsAge() public {
        token1.set(2_000e8, NOW - AGE);
        _assertPrice(lone, PRICE, NOW);
        token1.set(2_000e8, NOW - AGE - 1);
        _assertLate(lone, PRICE, NOW - 1);
    }

    function test_O01_theOlderAssetCounts() public {
        token1.set(2_000e8, NOW - 10);
        fil1.set(4e8, NOW - 20);
        _assertPrice(lone, PRICE, NOW - 20 + AGE);
        fil1.set(4e8, NOW - AGE - 7);
        _assertLate(lone, PRICE, NOW - 7);
    }

    function test_O01_noPriceFromTheFuture() public {
        token1.set(2_000e8, NOW + 1);
        _assertNone(lone);
        token1.set(2_000e8, type(uint256).max);
        _assertNone(lone);
    }

    function test_O01_noPriceWithoutATime() public {
        token1.set(2_000e8, 0);
        _assertNone(lone);
    }

    function test_O01_noPriceOfAnOldRound() public {
        token1.setRounds(8, 7);
        _assertNone(lone);
        token1.setRounds(8, 9);
        _assertPrice(lone, PRICE, NOW + AGE);
    }

    function test_O01_noPriceWithoutARound() public {
        token1.setRounds(0, 0);
        _assertNone(lone);
    }

    // ---------------------------------------------------------------- O-02: the answer

    function test_O02_noPriceOfZeroOrBelow() public {
        int256[4] memory answers = [int256(0), -1, -2_000e8, type(int256).min];
        for (uint256 i; i < answers.length; ++i) {
            token1.set(answers[i], NOW);
            _assertNone(lone);
            token1.set(2_000e8, NOW);
            fil1.set(answers[i], NOW);
            _assertNone(lone);
            fil1.set(4e8, NOW);
        }
    }

    function test_O02_noPriceAtABound() public {
        token1.set(0.1e8, NOW);
        _assertNone(lone);
        token1.set(0.1e8 + 1, NOW);
        _assertPrice(lone, 0.0250000025e18, NOW + AGE);
        token1.set(100_000e8, NOW);
        _assertNone(lone);
        token1.set(100_000e8 - 1, NOW);
        _assertPrice(lone, 24999.9999999975e18, NOW + AGE);
        token1.set(1, NOW);
        _assertNone(lone);
        token1.set(type(int256).max, NOW);
        _assertNone(lone);
    }

    // ---------------------------------------------------------------- O-03: decimals

    function test_O03_sameValueInAllDecimals() public {
        uint8[5] memory decimals = [0, 6, 8, 18, 36];
        for (uint256 i; i < decimals.length; ++i) {
            uint256 one = 10 ** decimals[i];
            AggregatorDouble aggregator = new AggregatorDouble(decimals[i], int256(7 * one));
            Source memory source = Source(aggregator, AGE, READ_GAS, 1, uint128(8 * one));
            _assertPrice(_feed(source, _none(), _none(), _none()), 7e18, NOW + AGE);
            _assertPrice(_feed(_source(token2, 18), _none(), source, _none()), uint256(2_000e18) / 7, NOW + AGE);
        }
    }

    function test_O03_roundsBeyond18DecimalsAgainstTheBorrower() public {
        AggregatorDouble fine = new AggregatorDouble(36, 1e36 + 1);
        Source memory source = Source(fine, AGE, READ_GAS, 1, 2e36);
        _assertPrice(_feed(source, _none(), _none(), _none()), 1e18, NOW + AGE);
        // FIL at a hair above 1 USD counts 1 + 1e-18 USD.
        _assertPrice(_feed(_source(token2, 18), _none(), source, _none()), 2_000e18 - 2_000, NOW + AGE);
    }

    function test_O03_noPriceTooSmallForAWad() public {
        AggregatorDouble fine = new AggregatorDouble(36, 1e18 - 1);
        _assertNone(_feed(Source(fine, AGE, READ_GAS, 1, 2e36), _none(), _none(), _none()));
    }

    function test_O09_noPriceAfterDecimalsChanged() public {
        token1.setDecimals(18);
        _assertNone(lone);
        token1.setDecimals(8);
        _assertPrice(lone, PRICE, NOW + AGE);
        token1.setManner(AggregatorDouble.Manner.WideDecimals);
        _assertNone(lone);
        token1.setManner(AggregatorDouble.Manner.ShortDecimals);
        _assertNone(lone);
        token1.setManner(AggregatorDouble.Manner.BurnDecimals);
        _assertNone(lone);
    }

    // ---------------------------------------------------------------- O-05: failing reads

    function test_O05_aFailingSourceGivesNoPrice() public {
        AggregatorDouble.Manner[6] memory manners = [
            AggregatorDouble.Manner.Revert,
            AggregatorDouble.Manner.RevertLong,
            AggregatorDouble.Manner.BurnGas,
            AggregatorDouble.Manner.Invalid,
            AggregatorDouble.Manner.Short,
            AggregatorDouble.Manner.Empty
        ];
        for (uint256 i; i < manners.length; ++i) {
            token1.setManner(manners[i]);
            _assertNone(lone);
            _assertPrice(both, PRICE, NOW + AGE); // the fallback counts
            token1.setManner(AggregatorDouble.Manner.Answer);
            fil1.setManner(manners[i]);
            _assertNone(lone);
            _assertPrice(both, PRICE, NOW + AGE);
            fil1.setManner(AggregatorDouble.Manner.Answer);
        }
    }

    function test_O05_aFailingSourceBurnsNoMoreThanItsGas() public {
        token1.setManner(AggregatorDouble.Manner.BurnGas);
        uint256 before = gasleft();
        lone.tryRead();
        assertLt(before - gasleft(), uint256(READ_GAS) + 50_000);
        token1.setManner(AggregatorDouble.Manner.RevertLong);
        before = gasleft();
        lone.tryRead();
        assertLt(before - gasleft(), uint256(READ_GAS) + 50_000);
    }

    function test_O05_dataBeyondARoundIsLeftAlone() public {
        token2.setManner(AggregatorDouble.Manner.Long);
        Source memory source = _source(token2, 18);
        source.readGas = 10_000_000; // a megabyte of memory costs the source as much
        PriceFeed feed = _feed(source, _none(), _none(), _none());
        uint256 before = gasleft();
        _assertPrice(feed, 2_000e18, NOW + AGE);
        assertLt(before - gasleft(), 2_300_000); // what the source used; copying it would cost as much again
    }

    function test_O05_aSourceWithoutCodeGivesNoPrice() public {
        vm.etch(address(token1), "");
        _assertNone(lone);
    }

    /// A read that needs nearly all it may burn, asked with every amount of gas: an answer is the true answer.
    function testFuzz_O05_littleGasFakesNoOutage(uint256 gas_) public {
        token1.setWork(180_000);
        fil1.setWork(180_000);
        gas_ = bound(gas_, 30_000, 700_000);
        (bool success, bytes memory data) = address(lone).staticcall{gas: gas_}(abi.encodeCall(lone.tryRead, ()));
        if (success) assertEq(data, abi.encode(true, PRICE, NOW + AGE));
        else assertEq(data.length, 0);
    }

    /// The same in steps, so that no window is left out, and with the fallback's reads in it.
    function test_O05_noAmountOfGasFakesAnOutage() public {
        AggregatorDouble[4] memory all = [token1, token2, fil1, fil2];
        for (uint256 i; i < 4; ++i) all[i].setWork(180_000);
        uint256 answers;
        for (uint256 gas_ = 100_000; gas_ < 1_300_000; gas_ += 2_500) {
            (bool success, bytes memory data) = address(both).staticcall{gas: gas_}(abi.encodeCall(both.tryRead, ()));
            if (!success) continue;
            ++answers;
            assertEq(data, abi.encode(true, PRICE, NOW + AGE));
        }
        assertGt(answers, 10);
    }

    // ---------------------------------------------------------------- construction

    function test_RevertWhen_TheDeviationIsOutOfBounds() public {
        Source[4] memory sources = [_source(token1, 8), _none(), _none(), _none()];
        vm.expectRevert(abi.encodeWithSelector(IPriceFeed.PriceFeed_BadDeviation.selector, 0.1e18, 0));
        new PriceFeed(sources, 0);
        vm.expectRevert(abi.encodeWithSelector(IPriceFeed.PriceFeed_BadDeviation.selector, 0.1e18, 0.1e18 + 1));
        new PriceFeed(sources, 0.1e18 + 1);
        assertEq(new PriceFeed(sources, 0.1e18).DEVIATION_WAD(), 0.1e18);
    }

    function test_RevertWhen_AFallbackHasNoPrimary() public {
        _expectBad(0, _none());
        _feed(_none(), _source(token2, 18), _none(), _none());
        _expectBad(2, _none());
        _feed(_source(token1, 8), _none(), _none(), _source(fil2, 6));
    }

    function test_RevertWhen_ASourceIsOutOfBounds() public {
        Source memory source = _source(token1, 8);
        source.maxAge = 0;
        _tryBad(source);
        source.maxAge = 2 days + 1;
        _tryBad(source);
        source.maxAge = 2 days;
        source.readGas = 0;
        _tryBad(source);
        source.readGas = 1;
        source.minAnswer = 0;
        _tryBad(source);
        source.minAnswer = 5;
        source.maxAnswer = 5;
        _tryBad(source);
        source.maxAnswer = 6;
        _feed(source, source, source, source);
        token1.setDecimals(37);
        _tryBad(source);
        token1.setDecimals(36);
        _feed(source, source, source, source);
    }

    function _tryBad(Source memory source) private {
        Source[4] memory sources = [_source(token2, 18), _source(token2, 18), _source(fil1, 8), _source(fil2, 6)];
        for (uint256 i; i < 4; ++i) {
            Source memory good = sources[i];
            sources[i] = source;
            _expectBad(i, source);
            new PriceFeed(sources, DEVIATION);
            sources[i] = good;
        }
    }

    function _expectBad(uint256 index, Source memory source) private {
        vm.expectRevert(abi.encodeWithSelector(IPriceFeed.PriceFeed_BadSource.selector, index, source));
    }
}

contract PriceFeedFallbackTest is PriceFeedTest {
    function test_O07_ofTwoPricesOfTheTokenTheLowerCounts() public {
        token2.set(2_001e18, NOW);
        _assertPrice(both, PRICE, NOW + AGE);
        token2.set(1_999e18, NOW);
        _assertPrice(both, 499.75e18, NOW + AGE);
    }

    function test_O07_ofTwoPricesOfFilTheHigherCounts() public {
        fil2.set(3.99e6, NOW);
        _assertPrice(both, PRICE, NOW + AGE);
        fil2.set(4.01e6, NOW);
        _assertPrice(both, (uint256(2_000e18) * 1e18) / 4.01e18, NOW + AGE);
    }

    function test_O07_noPriceWhileSourcesDisagree() public {
        token2.set(2_040e18, NOW); // 2 % of the lower one
        _assertPrice(both, PRICE, NOW + AGE);
        token2.set(2_040e18 + 1, NOW);
        _assertNone(both);
        token2.set(2_000e18, NOW);
        fil2.set(4.08e6, NOW);
        _assertPrice(both, (uint256(2_000e18) * 1e18) / 4.08e18, NOW + AGE);
        fil2.set(4.080001e6, NOW);
        _assertNone(both);
    }

    function test_Fallback_countsAloneWhileThePrimaryIsLate() public {
        token1.set(1_000e8, NOW - AGE - 1);
        _assertPrice(both, PRICE, NOW + AGE);
        fil1.set(8e8, NOW - AGE - 1);
        _assertPrice(both, PRICE, NOW + AGE);
    }

    function test_Fallback_isNotMissedWhileItIsLate() public {
        token2.set(1_000e18, NOW - AGE - 1);
        fil2.set(8e6, 0);
        _assertPrice(both, PRICE, NOW + AGE);
    }

    function test_Fallback_theLaterOfTwoLateAnswersCounts() public {
        token1.set(1_000e8, NOW - AGE - 2);
        token2.set(1_500e18, NOW - AGE - 1);
        _assertLate(both, 375e18, NOW - 1);
        token1.set(1_000e8, NOW - AGE - 1);
        _assertLate(both, 250e18, NOW - 1);
    }

    function test_Fallback_noPriceWhenBothFail() public {
        token1.setManner(AggregatorDouble.Manner.Revert);
        token2.setManner(AggregatorDouble.Manner.BurnGas);
        _assertNone(both);
    }

    function test_Fallback_theFirstToBeLateSetsTheTime() public {
        token2.set(2_000e18, NOW - 30);
        _assertPrice(both, PRICE, NOW - 30 + AGE);
    }

    function testFuzz_TryRead_neverAboveTheWorstPair(uint256 a, uint256 b, uint256 c, uint256 d) public {
        (a, b) = (bound(a, 0.1e8 + 1, 100_000e8 - 1), bound(b, 0.1e18 + 1, 100_000e18 - 1));
        (c, d) = (bound(c, 0.1e8 + 1, 100_000e8 - 1), bound(d, 0.1e6 + 1, 100_000e6 - 1));
        token1.set(int256(a), NOW);
        token2.set(int256(b), NOW);
        fil1.set(int256(c), NOW);
        fil2.set(int256(d), NOW);
        (bool ok, uint256 price, ) = both.tryRead();
        (uint256 a18, uint256 c18, uint256 d18) = (a * 1e10, c * 1e10, d * 1e12);
        (uint256 low, uint256 lowFil) = (a18 < b ? a18 : b, c18 < d18 ? c18 : d18);
        (uint256 high, uint256 highFil) = (a18 < b ? b : a18, c18 < d18 ? d18 : c18);
        bool agree = (high - low) * 100 <= low * 2 && (highFil - lowFil) * 100 <= lowFil * 2;
        assertEq(ok, agree);
        assertEq(price, agree ? (low * 1e18) / highFil : 0);
    }

    /// Agreeing answers, so that the branch above is reached in every run.
    function testFuzz_TryRead_agreeingAnswers(uint256 a, uint256 c, uint256 off) public {
        a = bound(a, 1e8, 90_000e8);
        c = bound(c, 1e8, 90_000e8);
        off = bound(off, 0, 200); // basis points
        token1.set(int256(a), NOW);
        token2.set(int256((a * 1e10 * (10_000 + off)) / 10_000), NOW);
        fil1.set(int256(c), NOW);
        fil2.set(int256(c / 100), NOW);
        (bool ok, uint256 price, ) = both.tryRead();
        assertTrue(ok);
        assertEq(price, (a * 1e18) / c);
    }

    function test_TryRead_atTheBoundsOfASource() public {
        Source memory source = Source(token1, 2 days, READ_GAS, type(uint128).max - 2, type(uint128).max);
        token1.setDecimals(36);
        token1.set(int256(uint256(type(uint128).max) - 1), NOW - 2 days);
        uint256 price = uint256(type(uint128).max) / 1e18;
        _assertPrice(_feed(source, _none(), _none(), _none()), price, NOW);
        token1.set(int256(uint256(type(uint128).max) - 2), NOW);
        _assertNone(_feed(source, _none(), _none(), _none()));
        token1.set(int256(uint256(type(uint128).max)), NOW);
        _assertNone(_feed(source, _none(), _none(), _none()));
    }

    function test_TryRead_runsOutOfGasWhereTheSourcesMayNeedMore() public {
        Source memory source = _source(token1, 8);
        source.readGas = type(uint56).max;
        PriceFeed feed = _feed(source, _none(), _none(), _none());
        (bool success, bytes memory data) = address(feed).staticcall{gas: 1_000_000}(abi.encodeCall(feed.tryRead, ()));
        assertFalse(success);
        assertEq(data.length, 0);
    }
}
