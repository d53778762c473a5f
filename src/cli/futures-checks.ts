import { type TradeEffect, bandOf } from "../futures/margin.js";
import type { AccountView, SeriesView } from "../futures/series.js";
import { formatToken, tokenDecimal } from "../loans/tokens.js";
import { formatEpoch, max } from "../sdk/index.js";
import { showSize, showTicks } from "./present-futures.js";
import type { Check } from "./run.js";

/** A trade that is to be checked. */
export interface Wanted {
  readonly buy: boolean;
  readonly lots: bigint;
  readonly ticks: bigint;
}

/** What the clearing would have against a trade, in its order; nobody's signature is checked here. */
export function tradeChecks(
  series: SeriesView,
  account: AccountView,
  wanted: Wanted,
  effect: TradeEffect,
  now: bigint,
): readonly Check[] {
  const quote = `npx hardhat futures quote --series ${series.id} --lots ${wanted.lots} --side ${wanted.buy ? "buy" : "sell"}`;
  return [
    stateCheck(series, ["Trading", "CloseOnly"], "the series is traded", now),
    bandCheck(series, wanted.ticks, quote),
    ...(effect.increases ? increaseChecks(series, effect, now) : []),
    marginCheck(series, account, effect),
  ];
}

/** That a series is in one of some states. */
export function stateCheck(series: SeriesView, states: readonly string[], label: string, now: bigint): Check {
  const when = series.state === "Listed" ? `, trading starts ${formatEpoch(series.tradingStart, now)}` : "";
  return {
    label,
    ok: states.includes(series.state),
    limit: states.join(" or "),
    actual: `${series.state}${when}`,
    code: "FuturesClearing_WrongState",
    next: [`npx hardhat futures series --ids ${series.id}`],
  };
}

export function bandCheck(series: SeriesView, ticks: bigint, next: string): Check {
  const { lowest, highest } = bandOf(series.mark, series.bandBps);
  return {
    label: "the price is near enough to the mark",
    ok: ticks >= lowest && ticks <= highest,
    limit: `${lowest} to ${highest} ticks (the mark is ${series.mark})`,
    actual: `${ticks} ticks`,
    code: "PRICE_OUTSIDE_BAND",
    next: [next],
  };
}

function increaseChecks(series: SeriesView, effect: TradeEffect, now: bigint): readonly Check[] {
  const next = [`npx hardhat futures series --ids ${series.id}`];
  const size = effect.size < 0n ? -effect.size : effect.size;
  const reason =
    series.state !== "Trading"
      ? series.state
      : now < series.haltedUntil
        ? `halted until epoch ${series.haltedUntil}`
        : series.deficit > 0n
          ? `a deficit of ${formatToken(series.deficit, series.token)}`
          : series.fresh
            ? "open"
            : `a mark from epoch ${series.indexAt}`;
  return [
    {
      label: "positions may grow",
      ok: reason === "open",
      limit: "Trading, not halted, without a deficit, with a mark of the last 240 epochs",
      actual: reason,
      code: "INCREASES_REFUSED",
      next,
    },
    {
      label: "the position stays within its cap",
      ok: size <= series.positionCap,
      limit: `at most ${series.positionCap} lots, long or short`,
      actual: showSize(effect.size),
      code: "POSITION_CAP",
      next,
    },
    {
      label: "open interest stays within its cap",
      ok: effect.oi <= max(series.capLots, series.oi),
      limit: `at most ${series.capLots} lots`,
      actual: `${effect.oi} lots, ${series.oi} now`,
      code: "OPEN_INTEREST_CAP",
      next,
    },
  ];
}

function marginCheck(series: SeriesView, account: AccountView, effect: TradeEffect): Check {
  const missing = effect.need > account.free ? effect.need - account.free : 0n;
  return {
    label: "the margin is there",
    ok: missing === 0n,
    limit: `${formatToken(effect.need, series.token)} in no series, to be taken as margin`,
    actual: formatToken(account.free, series.token),
    code: "MARGIN_MISSING",
    hint: "Deposit what is missing.",
    next: [`npx hardhat futures margin --series ${series.id} --deposit ${tokenDecimal(missing, series.token)}`],
  };
}

/** What a trade means, for people. */
export function tradeFacts(
  series: SeriesView,
  account: AccountView,
  wanted: Wanted,
  effect: TradeEffect,
): ReadonlyArray<readonly [string, string]> {
  const { token } = series;
  const { lowest, highest } = bandOf(series.mark, series.bandBps);
  return [
    ["price", showTicks(wanted.ticks, series)],
    ["mark", `${showTicks(series.mark, series)}${series.fresh ? "" : ", old"}`],
    ["band", `${lowest} to ${highest} ticks`],
    ["notional", formatToken(effect.notional, token)],
    ["position", `${showSize(account.size)}, then ${showSize(effect.size)}`],
    ["initial margin", formatToken(effect.initial, token)],
    ["maintenance margin", formatToken(effect.maintenance, token)],
    ["needed from free", `${formatToken(effect.need, token)} of ${formatToken(account.free, token)}`],
  ];
}
