import { cell } from "./files.js";
import { namedTests, testsCell } from "./tests.js";

/** Something that holds after every transaction, whoever sent it. */
export interface Invariant {
  readonly id: string;
  readonly text: string;
  /** Set where nothing in this release can break it: why. */
  readonly later?: string;
}

export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I1",
    text: "The scaled debts of all performing loans add up to the vault's total, the lines of those at fixed rates to the vault's line, and their principals are never more than their debts.",
  },
  {
    id: "I2",
    text: "The sum of the loans' debts, each rounded up, is at least the pool's debt, rounded down, and exceeds it by at most 1 attoFIL a loan.",
  },
  {
    id: "I3",
    text: "Total assets = cash + performing debt + carrying of impaired loans - reserve owed - locked gain; and the vault holds at least cash and what is set aside for claims, in FIL and WFIL.",
  },
  { id: "I4", text: "The share price falls only in a transaction that books a loss (`impair`, `writeOff`)." },
  {
    id: "I5",
    text: "FIL leaves only to a miner of the drawing loan, the lender whose lien the loan takes over, lenders, strip holders, the payee after the draw test, the reserve fund, and keepers within their caps.",
  },
  { id: "I6", text: "After an action of the SP that adds debt or takes collateral away, draw weight x value >= debt." },
  {
    id: "I7",
    text: "A loan's principal is never above what its drawn tranches add up to; tranche i + 1 is undrawn unless tranche i is proven.",
  },
  {
    id: "I8",
    text: "An attached miner's beneficiary is the loan's account with the full term, or the miner counts zero and a covenant is broken.",
  },
  {
    id: "I9",
    text: "The face of strips outstanding is at most the walk-away value at the time each is sold; strips are paid in the order of their sale.",
  },
  {
    id: "I10",
    text: "A sale of strips never lowers health, nor does one of posted tokens while health is above their weight; a sale of a miner leaves no more debt uncovered.",
  },
  {
    id: "I11",
    text: "Requests are filled first come first, each part at the share price of its filling; what was set aside is what was claimed and what can be claimed, to the attoFIL; nobody exits at once while others wait.",
  },
  {
    id: "I12",
    text: "Repay, cure, sweep, claim (of strips and of filled requests), withdraw, redeem, request, fulfil and close succeed whatever is paused.",
  },
  { id: "I13", text: "A miner secures at most one loan." },
  {
    id: "I14",
    text: "The termination fee used in a valuation is at least the sum of the fees of the miner's sectors, but for the fault fee of power that was faulty already when the miner's reference was taken.",
  },
  { id: "I15", text: "Accruing twice gives what accruing once gives; the borrow index never falls." },
  {
    id: "I16",
    text: "Depositing and redeeming, in any order and any size, never pays out more than was put in plus the interest earned meanwhile.",
  },
  { id: "I17", text: "An upgrade keeps storage layout, balances and claims." },
  { id: "I18", text: "FIL that arrives unasked, anywhere, changes no other loan and no share price." },
  {
    id: "I19",
    text: "What loans have of a posted token adds up to its total, and as much of an honest token is there.",
  },
  {
    id: "FU-1",
    text: "The positions of a futures series, the residual account's included, add up to nothing; open interest is the sum of the long ones.",
  },
  {
    id: "FU-2",
    text: "The clearing holds of a token what users have in no series, the cash of its series, insurance, fees and the bonds of disputes, to the unit.",
  },
  {
    id: "FU-3",
    text: "What the accounts of a series have, and what is on its way out, is what the series holds and what it lacks, to the unit.",
  },
  {
    id: "FU-4",
    text: "The recovery ratio of a series is between 0 and 1; what is done to one series changes the cash of no other.",
  },
  {
    id: "FU-5",
    text: "Nothing but a loss adds to a deficit; who increases a position has the initial margin after it.",
  },
  {
    id: "FU-6",
    text: "No more of an order is filled than it is for, and nothing of one that is cancelled, expired or of an old epoch.",
  },
  {
    id: "FU-7",
    text: "No more of a miner's power is promised than it proves at that moment, no more warrants are out than were tendered, and of each run what was paid, given back and held is what was funded.",
  },
  {
    id: "FU-8",
    text: "A settlement price is written once: the proposed one, the fallback, or what the arbiter chose within half of it; time and anyone's calls bring every series to its end.",
  },
  { id: "FU-9", text: "What a claim is paid does not depend on the order of claims, but for a unit each." },
  { id: "FU-10", text: "No work grows with the number of users." },
  { id: "FU-11", text: "Damages end with the seller's bond; delivery never asks the clearing for money." },
  {
    id: "FU-12",
    text: "The delivery holds of a token what is in entries and runs and what can be collected, to the unit.",
  },
  { id: "FU-13", text: "Time and anyone's calls bring every entry and every run to its end." },
];

/** docs/invariants.md */
export function renderInvariants(root: string): string {
  const tests = namedTests(root);
  const rows = INVARIANTS.map(
    ({ id, text, later }) => `| ${id} | ${cell(text)} | ${later ?? (testsCell(tests, id) || "**none**")} |`,
  );
  return [
    "# Invariants",
    "",
    "<!-- Generated by `npm run docs` from scripts/docs/invariants.ts and the tests; a test compares them. -->",
    "",
    'What holds after every transaction. An assertion names the invariant it checks at the head of its message (`"I3: total assets"`), a',
    "test in its name (`testFuzz_I16_...`). `npm test` runs every campaign for at least 64 runs of 128 calls, `npm run fuzz` for 1,000,000",
    "calls at depth 300 under both fuzzers.",
    "",
    "| Id | Invariant | Asserted in |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
