import { buildContracts } from "../src/cli/build.js";
import { type CommandIo, beginOutput } from "../src/cli/run.js";
import { SCENARIOS } from "../src/demo/scenarios.js";
import type { Runtime } from "../src/cli/session.js";
import { InvalidInputError } from "../src/sdk/index.js";

interface Arguments {
  readonly scenario: string;
  readonly json: boolean;
}

export default async function demo(args: Arguments, hre: Runtime, io: CommandIo = {}): Promise<void> {
  const end = beginOutput(args.json, io);
  try {
    const scenario = SCENARIOS.find((name) => name === args.scenario);
    if (scenario === undefined) {
      throw new InvalidInputError({
        code: "UNKNOWN_SCENARIO",
        message: `There is no scenario "${args.scenario}".`,
        limit: SCENARIOS.join(", "),
        input: args.scenario,
        next: SCENARIOS.map((name) => `npx hardhat demo --scenario ${name}`),
      });
    }
    if (!(await hre.artifacts.artifactExists("LoanBook")))
      end.terminal.note("Compiling the contracts; this happens once.");
    await buildContracts(hre);
    const { runDemo } = await import("../src/demo/index.js");
    end.succeed("demo", undefined, await runDemo(hre, scenario, args.json, end.terminal));
  } catch (error) {
    end.fail("demo", undefined, error);
  }
}
