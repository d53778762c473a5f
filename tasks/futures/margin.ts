import { onlyOne, seriesOption } from "../../src/cli/futures-inputs.js";
import { accountJson, accountLines, shortId, tokenJson } from "../../src/cli/present-futures.js";
import {
  type Check,
  type CommandContext,
  type Outcome,
  type WriteArguments,
  command,
  previewThen,
} from "../../src/cli/run.js";
import type { Mined, Sender } from "../../src/chain/index.js";
import { allocate, completeRelease, depositTokens, release, withdrawTokens } from "../../src/futures/actions.js";
import { type AccountView, type SeriesView, readAccount, readSeries } from "../../src/futures/series.js";
import { Token, formatSigned, formatToken, parseTokenAmount, tokenDecimal } from "../../src/loans/tokens.js";
import { formatEpoch, max } from "../../src/sdk/index.js";

const NAME = "futures margin";

interface Arguments extends WriteArguments {
  readonly series: string | undefined;
  readonly deposit: string | undefined;
  readonly withdraw: string | undefined;
  readonly allocate: string | undefined;
  readonly release: string | undefined;
  readonly complete: boolean;
}

type Action = "deposit" | "withdraw" | "allocate" | "release" | "complete";

/** What one step needs to know. */
interface Step {
  readonly action: Action;
  readonly series: SeriesView;
  readonly account: AccountView;
  readonly amount: bigint;
  /** Most that the step may move [token units]. */
  readonly most: bigint;
}

export default command<Arguments>(NAME, async (context) => {
  const { args, session } = context;
  const { contracts, network } = session;
  const id = seriesOption(NAME, args.series);
  const { deposit, withdraw, complete } = args;
  const action = onlyOne(NAME, { deposit, withdraw, allocate: args.allocate, release: args.release, complete });
  const series = await readSeries(contracts, id);
  const sender = await context.sender(args.from);
  const account = await readAccount(contracts, series, await sender.address());
  if (action === undefined) return show(series, account, network.epoch);
  const most = await mostOf(context, action, series, account);
  const text = action === "complete" ? "max" : (args[action] ?? "");
  const amount = text.trim().toLowerCase() === "max" ? most : parseTokenAmount(text, series.token);
  return act(context, sender, { action, series, account, amount, most });
});

function show(series: SeriesView, account: AccountView, now: bigint): Outcome {
  const next =
    account.free === 0n && account.size === 0n && account.cash === 0n ? "--deposit AMOUNT" : "--allocate AMOUNT";
  return {
    data: accountJson(account, series),
    lines: accountLines(account, series, now),
    next: [`npx hardhat futures margin --series ${series.id} ${next}`],
  };
}

/** Most that a step may move [token units]. */
async function mostOf(
  { session }: CommandContext<Arguments>,
  action: Action,
  series: SeriesView,
  account: AccountView,
): Promise<bigint> {
  if (action === "deposit") {
    return new Token(series.token.address, session.contracts.futures.runner).balanceOf(account.user);
  }
  if (action === "complete") return account.pending;
  if (action !== "release") return account.free;
  // A position keeps its initial margin; without one all of the cash may go.
  return max(account.size === 0n ? account.cash : account.equity - account.initialMargin, 0n);
}

const CODES: Readonly<Record<Action, string>> = {
  deposit: "INSUFFICIENT_TOKENS",
  withdraw: "FuturesClearing_NotFree",
  allocate: "FuturesClearing_NotFree",
  release: "FuturesClearing_BelowMargin",
  complete: "FuturesClearing_ZeroAmount",
};

function checksOf({ action, series, account, amount, most }: Step, now: bigint): readonly Check[] {
  const { token } = series;
  const again = `npx hardhat futures margin --series ${series.id}`;
  const next = action === "complete" || most === 0n ? [again] : [`${again} --${action} ${tokenDecimal(most, token)}`];
  const enough: Check = {
    label: action === "release" ? "the margin that is left suffices" : "it is there",
    ok: amount > 0n && amount <= most,
    limit: most === 0n ? "more than there is" : `more than 0, at most ${formatToken(most, token)}`,
    actual: formatToken(amount, token),
    code: amount === 0n ? "FuturesClearing_ZeroAmount" : CODES[action],
    next,
  };
  if (action !== "complete") return [enough];
  const due: Check = {
    label: "it is due",
    ok: now + 1n >= account.pendingAt || series.finalAt > 0n,
    limit: formatEpoch(account.pendingAt, now),
    actual: `epoch ${now}`,
    code: "FuturesClearing_TooEarly",
    next,
  };
  return [enough, due];
}

const TITLES: Readonly<Record<Action, string>> = {
  deposit: "Deposit",
  withdraw: "Withdraw",
  allocate: "Add as margin",
  release: "Release",
  complete: "Complete the release of",
};

async function act(context: CommandContext<Arguments>, sender: Sender, step: Step): Promise<Outcome> {
  const { session } = context;
  const { action, series, account, amount } = step;
  const { token } = series;
  const preview = {
    title: `${TITLES[action]} ${formatToken(amount, token)} · series ${shortId(series.id)}`,
    facts: [
      ["account", account.user],
      ["free", formatToken(account.free, token)],
      ["equity", formatSigned(account.equity, token)],
      ["initial margin", formatToken(account.initialMargin, token)],
      ...(series.stormUntil > session.network.epoch && action === "release"
        ? [
            [
              "storm",
              `paid in two steps, 120 epochs later (until ${formatEpoch(series.stormUntil, session.network.epoch)})`,
            ] as const,
          ]
        : []),
    ] as const,
    changes: [],
    checks: checksOf(step, session.network.epoch),
    data: { action, amount: tokenJson(amount, token), account: accountJson(account, series) },
  };
  return previewThen(context, preview, async () => {
    const mined = await send(context, sender, step);
    const after = await readAccount(session.contracts, await readSeries(session.contracts, series.id), account.user);
    return {
      data: { action, amount: tokenJson(amount, token), account: accountJson(after, series) },
      lines: accountLines(after, series, session.network.epoch),
      transaction: mined,
      next: [
        after.pending > 0n
          ? `npx hardhat futures margin --series ${series.id} --complete`
          : `npx hardhat futures margin --series ${series.id}`,
      ],
    };
  });
}

async function send(context: CommandContext<Arguments>, sender: Sender, step: Step): Promise<Mined> {
  const { contracts } = context.session;
  const { action, series, amount } = step;
  const token = series.token.address;
  switch (action) {
    case "deposit":
      return depositTokens(contracts, sender, token, amount);
    case "withdraw":
      return withdrawTokens(contracts, sender, token, amount);
    case "allocate":
      return allocate(contracts, sender, series.id, amount);
    case "release":
      return (await release(contracts, sender, series.id, amount)).mined;
    case "complete":
      return completeRelease(contracts, sender, series.id);
  }
}
