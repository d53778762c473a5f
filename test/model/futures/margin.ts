/** Margin: what an account must hold, and whether a change of it passes (docs/SPEC-futures.md, section 5). */

import { allocate, type Context, freeOf } from "./ledger.js";
import { abs, BPS, ceil, div, max, min } from "./numbers.js";
import { type Account, accountOf, isIncrease, type Risk, type Series } from "./series.js";

export interface Requirements {
  readonly initial: bigint;
  readonly maintenance: bigint;
}

/** Of a position of `size` at a mark [ticks]. */
export function requirements(series: Series, size: bigint, mark: bigint): Requirements {
  if (size === 0n) return { initial: 0n, maintenance: 0n };
  const { risk } = series;
  const core = coreOf(risk, abs(size), mark * series.terms.tickValue);
  const crowding = ceil(core * risk.oiSlopeBps * series.oi, BPS * risk.capLots);
  return {
    initial: max(risk.minMargin, core + crowding),
    maintenance: ceil(max(risk.minMargin, core) * risk.mmShareBps, BPS),
  };
}

/** @param lotValue of a lot at the mark [atoms] */
function coreOf(risk: Risk, lots: bigint, lotValue: bigint): bigint {
  const from = div(risk.capLots * risk.concFromBps, BPS);
  const extra = max(lots - from, 0n) * lotValue;
  return ceil(lots * lotValue * risk.imBps, BPS) + ceil(extra * risk.concBps, BPS);
}

export const equityOf = (series: Series, account: Readonly<Account>, mark: bigint): bigint =>
  account.cash + account.size * mark * series.terms.tickValue;

/** An account before a change. */
export interface Before {
  readonly size: bigint;
  readonly equity: bigint;
}

export function before(series: Series, user: string, mark: bigint): Before {
  const account = accountOf(series, user);
  return { size: account.size, equity: equityOf(series, account, mark) };
}

/**
 * Judges a changed account. An increase takes what is missing from the user's free balance.
 * @param gained by the fills against the mark, which counts for nothing [atoms]
 * @returns whether it passes
 */
export function passes(c: Context, user: string, was: Before, gained: bigint, mark: bigint): boolean {
  const { series } = c;
  const account = accountOf(series, user);
  const need = requirements(series, account.size, mark);
  const equity = equityOf(series, account, mark);
  if (isIncrease(was.size, account.size)) {
    const missing = max(need.initial - (equity - gained), 0n);
    allocate(c, user, min(missing, freeOf(c.token, user)));
    account.flaggedAt = 0n;
    return equityOf(series, account, mark) - gained >= need.initial;
  }
  if (equity < 0n) return false;
  const better = equity * abs(was.size) >= was.equity * abs(account.size);
  if (account.size !== 0n && equity < need.maintenance && !better) return false;
  unflagIfSafe(series, user, mark);
  return true;
}

/** Clears the flag of an account with its maintenance margin. */
export function unflagIfSafe(series: Series, user: string, mark: bigint): void {
  if (isSafe(series, user, mark)) accountOf(series, user).flaggedAt = 0n;
}

/** Whether nobody may liquidate an account at a mark. */
export function isSafe(series: Series, user: string, mark: bigint): boolean {
  const account = accountOf(series, user);
  return equityOf(series, account, mark) >= requirements(series, account.size, mark).maintenance;
}
