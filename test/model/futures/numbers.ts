/** Integers as the specification of the futures writes them (docs/SPEC-futures.md, section 1). */

import { Refused } from "./refused.js";

/** The whole in basis points. */
export const BPS = 10_000n;
/** Epochs of a day. */
export const DAY = 2_880n;
/** Nobody; as a user of a series, its residual account. */
export const ZERO = `0x${"00".repeat(20)}`;

/** Rounds toward zero. */
export const div = (a: bigint, b: bigint): bigint => a / b;

/** Rounds away from zero. */
export function ceil(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  if (a % b === 0n) return quotient;
  return a < 0n === b < 0n ? quotient + 1n : quotient - 1n;
}

export const abs = (x: bigint): bigint => (x < 0n ? -x : x);
export const min = (...all: readonly bigint[]): bigint => all.reduce((a, b) => (b < a ? b : a));
export const max = (...all: readonly bigint[]): bigint => all.reduce((a, b) => (b > a ? b : a));
export const clamp = (x: bigint, low: bigint, high: bigint): bigint => min(max(x, low), high);

/** `value`, or refused where an unsigned field of that width does not hold it. */
export function unsigned(bits: number, value: bigint): bigint {
  if (BigInt.asUintN(bits, value) !== value) throw new Refused("Width", `${value} is no uint${bits}`);
  return value;
}

/** `value`, or refused where a signed field of that width does not hold it. */
export function signed(bits: number, value: bigint): bigint {
  if (BigInt.asIntN(bits, value) !== value) throw new Refused("Width", `${value} is no int${bits}`);
  return value;
}
