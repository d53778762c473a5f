import { expect } from "chai";

import { Random } from "./filecoin/random.js";
import { addressFrom, CAST, countsText, PLACE, seed, stepsOf, TOKEN_TERMS } from "./futures/cast.js";
import { Clearing } from "./futures/clearing.js";
import { History } from "./futures/history.js";
import type { TokenTerms } from "./futures/ledger.js";
import { equityOf, requirements } from "./futures/margin.js";
import { perLotOf } from "./futures/liquidation.js";
import { markOf } from "./futures/mark.js";
import { BPS, DAY, div, ZERO } from "./futures/numbers.js";
import { KINDS } from "./futures/operations.js";
import { stage } from "./futures/stage.js";
import { type Reason, Refused } from "./futures/refused.js";
import { accountOf, type Risk, type Series, STATES, stateOf } from "./futures/series.js";
import { SKIPS } from "./futures/trade.js";
import { type Market, someMarket, Wash } from "./futures/wash.js";

const STEPS = stepsOf(5_000, 120_000);
const ENOUGH = 5_000; // steps that must have seen everything
const MANY = 40_000; // steps that must have seen what is rare
const ENOUGH_SERIES = 100_000; // steps that must have seen 300 series

describe("The model of the futures", () => {
  it(`keeps the identities of the specification in each of ${STEPS} random steps`, function () {
    this.timeout(0);
    const history = new History(stage(PLACE, CAST, TOKEN_TERMS), CAST, new Random(seed()));
    for (let i = 0; i < STEPS; i += 1) history.step();
    const ending = [...history.windDown()].length;
    const { counts } = history;
    console.log(`      seed 0x${seed().toString(16)}, ${history.model.now} epochs, ${ending} steps to end it`);
    console.log(`      ${countsText(counts)}`);
    console.log(`      claims in any order differ by ${history.worstOrder} atoms at most`);
    expect(history.unfinished(), "FU-8: series that do not end").to.deep.equal([]);
    if (STEPS >= ENOUGH_SERIES) expect(counts.get("series") ?? 0).to.be.at.least(300);
    if (STEPS < ENOUGH) return;
    const wanted = [
      ...KINDS.map((kind) => `${kind}:done`),
      ...STATES.map((state) => `state:${state}`),
      ...SKIPS.map((skip) => `fill:${skip}`),
      ...["deficit", "storm", "halted", "residual", "arbiter was late"],
      ...["terms changed under open interest", "bond returned", "bond kept", "price that nobody had named"],
      ...(STEPS < MANY
        ? []
        : ["closed with a deficit", "pending met a loss", "band narrowed under open interest", "arbitrate:Price"]),
    ];
    expect(
      wanted.filter((what) => !counts.has(what)),
      "what never happened",
    ).to.deep.equal([]);
  });
});

// --------------------------------------------------------------------------- one owner, an index that stands still

const MARKETS = stepsOf(5_000, 120_000) / 25;

/** Nobody is below nothing at any time, and the owner goes home with no more than it came with. */
function expectNothingLost(wash: Wash, market: Market, what: unknown): void {
  const text = JSON.stringify([market, what], (_, v: unknown) => (typeof v === "bigint" ? String(v) : v));
  const gain = wash.settle();
  expect(wash.worst, `least equity: ${text}`).to.equal(0n);
  expect(wash.series.deficit, `deficit: ${text}`).to.equal(0n);
  expect(gain <= 0n, `${gain} taken out: ${text}`).to.equal(true);
}

describe("The margins of the futures, in bands", () => {
  it("keep who could not be liquidated at one mark of a band above nothing at every other", () => {
    const random = new Random(seed() + 2n);
    const { series } = new Wash(someMarket(random));
    for (let i = 0; i < 10 * MARKETS; i += 1) {
      const { risk, ticks, tickValue } = someMarket(random);
      const width = div(ticks * risk.bandBps, BPS);
      const marks = [ticks - width, ticks, ticks + width, ticks - width + random.amount(2n * width)];
      const size = (random.chance(50) ? 1n : -1n) * (random.amount(risk.capLots - 1n) + 1n);
      const market = { ...series, risk, terms: { ...series.terms, tickValue } };
      for (const mark of marks) {
        const { maintenance } = requirements(market, size, mark);
        const cash = maintenance - size * mark * tickValue;
        for (const later of marks) {
          const equity = equityOf(market, { size, cash, flaggedAt: 0n }, later);
          expect(equity >= 0n, `${equity} of ${size} lots, from ${mark} to ${later}`).to.equal(true);
        }
      }
    }
  });

  it("leave an owner of two accounts nothing to gain in the worst order", function () {
    this.timeout(0);
    const random = new Random(seed() + 3n);
    for (let i = 0; i < MARKETS; i += 1) {
      const market = someMarket(random);
      const wash = new Wash(market);
      const attack = [random.chance(70), BigInt(random.int(2, 1_000)), random.chance(20)] as const;
      wash.attack(...attack);
      expectNothingLost(wash, market, attack.map(String));
    }
  });

  it("leave an owner of several accounts nothing to gain in any order", function () {
    this.timeout(0);
    const random = new Random(seed() + 4n);
    for (let i = 0; i < MARKETS; i += 1) {
      const market = someMarket(random);
      const wash = new Wash(market);
      for (let step = 0; step < 40; step += 1) wash.try(random);
      expectNothingLost(wash, market, i);
    }
  });

  it("would not do so with less: the same search then finds what others lose", () => {
    const market = { ...someMarket(new Random(5n)), ticks: 1_000_000n, tickValue: 1n };
    const lean = { ...market.risk, minMargin: 1n, oiSlopeBps: 0n, concBps: 0n };
    // 2.475 bands of a fifth, two bands of a fortieth; a quarter of a band, for which the jump to the last day's mark is enough
    const unlawful = [
      [{ imBps: 5_000n, mmShareBps: 9_900n, bandBps: 2_000n }, true, false],
      [{ imBps: 1_000n, mmShareBps: 5_000n, bandBps: 250n }, true, false],
      [{ imBps: 1_000n, mmShareBps: 5_000n, bandBps: 2_000n }, true, true],
      [{ imBps: 1_000n, mmShareBps: 5_000n, bandBps: 2_000n }, false, true],
    ] as const;
    for (const [margins, short, toLastDay] of unlawful) {
      const risk = { ...lean, ...margins };
      expectRefused("Terms", () => new Wash({ ...market, risk }));
      const wash = new Wash(market, risk);
      wash.attack(short, 500n, toLastDay);
      const gain = wash.settle();
      expect(wash.worst < 0n, "an account below nothing").to.equal(true);
      expect(gain > 0n, `gained ${gain}`).to.equal(true);
    }
    const random = new Random(6n);
    const found = Array.from({ length: 40 }, () => {
      const wash = new Wash(market, { ...lean, imBps: 1_500n, mmShareBps: 6_000n, bandBps: 1_000n });
      for (let step = 0; step < 40; step += 1) wash.try(random);
      return wash.settle() > 0n;
    });
    expect(found.includes(true), "in any order too").to.equal(true);
  });
});

// ------------------------------------------------------------------------------------------- examples by hand

const [ANN, BEN, CLEO, DAN] = CAST.users as readonly [string, string, string, string];
const TOKEN = addressFrom(0xa1);
const NO_FEES: TokenTerms = { ...TOKEN_TERMS, makerFeeBps: 0n, takerFeeBps: 0n, writeOffReward: 0n };

/**
 * A lot is worth 1,000 at the first price, 100 ticks of 10; initial margin a fifth, maintenance margin three quarters of that, two and
 * a half bands.
 */
const RISK: Risk = {
  capLots: 1_000n,
  positionCap: 500n,
  imBps: 2_000n,
  mmShareBps: 7_500n,
  minMargin: 100n,
  oiSlopeBps: 0n,
  concFromBps: 10_000n,
  concBps: 0n,
  bandBps: 600n,
  dustLots: 1n,
  insuranceCap: 1_000_000n,
};

/** One series, one index whose answers are ticks, everybody with 100,000 atoms. */
class Table {
  readonly model = new Clearing(PLACE);
  readonly id: string;

  constructor(fees: TokenTerms, risk: Partial<Risk> = {}) {
    const { model } = this;
    model.now = 10_000n;
    model.timestamp = 1_000_000n;
    model.venues.add(CAST.venue);
    model.addToken(TOKEN, fees);
    const bounds = { decimals: 18n, maxAge: 10n ** 9n, minAnswer: 1n, maxAnswer: 10_000n };
    const terms = { ...bounds, answerPerTick: 1n, maxMoveBpsPerDay: 10n ** 9n };
    const feed = { broken: false, decimals: 18n, roundId: 1n, answer: 100n, updatedAt: 1n, answeredInRound: 1n };
    model.addIndex(1, terms, feed).observe(model.now, model.timestamp);
    const dates = { tradingStart: 10_000n, tradingEnd: 20_000n, expiry: 20_120n, deliveryStart: 20_120n };
    this.id = model.list(PLACE.risk, { token: TOKEN, index: 1, tickValue: 10n, ...dates }, { ...RISK, ...risk });
    for (const user of CAST.users) {
      model.tokenOf(TOKEN).wallets.set(user, 100_000n);
      model.deposit(user, TOKEN, 100_000n, user);
    }
  }

  get series(): Series {
    return this.model.seriesOf(this.id);
  }

  at(epoch: bigint): void {
    this.model.timestamp += (epoch - this.model.now) * 30n;
    this.model.now = epoch;
  }

  /** The index says so, and is read; the mark is the index from the last day before expiry on. */
  price(ticks: bigint): void {
    this.model.indexOf(1).feed.answer = ticks;
    this.model.refresh(this.id);
  }

  /** Time at which the mark becomes the index, at a price. */
  lastDay(ticks: bigint): void {
    this.at(20_120n - DAY);
    this.price(ticks);
  }

  free(user: string): bigint {
    return this.model.tokenOf(TOKEN).free.get(user) ?? 0n;
  }

  allocate(user: string, amount: bigint): void {
    this.model.allocate(user, this.id, amount);
  }

  buy(taker: string, maker: string, lots: bigint, ticks: bigint): readonly string[] {
    return this.trade(taker, true, maker, lots, ticks);
  }

  sell(taker: string, maker: string, lots: bigint, ticks: bigint): readonly string[] {
    return this.trade(taker, false, maker, lots, ticks);
  }

  private trade(account: string, buys: boolean, maker: string, lots: bigint, ticks: bigint): readonly string[] {
    const taker = { account, buys, reduceOnly: false, feeCapBps: 50n };
    return this.model.trade(CAST.venue, this.id, taker, [{ maker, lots, ticks, feeCapBps: 10n, reduceOnly: false }]);
  }

  position(user: string): readonly bigint[] {
    const { size, cash } = accountOf(this.series, user);
    return [size, cash];
  }

  funds(): readonly bigint[] {
    return [this.series.cash, this.series.deficit];
  }

  /** Ann long 10 at 100 with 2,000 of margin; Ben short 7, Cleo short 3, with 250 a lot; no fees. */
  static withPositions(fees: TokenTerms = NO_FEES, risk: Partial<Risk> = {}): Table {
    const table = new Table(fees, risk);
    table.allocate(ANN, 2_000n);
    table.allocate(BEN, 1_750n);
    table.allocate(CLEO, 750n);
    table.buy(ANN, BEN, 7n, 100n);
    table.buy(ANN, CLEO, 3n, 100n);
    return table;
  }

  /** Reads the index every 100 epochs until an epoch. */
  readUntil(epoch: bigint): void {
    while (this.model.now + 100n < epoch) {
      this.at(this.model.now + 100n);
      this.model.observe(1);
    }
    this.at(epoch);
    this.model.observe(1);
  }
}

function expectRefused(reason: Reason, call: () => void): void {
  let caught: unknown;
  try {
    call();
  } catch (error) {
    caught = error;
  }
  expect(caught, `refused for ${reason}`).to.be.instanceOf(Refused);
  expect((caught as Refused).reason).to.equal(reason);
}

describe("The model of the futures, by hand", () => {
  it("averages an index, and says when the average is good", () => {
    const { model } = new Table(NO_FEES);
    const index = model.indexOf(1);
    for (let i = 0n; i < 6n; i += 1n) {
      index.feed.answer = 200n + i;
      index.observe(10_100n + i * 100n, model.timestamp);
    }
    // 100 for 100 epochs, 200 to 204 for 100 each, 205 for 50: 121,450 in 650
    expect(index.twap(10_000n, 10_650n)).to.deep.equal({ covered: true, good: true, answer: 186n });
    expect(index.twap(10_100n, 10_650n).good, "five observations").to.equal(false);
    expect(index.twap(10_000n, 10_841n).good, "a gap that reaches the end").to.equal(false);
    expect(index.twap(9_999n, 10_650n).covered).to.equal(false);
  });

  it("moves an index no faster than it may, and counts gaps", () => {
    const index = stage(PLACE, CAST, TOKEN_TERMS).indexOf(3); // 20,000 basis points a day
    index.feed.answer = 4n * 10n ** 18n;
    index.observe(1_009n, 1_700_000_000n);
    expect(index.newest?.epoch, "nine epochs later").to.equal(1_000n);
    index.observe(1_288n, 1_700_000_000n);
    // a tenth of a day: 0.2 of 2e18
    expect(index.newest).to.deep.equal({ epoch: 1_288n, answer: 24n * 10n ** 17n, cum: 576n * 10n ** 18n, gaps: 1n });
  });

  it("trades with fees: half of each to the fees, the rest to the insurance", () => {
    const table = new Table({ ...TOKEN_TERMS, makerFeeBps: 10n, takerFeeBps: 50n });
    table.allocate(ANN, 5_000n);
    table.allocate(BEN, 5_000n);
    expect(table.buy(ANN, BEN, 10n, 101n)).to.deep.equal(["None"]);
    // notional 10,100; fees 50.5 and 10.1, rounded up
    expect(table.position(ANN)).to.deep.equal([10n, -5_151n]);
    expect(table.position(BEN)).to.deep.equal([-10n, 15_089n]);
    expect(table.funds()).to.deep.equal([9_938n, 0n]);
    const { fees, insurance } = table.model.tokenOf(TOKEN);
    expect([fees, insurance]).to.deep.equal([25n + 5n, 26n + 6n]);
    expect([table.series.oi, table.series.open]).to.deep.equal([10n, 2n]);
  });

  it("takes what an increase lacks from the free balance, and counts no gain against the mark", () => {
    const table = new Table({ ...TOKEN_TERMS, makerFeeBps: 10n, takerFeeBps: 50n });
    table.allocate(ANN, 100n);
    table.allocate(BEN, 5_000n);
    table.buy(ANN, BEN, 10n, 98n);
    // cash 100 - 9,800 - 49; equity 251, of which 200 are gained; 2,000 are needed
    expect(table.position(ANN)).to.deep.equal([10n, -7_800n]);
    expect(table.free(ANN)).to.equal(100_000n - 100n - 1_949n);
    expect(table.position(BEN)).to.deep.equal([-10n, 14_790n]);
  });

  it("takes the first fee of a series out of what the same trade brings in", () => {
    const table = new Table({ ...TOKEN_TERMS, makerFeeBps: 10n, takerFeeBps: 50n });
    table.buy(ANN, BEN, 10n, 100n);
    // fees of 50 and 10 on top of 2,000 each
    expect([table.free(ANN), table.free(BEN)]).to.deep.equal([100_000n - 2_050n, 100_000n - 2_010n]);
    expect(table.funds()).to.deep.equal([4_000n, 0n]);
  });

  it("asks more margin of large positions and in crowded series", () => {
    const table = new Table(NO_FEES, { concFromBps: 1_000n, concBps: 1_000n, oiSlopeBps: 5_000n });
    table.allocate(BEN, 50_000n);
    table.buy(ANN, BEN, 150n, 100n);
    // 30,000 and 5,000 for 50 lots above 100; half of that times 150 of 1,000 lots on top: 2,625
    expect(requirements(table.series, 150n, 100n)).to.deep.equal({ initial: 37_625n, maintenance: 26_250n });
    expect(requirements(table.series, -1n, 100n)).to.deep.equal({ initial: 215n, maintenance: 150n });
    expect(requirements(table.series, 0n, 100n)).to.deep.equal({ initial: 0n, maintenance: 0n });
    expect(table.free(ANN)).to.equal(100_000n - 37_625n);
  });

  it("refuses amounts that its numbers could not hold", () => {
    const { model, id } = new Table(NO_FEES);
    const token = model.tokenOf(TOKEN);
    const most = 2n ** 126n;
    token.wallets.set(ANN, 4n * most);
    expectRefused("Width", () => model.deposit(ANN, TOKEN, most + 1n, ANN));
    model.deposit(ANN, TOKEN, most, ANN);
    model.deposit(ANN, TOKEN, most, ANN);
    expectRefused("Width", () => model.allocate(ANN, id, most + 1n));
    model.allocate(ANN, id, most - 1n);
    expectRefused("Width", () => model.allocate(ANN, id, 2n));
    model.allocate(ANN, id, 1n);
    expectRefused("Width", () => model.release(ANN, id, most + 1n));
    model.release(ANN, id, most);
    expectRefused("Width", () => model.fund(ANN, TOKEN, 2n ** 112n));
    model.fund(ANN, TOKEN, 2n ** 112n - 1n);
    expectRefused("Width", () => model.fund(ANN, TOKEN, 1n));
  });

  it("refuses larger positions than allowed, more open interest than allowed, and only those", () => {
    const table = new Table(NO_FEES, { capLots: 12n, positionCap: 10n });
    expectRefused("Unfilled", () => table.buy(ANN, BEN, 11n, 100n));
    table.buy(ANN, BEN, 10n, 100n);
    expectRefused("Unfilled", () => table.buy(CLEO, DAN, 3n, 100n));
    table.buy(CLEO, ANN, 10n, 100n); // changes hands: no open interest is added
    expect(table.series.oi).to.equal(10n);
  });

  it("lets an account below its margin reduce only if that makes it no worse", () => {
    const table = Table.withPositions({ ...NO_FEES, takerFeeBps: 50n });
    table.lastDay(85n);
    // fees of 35 and 15 came from the free balance: cash -8,000, equity 500, maintenance margin 1,275
    expect(table.position(ANN)).to.deep.equal([10n, -8_000n]);
    expectRefused("Margin", () => table.sell(ANN, BEN, 1n, 80n)); // 446 x 10 < 500 x 9
    expect(table.sell(ANN, BEN, 1n, 85n)).to.deep.equal(["None"]); // 495 x 10 >= 500 x 9
    expect(table.position(ANN)).to.deep.equal([9n, -7_155n]);
    expectRefused("Unfilled", () => table.buy(ANN, BEN, 1n, 99n)); // out of the band
  });

  it("storms when the mark jumps, and a release then takes two steps", () => {
    const table = Table.withPositions();
    table.at(12_000n);
    table.price(90n); // the EMA says 100, the index lets 95 pass
    expect(markOf(table.series, 12_000n)).to.equal(95n);
    expect(table.series.mark.stormUntil).to.equal(0n);
    table.at(12_010n);
    table.price(80n); // 84
    expect([markOf(table.series, 12_010n), table.series.mark.stormUntil]).to.deep.equal([84n, 12_130n]);
    table.model.release(BEN, table.id, 500n);
    expect(table.series.pending.get(BEN)).to.deep.equal({ amount: 500n, availableAt: 12_130n });
    expectRefused("TooEarly", () => table.model.completeRelease(table.id, BEN));
    table.at(12_130n);
    table.model.completeRelease(table.id, BEN);
    expect(table.free(BEN)).to.equal(100_000n - 1_750n + 500n);
    expectRefused("Margin", () => table.model.release(BEN, table.id, 10_000n));
  });

  it("puts what waits to leave back before it books a loss", () => {
    const endings: readonly ((table: Table) => void)[] = [
      (table) => table.model.writeOff(DAN, table.id, BEN),
      (table) => table.model.liquidate(DAN, table.id, BEN, 7n),
    ];
    for (const end of endings) {
      const table = Table.withPositions();
      table.lastDay(90n);
      table.model.release(BEN, table.id, 1_000n);
      expect(table.position(BEN)).to.deep.equal([-7n, 7_750n]);
      table.at(table.model.now + 10n);
      table.price(122n); // for all but 10 of 2,880 epochs: 121.9
      end(table);
      expect(table.position(BEN), "790 were missing, 1,000 are there").to.deep.equal([-7n, 8_750n]);
      expect([table.position(ZERO), table.series.pending.size]).to.deep.equal([[0n, 0n], 0]);
    }
  });

  it("puts what waits to leave back when the final price leaves a debt", () => {
    const table = Table.withPositions();
    table.lastDay(90n);
    table.model.release(BEN, table.id, 1_000n);
    table.at(table.model.now + 10n);
    table.model.indexOf(1).feed.answer = 126n;
    table.readUntil(20_120n);
    table.model.propose(table.id);
    expect(table.series.settlement.proposed, "90 for 110 of 2,880 epochs: 124.6").to.equal(124n);
    table.at(table.model.now + DAY);
    table.model.finalise(table.id);
    expectRefused("State", () => table.model.completeRelease(table.id, BEN));
    table.model.resolve(DAN, table.id, [ANN, BEN, CLEO]);
    expect(table.position(BEN), "7,750 - 8,680 + 1,000").to.deep.equal([0n, 70n]);
    // Cleo's 3,750 - 3,720
    expect([table.position(CLEO), table.funds()]).to.deep.equal([
      [0n, 30n],
      [4_500n, 0n],
    ]);
  });

  it("advances the EMA by dt / (dt + 120), toward zero", () => {
    const table = Table.withPositions();
    table.at(10_005n);
    table.buy(DAN, BEN, 1n, 106n); // nothing to advance: the last price was 100
    table.at(10_045n);
    table.price(100n);
    // 40 / 160 of 6 ticks
    expect(table.series.mark.ema).to.equal(100n * 65_536n + (6n * 65_536n) / 4n);
    expect(markOf(table.series, table.model.now)).to.equal(102n);
  });

  it("liquidates as many lots as bring the account back, at a discount", () => {
    const table = Table.withPositions();
    table.lastDay(88n);
    table.model.liquidate(DAN, table.id, ANN, 10n);
    // margin 80 a lot, discount 17, penalty 8; target 203: ceil((2,030 - 800) / 178) = 7 lots
    expect(table.position(ANN)).to.deep.equal([3n, -2_015n]);
    expect(table.position(DAN)).to.deep.equal([7n, -4_928n]);
    expect(table.free(DAN)).to.equal(100_000n - 1_113n);
    expect(table.model.tokenOf(TOKEN).insurance).to.equal(56n);
    expect(accountOf(table.series, ANN).flaggedAt, "equity 625, needed 528").to.equal(0n);
  });

  it("forgets a flag when the account has recovered: the next liquidation begins at the lowest discount", () => {
    const flagged = (): Table => {
      const table = Table.withPositions();
      table.lastDay(88n);
      table.model.flag(table.id, ANN); // equity 800, needed 1,320
      return table;
    };
    const recoveries: readonly ((table: Table) => void)[] = [
      (table) => {
        expectRefused("Margin", () => table.model.unflag(table.id, ANN));
        table.allocate(ANN, 519n);
        expectRefused("Margin", () => table.model.unflag(table.id, ANN));
        table.allocate(ANN, 1n);
        table.model.unflag(table.id, ANN);
        expectRefused("Healthy", () => table.model.unflag(table.id, ANN)); // no flag is left
      },
      (table) => void table.sell(ANN, BEN, 4n, 88n), // 800 for 6 lots that need 792
      (table) => void table.buy(ANN, DAN, 1n, 88n), // an increase, to the initial margin
    ];
    for (const recover of recoveries) {
      const table = flagged();
      const { flaggedAt } = accountOf(table.series, ANN);
      expect(flaggedAt).to.equal(table.model.now);
      table.at(table.model.now + 5n);
      recover(table);
      expect(accountOf(table.series, ANN).flaggedAt).to.equal(0n);
    }
  });

  it("forgets a flag that is older than 90 epochs, and keeps one that is not", () => {
    for (const [age, kept] of [
      [90n, true],
      [91n, false],
    ] as const) {
      const table = Table.withPositions();
      table.lastDay(88n);
      table.model.flag(table.id, ANN);
      const { now } = table.model;
      table.at(now + age);
      table.model.flag(table.id, ANN);
      expect(accountOf(table.series, ANN).flaggedAt).to.equal(kept ? now : now + age);
    }
  });

  it("forgets all flags when positions are resolved", () => {
    const table = Table.withPositions();
    table.lastDay(88n);
    table.model.flag(table.id, ANN);
    table.readUntil(20_120n);
    table.model.propose(table.id);
    table.at(table.model.now + DAY);
    table.model.finalise(table.id);
    expect(accountOf(table.series, ANN).flaggedAt).to.equal(20_120n - DAY);
    table.model.resolve(DAN, table.id, [ANN]);
    expect(accountOf(table.series, ANN).flaggedAt).to.equal(0n);
  });

  it("raises the discount for 60 epochs, up to all of the margin", () => {
    expect(perLotOf(800n, 10n, 880n, 30n)).to.deep.equal({ discount: 48n, penalty: 8n });
    expect(perLotOf(800n, 10n, 880n, 61n)).to.deep.equal({ discount: 80n, penalty: 0n });
    expect(perLotOf(80n, 10n, 880n, 0n)).to.deep.equal({ discount: 8n, penalty: 0n });
  });

  it("writes off a loss: insurance within its caps, then the deficit; the position is taken over", () => {
    const fees = { ...NO_FEES, dailyCap: 200n, makerFeeBps: 10n, writeOffReward: 4n };
    const table = Table.withPositions(fees, { insuranceCap: 300n });
    table.model.fund(DAN, TOKEN, 1_000n);
    table.lastDay(75n);
    table.model.writeOff(DAN, table.id, ANN);
    expect(table.position(ANN)).to.deep.equal([0n, 0n]);
    expect(table.position(ZERO)).to.deep.equal([10n, -7_500n]);
    // fees of 7 and 3 left before: 4,490 + 200
    expect(table.funds()).to.deep.equal([4_690n, 300n]);
    const { insurance, fees: kept } = table.model.tokenOf(TOKEN);
    expect([insurance, kept]).to.deep.equal([1_000n + 4n + 2n - 200n, 3n + 1n - 4n]);
    expect(table.free(DAN)).to.equal(100_000n - 1_000n + 4n);
    table.model.take(CLEO, table.id, 4n); // reduces her 3 and turns them
    expect(table.position(ZERO)).to.deep.equal([6n, -4_500n]);
    expect(accountOf(table.series, CLEO).size).to.equal(1n);
    expectRefused("Unfilled", () => table.buy(ANN, DAN, 1n, 75n)); // no increases with a deficit
    table.model.recapitalise(DAN, table.id, 10_000n);
    expect(table.funds()).to.deep.equal([4_990n, 0n]);
  });

  it("covers a deficit with what the insurance receives later, within its caps, until claims are open", () => {
    const table = Table.withPositions({ ...NO_FEES, dailyCap: 200n }, { insuranceCap: 450n });
    const { model, id } = table;
    expectRefused("Amount", () => model.cover(id));
    table.lastDay(75n);
    model.writeOff(DAN, id, ANN);
    expect(table.funds(), "no insurance").to.deep.equal([4_500n, 500n]);
    expectRefused("Amount", () => model.cover(id));
    model.fund(DAN, TOKEN, 150n);
    model.cover(id);
    expect(table.funds(), "all there is").to.deep.equal([4_650n, 350n]);
    expectRefused("Amount", () => model.cover(id));
    model.fund(DAN, TOKEN, 1_000n);
    model.cover(id);
    expect(table.funds(), "200 a day").to.deep.equal([4_700n, 300n]);
    expectRefused("Amount", () => model.cover(id));
    table.readUntil(20_120n); // another day of the calendar
    model.cover(id);
    expect(table.funds()).to.deep.equal([4_900n, 100n]);
    model.propose(id);
    table.at(model.now + DAY);
    model.finalise(id);
    model.cover(id); // while claims wait
    expect([...table.funds(), table.series.insuranceUsed], "450 a series").to.deep.equal([4_950n, 50n, 450n]);
    expect(model.tokenOf(TOKEN).insurance).to.equal(700n);
    model.setRisk(PLACE.risk, id, { ...table.series.risk, insuranceCap: 1_000n });
    table.at(model.now + DAY);
    expect(stateOf(table.series, model.now)).to.equal("Closed");
    expectRefused("State", () => model.cover(id));
  });

  it("changes margins, band and dust under open interest slowly, or not at all", () => {
    const table = Table.withPositions(NO_FEES, { concFromBps: 5_000n, dustLots: 5n });
    const { model, id } = table;
    const set = (change: Partial<Risk>): void => model.setRisk(PLACE.risk, id, { ...table.series.risk, ...change });
    const never = [{ minMargin: 101n }, { concBps: 1n }, { dustLots: 6n }, { concFromBps: 4_999n }, { capLots: 999n }];
    for (const change of never) expectRefused("Terms", () => set(change));
    const tooMuch = [{ imBps: 2_501n }, { mmShareBps: 8_001n }, { bandBps: 549n }, { bandBps: 601n }];
    for (const change of tooMuch) expectRefused("Terms", () => set(change));
    set({ capLots: 2_000n, concFromBps: 2_500n, dustLots: 4n, minMargin: 99n }); // from as many lots as before
    set({ bandBps: 550n }); // as one that raises
    model.now += DAY - 1n;
    expectRefused("TooEarly", () => set({ bandBps: 549n }));
    expectRefused("TooEarly", () => set({ imBps: 2_001n }));
    set({ bandBps: 600n, imBps: 2_000n }); // wider, as the margins allow
    model.now += 1n;
    set({ imBps: 2_500n, mmShareBps: 8_000n });
    expectRefused("TooEarly", () => set({ bandBps: 599n }));
  });

  it("lists no series whose maintenance margin is less than two and a half bands", () => {
    expectRefused("Terms", () => new Table(NO_FEES, { bandBps: 601n }));
    expectRefused("Terms", () => new Table(NO_FEES, { imBps: 1_999n }));
    expectRefused("Terms", () => new Table(NO_FEES, { mmShareBps: 7_499n }));
    expect(new Table(NO_FEES, { bandBps: 600n }).series.risk.bandBps).to.equal(600n);
  });

  it("lets the residual account's profit heal the deficit first, and claim the rest for the insurance", () => {
    const table = Table.withPositions({ ...NO_FEES, dailyCap: 0n });
    table.lastDay(75n);
    table.model.writeOff(DAN, table.id, ANN);
    expect(table.funds()).to.deep.equal([4_500n, 500n]);
    table.at(table.model.now + 10n);
    table.model.indexOf(1).feed.answer = 135n;
    table.readUntil(20_120n);
    table.model.propose(table.id);
    // 75 for 110 of 2,880 epochs: 132.7
    expect(table.series.settlement.proposed).to.equal(132n);
    table.at(table.model.now + DAY);
    table.model.finalise(table.id);
    expect(table.position(ZERO), "10 lots at 132 - 75 less 500").to.deep.equal([0n, 5_200n]);
    expect(table.funds()).to.deep.equal([4_500n, 0n]);
    table.model.resolve(DAN, table.id, [BEN, CLEO]);
    // Ben owes 490, Cleo 210
    expect(table.funds()).to.deep.equal([4_500n, 700n]);
    table.model.claim(DAN, table.id, ZERO);
    expect(table.model.tokenOf(TOKEN).insurance).to.equal(4_500n);
    expect(table.funds()).to.deep.equal([0n, 0n]);
  });

  it("settles: a good average, a bonded dispute, a price of the arbiter's or of time", () => {
    // 122 and 123 are on either side of the middle of 95 and 150
    const verdicts = [95n, 50n, 122n, 123n, 150n, undefined];
    for (const verdict of verdicts) {
      const table = Table.withPositions();
      table.readUntil(20_120n - DAY);
      table.model.indexOf(1).feed.answer = 95n;
      expectRefused("State", () => table.model.propose(table.id));
      table.readUntil(20_120n);
      table.model.propose(table.id);
      // 100 for 100 of 2,880 epochs: 95.17
      const { proposed, fallback } = table.series.settlement;
      expect([proposed, fallback]).to.deep.equal([95n, 100n]);
      for (const ticks of [0n, 49n, 95n, 151n]) {
        expectRefused("Price", () => table.model.dispute(CLEO, table.id, ticks));
      }
      table.model.dispute(CLEO, table.id, 150n);
      expect(table.free(CLEO)).to.equal(99_250n - 1_000n);
      expectRefused("State", () => table.model.dispute(DAN, table.id, 96n)); // one dispute a series
      for (const ticks of [0n, 49n, 151n]) {
        expectRefused("Price", () => table.model.arbitrate(PLACE.arbiter, table.id, ticks));
      }
      if (verdict === undefined) {
        table.at(table.model.now + 3n * DAY);
        expectRefused("TooLate", () => table.model.arbitrate(PLACE.arbiter, table.id, 150n));
        table.model.finalise(table.id);
      } else table.model.arbitrate(PLACE.arbiter, table.id, verdict);
      expect(table.series.settlement.finalTicks, "or the fallback").to.equal(verdict ?? 100n);
      const nearer = verdict !== undefined && verdict >= 123n;
      expect(table.free(CLEO)).to.equal(nearer ? 99_250n : 98_250n);
      expect(table.model.tokenOf(TOKEN).insurance).to.equal(nearer ? 0n : 1_000n);
    }
  });

  it("gives a challenger whom the arbiter left waiting its bond back if the fallback bears it out", () => {
    const table = Table.withPositions();
    table.readUntil(20_120n - DAY);
    table.model.indexOf(1).feed.answer = 95n;
    table.readUntil(20_120n);
    table.model.propose(table.id);
    table.model.dispute(CLEO, table.id, 104n); // 4 from the fallback of 100; the proposed price is 5 from it
    table.at(table.model.now + 3n * DAY);
    table.model.finalise(table.id);
    expect([table.free(CLEO), table.model.tokenOf(TOKEN).insurance]).to.deep.equal([99_250n, 0n]);
  });

  it("lets the arbiter uphold a proposed price that is far from the fallback", () => {
    const table = Table.withPositions();
    table.readUntil(20_120n - DAY);
    table.model.indexOf(1).feed.answer = 200n;
    table.readUntil(20_120n);
    table.model.propose(table.id);
    expect([table.series.settlement.proposed, table.series.settlement.fallback]).to.deep.equal([196n, 100n]);
    table.model.dispute(CLEO, table.id, 150n);
    expectRefused("Price", () => table.model.arbitrate(PLACE.arbiter, table.id, 195n));
    table.model.arbitrate(PLACE.arbiter, table.id, 196n);
    expect(table.series.settlement.finalTicks).to.equal(196n);
  });

  it("settles without a good average a day later", () => {
    const table = Table.withPositions();
    table.lastDay(95n);
    table.at(20_200n);
    expectRefused("Price", () => table.model.propose(table.id));
    table.at(20_120n + DAY);
    table.model.propose(table.id);
    const { proposed, fallback } = table.series.settlement;
    expect([proposed, fallback]).to.deep.equal([95n, 95n]);
  });

  it("pays claims at one ratio, whatever their order", () => {
    for (const order of [
      [BEN, CLEO],
      [CLEO, BEN],
    ]) {
      const table = Table.withPositions({ ...NO_FEES, dailyCap: 201n });
      table.model.fund(DAN, TOKEN, 1_000n);
      table.lastDay(75n);
      table.model.writeOff(DAN, table.id, ANN);
      table.readUntil(20_120n);
      table.model.propose(table.id);
      table.at(table.model.now + DAY);
      table.model.finalise(table.id);
      expectRefused("State", () => table.model.claim(DAN, table.id, BEN));
      table.model.resolve(DAN, table.id, [BEN, CLEO]);
      expect(stateOf(table.series, table.model.now)).to.equal("Closed");
      expect(table.funds()).to.deep.equal([4_701n, 299n]);
      for (const user of order) table.model.claim(DAN, table.id, user);
      // 3,500 and 1,500 at 4,701 / 5,000: 3,290.7 and 1,410.3, the first rounded down
      const paid = [table.free(BEN) - 98_250n, table.free(CLEO) - 99_250n];
      expect(paid).to.deep.equal(order[0] === BEN ? [3_290n, 1_411n] : [3_291n, 1_410n]);
      expect(table.funds()).to.deep.equal([0n, 0n]);
      expectRefused("Amount", () => table.model.claim(DAN, table.id, BEN));
    }
  });
});
