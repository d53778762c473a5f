/** Random histories of a clearing: what happens next, chosen with an eye on the model so that most of it can succeed. */

import type { Random } from "../filecoin/random.js";
import type { Clearing } from "./clearing.js";
import { insurable } from "./default.js";
import type { Context } from "./ledger.js";
import { equityOf, isSafe, requirements } from "./margin.js";
import { advanceEma, markOf, refresh } from "./mark.js";
import { abs, clamp, DAY, div, max, min, ZERO } from "./numbers.js";
import type { Kind, Operation } from "./operations.js";
import { changedRisk, someRisk, someTokenTerms } from "./parameters.js";
import { accountOf, copySeries, type Series, type State, stateOf, type Terms } from "./series.js";
import type { Cast } from "./stage.js";
import { type Fill, refusesIncreases } from "./trade.js";

const WEIGHTS: ReadonlyArray<readonly [Kind, number]> = [
  ["feed", 7],
  ["observe", 5],
  ["setRisk", 2],
  ["setToken", 1],
  ["halt", 1],
  ["deposit", 5],
  ["withdraw", 3],
  ["fund", 2],
  ["collectFees", 1],
  ["allocate", 5],
  ["recapitalise", 2],
  ["cover", 6],
  ["release", 9],
  ["completeRelease", 2],
  ["refresh", 7],
  ["trade", 34],
  ["flag", 3],
  ["unflag", 6],
  ["liquidate", 8],
  ["writeOff", 9],
  ["take", 5],
  ["propose", 3],
  ["dispute", 3],
  ["arbitrate", 1],
  ["finalise", 4],
  ["resolve", 4],
  ["claim", 9],
];
const MOST_LIVE = 10;
const HOSTILE = 4; // [%]
const TIMEOUT = 40;
/** What a careless cast makes small. */
const OVERFLOWS = [2n ** 128n + 1n, 2n ** 255n, 2n ** 256n - 1n];
const LOT_OVERFLOWS = [2n ** 63n, 2n ** 64n - 1n, 2n ** 32n + 1n];
const MOST_TICKS = 2n ** 32n - 1n;
const UNKNOWN = `0x${"77".repeat(32)}`;

/** The same with a series or a token that nobody listed. */
function astray(operation: Operation): Operation {
  if ("series" in operation) return { ...operation, series: UNKNOWN };
  if ("token" in operation && operation.kind !== "setToken") return { ...operation, token: UNKNOWN.slice(0, 42) };
  return operation;
}

export class Driver {
  /** Series that something may still happen to. */
  readonly live: string[] = [];
  /** Which hand-picked values were used up: nobody speaks for this index until then. */
  private readonly silentUntil = new Map<number, bigint>();

  constructor(
    private readonly model: Clearing,
    private readonly cast: Cast,
    private readonly random: Random,
  ) {}

  /** Epochs until the next operation, at least 1. */
  wait(): bigint {
    const { random } = this;
    const epochs = random.weighted<number>([
      [1, 600],
      [random.int(2, 13), 280],
      [random.int(14, 60), 80],
      [random.int(60, 239), 9],
      [random.int(300, 3_000), 1],
    ]);
    return BigInt(epochs);
  }

  /** What happens now. */
  next(): Operation {
    this.retire();
    if (this.live.length < MOST_LIVE && this.random.chance(this.live.length < 3 ? 50 : 6)) return this.list();
    const due = this.attend();
    if (due !== undefined) return due;
    for (let tries = 0; tries < TIMEOUT; tries += 1) {
      const kind = this.random.weighted(WEIGHTS);
      const operation = this.choose(kind);
      if (operation === undefined) continue;
      return this.random.int(1, 300) === 1 ? astray(operation) : operation;
    }
    return this.deposit();
  }

  /** Series that are paid out are forgotten, and now and then one that is not. */
  private retire(): void {
    for (const id of [...this.live]) {
      const series = this.model.seriesOf(id);
      if (stateOf(series, this.model.now) !== "Closed") continue;
      const left = series.open > 0n || series.cash > 0n || series.pending.size > 0;
      if (!left && this.random.chance(20)) this.live.splice(this.live.indexOf(id), 1);
    }
  }

  /** Feeds answer and are read in time, unless they are silent. */
  private attend(): Operation | undefined {
    const { model, random } = this;
    for (const { id } of this.cast.indices) {
      if ((this.silentUntil.get(id) ?? 0n) > model.now) continue;
      const { feed, terms, newest } = model.indexOf(id);
      const age = model.timestamp - feed.updatedAt;
      if (age * 10n > terms.maxAge * 6n && random.chance(50)) return this.feed(id);
      if (newest !== undefined && model.now - newest.epoch > 110n && random.chance(40)) {
        const user = this.live.filter((s) => model.seriesOf(s).terms.index === id);
        if (user.length === 0 || random.chance(30)) return { kind: "observe", index: id };
        return { kind: "refresh", series: random.pick(user) };
      }
    }
    return undefined;
  }

  private choose(kind: Kind): Operation | undefined {
    const { random, model, cast } = this;
    const { risk, guardian, arbiter } = model.place;
    const hostile = random.chance(HOSTILE);
    const by = (role: string): string => (hostile ? random.pick(cast.users) : role);
    switch (kind) {
      case "feed":
        return this.feed(random.pick(cast.indices).id);
      case "observe":
        return { kind, index: hostile ? 99 : random.pick(cast.indices).id };
      case "setToken":
        return {
          kind,
          caller: by(risk),
          token: random.pick(cast.tokens).address,
          terms: someTokenTerms(random, random.pick(cast.tokens).unit),
        };
      case "deposit":
        return this.deposit();
      case "withdraw":
        return this.withdraw(hostile);
      case "fund":
        return this.fund(hostile);
      case "collectFees":
        return { kind, token: random.pick(cast.tokens).address };
      case "setRisk": {
        const series = this.series(hostile, "Listed", "Trading", "CloseOnly");
        return (
          series && {
            kind,
            caller: by(risk),
            series: series.id,
            risk: changedRisk(random, series.risk, this.unitOf(series)),
          }
        );
      }
      case "halt": {
        const series = this.series(hostile, "Listed", "Trading");
        const until = random.chance(3)
          ? 2n ** 256n - 1n
          : model.now + BigInt(random.chance(10) ? 30_000 : random.int(0, 300));
        return series && { kind, caller: by(guardian), series: series.id, until };
      }
      case "arbitrate": {
        const series = this.series(hostile, "Disputed");
        return series && { kind, caller: by(arbiter), series: series.id, ticks: this.verdict(series) };
      }
      default:
        return this.ofSeries(kind, hostile);
    }
  }

  private ofSeries(kind: Kind, hostile: boolean): Operation | undefined {
    const { random, cast } = this;
    const caller = random.pick(cast.users);
    switch (kind) {
      case "allocate":
        return this.allocate(caller, hostile);
      case "recapitalise":
        return this.recapitalise(caller, hostile);
      case "cover":
        return this.cover(hostile);
      case "release":
        return this.release(hostile);
      case "completeRelease":
        return this.completeRelease(hostile);
      case "refresh":
        return this.plain(kind, this.series(hostile, "Listed", "Trading", "CloseOnly", "Expired", "Proposed"));
      case "propose":
        return this.plain(kind, this.series(hostile, "Expired"));
      case "finalise":
        return this.plain(kind, this.due() ?? this.series(hostile, "Proposed", "Disputed"));
      case "trade":
        return this.trade(hostile);
      case "flag":
      case "unflag":
        return this.flagging(kind, hostile);
      case "liquidate":
        return this.liquidate(caller, hostile);
      case "writeOff":
        return this.writeOff(caller, hostile);
      case "take":
        return this.take(caller, hostile);
      case "dispute":
        return this.dispute(caller, hostile);
      case "resolve":
        return this.resolve(caller, hostile);
      case "claim":
        return this.claim(caller, hostile);
      default:
        return undefined;
    }
  }

  // --------------------------------------------------------------------------------------------- feeds, terms

  private feed(index: number): Operation {
    const { random, model, cast } = this;
    const base = cast.indices.find(({ id }) => id === index)?.base ?? 1n;
    const { feed, terms } = model.indexOf(index);
    const fault = random.chance(5) ? random.pick(cast.faults) : "none";
    if (random.chance(2)) this.silentUntil.set(index, model.now + BigInt(random.int(200, 6_000)));
    if (random.chance(2))
      return {
        kind: "feed",
        index,
        answer: random.pick([0n, terms.minAnswer, terms.maxAnswer, -1n, 2n ** 200n + (terms.minAnswer << 1n)]),
        fault,
      };
    const last = clamp(feed.answer, base / 4n, base * 4n);
    const drift = last > base ? -1 : 1;
    const percent = random.weighted<number>([
      [random.int(-20, 20), 75],
      [random.int(-80, 80) + 10 * drift, 15],
      [random.int(-400, 600), 14],
    ]);
    return { kind: "feed", index, answer: last + div(last * BigInt(percent), 1_000n) + random.amount(1_000n), fault };
  }

  private list(): Operation {
    const { random, model, cast } = this;
    const token = random.pick(cast.tokens);
    const index = random.pick(cast.indices);
    const wrong = random.chance(6);
    const { newest } = model.indexOf(index.id);
    const ticks = model.indexOf(index.id).toTicks(newest?.answer ?? index.base);
    const tradingStart = model.now + BigInt(random.int(wrong ? -5 : 2, 200));
    const tradingEnd = tradingStart + DAY + BigInt(random.int(wrong ? -5 : 0, 3_000));
    const expiry = tradingEnd + BigInt(random.int(wrong ? 110 : 120, 2_500));
    const tickValue = max(div(token.unit, max(ticks, 1n)), 1n) + random.amount(3n);
    const dates = { tradingStart, tradingEnd, expiry, deliveryStart: expiry + random.amount(100n) };
    const terms: Terms = { token: token.address, index: index.id, tickValue, ...dates };
    const caller = random.chance(3) ? random.pick(cast.users) : model.place.risk;
    return { kind: "list", caller, terms, risk: someRisk(random, token.unit) };
  }

  // -------------------------------------------------------------------------------------------------- balances

  private deposit(): Operation {
    const { random, cast } = this;
    const token = random.pick(cast.tokens);
    const receiver = random.chance(1) ? ZERO : random.pick(cast.users);
    const amount = random.chance(1) ? 0n : random.amount(token.unit * 200n);
    return { kind: "deposit", caller: random.pick(cast.users), token: token.address, amount, receiver };
  }

  private withdraw(hostile: boolean): Operation {
    const { random, cast, model } = this;
    const caller = random.pick(cast.users);
    const token = random.pick(cast.tokens);
    const free = model.tokenOf(token.address).free.get(caller) ?? 0n;
    const to = hostile ? random.pick([ZERO, model.place.clearing, caller]) : random.pick(cast.users);
    return { kind: "withdraw", caller, token: token.address, amount: this.share(free, hostile), to };
  }

  private fund(hostile: boolean, address?: string): Operation {
    const { random, cast, model } = this;
    const caller = random.pick(cast.users);
    const token = cast.tokens.find((t) => t.address === address) ?? random.pick(cast.tokens);
    const free = model.tokenOf(token.address).free.get(caller) ?? 0n;
    const amount = min(this.share(free, hostile), token.unit * 30n);
    return { kind: "fund", caller, token: token.address, amount };
  }

  private allocate(caller: string, hostile: boolean): Operation | undefined {
    const called = this.flagged().filter(([series, user]) => this.spare(series, user) < this.freeIn(series, user));
    if (!hostile && called.length > 0 && this.random.chance(40)) {
      const [series, user] = this.random.pick(called);
      const missing = max(-this.spare(series, user), 1n);
      const amount = min(missing + this.random.amount(missing), this.freeIn(series, user));
      return { kind: "allocate", caller: user, series: series.id, amount };
    }
    const series = this.series(hostile, "Listed", "Trading", "CloseOnly", "Expired", "Proposed");
    const amount = this.share(series === undefined ? 0n : this.freeIn(series, caller), hostile);
    return series && { kind: "allocate", caller, series: series.id, amount: hostile ? amount : div(amount, 4n) };
  }

  private recapitalise(caller: string, hostile: boolean): Operation | undefined {
    const series = this.any(hostile, (s) => s.deficit > 0n);
    if (series === undefined || (!hostile && this.random.chance(60))) return undefined; // or few series would keep a deficit
    const amount = this.share(hostile ? 2n * series.deficit : series.deficit, hostile);
    return { kind: "recapitalise", caller, series: series.id, amount };
  }

  /** Where the insurance has something for a deficit; if it has not, what changes that, or a call that finds nothing. */
  private cover(hostile: boolean): Operation | undefined {
    const { random, model } = this;
    const lacking = this.live.map((id) => model.seriesOf(id)).filter((s) => this.mayCover(s));
    const covered = lacking.filter((s) => insurable(this.contextOf(s), s.deficit) > 0n);
    if (!hostile && covered.length > 0) return { kind: "cover", series: random.pick(covered).id };
    if (hostile)
      return this.plain(
        "cover",
        this.any(true, () => true),
      );
    if (lacking.length === 0) return undefined;
    const series = random.pick(lacking);
    if (random.chance(8)) return { kind: "cover", series: series.id };
    return random.chance(50) ? this.fund(false, series.terms.token) : this.raiseCap(series);
  }

  /** Now and then one whose claims are open. */
  private mayCover(series: Series): boolean {
    return series.deficit > 0n && (stateOf(series, this.model.now) !== "Closed" || this.random.chance(3));
  }

  private raiseCap(series: Series): Operation {
    const insuranceCap = series.insuranceUsed + this.random.amount(2n * series.deficit);
    const risk = { ...series.risk, insuranceCap };
    return { kind: "setRisk", caller: this.model.place.risk, series: series.id, risk };
  }

  private release(hostile: boolean): Operation | undefined {
    const { random } = this;
    const series = this.series(hostile, "Listed", "Trading", "CloseOnly", "Expired", "Proposed", "Disputed");
    if (series === undefined) return undefined;
    const users = this.cast.users.filter((user) => accountOf(series, user).cash !== 0n);
    if (users.length === 0) return undefined;
    const open = users.filter((user) => accountOf(series, user).size !== 0n);
    const stormy = series.mark.stormUntil > this.model.now && open.length > 0;
    const caller = random.pick(stormy ? open : users);
    const spare = this.spare(series, caller);
    if (spare <= 0n && !hostile) return undefined;
    return {
      kind: "release",
      caller,
      series: series.id,
      amount: stormy && !hostile && random.chance(50) ? max(spare, 1n) : this.share(max(spare, 1n), hostile),
    };
  }

  private completeRelease(hostile: boolean): Operation | undefined {
    const { random } = this;
    const series = this.any(hostile, (s) => s.pending.size > 0);
    if (series === undefined) return undefined;
    const user = series.pending.size === 0 ? random.pick(this.cast.users) : random.pick([...series.pending.keys()]);
    if (accountOf(series, user).size !== 0n && random.chance(50)) return undefined; // or none would meet a loss
    return { kind: "completeRelease", series: series.id, user };
  }

  // ------------------------------------------------------------------------------------------------- positions

  private trade(hostile: boolean): Operation | undefined {
    const { random, model, cast } = this;
    const series = random.chance(12)
      ? this.series(hostile, "CloseOnly", "Listed", "Expired")
      : this.series(hostile, "Trading", "Trading", "CloseOnly");
    if (series === undefined) return undefined;
    if (series.cash === 0n && random.chance(90)) return this.allocate(random.pick(cast.users), false);
    const idle = series.open === 0n && refusesIncreases(series, model.now);
    if (idle && random.chance(85)) return undefined;
    const reduces = random.chance(refusesIncreases(series, model.now) ? 90 : 30);
    const open = cast.users.filter((user) => accountOf(series, user).size !== 0n);
    const account = reduces && open.length > 0 ? random.pick(open) : random.pick(cast.users);
    const { size } = accountOf(series, account);
    const buys = reduces && size !== 0n ? size < 0n : random.chance(50);
    const fills = Array.from({ length: random.int(1, 4) }, () => this.fill(series, account, buys, reduces, hostile));
    const feeCapBps = BigInt(random.chance(94) ? 50 : random.int(0, 50));
    const taker = { account, buys, reduceOnly: reduces && random.chance(20), feeCapBps };
    const venue = hostile && random.chance(30) ? random.pick(cast.users) : cast.venue;
    return {
      kind: "trade",
      venue,
      series: series.id,
      taker: hostile ? { ...taker, account: this.anyone() } : taker,
      fills,
    };
  }

  private fill(series: Series, taker: string, buys: boolean, reduces: boolean, hostile: boolean): Fill {
    const { random, cast } = this;
    const closers = cast.users.filter((u) => u !== taker && (buys ? 1n : -1n) * accountOf(series, u).size > 0n);
    const maker = reduces && closers.length > 0 && random.chance(85) ? random.pick(closers) : random.pick(cast.users);
    const mark = this.nextMark(series);
    const width = max(div(mark * series.risk.bandBps, 10_000n), 1n);
    const spread = random.chance(93) ? width : 2n * width;
    const ticks = mark - spread + random.amount(2n * spread);
    return {
      maker: hostile && random.chance(20) ? ZERO : maker,
      lots: random.chance(1) ? random.pick([0n, ...LOT_OVERFLOWS]) : this.lots(series, maker, taker, reduces, mark),
      ticks: hostile && random.chance(20) ? 0n : max(ticks, 0n),
      feeCapBps: BigInt(random.chance(96) ? 10 : random.int(0, 9)),
      reduceOnly: random.chance(reduces ? 20 : 2),
    };
  }

  /** What both can close, or about what the poorer can pay the margin of. */
  private lots(series: Series, maker: string, taker: string, reduces: boolean, mark: bigint): bigint {
    const { random } = this;
    const sizes = [maker, taker].map((user) => abs(accountOf(series, user).size));
    if (reduces && min(...sizes) > 0n) {
      const most = min(...sizes);
      return random.chance(50) ? most : random.amount(most) + (random.chance(5) ? most : 0n);
    }
    const means = [maker, taker].map((user) => this.freeIn(series, user) + max(this.spare(series, user), 0n));
    const margin = max(div(mark * series.terms.tickValue * series.risk.imBps, 10_000n), 1n);
    const most = min(div(min(...means), margin), series.risk.positionCap * 2n);
    return random.amount(max(random.chance(80) ? div(most, 3n) : most, 3n)) + 1n;
  }

  private flagging(kind: "flag" | "unflag", hostile: boolean): Operation | undefined {
    const wanted = kind === "flag" ? this.below("maintenance") : this.recovered();
    const [series, user] = hostile || wanted.length === 0 ? this.stray(hostile) : this.random.pick(wanted);
    return series && { kind, series: series.id, user };
  }

  private liquidate(caller: string, hostile: boolean): Operation | undefined {
    const { random } = this;
    const wanted = this.below("maintenance");
    const [series, user] = hostile || wanted.length === 0 ? this.stray(hostile) : random.pick(wanted);
    if (series === undefined) return undefined;
    const size = abs(accountOf(series, user).size);
    const some = random.chance(40) ? size + random.amount(5n) : random.amount(size);
    const lots = random.chance(2) ? random.pick(OVERFLOWS) : some;
    return { kind: "liquidate", caller, series: series.id, user, lots };
  }

  private writeOff(caller: string, hostile: boolean): Operation | undefined {
    const wanted = this.below("nothing");
    const [series, user] = hostile || wanted.length === 0 ? this.stray(hostile) : this.random.pick(wanted);
    return series && { kind: "writeOff", caller, series: series.id, user };
  }

  private take(caller: string, hostile: boolean): Operation | undefined {
    const series = this.any(hostile, (s) => accountOf(s, ZERO).size !== 0n);
    if (series === undefined) return undefined;
    const size = abs(accountOf(series, ZERO).size);
    const lots = this.random.chance(3) ? this.random.pick(OVERFLOWS) : this.random.amount(size + 2n);
    return { kind: "take", caller, series: series.id, lots };
  }

  // ------------------------------------------------------------------------------------------------ settlement

  private dispute(caller: string, hostile: boolean): Operation | undefined {
    const series = this.series(hostile, "Proposed");
    if (series === undefined || this.random.chance(50)) return undefined;
    const { fallback } = series.settlement;
    const within = div(fallback, 3n) + this.random.amount(div(fallback * 4n, 3n));
    const far = this.random.pick([fallback - div(fallback, 2n), fallback + div(fallback, 2n)]); // leaves debts
    const named = this.random.chance(6) ? this.random.pick([series.settlement.proposed, 0n]) : within;
    const ticks = min(this.random.chance(50) ? named : far, MOST_TICKS);
    return { kind: "dispute", caller, series: series.id, ticks };
  }

  /** The arbiter's price: one of those that were named, anything within half of the fallback, or just beyond it. */
  private verdict({ settlement }: Series): bigint {
    const { random } = this;
    const { proposed, challenged, fallback } = settlement;
    const half = div(fallback, 2n);
    const middle = div(proposed + challenged, 2n); // where the bond changes hands
    const ticks = random.weighted<bigint>([
      [random.pick([proposed, challenged, fallback]), 40],
      [middle + BigInt(random.int(-1, 1)), 20],
      [fallback - half + random.amount(2n * half), 25],
      [random.pick([fallback - half, fallback + half]), 8],
      [random.pick([fallback - half - 1n, fallback + half + 1n, 0n, MOST_TICKS]), 7],
    ]);
    return clamp(ticks, 0n, MOST_TICKS);
  }

  private resolve(caller: string, hostile: boolean): Operation | undefined {
    const series = this.series(hostile, "Final", "Closed");
    if (series === undefined || (series.open === 0n && !hostile)) return undefined;
    const users = this.cast.users.filter(() => this.random.chance(50));
    return { kind: "resolve", caller, series: series.id, users: hostile ? [...users, ZERO, ...users] : users };
  }

  private claim(caller: string, hostile: boolean): Operation | undefined {
    const series = this.series(hostile, "Closed", "Closed", "Final");
    if (series === undefined) return undefined;
    const owed = [...this.cast.users, ZERO].filter((u) => this.isOwed(series, u));
    const user = owed.length === 0 || hostile ? this.anyone() : this.random.pick(owed);
    return { kind: "claim", caller, series: series.id, user };
  }

  private isOwed(series: Series, user: string): boolean {
    const account = accountOf(series, user);
    return account.cash !== 0n || account.size !== 0n || series.pending.has(user);
  }

  // --------------------------------------------------------------------------------------------------- choices

  private plain(kind: "refresh" | "propose" | "finalise" | "cover", series: Series | undefined): Operation | undefined {
    return series && { kind, series: series.id };
  }

  /** A series whose price only waits for somebody to call it final. */
  private due(): Series | undefined {
    return this.any(false, ({ settlement: { proposedAt, disputedAt, finalAt } }) => {
      const until = disputedAt > 0n ? disputedAt + 3n * DAY : proposedAt + DAY;
      return proposedAt > 0n && finalAt === 0n && this.model.now >= until;
    });
  }

  private anyone(): string {
    return this.random.chance(10) ? ZERO : this.random.pick(this.cast.users);
  }

  /** A live series in one of the states, or any for hostile calls. */
  private series(hostile: boolean, ...states: readonly State[]): Series | undefined {
    return this.any(hostile, (s) => states.includes(stateOf(s, this.model.now)));
  }

  private any(hostile: boolean, wanted: (series: Series) => boolean): Series | undefined {
    const all = this.live.map((id) => this.model.seriesOf(id)).filter((s) => hostile || wanted(s));
    return all.length === 0 ? undefined : this.random.pick(all);
  }

  /** Some account, now and then: what nobody would expect to be liquidated. */
  private stray(hostile: boolean): readonly [Series | undefined, string] {
    return hostile || this.random.chance(4) ? [this.any(true, () => true), this.anyone()] : [undefined, ZERO];
  }

  private accounts(wanted: (series: Series, user: string) => boolean): (readonly [Series, string])[] {
    const open = this.live
      .map((id) => this.model.seriesOf(id))
      .filter((s) => ["Trading", "CloseOnly"].includes(stateOf(s, this.model.now)));
    return open.flatMap((s) => this.cast.users.filter((user) => wanted(s, user)).map((user) => [s, user] as const));
  }

  private below(level: "maintenance" | "nothing"): (readonly [Series, string])[] {
    return this.accounts((series, user) => {
      const account = accountOf(series, user);
      if (account.size === 0n) return false;
      const mark = markOf(series, this.model.now);
      const needed = level === "nothing" ? 0n : requirements(series, account.size, mark).maintenance;
      return equityOf(series, account, mark) < needed;
    });
  }

  private flagged(): (readonly [Series, string])[] {
    return this.accounts((series, user) => accountOf(series, user).flaggedAt > 0n);
  }

  /** Flagged accounts with their maintenance margin; any flagged ones if there are none. */
  private recovered(): (readonly [Series, string])[] {
    const flagged = this.flagged();
    const safe = flagged.filter(([series, user]) => isSafe(series, user, markOf(series, this.model.now)));
    return safe.length > 0 ? safe : flagged;
  }

  private contextOf(series: Series): Context {
    const { now, timestamp } = this.model;
    const { token, index } = series.terms;
    return { now, timestamp, series, token: this.model.tokenOf(token), index: this.model.indexOf(index) };
  }

  private unitOf(series: Series): bigint {
    return this.cast.tokens.find(({ address }) => address === series.terms.token)?.unit ?? 1n;
  }

  /** The mark that a trade would see now. */
  private nextMark(series: Series): bigint {
    const { now } = this.model;
    const index = this.model.indexOf(series.terms.index);
    const { observations } = index;
    const copy = copySeries(series);
    if (now - series.mark.indexAt < 10n) advanceEma(copy.mark, now);
    else refresh(this.contextOf(copy));
    index.observations = observations;
    return markOf(copy, now);
  }

  /** What an account has above its initial margin. */
  private spare(series: Series, user: string): bigint {
    const account = accountOf(series, user);
    const mark = markOf(series, this.model.now);
    return equityOf(series, account, mark) - requirements(series, account.size, mark).initial;
  }

  private freeIn(series: Series, user: string): bigint {
    return this.model.tokenOf(series.terms.token).free.get(user) ?? 0n;
  }

  /** A part of what there is, at times all of it; more than that when hostile. */
  private share(whole: bigint, hostile: boolean): bigint {
    if (hostile) return this.random.pick([whole + 1n, 0n, 2n * whole + 1n, ...OVERFLOWS]);
    return this.random.chance(15) ? whole : this.random.amount(whole);
  }
}
