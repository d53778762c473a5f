import { type JsonValue, amount } from "../cli/envelope.js";
import { type LiquidationReport, type StepReport, liquidate } from "../keeper/index.js";
import { stepJson } from "../keeper/present.js";
import * as loans from "../loans/actions.js";
import { unpackHealth } from "../loans/reads.js";
import {
  CHANGE_BENEFICIARY,
  EPOCHS_PER_DAY,
  FIL,
  LOAN_STATES,
  WAD,
  changeBeneficiaryParams,
  formatFil,
  formatFilShort,
  formatId,
  formatPower,
  formatWad,
  maskedId,
  max,
  min,
  mulDivUp,
} from "../sdk/index.js";
import { deposit, payReserve, withdraw } from "../vault/actions.js";
import { readLender, readPool } from "../vault/reads.js";
import type { Play } from "./play.js";
import { join } from "./stage.js";

/** A loan of the story [attoFIL], [bytes]. */
export interface LoanPlot {
  /** The provider's own FIL in its miner. */
  readonly equity: bigint;
  readonly tranches: ReadonlyArray<{ readonly amount: bigint; readonly minPowerDelta: bigint }>;
  /** Left unpledged in the miner after sealing. */
  readonly cushion: bigint;
}

/** What the story is played with [attoFIL], [bytes], [days]. */
const PLOT = {
  deposits: { lenderA: 6_000n * FIL, lenderB: 4_000n * FIL },
  equity: 2_800n * FIL,
  tranches: [
    { amount: 4_000n * FIL, minPowerDelta: 1_000n << 40n },
    { amount: 3_000n * FIL, minPowerDelta: 700n << 40n },
  ],
  cushion: 800n * FIL,
  sealingDays: 4,
  /** Sectors come in batches, each to a deadline of its own. */
  batches: 3n,
  earningDays: 20,
  keeperMinProfit: 2n * FIL,
  /** Gains above what the pool carried an impaired loan at reach the share price over 7 days. */
  dripDays: 8,
} as const;

const SECTOR = 32n << 30n;

/** A miner in the story. */
export interface Cast {
  readonly minerId: bigint;
  readonly name: string;
}

export const amounts = (values: Record<string, bigint>): JsonValue =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, amount(value)]));

// ---------------------------------------------------------------- the opening, common to both scenarios

/** Lenders deposit; the provider opens a facility and hands its miner over; two tranches are drawn, sealed and proven. */
export async function opening(play: Play): Promise<Cast> {
  await lend(play);
  const cast = await openFacility(play, PLOT);
  for (const number of [1, 2] as const) await drawSealProve(play, cast, PLOT, number);
  return cast;
}

/** The system is there, and two lenders fill the pool. */
export async function lend(play: Play): Promise<void> {
  const { stage } = play;
  play.heading("Lenders and a storage provider");
  await play.step("deployer", "The deploy scripts put the system on the chain", async () => ({
    result: `${stage.deployTransactions} transactions`,
    data: {
      transactions: stage.deployTransactions,
      vault: await stage.contracts.vault.getAddress(),
      book: await stage.contracts.book.getAddress(),
    },
  }));
  for (const [key, name] of [
    ["lenderA", "A"],
    ["lenderB", "B"],
  ] as const) {
    await play.step("lender", `Lender ${name} deposits ${formatFil(PLOT.deposits[key])}`, async () => {
      const done = await deposit(stage.contracts, stage.senders[key], PLOT.deposits[key], stage.addresses[key]);
      const pool = await readPool(stage.contracts);
      return {
        result: `the pool holds ${formatFilShort(pool.totalAssets)}`,
        data: amounts({ deposited: done.assets, poolAssets: pool.totalAssets }),
      };
    });
  }
}

/** A provider with a miner opens a facility and attaches the miner by its lien. */
export async function openFacility(play: Play, plot: LoanPlot): Promise<Cast> {
  const { stage } = play;
  const { contracts, senders, addresses } = stage;
  let cast: Cast = { minerId: 0n, name: "" };
  await play.step(
    "provider",
    `The provider creates a miner and puts ${formatFil(plot.equity)} of its own into it`,
    async () => {
      const minerId = await stage.own.createMiner(addresses.provider);
      await stage.own.fund(minerId, plot.equity);
      cast = { minerId, name: formatId(minerId, stage.rules) };
      join(stage, `Miner ${cast.name}`, maskedId(minerId));
      return { result: `miner ${cast.name}`, data: { miner: cast.name, equity: amount(plot.equity) } };
    },
  );
  let account = "";
  await play.step("provider", "The provider opens a facility of two tranches", async () => {
    const now = await stage.filecoin.epoch();
    const tranches = plot.tranches.map((tranche) => ({
      ...tranche,
      drawDeadline: now + 90n * EPOCHS_PER_DAY,
      proveEpochs: 30n * EPOCHS_PER_DAY,
    }));
    const done = await loans.openLoan(contracts, senders.provider, { tranches, payee: addresses.provider });
    play.loanId = done.loanId;
    account = done.account;
    join(stage, `Loan ${done.loanId}'s account`, account);
    return {
      result: tranches
        .map((tranche) => `${formatFil(tranche.amount)} for ${formatPower(tranche.minPowerDelta)}`)
        .join(", then "),
      data: { loanId: done.loanId.toString(), account, limit: amount(done.limit) },
    };
  });
  await play.step("provider", "The miner's owner proposes the loan's account as beneficiary", async () => {
    await proposeBeneficiary(
      play,
      cast,
      await contracts.facts.actorIdOf(account),
      loans.LIEN.quota,
      loans.LIEN.expiration,
    );
    return {
      data: { beneficiary: account, quota: amount(loans.LIEN.quota), expiration: loans.LIEN.expiration.toString() },
    };
  });
  await play.step("provider", "The loan book accepts: the miner is attached, its owner stays owner", async () => {
    await loans.attachMiner(contracts, senders.provider, loanOf(play), cast.minerId);
    const term = await contracts.facts.beneficiaryTerm(cast.minerId);
    return {
      result: "its beneficiary is the loan's account, until the last epoch there is",
      data: { miner: cast.name, beneficiary: formatId(term.beneficiary, stage.rules) },
    };
  });
  return cast;
}

/** The loan of the story. */
export function loanOf(play: Play): bigint {
  if (play.loanId === undefined) throw new RangeError("the story has no loan yet");
  return play.loanId;
}

async function proposeBeneficiary(
  play: Play,
  cast: Cast,
  beneficiary: bigint,
  quota: bigint,
  expiration: bigint,
): Promise<void> {
  const { own, addresses } = play.stage;
  await own.callAs(
    addresses.provider,
    cast.minerId,
    CHANGE_BENEFICIARY,
    changeBeneficiaryParams(beneficiary, quota, expiration),
  );
}

/** A tranche is drawn, pledged and proven. */
export async function drawSealProve(play: Play, cast: Cast, plot: LoanPlot, number: 1 | 2): Promise<void> {
  const { stage } = play;
  const { contracts, senders, own } = stage;
  const loanId = loanOf(play);
  await play.step("provider", `Tranche ${number} is drawn, straight into the miner`, async () => {
    const done = await loans.draw(contracts, senders.provider, loanId, 0n);
    return {
      result: `${formatFil(done.amount)} into ${cast.name}`,
      data: amounts({ drawn: done.amount, debt: done.debt }),
    };
  });
  await play.step("provider", "The provider seals sectors and pledges for them", async () => {
    const before = await contracts.facts.snapshot(cast.minerId);
    const batch = (before.availableBalance - plot.cushion) / (await own.world.pledgeFor(false)) / PLOT.batches;
    const count = batch * PLOT.batches;
    for (let i = 0n; i < PLOT.batches; i += 1n) await own.seal(cast.minerId, batch);
    await earn(play, cast, PLOT.sealingDays, 2);
    const after = await contracts.facts.snapshot(cast.minerId);
    return {
      result: `${count} sectors, ${formatPower(count * SECTOR)}; pledge ${formatFilShort(after.initialPledge)}`,
      data: { sectors: count.toString(), powerBytes: (count * SECTOR).toString(), pledge: amount(after.initialPledge) },
    };
  });
  await play.step("anyone", `Tranche ${number} is proven by the miner's own pledge and power`, async () => {
    const done = await loans.prove(contracts, senders.keeper, loanId);
    return {
      result: `power ${formatPower(done.power)}`,
      data: { pledge: amount(done.pledge), powerBytes: done.power.toString() },
    };
  });
}

/** Days in which the miner earns block rewards: a quarter is free at once, the rest vests over 180 days. */
export async function earn(play: Play, cast: Cast, days: number, stride: number): Promise<bigint> {
  const { filecoin } = play.stage;
  const { rewardPerEpoch, networkQaPower } = await filecoin.world.economics();
  let total = 0n;
  await play.passDays(days, stride, async (passed) => {
    const { qaPower } = await filecoin.world.minerState(cast.minerId);
    const reward = (qaPower * rewardPerEpoch * EPOCHS_PER_DAY * BigInt(passed)) / networkQaPower;
    if (reward > 0n) await filecoin.award(cast.minerId, reward);
    total += reward;
  });
  return total;
}

/** What a keeper's step looks like in the timeline. */
const KEEPER_TITLES: Readonly<Record<StepReport["action"], string>> = {
  none: "The keeper looks on",
  review: "The keeper has the loan reviewed",
  sweep: "The keeper sweeps the miner's cash at par, for a tip",
  kick: "The keeper opens an auction of the miner's claims",
  take: "The keeper buys a claim strip",
  restart: "The auction starts over",
  buyIn: "The pool keeps the claim",
  end: "The auction ends",
  impair: "The pool provisions the loan",
  writeOff: "The pool writes the loan off",
  mature: "The rate of a term that is over rises",
  claim: "The strip holder is paid",
  check: "The keeper answers a spot check",
  kickToken: "The keeper opens an auction of posted tokens",
  takeToken: "The keeper buys posted tokens",
  kickMiner: "The keeper puts the miner's ownership on sale",
  restartMiner: "The miner's auction starts over",
  endMiner: "The miner's auction ends",
  takeMiner: "The keeper buys the miner's ownership",
  poke: "The keeper stores a token's price",
  fulfil: "Lenders who wait are paid from the cash",
};

/** One keeper pass, by the function behind `npx hardhat liquidate`; each thing it does becomes a step of the play. */
export async function keep(play: Play, all: boolean, newOwner?: bigint): Promise<LiquidationReport> {
  const { contracts, senders } = play.stage;
  return liquidate(contracts, senders.keeper, {
    minProfit: all ? 0n : PLOT.keeperMinProfit,
    maxGasFee: FIL / 10n,
    budget: undefined,
    newOwner,
    dryRun: false,
    all,
    onStep: async (_, step) => {
      if (step.decision !== "sent") return;
      await play.step("keeper", KEEPER_TITLES[step.action], async () => ({
        result: step.reason,
        data: stepJson(step),
      }));
    },
  });
}

/** Rewards come in, and a keeper collects the interest from them. */
export async function servicing(play: Play, cast: Cast): Promise<void> {
  const { contracts } = play.stage;
  play.heading("The loan is serviced from block rewards");
  await play.step("network", `${PLOT.earningDays} days of block rewards`, async () => {
    const total = await earn(play, cast, PLOT.earningDays, 5);
    const { vestingFunds, availableBalance } = await contracts.facts.snapshot(cast.minerId);
    return {
      result: `${formatFilShort(total)} earned, ${formatFilShort(vestingFunds)} still vesting`,
      data: amounts({ rewards: total, vesting: vestingFunds, available: availableBalance }),
    };
  });
  await keep(play, true);
  await payTheReserve(play);
}

export async function payTheReserve(play: Play): Promise<void> {
  const { contracts, senders } = play.stage;
  await play.step("anyone", "The reserve fund is paid its share of the interest", async () => {
    await payReserve(contracts, senders.keeper);
    await senders.keeper.send("book the reserve's share", contracts.reserve.skim.populateTransaction());
    const pool = await readPool(contracts);
    return {
      result: `reserve ${formatFilShort(pool.reserveBalance, 4)}, share price ${formatWad(pool.sharePrice, 6)} FIL`,
      data: amounts({ reserve: pool.reserveBalance, sharePrice: pool.sharePrice }),
    };
  });
}

// ---------------------------------------------------------------- the bad end

/** Sectors fault, health falls, a keeper sweeps, auctions and buys claims; in the end the sectors terminate themselves and pay. */
export async function bad(play: Play, cast: Cast): Promise<void> {
  play.heading("Sectors fault, health falls, a keeper liquidates");
  await play.step("provider", "The provider stops proving: every sector becomes faulty", async () => {
    await play.stage.own.miss(cast.minerId);
    return {};
  });
  const faultyFrom = await play.day();
  await untilSold(play);
  play.heading("The sectors end by themselves, the strip holder and the pool are paid");
  await untilTerminated(play, cast, faultyFrom);
  await settle(play, cast);
}

/** The keeper looks in when health may have fallen to 1, every few epochs while an auction runs, until it has sold what can be sold. */
async function untilSold(play: Play): Promise<void> {
  const { contracts } = play.stage;
  const loanId = loanOf(play);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const { active } = await contracts.auction.auctionOf(loanId);
    await play.passEpochs(active ? AUCTION_STRIDE : await epochsToOne(play));
    await keep(play, false);
    const { state, scaledDebt } = await contracts.book.loanOf(loanId);
    if (scaledDebt === 0n || LOAN_STATES[Number(state)] === "Impaired") return;
  }
}

const MAX_PASSES = 300;
const AUCTION_STRIDE = 10n;
/** Fault fees are charged deadline by deadline, so a closer look than this sees nothing new [epoch]. */
const LEAST_STRIDE = 60n;

/** Epochs until the fault fees have brought health down to 1, at most a day. */
async function epochsToOne(play: Play): Promise<bigint> {
  const { lens, book, facts } = play.stage.contracts;
  const { debt, value, health } = unpackHealth(loanOf(play), (await lens.healthPacked([loanOf(play)]))[0] ?? 0n);
  if (health === undefined || health <= WAD) return LEAST_STRIDE;
  const [miner] = await book.minersOf(loanOf(play));
  const feePerDay =
    miner === undefined
      ? 0n
      : (await facts.collateral(miner.minerId, miner.pledgeRef, miner.powerRef, false)).faultFeePerDay;
  const { liquidationWeightWad } = await play.stage.contracts.risk.params();
  const spare = value - mulDivUp(debt, WAD, liquidationWeightWad);
  return feePerDay === 0n || spare <= 0n
    ? EPOCHS_PER_DAY
    : min(max((spare * EPOCHS_PER_DAY) / feePerDay, LEAST_STRIDE), EPOCHS_PER_DAY);
}

/** Sectors that were faulty for 42 days are terminated by the network's cron. */
async function untilTerminated(play: Play, cast: Cast, faultyFrom: number): Promise<void> {
  const { contracts } = play.stage;
  await play.step("network", "After 42 days of faults the network terminates the sectors", async () => {
    const days = Math.ceil(faultyFrom + 44 - (await play.day()));
    await play.passDays(Math.max(days, 1), 3);
    const after = await contracts.facts.snapshot(cast.minerId);
    return {
      result: `pledge left ${formatFilShort(after.initialPledge)}, available ${formatFilShort(after.availableBalance)}`,
      data: amounts({ pledge: after.initialPledge, available: after.availableBalance }),
    };
  });
}

/** Sweeps and claims until nothing is owed to anybody. */
async function settle(play: Play, cast: Cast): Promise<void> {
  const { contracts } = play.stage;
  for (let i = 0; i < 10; i += 1) {
    await keep(play, false);
    const { stripSold, stripPaid, stripClaimed, scaledDebt } = await contracts.book.loanOf(loanOf(play));
    if (scaledDebt === 0n && stripSold === stripPaid && stripPaid === stripClaimed) break;
    await play.passDays(1);
  }
  await untilVested(play);
  await leave(play, cast);
}

/** Gains beyond a provision are shared out over a week. */
export async function untilVested(play: Play): Promise<void> {
  const { contracts } = play.stage;
  const { lockedGain } = await contracts.vault.poolState();
  if (lockedGain > 0n) {
    await play.step("pool", "What came back beyond the provision reaches the share price over 7 days", async () => {
      await play.passDays(PLOT.dripDays, PLOT.dripDays);
      const pool = await readPool(contracts);
      return {
        result: `share price ${formatWad(pool.sharePrice, 6)} FIL`,
        data: amounts({ regained: lockedGain, sharePrice: pool.sharePrice }),
      };
    });
  }
}

// ---------------------------------------------------------------- the good end

/** The provider repays everything and gets its miner back. */
export async function good(play: Play, cast: Cast): Promise<void> {
  const { contracts, senders } = play.stage;
  play.heading("The provider repays everything");
  await play.step("provider", "The provider repays the whole debt", async () => {
    const done = await loans.repay(contracts, senders.provider, loanOf(play), "max");
    return {
      result: `${formatFilShort(done.paid, 4)} paid, ${formatFil(done.debt)} owed`,
      data: amounts({ paid: done.paid, debt: done.debt }),
    };
  });
  await leave(play, cast);
}

// ---------------------------------------------------------------- the end, common to both scenarios

async function leave(play: Play, cast: Cast): Promise<void> {
  const { stage } = play;
  const { contracts, senders } = stage;
  const loanId = loanOf(play);
  play.heading("Everybody leaves");
  const { availableBalance } = await contracts.facts.snapshot(cast.minerId);
  const surplus = availableBalance + (await contracts.book.freeFundsOf(loanId));
  if (surplus > 0n) {
    await play.step("provider", "What is left in the miner is released to the provider", async () => {
      const done = await loans.release(contracts, senders.provider, loanId, 0n, surplus);
      return { result: formatFilShort(done.amount, 4), data: amounts({ released: done.amount }) };
    });
  }
  await play.step("provider", "The provider takes its miner back and closes the loan", async () => {
    const { owner } = await contracts.facts.snapshot(cast.minerId);
    await proposeBeneficiary(play, cast, owner, 0n, 0n);
    await loans.detachMiner(contracts, senders.provider, loanId, 0n);
    await loans.close(contracts, senders.provider, loanId);
    const term = await contracts.facts.beneficiaryTerm(cast.minerId);
    return {
      result: "its beneficiary is its owner again",
      data: { beneficiary: formatId(term.beneficiary, stage.rules) },
    };
  });
  await lendersLeave(play);
}

/** The reserve is paid, and the lenders take everything out. */
export async function lendersLeave(play: Play): Promise<void> {
  const { contracts, senders, addresses } = play.stage;
  if ((await contracts.vault.poolState()).reserveOwed > 0n) await payTheReserve(play);
  for (const [key, name] of [
    ["lenderA", "A"],
    ["lenderB", "B"],
  ] as const) {
    await play.step("lender", `Lender ${name} withdraws everything`, async () => {
      const done = await withdraw(contracts, senders[key], "max", addresses[key]);
      const left = await readLender(contracts, addresses[key]);
      const gain = done.assets - PLOT.deposits[key];
      return {
        result: `${formatFilShort(done.assets, 4)}, ${gain >= 0n ? "a gain" : "a loss"} of ${formatFilShort(gain < 0n ? -gain : gain, 4)}`,
        data: amounts({ withdrawn: done.assets, gain, left: left.assets }),
      };
    });
  }
}
