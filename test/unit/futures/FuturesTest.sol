// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Test} from "forge-std/Test.sol";

import {FuturesClearing} from "../../../contracts/futures/FuturesClearing.sol";
import {FuturesDefaults} from "../../../contracts/futures/FuturesDefaults.sol";
import {FuturesDesk} from "../../../contracts/futures/FuturesDesk.sol";
import {FuturesSettlement} from "../../../contracts/futures/FuturesSettlement.sol";
import {
    Phase,
    Position,
    Series,
    SeriesDates,
    SeriesTerms,
    State,
    TokenTerms
} from "../../../contracts/futures/FuturesTypes.sol";
import {IFutures} from "../../../contracts/futures/interfaces/IFutures.sol";
import {IFuturesDesk} from "../../../contracts/futures/interfaces/IFuturesDesk.sol";
import {IFuturesEvents} from "../../../contracts/futures/interfaces/IFuturesEvents.sol";
import {IFuturesSettlement} from "../../../contracts/futures/interfaces/IFuturesSettlement.sol";
import {IFuturesVenues, Fill, Taker} from "../../../contracts/futures/interfaces/IFuturesVenues.sol";
import {HostileToken, TokenDouble} from "../collateral/doubles/Tokens.sol";
import {IndexDouble} from "./doubles/IndexDouble.sol";
import {VenueDouble} from "./doubles/VenueDouble.sol";

/// The clearing behind its proxy, over an index that tests set, with one token and one series in trading: the index at 2,500 ticks of
/// 1e15, so that a lot is 2.5 tokens; initial margin 20 %, maintenance 80 % of it, and a band of 5 %; fees of 1 and 5 bps. Four
/// users have 1,000,000 tokens each.
abstract contract FuturesTest is Test {
    uint64 internal constant RISK = 6;
    uint64 internal constant GUARDIAN = 7;
    uint64 internal constant ARBITER = 8;
    uint32 internal constant START = 1_000_003;
    uint32 internal constant DAY = 2_880;
    uint32 internal constant INDEX_ID = 1;
    uint256 internal constant TICK = 1e15;
    uint256 internal constant PRICE = 2_500;
    uint256 internal constant LOT = PRICE * TICK;
    uint256 internal constant WEALTH = 1_000_000e18;

    AccessManager internal manager;
    IFutures internal clearing;
    IndexDouble internal indices;
    VenueDouble internal venue;
    TokenDouble internal usd;
    HostileToken internal odd;
    address internal treasury = makeAddr("treasury");
    address internal risk = makeAddr("risk");
    address internal guardian = makeAddr("guardian");
    address internal arbiter = makeAddr("arbiter");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal carol = makeAddr("carol");
    address internal dave = makeAddr("dave");
    bytes32 internal id;
    SeriesDates internal dates;

    function setUp() public virtual {
        vm.roll(START);
        vm.warp(1_800_000_000);
        manager = new AccessManager(address(this));
        (indices, usd, odd) = (new IndexDouble(), new TokenDouble(18), new HostileToken());
        clearing = _deploy(indices, address(manager), treasury);
        venue = new VenueDouble(IFuturesVenues(address(clearing)));
        _grant();
        vm.startPrank(risk);
        clearing.setToken(address(usd), _tokenTerms());
        clearing.setToken(address(odd), _tokenTerms());
        clearing.setVenue(address(venue), true);
        vm.stopPrank();
        _observe(PRICE);
        dates = SeriesDates({
            token: address(usd),
            indexId: INDEX_ID,
            tickValue: uint96(TICK),
            tradingStart: START + 100,
            tradingEnd: START + 10 * DAY,
            expiry: START + 11 * DAY,
            deliveryStart: START + 12 * DAY
        });
        id = _list(dates);
        address[4] memory users = [alice, bob, carol, dave];
        for (uint256 i; i < users.length; ++i) _enrich(users[i]);
        _to(START + 100);
    }

    function _deploy(IndexDouble indices_, address manager_, address treasury_) internal returns (IFutures) {
        address settlement = address(new FuturesSettlement(indices_));
        address defaults = address(new FuturesDefaults(indices_, settlement));
        address desk = address(new FuturesDesk(indices_, defaults));
        address implementation = address(new FuturesClearing(indices_, desk));
        bytes memory call = abi.encodeCall(FuturesClearing.initialize, (manager_, treasury_));
        return IFutures(address(new ERC1967Proxy(implementation, call)));
    }

    function _grant() internal {
        bytes4[] memory selectors = new bytes4[](4);
        selectors[0] = IFuturesDesk.list.selector;
        selectors[1] = IFuturesDesk.setSeriesTerms.selector;
        selectors[2] = IFuturesDesk.setToken.selector;
        selectors[3] = IFuturesDesk.setVenue.selector;
        manager.setTargetFunctionRole(address(clearing), selectors, RISK);
        manager.grantRole(RISK, risk, 0);
        selectors = new bytes4[](1);
        selectors[0] = IFuturesDesk.halt.selector;
        manager.setTargetFunctionRole(address(clearing), selectors, GUARDIAN);
        manager.grantRole(GUARDIAN, guardian, 0);
        selectors[0] = IFuturesSettlement.arbitrate.selector;
        manager.setTargetFunctionRole(address(clearing), selectors, ARBITER);
        manager.grantRole(ARBITER, arbiter, 0);
    }

    function _tokenTerms() internal pure returns (TokenTerms memory) {
        return TokenTerms(1, 5, 100_000e18, 500e18, 1e18);
    }

    function _terms() internal pure returns (SeriesTerms memory t) {
        t.capLots = 1_000_000;
        t.positionCap = 200_000;
        t.imBps = 2_000;
        t.mmShareBps = 8_000;
        t.minMargin = 1e18;
        t.oiSlopeBps = 0;
        t.concFromBps = 2_000;
        t.concBps = 1_000;
        t.bandBps = 500;
        t.dustLots = 15;
        t.insuranceCap = 50_000e18;
    }

    function _list(SeriesDates memory d) internal returns (bytes32) {
        vm.prank(risk);
        return clearing.list(d, _terms());
    }

    function _enrich(address user) internal {
        usd.mint(user, WEALTH);
        odd.mint(user, WEALTH);
        vm.startPrank(user);
        usd.approve(address(clearing), type(uint256).max);
        odd.approve(address(clearing), type(uint256).max);
        clearing.deposit(address(usd), WEALTH, user);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- time and index

    function _to(uint256 epoch) internal {
        vm.warp(block.timestamp + 30 * (epoch - block.number));
        vm.roll(epoch);
    }

    function _forward(uint256 epochs) internal {
        _to(vm.getBlockNumber() + epochs);
    }

    /// The index is observed at a price, now.
    function _observe(uint256 ticks) internal {
        indices.set(ticks);
        indices.observe(INDEX_ID);
    }

    /// The index goes to a price, and so does the mark, whose average of prices is held in the band of 5 %.
    function _move(uint256 ticks) internal {
        _forward(10);
        indices.set(ticks);
        clearing.refresh(id);
    }

    /// To an epoch, with an observation at the same price every 200 epochs.
    function _hold(uint256 epoch, uint256 ticks) internal {
        while (vm.getBlockNumber() + 200 < epoch) {
            _forward(200);
            _observe(ticks);
        }
        _to(epoch);
    }

    // ---------------------------------------------------------------- users

    function _fill(address maker, uint64 lots, uint256 ticks) internal pure returns (Fill memory) {
        return Fill(maker, lots, uint32(ticks), 10, false);
    }

    function _fills(Fill memory f) internal pure returns (Fill[] memory fills) {
        fills = new Fill[](1);
        fills[0] = f;
    }

    function _taker(address account, bool buys) internal pure returns (Taker memory) {
        return Taker(account, buys, false, 50);
    }

    function _buy(address buyer, address seller, uint64 lots, uint256 ticks) internal {
        venue.trade(id, _taker(buyer, true), _fills(_fill(seller, lots, ticks)));
    }

    function _allocate(address user, uint256 amount) internal {
        vm.prank(user);
        clearing.allocate(id, amount);
    }

    function _free(address user) internal view returns (uint256) {
        return clearing.freeOf(address(usd), user);
    }

    function _cash(address user) internal view returns (int256) {
        return clearing.accountOf(id, user).cash;
    }

    function _size(address user) internal view returns (int256) {
        return clearing.accountOf(id, user).size;
    }

    function _mark() internal view returns (uint256 ticks) {
        (ticks, ) = clearing.markOf(id);
    }

    function _insurance() internal view returns (uint256) {
        return clearing.tokenOf(address(usd)).money.insurance;
    }

    function _fees() internal view returns (uint256) {
        return clearing.tokenOf(address(usd)).money.fees;
    }

    function _deficit() internal view returns (uint256) {
        return clearing.seriesOf(id).funds.deficit;
    }

    /// FU-1, FU-2 and FU-3 for the users above. Once the price is final positions are cash at that price.
    function _assertBooks() internal view {
        address[6] memory users = [address(0), address(this), alice, bob, carol, dave];
        Series memory s = clearing.seriesOf(id);
        int256 sizes;
        int256 cash;
        uint256 longs;
        uint256 free;
        for (uint256 i; i < users.length; ++i) {
            Position memory a = clearing.accountOf(id, users[i]);
            sizes += a.size;
            if (a.size > 0) longs += uint256(int256(a.size));
            cash += a.cash + int256(uint256(clearing.pendingOf(id, users[i]).amount));
            cash += int256(a.size) * int256(s.status.finalTicks * TICK);
            free += clearing.freeOf(address(usd), users[i]);
        }
        if (s.status.phase != Phase.Final) {
            assertEq(sizes, 0, "FU-1 sizes");
            assertEq(s.status.oi, longs, "FU-1 open interest");
        }
        assertEq(cash, int256(uint256(s.funds.cash) + s.funds.deficit), "FU-3 cash");
        assertEq(
            usd.balanceOf(address(clearing)),
            free + s.funds.cash + _insurance() + _fees() + (s.status.phase == Phase.Disputed ? s.proposal.bond : 0),
            "FU-2 balance"
        );
    }

    function _expect(bytes memory error) internal {
        vm.expectRevert(error);
    }

    function _wrongState(State state) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IFuturesEvents.FuturesClearing_WrongState.selector, id, state);
    }
}
