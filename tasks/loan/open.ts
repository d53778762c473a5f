import { amount } from "../../src/cli/envelope.js";
import { parseTranches } from "../../src/cli/inputs.js";
import { type Preview, type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { LIEN, openLoan } from "../../src/loans/actions.js";
import { formatDelegated, formatEpoch, formatEpochs, formatFil, formatPower, toFil } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly tranches: readonly string[];
  readonly drawBy: string;
  readonly proveWithin: string;
  readonly payee: string | undefined;
}

export default command<Arguments>("loan open", async (context) => {
  const { args, session, rules } = context;
  const { contracts, clock } = session;
  const tranches = parseTranches(args.tranches, args.drawBy, args.proveWithin, clock);
  const sender = await context.sender(args.from);
  const holder = await sender.address();
  const payee = args.payee === undefined ? holder : (await session.resolve(args.payee)).eth;
  const total = tranches.reduce((sum, tranche) => sum + tranche.amount, 0n);
  const [{ minDebt }, maxFacility] = await Promise.all([contracts.risk.params(), contracts.book.maxFacility()]);
  const smallest = tranches.reduce((least, tranche) => (tranche.amount < least ? tranche.amount : least), total);
  const preview: Preview = {
    title: `Open a facility of ${formatFil(total)} in ${tranches.length} tranches`,
    facts: [
      ["holder", holder],
      ["surplus to", payee],
      ...tranches.map(
        (tranche, i) =>
          [
            `tranche ${i + 1}`,
            `${formatFil(tranche.amount)} for ${formatPower(tranche.minPowerDelta)}, drawn by ${formatEpoch(tranche.drawDeadline, clock.epoch)}, proven within ${formatEpochs(tranche.proveEpochs)}`,
          ] as const,
      ),
    ],
    changes: [],
    checks: [
      {
        label: "1 to 8 tranches",
        ok: tranches.length >= 1 && tranches.length <= 8,
        limit: "1 to 8 tranches",
        actual: `${tranches.length}`,
        code: "LoanBook_TrancheCount",
        next: ["npx hardhat loan open --help"],
      },
      {
        label: "every tranche is large enough",
        ok: smallest >= minDebt,
        limit: `at least ${formatFil(minDebt)}`,
        actual: formatFil(smallest),
        code: "LoanBook_BadTranche",
      },
      {
        label: "the facility is not too large",
        ok: total <= maxFacility,
        limit: `at most ${formatFil(maxFacility)}`,
        actual: formatFil(total),
        code: "LoanBook_LimitExceeded",
      },
    ],
    data: { holder, payee, total: amount(total), tranches: tranches.length },
  };
  return previewThen(context, preview, async () => {
    const done = await openLoan(contracts, sender, { tranches, payee });
    const account = formatDelegated(done.account, rules);
    const propose = `lotus-miner actor propose-change-beneficiary --really-do-it ${account} ${toFil(LIEN.quota)} ${LIEN.expiration}`;
    return {
      data: {
        loanId: done.loanId.toString(),
        account: done.account,
        accountDelegated: account,
        limit: amount(done.limit),
        beneficiaryTerm: { quota: amount(LIEN.quota), expiration: LIEN.expiration.toString() },
      },
      lines: [`Loan ${done.loanId} is open.`, `Its account is ${done.account} (${account}).`],
      transaction: done.mined,
      next: [propose, `npx hardhat loan attach ${done.loanId} ${rules.prefixes[0]}01234`],
    };
  });
});
