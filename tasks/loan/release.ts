import { amount } from "../../src/cli/envelope.js";
import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { loanJson, showHealth } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { release } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatFil, formatFilShort, max, parsePositiveFil } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly amount: string;
  readonly miner: string | undefined;
}

export default command<Arguments>("loan release", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const value = parsePositiveFil(args.amount);
  const loan = await readLoan(contracts, loanId);
  const minerIndex = chooseMiner(loan, args.miner, rules);
  const sender = await context.sender(args.from);
  const there = loan.freeFunds + max(loan.miners[Number(minerIndex)]?.available ?? 0n, 0n);
  const preview = {
    title: `Release ${formatFil(value)} of loan ${loanId} to its payee`,
    facts: [["payee", loan.payee]] as const,
    changes: [["value", formatFilShort(loan.value, 4), formatFilShort(max(loan.value - value, 0n), 4)]] as const,
    checks: [
      {
        label: "no strip holder waits",
        ok: loan.stripsOutstanding === 0n,
        limit: "0 FIL of outstanding strips",
        actual: formatFil(loan.stripsOutstanding),
        code: "LoanBook_StripsOutstanding",
        next: [`npx hardhat loan sweep ${loanId}`],
      },
      {
        label: "it is there",
        ok: value <= there,
        limit: `at most ${formatFil(there)}`,
        actual: formatFil(value),
        code: "LoanBook_ReleaseExceeds",
        next: [`npx hardhat loan status ${loanId}`],
      },
    ],
    data: { loanId: loanId.toString(), amount: amount(value), payee: loan.payee, available: amount(there) },
  };
  return previewThen(context, preview, async () => {
    const done = await release(contracts, sender, loanId, minerIndex, value);
    const after = await readLoan(contracts, loanId);
    return {
      data: { loanId: loanId.toString(), released: amount(done.amount), loan: loanJson(after, rules) },
      lines: [`${formatFil(done.amount)} went to ${after.payee}. Health ${showHealth(after.health)}.`],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loanId}`],
    };
  });
});
