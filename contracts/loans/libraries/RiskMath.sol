// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {WAD} from "../../libraries/Units.sol";

/// @dev No role can ask for more: a debt of this or more is never dust [attoFIL].
uint256 constant MAX_MIN_DEBT = 1_000 ether;

/// @title The arithmetic of valuation and of liquidation sizing
/// @notice Pure. Every result is rounded against the borrower where the pool bears the difference: values and health
/// down, fees, faults and prices up.
/// @dev Amounts and powers must be below 2^128 (CborReader refuses larger ones), ratios at most 2^64. Then no product
/// of an amount and a ratio, nor of two amounts, leaves 256 bits, and no sum of 8 miners' amounts leaves int256.
library RiskMath {
    /// @notice Days of fault fees that an abandoned miner pays at most: sectors are terminated after 42 proving
    /// periods of faults (builtin-actors, miner policy FAULT_MAX_AGE), and one day more for the deadline in which
    /// they are found.
    uint256 internal constant FAULT_DAYS = 43;

    // ---------------------------------------------------------------- valuation

    /// @notice The daily fault fee to reckon with: what the network says, but never less than a share of pledge,
    /// because the network's figure follows the block reward of the moment.
    /// @param faultFee MaxTerminationFee(Qv, 0) [attoFIL per day]
    /// @param pledge [attoFIL]
    /// @param minimumWad least fee per pledge [wad per day]
    /// @return [attoFIL per day], rounded up
    function faultFeeUp(uint256 faultFee, uint256 pledge, uint256 minimumWad) internal pure returns (uint256) {
        return Math.max(faultFee, Math.ceilDiv(pledge * minimumWad, WAD));
    }

    /// @notice What is left when all sectors are terminated today, below 0 when debts exceed it: A + V + P - T.
    /// @param available may be negative [attoFIL]
    /// @param vesting [attoFIL]
    /// @param pledge [attoFIL]
    /// @param terminationFee the safe bound T of the fees [attoFIL]
    /// @return [attoFIL], exact
    function orderlyNet(
        int256 available,
        uint256 vesting,
        uint256 pledge,
        uint256 terminationFee
    ) internal pure returns (int256) {
        // Casts are safe: amounts are below 2^128, the fee is a sum of two.
        return available + int256(vesting + pledge) - int256(terminationFee);
    }

    /// @notice max(0, net) [attoFIL].
    function orderlyValueDown(int256 net) internal pure returns (uint256) {
        return net > 0 ? uint256(net) : 0;
    }

    /// @notice What is left when the miner is abandoned today and burns itself down: max(0, net - 43 F - leak).
    /// @param net from `orderlyNet` [attoFIL]
    /// @param faultFee from `faultFeeUp` [attoFIL per day]
    /// @param leakBuffer what a hostile miner can lose by disputing its own proofs [attoFIL]
    /// @return [attoFIL], exact
    function walkAwayValueDown(int256 net, uint256 faultFee, uint256 leakBuffer) internal pure returns (uint256) {
        uint256 burn = FAULT_DAYS * faultFee + leakBuffer;
        uint256 value = orderlyValueDown(net);
        return value > burn ? value - burn : 0;
    }

    /// @notice The part of a miner's pledge that stands behind power which is gone: P - Q x Pref / Qref, at least 0.
    /// @dev Faults take power and leave pledge; an on-time expiry takes both. Without a reference nothing can be
    /// said: 0.
    /// @return [attoFIL], rounded up
    function lostPledgeUp(
        uint256 pledge,
        uint256 qaPower,
        uint256 pledgeRef,
        uint256 qaPowerRef
    ) internal pure returns (uint256) {
        if (pledgeRef == 0 || qaPowerRef == 0) return 0;
        return Math.saturatingSub(pledge, (qaPower * pledgeRef) / qaPowerRef);
    }

    /// @notice Share of a portfolio's pledge that is lost, at most 1; 0 without pledge.
    /// @param lost sum of `lostPledgeUp` over the miners [attoFIL]
    /// @param pledge sum of the miners' pledge [attoFIL]
    /// @return [wad], rounded up
    function faultRatioUp(uint256 lost, uint256 pledge) internal pure returns (uint256) {
        return pledge == 0 ? 0 : Math.ceilDiv(lost * WAD, pledge);
    }

    // ---------------------------------------------------------------- tests of a position

    /// @notice weight x value.
    /// @return [attoFIL], rounded down
    function weightedValueDown(uint256 value, uint256 weightWad) internal pure returns (uint256) {
        return (value * weightWad) / WAD;
    }

    /// @notice What a loan's collateral counts for: lien weight x (walk-away value - strips) + what counts with its own
    /// weight already. Strips that the lien miners do not cover are taken from the rest at the lien weight, the larger
    /// one.
    /// @param lienValue walk-away value of the lien miners [attoFIL]
    /// @param strips outstanding face of strips, senior to the debt [attoFIL]
    /// @param weightWad of the lien [wad]
    /// @param weighted escrowed miners and posted collateral, each times its weight [attoFIL]
    /// @return [attoFIL x wad], exact
    function collateralWad(
        uint256 lienValue,
        uint256 strips,
        uint256 weightWad,
        uint256 weighted
    ) internal pure returns (uint256) {
        return Math.saturatingSub(lienValue * weightWad + weighted * WAD, strips * weightWad);
    }

    /// @notice Collateral / debt; max when there is no debt.
    /// @param collateral from `collateralWad`, by the liquidation weights [attoFIL x wad]
    /// @param debt rounded up [attoFIL]
    /// @return [wad], rounded down
    function healthDown(uint256 collateral, uint256 debt) internal pure returns (uint256) {
        return debt == 0 ? type(uint256).max : collateral / debt;
    }

    /// @notice What the pool may carry a loan at for a value of its miners: value x (1 - discount).
    /// @dev With discount <= 1 - liquidation weight no loss arises while health is 1 or more.
    /// @return [attoFIL], rounded down
    function carryingDown(uint256 value, uint256 discountWad) internal pure returns (uint256) {
        return (value * (WAD - discountWad)) / WAD;
    }

    // ---------------------------------------------------------------- sizing of a liquidation

    /// @notice The most face per FIL paid that does not lower health: b x w <= HF. Health above 1, which sells
    /// nothing, counts as 1, so the result is at most 1 / w.
    /// @dev With y <= b x and b w <= HF = w L / D it follows that y / x <= L / D, and so (L - y) / (D - x) >= L / D;
    /// and for x <= D that y <= L. Below health w the result is below 1: nothing can be sold without loss.
    /// @param healthWad from `healthDown` [wad]
    /// @param liquidationWeightWad not 0 [wad]
    /// @return [wad], rounded down
    function maxBonusDown(uint256 healthWad, uint256 liquidationWeightWad) internal pure returns (uint256) {
        return (Math.min(healthWad, WAD) * WAD) / liquidationWeightWad;
    }

    /// @notice The price that brings health to target when every FIL of it buys `bonusWad` of face: D (THF - HF) /
    /// (THF - b w), at most the whole debt; 0 at target or above.
    /// @dev Selling ceil(x) for floor(b x) of face leaves health at target or above, since `healthWad` is itself
    /// rounded down.
    /// @param debt [attoFIL]
    /// @param healthWad from `healthDown` [wad]
    /// @param targetHealthWad above 1 [wad]
    /// @param bonusWad at most `maxBonusDown` [wad]
    /// @param liquidationWeightWad [wad]
    /// @return [attoFIL], rounded up
    function priceToTargetUp(
        uint256 debt,
        uint256 healthWad,
        uint256 targetHealthWad,
        uint256 bonusWad,
        uint256 liquidationWeightWad
    ) internal pure returns (uint256) {
        if (healthWad >= targetHealthWad) return 0;
        uint256 cost = bonusWad * liquidationWeightWad; // health that a FIL of price takes with it, in wad^2
        // Also where the cost is at or above target, and no price would reach it.
        if (cost >= healthWad * WAD) return debt;
        uint256 gap = (targetHealthWad - healthWad) * WAD;
        return Math.mulDiv(debt, gap, targetHealthWad * WAD - cost, Math.Rounding.Ceil);
    }

    /// @notice Face that a price buys.
    /// @return [attoFIL], rounded down
    function faceDown(uint256 price, uint256 bonusWad) internal pure returns (uint256) {
        return (price * bonusWad) / WAD;
    }

    /// @notice Price of a face.
    /// @param bonusWad not 0 [wad]
    /// @return [attoFIL], rounded up
    function priceUp(uint256 face, uint256 bonusWad) internal pure returns (uint256) {
        return Math.ceilDiv(face * WAD, bonusWad);
    }

    /// @notice `price`, or the whole debt when less than `minDebt` would be left of it.
    /// @return [attoFIL]
    function withoutDustUp(uint256 price, uint256 debt, uint256 minDebt) internal pure returns (uint256) {
        return Math.saturatingSub(debt, price) < minDebt ? debt : price;
    }
}
