import { ConfigError } from "./errors.js";
import type { Address, FuturesParameters, RoleHolders } from "./types.js";

/** Reads addresses, separated by commas, from an environment variable. */
function addressesFrom(variable: string): readonly Address[] {
  const value = process.env[variable];
  if (value === undefined || value.trim() === "") {
    throw new ConfigError(variable, "addresses separated by commas in this environment variable", "nothing");
  }
  return value.split(",").map((part) => part.trim() as Address);
}

/** Role holders of a live network: whoever deploys names them, the repository cannot. */
export function roleHoldersFromEnvironment(): RoleHolders {
  return {
    admin: addressesFrom("PLIMSOLL_ADMIN"),
    upgrader: addressesFrom("PLIMSOLL_UPGRADER"),
    risk: addressesFrom("PLIMSOLL_RISK"),
    guardian: addressesFrom("PLIMSOLL_GUARDIAN"),
    arbiter: addressesFrom("PLIMSOLL_ARBITER"),
  };
}

/**
 * As much as 100,000 of the gas that Ethereum counts, of which Filecoin counts about 444 for one: enough for a wallet behind a proxy with
 * a few keys, and less than a hundredth of a block [gas of the FVM].
 */
const SIGNATURE_GAS = 45_000_000n;

/** Where a live network's fees of futures go, for good: one address. */
export function futuresFromEnvironment(): FuturesParameters {
  const [feesRecipient, ...more] = addressesFrom("PLIMSOLL_FUTURES_FEES");
  if (feesRecipient === undefined || more.length > 0) {
    throw new ConfigError("PLIMSOLL_FUTURES_FEES", "one address", `${more.length + 1}`);
  }
  return { feesRecipient, signatureGas: SIGNATURE_GAS };
}
