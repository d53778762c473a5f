// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {WAD} from "../../../contracts/libraries/Units.sol";
import {RiskMath} from "../../../contracts/loans/libraries/RiskMath.sol";

/// @notice Properties of sizing and valuation for every parameter that the risk engine accepts, up to amounts of 2^127.
contract RiskMathFuzz is Test {
    uint256 private constant MAX_AMOUNT = 2 ** 127;
    uint256 private constant MIN_WEIGHT = 0.5e18;
    uint256 private constant MAX_WEIGHT = 0.96e18;
    uint256 private constant MAX_TARGET = 1.25e18;

    struct Sale {
        uint256 debt;
        uint256 value;
        uint256 weight;
        uint256 target;
        uint256 health;
        uint256 bonus;
    }

    /// A loan in liquidation with a bonus that may be offered: w <= HF < 1, 1 <= b <= HF / w.
    function _sale(
        uint256 debt,
        uint256 value,
        uint256 weight,
        uint256 target,
        uint256 bonus
    ) private pure returns (Sale memory s) {
        s.debt = bound(debt, 1, MAX_AMOUNT);
        s.weight = bound(weight, MIN_WEIGHT, MAX_WEIGHT);
        s.target = bound(target, WAD + 1, MAX_TARGET);
        // debt <= value < debt / w, the last value that is not healthy
        s.value = bound(value, s.debt, (s.debt * WAD - 1) / s.weight);
        s.health = RiskMath.healthDown(s.value * s.weight, s.debt);
        s.bonus = bound(bonus, WAD, RiskMath.maxBonusDown(s.health, s.weight));
    }

    /// I10: no take lowers health, whatever its size.
    function testFuzz_take_neverLowersHealth(
        uint256 debt,
        uint256 value,
        uint256 weight,
        uint256 target,
        uint256 bonus,
        uint256 price
    ) public pure {
        Sale memory s = _sale(debt, value, weight, target, bonus);
        price = bound(price, 0, s.debt);
        uint256 face = RiskMath.faceDown(price, s.bonus);
        assertLe(face, s.value, "I10: face above value");
        assertGe(RiskMath.healthDown((s.value - face) * s.weight, s.debt - price), s.health, "I10: health");
        // and without the rounding of health: (L - y) D >= L (D - x)
        assertFalse(_isLess(s.value - face, s.debt, s.value, s.debt - price), "I10: exact");
    }

    /// A take that names the face pays the rounded-up price: it gets no more per FIL than one that names the price.
    function testFuzz_takeByFace_neverLowersHealth(
        uint256 debt,
        uint256 value,
        uint256 weight,
        uint256 bonus,
        uint256 face
    ) public pure {
        Sale memory s = _sale(debt, value, weight, WAD + 1, bonus);
        face = bound(face, 0, RiskMath.faceDown(s.debt, s.bonus));
        uint256 price = RiskMath.priceUp(face, s.bonus);
        assertLe(price, s.debt);
        assertGe(RiskMath.faceDown(price, s.bonus), face);
        assertGe(RiskMath.healthDown((s.value - face) * s.weight, s.debt - price), s.health, "I10");
    }

    function testFuzz_priceToTargetUp_reachesTargetAndNoMore(
        uint256 debt,
        uint256 value,
        uint256 weight,
        uint256 target,
        uint256 bonus
    ) public pure {
        Sale memory s = _sale(debt, value, weight, target, bonus);
        uint256 price = RiskMath.priceToTargetUp(s.debt, s.health, s.target, s.bonus, s.weight);
        assertLe(price, s.debt);
        assertGt(price, 0);
        uint256 face = RiskMath.faceDown(price, s.bonus);
        assertGe(RiskMath.healthDown((s.value - face) * s.weight, s.debt - price), s.target, "target missed");
        // One less would not solve D (THF - HF) <= x (THF - b w), the equation of the sizing.
        uint256 gap = s.target - s.health;
        uint256 left = s.target * WAD - s.bonus * s.weight;
        assertTrue(_isLess(price - 1, left, s.debt, gap * WAD), "more than needed");
    }

    /// L-20: for every weight that can be set, the greatest bonus takes no more health with it than there is.
    function testFuzz_maxBonusDown_neverCostsMoreThanHealth(uint256 health, uint256 weight) public pure {
        weight = bound(weight, MIN_WEIGHT, MAX_WEIGHT);
        uint256 bonus = RiskMath.maxBonusDown(health, weight);
        assertLe(bonus * weight, health > WAD ? WAD * WAD : health * WAD, "b w > HF");
        assertLe(bonus, (WAD * WAD) / weight);
        if (health < WAD) assertGt((bonus + 1) * weight, health * WAD, "not the greatest");
        if (health >= weight) assertGe(bonus, WAD);
        if (health < weight) assertLt(bonus, WAD);
    }

    /// No provision while health is 1, for every discount that can be set with the weight.
    function testFuzz_carryingDown_isNoLessThanTheDebtWhileHealthy(
        uint256 debt,
        uint256 value,
        uint256 weight,
        uint256 discount
    ) public pure {
        weight = bound(weight, MIN_WEIGHT, MAX_WEIGHT);
        discount = bound(discount, 0, WAD - weight);
        debt = bound(debt, 0, MAX_AMOUNT);
        value = bound(value, Math.ceilDiv(debt * WAD, weight), 2 * MAX_AMOUNT);
        assertGe(RiskMath.healthDown(value * weight, debt), WAD);
        assertGe(RiskMath.carryingDown(value, discount), debt);
    }

    function testFuzz_carryingDown_isExact(uint256 value, uint256 discount) public pure {
        value = bound(value, 0, MAX_AMOUNT);
        discount = bound(discount, 0, WAD);
        uint256 carrying = RiskMath.carryingDown(value, discount);
        uint256 exact = value * (WAD - discount);
        assertLe(carrying * WAD, exact);
        assertGt((carrying + 1) * WAD, exact);
    }

    /// Health is at least 1 exactly when the weighted value carries the debt: a draw or review decides as a
    /// liquidation does.
    function testFuzz_healthDown_agreesWithTheWeightedValue(uint256 debt, uint256 value, uint256 weight) public pure {
        weight = bound(weight, MIN_WEIGHT, MAX_WEIGHT);
        debt = bound(debt, 0, MAX_AMOUNT);
        value = bound(value, 0, MAX_AMOUNT);
        bool healthy = RiskMath.healthDown(value * weight, debt) >= WAD;
        assertEq(healthy, RiskMath.weightedValueDown(value, weight) >= debt);
    }

    function testFuzz_withoutDustUp_leavesNothingOrEnough(uint256 price, uint256 debt, uint256 minDebt) public pure {
        debt = bound(debt, 0, MAX_AMOUNT);
        minDebt = bound(minDebt, 1, MAX_AMOUNT);
        price = bound(price, 0, debt);
        uint256 result = RiskMath.withoutDustUp(price, debt, minDebt);
        assertGe(result, price);
        assertTrue(result == debt || debt - result >= minDebt);
        if (debt - price >= minDebt) assertEq(result, price);
    }

    function testFuzz_faultRatioUp_isAtMostOne(
        uint256 pledge,
        uint256 power,
        uint256 pledgeRef,
        uint256 powerRef
    ) public pure {
        pledge = bound(pledge, 0, MAX_AMOUNT);
        power = bound(power, 0, MAX_AMOUNT);
        uint256 lost = RiskMath.lostPledgeUp(
            pledge,
            power,
            bound(pledgeRef, 0, 2 ** 88 - 1),
            bound(powerRef, 0, 2 ** 72 - 1)
        );
        assertLe(lost, pledge);
        assertLe(RiskMath.faultRatioUp(lost, pledge), WAD);
    }

    function testFuzz_walkAwayValueDown_isNeverAboveOrderly(int256 net, uint256 fee, uint256 leak) public pure {
        net = bound(net, -3 * int256(MAX_AMOUNT), 3 * int256(MAX_AMOUNT));
        fee = bound(fee, 0, MAX_AMOUNT);
        leak = bound(leak, 0, 1_000 ether);
        uint256 value = RiskMath.walkAwayValueDown(net, fee, leak);
        assertLe(value, RiskMath.orderlyValueDown(net));
        if (value != 0) assertEq(int256(value), net - int256(43 * fee + leak));
        else assertLe(net, int256(43 * fee + leak));
    }

    /// a x b < c x d in 512 bits.
    function _isLess(uint256 a, uint256 b, uint256 c, uint256 d) private pure returns (bool) {
        (uint256 high, uint256 low) = Math.mul512(a, b);
        (uint256 high2, uint256 low2) = Math.mul512(c, d);
        return high < high2 || (high == high2 && low < low2);
    }
}
