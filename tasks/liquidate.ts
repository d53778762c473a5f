import { setTimeout as sleep } from "node:timers/promises";

import { EXIT, type ExitCode } from "../src/cli/errors.js";
import { serialise } from "../src/cli/envelope.js";
import { parseLoanId } from "../src/cli/inputs.js";
import { type CommandContext, type CommonArguments, type Outcome, command } from "../src/cli/run.js";
import { type LiquidateOptions, type LiquidationReport, liquidate } from "../src/keeper/index.js";
import { allSteps, reportJson, reportLines } from "../src/keeper/present.js";
import { parseFil } from "../src/sdk/index.js";

interface Arguments extends CommonArguments {
  readonly once: boolean;
  readonly watch: boolean;
  readonly interval: number;
  readonly dryRun: boolean;
  readonly minProfit: string;
  readonly maxGasFee: string;
  readonly budget: string | undefined;
  readonly loan: string | undefined;
  readonly all: boolean;
  readonly takeTokens: boolean;
  readonly minerOwner: string | undefined;
  readonly from: string | undefined;
}

function exitOf(report: LiquidationReport): ExitCode {
  const steps = allSteps(report);
  const failed = steps.filter((step) => step.decision === "failed").length;
  if (failed === 0) return EXIT.done;
  return steps.some((step) => step.decision === "sent" || step.decision === "nothing" || step.decision === "would-send")
    ? EXIT.partial
    : EXIT.failed;
}

function outcomeOf(report: LiquidationReport, dryRun: boolean): Outcome {
  const transaction = allSteps(report).findLast((step) => step.mined !== undefined)?.mined;
  return {
    data: { dryRun, ...(reportJson(report) as { readonly [key: string]: never }) },
    lines: reportLines(report),
    transaction,
    next: dryRun ? ["npx hardhat liquidate"] : ["npx hardhat loan status"],
    exitCode: exitOf(report),
  };
}

/** Runs until interrupted; with `--json` one value a line for each pass. */
async function watch(
  context: CommandContext<Arguments>,
  run: () => Promise<LiquidationReport>,
): Promise<LiquidationReport> {
  const { args, terminal } = context;
  const stop = new AbortController();
  process.once("SIGINT", () => {
    stop.abort();
  });
  for (;;) {
    const report = await run();
    if (stop.signal.aborted) return report;
    if (args.json)
      context.emitLine(
        serialise({
          ok: true,
          v: 1,
          command: "liquidate",
          network: null,
          data: reportJson(report),
          tx: null,
          warnings: [],
          next: [],
        }),
      );
    else for (const line of reportLines(report)) terminal.print(line);
    try {
      await sleep(args.interval * 1000, undefined, { signal: stop.signal });
    } catch {
      return report;
    }
  }
}

export default command<Arguments>("liquidate", async (context) => {
  const { args, session } = context;
  const sender = await context.sender(args.from);
  const options: LiquidateOptions = {
    minProfit: parseFil(args.minProfit),
    maxGasFee: parseFil(args.maxGasFee),
    budget: args.budget === undefined ? undefined : parseFil(args.budget),
    dryRun: args.dryRun,
    all: args.all,
    takeTokens: args.takeTokens,
    newOwner: args.minerOwner === undefined ? undefined : await session.resolveId(args.minerOwner),
    loanId: args.loan === undefined ? undefined : parseLoanId(args.loan),
    onStep: (candidate, step) => {
      context.note(
        `  loan ${candidate.loanId}: ${step.action === "none" ? step.reason : `${step.action}, ${step.decision}: ${step.reason}`}`,
      );
    },
  };
  const run = (): Promise<LiquidationReport> => liquidate(session.contracts, sender, options);
  return outcomeOf(args.watch && !args.once ? await watch(context, run) : await run(), args.dryRun);
});
