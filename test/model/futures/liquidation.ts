/** Liquidation by a discount that grows (docs/SPEC-futures.md, section 8). */

import { assume, takeAt, writeOffAt } from "./default.js";
import { type Context, leave } from "./ledger.js";
import { equityOf, isSafe, unflagIfSafe } from "./margin.js";
import { demandFresh, markOf, refresh } from "./mark.js";
import { abs, BPS, ceil, div, min, ZERO } from "./numbers.js";
import { demand } from "./refused.js";
import { type Account, accountOf, addCash, demandState, type Series } from "./series.js";

const START_BPS = 200n;
const PENALTY_BPS = 100n;
const TARGET_BPS = 11_500n;
const RAMP = 60n;
const FLAG_LASTS = 90n;

/** Refreshes; what every step of a liquidation asks for. */
function begin(c: Context, user: string): bigint {
  demand(user !== ZERO, "Residual");
  demandState(c.series, c.now, "Trading", "CloseOnly");
  refresh(c);
  demandFresh(c);
  return markOf(c.series, c.now);
}

function demandBelowMaintenance(series: Series, user: string, mark: bigint): void {
  demand(!isSafe(series, user, mark), "Healthy");
}

function raiseFlag(account: Account, now: bigint): void {
  if (account.flaggedAt === 0n || now - account.flaggedAt > FLAG_LASTS) account.flaggedAt = now;
}

export function flag(c: Context, user: string): void {
  const mark = begin(c, user);
  demandBelowMaintenance(c.series, user, mark);
  raiseFlag(accountOf(c.series, user), c.now);
}

export function unflag(c: Context, user: string): void {
  const mark = begin(c, user);
  const account = accountOf(c.series, user);
  demand(account.flaggedAt > 0n, "Healthy", "no flag");
  demand(isSafe(c.series, user, mark), "Margin");
  account.flaggedAt = 0n;
}

/** What a liquidator gets and what the insurance gets. [atoms per lot] */
export interface PerLot {
  readonly discount: bigint;
  readonly penalty: bigint;
}

/** @param since epochs since the flag */
export function perLotOf(equity: bigint, lots: bigint, lotValue: bigint, since: bigint): PerLot {
  const margin = div(equity, lots);
  const start = min(div(lotValue * START_BPS, BPS), margin);
  const discount = start + div((margin - start) * min(since, RAMP), RAMP);
  return { discount, penalty: min(div(lotValue * PENALTY_BPS, BPS), margin - discount) };
}

/** As many lots as bring the account back to its target, or all. */
export function mostLots(series: Series, equity: bigint, lots: bigint, lotValue: bigint, costs: PerLot): bigint {
  const target = ceil(ceil(lotValue * series.risk.imBps, BPS) * TARGET_BPS, BPS);
  const freed = target - costs.discount - costs.penalty;
  if (freed <= 0n || lots * target <= equity) return lots;
  const most = min(lots, ceil(lots * target - equity, freed));
  return lots - most < series.risk.dustLots ? lots : most;
}

export function liquidate(c: Context, caller: string, user: string, lots: bigint): void {
  const { series, now } = c;
  demand(caller !== user, "Self");
  demand(lots > 0n, "Amount");
  const mark = begin(c, user);
  demandBelowMaintenance(series, user, mark);
  const account = accountOf(series, user);
  const equity = equityOf(series, account, mark);
  if (equity < 0n) {
    if (writeOffAt(c, caller, user, mark)) takeAt(c, caller, lots, mark);
    return;
  }
  raiseFlag(account, now);
  const lotValue = mark * series.terms.tickValue;
  const costs = perLotOf(equity, abs(account.size), lotValue, now - account.flaggedAt);
  const taken = min(lots, mostLots(series, equity, abs(account.size), lotValue, costs));
  assume(c, caller, user, taken, mark, () => {
    addCash(series, user, -taken * (costs.discount + costs.penalty));
    addCash(series, caller, taken * costs.discount);
    c.token.insurance += leave(series, taken * costs.penalty);
    unflagIfSafe(series, user, mark);
  });
}
