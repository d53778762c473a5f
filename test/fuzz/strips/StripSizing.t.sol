// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {Standing} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {RiskMath} from "../../../contracts/loans/libraries/RiskMath.sol";
import {Offer, StripMath} from "../../../contracts/loans/libraries/StripMath.sol";

/// Sizing over debts from 1 attoFIL to 2e9 FIL, weights from 0.5 to 0.99, targets up to 1.2: what no take may ever
/// do.
contract StripSizingFuzz is Test {
    struct Case {
        Standing loan;
        Offer offer;
    }

    uint256 private constant MAX_FIL = 2e27;

    function _case(
        uint256 debt,
        uint256 health,
        uint256 weight,
        uint256 target,
        uint256 minDebt,
        uint256 curve
    ) private pure returns (Case memory c) {
        c.loan.weightWad = bound(weight, 0.5e18, 0.99e18);
        c.loan.targetHealthWad = bound(target, 1e18 + 1, 1.2e18);
        c.loan.minDebt = bound(minDebt, 0, 1000e18);
        c.loan.debt = bound(debt, 1, MAX_FIL);
        // Values from the one that just carries the debt to the last one with health below 1.
        uint256 least = c.loan.debt;
        uint256 most = (c.loan.debt * 1e18 - 1) / c.loan.weightWad;
        c.loan.value = bound(health, least, Math.max(least, most));
        c.loan.healthWad = RiskMath.healthDown(c.loan.value * c.loan.weightWad, c.loan.debt);
        c.offer = StripMath.offer(c.loan, StripMath.curveDown(bound(curve, 0, 480)));
    }

    /// I9: face within the value. I10: health does not fall. L-05: no dust. And the pool never gives more than the
    /// bonus.
    function testFuzz_I9_I10_L05_anyPart(
        uint256 debt,
        uint256 health,
        uint256 weight,
        uint256 target,
        uint256 minDebt,
        uint256 curve,
        uint256 maxFace
    ) public pure {
        Case memory c = _case(debt, health, weight, target, minDebt, curve);
        if (c.loan.healthWad >= 1e18) return; // rounding at debts of a few attoFIL
        maxFace = bound(maxFace, 0, c.offer.face + c.offer.face / 8 + 1);
        (uint256 face, uint256 price) = StripMath.partOf(c.offer, maxFace, c.loan.debt, c.loan.minDebt);
        if (price < c.offer.leastPrice) return;
        _assertSale(c, face, price);
        assertLe(face, maxFace);
        assertLe(price, c.offer.price);
    }

    function testFuzz_I9_I10_L05_all(
        uint256 debt,
        uint256 health,
        uint256 weight,
        uint256 target,
        uint256 minDebt,
        uint256 curve
    ) public pure {
        Case memory c = _case(debt, health, weight, target, minDebt, curve);
        if (c.loan.healthWad >= 1e18) return;
        assertGe(c.offer.bonusWad, 1e18);
        assertGe(c.offer.price, c.offer.leastPrice, "all may always be bought");
        _assertSale(c, c.offer.face, c.offer.price);
        uint256 left = c.loan.debt - c.offer.price;
        if (left > 0) {
            uint256 after_ = RiskMath.healthDown((c.loan.value - c.offer.face) * c.loan.weightWad, left);
            assertGe(after_, c.loan.targetHealthWad, "target");
        }
    }

    function _assertSale(Case memory c, uint256 face, uint256 price) private pure {
        uint256 debt = c.loan.debt;
        uint256 value = c.loan.value;
        assertGt(price, 0);
        assertGt(face, 0);
        assertLe(price, debt);
        assertLe(face, value, "I9");
        assertLe(face * 1e18, price * c.offer.bonusWad, "bonus");
        // (L - y) / (D - x) >= L / D, exactly.
        assertGe((value - face) * debt, value * (debt - price), "I10");
        uint256 left = debt - price;
        if (left > 0) assertGe(left, c.loan.minDebt, "L-05");
        if (price < c.offer.price) assertGe(price, 1e18, "minimum");
    }

    /// One attoFIL less of price for the same face would break a promise: rounding is tight, not generous.
    function testFuzz_priceOfAPartIsTheLeast(uint256 debt, uint256 health, uint256 curve, uint256 maxFace) public pure {
        Case memory c = _case(bound(debt, 100e18, MAX_FIL), health, 0.96e18, 1.03e18, 10e18, curve);
        if (c.loan.healthWad >= 1e18) return;
        maxFace = bound(maxFace, 1, c.offer.face - 1);
        (uint256 face, uint256 price) = StripMath.partOf(c.offer, maxFace, c.loan.debt, 10e18);
        if (face == maxFace) assertLt((price - 1) * c.offer.bonusWad, face * 1e18);
        else assertEq(price, c.loan.debt - 10e18, "cut by the dust rule alone");
    }

    /// L-02, split liquidations: buying in two parts gives no more face, to 7e-17 of the debt, and no better price
    /// than buying at once.
    function testFuzz_L04_splittingEarnsNothing(uint256 debt, uint256 health, uint256 curve, uint256 part) public pure {
        Case memory c = _case(bound(debt, 100e18, MAX_FIL), health, 0.96e18, 1.03e18, 10e18, curve);
        if (c.loan.healthWad >= 1e18) return;
        (uint256 y1, uint256 x1) = StripMath.partOf(c.offer, bound(part, 1e18, c.offer.face), c.loan.debt, 10e18);
        if (x1 < c.offer.leastPrice || x1 == c.loan.debt) return;
        Standing memory rest;
        (rest.weightWad, rest.targetHealthWad, rest.minDebt) = (0.96e18, 1.03e18, 10e18);
        rest.debt = c.loan.debt - x1;
        rest.value = c.loan.value - y1;
        rest.healthWad = RiskMath.healthDown(rest.value * 0.96e18, rest.debt);
        if (rest.healthWad >= 1e18) return;
        // The curve stands still within a block; the reserve price of the round does too.
        Offer memory second = StripMath.offer(rest, c.offer.bonusWad);
        assertEq(second.bonusWad, c.offer.bonusWad);
        // Health after the first part is rounded down by less than 1e-18; of that, target less health is at least
        // 0.03.
        uint256 slack = (2 * c.loan.debt) / 0.03e18 + 2;
        assertLe(y1 + second.face, c.offer.face + slack, "face");
        assertLe((y1 + second.face) * 1e18, (x1 + second.price) * c.offer.bonusWad, "price");
    }
}
