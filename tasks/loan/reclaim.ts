import { amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { loanJson } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { reclaim } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatEpoch, formatFil, formatFilShort } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
}

export default command<Arguments>("loan reclaim", async (context) => {
  const { args, session, rules } = context;
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const [loan, { drawEpoch }] = await Promise.all([readLoan(contracts, loanId), contracts.book.loanOf(loanId)]);
  const sender = await context.sender(args.from);
  const tranche = loan.frozen ? undefined : loan.tranches.find((candidate) => candidate.state === "drawn");
  const deadline = tranche === undefined ? 0n : drawEpoch + tranche.proveEpochs;
  const preview = {
    title: `Take back the unproven draw of loan ${loanId}`,
    facts: [["drawn", tranche === undefined ? "nothing unproven" : formatFil(tranche.amount)]] as const,
    changes: [["debt", formatFilShort(loan.debt, 4), "less what is still in the miner"]] as const,
    checks: [
      {
        label: "a drawn tranche awaits proof",
        ok: tranche !== undefined,
        limit: "a tranche that is drawn and unproven",
        actual: tranche === undefined ? "none" : `tranche ${tranche.number}`,
        code: "LoanBook_NothingToProve",
        next: [`npx hardhat loan status ${loanId}`],
      },
      {
        label: "its proof deadline has passed",
        ok: clock.epoch > deadline,
        limit: `after ${formatEpoch(deadline, clock.epoch)}`,
        actual: `epoch ${clock.epoch}`,
        code: "LoanBook_ProofNotOverdue",
        next: [`npx hardhat loan prove ${loanId}`],
      },
    ],
    data: { loanId: loanId.toString(), deadline: Number(deadline) },
  };
  return previewThen(context, preview, async () => {
    const done = await reclaim(contracts, sender, loanId);
    const after = await readLoan(contracts, loanId);
    return {
      data: { loanId: loanId.toString(), reclaimed: amount(done.reclaimed), loan: loanJson(after, rules) },
      lines: [`${formatFil(done.reclaimed)} came back at par. The facility is frozen.`],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loanId}`],
    };
  });
});
