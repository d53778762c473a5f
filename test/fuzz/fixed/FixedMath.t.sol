// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {EPOCHS_PER_YEAR} from "../../../contracts/libraries/Units.sol";
import {FixedRates} from "../../../contracts/loans/LoanTypes.sol";
import {DebtLine, FixedMath} from "../../../contracts/loans/libraries/FixedMath.sol";

/// @notice Lines against a model that books every epoch's interest one by one, in whole picos and without any rounding.
contract FixedMathFuzzTest is Test {
    uint256 private constant PICO = 1e12;
    uint256 private constant DAY = 2_880;
    /// More than all FIL, and ten times the interest that anyone pays.
    uint256 private constant MAX_AMOUNT = 2e27;
    uint256 private constant MAX_RATE = 9_512_938;
    uint256 private constant LOANS = 5;

    /// A loan as a bookkeeper writes it down.
    struct Model {
        uint256 owed; // exact, as of `epoch` [pico-attoFIL]
        uint256 principal; // [attoFIL]
        uint256 slope; // [pico-attoFIL per epoch]
    }

    Model[LOANS] private _models;
    DebtLine[LOANS] private _lines;
    DebtLine private _sum;
    uint256 private _epoch;

    // ---------------------------------------------------------------- one line

    function testFuzz_I2_line_isInterestAddedEpochByEpoch(
        uint256 amount,
        uint256 rate,
        uint256 start,
        uint256 n
    ) public pure {
        amount = bound(amount, 1, MAX_AMOUNT);
        rate = bound(rate, 1, 2_500_000); // 263 % a year
        start = bound(start, 1, 1 << 30); // a thousand years
        n = bound(n, 0, 300);
        DebtLine memory line = FixedMath.born(start, amount, amount, rate);
        uint256 exact = amount * PICO;
        for (uint256 i = 0; i < n; ++i) exact += amount * rate;
        assertEq(FixedMath.value(line, start + n), exact, "exact");
        assertEq(FixedMath.debtUp(line, start + n), (exact + PICO - 1) / PICO, "owes");
        assertEq(FixedMath.debtDown(line, start + n), exact / PICO, "has");
        // All FIL that there will ever be fits what a line is kept in.
        assertLe(line.slope, type(uint112).max);
        assertGe(line.offset, type(int144).min);
        assertLe(line.offset, type(int144).max);
    }

    /// A payment takes exactly its amount off the line, and the slope falls no faster than the principal.
    function testFuzz_line_paid(uint256 principal, uint256 rate, uint256 n, uint256 part) public pure {
        principal = bound(principal, 2, MAX_AMOUNT);
        rate = bound(rate, 1, MAX_RATE);
        n = bound(n, 0, 2_000_000);
        part = bound(part, 1, principal - 1);
        DebtLine memory line = FixedMath.born(7, principal, principal, rate);
        uint256 debt = FixedMath.debtUp(line, 7 + n);
        uint256 before = FixedMath.value(line, 7 + n);
        uint256 amount = debt - principal + part; // interest first
        DebtLine memory left = FixedMath.paid(line, 7 + n, amount, principal, principal - part);
        assertEq(FixedMath.value(left, 7 + n), before - amount * PICO, "value");
        assertEq(FixedMath.debtUp(left, 7 + n), principal - part, "debt is principal");
        assertEq(left.slope, (principal - part) * rate, "slope: one rate divides evenly");
    }

    function testFuzz_line_paidRoundsTheSlopeUp(uint256 slope, uint256 principal, uint256 left) public pure {
        principal = bound(principal, 2, MAX_AMOUNT);
        left = bound(left, 1, principal - 1);
        slope = bound(slope, 1, type(uint112).max);
        DebtLine memory line = FixedMath.through(0, principal * PICO, slope);
        uint256 after_ = FixedMath.paid(line, 0, principal - left, principal, left).slope;
        assertEq(after_, Math.mulDiv(slope, left, principal, Math.Rounding.Ceil));
        assertLe(after_, slope);
    }

    // ---------------------------------------------------------------- many lines

    /// I1, I2: whatever is booked, the sum of the lines is the line of the sum, and what is read off it is below what the loans owe by
    /// less than 1 attoFIL a loan.
    function testFuzz_I1_I2_anyOrderOfBookings(uint256 seed) public {
        _epoch = 3_000_000;
        for (uint256 i = 0; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _pass((seed >> 8) % 100_000);
            uint256 id = (seed >> 32) % LOANS;
            if (seed % 3 == 0) _draw(id, bound(seed >> 64, 1, 1e26), bound(seed >> 96, 1, MAX_RATE));
            else if (seed % 3 == 1) _pay(id, seed >> 64);
            else _switch(id, bound(seed >> 64, 1, MAX_RATE));
            _check();
        }
    }

    function _pass(uint256 epochs) private {
        _epoch += epochs;
        for (uint256 i = 0; i < LOANS; ++i) _models[i].owed += _models[i].slope * epochs;
    }

    function _draw(uint256 id, uint256 amount, uint256 rate) private {
        Model storage m = _models[id];
        m.owed += amount * PICO;
        m.principal += amount;
        m.slope += amount * rate;
        DebtLine memory more = FixedMath.born(_epoch, amount, amount, rate);
        _set(id, DebtLine(_lines[id].offset + more.offset, _lines[id].slope + more.slope));
    }

    function _pay(uint256 id, uint256 part) private {
        Model storage m = _models[id];
        if (m.principal == 0) return;
        uint256 debt = FixedMath.debtUp(_lines[id], _epoch);
        uint256 amount = bound(part, 1, debt);
        if (amount == debt) {
            (m.owed, m.principal, m.slope) = (0, 0, 0);
            return _set(id, DebtLine(0, 0));
        }
        uint256 interest = debt - m.principal;
        uint256 left = amount > interest ? m.principal - (amount - interest) : m.principal;
        m.owed -= amount * PICO;
        m.slope = (m.slope * left + m.principal - 1) / m.principal;
        DebtLine memory after_ = FixedMath.paid(_lines[id], _epoch, amount, m.principal, left);
        m.principal = left;
        _set(id, after_);
    }

    /// Another rate for the same debt.
    function _switch(uint256 id, uint256 rate) private {
        Model storage m = _models[id];
        m.slope = m.principal * rate;
        _set(id, FixedMath.through(_epoch, FixedMath.value(_lines[id], _epoch), m.slope));
    }

    function _set(uint256 id, DebtLine memory next) private {
        _sum.offset += next.offset - _lines[id].offset;
        _sum.slope = _sum.slope + next.slope - _lines[id].slope;
        _lines[id] = next;
    }

    function _check() private view {
        uint256 exact;
        uint256 owed;
        for (uint256 i = 0; i < LOANS; ++i) {
            assertEq(FixedMath.value(_lines[i], _epoch), _models[i].owed, "I2: line is the model's");
            exact += _models[i].owed;
            owed += FixedMath.debtUp(_lines[i], _epoch);
            assertGe(FixedMath.debtUp(_lines[i], _epoch), _models[i].principal, "I1: debt covers principal");
        }
        assertEq(FixedMath.value(_sum, _epoch), exact, "I1: sum of lines");
        uint256 has = FixedMath.debtDown(_sum, _epoch);
        assertLe(has, owed, "I2: pool below loans");
        assertLe(owed - has, LOANS, "I2: by 1 attoFIL a loan");
    }

    // ---------------------------------------------------------------- rates

    function testFuzz_premium_isMonotoneAndBetweenItsNodes(uint16[3] memory bps, uint256 a, uint256 b) public pure {
        FixedRates memory r;
        r.premium30Bps = uint16(bound(bps[0], 0, 1_000));
        r.premium180Bps = uint16(bound(bps[1], r.premium30Bps, 1_000));
        r.premium540Bps = uint16(bound(bps[2], r.premium180Bps, 1_000));
        a = bound(a, 0, 600 * DAY);
        b = bound(b, a, 600 * DAY);
        assertLe(FixedMath.premiumUp(r, a), FixedMath.premiumUp(r, b), "monotone");
        assertGe(FixedMath.premiumUp(r, a), uint256(r.premium30Bps) * 1e8);
        assertLe(FixedMath.premiumUp(r, b), uint256(r.premium540Bps) * 1e8);
        assertEq(FixedMath.premiumUp(r, 180 * DAY), uint256(r.premium180Bps) * 1e8, "node");
        assertEq(FixedMath.premiumUp(r, 540 * DAY), uint256(r.premium540Bps) * 1e8, "node");
        uint256 middle = (uint256(r.premium30Bps) + r.premium180Bps) * 0.5e8;
        assertEq(FixedMath.premiumUp(r, 105 * DAY), middle, "half-way");
    }

    function testFuzz_margin_roundsUp(uint256 bps, uint256 tier, uint256 spread) public pure {
        FixedRates memory r;
        r.premium30Bps = uint16(bound(bps, 0, 1_000));
        spread = bound(spread, 0, 500);
        tier = bound(tier, 0, 3);
        if (tier == 0) r.spread0Bps = uint16(spread);
        else if (tier == 1) r.spread1Bps = uint16(spread);
        else if (tier == 2) r.spread2Bps = uint16(spread);
        else r.spread3Bps = uint16(spread);
        uint256 perYear = (uint256(r.premium30Bps) + spread) * 1e8;
        uint256 perEpoch = FixedMath.marginUp(r, 30 * DAY, tier);
        assertGe(perEpoch * EPOCHS_PER_YEAR, perYear);
        assertLt(perEpoch * EPOCHS_PER_YEAR, perYear + EPOCHS_PER_YEAR);
    }

    // ---------------------------------------------------------------- early repayment

    /// What is lent anew and the fee bring the lenders no less than the loan would have, unless the cap binds.
    function testFuzz_fee_makesLendersWhole(uint256 principal, uint256 frozen, uint256 anew, uint256 left) public pure {
        principal = bound(principal, 1, MAX_AMOUNT);
        frozen = bound(frozen, 1, MAX_RATE);
        anew = bound(anew, 0, MAX_RATE);
        left = bound(left, 0, 540 * DAY);
        uint256 cap = 180 * DAY;
        uint256 factor = FixedMath.feeFactor(frozen, anew, left, cap);
        uint256 fee = FixedMath.feeUp(principal, factor);
        if (anew >= frozen) assertEq(fee, 0, "rates have risen");
        if (factor < frozen * cap) {
            assertGe(fee * PICO + principal * anew * left, principal * frozen * left, "whole");
        } else {
            assertEq(fee, Math.ceilDiv(principal * frozen * cap, PICO), "cap");
        }
    }

    /// Of an amount the fee is taken out, never too little of it, and at most 1 attoFIL too much.
    function testFuzz_fee_outOfTheSameAmount(uint256 amount, uint256 factor) public pure {
        amount = bound(amount, 0, MAX_AMOUNT);
        factor = bound(factor, 0, 5 * PICO);
        uint256 principal = FixedMath.principalWithin(amount, factor);
        uint256 fee = amount - principal;
        assertGe(fee, FixedMath.feeUp(principal, factor), "enough");
        // One attoFIL more of principal, and its fee, would not fit.
        assertGt(principal + 1 + FixedMath.feeUp(principal + 1, factor), amount, "not too much");
    }
}
