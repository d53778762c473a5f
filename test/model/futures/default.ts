/** Losses: who bears them, and the residual account (docs/SPEC-futures.md, section 9). */

import { type Context, credit, dayOf, mergePending, usedToday } from "./ledger.js";
import { before, equityOf, passes } from "./margin.js";
import { demandFresh, markOf, refresh } from "./mark.js";
import { abs, max, min, ZERO } from "./numbers.js";
import { demand } from "./refused.js";
import { accountOf, addCash, addSize, demandState, isIncrease, stateOf } from "./series.js";
import { exchange } from "./trade.js";

/** The insurance pays within its caps; the rest is a deficit of the series. */
export function bear(c: Context, loss: bigint): void {
  c.series.deficit += loss - insure(c, loss);
}

/** What the insurance can pay a series of a loss now. */
export function insurable(c: Context, loss: bigint): bigint {
  const { series, token, now } = c;
  const ofSeries = series.risk.insuranceCap - series.insuranceUsed;
  const ofDay = token.terms.dailyCap - usedToday(token, now);
  return max(min(loss, token.insurance, ofSeries, ofDay), 0n);
}

/** @returns what the insurance pays of a loss */
function insure(c: Context, loss: bigint): bigint {
  const { series, token, now } = c;
  const insured = insurable(c, loss);
  token.insurance -= insured;
  token.used.set(dayOf(now), usedToday(token, now) + insured);
  series.insuranceUsed += insured;
  series.cash += insured;
  return insured;
}

/** What the insurance has received since the loss, and what its caps allow by now, heals the deficit. */
export function cover(c: Context): void {
  const { series, now } = c;
  demand(stateOf(series, now) !== "Closed", "State", "claims are open");
  const insured = insure(c, series.deficit);
  demand(insured > 0n, "Amount");
  series.deficit -= insured;
}

/** Who wrote a loss off is paid from the fees, if they reach. */
export function reward(c: Context, caller: string): void {
  const { writeOffReward } = c.token.terms;
  if (c.token.fees < writeOffReward) return;
  c.token.fees -= writeOffReward;
  credit(c.token, caller, writeOffReward);
}

export function writeOff(c: Context, caller: string, user: string): void {
  const { series, now } = c;
  demand(user !== ZERO, "Residual");
  demandState(series, now, "Trading", "CloseOnly");
  refresh(c);
  demandFresh(c);
  writeOffAt(c, caller, user, markOf(series, now));
}

/**
 * The mark is up to date.
 * @returns whether there was a loss: what waited to leave may cover it
 */
export function writeOffAt(c: Context, caller: string, user: string, mark: bigint): boolean {
  const { series } = c;
  const account = accountOf(series, user);
  demand(equityOf(series, account, mark) < 0n, "Healthy");
  mergePending(c, user);
  const equity = equityOf(series, account, mark);
  if (equity >= 0n) return false;
  bear(c, -equity);
  const { size } = account;
  addSize(series, user, -size);
  addSize(series, ZERO, size);
  addCash(series, ZERO, -size * mark * series.terms.tickValue);
  Object.assign(account, { cash: 0n, flaggedAt: 0n });
  reward(c, caller);
  return true;
}

export function take(c: Context, caller: string, lots: bigint): void {
  const { series, now } = c;
  demand(lots > 0n, "Amount");
  demandState(series, now, "Trading", "CloseOnly");
  refresh(c);
  demandFresh(c);
  takeAt(c, caller, lots, markOf(series, now));
}

/** The mark is up to date. */
export function takeAt(c: Context, caller: string, lots: bigint, mark: bigint): void {
  const { series } = c;
  const { size } = accountOf(series, ZERO);
  const taken = min(lots, abs(size));
  demand(taken > 0n, "Amount");
  assume(c, caller, ZERO, taken, mark);
}

/** Lots of another's position, at the mark, to a caller who is judged once `settle` has moved what goes with them. */
export function assume(
  c: Context,
  caller: string,
  from: string,
  lots: bigint,
  mark: bigint,
  settle: () => void = () => undefined,
): void {
  const { series } = c;
  const was = before(series, caller, mark);
  const [buyer, seller] = accountOf(series, from).size > 0n ? [caller, from] : [from, caller];
  exchange(series, buyer, seller, lots, mark);
  settle();
  const { size } = accountOf(series, caller);
  if (isIncrease(was.size, size)) demand(abs(size) <= series.risk.positionCap, "Caps");
  demand(passes(c, caller, was, 0n, mark), "Margin");
}
