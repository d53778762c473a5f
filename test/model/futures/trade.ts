/** Trades, as a venue hands them in (docs/SPEC-futures.md, section 5). */

import { type Context, credit, debit, feeOf, freeOf, sendFee } from "./ledger.js";
import { type Before, before, passes } from "./margin.js";
import { advanceEma, isFresh, markOf, refresh } from "./mark.js";
import { abs, BPS, max, ZERO } from "./numbers.js";
import { demand } from "./refused.js";
import { accountOf, addCash, addSize, demandState, isIncrease, type Series, stateOf } from "./series.js";

const MOST_FILLS = 64;
const REFRESH_AFTER = 10n;

export interface Fill {
  readonly maker: string;
  readonly lots: bigint;
  readonly ticks: bigint;
  readonly feeCapBps: bigint;
  readonly reduceOnly: boolean;
}

export interface Taker {
  readonly account: string;
  readonly buys: boolean;
  readonly reduceOnly: boolean;
  readonly feeCapBps: bigint;
}

/** Why a fill was skipped, in the order in which it is judged. */
export const SKIPS = [
  "None",
  "Zero",
  "BadMaker",
  "Band",
  "FeeCap",
  "Refused",
  "ReduceOnly",
  "PositionCap",
  "OpenInterest",
  "Margin",
] as const;
export type Skip = (typeof SKIPS)[number];

/** Whether increases are refused now. */
export function refusesIncreases(series: Series, now: bigint): boolean {
  const open = stateOf(series, now) === "Trading" && now >= series.haltedUntil;
  return !open || !isFresh(series, now) || series.deficit > 0n;
}

/** Lots change hands at a price, without a fee. */
export function exchange(series: Series, buyer: string, seller: string, lots: bigint, ticks: bigint): bigint {
  const notional = lots * ticks * series.terms.tickValue;
  addCash(series, buyer, -notional);
  addSize(series, buyer, lots);
  addCash(series, seller, notional);
  addSize(series, seller, -lots);
  return notional;
}

/** The taker's part, summed over the fills. */
interface Sum {
  filled: bigint;
  gained: bigint;
  fee: bigint;
}

/** Fills are skipped one by one; what the taker fails refuses the whole. */
export function trade(c: Context, taker: Taker, fills: readonly Fill[]): Skip[] {
  const { series, now, token } = c;
  demandState(series, now, "Trading", "CloseOnly");
  demand(fills.length <= MOST_FILLS, "Amount", `${fills.length} fills`);
  if (now - series.mark.indexAt >= REFRESH_AFTER) refresh(c);
  else advanceEma(series.mark, now);
  const mark = markOf(series, now);
  const was = before(series, taker.account, mark);
  const sum: Sum = { filled: 0n, gained: 0n, fee: 0n };
  const closed = refusesIncreases(series, now);
  const skips = fills.map((fill) => fillOne(c, taker, fill, mark, closed, sum));
  demand(sum.filled > 0n, "Unfilled", skips.join(" "));
  demand(token.terms.takerFeeBps <= taker.feeCapBps, "FeeCap");
  addCash(series, taker.account, -sum.fee);
  judgeTaker(c, taker, was, sum.gained, mark, closed);
  sendFee(c, sum.fee); // what the taker takes from its free balance is in the series by now
  return skips;
}

function judgeTaker(c: Context, taker: Taker, was: Before, gained: bigint, mark: bigint, closed: boolean): void {
  const { series } = c;
  const { size } = accountOf(series, taker.account);
  if (isIncrease(was.size, size)) {
    demand(!closed, "Increase");
    demand(!taker.reduceOnly, "ReduceOnly");
    demand(abs(size) <= series.risk.positionCap, "Caps");
  }
  demand(passes(c, taker.account, was, gained, mark), "Margin");
}

function fillOne(c: Context, taker: Taker, fill: Fill, mark: bigint, closed: boolean, sum: Sum): Skip {
  const skip = judgeFill(c, taker, fill, mark, closed);
  if (skip !== "None") return skip;
  const { series } = c;
  const [buyer, seller] = taker.buys ? [taker.account, fill.maker] : [fill.maker, taker.account];
  const was = before(series, fill.maker, mark);
  const restore = savepoint(c, [fill.maker, taker.account]);
  const notional = exchange(series, buyer, seller, fill.lots, fill.ticks);
  const fee = feeOf(notional, c.token.terms.makerFeeBps);
  addCash(series, fill.maker, -fee);
  const gain = fill.lots * abs(mark - fill.ticks) * series.terms.tickValue;
  const buyerGains = fill.ticks < mark;
  const takerGains = buyerGains === taker.buys;
  if (!passes(c, fill.maker, was, takerGains ? 0n : gain, mark)) {
    restore();
    return "Margin";
  }
  sendFee(c, fee);
  sum.filled += fill.lots;
  sum.fee += feeOf(notional, c.token.terms.takerFeeBps);
  if (takerGains) sum.gained += gain;
  series.mark.lastTicks = fill.ticks;
  return "None";
}

/** All that can be said before anything is moved. */
function judgeFill(c: Context, taker: Taker, fill: Fill, mark: bigint, closed: boolean): Skip {
  const { series, token } = c;
  const { lots, ticks, maker } = fill;
  if (lots === 0n || ticks === 0n) return "Zero";
  if (maker === taker.account || maker === ZERO || taker.account === ZERO) return "BadMaker";
  if (abs(ticks - mark) * BPS > series.risk.bandBps * mark) return "Band";
  if (token.terms.makerFeeBps > fill.feeCapBps) return "FeeCap";
  const { size } = accountOf(series, maker);
  const after = size + (taker.buys ? -lots : lots);
  if (isIncrease(size, after)) {
    if (closed) return "Refused";
    if (fill.reduceOnly) return "ReduceOnly";
    if (abs(after) > series.risk.positionCap) return "PositionCap";
  }
  const takerSize = accountOf(series, taker.account).size;
  const takerAfter = takerSize + (taker.buys ? lots : -lots);
  const rise = longs(after) - longs(size) + longs(takerAfter) - longs(takerSize);
  if (rise > 0n && series.oi + rise > series.risk.capLots) return "OpenInterest";
  return "None";
}

const longs = (size: bigint): bigint => max(size, 0n);

/** Remembers what one fill may change; the answer undoes it. */
function savepoint(c: Context, users: readonly string[]): () => void {
  const { series, token } = c;
  const { cash, deficit, oi, open } = series;
  const { fees, insurance } = token;
  const accounts = users.map((user) => [user, { ...accountOf(series, user) }, freeOf(token, user)] as const);
  return () => {
    Object.assign(series, { cash, deficit, oi, open });
    Object.assign(token, { fees, insurance });
    for (const [user, account, free] of accounts) {
      series.accounts.set(user, account);
      debit(token, user, freeOf(token, user));
      credit(token, user, free);
    }
  };
}
