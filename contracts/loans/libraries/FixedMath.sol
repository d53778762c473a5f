// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR} from "../../libraries/Units.sol";
import {FixedRates} from "../LoanTypes.sol";

/// @notice A debt at a fixed rate: (offset + slope x epoch) / 10^12 attoFIL.
struct DebtLine {
    int256 offset; // [pico-attoFIL]
    uint256 slope; // [pico-attoFIL per epoch]
}

/// @title Debts at fixed rates
/// @notice Interest is simple, on principal: so a debt is a straight line between two bookings, and any number of debts add up to one
/// line. Rates are whole picos (10^-12) per epoch, about a hundredth of a basis point per year: with them every product below is exact,
/// and what a booking changes on a loan's line is to the last digit what it changes on the pool's. Only reading a line off in attoFIL
/// rounds: up for who owes, down for the pool.
library FixedMath {
    using SafeCast for int256;
    using SafeCast for uint256;

    uint256 internal constant PICO = 1e12;
    /// @dev A pico per epoch in the unit of floating rates [ray per epoch].
    uint256 internal constant RAY_PER_PICO = 1e15;
    /// @dev A basis point per year [pico per year].
    uint256 private constant PICO_PER_BPS = 1e8;
    uint256 private constant SHORT_TERM = 30 * EPOCHS_PER_DAY;
    uint256 private constant MIDDLE_TERM = 180 * EPOCHS_PER_DAY;
    uint256 private constant LONG_TERM = 540 * EPOCHS_PER_DAY;

    // ---------------------------------------------------------------- lines

    /// @notice What a line says in an epoch, exact. Reverts below zero.
    /// @return [pico-attoFIL]
    function value(DebtLine memory line, uint256 epoch) internal pure returns (uint256) {
        return (line.offset + (line.slope * epoch).toInt256()).toUint256();
    }

    /// @notice What the pool may count on, rounded down [attoFIL].
    function debtDown(DebtLine memory line, uint256 epoch) internal pure returns (uint256) {
        return value(line, epoch) / PICO;
    }

    /// @notice What a borrower owes, rounded up [attoFIL].
    function debtUp(DebtLine memory line, uint256 epoch) internal pure returns (uint256) {
        return Math.ceilDiv(value(line, epoch), PICO);
    }

    /// @notice The line of this slope through a value.
    /// @param atEpoch [pico-attoFIL]
    function through(uint256 epoch, uint256 atEpoch, uint256 slope) internal pure returns (DebtLine memory) {
        return DebtLine(atEpoch.toInt256() - (slope * epoch).toInt256(), slope);
    }

    /// @notice A debt of `amount` in `epoch` that bears interest on `principal`.
    /// @param ratePico [pico per epoch]
    function born(
        uint256 epoch,
        uint256 amount,
        uint256 principal,
        uint256 ratePico
    ) internal pure returns (DebtLine memory) {
        return through(epoch, amount * PICO, principal * ratePico);
    }

    /// @notice The line after a payment of `amount`, less than the debt, that leaves `left` of `principal`. The slope falls with the
    /// principal, rounded up: a loan of several rates is repaid evenly.
    function paid(
        DebtLine memory line,
        uint256 epoch,
        uint256 amount,
        uint256 principal,
        uint256 left
    ) internal pure returns (DebtLine memory) {
        uint256 slope = Math.ceilDiv(line.slope * left, principal);
        return through(epoch, value(line, epoch) - amount * PICO, slope);
    }

    // ---------------------------------------------------------------- rates

    /// @notice A rate in picos, rounded up [pico per epoch].
    function toPicoUp(uint256 rateRay) internal pure returns (uint256) {
        return Math.ceilDiv(rateRay, RAY_PER_PICO);
    }

    /// @notice Term premium and tier spread, rounded up [pico per epoch].
    /// @param term [epoch]
    function marginUp(FixedRates memory r, uint256 term, uint256 tier) internal pure returns (uint256) {
        return Math.ceilDiv(premiumUp(r, term) + spreadBps(r, tier) * PICO_PER_BPS, EPOCHS_PER_YEAR);
    }

    /// @notice The premium of a term: straight lines between 30, 180 and 540 days, level outside, rounded up [pico per year].
    function premiumUp(FixedRates memory r, uint256 term) internal pure returns (uint256) {
        if (term <= SHORT_TERM) return r.premium30Bps * PICO_PER_BPS;
        if (term <= MIDDLE_TERM) return _between(r.premium30Bps, r.premium180Bps, SHORT_TERM, MIDDLE_TERM, term);
        return _between(r.premium180Bps, r.premium540Bps, MIDDLE_TERM, LONG_TERM, Math.min(term, LONG_TERM));
    }

    /// @notice What a provider of this tier pays more [bps].
    function spreadBps(FixedRates memory r, uint256 tier) internal pure returns (uint256) {
        if (tier == 0) return r.spread0Bps;
        if (tier == 1) return r.spread1Bps;
        return tier == 2 ? r.spread2Bps : r.spread3Bps;
    }

    /// @dev Premiums do not fall with the term.
    function _between(
        uint256 lowBps,
        uint256 highBps,
        uint256 from,
        uint256 to,
        uint256 term
    ) private pure returns (uint256) {
        uint256 rise = (highBps - lowBps) * PICO_PER_BPS * (term - from);
        return lowBps * PICO_PER_BPS + Math.ceilDiv(rise, to - from);
    }

    // ---------------------------------------------------------------- early repayment

    /// @notice What repaying a unit of principal `remaining` epochs early costs: what the lenders lose until maturity by lending it anew
    /// at `anewPico`, at most `cap` epochs of interest at the frozen rate, and nothing where rates have risen.
    /// @return [pico]
    function feeFactor(
        uint256 frozenPico,
        uint256 anewPico,
        uint256 remaining,
        uint256 cap
    ) internal pure returns (uint256) {
        return Math.min(Math.saturatingSub(frozenPico, anewPico) * remaining, frozenPico * cap);
    }

    /// @notice The fee for repaying `principal` [attoFIL], rounded up.
    function feeUp(uint256 principal, uint256 factorPico) internal pure returns (uint256) {
        return Math.ceilDiv(principal * factorPico, PICO);
    }

    /// @notice How much principal `amount` repays when the fee for it is taken from the same amount, rounded down [attoFIL].
    function principalWithin(uint256 amount, uint256 factorPico) internal pure returns (uint256) {
        return (amount * PICO) / (PICO + factorPico);
    }
}
