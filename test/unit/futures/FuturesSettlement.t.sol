// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Proposal, Series, State, TokenTerms} from "../../../contracts/futures/FuturesTypes.sol";
import {IFuturesEvents} from "../../../contracts/futures/interfaces/IFuturesEvents.sol";
import {FuturesTest} from "./FuturesTest.sol";

/// The final price, and who gets what. Alice is long 1,000 lots and carol 500, against bob.
contract FuturesSettlementTest is FuturesTest {
    function setUp() public override {
        super.setUp();
        _allocate(bob, 5_000e18);
        _buy(alice, bob, 1_000, PRICE);
        _buy(carol, bob, 500, PRICE);
    }

    /// The index stays at a price for the day before the last, and at another from there on.
    function _expire(uint256 before, uint256 last) internal {
        _hold(dates.expiry - 2 * DAY, PRICE);
        _observe(before);
        _hold(dates.expiry - DAY, before);
        _observe(last);
        _hold(dates.expiry, last);
    }

    /// Proposed and final, without a dispute.
    function _settle(uint256 ticks) internal {
        _expire(ticks, ticks);
        clearing.propose(id);
        _forward(DAY);
        clearing.finalise(id);
    }

    function _list(address a, address b, address c) internal pure returns (address[] memory users) {
        users = new address[](3);
        (users[0], users[1], users[2]) = (a, b, c);
    }

    function _state() internal view returns (State) {
        return clearing.stateOf(id);
    }

    function _proposal() internal view returns (Proposal memory) {
        return clearing.seriesOf(id).proposal;
    }

    // ---------------------------------------------------------------- the proposal

    function test_F01_ProposesTheAverageOfTheLastDay() public {
        _hold(dates.expiry - 2 * DAY, PRICE);
        _observe(2_400);
        _hold(dates.expiry - DAY, 2_400);
        _observe(2_600);
        _hold(dates.expiry - 30, 2_600);
        _observe(9_000); // ten times the price in the last quarter of an hour moves it by 67
        _to(dates.expiry);
        _observe(1);
        vm.expectEmit();
        emit IFuturesEvents.PriceProposed(id, 2_667, 2_400, true);
        assertEq(clearing.propose(id), 2_667);
        assertEq(_proposal().ticks, 2_667);
        assertEq(_proposal().fallbackTicks, 2_400);
        assertEq(_proposal().at, block.number);
        assertEq(uint256(_state()), uint256(State.Proposed));
        assertEq(_mark(), 2_667);
        _observe(5_000);
        assertEq(clearing.refresh(id), 2_667, "nothing changes it");
        _assertBooks();
    }

    function test_F09_ProposesFromExpiryOn() public {
        _expire(PRICE, PRICE);
        vm.roll(block.number - 1);
        _expect(_wrongState(State.CloseOnly));
        clearing.propose(id);
        vm.roll(block.number + 1);
        clearing.propose(id);
        _expect(_wrongState(State.Proposed));
        clearing.propose(id);
    }

    function test_F10_WaitsADayForAGoodAverage() public {
        _hold(dates.expiry - DAY, PRICE);
        _observe(2_600);
        indices.setSilent(true);
        _to(dates.expiry);
        bytes memory error = abi.encodeWithSelector(
            IFuturesEvents.FuturesClearing_TooEarly.selector,
            id,
            dates.expiry + DAY
        );
        _expect(error);
        clearing.propose(id);
        _to(dates.expiry + DAY - 1);
        _expect(error);
        clearing.propose(id);
        _to(dates.expiry + DAY);
        vm.expectEmit();
        emit IFuturesEvents.PriceProposed(id, 2_600, 2_500, false);
        clearing.propose(id); // what there is of an average
    }

    function test_F10_ProposesTheLastMarkWithoutAnyAverage() public {
        _hold(dates.expiry - DAY - 200, PRICE);
        _observe(2_550);
        clearing.refresh(id);
        _to(dates.expiry + DAY - 100);
        _observe(9_000);
        indices.setForgetful(true);
        _to(dates.expiry + DAY);
        assertEq(clearing.propose(id), 2_550);
        assertEq(_proposal().fallbackTicks, 2_550, "nor a fallback");
        assertGt(_mark(), 0);
    }

    // ---------------------------------------------------------------- disputes

    function _dispute(address who, uint32 ticks) internal {
        vm.prank(who);
        clearing.dispute(id, ticks);
    }

    function _arbitrate(uint32 ticks) internal {
        vm.prank(arbiter);
        clearing.arbitrate(id, ticks);
    }

    function _disputed() internal {
        _expire(2_400, 2_600);
        clearing.propose(id);
        _dispute(dave, 2_450);
    }

    function test_Dispute_takesABond() public {
        _expire(2_400, 2_600);
        clearing.propose(id);
        vm.expectEmit();
        emit IFuturesEvents.PriceDisputed(id, dave, 2_450, 500e18);
        _dispute(dave, 2_450);
        assertEq(_free(dave), WEALTH - 500e18);
        assertEq(_proposal().bond, 500e18);
        assertEq(clearing.seriesOf(id).dispute.challenger, dave);
        assertEq(clearing.seriesOf(id).dispute.ticks, 2_450);
        assertEq(clearing.seriesOf(id).dispute.at, block.number);
        assertEq(uint256(_state()), uint256(State.Disputed));
        _assertBooks();
        _expect(_wrongState(State.Disputed));
        _dispute(dave, 2_450);
    }

    function test_Dispute_inTheLastEpoch() public {
        _expire(PRICE, PRICE);
        clearing.propose(id);
        uint256 deadline = block.number + DAY;
        _to(deadline);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooLate.selector, id, deadline));
        _dispute(dave, 2_450);
        vm.roll(deadline - 1);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooEarly.selector, id, deadline));
        clearing.finalise(id);
        _dispute(dave, 2_450);
    }

    function test_RevertWhen_DisputeIsOutOfTheBand() public {
        _expire(2_401, 2_600);
        clearing.propose(id);
        uint32[5] memory bad = [uint32(0), 2_600, 1_200, 3_602, type(uint32).max];
        for (uint256 i; i < bad.length; ++i) {
            _expect(
                abi.encodeWithSelector(
                    IFuturesEvents.FuturesClearing_OutOfBounds.selector,
                    bytes32("ticks"),
                    1_201,
                    3_601,
                    bad[i]
                )
            );
            _dispute(dave, bad[i]);
        }
        _dispute(dave, 1_201);
    }

    function test_RevertWhen_TheBondIsMissing() public {
        _expire(PRICE, PRICE);
        clearing.propose(id);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotFree.selector, address(usd), 0, 500e18));
        _dispute(address(this), 2_400);
    }

    /// Proposed 2,600, challenged with 2,450: from 2,525 on that is no nearer. The band is half of the fallback, 2,400.
    function test_Arbitrate_decidesThePrice() public {
        _disputed();
        uint32[9] memory prices = [uint32(1_200), 2_400, 2_450, 2_524, 2_525, 2_526, 2_600, 2_601, 3_600];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < prices.length; ++i) {
            bool back = i < 4;
            uint256 insurance = _insurance();
            vm.expectEmit();
            emit IFuturesEvents.BondPaid(id, back ? dave : address(0), 500e18);
            vm.expectEmit();
            emit IFuturesEvents.PriceFinal(id, prices[i]);
            _arbitrate(prices[i]);
            Series memory s = clearing.seriesOf(id);
            assertEq(s.status.finalTicks, prices[i]);
            assertEq(s.status.finalAt, block.number);
            assertEq(_mark(), prices[i]);
            assertEq(_insurance(), insurance + (back ? 0 : 500e18));
            assertEq(_free(dave), back ? WEALTH : WEALTH - 500e18);
            assertEq(uint256(_state()), uint256(State.Final));
            _assertBooks();
            vm.revertToState(snapshot);
        }
    }

    /// Who takes the place of the dispute with a price of no use keeps the right one from nobody, and pays for it.
    function test_X07_ADisputeIsAboutThePrice() public {
        _expire(2_400, 2_600);
        clearing.propose(id);
        _dispute(dave, 3_600);
        _arbitrate(2_400);
        assertEq(clearing.seriesOf(id).status.finalTicks, 2_400);
        assertEq(_free(dave), WEALTH - 500e18, "no nearer than what was proposed");
        assertGe(_insurance(), 500e18);
    }

    /// An average may be outside of what a challenge may name: the arbiter can still confirm it.
    function test_Arbitrate_confirmsAProposedPriceOutsideTheBand() public {
        _expire(2_400, 6_000);
        clearing.propose(id);
        assertGt(_proposal().ticks, 3_600);
        _dispute(dave, 3_600);
        uint32 proposed = _proposal().ticks;
        _outside(proposed - 1);
        _arbitrate(proposed - 1);
        _arbitrate(proposed);
        assertEq(clearing.seriesOf(id).status.finalTicks, proposed);
        assertEq(_free(dave), WEALTH - 500e18);
    }

    function _outside(uint32 ticks) private {
        _expect(
            abi.encodeWithSelector(
                IFuturesEvents.FuturesClearing_OutOfBounds.selector,
                bytes32("ticks"),
                1_200,
                3_600,
                ticks
            )
        );
    }

    function test_RevertWhen_ArbitratingOtherwise() public {
        _disputed();
        uint32[4] memory bad = [uint32(0), 1_199, 3_601, type(uint32).max];
        for (uint256 i; i < bad.length; ++i) {
            _outside(bad[i]);
            _arbitrate(bad[i]);
        }
        _expect(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this)));
        clearing.arbitrate(id, 2_600);
        uint256 deadline = block.number + 3 * DAY;
        _to(deadline);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooLate.selector, id, deadline));
        _arbitrate(2_600);
        vm.roll(deadline - 1);
        _arbitrate(2_600);
        _expect(_wrongState(State.Final));
        _arbitrate(2_450);
    }

    /// Nobody can hold a price up: not the arbiter by silence, not the challenger.
    function test_Finalise_fallsBackWithoutTheArbiter() public {
        _disputed();
        uint256 deadline = block.number + 3 * DAY;
        _to(deadline - 1);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooEarly.selector, id, deadline));
        clearing.finalise(id);
        _to(deadline);
        vm.expectEmit();
        emit IFuturesEvents.BondPaid(id, dave, 500e18);
        clearing.finalise(id);
        assertEq(clearing.seriesOf(id).status.finalTicks, 2_400);
        assertEq(_free(dave), WEALTH, "the bond is back");
        assertEq(_mark(), 2_400);
    }

    /// With the fallback at 2,400: 2,200 is as far from it as the proposed 2,600, 2,201 is nearer.
    function test_Finalise_theBondFollowsThePriceWithoutTheArbiter() public {
        _expire(2_400, 2_600);
        clearing.propose(id);
        uint256 snapshot = vm.snapshotState();
        for (uint32 ticks = 2_200; ticks < 2_202; ++ticks) {
            _dispute(dave, ticks);
            uint256 insurance = _insurance();
            _forward(3 * DAY);
            vm.expectEmit();
            emit IFuturesEvents.BondPaid(id, ticks == 2_200 ? address(0) : dave, 500e18);
            clearing.finalise(id);
            assertEq(_free(dave), ticks == 2_200 ? WEALTH - 500e18 : WEALTH);
            assertEq(_insurance(), insurance + (ticks == 2_200 ? 500e18 : 0));
            _assertBooks();
            vm.revertToState(snapshot);
        }
    }

    function test_RevertWhen_FinalisingOtherwise() public {
        _expect(_wrongState(State.Trading));
        clearing.finalise(id);
        _settle(PRICE);
        _expect(_wrongState(State.Final));
        clearing.finalise(id);
    }

    // ---------------------------------------------------------------- claims

    function test_F02_EveryoneIsPaidOnce() public {
        _settle(2_600);
        _expect(_wrongState(State.Final));
        clearing.claim(id, alice);
        vm.expectEmit();
        emit IFuturesEvents.Resolved(id, alice, 1_000);
        clearing.resolve(id, _list(alice, alice, dave));
        assertEq(_size(alice), 0);
        assertEq(_cash(alice), 600e18, "500 of margin and 100 of gain");
        clearing.resolve(id, _list(bob, carol, alice));
        assertEq(clearing.seriesOf(id).status.open, 0);
        assertEq(uint256(_state()), uint256(State.Closed));
        vm.expectEmit();
        emit IFuturesEvents.Claimed(id, alice, 600e18, 600e18);
        assertEq(clearing.claim(id, alice), 600e18);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NothingOwed.selector, id, alice));
        clearing.claim(id, alice);
        assertEq(clearing.claim(id, carol), 300e18);
        assertEq(clearing.claim(id, bob), 5_000e18 - 0.375e18 - 150e18);
        assertEq(clearing.seriesOf(id).funds.cash, 0);
        uint256 paid = _free(alice) + _free(bob) + _free(carol) + _free(dave);
        assertEq(paid + _fees() + _insurance(), 4 * WEALTH, "nothing came, nothing went");
        _expect(_wrongState(State.Closed));
        _allocate(alice, 1);
        _expect(_wrongState(State.Closed));
        vm.prank(alice);
        clearing.release(id, 1);
    }

    function test_Claim_afterADayWithoutResolving() public {
        _settle(2_600);
        _forward(DAY - 1);
        _expect(_wrongState(State.Final));
        clearing.claim(id, alice);
        _expect(_wrongState(State.Final));
        _allocate(alice, 1);
        _forward(1);
        assertEq(uint256(_state()), uint256(State.Closed));
        assertEq(clearing.claim(id, alice), 600e18);
        assertEq(clearing.seriesOf(id).status.open, 2);
    }

    function test_RevertWhen_ResolvingOtherwise() public {
        _expect(_wrongState(State.Trading));
        clearing.resolve(id, new address[](0));
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooMany.selector, 64, 65));
        clearing.resolve(id, new address[](65));
    }

    function test_Claim_withWhatIsPending() public {
        _hold(dates.expiry - 100, PRICE);
        _observe(5_000);
        _allocate(dave, 10e18);
        // All but the last hours were at 2,500, so that the mark hardly moves: no storm. Then one.
        _observe(9_000);
        _to(dates.expiry - 50);
        _observe(90_000);
        vm.prank(dave);
        clearing.release(id, 4e18);
        assertEq(clearing.pendingOf(id, dave).amount, 4e18);
        _to(dates.expiry);
        clearing.propose(id);
        _forward(DAY);
        clearing.finalise(id);
        _expect(_wrongState(State.Final));
        clearing.completeRelease(id, dave);
        clearing.resolve(id, _list(alice, bob, carol));
        uint256 snapshot = vm.snapshotState();
        assertEq(clearing.completeRelease(id, dave), 4e18);
        vm.revertToState(snapshot);
        assertEq(clearing.claim(id, dave), 10e18);
        assertEq(_free(dave), WEALTH);
    }

    // ---------------------------------------------------------------- losses

    /// Alice owes 400 at 1,600: insurance has 1.125, the rest is missing from what bob and dave get.
    function _lose() internal {
        _allocate(dave, 1_000e18);
        TokenTerms memory t = _tokenTerms();
        t.writeOffReward = 0.1e18;
        vm.prank(risk);
        clearing.setToken(address(usd), t);
        _settle(1_600);
    }

    function test_Resolve_booksLossesForAReward() public {
        _lose();
        uint256 insurance = _insurance();
        vm.expectEmit();
        emit IFuturesEvents.LossBooked(id, alice, 400e18, insurance, 400e18 - insurance);
        vm.expectEmit();
        emit IFuturesEvents.Rewarded(address(usd), address(this), 0.1e18);
        clearing.resolve(id, _list(alice, carol, bob));
        assertEq(_cash(alice), 0);
        assertEq(_deficit(), 600e18 - insurance);
        assertEq(_free(address(this)), 0.2e18);
        _assertBooks();
    }

    function test_F12_PayoutsDoNotDependOnTheOrder() public {
        _lose();
        clearing.resolve(id, _list(alice, carol, bob));
        Series memory s = clearing.seriesOf(id);
        uint256 bobs = uint256(_cash(bob));
        uint256 fair = (bobs * s.funds.cash) / (uint256(s.funds.cash) + s.funds.deficit);
        assertLt(fair, bobs);
        uint256 snapshot = vm.snapshotState();
        uint256 first = clearing.claim(id, bob);
        uint256 second = clearing.claim(id, dave);
        vm.revertToState(snapshot);
        uint256 other = clearing.claim(id, dave);
        assertApproxEqAbs(clearing.claim(id, bob), first, 1);
        assertApproxEqAbs(other, second, 1);
        assertEq(first, fair);
        assertLe(clearing.seriesOf(id).funds.cash, 2, "nothing but rounding is left");
        assertEq(_deficit(), 0);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NothingOwed.selector, id, alice));
        clearing.claim(id, alice);
    }

    function test_Resolve_takesWhatIsPendingFirst() public {
        _allocate(alice, 1_000e18);
        _move(3_000);
        vm.prank(alice);
        clearing.release(id, 500e18);
        assertEq(clearing.pendingOf(id, alice).amount, 500e18);
        _settle(1_200); // 1,000 and 500 pending, less 1,300
        clearing.resolve(id, _list(alice, bob, carol));
        assertEq(_cash(alice), 200e18);
        assertEq(clearing.pendingOf(id, alice).amount, 0);
        assertEq(_deficit() > 0, true, "carol's");
        _assertBooks();
    }

    function test_Claim_resolvesFirst() public {
        _lose();
        _forward(DAY);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NothingOwed.selector, id, alice));
        clearing.claim(id, alice);
        assertEq(_size(alice), 1_000, "still to be resolved, for others' sake");
        clearing.claim(id, dave);
        _expect(
            abi.encodeWithSelector(
                IFuturesEvents.FuturesClearing_Short.selector,
                clearing.seriesOf(id).funds.cash,
                0,
                5_000e18 + 1_350e18 - 0.375e18
            )
        );
        clearing.claim(id, bob);
        clearing.resolve(id, _list(alice, carol, carol));
        assertGt(clearing.claim(id, bob), 0);
    }

    // ---------------------------------------------------------------- flags, and insurance that comes later

    function test_Resolve_clearsFlags() public {
        _move(2_253); // the mark is 2,365
        clearing.flag(id, alice);
        clearing.flag(id, carol);
        _settle(PRICE);
        assertGt(clearing.accountOf(id, alice).flaggedAt, 0);
        clearing.resolve(id, _list(alice, bob, dave));
        assertEq(clearing.accountOf(id, alice).flaggedAt, 0);
        _forward(DAY);
        clearing.claim(id, carol); // resolves
        assertEq(clearing.accountOf(id, carol).flaggedAt, 0);
    }

    /// After the price is final too, as long as nobody is paid.
    function test_Cover_untilClaimsAreOpen() public {
        _lose();
        clearing.resolve(id, _list(alice, dave, dave));
        uint256 deficit = _deficit();
        vm.prank(dave);
        clearing.fund(address(usd), 1_000e18);
        _forward(DAY - 1);
        uint256 snapshot = vm.snapshotState();
        vm.expectEmit();
        emit IFuturesEvents.Covered(id, deficit, 0);
        assertEq(clearing.cover(id), deficit);
        assertEq(_deficit(), 0);
        _assertBooks();
        vm.revertToState(snapshot);
        _forward(1);
        _expect(_wrongState(State.Closed));
        clearing.cover(id);
        vm.revertToState(snapshot);
        clearing.resolve(id, _list(bob, carol, carol)); // nobody is left
        _expect(_wrongState(State.Closed));
        clearing.cover(id);
    }

    // ---------------------------------------------------------------- the residual account

    /// Written off at 1,980, settled at a higher price: what it gained makes up for the deficit, the rest is insurance's.
    function test_Residual_gainsCoverTheDeficit() public {
        _move(1_886);
        clearing.writeOff(id, alice);
        uint256 deficit = _deficit();
        assertEq(deficit, 20e18 - 1.125e18);
        _settle(2_200);
        assertEq(_deficit(), 0);
        assertEq(_size(address(0)), 0);
        assertEq(_cash(address(0)), int256(220e18 - deficit));
        _assertBooks();
        clearing.resolve(id, _list(bob, carol, carol));
        uint256 insurance = _insurance();
        assertEq(clearing.claim(id, address(0)), 220e18 - deficit);
        assertEq(_insurance(), insurance + 220e18 - deficit);
        clearing.claim(id, bob);
        clearing.claim(id, carol);
        assertEq(clearing.seriesOf(id).funds.cash, 0);
    }

    function test_Residual_gainsMayBeLessThanTheDeficit() public {
        _move(1_886);
        clearing.writeOff(id, alice);
        _settle(1_985);
        assertEq(_deficit(), 20e18 - 1.125e18 - 5e18);
        assertEq(_cash(address(0)), 0);
        _assertBooks();
    }

    /// Dave comes with insurance in time.
    function test_Residual_lossesAreLosses() public {
        _move(1_886);
        clearing.writeOff(id, alice);
        vm.prank(dave);
        clearing.fund(address(usd), 30e18);
        _settle(1_900);
        assertEq(_deficit(), 20e18 - 1.125e18 + 80e18 - 30e18);
        assertEq(_size(address(0)), 0);
        assertEq(_cash(address(0)), 0);
        _assertBooks();
    }

    /// The residual account's gain can be more than the series holds while others' losses are not booked: that must not stop the price.
    function test_Residual_gainsDoNotStopThePrice() public {
        _move(1_886);
        clearing.writeOff(id, alice);
        vm.prank(bob);
        clearing.release(id, 1); // pending; the rest of bob's is what he loses
        _settle(9_000);
        assertGt(_cash(address(0)), int256(uint256(clearing.seriesOf(id).funds.cash)));
        clearing.resolve(id, _list(bob, carol, carol));
        clearing.claim(id, carol);
        clearing.claim(id, address(0));
        assertLe(clearing.seriesOf(id).funds.cash, 2);
    }

    // ---------------------------------------------------------------- liveness

    /// Hegic: every state is left by time and anyone's calls. Nobody with a role does anything here, the feed is silent, nobody resolves.
    function test_X13_FundsNeverLock() public {
        indices.setSilent(true);
        _to(dates.expiry + DAY);
        clearing.propose(id);
        _dispute(dave, 2_000);
        _forward(3 * DAY);
        clearing.finalise(id);
        _forward(DAY);
        assertEq(clearing.claim(id, alice), 500e18);
        assertEq(clearing.claim(id, bob), 5_000e18 - 0.375e18);
        assertEq(clearing.claim(id, carol), 250e18);
        assertEq(uint256(_state()), uint256(State.Closed));
    }
}
