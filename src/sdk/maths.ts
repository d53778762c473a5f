/** Ratios [wad]. */
export const WAD = 10n ** 18n;
/** Indices and rates per epoch [ray]. */
export const RAY = 10n ** 27n;
/** What the contracts answer for "no bound". */
export const MAX_UINT256 = 2n ** 256n - 1n;

/** floor(a x b / c) for values that are not negative. */
export function mulDivDown(a: bigint, b: bigint, c: bigint): bigint {
  return (a * b) / c;
}

/** ceil(a x b / c) for values that are not negative. */
export function mulDivUp(a: bigint, b: bigint, c: bigint): bigint {
  const product = a * b;
  return product === 0n ? 0n : (product - 1n) / c + 1n;
}

export function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
