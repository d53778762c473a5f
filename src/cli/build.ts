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

/** Runs something that talks too much; what it said is shown when it fails. */
async function quietly(run: () => Promise<unknown>): Promise<void> {
  const { stdout, stderr } = process;
  const [out, err] = [stdout.write, stderr.write];
  const said: string[] = [];
  const keep = (text: string | Uint8Array): boolean => {
    said.push(typeof text === "string" ? text : new TextDecoder().decode(text));
    return true;
  };
  stdout.write = keep as typeof stdout.write;
  stderr.write = keep as typeof stderr.write;
  try {
    await run();
  } catch (error) {
    err.call(stderr, said.join(""));
    throw error;
  } finally {
    stdout.write = out;
    stderr.write = err;
  }
}

/**
 * Compiles the contracts without the tests, which takes a fraction of a full build. The deploy scripts' typed artifacts are written by
 * hardhat-deploy at the clean-up of full builds only, so that step is run here where they are missing or old.
 */
export async function buildContracts(hre: Runtime): Promise<void> {
  await quietly(async () => {
    await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
    await hre.artifacts.clearCache();
    const paths = [...(await hre.artifacts.getAllArtifactPaths())];
    const built = Math.max(0, ...paths.map((path) => statSync(path).mtimeMs));
    const folder = join(hre.config.paths.root, "generated", "artifacts");
    if (paths.length > 0 && newest(folder, ".ts") >= built) return;
    await hre.hooks.runHandlerChain("solidity", "onCleanUpArtifacts", [paths], async () => undefined);
  });
}
