/** A random history: one operation after the other, each followed by all checks. */

import type { Random } from "../filecoin/random.js";
import { Clearing } from "./clearing.js";
import {
  brokenByStep,
  brokenInSeries,
  brokenInTokens,
  brokenSoundness,
  formerly,
  portrait,
  type Sound,
  soundIn,
} from "./identities.js";
import { freeOf } from "./ledger.js";
import { abs, DAY, ZERO } from "./numbers.js";
import { type Operation, type Outcome, perform, seriesIn } from "./operations.js";
import { Driver } from "./random.js";
import { type Cast, WALLET } from "./stage.js";
import { accountOf, copySeries, type Series, seriesId, stateOf } from "./series.js";
import { copyToken } from "./ledger.js";

const SECONDS = 30n; // of an epoch

/** A history that breaks what must hold. */
export class BrokenIdentity extends Error {
  override readonly name = "BrokenIdentity";

  constructor(
    readonly step: number,
    readonly broken: readonly string[],
    operation: Operation,
  ) {
    const text = JSON.stringify(operation, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v));
    super(`step ${step}: ${broken.join("; ")}\nafter ${text}`);
  }
}

export class History {
  readonly counts = new Map<string, number>();
  readonly driver: Driver;
  steps = 0;
  /** Greatest difference that an order of claims made. [atoms] */
  worstOrder = 0n;
  private readonly sound = new Map<string, Sound>();
  private readonly shuffled = new Set<string>();

  constructor(
    readonly model: Clearing,
    private readonly cast: Cast,
    private readonly random: Random,
  ) {
    this.driver = new Driver(model, cast, random);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  pass(epochs: bigint): void {
    this.model.now += epochs;
    this.model.timestamp += epochs * SECONDS;
  }

  /** Lets a random time pass and does a random operation. */
  step(): readonly [Operation, Outcome] {
    this.pass(this.driver.wait());
    const operation = this.driver.next();
    return [operation, this.apply(operation)];
  }

  apply(operation: Operation): Outcome {
    const { model } = this;
    this.steps += 1;
    const own = seriesIn(operation);
    const series = own === undefined ? undefined : model.series.get(own);
    const was = formerly(model, series);
    const before = portrait(model, operation);
    const waiting = series?.pending.size ?? 0;
    const band = series?.risk.bandBps ?? 0n;
    const outcome = perform(model, operation);
    this.tally(operation, outcome, series);
    const broken = brokenByStep(model, was, operation, outcome);
    if (outcome.refused !== undefined && before !== portrait(model, operation)) broken.push("refused, yet changed");
    const now = own === undefined ? undefined : model.series.get(own);
    if (now !== undefined) broken.push(...brokenInSeries(now));
    if (now !== undefined) broken.push(...this.brokenSoundness(now));
    broken.push(...brokenInTokens(model, WALLET * BigInt(this.cast.users.length)));
    if (broken.length > 0) throw new BrokenIdentity(this.steps, broken, operation);
    if (operation.kind === "list" && outcome.refused === undefined) this.enlist(operation);
    if (now !== undefined) this.shuffleClaims(now);
    if (now !== undefined && outcome.refused === undefined) this.tallyRules(operation, now, band);
    const books = ["writeOff", "liquidate", "resolve"].includes(operation.kind);
    if (books && (now?.pending.size ?? 0) < waiting) this.count("pending met a loss");
    return outcome;
  }

  private brokenSoundness(series: Series): string[] {
    const { now } = this.model;
    const was = this.sound.get(series.id);
    this.sound.set(series.id, soundIn(series, now));
    return was === undefined ? [] : brokenSoundness(series, now, was);
  }

  private enlist(operation: Extract<Operation, { kind: "list" }>): void {
    const { chainId, clearing } = this.model.place;
    this.driver.live.push(seriesId(chainId, clearing, operation.terms));
    this.count("series");
  }

  private tally(operation: Operation, outcome: Outcome, before: Series | undefined): void {
    this.count(`${operation.kind}:${outcome.refused ?? "done"}`);
    for (const skip of outcome.skips ?? []) this.count(`fill:${skip}`);
    const series = before === undefined ? undefined : this.model.seriesOf(before.id);
    if (series === undefined) return;
    this.count(`state:${stateOf(series, this.model.now)}`);
    const late = operation.kind === "finalise" && outcome.refused === undefined && series.settlement.disputedAt > 0n;
    if (late) this.count("arbiter was late");
    if (series.deficit > 0n) this.count("deficit");
    if (series.mark.stormUntil > this.model.now) this.count("storm");
    if (series.haltedUntil > this.model.now) this.count("halted");
    if (accountOf(series, ZERO).size !== 0n) this.count("residual");
  }

  /** How often the rules that are seldom at stake were. */
  private tallyRules({ kind }: Operation, { oi, risk, settlement }: Series, band: bigint): void {
    if (kind === "setRisk" && oi > 0n) {
      this.count("terms changed under open interest");
      if (risk.bandBps < band) this.count("band narrowed under open interest");
    }
    const { disputedAt, finalTicks, challenged, proposed, fallback } = settlement;
    if (disputedAt === 0n || (kind !== "arbitrate" && kind !== "finalise")) return;
    const nearer = abs(finalTicks - challenged) < abs(finalTicks - proposed);
    this.count(nearer ? "bond returned" : "bond kept");
    if (![challenged, proposed, fallback].includes(finalTicks)) this.count("price that nobody had named");
  }

  // -------------------------------------------------------------------------------------------------- claims

  /** FU-9: once the claims of a series are open, pays them out in several orders, on copies. */
  private shuffleClaims(series: Series): void {
    const { model } = this;
    if (stateOf(series, model.now) !== "Closed" || this.shuffled.has(series.id)) return;
    this.shuffled.add(series.id);
    if (series.deficit > 0n) this.count("closed with a deficit");
    const users = [...this.cast.users, ZERO];
    const orders = [users, [...users].reverse(), this.shuffle(users), this.shuffle(users)];
    const payouts = orders.map((order) => this.payOutInOrder(series, order));
    const claims = BigInt(users.length) * 2n; // of an account and what is pending
    for (const user of users) {
      const paid = payouts.map((payout) => payout.get(user) ?? 0n);
      const spread = paid.reduce((a, b) => (a > b ? a : b)) - paid.reduce((a, b) => (a < b ? a : b));
      if (spread > this.worstOrder) this.worstOrder = spread;
      if (spread <= claims) continue;
      const claim = { kind: "claim", caller: user, series: series.id, user } as const;
      throw new BrokenIdentity(this.steps, [`FU-9: ${user} gets ${paid.join(" or ")}`], claim);
    }
  }

  private shuffle<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.random.int(0, left.length - 1), 1)[0] as T);
  }

  /** What each gets. */
  private payOutInOrder(series: Series, order: readonly string[]): Map<string, bigint> {
    const copy = new Clearing(this.model.place);
    const { token, index } = series.terms;
    copy.now = this.model.now;
    copy.series.set(series.id, copySeries(series));
    copy.tokens.set(token, { ...copyToken(this.model.tokenOf(token)), fees: 0n, insurance: 0n });
    copy.indices.set(index, this.model.indexOf(index));
    copy.resolve(ZERO, series.id, this.cast.users);
    const before = new Map(order.map((user) => [user, this.freeIn(copy, token, user)]));
    for (const user of order) perform(copy, { kind: "claim", caller: ZERO, series: series.id, user });
    return new Map(order.map((user) => [user, this.freeIn(copy, token, user) - (before.get(user) ?? 0n)]));
  }

  private freeIn(model: Clearing, address: string, user: string): bigint {
    const token = model.tokenOf(address);
    return user === ZERO ? token.insurance : freeOf(token, user);
  }

  // ------------------------------------------------------------------------------------------------- the end

  /** Brings every series to its end by time and calls of anyone, and pays everything out. */
  *windDown(): Generator<readonly [Operation, Outcome]> {
    const caller = this.cast.users[0] as string;
    const series = [...this.model.series.values()];
    const last = series.map(({ terms }) => terms.expiry).reduce((a, b) => (a > b ? a : b), this.model.now);
    this.pass(last - this.model.now + DAY);
    for (const { id } of series) yield this.next({ kind: "propose", series: id });
    for (const { id, settlement } of this.model.series.values()) {
      if (settlement.finalAt > 0n || this.random.chance(50)) continue;
      yield this.next({ kind: "dispute", caller, series: id, ticks: settlement.proposed + 1n }); // which nobody decides
    }
    for (let round = 0; round < 2; round += 1) {
      this.pass(3n * DAY);
      for (const { id } of series) yield this.next({ kind: "finalise", series: id });
    }
    this.pass(DAY);
    const users = this.cast.users;
    for (const { id } of series) {
      yield this.next({ kind: "resolve", caller, series: id, users });
      for (const user of [...users, ZERO]) yield this.next({ kind: "claim", caller, series: id, user });
    }
  }

  private next(operation: Operation): readonly [Operation, Outcome] {
    this.pass(1n);
    return [operation, this.apply(operation)];
  }

  /** FU-8: series that have not ended with nothing left in them. */
  unfinished(): string[] {
    return [...this.model.series.values()].filter((s) => !this.isOver(s)).map((s) => s.id);
  }

  private isOver(series: Series): boolean {
    const closed = stateOf(series, this.model.now) === "Closed" && series.open === 0n;
    return closed && series.cash === 0n && series.deficit === 0n && series.pending.size === 0;
  }
}
