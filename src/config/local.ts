import * as defaults from "./defaults.js";
import type { NetworkParameters } from "./types.js";
import { FIL } from "./units.js";

/**
 * The in-process chain and `hardhat node`. Accounts 1 to 4 of the public test mnemonic play governor, guardian, risk manager and arbiter;
 * account 5 gets the futures' fees.
 */
export const local: NetworkParameters = {
  name: "local",
  chainId: 31_415_926,
  local: true,
  wfil: undefined,
  roles: {
    admin: ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"],
    upgrader: ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"],
    guardian: ["0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"],
    risk: ["0x90F79bf6EB2c4f870365E785982E1f101E93b906"],
    arbiter: ["0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"],
  },
  delays: defaults.defaultDelays,
  seed: defaults.defaultSeed,
  // Room for whole scenarios in a moment: here no time passes between one loan and the next.
  vault: { ...defaults.defaultVault, depositsPerDay: 100_000_000n * FIL, drawsPerDay: 100_000_000n * FIL },
  risk: defaults.defaultRisk,
  rate: defaults.defaultRate,
  loanBook: defaults.defaultLoanBook,
  futures: { feesRecipient: "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc", signatureGas: 100_000n },
};
