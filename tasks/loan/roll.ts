import { agree, creditChecks, fixedCheck } from "../../src/cli/agree.js";
import { amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { termJson } from "../../src/cli/present-terms.js";
import { loanJson } from "../../src/cli/present.js";
import { type Check, type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { readLoan } from "../../src/loans/reads.js";
import { rollTerm } from "../../src/loans/term-actions.js";
import { type LoanTerm, ROLL_WINDOW, readOffer, readTerm } from "../../src/loans/terms.js";
import { formatDate, formatEpoch, formatFil, formatPercent, formatWad, max } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly term: string | undefined;
  readonly maxRate: string | undefined;
}

/** A term is rolled over from 30 days before maturity to the end of its grace. */
function windowCheck({ loanId, fixed }: LoanTerm, now: bigint): readonly Check[] {
  if (fixed === undefined) return [];
  const from = max(fixed.maturity - ROLL_WINDOW, 0n);
  return [
    {
      label: "it is time to roll over",
      ok: now >= from && now <= fixed.graceEnd,
      limit: `${formatEpoch(from, now)} to ${formatEpoch(fixed.graceEnd, now)}`,
      actual: formatEpoch(now, now),
      code: "LoanBook_NotRollable",
      hint: "From 30 days before maturity to 7 days after it. At any time it can be repaid, or float.",
      next: [`npx hardhat loan schedule ${loanId}`, `npx hardhat loan unfix ${loanId}`],
    },
  ];
}

export default command<Arguments>("loan roll", async (context) => {
  const { args, session, rules } = context;
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const [loan, term, offer] = await Promise.all([
    readLoan(contracts, loanId),
    readTerm(contracts, loanId),
    readOffer(contracts, 0n),
  ]);
  const asked = agree(term, offer, clock, { term: args.term, maxRate: args.maxRate, added: 0n });
  const sender = await context.sender(args.from);
  const { fixed } = term;
  const fee = fixed?.fee ?? 0n;
  const preview = {
    title: `Roll the term of loan ${loanId} over`,
    facts: [["fee for the days given up", fee === 0n ? "none" : `${formatFil(fee)}, added to the debt`]] as const,
    changes: [
      ["a year", fixed === undefined ? "floating" : formatPercent(fixed.rate), formatPercent(asked.quote.rate)],
      [
        "maturity",
        fixed === undefined ? "none" : formatDate(fixed.maturity, clock),
        `${formatDate(asked.maturity, clock)}, ${formatEpoch(asked.maturity, clock.epoch)}`,
      ],
      ["debt", formatFil(term.debt), formatFil(term.debt + fee)],
    ] as const,
    checks: [
      fixedCheck(term),
      ...windowCheck(term, clock.epoch),
      ...creditChecks(loan, term.debt + fee),
      ...asked.checks,
    ],
    data: {
      loanId: loanId.toString(),
      maturity: Number(asked.maturity),
      rate: formatWad(asked.quote.rate, 18),
      fee: amount(fee),
    },
  };
  return previewThen(context, preview, async () => {
    const done = await rollTerm(contracts, sender, loanId, asked);
    const [after, termAfter] = await Promise.all([readLoan(contracts, loanId), readTerm(contracts, loanId)]);
    return {
      data: {
        loanId: loanId.toString(),
        rate: formatWad(done.rate, 18),
        fee: amount(done.fee),
        term: termJson(termAfter, clock),
        loan: loanJson(after, rules),
      },
      lines: [
        `Loan ${loanId} pays ${formatPercent(done.rate)} a year until ${formatDate(done.maturity, clock)}${done.fee === 0n ? "" : `; the days given up cost ${formatFil(done.fee)}`}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan schedule ${loanId}`],
    };
  });
});
