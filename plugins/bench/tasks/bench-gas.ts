import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";

export default async function benchGas(
  { check }: { readonly check: boolean },
  hre: HardhatRuntimeEnvironment,
): Promise<Result<undefined, undefined>> {
  await hre.tasks.getTask("build").run({ quiet: true });
  // Loaded late: it reads the compiled contracts.
  const { compareFigures, measureLoans, readFigures, renderFigures, writeFigures } =
    await import("../../../scripts/bench/index.js");
  const { root } = hre.config.paths;
  const recorded = readFigures(root);
  const measured = { ...recorded, loans: await measureLoans(hre) };
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
