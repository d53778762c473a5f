import { MAX_UINT256, WAD, max, min, mulDivDown, mulDivUp } from "./maths.js";

/**
 * The arithmetic of `contracts/loans/libraries/RiskMath.sol`, name for name and rounding for rounding; the two are compared on
 * random values in test/integration. Amounts and powers are not negative and below 2^128, ratios below 2^64.
 */

/** Days of fault fees that an abandoned miner pays at most. */
export const FAULT_DAYS = 43n;

/** Daily fault fee to reckon with [attoFIL per day], rounded up. */
export function faultFeeUp(faultFee: bigint, pledge: bigint, minimumWad: bigint): bigint {
  return max(faultFee, mulDivUp(pledge, minimumWad, WAD));
}

/** A + V + P - T; negative when debts exceed it [attoFIL]. */
export function orderlyNet(available: bigint, vesting: bigint, pledge: bigint, terminationFee: bigint): bigint {
  return available + vesting + pledge - terminationFee;
}

/** max(0, net) [attoFIL]. */
export function orderlyValueDown(net: bigint): bigint {
  return max(net, 0n);
}

/** max(0, net - 43 F - leak): what is left when the miner is abandoned today [attoFIL]. */
export function walkAwayValueDown(net: bigint, faultFee: bigint, leakBuffer: bigint): bigint {
  return max(orderlyValueDown(net) - FAULT_DAYS * faultFee - leakBuffer, 0n);
}

/** Pledge that stands behind power which is gone [attoFIL], rounded up. */
export function lostPledgeUp(pledge: bigint, qaPower: bigint, pledgeRef: bigint, qaPowerRef: bigint): bigint {
  if (pledgeRef === 0n || qaPowerRef === 0n) return 0n;
  return max(pledge - mulDivDown(qaPower, pledgeRef, qaPowerRef), 0n);
}

/** Share of a portfolio's pledge that is lost [wad], rounded up. */
export function faultRatioUp(lost: bigint, pledge: bigint): bigint {
  return pledge === 0n ? 0n : mulDivUp(lost, WAD, pledge);
}

/** weight x value [attoFIL], rounded down. */
export function weightedValueDown(value: bigint, weightWad: bigint): bigint {
  return mulDivDown(value, weightWad, WAD);
}

/** weight x value / debt [wad], rounded down; the largest number when there is no debt. */
export function healthDown(value: bigint, debt: bigint, weightWad: bigint): bigint {
  return debt === 0n ? MAX_UINT256 : mulDivDown(value, weightWad, debt);
}

/** What the pool may carry a loan at for a value of its miners: value x (1 - discount) [attoFIL], rounded down. */
export function carryingDown(value: bigint, discountWad: bigint): bigint {
  return mulDivDown(value, WAD - discountWad, WAD);
}

/** Most face per FIL paid that does not lower health [wad], rounded down. */
export function maxBonusDown(healthWad: bigint, liquidationWeightWad: bigint): bigint {
  return mulDivDown(min(healthWad, WAD), WAD, liquidationWeightWad);
}

/** Price that brings health to target: D (THF - HF) / (THF - b w) [attoFIL], rounded up, at most the debt. */
export function priceToTargetUp(
  debt: bigint,
  healthWad: bigint,
  targetHealthWad: bigint,
  bonusWad: bigint,
  liquidationWeightWad: bigint,
): bigint {
  if (healthWad >= targetHealthWad) return 0n;
  const cost = bonusWad * liquidationWeightWad;
  if (cost >= healthWad * WAD) return debt;
  return mulDivUp(debt, (targetHealthWad - healthWad) * WAD, targetHealthWad * WAD - cost);
}

/** Face that a price buys [attoFIL], rounded down. */
export function faceDown(price: bigint, bonusWad: bigint): bigint {
  return mulDivDown(price, bonusWad, WAD);
}

/** Price of a face [attoFIL], rounded up. */
export function priceUp(face: bigint, bonusWad: bigint): bigint {
  return mulDivUp(face, WAD, bonusWad);
}

/** `price`, or the whole debt when less than `minDebt` would be left of it [attoFIL]. */
export function withoutDustUp(price: bigint, debt: bigint, minDebt: bigint): bigint {
  return max(debt - price, 0n) < minDebt ? debt : price;
}

/**
 * Most that can be drawn before the draw test fails: the draw counts as available until it is pledged, so d must satisfy
 * w (L + d) >= D + d, hence d <= (w L - D) / (1 - w) [attoFIL], rounded down.
 */
export function drawHeadroomDown(value: bigint, debt: bigint, drawWeightWad: bigint): bigint {
  const weighted = weightedValueDown(value, drawWeightWad);
  if (weighted <= debt || drawWeightWad >= WAD) return 0n;
  return mulDivDown(weighted - debt, WAD, WAD - drawWeightWad);
}
