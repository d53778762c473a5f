// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {ControlFacts} from "../../../../contracts/loans/interfaces/ILoanEscrow.sol";
import {ControlMath} from "../../../../contracts/loans/libraries/ControlMath.sol";
import {RiskMath} from "../../../../contracts/loans/libraries/RiskMath.sol";

/// @notice The price of a miner, and what the reserve price promises.
contract ControlMathTest is Test {
    uint256 private constant CURVE_END = 1_333_738_099_436_780_958;

    function facts(uint256 value, uint256 walkAway, uint256 strips) private pure returns (ControlFacts memory f) {
        f.orderlyValue = value;
        f.walkAwayValue = walkAway;
        f.strips = strips;
        (f.weightWad, f.escrowWeightWad) = (0.96e18, 0.94e18);
    }

    function test_curveDown_isTheExactPowerRoundedDown() public pure {
        assertEq(ControlMath.curveDown(0), 1e18);
        assertEq(ControlMath.curveDown(1), 1.0001e18);
        assertEq(ControlMath.curveDown(2), 1.00020001e18);
        assertEq(ControlMath.curveDown(3), 1.000300030001e18);
        // floor(1.0001^2880 x 1e18), by exact integers
        assertEq(ControlMath.curveDown(2_880), CURVE_END);
        assertEq(ControlMath.curveDown(2_881), CURVE_END, "constant after the round");
        assertEq(ControlMath.curveDown(type(uint256).max), CURVE_END);
    }

    function test_curveDown_neverFalls() public pure {
        uint256 last = 1e18;
        for (uint256 i = 1; i <= 2_880; ++i) {
            uint256 next = ControlMath.curveDown(i);
            assertGt(next, last);
            last = next;
        }
    }

    function test_reserveUp_isTheWeightedValue() public pure {
        assertEq(ControlMath.reserveUp(facts(1_000 ether, 0, 0)), 940 ether);
        assertEq(ControlMath.reserveUp(facts(1_000 ether + 1, 0, 0)), 940 ether + 1, "rounded up");
    }

    function test_reserveUp_isAtLeastTheWalkAwayValue() public pure {
        assertEq(ControlMath.reserveUp(facts(1_000 ether, 940 ether, 0)), 940 ether);
        assertEq(ControlMath.reserveUp(facts(1_000 ether, 940 ether + 1, 0)), 940 ether + 1);
    }

    function test_reserveUp_risesByWhatStripsCountLess() public pure {
        assertEq(ControlMath.reserveUp(facts(1_000 ether, 0, 100 ether)), 944 ether);
        // More strips than the price: all of it goes to them, and 0.96 x price must be 940.
        uint256 all = ControlMath.reserveUp(facts(1_000 ether, 0, 5_000 ether));
        assertEq(all, 979_166_666_666_666_666_667);
        assertEq(ControlMath.reserveUp(facts(1_000 ether, 0, all)), all);
    }

    function test_priceUp_fallsToTheReserve() public pure {
        ControlFacts memory f = facts(1_000 ether, 800 ether, 0);
        assertEq(ControlMath.priceUp(f, 0), 1_200 ether);
        assertEq(ControlMath.priceUp(f, 1), Math.ceilDiv(1_200 ether * 1e18, 1.0001e18));
        assertEq(ControlMath.priceUp(f, 2_880), 940 ether);
    }

    /// The lemma of `reserveUp`, over all weights that the risk engine allows: debt less weighted collateral does not grow by a sale at the
    /// reserve price or above, whatever else secures the loan.
    function testFuzz_reserveUp_theWeightedShortfallDoesNotGrow(
        uint256 value,
        uint256 strips,
        uint256 lien,
        uint256 others,
        uint256 weightWad,
        uint256 escrowWeightWad,
        uint256 above
    ) public pure {
        ControlFacts memory f;
        f.orderlyValue = bound(value, 1, 1e27);
        f.strips = bound(strips, 0, 1e27);
        f.weightWad = bound(weightWad, 0.5e18, 0.96e18);
        f.escrowWeightWad = bound(escrowWeightWad, 0.5e18, f.weightWad);
        lien = bound(lien, 0, 1e27);
        others = bound(others, 0, 1e27);
        uint256 price = ControlMath.reserveUp(f) + bound(above, 0, f.orderlyValue);
        assertLe(ControlMath.reserveUp(f), f.orderlyValue + 2, "never above the orderly value");

        uint256 before = collateral(lien, f.strips, f.weightWad, others + f.orderlyValue, f.escrowWeightWad);
        uint256 toStrips = Math.min(price, f.strips);
        uint256 after_ = collateral(lien, f.strips - toStrips, f.weightWad, others, f.escrowWeightWad);
        // What the debt falls by, and what the collateral falls by; the engine rounds weighted values down, by 1 at most.
        assertGe((price - toStrips + 1) * 1e18 + after_, before);
    }

    function collateral(
        uint256 lien,
        uint256 strips,
        uint256 weightWad,
        uint256 escrowed,
        uint256 escrowWeightWad
    ) private pure returns (uint256) {
        uint256 weighted = RiskMath.weightedValueDown(escrowed, escrowWeightWad);
        return RiskMath.collateralWad(lien, strips, weightWad, weighted);
    }
}
