import { readFile, writeFile } from "node:fs/promises";

import { ZeroAddress } from "ethers";

import { takeOrder } from "../futures/actions.js";
import { effectOf } from "../futures/margin.js";
import { parseSignedOrder, signedOrderJson } from "../futures/order-file.js";
import {
  type Order,
  OrderFlag,
  type SignedOrder,
  UNFIT,
  UNFIT_MEANING,
  MAX_NONCE,
  signOrder,
} from "../futures/orders.js";
import { type AccountView, type SeriesView, atTrade, readAccount, readSeries } from "../futures/series.js";
import { InvalidInputError, PlimsollError, formatDate, formatEpoch, min, parseEpoch } from "../sdk/index.js";
import { bandCheck, stateCheck, tradeChecks, tradeFacts } from "./futures-checks.js";
import { lotsOption, seriesOption, ticksOption } from "./futures-inputs.js";
import { parseNumber } from "./inputs.js";
import { accountJson, effectJson, showSize, shortId } from "./present-futures.js";
import { type Check, type CommandContext, type Outcome, type WriteArguments, command, previewThen } from "./run.js";
import type { Runtime } from "./session.js";
import type { CommandIo } from "./run.js";
import type { JsonValue } from "./envelope.js";

export interface OrderArguments extends WriteArguments {
  readonly series: string | undefined;
  readonly lots: string | undefined;
  readonly price: string | undefined;
  /** A signed order to take, instead of making one. */
  readonly order: string | undefined;
  readonly out: string | undefined;
  readonly expires: string;
  readonly minFill: string;
  readonly nonce: string | undefined;
  readonly taker: string | undefined;
  readonly feeCap: string | undefined;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
}

type Context = CommandContext<OrderArguments>;
type Side = "buy" | "sell";

/** `futures buy` and `futures sell`: signs a limit order, or takes one that somebody signed. */
export function orderCommand(side: Side): (args: OrderArguments, hre: Runtime, io?: CommandIo) => Promise<void> {
  return command<OrderArguments>(`futures ${side}`, async (context) =>
    context.args.order === undefined ? make(context, side) : take(context, side, context.args.order),
  );
}

/** The highest fee to pay, in basis points; a taker's of now unless another is named. */
function feeCapOf({ feeCap }: OrderArguments, series: SeriesView): bigint {
  return feeCap === undefined ? series.takerFeeBps : parseNumber("fee-cap", feeCap, 0n, 10_000n);
}

// ---------------------------------------------------------------- making

async function make(context: Context, side: Side): Promise<Outcome> {
  const { args, session } = context;
  const { contracts, network, clock } = session;
  const name = context.command;
  const id = seriesOption(name, args.series);
  const [lots, ticks] = [lotsOption(name, args.lots), ticksOption(name, args.price)];
  const series = await atTrade(contracts, await readSeries(contracts, id), network.epoch);
  const signer = await session.signer(args.from);
  const maker = await signer.getAddress();
  const feeCapBps = feeCapOf(args, series);
  const order: Order = {
    maker,
    series: id,
    buy: side === "buy",
    lots,
    ticks,
    minFill: parseNumber("min-fill", args.minFill, 0n, lots),
    expiry: parseEpoch(args.expires, clock),
    epoch: await contracts.exchange.epochOf(maker),
    // Rows of nonces share a word of storage; milliseconds are new for each order that a person signs.
    nonce: args.nonce === undefined ? BigInt(Date.now()) : parseNumber("nonce", args.nonce, 0n, MAX_NONCE),
    flags: (args.reduceOnly ? OrderFlag.reduceOnly : 0n) | (args.postOnly ? OrderFlag.postOnly : 0n),
    taker: args.taker === undefined ? ZeroAddress : (await session.resolve(args.taker)).eth,
    feeCapBps,
  };
  const account = await readAccount(contracts, series, maker);
  const effect = effectOf(series, account, { buy: order.buy, lots, ticks, feeBps: series.makerFeeBps });
  const preview = {
    title: `Sign an order to ${side} ${lots} lots of ${shortId(id)} at ${ticks} ticks or better`,
    facts: [
      ["maker", maker],
      ...tradeFacts(series, account, order, effect),
      ["good until", `${formatDate(order.expiry, clock)}, ${formatEpoch(order.expiry, clock.epoch)}`],
      ["highest fee", `${feeCapBps} bps; a maker pays ${series.makerFeeBps}`],
      ["nonce", `${order.nonce}, which cancels it`],
    ] as const,
    changes: [],
    checks: makeChecks(series, order, await contracts.exchange.isCancelled(maker, order.nonce), network.epoch),
    data: { order: previewJson(order), ifFilled: effectJson(effect, series.token) },
    question: "Sign?",
  };
  const missing = effect.need > account.free;
  return previewThen(context, preview, async () => {
    const domain = await session.exchangeDomain();
    const signed = signedOrderJson(domain, await signOrder(domain, order, signer, network.epoch));
    const text = JSON.stringify(signed, undefined, 2);
    if (args.out !== undefined) await writeOrder(args.out, text);
    return {
      data: { signed: { ...signed, order: { ...signed.order } } },
      lines: args.out === undefined ? [text] : [`Wrote the signed order to ${args.out}.`],
      warnings: missing
        ? ["the margin for all of it is not there yet: until it is, the order fills in part or not at all"]
        : [],
      next: [
        `npx hardhat futures ${side === "buy" ? "sell" : "buy"} --order ${args.out ?? "FILE"}`,
        `npx hardhat futures cancel --nonce ${order.nonce}`,
      ],
    };
  });
}

function previewJson(order: Order): JsonValue {
  return { lots: order.lots.toString(), ticks: Number(order.ticks), buy: order.buy, nonce: order.nonce.toString() };
}

function makeChecks(series: SeriesView, order: Order, cancelled: boolean, now: bigint): readonly Check[] {
  const side = order.buy ? "buy" : "sell";
  const quote = `npx hardhat futures quote --series ${series.id} --lots ${order.lots} --side ${side}`;
  return [
    stateCheck(series, ["Listed", "Trading", "CloseOnly"], "the series can still be traded", now),
    bandCheck(series, order.ticks, quote),
    {
      label: "the position stays within its cap",
      ok: order.lots <= series.positionCap * 2n,
      limit: `at most ${series.positionCap * 2n} lots, from one end of the cap to the other`,
      actual: `${order.lots} lots`,
      code: "POSITION_CAP",
      next: [quote],
    },
    {
      label: "the nonce is not cancelled",
      ok: !cancelled,
      limit: "a nonce that was not cancelled",
      actual: `nonce ${order.nonce}, ${cancelled ? "cancelled" : "not cancelled"}`,
      code: "NONCE_CANCELLED",
      next: [`npx hardhat futures ${side} --help`],
    },
  ];
}

async function writeOrder(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, `${text}\n`, { flag: "wx" });
  } catch (error) {
    throw new InvalidInputError({
      code: "CANNOT_WRITE",
      message: `The order cannot be written to "${path}".`,
      limit: "a new file in a folder that may be written to",
      actual: error instanceof Error ? error.message : String(error),
      input: path,
    });
  }
}

// ---------------------------------------------------------------- taking

async function readOrder(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new InvalidInputError({
      code: "CANNOT_READ",
      message: `The order cannot be read from "${path}".`,
      limit: "a file with a signed order",
      actual: error instanceof Error ? error.message : String(error),
      input: path,
    });
  }
}

/** What one side of a trade needs to know of the other. */
interface Taking {
  readonly series: SeriesView;
  readonly account: AccountView;
  readonly signed: SignedOrder;
  readonly lots: bigint;
  /** Of the order, 0 when it cannot be filled [lots]. */
  readonly left: bigint;
  readonly checks: readonly Check[];
}

async function take(context: Context, side: Side, path: string): Promise<Outcome> {
  const { args, session } = context;
  const { contracts, network } = session;
  const signed = parseSignedOrder(await readOrder(path), await session.exchangeDomain(), network.epoch);
  const sender = await context.sender(args.from);
  const taking = await prepare(context, side, signed, await sender.address());
  const { series, account, lots } = taking;
  const { order } = signed;
  const feeCapBps = feeCapOf(args, series);
  const maker = await readAccount(contracts, series, order.maker);
  const plan = { buy: side === "buy", lots, ticks: order.ticks, feeBps: series.takerFeeBps, against: maker.size };
  const effect = effectOf(series, account, plan);
  const preview = {
    title: `${side === "buy" ? "Buy" : "Sell"} ${lots} lots of ${shortId(series.id)} at ${order.ticks} ticks`,
    facts: [
      ["taker", account.user],
      ["maker", `${order.maker}, ${taking.left} lots left of ${order.lots}`],
      ...tradeFacts(series, account, plan, effect),
      ["highest fee", `${feeCapBps} bps; a taker pays ${series.takerFeeBps}`],
    ] as const,
    changes: [],
    checks: [...taking.checks, ...tradeChecks(series, account, plan, effect, network.epoch)],
    data: { hash: signed.hash, maker: order.maker, lots: lots.toString(), effect: effectJson(effect, series.token) },
  };
  return previewThen(context, preview, async () => {
    const mined = await takeOrder(contracts, sender, signed, { lots, feeCapBps, reduceOnly: args.reduceOnly });
    const after = await readAccount(contracts, series, account.user);
    return {
      data: {
        hash: signed.hash,
        maker: order.maker,
        lots: lots.toString(),
        ticks: Number(order.ticks),
        effect: effectJson(effect, series.token),
        account: accountJson(after, series),
      },
      lines: [
        `${side === "buy" ? "Bought" : "Sold"} ${lots} lots at ${order.ticks} ticks: ${showSize(after.size)} now.`,
      ],
      transaction: mined,
      next: [`npx hardhat futures margin --series ${series.id}`],
    };
  });
}

async function prepare(context: Context, side: Side, signed: SignedOrder, taker: string): Promise<Taking> {
  const { args, session } = context;
  const { contracts, network } = session;
  const { order } = signed;
  if (args.series !== undefined && seriesOption(context.command, args.series) !== order.series.toLowerCase()) {
    throw new PlimsollError({
      code: "OTHER_SERIES",
      message: "The order is for another series.",
      limit: args.series,
      actual: order.series,
      next: [`npx hardhat ${context.command} --order FILE`],
    });
  }
  const series = await atTrade(contracts, await readSeries(contracts, order.series), network.epoch);
  const [reason, left] = await contracts.exchange.check(order, signed.signature);
  const lots = args.lots === undefined ? left : lotsOption(context.command, args.lots);
  const unfit = UNFIT[Number(reason)] ?? "None";
  const worst = args.price === undefined ? order.ticks : ticksOption(context.command, args.price);
  const other = side === "buy" ? "sell" : "buy";
  const next = [`npx hardhat futures ${other} --order FILE`];
  const least = min(order.minFill, left);
  const worse = side === "buy" ? order.ticks > worst : order.ticks < worst;
  const checks: readonly Check[] = [
    {
      label: "the order is for the other side",
      ok: order.buy === (side === "sell"),
      limit: `an order to ${other}`,
      actual: `an order to ${order.buy ? "buy" : "sell"}`,
      code: "SAME_SIDE",
      next,
    },
    {
      label: "the order can be filled",
      ok: unfit === "None",
      limit: "an order that is signed, in time, not cancelled and not filled",
      actual: unfit === "None" ? `${left} lots left` : UNFIT_MEANING[unfit],
      code: "ORDER_UNFIT",
    },
    {
      label: "the maker is somebody else, and wants this taker",
      ok: order.maker !== taker && (order.taker === ZeroAddress || order.taker === taker),
      limit: order.taker === ZeroAddress ? "anyone but the maker" : order.taker,
      actual: taker,
      code: "OTHER_TAKER",
    },
    {
      label: "so many lots are left",
      ok: lots > 0n && lots <= left && lots >= least,
      limit: `${least > 0n ? least : 1n} to ${left} lots`,
      actual: `${lots} lots`,
      code: "FuturesExchange_TooFewLots",
    },
    {
      label: "the price is yours or better",
      ok: !worse,
      limit: `${worst} ticks`,
      actual: `${order.ticks} ticks`,
      code: "WORSE_PRICE",
    },
  ];
  const account = await readAccount(contracts, series, taker);
  return { series, account, signed, lots, left, checks };
}
