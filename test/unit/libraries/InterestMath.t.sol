// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {InterestMath} from "../../../contracts/libraries/InterestMath.sol";
import {RAY} from "../../../contracts/libraries/Units.sol";

contract InterestMathTest is Test {
    uint256 private constant INDEX = RAY + RAY / 3 + 1;

    function test_conversions_areExactAtTheFirstIndex() public pure {
        assertEq(InterestMath.toScaledUp(7, RAY), 7);
        assertEq(InterestMath.toScaledDown(7, RAY), 7);
        assertEq(InterestMath.toDebtUp(7, RAY), 7);
        assertEq(InterestMath.toDebtDown(7, RAY), 7);
    }

    function test_conversions_roundForThePool() public pure {
        // 10 / 1.333 = 7.5, 10 x 1.333 = 13.3
        assertEq(InterestMath.toScaledUp(10, INDEX), 8);
        assertEq(InterestMath.toScaledDown(10, INDEX), 7);
        assertEq(InterestMath.toDebtUp(10, INDEX), 14);
        assertEq(InterestMath.toDebtDown(10, INDEX), 13);
    }

    /// What is lent is owed in full, and what is paid extinguishes no more than it is worth.
    function testFuzz_conversions_neverCostThePool(uint256 amount, uint256 indexRay) public pure {
        amount = bound(amount, 0, type(uint96).max);
        indexRay = bound(indexRay, RAY, InterestMath.MAX_INDEX_RAY);
        assertGe(InterestMath.toDebtDown(InterestMath.toScaledUp(amount, indexRay), indexRay), amount);
        assertLe(InterestMath.toDebtUp(InterestMath.toScaledDown(amount, indexRay), indexRay), amount);
    }

    function test_accrueIndex_stopsAtTheLargestIndex() public pure {
        assertEq(InterestMath.accrueIndexDown(INDEX, 0, type(uint256).max), INDEX);
        assertEq(InterestMath.accrueIndexDown(INDEX, RAY, type(uint256).max), InterestMath.MAX_INDEX_RAY);
        assertEq(InterestMath.accrueIndexDown(InterestMath.MAX_INDEX_RAY, 1, 1), InterestMath.MAX_INDEX_RAY);
    }
}
