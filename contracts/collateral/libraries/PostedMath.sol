// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {WAD} from "../../libraries/Units.sol";

/// @notice All that the size of a sale depends on.
struct Lot {
    uint256 debt; // of the loan [attoFIL]
    uint256 weighted; // the loan's collateral times liquidation weights [attoFIL]
    uint256 targetHealthWad; // above 1 [wad]
    uint256 minDebt; // [attoFIL]
    uint256 weightWad; // liquidation weight of the token [wad]
    uint256 factorWad; // price over value [wad]
    uint256 unitValue; // what a whole token counts for, before weights [attoFIL]
    uint256 unitPrice; // what it is sold at [attoFIL]
    uint256 unit; // a whole token [token units]
    uint256 posted; // what the loan has of the token [token units]
    uint256 dust; // least that it may have, unless nothing [token units]
}

/// @title The arithmetic of posted collateral
/// @notice Pure. Values are rounded down and prices up: the pool bears no difference.
/// @dev Amounts must be below 2^112, prices of whole tokens at most 1e36, debts and weighted values below 2^132 (eight
/// times a value, which is cut at 2^128, and the miners'), ratios at most 2^61. Then no product leaves 256 bits.
library PostedMath {
    /// @notice A sale brings at least this, or it is the whole of what is on sale: less is not worth its gas [attoFIL].
    uint256 internal constant MIN_TAKE = 1e18;

    // ---------------------------------------------------------------- values

    /// @notice amount x price.
    /// @param amount [token units]
    /// @param price of a whole token [attoFIL]
    /// @param unit a whole token [token units]
    /// @return [attoFIL], rounded down, at most 2^128 - 1
    function valueDown(uint256 amount, uint256 price, uint256 unit) internal pure returns (uint256) {
        return Math.min((amount * price) / unit, type(uint128).max);
    }

    /// @notice value x ratio.
    /// @return rounded down
    function weighedDown(uint256 value, uint256 ratioWad) internal pure returns (uint256) {
        return (value * ratioWad) / WAD;
    }

    /// @notice weighted value / debt, max without debt.
    /// @return [wad], rounded down
    function healthDown(uint256 weighted, uint256 debt) internal pure returns (uint256) {
        return debt == 0 ? type(uint256).max : (weighted * WAD) / debt;
    }

    // ---------------------------------------------------------------- prices of an auction

    /// @notice The falling price over the value, from `startWad` to `floorWad` over a round.
    /// @return [wad], rounded up
    function factorUp(
        uint256 startWad,
        uint256 floorWad,
        uint256 elapsed,
        uint256 duration
    ) internal pure returns (uint256) {
        if (elapsed >= duration) return floorWad;
        return startWad - ((startWad - floorWad) * elapsed) / duration;
    }

    /// @notice The least price over value that does not lower health: f >= w / HF. Without a limit where health is not
    /// above w: even a sale at the full value would lower it, and what is left is to be turned into FIL.
    /// @dev Selling the value v for x = f v leaves (W - w v) / (D - x), which is at least W / D just when w v D <= x W.
    /// @return [wad], rounded up; at most 1
    function leastFactorUp(uint256 debt, uint256 weighted, uint256 weightWad) internal pure returns (uint256) {
        if (weighted * WAD <= weightWad * debt) return 0;
        return Math.ceilDiv(weightWad * debt, weighted);
    }

    // ---------------------------------------------------------------- size of a sale

    /// @notice What a sale must bring in to restore target health: x = (THF D - W) / (THF - w / f), at most the debt; the
    /// whole debt when less than the minimum would be left of it.
    /// @dev From (W - w x / f) / (D - x) = THF. Where w / f is THF or more, no sale restores it.
    /// @return [attoFIL], rounded up; 0 at target or above
    function needUp(Lot memory lot) internal pure returns (uint256) {
        uint256 target = lot.targetHealthWad * lot.debt;
        uint256 have = lot.weighted * WAD;
        if (have >= target) return 0;
        uint256 lost = Math.ceilDiv(lot.weightWad * WAD, lot.factorWad); // of weighted value, by 1 of price [wad]
        if (lost >= lot.targetHealthWad) return lot.debt;
        uint256 need = Math.ceilDiv(target - have, lot.targetHealthWad - lost);
        return Math.saturatingSub(lot.debt, need) < lot.minDebt ? lot.debt : need;
    }

    /// @notice Price of an amount, at most the debt.
    /// @return [attoFIL], rounded up
    function priceUp(Lot memory lot, uint256 amount) internal pure returns (uint256) {
        return Math.min(Math.ceilDiv(amount * lot.unitPrice, lot.unit), lot.debt);
    }

    /// @notice All that is on sale: what restores target health, and the rest of the token too where that would be dust; but
    /// no more than the debt pays for.
    /// @return amount [token units], rounded up
    /// @return price [attoFIL], rounded up; at most the debt
    function offer(Lot memory lot) internal pure returns (uint256 amount, uint256 price) {
        amount = _amountUp(lot, needUp(lot));
        if (amount < lot.posted && lot.posted - amount < lot.dust) amount = _amountUp(lot, lot.debt);
        return (amount, priceUp(lot, amount));
    }

    /// @notice What a taker who wants at most `maxAmount` gets. Cut down, not refused, where it would leave dust of the
    /// token or of the debt, so that a small payment just before it cannot make it fail.
    /// @return amount [token units]
    /// @return price [attoFIL], rounded up; below `least` when the part is too small
    /// @return least a sale brings at least this [attoFIL]
    function part(
        Lot memory lot,
        uint256 maxAmount
    ) internal pure returns (uint256 amount, uint256 price, uint256 least) {
        (amount, price) = offer(lot);
        least = Math.min(price, MIN_TAKE);
        if (maxAmount >= amount) return (amount, price, least);
        amount = Math.min(maxAmount, Math.saturatingSub(lot.posted, lot.dust));
        price = priceUp(lot, amount);
        if (lot.debt - price < lot.minDebt) {
            amount = (Math.saturatingSub(lot.debt, lot.minDebt) * lot.unit) / lot.unitPrice;
            price = priceUp(lot, amount);
        }
    }

    /// @notice Health when `amount` is sold for `price`, max without debt.
    /// @return [wad], rounded down
    function healthAfterDown(Lot memory lot, uint256 amount, uint256 price) internal pure returns (uint256) {
        uint256 before = weighedDown(valueDown(lot.posted, lot.unitValue, lot.unit), lot.weightWad);
        uint256 left = weighedDown(valueDown(lot.posted - amount, lot.unitValue, lot.unit), lot.weightWad);
        return healthDown(lot.weighted - (before - left), lot.debt - price);
    }

    /// @dev Tokens for a price, rounded up, at most all.
    function _amountUp(Lot memory lot, uint256 price) private pure returns (uint256) {
        return Math.min(Math.ceilDiv(price * lot.unit, lot.unitPrice), lot.posted);
    }
}
