import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { LayoutCompiler } from "../../lib/layout-compiler.js";
import { differences, type StorageLayout, UPGRADEABLE, UPGRADEABLE_SOURCES } from "../../lib/storage-layout.js";

/** Thrown when storage layouts are not those on record. */
export class LayoutChangedError extends HardhatPluginError {
  constructor(readonly lines: readonly string[]) {
    super(
      "plimsoll-records",
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
  const { root } = hre.config.paths;
  const folder = join(root, "storage-layouts");
  const lines: string[] = [];
  for (const present of new LayoutCompiler(root).layouts(UPGRADEABLE_SOURCES)) {
    const { contract } = present;
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
