import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";

import { buildContracts } from "../../../src/cli/build.js";

/** Rows of the vesting table of a miner that has earned for half a year. */
const FULL_VESTING_TABLE = 361;

export default async function benchGas(
  { check }: { readonly check: boolean },
  hre: HardhatRuntimeEnvironment,
): Promise<Result<undefined, undefined>> {
  await buildContracts(hre);
  // Loaded late: it reads the compiled contracts.
  const bench = await import("../../../scripts/bench/index.js");
  const { root } = hre.config.paths;
  const recorded = bench.readFigures(root);
  const loans = await bench.measureLoans(hre, { breakdown: !check });
  const posted = await bench.measurePosted(hre, { breakdown: !check });
  const terms = await bench.measureTerms(hre, { breakdown: !check });
  const measured = { ...recorded, loans: loans.figures, posted: posted.figures, terms: terms.figures };
  console.log(bench.renderFigures(recorded, measured));
  if (!check) {
    const heavy = await bench.measureLoans(hre, { vestingRows: FULL_VESTING_TABLE });
    const valuing = Object.entries(heavy.figures).filter(
      ([operation, gas]) => gas > (loans.figures[operation] ?? gas) + 1_000,
    );
    bench.writeFigures(root, measured);
    bench.writeBreakdown(root, [
      ...[...loans.breakdowns, ...posted.breakdowns, ...terms.breakdowns].map((one) =>
        bench.renderBreakdown(one.operation, one.gas, one),
      ),
      "",
      `With ${FULL_VESTING_TABLE} rows of vesting: ${valuing.map(([operation, gas]) => `${operation} ${gas.toLocaleString("en-US")}`).join(", ")}.`,
    ]);
    return successfulResult();
  }
  const risen = bench.compareFigures(recorded, measured);
  for (const { name, recorded: before, measured: now } of risen) {
    console.error(`${name}: recorded ${before ?? "nothing"}, now ${now}`);
  }
  return risen.length === 0 ? successfulResult() : errorResult();
}
