// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CommonBase} from "forge-std/Base.sol";
import {StdAssertions} from "forge-std/StdAssertions.sol";
import {StdUtils} from "forge-std/StdUtils.sol";

import {
    Phase,
    Position,
    Proposal,
    Series,
    SeriesDates,
    SeriesTerms,
    Standing,
    State,
    TokenCover,
    TokenTerms
} from "../../../contracts/futures/FuturesTypes.sol";
import {IFutures} from "../../../contracts/futures/interfaces/IFutures.sol";
import {Fill, Skip, Taker} from "../../../contracts/futures/interfaces/IFuturesVenues.sol";
import {CampaignCounter} from "../../helpers/CampaignCounter.sol";
import {TokenDouble} from "../../unit/collateral/doubles/Tokens.sol";
import {IndexDouble} from "../../unit/futures/doubles/IndexDouble.sol";
import {VenueDouble} from "../../unit/futures/doubles/VenueDouble.sol";

/// @title Five users, two series, and everything that can be done with them
/// @notice Each action may be refused; what happened is counted. Two series of one token run at a time, a new one is listed for each that
/// everybody has left. What must hold of a single action is asserted here, what must hold at any time in FuturesInvariants.
contract FuturesHandler is CampaignCounter, CommonBase, StdAssertions, StdUtils {
    uint256 private constant DAY = 2_880;
    uint256 private constant TICK = 1e15;
    uint256 private constant FIRST_INDEX = 2_500;

    IFutures private _clearing;
    IndexDouble private _indices;
    VenueDouble private _venue;
    TokenDouble private _usd;
    address private _risk;
    address private _guardian;
    address private _arbiter;

    bytes32[2] public ids;
    address[5] public users;
    uint256 private _listed;
    uint256 private _ticks = FIRST_INDEX;

    /// What a series was before an action.
    struct Before {
        uint256 cash;
        uint256 deficit;
        uint32 finalTicks;
    }
    Before[2] private _before;

    constructor(IFutures clearing, IndexDouble indices, VenueDouble venue, TokenDouble usd, address[3] memory roles) {
        (_clearing, _indices, _venue, _usd) = (clearing, indices, venue, usd);
        (_risk, _guardian, _arbiter) = (roles[0], roles[1], roles[2]);
        for (uint160 i; i < 5; ++i) users[i] = address(0xF07000 + i);
        bytes32[29] memory expected = [
            bytes32("deposit"),
            "withdraw",
            "allocate",
            "release",
            "release in two steps",
            "completeRelease",
            "trade",
            "trade that increases",
            "fill skipped",
            "fund",
            "recapitalise",
            "cover",
            "collectFees",
            "halt",
            "flag",
            "unflag",
            "unflag below initial margin",
            "liquidate",
            "writeOff",
            "take",
            "propose",
            "dispute",
            "arbitrate",
            "finalise",
            "resolve",
            "claim",
            "relist",
            "state:Deficit",
            "state:Storm"
        ];
        for (uint256 i; i < expected.length; ++i) _expect(expected[i]);
    }

    /// @notice Users get money, and the first two series are listed.
    function begin() external {
        for (uint256 i; i < 5; ++i) {
            vm.startPrank(users[i]);
            _usd.approve(address(_clearing), type(uint256).max);
            _usd.mint(users[i], 100_000e18);
            _clearing.deposit(address(_usd), 50_000e18, users[i]);
            vm.stopPrank();
        }
        vm.prank(_risk);
        _clearing.setToken(address(_usd), TokenTerms(1, 5, 5_000e18, 500e18, 0.05e18));
        for (uint256 i; i < 2; ++i) _relist(i);
    }

    function selectors() external pure returns (bytes4[] memory list) {
        list = new bytes4[](24);
        list[0] = this.deposit.selector;
        list[1] = this.withdraw.selector;
        list[2] = this.allocate.selector;
        list[3] = this.release.selector;
        list[4] = this.completeRelease.selector;
        list[5] = this.trade.selector;
        list[6] = this.trade.selector;
        list[7] = this.trade.selector;
        list[8] = this.move.selector;
        list[9] = this.move.selector;
        list[10] = this.crash.selector;
        list[11] = this.fund.selector;
        list[12] = this.recapitalise.selector;
        list[13] = this.halt.selector;
        list[14] = this.flag.selector;
        list[15] = this.liquidate.selector;
        list[16] = this.writeOff.selector;
        list[17] = this.take.selector;
        list[18] = this.settle.selector;
        list[19] = this.settle.selector;
        list[20] = this.resolve.selector;
        list[21] = this.claim.selector;
        list[22] = this.cover.selector;
        list[23] = this.flag.selector;
    }

    // ---------------------------------------------------------------- one action

    /// FU-4, FU-5 and FU-8 of one action on a series.
    modifier step(uint256 series) {
        for (uint256 i; i < 2; ++i) {
            Series memory s = _clearing.seriesOf(ids[i]);
            _before[i] = Before(s.funds.cash, s.funds.deficit, s.status.finalTicks);
        }
        _;
        for (uint256 i; i < 2; ++i) {
            Series memory s = _clearing.seriesOf(ids[i]);
            if (i != series % 2) assertEq(s.funds.cash, _before[i].cash, "FU-4: another series' cash");
            if (i != series % 2) assertEq(s.funds.deficit, _before[i].deficit, "FU-4: another series' deficit");
            _checkPrice(s, _before[i].finalTicks);
            if (s.funds.deficit != 0) _count("state:Deficit");
            if (s.status.stormUntil > block.number) _count("state:Storm");
        }
    }

    function _checkPrice(Series memory s, uint32 before) private pure {
        if (before != 0) assertEq(s.status.finalTicks, before, "FU-8: written once");
        if (s.status.phase != Phase.Final) return;
        (uint256 f, uint256 proposed) = (s.status.finalTicks, s.proposal.ticks);
        assertGt(f, 0, "FU-8: a price");
        if (s.dispute.challenger == address(0)) assertEq(f, proposed, "FU-8: nobody disputed it");
        else assertTrue(f == proposed || _isNearFallback(s.proposal, f), "FU-8: within half of the fallback");
    }

    function _isNearFallback(Proposal memory p, uint256 ticks) private pure returns (bool) {
        return _distance(ticks, p.fallbackTicks) * 10_000 <= 5_000 * uint256(p.fallbackTicks);
    }

    function _distance(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a - b : b - a;
    }

    /// A call that may be refused, but not by a panic.
    function _try(address from, address to, bytes memory data) private returns (bool ok) {
        bytes memory answer;
        vm.prank(from);
        (ok, answer) = to.call(data);
        if (!ok) assertFalse(bytes4(answer) == bytes4(keccak256("Panic(uint256)")), "no panic");
    }

    function _do(address from, bytes32 name, bytes memory data) private returns (bool ok) {
        ok = _try(from, address(_clearing), data);
        if (ok) _count(name);
    }

    /// The same, of what must not add to a deficit.
    function _doWithoutLoss(uint256 series, address from, bytes32 name, bytes memory data) private returns (bool ok) {
        ok = _do(from, name, data);
        assertLe(
            _clearing.seriesOf(ids[series % 2]).funds.deficit,
            _before[series % 2].deficit,
            "FU-5: no loss, no deficit"
        );
    }

    function _user(uint256 seed) private view returns (address) {
        return users[seed % 5];
    }

    // ---------------------------------------------------------------- money

    function deposit(uint256 seed, uint256 amount) external step(seed) {
        amount = bound(amount, 0, 20_000e18);
        _usd.mint(_user(seed), amount);
        bytes memory data = abi.encodeCall(_clearing.deposit, (address(_usd), amount, _user(seed >> 8)));
        _doWithoutLoss(seed, _user(seed), "deposit", data);
    }

    function withdraw(uint256 seed, uint256 amount) external step(seed) {
        amount = bound(amount, 0, _clearing.freeOf(address(_usd), _user(seed)) + 1);
        bytes memory data = abi.encodeCall(_clearing.withdraw, (address(_usd), amount / 2, _user(seed)));
        _doWithoutLoss(seed, _user(seed), "withdraw", data);
        if (seed % 4 == 0) {
            data = abi.encodeCall(_clearing.collectFees, (address(_usd)));
            _do(_user(seed), "collectFees", data);
        }
    }

    function allocate(uint256 seed, uint256 amount) external step(seed) {
        amount = bound(amount, 0, _clearing.freeOf(address(_usd), _user(seed >> 8)) / 2);
        bytes memory data = abi.encodeCall(_clearing.allocate, (ids[seed % 2], amount));
        _doWithoutLoss(seed, _user(seed >> 8), "allocate", data);
    }

    function release(uint256 seed, uint256 amount) external step(seed) {
        address user = _user(seed >> 8);
        bytes32 id = ids[seed % 2];
        Standing memory s = _clearing.standingOf(id, user);
        int256 most = s.equity - int256(s.initialMargin);
        if (most <= 0) return;
        uint256 pending = _clearing.pendingOf(id, user).amount;
        bytes memory data = abi.encodeCall(_clearing.release, (id, bound(amount, 1, uint256(most))));
        if (!_doWithoutLoss(seed, user, "release", data)) return;
        if (_clearing.pendingOf(id, user).amount > pending) _count("release in two steps");
        _checkMargin(id, user);
    }

    function completeRelease(uint256 seed) external step(seed) {
        for (uint256 i; i < 5; ++i) {
            bytes memory data = abi.encodeCall(_clearing.completeRelease, (ids[seed % 2], users[i]));
            _doWithoutLoss(seed, _user(seed >> 8), "completeRelease", data);
        }
    }

    function fund(uint256 seed, uint256 amount) external step(seed) {
        bytes memory data = abi.encodeCall(_clearing.fund, (address(_usd), bound(amount, 0, 300e18)));
        _doWithoutLoss(seed, _user(seed), "fund", data);
    }

    function recapitalise(uint256 seed, uint256 amount) external step(seed) {
        bytes memory data = abi.encodeCall(_clearing.recapitalise, (ids[seed % 2], bound(amount, 1, 1_000e18)));
        _doWithoutLoss(seed, _user(seed >> 8), "recapitalise", data);
    }

    /// What insurance pays is what is missing no more, within its caps.
    function cover(uint256 seed) external step(seed) {
        bytes32 id = ids[seed % 2];
        uint256 insurance = _clearing.tokenOf(address(_usd)).money.insurance;
        if (!_do(_user(seed >> 8), "cover", abi.encodeCall(_clearing.cover, (id)))) return;
        uint256 paid = insurance - _clearing.tokenOf(address(_usd)).money.insurance;
        Series memory s = _clearing.seriesOf(id);
        assertGt(paid, 0, "nothing is refused");
        assertEq(s.funds.deficit + paid, _before[seed % 2].deficit, "FU-3: deficit");
        assertEq(s.funds.cash, _before[seed % 2].cash + paid, "FU-3: cash");
        assertLe(s.cover.used, s.cover.cap, "cap of the series");
        TokenCover memory daily = _clearing.tokenOf(address(_usd)).cover;
        assertLe(daily.usedToday, daily.dailyCap, "cap of the day");
    }

    // ---------------------------------------------------------------- trades

    function trade(uint256 seed, uint64 lots, uint256 offset) external step(seed) {
        bytes32 id = ids[seed % 2];
        (uint256 mark, ) = _clearing.markOf(id);
        Fill[] memory fills = new Fill[](1 + ((seed >> 8) % 3));
        for (uint256 i; i < fills.length; ++i) {
            uint256 ticks = (mark * bound(uint256(keccak256(abi.encode(offset, i))), 955, 1_045)) / 1_000;
            address maker = _user((seed >> 16) + i);
            fills[i] = Fill(maker, uint64(bound(lots, 0, 4_000)), uint32(ticks), 10, seed & 4 == 0 && i == 0);
        }
        _tradeOf(seed, id, Taker(_user((seed >> 24) + 1), (seed >> 32) % 2 == 0, false, 50), fills);
    }

    function _tradeOf(uint256 seed, bytes32 id, Taker memory taker, Fill[] memory fills) private {
        int256[5] memory sizes;
        for (uint256 i; i < 5; ++i) sizes[i] = _clearing.accountOf(id, users[i]).size;
        vm.prank(taker.account);
        try _venue.trade(id, taker, fills) returns (Skip[] memory skips) {
            _count("trade");
            for (uint256 i; i < skips.length; ++i) if (skips[i] != Skip.None) _count("fill skipped");
        } catch (bytes memory answer) {
            assertFalse(bytes4(answer) == bytes4(keccak256("Panic(uint256)")), "no panic");
            return;
        }
        assertLe(_clearing.seriesOf(id).funds.deficit, _before[seed % 2].deficit, "FU-5: no loss, no deficit");
        for (uint256 i; i < 5; ++i) {
            if (!_grew(sizes[i], _clearing.accountOf(id, users[i]).size)) continue;
            _count("trade that increases");
            // Where open interest costs margin, a later fill of the same trade can raise an earlier maker's.
            if (seed % 2 == 0 || fills.length == 1) _checkMargin(id, users[i]);
        }
    }

    function _grew(int256 before, int256 size) private pure returns (bool) {
        if ((before < 0 && size > 0) || (before > 0 && size < 0)) return true;
        return size * size > before * before;
    }

    function _checkMargin(bytes32 id, address user) private view {
        Standing memory s = _clearing.standingOf(id, user);
        assertGe(s.equity, int256(s.initialMargin), "FU-5: initial margin");
    }

    // ---------------------------------------------------------------- time and price

    function move(uint256 epochs, uint256 change) external step(change) {
        _pass(bound(epochs, 1, 230), bound(change, 940, 1_065));
        _clearing.refresh(ids[change % 2]);
    }

    /// A jump that takes margins away.
    function crash(uint256 seed) external step(seed) {
        if (seed % 3 == 0) return;
        _pass(10, seed % 2 == 0 ? 700 : 1_400);
        _clearing.refresh(ids[seed % 2]);
        _flagAll(seed);
        if ((seed >> 8) % 3 == 0) _writeOffAll(seed);
        if ((seed >> 8) % 3 == 1) _liquidateAll(seed, (seed >> 16) % 3_000);
    }

    function _pass(uint256 epochs, uint256 change) private {
        vm.roll(vm.getBlockNumber() + epochs);
        vm.warp(vm.getBlockTimestamp() + 30 * epochs);
        _ticks = bound((_ticks * change) / 1_000, 500, 12_000);
        _indices.set(_ticks);
        _indices.observe(1);
    }

    function halt(uint256 seed) external step(seed) {
        if (seed % 3 != 0) return;
        _do(_guardian, "halt", abi.encodeCall(_clearing.halt, (ids[seed % 2], block.number + ((seed >> 8) % 200))));
    }

    // ---------------------------------------------------------------- liquidation and default

    function flag(uint256 seed) external step(seed) {
        _flagAll(seed);
    }

    function _flagAll(uint256 seed) private {
        bytes32 id = ids[seed % 2];
        _clearing.refresh(id);
        for (uint256 i; i < 5; ++i) {
            if (_clearing.accountOf(id, users[i]).flaggedAt != 0) {
                _unflag(seed, id, users[i], i % 2 == 0);
                continue;
            }
            Standing memory s = _clearing.standingOf(id, users[i]);
            bytes memory data = abi.encodeCall(_clearing.flag, (id, users[i]));
            bool ok = _doWithoutLoss(seed, address(this), "flag", data);
            if (ok) assertLt(s.equity, int256(s.maintenanceMargin), "nobody sound is flagged");
        }
    }

    /// Some put in just what they lack for the maintenance margin.
    function _unflag(uint256 seed, bytes32 id, address user, bool rescued) private {
        Standing memory s = _clearing.standingOf(id, user);
        int256 lacking = int256(s.maintenanceMargin) - s.equity;
        if (rescued && lacking > 0) {
            _try(user, address(_clearing), abi.encodeCall(_clearing.allocate, (id, uint256(lacking))));
        }
        s = _clearing.standingOf(id, user);
        bool ok = _doWithoutLoss(seed, address(this), "unflag", abi.encodeCall(_clearing.unflag, (id, user)));
        State state = _clearing.stateOf(id);
        if (state != State.Trading && state != State.CloseOnly) return;
        (, bool fresh) = _clearing.markOf(id);
        if (fresh) assertEq(ok, s.equity >= int256(s.maintenanceMargin), "who has recovered has no flag");
        if (ok && s.equity < int256(s.initialMargin)) _count("unflag below initial margin");
    }

    function liquidate(uint256 seed, uint256 lots) external step(seed) {
        _liquidateAll(seed, bound(lots, 0, 5_000));
    }

    function _liquidateAll(uint256 seed, uint256 lots) private {
        bytes32 id = ids[seed % 2];
        address caller = _user(seed >> 8);
        _clearing.refresh(id);
        for (uint256 i; i < 5; ++i) {
            int256 equity = _clearing.standingOf(id, users[i]).equity;
            uint256 deficit = _clearing.seriesOf(id).funds.deficit;
            bytes memory data = abi.encodeCall(_clearing.liquidate, (id, users[i], lots));
            if (!_do(caller, "liquidate", data) || equity < 0) continue;
            assertGe(_clearing.standingOf(id, users[i]).equity, 0, "FU-5: what is liquidated owes nothing");
            assertLe(_clearing.seriesOf(id).funds.deficit, deficit, "FU-5: no loss, no deficit");
        }
    }

    function writeOff(uint256 seed) external step(seed) {
        _writeOffAll(seed);
    }

    function _writeOffAll(uint256 seed) private {
        bytes32 id = ids[seed % 2];
        for (uint256 i; i < 5; ++i) {
            _do(_user(seed >> 8), "writeOff", abi.encodeCall(_clearing.writeOff, (id, users[i])));
        }
    }

    function take(uint256 seed, uint256 lots) external step(seed) {
        bytes memory data = abi.encodeCall(_clearing.take, (ids[seed % 2], bound(lots, 1, 5_000)));
        _doWithoutLoss(seed, _user(seed >> 8), "take", data);
    }

    // ---------------------------------------------------------------- settlement

    /// Now and then a series comes to its end, and goes a step further at each call.
    function settle(uint256 seed) external step(seed) {
        bytes32 id = ids[seed % 2];
        State state = _clearing.stateOf(id);
        address who = _user(seed >> 8);
        if (state == State.Trading || state == State.CloseOnly) {
            if ((seed >> 16) % 5 == 0) _jump(_clearing.seriesOf(id).limits.expiry, seed);
        } else if (state == State.Expired) {
            if (_doWithoutLoss(seed, who, "propose", abi.encodeCall(_clearing.propose, (id)))) return;
            _jump(_clearing.seriesOf(id).limits.expiry + DAY, seed);
        } else if (state == State.Proposed) {
            _proposed(seed, id, who);
        } else if (state == State.Disputed) {
            _disputed(seed, id, who);
        } else if (state == State.Final && seed % 3 == 0) {
            _pass(DAY, 1_000);
        }
    }

    function _proposed(uint256 seed, bytes32 id, address who) private {
        Proposal memory p = _clearing.seriesOf(id).proposal;
        if ((seed >> 16) % 2 == 0) {
            uint32 ticks = uint32((p.fallbackTicks * (60 + ((seed >> 24) % 80))) / 100);
            _doWithoutLoss(seed, who, "dispute", abi.encodeCall(_clearing.dispute, (id, ticks)));
            return;
        }
        _jump(p.at + DAY, seed);
        _do(who, "finalise", abi.encodeCall(_clearing.finalise, (id)));
    }

    function _disputed(uint256 seed, bytes32 id, address who) private {
        if ((seed >> 16) % 3 != 0) {
            _decide(id, _arbiter, "arbitrate", abi.encodeCall(_clearing.arbitrate, (id, _choice(id, seed >> 24))));
            return;
        }
        _jump(_clearing.seriesOf(id).dispute.at + 3 * DAY, seed);
        _decide(id, who, "finalise", abi.encodeCall(_clearing.finalise, (id)));
    }

    /// Any price from nothing to a little beyond what the arbiter may choose, the edges, or one of those that stand there.
    function _choice(bytes32 id, uint256 seed) private view returns (uint32) {
        Series memory s = _clearing.seriesOf(id);
        Proposal memory p = s.proposal;
        if (seed % 8 == 0) return p.ticks;
        if (seed % 8 == 1) return s.dispute.ticks;
        if (seed % 8 == 2) return p.fallbackTicks - p.fallbackTicks / 2;
        if (seed % 8 == 3) return p.fallbackTicks + p.fallbackTicks / 2;
        return uint32((((seed >> 3) % 1_600) * p.fallbackTicks) / 1_000);
    }

    /// The end of a dispute: the bond follows the price.
    function _decide(bytes32 id, address from, bytes32 name, bytes memory data) private {
        Series memory s = _clearing.seriesOf(id);
        uint256 free = _clearing.freeOf(address(_usd), s.dispute.challenger);
        if (!_do(from, name, data)) return;
        uint256 f = _clearing.seriesOf(id).status.finalTicks;
        bool nearer = _distance(f, s.dispute.ticks) < _distance(f, s.proposal.ticks);
        free += nearer ? s.proposal.bond : 0;
        assertEq(_clearing.freeOf(address(_usd), s.dispute.challenger), free, "FU-8: the bond follows the price");
    }

    /// To an epoch; on the way the feed answers every 200 epochs, or is silent.
    function _jump(uint256 epoch, uint256 seed) private {
        bool silent = (seed >> 40) % 4 == 0;
        if (!silent && epoch > vm.getBlockNumber() + 8_000) _pass(epoch - 8_000 - vm.getBlockNumber(), 1_000);
        while (!silent && vm.getBlockNumber() + 200 < epoch) _pass(200, 985 + ((seed >> 48) % 30));
        if (epoch > vm.getBlockNumber()) _pass(epoch - vm.getBlockNumber(), 1_000);
    }

    function resolve(uint256 seed) external step(seed) {
        address[] memory some = new address[](1 + ((seed >> 16) % 5));
        for (uint256 i; i < some.length; ++i) some[i] = _user((seed >> 24) + i);
        _do(_user(seed >> 8), "resolve", abi.encodeCall(_clearing.resolve, (ids[seed % 2], some)));
    }

    function claim(uint256 seed) external step(seed) {
        _claimAll(seed, false);
        if (_isEmpty(ids[seed % 2])) _relist(seed % 2);
    }

    function _claimAll(uint256 seed, bool all) private {
        bytes32 id = ids[seed % 2];
        for (uint256 i; i < 5; ++i) {
            address user = _user((seed >> 8) + i);
            if (all || (seed >> (16 + i)) % 2 == 0) {
                _do(address(this), "claim", abi.encodeCall(_clearing.claim, (id, user)));
            }
        }
        _try(address(this), address(_clearing), abi.encodeCall(_clearing.claim, (id, address(0))));
    }

    /// Closed, and nobody has anything in it.
    function _isEmpty(bytes32 id) private view returns (bool) {
        if (_clearing.stateOf(id) != State.Closed) return false;
        for (uint256 i; i < 5; ++i) {
            Position memory p = _clearing.accountOf(id, users[i]);
            if (p.size != 0 || p.cash != 0 || _clearing.pendingOf(id, users[i]).amount != 0) return false;
        }
        return _clearing.accountOf(id, address(0)).cash == 0;
    }

    // ---------------------------------------------------------------- series

    function _relist(uint256 i) private {
        if (ids[i] != 0) {
            assertLe(_clearing.seriesOf(ids[i]).funds.cash, 20, "FU-9: all but rounding is paid");
            _count("relist");
            _before[i] = Before(0, 0, 0);
        }
        _indices.observe(1);
        uint32 present = uint32(vm.getBlockNumber());
        SeriesDates memory d = SeriesDates({
            token: address(_usd),
            indexId: 1,
            tickValue: uint96(TICK),
            tradingStart: present,
            tradingEnd: present + 20_000,
            expiry: present + 23_000,
            deliveryStart: present + 23_000 + uint32(++_listed)
        });
        vm.prank(_risk);
        ids[i] = _clearing.list(d, _terms(i));
    }

    function _terms(uint256 i) private pure returns (SeriesTerms memory t) {
        t.capLots = 40_000;
        t.positionCap = 20_000;
        t.imBps = i == 0 ? 1_500 : 3_000;
        t.mmShareBps = 8_000;
        t.minMargin = 10e18;
        t.oiSlopeBps = i == 0 ? 0 : 5_000;
        t.concFromBps = 1_000;
        t.concBps = 500;
        t.bandBps = i == 0 ? 400 : 900;
        t.dustLots = 10;
        t.insuranceCap = 2_000e18;
    }

    // ---------------------------------------------------------------- the end

    /// @notice Brings a series to its end by time and anyone's calls alone, without paying claims.
    function finish(uint256 i) external {
        bytes32 id = ids[i];
        for (uint256 n; _clearing.stateOf(id) != State.Closed; ++n) {
            assertLt(n, 8, "FU-8: every series comes to its end");
            State state = _clearing.stateOf(id);
            Series memory s = _clearing.seriesOf(id);
            if (state == State.Trading || state == State.CloseOnly) _pass(s.limits.expiry - block.number, 1_000);
            if (state == State.Expired) {
                if (block.number < s.limits.expiry + DAY) _pass(s.limits.expiry + DAY - block.number, 1_000);
                _clearing.propose(id);
            }
            if (state == State.Proposed) _finalise(id, s.proposal.at + DAY);
            if (state == State.Disputed) _finalise(id, s.dispute.at + 3 * DAY);
            if (state == State.Final) _pass(DAY, 1_000);
        }
        address[] memory all = new address[](5);
        for (uint256 k; k < 5; ++k) all[k] = users[k];
        _clearing.resolve(id, all);
    }

    function _finalise(bytes32 id, uint256 epoch) private {
        if (block.number < epoch) _pass(epoch - vm.getBlockNumber(), 1_000);
        _clearing.finalise(id);
    }

    /// @notice Claims of all users in an order; what each was paid.
    function claimsInOrder(uint256 i, bool backwards) external returns (uint256[5] memory paid) {
        for (uint256 k; k < 5; ++k) {
            uint256 n = backwards ? 4 - k : k;
            Position memory p = _clearing.accountOf(ids[i], users[n]);
            if (p.cash == 0 && _clearing.pendingOf(ids[i], users[n]).amount == 0) continue;
            paid[n] = _clearing.claim(ids[i], users[n]);
        }
    }
}
