// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {FuturesClearing} from "../../../contracts/futures/FuturesClearing.sol";
import {FuturesDesk} from "../../../contracts/futures/FuturesDesk.sol";
import {
    Phase,
    Position,
    Series,
    SeriesDates,
    SeriesTerms,
    Standing,
    State,
    TokenTerms,
    TokenView
} from "../../../contracts/futures/FuturesTypes.sol";
import {IFutures} from "../../../contracts/futures/interfaces/IFutures.sol";
import {IFuturesEvents} from "../../../contracts/futures/interfaces/IFuturesEvents.sol";
import {FuturesTest} from "./FuturesTest.sol";

/// Listing, terms, roles, views, upgrades.
contract FuturesDeskTest is FuturesTest {
    function _bad(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual) internal {
        _expect(
            abi.encodeWithSelector(IFuturesEvents.FuturesClearing_OutOfBounds.selector, parameter, lower, upper, actual)
        );
    }

    function _other() internal view returns (SeriesDates memory d) {
        d = dates;
        d.tradingStart = uint32(block.number);
        d.deliveryStart += 1;
    }

    function _set(SeriesTerms memory t) internal {
        vm.prank(risk);
        clearing.setSeriesTerms(id, t);
    }

    // ---------------------------------------------------------------- listing

    function test_F07_IdIsTheHashOfAllThatIsFixed() public view {
        bytes memory all = abi.encode(
            block.chainid,
            address(clearing),
            uint8(0),
            uint256(2 ** 40),
            uint256(86_400),
            dates.deliveryStart,
            dates.token,
            dates.indexId,
            dates.tickValue,
            dates.tradingStart
        );
        assertEq(id, keccak256(bytes.concat(all, abi.encode(dates.tradingEnd, dates.expiry))));
        assertEq(clearing.seriesIdOf(dates), id);
    }

    function test_List_beginsAtTheIndex() public {
        _observe(2_612);
        SeriesDates memory d = _other();
        bytes32 expected = clearing.seriesIdOf(d);
        vm.expectEmit();
        emit IFuturesEvents.SeriesListed(expected, d);
        vm.expectEmit();
        emit IFuturesEvents.SeriesTermsChanged(expected, _terms());
        assertEq(_list(d), expected);
        Series memory s = clearing.seriesOf(expected);
        assertEq(uint256(s.status.phase), uint256(Phase.Open));
        assertEq(s.mark.ema, 2_612 << 16);
        assertEq(s.mark.lastTicks, 2_612);
        assertEq(s.mark.indexTicks, 2_612);
        assertEq(s.mark.refTicks, 2_612);
        assertEq(s.mark.emaAt, block.number);
        assertEq(s.mark.refAt, block.number);
        assertEq(s.mark.indexAt, block.number);
        assertEq(s.unit.token, address(usd));
        assertEq(s.unit.tickValue, TICK);
        assertEq(s.limits.tradingEnd, d.tradingEnd);
        assertEq(s.limits.expiry, d.expiry);
        assertEq(s.limits.indexId, INDEX_ID);
        assertEq(s.margins.deliveryStart, d.deliveryStart);
        assertEq(s.limits.capLots, 1_000_000);
        assertEq(s.limits.positionCap, 200_000);
        assertEq(s.limits.imBps, 2_000);
        assertEq(s.limits.bandBps, 500);
        assertEq(s.margins.mmShareBps, 8_000);
        assertEq(s.margins.minMargin, 1e18);
        assertEq(s.margins.concFromBps, 2_000);
        assertEq(s.margins.concBps, 1_000);
        assertEq(s.margins.dustLots, 15);
        assertEq(s.cover.cap, 50_000e18);
    }

    function test_RevertWhen_ListedAlready() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_AlreadyListed.selector, id));
        _list(dates);
    }

    function test_RevertWhen_TheTokenIsNotListed() public {
        SeriesDates memory d = _other();
        d.token = address(this);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TokenNotListed.selector, address(this)));
        _list(d);
    }

    function test_RevertWhen_TheIndexIsStale() public {
        SeriesDates memory d = _other();
        uint256 at = START;
        d.tradingStart += 141;
        _forward(140);
        uint256 snapshot = vm.snapshotState();
        _list(d);
        vm.revertToState(snapshot);
        _forward(1);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_StaleIndex.selector, INDEX_ID, at));
        _list(d);
    }

    function test_X01_RevertWhen_DatesAreOutOfOrder() public {
        uint256 most = type(uint128).max;
        SeriesDates memory d = _other();
        d.tickValue = 0;
        _bad("tickValue", 1, 2 ** 90, 0);
        _list(d);
        d = _other();
        d.tradingStart -= 1;
        _bad("tradingStart", block.number, most, d.tradingStart);
        _list(d);
        d = _other();
        d.tradingEnd = d.tradingStart + DAY - 1;
        _bad("tradingEnd", d.tradingStart + DAY, most, d.tradingEnd);
        _list(d);
        d = _other();
        d.expiry = d.tradingEnd + 119;
        _bad("expiry", d.tradingEnd + 120, d.tradingEnd + 7 * DAY, d.expiry);
        _list(d);
        d.expiry = d.tradingEnd + 7 * DAY + 1;
        _bad("expiry", d.tradingEnd + 120, d.tradingEnd + 7 * DAY, d.expiry);
        _list(d);
        d = _other();
        d.deliveryStart = d.expiry - 1;
        _bad("deliveryStart", d.expiry, most, d.deliveryStart);
        _list(d);
        d = _other();
        d.tradingEnd = uint32(block.number) + 730 * DAY;
        d.expiry = d.tradingEnd + 120;
        _bad("expiry", 0, block.number + 730 * DAY, d.expiry);
        _list(d);
    }

    function test_List_atTheEdges() public {
        SeriesDates memory d = _other();
        d.tradingEnd = d.tradingStart + DAY;
        d.expiry = d.tradingEnd + 120;
        d.deliveryStart = d.expiry;
        _list(d);
        d.tradingEnd = uint32(block.number) + 729 * DAY;
        d.expiry = uint32(block.number) + 730 * DAY;
        d.deliveryStart = d.expiry;
        _list(d);
    }

    // ---------------------------------------------------------------- terms

    function test_RevertWhen_TermsAreOutOfBounds() public {
        SeriesTerms memory t = _terms();
        t.capLots = 0;
        _bad("capLots", 1, 2 ** 40, 0);
        _set(t);
        t.capLots = 2 ** 40 + 1;
        _bad("capLots", 1, 2 ** 40, 2 ** 40 + 1);
        _set(t);
        t = _terms();
        t.positionCap = 0;
        _bad("positionCap", 1, t.capLots, 0);
        _set(t);
        t.positionCap = t.capLots + 1;
        _bad("positionCap", 1, t.capLots, t.positionCap);
        _set(t);
        t = _terms();
        t.minMargin = 0;
        _bad("minMargin", 1, type(uint128).max, 0);
        _set(t);
        _checkBps();
    }

    function _checkBps() private {
        SeriesTerms memory t = _terms();
        (t.imBps) = 999;
        _bad("imBps", 1_000, 10_000, 999);
        _set(t);
        (t.imBps) = 10_001;
        _bad("imBps", 1_000, 10_000, 10_001);
        _set(t);
        t = _terms();
        t.mmShareBps = 4_999;
        _bad("mmShareBps", 5_000, 9_100, 4_999);
        _set(t);
        t.mmShareBps = 9_101;
        _bad("mmShareBps", 5_000, 9_100, 9_101);
        _set(t);
        t = _terms();
        t.oiSlopeBps = 20_001;
        _bad("oiSlopeBps", 0, 20_000, 20_001);
        _set(t);
        t = _terms();
        t.concFromBps = 99;
        _bad("concFromBps", 100, 10_000, 99);
        _set(t);
        t = _terms();
        t.concBps = 10_001;
        _bad("concBps", 0, 10_000, 10_001);
        _set(t);
        t = _terms();
        t.bandBps = 99;
        _bad("bandBps", 100, 2_000, 99);
        _set(t);
        t.bandBps = 2_001;
        _bad("bandBps", 100, 2_000, 2_001);
        _set(t);
        t = _terms();
        t.dustLots = 0;
        _bad("dustLots", 1, 1_000, 0);
        _set(t);
        t.dustLots = 1_001;
        _bad("dustLots", 1, 1_000, 1_001);
        _set(t);
    }

    function test_RevertWhen_CashCouldOverflow() public {
        SeriesTerms memory t = _terms();
        uint256 most = 2 ** 90 / TICK;
        t.capLots = 2 ** 40;
        assertGt(most, 2 ** 40);
        _set(t);
        SeriesDates memory d = _other();
        d.tickValue = 2 ** 60;
        t.capLots = 2 ** 30 + 1;
        _bad("capLots", 1, 2 ** 30, 2 ** 30 + 1);
        vm.prank(risk);
        clearing.list(d, t);
        t.capLots = 2 ** 30;
        vm.prank(risk);
        clearing.list(d, t);
    }

    function test_RevertWhen_SettingNoSeries() public {
        bytes memory error = abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotListed.selector, bytes32(0));
        _expect(error);
        vm.prank(risk);
        clearing.setSeriesTerms(bytes32(0), _terms());
        _expect(error);
        vm.prank(guardian);
        clearing.halt(bytes32(0), block.number);
        _expect(error);
        clearing.seriesOf(bytes32(0));
        assertEq(uint256(clearing.stateOf(bytes32(0))), uint256(State.None));
    }

    /// Euler: positions that a parameter makes liquidatable at a stroke.
    function test_L21_MarginsRiseSlowlyUnderOpenInterest() public {
        SeriesTerms memory t = _terms();
        t.imBps = 6_000; // nobody is in
        _set(t);
        _set(_terms());
        _buy(alice, bob, 10, PRICE);
        t = _terms();
        t.imBps = 2_501;
        _bad("imBps", 0, 2_500, 2_501);
        _set(t);
        t = _terms();
        t.mmShareBps = 8_501;
        _bad("mmShareBps", 0, 8_500, 8_501);
        _set(t);
        t = _terms();
        t.minMargin += 1;
        _bad("minMargin", 0, 1e18, 1e18 + 1);
        _set(t);
        t = _terms();
        t.concBps += 1;
        _bad("concBps", 0, 1_000, 1_001);
        _set(t);
        t = _terms();
        t.dustLots += 1;
        _bad("dustLots", 0, 15, 16);
        _set(t);
        t = _terms();
        (t.imBps, t.mmShareBps) = (2_500, 8_500);
        _set(t);
        uint256 earliest = block.number + DAY;
        t.imBps = 2_501;
        _to(earliest - 1);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooEarly.selector, id, earliest));
        _set(t);
        t.imBps = 2_400; // lower at any time
        _set(t);
        _to(earliest);
        t.imBps = 2_900;
        _set(t);
        (t.imBps, t.mmShareBps) = (2_900, 8_600);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooEarly.selector, id, earliest + DAY));
        _set(t);
    }

    /// The threshold of concentration is a number of lots: a smaller cap must not lower it, a larger one may do with a smaller part.
    function test_L21_TheThresholdOfConcentrationNeverFalls() public {
        SeriesTerms memory t = _terms();
        (t.capLots, t.concFromBps) = (500_000, 1_000); // nobody is in
        _set(t);
        _set(_terms());
        _buy(alice, bob, 10, PRICE);
        t = _terms();
        t.concFromBps -= 1;
        _thinner(1_999 * 1_000_000);
        _set(t);
        t = _terms();
        t.capLots -= 1;
        _thinner(2_000 * 999_999);
        _set(t);
        (t.capLots, t.concFromBps) = (500_000, 3_999);
        _thinner(3_999 * 500_000);
        _set(t);
        t.concFromBps = 4_000;
        _set(t);
        (t.capLots, t.concFromBps) = (2_000_000, 1_000);
        _set(t);
        t.dustLots = 1;
        _set(t);
    }

    function _thinner(uint256 actual) private {
        _bad("capLots*concFromBps", 2_000 * 1_000_000, type(uint128).max, actual);
    }

    /// A narrower band moves the mark, by as much at once: that is a raise.
    function test_L21_TheBandNarrowsSlowlyUnderOpenInterest() public {
        SeriesTerms memory t = _terms();
        t.bandBps = 100; // nobody is in
        _set(t);
        _set(_terms());
        _buy(alice, bob, 10, PRICE);
        t.bandBps = 449;
        _bad("bandBps", 450, type(uint128).max, 449);
        _set(t);
        t.bandBps = 450;
        _set(t);
        uint256 earliest = block.number + DAY;
        assertEq(clearing.seriesOf(id).margins.raisedAt, block.number);
        t.bandBps = 449;
        _to(earliest - 1);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooEarly.selector, id, earliest));
        _set(t);
        (t.bandBps, t.imBps) = (450, 2_100);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooEarly.selector, id, earliest));
        _set(t);
        (t.bandBps, t.imBps) = (640, 2_000); // wider at any time
        _set(t);
        _to(earliest);
        t.bandBps = 590;
        _set(t);
        assertEq(clearing.seriesOf(id).margins.raisedAt, earliest);
    }

    /// 20 % x 80 % are two and a half times 6.4 %.
    function test_X14_MarginsAreTwoAndAHalfBands() public {
        SeriesTerms memory t = _terms();
        t.bandBps = 641;
        bytes memory error = abi.encodeWithSelector(
            IFuturesEvents.FuturesClearing_ThinMargin.selector,
            25_000 * 641,
            2_000 * 8_000
        );
        SeriesDates memory d = _other();
        _expect(error);
        vm.prank(risk);
        clearing.list(d, t);
        _expect(error);
        _set(t);
        t.bandBps = 640;
        _set(t);
        vm.prank(risk);
        clearing.list(d, t);
        t.imBps = 1_999;
        _thin(1_999 * 8_000);
        _set(t);
        (t.imBps, t.mmShareBps) = (2_000, 7_999);
        _thin(2_000 * 7_999);
        _set(t);
        _buy(alice, bob, 10, PRICE);
        _thin(2_000 * 7_999);
        _set(t);
        (t.imBps, t.mmShareBps, t.bandBps) = (10_000, 5_000, 2_000); // when nobody is in
        d.deliveryStart += 1;
        vm.prank(risk);
        clearing.list(d, t);
    }

    /// Who has just the margin that was asked for so far cannot have met a larger one yet.
    function test_X14_OldMarginsCarryAWiderBand() public {
        SeriesTerms memory t = _terms();
        t.bandBps = 640;
        _set(t);
        (t.imBps, t.bandBps) = (2_100, 641);
        uint256 snapshot = vm.snapshotState();
        _set(t); // nobody is in
        vm.revertToState(snapshot);
        _buy(alice, bob, 10, PRICE);
        _expect(
            abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ThinMargin.selector, 25_000 * 641, 2_000 * 8_000)
        );
        _set(t);
        t.bandBps = 640;
        _set(t);
        _to(clearing.seriesOf(id).margins.raisedAt + DAY);
        t.bandBps = 672; // by the margins that stand now
        _set(t);
    }

    function _thin(uint256 actual) private {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ThinMargin.selector, 25_000 * 640, actual));
    }

    function test_SetToken_listsAndChanges() public {
        TokenTerms memory t = _tokenTerms();
        (t.makerFeeBps, t.takerFeeBps, t.dailyCap, t.disputeBond, t.writeOffReward) = (10, 50, 7, 8, 9);
        vm.expectEmit();
        emit IFuturesEvents.TokenTermsChanged(address(usd), t);
        vm.prank(risk);
        clearing.setToken(address(usd), t);
        TokenView memory v = clearing.tokenOf(address(usd));
        assertTrue(v.money.listed);
        assertEq(v.money.makerFeeBps, 10);
        assertEq(v.money.takerFeeBps, 50);
        assertEq(v.cover.dailyCap, 7);
        assertEq(v.bounties.disputeBond, 8);
        assertEq(v.bounties.writeOffReward, 9);
    }

    function test_RevertWhen_TokenTermsAreOutOfBounds() public {
        vm.startPrank(risk);
        TokenTerms memory t = _tokenTerms();
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BadAddress.selector, alice));
        clearing.setToken(alice, t);
        t.makerFeeBps = 11;
        _bad("makerFeeBps", 0, 10, 11);
        clearing.setToken(address(usd), t);
        t = _tokenTerms();
        t.takerFeeBps = 51;
        _bad("takerFeeBps", 0, 50, 51);
        clearing.setToken(address(usd), t);
        t = _tokenTerms();
        t.disputeBond = 0;
        _bad("disputeBond", 1, type(uint128).max, 0);
        clearing.setToken(address(usd), t);
        vm.stopPrank();
    }

    function test_SetVenue() public {
        vm.expectEmit();
        emit IFuturesEvents.VenueChanged(address(this), true);
        vm.prank(risk);
        clearing.setVenue(address(this), true);
        assertTrue(clearing.isVenue(address(this)));
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BadAddress.selector, alice));
        vm.prank(risk);
        clearing.setVenue(alice, true);
        vm.prank(risk);
        clearing.setVenue(alice, false);
        assertFalse(clearing.isVenue(alice));
    }

    function test_Halt_sevenDaysAtMost() public {
        uint256 most = block.number + 7 * DAY;
        vm.startPrank(guardian);
        _bad("until", 0, most, most + 1);
        clearing.halt(id, most + 1);
        vm.expectEmit();
        emit IFuturesEvents.Halted(id, most);
        clearing.halt(id, most);
        assertEq(clearing.seriesOf(id).status.haltedUntil, most);
        clearing.halt(id, 0);
        assertEq(clearing.seriesOf(id).status.haltedUntil, 0);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- roles and parts

    function test_RevertWhen_TheCallerHasNotTheRole() public {
        bytes memory error = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice);
        vm.startPrank(alice);
        _expect(error);
        clearing.list(dates, _terms());
        _expect(error);
        clearing.setSeriesTerms(id, _terms());
        _expect(error);
        clearing.setToken(address(usd), _tokenTerms());
        _expect(error);
        clearing.setVenue(alice, true);
        _expect(error);
        clearing.halt(id, 0);
        _expect(error);
        clearing.arbitrate(id, 0);
        _expect(error);
        UUPSUpgradeable(address(clearing)).upgradeToAndCall(address(this), "");
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_OnlyContract.selector, address(clearing), alice));
        clearing.checkCanCall(alice, "");
        vm.stopPrank();
    }

    function test_RevertWhen_NobodyKnowsTheFunction() public {
        (bool ok, ) = address(clearing).call(abi.encodeWithSignature("nothing()"));
        assertFalse(ok);
    }

    function test_RevertWhen_InitialisedAgainOrBadly() public {
        FuturesClearing implementation = new FuturesClearing(indices, address(this));
        _expect(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        implementation.initialize(address(manager), treasury);
        _expect(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        FuturesClearing(address(clearing)).initialize(address(manager), treasury);
        bytes memory call = abi.encodeCall(FuturesClearing.initialize, (address(manager), address(0)));
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BadAddress.selector, address(0)));
        new ERC1967Proxy(address(implementation), call);
    }

    /// A part at its own address knows no series and no role.
    function test_PartsAloneDoNothing() public {
        FuturesDesk desk = new FuturesDesk(indices, address(this));
        vm.expectRevert();
        desk.list(dates, _terms());
        assertEq(uint256(desk.stateOf(id)), uint256(State.None));
    }

    // ---------------------------------------------------------------- views and upgrades

    function test_Views() public {
        assertEq(clearing.feesRecipient(), treasury);
        assertEq(address(clearing.index()), address(indices));
        _buy(alice, bob, 10, PRICE);
        Standing memory s = clearing.standingOf(id, alice);
        assertEq(s.equity, 5e18);
        assertEq(s.initialMargin, 5e18);
        assertEq(s.maintenanceMargin, 4e18);
        Position memory p = clearing.accountOf(id, alice);
        assertEq(p.size, 10);
        assertEq(p.cash, -20e18);
        assertEq(uint256(clearing.stateOf(id)), uint256(State.Trading));
    }

    function test_F15_UpgradeWithOpenPositions() public {
        _buy(alice, bob, 10, PRICE);
        _move(2_200);
        clearing.flag(id, alice);
        bytes32 series = keccak256(abi.encode(clearing.seriesOf(id)));
        bytes32 account = keccak256(abi.encode(clearing.accountOf(id, alice), clearing.standingOf(id, alice)));
        IFutures next = _deploy(indices, address(manager), treasury);
        bytes32 slot = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
        address implementation = address(uint160(uint256(vm.load(address(next), slot))));
        UUPSUpgradeable(address(clearing)).upgradeToAndCall(implementation, "");
        assertEq(keccak256(abi.encode(clearing.seriesOf(id))), series);
        assertEq(keccak256(abi.encode(clearing.accountOf(id, alice), clearing.standingOf(id, alice))), account);
        _buy(bob, alice, 10, 2_310);
        _assertBooks();
    }
}
