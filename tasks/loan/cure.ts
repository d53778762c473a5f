import { amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { loanJson, showHealth } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { cure } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { COVENANT_REMEDIES, formatFil, formatFilShort, parseFil } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly amount: string;
}

export default command<Arguments>("loan cure", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const value = parseFil(args.amount);
  const loan = await readLoan(contracts, loanId);
  const sender = await context.sender(args.from);
  const payer = await sender.address();
  const balance = await session.connection.ethers.provider.getBalance(payer);
  const left = loan.debt > value ? loan.debt - value : 0n;
  const preview = {
    title:
      value === 0n
        ? `Have loan ${loanId} reviewed, and insist that it is healthy`
        : `Pay ${formatFil(value)} to cure loan ${loanId}`,
    facts: [
      ["broken now", loan.covenant === "None" ? "nothing" : `${loan.covenant}: ${COVENANT_REMEDIES[loan.covenant]}`],
      ["paid by", payer],
    ] as const,
    changes: [["debt", formatFilShort(loan.debt, 4), formatFilShort(left, 4)]] as const,
    checks: [
      {
        label: "the debt falls below the call limit",
        ok: left <= loan.callLimit,
        limit: `at most ${formatFil(loan.callLimit)}`,
        actual: formatFil(left),
        code: "LoanBook_NotCured",
        hint: "Pay more.",
        next: [`npx hardhat loan cure ${loanId} AMOUNT`],
      },
      {
        label: "the balance covers it",
        ok: balance > value,
        limit: `more than ${formatFil(value)}`,
        actual: formatFil(balance),
        code: "INSUFFICIENT_FUNDS",
      },
    ],
    data: { loanId: loanId.toString(), payer, amount: amount(value), covenant: loan.covenant },
  };
  return previewThen(context, preview, async () => {
    const done = await cure(contracts, sender, loanId, value);
    const after = await readLoan(contracts, loanId);
    return {
      data: { loanId: loanId.toString(), loan: loanJson(after, rules) },
      lines: [`Loan ${loanId} is ${after.state}: debt ${formatFil(after.debt)}, health ${showHealth(after.health)}.`],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loanId}`],
    };
  });
});
