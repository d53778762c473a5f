import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import type { Runtime } from "./session.js";

/** When the newest file in a folder was written [ms]; 0 for no file. */
function newest(folder: string, endsWith: string): number {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(endsWith));
    return Math.max(0, ...names.map((name) => statSync(join(folder, name)).mtimeMs));
  } catch {
    return 0;
  }
}

/**
 * Compiles the contracts without the tests, which takes a fraction of a full build. The deploy scripts' typed artifacts are written by
 * hardhat-deploy at the clean-up of full builds only, so that step is run here where they are missing or old.
 */
export async function buildContracts(hre: Runtime): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const paths = [...(await hre.artifacts.getAllArtifactPaths())];
  const built = Math.max(0, ...paths.map((path) => statSync(path).mtimeMs));
  if (newest(join(hre.config.paths.root, "generated", "artifacts"), ".ts") >= built) return;
  await hre.hooks.runHandlerChain("solidity", "onCleanUpArtifacts", [paths], async () => undefined);
}
