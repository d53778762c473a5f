// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SeriesTerms, State} from "../../../contracts/futures/FuturesTypes.sol";
import {IFuturesEvents} from "../../../contracts/futures/interfaces/IFuturesEvents.sol";
import {Fill, Skip, Taker} from "../../../contracts/futures/interfaces/IFuturesVenues.sol";
import {FuturesTest} from "./FuturesTest.sol";

/// Trades: what they move, what is skipped, what is refused.
contract FuturesTradesTest is FuturesTest {
    function _trade(Taker memory taker, Fill memory f) internal returns (Skip) {
        return venue.trade(id, taker, _fills(f))[0];
    }

    /// The same, when it is to fail: then there is no answer.
    function _fails(Taker memory taker, Fill memory f, bytes memory error) internal {
        Fill[] memory fills = _fills(f);
        _expect(error);
        venue.trade(id, taker, fills);
    }

    /// A fill that is skipped beside one of carol's that is not.
    function _assertSkipped(Fill memory f, Skip expected) internal {
        Fill[] memory fills = new Fill[](2);
        (fills[0], fills[1]) = (f, _fill(carol, 1, PRICE));
        (int256 cash, int256 size) = (_cash(f.maker), _size(f.maker));
        uint256 free = _free(f.maker);
        Skip[] memory skips = venue.trade(id, _taker(alice, true), fills);
        assertEq(uint256(skips[0]), uint256(expected), "reason");
        assertEq(uint256(skips[1]), uint256(Skip.None), "the other");
        assertEq(_cash(f.maker), cash, "cash");
        assertEq(_size(f.maker), size, "size");
        assertEq(_free(f.maker), free, "free");
        _assertBooks();
    }

    function _refused(address account, Skip reason) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IFuturesEvents.FuturesClearing_Refused.selector, id, account, reason);
    }

    function _set(SeriesTerms memory t) internal {
        vm.prank(risk);
        clearing.setSeriesTerms(id, t);
    }

    // ---------------------------------------------------------------- what a trade moves

    /// 10 lots of 2.5 tokens at 2,500 ticks: 25 tokens, of which 20 % are margin; 5 bps of them are 0.0125, 1 bp is 0.0025.
    function test_Trade_movesLotsTimesTicksTimesValue() public {
        vm.expectEmit();
        emit IFuturesEvents.Traded(id, bob, alice, true, 10, 2_500, 0.0025e18, 0.0125e18);
        assertEq(uint256(_trade(_taker(alice, true), _fill(bob, 10, PRICE))), uint256(Skip.None));
        assertEq(_size(alice), 10);
        assertEq(_size(bob), -10);
        assertEq(_cash(alice), -25e18 + 5e18, "margin of exactly 20 % is taken from outside");
        assertEq(_cash(bob), 25e18 + 5e18);
        assertEq(_free(alice), WEALTH - 5.0125e18);
        assertEq(_free(bob), WEALTH - 5.0025e18);
        assertEq(_fees(), 0.0075e18, "half of the fees");
        assertEq(_insurance(), 0.0075e18);
        assertEq(clearing.seriesOf(id).status.open, 2);
        assertEq(clearing.seriesOf(id).mark.lastTicks, 2_500);
        _assertBooks();
    }

    function test_Trade_sellsToo() public {
        _trade(_taker(alice, false), _fill(bob, 10, PRICE));
        assertEq(_size(alice), -10);
        assertEq(_size(bob), 10);
        _assertBooks();
    }

    /// A fee is rounded up, the half of insurance with it: 1 lot at 2,501 ticks of 1 unit is 2,501 units; 1 bp of it is 1, 5 bps are 2.
    function test_Trade_roundsFeesUp() public {
        dates.tickValue = 1;
        dates.deliveryStart += 1;
        SeriesTerms memory t = _terms();
        t.minMargin = 1;
        vm.prank(risk);
        id = clearing.list(dates, t);
        _to(dates.tradingStart);
        _trade(_taker(alice, true), _fill(bob, 1, 2_501));
        assertEq(_fees(), 1, "of 1 nothing, of 2 the half");
        assertEq(_insurance(), 2, "of 1 all, of 2 the half");
        _assertBooks();
    }

    function test_F03_ZeroSumAtAnyMark() public {
        _buy(alice, bob, 100, PRICE);
        _buy(carol, alice, 40, 2_550);
        _buy(bob, dave, 30, 2_450);
        _buy(dave, carol, 70, 2_600);
        int256[4] memory cash = [_cash(alice), _cash(bob), _cash(carol), _cash(dave)];
        int256[4] memory size = [_size(alice), _size(bob), _size(carol), _size(dave)];
        for (uint256 mark = 1; mark < 10_000; mark += 777) {
            int256 equity;
            for (uint256 i; i < 4; ++i) equity += cash[i] + size[i] * int256(mark * TICK);
            assertEq(equity, int256(uint256(clearing.seriesOf(id).funds.cash)), "equity is the cash that is there");
        }
        _assertBooks();
    }

    function test_Trade_closesAndTurns() public {
        _buy(alice, bob, 10, PRICE);
        _buy(bob, alice, 10, PRICE);
        assertEq(_size(alice), 0);
        assertEq(clearing.seriesOf(id).status.open, 0);
        assertEq(clearing.seriesOf(id).status.oi, 0);
        _buy(alice, bob, 10, PRICE);
        _buy(bob, alice, 25, PRICE);
        assertEq(_size(alice), -15);
        assertEq(_size(bob), 15);
        assertEq(clearing.seriesOf(id).status.open, 2);
        assertEq(clearing.seriesOf(id).status.oi, 15);
        _assertBooks();
    }

    function test_Trade_takesEachMakersPrice() public {
        Fill[] memory fills = new Fill[](3);
        fills[0] = _fill(bob, 10, 2_490);
        fills[1] = _fill(carol, 20, 2_500);
        fills[2] = _fill(dave, 30, 2_510);
        venue.trade(id, _taker(alice, true), fills);
        assertEq(_size(alice), 60);
        assertEq(
            _cash(bob),
            int256(10 * 2_490 * TICK + _marginOf(10, 10)),
            "sold below the mark: no gain is taken off"
        );
        assertEq(clearing.seriesOf(id).mark.lastTicks, 2_510);
        _assertBooks();
    }

    /// What bob, who sold at 2,490, lacks for 20 % of the mark beside what he lost.
    function _marginOf(uint256 lots, uint256 lost) private pure returns (uint256) {
        return (lots * LOT) / 5 + lots * lost * TICK;
    }

    /// Perp v2, Perennial: a fill far from the mark lets one account win what another cannot pay. What is gained against the mark is no
    /// margin.
    function test_X14_GainsAgainstTheMarkAreNoMargin() public {
        _buy(alice, bob, 100, 2_400);
        // 100 lots at 0.1 below the mark: 10 gained, which do not count; 50 of margin are all from outside.
        assertEq(_cash(alice) + int256(100 * LOT), 50e18 + 10e18);
        assertEq(_cash(bob) - int256(100 * LOT), 50e18, "bob made up for his loss");
        _assertBooks();
    }

    function test_Trade_takesNoMoreThanIsFree() public {
        vm.prank(bob);
        clearing.withdraw(address(usd), WEALTH - 5e18, bob);
        _assertSkipped(_fill(bob, 10, PRICE), Skip.Margin); // the fee is missing
        assertEq(uint256(_trade(_taker(alice, true), _fill(bob, 9, PRICE))), uint256(Skip.None));
        _assertBooks();
    }

    function test_Trade_usesCashOfTheSeriesFirst() public {
        _allocate(bob, 100e18);
        _buy(alice, bob, 10, PRICE);
        assertEq(_free(bob), WEALTH - 100e18);
        assertEq(_cash(bob), 25e18 + 100e18 - 0.0025e18);
    }

    // ---------------------------------------------------------------- what is skipped

    function test_F13_SkipsNothing() public {
        _assertSkipped(_fill(bob, 0, PRICE), Skip.Zero);
        _assertSkipped(_fill(bob, 1, 0), Skip.Zero);
    }

    function test_F06_SkipsTheTakerItselfAndNobody() public {
        _assertSkipped(_fill(address(0), 1, PRICE), Skip.BadMaker);
        bytes memory nothing = abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NothingFilled.selector, id);
        _fails(_taker(alice, true), _fill(alice, 1, PRICE), nothing);
        _fails(_taker(address(0), true), _fill(bob, 1, PRICE), nothing);
    }

    function test_F13_SkipsPricesOutsideTheBand() public {
        _assertSkipped(_fill(bob, 1, 2_374), Skip.Band);
        _assertSkipped(_fill(bob, 1, 2_626), Skip.Band);
        _assertSkipped(_fill(bob, 1, type(uint32).max), Skip.Band);
    }

    function test_Trade_goesToTheBandsEdge() public {
        assertEq(uint256(_trade(_taker(alice, true), _fill(bob, 1, 2_375))), uint256(Skip.None));
        assertEq(uint256(_trade(_taker(carol, true), _fill(dave, 1, 2_625))), uint256(Skip.None));
    }

    function test_SkipsAFeeAboveTheMakersCap() public {
        Fill memory f = _fill(bob, 1, PRICE);
        f.feeCapBps = 0;
        _assertSkipped(f, Skip.FeeCap);
        f.feeCapBps = 1;
        assertEq(uint256(_trade(_taker(alice, true), f)), uint256(Skip.None));
    }

    function test_SkipsAnIncreaseOfAnOrderThatReduces() public {
        Fill memory f = _fill(bob, 1, PRICE);
        f.reduceOnly = true;
        _assertSkipped(f, Skip.ReduceOnly);
        _buy(bob, dave, 5, PRICE);
        f.lots = 6; // would turn the position
        _assertSkipped(f, Skip.ReduceOnly);
        f.lots = 5;
        _trade(_taker(alice, true), f);
        assertEq(_size(bob), 0);
    }

    function test_SkipsBeyondThePositionCap() public {
        _assertSkipped(_fill(bob, 200_001, PRICE), Skip.PositionCap);
        _assertSkipped(_fill(bob, type(uint64).max, PRICE), Skip.PositionCap);
        assertEq(uint256(_trade(_taker(dave, true), _fill(bob, 200_000, PRICE))), uint256(Skip.None));
    }

    function test_SkipsBeyondTheOpenInterest() public {
        SeriesTerms memory t = _terms();
        (t.capLots, t.positionCap) = (100, 100);
        _set(t);
        _buy(bob, dave, 99, PRICE);
        Fill[] memory fills = new Fill[](2);
        (fills[0], fills[1]) = (_fill(carol, 2, PRICE), _fill(bob, 50, PRICE));
        Skip[] memory skips = venue.trade(id, _taker(alice, true), fills);
        assertEq(uint256(skips[0]), uint256(Skip.OpenInterest));
        assertEq(uint256(skips[1]), uint256(Skip.None), "bob's long goes to alice");
        assertEq(clearing.seriesOf(id).status.oi, 99);
        _assertBooks();
    }

    function test_SkipsEachMakerForItself() public {
        vm.prank(bob);
        clearing.withdraw(address(usd), WEALTH, bob);
        Fill[] memory fills = new Fill[](5);
        fills[0] = _fill(bob, 100, PRICE);
        fills[1] = _fill(carol, 100, PRICE);
        fills[2] = _fill(alice, 100, PRICE);
        fills[3] = _fill(dave, 100, 2_800);
        fills[4] = _fill(dave, 100, 2_600);
        Skip[] memory skips = venue.trade(id, _taker(alice, true), fills);
        assertEq(uint256(skips[0]), uint256(Skip.Margin));
        assertEq(uint256(skips[1]), uint256(Skip.None));
        assertEq(uint256(skips[2]), uint256(Skip.BadMaker));
        assertEq(uint256(skips[3]), uint256(Skip.Band));
        assertEq(uint256(skips[4]), uint256(Skip.None));
        assertEq(_size(alice), 200);
        assertEq(clearing.seriesOf(id).mark.lastTicks, 2_600);
        _assertBooks();
    }

    // ---------------------------------------------------------------- what is refused

    function test_RevertWhen_CallerIsNoVenue() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotVenue.selector, address(this)));
        clearing.trade(id, _taker(alice, true), _fills(_fill(bob, 1, PRICE)));
        vm.prank(risk);
        clearing.setVenue(address(venue), false);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotVenue.selector, address(venue)));
        _buy(alice, bob, 1, PRICE);
    }

    function test_RevertWhen_TooManyFills() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooMany.selector, 64, 65));
        venue.trade(id, _taker(alice, true), new Fill[](65));
    }

    function test_RevertWhen_SeriesIsNotListed() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotListed.selector, bytes32(0)));
        venue.trade(bytes32(0), _taker(alice, true), _fills(_fill(bob, 1, PRICE)));
    }

    function test_RevertWhen_NothingIsFilled() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NothingFilled.selector, id));
        venue.trade(id, _taker(alice, true), new Fill[](0));
    }

    function test_RevertWhen_TakersFeeIsAboveItsCap() public {
        Taker memory taker = _taker(alice, true);
        taker.feeCapBps = 4;
        _fails(taker, _fill(bob, 1, PRICE), _refused(alice, Skip.FeeCap));
    }

    function test_RevertWhen_TakerOnlyReduces() public {
        Taker memory taker = _taker(alice, true);
        taker.reduceOnly = true;
        _fails(taker, _fill(bob, 1, PRICE), _refused(alice, Skip.ReduceOnly));
    }

    function test_RevertWhen_TakerPassesThePositionCap() public {
        Fill[] memory fills = new Fill[](2);
        (fills[0], fills[1]) = (_fill(bob, 150_000, PRICE), _fill(carol, 50_001, PRICE));
        _expect(_refused(alice, Skip.PositionCap));
        venue.trade(id, _taker(alice, true), fills);
    }

    function test_RevertWhen_TakerHasNoMargin() public {
        vm.prank(alice);
        clearing.withdraw(address(usd), WEALTH - 5.0125e18 + 1, alice);
        _fails(_taker(alice, true), _fill(bob, 10, PRICE), _refused(alice, Skip.Margin));
    }

    function test_Trade_takesTheLastUnitOfTheTaker() public {
        vm.prank(alice);
        clearing.withdraw(address(usd), WEALTH - 5.0125e18, alice);
        _buy(alice, bob, 10, PRICE);
        assertEq(_free(alice), 0);
        _assertBooks();
    }

    function test_Trade_judgesTheTakerByTheSum() public {
        _buy(alice, bob, 100, PRICE);
        Fill[] memory fills = new Fill[](2);
        (fills[0], fills[1]) = (_fill(carol, 150_000, PRICE), _fill(dave, 50_100, PRICE));
        venue.trade(id, _taker(alice, false), fills);
        assertEq(_size(alice), -200_000, "at the cap");
        _assertBooks();
    }

    // ---------------------------------------------------------------- states

    function test_F09_TradesFromStartToExpiry() public {
        dates.deliveryStart += 1;
        dates.tradingStart = uint32(vm.getBlockNumber()) + 50;
        id = _list(dates);
        _to(dates.tradingStart - 1);
        _expect(_wrongState(State.Listed));
        _buy(alice, bob, 10, PRICE);
        _to(dates.tradingStart);
        _buy(alice, bob, 10, PRICE);
        _hold(dates.tradingEnd - 1, PRICE);
        _buy(alice, bob, 10, PRICE);
        _to(dates.tradingEnd);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NothingFilled.selector, id));
        _buy(alice, bob, 1, PRICE);
        _buy(bob, alice, 5, PRICE); // both reduce
        _hold(dates.expiry - 1, PRICE);
        _buy(bob, alice, 5, PRICE);
        _to(dates.expiry);
        _expect(_wrongState(State.Expired));
        _buy(bob, alice, 5, PRICE);
        _assertBooks();
    }

    function test_CloseOnly_skipsAndRefusesIncreases() public {
        _buy(alice, bob, 10, PRICE);
        _hold(dates.tradingEnd, PRICE);
        Fill[] memory fills = new Fill[](2);
        (fills[0], fills[1]) = (_fill(carol, 1, PRICE), _fill(alice, 1, PRICE));
        Skip[] memory skips = venue.trade(id, _taker(bob, true), fills);
        assertEq(uint256(skips[0]), uint256(Skip.Refused));
        assertEq(uint256(skips[1]), uint256(Skip.None));
        _expect(_refused(carol, Skip.Refused));
        _buy(carol, alice, 1, PRICE);
    }

    function test_X12_HaltStopsIncreasesOnly() public {
        _buy(alice, bob, 10, PRICE);
        vm.prank(guardian);
        clearing.halt(id, block.number + 50);
        _expect(_refused(carol, Skip.Refused));
        _buy(carol, alice, 1, PRICE);
        _buy(bob, alice, 1, PRICE);
        vm.prank(alice);
        clearing.release(id, 0.1e18);
        _forward(49);
        _expect(_refused(carol, Skip.Refused));
        _buy(carol, alice, 1, PRICE);
        _forward(1);
        _buy(carol, alice, 1, PRICE);
        _assertBooks();
    }

    function test_StaleMarkStopsIncreasesOnly() public {
        _buy(alice, bob, 10, PRICE);
        indices.setSilent(true);
        _forward(240 - (vm.getBlockNumber() - clearing.seriesOf(id).mark.indexAt));
        _buy(alice, bob, 1, PRICE);
        _forward(1);
        _expect(_refused(carol, Skip.Refused));
        _buy(carol, alice, 1, PRICE);
        _buy(bob, alice, 1, PRICE);
    }

    // ---------------------------------------------------------------- reductions

    /// Alice is long 10 with a margin of 5; at 2,365 she has 3.65, of 3.784 needed. She may sell.
    function test_Reduce_belowMaintenanceIsAllowedWhenNoWorse() public {
        _buy(alice, bob, 10, PRICE);
        _move(2_253);
        _move(2_253);
        assertEq(_mark(), 2_365, "held near the index");
        _forward(10_000);
        _observe(2_253);
        clearing.refresh(id);
        assertEq(_mark(), 2_365, "as long as nobody trades lower");
        _buy(bob, alice, 4, 2_365);
        assertEq(_size(alice), 6);
        _assertBooks();
    }

    /// A sale below the mark costs equity: what is left must not be thinner than before.
    function test_Reduce_belowMaintenanceIsRefusedWhenWorse() public {
        _buy(alice, bob, 10, PRICE);
        _allocate(bob, 100e18);
        _move(1_991);
        assertEq(_mark(), 2_090);
        _fails(_taker(alice, false), _fill(bob, 4, 1_990), _refused(alice, Skip.Margin));
        _trade(_taker(alice, false), _fill(bob, 4, 2_090));
    }

    function test_Reduce_refusedBelowZero() public {
        _buy(alice, bob, 10, PRICE);
        _move(1_781);
        _fails(_taker(alice, false), _fill(bob, 10, 1_870), _refused(alice, Skip.Margin));
    }

    function test_Trade_clearsFlags() public {
        _buy(alice, bob, 10, PRICE);
        _move(2_200);
        clearing.flag(id, alice);
        assertGt(clearing.accountOf(id, alice).flaggedAt, 0);
        _allocate(alice, 10e18);
        vm.expectEmit();
        emit IFuturesEvents.Unflagged(id, alice);
        _buy(bob, alice, 1, 2_310);
        assertEq(clearing.accountOf(id, alice).flaggedAt, 0);
        _move(1_781);
        _allocate(bob, 100e18);
        _buy(alice, bob, 1, 1_870);
        assertEq(clearing.accountOf(id, alice).flaggedAt, 0);
    }

    /// Alice has 3.1 at 2,310, of 3.696 that 10 lots need, and 3.3264 that 9 do.
    function test_Reduce_clearsTheFlagAtTheMaintenanceMargin() public {
        _buy(alice, bob, 10, PRICE);
        _move(2_200);
        clearing.flag(id, alice);
        uint256 snapshot = vm.snapshotState();
        _allocate(alice, 0.22e18);
        _buy(bob, alice, 1, 2_310);
        assertGt(clearing.accountOf(id, alice).flaggedAt, 0, "3.3198 of 3.3264");
        vm.revertToState(snapshot);
        _allocate(alice, 0.23e18);
        vm.expectEmit();
        emit IFuturesEvents.Unflagged(id, alice);
        _buy(bob, alice, 1, 2_310);
        assertEq(clearing.accountOf(id, alice).flaggedAt, 0, "3.3298 of 3.3264");
        assertLt(clearing.standingOf(id, alice).equity, int256(clearing.standingOf(id, alice).initialMargin));
    }

    // ---------------------------------------------------------------- the band and the margin

    /// Two accounts of one owner: the mark goes from one edge of the band to the other by trades of one lot. With 12.5 % of maintenance
    /// margin, the least for this band, who stood at the edge of liquidation at one edge of the band still has something at the other.
    function test_X14_TheBandIsNoWayToDefault() public {
        SeriesTerms memory t = _terms();
        (t.imBps, t.mmShareBps, t.minMargin) = (1_563, 8_000, 1);
        _set(t);
        _pump(2_375);
        assertEq(_mark(), 2_375);
        _buy(alice, bob, 10_000, 2_375);
        uint256 spare = uint256(clearing.standingOf(id, bob).equity) - clearing.standingOf(id, bob).maintenanceMargin;
        _pump(2_625);
        assertEq(_mark(), 2_625);
        // 0.25 a lot is lost, of the 0.297 below which he would have been liquidated.
        assertGt(
            clearing.standingOf(id, bob).equity,
            int256(spare),
            "nor would it be with the least that he could keep"
        );
        _assertBooks();
    }

    /// Trades of one lot at a price, until the average has come to it.
    function _pump(uint256 ticks) private {
        for (uint256 i; i < 20; ++i) {
            _forward(100);
            _observe(PRICE);
            clearing.refresh(id);
            uint256 mark = _mark();
            uint256 most = (mark * 10_500) / 10_000;
            uint256 least = (mark * 9_500 + 9_999) / 10_000;
            _buy(
                carol,
                dave,
                1,
                ticks > most
                    ? most
                    : ticks < least
                        ? least
                        : ticks
            );
        }
        _forward(1_000);
        _observe(PRICE);
        clearing.refresh(id);
    }

    // ---------------------------------------------------------------- margin

    /// dYdX, YFI: a large share of a thin series costs more. 300,000 lots of 1,000,000: 100,000 above a fifth, at 10 % more.
    function test_X04_ConcentrationAndOpenInterestCostMore() public {
        SeriesTerms memory t = _terms();
        (t.positionCap, t.oiSlopeBps) = (400_000, 5_000);
        _set(t);
        usd.mint(alice, WEALTH);
        vm.prank(alice);
        clearing.deposit(address(usd), WEALTH, alice);
        usd.mint(bob, WEALTH);
        vm.prank(bob);
        clearing.deposit(address(usd), WEALTH, bob);
        _buy(alice, bob, 300_000, PRICE);
        uint256 core = (300_000 * LOT) / 5 + (100_000 * LOT) / 10;
        uint256 im = core + (core * 5_000 * 300_000) / (10_000 * 1_000_000);
        assertEq(clearing.standingOf(id, alice).initialMargin, im);
        assertEq(clearing.standingOf(id, alice).maintenanceMargin, (core * 8) / 10, "open interest does not liquidate");
        assertEq(clearing.standingOf(id, alice).equity, int256(im));
    }

    function test_SmallPositionsHaveAMinimum() public {
        _buy(alice, bob, 1, PRICE);
        assertEq(clearing.standingOf(id, alice).initialMargin, 1e18);
        assertEq(clearing.standingOf(id, alice).maintenanceMargin, 0.8e18);
        assertEq(clearing.standingOf(id, alice).equity, 1e18);
        assertEq(clearing.standingOf(id, carol).initialMargin, 0);
    }
}
