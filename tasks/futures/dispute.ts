import { seriesOption, ticksOption } from "../../src/cli/futures-inputs.js";
import { seriesJson, shortId, showTicks, tokenJson } from "../../src/cli/present-futures.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { dispute } from "../../src/futures/actions.js";
import { DISPUTE_EPOCHS, readAccount, readSeries } from "../../src/futures/series.js";
import { formatToken, tokenDecimal } from "../../src/loans/tokens.js";
import { formatEpoch, max } from "../../src/sdk/index.js";

const NAME = "futures dispute";

interface Arguments extends WriteArguments {
  readonly series: string | undefined;
  readonly price: string | undefined;
}

export default command<Arguments>(NAME, async (context) => {
  const { args, session } = context;
  const { contracts, network } = session;
  const id = seriesOption(NAME, args.series);
  const ticks = ticksOption(NAME, args.price);
  const series = await readSeries(contracts, id);
  const sender = await context.sender(args.from);
  const { user, free } = await readAccount(contracts, series, await sender.address());
  const { token, disputeBond: bond } = series;
  const proposed = series.proposal?.ticks ?? 0n;
  const reference = series.proposal?.fallbackTicks ?? 0n;
  const [lowest, highest] = [max(reference - reference / 2n, 1n), reference + reference / 2n];
  const deadline = (series.proposal?.at ?? 0n) + DISPUTE_EPOCHS;
  const next = [`npx hardhat futures series --ids ${id}`];
  const preview = {
    title: `Dispute the price of ${shortId(id)}: ${ticks} instead of ${proposed} ticks`,
    facts: [
      ["challenger", user],
      ["yours", showTicks(ticks, series)],
      ["proposed", showTicks(proposed, series)],
      ["fallback", showTicks(reference, series)],
      ["bond", `${formatToken(bond, token)}, lost where the price turns out no nearer to yours`],
    ] as const,
    changes: [],
    checks: [
      {
        label: "a price is proposed",
        ok: series.state === "Proposed",
        limit: "Proposed",
        actual: series.state,
        code: "FuturesClearing_WrongState",
        next: [`npx hardhat futures settle --series ${id}`],
      },
      {
        label: "it is in time",
        ok: network.epoch + 1n < deadline,
        limit: `before epoch ${deadline} (${formatEpoch(deadline, network.epoch)})`,
        actual: `epoch ${network.epoch}`,
        code: "FuturesClearing_TooLate",
        next,
      },
      {
        label: "the price may be claimed",
        ok: ticks !== proposed && ticks >= lowest && ticks <= highest,
        limit: `${lowest} to ${highest} ticks, and not ${proposed}`,
        actual: `${ticks} ticks`,
        code: "FuturesClearing_OutOfBounds",
        next,
      },
      {
        label: "the bond is there",
        ok: free >= bond,
        limit: `${formatToken(bond, token)} in no series`,
        actual: formatToken(free, token),
        code: "FuturesClearing_NotFree",
        next: [`npx hardhat futures margin --series ${id} --deposit ${tokenDecimal(max(bond - free, 0n), token)}`],
      },
    ],
    data: { seriesId: id, ticks: Number(ticks), proposed: Number(proposed), bond: tokenJson(bond, token) },
  };
  return previewThen(context, preview, async () => {
    const mined = await dispute(contracts, sender, id, ticks);
    const after = await readSeries(contracts, id);
    return {
      data: { ticks: Number(ticks), bond: tokenJson(bond, token), series: seriesJson(after) },
      lines: [
        `Disputed the price with ${showTicks(ticks, series)}; the arbiter has three days, then the fallback counts.`,
      ],
      transaction: mined,
      next: [`npx hardhat futures settle --series ${id}`],
    };
  });
});
