import { amount } from "../../src/cli/envelope.js";
import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { loanJson } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { escrowMiner } from "../../src/loans/escrow.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatFilShort, formatId } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly miner: string | undefined;
}

export default command<Arguments>("loan escrow", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const loan = await readLoan(contracts, loanId);
  const minerIndex = chooseMiner(loan, args.miner, rules);
  const miner = loan.miners[Number(minerIndex)];
  const minerId = miner?.minerId ?? 0n;
  const name = formatId(minerId, rules);
  const sender = await context.sender(args.from);
  const [{ ownerId, pendingOwnerId }, accountId] = await Promise.all([
    contracts.facts.owner(minerId),
    contracts.facts.actorIdOf(loan.account),
  ]);
  const [owner, account] = [formatId(ownerId, rules), formatId(accountId, rules)];
  const leaving = miner?.ownership === "leaving";
  const proposed = leaving || pendingOwnerId === accountId;
  const preview = {
    title: `Take ${name} into the escrow of loan ${loanId}`,
    facts: [
      ["owner becomes", `${loan.account} (${account})`],
      ["in liquidation", "its ownership can be sold; the price pays strips and debt, the rest is yours"],
    ] as const,
    changes: [
      ["owner", owner, account],
      ["counts at", formatFilShort(miner?.value ?? 0n, 4), formatFilShort(miner?.orderlyValue ?? 0n, 4)],
    ] as const,
    checks: [
      {
        label: "the loan's account does not own it yet",
        ok: ownerId !== accountId,
        limit: "another owner",
        actual: owner,
        code: "ALREADY_ESCROWED",
        next: [`npx hardhat loan status ${loanId}`],
      },
      {
        label: "its owner has proposed the loan's account as the new owner",
        ok: proposed,
        limit: `a proposal of ${account}`,
        actual: leaving ? "on its way out" : pendingOwnerId === 0n ? "no proposal" : formatId(pendingOwnerId, rules),
        code: "LoanBook_OwnerNotProposed",
        hint: `Run the first command with the key of ${owner}, then the second with the loan's holder.`,
        next: [
          `lotus-miner actor set-owner --really-do-it ${account} ${owner}`,
          `npx hardhat loan escrow ${loanId} --miner ${name}`,
        ],
      },
    ],
    data: { loanId: loanId.toString(), miner: name, owner, account, value: amount(miner?.orderlyValue ?? 0n) },
  };
  return previewThen(context, preview, async () => {
    const done = await escrowMiner(contracts, sender, loanId, minerIndex);
    const after = await readLoan(contracts, loanId);
    return {
      data: {
        loanId: loanId.toString(),
        miner: name,
        previousOwner: formatId(done.previousOwner, rules),
        loan: loanJson(after, rules),
      },
      lines: [
        `${name} is in escrow: ${account} owns it, and it counts at ${formatFilShort(after.miners[Number(minerIndex)]?.value ?? 0n, 4)}.`,
        "You go on running it: worker and control addresses are the same.",
      ],
      transaction: done.mined,
      next: [`npx hardhat loan preview ${loanId}`, `npx hardhat loan control ${loanId} --help`],
    };
  });
});
