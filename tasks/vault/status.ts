import { lenderJson, lenderLines, poolJson, poolLines } from "../../src/cli/present.js";
import { type CommonArguments, command } from "../../src/cli/run.js";
import { readLender, readPool } from "../../src/vault/reads.js";

interface Arguments extends CommonArguments {
  readonly lender: string | undefined;
}

export default command<Arguments>("vault status", async ({ args, session }) => {
  const pool = await readPool(session.contracts);
  const account = args.lender === undefined ? undefined : (await session.resolve(args.lender)).eth;
  const lender = account === undefined ? undefined : await readLender(session.contracts, account);
  return {
    data: { pool: poolJson(pool), lender: lender === undefined ? null : lenderJson(lender) },
    lines: [...poolLines(pool), ...(lender === undefined ? [] : ["", ...lenderLines(lender)])],
    next: ["npx hardhat vault deposit AMOUNT", "npx hardhat vault queue", "npx hardhat loan status"],
  };
});
