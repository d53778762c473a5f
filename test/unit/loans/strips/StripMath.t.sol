// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {Standing} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {Strip} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {Offer, StripMath} from "../../../../contracts/loans/libraries/StripMath.sol";

/// The curve against exact powers, and the edges of an offer.
contract StripMathTest is Test {
    // ---------------------------------------------------------------- curve

    /// Figures of 10001^n / 10000^n, rounded down, by exact integers of any size.
    function test_curve_exactFigures() public pure {
        assertEq(StripMath.curveDown(0), 1e18);
        assertEq(StripMath.curveDown(1), 1.0001e18);
        assertEq(StripMath.curveDown(2), 1.00020001e18);
        assertEq(StripMath.curveDown(3), 1.000300030001e18);
        assertEq(StripMath.curveDown(7), 1000700210035003500);
        assertEq(StripMath.curveDown(240), 1024289088824914535);
        assertEq(StripMath.curveDown(408), 1041641631150581427);
        assertEq(StripMath.curveDown(409), 1041745795313696486);
        assertEq(StripMath.curveDown(479), 1049063231162657393);
        assertEq(StripMath.curveDown(480), 1049168137485773658);
    }

    /// Every epoch against a chain of single steps at 70 digits: its error, below 480e-70, is far from changing a
    /// digit.
    function test_curve_everyEpochOfARound() public pure {
        uint256 exact = 1e70;
        for (uint256 epoch; epoch <= 480; ++epoch) {
            assertEq(StripMath.curveDown(epoch), exact / 1e52);
            // The next digits are not all zeros or all nines.
            assertLt(exact % 1e52, 1e52 - 1e12);
            exact = Math.mulDiv(exact, 10_001, 10_000);
        }
    }

    function test_curve_rises() public pure {
        uint256 last;
        for (uint256 epoch; epoch <= 480; ++epoch) {
            uint256 next = StripMath.curveDown(epoch);
            assertGt(next, last);
            last = next;
        }
    }

    function testFuzz_curve_isFlatAfterTheRound(uint256 epoch) public pure {
        epoch = bound(epoch, 480, type(uint256).max);
        assertEq(StripMath.curveDown(epoch), 1049168137485773658);
    }

    /// Reaches the most that health below 1 allows at the default weight, 1 / 0.96, in epoch 409.
    function test_curve_reachesTheReservePriceWithinARound() public pure {
        uint256 most = (uint256(1e18) * 1e18) / 0.96e18;
        assertLt(StripMath.curveDown(408), most);
        assertGt(StripMath.curveDown(409), most);
    }

    // ---------------------------------------------------------------- offers

    function _loan(uint256 debt, uint256 value) private pure returns (Standing memory loan) {
        loan.debt = debt;
        loan.value = value;
        loan.healthWad = (value * 0.96e18) / debt;
        loan.weightWad = 0.96e18;
        loan.targetHealthWad = 1.03e18;
        loan.minDebt = 10e18;
    }

    function test_offer_bonusIsCutToWhatHealthAllows() public pure {
        Offer memory o = StripMath.offer(_loan(1000e18, 1020e18), 1.05e18);
        assertEq(o.bonusWad, 1.02e18);
        assertEq(o.price, 1000e18, "at that bonus health does not move");
        assertEq(o.face, 1020e18);
    }

    /// H = 0.9792, b = 1.01: x = 1000 x 0.0508 / (1.03 - 0.9696) = 841.05..
    function test_offer_roundsPriceUpAndFaceDown() public pure {
        Offer memory o = StripMath.offer(_loan(1000e18, 1020e18), 1.01e18);
        assertEq(o.bonusWad, 1.01e18);
        assertEq(o.price, 841_059602649006622517); // ...516.55..
        assertEq(o.face, 849_470198675496688742); // ...742.17
        assertEq(o.leastPrice, 1e18);
    }

    function test_partOf_nothingIsNothing() public pure {
        Offer memory o = StripMath.offer(_loan(1000e18, 1020e18), 1.01e18);
        (uint256 face, uint256 price) = StripMath.partOf(o, 0, 1000e18, 10e18);
        assertEq(face, 0);
        assertEq(price, 0);
    }

    function test_partOf_allAtAndAboveTheFace() public pure {
        Offer memory o = StripMath.offer(_loan(1000e18, 1020e18), 1.01e18);
        (uint256 face, uint256 price) = StripMath.partOf(o, o.face, 1000e18, 10e18);
        assertEq(face, o.face);
        assertEq(price, o.price);
        (face, price) = StripMath.partOf(o, type(uint256).max, 1000e18, 10e18);
        assertEq(face, o.face);
        assertEq(price, o.price);
    }

    /// 100 attoFIL below nothing: a part whose price rounds up to the whole debt leaves no debt, and so no dust.
    function test_partOf_priceThatRoundsUpToTheWholeDebtIsKept() public pure {
        Offer memory o = Offer(1.05e18, 105, 100, 100);
        (uint256 face, uint256 price) = StripMath.partOf(o, 104, 100, 10);
        assertEq(price, 100); // ceil(99.04)
        assertEq(face, 104);
    }

    function test_partOf_dustIsCutOff() public pure {
        Offer memory o = Offer(1.05e18, 105, 100, 100);
        (uint256 face, uint256 price) = StripMath.partOf(o, 103, 100, 10);
        assertEq(price, 90); // not ceil(98.09)
        assertEq(face, 94); // floor(94.5)
    }

    function test_partOf_leavingTheMinimumExactlyIsNoDust() public pure {
        Offer memory o = Offer(1.05e18, 105, 100, 1);
        (uint256 face, uint256 price) = StripMath.partOf(o, 94, 100, 10);
        assertEq(price, 90); // ceil(89.52)
        assertEq(face, 94);
    }

    // ---------------------------------------------------------------- claims

    function test_claimableOf_edges() public pure {
        Strip memory strip = Strip(1, 100, 50, 0);
        assertEq(StripMath.claimableOf(strip, 0), 0);
        assertEq(StripMath.claimableOf(strip, 100), 0);
        assertEq(StripMath.claimableOf(strip, 101), 1);
        assertEq(StripMath.claimableOf(strip, 149), 49);
        assertEq(StripMath.claimableOf(strip, 150), 50);
        assertEq(StripMath.claimableOf(strip, type(uint256).max), 50);
        strip.claimed = 20;
        assertEq(StripMath.claimableOf(strip, 120), 0);
        assertEq(StripMath.claimableOf(strip, 121), 1);
        assertEq(StripMath.claimableOf(strip, 150), 30);
    }
}
