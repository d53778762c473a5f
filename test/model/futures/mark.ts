/** The mark: what positions are valued at (docs/SPEC-futures.md, section 6). */

import type { Index } from "./index.js";
import type { Context } from "./ledger.js";
import { abs, BPS, clamp, DAY, div, max, min } from "./numbers.js";
import { demand } from "./refused.js";
import type { MarkState, Series } from "./series.js";

/** Before expiry: over which the settlement price is an average. [epochs] */
export const WINDOW = DAY;
const SCALE = 2n ** 16n;
const EMA_EPOCHS = 120n;
const FRESH = 240n;
const STORM_BPS = 500n;
const STORM_EPOCHS = 120n;

/** As it is at listing. */
export function firstMark(index: Index, now: bigint): MarkState {
  const { newest } = index;
  demand(newest !== undefined && now - newest.epoch <= FRESH, "Stale", "the index");
  const ticks = index.toTicks(newest.answer);
  const prices = { indexTicks: ticks, lastTicks: ticks, refTicks: ticks, ema: ticks * SCALE };
  return { ...prices, emaAt: now, refAt: now, indexAt: newest.epoch, stormUntil: 0n };
}

export const isFresh = (series: Series, now: bigint): boolean => now - series.mark.indexAt <= FRESH;

export function demandFresh(c: Context): void {
  demand(isFresh(c.series, c.now), "Stale");
}

/** The mark in ticks, as recorded. */
export function markOf(series: Series, now: bigint): bigint {
  const { mark, risk, terms } = series;
  if (now >= terms.expiry - WINDOW) return max(mark.indexTicks, 1n);
  const width = div(mark.indexTicks * risk.bandBps, BPS);
  const rounded = (mark.ema + SCALE / 2n) >> 16n;
  return max(clamp(rounded, mark.indexTicks - width, mark.indexTicks + width), 1n);
}

export function advanceEma(mark: MarkState, now: bigint): void {
  const dt = now - mark.emaAt;
  if (dt <= 0n) return;
  mark.ema += div((mark.lastTicks * SCALE - mark.ema) * dt, dt + EMA_EPOCHS);
  mark.emaAt = now;
}

/** Brings index, EMA and storm up to date, unless a price is proposed. */
export function refresh(c: Context): void {
  const { series, index, now } = c;
  if (series.settlement.proposedAt > 0n) return;
  index.observe(now, c.timestamp);
  advanceEma(series.mark, now);
  const { newest } = index;
  demand(newest !== undefined, "Stale", "the index");
  series.mark.indexTicks = indexTicks(c, newest.answer);
  series.mark.indexAt = newest.epoch;
  watchStorm(series, now);
}

/** The index; in the last day what is known of the settlement price, and the last answer for the rest. */
function indexTicks(c: Context, last: bigint): bigint {
  const { index, now } = c;
  const { expiry } = c.series.terms;
  const start = expiry - WINDOW;
  if (now < start || !index.covers(start)) return index.toTicks(last);
  const t = min(now, expiry);
  const known = index.cumAt(t) - index.cumAt(start);
  return index.toTicks(div(known + index.answerAt(t) * (expiry - t), WINDOW));
}

function watchStorm(series: Series, now: bigint): void {
  const { mark } = series;
  const ticks = markOf(series, now);
  const storm = abs(ticks - mark.refTicks) * BPS > STORM_BPS * mark.refTicks;
  if (storm) mark.stormUntil = now + STORM_EPOCHS;
  if (!storm && now - mark.refAt < STORM_EPOCHS) return;
  mark.refTicks = ticks;
  mark.refAt = now;
}
