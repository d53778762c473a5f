import { getAddress, isAddress } from "ethers";

import type { Mined, Sender } from "../../src/chain/index.js";
import { parseSince, seriesOption } from "../../src/cli/futures-inputs.js";
import { seriesJson, shortId, showTicks } from "../../src/cli/present-futures.js";
import {
  type Check,
  type CommandContext,
  type Outcome,
  type WriteArguments,
  command,
  previewThen,
} from "../../src/cli/run.js";
import { MAX_RESOLVED, finalise, propose, resolve } from "../../src/futures/actions.js";
import {
  ARBITER_EPOCHS,
  DISPUTE_EPOCHS,
  RESOLVE_EPOCHS,
  type SeriesView,
  WAIT_EPOCHS,
  readAccount,
  readSeries,
  usersBetween,
} from "../../src/futures/series.js";
import { InvalidInputError, PlimsollError, formatEpoch } from "../../src/sdk/index.js";

const NAME = "futures settle";

interface Arguments extends WriteArguments {
  readonly series: string | undefined;
  readonly users: string | undefined;
  readonly since: string | undefined;
}

type Context = CommandContext<Arguments>;

/** What is due, from what epoch on, and how it is done. */
interface Due {
  readonly step: "propose" | "finalise" | "resolve";
  readonly title: string;
  readonly earliest: bigint;
  readonly facts: ReadonlyArray<readonly [string, string]>;
  readonly send: (sender: Sender) => Promise<Mined>;
}

export default command<Arguments>(NAME, async (context) => {
  const { args, session } = context;
  const { contracts, network } = session;
  const id = seriesOption(NAME, args.series);
  const series = await readSeries(contracts, id);
  const due = await dueOf(context, series);
  if (due === undefined) return nothingDue(series);
  const sender = await context.sender(args.from);
  const preview = {
    title: `${due.title} · series ${shortId(id)}`,
    facts: due.facts,
    changes: [],
    checks: [timeCheck(series, due, network.epoch)],
    data: { step: due.step, seriesId: id, earliest: Number(due.earliest) },
  };
  return previewThen(context, preview, async () => {
    const mined = await due.send(sender);
    const after = await readSeries(contracts, id);
    return {
      data: { step: due.step, series: seriesJson(after) },
      lines: [`${due.title}: done; the series is ${after.state}${priceLine(after)}.`],
      transaction: mined,
      next: nextOf(after),
    };
  });
});

function priceLine(series: SeriesView): string {
  if (series.finalAt > 0n) return `, its final price is ${showTicks(series.finalTicks, series)}`;
  return series.proposal === undefined ? "" : `, ${showTicks(series.proposal.ticks, series)} is proposed`;
}

function nextOf(series: SeriesView): readonly string[] {
  const of = (task: string): string => `npx hardhat futures ${task} --series ${series.id}`;
  if (series.state === "Closed") return [of("claim")];
  return series.state === "Proposed" ? [of("settle"), `${of("dispute")} --price TICKS`] : [of("settle")];
}

/** Whoever stands still has nothing to do: that is no failure. */
function nothingDue(series: SeriesView): Outcome {
  return {
    data: { step: null, series: seriesJson(series) },
    lines: [`Nothing is due: series ${shortId(series.id)} is ${series.state}${priceLine(series)}.`],
    next: nextOf(series),
  };
}

function timeCheck(series: SeriesView, due: Due, now: bigint): Check {
  return {
    label: "it is time",
    // What is sent now is in the next epoch at the earliest.
    ok: now + 1n >= due.earliest,
    limit: `epoch ${due.earliest} or later (${formatEpoch(due.earliest, now)})`,
    actual: `epoch ${now}, ${series.state}`,
    code: "FuturesClearing_TooEarly",
    hint: "Time alone leads on; run this again then.",
    next: [`npx hardhat futures series --ids ${series.id}`],
  };
}

async function dueOf(context: Context, series: SeriesView): Promise<Due | undefined> {
  const { contracts } = context.session;
  const { id, expiry, proposal, dispute } = series;
  switch (series.state) {
    case "Closed":
      return series.open === 0n ? undefined : resolveDue(context, series);
    case "Final":
      return resolveDue(context, series);
    case "Proposed":
    case "Disputed": {
      const at = dispute === undefined ? (proposal?.at ?? 0n) + DISPUTE_EPOCHS : dispute.at + ARBITER_EPOCHS;
      return {
        step: "finalise",
        title: "Make the price final",
        earliest: at,
        facts: [
          ["proposed", showTicks(proposal?.ticks ?? 0n, series)],
          ["fallback", showTicks(proposal?.fallbackTicks ?? 0n, series)],
          ["disputed", dispute === undefined ? "no" : `${showTicks(dispute.ticks, series)} by ${dispute.challenger}`],
        ],
        send: (sender) => finalise(contracts, sender, id),
      };
    }
    default: {
      const good = series.state === "Expired" && (await averageIsGood(context, series));
      const known = series.state !== "Expired" || good;
      return {
        step: "propose",
        title: "Propose the price",
        earliest: known ? expiry : expiry + WAIT_EPOCHS,
        facts: [
          ["expiry", formatEpoch(expiry, context.session.network.epoch)],
          ...(known ? [] : [["average", "has gaps, so that a day is waited for"] as const]),
        ],
        send: (sender) => propose(contracts, sender, id),
      };
    }
  }
}

/** Whether the average of the last day is as demanded (docs/SPEC-futures.md, section 2). */
async function averageIsGood({ session }: Context, series: SeriesView): Promise<boolean> {
  const [, good] = await session.contracts.indices.twap(series.indexId, series.expiry - 2_880n, series.expiry);
  return good;
}

async function resolveDue(context: Context, series: SeriesView): Promise<Due> {
  const { contracts } = context.session;
  const users = await usersToResolve(context, series);
  return {
    step: "resolve",
    title: `Turn ${users.length} of ${series.open} positions into cash`,
    earliest: 0n,
    facts: [
      ["users", users.join(", ")],
      ["claims open at the latest", formatEpoch(series.finalAt + RESOLVE_EPOCHS, context.session.network.epoch)],
    ],
    send: (sender) => resolve(contracts, sender, series.id, users),
  };
}

async function usersToResolve({ args, session }: Context, series: SeriesView): Promise<readonly string[]> {
  const { contracts, clock } = session;
  const named = args.users === undefined ? undefined : parseUsers(args.users);
  const since = parseSince(args.since, clock);
  const candidates = named ?? (await usersBetween(contracts, series.id, since, clock.epoch));
  const accounts = await Promise.all(candidates.map((user) => readAccount(contracts, series, user)));
  const users = accounts.filter(({ size }) => size !== 0n).map(({ user }) => user);
  if (users.length > 0) return users.slice(0, MAX_RESOLVED);
  throw new PlimsollError({
    code: "USERS_NEEDED",
    message: `None of the ${series.open} positions left was found.`,
    limit: "users with a position: --users, or --since to search the logs further back",
    actual: named === undefined ? `none that traded since epoch ${since}` : named.join(", "),
    next: [`npx hardhat futures settle --series ${series.id} --since ${series.tradingStart}`],
  });
}

function parseUsers(text: string): readonly string[] {
  const users = text.split(",").map((user) => user.trim());
  for (const user of users) {
    if (isAddress(user)) continue;
    throw new InvalidInputError({
      code: "INVALID_ADDRESS",
      message: `"${user}" is not an address.`,
      limit: "addresses of 20 bytes, separated by commas",
      input: user,
    });
  }
  if (users.length <= MAX_RESOLVED) return users.map((user) => getAddress(user));
  throw new InvalidInputError({
    code: "FuturesClearing_TooMany",
    message: "These are too many users for one call.",
    limit: `${MAX_RESOLVED} users`,
    actual: `${users.length} users`,
    input: text.slice(0, 80),
  });
}
