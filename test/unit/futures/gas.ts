/**
 * Gas of whole transactions, as a receipt shows it: base cost, calldata, both proxies, token, index and refunds included. Users, series and
 * token have been used before. The venue is a plain account, so the exchange's own work comes on top of the trades here.
 */
import { expect } from "chai";
import { network } from "hardhat";

const { ethers, networkHelpers } = await network.create();

const UNIT = 10n ** 18n;
const TICK = 10n ** 15n;
const PRICE = 2_500n;
const DAY = 2_880;

/** Most gas that a transaction may take. */
const DEPOSIT_BUDGET = 75_000n;
const WITHDRAW_BUDGET = 70_000n;
/** A signed match is to take 130,000 at most, of which the exchange's checks of one order take some 25,000. */
const TRADE_BUDGET = 105_000n;
/** What it adds that both take margin from outside the series. */
const MARGIN_BUDGET = 17_000n;
/** And a further maker 65,000, of which some 20,000 are the exchange's. */
const FURTHER_BUDGET = 45_000n;
/** What observing the index adds to a trade, once in 10 epochs; 17,000 less when its ring of 2,048 observations is full. */
const OBSERVE_BUDGET = 65_000n;
const LIQUIDATE_BUDGET = 130_000n;
const FINALISE_BUDGET = 120_000n;
const CLAIM_BUDGET = 70_000n;

async function proxied(name: "FuturesIndex" | "FuturesClearing", args: readonly string[], init: readonly string[]) {
  const factory = await ethers.getContractFactory(name);
  const implementation = await factory.deploy(...(args as []));
  const data = factory.interface.encodeFunctionData("initialize", init as never);
  const bootstrap = await ethers.deployContract("Bootstrap", [(await ethers.getSigners())[0]?.address]);
  const proxy = await ethers.deployContract("PlimsollProxy", [bootstrap, "0x"]);
  const starting = await ethers.getContractAt("Bootstrap", proxy);
  await starting.upgradeToAndCall(implementation, data);
  return proxy.getAddress();
}

async function deploy() {
  const signers = await ethers.getSigners();
  const [deployer, alice, bob, carol, dave, venue] = signers;
  if (!deployer || !alice || !bob || !carol || !dave || !venue) throw new RangeError("six signers expected");
  const users = [alice, bob, carol, dave, ...signers.slice(6)];
  const manager = await ethers.deployContract("PlimsollManager");
  const at = await manager.getAddress();
  const indices = await ethers.getContractAt("FuturesIndex", await proxied("FuturesIndex", [], [at]));
  const index = await indices.getAddress();
  const settlement = await ethers.deployContract("FuturesSettlement", [index]);
  const defaults = await ethers.deployContract("FuturesDefaults", [index, settlement]);
  const desk = await ethers.deployContract("FuturesDesk", [index, defaults]);
  const clearingAt = await proxied("FuturesClearing", [index, await desk.getAddress()], [at, deployer.address]);
  const clearing = await ethers.getContractAt("IFutures", clearingAt);
  const token = await ethers.deployContract("DevToken", ["Dollar", "USD"]);
  const feed = await ethers.deployContract("DevAggregator", ["storage", PRICE * TICK]);
  await networkHelpers.mine(10);
  const terms = {
    feed: await feed.getAddress(),
    maxAge: 172_800,
    decimals: 18,
    readGas: 200_000,
    minAnswer: 100n * TICK,
    maxAnswer: 100_000n * TICK,
    answerPerTick: TICK,
    maxMoveBpsPerDay: 100_000,
  };
  await indices.register(terms, PRICE * TICK);
  await clearing.setToken(token, {
    makerFeeBps: 1,
    takerFeeBps: 5,
    dailyCap: 1_000_000n * UNIT,
    disputeBond: 100n * UNIT,
    writeOffReward: UNIT,
  });
  // Whoever hands in trades must be a contract when it is listed.
  await networkHelpers.setCode(venue.address, "0x00");
  await clearing.setVenue(venue.address, true);
  await networkHelpers.setCode(venue.address, "0x");
  const start = (await ethers.provider.getBlockNumber()) + 5;
  const dates = {
    token: await token.getAddress(),
    indexId: 1,
    tickValue: TICK,
    tradingStart: start,
    tradingEnd: start + 10 * DAY,
    expiry: start + 11 * DAY,
    deliveryStart: start + 12 * DAY,
  };
  await clearing.list(dates, {
    capLots: 1_000_000,
    positionCap: 200_000,
    imBps: 2_000,
    mmShareBps: 8_000,
    minMargin: UNIT,
    oiSlopeBps: 5_000,
    concFromBps: 2_000,
    concBps: 1_000,
    bandBps: 500,
    dustLots: 5,
    insuranceCap: 50_000n * UNIT,
  });
  const id = await clearing.seriesIdOf(dates);
  await networkHelpers.mineUpTo(start + 1);
  for (const user of users) {
    await token.mint(user.address, 10_000n * UNIT);
    await token.connect(user).approve(clearing, ethers.MaxUint256);
    await clearing.connect(user).deposit(token, 5_000n * UNIT, user.address);
  }
  const trade = (taker: { address: string }, buys: boolean, makers: readonly { address: string }[], lots: bigint) =>
    clearing.connect(venue).trade(
      id,
      { account: taker.address, buys, reduceOnly: false, feeCapBps: 50 },
      makers.map(({ address }) => ({ maker: address, lots, ticks: PRICE, feeCapBps: 10, reduceOnly: false })),
    );
  for (const maker of [bob, carol, dave]) await (await trade(alice, true, [maker], 100n)).wait();
  return { clearing, indices, token, feed, id, dates, trade, users, alice, bob, carol, dave };
}

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

async function gasOf(transaction: Sent): Promise<bigint> {
  return (await (await transaction).wait())?.gasUsed ?? ethers.MaxUint256;
}

describe("FuturesClearing gas", () => {
  async function expectWithin(label: string, budget: bigint, transaction: Sent): Promise<bigint> {
    const gas = await gasOf(transaction);
    console.log(`      ${label}: ${gas.toLocaleString("en")} of ${budget.toLocaleString("en")}`);
    expect(gas).to.be.lessThanOrEqual(budget);
    return gas;
  }

  it("deposit and withdraw", async () => {
    const { clearing, token, alice } = await networkHelpers.loadFixture(deploy);
    const by = clearing.connect(alice);
    await expectWithin("deposit", DEPOSIT_BUDGET, by.deposit(token, UNIT, alice.address));
    await expectWithin("withdraw", WITHDRAW_BUDGET, by.withdraw(token, UNIT, alice.address));
  });

  it("trades", async () => {
    const { clearing, id, trade, alice, bob, carol, dave } = await networkHelpers.loadFixture(deploy);
    await (await clearing.refresh(id)).wait(); // the mark is less than 10 epochs old from here on
    await expectWithin("one maker, both short of margin", TRADE_BUDGET + MARGIN_BUDGET, trade(alice, true, [bob], 10n));
    for (const user of [alice, bob, carol, dave]) await clearing.connect(user).allocate(id, 1_000n * UNIT);
    await networkHelpers.mine(10);
    await clearing.refresh(id); // and with it the index
    const one = await expectWithin("one maker", TRADE_BUDGET, trade(alice, true, [bob], 10n));
    const three = await gasOf(trade(alice, true, [bob, carol, dave], 10n));
    const further = (three - one) / 2n;
    console.log(`      a further maker: ${further.toLocaleString("en")} of ${FURTHER_BUDGET.toLocaleString("en")}`);
    expect(further).to.be.lessThanOrEqual(FURTHER_BUDGET);
    await networkHelpers.mine(10);
    await expectWithin("with an observation", TRADE_BUDGET + OBSERVE_BUDGET, trade(alice, true, [bob], 10n));
  });

  it("liquidation", async () => {
    const { clearing, feed, id, trade, alice, bob, carol } = await networkHelpers.loadFixture(deploy);
    await clearing.connect(bob).allocate(id, 1_000n * UNIT);
    await (await trade(carol, false, [alice], 1n)).wait();
    await feed.set(2_000n * TICK);
    await networkHelpers.mine(100);
    await (await clearing.refresh(id)).wait(); // what observing costs is in the trades
    await expectWithin("liquidate", LIQUIDATE_BUDGET, clearing.connect(bob).liquidate(id, alice.address, 10n));
  });

  it("FU-10: settlement costs the same with 3 positions and with 12", async () => {
    const { clearing, feed, id, dates, trade, users, alice, indices } = await networkHelpers.loadFixture(deploy);
    const [few, many] = [await settle(0), await settle(9)];
    expect(many.finalise - few.finalise).to.be.lessThanOrEqual(50n);
    expect(many.claim - few.claim).to.be.lessThanOrEqual(50n);

    /** In a world of its own: a snapshot is put back after it. */
    async function settle(more: number): Promise<{ readonly finalise: bigint; readonly claim: bigint }> {
      const snapshot = await networkHelpers.takeSnapshot();
      for (const user of users.slice(4, 4 + more)) await (await trade(user, true, [alice], 10n)).wait();
      await networkHelpers.mineUpTo(dates.expiry - DAY - 300);
      await feed.set(PRICE * TICK);
      while ((await ethers.provider.getBlockNumber()) < dates.expiry) {
        await indices.observe(1);
        await networkHelpers.mine(200);
      }
      await clearing.propose(id);
      await networkHelpers.mine(DAY);
      const finalise = await expectWithin(`finalise, ${more} more`, FINALISE_BUDGET, clearing.finalise(id));
      await clearing.resolve(
        id,
        users.map(({ address }) => address),
      );
      const claim = await expectWithin(`claim, ${more} more`, CLAIM_BUDGET, clearing.claim(id, alice.address));
      await snapshot.restore();
      return { finalise, claim };
    }
  });
});
