import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { type Check, type CommandContext, type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { confirmWorker, setControl } from "../../src/loans/escrow.js";
import { type LoanView, readLoan } from "../../src/loans/reads.js";
import { InvalidInputError, formatId } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly worker: string;
  readonly controls: readonly string[];
  readonly confirm: boolean;
  readonly miner: string | undefined;
}

/** The miner actor takes no more. */
const MAX_CONTROLS = 10;
/** After a change of worker (actors/miner, WORKER_KEY_CHANGE_DELAY) [epoch]. */
const WORKER_DELAY = 900;

/** One of a loan's miners. */
interface Choice {
  readonly loan: LoanView;
  readonly index: bigint;
  readonly name: string;
  readonly checks: readonly Check[];
}

async function choose(context: CommandContext<Arguments>): Promise<Choice> {
  const { args, session, rules } = context;
  const loan = await readLoan(session.contracts, parseLoanId(args.loan));
  const index = chooseMiner(loan, args.miner, rules);
  const miner = loan.miners[Number(index)];
  const name = formatId(miner?.minerId ?? 0n, rules);
  const escrowed = {
    label: "the miner is in escrow",
    ok: miner?.ownership === "escrow",
    limit: "owned by the loan's account, nobody else proposed",
    actual: miner?.ownership ?? "unknown",
    hint: "Under the lien its owner changes the keys itself.",
    code: "LoanBook_NotEscrowed",
    next: [`npx hardhat loan escrow ${loan.loanId} --miner ${name}`],
  };
  return { loan, index, name, checks: [escrowed] };
}

export default command<Arguments>("loan control", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const { loan, index, name, checks } = await choose(context);
  const sender = await context.sender(args.from);
  const loanId = loan.loanId.toString();
  if (args.confirm) {
    const data = { loanId, miner: name };
    const preview = { title: `Put the new worker of ${name} into force`, changes: [], checks, data };
    return previewThen(context, preview, async () => {
      const done = await confirmWorker(contracts, sender, loan.loanId, index);
      const lines = [`The change of worker of ${name} is confirmed.`];
      return {
        data: { ...data, confirmed: true },
        lines,
        transaction: done.mined,
        next: [`npx hardhat loan status ${loanId}`],
      };
    });
  }
  if (args.worker === "") {
    throw new InvalidInputError({
      code: "WORKER_NEEDED",
      message: "Name the worker: the present one for no change of it.",
      limit: "f01234 or f3..., then the control addresses",
      input: "",
      next: [`npx hardhat loan control ${loanId} WORKER CONTROL...`, `npx hardhat loan control ${loanId} --confirm`],
    });
  }
  const worker = await session.resolveId(args.worker);
  const controls: bigint[] = [];
  for (const text of args.controls) controls.push(await session.resolveId(text));
  const names = controls.map((id) => formatId(id, rules));
  const data = { loanId, miner: name, worker: formatId(worker, rules), controls: names };
  const preview = {
    title: `Give ${name} other keys`,
    facts: [
      ["worker", `${formatId(worker, rules)}, in ${WORKER_DELAY} epochs if it is another than now`],
      ["control addresses", names.length === 0 ? "none: those of now are dismissed" : names.join(", ")],
    ] as const,
    changes: [],
    checks: [
      ...checks,
      {
        label: "the actor takes that many control addresses",
        ok: controls.length <= MAX_CONTROLS,
        limit: `at most ${MAX_CONTROLS}`,
        actual: `${controls.length}`,
        code: "TOO_MANY_CONTROLS",
      },
    ],
    data,
  };
  return previewThen(context, preview, async () => {
    const done = await setControl(contracts, sender, loan.loanId, index, worker, controls);
    return {
      data,
      lines: [
        `The control addresses of ${name} are in force now.`,
        `A new worker is in force after ${WORKER_DELAY} epochs, by the miner's own cron or by the command below.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan control ${loanId} --confirm --miner ${name}`, `npx hardhat loan status ${loanId}`],
    };
  });
});
