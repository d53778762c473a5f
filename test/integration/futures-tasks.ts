import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { CommandBench, READ, type Ran, WRITE, codeOf, dataOf, runAction } from "../helpers/cli.js";
import { DISPUTE_BOND, ListedSeries, PRICE, TICK } from "../helpers/futures.js";
import type { OrderArguments } from "../../src/cli/futures-order.js";
import { marginsOf } from "../../src/futures/margin.js";
import type { SignedOrderJson } from "../../src/futures/order-file.js";
import { logSpans, readAccount, readSeries } from "../../src/futures/series.js";
import buyTask from "../../tasks/futures/buy.js";
import cancelTask from "../../tasks/futures/cancel.js";
import claimTask from "../../tasks/futures/claim.js";
import disputeTask from "../../tasks/futures/dispute.js";
import marginTask from "../../tasks/futures/margin.js";
import positionsTask from "../../tasks/futures/positions.js";
import quoteTask from "../../tasks/futures/quote.js";
import sellTask from "../../tasks/futures/sell.js";
import seriesTask from "../../tasks/futures/series.js";
import settleTask from "../../tasks/futures/settle.js";

const UNIT = 10n ** 18n;
const WEALTH = 1_000n * UNIT;
/** By number among the accounts. */
const [SELLER, BUYER] = ["6", "7"];
const UNKNOWN = `0x${"ab".repeat(32)}`;

const MARGIN = {
  ...WRITE,
  deposit: undefined,
  withdraw: undefined,
  allocate: undefined,
  release: undefined,
  complete: false,
} as const;
const ORDER: OrderArguments = {
  ...WRITE,
  series: undefined,
  lots: undefined,
  price: undefined,
  order: undefined,
  out: undefined,
  expires: "+1d",
  minFill: "1",
  nonce: undefined,
  taker: undefined,
  feeCap: undefined,
  reduceOnly: false,
  postOnly: false,
};
const SETTLE = { ...WRITE, users: undefined, since: undefined } as const;
const CANCEL = { ...WRITE, nonce: undefined, all: false } as const;
const LIST = { ...READ, ids: undefined, since: undefined } as const;
const CLAIM = { ...WRITE, user: undefined } as const;

interface TokenJson {
  readonly units: string;
}
interface AccountJson {
  readonly size: string;
  readonly free: TokenJson;
  readonly cash: TokenJson;
  readonly equity: TokenJson;
  readonly initialMargin: TokenJson;
}

describe("Tasks: futures", () => {
  let bench: CommandBench;
  let series: ListedSeries;
  let folder: string;
  let [seller, buyer] = ["", ""];

  const margin = (from: string, more: object): Promise<Ran> =>
    bench.run(marginTask, { ...MARGIN, series: series.id, from, ...more });
  const accountOf = async (from: string): Promise<AccountJson> => dataOf(await margin(from, {}));
  const sell = (more: Partial<OrderArguments>): Promise<Ran> =>
    bench.run(sellTask, { ...ORDER, series: series.id, from: SELLER, ...more });
  const buy = (more: Partial<OrderArguments>): Promise<Ran> => bench.run(buyTask, { ...ORDER, from: BUYER, ...more });
  const settle = (more: object = {}): Promise<Ran> =>
    bench.run(settleTask, { ...SETTLE, series: series.id, from: BUYER, ...more });
  const stepOf = async (more: object = {}): Promise<unknown> => dataOf(await settle(more)).step;
  const dispute = (price: string | undefined, more: object = {}): Promise<Ran> =>
    bench.run(disputeTask, { ...WRITE, series: series.id, price, from: BUYER, ...more });
  const claim = (from: string, more: object = {}): Promise<Ran> =>
    bench.run(claimTask, { ...CLAIM, series: series.id, from, ...more });
  const file = (name: string): string => join(folder, name);
  const tampered = (name: string, change: (signed: SignedOrderJson) => object): string => {
    const signed = JSON.parse(readFileSync(file("first.json"), "utf8")) as SignedOrderJson;
    writeFileSync(file(name), JSON.stringify({ ...signed, ...change(signed) }));
    return file(name);
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "plimsoll-orders-"));
    bench = await CommandBench.create();
    [seller, buyer] = [bench.accounts[Number(SELLER)] ?? "", bench.accounts[Number(BUYER)] ?? ""];
    series = await ListedSeries.list(bench);
    for (const user of [seller, buyer]) await series.mint(user, WEALTH);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  describe("refuse a chain that ends with the process", () => {
    const id = UNKNOWN;
    const runs: ReadonlyArray<readonly [string, () => Promise<Ran>]> = [
      ["futures series", () => runAction(seriesTask, LIST)],
      [
        "futures quote",
        () =>
          runAction(quoteTask, { ...READ, series: id, lots: "1", side: "buy", price: undefined, account: undefined }),
      ],
      ["futures margin", () => runAction(marginTask, { ...MARGIN, series: id })],
      ["futures sell", () => runAction(sellTask, ORDER)],
      ["futures buy", () => runAction(buyTask, ORDER)],
      ["futures cancel", () => runAction(cancelTask, CANCEL)],
      ["futures positions", () => runAction(positionsTask, { ...LIST, account: undefined })],
      ["futures settle", () => runAction(settleTask, { ...SETTLE, series: id })],
      ["futures dispute", () => runAction(disputeTask, { ...WRITE, series: id, price: "1" })],
      ["futures claim", () => runAction(claimTask, { ...CLAIM, series: id })],
    ];
    for (const [name, run] of runs) {
      it(name, async () => {
        const ran = await run();
        expect(codeOf(ran)).to.equal("EPHEMERAL_NETWORK");
        expect(ran.json?.next[0]).to.equal(`npx hardhat ${name} --network localhost`);
      });
    }
  });

  it("the deployment's exchange is a venue of its clearing", async () => {
    const { futures, exchange } = bench.contracts;
    expect(await futures.isVenue(await exchange.getAddress())).to.equal(true);
  });

  it("futures series finds what was listed of late, or shows what is named", async () => {
    const { series: found } = dataOf<{ series: ReadonlyArray<Record<string, unknown>> }>(
      await bench.run(seriesTask, LIST),
    );
    expect(found).to.have.lengthOf(1);
    expect(found[0]).to.deep.include({
      seriesId: series.id,
      state: "Listed",
      symbol: "USD",
      mark: Number(PRICE),
      fresh: true,
      lowest: 2_300,
      highest: 2_700,
      openInterest: "0",
      tradingStart: Number(series.dates.start),
      expiry: Number(series.dates.expiry),
      proposal: null,
      finalTicks: null,
    });
    const named = dataOf<{ series: readonly unknown[] }>(await bench.run(seriesTask, { ...LIST, ids: series.id }));
    expect(named.series).to.deep.equal(found);
    const { stdout } = await bench.run(seriesTask, { ...LIST, json: false });
    expect(stdout).to.contain(series.id);
    expect(codeOf(await bench.run(seriesTask, { ...LIST, ids: UNKNOWN }))).to.equal("FuturesClearing_NotListed");
    expect(codeOf(await bench.run(seriesTask, { ...LIST, ids: "0x12" }))).to.equal("INVALID_SERIES");
    expect(codeOf(await bench.run(seriesTask, { ...LIST, since: "99999999" }))).to.equal("SINCE_IN_FUTURE");
  });

  it("searches logs in spans that nodes answer for", () => {
    expect(logSpans(0n, 4_500n)).to.deep.equal([
      [0n, 1_999n],
      [2_000n, 3_999n],
      [4_000n, 4_500n],
    ]);
    expect(logSpans(7n, 7n)).to.deep.equal([[7n, 7n]]);
  });

  it("futures margin moves tokens in, and refuses what is not there", async () => {
    expect(codeOf(await margin(SELLER, { deposit: "1001" }))).to.equal("INSUFFICIENT_TOKENS");
    expect(codeOf(await margin(SELLER, { deposit: "0" }))).to.equal("ZERO_AMOUNT");
    expect(codeOf(await margin(SELLER, { deposit: "1,5" }))).to.equal("INVALID_TOKEN_AMOUNT");
    expect(codeOf(await margin(SELLER, { deposit: "1", withdraw: "1" }))).to.equal("TOO_MANY_OPTIONS");
    expect(codeOf(await margin(SELLER, { withdraw: "1" }))).to.equal("FuturesClearing_NotFree");
    expect(codeOf(await margin(SELLER, { series: undefined }))).to.equal("OPTION_NEEDED");
    expect(codeOf(await margin(SELLER, { series: UNKNOWN }))).to.equal("FuturesClearing_NotListed");
    expect(dataOf(await margin(SELLER, { deposit: "1000", dryRun: true }))).to.include({ dryRun: true });
    expect((await accountOf(SELLER)).free.units).to.equal("0");
    dataOf(await margin(SELLER, { deposit: "1000" }));
    dataOf(await margin(BUYER, { deposit: "max" }));
    for (const user of [SELLER, BUYER]) expect((await accountOf(user)).free.units).to.equal(WEALTH.toString());
    const clearing = await bench.contracts.futures.getAddress();
    expect(await series.token.balanceOf(clearing)).to.equal(2n * WEALTH);
    expect(await series.token.allowance(seller, clearing)).to.equal(0n);
    dataOf(await margin(BUYER, { allocate: "10" }));
    expect(await accountOf(BUYER)).to.deep.include({
      size: "0",
      free: { units: (990n * UNIT).toString(), amount: "990", symbol: "USD" },
    });
    expect(codeOf(await margin(BUYER, { release: "11" }))).to.equal("FuturesClearing_BelowMargin");
    dataOf(await margin(BUYER, { release: "max" }));
    expect((await accountOf(BUYER)).free.units).to.equal(WEALTH.toString());
  });

  it("futures sell refuses what no exchange takes, and signs the rest", async () => {
    expect(codeOf(await sell({ lots: "0", price: "2500" }))).to.equal("INVALID_NUMBER");
    expect(codeOf(await sell({ lots: "1.5", price: "2500" }))).to.equal("INVALID_NUMBER");
    expect(codeOf(await sell({ lots: "1", price: "0" }))).to.equal("INVALID_NUMBER");
    expect(codeOf(await sell({ lots: "1" }))).to.equal("OPTION_NEEDED");
    expect(codeOf(await sell({ lots: "1", price: "2701" }))).to.equal("PRICE_OUTSIDE_BAND");
    expect(codeOf(await sell({ lots: "1", price: "2299" }))).to.equal("PRICE_OUTSIDE_BAND");
    expect(codeOf(await sell({ lots: "400001", price: "2500" }))).to.equal("POSITION_CAP");
    expect(codeOf(await sell({ lots: "1", price: "2500", series: UNKNOWN }))).to.equal("FuturesClearing_NotListed");
    expect(codeOf(await sell({ lots: "1", price: "2500", expires: "1" }))).to.equal("INVALID_ORDER");
    expect(codeOf(await sell({ lots: "1", price: "2500", minFill: "2" }))).to.equal("INVALID_NUMBER");
    expect(codeOf(await sell({ lots: "1", price: "2500", yes: false }), 2)).to.equal("CONFIRMATION_NEEDED");
    const done = await sell({ lots: "100", price: "2500", nonce: "1", out: file("first.json") });
    const { signed } = dataOf<{ signed: SignedOrderJson }>(done);
    expect(signed).to.deep.equal(JSON.parse(readFileSync(file("first.json"), "utf8")));
    expect(signed.order).to.deep.include({ maker: seller, lots: "100", ticks: "2500", buy: false, nonce: "1" });
    expect(codeOf(await sell({ lots: "100", price: "2500", out: file("first.json") }))).to.equal("CANNOT_WRITE");
  });

  it("futures quote says what a trade needs, and what is against it", async () => {
    const quote = async (more: object): Promise<Record<string, unknown>> =>
      dataOf(
        await bench.run(quoteTask, {
          ...READ,
          series: series.id,
          lots: "60",
          side: "buy",
          price: undefined,
          account: buyer,
          ...more,
        }),
      );
    expect(await quote({})).to.deep.include({ possible: false, mark: 2_500, lowest: 2_300, highest: 2_700 });
    await series.watchUntil(series.dates.start);
    const ask = await quote({});
    expect(ask).to.deep.include({ possible: true, against: [] });
    // 60 lots of 2.5: a quarter of 150 as margin, and 5 bps of 150 as fee, which the margin is above.
    expect(ask.asTaker).to.deep.include({
      fee: { units: "75000000000000000", amount: "0.075", symbol: "USD" },
      initialMargin: { units: (37_5n * 10n ** 17n).toString(), amount: "37.5", symbol: "USD" },
      needed: { units: "37575000000000000000", amount: "37.575", symbol: "USD" },
    });
    expect(ask.makerFee).to.include({ amount: "0.015" });
    expect((await quote({ price: "2900" })).against).to.deep.include({
      code: "PRICE_OUTSIDE_BAND",
      limit: "2300 to 2700 ticks (the mark is 2500)",
      actual: "2900 ticks",
    });
    expect((await quote({ lots: "200001" })).possible).to.equal(false);
    const bad = (more: object): Promise<Ran> =>
      bench.run(quoteTask, {
        ...READ,
        series: series.id,
        lots: "1",
        side: "buy",
        price: undefined,
        account: undefined,
        ...more,
      });
    expect(codeOf(await bad({ side: "hold" }))).to.equal("INVALID_SIDE");
    expect(codeOf(await bad({ lots: "-1" }))).to.equal("INVALID_NUMBER");
    expect(codeOf(await bad({ series: UNKNOWN }))).to.equal("FuturesClearing_NotListed");
  });

  it("futures buy --order refuses what cannot be taken", async () => {
    const first = file("first.json");
    expect(codeOf(await buy({ order: file("none.json") }))).to.equal("CANNOT_READ");
    writeFileSync(file("text.json"), "no order");
    expect(codeOf(await buy({ order: file("text.json") }))).to.equal("INVALID_ORDER_FILE");
    const other = tampered("other.json", () => ({ exchange: seller }));
    expect(codeOf(await buy({ order: other }))).to.equal("OTHER_EXCHANGE");
    expect(codeOf(await buy({ order: tampered("chain.json", () => ({ chainId: "314" })) }))).to.equal("OTHER_EXCHANGE");
    const more = tampered("more.json", ({ order }) => ({ order: { ...order, lots: "1000" } }));
    const unfit = await buy({ order: more });
    expect(codeOf(unfit)).to.equal("ORDER_UNFIT");
    expect(unfit.json?.ok === false && unfit.json.error.actual).to.equal("its maker has not signed it");
    const broken = tampered("broken.json", ({ order }) => ({ order: { ...order, lots: "-1" } }));
    expect(codeOf(await buy({ order: broken }))).to.equal("INVALID_ORDER_FILE");
    expect(codeOf(await buy({ order: first, series: UNKNOWN }))).to.equal("OTHER_SERIES");
    expect(codeOf(await buy({ order: first, lots: "101" }))).to.equal("FuturesExchange_TooFewLots");
    expect(codeOf(await buy({ order: first, lots: "0" }))).to.equal("INVALID_NUMBER");
    expect(codeOf(await buy({ order: first, price: "2499" }))).to.equal("WORSE_PRICE");
    expect(codeOf(await buy({ order: first, from: SELLER }))).to.equal("OTHER_TAKER");
    expect(codeOf(await sell({ order: first, from: BUYER }))).to.equal("SAME_SIDE");
    expect(codeOf(await buy({ order: first, from: "8" }))).to.equal("MARGIN_MISSING");
    expect(codeOf(await buy({ order: first, feeCap: "4" }))).to.equal("FuturesClearing_Refused");
  });

  it("futures buy --order takes a part, exact to the atom", async () => {
    const done = dataOf<{ account: AccountJson }>(await buy({ order: file("first.json"), lots: "60" }));
    const worth = 60n * PRICE * TICK;
    const [makerFee, takerFee] = [worth / 10_000n, (worth * 5n) / 10_000n];
    const initial = worth / 4n;
    expect(done.account).to.deep.include({ size: "60" });
    const [short, long] = [await accountOf(SELLER), await accountOf(BUYER)];
    expect(short.size).to.equal("-60");
    expect(BigInt(short.free.units)).to.equal(WEALTH - initial - makerFee);
    expect(BigInt(short.cash.units)).to.equal(worth + initial);
    expect(BigInt(long.free.units)).to.equal(WEALTH - initial - takerFee);
    expect(BigInt(long.cash.units)).to.equal(initial - worth);
    for (const { equity, initialMargin } of [short, long]) {
      expect([BigInt(equity.units), BigInt(initialMargin.units)]).to.deep.equal([initial, initial]);
    }
    const { money } = await bench.contracts.futures.tokenOf(series.token.address);
    expect(money.fees + money.insurance).to.equal(makerFee + takerFee);
  });

  it("reckons margins as the clearing does", async () => {
    const view = await readSeries(bench.contracts, series.id);
    for (const user of [seller, buyer]) {
      const account = await readAccount(bench.contracts, view, user);
      expect(marginsOf(view, account.size, view.mark, view.oi)).to.deep.equal({
        initial: account.initialMargin,
        maintenance: account.maintenanceMargin,
      });
    }
  });

  it("futures margin keeps the initial margin of a position in the series", async () => {
    expect(codeOf(await margin(BUYER, { release: "0.000000000000000001" }))).to.equal("FuturesClearing_BelowMargin");
    dataOf(await margin(BUYER, { allocate: "5" }));
    dataOf(await margin(BUYER, { release: "max" }));
    expect((await accountOf(BUYER)).equity.units).to.equal((375n * 10n ** 17n).toString());
  });

  it("futures cancel ends one order, or all", async () => {
    const cancel = (more: object): Promise<Ran> => bench.run(cancelTask, { ...CANCEL, from: SELLER, ...more });
    expect(codeOf(await cancel({}))).to.equal("OPTION_NEEDED");
    expect(codeOf(await cancel({ nonce: "1", all: true }))).to.equal("TOO_MANY_OPTIONS");
    expect(codeOf(await cancel({ nonce: "x" }))).to.equal("INVALID_NUMBER");
    dataOf(await cancel({ nonce: "1" }));
    expect(codeOf(await cancel({ nonce: "1" }))).to.equal("NONCE_CANCELLED");
    expect(codeOf(await sell({ lots: "1", price: "2500", nonce: "1" }))).to.equal("NONCE_CANCELLED");
    expect(codeOf(await buy({ order: file("first.json") }))).to.equal("ORDER_UNFIT");
    const envelope = await sell({ lots: "10", price: "2500" });
    writeFileSync(file("second.json"), JSON.stringify(envelope.json));
    expect(dataOf(await buy({ order: file("second.json"), dryRun: true }))).to.include({ dryRun: true });
    expect(dataOf(await cancel({ all: true }))).to.include({ epoch: 1 });
    expect(codeOf(await buy({ order: file("second.json") }))).to.equal("ORDER_UNFIT");
    const { signed } = dataOf<{ signed: SignedOrderJson }>(await sell({ lots: "10", price: "2500" }));
    expect(signed.order.epoch).to.equal("1");
  });

  it("futures positions shows what an account has", async () => {
    const run = async (more: object): Promise<Record<string, unknown>> =>
      dataOf(await bench.run(positionsTask, { ...LIST, account: buyer, ...more }));
    const { positions } = await run({});
    expect(positions).to.have.lengthOf(1);
    expect((positions as readonly AccountJson[])[0]).to.include({ seriesId: series.id, size: "60" });
    expect((await run({ account: bench.accounts[8], ids: series.id })).positions).to.deep.equal([]);
    const { stdout } = await bench.run(positionsTask, { ...LIST, json: false, account: buyer });
    expect(stdout).to.match(/Trading +60 +2500/);
  });

  it("futures settle and claim wait for expiry", async () => {
    expect(codeOf(await settle())).to.equal("FuturesClearing_TooEarly");
    expect(codeOf(await claim(BUYER))).to.equal("FuturesClearing_WrongState");
    expect(codeOf(await dispute("2500"))).to.equal("FuturesClearing_WrongState");
    expect(codeOf(await settle({ series: UNKNOWN }))).to.equal("FuturesClearing_NotListed");
  });

  it("futures settle proposes the average of the last day, and futures dispute stakes a bond on another", async () => {
    await series.watchUntil(series.dates.end - 900n);
    await series.price(2_600n);
    await series.watchUntil(series.dates.expiry);
    expect(await stepOf({ dryRun: true })).to.equal(undefined);
    expect(await stepOf()).to.equal("propose");
    const [found] = dataOf<{ series: ReadonlyArray<Record<string, unknown>> }>(
      await bench.run(seriesTask, { ...LIST, ids: series.id }),
    ).series;
    expect(found).to.deep.include({ state: "Proposed", mark: 2_600 });
    expect((found?.proposal as { ticks: number }).ticks).to.equal(2_600);
    expect(codeOf(await settle())).to.equal("FuturesClearing_TooEarly");
    expect(codeOf(await dispute("2600"))).to.equal("FuturesClearing_OutOfBounds");
    expect(codeOf(await dispute("5000"))).to.equal("FuturesClearing_OutOfBounds");
    expect(codeOf(await dispute(undefined))).to.equal("OPTION_NEEDED");
    expect(codeOf(await dispute("2550", { from: "8" }))).to.equal("FuturesClearing_NotFree");
  });

  it("a dispute that nobody decides ends at the fallback", async () => {
    const { provider } = bench.connection;
    const snapshot: unknown = await provider.request({ method: "evm_snapshot", params: [] });
    const before = BigInt((await accountOf(BUYER)).free.units);
    dataOf(await dispute("2550"));
    expect(BigInt((await accountOf(BUYER)).free.units)).to.equal(before - DISPUTE_BOND);
    expect(codeOf(await dispute("2551"))).to.equal("FuturesClearing_WrongState");
    await series.pass(2_880n);
    expect(codeOf(await settle())).to.equal("FuturesClearing_TooEarly");
    await series.pass(5_760n);
    expect(await stepOf()).to.equal("finalise");
    const view = await readSeries(bench.contracts, series.id);
    expect(view.finalTicks).to.equal(view.proposal?.fallbackTicks);
    await provider.request({ method: "evm_revert", params: [snapshot] });
  });

  it("futures settle makes the price final, resolves, and futures claim pays to the atom", async () => {
    await series.pass(2_880n);
    expect(codeOf(await dispute("2550"))).to.equal("FuturesClearing_TooLate");
    expect(await stepOf()).to.equal("finalise");
    expect(codeOf(await claim(BUYER))).to.equal("FuturesClearing_WrongState");
    // The trades are further back than is searched unless asked for.
    expect(codeOf(await settle())).to.equal("USERS_NEEDED");
    expect(codeOf(await settle({ users: "0x12" }))).to.equal("INVALID_ADDRESS");
    expect(await stepOf({ users: buyer })).to.equal("resolve");
    expect(await stepOf({ since: "0" })).to.equal("resolve");
    expect(await stepOf()).to.equal(null);
    const [makerFee, takerFee] = [15n * 10n ** 15n, 75n * 10n ** 15n];
    const gain = 60n * 100n * TICK;
    dataOf(await claim(BUYER));
    dataOf(await claim(BUYER, { user: seller }));
    expect(codeOf(await claim(SELLER))).to.equal("FuturesClearing_NothingOwed");
    const [short, long] = [await accountOf(SELLER), await accountOf(BUYER)];
    expect(BigInt(short.free.units)).to.equal(WEALTH - makerFee - gain);
    expect(BigInt(long.free.units)).to.equal(WEALTH - takerFee + gain);
    for (const from of [SELLER, BUYER]) dataOf(await margin(from, { withdraw: "max" }));
    expect(await series.token.balanceOf(seller)).to.equal(WEALTH - makerFee - gain);
    expect(await series.token.balanceOf(buyer)).to.equal(WEALTH - takerFee + gain);
    const { cash, deficit } = await readSeries(bench.contracts, series.id);
    expect([cash, deficit]).to.deep.equal([0n, 0n]);
    const clearing = await bench.contracts.futures.getAddress();
    expect(await series.token.balanceOf(clearing)).to.equal(makerFee + takerFee);
  });
});
