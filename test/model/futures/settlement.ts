/** Settlement: from a proposed price to the last claim (docs/SPEC-futures.md, section 10). */

import { bear, reward } from "./default.js";
import { addPending, type Context, credit, debit, leave, mergePending, MOST_AMOUNT, payOut } from "./ledger.js";
import { equityOf, requirements } from "./margin.js";
import { isFresh, markOf, refresh, WINDOW } from "./mark.js";
import { abs, BPS, DAY, min, ZERO } from "./numbers.js";
import { demand, Refused } from "./refused.js";
import { accountOf, addCash, addSize, demandNotFinal, demandState, type Settlement, stateOf } from "./series.js";

const RELEASE_DELAY = 120n;
const PATIENCE = DAY; // for a good average
const DISPUTE_TIME = DAY;
const ARBITRATION_TIME = 3n * DAY;
const DISPUTE_BPS = 5_000n;
const MOST_RESOLVED = 64;

// ------------------------------------------------------------------------------------------------- release

export function release(c: Context, user: string, amount: bigint): void {
  const { series, now } = c;
  demand(amount > 0n, "Amount");
  demand(amount <= MOST_AMOUNT, "Width", "release");
  demandNotFinal(series);
  refresh(c);
  const account = accountOf(series, user);
  if (account.size === 0n) demand(account.cash >= amount, "Amount", "more than there is");
  else demandReleasable(c, user, amount);
  if (now >= series.mark.stormUntil) return payOut(c, user, amount);
  addCash(series, user, -amount);
  addPending(c, user, amount, now + RELEASE_DELAY);
}

function demandReleasable(c: Context, user: string, amount: bigint): void {
  const { series, now } = c;
  demandState(series, now, "Listed", "Trading", "CloseOnly");
  demand(isFresh(series, now), "Stale");
  const account = accountOf(series, user);
  const mark = markOf(series, now);
  const { initial } = requirements(series, account.size, mark);
  demand(equityOf(series, account, mark) - amount >= initial, "Margin");
}

export function completeRelease(c: Context, user: string): void {
  const { series, now } = c;
  const pending = series.pending.get(user);
  demand(pending !== undefined && pending.amount > 0n, "Amount");
  if (series.settlement.finalAt > 0n) demandState(series, now, "Closed");
  else demand(now >= pending.availableAt, "TooEarly");
  payPending(c, user);
}

function payPending(c: Context, user: string): void {
  const amount = c.series.pending.get(user)?.amount ?? 0n;
  c.series.pending.delete(user);
  credit(c.token, user, leave(c.series, amount));
}

// --------------------------------------------------------------------------------------------------- price

export function propose(c: Context): void {
  const { series, index, now } = c;
  demandState(series, now, "Expired");
  const { expiry } = series.terms;
  const average = index.twap(expiry - WINDOW, expiry);
  demand(average.good || now >= expiry + PATIENCE, "Price", "no good average");
  const proposed = average.covered ? index.toTicks(average.answer) : series.mark.indexTicks;
  const earlier = index.twap(expiry - 2n * WINDOW, expiry - WINDOW);
  const fallback = earlier.good ? index.toTicks(earlier.answer) : proposed;
  Object.assign(series.settlement, { proposed, fallback, proposedAt: now });
  series.mark.indexTicks = proposed;
}

export function dispute(c: Context, caller: string, ticks: bigint): void {
  const { series, token, now } = c;
  const { settlement } = series;
  demandState(series, now, "Proposed");
  demand(now < settlement.proposedAt + DISPUTE_TIME, "TooLate");
  demand(ticks !== settlement.proposed && isArguable(settlement, ticks), "Price");
  const bond = token.terms.disputeBond;
  debit(token, caller, bond);
  token.bonds += bond;
  Object.assign(settlement, { disputedAt: now, challenger: caller, challenged: ticks, bond });
}

/** Whether a price lies within half of the fallback. */
export const isArguable = ({ fallback }: Settlement, ticks: bigint): boolean =>
  ticks > 0n && abs(ticks - fallback) * BPS <= DISPUTE_BPS * fallback;

/** The arbiter's price: the proposed one, or any that could have been challenged with. */
export function arbitrate(c: Context, ticks: bigint): void {
  const { series, now } = c;
  const { settlement } = series;
  demandState(series, now, "Disputed");
  demand(now < settlement.disputedAt + ARBITRATION_TIME, "TooLate");
  demand(ticks === settlement.proposed || isArguable(settlement, ticks), "Price");
  endDispute(c, ticks);
}

export function finalise(c: Context): void {
  const { series, now } = c;
  const { settlement } = series;
  const state = stateOf(series, now);
  if (state === "Proposed") {
    demand(now >= settlement.proposedAt + DISPUTE_TIME, "TooEarly");
    return becomeFinal(c, settlement.proposed);
  }
  if (state !== "Disputed") throw new Refused("State", state);
  demand(now >= settlement.disputedAt + ARBITRATION_TIME, "TooEarly");
  endDispute(c, settlement.fallback);
}

/** The bond goes back to a challenger whose price was nearer to the final one than the proposed price. */
function endDispute(c: Context, finalTicks: bigint): void {
  const { token, series } = c;
  const { bond, challenger, challenged, proposed } = series.settlement;
  token.bonds -= bond;
  if (abs(finalTicks - challenged) < abs(finalTicks - proposed)) credit(token, challenger, bond);
  else token.insurance += bond;
  becomeFinal(c, finalTicks);
}

function becomeFinal(c: Context, finalTicks: bigint): void {
  const { series } = c;
  Object.assign(series.settlement, { finalTicks, finalAt: c.now });
  const residual = accountOf(series, ZERO);
  const equity = residual.cash + residual.size * finalTicks * series.terms.tickValue;
  addSize(series, ZERO, -residual.size);
  residual.cash = 0n;
  if (equity < 0n) return bear(c, -equity);
  const healed = min(equity, series.deficit);
  series.deficit -= healed;
  residual.cash = equity - healed;
}

// -------------------------------------------------------------------------------------------------- claims

export function resolve(c: Context, caller: string, users: readonly string[]): void {
  demand(c.series.settlement.finalAt > 0n, "State");
  demand(users.length <= MOST_RESOLVED, "Amount", `${users.length} users`);
  for (const user of users) resolveOne(c, caller, user);
}

function resolveOne(c: Context, caller: string, user: string): void {
  const { series } = c;
  const account = accountOf(series, user);
  if (account.size === 0n) return;
  addCash(series, user, account.size * series.settlement.finalTicks * series.terms.tickValue);
  addSize(series, user, -account.size);
  account.flaggedAt = 0n;
  if (account.cash >= 0n) return;
  mergePending(c, user);
  if (account.cash >= 0n) return;
  bear(c, -account.cash);
  account.cash = 0n;
  reward(c, caller);
}

export function claim(c: Context, caller: string, user: string): void {
  const { series } = c;
  demandState(series, c.now, "Closed");
  resolveOne(c, caller, user);
  const account = accountOf(series, user);
  demand(account.cash > 0n || (series.pending.get(user)?.amount ?? 0n) > 0n, "Amount");
  if (user === ZERO) {
    c.token.insurance += leave(series, account.cash);
    account.cash = 0n;
    return;
  }
  payOut(c, user, account.cash);
  payPending(c, user);
}
