// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RAY} from "./Units.sol";

/// @title Interest by an index
/// @notice Debt is kept scaled: amount x RAY / index. The index alone grows, so all debts grow in one write.
/// @dev The pool's claim rounds down, a borrower's debt rounds up: the sum of what borrowers owe never falls short of
/// what lenders are told they have.
library InterestMath {
    /// @dev Where the index stops growing: 5.19 million times its start. At 150 % a year that takes ten years; a stop
    /// there costs interest, a revert would cost repayments and redemptions.
    uint256 internal constant MAX_INDEX_RAY = type(uint112).max;

    /// @dev From this product of rate and time on, the growth exceeds any index: 1000^3 / 6 > MAX_INDEX_RAY / RAY.
    uint256 private constant MAX_EXPONENT_RAY = 1_000 * RAY;

    /// @notice e^x - 1 by the first three terms of its series, rounded down [ray].
    /// @dev Never more than the true value; short of it by less than x^4 / 24 x e^x. For a month at 150 % a year that
    /// is 0.0011 %.
    /// @param exponentRay at most 1.6e11 x RAY [ray]
    function expMinusOneDown(uint256 exponentRay) internal pure returns (uint256) {
        uint256 second = (exponentRay * exponentRay) / (2 * RAY);
        uint256 third = (second * exponentRay) / (3 * RAY);
        return exponentRay + second + third;
    }

    /// @notice The index after `elapsed` epochs, rounded down, at most `MAX_INDEX_RAY` [ray]. Never reverts for an index
    /// of at most that.
    /// @param indexRay [ray]
    /// @param ratePerEpochRay [ray per epoch]
    /// @param elapsed [epoch]
    function accrueIndexDown(
        uint256 indexRay,
        uint256 ratePerEpochRay,
        uint256 elapsed
    ) internal pure returns (uint256) {
        uint256 exponentRay = Math.min(Math.saturatingMul(ratePerEpochRay, elapsed), MAX_EXPONENT_RAY);
        // 112 bits x 118 bits at most
        return Math.min(indexRay + (indexRay * expMinusOneDown(exponentRay)) / RAY, MAX_INDEX_RAY);
    }

    /// @notice Scaled debt to charge for lending `amount`, rounded up.
    function toScaledUp(uint256 amount, uint256 indexRay) internal pure returns (uint256) {
        return Math.ceilDiv(amount * RAY, indexRay);
    }

    /// @notice Scaled debt that paying `amount` extinguishes, rounded down.
    function toScaledDown(uint256 amount, uint256 indexRay) internal pure returns (uint256) {
        return (amount * RAY) / indexRay;
    }

    /// @notice What a borrower owes for `scaled`, rounded up [attoFIL].
    function toDebtUp(uint256 scaled, uint256 indexRay) internal pure returns (uint256) {
        return Math.ceilDiv(scaled * indexRay, RAY);
    }

    /// @notice What the pool may count on for `scaled`, rounded down [attoFIL].
    function toDebtDown(uint256 scaled, uint256 indexRay) internal pure returns (uint256) {
        return (scaled * indexRay) / RAY;
    }
}
