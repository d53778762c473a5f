import { parseLoanId, parseNumber } from "../../src/cli/inputs.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { promiseConditions } from "../../src/loans/sectors.js";
import { formatEpoch, formatPower, parseEpoch, parsePower } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly tranche: string;
  readonly checks: string;
  readonly until: string | undefined;
  readonly data: string | undefined;
}

export default command<Arguments>("loan promise", async (context) => {
  const { args, session } = context;
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const number = parseNumber("tranche", args.tranche, 1n, 8n);
  const index = number - 1n;
  const [before, loan] = await Promise.all([
    contracts.conditions.promiseOf(loanId, index),
    contracts.book.loanOf(loanId),
  ]);
  const next = {
    spotChecks: parseNumber("checks", args.checks, 0n, 8n),
    minExpiration: args.until === undefined ? 0n : parseEpoch(args.until, clock),
    minDataBytes: args.data === undefined ? 0n : parsePower(args.data),
  };
  const sender = await context.sender(args.from);
  const epoch = (at: bigint): string => (at === 0n ? "any" : formatEpoch(at, clock.epoch));
  const preview = {
    title: `Promise conditions for tranche ${number} of loan ${loanId}`,
    changes: [
      ["spot checks", `${before.spotChecks}`, `${next.spotChecks}`],
      ["committed until", epoch(before.minExpiration), epoch(next.minExpiration)],
      ["data", formatPower(before.minDataBytes), formatPower(next.minDataBytes)],
    ] as const,
    checks: [
      {
        label: "the tranche is not drawn yet",
        ok: index >= loan.drawnCount && index < loan.trancheCount,
        limit: `tranche ${loan.drawnCount + 1n} to ${loan.trancheCount}`,
        actual: `tranche ${number}`,
        code: "SectorConditions_NotOpen",
        next: [`npx hardhat loan status ${loanId}`],
      },
    ],
    data: { loanId: loanId.toString(), tranche: Number(number) },
  };
  return previewThen(context, preview, async () => {
    const done = await promiseConditions(contracts, sender, loanId, index, next);
    return {
      data: {
        loanId: loanId.toString(),
        tranche: Number(number),
        spotChecks: Number(next.spotChecks),
        minExpiration: next.minExpiration.toString(),
        minDataBytes: next.minDataBytes.toString(),
      },
      lines: [
        `Tranche ${number} will have to meet them. A promise can be raised until the draw, and never lowered.`,
        ...(next.minDataBytes === 0n
          ? []
          : [`Pieces count whose manifests name ${await contracts.conditions.getAddress()} as one to notify.`]),
      ],
      transaction: done.mined,
      next: [`npx hardhat loan draw ${loanId}`],
    };
  });
});
