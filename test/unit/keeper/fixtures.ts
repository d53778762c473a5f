import type { KeeperPosition, KeeperRules, KeeperTerms } from "../../../src/keeper/index.js";
import { WAD } from "../../../src/sdk/index.js";

/** A FIL [attoFIL]. */
export const FIL = WAD;
/** Now [epoch]. */
export const EPOCH = 10_000n;
export const RULES: KeeperRules = {
  epoch: EPOCH,
  liquidationWeight: (WAD * 96n) / 100n,
  provisionDiscount: (WAD * 2n) / 100n,
  minDebt: 10n * FIL,
  dustCash: FIL / 10n,
  minTake: FIL,
  roundEpochs: 480n,
  maxRounds: 3n,
  auctionsPausedUntil: 0n,
  tokensPausedUntil: 0n,
  minersPausedUntil: 0n,
  minersOnSale: 0n,
  watchGrace: 40_320n,
};
/** What a keeper does that was told nothing. */
export const TERMS: KeeperTerms = {
  minProfit: 0n,
  maxGasFee: FIL / 10n,
  budget: 10_000n * FIL,
  takeTokens: false,
  newOwner: undefined,
};
/** A loan that asks for nothing. */
export const HEALTHY: KeeperPosition = {
  loanId: 1n,
  state: "Healthy",
  covenant: "None",
  watchSince: 0n,
  health: (WAD * 12n) / 10n,
  debt: 1_000n * FIL,
  interest: 0n,
  value: 1_250n * FIL,
  stripsOutstanding: 0n,
  ownStrips: 0n,
  freeFunds: 0n,
  carrying: 0n,
  lastRecovery: 0n,
  coolOffSince: 0n,
  miners: [{ index: 0n, available: 0n }],
  auction: undefined,
  posted: 0n,
  tokens: [],
  sales: [],
};
