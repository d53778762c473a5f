// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Funds, Limits, Margins, MarkRecord} from "../../../contracts/futures/FuturesTypes.sol";
import {FuturesMath} from "../../../contracts/futures/libraries/FuturesMath.sol";

/// What the arithmetic promises, over all that the bounds of parameters allow.
contract FuturesMathTest is Test {
    function _terms(uint256 seed) private pure returns (Limits memory limits, Margins memory margins) {
        limits.capLots = uint48(1 + (seed % 2 ** 40));
        limits.imBps = uint16(1_000 + ((seed >> 40) % 9_001));
        limits.bandBps = uint16(100 + ((seed >> 56) % 1_901));
        margins.minMargin = uint96(1 + ((seed >> 72) % 1e24));
        margins.mmShareBps = uint16(5_000 + ((seed >> 152) % 4_101));
        margins.oiSlopeBps = uint16((seed >> 168) % 20_001);
        margins.concFromBps = uint16(100 + ((seed >> 184) % 9_901));
        margins.concBps = uint16((seed >> 200) % 10_001);
        margins.dustLots = uint16(1 + ((seed >> 216) % 1_000));
    }

    /// A lot at a price, so that the cap's worth stays within bounds.
    function _perLot(Limits memory limits, uint256 seed) private pure returns (uint256) {
        uint256 tickValue = 1 + (seed % (2 ** 90 / uint256(limits.capLots)));
        if (tickValue > type(uint96).max) tickValue = type(uint96).max;
        return tickValue * (1 + ((seed >> 128) % type(uint32).max));
    }

    function testFuzz_Required_growsWithPositionAndInterest(uint256 seed, uint256 lots, uint256 oi) public pure {
        (Limits memory limits, Margins memory margins) = _terms(seed);
        uint256 perLot = _perLot(limits, uint256(keccak256(abi.encode(seed))));
        lots = bound(lots, 1, limits.capLots);
        oi = bound(oi, 0, limits.capLots);
        FuturesMath.Required memory r = FuturesMath.required(limits, margins, lots, perLot, oi);
        assertGe(r.initial, margins.minMargin);
        assertGe(r.initial, (lots * perLot * limits.imBps) / 10_000);
        assertLe(r.maintenance, r.initial, "whoever has the initial margin is not liquidated");
        FuturesMath.Required memory more = FuturesMath.required(limits, margins, lots + 1, perLot, oi);
        assertGe(more.initial, r.initial);
        assertGe(more.maintenance, r.maintenance);
        more = FuturesMath.required(limits, margins, lots, perLot, oi + 1);
        assertGe(more.initial, r.initial);
        assertEq(more.maintenance, r.maintenance, "others' trades liquidate nobody");
        r = FuturesMath.required(limits, margins, 0, perLot, oi);
        assertEq(r.initial + r.maintenance, 0);
    }

    /// F-07: all is in proportion to each unit, where no minimum counts and nothing is rounded.
    function testFuzz_F07_linearInEachUnit(uint32 lots, uint32 ticks, uint64 value, uint8 factor) public pure {
        uint256 n = FuturesMath.notional(lots, ticks, value);
        assertEq(FuturesMath.notional(uint256(lots) * factor, ticks, value), n * factor);
        assertEq(FuturesMath.notional(lots, uint256(ticks) * factor, value), n * factor);
        assertEq(FuturesMath.notional(lots, ticks, uint256(value) * factor), n * factor);
        int256 long = FuturesMath.equity(0, int256(uint256(lots)), ticks, value);
        assertEq(long, int256(n));
        assertEq(FuturesMath.equity(0, -int256(uint256(lots)), ticks, value), -int256(n), "zero sum");
    }

    function testFuzz_Sale_takesNoMoreThanThereIs(uint256 seed, uint256 lots, uint256 equity, uint256 age) public pure {
        (Limits memory limits, Margins memory margins) = _terms(seed);
        uint256 perLot = _perLot(limits, uint256(keccak256(abi.encode(seed))));
        lots = bound(lots, 1, limits.capLots);
        age = bound(age, 0, 180);
        equity = bound(equity, 0, lots * perLot);
        FuturesMath.Sale memory s = FuturesMath.sale(limits, margins, equity, lots, perLot, age);
        assertLe(s.most, lots);
        assertGe(s.most, 1);
        assertLe(lots * (s.discount + s.penalty), equity, "a liquidated account owes nothing");
        assertLe(s.penalty, perLot / 100);
        if (age >= 60) assertEq(s.discount, equity / lots);
        if (age == 0) assertLe(s.discount, perLot / 50);
        if (s.most == lots) return;
        assertGe(lots - s.most, margins.dustLots, "no dust");
        uint256 left = equity - s.most * (s.discount + s.penalty);
        uint256 target = ((perLot * limits.imBps) / 10_000) * 115;
        assertGe(left * 100, (lots - s.most) * target, "back at the buffer");
    }

    function testFuzz_Recovered_isAShareOfWhatIsThere(uint128 cash, uint128 deficit, uint256 amount) public pure {
        Funds memory funds = Funds(cash, deficit);
        amount = bound(amount, 0, uint256(cash) + deficit);
        uint256 paid = FuturesMath.recovered(amount, funds);
        assertLe(paid, amount);
        assertLe(paid, cash);
        assertLe(amount - paid, deficit);
        if (deficit == 0) assertEq(paid, amount);
    }

    function testFuzz_Ema_staysBetween(uint32 from, uint32 last, uint32 dt) public pure {
        uint256 ema = uint256(from) << 16;
        uint256 next = FuturesMath.emaAfter(ema, last, dt);
        uint256 target = uint256(last) << 16;
        if (target >= ema) assertTrue(next >= ema && next <= target);
        else assertTrue(next <= ema && next >= target);
        if (dt == 0) assertEq(next, ema);
        if (dt == 120) assertApproxEqAbs(next, (ema + target) / 2, 1, "half way");
    }

    function testFuzz_Mark_staysInTheBand(uint32 average, uint32 index, uint256 bandBps) public pure {
        bandBps = bound(bandBps, 100, 2_000);
        MarkRecord memory m;
        (m.ema, m.indexTicks) = (uint64(average) << 16, index);
        uint256 mark = FuturesMath.markTicks(m, bandBps);
        uint256 width = (uint256(index) * bandBps) / 10_000;
        assertGe(mark, 1);
        assertGe(mark + width, index);
        if (mark > 1) assertLe(mark, index + width);
        if (average >= 1 && average + width >= index && average <= index + width) assertEq(mark, average);
    }

    /// Section 11: with a maintenance margin of two and a half bands, who could not be liquidated at a mark within the band owes nothing at
    /// any other mark within it, be it long or short. Margins are the least allowed, and most averages lie beyond the band.
    function testFuzz_X14_theBandIsNoWayToDefault(uint256 seed, uint32[3] memory averages, uint32 index) public pure {
        (Limits memory limits, Margins memory margins) = _terms(uint256(keccak256(abi.encode(index, seed))));
        (margins.minMargin, margins.concBps) = (1, 0);
        uint256 least = 25_000 * uint256(limits.bandBps);
        limits.imBps = uint16((least + margins.mmShareBps - 1) / margins.mmShareBps);
        if (limits.imBps < 1_000) limits.imBps = 1_000;
        MarkRecord memory m;
        m.indexTicks = index == 0 ? 1 : index;
        uint256 near = (uint256(m.indexTicks) * averages[0]) / 2 ** 31; // at most twice the index
        m.ema = uint64(near) << 16;
        uint256 mark = FuturesMath.markTicks(m, limits.bandBps);
        m.ema = uint64((uint256(m.indexTicks) * averages[1]) / 2 ** 31) << 16;
        uint256 next = FuturesMath.markTicks(m, limits.bandBps);
        uint256 lots = 1 + (averages[2] % limits.capLots);
        uint256 tickValue = 1 + (uint256(keccak256(abi.encode(seed))) % (2 ** 90 / uint256(limits.capLots)));
        uint256 needed = FuturesMath.required(limits, margins, lots, mark * tickValue, 0).maintenance;
        assertLe(lots * FuturesMath.distance(mark, next) * tickValue, needed);
        assertLe(lots * FuturesMath.distance(mark, m.indexTicks) * tickValue, needed, "when the index takes over");
    }

    function testFuzz_Fee_isRoundedUp(uint128 amount, uint8 bps) public pure {
        uint256 fee = FuturesMath.feeUp(amount, bps);
        assertGe(fee * 10_000, uint256(amount) * bps);
        if (fee != 0) assertLt((fee - 1) * 10_000, uint256(amount) * bps);
    }
}
