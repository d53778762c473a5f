import { amount } from "../../src/cli/envelope.js";
import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { loanJson } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { sweep } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatFil, formatFilShort, formatId } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly miner: string | undefined;
}

export default command<Arguments>("loan sweep", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const loan = await readLoan(contracts, loanId);
  const minerIndex = chooseMiner(loan, args.miner, rules);
  const miner = loan.miners[Number(minerIndex)];
  const name = miner === undefined ? "?" : formatId(miner.minerId, rules);
  const sender = await context.sender(args.from);
  const preview = {
    title: `Sweep ${name} for loan ${loanId}`,
    facts: [
      ["due", `${formatFil(loan.due)} (strips first, then interest; everything once the loan is called)`],
      ["available in the miner", formatFil(miner?.available ?? 0n)],
    ] as const,
    changes: [["debt", formatFilShort(loan.debt, 4), "less what is found"]] as const,
    checks: [
      {
        label: "something is due and there",
        ok: loan.sweepable > 0n,
        limit: "more than 0 FIL of both",
        actual: `due ${formatFil(loan.due)}, there ${formatFil(loan.sweepable)}`,
        code: "LoanBook_NothingToSweep",
        next: [`npx hardhat loan status ${loanId}`],
      },
    ],
    data: { loanId: loanId.toString(), miner: name, due: amount(loan.due), sweepable: amount(loan.sweepable) },
  };
  return previewThen(context, preview, async () => {
    const done = await sweep(contracts, sender, loanId, minerIndex);
    const after = await readLoan(contracts, loanId);
    return {
      data: {
        loanId: loanId.toString(),
        miner: name,
        withdrawn: amount(done.withdrawn),
        toStrips: amount(done.toStrips),
        toDebt: amount(done.toDebt),
        tip: amount(done.tip),
        loan: loanJson(after, rules),
      },
      lines: [
        `Swept ${formatFil(done.withdrawn)}: ${formatFil(done.toStrips)} to strip holders, ${formatFil(done.toDebt)} to the debt, ${formatFil(done.tip)} as tip.`,
        `Loan ${loanId} owes ${formatFil(after.debt)}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loanId}`],
    };
  });
});
