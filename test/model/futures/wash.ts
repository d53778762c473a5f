/**
 * One owner with several accounts, at an index that stands still: what it may try, in the worst order and in any order. Margins of two
 * and a half bands (docs/SPEC-futures.md, section 11) are there so that it gets nothing out of others by it.
 */

import type { Random } from "../filecoin/random.js";
import { addressFrom, CAST, PLACE, TOKEN_TERMS } from "./cast.js";
import { Clearing } from "./clearing.js";
import type { IndexTerms } from "./index.js";
import { freeOf, type TokenTerms } from "./ledger.js";
import { equityOf, requirements } from "./margin.js";
import { markOf, WINDOW } from "./mark.js";
import { BPS, DAY, div, max, min, ZERO } from "./numbers.js";
import { perform } from "./operations.js";
import { widestBand } from "./parameters.js";
import { accountOf, addCash, type Risk, type Series } from "./series.js";

const TOKEN = addressFrom(0xa1);
const WEALTH = 10n ** 30n;
const START = 10_000n;
const INDEX: IndexTerms = {
  decimals: 18n,
  maxAge: 10n ** 12n,
  minAnswer: 100n,
  maxAnswer: 100n * (2n ** 32n - 1n),
  answerPerTick: 100n,
  maxMoveBpsPerDay: 10n ** 9n,
};
const NO_FEES: TokenTerms = { ...TOKEN_TERMS, makerFeeBps: 0n, takerFeeBps: 0n, writeOffReward: 0n };
const [VICTIM, WINNER, LEFT, RIGHT, HONEST_LONG, HONEST_SHORT] = CAST.users as readonly [
  string,
  string,
  string,
  string,
  string,
  string,
];
const OWNED = [VICTIM, WINNER, LEFT, RIGHT];
const ALL = [...OWNED, HONEST_LONG, HONEST_SHORT];
const HONEST_LOTS = 300n;

export interface Market {
  readonly risk: Risk;
  readonly ticks: bigint; // of the index, for ever
  readonly tickValue: bigint;
}

/** Any lawful parameters that owners would like: the widest band that margins allow, or nearly, and little else to pay for. */
export function someMarket(random: Random): Market {
  const imBps = BigInt(random.chance(25) ? random.pick([1_000, 10_000]) : random.int(1_000, 10_000));
  const mmShareBps = BigInt(random.chance(25) ? random.pick([5_000, 9_100]) : random.int(5_000, 9_100));
  const widest = widestBand(imBps, mmShareBps);
  const risk = {
    capLots: 2_000n,
    positionCap: 1_000n,
    imBps,
    mmShareBps,
    minMargin: random.chance(80) ? 1n : random.amount(1_000_000n) + 1n,
    oiSlopeBps: BigInt(random.pick([0, 0, random.int(0, 20_000)])),
    concFromBps: BigInt(random.int(100, 10_000)),
    concBps: BigInt(random.pick([0, 0, random.int(0, 10_000)])),
    bandBps: random.chance(70) ? widest : 100n + random.amount(widest - 100n),
    dustLots: BigInt(random.int(1, 1_000)),
    insuranceCap: 0n,
  };
  const ticks = random.pick([random.int(1, 30), random.int(1, 1_000), random.int(1, 1_000_000), 2 ** 31]);
  return { risk, ticks: BigInt(ticks), tickValue: random.pick([1n, 7n, 10n ** 12n]) };
}

export class Wash {
  readonly model = new Clearing(PLACE);
  readonly id: string;
  /** Least equity that any account had after any step. [atoms] */
  worst = 0n;

  /** @param unlawful set in place of the listed terms, which no caller can */
  constructor(
    private readonly market: Market,
    unlawful?: Risk,
  ) {
    const { model } = this;
    const { ticks, tickValue, risk } = market;
    model.now = START;
    model.timestamp = 1_000_000n;
    model.venues.add(CAST.venue);
    model.addToken(TOKEN, NO_FEES);
    const feed = { broken: false, decimals: 18n, roundId: 1n, updatedAt: 1n, answeredInRound: 1n };
    const index = model.addIndex(1, INDEX, { ...feed, answer: INDEX.answerPerTick * ticks + 1n });
    index.observe(model.now, model.timestamp);
    const tradingEnd = START + 60n * DAY;
    const dates = {
      tradingStart: START,
      tradingEnd,
      expiry: tradingEnd + DAY + 500n,
      deliveryStart: START + 90n * DAY,
    };
    this.id = model.list(PLACE.risk, { token: TOKEN, index: 1, tickValue, ...dates }, risk);
    if (unlawful !== undefined) this.series.risk = unlawful;
    for (const user of ALL) {
      model.tokenOf(TOKEN).wallets.set(user, WEALTH);
      model.deposit(user, TOKEN, WEALTH, user);
    }
    for (const user of [HONEST_LONG, HONEST_SHORT]) model.allocate(user, this.id, 3n * HONEST_LOTS * ticks * tickValue);
    this.trade(HONEST_LONG, true, HONEST_SHORT, HONEST_LOTS, ticks);
  }

  get series(): Series {
    return this.model.seriesOf(this.id);
  }

  get mark(): bigint {
    return markOf(this.series, this.model.now);
  }

  /** Lets time pass; the index is read, and says what it always says. */
  wait(epochs: bigint): void {
    this.model.now += epochs;
    this.model.timestamp += epochs * 30n;
    this.model.refresh(this.id);
    this.look();
  }

  private look(): void {
    for (const user of ALL) {
      const equity = equityOf(this.series, accountOf(this.series, user), this.mark);
      if (equity < this.worst) this.worst = equity;
    }
  }

  /** @returns whether all of it was filled */
  private trade(account: string, buys: boolean, maker: string, lots: bigint, ticks: bigint): boolean {
    const taker = { account, buys, reduceOnly: false, feeCapBps: 50n };
    const fills = [{ maker, lots, ticks, feeCapBps: 10n, reduceOnly: false }];
    const { skips } = perform(this.model, { kind: "trade", venue: CAST.venue, series: this.id, taker, fills });
    this.look();
    return skips?.[0] === "None";
  }

  /** The furthest price that a fill may have now. */
  private edge(up: boolean): bigint {
    const { mark } = this;
    const width = div(mark * this.series.risk.bandBps, BPS);
    return max(up ? mark + width : mark - width, 1n);
  }

  // -------------------------------------------------------------------------------------------- the worst order

  /** Two accounts trade with each other at the band's edge until the mark is as far as it goes. */
  private push(up: boolean): void {
    const { ticks } = this.market;
    const width = div(ticks * this.series.risk.bandBps, BPS);
    const target = max(up ? ticks + width : ticks - width, 1n);
    for (let i = 0; i < 30 && this.mark !== target; i += 1) {
      this.trade(i % 2 === 0 ? LEFT : RIGHT, true, i % 2 === 0 ? RIGHT : LEFT, 1n, this.edge(up));
      this.wait(600n);
    }
  }

  /**
   * The account comes down to its maintenance margin, however that came about: the index moved, say, before it stood still. What it
   * has above it is the winner's.
   */
  private thin(user: string): void {
    const account = accountOf(this.series, user);
    if (user === WINNER || account.size === 0n) return;
    const { maintenance } = requirements(this.series, account.size, this.mark);
    const excess = max(equityOf(this.series, account, this.mark) - maintenance, 0n);
    addCash(this.series, user, -excess);
    addCash(this.series, WINNER, excess);
  }

  /** From one edge of the band to the other, or to the last day, with an account that nobody may liquidate; then what is lost is left to others. */
  attack(short: boolean, lots: bigint, toLastDay: boolean): void {
    this.push(!short);
    this.trade(VICTIM, !short, WINNER, lots, this.mark);
    this.thin(VICTIM);
    if (toLastDay) this.wait(this.series.terms.expiry - WINDOW - this.model.now);
    else this.push(short);
    this.runOff();
  }

  /** What can be had of an account that is worth less than nothing. */
  private runOff(): void {
    perform(this.model, { kind: "writeOff", caller: LEFT, series: this.id, user: VICTIM });
    perform(this.model, { kind: "take", caller: WINNER, series: this.id, lots: 2_000n });
    this.releaseAll();
    this.wait(130n);
    this.releaseAll();
  }

  private releaseAll(): void {
    for (const user of OWNED) this.release(user);
  }

  private release(user: string): void {
    const account = accountOf(this.series, user);
    const { initial } = requirements(this.series, account.size, this.mark);
    const amount = equityOf(this.series, account, this.mark) - initial;
    perform(this.model, { kind: "release", caller: user, series: this.id, amount });
    perform(this.model, { kind: "completeRelease", series: this.id, user });
    this.look();
  }

  // ------------------------------------------------------------------------------------------------- any order

  /** Anything that the owner can do. */
  try(random: Random): void {
    const { series: s, id: series } = this;
    const [user, caller] = [random.pick(OWNED), random.pick(OWNED)];
    const lots = random.amount(random.pick([3n, 50n, s.risk.positionCap])) + 1n;
    const some = random.chance(70) ? this.edge(random.chance(50)) : this.mark;
    const actions: readonly (readonly [() => unknown, number])[] = [
      [() => this.trade(user, random.chance(50), caller, lots, some), 30],
      [() => this.push(random.chance(50)), 10],
      [() => this.thin(user), 10],
      [() => this.release(user), 15],
      [() => this.wait(random.amount(random.pick([12n, 200n, 1_500n]))), 10],
      [() => perform(this.model, { kind: "flag", series, user }), 4],
      [() => perform(this.model, { kind: "liquidate", caller, series, user, lots }), 12],
      [() => perform(this.model, { kind: "writeOff", caller, series, user }), 5],
      [() => perform(this.model, { kind: "take", caller, series, lots }), 4],
    ];
    random.weighted(actions)();
    this.look();
  }

  // --------------------------------------------------------------------------------------------------- the end

  private skipTo(epoch: bigint): void {
    while (this.model.now < epoch) this.wait(min(200n, epoch - this.model.now));
  }

  /** @returns what the owner has more at the end than at the beginning, all accounts and all claims together [atoms] */
  settle(): bigint {
    const { model, id: series } = this;
    const { expiry } = this.series.terms;
    const start = expiry - WINDOW - 200n;
    if (model.now < start) this.wait(start - model.now);
    this.skipTo(expiry);
    model.propose(series);
    model.now += DAY;
    model.finalise(series);
    model.resolve(ZERO, series, ALL);
    for (const user of ALL) perform(model, { kind: "claim", caller: ZERO, series, user });
    const token = model.tokenOf(TOKEN);
    return OWNED.reduce((sum, user) => sum + freeOf(token, user) - WEALTH, 0n);
  }
}
