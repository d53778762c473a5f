import { amount } from "../../src/cli/envelope.js";
import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { loanJson } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { releaseMiner } from "../../src/loans/escrow.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatFil, formatId } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly owner: string;
  readonly miner: string | undefined;
}

export default command<Arguments>("loan unescrow", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const loan = await readLoan(contracts, loanId);
  const minerIndex = chooseMiner(loan, args.miner, rules);
  const miner = loan.miners[Number(minerIndex)];
  const minerId = miner?.minerId ?? 0n;
  const name = formatId(minerId, rules);
  const newOwnerId = await session.resolveId(args.owner);
  const newOwner = formatId(newOwnerId, rules);
  const sender = await context.sender(args.from);
  const [accountId, bookId] = await Promise.all([
    contracts.facts.actorIdOf(loan.account),
    contracts.facts.actorIdOf(await contracts.book.getAddress()),
  ]);
  const held = miner?.owner === accountId || miner?.owner === bookId;
  const usable = newOwnerId !== accountId && newOwnerId !== bookId && newOwnerId !== 0n;
  const preview = {
    title: `Give the ownership of ${name} to ${newOwner}, and keep the lien`,
    facts: [["debt that the lien must carry", formatFil(loan.debt)]] as const,
    changes: [
      ["proposed owner", miner?.pendingOwner ? formatId(miner.pendingOwner, rules) : "none", newOwner],
    ] as const,
    checks: [
      {
        label: "it is in escrow, or on its way out",
        ok: held,
        limit: "owned by the loan's account or the loan book",
        actual: miner?.ownership ?? "unknown",
        code: "LoanBook_NotEscrowed",
        next: [`npx hardhat loan escrow ${loanId} --miner ${name}`],
      },
      {
        label: "the new owner is somebody else",
        ok: usable,
        limit: "an actor that is neither the loan's account nor the loan book",
        actual: newOwner,
        code: "LoanBook_InvalidOwner",
        next: [`npx hardhat loan unescrow ${loanId} OWNER --miner ${name}`],
      },
      {
        label: "no strip holder waits",
        ok: loan.stripsOutstanding === 0n || miner?.ownership === "leaving",
        limit: "0 FIL of outstanding strips",
        actual: formatFil(loan.stripsOutstanding),
        code: "LoanBook_StripsOutstanding",
        next: [`npx hardhat loan sweep ${loanId}`],
      },
    ],
    data: { loanId: loanId.toString(), miner: name, newOwner, debt: amount(loan.debt) },
  };
  return previewThen(context, preview, async () => {
    const done = await releaseMiner(contracts, sender, loanId, minerIndex, newOwnerId);
    const after = await readLoan(contracts, loanId);
    return {
      data: { loanId: loanId.toString(), miner: name, newOwner, loan: loanJson(after, rules) },
      lines: [
        `${name} is back under the lien, and ${newOwner} is proposed as its owner.`,
        "Until it accepts, nothing can be drawn; `loan escrow` takes the miner back.",
      ],
      transaction: done.mined,
      next: [`lotus-miner actor set-owner --really-do-it ${newOwner} ${newOwner}`, `npx hardhat loan status ${loanId}`],
    };
  });
});
