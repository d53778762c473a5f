/** 1 FIL [attoFIL]. */
export const FIL = 10n ** 18n;
/** 1 as a ratio [wad]. */
export const WAD = 10n ** 18n;
/** 30 seconds an epoch [epoch]. */
export const EPOCHS_PER_DAY = 2_880n;
/** [seconds] */
export const DAY = 86_400n;

/** A ratio given in hundredths of a percent [wad]. */
export function bps(value: bigint): bigint {
  return (value * WAD) / 10_000n;
}
