import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { differences, layoutOf, readValidations, type StorageLayout, UPGRADEABLE } from "../../lib/storage-layout.js";

/** Thrown when storage layouts are not those on record. */
export class LayoutChangedError extends Error {
  override readonly name = "LayoutChangedError";

  constructor(readonly lines: readonly string[]) {
    super(
      `storage layouts: expected those in storage-layouts/, got ${lines.length} differences\n${lines.join("\n")}\n` +
        "A live proxy keeps its storage: fields may only be added at the end of a namespace or of a struct in a mapping. " +
        "Where the change is right, run `hardhat storage-layout` and commit the record.",
    );
  }
}

export default async function storageLayout(
  { check }: { check: boolean },
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const { root, cache } = hre.config.paths;
  const folder = join(root, "storage-layouts");
  const validations = readValidations(join(cache, "validations.json"));
  const lines: string[] = [];
  for (const contract of UPGRADEABLE) {
    const { bytecode } = await hre.artifacts.readArtifact(contract);
    const present = layoutOf(validations, contract, bytecode);
    const path = join(folder, `${contract}.json`);
    if (!check) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, `${JSON.stringify(present, null, 2)}\n`);
    } else if (!existsSync(path)) {
      lines.push(`${contract}: recorded nothing`);
    } else {
      const recorded = JSON.parse(readFileSync(path, "utf8")) as StorageLayout;
      lines.push(...differences(recorded, present).map((line) => `${contract}: ${line}`));
    }
  }
  if (lines.length > 0) throw new LayoutChangedError(lines);
  console.log(`${UPGRADEABLE.length} storage layouts ${check ? "are those on record" : "written"}`);
}
