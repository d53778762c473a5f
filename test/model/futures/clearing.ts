/** The clearing as the specification describes it: one method per operation (docs/SPEC-futures.md). */

import { cover, take, writeOff } from "./default.js";
import { type Feed, Index, type IndexTerms } from "./index.js";
import {
  allocate,
  collectFees,
  type Context,
  copyToken,
  credit,
  debit,
  demandTokenTerms,
  emptyToken,
  MOST_AMOUNT,
  send,
  type Token,
  type TokenTerms,
  TOO_MUCH_INSURANCE,
} from "./ledger.js";
import { flag, liquidate, unflag } from "./liquidation.js";
import { firstMark, refresh } from "./mark.js";
import { DAY, min, ZERO } from "./numbers.js";
import { demand, Refused } from "./refused.js";
import {
  accountOf,
  copySeries,
  demandNotFinal,
  demandRisk,
  demandTerms,
  type Risk,
  type Series,
  seriesId,
  setRisk,
  type Terms,
} from "./series.js";
import { arbitrate, claim, completeRelease, dispute, finalise, propose, release, resolve } from "./settlement.js";
import { type Fill, type Skip, type Taker, trade } from "./trade.js";

const MOST_HALT = 7n * DAY;

/** Where a clearing lives and who may do what there. */
export interface Place {
  readonly chainId: bigint;
  readonly clearing: string;
  readonly recipient: string; // of the fees
  readonly risk: string;
  readonly guardian: string;
  readonly arbiter: string;
}

export class Clearing {
  now = 1n; // [epoch]
  timestamp = 1n; // [s]
  readonly series = new Map<string, Series>();
  readonly tokens = new Map<string, Token>();
  readonly indices = new Map<number, Index>();
  readonly venues = new Set<string>();

  constructor(readonly place: Place) {}

  // ------------------------------------------------------------------------------------------------ set up

  addToken(token: string, terms: TokenTerms): void {
    demandTokenTerms(terms);
    this.tokens.set(token, emptyToken(terms));
  }

  addIndex(id: number, terms: IndexTerms, feed: Feed): Index {
    const index = new Index(terms, feed);
    this.indices.set(id, index);
    return index;
  }

  setTokenTerms(caller: string, token: string, terms: TokenTerms): void {
    demand(caller === this.place.risk, "Role");
    demandTokenTerms(terms);
    this.tokenOf(token).terms = terms;
  }

  list(caller: string, terms: Terms, risk: Risk): string {
    demand(caller === this.place.risk, "Role");
    const index = this.indexOf(terms.index);
    this.tokenOf(terms.token);
    demandTerms(terms, this.now);
    demandRisk(risk, terms.tickValue);
    const id = seriesId(this.place.chainId, this.place.clearing, terms);
    demand(!this.series.has(id), "Unknown", "listed already");
    const mark = firstMark(index, this.now);
    this.series.set(id, emptySeries(id, terms, risk, mark));
    return id;
  }

  setRisk(caller: string, series: string, risk: Risk): void {
    demand(caller === this.place.risk, "Role");
    this.change(series, (c) => setRisk(c.series, risk, this.now));
  }

  halt(caller: string, series: string, until: bigint): void {
    demand(caller === this.place.guardian, "Role");
    demand(until <= this.now + MOST_HALT, "Terms");
    this.seriesOf(series).haltedUntil = until;
  }

  // ---------------------------------------------------------------------------------------------- balances

  deposit(caller: string, token: string, amount: bigint, receiver: string): void {
    this.changeToken(token, (t) => {
      demand(amount > 0n, "Amount");
      demand(amount <= MOST_AMOUNT, "Width", "deposit");
      demand(receiver !== ZERO, "Residual");
      const wallet = t.wallets.get(caller) ?? 0n;
      demand(amount <= wallet, "Free", "wallet");
      t.wallets.set(caller, wallet - amount);
      t.held += amount;
      credit(t, receiver, amount);
    });
  }

  withdraw(caller: string, token: string, amount: bigint, to: string): void {
    this.changeToken(token, (t) => {
      demand(amount > 0n, "Amount");
      demand(to !== ZERO && to !== this.place.clearing, "Residual");
      debit(t, caller, amount);
      send(t, to, amount);
    });
  }

  fund(caller: string, token: string, amount: bigint): void {
    this.changeToken(token, (t) => {
      demand(amount > 0n, "Amount");
      demand(t.insurance + amount < TOO_MUCH_INSURANCE, "Width", "insurance");
      debit(t, caller, amount);
      t.insurance += amount;
    });
  }

  collectFees(token: string): void {
    this.changeToken(token, (t) => collectFees(t, this.place.recipient));
  }

  allocate(caller: string, series: string, amount: bigint): void {
    this.change(series, (c) => {
      demand(amount > 0n, "Amount");
      demandNotFinal(c.series);
      demand(c.series.cash + amount <= MOST_AMOUNT, "Width", "cash of a series");
      allocate(c, caller, amount);
    });
  }

  cover(series: string): void {
    this.change(series, cover);
  }

  recapitalise(caller: string, series: string, amount: bigint): void {
    this.change(series, (c) => {
      const paid = min(amount, c.series.deficit);
      demand(paid > 0n, "Amount");
      debit(c.token, caller, paid);
      c.series.cash += paid;
      c.series.deficit -= paid;
    });
  }

  release(caller: string, series: string, amount: bigint): void {
    this.change(series, (c) => release(c, caller, amount));
  }

  completeRelease(series: string, user: string): void {
    this.change(series, (c) => completeRelease(c, user));
  }

  // ------------------------------------------------------------------------------------- mark and positions

  observe(index: number): void {
    this.indexOf(index).observe(this.now, this.timestamp);
  }

  refresh(series: string): void {
    this.change(series, refresh);
  }

  trade(venue: string, series: string, taker: Taker, fills: readonly Fill[]): Skip[] {
    demand(this.venues.has(venue), "Role");
    return this.change(series, (c) => trade(c, taker, fills));
  }

  liquidate(caller: string, series: string, user: string, lots: bigint): void {
    this.change(series, (c) => liquidate(c, caller, user, lots));
  }

  flag(series: string, user: string): void {
    this.change(series, (c) => flag(c, user));
  }

  unflag(series: string, user: string): void {
    this.change(series, (c) => unflag(c, user));
  }

  writeOff(caller: string, series: string, user: string): void {
    this.change(series, (c) => writeOff(c, caller, user));
  }

  take(caller: string, series: string, lots: bigint): void {
    this.change(series, (c) => take(c, caller, lots));
  }

  // -------------------------------------------------------------------------------------------- settlement

  propose(series: string): void {
    this.change(series, propose);
  }

  dispute(caller: string, series: string, ticks: bigint): void {
    this.change(series, (c) => dispute(c, caller, ticks));
  }

  arbitrate(caller: string, series: string, ticks: bigint): void {
    demand(caller === this.place.arbiter, "Role");
    this.change(series, (c) => arbitrate(c, ticks));
  }

  finalise(series: string): void {
    this.change(series, finalise);
  }

  resolve(caller: string, series: string, users: readonly string[]): void {
    this.change(series, (c) => resolve(c, caller, users));
  }

  claim(caller: string, series: string, user: string): void {
    this.change(series, (c) => claim(c, caller, user));
  }

  // ------------------------------------------------------------------------------------------------ access

  seriesOf(id: string): Series {
    const series = this.series.get(id);
    if (series === undefined) throw new Refused("Unknown", `series ${id}`);
    return series;
  }

  tokenOf(address: string): Token {
    const token = this.tokens.get(address);
    if (token === undefined) throw new Refused("Unknown", `token ${address}`);
    return token;
  }

  indexOf(id: number): Index {
    const index = this.indices.get(id);
    if (index === undefined) throw new Refused("Unknown", `index ${id}`);
    return index;
  }

  /** Does all of it, or nothing if any of it is refused. */
  private change<T>(id: string, operation: (context: Context) => T): T {
    const series = this.seriesOf(id);
    const { token: address, index: number } = series.terms;
    const [token, index] = [this.tokenOf(address), this.indexOf(number)];
    const saved = { series: copySeries(series), token: copyToken(token), observations: index.observations };
    try {
      return operation({ now: this.now, timestamp: this.timestamp, series, token, index });
    } catch (refusal) {
      this.series.set(id, saved.series);
      this.tokens.set(address, saved.token);
      index.observations = saved.observations;
      throw refusal;
    }
  }

  private changeToken(address: string, operation: (token: Token) => void): void {
    const token = this.tokenOf(address);
    const saved = copyToken(token);
    try {
      operation(token);
    } catch (refusal) {
      this.tokens.set(address, saved);
      throw refusal;
    }
  }
}

function emptySeries(id: string, terms: Terms, risk: Risk, mark: Series["mark"]): Series {
  const numbers = { riskRaisedAt: 0n, haltedUntil: 0n, cash: 0n, deficit: 0n, oi: 0n, open: 0n, insuranceUsed: 0n };
  const prices = { proposedAt: 0n, proposed: 0n, fallback: 0n, finalAt: 0n, finalTicks: 0n };
  const settlement = { ...prices, disputedAt: 0n, challenger: ZERO, challenged: 0n, bond: 0n };
  const series = { id, terms, risk, ...numbers, mark, settlement };
  const made: Series = { ...series, accounts: new Map(), pending: new Map() };
  accountOf(made, ZERO);
  return made;
}
