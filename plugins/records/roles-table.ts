import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** Thrown when docs/roles.md is not what the tables say. */
export class RolesTableChangedError extends HardhatPluginError {
  constructor(readonly path: string) {
    super(
      "plimsoll-records",
      `${path}: expected what lib/access.ts says, got another text; run \`hardhat roles-table\``,
    );
  }
}

export default async function rolesTable({ check }: { check: boolean }, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { renderRoles } = await import("../../lib/access.js");
  const path = join(hre.config.paths.root, "docs", "roles.md");
  if (!check) writeFileSync(path, renderRoles());
  else if (!existsSync(path) || readFileSync(path, "utf8") !== renderRoles()) throw new RolesTableChangedError(path);
  console.log(`docs/roles.md ${check ? "is up to date" : "written"}`);
}
