// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {RiskMath} from "../../../../contracts/loans/libraries/RiskMath.sol";

/// @notice Every rounding from both sides: the last value that does not round, and the first that does.
contract RiskMathTest is Test {
    uint256 private constant MAX_AMOUNT = type(uint128).max;

    // ---------------------------------------------------------------- faultFeeUp

    function test_faultFeeUp_takesTheNetworksFigureWhenItIsHigher() public pure {
        assertEq(RiskMath.faultFeeUp(4 ether, 1_000 ether, 0.003e18), 4 ether);
    }

    function test_faultFeeUp_takesTheFloorWhenItIsHigher() public pure {
        assertEq(RiskMath.faultFeeUp(2 ether, 1_000 ether, 0.003e18), 3 ether);
        assertEq(RiskMath.faultFeeUp(3 ether, 1_000 ether, 0.003e18), 3 ether);
    }

    function test_faultFeeUp_roundsTheFloorUp() public pure {
        assertEq(RiskMath.faultFeeUp(0, 1_000, 0.003e18), 3);
        assertEq(RiskMath.faultFeeUp(0, 1_001, 0.003e18), 4, "3.003");
        assertEq(RiskMath.faultFeeUp(0, 999, 0.003e18), 3, "2.997");
        assertEq(RiskMath.faultFeeUp(0, 1, 1), 1);
        assertEq(RiskMath.faultFeeUp(0, 0, 0.02e18), 0);
    }

    // ---------------------------------------------------------------- orderly and walk-away

    function test_orderlyNet_isTheSum() public pure {
        assertEq(RiskMath.orderlyNet(5, 7, 11, 3), 20);
        assertEq(RiskMath.orderlyNet(-5, 7, 11, 3), 10);
        assertEq(RiskMath.orderlyNet(-100, 7, 11, 3), -85);
    }

    function test_orderlyNet_holdsTheExtremes() public pure {
        int256 most = int256(MAX_AMOUNT);
        assertEq(RiskMath.orderlyNet(most, MAX_AMOUNT, MAX_AMOUNT, 0), 3 * most);
        assertEq(RiskMath.orderlyNet(-most, 0, 0, 2 * MAX_AMOUNT), -3 * most);
    }

    function test_orderlyValueDown_stopsAtZero() public pure {
        assertEq(RiskMath.orderlyValueDown(1), 1);
        assertEq(RiskMath.orderlyValueDown(0), 0);
        assertEq(RiskMath.orderlyValueDown(-1), 0);
        assertEq(RiskMath.orderlyValueDown(type(int256).min), 0);
    }

    function test_walkAwayValueDown_takes43DaysAndTheLeak() public pure {
        assertEq(RiskMath.walkAwayValueDown(1_000, 10, 70), 500);
        assertEq(RiskMath.FAULT_DAYS, 43);
    }

    function test_walkAwayValueDown_stopsAtZero() public pure {
        assertEq(RiskMath.walkAwayValueDown(501, 10, 70), 1);
        assertEq(RiskMath.walkAwayValueDown(500, 10, 70), 0);
        assertEq(RiskMath.walkAwayValueDown(499, 10, 70), 0);
        assertEq(RiskMath.walkAwayValueDown(-1, 0, 0), 0);
        assertEq(RiskMath.walkAwayValueDown(0, 0, 0), 0);
    }

    // ---------------------------------------------------------------- faults

    function test_lostPledgeUp_isNothingAtTheReferenceAndAbove() public pure {
        assertEq(RiskMath.lostPledgeUp(100, 1_000, 100, 1_000), 0);
        assertEq(RiskMath.lostPledgeUp(100, 5_000, 100, 1_000), 0);
        assertEq(RiskMath.lostPledgeUp(50, 500, 100, 1_000), 0, "expiry takes both");
    }

    function test_lostPledgeUp_isWhatThePowerLeftDoesNotCarry() public pure {
        assertEq(RiskMath.lostPledgeUp(100, 900, 100, 1_000), 10);
        assertEq(RiskMath.lostPledgeUp(100, 0, 100, 1_000), 100);
        assertEq(RiskMath.lostPledgeUp(200, 900, 100, 1_000), 110);
    }

    function test_lostPledgeUp_roundsUp() public pure {
        assertEq(RiskMath.lostPledgeUp(100, 991, 100, 1_000), 1, "0.9");
        assertEq(RiskMath.lostPledgeUp(100, 990, 100, 1_000), 1);
        assertEq(RiskMath.lostPledgeUp(100, 989, 100, 1_000), 2, "1.1");
    }

    function test_lostPledgeUp_isNothingWithoutAReference() public pure {
        assertEq(RiskMath.lostPledgeUp(100, 0, 0, 1_000), 0);
        assertEq(RiskMath.lostPledgeUp(100, 0, 100, 0), 0);
        assertEq(RiskMath.lostPledgeUp(0, 0, 100, 1_000), 0);
    }

    function test_lostPledgeUp_holdsTheExtremes() public pure {
        assertEq(RiskMath.lostPledgeUp(MAX_AMOUNT, MAX_AMOUNT, MAX_AMOUNT, MAX_AMOUNT), 0);
        assertEq(RiskMath.lostPledgeUp(MAX_AMOUNT, 0, 1, MAX_AMOUNT), MAX_AMOUNT);
    }

    function test_faultRatioUp_roundsUp() public pure {
        assertEq(RiskMath.faultRatioUp(1, 2), 0.5e18);
        assertEq(RiskMath.faultRatioUp(1, 3), 333333333333333334);
        assertEq(RiskMath.faultRatioUp(2, 3), 666666666666666667);
        assertEq(RiskMath.faultRatioUp(3, 3), 1e18);
    }

    function test_faultRatioUp_isZeroWithoutPledgeAndWithoutLoss() public pure {
        assertEq(RiskMath.faultRatioUp(0, 0), 0);
        assertEq(RiskMath.faultRatioUp(0, 5), 0);
    }

    // ---------------------------------------------------------------- tests of a position

    function test_weightedValueDown_roundsDown() public pure {
        assertEq(RiskMath.weightedValueDown(100, 0.88e18), 88);
        assertEq(RiskMath.weightedValueDown(101, 0.88e18), 88, "88.88");
        assertEq(RiskMath.weightedValueDown(99, 0.88e18), 87, "87.12");
        assertEq(RiskMath.weightedValueDown(1, 0.96e18), 0);
    }

    /// Strips take from the lien miners first; what they leave open is taken from the rest at the lien's weight.
    function test_collateralWad_weighsEachPart() public pure {
        assertEq(RiskMath.collateralWad(100, 0, 0.96e18, 0), 96e18);
        assertEq(RiskMath.collateralWad(100, 40, 0.96e18, 0), 57.6e18);
        assertEq(RiskMath.collateralWad(100, 40, 0.96e18, 7), 64.6e18);
        assertEq(RiskMath.collateralWad(100, 101, 0.96e18, 7), 6.04e18);
        assertEq(RiskMath.collateralWad(100, 108, 0.96e18, 7), 0, "strips take it all");
    }

    function test_healthDown_roundsDown() public pure {
        assertEq(RiskMath.healthDown(100 * 0.96e18, 96), 1e18);
        assertEq(RiskMath.healthDown(100 * 0.96e18, 97), 989690721649484536, "0.989690721649484536(08)");
        assertEq(RiskMath.healthDown(1 * 0.5e18, 3), 166666666666666666);
        assertEq(RiskMath.healthDown(0 * 0.96e18, 1), 0);
    }

    function test_healthDown_isMaxWithoutDebt() public pure {
        assertEq(RiskMath.healthDown(0 * 0.96e18, 0), type(uint256).max);
        assertEq(RiskMath.healthDown(100 * 0.96e18, 0), type(uint256).max);
    }

    function test_healthDown_isBelowOneExactlyWhenTheWeightedValueIsBelowTheDebt() public pure {
        assertEq(RiskMath.healthDown(1_000 ether * 0.96e18, 960 ether), 1e18);
        assertEq(RiskMath.healthDown((1_000 ether - 1) * 0.96e18, 960 ether), 1e18 - 1);
        assertEq(RiskMath.healthDown(1_000 ether * 0.96e18, 960 ether + 1), 1e18 - 1);
    }

    function test_carryingDown_roundsDown() public pure {
        assertEq(RiskMath.carryingDown(100, 0.02e18), 98);
        assertEq(RiskMath.carryingDown(99, 0.02e18), 97, "97.02");
        assertEq(RiskMath.carryingDown(1, 0.02e18), 0, "0.98");
        assertEq(RiskMath.carryingDown(0, 0), 0);
        assertEq(RiskMath.carryingDown(97, 0), 97);
    }

    // ---------------------------------------------------------------- sizing

    function test_maxBonusDown_isHealthByWeight() public pure {
        assertEq(RiskMath.maxBonusDown(0.96e18, 0.96e18), 1e18);
        assertEq(RiskMath.maxBonusDown(0.5e18, 0.5e18), 1e18);
        assertEq(RiskMath.maxBonusDown(0.48e18, 0.96e18), 0.5e18);
    }

    function test_maxBonusDown_roundsDown() public pure {
        assertEq(RiskMath.maxBonusDown(1e18, 0.96e18), 1041666666666666666, "25/24");
        assertEq(RiskMath.maxBonusDown(0.96e18 - 1, 0.96e18), 1e18 - 2, "1e18 - 1.04");
    }

    function test_maxBonusDown_countsHealthAboveOneAsOne() public pure {
        assertEq(RiskMath.maxBonusDown(1e18 + 1, 0.5e18), 2e18);
        assertEq(RiskMath.maxBonusDown(type(uint256).max, 0.96e18), 1041666666666666666);
    }

    function test_priceToTargetUp_solvesTheSizing() public pure {
        // D = 1000, HF = 0.98, THF = 1.03, b = 1, w = 0.96: 1000 x 0.05 / 0.07
        assertEq(RiskMath.priceToTargetUp(1_000 ether, 0.98e18, 1.03e18, 1e18, 0.96e18), 714285714285714285715);
        // D = 700, HF = 0.98, THF = 1.05, b = 1, w = 0.95: 700 x 0.07 / 0.1, no remainder
        assertEq(RiskMath.priceToTargetUp(700, 0.98e18, 1.05e18, 1e18, 0.95e18), 490);
        assertEq(RiskMath.priceToTargetUp(701, 0.98e18, 1.05e18, 1e18, 0.95e18), 491, "490.7");
        assertEq(RiskMath.priceToTargetUp(699, 0.98e18, 1.05e18, 1e18, 0.95e18), 490, "489.3");
    }

    function test_priceToTargetUp_isNothingAtTargetAndAbove() public pure {
        assertEq(RiskMath.priceToTargetUp(1_000, 1.03e18, 1.03e18, 1e18, 0.96e18), 0);
        assertEq(RiskMath.priceToTargetUp(1_000, type(uint256).max, 1.03e18, 1e18, 0.96e18), 0);
        assertEq(RiskMath.priceToTargetUp(1_000, 1.03e18 - 1, 1.03e18, 1e18, 0.96e18), 1);
    }

    function test_priceToTargetUp_isTheWholeDebtWhenASaleDoesNotHelp() public pure {
        // b w = HF: each sale leaves health where it is
        assertEq(RiskMath.priceToTargetUp(1_000, 0.96e18, 1.03e18, 1e18, 0.96e18), 1_000);
        assertEq(RiskMath.priceToTargetUp(1_000, 0.9e18, 1.03e18, 1e18, 0.96e18), 1_000);
        assertEq(RiskMath.priceToTargetUp(1_000, 0.9e18, 1.03e18, 2e18, 0.96e18), 1_000, "b w above target");
        assertEq(RiskMath.priceToTargetUp(1_000, 0, 1.03e18, 1e18, 0.5e18), 1_000);
    }

    function test_priceToTargetUp_isNeverMoreThanTheDebt() public pure {
        // b w just below HF
        assertEq(RiskMath.priceToTargetUp(1_000, 0.96e18 + 1, 1.03e18, 1e18, 0.96e18), 1_000);
    }

    function test_faceDown_roundsDown() public pure {
        assertEq(RiskMath.faceDown(100, 1.01e18), 101);
        assertEq(RiskMath.faceDown(199, 1.01e18), 200, "200.99");
        assertEq(RiskMath.faceDown(200, 1.01e18), 202);
        assertEq(RiskMath.faceDown(0, 2e18), 0);
    }

    function test_priceUp_roundsUp() public pure {
        assertEq(RiskMath.priceUp(101, 1.01e18), 100);
        assertEq(RiskMath.priceUp(102, 1.01e18), 101, "100.99");
        assertEq(RiskMath.priceUp(100, 1.01e18), 100, "99.009");
        assertEq(RiskMath.priceUp(0, 1.01e18), 0);
    }

    function test_withoutDustUp_takesAllWhenLessThanTheLeastDebtWouldBeLeft() public pure {
        assertEq(RiskMath.withoutDustUp(90, 100, 10), 90);
        assertEq(RiskMath.withoutDustUp(91, 100, 10), 100);
        assertEq(RiskMath.withoutDustUp(100, 100, 10), 100);
        assertEq(RiskMath.withoutDustUp(101, 100, 10), 100);
        assertEq(RiskMath.withoutDustUp(0, 9, 10), 9);
        assertEq(RiskMath.withoutDustUp(0, 10, 10), 0);
    }
}
