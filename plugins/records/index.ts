import { task } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** Records that are committed and checked: the storage of upgradeable contracts, and who may call what. */
const plugin: HardhatPlugin = {
  id: "plimsoll-records",
  npmPackage: null,
  tasks: [
    task("storage-layout", "Writes the storage layout of every upgradeable contract into storage-layouts/")
      .addFlag({ name: "check", description: "Write nothing; fail when a layout differs from the record" })
      .setAction(() => import("./storage-layout.js"))
      .build(),
    task("roles-table", "Writes docs/roles.md: who may call which function of which contract")
      .addFlag({ name: "check", description: "Write nothing; fail when the file differs" })
      .setAction(() => import("./roles-table.js"))
      .build(),
  ],
};

export default plugin;
