import { max, mulDivUp } from "../sdk/index.js";

const BPS = 10_000n;

/** What margins are reckoned by (docs/SPEC-futures.md, section 5). */
export interface MarginTerms {
  /** Of a tick of one lot [token units]. */
  readonly tickValue: bigint;
  readonly capLots: bigint;
  readonly imBps: bigint;
  readonly mmShareBps: bigint;
  /** [token units] */
  readonly minMargin: bigint;
  readonly oiSlopeBps: bigint;
  readonly concFromBps: bigint;
  readonly concBps: bigint;
}

export interface Margins {
  /** [token units] */
  readonly initial: bigint;
  readonly maintenance: bigint;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const long = (size: bigint): bigint => max(size, 0n);

/** Worth of lots at a price, without rounding [token units]. */
export function notional(terms: Pick<MarginTerms, "tickValue">, lots: bigint, ticks: bigint): bigint {
  return lots * ticks * terms.tickValue;
}

/** Fee of a notional, rounded up [token units]. */
export function feeOf(amount: bigint, bps: bigint): bigint {
  return mulDivUp(amount, bps, BPS);
}

/**
 * Margins of a position at a mark, each rounded up.
 * @param oi open interest with the position in it [lots]
 */
export function marginsOf(terms: MarginTerms, size: bigint, mark: bigint, oi: bigint): Margins {
  const lots = abs(size);
  if (lots === 0n) return { initial: 0n, maintenance: 0n };
  const large = max(lots - (terms.capLots * terms.concFromBps) / BPS, 0n);
  const core = feeOf(notional(terms, lots, mark), terms.imBps) + feeOf(notional(terms, large, mark), terms.concBps);
  const slope = mulDivUp(core * terms.oiSlopeBps, oi, BPS * terms.capLots);
  return {
    initial: max(terms.minMargin, core + slope),
    maintenance: feeOf(max(terms.minMargin, core), terms.mmShareBps),
  };
}

/** The prices that are near enough to a mark, both included [ticks]. */
export function bandOf(mark: bigint, bandBps: bigint): { readonly lowest: bigint; readonly highest: bigint } {
  const width = (mark * bandBps) / BPS;
  return { lowest: max(mark - width, 1n), highest: mark + width };
}

/** A trade that is thought of. */
export interface TradePlan {
  readonly buy: boolean;
  readonly lots: bigint;
  /** [ticks per lot] */
  readonly ticks: bigint;
  /** Whose rate is paid [bps]. */
  readonly feeBps: bigint;
  /** The counterparty's position before it; left out, the counterparty is taken to open one [lots]. */
  readonly against?: bigint;
}

/** What a trade does to who makes it. Amounts in token units. */
export interface TradeEffect extends Margins {
  readonly notional: bigint;
  readonly fee: bigint;
  /** After the trade; positive is long [lots]. */
  readonly size: bigint;
  /** After it, all users' [lots]. */
  readonly oi: bigint;
  readonly increases: boolean;
  /** What counts for the margin: equity at the mark after the fee, a price better than the mark not counted. */
  readonly counted: bigint;
  /** What the margin takes from what is in no series; 0 where the trade reduces. */
  readonly need: bigint;
}

/** Reckons a trade of an account as the clearing will, at the mark that is given. */
export function effectOf(
  terms: MarginTerms & { readonly mark: bigint; readonly oi: bigint },
  account: { readonly size: bigint; readonly cash: bigint },
  plan: TradePlan,
): TradeEffect {
  const { mark, tickValue } = terms;
  const signed = plan.buy ? plan.lots : -plan.lots;
  const size = account.size + signed;
  const against = plan.against ?? 0n;
  const oi = terms.oi + long(size) - long(account.size) + long(against - signed) - long(against);
  const worth = notional(terms, plan.lots, plan.ticks);
  const fee = feeOf(worth, plan.feeBps);
  const equity = account.cash - (plan.buy ? worth : -worth) - fee + size * mark * tickValue;
  const gain = notional(terms, plan.lots, max(plan.buy ? mark - plan.ticks : plan.ticks - mark, 0n));
  const margins = marginsOf(terms, size, mark, oi);
  const turned = size !== 0n && account.size !== 0n && size > 0n !== account.size > 0n;
  const increases = turned || abs(size) > abs(account.size);
  const counted = equity - gain;
  const need = increases ? max(margins.initial - counted, 0n) : 0n;
  return { ...margins, notional: worth, fee, size, oi, increases, counted, need };
}
