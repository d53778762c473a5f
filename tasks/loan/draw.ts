import { agree } from "../../src/cli/agree.js";
import { amount } from "../../src/cli/envelope.js";
import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { termJson } from "../../src/cli/present-terms.js";
import { loanJson, showHealth } from "../../src/cli/present.js";
import { type Check, type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { draw } from "../../src/loans/actions.js";
import { readDraw, readLoan } from "../../src/loans/reads.js";
import { drawFixed } from "../../src/loans/term-actions.js";
import { type LoanTerm, readOffer, readTerm } from "../../src/loans/terms.js";
import {
  formatDate,
  formatEpoch,
  formatFil,
  formatFilShort,
  formatId,
  formatPercent,
  formatPower,
} from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly miner: string | undefined;
  /** Draws at a fixed rate for so long. */
  readonly term?: string | undefined;
  readonly maxRate?: string | undefined;
}

/** A loan has one kind of rate at a time, and all its fixed draws one maturity. */
function kindChecks({ loanId, debt, fixed }: LoanTerm, term: string | undefined): readonly Check[] {
  if (term === undefined) return [];
  if (fixed !== undefined) {
    return [
      {
        label: "the loan has no term yet",
        ok: false,
        limit: `maturity at epoch ${fixed.maturity}`,
        actual: `--term ${term}`,
        code: "LoanBook_OtherMaturity",
        hint: "All draws of a loan share its term: leave out --term.",
        next: [`npx hardhat loan draw ${loanId}`],
      },
    ];
  }
  return [
    {
      label: "no debt at the floating rate",
      ok: debt === 0n,
      limit: "no debt, or one at a fixed rate",
      actual: debt === 0n ? "no debt" : `${formatFil(debt)} at the floating rate`,
      code: "LoanBook_NotFixed",
      hint: "A loan has one kind of rate at a time: fix what is owed first.",
      next: [`npx hardhat loan fix ${loanId} --term ${term}`, `npx hardhat loan draw ${loanId}`],
    },
  ];
}

export default command<Arguments>("loan draw", async (context) => {
  const { args, session, rules } = context;
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const [loan, term] = await Promise.all([readLoan(contracts, loanId), readTerm(contracts, loanId)]);
  const minerIndex = chooseMiner(loan, args.miner, rules);
  const view = await readDraw(contracts, loanId, minerIndex);
  const sender = await context.sender(args.from);
  const tranche = loan.tranches[Number(view.tranche)];
  const miner = loan.miners[Number(minerIndex)];
  const kind = kindChecks(term, args.term);
  const fixed = args.term !== undefined || term.fixed !== undefined;
  const asked =
    fixed && kind.every(({ ok }) => ok)
      ? agree(term, await readOffer(contracts, view.amount), clock, {
          term: args.term,
          maxRate: args.maxRate,
          added: view.amount,
          ...(term.fixed === undefined ? {} : { maturity: term.fixed.maturity }),
        })
      : undefined;
  const next = [`npx hardhat loan preview ${loanId}`, `npx hardhat loan status ${loanId}`];
  const checks: Check[] = view.checks.map(({ label, passed, limit, actual, code }) => ({
    label,
    ok: passed,
    limit,
    actual,
    code,
    next,
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
      ...(asked?.facts ?? []),
    ] as const,
    changes: [["debt", formatFilShort(loan.debt, 4), formatFilShort(loan.debt + view.amount, 4)]] as const,
    checks: [...kind, ...checks, ...(asked?.checks ?? [])],
    data: { loanId: loanId.toString(), tranche: Number(view.tranche) + 1, amount: amount(view.amount) },
  };
  return previewThen(context, preview, async () => {
    const done =
      asked === undefined
        ? { ...(await draw(contracts, sender, loanId, minerIndex)), rate: undefined, maturity: 0n }
        : await drawFixed(contracts, sender, loanId, minerIndex, asked);
    const [after, termAfter] = await Promise.all([readLoan(contracts, loanId), readTerm(contracts, loanId)]);
    return {
      data: {
        loanId: loanId.toString(),
        tranche: Number(done.tranche) + 1,
        miner: formatId(done.minerId, rules),
        amount: amount(done.amount),
        term: termJson(termAfter, clock),
        loan: loanJson(after, rules),
      },
      lines: [
        `${formatFil(done.amount)} went straight into ${formatId(done.minerId, rules)}.`,
        ...(done.rate === undefined
          ? []
          : [
              `It costs ${formatPercent(done.rate)} a year until ${formatDate(done.maturity, clock)}, ${formatEpoch(done.maturity, clock.epoch)}.`,
            ]),
        `Loan ${loanId} owes ${formatFil(after.debt)}, health ${showHealth(after.health)}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan prove ${loanId}`, `npx hardhat loan schedule ${loanId}`],
    };
  });
});
