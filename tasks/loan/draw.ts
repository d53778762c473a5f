import { amount } from "../../src/cli/envelope.js";
import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { loanJson, showHealth } from "../../src/cli/present.js";
import { type Check, type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { draw } from "../../src/loans/actions.js";
import { readDraw, readLoan } from "../../src/loans/reads.js";
import { formatFil, formatFilShort, formatId, formatPower } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly miner: string | undefined;
}

export default command<Arguments>("loan draw", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const loan = await readLoan(contracts, loanId);
  const minerIndex = chooseMiner(loan, args.miner, rules);
  const view = await readDraw(contracts, loanId, minerIndex);
  const sender = await context.sender(args.from);
  const tranche = loan.tranches[Number(view.tranche)];
  const miner = loan.miners[Number(minerIndex)];
  const checks: Check[] = view.checks.map((check) => ({
    label: check.label,
    ok: check.passed,
    limit: check.limit,
    actual: check.actual,
    code: check.code,
    next: [`npx hardhat loan preview ${loanId}`, `npx hardhat loan status ${loanId}`],
  }));
  const preview = {
    title: `Draw tranche ${view.tranche + 1n} of loan ${loanId}: ${formatFil(view.amount)} into ${miner === undefined ? "?" : formatId(miner.minerId, rules)}`,
    facts: [
      [
        "must then show",
        tranche === undefined
          ? "nothing"
          : `${formatPower(tranche.minPowerDelta)} more power, and pledge of 90 % of the draw`,
      ],
    ] as const,
    changes: [["debt", formatFilShort(loan.debt, 4), formatFilShort(loan.debt + view.amount, 4)]] as const,
    checks,
    data: { loanId: loanId.toString(), tranche: Number(view.tranche) + 1, amount: amount(view.amount) },
  };
  return previewThen(context, preview, async () => {
    const done = await draw(contracts, sender, loanId, minerIndex);
    const after = await readLoan(contracts, loanId);
    return {
      data: {
        loanId: loanId.toString(),
        tranche: Number(done.tranche) + 1,
        miner: formatId(done.minerId, rules),
        amount: amount(done.amount),
        loan: loanJson(after, rules),
      },
      lines: [
        `${formatFil(done.amount)} went straight into ${formatId(done.minerId, rules)}.`,
        `Loan ${loanId} owes ${formatFil(after.debt)}, health ${showHealth(after.health)}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan prove ${loanId}`],
    };
  });
});
