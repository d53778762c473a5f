import { parseSeriesIds, parseSince } from "../../src/cli/futures-inputs.js";
import { seriesJson, seriesTable } from "../../src/cli/present-futures.js";
import { type CommonArguments, command } from "../../src/cli/run.js";
import { listedBetween, readSeries } from "../../src/futures/series.js";

interface Arguments extends CommonArguments {
  readonly ids: string | undefined;
  readonly since: string | undefined;
}

export default command<Arguments>("futures series", async ({ args, session }) => {
  const { contracts, clock } = session;
  const named = parseSeriesIds(args.ids);
  const since = parseSince(args.since, clock);
  const ids = named.length > 0 ? named : await listedBetween(contracts, since, clock.epoch);
  const list = await Promise.all(ids.map((id) => readSeries(contracts, id)));
  const [first] = list;
  return {
    data: {
      series: list.map(seriesJson),
      since: named.length > 0 ? null : Number(since),
    },
    lines:
      first === undefined
        ? [
            `No series was listed since epoch ${since}. The clearing keeps no list: name ids with --ids, or look further back with --since.`,
          ]
        : seriesTable(list, clock),
    next:
      first === undefined
        ? ["npx hardhat futures series --since EPOCH", "npx hardhat futures series --ids ID,ID"]
        : [`npx hardhat futures quote --series ${first.id} --lots 1 --side buy`],
  };
});
