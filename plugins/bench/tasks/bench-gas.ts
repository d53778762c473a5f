import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";

export default async function benchGas(
  { check, breakdown }: { readonly check: boolean; readonly breakdown: boolean },
  hre: HardhatRuntimeEnvironment,
): Promise<Result<undefined, undefined>> {
  await hre.tasks.getTask("build").run({ quiet: true });
  // Loaded late: it reads the compiled contracts.
  const { compareFigures, measureLoans, readFigures, renderBreakdown, renderFigures, writeFigures } =
    await import("../../../scripts/bench/index.js");
  const { root } = hre.config.paths;
  const recorded = readFigures(root);
  const loans = await measureLoans(hre, { breakdown });
  const measured = { ...recorded, loans: loans.figures };
  for (const one of loans.breakdowns) console.log(renderBreakdown(one.operation, one.gas, one));
  console.log(renderFigures(recorded, measured));
  if (!check) {
    writeFigures(root, measured);
    return successfulResult();
  }
  const risen = compareFigures(recorded, measured);
  for (const { name, recorded: before, measured: now } of risen)
    console.error(`${name}: recorded ${before ?? "nothing"}, now ${now}`);
  return risen.length === 0 ? successfulResult() : errorResult();
}
