import { EXIT } from "../../src/cli/errors.js";
import { parseLoanId, parseRatio } from "../../src/cli/inputs.js";
import { loanJson, loanLines, summaryJson, summaryLines } from "../../src/cli/present.js";
import { type CommonArguments, type Outcome, command } from "../../src/cli/run.js";
import { readLoan, readLoans } from "../../src/loans/reads.js";
import { formatWad } from "../../src/sdk/index.js";

interface Arguments extends CommonArguments {
  readonly loan: string;
  readonly check: boolean;
  readonly minHealth: string;
}

export default command<Arguments>("loan status", async ({ args, session, rules }): Promise<Outcome> => {
  const floor = parseRatio(args.minHealth);
  const unhealthy = (health: bigint | undefined): boolean => health !== undefined && health < floor;
  const exit = (found: boolean): Pick<Outcome, "exitCode" | "warnings"> =>
    args.check && found ? { exitCode: EXIT.unhealthy, warnings: [`health is below ${formatWad(floor)}`] } : {};
  if (args.loan === "") {
    const loans = await readLoans(session.contracts);
    return {
      data: { loans: loans.map(summaryJson) },
      lines: summaryLines(loans),
      next: loans.length === 0 ? ["npx hardhat loan open --help"] : ["npx hardhat loan status LOAN"],
      ...exit(loans.some((loan) => !loan.readable || unhealthy(loan.health))),
    };
  }
  const loan = await readLoan(session.contracts, parseLoanId(args.loan));
  return {
    data: { loan: loanJson(loan, rules) },
    lines: loanLines(loan, rules, session.network.epoch),
    next: [`npx hardhat loan preview ${loan.loanId}`],
    ...exit(unhealthy(loan.health) || loan.covenant !== "None"),
  };
});
