// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Lot, PostedMath} from "../../../contracts/collateral/libraries/PostedMath.sol";

/// @notice The edges of what a sale must bring in; `test/fuzz/collateral` has the rest.
contract PostedMathTest is Test {
    uint256 private constant WAD = 1e18;

    /// Sold at par: of each FIL that comes in, 0.8 of weighted value goes.
    function _lot(uint256 debt, uint256 weighted) private pure returns (Lot memory lot) {
        (lot.debt, lot.weighted) = (debt, weighted);
        (lot.targetHealthWad, lot.weightWad, lot.factorWad) = (1.03e18, 0.8e18, WAD);
        lot.minDebt = 10 ether;
    }

    function test_needUp_isNothingAtTargetHealth() public pure {
        assertEq(PostedMath.needUp(_lot(100 ether, 103 ether)), 0);
        assertEq(PostedMath.needUp(_lot(100 ether, 103 ether + 1)), 0);
        assertEq(PostedMath.needUp(_lot(0, 0)), 0, "without debt");
    }

    function test_needUp_closesTheGap() public pure {
        // (103 - 98) / (1.03 - 0.8) = 21.73913...
        assertEq(PostedMath.needUp(_lot(100 ether, 98 ether)), 21_739_130_434_782_608_696);
        assertEq(PostedMath.needUp(_lot(100 ether, 103 ether - 1)), 5, "1 / 0.23, up");
    }

    function test_needUp_isTheDebtWhereNoSaleRestoresHealth() public pure {
        Lot memory lot = _lot(100 ether, 98 ether);
        lot.factorWad = 0.78e18; // 0.8 / 0.78 = 1.0256..., just below the target: 5 / 0.0043589...
        assertEq(PostedMath.needUp(lot), 100 ether, "more than the debt is no answer either");
        lot.factorWad = (uint256(0.8e18) * WAD) / 1.03e18; // rounded down, so that as much is lost as is restored
        assertEq(PostedMath.needUp(lot), 100 ether);
        lot.weighted = 103 ether - 1;
        assertEq(PostedMath.needUp(lot), 100 ether, "however little is missing");
    }

    function test_needUp_leavesNoDust() public pure {
        assertEq(PostedMath.needUp(_lot(30 ether, 26.3 ether)), 20 ether, "4.6 / 0.23 leaves the minimum");
        assertEq(PostedMath.needUp(_lot(30 ether, 26.3 ether - 1)), 30 ether);
    }
}
