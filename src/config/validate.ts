import { getAddress } from "ethers";

import { ConfigError } from "./errors.js";
import type {
  Address,
  NetworkParameters,
  RateParameters,
  RiskParameters,
  RoleHolders,
  VaultParameters,
} from "./types.js";
import { bps, DAY, EPOCHS_PER_DAY, FIL, WAD } from "./units.js";

const ZERO = /^0x0{40}$/;

function checkAddress(parameter: string, value: Address): void {
  if (!/^0x[0-9a-fA-F]{40}$/.test(value)) {
    throw new ConfigError(parameter, "an address: 0x and 40 hexadecimal digits", value);
  }
  if (ZERO.test(value)) throw new ConfigError(parameter, "an address that is not zero", value);
  try {
    getAddress(value);
  } catch {
    throw new ConfigError(parameter, "an address with a right checksum (or all in lower case)", value);
  }
}

function checkRange(parameter: string, value: bigint, lower: bigint, upper: bigint): void {
  if (value < lower || value > upper) throw new ConfigError(parameter, `${lower} to ${upper}`, String(value));
}

function checkRoles(network: string, roles: RoleHolders): void {
  for (const [role, holders] of Object.entries(roles) as Array<[keyof RoleHolders, readonly Address[]]>) {
    if (holders.length === 0) throw new ConfigError(`${network}.roles.${role}`, "at least one holder", "none");
    for (const holder of holders) checkAddress(`${network}.roles.${role}`, holder);
    const distinct = new Set(holders.map((holder) => holder.toLowerCase()));
    if (distinct.size !== holders.length) {
      throw new ConfigError(`${network}.roles.${role}`, "each holder once", holders.join(", "));
    }
  }
  // A guardian that could also upgrade would veto nobody but itself.
  for (const guardian of roles.guardian) {
    for (const role of ["admin", "upgrader"] as const) {
      if (roles[role].some((holder) => holder.toLowerCase() === guardian.toLowerCase())) {
        throw new ConfigError(`${network}.roles.guardian`, `a holder that is not in ${role}`, guardian);
      }
    }
  }
}

/** Order and coarse bounds; the contract has the hard ones and the last word. */
function checkRisk(network: string, risk: RiskParameters): void {
  const at = (field: keyof RiskParameters): string => `${network}.risk.${field}`;
  checkRange(at("drawWeightWad"), risk.drawWeightWad, 1n, risk.callWeightWad);
  checkRange(at("callWeightWad"), risk.callWeightWad, risk.drawWeightWad, risk.liquidationWeightWad);
  checkRange(at("liquidationWeightWad"), risk.liquidationWeightWad, risk.callWeightWad, WAD);
  const { escrowDrawWeightWad, escrowCallWeightWad, escrowLiquidationWeightWad } = risk;
  checkRange(at("escrowDrawWeightWad"), escrowDrawWeightWad, 1n, escrowCallWeightWad);
  checkRange(at("escrowCallWeightWad"), escrowCallWeightWad, escrowDrawWeightWad, escrowLiquidationWeightWad);
  checkRange(
    at("escrowLiquidationWeightWad"),
    escrowLiquidationWeightWad,
    escrowCallWeightWad,
    risk.liquidationWeightWad,
  );
  checkRange(at("targetHealthWad"), risk.targetHealthWad, WAD + 1n, 2n * WAD);
  checkRange(at("provisionDiscountWad"), risk.provisionDiscountWad, 0n, WAD);
  checkRange(at("proofPledgeWad"), risk.proofPledgeWad, 1n, WAD);
  checkRange(at("maxFaultRatioWad"), risk.maxFaultRatioWad, 1n, WAD);
  checkRange(at("minFaultFeePerPledgeWad"), risk.minFaultFeePerPledgeWad, 0n, WAD);
  checkRange(at("leakBuffer"), risk.leakBuffer, 0n, 1_000_000n * FIL);
  checkRange(at("minDebt"), risk.minDebt, 1n, 1_000_000n * FIL);
  checkRange(at("watchGrace"), risk.watchGrace, 1n, 365n * EPOCHS_PER_DAY);
  checkRange(at("interestGrace"), risk.interestGrace, 1n, 365n * EPOCHS_PER_DAY);
}

/** The bounds of PledgeVaultDesk.sol and PledgeVaultLimits.sol. */
function checkVault(network: string, vault: VaultParameters): void {
  const at = (field: keyof VaultParameters): string => `${network}.vault.${field}`;
  checkRange(at("reserveShareWad"), vault.reserveShareWad, 0n, WAD / 5n);
  checkRange(at("liquidityBufferWad"), vault.liquidityBufferWad, 0n, WAD / 2n);
  for (const field of ["reserveShareWad", "liquidityBufferWad"] as const) {
    if (vault[field] % bps(1n) === 0n) continue;
    throw new ConfigError(at(field), `a multiple of ${bps(1n)} (0.01 %)`, String(vault[field]));
  }
  checkRange(at("depositsPerDay"), vault.depositsPerDay, 10_000n * FIL, (2n ** 32n - 1n) * FIL);
  checkRange(at("drawsPerDay"), vault.drawsPerDay, 1_000n * FIL, (2n ** 32n - 1n) * FIL);
  for (const field of ["depositsPerDay", "drawsPerDay"] as const) {
    if (vault[field] % FIL === 0n) continue;
    throw new ConfigError(at(field), `a multiple of ${FIL} (1 FIL)`, String(vault[field]));
  }
}

/** The bounds of RateModel.sol. */
function checkRate(network: string, rate: RateParameters): void {
  const at = (field: keyof RateParameters): string => `${network}.rate.${field}`;
  checkRange(at("targetUtilisationWad"), rate.targetUtilisationWad, WAD / 2n, bps(9_800n));
  checkRange(at("steepnessWad"), rate.steepnessWad, WAD, 4n * WAD);
  checkRange(at("minRatePerYearWad"), rate.minRatePerYearWad, bps(10n), WAD);
  checkRange(at("maxRatePerYearWad"), rate.maxRatePerYearWad, rate.minRatePerYearWad, WAD);
  checkRange(at("initialRatePerYearWad"), rate.initialRatePerYearWad, rate.minRatePerYearWad, rate.maxRatePerYearWad);
  checkRange(at("speedPerYearWad"), rate.speedPerYearWad, 0n, 30n * WAD);
}

/** Checks parameters before anything is sent; throws `ConfigError` with the expected and the actual value. */
export function validate(parameters: NetworkParameters): NetworkParameters {
  const { name: network, delays, seed, vault } = parameters;
  if (parameters.wfil !== undefined) checkAddress(`${network}.wfil`, parameters.wfil);
  if (parameters.wfil === undefined && !parameters.local) {
    throw new ConfigError(`${network}.wfil`, "the address of wrapped FIL on a live network", "nothing");
  }
  checkRoles(network, parameters.roles);
  checkRange(`${network}.delays.admin`, delays.admin, 7n * DAY, 30n * DAY);
  checkRange(`${network}.delays.upgrader`, delays.upgrader, 7n * DAY, 30n * DAY);
  checkRange(`${network}.delays.risk`, delays.risk, 2n * DAY, 30n * DAY);
  checkRange(`${network}.seed.wfilDust`, seed.wfilDust, 1n, FIL);
  checkRange(`${network}.seed.custodyDust`, seed.custodyDust, 1n, FIL);
  checkRange(`${network}.seed.deadDeposit`, seed.deadDeposit, FIL / 1_000n, 1_000n * FIL);
  checkAddress(`${network}.seed.deadHolder`, seed.deadHolder);
  checkVault(network, vault);
  checkRisk(network, parameters.risk);
  checkRate(network, parameters.rate);
  checkAddress(`${network}.futures.feesRecipient`, parameters.futures.feesRecipient);
  checkRange(`${network}.futures.signatureGas`, parameters.futures.signatureGas, 50_000n, 1_000_000_000n);
  checkRange(`${network}.loanBook.maxFacility`, parameters.loanBook.maxFacility, 1_000n * FIL, 10_000_000n * FIL);
  return parameters;
}
