import { seriesOption } from "../../src/cli/futures-inputs.js";
import { shortId, showSize, showTicks, tokenJson } from "../../src/cli/present-futures.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { claim } from "../../src/futures/actions.js";
import { RESOLVE_EPOCHS, readAccount, readSeries } from "../../src/futures/series.js";
import { formatSigned, formatToken } from "../../src/loans/tokens.js";
import { formatEpoch, max, mulDivDown } from "../../src/sdk/index.js";

const NAME = "futures claim";

interface Arguments extends WriteArguments {
  readonly series: string | undefined;
  readonly user: string | undefined;
}

export default command<Arguments>(NAME, async (context) => {
  const { args, session } = context;
  const { contracts, network } = session;
  const id = seriesOption(NAME, args.series);
  const series = await readSeries(contracts, id);
  const sender = await context.sender(args.from);
  const user = args.user === undefined ? await sender.address() : await session.accountOf(args.user);
  const account = await readAccount(contracts, series, user);
  const { token } = series;
  const value = account.cash + account.size * series.finalTicks * series.tickValue;
  const owed = max(value, 0n) + account.pending;
  const whole = series.cash + series.deficit;
  const expected = series.deficit === 0n ? owed : mulDivDown(owed, series.cash, whole);
  const opens =
    series.finalAt === 0n ? "once the price is final" : formatEpoch(series.finalAt + RESOLVE_EPOCHS, network.epoch);
  const preview = {
    title: `Claim from series ${shortId(id)} for ${user}`,
    facts: [
      ["final price", series.finalAt === 0n ? "none yet" : showTicks(series.finalTicks, series)],
      ["position", showSize(account.size)],
      ["cash", formatSigned(account.cash, token)],
      ["owed", formatToken(owed, token)],
      [
        "paid",
        `about ${formatToken(expected, token)}${series.deficit === 0n ? "" : ", for losses that nothing covered"}`,
      ],
    ] as const,
    changes: [],
    checks: [
      {
        label: "claims are open",
        ok: series.state === "Closed",
        limit: `Closed: when all positions are resolved, or ${opens}`,
        actual: `${series.state}, ${series.open} positions left`,
        code: "FuturesClearing_WrongState",
        next: [`npx hardhat futures settle --series ${id}`],
      },
      {
        label: "something is owed",
        ok: owed > 0n,
        limit: `more than 0 ${token.symbol}`,
        actual: formatToken(owed, token),
        code: "FuturesClearing_NothingOwed",
        next: [`npx hardhat futures positions --ids ${id}`],
      },
    ],
    data: { seriesId: id, user, owed: tokenJson(owed, token), expected: tokenJson(expected, token) },
  };
  return previewThen(context, preview, async () => {
    const done = await claim(contracts, sender, id, user);
    const after = await readAccount(contracts, series, user);
    return {
      data: {
        seriesId: id,
        user,
        amount: tokenJson(done.amount, token),
        paid: tokenJson(done.paid, token),
        free: tokenJson(after.free, token),
      },
      lines: [`Claimed ${formatToken(done.paid, token)}: ${formatToken(after.free, token)} in no series now.`],
      transaction: done.mined,
      next: [`npx hardhat futures margin --series ${id} --withdraw max`],
    };
  });
});
