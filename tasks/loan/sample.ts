import { parseLoanId, parseSectorRange } from "../../src/cli/inputs.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { ANSWER_WINDOW, LOOKAHEAD, nameSectors } from "../../src/loans/sectors.js";
import { formatEpoch, formatEpochs } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly ranges: readonly string[];
}

export default command<Arguments>("loan sample", async (context) => {
  const { args, session } = context;
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const ranges = args.ranges.map(parseSectorRange);
  const sectors = ranges.reduce((sum, { count }) => sum + count, 0n);
  const loan = await contracts.book.loanOf(loanId);
  const sender = await context.sender(args.from);
  const preview = {
    title: `Name ${sectors} sectors for the spot check of loan ${loanId}`,
    facts: [
      ["drawn by the beacon of", `the epoch ${formatEpochs(LOOKAHEAD)} from now`],
      ["answer due", `within ${formatEpochs(ANSWER_WINDOW)} after it`],
    ] as const,
    changes: [],
    checks: [
      {
        label: "a drawn tranche awaits proof",
        ok: !loan.frozen && loan.provenCount < loan.drawnCount,
        limit: "a tranche that is drawn and unproven",
        actual: "none",
        code: "SectorConditions_NothingToProve",
        next: [`npx hardhat loan status ${loanId}`],
      },
    ],
    data: { loanId: loanId.toString(), sectors: sectors.toString() },
  };
  return previewThen(context, preview, async () => {
    const done = await nameSectors(contracts, sender, loanId, ranges);
    return {
      data: {
        loanId: loanId.toString(),
        sectors: sectors.toString(),
        attempt: Number(done.attempt),
        sampleEpoch: done.sampleEpoch.toString(),
      },
      lines: [
        `The beacon draws the sample in ${formatEpoch(done.sampleEpoch, clock.epoch)}. This is attempt ${done.attempt} of 3.`,
        `Answer right after it: whoever is first decides, and no answer by ${formatEpoch(done.sampleEpoch + ANSWER_WINDOW, clock.epoch)} is a failed one.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan check ${loanId}`],
    };
  });
});
