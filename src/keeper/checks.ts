import type { Sender } from "../chain/index.js";
import type { Plimsoll } from "../loans/contracts.js";
import { ANSWER_WINDOW, LOOKAHEAD, type SectorRange } from "../loans/sectors.js";
import { formatEpochs } from "../sdk/index.js";
import { type LiquidateOptions, type StepReport, epochOf, refused } from "./liquidate.js";
import { keepUp } from "./upkeep.js";

/** A spot check whose sectors were named, as the chain has it now. */
export interface OpenCheck {
  readonly loanId: bigint;
  /** Of the tranche. */
  readonly index: bigint;
  readonly sampleEpoch: bigint;
  readonly ranges: readonly SectorRange[];
  /** Neither answered nor replaced, and the tranche still awaits its proof. */
  readonly open: boolean;
}

/** What a keeper does about a spot check. */
export type CheckDecision =
  /** The beacon has drawn, and the answer would be taken. */
  { readonly do: "answer"; readonly why: string } | { readonly do: "nothing"; readonly why: string };

/** Whether a spot check can be answered in the next epoch; by the facts alone. */
export function decideCheck(check: OpenCheck, epoch: bigint): CheckDecision {
  const { sampleEpoch, open } = check;
  if (!open) return { do: "nothing", why: "it is answered" };
  if (epoch <= sampleEpoch) {
    return { do: "nothing", why: `the beacon draws the sample in ${formatEpochs(sampleEpoch - epoch + 1n)}` };
  }
  // The answer is mined in the next epoch at the earliest.
  if (epoch >= sampleEpoch + ANSWER_WINDOW) return { do: "nothing", why: "the time for the answer is over" };
  return { do: "answer", why: `the beacon has drawn; ${formatEpochs(sampleEpoch + ANSWER_WINDOW - epoch)} are left` };
}

/** Spot checks that may still be open, from the events of the epochs in which such must have been opened. */
export async function readOpenChecks(contracts: Plimsoll, epoch: bigint, loanId?: bigint): Promise<OpenCheck[]> {
  const { conditions, book } = contracts;
  const earliest = epoch - LOOKAHEAD - ANSWER_WINDOW;
  const events = await conditions.queryFilter(
    conditions.filters.SpotCheckOpened(loanId),
    Number(earliest < 0n ? 0n : earliest),
    Number(epoch),
  );
  return Promise.all(
    events.map(async ({ args }) => {
      const [spot, loan] = await Promise.all([
        conditions.spotCheckOf(args.loanId, args.index),
        book.loanOf(args.loanId),
      ]);
      const inProof = !loan.frozen && loan.provenCount === args.index && loan.provenCount < loan.drawnCount;
      return {
        loanId: args.loanId,
        index: args.index,
        sampleEpoch: args.sampleEpoch,
        ranges: args.ranges.map(({ first, count }) => ({ first, count })),
        open: inProof && !spot.passed && spot.sampleEpoch === args.sampleEpoch,
      };
    }),
  );
}

/** What became of one spot check. */
export interface CheckReport {
  readonly loanId: bigint;
  /** Number of the tranche. */
  readonly tranche: bigint;
  readonly step: StepReport;
}

/**
 * Answers spot checks as soon as the beacon has drawn, whatever the answer is: a provider whose sample holds need not be awake in the two
 * hours in which that is due, and one whose sample does not hold cannot mend it first.
 */
export async function answerChecks(
  contracts: Plimsoll,
  sender: Sender,
  options: LiquidateOptions,
): Promise<readonly CheckReport[]> {
  const epoch = await epochOf(sender);
  const done: CheckReport[] = [];
  for (const check of await readOpenChecks(contracts, epoch, options.loanId)) {
    const decision = decideCheck(check, epoch);
    if (decision.do === "nothing") continue;
    const step = await answerOne(contracts, sender, check, decision.why, options);
    done.push({ loanId: check.loanId, tranche: check.index + 1n, step });
    const { loanId } = check;
    await options.onStep?.({ loanId, state: "", health: undefined, debt: 0n, collateral: 0n }, step);
  }
  return done;
}

async function answerOne(
  contracts: Plimsoll,
  sender: Sender,
  { loanId, ranges }: OpenCheck,
  why: string,
  options: LiquidateOptions,
): Promise<StepReport> {
  const { conditions } = contracts;
  try {
    const { sectors, locations } = await conditions.locate(loanId, [...ranges]);
    const holds = await conditions.check.staticCall(loanId, [...ranges], [...locations]);
    const drawn = sectors.map(String).join(", ");
    const reason = `${why}; ${holds ? `sectors ${drawn} hold` : `one of sectors ${drawn} does not hold, the attempt fails`}`;
    const call = conditions.check.populateTransaction(loanId, [...ranges], [...locations]);
    return await keepUp(sender, options, { action: "check", reason, label: "answer the spot check", call });
  } catch (error) {
    return refused("check", error);
  }
}
