import { amount } from "../../src/cli/envelope.js";
import { chooseMiner, parseLoanId } from "../../src/cli/inputs.js";
import { type CommonArguments, command } from "../../src/cli/run.js";
import { rows } from "../../src/cli/terminal.js";
import { type DrawCheckName, readDraw, readLoan } from "../../src/loans/reads.js";
import { formatFil } from "../../src/sdk/index.js";

interface Arguments extends CommonArguments {
  readonly loan: string;
  readonly miner: string | undefined;
}

const BOUNDS: Partial<Readonly<Record<DrawCheckName, string>>> = {
  TrancheLeft: "the size of the tranche",
  Liquidity: "what the pool can lend",
  DrawTest: "what the collateral carries",
};

export default command<Arguments>("loan preview", async ({ args, session, rules, terminal }) => {
  const loanId = parseLoanId(args.loan);
  const loan = await readLoan(session.contracts, loanId);
  const view = await readDraw(session.contracts, loanId, chooseMiner(loan, args.miner, rules));
  const { style } = terminal;
  const bound =
    view.checks.find((check) => check.check === view.mostBinding && !check.passed)?.label ??
    BOUNDS[view.mostBinding] ??
    view.mostBinding;
  return {
    data: {
      loanId: loanId.toString(),
      tranche: Number(view.tranche) + 1,
      amount: amount(view.amount),
      canDraw: view.canDraw,
      binding: view.binding,
      checks: view.checks.map(({ check, passed, limit, actual, code }) => ({ check, passed, limit, actual, code })),
      most: {
        amount: amount(view.most),
        boundBy: view.mostBinding,
        pool: amount(view.liquidity),
        collateral: amount(view.portfolio),
      },
    },
    lines: [
      `Drawing tranche ${view.tranche + 1n} of loan ${loanId}, ${formatFil(view.amount)}: ${view.canDraw ? style.green("can be drawn now") : style.red("cannot be drawn now")}`,
      ...view.checks.map((check) => {
        const mark = check.passed ? style.green("✓") : style.red("✗");
        return `  ${mark} ${check.label} (${check.passed ? check.actual : `needs ${check.limit}, found ${check.actual}`})`;
      }),
      "",
      ...rows([
        ["most that could be drawn", `${formatFil(view.most)}, bound by: ${bound}`],
        ["the pool can lend", formatFil(view.liquidity)],
        ["the collateral carries", `${formatFil(view.portfolio)} more`],
      ]),
    ],
    next: view.canDraw ? [`npx hardhat loan draw ${loanId}`] : [`npx hardhat loan status ${loanId}`],
  };
});
