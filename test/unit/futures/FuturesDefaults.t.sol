// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SeriesTerms, State, TokenTerms} from "../../../contracts/futures/FuturesTypes.sol";
import {IFuturesEvents} from "../../../contracts/futures/interfaces/IFuturesEvents.sol";
import {Skip} from "../../../contracts/futures/interfaces/IFuturesVenues.sol";
import {FuturesTest} from "./FuturesTest.sol";

/// Liquidation and default. Alice is long 1,000 lots against bob at 2,500, with the margin of 500 that this takes.
contract FuturesDefaultsTest is FuturesTest {
    uint256 internal constant LOTS = 1_000;

    function setUp() public override {
        super.setUp();
        _allocate(bob, 10_000e18);
        _buy(alice, bob, uint64(LOTS), PRICE);
    }

    function _liquidate(address caller, address user, uint256 lots) internal returns (int256) {
        vm.prank(caller);
        return clearing.liquidate(id, user, lots);
    }

    function _take(address caller, uint256 lots) internal returns (int256) {
        vm.prank(caller);
        return clearing.take(id, lots);
    }

    function _writeOff(address caller, address user) internal {
        vm.prank(caller);
        clearing.writeOff(id, user);
    }

    /// The mark is 1.05 times the index; to `mark`, of which one in 21 is none of that.
    function _fall(uint256 mark) internal {
        _move(_indexFor(mark));
        assertEq(_mark(), mark, "mark");
    }

    function _indexFor(uint256 mark) internal pure returns (uint256) {
        return (mark * 20 + 20) / 21;
    }

    function _equity(address user) internal view returns (int256) {
        return clearing.standingOf(id, user).equity;
    }

    function _setToken(uint112 dailyCap, uint128 reward) internal {
        TokenTerms memory t = _tokenTerms();
        (t.dailyCap, t.writeOffReward) = (dailyCap, reward);
        vm.prank(risk);
        clearing.setToken(address(usd), t);
    }

    function _fund(uint256 amount) internal {
        vm.prank(dave);
        clearing.fund(address(usd), amount);
    }

    // ---------------------------------------------------------------- flags

    function test_Flag_belowMaintenance() public {
        _fall(2_365); // equity 365, of 378.4
        vm.expectEmit();
        emit IFuturesEvents.Flagged(id, alice);
        clearing.flag(id, alice);
        uint256 at = clearing.accountOf(id, alice).flaggedAt;
        assertEq(at, block.number);
        _forward(90);
        clearing.flag(id, alice);
        assertEq(clearing.accountOf(id, alice).flaggedAt, at, "it stands");
        _forward(1);
        clearing.flag(id, alice);
        assertEq(clearing.accountOf(id, alice).flaggedAt, at + 91, "older ones begin anew");
    }

    function test_RevertWhen_FlaggingASoundAccount() public {
        _fall(2_387); // equity 387, of 381.92
        bytes memory error = abi.encodeWithSelector(
            IFuturesEvents.FuturesClearing_Sound.selector,
            id,
            alice,
            381.92e18,
            int256(387e18)
        );
        _expect(error);
        clearing.flag(id, alice);
        _expect(error);
        _liquidate(carol, alice, 1);
    }

    function test_Unflag_withTheMaintenanceMargin() public {
        _fall(2_365);
        clearing.flag(id, alice);
        _allocate(alice, 13.4e18 - 1);
        _expect(
            abi.encodeWithSelector(
                IFuturesEvents.FuturesClearing_BelowMargin.selector,
                id,
                378.4e18,
                int256(378.4e18 - 1)
            )
        );
        clearing.unflag(id, alice);
        _allocate(alice, 1);
        vm.expectEmit();
        emit IFuturesEvents.Unflagged(id, alice);
        vm.prank(dave);
        clearing.unflag(id, alice);
        assertEq(clearing.accountOf(id, alice).flaggedAt, 0);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotFlagged.selector, id, alice));
        clearing.unflag(id, alice);
    }

    /// Who has recovered starts anew: without that a dip of one epoch would go at the discount of an earlier, longer one.
    function test_Flag_aSecondDipBeginsAtTheLowestDiscount() public {
        _fall(2_365);
        clearing.flag(id, alice);
        _forward(50);
        _observe(PRICE);
        clearing.unflag(id, alice);
        _fall(2_365);
        vm.expectEmit();
        emit IFuturesEvents.Liquidated(id, alice, carol, 10, 2_365, 10 * 0.0473e18, 10 * 0.02365e18);
        _liquidate(carol, alice, 10);
    }

    /// The discount of a flag that nobody cleared ends with it, after 90 epochs.
    function test_Liquidate_anOldFlagIsNone() public {
        _fall(2_365);
        clearing.flag(id, alice);
        uint256 at = vm.getBlockNumber();
        _forward(91);
        vm.expectEmit();
        emit IFuturesEvents.Liquidated(id, alice, carol, 10, 2_365, 10 * 0.0473e18, 10 * 0.02365e18);
        _liquidate(carol, alice, 10);
        assertEq(clearing.accountOf(id, alice).flaggedAt, at + 91);
    }

    /// At 2,365 she has 365 - 0.07095 a lot, and needs 0.3784 a lot: 44 lots are enough for that, not for the initial margin.
    function test_Liquidate_clearsTheFlagAtTheMaintenanceMargin() public {
        _fall(2_365);
        uint256 snapshot = vm.snapshotState();
        _liquidate(carol, alice, 43);
        assertEq(clearing.accountOf(id, alice).flaggedAt, vm.getBlockNumber(), "0.18 short");
        vm.revertToState(snapshot);
        vm.expectEmit();
        emit IFuturesEvents.Unflagged(id, alice);
        _liquidate(carol, alice, 44);
        assertEq(clearing.accountOf(id, alice).flaggedAt, 0);
        assertLt(_equity(alice), int256(clearing.standingOf(id, alice).initialMargin));
    }

    function test_RevertWhen_TheUserIsNobody() public {
        bytes memory error = abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BadAddress.selector, address(0));
        _expect(error);
        clearing.flag(id, address(0));
        _expect(error);
        clearing.unflag(id, address(0));
        _expect(error);
        clearing.liquidate(id, address(0), 1);
        _expect(error);
        clearing.writeOff(id, address(0));
    }

    /// Flags, liquidations, write-offs and takes.
    function _allRefuse(bytes memory error) private {
        _expect(error);
        clearing.flag(id, alice);
        _expect(error);
        clearing.unflag(id, alice);
        _expect(error);
        clearing.liquidate(id, alice, 1);
        _expect(error);
        clearing.writeOff(id, alice);
        _expect(error);
        clearing.take(id, 1);
    }

    function test_RevertWhen_TheMarkIsStale() public {
        indices.setSilent(true);
        uint256 at = clearing.seriesOf(id).mark.indexAt;
        _forward(241);
        bytes memory error = abi.encodeWithSelector(IFuturesEvents.FuturesClearing_StaleMark.selector, id, at);
        _allRefuse(error);
    }

    function test_F09_NothingIsTakenAfterExpiry() public {
        _hold(dates.expiry - 1, PRICE);
        _observe(PRICE);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotFlagged.selector, id, bob));
        clearing.unflag(id, bob); // not for its state
        _to(dates.expiry);
        bytes memory error = _wrongState(State.Expired);
        _allRefuse(error);
    }

    // ---------------------------------------------------------------- liquidation

    /// At 2,365: equity 365, 0.365 a lot; discount 2 % of 2.365 = 0.0473, penalty 0.02365; target 0.473 x 1.15 = 0.54395 a lot.
    /// (543.95 - 365) / (0.54395 - 0.07095) = 378.3.
    function test_Liquidate_asFarAsNeeded() public {
        _fall(2_365);
        vm.expectEmit();
        emit IFuturesEvents.Liquidated(id, alice, carol, 379, 2_365, 379 * 0.0473e18, 379 * 0.02365e18);
        assertEq(_liquidate(carol, alice, 1_000), 379);
        assertEq(_size(alice), 621);
        assertEq(_equity(alice), int256(365e18 - 379 * 0.07095e18));
        assertEq(_size(carol), 379);
        assertEq(_equity(carol), (379 * 0.473e18), "her own margin and no more, for the discount is part of it");
        assertEq(_insurance(), 379 * 0.02365e18 + 0.75e18, "half of 6 bps of 2,500 was there");
        assertEq(clearing.accountOf(id, alice).flaggedAt, 0, "she has her margin again");
        assertEq(clearing.seriesOf(id).mark.lastTicks, 2_500, "no trade");
        _assertBooks();
    }

    function test_Liquidate_fewerLots() public {
        _fall(2_365);
        assertEq(_liquidate(carol, alice, 10), 10);
        assertEq(_size(alice), 990);
        assertEq(clearing.accountOf(id, alice).flaggedAt, block.number);
        _assertBooks();
    }

    function test_Liquidate_shorts() public {
        vm.prank(bob);
        clearing.release(id, 9_499e18);
        _move(2_842); // mark 2,700: 300.75 left, 0.621 a lot wanted, 0.081 a lot spent
        assertEq(_liquidate(carol, bob, 1_000), -594);
        assertEq(_size(bob), -406);
        assertEq(_size(carol), -594);
        _assertBooks();
    }

    /// The discount grows for 60 epochs, from 2 % to all that is left.
    function test_Liquidate_discountGrows() public {
        _fall(2_365);
        clearing.flag(id, alice);
        uint256 snapshot = vm.snapshotState();
        uint256[4] memory ages = [uint256(0), 30, 60, 90];
        uint256[4] memory discounts = [uint256(0.0473e18), 0.20615e18, 0.365e18, 0.365e18];
        uint256[4] memory penalties = [uint256(0.02365e18), 0.02365e18, 0, 0];
        for (uint256 i; i < ages.length; ++i) {
            _forward(ages[i]);
            vm.expectEmit();
            emit IFuturesEvents.Liquidated(id, alice, carol, 10, 2_365, 10 * discounts[i], 10 * penalties[i]);
            _liquidate(carol, alice, 10);
            _assertBooks();
            vm.revertToState(snapshot);
        }
    }

    /// What nothing brings back to its target goes as a whole: nothing is left for a penalty.
    function test_Liquidate_allWhenTooLittleIsLeft() public {
        _fall(2_024);
        assertEq(_liquidate(carol, alice, 2_000), 1_000);
        assertEq(_size(alice), 0);
        assertEq(clearing.accountOf(id, alice).flaggedAt, 0);
        assertEq(_cash(alice), 0);
        _assertBooks();
    }

    /// At 2,068: (475.64 - 68) / (0.47564 - 0.06204) = 985.6, which leaves 14 lots.
    function test_Liquidate_leavesNoDust() public {
        SeriesTerms memory t = _terms();
        assertEq(t.dustLots, 15);
        _fall(2_068);
        uint256 snapshot = vm.snapshotState();
        assertEq(_liquidate(carol, alice, 2_000), 1_000);
        vm.revertToState(snapshot);
        t.dustLots = 14;
        vm.prank(risk);
        clearing.setSeriesTerms(id, t);
        assertEq(_liquidate(carol, alice, 2_000), 986);
        _assertBooks();
    }

    /// Below the least margin of a small position no smaller one helps.
    function test_Liquidate_smallPositionsAsAWhole() public {
        SeriesTerms memory t = _terms();
        t.dustLots = 1;
        vm.prank(risk);
        clearing.setSeriesTerms(id, t);
        _buy(carol, bob, 1, PRICE);
        _fall(2_255);
        assertEq(_equity(carol), 0.755e18, "of 0.8, but 0.519 would do for a lot");
        assertEq(_liquidate(dave, carol, 1_000), 1);
        _assertBooks();
    }

    function test_RevertWhen_LiquidatingOneself() public {
        _fall(2_365);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_OwnAccount.selector, alice));
        _liquidate(alice, alice, 1);
    }

    function test_RevertWhen_LiquidatingNothing() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        _liquidate(carol, alice, 0);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        _take(carol, 0);
    }

    function test_RevertWhen_TheLiquidatorHasNoMargin() public {
        _fall(2_365);
        vm.prank(carol);
        clearing.withdraw(address(usd), WEALTH - 1e18, carol);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_Refused.selector, id, carol, Skip.Margin));
        _liquidate(carol, alice, 379);
        assertEq(_liquidate(carol, alice, 2), 2);
    }

    function test_RevertWhen_TheLiquidatorPassesTheCap() public {
        SeriesTerms memory t = _terms();
        t.positionCap = 100;
        vm.prank(risk);
        clearing.setSeriesTerms(id, t);
        _fall(2_365);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_Refused.selector, id, carol, Skip.PositionCap));
        _liquidate(carol, alice, 101);
        _liquidate(carol, alice, 100);
    }

    /// Who takes over may be on the other side, and then needs no more margin. In CloseOnly and in a halt too.
    function test_Liquidate_whateverStopsIncreases() public {
        vm.prank(guardian);
        clearing.halt(id, block.number + 7 * DAY);
        _fall(2_365);
        assertEq(_liquidate(bob, alice, 10), 10);
        assertEq(_size(bob), -990);
        assertEq(_liquidate(carol, alice, 10), 10);
        _hold(dates.tradingEnd, 2_253);
        _observe(2_253);
        assertEq(_liquidate(carol, alice, 10), 10);
        _assertBooks();
    }

    // ---------------------------------------------------------------- default

    /// At 1,980 alice owes 20. Insurance has 0.75.
    function test_WriteOff_insuranceThenDeficit() public {
        _fall(1_980);
        _forward(10);
        vm.expectEmit();
        emit IFuturesEvents.LossBooked(id, alice, 20e18, 0.75e18, 19.25e18);
        vm.expectEmit();
        emit IFuturesEvents.WrittenOff(id, alice, 1_000, 1_980);
        _writeOff(carol, alice);
        assertEq(_size(alice), 0);
        assertEq(_cash(alice), 0);
        assertEq(_size(address(0)), 1_000);
        assertEq(_cash(address(0)), -1_980e18);
        assertEq(_insurance(), 0);
        assertEq(_deficit(), 19.25e18);
        assertEq(clearing.seriesOf(id).status.open, 1);
        assertEq(clearing.seriesOf(id).status.oi, 1_000);
        assertEq(_free(carol), WEALTH, "the fees do not reach for a reward");
        _assertBooks();
    }

    function test_WriteOff_paysAReward() public {
        _setToken(100_000e18, 0.75e18);
        _fall(1_980);
        vm.expectEmit();
        emit IFuturesEvents.Rewarded(address(usd), carol, 0.75e18);
        _writeOff(carol, alice);
        assertEq(_free(carol), WEALTH + 0.75e18);
        assertEq(_fees(), 0);
        _assertBooks();
    }

    function test_WriteOff_withoutARewardSet() public {
        _setToken(100_000e18, 0);
        _fall(1_980);
        _writeOff(carol, alice);
        assertEq(_free(carol), WEALTH);
    }

    function test_X05_InsuranceIsCappedBySeries() public {
        _fund(1_000e18);
        SeriesTerms memory t = _terms();
        t.insuranceCap = 15e18;
        vm.prank(risk);
        clearing.setSeriesTerms(id, t);
        _fall(1_980);
        _writeOff(carol, alice);
        assertEq(_deficit(), 5e18);
        assertEq(clearing.seriesOf(id).cover.used, 15e18);
        t.insuranceCap = 10e18; // below what is used already
        vm.prank(risk);
        clearing.setSeriesTerms(id, t);
        _take(dave, 1_000);
        _fall(1_540);
        _writeOff(carol, dave);
        assertEq(clearing.seriesOf(id).cover.used, 15e18);
        _assertBooks();
    }

    function test_X05_InsuranceIsCappedByDay() public {
        _fund(1_000e18);
        _setToken(15e18, 0);
        _fall(1_980);
        _writeOff(carol, alice);
        assertEq(_deficit(), 5e18);
        assertEq(clearing.tokenOf(address(usd)).cover.usedToday, 15e18);
        _take(dave, 1_000); // with 396 of margin
        _fall(1_540); // 44 are missing
        uint256 snapshot = vm.snapshotState();
        _writeOff(carol, dave);
        assertEq(_deficit(), 49e18, "nothing is left of the day");
        vm.revertToState(snapshot);
        _forward(DAY - (vm.getBlockNumber() % DAY));
        _observe(_indexFor(1_540));
        _writeOff(carol, dave);
        assertEq(_deficit(), 34e18);
        assertEq(clearing.tokenOf(address(usd)).cover.usedToday, 15e18);
        _assertBooks();
    }

    function test_RevertWhen_WritingOffWhoOwesNothing() public {
        _fall(2_024);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_Sound.selector, id, alice, 0, int256(24e18)));
        _writeOff(carol, alice);
    }

    /// What is on its way out comes back first: it makes alice whole.
    function test_WriteOff_recallsWhatIsPending() public {
        _allocate(alice, 200e18);
        _move(2_842); // the mark is 2,700: a storm
        vm.prank(alice);
        clearing.release(id, 100e18);
        assertEq(clearing.pendingOf(id, alice).amount, 100e18);
        _fall(1_793); // 700 - 100 - 707
        assertEq(_equity(alice), -107e18);
        _allocate(alice, 10e18);
        uint256 reward = _free(carol);
        _writeOff(carol, alice);
        assertEq(clearing.pendingOf(id, alice).amount, 0);
        assertEq(_equity(alice), 3e18, "it keeps its position");
        assertEq(_size(alice), 1_000);
        assertEq(_free(carol), reward, "no reward");
        _assertBooks();
    }

    function test_Liquidate_endsWhenWhatIsPendingIsEnough() public {
        _allocate(alice, 200e18);
        _move(2_842); // the mark is 2,700: a storm
        vm.prank(alice);
        clearing.release(id, 100e18);
        _fall(1_827); // 700 - 100 - 673
        assertEq(_liquidate(carol, alice, 100), 0);
        assertEq(_equity(alice), 27e18);
        assertEq(_size(carol), 0);
        assertEq(_liquidate(carol, alice, 100), 100);
        _assertBooks();
    }

    function test_WriteOff_recallsAndStillOwes() public {
        _allocate(alice, 200e18);
        _move(2_842); // the mark is 2,700: a storm
        vm.prank(alice);
        clearing.release(id, 100e18);
        _fall(1_771);
        _writeOff(carol, alice);
        assertEq(_deficit() + 0.75e18, 29e18);
        assertEq(clearing.pendingOf(id, alice).amount, 0);
        _assertBooks();
    }

    function test_Liquidate_writesOffFirst() public {
        _fall(1_980);
        vm.expectEmit();
        emit IFuturesEvents.WrittenOff(id, alice, 1_000, 1_980);
        vm.expectEmit();
        emit IFuturesEvents.Taken(id, carol, 300, 1_980);
        assertEq(_liquidate(carol, alice, 300), 300);
        assertEq(_size(carol), 300);
        assertEq(_cash(carol), -300 * 1.98e18 + 300 * 0.396e18, "no discount: her own margin");
        assertEq(_size(address(0)), 700);
        assertEq(_deficit(), 19.25e18);
        _assertBooks();
    }

    // ---------------------------------------------------------------- the residual account

    function test_Take_fromTheResidualAccount() public {
        _fall(1_980);
        _writeOff(carol, alice);
        vm.expectEmit();
        emit IFuturesEvents.Taken(id, bob, 400, 1_980);
        assertEq(_take(bob, 400), 400);
        assertEq(_size(bob), -600);
        assertEq(clearing.seriesOf(id).status.oi, 600);
        assertEq(_take(carol, 5_000), 600);
        assertEq(_size(address(0)), 0);
        assertEq(_cash(address(0)), 0);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NothingToTake.selector, id));
        _take(carol, 1);
        _assertBooks();
    }

    function test_Take_shorts() public {
        vm.prank(bob);
        clearing.release(id, 9_499e18);
        _move(3_315); // mark 3,150: 650 lost of 500 and a little
        _writeOff(carol, bob);
        assertEq(_size(address(0)), -1_000);
        assertEq(_take(carol, 10), -10);
        assertEq(_size(carol), -10);
        _assertBooks();
    }

    /// A long and a short default: what is left nets out, and its result stays with the residual account.
    function test_WriteOff_nets() public {
        _fall(1_980);
        _writeOff(carol, alice);
        _forward(120);
        _observe(_indexFor(1_980));
        vm.prank(bob);
        clearing.release(id, 10_000e18);
        assertEq(clearing.seriesOf(id).status.open, 1);
        _forward(2_000);
        _observe(3_505); // the mark is 3,330: 830 lost
        clearing.refresh(id);
        _writeOff(carol, bob);
        assertEq(_size(address(0)), 0);
        assertEq(_cash(address(0)), 1_350e18, "1,000 lots from 1,980 to 3,330");
        assertEq(clearing.seriesOf(id).status.oi, 0);
        assertEq(clearing.seriesOf(id).status.open, 0);
        _assertBooks();
    }

    // ---------------------------------------------------------------- the recovery ratio

    function test_Deficit_cutsWhatLeaves() public {
        _allocate(dave, 1_000e18);
        _fall(1_980);
        _writeOff(carol, alice);
        (uint256 cash, uint256 deficit) = (clearing.seriesOf(id).funds.cash, _deficit());
        _forward(120);
        _observe(_indexFor(1_980));
        uint256 paid = (uint256(500e18) * cash) / (cash + deficit);
        assertLt(paid, 500e18);
        vm.expectEmit();
        emit IFuturesEvents.Released(id, dave, 500e18, paid);
        vm.prank(dave);
        assertEq(clearing.release(id, 500e18), paid);
        assertEq(_deficit(), deficit - (500e18 - paid));
        _assertBooks();
        // The ratio is what it was, but for rounding in the series' favour.
        uint256 next =
            (uint256(500e18) * clearing.seriesOf(id).funds.cash) / (clearing.seriesOf(id).funds.cash + _deficit());
        assertGe(next, paid);
        assertLe(next, paid + 1);
    }

    function test_Deficit_stopsIncreases() public {
        _fall(1_980);
        _writeOff(carol, alice);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_Refused.selector, id, dave, Skip.Refused));
        venue.trade(id, _taker(dave, false), _fills(_fill(bob, 1, 1_980)));
        _take(bob, 1);
    }

    function test_Recapitalise_fillsTheDeficit() public {
        _fall(1_980);
        _writeOff(carol, alice);
        vm.expectEmit();
        emit IFuturesEvents.Recapitalised(id, dave, 9e18, 10.25e18);
        vm.prank(dave);
        assertEq(clearing.recapitalise(id, 9e18), 9e18);
        _assertBooks();
        vm.prank(dave);
        assertEq(clearing.recapitalise(id, type(uint256).max), 10.25e18, "no more than is missing");
        assertEq(_deficit(), 0);
        assertEq(_free(dave), WEALTH - 19.25e18);
        _buy(dave, bob, 1, 1_980);
        _assertBooks();
    }

    // ---------------------------------------------------------------- insurance that comes later

    function _cover(address caller) internal returns (uint256) {
        vm.prank(caller);
        return clearing.cover(id);
    }

    /// Alice's loss of 20, of which insurance had 0.75.
    function _lose() internal {
        _fall(1_980);
        _writeOff(carol, alice);
        assertEq(_deficit(), 19.25e18);
    }

    function test_Cover_paysWithLaterInsurance() public {
        _lose();
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        _cover(carol);
        _fund(9e18);
        vm.expectEmit();
        emit IFuturesEvents.Covered(id, 9e18, 10.25e18);
        assertEq(_cover(carol), 9e18);
        assertEq(_insurance(), 0);
        assertEq(clearing.seriesOf(id).cover.used, 9.75e18);
        assertEq(clearing.tokenOf(address(usd)).cover.usedToday, 9.75e18);
        _assertBooks();
        _fund(100e18);
        assertEq(_cover(dave), 10.25e18, "no more than is missing");
        assertEq(_insurance(), 89.75e18);
        assertEq(_deficit(), 0);
        _assertBooks();
        _buy(dave, bob, 1, 1_980); // increases go on
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        _cover(carol);
    }

    function test_X05_Cover_isCappedBySeries() public {
        _lose();
        _fund(1_000e18);
        SeriesTerms memory t = _terms();
        t.insuranceCap = 0.75e18 + 3e18;
        vm.prank(risk);
        clearing.setSeriesTerms(id, t);
        assertEq(_cover(carol), 3e18);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        _cover(carol);
        assertEq(_deficit(), 16.25e18);
        assertEq(_insurance(), 997e18);
        _assertBooks();
    }

    function test_X05_Cover_isCappedByDay() public {
        _lose();
        _fund(1_000e18);
        _setToken(5.75e18, 0);
        assertEq(_cover(carol), 5e18);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        _cover(carol);
        _forward(DAY - (vm.getBlockNumber() % DAY));
        assertEq(_cover(carol), 5.75e18, "another day");
        assertEq(clearing.tokenOf(address(usd)).cover.usedToday, 5.75e18);
        assertEq(_deficit(), 8.5e18);
        _assertBooks();
    }

    function test_RevertWhen_CoveringOtherwise() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotListed.selector, bytes32(0)));
        clearing.cover(bytes32(0));
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        clearing.cover(id);
    }

    /// Percolator, Perennial: who liquidates himself through a second account gains no more than the margin that was his.
    function test_X14_LiquidatingOneselfPaysFromOnesOwnMargin() public {
        _fund(1_000e18);
        _fall(2_024);
        uint256 insured = _insurance();
        int256 before = _equity(alice) + int256(_free(alice) + _free(carol));
        _liquidate(carol, alice, 1_000);
        assertGe(_insurance(), insured);
        int256 gained = _equity(alice) + _equity(carol) + int256(_free(alice) + _free(carol)) - before;
        assertLe(gained, 0);
        _assertBooks();
    }
}
