import { type JsonValue, amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { loanJson, showHealth } from "../../src/cli/present.js";
import {
  type Check,
  type CommandContext,
  type Outcome,
  type WriteArguments,
  command,
  previewThen,
} from "../../src/cli/run.js";
import { LIEN } from "../../src/loans/actions.js";
import { type LoanView, readLoan } from "../../src/loans/reads.js";
import { type TakeoverView, approvalCommand, openTakeover, readTakeover, takeOver } from "../../src/loans/takeover.js";
import {
  InvalidInputError,
  formatDelegated,
  formatEpoch,
  formatFil,
  formatFilShort,
  formatId,
  parseEpoch,
  parseMinerId,
  parsePositiveFil,
  toFil,
} from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly miner: string;
  readonly amount: string | undefined;
  readonly deadline: string;
  readonly take: boolean;
}

/** What all three ways of the task start from. */
interface Subject {
  readonly context: CommandContext<Arguments>;
  readonly loan: LoanView;
  readonly view: TakeoverView;
  readonly name: string;
  readonly lender: string;
  readonly self: string;
}

async function look(context: CommandContext<Arguments>): Promise<Subject> {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const minerId = parseMinerId(args.miner, rules);
  const name = formatId(minerId, rules);
  const self = `npx hardhat loan refinance ${loanId} ${name}`;
  if (args.take && args.amount !== undefined) {
    throw new InvalidInputError({
      code: "ONE_STEP_AT_A_TIME",
      message: "An offer is opened by one message and taken by another.",
      limit: "--amount or --take",
      input: `--amount ${args.amount} --take`,
      next: [`${self} --amount ${args.amount}`, `${self} --take`],
    });
  }
  const [loan, isMiner] = await Promise.all([readLoan(contracts, loanId), contracts.facts.isMiner(minerId)]);
  if (!isMiner) {
    throw new InvalidInputError({
      code: "LoanBook_NotMiner",
      message: `${name} is not a miner.`,
      limit: "the id of a miner",
      input: args.miner,
      next: [`npx hardhat loan status ${loanId}`],
    });
  }
  const view = await readTakeover(contracts, loanId, minerId);
  return { context, loan, view, name, lender: formatId(view.lender, rules), self };
}

function listing({ view, name, lender, self, loan }: Subject): readonly Check[] {
  return [
    {
      label: "the miner secures no loan",
      ok: view.takenBy === 0n,
      limit: "no loan",
      actual: view.takenBy === 0n ? "none" : `loan ${view.takenBy}`,
      code: "LoanBook_MinerTaken",
      next: [`npx hardhat loan status ${view.takenBy}`],
    },
    {
      label: "another lender holds the lien",
      ok: view.lender !== view.owner,
      limit: "a beneficiary that is not the owner",
      actual: lender,
      code: "LoanBook_NoForeignLien",
      next: [`npx hardhat loan attach ${loan.loanId} ${name}`],
    },
    {
      label: "it may be paid off",
      ok: view.listed,
      limit: "a lender that governance has listed",
      actual: view.listed ? "listed" : `${lender} is not listed`,
      code: "LoanBook_NotListed",
      next: [self],
    },
  ];
}

/** The steps to a takeover, in their order, and what the loan book says of it now. */
function steps(subject: Subject): readonly Check[] {
  const { context, loan, view, lender, self } = subject;
  const { clock } = context.session;
  const account = formatDelegated(loan.account, context.rules);
  return [
    ...listing(subject),
    {
      label: "the loan offers to pay it off",
      ok: view.offered !== 0n && clock.epoch <= view.deadline,
      limit: "an open offer",
      actual:
        view.offered === 0n ? "none" : `${formatFil(view.offered)} until ${formatEpoch(view.deadline, clock.epoch)}`,
      code: view.offered === 0n ? "LoanBook_NoOffer" : "LoanBook_OfferOver",
      next: [`${self} --amount PAYOFF`],
    },
    {
      label: "the owner has proposed the loan's account as beneficiary",
      ok: view.proposed,
      limit: `a proposal of ${account}`,
      actual: view.proposed ? "proposed" : "no such proposal",
      code: "LoanBook_NotProposed",
      hint: "Run this with the owner's key; then the lender approves.",
      next: [
        `lotus-miner actor propose-change-beneficiary --really-do-it ${account} ${toFil(LIEN.quota)} ${LIEN.expiration}`,
      ],
    },
    {
      label: "the lender has approved",
      ok: view.approved || view.adapter !== undefined,
      limit: `an approval of ${lender}`,
      actual: view.approved ? "approved" : view.adapter === undefined ? "none" : "approves once it is paid",
      code: "LoanBook_NotApproved",
      hint: "Let the lender run this. Nothing moves by it until the lender is paid.",
      next: [approvalCommand(view, context.rules)],
    },
    {
      label: "the loan book would let it through",
      ok: view.refusal === undefined,
      limit: view.refusal?.limit ?? "no objection",
      actual: view.refusal?.actual ?? "no objection",
      code: view.refusal?.code ?? "OK",
      ...(view.refusal?.hint === undefined ? {} : { hint: view.refusal.hint }),
      next: view.refusal === undefined || view.refusal.next.length === 0 ? [self] : view.refusal.next,
    },
  ];
}

function viewJson({ view, name, lender, loan }: Subject): { readonly [key: string]: JsonValue } {
  return {
    loanId: loan.loanId.toString(),
    miner: name,
    lender,
    listed: view.listed,
    adapter: view.adapter ?? null,
    offered: amount(view.offered),
    deadline: view.deadline.toString(),
    proposed: view.proposed,
    approved: view.approved,
    ready: view.quote !== undefined,
    refusal: view.refusal?.code ?? null,
    ...(view.quote === undefined ? {} : { debt: amount(view.quote.debt), drawLimit: amount(view.quote.drawLimit) }),
  };
}

/** Nothing is sent: where the takeover stands, and what comes next. */
function show(subject: Subject): Outcome {
  const { name, lender, loan, view, self } = subject;
  const list = steps(subject);
  const open = list.find((check) => !check.ok);
  const lines = list.map(({ ok, label, actual }) => `${ok ? "✓" : "✗"} ${label} (${actual})`);
  return {
    data: viewJson(subject),
    lines: [`Takeover of ${name} from ${lender} into loan ${loan.loanId}`, ...lines],
    next: open === undefined ? [`${self} --take`] : (open.next ?? [`npx hardhat loan status ${view.loanId}`]),
  };
}

async function offer(subject: Subject, text: string): Promise<Outcome> {
  const { context, loan, view, name, lender, self } = subject;
  const { clock, contracts } = context.session;
  const payOff = parsePositiveFil(text);
  const deadline = parseEpoch(context.args.deadline, clock);
  const tranche = loan.tranches.find(({ state }) => state === "next");
  const sender = await context.sender(context.args.from);
  const preview = {
    title: `Offer ${lender} ${formatFil(payOff)} for its lien on ${name}, from loan ${loan.loanId}`,
    facts: [
      ["binding until", formatEpoch(deadline, clock.epoch)],
      ["paid from", tranche === undefined ? "no tranche" : `tranche ${tranche.number}, of which the rest lapses`],
    ] as const,
    changes: [["offer", formatFilShort(view.offered, 4), formatFilShort(payOff, 4)]] as const,
    checks: [
      ...listing(subject),
      {
        label: "the next tranche covers it",
        ok: tranche !== undefined && payOff <= tranche.amount,
        limit: tranche === undefined ? "a tranche to be drawn" : `at most ${formatFil(tranche.amount)}`,
        actual: formatFil(payOff),
        code: tranche === undefined ? "LoanBook_NoTrancheLeft" : "LoanBook_BadPayOff",
        next: [`npx hardhat loan status ${loan.loanId}`, "npx hardhat loan open --help"],
      },
      {
        label: "no less than was offered to it before",
        ok: payOff >= view.offered,
        limit: `at least ${formatFil(view.offered)}`,
        actual: formatFil(payOff),
        code: "LoanBook_OfferReduced",
        next: [`${self} --amount ${toFil(view.offered)}FIL`],
      },
    ],
    data: { ...viewJson(subject), amount: amount(payOff), deadline: deadline.toString() },
  };
  return previewThen(context, preview, async () => {
    const done = await openTakeover(contracts, sender, loan.loanId, view.minerId, payOff, deadline);
    const after = await readTakeover(contracts, loan.loanId, view.minerId);
    const open = steps({ ...subject, view: after }).find((check) => !check.ok);
    return {
      data: viewJson({ ...subject, view: after }),
      lines: [
        `Loan ${loan.loanId} pays ${lender} ${formatFil(payOff)} for ${name} until ${formatEpoch(deadline, clock.epoch)}. It cannot be lowered.`,
        "Next the miner's owner proposes the loan's account, then the lender approves, then anyone has it taken over.",
      ],
      transaction: done.mined,
      next: open?.next ?? [`${self} --take`],
    };
  });
}

async function take(subject: Subject): Promise<Outcome> {
  const { context, loan, view, name, lender } = subject;
  const { contracts } = context.session;
  const sender = await context.sender(context.args.from);
  const preview = {
    title: `Pay ${lender} ${formatFil(view.offered)} and take ${name} over into loan ${loan.loanId}`,
    facts: [["lapses of the tranche", formatFilShort(view.quote?.lapsing ?? 0n, 4)]] as const,
    changes: [
      ["debt", formatFilShort(loan.debt, 4), formatFilShort(view.quote?.debt ?? loan.debt + view.offered, 4)],
      ["miners", `${loan.miners.length}`, `${loan.miners.length + 1}`],
    ] as const,
    checks: steps(subject),
    data: viewJson(subject),
  };
  return previewThen(context, preview, async () => {
    const done = await takeOver(contracts, sender, loan.loanId, view.minerId);
    const after = await readLoan(contracts, loan.loanId);
    return {
      data: {
        loanId: loan.loanId.toString(),
        miner: name,
        lender,
        amount: amount(done.amount),
        loan: loanJson(after, context.rules),
      },
      lines: [
        `${lender} was paid ${formatFil(done.amount)}, and ${name} secures loan ${loan.loanId}.`,
        `It owes ${formatFil(after.debt)}, health ${showHealth(after.health)}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loan.loanId}`],
    };
  });
}

export default command<Arguments>("loan refinance", async (context) => {
  const subject = await look(context);
  if (context.args.take) return take(subject);
  return context.args.amount === undefined ? show(subject) : offer(subject, context.args.amount);
});
