import { parseLoanId } from "../../src/cli/inputs.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { close } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatFil } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
}

export default command<Arguments>("loan close", async (context) => {
  const { args, session } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const loan = await readLoan(contracts, loanId);
  const sender = await context.sender(args.from);
  const left = `debt ${formatFil(loan.debt)}, strips ${formatFil(loan.stripsOutstanding)}, ${loan.miners.length} miners`;
  const preview = {
    title: `Close loan ${loanId} for good`,
    facts: [["left in its account, to the payee", formatFil(loan.freeFunds)]] as const,
    changes: [["state", loan.state, "Closed"]] as const,
    checks: [
      {
        label: "it is open",
        ok: loan.state !== "Closed",
        limit: "any state but Closed",
        actual: loan.state,
        code: "LoanBook_WrongState",
        next: ["npx hardhat loan status"],
      },
      {
        label: "nothing is left",
        ok: loan.debt === 0n && loan.stripsOutstanding === 0n && loan.miners.length === 0,
        limit: "no debt, no outstanding strips, no miners",
        actual: left,
        code: "LoanBook_NotCloseable",
        next: [`npx hardhat loan repay ${loanId} max`, `npx hardhat loan detach ${loanId}`],
      },
    ],
    data: { loanId: loanId.toString() },
  };
  return previewThen(context, preview, async () => {
    const done = await close(contracts, sender, loanId);
    return {
      data: { loanId: loanId.toString() },
      lines: [`Loan ${loanId} is closed.`],
      transaction: done.mined,
      next: ["npx hardhat loan status"],
    };
  });
});
