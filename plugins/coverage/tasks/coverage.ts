import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";

import { COVERAGE_ENV } from "../hooks/config.js";

/** Coverage is switched on when Hardhat starts, before any task: so a task can have it only in a Hardhat of its own. */
export default async function coverage(
  { testFiles }: { readonly testFiles: readonly string[] },
  hre: HardhatRuntimeEnvironment,
): Promise<Result<undefined, undefined>> {
  const packageFile = createRequire(import.meta.url).resolve("hardhat/package.json");
  const cli = join(dirname(packageFile), "dist", "src", "cli.js");
  const code = await new Promise<number | null>((resolve, reject) => {
    spawn(process.execPath, [cli, "--coverage", "test", ...testFiles], {
      cwd: hre.config.paths.root,
      env: { ...process.env, [COVERAGE_ENV]: "1" },
      stdio: "inherit",
    })
      .on("error", reject)
      .on("close", resolve);
  });
  return code === 0 ? successfulResult() : errorResult();
}
