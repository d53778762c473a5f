import { type TradeEffect, bandOf, notional } from "../futures/margin.js";
import type { AccountView, SeriesView } from "../futures/series.js";
import { type TokenUnit, formatSigned, formatToken, tokenDecimal } from "../loans/tokens.js";
import { type Clock, formatDate, formatEpoch } from "../sdk/index.js";
import type { JsonValue } from "./envelope.js";
import { rows, table } from "./terminal.js";

/** An amount of a token: exact in its units, and readable. */
export function tokenJson(value: bigint, token: TokenUnit): JsonValue {
  const decimal = value < 0n ? `-${tokenDecimal(-value, token)}` : tokenDecimal(value, token);
  return { units: value.toString(), amount: decimal, symbol: token.symbol };
}

/** @example showTicks(2_500n, series) // "2500 ticks (2.5 USD a lot)" */
export function showTicks(ticks: bigint, series: SeriesView): string {
  return `${ticks} ticks (${formatToken(notional(series, 1n, ticks), series.token)} a lot)`;
}

/** First digits of a series' id, for sentences. */
export function shortId(id: string): string {
  return id.slice(0, 10);
}

/** @example showSize(-30n) // "short 30 lots" */
export function showSize(size: bigint): string {
  if (size === 0n) return "no position";
  return `${size > 0n ? "long" : "short"} ${size > 0n ? size : -size} lots`;
}

export function seriesJson(series: SeriesView): JsonValue {
  const { token, proposal, dispute } = series;
  const band = bandOf(series.mark, series.bandBps);
  return {
    seriesId: series.id,
    state: series.state,
    token: token.address,
    symbol: token.symbol,
    decimals: token.decimals,
    tickValue: tokenJson(series.tickValue, token),
    indexId: Number(series.indexId),
    tradingStart: Number(series.tradingStart),
    tradingEnd: Number(series.tradingEnd),
    expiry: Number(series.expiry),
    deliveryStart: Number(series.deliveryStart),
    mark: Number(series.mark),
    fresh: series.fresh,
    lowest: Number(band.lowest),
    highest: Number(band.highest),
    capLots: series.capLots.toString(),
    positionCap: series.positionCap.toString(),
    openInterest: series.oi.toString(),
    openPositions: Number(series.open),
    imBps: Number(series.imBps),
    mmShareBps: Number(series.mmShareBps),
    bandBps: Number(series.bandBps),
    makerFeeBps: Number(series.makerFeeBps),
    takerFeeBps: Number(series.takerFeeBps),
    haltedUntil: Number(series.haltedUntil),
    stormUntil: Number(series.stormUntil),
    cash: tokenJson(series.cash, token),
    deficit: tokenJson(series.deficit, token),
    disputeBond: tokenJson(series.disputeBond, token),
    proposal:
      proposal === undefined
        ? null
        : {
            ticks: Number(proposal.ticks),
            fallbackTicks: Number(proposal.fallbackTicks),
            at: Number(proposal.at),
          },
    dispute:
      dispute === undefined
        ? null
        : {
            challenger: dispute.challenger,
            ticks: Number(dispute.ticks),
            bond: tokenJson(dispute.bond, token),
            at: Number(dispute.at),
          },
    finalTicks: series.finalAt === 0n ? null : Number(series.finalTicks),
    finalAt: series.finalAt === 0n ? null : Number(series.finalAt),
  };
}

export function seriesTable(list: readonly SeriesView[], clock: Clock): string[] {
  return table(
    ["series", "state", "token", "mark>", "open interest>", "cap>", "trading ends", "expiry"],
    list.map((series) => [
      series.id,
      series.state,
      series.token.symbol,
      `${series.mark}${series.fresh ? "" : " (old)"}`,
      `${series.oi}`,
      `${series.capLots}`,
      formatEpoch(series.tradingEnd, clock.epoch),
      `${formatDate(series.expiry, clock)}, ${formatEpoch(series.expiry, clock.epoch)}`,
    ]),
  );
}

export function accountJson(account: AccountView, series: SeriesView): JsonValue {
  const { token } = series;
  return {
    account: account.user,
    seriesId: series.id,
    state: series.state,
    size: account.size.toString(),
    mark: Number(series.mark),
    free: tokenJson(account.free, token),
    cash: tokenJson(account.cash, token),
    equity: tokenJson(account.equity, token),
    initialMargin: tokenJson(account.initialMargin, token),
    maintenanceMargin: tokenJson(account.maintenanceMargin, token),
    pending: tokenJson(account.pending, token),
    pendingAt: account.pending === 0n ? null : Number(account.pendingAt),
    flaggedAt: account.flaggedAt === 0n ? null : Number(account.flaggedAt),
  };
}

export function accountLines(account: AccountView, series: SeriesView, now: bigint): string[] {
  const { token } = series;
  return [
    `${account.user} in series ${shortId(series.id)} · ${series.state}`,
    ...rows([
      ["position", showSize(account.size)],
      ["mark", `${showTicks(series.mark, series)}${series.fresh ? "" : ", old"}`],
      ["free", `${formatToken(account.free, token)}, in no series`],
      ["cash", formatSigned(account.cash, token)],
      ["equity", formatSigned(account.equity, token)],
      ["initial margin", formatToken(account.initialMargin, token)],
      [
        "maintenance margin",
        `${formatToken(account.maintenanceMargin, token)}${account.flaggedAt === 0n ? "" : "; flagged for liquidation"}`,
      ],
      ...(account.pending === 0n
        ? []
        : [
            [
              "on its way out",
              `${formatToken(account.pending, token)}, ${formatEpoch(account.pendingAt, now)}`,
            ] as const,
          ]),
    ]),
  ];
}

export function positionsTable(list: ReadonlyArray<readonly [SeriesView, AccountView]>): string[] {
  return table(
    ["series", "state", "lots>", "mark>", "cash>", "equity>", "initial margin>", "maintenance>"],
    list.map(([series, account]) => [
      shortId(series.id),
      series.state,
      `${account.size}`,
      `${series.mark}`,
      formatSigned(account.cash, series.token),
      formatSigned(account.equity, series.token),
      formatToken(account.initialMargin, series.token),
      formatToken(account.maintenanceMargin, series.token),
    ]),
  );
}

export function effectJson(effect: TradeEffect, token: TokenUnit): JsonValue {
  return {
    notional: tokenJson(effect.notional, token),
    fee: tokenJson(effect.fee, token),
    size: effect.size.toString(),
    increases: effect.increases,
    equity: tokenJson(effect.counted, token),
    initialMargin: tokenJson(effect.initial, token),
    maintenanceMargin: tokenJson(effect.maintenance, token),
    needed: tokenJson(effect.need, token),
  };
}
