import { type Sender, findEvent, requireEvent } from "../chain/index.js";
import type { LoanResult } from "./actions.js";
import type { Plimsoll } from "./contracts.js";

/** Consecutive sector numbers. */
export interface SectorRange {
  readonly first: bigint;
  readonly count: bigint;
}

/** What a tranche must meet beside pledge and power. */
export interface Conditions {
  readonly spotChecks: bigint;
  /** [epoch] */
  readonly minExpiration: bigint;
  /** [bytes] */
  readonly minDataBytes: bigint;
}

/** Epochs from the naming of sectors to the epoch that draws the sample, as in SectorConditions.sol. */
export const LOOKAHEAD = 150n;
/** Epochs in which the answer is due after that. */
export const ANSWER_WINDOW = 240n;

/** Promises conditions for a tranche that is not drawn yet. */
export async function promiseConditions(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  index: bigint,
  next: Conditions,
): Promise<LoanResult> {
  const call = contracts.conditions.promiseMore.populateTransaction(loanId, index, next);
  return { mined: await sender.send("promise the conditions", call), loanId };
}

/** Names the sectors of the miner in proof. */
export async function nameSectors(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  ranges: readonly SectorRange[],
): Promise<LoanResult & { readonly sampleEpoch: bigint; readonly attempt: bigint }> {
  const mined = await sender.send(
    "name the sectors",
    contracts.conditions.commit.populateTransaction(loanId, [...ranges]),
  );
  const args = requireEvent(mined, contracts.conditions, "SpotCheckOpened");
  const big = (name: string): bigint => BigInt(args.getValue(name) as bigint);
  return { mined, loanId, sampleEpoch: big("sampleEpoch"), attempt: big("attempt") };
}

/** The ranges that were named for the open spot check, read from the event of the one epoch in which they were. */
export async function namedRanges(
  contracts: Plimsoll,
  loanId: bigint,
  index: bigint,
  sampleEpoch: bigint,
): Promise<readonly SectorRange[]> {
  const { conditions } = contracts;
  const filter = conditions.filters.SpotCheckOpened(loanId, index);
  const epoch = Number(sampleEpoch - LOOKAHEAD);
  const [event] = await conditions.queryFilter(filter, epoch, epoch);
  return (event?.args.ranges ?? []).map(({ first, count }) => ({ first, count }));
}

/** Answers the open spot check. */
export async function answerSpotCheck(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  ranges: readonly SectorRange[],
  locations: readonly string[],
): Promise<LoanResult & { readonly passed: boolean }> {
  const call = contracts.conditions.check.populateTransaction(loanId, [...ranges], [...locations]);
  const mined = await sender.send("answer the spot check", call);
  return { mined, loanId, passed: findEvent(mined, contracts.conditions, "SpotCheckPassed") !== undefined };
}
