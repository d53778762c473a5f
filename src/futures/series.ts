import type { Plimsoll } from "../loans/contracts.js";
import { Token, type TokenUnit } from "../loans/tokens.js";
import { FUTURES_STATES } from "../sdk/errors/futures.js";
import { PlimsollError, max } from "../sdk/index.js";
import type { MarginTerms } from "./margin.js";

export type FuturesState = (typeof FUTURES_STATES)[number];

/** A trade observes the index anew when the last observation is this old (docs/SPEC-futures.md, section 5) [epoch]. */
const REFRESH_EPOCHS = 10n;
/** A mark is fresh for this long after its index was observed (section 6) [epoch]. */
const FRESH_EPOCHS = 240n;
/** How long a good average is waited for, a price may be disputed, and the arbiter has (section 10) [epoch]. */
export const WAIT_EPOCHS = 2_880n;
export const DISPUTE_EPOCHS = 2_880n;
export const ARBITER_EPOCHS = 8_640n;
/** How long after the final price claims wait for positions that nobody resolved [epoch]. */
export const RESOLVE_EPOCHS = 2_880n;

/** A price that was proposed. */
export interface ProposalView {
  readonly ticks: bigint;
  readonly fallbackTicks: bigint;
  /** [epoch] */
  readonly at: bigint;
}

export interface DisputeView {
  readonly challenger: string;
  readonly ticks: bigint;
  /** [token units] */
  readonly bond: bigint;
  /** [epoch] */
  readonly at: bigint;
}

/** A listed series. Prices in ticks per lot, amounts in units of its token, times in epochs. */
export interface SeriesView extends MarginTerms {
  readonly id: string;
  readonly token: TokenUnit;
  readonly indexId: bigint;
  readonly state: FuturesState;
  readonly tradingStart: bigint;
  readonly tradingEnd: bigint;
  readonly expiry: bigint;
  readonly deliveryStart: bigint;
  /** By the index as it was last observed for this series; `fresh` says whether that is recent. */
  readonly mark: bigint;
  readonly fresh: boolean;
  readonly indexAt: bigint;
  /** Exclusive. */
  readonly haltedUntil: bigint;
  readonly stormUntil: bigint;
  /** Lots held long. */
  readonly oi: bigint;
  /** Users with a position. */
  readonly open: bigint;
  /** [lots] */
  readonly positionCap: bigint;
  readonly bandBps: bigint;
  readonly makerFeeBps: bigint;
  readonly takerFeeBps: bigint;
  readonly cash: bigint;
  readonly deficit: bigint;
  readonly disputeBond: bigint;
  readonly proposal: ProposalView | undefined;
  readonly dispute: DisputeView | undefined;
  /** 0 until it is final. */
  readonly finalTicks: bigint;
  readonly finalAt: bigint;
}

/** Reads a listed series; refuses the id of any other. */
export async function readSeries(contracts: Plimsoll, id: string): Promise<SeriesView> {
  const { futures } = contracts;
  const state = FUTURES_STATES[Number(await futures.stateOf(id))] ?? "None";
  if (state === "None") {
    throw new PlimsollError({
      code: "FuturesClearing_NotListed",
      message: "There is no such series.",
      limit: "the id of a listed series",
      actual: id,
      next: ["npx hardhat futures series", "npx hardhat futures series --since EPOCH"],
    });
  }
  const [series, [mark, fresh]] = await Promise.all([futures.seriesOf(id), futures.markOf(id)]);
  const { limits, margins, status, unit } = series;
  const [token, { money, bounties }] = await Promise.all([
    new Token(unit.token, futures.runner).unit(),
    futures.tokenOf(unit.token),
  ]);
  // By position: arrays have a member `at` of their own.
  const [bond, proposed, fallbackTicks, proposedAt] = series.proposal;
  const [challenger, claimed, disputedAt] = series.dispute;
  return {
    id,
    token,
    state,
    indexId: limits.indexId,
    tickValue: unit.tickValue,
    tradingStart: limits.tradingStart,
    tradingEnd: limits.tradingEnd,
    expiry: limits.expiry,
    deliveryStart: margins.deliveryStart,
    mark,
    fresh,
    indexAt: series.mark.indexAt,
    haltedUntil: status.haltedUntil,
    stormUntil: status.stormUntil,
    oi: status.oi,
    open: status.open,
    capLots: limits.capLots,
    positionCap: limits.positionCap,
    imBps: limits.imBps,
    mmShareBps: margins.mmShareBps,
    minMargin: margins.minMargin,
    oiSlopeBps: margins.oiSlopeBps,
    concFromBps: margins.concFromBps,
    concBps: margins.concBps,
    bandBps: limits.bandBps,
    makerFeeBps: money.makerFeeBps,
    takerFeeBps: money.takerFeeBps,
    cash: series.funds.cash,
    deficit: series.funds.deficit,
    disputeBond: bounties.disputeBond,
    proposal: proposedAt === 0n ? undefined : { ticks: proposed, fallbackTicks, at: proposedAt },
    dispute: disputedAt === 0n ? undefined : { challenger, ticks: claimed, bond, at: disputedAt },
    finalTicks: status.finalTicks,
    finalAt: status.finalAt,
  };
}

/** The series as a trade of now would find it: the index observed first, where it would be. */
export async function atTrade(contracts: Plimsoll, series: SeriesView, epoch: bigint): Promise<SeriesView> {
  if (epoch - series.indexAt < REFRESH_EPOCHS) return series;
  const [mark, newest] = await Promise.all([
    contracts.futures.refresh.staticCall(series.id),
    contracts.indices.observe.staticCall(series.indexId),
  ]);
  return { ...series, mark, indexAt: newest.epoch, fresh: epoch - newest.epoch <= FRESH_EPOCHS };
}

/** One user's part of one series, and what it has outside of all. Amounts in token units. */
export interface AccountView {
  readonly user: string;
  readonly free: bigint;
  /** Positive is long [lots]. */
  readonly size: bigint;
  /** What the position cost is in it, so that it may be negative. */
  readonly cash: bigint;
  readonly equity: bigint;
  readonly initialMargin: bigint;
  readonly maintenanceMargin: bigint;
  /** Released, and not there yet. */
  readonly pending: bigint;
  readonly pendingAt: bigint;
  readonly flaggedAt: bigint;
}

export async function readAccount(contracts: Plimsoll, series: SeriesView, user: string): Promise<AccountView> {
  const { futures } = contracts;
  const [free, account, standing, pending] = await Promise.all([
    futures.freeOf(series.token.address, user),
    futures.accountOf(series.id, user),
    futures.standingOf(series.id, user),
    futures.pendingOf(series.id, user),
  ]);
  return {
    user,
    free,
    size: account.size,
    cash: account.cash,
    equity: standing.equity,
    initialMargin: standing.initialMargin,
    maintenanceMargin: standing.maintenanceMargin,
    pending: pending.amount,
    pendingAt: pending.availableAt,
    flaggedAt: account.flaggedAt,
  };
}

/** Nodes of Filecoin answer for this many epochs of logs at once, and many for no older ones. */
export const LOG_EPOCHS = 2_000n;

/** Spans of at most `LOG_EPOCHS` that cover `since` to `until`, both included. */
export function logSpans(since: bigint, until: bigint): ReadonlyArray<readonly [bigint, bigint]> {
  const spans: Array<readonly [bigint, bigint]> = [];
  for (let from = max(since, 0n); from <= until; from += LOG_EPOCHS) {
    const to = from + LOG_EPOCHS - 1n;
    spans.push([from, to < until ? to : until]);
  }
  return spans;
}

/** Ids of the series that were listed in a span of time, by the logs: the clearing keeps no list. */
export async function listedBetween(contracts: Plimsoll, since: bigint, until: bigint): Promise<readonly string[]> {
  const { futures } = contracts;
  const ids: string[] = [];
  for (const [from, to] of logSpans(since, until)) {
    const found = await futures.queryFilter(futures.filters.SeriesListed(), Number(from), Number(to));
    ids.push(...found.map(({ args }) => args.seriesId));
  }
  return [...new Set(ids)];
}

/** Who traded in a series in a span of time, took over positions, or was liquidated, by the logs. */
export async function usersBetween(
  contracts: Plimsoll,
  id: string,
  since: bigint,
  until: bigint,
): Promise<readonly string[]> {
  const { futures } = contracts;
  const { filters } = futures;
  const users = new Set<string>();
  for (const [from, to] of logSpans(since, until)) {
    const span = [Number(from), Number(to)] as const;
    for (const { args } of await futures.queryFilter(filters.Traded(id), ...span))
      users.add(args.maker).add(args.taker);
    for (const { args } of await futures.queryFilter(filters.Taken(id), ...span)) users.add(args.taker);
    for (const { args } of await futures.queryFilter(filters.Liquidated(id), ...span)) users.add(args.liquidator);
  }
  return [...users];
}
