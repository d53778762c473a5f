import { parseLoanId } from "../../src/cli/inputs.js";
import { salesJson, salesLines } from "../../src/cli/present-auctions.js";
import { type CommonArguments, type Outcome, command } from "../../src/cli/run.js";
import { readSales } from "../../src/loans/auctions.js";
import { CONTROL_HEALTH } from "../../src/sdk/index.js";

interface Arguments extends CommonArguments {
  readonly loan: string | undefined;
}

export default command<Arguments>("auction list", async ({ args, session, rules }): Promise<Outcome> => {
  const { epoch } = session.network;
  const loanId = args.loan === undefined ? undefined : parseLoanId(args.loan);
  const sales = await readSales(session.contracts, epoch, CONTROL_HEALTH, loanId);
  const some = sales.strips.length + sales.tokens.length + sales.miners.length > 0;
  return {
    data: salesJson(sales, epoch, rules),
    lines: salesLines(sales, epoch, rules),
    warnings: sales.unreadable.map((name) => `${name} cannot be read now`),
    next: some ? ["npx hardhat auction take --help", "npx hardhat liquidate"] : ["npx hardhat loan status"],
  };
});
