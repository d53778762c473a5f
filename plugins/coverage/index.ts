import { task } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** `hardhat coverage`: the name under which Hardhat 2 knew what is `hardhat test --coverage` now. */
const plugin: HardhatPlugin = {
  id: "plimsoll-coverage",
  npmPackage: null,
  hookHandlers: { config: () => import("./hooks/config.js") },
  tasks: [
    task("coverage", "Runs all tests and writes coverage/lcov.info and coverage/html")
      .addVariadicArgument({ name: "testFiles", description: "Only these test files", defaultValue: [] })
      .setAction(() => import("./tasks/coverage.js"))
      .build(),
  ],
};

export default plugin;
