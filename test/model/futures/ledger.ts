/** Tokens: who holds what, and how value enters and leaves a series (docs/SPEC-futures.md, section 4). */

import type { Index } from "./index.js";
import { BPS, ceil, DAY, div, unsigned } from "./numbers.js";
import { demand } from "./refused.js";
import { addCash, type Series } from "./series.js";

/** Set by RISK (section 11). */
export interface TokenTerms {
  readonly makerFeeBps: bigint;
  readonly takerFeeBps: bigint;
  readonly dailyCap: bigint; // most that insurance pays on one day [atoms]
  readonly disputeBond: bigint;
  readonly writeOffReward: bigint;
}

export interface Token {
  terms: TokenTerms;
  readonly wallets: Map<string, bigint>; // outside the clearing
  readonly free: Map<string, bigint>;
  held: bigint; // the clearing's balance
  insurance: bigint;
  fees: bigint;
  bonds: bigint;
  readonly used: Map<bigint, bigint>; // of the insurance, per day
}

/** One operation: when it is and what it may change. */
export interface Context {
  readonly now: bigint; // [epoch]
  readonly timestamp: bigint; // [s]
  readonly series: Series;
  readonly token: Token;
  readonly index: Index;
}

export const emptyToken = (terms: TokenTerms): Token => ({
  terms,
  wallets: new Map(),
  free: new Map(),
  held: 0n,
  insurance: 0n,
  fees: 0n,
  bonds: 0n,
  used: new Map(),
});

export const copyToken = (t: Token): Token => ({
  ...t,
  wallets: new Map(t.wallets),
  free: new Map(t.free),
  used: new Map(t.used),
});

export function demandTokenTerms(t: TokenTerms): void {
  demand(t.makerFeeBps >= 0n && t.makerFeeBps <= 10n, "Terms", "maker's fee");
  demand(t.takerFeeBps >= 0n && t.takerFeeBps <= 50n, "Terms", "taker's fee");
  demand(t.disputeBond > 0n && t.dailyCap >= 0n && t.writeOffReward >= 0n, "Terms", "bond");
}

export const freeOf = (token: Token, user: string): bigint => token.free.get(user) ?? 0n;

export function credit(token: Token, user: string, amount: bigint): void {
  token.free.set(user, freeOf(token, user) + amount);
}

export function debit(token: Token, user: string, amount: bigint): void {
  const free = freeOf(token, user);
  demand(amount <= free, "Free", `${amount} of ${free}`);
  token.free.set(user, free - amount);
}

export const dayOf = (now: bigint): bigint => div(now, DAY);

export const usedToday = (token: Token, now: bigint): bigint => token.used.get(dayOf(now)) ?? 0n;

/** Fees that are kept for rewards of write-offs. [rewards] */
const KEPT_REWARDS = 64n;

/** What the fees hold above the rewards that are kept back goes to the recipient. */
export function collectFees(token: Token, recipient: string): void {
  const amount = token.fees - KEPT_REWARDS * token.terms.writeOffReward;
  demand(amount > 0n, "Amount");
  token.fees -= amount;
  send(token, recipient, amount);
}

/** Tokens go out to a wallet. */
export function send(token: Token, to: string, amount: bigint): void {
  token.held -= amount;
  token.wallets.set(to, (token.wallets.get(to) ?? 0n) + amount);
}

/** Most that is deposited, released or kept for a series at a time, and less than what the insurance never holds. [atoms] */
export const MOST_AMOUNT = 2n ** 126n;
export const TOO_MUCH_INSURANCE = 2n ** 112n;

/** Free balance of a user becomes cash of its account. */
export function allocate(c: Context, user: string, amount: bigint): void {
  debit(c.token, user, amount);
  addCash(c.series, user, amount);
  c.series.cash += amount;
}

/** What is paid for `amount` of a series' obligations: all of it, or its share of what there is, rounded down. */
export function leave(series: Series, amount: bigint): bigint {
  const { cash, deficit } = series;
  demand(amount <= cash + deficit, "SeriesCash", `${amount} of ${cash} + ${deficit}`);
  const paid = deficit === 0n ? amount : div(amount * cash, cash + deficit);
  series.cash -= paid;
  series.deficit -= amount - paid;
  return paid;
}

/** An account's cash leaves to a user's free balance. */
export function payOut(c: Context, user: string, amount: bigint): void {
  addCash(c.series, user, -amount);
  credit(c.token, user, leave(c.series, amount));
}

export const feeOf = (notional: bigint, bps: bigint): bigint => ceil(notional * bps, BPS);

/** A fee that an account has paid leaves: half to the fees, rounded down, the rest to the insurance. */
export function sendFee(c: Context, amount: bigint): void {
  const paid = leave(c.series, amount);
  const half = div(paid, 2n);
  c.token.fees += half;
  c.token.insurance += paid - half;
}

/** What waits becomes cash of the account again. */
export function mergePending(c: Context, user: string): void {
  const pending = c.series.pending.get(user);
  if (pending === undefined) return;
  addCash(c.series, user, pending.amount);
  c.series.pending.delete(user);
}

export function addPending(c: Context, user: string, amount: bigint, availableAt: bigint): void {
  const before = c.series.pending.get(user)?.amount ?? 0n;
  c.series.pending.set(user, { amount: unsigned(128, before + amount), availableAt });
}
