// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {WeightRamp} from "../../../contracts/libraries/WeightRamp.sol";
import {Lot, PostedMath} from "../../../contracts/collateral/libraries/PostedMath.sol";

/// The sizing of sales against exact bounds. Health is compared by cross multiplication, never by a quotient.
contract PostedMathFuzz is Test {
    uint256 internal constant WAD = 1e18;

    /// A lot as the auction makes it, unhealthy by construction.
    function _lot(uint256 seed) private pure returns (Lot memory lot, uint256 miners) {
        uint256[10] memory r;
        for (uint256 i; i < 10; ++i) r[i] = uint256(keccak256(abi.encode(seed, i)));
        lot.unit = 10 ** _in(r[0], 6, 18);
        lot.unitValue = _spread(r[1], 1e12, 1e24); // 0.000001 to 1,000,000 FIL
        lot.posted = _spread(r[2], lot.unit / 1_000 + 1, lot.unit * 1_000_000);
        lot.dust = _in(r[3], 1, lot.posted);
        lot.weightWad = _in(r[4], 0, 0.9e18);
        lot.minDebt = _in(r[5], 1e18, 100e18);
        lot.targetHealthWad = _in(r[6], 1.001e18, 1.2e18);
        uint256 value = PostedMath.valueDown(lot.posted, lot.unitValue, lot.unit);
        uint256 weighted = PostedMath.weighedDown(value, lot.weightWad);
        miners = _spread(r[7], 1, 1e27);
        lot.weighted = weighted + miners;
        // Health from 0.3 to just below 1
        lot.debt = lot.weighted + 1 + (lot.weighted * _in(r[8], 0, 2.33e18)) / WAD;
        uint256 floor = _in(r[9], Math.max(0.7e18, lot.weightWad + 1), WAD);
        uint256 falling = PostedMath.factorUp(1.1e18, floor, _in(r[9] >> 128, 0, 479), 480);
        lot.factorWad = Math.max(falling, PostedMath.leastFactorUp(lot.debt, lot.weighted, lot.weightWad));
        lot.unitPrice = Math.ceilDiv(lot.unitValue * lot.factorWad, WAD);
    }

    function _in(uint256 x, uint256 low, uint256 high) private pure returns (uint256) {
        return low + (x % (high - low + 1));
    }

    /// Even over the orders of magnitude.
    function _spread(uint256 x, uint256 low, uint256 high) private pure returns (uint256) {
        uint256 top = low;
        uint256 doublings = Math.log2(high / low + 1);
        top = low << _in(x >> 200, 0, doublings);
        return _in(x, low, Math.min(top, high));
    }

    /// The loan after a sale, valued anew: miners and what is left of the token.
    function _weightedAfter(Lot memory lot, uint256 miners, uint256 amount) private pure returns (uint256) {
        uint256 value = PostedMath.valueDown(lot.posted - amount, lot.unitValue, lot.unit);
        return miners + PostedMath.weighedDown(value, lot.weightWad);
    }

    function testFuzz_Offer_neverLowersHealth(uint256 seed) public pure {
        (Lot memory lot, uint256 miners) = _lot(seed);
        if (lot.weighted * WAD <= lot.weightWad * lot.debt) return; // health at or below the weight: see below
        (uint256 amount, uint256 price) = PostedMath.offer(lot);
        _assertNotLower(lot, miners, amount, price);
    }

    /// (W' ) / (D - x) >= W / D, but for the rounding of two valuations: 1 attoFIL each.
    function _assertNotLower(Lot memory lot, uint256 miners, uint256 amount, uint256 price) private pure {
        uint256 afterwards = _weightedAfter(lot, miners, amount) + 2;
        // A price capped by the debt leaves no debt, and any health is enough.
        if (price == lot.debt) return;
        assertGe(afterwards * lot.debt, lot.weighted * (lot.debt - price), "health fell");
    }

    function testFuzz_Part_neverLowersHealth(uint256 seed, uint256 share) public pure {
        (Lot memory lot, uint256 miners) = _lot(seed);
        if (lot.weighted * WAD <= lot.weightWad * lot.debt) return;
        (uint256 amount, uint256 price, uint256 least) = PostedMath.part(lot, _in(share, 0, lot.posted));
        if (amount == 0 || price < least) return; // refused
        _assertNotLower(lot, miners, amount, price);
    }

    /// The seller never gets less than the asked price, nor the floor's share of the value.
    function testFuzz_Offer_pricesAtTheAskOrTheWholeDebt(uint256 seed) public pure {
        (Lot memory lot, ) = _lot(seed);
        (uint256 amount, uint256 price) = PostedMath.offer(lot);
        assertLe(amount, lot.posted);
        assertLe(price, lot.debt);
        assertGt(price, 0);
        if (price < lot.debt)
            assertGe(price * lot.unit, amount * lot.unitPrice);
            // The whole debt: at most one unit's price was rounded away.
        else assertGe((price * lot.unit) / lot.unitPrice + 1, amount);
    }

    /// Sold to target, health is the target: not below it, and not above it by more than one unit brings, unless the rest
    /// was dust or the debt's rest too small.
    function testFuzz_Offer_reachesTargetAndNoMore(uint256 seed) public pure {
        (Lot memory lot, uint256 miners) = _lot(seed);
        (uint256 amount, uint256 price) = PostedMath.offer(lot);
        if (price == lot.debt) return;
        uint256 need = PostedMath.needUp(lot);
        if (price < need) {
            assertEq(amount, lot.posted, "less than needed, but not all");
            return;
        }
        uint256 afterwards = _weightedAfter(lot, miners, amount);
        // Not below: W' >= THF (D - x), with the two valuations' rounding.
        assertGe((afterwards + 2) * WAD, lot.targetHealthWad * (lot.debt - price), "below target");
        bool dustWentToo = amount == lot.posted;
        if (dustWentToo) return;
        // Not above: one unit less, or one attoFIL less of price, would have been too little.
        uint256 unitPrice = Math.ceilDiv(lot.unitPrice, lot.unit);
        assertLe(price, need + unitPrice + 1, "more than needed");
        uint256 lost = Math.ceilDiv(lot.weightWad * WAD, lot.factorWad);
        uint256 gain = (lot.targetHealthWad - lost) * (unitPrice + 2) + 3 * WAD;
        // The ask of a whole token is rounded up by an attoFIL: so much less of the token went for the price.
        gain += (price * WAD) / lot.unitPrice + WAD;
        // And `lost` is rounded up by a wad: so much more was needed.
        gain += price;
        assertLe(afterwards * WAD, lot.targetHealthWad * (lot.debt - price) + gain, "above target");
    }

    function testFuzz_Offer_leavesNoDust(uint256 seed) public pure {
        (Lot memory lot, ) = _lot(seed);
        (uint256 amount, uint256 price) = PostedMath.offer(lot);
        if (amount == lot.posted || price == lot.debt) return;
        assertGe(lot.posted - amount, lot.dust);
        assertGe(lot.debt - price, lot.minDebt);
    }

    function testFuzz_Part_leavesNoDust(uint256 seed, uint256 maxAmount) public pure {
        (Lot memory lot, ) = _lot(seed);
        maxAmount = _in(maxAmount, 0, lot.posted);
        (uint256 amount, uint256 price, uint256 least) = PostedMath.part(lot, maxAmount);
        assertLe(amount, maxAmount);
        assertLe(least, 1e18);
        (uint256 all, uint256 allPrice) = PostedMath.offer(lot);
        assertLe(amount, all);
        assertLe(price, allPrice);
        if (amount == all) return;
        if (price < least || amount == 0) return;
        assertGe(lot.posted - amount, lot.dust, "dust of the token");
        assertGe(lot.debt - price, lot.minDebt, "dust of the debt");
        assertGe(price * lot.unit, amount * lot.unitPrice, "below the ask");
    }

    /// Taking in two parts brings no more tokens for the price than at once: no gain from splitting.
    function testFuzz_Part_splittingGainsNothing(uint256 seed, uint256 share) public pure {
        (Lot memory lot, ) = _lot(seed);
        (uint256 first, uint256 price, uint256 least) = PostedMath.part(lot, _in(share, 0, lot.posted));
        if (first == 0 || price < least || price == lot.debt) return;
        assertGe(price * lot.unit, first * lot.unitPrice);
        assertLt((price - 1) * lot.unit, first * lot.unitPrice);
    }

    function testFuzz_LeastFactor_isExact(uint256 debt, uint256 weighted, uint256 weightWad) public pure {
        debt = bound(debt, 1, 1e33);
        weighted = bound(weighted, 0, debt);
        weightWad = bound(weightWad, 0, 0.9e18);
        uint256 factor = PostedMath.leastFactorUp(debt, weighted, weightWad);
        assertLe(factor, WAD);
        if (weighted * WAD <= weightWad * debt) {
            assertEq(factor, 0);
            return;
        }
        // w / f <= HF just at f, not below it
        assertLe(weightWad * debt, factor * weighted);
        if (factor > 0) assertGt(weightWad * debt, (factor - 1) * weighted);
    }

    function testFuzz_Need_isExact(uint256 seed) public pure {
        (Lot memory lot, ) = _lot(seed);
        uint256 need = PostedMath.needUp(lot);
        assertLe(need, lot.debt);
        if (need == lot.debt) return;
        uint256 lost = Math.ceilDiv(lot.weightWad * WAD, lot.factorWad);
        // W + (THF - w / f) x >= THF D, and one less does not do
        uint256 target = lot.targetHealthWad * lot.debt;
        assertGe(lot.weighted * WAD + (lot.targetHealthWad - lost) * need, target);
        assertLt(lot.weighted * WAD + (lot.targetHealthWad - lost) * (need - 1), target);
    }

    function testFuzz_Factor_fallsInOneRound(uint256 floor, uint256 duration, uint256 elapsed) public pure {
        floor = bound(floor, 0.7e18, 1e18);
        duration = bound(duration, 60, 2_880);
        elapsed = bound(elapsed, 0, duration);
        uint256 factor = PostedMath.factorUp(1.1e18, floor, elapsed, duration);
        assertGe(factor, floor);
        assertLe(factor, 1.1e18);
        assertLe(PostedMath.factorUp(1.1e18, floor, elapsed + 1, duration), factor);
        assertEq(PostedMath.factorUp(1.1e18, floor, 0, duration), 1.1e18);
        assertEq(PostedMath.factorUp(1.1e18, floor, duration, duration), floor);
        assertEq(PostedMath.factorUp(1.1e18, floor, duration + 1, duration), floor);
    }

    function testFuzz_Ramp_neverRisesAndMeetsBothEnds(uint256 before, uint256 target, uint256 epoch) public pure {
        before = bound(before, 0, 0.9e18);
        target = bound(target, 0, 0.9e18);
        epoch = bound(epoch, 1_000, 90_000);
        uint256 weight = WeightRamp.rampDown(before, target, 1_000, 87_400, epoch);
        assertGe(weight, target);
        assertLe(weight, Math.max(before, target));
        assertGe(weight, WeightRamp.rampDown(before, target, 1_000, 87_400, epoch + 1));
        assertEq(WeightRamp.rampDown(before, target, 1_000, 87_400, 1_000), Math.max(before, target));
        assertEq(WeightRamp.rampDown(before, target, 1_000, 87_400, 87_400), target);
    }

    /// The widest figures that terms and feeds admit do not overflow.
    function test_Bounds_noOverflow() public pure {
        Lot memory lot;
        lot.posted = type(uint112).max;
        lot.unit = 1e6;
        lot.unitValue = 1e36;
        lot.weightWad = 0.9e18;
        lot.factorWad = 1.1e18;
        lot.unitPrice = 1.1e36;
        lot.minDebt = type(uint96).max;
        lot.targetHealthWad = 2e18;
        lot.dust = 1e33;
        lot.weighted = 9 * uint256(type(uint128).max);
        lot.debt = lot.weighted + 1;
        assertEq(PostedMath.valueDown(lot.posted, lot.unitValue, lot.unit), type(uint128).max);
        (uint256 amount, uint256 price) = PostedMath.offer(lot);
        assertGt(amount, 0);
        assertLe(price, lot.debt);
        PostedMath.part(lot, lot.posted / 2);
        PostedMath.healthAfterDown(lot, amount, price);
        lot.unitPrice = 1;
        PostedMath.part(lot, lot.posted / 2);
    }

    /// How often the fuzz above meets which case, so that none is vacuous.
    function test_Lot_meetsAllCases() public pure {
        uint256 toTarget;
        uint256 wholeDebt;
        uint256 soldOut;
        uint256 belowWeight;
        for (uint256 seed; seed < 1_000; ++seed) {
            (Lot memory lot, ) = _lot(seed);
            (uint256 amount, uint256 price) = PostedMath.offer(lot);
            if (lot.weighted * WAD <= lot.weightWad * lot.debt) ++belowWeight;
            if (price == lot.debt) ++wholeDebt;
            else if (amount == lot.posted) ++soldOut;
            else ++toTarget;
        }
        assertGt(toTarget, 30, "to target");
        assertGt(wholeDebt, 30, "whole debt");
        assertGt(soldOut, 30, "sold out");
        assertGt(belowWeight, 30, "below weight");
    }
}
