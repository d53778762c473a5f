import { lotsOption, seriesOption, sideOption, ticksOption } from "../../src/cli/futures-inputs.js";
import { tradeChecks, tradeFacts } from "../../src/cli/futures-checks.js";
import { effectJson, showSize, shortId, tokenJson } from "../../src/cli/present-futures.js";
import { type CommonArguments, command } from "../../src/cli/run.js";
import { rows } from "../../src/cli/terminal.js";
import { bandOf, effectOf, feeOf } from "../../src/futures/margin.js";
import { atTrade, readAccount, readSeries } from "../../src/futures/series.js";
import { formatToken } from "../../src/loans/tokens.js";

const NAME = "futures quote";

interface Arguments extends CommonArguments {
  readonly series: string | undefined;
  readonly lots: string | undefined;
  readonly side: string | undefined;
  readonly price: string | undefined;
  readonly account: string | undefined;
}

export default command<Arguments>(NAME, async (context) => {
  const { args, session } = context;
  const { contracts, network } = session;
  const id = seriesOption(NAME, args.series);
  const lots = lotsOption(NAME, args.lots);
  const side = sideOption(NAME, args.side);
  const series = await atTrade(contracts, await readSeries(contracts, id), network.epoch);
  const ticks = args.price === undefined ? series.mark : ticksOption(NAME, args.price);
  const account = await readAccount(contracts, series, await session.accountOf(args.account));
  const wanted = { buy: side === "buy", lots, ticks };
  const effect = effectOf(series, account, { ...wanted, feeBps: series.takerFeeBps });
  const makerFee = feeOf(effect.notional, series.makerFeeBps);
  const against = tradeChecks(series, account, wanted, effect, network.epoch).filter(({ ok }) => !ok);
  const { lowest, highest } = bandOf(series.mark, series.bandBps);
  return {
    data: {
      seriesId: id,
      account: account.user,
      side,
      lots: lots.toString(),
      ticks: Number(ticks),
      mark: Number(series.mark),
      fresh: series.fresh,
      lowest: Number(lowest),
      highest: Number(highest),
      asTaker: effectJson(effect, series.token),
      makerFee: tokenJson(makerFee, series.token),
      free: tokenJson(account.free, series.token),
      possible: against.length === 0,
      against: against.map(({ code, limit, actual }) => ({ code, limit, actual })),
    },
    lines: [
      `To ${side} ${lots} lots of ${shortId(id)} · ${series.state}`,
      ...rows([
        ...tradeFacts(series, account, wanted, effect),
        ["fee", `${formatToken(effect.fee, series.token)} as taker, ${formatToken(makerFee, series.token)} as maker`],
      ]),
      against.length === 0
        ? `  Nothing is against it; ${showSize(effect.size)} after it.`
        : `  Against it: ${against.map(({ label, actual }) => `${label}: ${actual}`).join("; ")}.`,
    ],
    next: against[0]?.next ?? [
      `npx hardhat futures ${side} --series ${id} --lots ${lots} --price ${ticks}`,
      `npx hardhat futures ${side} --order FILE`,
    ],
  };
});
