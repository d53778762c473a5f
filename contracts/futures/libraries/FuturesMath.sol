// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {Funds, Limits, Margins, MarkRecord} from "../FuturesTypes.sol";

/// @dev The whole [bps].
uint256 constant BPS = 10_000;

/// @title The arithmetic of futures
/// @notice Sections 4 to 8 of docs/SPEC-futures.md, which say how each division rounds. Nothing here can overflow within the bounds of
/// section 11: prices are below 2^32, and lots x tick value at most 2^91, so that a position is worth less than 2^123 and no product here
/// reaches 2^250. What is computed for every fill is therefore not checked again.
library FuturesMath {
    /// @dev How far the average of prices has gone after as many epochs: half way [epoch].
    uint256 internal constant EMA_EPOCHS = 120;
    uint256 internal constant EMA_BITS = 16;
    /// @dev Rows of a liquidation (section 8): first discount, penalty, buffer over the initial margin [bps], the discount's time [epoch].
    uint256 internal constant DISCOUNT_BPS = 200;
    uint256 internal constant PENALTY_BPS = 100;
    uint256 internal constant BUFFER_BPS = 11_500;
    uint256 internal constant DISCOUNT_EPOCHS = 60;

    /// @notice What a liquidation pays per lot, and how far it may go.
    struct Sale {
        uint256 discount; // to the liquidator [token units per lot]
        uint256 penalty; // to insurance [token units per lot]
        uint256 most; // [lots]
    }

    /// @notice What an account is asked for.
    struct Required {
        uint256 initial; // [token units]
        uint256 maintenance; // [token units]
    }

    /// @notice Worth of lots at a price, without rounding [token units].
    function notional(uint256 lots, uint256 ticks, uint256 tickValue) internal pure returns (uint256) {
        unchecked {
            return lots * ticks * tickValue;
        }
    }

    /// @notice A fee of a notional, rounded up [token units].
    function feeUp(uint256 amount, uint256 bps) internal pure returns (uint256) {
        unchecked {
            return Math.ceilDiv(amount * bps, BPS);
        }
    }

    /// @notice Equity of an account at a price [token units].
    function equity(int256 cash, int256 size, uint256 ticks, uint256 tickValue) internal pure returns (int256) {
        unchecked {
            return cash + size * int256(ticks * tickValue);
        }
    }

    /// @notice Whether a position grows or turns.
    function isIncrease(int256 before, int256 size) internal pure returns (bool) {
        if ((before < 0 && size > 0) || (before > 0 && size < 0)) return true;
        return SignedMath.abs(size) > SignedMath.abs(before);
    }

    /// @notice Lots of a long position, 0 for a short one.
    function long(int256 size) internal pure returns (uint256) {
        return size > 0 ? uint256(size) : 0;
    }

    /// @notice Whether a price is further from the mark than the band.
    function outsideBand(uint256 ticks, uint256 mark, uint256 bandBps) internal pure returns (bool) {
        unchecked {
            return distance(ticks, mark) * BPS > bandBps * mark;
        }
    }

    /// @notice How far apart two prices are.
    function distance(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return a > b ? a - b : b - a;
        }
    }

    /// @notice The average of prices, `dt` epochs later (rounded toward what it was) [ticks x 2^16].
    function emaAfter(uint256 ema, uint256 lastTicks, uint256 dt) internal pure returns (uint256) {
        unchecked {
            uint256 last = lastTicks << EMA_BITS;
            uint256 step = (distance(last, ema) * dt) / (dt + EMA_EPOCHS);
            return last > ema ? ema + step : ema - step;
        }
    }

    /// @notice The mark before the last day: the average of prices, held near the index.
    function markTicks(MarkRecord memory m, uint256 bandBps) internal pure returns (uint256) {
        unchecked {
            uint256 width = (m.indexTicks * bandBps) / BPS;
            uint256 average = (uint256(m.ema) + (1 << (EMA_BITS - 1))) >> EMA_BITS;
            return Math.max(1, Math.min(Math.max(average, m.indexTicks - width), m.indexTicks + width));
        }
    }

    /// @notice What of an amount is there for who takes it out, rounded down [token units].
    function recovered(uint256 amount, Funds memory funds) internal pure returns (uint256) {
        if (funds.deficit == 0) return amount;
        return (amount * funds.cash) / (uint256(funds.cash) + funds.deficit);
    }

    /// @notice Margins of a position, each rounded up.
    function required(
        Limits memory limits,
        Margins memory margins,
        uint256 lots,
        uint256 perLot,
        uint256 oi
    ) internal pure returns (Required memory r) {
        unchecked {
            if (lots == 0) return r;
            uint256 core = Math.ceilDiv(lots * perLot * limits.imBps, BPS);
            uint256 from = (uint256(limits.capLots) * margins.concFromBps) / BPS;
            if (lots > from) core += Math.ceilDiv((lots - from) * perLot * margins.concBps, BPS);
            uint256 slope = Math.ceilDiv(core * margins.oiSlopeBps * oi, BPS * limits.capLots);
            r.initial = Math.max(margins.minMargin, core + slope);
            r.maintenance = Math.ceilDiv(Math.max(margins.minMargin, core) * margins.mmShareBps, BPS);
        }
    }

    /// @notice Terms of a liquidation.
    /// @param equityLeft of the account, not negative [token units]
    /// @param lots of its position, above 0
    /// @param perLot a lot at the mark [token units]
    /// @param age since it was flagged [epoch]
    function sale(
        Limits memory limits,
        Margins memory margins,
        uint256 equityLeft,
        uint256 lots,
        uint256 perLot,
        uint256 age
    ) internal pure returns (Sale memory s) {
        uint256 margin = equityLeft / lots;
        uint256 start = Math.min((perLot * DISCOUNT_BPS) / BPS, margin);
        s.discount = start + ((margin - start) * Math.min(age, DISCOUNT_EPOCHS)) / DISCOUNT_EPOCHS;
        s.penalty = Math.min((perLot * PENALTY_BPS) / BPS, margin - s.discount);
        uint256 target = Math.ceilDiv(Math.ceilDiv(perLot * limits.imBps, BPS) * BUFFER_BPS, BPS);
        s.most = _mostLots(equityLeft, lots, target, s.discount + s.penalty);
        if (lots - s.most < margins.dustLots) s.most = lots;
    }

    /// @dev As many lots as bring what is left to its target; all, where no number does.
    function _mostLots(uint256 equityLeft, uint256 lots, uint256 target, uint256 cost) private pure returns (uint256) {
        if (target <= cost || lots * target <= equityLeft) return lots;
        return Math.min(lots, Math.ceilDiv(lots * target - equityLeft, target - cost));
    }
}
