import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";

import { driftedDocuments, writeDocuments } from "../../../scripts/docs/index.js";

export default function docs(
  { check }: { readonly check: boolean },
  hre: HardhatRuntimeEnvironment,
): Result<undefined, undefined> {
  const { root } = hre.config.paths;
  if (!check) {
    console.log(
      writeDocuments(root)
        .map((path) => `wrote ${path}`)
        .join("\n") || "All generated documents are up to date.",
    );
    return successfulResult();
  }
  const drifted = driftedDocuments(root);
  for (const { path } of drifted) console.error(`${path} is out of date: run npm run docs`);
  return drifted.length === 0 ? successfulResult() : errorResult();
}
