import { calibration } from "./calibration.js";
import { ConfigError } from "./errors.js";
import { filecoin } from "./filecoin.js";
import { local } from "./local.js";
import type { NetworkParameters } from "./types.js";
import { validate } from "./validate.js";

export { ConfigError } from "./errors.js";
export type * from "./types.js";
export { bps, DAY, EPOCHS_PER_DAY, FIL, WAD } from "./units.js";
export { validate } from "./validate.js";

/** Chain ids with parameters: a local chain, Calibration, the main network. */
export const CHAIN_IDS = { local: 31_415_926, calibration: 314_159, filecoin: 314 } as const;

/** The checked parameters of a chain. */
export function parametersFor(chainId: number): NetworkParameters {
  if (chainId === CHAIN_IDS.local) return validate(local);
  if (chainId === CHAIN_IDS.calibration) return validate(calibration());
  if (chainId === CHAIN_IDS.filecoin) return validate(filecoin());
  throw new ConfigError("chain id", Object.values(CHAIN_IDS).join(" or "), String(chainId));
}
