import type {
  LoanBookParameters,
  RateParameters,
  RiskParameters,
  RoleDelays,
  SeedParameters,
  VaultParameters,
} from "./types.js";
import { bps, DAY, EPOCHS_PER_DAY, FIL, WAD } from "./units.js";

/** The shortest delays that the manager allows. */
export const defaultDelays: RoleDelays = { admin: 7n * DAY, upgrader: 7n * DAY, risk: 2n * DAY };

export const defaultSeed: SeedParameters = {
  wfilDust: 1n,
  custodyDust: 1n,
  deadDeposit: FIL,
  // A plain address without a known key; not a masked actor id, which would be an actor that may act.
  deadHolder: "0x000000000000000000000000000000000000dEaD",
};

/** The limits are far above an ordinary day, and far below the pool that they are to protect from an error or a theft. */
export const defaultVault: VaultParameters = {
  reserveShareWad: bps(1_000n),
  liquidityBufferWad: bps(500n),
  depositsPerDay: 500_000n * FIL,
  drawsPerDay: 250_000n * FIL,
};

/** docs/SPEC.md, valuation: walk-away value with 88 / 93 / 96 % weights. */
export const defaultRisk: RiskParameters = {
  drawWeightWad: bps(8_800n),
  callWeightWad: bps(9_300n),
  liquidationWeightWad: bps(9_600n),
  targetHealthWad: bps(10_300n),
  provisionDiscountWad: bps(200n),
  proofPledgeWad: bps(9_000n),
  maxFaultRatioWad: bps(500n),
  minFaultFeePerPledgeWad: bps(30n),
  leakBuffer: 30n * FIL,
  minDebt: 10n * FIL,
  watchGrace: 14n * EPOCHS_PER_DAY,
  interestGrace: 30n * EPOCHS_PER_DAY,
  escrowDrawWeightWad: bps(8_600n),
  escrowCallWeightWad: bps(9_000n),
  escrowLiquidationWeightWad: bps(9_400n),
};

/** 12 % a year at 90 % utilisation to begin with, 30 % at full use, 4.8 % when nothing is lent; the market moves it from there. */
export const defaultRate: RateParameters = {
  targetUtilisationWad: bps(9_000n),
  steepnessWad: bps(25_000n),
  initialRatePerYearWad: bps(1_200n),
  minRatePerYearWad: bps(100n),
  maxRatePerYearWad: bps(6_000n),
  speedPerYearWad: 10n * WAD,
};

export const defaultLoanBook: LoanBookParameters = { maxFacility: 1_000_000n * FIL };
