/** Operations as data, so that the same one is done to the model and to the contracts. */

import type { Clearing } from "./clearing.js";
import type { TokenTerms } from "./ledger.js";
import { Refused, type Reason } from "./refused.js";
import type { Risk, Terms } from "./series.js";
import type { Fill, Skip, Taker } from "./trade.js";

/** How a feed may misbehave, but for silence: that is time's. */
export type Fault = "none" | "broken" | "decimals" | "incomplete" | "future";

export type Operation =
  | { kind: "feed"; index: number; answer: bigint; fault: Fault }
  | { kind: "observe"; index: number }
  | { kind: "list"; caller: string; terms: Terms; risk: Risk }
  | { kind: "setRisk"; caller: string; series: string; risk: Risk }
  | { kind: "setToken"; caller: string; token: string; terms: TokenTerms }
  | { kind: "halt"; caller: string; series: string; until: bigint }
  | { kind: "deposit"; caller: string; token: string; amount: bigint; receiver: string }
  | { kind: "withdraw"; caller: string; token: string; amount: bigint; to: string }
  | { kind: "fund"; caller: string; token: string; amount: bigint }
  | { kind: "collectFees"; token: string }
  | { kind: "allocate" | "recapitalise" | "release"; caller: string; series: string; amount: bigint }
  | { kind: "refresh" | "propose" | "finalise" | "cover"; series: string }
  | { kind: "completeRelease" | "flag" | "unflag"; series: string; user: string }
  | { kind: "writeOff" | "claim"; caller: string; series: string; user: string }
  | { kind: "trade"; venue: string; series: string; taker: Taker; fills: readonly Fill[] }
  | { kind: "liquidate"; caller: string; series: string; user: string; lots: bigint }
  | { kind: "take"; caller: string; series: string; lots: bigint }
  | { kind: "dispute"; caller: string; series: string; ticks: bigint }
  | { kind: "arbitrate"; caller: string; series: string; ticks: bigint }
  | { kind: "resolve"; caller: string; series: string; users: readonly string[] };

export type Kind = Operation["kind"];

/** All of them: each must succeed in a run that proves something. */
export const KINDS = [
  "feed",
  "observe",
  "list",
  "setRisk",
  "setToken",
  "halt",
  "deposit",
  "withdraw",
  "fund",
  "collectFees",
  "allocate",
  "recapitalise",
  "cover",
  "release",
  "refresh",
  "propose",
  "finalise",
  "completeRelease",
  "flag",
  "unflag",
  "writeOff",
  "claim",
  "trade",
  "liquidate",
  "take",
  "dispute",
  "arbitrate",
  "resolve",
] as const satisfies readonly Kind[];

export interface Outcome {
  readonly refused?: Reason;
  readonly skips?: readonly Skip[];
}

/** Does an operation to the model. */
export function perform(model: Clearing, operation: Operation): Outcome {
  try {
    const skips = dispatch(model, operation);
    return skips === undefined ? {} : { skips };
  } catch (refusal) {
    if (!(refusal instanceof Refused)) throw refusal;
    return { refused: refusal.reason };
  }
}

function dispatch(model: Clearing, o: Operation): Skip[] | undefined {
  switch (o.kind) {
    case "feed":
      return void answer(model, o);
    case "observe":
      return void model.observe(o.index);
    case "list":
      return void model.list(o.caller, o.terms, o.risk);
    case "setRisk":
      return void model.setRisk(o.caller, o.series, o.risk);
    case "setToken":
      return void model.setTokenTerms(o.caller, o.token, o.terms);
    case "halt":
      return void model.halt(o.caller, o.series, o.until);
    case "collectFees":
      return void model.collectFees(o.token);
    case "deposit":
      return void model.deposit(o.caller, o.token, o.amount, o.receiver);
    case "withdraw":
      return void model.withdraw(o.caller, o.token, o.amount, o.to);
    case "fund":
      return void model.fund(o.caller, o.token, o.amount);
    case "trade":
      return model.trade(o.venue, o.series, o.taker, o.fills);
    default:
      return void dispatchToSeries(model, o);
  }
}

type OfSeries = Exclude<
  Operation,
  | { kind: "feed" | "observe" | "list" | "setRisk" | "setToken" | "halt" | "collectFees" }
  | { token: string }
  | { venue: string }
>;

function dispatchToSeries(model: Clearing, o: OfSeries): void {
  switch (o.kind) {
    case "allocate":
    case "recapitalise":
    case "release":
      return model[o.kind](o.caller, o.series, o.amount);
    case "refresh":
    case "propose":
    case "finalise":
    case "cover":
      return model[o.kind](o.series);
    case "completeRelease":
    case "flag":
    case "unflag":
      return model[o.kind](o.series, o.user);
    case "writeOff":
    case "claim":
      return model[o.kind](o.caller, o.series, o.user);
    case "liquidate":
      return model.liquidate(o.caller, o.series, o.user, o.lots);
    case "take":
      return model.take(o.caller, o.series, o.lots);
    case "dispute":
      return model.dispute(o.caller, o.series, o.ticks);
    case "arbitrate":
      return model.arbitrate(o.caller, o.series, o.ticks);
    case "resolve":
      return model.resolve(o.caller, o.series, o.users);
  }
}

/** What the feed of an index answers from now on. */
function answer(model: Clearing, o: Extract<Operation, { kind: "feed" }>): void {
  const { feed, terms } = model.indexOf(o.index);
  feed.roundId += 1n;
  feed.answer = o.answer;
  feed.broken = o.fault === "broken";
  feed.decimals = terms.decimals + (o.fault === "decimals" ? 1n : 0n);
  feed.answeredInRound = feed.roundId - (o.fault === "incomplete" ? 1n : 0n);
  feed.updatedAt = model.timestamp + (o.fault === "future" ? 1_000n : 0n);
}

/** The series that an operation is about, if any. */
export const seriesIn = (o: Operation): string | undefined => ("series" in o ? o.series : undefined);
