import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { detachMiner } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatFil, formatFilShort, formatId, max } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly miner: string | undefined;
}

export default command<Arguments>("loan detach", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const loan = await readLoan(contracts, loanId);
  const minerIndex = chooseMiner(loan, args.miner, rules);
  const miner = loan.miners[Number(minerIndex)];
  const minerId = miner?.minerId ?? 0n;
  const name = formatId(minerId, rules);
  const sender = await context.sender(args.from);
  const { owner, term } = await contracts.facts.snapshot(minerId);
  const preview = {
    title: `Give ${name} back to its owner`,
    facts: [
      ["owner", formatId(owner, rules)],
      ["debt that the rest must carry", formatFil(loan.debt)],
    ] as const,
    changes: [
      ["value", formatFilShort(loan.value, 4), formatFilShort(max(loan.value - (miner?.value ?? 0n), 0n), 4)],
    ] as const,
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
        label: "the owner has proposed itself as beneficiary",
        ok: term.hasPending,
        limit: `a proposal of ${formatId(owner, rules)} with quota 0 and expiration 0`,
        actual: term.hasPending ? "a proposal is open" : "no proposal",
        code: "NO_BENEFICIARY_PROPOSAL",
        hint: "Run this with the owner's key, then detach.",
        next: [`lotus-miner actor propose-change-beneficiary --really-do-it ${formatId(owner, rules)} 0 0`],
      },
    ],
    data: { loanId: loanId.toString(), miner: name, owner: formatId(owner, rules) },
  };
  return previewThen(context, preview, async () => {
    const done = await detachMiner(contracts, sender, loanId, minerIndex);
    return {
      data: { loanId: loanId.toString(), miner: name, owner: formatId(owner, rules) },
      lines: [`${name} is its owner's alone again.`],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loanId}`, `npx hardhat loan close ${loanId}`],
    };
  });
});
