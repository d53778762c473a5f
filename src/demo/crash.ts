import { type JsonValue, amount } from "../cli/envelope.js";
import { type LiquidationReport, type StepReport, liquidate } from "../keeper/index.js";
import * as loans from "../loans/actions.js";
import { type LoanSummary, readLoans } from "../loans/reads.js";
import {
  CHANGE_BENEFICIARY,
  EPOCHS_PER_DAY,
  FIL,
  PlimsollError,
  WAD,
  changeBeneficiaryParams,
  formatFil,
  formatFilShort,
  formatWad,
  maskedId,
  max,
} from "../sdk/index.js";
import { SEAL_EPOCHS } from "../devnet/index.js";
import { deposit, payReserve } from "../vault/actions.js";
import { type PoolView, readPool } from "../vault/reads.js";
import { type Market, openMarket } from "./market.js";
import type { Play, Standing } from "./play.js";
import { type Purses, join } from "./stage.js";
import { type Split, Waterfall } from "./waterfall.js";

/** What everybody brings to a crash [FIL]. */
export const CRASH_PURSES: Purses = {
  deployer: 1_000n,
  risk: 10n,
  lenderA: 200_000n,
  lenderB: 100_000n,
  provider: 100_000n,
  keeper: 45_000n,
  network: 500_000n,
};

/** [attoFIL], [days], [epoch], [wad] */
const PLOT = {
  deposits: { lenderA: 150_000n * FIL, lenderB: 90_000n * FIL },
  tranche: 1_000n * FIL,
  /** Power asked for: a good deal less than the tranche buys. */
  minPowerDelta: 1n << 40n,
  price: 500n * FIL,
  /** Left unpledged in each miner. */
  cushion: 20n * FIL,
  /** What a sealed miner counts for, of what was put into it: its pledge, less termination fee, fault fees and the leak. */
  retained: (80n * WAD) / 100n,
  earningDays: 30n,
  /** They pass in half days: one call to the cron of all miners for ten days would take gigabytes to run. */
  earningStride: EPOCHS_PER_DAY / 2n,
  /** The price falls by 40 % in an hour, in steps of ten minutes. */
  fall: (40n * WAD) / 100n,
  falls: 6n,
  stride: 20n,
  /** The keeper goes on every hour after the fall, until nothing is left to do, at most so often. */
  calmStride: 120n,
  aftermath: 10,
  /** A block reward for each miner, a month's worth [attoFIL]. */
  reward: 20n * FIL,
  minProfit: FIL,
  /** So many loans are looked at in one call: what one call does is kept in memory until it is done. */
  loansAtOnce: 5,
} as const;

/** More than any of the provider's transactions takes; what is not used is not paid [gas]. */
export const CRASH_PROVIDER_GAS = 400_000_000n;

/** A loss was not what the rule says. */
export class WrongLossError extends PlimsollError {
  constructor(predicted: Split, booked: Split) {
    super({
      code: "WRONG_LOSS",
      message: "The losses booked are not those that the waterfall predicts.",
      limit: show(predicted),
      actual: show(booked),
    });
  }
}

/** One provider's loan, by number. */
interface Portfolio {
  readonly loanId: bigint;
  readonly minerId: bigint;
}

/** What the crash leaves behind. */
interface Crashed {
  readonly book: WholeBook;
  readonly waterfall: Waterfall;
  /** Loans that a keeper had to do something about. */
  readonly touched: Set<bigint>;
}

const amounts = (values: Record<string, bigint>): JsonValue =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, amount(value)]));

const show = (split: Split): string =>
  Object.entries(split)
    .map(([name, value]) => `${name} ${formatFil(value as bigint)}`)
    .join(", ");

// ---------------------------------------------------------------- before

/** Lenders deposit, and two hundred portfolios of different strength draw on miners and tokens. */
export async function crash(play: Play, book: WholeBook, number: number): Promise<JsonValue> {
  play.heading(`A pool, a token, and ${number} portfolios`);
  await lend(play);
  const market = await list(play);
  const portfolios = await openPortfolios(play, market, number);
  await service(play, book, market, portfolios);
  return fall(play, book, market, portfolios);
}

async function lend(play: Play): Promise<void> {
  const { contracts, senders, addresses } = play.stage;
  for (const [key, name] of [
    ["lenderA", "A"],
    ["lenderB", "B"],
  ] as const) {
    await play.step("lender", `Lender ${name} deposits ${formatFil(PLOT.deposits[key])}`, async () => {
      const done = await deposit(contracts, senders[key], PLOT.deposits[key], addresses[key]);
      return { data: amounts({ deposited: done.assets }) };
    });
  }
}

async function list(play: Play): Promise<Market> {
  let market: Market | undefined;
  await play.step("RISK", `A token worth ${formatFil(PLOT.price)} is listed, after two days' notice`, async () => {
    market = await openMarket(play.stage, PLOT.price);
    return { data: { token: await market.token.getAddress(), price: amount(PLOT.price) } };
  });
  if (market === undefined) throw new RangeError("the token was not listed");
  return market;
}

async function openPortfolios(play: Play, market: Market, number: number): Promise<readonly Portfolio[]> {
  const { stage } = play;
  const portfolios: Portfolio[] = [];
  const sectors: Array<{ readonly first: bigint; readonly count: bigint }> = [];
  await play.step("provider", `${number} portfolios draw ${formatFil(PLOT.tranche)} each`, async () => {
    await supply(play, market, number);
    const perSector = await stage.own.world.pledgeFor(false);
    for (let i = 0; i < number; i += 1) {
      const { equity, tokens } = strength(i, number);
      const portfolio = await openPortfolio(play, market, equity, tokens);
      const count = (equity + PLOT.tranche - PLOT.cushion) / perSector;
      sectors.push({ first: await stage.own.preCommit(portfolio.minerId, count), count });
      portfolios.push(portfolio);
    }
    return { data: { portfolios: portfolios.length } };
  });
  join(stage, "Miners", ...portfolios.map(({ minerId }) => maskedId(minerId)));
  const accounts = await Promise.all(
    portfolios.map(async ({ loanId }) => (await stage.contracts.book.loanOf(loanId)).account),
  );
  join(stage, "Loans' accounts", ...accounts);
  await play.step("provider", "They seal, and the chain proves it", async () => {
    await stage.own.advanceEpochs(SEAL_EPOCHS);
    for (const [i, { minerId, loanId }] of portfolios.entries()) {
      const { first = 0n, count = 0n } = sectors[i] ?? {};
      await stage.own.proveCommit(minerId, first, count);
      await stage.own.submitPosts(minerId);
      await loans.prove(stage.contracts, stage.senders.keeper, loanId);
    }
    return { data: { proven: portfolios.length } };
  });
  return portfolios;
}

async function supply(play: Play, market: Market, number: number): Promise<void> {
  const { senders, addresses, deployed } = play.stage;
  const { token } = market;
  const wanted = Array.from({ length: number }, (_, i) => strength(i, number).tokens);
  const total = wanted.reduce((sum, tokens) => sum + tokens, 0n);
  await senders.network.send("mint", token.mint.populateTransaction(addresses.provider, total));
  await senders.provider.send("approve", token.approve.populateTransaction(deployed.posted, total));
}

/** Portfolio by portfolio, from barely enough to plenty, in no order. */
function strength(i: number, number: number): { readonly equity: bigint; readonly tokens: bigint } {
  const equity = 100n * FIL + BigInt((i * 37) % 9) * 50n * FIL;
  const health = (103n * WAD) / 100n + (BigInt((i * 61) % number) * 70n * WAD) / 100n / BigInt(number);
  const miner = ((equity + PLOT.tranche) * PLOT.retained * 96n) / WAD / 100n;
  const missing = max((PLOT.tranche * health) / WAD - miner, 0n);
  return { equity, tokens: max((missing * 10n * WAD) / 8n / PLOT.price, LEAST_TOKENS) };
}

const LEAST_TOKENS = WAD / 10n;

async function openPortfolio(play: Play, market: Market, equity: bigint, tokens: bigint): Promise<Portfolio> {
  const { stage } = play;
  const { contracts, senders, addresses, own } = stage;
  const drawDeadline = (await stage.filecoin.epoch()) + 90n * EPOCHS_PER_DAY;
  const tranche = {
    amount: PLOT.tranche,
    minPowerDelta: PLOT.minPowerDelta,
    drawDeadline,
    proveEpochs: 30n * EPOCHS_PER_DAY,
  };
  const { loanId, account } = await loans.openLoan(contracts, senders.provider, {
    tranches: [tranche],
    payee: addresses.provider,
  });
  const minerId = await own.createMiner(addresses.provider);
  await own.fund(minerId, equity);
  const { quota, expiration } = loans.LIEN;
  const proposal = changeBeneficiaryParams(await contracts.facts.actorIdOf(account), quota, expiration);
  await own.callAs(addresses.provider, minerId, CHANGE_BENEFICIARY, proposal);
  await loans.attachMiner(contracts, senders.provider, loanId, minerId);
  const { posted, token } = market;
  await senders.provider.send("post", posted.post.populateTransaction(loanId, await token.getAddress(), tokens));
  await loans.draw(contracts, senders.provider, loanId, 0n);
  return { loanId, minerId };
}

/** A month of rewards and interest, from which the reserve fund has its share. */
async function service(play: Play, book: WholeBook, market: Market, portfolios: readonly Portfolio[]): Promise<void> {
  const { contracts, senders, filecoin } = play.stage;
  await play.step("network", `${PLOT.earningDays} days pass; interest goes to lenders and reserve`, async () => {
    const end = (await filecoin.epoch()) + PLOT.earningDays * EPOCHS_PER_DAY;
    while ((await filecoin.epoch()) < end) await filecoin.advanceEpochs(PLOT.earningStride);
    for (const { minerId } of portfolios) await filecoin.award(minerId, PLOT.reward);
    // A feed that had been silent for a month would leave the loans without their tokens.
    await senders.network.send("set the price", market.source.set.populateTransaction(PLOT.price));
    await keep(play, book, true);
    await payReserve(contracts, senders.keeper);
    await senders.keeper.send("book the reserve's share", contracts.reserve.skim.populateTransaction());
    const pool = await readPool(contracts);
    return {
      result: `reserve ${formatFilShort(pool.reserveBalance)}, share price ${formatWad(pool.sharePrice, 6)} FIL`,
      data: amounts({ reserve: pool.reserveBalance, sharePrice: pool.sharePrice, assets: pool.totalAssets }),
    };
  });
}

/** All loans as if they were one: what is owed, and how far the weighted collateral covers it; as the keeper saw it last. */
export class WholeBook {
  standing: Standing | undefined;

  see(loans: readonly LoanSummary[]): void {
    const debt = loans.reduce((sum, loan) => sum + loan.debt, 0n);
    const covered = loans.reduce((sum, loan) => sum + loan.debt * (loan.health ?? 0n), 0n);
    this.standing = debt === 0n ? undefined : { debt, health: covered / debt };
  }
}

// ---------------------------------------------------------------- the fall

async function fall(play: Play, book: WholeBook, market: Market, portfolios: readonly Portfolio[]): Promise<JsonValue> {
  const { contracts, record, deployed } = play.stage;
  const crashed: Crashed = { book, waterfall: new Waterfall(contracts, deployed.book), touched: new Set() };
  await crashed.waterfall.begin();
  record.watchers.push(crashed.waterfall.watch);
  const before = await readPool(contracts);
  play.heading("The token falls by 40 % in an hour");
  for (let i = 1n; i <= PLOT.falls; i += 1n) await dip(play, market, crashed, i, PLOT.stride);
  play.heading("Auctions run on, what cannot be sold is provisioned");
  for (let hour = 0; hour < PLOT.aftermath; hour += 1) {
    const done = await dip(play, market, crashed, PLOT.falls, PLOT.calmStride);
    if (done === 0 && (await contracts.auction.activeAuctions()) === 0n) break;
  }
  await crashed.waterfall.audit();
  return reckon(play, crashed, before, portfolios);
}

/** Ten minutes or more pass, the feed says what the token is worth, and a keeper goes round. Returns how much there was to do. */
async function dip(play: Play, market: Market, crashed: Crashed, falls: bigint, stride: bigint): Promise<number> {
  const { filecoin, senders } = play.stage;
  const price = PLOT.price - (PLOT.price * PLOT.fall * falls) / (PLOT.falls * WAD);
  const counts = new Map<string, number>();
  await play.step("keeper", `The token is at ${formatFil(price)}; the keeper goes round`, async () => {
    await filecoin.advanceEpochs(stride);
    await senders.network.send("set the price", market.source.set.populateTransaction(price));
    await keep(play, crashed.book, false, async (loanId, step) => {
      if (step.decision !== "sent") return;
      counts.set(step.action, (counts.get(step.action) ?? 0) + 1);
      crashed.touched.add(loanId);
      if (step.action === "impair" && step.mined !== undefined) await crashed.waterfall.booking(step.mined);
      await crashed.waterfall.moved(loanId);
    });
    const done = [...counts].map(([action, count]) => `${count} x ${action}`).join(", ");
    return {
      result: done === "" ? "nothing to do" : done,
      data: { price: amount(price), ...Object.fromEntries(counts) },
    };
  });
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** One round of the keeper, by the function behind `npx hardhat liquidate`. */
async function keep(
  play: Play,
  book: WholeBook,
  all: boolean,
  onStep: (loanId: bigint, step: StepReport) => Promise<void> = async () => undefined,
): Promise<LiquidationReport> {
  const { contracts, senders } = play.stage;
  const report = await liquidate(contracts, senders.keeper, {
    loansAtOnce: PLOT.loansAtOnce,
    minProfit: all ? 0n : PLOT.minProfit,
    maxGasFee: FIL / 10n,
    budget: undefined,
    takeTokens: true,
    dryRun: false,
    all,
    onStep: async ({ loanId }, step) => onStep(loanId, step),
  });
  book.see(report.seen);
  return report;
}

// ---------------------------------------------------------------- the reckoning

/** Who bore what, against what the rule says. */
async function reckon(
  play: Play,
  crashed: Crashed,
  before: PoolView,
  portfolios: readonly Portfolio[],
): Promise<JsonValue> {
  const { contracts } = play.stage;
  const { predicted, booked, loans: impaired } = crashed.waterfall;
  const after = await readPool(contracts);
  const found = await readLoans(contracts, PLOT.loansAtOnce);
  crashed.book.see(found);
  const under = found.filter(({ health }) => health !== undefined && health < WAD).length;
  const liquidated = [...crashed.touched].filter((loanId) => !impaired.includes(loanId)).length;
  const data = {
    portfolios: {
      total: portfolios.length,
      untouched: portfolios.length - crashed.touched.size,
      liquidated,
      impaired: new Set(impaired).size,
      underWater: under,
    },
    predicted: amounts({ ...predicted }),
    booked: amounts({ ...booked }),
    difference: amounts(difference(predicted, booked)),
    pool: {
      before: amounts({ assets: before.totalAssets, reserve: before.reserveBalance + before.reserveOwed }),
      after: amounts({ assets: after.totalAssets, reserve: after.reserveBalance + after.reserveOwed }),
      sharePriceBefore: amount(before.sharePrice),
      sharePriceAfter: amount(after.sharePrice),
    },
  };
  await play.step("pool", "The loss, and who bears it", async () => ({
    result: `${show(booked)}; as predicted, to the attoFIL`,
    data,
  }));
  if (Object.values(difference(predicted, booked)).some((gap) => gap !== 0n))
    throw new WrongLossError(predicted, booked);
  return data;
}

function difference(a: Split, b: Split): Record<keyof Split, bigint> {
  return {
    loss: a.loss - b.loss,
    fromOwed: a.fromOwed - b.fromOwed,
    fromFund: a.fromFund - b.fromFund,
    fromGains: a.fromGains - b.fromGains,
    fromLenders: a.fromLenders - b.fromLenders,
  };
}
