import { EPOCHS_PER_DAY, EPOCHS_PER_YEAR, LOAN_STATES, WAD, mulDivUp } from "../sdk/index.js";
import type { Plimsoll } from "./contracts.js";
import type { LoanStateName } from "./reads.js";
import { ANSWER_WINDOW } from "./sectors.js";
import { type LoanTerm, ROLL_WINDOW, perYear, readTerm } from "./terms.js";

/** What can fall due. */
export type DueKind =
  | "drawBy"
  | "proveBy"
  | "answerFrom"
  | "answerBy"
  | "nameFrom"
  | "interestBy"
  | "debtNow"
  | "callAfter"
  | "rollFrom"
  | "maturity"
  | "graceEnd";

/** One line of a schedule. */
export interface Due {
  readonly kind: DueKind;
  /** Number of the tranche, where it is about one. */
  readonly tranche: number | undefined;
  readonly epoch: bigint;
  /** What is to be drawn or paid; where interest runs until then, at the rate of now [attoFIL]. */
  readonly amount: bigint | undefined;
}

/** What a loan's dates follow from. */
export interface ScheduleFacts {
  readonly epoch: bigint;
  readonly state: LoanStateName;
  readonly frozen: boolean;
  readonly term: LoanTerm;
  /** Floating, of now [wad per year]. */
  readonly floatingRate: bigint;
  readonly tranches: ReadonlyArray<{
    readonly amount: bigint;
    readonly drawDeadline: bigint;
    readonly proveEpochs: bigint;
  }>;
  readonly drawn: number;
  readonly proven: number;
  /** Of the last draw [epoch]. */
  readonly drawEpoch: bigint;
  readonly interestSince: bigint;
  /** 0 when not under watch [epoch]. */
  readonly watchSince: bigint;
  /** How long interest may be unpaid, and a watch may last [epoch]. */
  readonly interestGrace: bigint;
  readonly watchGrace: bigint;
  /** Of the tranche that awaits its proof; undefined where nothing is to be checked or all is. */
  readonly spotCheck: { readonly sampleEpoch: bigint; readonly retryFrom: bigint } | undefined;
}

/** All that falls due, by time. What is over is left out, unless something follows from it. */
export function schedule(facts: ScheduleFacts): readonly Due[] {
  if (facts.state === "Closed" || facts.state === "None") return [];
  const dues = [...trancheDues(facts), ...debtDues(facts), ...termDues(facts)];
  return dues.sort((a, b) => (a.epoch === b.epoch ? 0 : a.epoch < b.epoch ? -1 : 1));
}

function due(kind: DueKind, epoch: bigint, amount?: bigint, tranche?: number): Due {
  return { kind, epoch, amount, tranche };
}

function trancheDues(facts: ScheduleFacts): readonly Due[] {
  if (facts.frozen) return [];
  const dues: Due[] = [];
  const { tranches, drawn, proven, spotCheck } = facts;
  const inProof = proven < drawn ? tranches[proven] : undefined;
  if (inProof !== undefined) {
    dues.push(due("proveBy", facts.drawEpoch + inProof.proveEpochs, inProof.amount, proven + 1));
    if (spotCheck !== undefined) dues.push(...checkDues(facts.epoch, spotCheck, proven + 1));
  }
  tranches.forEach(({ amount, drawDeadline }, i) => {
    if (i >= drawn && drawDeadline >= facts.epoch) dues.push(due("drawBy", drawDeadline, amount, i + 1));
  });
  return dues;
}

function checkDues(
  now: bigint,
  { sampleEpoch, retryFrom }: NonNullable<ScheduleFacts["spotCheck"]>,
  tranche: number,
): readonly Due[] {
  const last = sampleEpoch + ANSWER_WINDOW;
  if (sampleEpoch !== 0n && now <= last) {
    return [due("answerFrom", sampleEpoch + 1n, undefined, tranche), due("answerBy", last, undefined, tranche)];
  }
  return [due("nameFrom", retryFrom > now ? retryFrom : now, undefined, tranche)];
}

function debtDues(facts: ScheduleFacts): readonly Due[] {
  const { term, state, epoch } = facts;
  if (term.debt === 0n) return [];
  if (state === "Call" || state === "Impaired" || state === "WrittenOff") return [due("debtNow", epoch, term.debt)];
  const overdue = facts.interestSince + facts.interestGrace;
  const interest = due("interestBy", overdue, debtAt(facts, overdue) - term.principal);
  return state === "Watch" ? [interest, due("callAfter", facts.watchSince + facts.watchGrace, term.debt)] : [interest];
}

function termDues(facts: ScheduleFacts): readonly Due[] {
  const { fixed } = facts.term;
  if (fixed === undefined) return [];
  const from = fixed.maturity - ROLL_WINDOW;
  return [
    ...(facts.epoch <= fixed.graceEnd ? [due("rollFrom", from)] : []),
    due("maturity", fixed.maturity, debtAt(facts, fixed.maturity)),
    due("graceEnd", fixed.graceEnd, debtAt(facts, fixed.graceEnd)),
  ];
}

/** The debt in an epoch to come, without payments, rounded up; in one that has passed, the debt of now [attoFIL]. */
export function debtAt({ epoch, term, floatingRate }: ScheduleFacts, at: bigint): bigint {
  const left = at - epoch;
  if (left <= 0n) return term.debt;
  return term.fixed === undefined
    ? term.debt + mulDivUp(term.debt * floatingRate, left, EPOCHS_PER_YEAR * WAD)
    : term.debt + mulDivUp(term.fixed.interestPerDay, left, EPOCHS_PER_DAY);
}

/** Reads what a loan's dates follow from. */
export async function readSchedule(contracts: Plimsoll, loanId: bigint, epoch: bigint): Promise<ScheduleFacts> {
  const { book, vault, risk, conditions } = contracts;
  const [loan, tranches, term, params, pool] = await Promise.all([
    book.loanOf(loanId),
    book.tranchesOf(loanId),
    readTerm(contracts, loanId),
    risk.params(),
    vault.poolState(),
  ]);
  const inProof = !loan.frozen && loan.provenCount < loan.drawnCount;
  const [asked, spot] = inProof
    ? await Promise.all([
        conditions.conditionsOf(loanId, loan.provenCount),
        conditions.spotCheckOf(loanId, loan.provenCount),
      ])
    : [undefined, undefined];
  const open = asked !== undefined && asked.spotChecks !== 0n && !spot.passed;
  return {
    epoch,
    state: LOAN_STATES[Number(loan.state)] ?? "None",
    frozen: loan.frozen,
    term,
    floatingRate: perYear(pool.ratePerEpochRay),
    tranches: tranches.map(({ amount, drawDeadline, proveEpochs }) => ({ amount, drawDeadline, proveEpochs })),
    drawn: Number(loan.drawnCount),
    proven: Number(loan.provenCount),
    drawEpoch: loan.drawEpoch,
    interestSince: loan.interestSince,
    watchSince: loan.watchSince,
    interestGrace: params.interestGrace,
    watchGrace: params.watchGrace,
    spotCheck: open ? { sampleEpoch: spot.sampleEpoch, retryFrom: spot.retryFrom } : undefined,
  };
}
