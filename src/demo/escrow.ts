import { amount } from "../cli/envelope.js";
import * as loans from "../loans/actions.js";
import { escrowMiner } from "../loans/escrow.js";
import { readDraw, readLoan } from "../loans/reads.js";
import {
  CHANGE_OWNER_ADDRESS,
  EPOCHS_PER_DAY,
  FIL,
  PlimsollError,
  changeOwnerParams,
  formatFil,
  formatFilShort,
  formatId,
} from "../sdk/index.js";
import type { Play } from "./play.js";
import {
  type Cast,
  type LoanPlot,
  amounts,
  drawSealProve,
  keep,
  lend,
  lendersLeave,
  loanOf,
  openFacility,
  servicing,
} from "./story.js";

/** Two tranches, of which the lien carries one [attoFIL], [bytes]. */
const PLOT: LoanPlot = {
  equity: 1_000n * FIL,
  tranches: [
    { amount: 3_000n * FIL, minPowerDelta: 700n << 40n },
    { amount: 1_600n * FIL, minPowerDelta: 300n << 40n },
  ],
};

/** Days without proofs after which the story gives up waiting for health to fall below 0.95. */
const MAX_FAULTY_DAYS = 60;
/** How often a buyer looks at the falling price [epoch]. */
const STRIDE = 60n;
/** Three rounds of a day, and a day. */
const MAX_LOOKS = Number((4n * EPOCHS_PER_DAY) / STRIDE);

/** The story did not come to its end. */
export class StuckStoryError extends PlimsollError {
  constructor(limit: string, actual: string) {
    super({ code: "STUCK_STORY", message: "The story does not go on.", limit, actual });
  }
}

/** A provider hands its miner's ownership over for a larger loan, fails, and the ownership is sold. */
export async function escrow(play: Play): Promise<void> {
  await lend(play);
  const cast = await openFacility(play, PLOT);
  await drawSealProve(play, cast, 1);
  play.heading("The lien carries no more; ownership in escrow does");
  await showLimit(play, "The lien alone carries no second tranche");
  await handOver(play, cast);
  await showLimit(play, "In escrow the miner counts in good order, not abandoned");
  await drawSealProve(play, cast, 2);
  await servicing(play, cast);
  play.heading("The provider fails, and the miner's ownership is sold");
  await fail(play, cast);
  await sell(play, cast);
  await end(play);
}

async function showLimit(play: Play, title: string): Promise<void> {
  const { contracts } = play.stage;
  await play.step("provider", title, async () => {
    const [loan, next] = await Promise.all([readLoan(contracts, loanOf(play)), readDraw(contracts, loanOf(play), 0n)]);
    const test = next.checks.find(({ check }) => check === "DrawTest");
    return {
      result: `draw limit ${formatFilShort(loan.drawLimit)}; a draw of ${formatFil(next.amount)}: debt of ${test?.actual ?? "?"} against ${test?.limit ?? "?"}`,
      data: {
        drawLimit: amount(loan.drawLimit),
        tranche: amount(next.amount),
        passes: test?.passed ?? false,
      },
    };
  });
}

async function handOver(play: Play, cast: Cast): Promise<void> {
  const { stage } = play;
  const { contracts, senders, addresses, own } = stage;
  await play.step(
    "provider",
    "The provider proposes the loan's account as owner, and the loan book accepts",
    async () => {
      const { account } = await contracts.book.loanOf(loanOf(play));
      const accountId = await contracts.facts.actorIdOf(account);
      await own.callAs(addresses.provider, cast.minerId, CHANGE_OWNER_ADDRESS, changeOwnerParams(accountId));
      const done = await escrowMiner(contracts, senders.provider, loanOf(play), 0n);
      const { ownerId } = await contracts.facts.owner(cast.minerId);
      return {
        result: `its owner is ${formatId(ownerId, stage.rules)}; the provider goes on running it`,
        data: { previousOwner: formatId(done.previousOwner, stage.rules), owner: formatId(ownerId, stage.rules) },
      };
    },
  );
}

/** Sectors fault until health is so low that ownership is on sale. */
async function fail(play: Play, cast: Cast): Promise<void> {
  await play.step("provider", "The provider stops proving: every sector becomes faulty", async () => {
    await play.stage.own.miss(cast.minerId);
    return {};
  });
  for (let day = 0; day < MAX_FAULTY_DAYS; day += 1) {
    await play.passDays(1);
    await keep(play, false);
    if ((await play.stage.contracts.control.saleOf(cast.minerId)).active) return;
  }
  throw new StuckStoryError(`a sale within ${MAX_FAULTY_DAYS} days`, "no sale");
}

/** The price falls from above the miner's value; a buyer takes it where that leaves a gain, and accepts the ownership. */
async function sell(play: Play, cast: Cast): Promise<void> {
  const { stage } = play;
  const { contracts, addresses } = stage;
  const buyerId = await stage.own.register(addresses.keeper);
  for (let look = 0; (await contracts.book.loanOfMiner(cast.minerId)) !== 0n; look += 1) {
    if (look === MAX_LOOKS) throw new StuckStoryError("a buyer within three rounds", "none");
    await play.passEpochs(STRIDE);
    await keep(play, false, buyerId);
  }
  await play.step("buyer", "The buyer accepts the ownership: miner and lien are one again", async () => {
    await stage.own.callAs(addresses.keeper, cast.minerId, CHANGE_OWNER_ADDRESS, changeOwnerParams(buyerId));
    const facts = await contracts.facts.snapshot(cast.minerId);
    const term = await contracts.facts.beneficiaryTerm(cast.minerId);
    return {
      result: `owner ${formatId(facts.owner, stage.rules)}, beneficiary ${formatId(term.beneficiary, stage.rules)}`,
      data: { owner: formatId(facts.owner, stage.rules), beneficiary: formatId(term.beneficiary, stage.rules) },
    };
  });
}

async function end(play: Play): Promise<void> {
  const { contracts, senders } = play.stage;
  play.heading("Everybody leaves");
  const debt = await contracts.book.debtOf(loanOf(play));
  if (debt > 0n) {
    await play.step("provider", "The provider repays what the sale has left", async () => {
      const done = await loans.repay(contracts, senders.provider, loanOf(play), "max");
      return { data: amounts({ paid: done.paid }) };
    });
  }
  await play.step("provider", "The provider closes the loan", async () => {
    await loans.close(contracts, senders.provider, loanOf(play));
    return {};
  });
  await lendersLeave(play);
}
