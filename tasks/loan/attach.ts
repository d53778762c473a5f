import { amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { type Check, type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { LIEN, attachMiner } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatDelegated, formatFil, formatId, formatPower, parseMinerId, toFil } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly miner: string;
}

export default command<Arguments>("loan attach", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const minerId = parseMinerId(args.miner, rules);
  const name = formatId(minerId, rules);
  const loan = await readLoan(contracts, loanId);
  const sender = await context.sender(args.from);
  const isMiner = await contracts.facts.isMiner(minerId);
  const takenBy = await contracts.book.loanOfMiner(minerId);
  const checks: Check[] = [
    {
      label: `${name} is a miner`,
      ok: isMiner,
      limit: "the id of a miner",
      actual: isMiner ? "a miner" : "none",
      code: "LoanBook_NotMiner",
    },
    {
      label: `${name} secures no loan`,
      ok: takenBy === 0n,
      limit: "no loan",
      actual: takenBy === 0n ? "none" : `loan ${takenBy}`,
      code: "LoanBook_MinerTaken",
    },
  ];
  let pledge = 0n;
  let power = 0n;
  if (isMiner) {
    const snapshot = await contracts.facts.snapshot(minerId);
    pledge = snapshot.initialPledge;
    power = snapshot.qaPowerBytes;
    const account = formatDelegated(loan.account, rules);
    checks.push(
      {
        label: "no owner change is pending",
        ok: snapshot.pendingOwner === 0n,
        limit: "none",
        actual: snapshot.pendingOwner === 0n ? "none" : formatId(snapshot.pendingOwner, rules),
        code: "LoanBook_OwnerChangePending",
      },
      {
        label: "the owner is its own beneficiary",
        ok: snapshot.term.beneficiary === snapshot.owner,
        limit: formatId(snapshot.owner, rules),
        actual: formatId(snapshot.term.beneficiary, rules),
        code: "LoanBook_ForeignBeneficiary",
      },
      {
        label: "the owner has proposed the loan's account as beneficiary",
        ok: snapshot.term.hasPending,
        limit: `a proposal of ${account}`,
        actual: snapshot.term.hasPending ? "a proposal is open" : "no proposal",
        code: "NO_BENEFICIARY_PROPOSAL",
        hint: "Run this with the owner's key, then attach.",
        next: [
          `lotus-miner actor propose-change-beneficiary --really-do-it ${account} ${toFil(LIEN.quota)} ${LIEN.expiration}`,
        ],
      },
    );
  }
  const preview = {
    title: `Attach ${name} to loan ${loanId}`,
    facts: [
      ["pledge", formatFil(pledge)],
      ["power", formatPower(power)],
      ["beneficiary becomes", loan.account],
    ] as const,
    changes: [["miners", `${loan.miners.length}`, `${loan.miners.length + 1}`]] as const,
    checks,
    data: { loanId: loanId.toString(), miner: name, pledge: amount(pledge), powerBytes: power.toString() },
  };
  return previewThen(context, preview, async () => {
    const done = await attachMiner(contracts, sender, loanId, minerId);
    return {
      data: { loanId: loanId.toString(), miner: name, pledge: amount(done.pledge), powerBytes: done.power.toString() },
      lines: [
        `${name} now secures loan ${loanId}: pledge ${formatFil(done.pledge)}, power ${formatPower(done.power)}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan preview ${loanId}`, `npx hardhat loan draw ${loanId}`],
    };
  });
});
