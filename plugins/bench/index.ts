import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** `hardhat bench-gas`: what whole transactions cost. */
const plugin: HardhatPlugin = {
  id: "plimsoll-bench",
  npmPackage: null,
  tasks: [
    task("bench-gas", "Measures the gas of whole transactions and writes benchmarks/gas.json and breakdown.md")
      .addFlag({ name: "check", description: "Write nothing; fail when a figure is higher than the recorded one" })
      .setAction(() => import("./tasks/bench-gas.js"))
      .build(),
    task(
      "bench-flat",
      "Measures the same beside many loans of others, writes benchmarks/flat.json, and fails when anything is dearer",
    )
      .addOption({
        name: "others",
        description: "How many loans of others",
        type: ArgumentType.INT,
        defaultValue: 9_999,
      })
      .setAction(() => import("./tasks/bench-flat.js"))
      .build(),
  ],
};

export default plugin;
