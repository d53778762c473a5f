import * as defaults from "./defaults.js";
import { futuresFromEnvironment, roleHoldersFromEnvironment } from "./environment.js";
import type { NetworkParameters } from "./types.js";

/** The Calibration test network. */
export function calibration(): NetworkParameters {
  return {
    name: "calibration",
    chainId: 314_159,
    local: false,
    wfil: "0xaC26a4Ab9cF2A8c5DBaB6fb4351ec0F4b07356c4",
    roles: roleHoldersFromEnvironment(),
    delays: defaults.defaultDelays,
    seed: defaults.defaultSeed,
    vault: defaults.defaultVault,
    risk: defaults.defaultRisk,
    rate: defaults.defaultRate,
    loanBook: defaults.defaultLoanBook,
    futures: futuresFromEnvironment(),
  };
}
