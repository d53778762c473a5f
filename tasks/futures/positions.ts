import { parseSeriesIds, parseSince } from "../../src/cli/futures-inputs.js";
import { accountJson, positionsTable } from "../../src/cli/present-futures.js";
import { type CommonArguments, command } from "../../src/cli/run.js";
import { type AccountView, listedBetween, readAccount, readSeries, type SeriesView } from "../../src/futures/series.js";
import { formatToken } from "../../src/loans/tokens.js";

interface Arguments extends CommonArguments {
  readonly account: string | undefined;
  readonly ids: string | undefined;
  readonly since: string | undefined;
}

export default command<Arguments>("futures positions", async ({ args, session }) => {
  const { contracts, clock } = session;
  const user = await session.accountOf(args.account);
  const named = parseSeriesIds(args.ids);
  const since = parseSince(args.since, clock);
  const ids = named.length > 0 ? named : await listedBetween(contracts, since, clock.epoch);
  const all = await Promise.all(
    ids.map(async (id): Promise<readonly [SeriesView, AccountView]> => {
      const series = await readSeries(contracts, id);
      return [series, await readAccount(contracts, series, user)];
    }),
  );
  const held = all.filter(([, { size, cash, pending }]) => size !== 0n || cash !== 0n || pending !== 0n);
  const free = [...new Map(all.map(([series, account]) => [series.token.address, { series, account }])).values()];
  const where = named.length > 0 ? `in ${named.length} series` : `in the series listed since epoch ${since}`;
  return {
    data: {
      account: user,
      since: named.length > 0 ? null : Number(since),
      positions: held.map(([series, account]) => accountJson(account, series)),
      free: free.map(({ series: { token }, account }) => ({
        token: token.address,
        symbol: token.symbol,
        units: account.free.toString(),
      })),
    },
    lines: [
      `${user} · ${where}`,
      ...(held.length === 0 ? ["  nothing"] : positionsTable(held)),
      ...free.map(({ series: { token }, account }) => `  ${formatToken(account.free, token)} in no series`),
    ],
    next: held.map(([series]) => `npx hardhat futures margin --series ${series.id}`).slice(0, 3),
  };
});
