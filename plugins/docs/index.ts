import { task } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** `hardhat docs`: writes the documents that are generated from contracts and tests. */
const plugin: HardhatPlugin = {
  id: "plimsoll-docs",
  npmPackage: null,
  tasks: [
    task("docs", "Writes the generated documents in docs/")
      .addFlag({ name: "check", description: "Write nothing; fail when one would change" })
      .setAction(() => import("./tasks/docs.js"))
      .build(),
  ],
};

export default plugin;
