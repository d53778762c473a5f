import { overrideTask } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** Makes `hardhat deploy` build first, keep its log out of standard output, and leave what needs a role as a file for its holder. */
const plugin: HardhatPlugin = {
  id: "plimsoll-deploy",
  npmPackage: null,
  dependencies: () => [import("hardhat-deploy")],
  tasks: [
    overrideTask("deploy")
      .addFlag({ name: "json", description: "Print one JSON value" })
      .setAction(() => import("./task.js"))
      .build(),
  ],
};

export default plugin;
