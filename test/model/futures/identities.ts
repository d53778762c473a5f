/** What must hold after every operation (docs/SPEC-futures.md, sections 4 and 13). Each returns what does not, in words. */

import type { Clearing } from "./clearing.js";
import { equityOf, isSafe, requirements } from "./margin.js";
import { markOf } from "./mark.js";
import { isArguable } from "./settlement.js";
import { max, min, ZERO } from "./numbers.js";
import type { Operation, Outcome } from "./operations.js";
import { accountOf, isIncrease, type Series } from "./series.js";

const sum = (values: Iterable<bigint>): bigint => [...values].reduce((total, value) => total + value, 0n);

/** FU-1, FU-3, FU-4 of one series. */
export function brokenInSeries(series: Series): string[] {
  const broken: string[] = [];
  const check = (holds: boolean, text: string): void => void (holds || broken.push(`${text} in ${series.id}`));
  const accounts = [...series.accounts.values()];
  const users = [...series.accounts].filter(([user, { size }]) => user !== ZERO && size !== 0n);
  check(BigInt(users.length) === series.open, `open: ${users.length}, kept ${series.open}`);
  const owed = sum(accounts.map(({ cash }) => cash)) + sum([...series.pending.values()].map(({ amount }) => amount));
  const positions = sum(accounts.map(({ size }) => size));
  if (series.settlement.finalAt === 0n) {
    check(positions === 0n, `FU-1: sizes sum to ${positions}`);
    const longs = sum(accounts.map(({ size }) => max(size, 0n)));
    check(longs === series.oi, `FU-1: longs ${longs}, oi ${series.oi}`);
    check(owed === series.cash + series.deficit, `FU-3: owed ${owed}, cash ${series.cash}, deficit ${series.deficit}`);
  } else {
    const { finalTicks } = series.settlement;
    const settled = owed + positions * finalTicks * series.terms.tickValue;
    check(settled === series.cash + series.deficit, `FU-3 at the final price: owed ${settled}`);
  }
  check(series.cash >= 0n && series.deficit >= 0n, `FU-4: cash ${series.cash}, deficit ${series.deficit}`);
  check(series.insuranceUsed >= 0n, "insurance used");
  return broken;
}

/** FU-2, and that no tokens are made or lost. */
export function brokenInTokens(model: Clearing, minted: bigint): string[] {
  const held = new Map<string, bigint>();
  for (const { terms, cash } of model.series.values()) held.set(terms.token, (held.get(terms.token) ?? 0n) + cash);
  const broken: string[] = [];
  for (const [address, token] of model.tokens) {
    const parts = sum(token.free.values()) + (held.get(address) ?? 0n) + token.insurance + token.fees + token.bonds;
    if (parts !== token.held) broken.push(`FU-2: parts ${parts}, balance ${token.held} of ${address}`);
    if (sum(token.wallets.values()) + token.held !== minted) broken.push(`tokens of ${address} are made or lost`);
    const negative = min(token.insurance, token.fees, token.bonds, ...token.free.values()) < 0n;
    if (negative) broken.push(`a part of ${address} is negative`);
  }
  return broken;
}

/** What FU-4, FU-5 and FU-8 compare with. */
export interface Former {
  readonly cash: ReadonlyMap<string, bigint>;
  readonly deficits: ReadonlyMap<string, bigint>;
  readonly final: ReadonlyMap<string, bigint>;
  readonly sizes: ReadonlyMap<string, bigint>; // in the series of the operation
}

export function formerly(model: Clearing, series: Series | undefined): Former {
  const all = [...model.series.values()];
  return {
    cash: new Map(all.map((s) => [s.id, s.cash])),
    deficits: new Map(all.map((s) => [s.id, s.deficit])),
    final: new Map(all.filter((s) => s.settlement.finalAt > 0n).map((s) => [s.id, s.settlement.finalTicks])),
    sizes: new Map([...(series?.accounts ?? [])].map(([user, { size }]) => [user, size])),
  };
}

const MAY_LOSE: ReadonlySet<string> = new Set(["writeOff", "liquidate", "resolve", "claim", "finalise", "arbitrate"]);

/** FU-4 and FU-8 between series and in time; FU-5. */
export function brokenByStep(model: Clearing, was: Former, operation: Operation, outcome: Outcome): string[] {
  const broken: string[] = [];
  const own = "series" in operation ? operation.series : "";
  for (const series of model.series.values()) {
    const { id, cash, deficit, settlement } = series;
    if (id !== own && cash !== (was.cash.get(id) ?? 0n)) broken.push(`FU-4: cash of ${id}, another series`);
    const lost = deficit > (was.deficits.get(id) ?? 0n);
    if (lost && !MAY_LOSE.has(operation.kind)) broken.push(`FU-5: ${operation.kind} raised the deficit`);
    const price = was.final.get(id);
    if (price !== undefined && price !== settlement.finalTicks) broken.push(`FU-8: price of ${id} written twice`);
    const { finalAt, finalTicks, proposed, disputedAt } = settlement;
    const agreed = finalTicks === proposed || (disputedAt > 0n && isArguable(settlement, finalTicks));
    if (finalAt > 0n && !agreed) broken.push(`FU-8: price of ${id}`);
  }
  if (outcome.refused === undefined) broken.push(...thinIncreases(model, was, operation));
  return broken;
}

/** FU-5: the last that was judged has its initial margin, makers at least their maintenance margin: more open interest may follow. */
function thinIncreases(model: Clearing, was: Former, operation: Operation): string[] {
  if (operation.kind !== "trade" && operation.kind !== "take" && operation.kind !== "liquidate") return [];
  const series = model.seriesOf(operation.series);
  const mark = markOf(series, model.now);
  const last = operation.kind === "trade" ? operation.taker.account : operation.caller;
  return [...series.accounts]
    .filter(([user, { size }]) => user !== ZERO && isIncrease(was.sizes.get(user) ?? 0n, size))
    .filter(([user]) => {
      const account = accountOf(series, user);
      const { initial, maintenance } = requirements(series, account.size, mark);
      return equityOf(series, account, mark) < (user === last ? initial : maintenance);
    })
    .map(([user]) => `FU-5: ${operation.kind} leaves ${user} below its margin`);
}

/** Who could not be liquidated after an operation, and at which index. */
export interface Sound {
  readonly indexTicks: bigint;
  readonly users: readonly string[];
}

export function soundIn(series: Series, now: bigint): Sound {
  const mark = markOf(series, now);
  const users = [...series.accounts].filter(([user, { size }]) => user !== ZERO && size !== 0n);
  return {
    indexTicks: series.mark.indexTicks,
    users: users.map(([user]) => user).filter((u) => isSafe(series, u, mark)),
  };
}

/** Section 11: while the index stands still, nobody who could not be liquidated is worth less than nothing. */
export function brokenSoundness(series: Series, now: bigint, was: Sound): string[] {
  if (series.settlement.finalAt > 0n || series.mark.indexTicks !== was.indexTicks) return [];
  const mark = markOf(series, now);
  return was.users
    .filter((user) => equityOf(series, accountOf(series, user), mark) < 0n)
    .map((user) => `section 11: ${user} is below nothing at an index that stood still`);
}

/** All of a series and its token, to see whether a refused operation changed anything. */
export function portrait(model: Clearing, operation: Operation): string {
  const write = (_: string, value: unknown): unknown => {
    if (typeof value === "bigint") return String(value);
    return value instanceof Map ? [...value].filter(([, v]) => !isNothing(v)).sort() : value;
  };
  const series = "series" in operation ? model.series.get(operation.series) : undefined;
  const address = series?.terms.token ?? ("token" in operation ? operation.token : "");
  const newest = series === undefined ? undefined : model.indexOf(series.terms.index).newest;
  return JSON.stringify([series, model.tokens.get(address), newest, model.series.size], write);
}

/** An account that was looked at and is empty is as none. */
function isNothing(value: unknown): boolean {
  if (typeof value === "bigint") return value === 0n;
  return typeof value === "object" && value !== null && Object.values(value).every((v) => v === 0n);
}
