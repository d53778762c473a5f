import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";

import { buildContracts } from "../../../src/cli/build.js";

export default async function benchFlat(
  { others }: { readonly others: number },
  hre: HardhatRuntimeEnvironment,
): Promise<Result<undefined, undefined>> {
  await buildContracts(hre);
  // Loaded late: it reads the compiled contracts.
  const bench = await import("../../../scripts/bench/index.js");
  const flatness = await bench.measureFlatness(hre, others);
  bench.writeFlatness(hre.config.paths.root, flatness);
  console.log(bench.renderFigures(flatness.alone, flatness.among));
  const dearer = bench.dearerAmong(flatness);
  for (const line of dearer) console.error(line);
  return dearer.length === 0 ? successfulResult() : errorResult();
}
