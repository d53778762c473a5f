import { expect } from "chai";
import { type BaseContract, type ContractTransactionResponse, Interface, type Signer, ZeroAddress } from "ethers";
import { network } from "hardhat";

import {
  type ExchangeDomain,
  type Order,
  OrderFlag,
  type SignedOrder,
  UNFIT,
  signOrder,
} from "../../src/futures/orders.js";

type Connection = Awaited<ReturnType<typeof network.connect>>;
type Sent = Promise<ContractTransactionResponse>;

/** What is called here of contracts/futures. */
interface Exchange extends BaseContract {
  connect(signer: Signer): Exchange;
  fill(
    orders: readonly Order[],
    signatures: readonly string[],
    lots: readonly bigint[],
    minTotal: bigint,
    feeCapBps: bigint,
    reduceOnly: boolean,
  ): Sent;
  matchOrders(
    taker: Order,
    signature: string,
    makers: readonly Order[],
    signatures: readonly string[],
    lots: readonly bigint[],
  ): Sent;
  cancel(nonce: bigint): Sent;
  cancelAll(): Sent;
  filledOf(hash: string): Promise<bigint>;
}
interface Clearing extends BaseContract {
  connect(signer: Signer): Clearing;
  setToken(token: string, terms: readonly bigint[]): Sent;
  setVenue(venue: string, allowed: boolean): Sent;
  seriesIdOf(dates: readonly unknown[]): Promise<string>;
  list(dates: readonly unknown[], terms: readonly bigint[]): Sent;
  deposit(token: string, amount: bigint, receiver: string): Sent;
  refresh(series: string): Sent;
  accountOf(series: string, user: string): Promise<{ readonly size: bigint; readonly cash: bigint }>;
}
interface Token extends BaseContract {
  connect(signer: Signer): Token;
  mint(to: string, amount: bigint): Sent;
  approve(spender: string, amount: bigint): Sent;
}
interface Indices extends BaseContract {
  initialize(manager: string): Sent;
  register(terms: readonly unknown[], expected: bigint): Sent;
}
interface Feed extends BaseContract {
  set(answer: bigint): Sent;
}

const UNIT = 10n ** 18n;
/** 2,500 ticks of a thousandth. */
const PRICE = 2_500n;
const TICK = 10n ** 15n;
const DAY = 2_880n;
const WEALTH = 1_000_000n * UNIT;

/** Index, clearing and exchange as they are deployed, over a token and a feed of this chain. */
class Market {
  readonly domain!: ExchangeDomain;
  private nonce = 0n;

  private constructor(
    readonly connection: Connection,
    readonly exchange: Exchange,
    readonly clearing: Clearing,
    readonly feed: Feed,
    readonly users: readonly Signer[],
    readonly series: string,
    chainId: bigint,
    address: string,
  ) {
    this.domain = { chainId, exchange: address };
  }

  static async open(): Promise<Market> {
    const connection = await network.connect();
    const { ethers } = connection;
    const deploy = async <T extends BaseContract>(name: string, ...args: unknown[]): Promise<T> =>
      (await ethers.deployContract(name, args)) as unknown as T;
    const at = (contract: BaseContract): Promise<string> => contract.getAddress();
    const manager = await deploy("PlimsollManager");
    const feed = await deploy<Feed>("DevAggregator", "USD per TiB", 25n * 10n ** 17n);
    const proxy = async (implementation: BaseContract): Promise<string> =>
      at(await deploy("PlimsollProxy", await at(implementation), "0x"));
    const indexAt = await proxy(await deploy("FuturesIndex"));
    const indices = (await ethers.getContractAt("FuturesIndex", indexAt)) as unknown as Indices;
    await indices.initialize(await at(manager));
    await indices.register(
      [await at(feed), 172_800n, 18n, 200_000n, UNIT / 10n, 100n * UNIT, TICK, 2_000n],
      25n * 10n ** 17n,
    );
    const settlement = await deploy("FuturesSettlement", indexAt);
    const defaults = await deploy("FuturesDefaults", indexAt, await at(settlement));
    const desk = await deploy("FuturesDesk", indexAt, await at(defaults));
    const implementation = await deploy("FuturesClearing", indexAt, await at(desk));
    const users = await ethers.getSigners();
    const initialize = new Interface(["function initialize(address, address)"]).encodeFunctionData("initialize", [
      await at(manager),
      await (users[19] as Signer).getAddress(),
    ]);
    const clearingAt = await at(await deploy("PlimsollProxy", await at(implementation), initialize));
    const clearing = (await ethers.getContractAt("IFutures", clearingAt)) as unknown as Clearing;
    const exchange = await deploy<Exchange>("FuturesExchange", clearingAt, 100_000n);
    const token = await deploy<Token>("DevToken", "Dollar", "USD");
    await clearing.setToken(await at(token), [1n, 5n, 100_000n * UNIT, 500n * UNIT, UNIT]);
    await clearing.setVenue(await at(exchange), true);
    const now = BigInt(await ethers.provider.getBlockNumber());
    const dates = [await at(token), 1n, TICK, now + 300n, now + 30n * DAY, now + 31n * DAY, now + 32n * DAY];
    const series = await clearing.seriesIdOf(dates);
    // caps of 1,000,000 and 200,000 lots, margins of 20 % and 80 % of that, a band of 5 %
    const terms = [1_000_000n, 200_000n, 2_000n, 8_000n, UNIT, 0n, 2_000n, 1_000n, 500n, 5n, 50_000n * UNIT];
    await clearing.list(dates, terms);
    for (const user of users.slice(0, 12)) {
      const address = await user.getAddress();
      await token.mint(address, WEALTH);
      await token.connect(user).approve(clearingAt, WEALTH);
      await clearing.connect(user).deposit(await at(token), WEALTH, address);
    }
    const { chainId } = await ethers.provider.getNetwork();
    const market = new Market(connection, exchange, clearing, feed, users, series, chainId, await at(exchange));
    await market.mine(300n);
    await market.refresh();
    return market;
  }

  async mine(epochs: bigint): Promise<void> {
    await this.connection.networkHelpers.mine(epochs, { interval: 30 });
  }

  /** A mark of this epoch, so that the next trades need none. */
  async refresh(): Promise<void> {
    await this.mine(10n);
    await this.clearing.refresh(this.series);
  }

  user(index: number): Signer {
    return this.users[index] as Signer;
  }

  async sign(user: number, fields: Partial<Order>): Promise<SignedOrder> {
    const now = BigInt(await this.connection.ethers.provider.getBlockNumber());
    const order: Order = {
      maker: await this.user(user).getAddress(),
      series: this.series,
      buy: false,
      lots: 100n,
      ticks: PRICE,
      minFill: 1n,
      expiry: now + DAY,
      epoch: 0n,
      nonce: this.nonce++,
      flags: 0n,
      taker: ZeroAddress,
      feeCapBps: 50n,
      ...fields,
    };
    return signOrder(this.domain, order, this.user(user), now);
  }

  async sizeOf(user: number): Promise<bigint> {
    return (await this.clearing.accountOf(this.series, await this.user(user).getAddress())).size;
  }

  async fill(taker: number, makers: readonly SignedOrder[], lots: bigint): Promise<bigint> {
    const exchange = this.exchange.connect(this.user(taker));
    const each = makers.map(() => lots);
    const orders = makers.map(({ order }) => order);
    const signatures = makers.map(({ signature }) => signature);
    return gasOf(exchange.fill(orders, signatures, each, lots * BigInt(makers.length), 50n, false));
  }

  async match(taker: SignedOrder, makers: readonly SignedOrder[], lots: bigint): Promise<bigint> {
    const orders = makers.map(({ order }) => order);
    const signatures = makers.map(({ signature }) => signature);
    const each = makers.map(() => lots);
    return gasOf(this.exchange.matchOrders(taker.order, taker.signature, orders, signatures, each));
  }
}

async function gasOf(sent: Sent): Promise<bigint> {
  const receipt = await (await sent).wait();
  if (receipt?.status !== 1) return expect.fail("the transaction failed");
  return receipt.gasUsed;
}

describe("futures: exchange, index and clearing together", () => {
  const figures: (readonly [string, bigint])[] = [];
  let market: Market;

  before(async () => {
    market = await Market.open();
  });

  after(() => {
    for (const [name, gas] of figures) console.log(`      ${name}: ${gas} gas`);
  });

  const above: string[] = [];
  function note(name: string, gas: bigint, most: bigint): void {
    figures.push([name, gas]);
    if (gas > most) above.push(`${name}: ${gas}, not ${most}`);
  }

  it("fills signed orders, and makers' and taker's positions follow", async () => {
    const maker = await market.sign(1, {});
    await market.fill(0, [maker], 30n);
    expect(await market.sizeOf(0)).to.equal(30n);
    expect(await market.sizeOf(1)).to.equal(-30n);
    expect(await market.exchange.filledOf(maker.hash)).to.equal(30n);
  });

  it("matches two signed orders for anyone", async () => {
    const [before0, before2] = [await market.sizeOf(0), await market.sizeOf(2)];
    const taker = await market.sign(0, { buy: true, lots: 20n, flags: OrderFlag.fillOrKill });
    const maker = await market.sign(2, {});
    await market.match(taker, [maker], 20n);
    expect(await market.sizeOf(0)).to.equal(before0 + 20n);
    expect(await market.sizeOf(2)).to.equal(before2 - 20n);
  });

  it("FU-6: counts nothing of what the clearing refuses, and fills the rest", async () => {
    await market.refresh();
    const [good, tooDear] = [await market.sign(1, {}), await market.sign(2, { ticks: 2_800n })];
    const exchange = market.exchange.connect(market.user(0));
    const orders = [tooDear.order, good.order];
    await exchange.fill(orders, [tooDear.signature, good.signature], [5n, 5n], 5n, 50n, false);
    expect(await market.exchange.filledOf(tooDear.hash)).to.equal(0n);
    expect(await market.exchange.filledOf(good.hash)).to.equal(5n);
    expect(UNFIT.at(-1)).to.equal("Refused");
  });

  it("costs no more gas than it did: whole transactions, cancels within their goals of 46,000 and 30,000", async () => {
    await market.feed.set(25n * 10n ** 17n);
    // Everybody has traded before.
    for (let i = 1; i <= 8; ++i) await market.fill(0, [await market.sign(i, {})], 1n);
    await market.refresh();
    note("fill, taker sends", await market.fill(0, [await market.sign(1, {})], 1n), 170_000n);
    const again = await market.sign(1, {});
    await market.fill(0, [again], 1n);
    note("fill, of an order filled before", await market.fill(0, [again], 1n), 153_000n);
    await market.refresh();
    const taker = await market.sign(0, { buy: true });
    note("matchOrders, a third party sends", await market.match(taker, [await market.sign(1, {})], 1n), 208_000n);
    await market.refresh();
    const makers: SignedOrder[] = [];
    for (let i = 1; i <= 8; ++i) makers.push(await market.sign(i, {}));
    const one = await market.fill(0, makers.slice(0, 1), 1n);
    const makersAgain: SignedOrder[] = [];
    for (let i = 1; i <= 8; ++i) makersAgain.push(await market.sign(i, {}));
    const eight = await market.fill(0, makersAgain, 1n);
    note("each further maker", (eight - one) / 7n, 70_500n);
    await market.mine(10n);
    note("fill with a refresh of the mark", await market.fill(0, [await market.sign(1, {})], 1n), 232_000n);
    const fresh = market.exchange.connect(market.user(11));
    note("cancel, first in its word", await gasOf(fresh.cancel(1_000_000n)), 46_000n);
    note("cancel, next in its word", await gasOf(fresh.cancel(1_000_001n)), 30_000n);
    note("cancelAll", await gasOf(fresh.cancelAll()), 46_000n);
    note("cancelAll, again", await gasOf(fresh.cancelAll()), 30_000n);
    expect(above).to.deep.equal([]);
  });
});
