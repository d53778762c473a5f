import { parseLoanId } from "../../src/cli/inputs.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { ANSWER_WINDOW, answerSpotCheck, namedRanges } from "../../src/loans/sectors.js";
import { formatEpoch, formatId } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
}

export default command<Arguments>("loan check", async (context) => {
  const { args, session, rules } = context;
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const loan = await contracts.book.loanOf(loanId);
  const index = loan.provenCount;
  const spot = await contracts.conditions.spotCheckOf(loanId, index);
  const sender = await context.sender(args.from);
  const open = spot.sampleEpoch !== 0n;
  const [from, to] = [spot.sampleEpoch + 1n, spot.sampleEpoch + ANSWER_WINDOW];
  const inTime = open && clock.epoch >= from && clock.epoch < to;
  const ranges = inTime ? await namedRanges(contracts, loanId, index, spot.sampleEpoch) : [];
  const [sectors, locations] = inTime ? await contracts.conditions.locate(loanId, ranges as never) : [[], []];
  const preview = {
    title: `Answer the spot check of tranche ${index + 1n} of loan ${loanId}`,
    facts: [
      ["miner", formatId(spot.minerId, rules)],
      ["sectors drawn", sectors.map(String).join(", ") || "none yet"],
    ] as const,
    changes: [],
    checks: [
      {
        label: "sectors are named",
        ok: open,
        limit: "sectors named by the provider",
        actual: spot.passed ? "passed already" : "none",
        code: "SectorConditions_NotCommitted",
        next: [`npx hardhat loan ${spot.passed ? "prove" : "status"} ${loanId}`],
      },
      {
        label: "it is time",
        ok: inTime,
        limit: `${formatEpoch(from, clock.epoch)} to ${formatEpoch(to, clock.epoch)}`,
        actual: formatEpoch(clock.epoch, clock.epoch),
        code: "SectorConditions_OutsideWindow",
        next: [`npx hardhat loan check ${loanId}`],
      },
    ],
    data: { loanId: loanId.toString(), sectors: sectors.map(String) },
  };
  return previewThen(context, preview, async () => {
    const done = await answerSpotCheck(contracts, sender, loanId, ranges, locations);
    return {
      data: { loanId: loanId.toString(), passed: done.passed, sectors: sectors.map(String) },
      lines: [
        done.passed ? "All sectors hold: the spot check is passed." : "A sector does not hold: the attempt failed.",
      ],
      transaction: done.mined,
      next: [done.passed ? `npx hardhat loan prove ${loanId}` : `npx hardhat loan sample ${loanId} RANGES`],
    };
  });
});
