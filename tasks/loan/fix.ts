import { agree, creditChecks } from "../../src/cli/agree.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { termJson } from "../../src/cli/present-terms.js";
import { loanJson } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { readLoan } from "../../src/loans/reads.js";
import { fixRate } from "../../src/loans/term-actions.js";
import { perYear, readOffer, readTerm } from "../../src/loans/terms.js";
import { formatDate, formatFil, formatPercent, formatWad } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly term: string | undefined;
  readonly maxRate: string | undefined;
}

export default command<Arguments>("loan fix", async (context) => {
  const { args, session, rules } = context;
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const [loan, term, offer, pool] = await Promise.all([
    readLoan(contracts, loanId),
    readTerm(contracts, loanId),
    readOffer(contracts, 0n),
    contracts.vault.poolState(),
  ]);
  const asked = agree(term, offer, clock, { term: args.term, maxRate: args.maxRate, added: term.debt });
  const sender = await context.sender(args.from);
  const floating = formatPercent(perYear(pool.ratePerEpochRay));
  const preview = {
    title: `Fix the rate of loan ${loanId}: ${formatFil(term.debt)}`,
    facts: asked.facts,
    changes: [
      ["a year", `${floating}, floating`, `${formatPercent(asked.quote.rate)}, fixed`],
      ["debt", formatFil(term.debt), formatFil(term.debt)],
    ] as const,
    checks: [
      {
        label: "the rate floats",
        ok: term.fixed === undefined,
        limit: "a debt at the floating rate",
        actual: term.fixed === undefined ? "floating" : `fixed until epoch ${term.fixed.maturity}`,
        code: "LoanBook_FixedTerm",
        next: [`npx hardhat loan roll ${loanId} --term DAYS`, `npx hardhat loan unfix ${loanId}`],
      },
      {
        label: "the loan owes something",
        ok: term.debt > 0n,
        limit: "more than 0 FIL",
        actual: formatFil(term.debt),
        code: "LoanBook_NoDebt",
        next: [`npx hardhat loan draw ${loanId} --term DAYS`],
      },
      ...creditChecks(loan, term.debt),
      ...asked.checks,
    ],
    data: {
      loanId: loanId.toString(),
      maturity: Number(asked.maturity),
      rate: formatWad(asked.quote.rate, 18),
    },
  };
  return previewThen(context, preview, async () => {
    const done = await fixRate(contracts, sender, loanId, asked);
    const [after, termAfter] = await Promise.all([readLoan(contracts, loanId), readTerm(contracts, loanId)]);
    return {
      data: {
        loanId: loanId.toString(),
        rate: formatWad(done.rate, 18),
        term: termJson(termAfter, clock),
        loan: loanJson(after, rules),
      },
      lines: [
        `Loan ${loanId} pays ${formatPercent(done.rate)} a year until ${formatDate(done.maturity, clock)}, whatever rates do.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan schedule ${loanId}`],
    };
  });
});
