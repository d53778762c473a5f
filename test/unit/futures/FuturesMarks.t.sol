// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {MarkRecord, State} from "../../../contracts/futures/FuturesTypes.sol";
import {IFuturesEvents} from "../../../contracts/futures/interfaces/IFuturesEvents.sol";
import {FuturesTest} from "./FuturesTest.sol";

/// The mark, its storm, and what may leave a series.
contract FuturesMarksTest is FuturesTest {
    function _record() internal view returns (MarkRecord memory) {
        return clearing.seriesOf(id).mark;
    }

    function _release(address user, uint256 amount) internal returns (uint256) {
        vm.prank(user);
        return clearing.release(id, amount);
    }

    // ---------------------------------------------------------------- the mark

    function test_Refresh_observesAndTakesOver() public {
        _forward(20);
        indices.set(2_600);
        vm.expectEmit();
        emit IFuturesEvents.MarkUpdated(id, 2_500, 2_600, block.number);
        assertEq(clearing.refresh(id), 2_500, "the average stays, within the band");
        MarkRecord memory m = _record();
        assertEq(m.indexTicks, 2_600);
        assertEq(m.indexAt, block.number);
        assertEq(m.emaAt, block.number);
        (uint256 mark, bool fresh) = clearing.markOf(id);
        assertEq(mark, 2_500);
        assertTrue(fresh);
    }

    /// 120 epochs take the average half way: from 2,500 to 2,600 it is 2,550, 2,575 after as many again, had it been brought up to date.
    function test_Mark_followsTheLastPrice() public {
        _buy(alice, bob, 1, 2_600);
        _forward(120);
        assertEq(_mark(), 2_550);
        _observe(PRICE);
        clearing.refresh(id);
        _forward(120);
        assertEq(_mark(), 2_575);
        _forward(120);
        assertEq(_mark(), 2_583, "two thirds of the way from 2,550");
    }

    function test_Mark_fallsToo() public {
        _buy(alice, bob, 1, 2_400);
        _forward(120);
        assertEq(_mark(), 2_450);
    }

    function test_Mark_staysInTheBand() public {
        _forward(10);
        indices.set(3_000);
        assertEq(clearing.refresh(id), 2_850);
        _forward(10);
        indices.set(2_000);
        assertEq(clearing.refresh(id), 2_100);
    }

    function test_Mark_isNeverNothing() public {
        _forward(10);
        indices.setRaw(1); // 0 ticks; a real index has none such
        assertEq(clearing.refresh(id), 1);
        _hold(dates.expiry - DAY, 1);
        indices.setRaw(1);
        clearing.refresh(id);
        assertGe(_mark(), 1);
    }

    function test_Trade_observesEvery10Epochs() public {
        _forward(10);
        clearing.refresh(id);
        uint256 calls = indices.calls();
        _forward(9);
        _buy(alice, bob, 1, PRICE);
        assertEq(indices.calls(), calls);
        _forward(1);
        _buy(alice, bob, 1, PRICE);
        assertEq(indices.calls(), calls + 1);
        assertEq(_record().indexAt, block.number);
    }

    /// In the last day the mark is the average so far, with the last answer for the rest.
    function test_F01_LastDayIsTheAverage() public {
        _hold(dates.expiry - DAY, 2_500);
        _observe(2_500);
        _to(dates.expiry - DAY + 1_440);
        _observe(3_000);
        // Half a day at 2,500 is known, half a day at 3,000 to come.
        assertEq(clearing.refresh(id), 2_750);
        _to(dates.expiry - 288);
        _observe(9_000);
        // 1,440 at 2,500, 1,152 at 3,000, 288 at 9,000
        assertEq(clearing.refresh(id), 3_350);
        _to(dates.expiry - 10);
        _observe(2_500);
        uint256 before = (1_440 * 2_500 + 1_152 * 3_000 + 278 * 9_000 + 10 * 2_500) / uint256(DAY);
        assertEq(clearing.refresh(id), before, "to the nearest");
        _to(dates.expiry);
        _observe(90_000);
        assertEq(clearing.refresh(id), before, "what comes after expiry does not count");
    }

    function test_LastDay_withoutItsBeginning() public {
        _hold(dates.expiry - 100, 2_500);
        indices.setForgetful(true);
        _observe(2_700);
        assertEq(clearing.refresh(id), 2_700, "the last answer");
    }

    function test_LastDay_countsWithoutARefresh() public {
        _hold(dates.expiry - DAY - 10, 2_620);
        _observe(2_620);
        assertEq(clearing.refresh(id), 2_500);
        _forward(10);
        assertEq(_mark(), 2_620);
    }

    function test_RevertWhen_RefreshingNoSeries() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotListed.selector, bytes32(0)));
        clearing.refresh(bytes32(0));
    }

    // ---------------------------------------------------------------- storms

    function test_Storm_beginsAbove5Percent() public {
        _forward(10);
        indices.set(2_764); // the band's lower end is 2,625.8
        assertEq(clearing.refresh(id), 2_626);
        assertEq(clearing.seriesOf(id).status.stormUntil, block.number + 120);
        assertEq(_record().refTicks, 2_626);
        assertEq(_record().refAt, block.number);
    }

    function test_Storm_doesNotBeginAt5Percent() public {
        _forward(10);
        indices.set(2_763); // 2,624.85 + rounding: 2,625
        assertEq(clearing.refresh(id), 2_625);
        assertEq(clearing.seriesOf(id).status.stormUntil, 0);
        assertEq(_record().refTicks, 2_500, "the last reference is younger than 120 epochs");
    }

    function test_Storm_isMeasuredOver120Epochs() public {
        _forward(120);
        clearing.refresh(id);
        _forward(20);
        indices.set(2_709);
        clearing.refresh(id);
        assertEq(_mark(), 2_574);
        assertEq(_record().refTicks, 2_500, "the reference stays for a while");
        _forward(20);
        indices.set(2_776);
        vm.expectEmit();
        emit IFuturesEvents.StormBegan(id, block.number + 120);
        clearing.refresh(id);
    }

    // ---------------------------------------------------------------- release

    function test_Release_pays() public {
        _allocate(alice, 10e18);
        vm.expectEmit();
        emit IFuturesEvents.Released(id, alice, 4e18, 4e18);
        assertEq(_release(alice, 4e18), 4e18);
        assertEq(_cash(alice), 6e18);
        assertEq(_free(alice), WEALTH - 6e18);
        _assertBooks();
    }

    function test_RevertWhen_ReleasingNothing() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        _release(alice, 0);
    }

    function test_RevertWhen_ReleasingWhatIsNotThere() public {
        _allocate(alice, 10e18);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotThere.selector, id, int256(10e18), 10e18 + 1));
        _release(alice, 10e18 + 1);
    }

    function test_Release_keepsTheMargin() public {
        _allocate(alice, 10e18);
        _buy(alice, bob, 10, PRICE);
        uint256 most = 10e18 - 0.0125e18 - 5e18;
        _expect(
            abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BelowMargin.selector, id, 5e18, int256(5e18 - 1))
        );
        _release(alice, most + 1);
        assertEq(_release(alice, most), most);
        _assertBooks();
    }

    function test_Release_paysGains() public {
        _buy(alice, bob, 1_000, PRICE);
        _allocate(bob, 1_000e18);
        _forward(10);
        indices.set(2_650);
        _buy(carol, dave, 1, 2_600);
        _forward(2_000);
        _observe(2_650);
        uint256 mark = clearing.refresh(id);
        assertEq(mark, 2_594);
        uint256 gain = 1_000 * 94 * TICK;
        uint256 more = (gain * 2) / 10; // margin rises too
        assertEq(_release(alice, gain - more), gain - more);
        assertLt(_cash(alice), -1_999e18);
        _assertBooks();
    }

    /// Mango, Drift: profit on paper that nobody's money stands behind cannot leave.
    function test_X07_GainsAreNotPaidBeforeLossesAreBooked() public {
        _buy(alice, bob, 1_000, PRICE);
        _move(3_694); // bob owes more than he has; the mark is 3,510
        assertEq(_mark(), 3_510);
        _forward(120);
        _observe(3_694);
        uint256 gain = 1_010e18 + 500e18 - (1_000 * 3_510 * TICK) / 5;
        uint256 held = clearing.seriesOf(id).funds.cash;
        assertEq(held, 1_000e18);
        assertLt(gain, held);
        _release(alice, gain);
        _expect(
            abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BelowMargin.selector, id, 702e18, int256(702e18 - 1))
        );
        _release(alice, 1);
        _assertBooks();
    }

    /// Others' losses that nobody has written off: the series holds less than is owed.
    function test_RevertWhen_TheSeriesIsShort() public {
        _buy(alice, bob, 1_000, PRICE);
        _move(5_115);
        assertEq(_mark(), 4_860);
        _forward(120);
        _observe(5_115);
        uint256 most = 2_360e18 + 500e18 - (1_000 * 4_860 * TICK) / 5;
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_Short.selector, 1_000e18, 0, most));
        _release(alice, most);
    }

    function test_F11_ReleaseMarksFirst() public {
        _allocate(alice, 5e18);
        _buy(alice, bob, 10, PRICE);
        _forward(10);
        indices.set(2_305); // nobody has observed it
        _expect(
            abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BelowMargin.selector, id, 4.84e18, int256(4.2e18 - 1))
        );
        _release(alice, 1);
    }

    function test_RevertWhen_ReleasingOnAStaleMark() public {
        _allocate(alice, 50e18);
        _buy(alice, bob, 10, PRICE);
        uint256 at = _record().indexAt;
        indices.setSilent(true);
        _forward(241);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_StaleMark.selector, id, at));
        _release(alice, 1);
        _allocate(carol, 1e18);
        assertEq(_release(carol, 1e18), 1e18, "nothing is at stake");
    }

    function test_Release_waitsInAStorm() public {
        _allocate(alice, 10e18);
        _move(3_000);
        vm.expectEmit();
        emit IFuturesEvents.ReleaseDelayed(id, alice, 4e18, block.number + 120);
        assertEq(_release(alice, 4e18), 0);
        assertEq(_cash(alice), 6e18);
        assertEq(clearing.pendingOf(id, alice).amount, 4e18);
        _assertBooks();
        _forward(60);
        _observe(3_000);
        assertEq(_release(alice, 1e18), 0);
        uint256 at = block.number + 120;
        assertEq(clearing.pendingOf(id, alice).amount, 5e18);
        _to(at - 1);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooEarly.selector, id, at));
        clearing.completeRelease(id, alice);
        _to(at);
        vm.expectEmit();
        emit IFuturesEvents.Released(id, alice, 5e18, 5e18);
        assertEq(clearing.completeRelease(id, alice), 5e18);
        assertEq(_free(alice), WEALTH - 5e18);
        _assertBooks();
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NothingOwed.selector, id, alice));
        clearing.completeRelease(id, alice);
    }

    function test_Release_paysWhenTheStormIsOver() public {
        _allocate(alice, 10e18);
        _move(3_000);
        _forward(119);
        assertEq(_release(alice, 1e18), 0);
        _forward(1);
        assertEq(_release(alice, 1e18), 1e18);
    }

    function test_F09_PositionsKeepTheirMarginAfterExpiry() public {
        _allocate(alice, 50e18);
        _allocate(carol, 50e18);
        _buy(alice, bob, 10, PRICE);
        _hold(dates.expiry - 1, PRICE);
        _observe(PRICE);
        _release(alice, 1e18);
        _to(dates.expiry);
        _expect(_wrongState(State.Expired));
        _release(alice, 1e18);
        _release(carol, 1e18);
    }
}
