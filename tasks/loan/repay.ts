import { amount } from "../../src/cli/envelope.js";
import { parseAmountOrMax, parseLoanId } from "../../src/cli/inputs.js";
import { loanJson, showHealth } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { fullRepayment, repay } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { readTerm, splitPayment } from "../../src/loans/terms.js";
import { formatFil, formatFilShort } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly amount: string;
}

export default command<Arguments>("loan repay", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const asked = parseAmountOrMax(args.amount);
  const [loan, params, term] = await Promise.all([
    readLoan(contracts, loanId),
    contracts.risk.params(),
    readTerm(contracts, loanId),
  ]);
  const sender = await context.sender(args.from);
  const payer = await sender.address();
  const value = asked === "max" ? await fullRepayment(contracts, loanId) : asked;
  const balance = await session.connection.ethers.provider.getBalance(payer);
  const { applied, fee } = splitPayment(term, value);
  const left = term.debt - applied;
  const preview = {
    title: asked === "max" ? `Repay all that loan ${loanId} owes` : `Repay ${formatFil(asked)} of loan ${loanId}`,
    facts: [
      ["paid by", payer],
      ...(fee === 0n ? [] : [["of it for repaying early", formatFil(fee)] as const]),
    ] as const,
    changes: [
      ["debt", formatFilShort(loan.debt, 4), formatFilShort(left, 4)],
      ["called above", formatFilShort(loan.callLimit, 4), formatFilShort(loan.callLimit, 4)],
    ] as const,
    checks: [
      {
        label: "the loan owes something",
        ok: loan.debt > 0n,
        limit: "more than 0 FIL",
        actual: formatFil(loan.debt),
        code: "LoanBook_NoDebt",
        next: [`npx hardhat loan status ${loanId}`],
      },
      {
        label: "no dust is left",
        ok: left === 0n || left >= params.minDebt,
        limit: `0 FIL or at least ${formatFil(params.minDebt)} left`,
        actual: `${formatFil(left)} left`,
        code: "LoanBook_DustDebt",
        next: [`npx hardhat loan repay ${loanId} max`],
      },
      {
        label: "the balance covers it",
        ok: balance > value,
        limit: `more than ${formatFil(value)}`,
        actual: formatFil(balance),
        code: "INSUFFICIENT_FUNDS",
      },
    ],
    data: { loanId: loanId.toString(), payer, amount: amount(value), debt: amount(loan.debt), fee: amount(fee) },
  };
  return previewThen(context, preview, async () => {
    const done = await repay(contracts, sender, loanId, asked);
    const after = await readLoan(contracts, loanId);
    return {
      data: { loanId: loanId.toString(), paid: amount(done.paid), loan: loanJson(after, rules) },
      lines: [
        `Paid ${formatFil(done.paid)}. Loan ${loanId} owes ${formatFil(after.debt)}, health ${showHealth(after.health)}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loanId}`],
    };
  });
});
