import { overrideTask } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** After the Solidity tests: what the invariant campaigns did, and a failure where one of them missed what it must reach. */
const plugin: HardhatPlugin = {
  id: "plimsoll-campaigns",
  npmPackage: null,
  tasks: [
    overrideTask(["test", "solidity"])
      .setAction(() => import("./tasks/test-solidity.js"))
      .build(),
  ],
};

export default plugin;
