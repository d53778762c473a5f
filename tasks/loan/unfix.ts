import { creditChecks, fixedCheck } from "../../src/cli/agree.js";
import { amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { termJson } from "../../src/cli/present-terms.js";
import { loanJson } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { readLoan } from "../../src/loans/reads.js";
import { floatRate } from "../../src/loans/term-actions.js";
import { perYear, readTerm } from "../../src/loans/terms.js";
import { formatFil, formatPercent } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
}

export default command<Arguments>("loan unfix", async (context) => {
  const { args, session, rules } = context;
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const [loan, term, pool] = await Promise.all([
    readLoan(contracts, loanId),
    readTerm(contracts, loanId),
    contracts.vault.poolState(),
  ]);
  const sender = await context.sender(args.from);
  const fee = term.fixed?.fee ?? 0n;
  const floating = formatPercent(perYear(pool.ratePerEpochRay));
  const called = loan.state !== "Healthy" && loan.state !== "Watch";
  const preview = {
    title: `Let the rate of loan ${loanId} float`,
    facts: [["fee for leaving early", fee === 0n ? "none" : `${formatFil(fee)}, added to the debt`]] as const,
    changes: [
      [
        "a year",
        term.fixed === undefined ? floating : `${formatPercent(term.fixed.rate)}, fixed`,
        `${floating}, floating`,
      ],
      ["debt", formatFil(term.debt), formatFil(term.debt + fee)],
    ] as const,
    checks: [
      fixedCheck(term),
      {
        label: "the loan is not called",
        ok: !called,
        limit: "Healthy or Watch",
        actual: loan.state,
        code: "LoanBook_WrongState",
        next: [`npx hardhat loan repay ${loanId} max`],
      },
      // Without a fee, to go to the market's rate burdens nobody.
      ...(fee === 0n ? [] : creditChecks(loan, term.debt + fee)),
    ],
    data: { loanId: loanId.toString(), fee: amount(fee), debt: amount(term.debt) },
  };
  return previewThen(context, preview, async () => {
    const done = await floatRate(contracts, sender, loanId);
    const [after, termAfter] = await Promise.all([readLoan(contracts, loanId), readTerm(contracts, loanId)]);
    return {
      data: {
        loanId: loanId.toString(),
        fee: amount(done.fee),
        term: termJson(termAfter, clock),
        loan: loanJson(after, rules),
      },
      lines: [
        `Loan ${loanId} owes ${formatFil(done.debt)} at the floating rate${done.fee === 0n ? "" : `, ${formatFil(done.fee)} of it for leaving early`}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loanId}`, `npx hardhat loan terms ${loanId}`],
    };
  });
});
