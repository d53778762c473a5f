import * as defaults from "./defaults.js";
import { futuresFromEnvironment, roleHoldersFromEnvironment } from "./environment.js";
import type { NetworkParameters } from "./types.js";

/** The main network. */
export function filecoin(): NetworkParameters {
  return {
    name: "filecoin",
    chainId: 314,
    local: false,
    wfil: "0x60E1773636CF5E4A227d9AC24F20fEca034ee25A",
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
