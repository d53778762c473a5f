/** Series: what is frozen, what RISK may set, the state at an epoch (docs/SPEC-futures.md, sections 3, 4 and 11). */

import { AbiCoder, keccak256 } from "ethers";

import { DAY, max, signed, ZERO } from "./numbers.js";
import { demand, Refused } from "./refused.js";

const YEAR = 365n * DAY;
const CASH_SETTLED = 0n;
const LOT_BYTES = 2n ** 40n;
const LOT_EPOCHS = 86_400n;
/** Epochs in which what is left of the series' life can be resolved before claims open, and longest wait of a dispute's window. */
export const RESOLUTION = DAY;

/** Frozen at listing. Epochs. */
export interface Terms {
  readonly token: string;
  readonly index: number;
  readonly tickValue: bigint; // [atoms per tick and lot]
  readonly tradingStart: bigint;
  readonly tradingEnd: bigint;
  readonly expiry: bigint;
  readonly deliveryStart: bigint;
}

/** Set by RISK. */
export interface Risk {
  readonly capLots: bigint;
  readonly positionCap: bigint;
  readonly imBps: bigint;
  readonly mmShareBps: bigint;
  readonly minMargin: bigint;
  readonly oiSlopeBps: bigint;
  readonly concFromBps: bigint;
  readonly concBps: bigint;
  readonly bandBps: bigint;
  readonly dustLots: bigint;
  readonly insuranceCap: bigint;
}

export interface Account {
  size: bigint; // [lots], positive is long
  cash: bigint; // [atoms]
  flaggedAt: bigint; // [epoch], 0 if not flagged
}

export interface Pending {
  amount: bigint;
  availableAt: bigint; // [epoch]
}

/** Section 6. */
export interface MarkState {
  ema: bigint; // [ticks x 2^16]
  lastTicks: bigint;
  emaAt: bigint;
  indexTicks: bigint;
  indexAt: bigint;
  refTicks: bigint;
  refAt: bigint;
  stormUntil: bigint;
}

/** Section 10; epochs are 0 until it happened. */
export interface Settlement {
  proposedAt: bigint;
  proposed: bigint; // [ticks]
  fallback: bigint; // [ticks]
  disputedAt: bigint;
  challenger: string;
  challenged: bigint; // the challenger's price [ticks]
  bond: bigint;
  finalAt: bigint;
  finalTicks: bigint;
}

export interface Series {
  readonly id: string;
  readonly terms: Terms;
  risk: Risk;
  riskRaisedAt: bigint;
  haltedUntil: bigint;
  readonly accounts: Map<string, Account>; // the residual account is that of ZERO
  readonly pending: Map<string, Pending>;
  cash: bigint;
  deficit: bigint;
  oi: bigint;
  open: bigint;
  insuranceUsed: bigint;
  readonly mark: MarkState;
  readonly settlement: Settlement;
}

export const STATES = ["Listed", "Trading", "CloseOnly", "Expired", "Proposed", "Disputed", "Final", "Closed"] as const;
export type State = (typeof STATES)[number];

/** The one state of a series at an epoch. */
export function stateOf(series: Series, now: bigint): State {
  const { terms, settlement } = series;
  if (settlement.finalAt > 0n) {
    return series.open === 0n || now >= settlement.finalAt + RESOLUTION ? "Closed" : "Final";
  }
  if (settlement.disputedAt > 0n) return "Disputed";
  if (settlement.proposedAt > 0n) return "Proposed";
  if (now >= terms.expiry) return "Expired";
  if (now >= terms.tradingEnd) return "CloseOnly";
  return now >= terms.tradingStart ? "Trading" : "Listed";
}

export function demandState(series: Series, now: bigint, ...states: readonly State[]): void {
  const state = stateOf(series, now);
  if (!states.includes(state)) throw new Refused("State", state);
}

/** Before the price is final. */
export function demandNotFinal(series: Series): void {
  demand(series.settlement.finalAt === 0n, "State", "final");
}

export function seriesId(chainId: bigint, clearing: string, t: Terms): string {
  const { token, index, tickValue, tradingStart, tradingEnd, expiry, deliveryStart } = t;
  const words = [chainId, clearing, CASH_SETTLED, LOT_BYTES, LOT_EPOCHS, deliveryStart, token, index, tickValue];
  const types = words.map((word) => (typeof word === "string" ? "address" : "uint256"));
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      [...types, "uint256", "uint256", "uint256"],
      [...words, tradingStart, tradingEnd, expiry],
    ),
  );
}

export function demandTerms(t: Terms, now: bigint): void {
  demand(t.tickValue > 0n && t.tickValue < 2n ** 96n, "Terms", "tick value");
  demand(t.tradingStart >= now, "Terms", "trading starts in the past");
  demand(t.tradingEnd - t.tradingStart >= DAY, "Terms", "trading is too short");
  const closing = t.expiry - t.tradingEnd;
  demand(closing >= 120n && closing <= 7n * DAY, "Terms", "close-only time");
  demand(t.expiry <= t.deliveryStart && t.expiry <= now + 2n * YEAR, "Terms", "expiry");
}

/** So that no account's cash leaves its 128 bits. */
const MOST_CAP_VALUE = 2n ** 90n;

/** Two and a half bands: initial margin x share of it to the band, all in basis points. */
const MARGIN_PER_BAND = 25_000n;

const BOUNDS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  capLots: [1n, 2n ** 40n],
  imBps: [1_000n, 10_000n],
  mmShareBps: [5_000n, 9_100n],
  oiSlopeBps: [0n, 20_000n],
  concFromBps: [100n, 10_000n],
  concBps: [0n, 10_000n],
  bandBps: [100n, 2_000n],
  dustLots: [1n, 1_000n],
};

export function demandRisk(risk: Risk, tickValue: bigint): void {
  for (const [name, [low, high]] of Object.entries(BOUNDS)) {
    const value = risk[name as keyof Risk];
    demand(value >= low && value <= high, "Terms", `${name} ${value}`);
  }
  demand(risk.positionCap >= 1n && risk.positionCap <= risk.capLots, "Terms", `positionCap ${risk.positionCap}`);
  demand(risk.minMargin > 0n && risk.insuranceCap >= 0n, "Terms", "minMargin");
  demand(risk.capLots * tickValue <= MOST_CAP_VALUE, "Terms", "capLots x tickValue");
  demand(risk.imBps * risk.mmShareBps >= MARGIN_PER_BAND * risk.bandBps, "Terms", "maintenance margin to band");
}

/** Of a series with open interest, margins rise and the band narrows a little a day (section 11). */
export function setRisk(series: Series, risk: Risk, now: bigint): void {
  demandRisk(risk, series.terms.tickValue);
  if (series.oi > 0n && demandSlow(series.risk, risk)) {
    demand(series.riskRaisedAt === 0n || now >= series.riskRaisedAt + DAY, "TooEarly", "margins were raised today");
    series.riskRaisedAt = now;
  }
  series.risk = risk;
}

const MOST_RAISE = 500n;
const MOST_NARROWING = 50n;

/** @returns whether anybody's margin is raised by it, or the mark moved */
function demandSlow(was: Risk, risk: Risk): boolean {
  demand(risk.minMargin <= was.minMargin && risk.concBps <= was.concBps, "Terms", "raised");
  demand(risk.dustLots <= was.dustLots, "Terms", "dust raised");
  demand(risk.capLots * risk.concFromBps >= was.capLots * was.concFromBps, "Terms", "concentration from fewer lots");
  const raise = max(risk.imBps - was.imBps, risk.mmShareBps - was.mmShareBps);
  const narrowing = was.bandBps - risk.bandBps;
  demand(raise <= MOST_RAISE, "Terms", `raised by ${raise}`);
  demand(narrowing <= MOST_NARROWING, "Terms", `band narrowed by ${narrowing}`);
  demand(was.imBps * was.mmShareBps >= MARGIN_PER_BAND * risk.bandBps, "Terms", "old maintenance margin to new band");
  return raise > 0n || narrowing > 0n;
}

const NOTHING: Readonly<Account> = { size: 0n, cash: 0n, flaggedAt: 0n };

/** A user's account; made when first asked for. */
export function accountOf(series: Series, user: string): Account {
  let account = series.accounts.get(user);
  if (account === undefined) series.accounts.set(user, (account = { ...NOTHING }));
  return account;
}

export function pendingOf(series: Series, user: string): Pending {
  let pending = series.pending.get(user);
  if (pending === undefined) series.pending.set(user, (pending = { amount: 0n, availableAt: 0n }));
  return pending;
}

/** Adds to a position, and keeps the open interest and the number of users with one. */
export function addSize(series: Series, user: string, lots: bigint): void {
  const account = accountOf(series, user);
  const [before, after] = [account.size, signed(64, account.size + lots)];
  account.size = after;
  series.oi += max(after, 0n) - max(before, 0n);
  if (user === ZERO) return;
  series.open += (after !== 0n ? 1n : 0n) - (before !== 0n ? 1n : 0n);
}

export function addCash(series: Series, user: string, amount: bigint): void {
  const account = accountOf(series, user);
  account.cash = signed(128, account.cash + amount);
}

/** Whether a position grows or turns. */
export const isIncrease = (before: bigint, after: bigint): boolean =>
  (after < 0n ? -after : after) > (before < 0n ? -before : before) || before * after < 0n;

const copyOf = <V extends object>(map: ReadonlyMap<string, V>): Map<string, V> =>
  new Map([...map].map(([key, value]) => [key, { ...value }]));

export function copySeries(s: Series): Series {
  return {
    ...s,
    accounts: copyOf(s.accounts),
    pending: copyOf(s.pending),
    mark: { ...s.mark },
    settlement: { ...s.settlement },
  };
}
