import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";

import { COVERAGE_ENV } from "../hooks/config.js";
import { reportCoverage } from "../lib/report.js";

/** The long comparison of the simulated miner actor with its model runs contracts/devnet alone, which is not measured. */
const MODEL_STEPS = "1000";

/**
 * Coverage is switched on when Hardhat starts, before any task: so a task can have it only in a Hardhat of its own. The environment
 * says so, not an option, for the Hardhats that tests start in turn: they shall not compile over what is measured. Fails when a test
 * fails, and, unless only some test files were asked for, when something was not run and is not listed with its reason.
 */
export default async function coverage(
  { testFiles }: { readonly testFiles: readonly string[] },
  hre: HardhatRuntimeEnvironment,
): Promise<Result<undefined, undefined>> {
  const packageFile = createRequire(import.meta.url).resolve("hardhat/package.json");
  const cli = join(dirname(packageFile), "dist", "src", "cli.js");
  const code = await new Promise<number | null>((resolve, reject) => {
    spawn(process.execPath, [cli, "test", ...testFiles], {
      cwd: hre.config.paths.root,
      env: { PLIMSOLL_MODEL_STEPS: MODEL_STEPS, ...process.env, [COVERAGE_ENV]: "true" },
      stdio: "inherit",
    })
      .on("error", reject)
      .on("close", resolve);
  });
  if (code !== 0) return errorResult();
  if (testFiles.length > 0) return successfulResult();
  const [compiler] = hre.config.solidity.profiles.default?.compilers ?? [];
  const { text, complete } = reportCoverage(hre.config.paths.root, compiler?.version ?? "");
  console.log(text);
  return complete ? successfulResult() : errorResult();
}
