// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {RiskMath} from "../../../../contracts/loans/libraries/RiskMath.sol";

/// @notice Exposes RiskMath, one case a call and many cases a call; every case is a row of words.
contract RiskMathHarness {
    uint256 public constant FAULT_DAYS = RiskMath.FAULT_DAYS;

    function faultFeeUp(uint256 fee, uint256 pledge, uint256 minimumWad) external pure returns (uint256) {
        return RiskMath.faultFeeUp(fee, pledge, minimumWad);
    }

    function orderlyNet(int256 a, uint256 v, uint256 p, uint256 t) external pure returns (int256) {
        return RiskMath.orderlyNet(a, v, p, t);
    }

    function orderlyValueDown(int256 net) external pure returns (uint256) {
        return RiskMath.orderlyValueDown(net);
    }

    function walkAwayValueDown(int256 net, uint256 fee, uint256 leak) external pure returns (uint256) {
        return RiskMath.walkAwayValueDown(net, fee, leak);
    }

    function lostPledgeUp(uint256 p, uint256 q, uint256 pRef, uint256 qRef) external pure returns (uint256) {
        return RiskMath.lostPledgeUp(p, q, pRef, qRef);
    }

    function faultRatioUp(uint256 lost, uint256 pledge) external pure returns (uint256) {
        return RiskMath.faultRatioUp(lost, pledge);
    }

    function weightedValueDown(uint256 value, uint256 weight) external pure returns (uint256) {
        return RiskMath.weightedValueDown(value, weight);
    }

    function healthDown(uint256 value, uint256 debt, uint256 weight) external pure returns (uint256) {
        return RiskMath.healthDown(value * weight, debt);
    }

    function carryingDown(uint256 value, uint256 discount) external pure returns (uint256) {
        return RiskMath.carryingDown(value, discount);
    }

    function maxBonusDown(uint256 health, uint256 weight) external pure returns (uint256) {
        return RiskMath.maxBonusDown(health, weight);
    }

    function priceToTargetUp(
        uint256 debt,
        uint256 health,
        uint256 target,
        uint256 bonus,
        uint256 weight
    ) external pure returns (uint256) {
        return RiskMath.priceToTargetUp(debt, health, target, bonus, weight);
    }

    function faceDown(uint256 price, uint256 bonus) external pure returns (uint256) {
        return RiskMath.faceDown(price, bonus);
    }

    function priceUp(uint256 face, uint256 bonus) external pure returns (uint256) {
        return RiskMath.priceUp(face, bonus);
    }

    function withoutDustUp(uint256 price, uint256 debt, uint256 minDebt) external pure returns (uint256) {
        return RiskMath.withoutDustUp(price, debt, minDebt);
    }

    /// @notice Values one miner a row: available (two's complement), vesting, pledge, fee, fault fee, least fee per
    /// pledge, leak, power, reference pledge, reference power. Answers with fault fee, net, orderly, walk-away, lost
    /// pledge, fault ratio.
    function valuations(uint256[10][] calldata rows) external pure returns (uint256[6][] memory results) {
        results = new uint256[6][](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) results[i] = _valuation(rows[i]);
    }

    /// @notice Sizes one sale a row: value, debt, weight, target, discount, share of the greatest bonus above 1,
    /// least debt. Answers with health, greatest bonus, bonus, price to target, its face, price of that face, price
    /// without dust, carrying, weighted value.
    function sales(uint256[7][] calldata rows) external pure returns (uint256[9][] memory results) {
        results = new uint256[9][](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) results[i] = _sale(rows[i]);
    }

    function _valuation(uint256[10] calldata r) private pure returns (uint256[6] memory x) {
        x[0] = RiskMath.faultFeeUp(r[4], r[2], r[5]);
        int256 net = RiskMath.orderlyNet(int256(r[0]), r[1], r[2], r[3]);
        x[1] = uint256(net);
        x[2] = RiskMath.orderlyValueDown(net);
        x[3] = RiskMath.walkAwayValueDown(net, x[0], r[6]);
        x[4] = RiskMath.lostPledgeUp(r[2], r[7], r[8], r[9]);
        x[5] = RiskMath.faultRatioUp(x[4], r[2]);
    }

    function _sale(uint256[7] calldata r) private pure returns (uint256[9] memory x) {
        x[0] = RiskMath.healthDown(r[0] * r[2], r[1]);
        x[1] = RiskMath.maxBonusDown(x[0], r[2]);
        x[2] = x[1] > 1e18 ? 1e18 + ((x[1] - 1e18) * r[5]) / 1e18 : 1e18;
        x[3] = RiskMath.priceToTargetUp(r[1], x[0], r[3], x[2], r[2]);
        x[4] = RiskMath.faceDown(x[3], x[2]);
        x[5] = RiskMath.priceUp(x[4], x[2]);
        x[6] = RiskMath.withoutDustUp(x[3], r[1], r[6]);
        x[7] = RiskMath.carryingDown(r[0], r[4]);
        x[8] = RiskMath.weightedValueDown(r[0], r[2]);
    }
}
