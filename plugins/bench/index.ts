import { task } from "hardhat/config";
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
  ],
};

export default plugin;
