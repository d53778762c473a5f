import type { ContractTransaction } from "ethers";

import { type Mined, type Sender, findEvent } from "../chain/index.js";
import { claimStrip } from "../loans/actions.js";
import type { Plimsoll } from "../loans/contracts.js";
import { type LoanSummary, readLoans } from "../loans/reads.js";
import { PlimsollError, WAD, formatFil, formatFilShort, max, min } from "../sdk/index.js";
import { type CheckReport, answerChecks } from "./checks.js";
import { decide, nextStepAbove } from "./decide.js";
import { pokeTokens } from "./poke.js";
import { fillQueue } from "./queue.js";
import { readLoansWithSales, readPosition, readRules, readStrips } from "./reads.js";
import { readMatured } from "./terms.js";
import type { Action, KeeperPosition, KeeperRules, KeeperStep, KeeperTerms } from "./types.js";

export interface LiquidateOptions {
  /** Least gain of a step that is done for gain [attoFIL]. */
  readonly minProfit: bigint;
  /** Most gas that an unpaid step may cost [attoFIL]. */
  readonly maxGasFee: bigint;
  /** Most FIL to spend; undefined: what the signer has, less gas. */
  readonly budget: bigint | undefined;
  /** Also buy posted tokens where the feed's price leaves a gain. */
  readonly takeTokens?: boolean;
  /** Also buy miners where their orderly value leaves a gain, for this owner, who must accept [actor id]. */
  readonly newOwner?: bigint | undefined;
  /** Decide and simulate, but send nothing. */
  readonly dryRun: boolean;
  /** Also collect what is due from healthy loans, for the tip. */
  readonly all: boolean;
  /** Only this loan. */
  readonly loanId?: bigint | undefined;
  /** Loans whose health is asked for in one call; by default as many as nodes bear. */
  readonly loansAtOnce?: number;
  /** Told of every step, as it is decided or done; the next one waits for it. */
  readonly onStep?: (candidate: CandidateFacts, step: StepReport) => void | Promise<void>;
}

/** What is known of a loan when it is looked at. */
export interface CandidateFacts {
  readonly loanId: bigint;
  readonly state: string;
  readonly health: bigint | undefined;
  readonly debt: bigint;
  readonly collateral: bigint;
}

/** What became of one step. */
export interface StepReport {
  readonly action: KeeperStep["kind"] | "claim" | "check" | "poke" | "fulfil" | "none";
  readonly decision: "sent" | "would-send" | "skipped" | "lost-race" | "failed" | "nothing";
  readonly reason: string;
  readonly gas: bigint | undefined;
  /** [attoFIL] */
  readonly fee: bigint | undefined;
  /** After gas; for a strip, once it is paid in full [attoFIL]. */
  readonly profit: bigint | undefined;
  readonly mined: Mined | undefined;
  readonly error: PlimsollError | undefined;
}

export interface CandidateReport extends CandidateFacts {
  readonly steps: readonly StepReport[];
}

export interface LiquidationReport {
  /** Loans looked at through the lens. */
  readonly scanned: number;
  /** What they were like before anything was done. */
  readonly seen: readonly LoanSummary[];
  readonly candidates: readonly CandidateReport[];
  readonly claims: ReadonlyArray<{
    readonly stripId: bigint;
    readonly loanId: bigint;
    readonly amount: bigint;
    readonly step: StepReport;
  }>;
  /** Spot checks of sectors that could be answered. */
  readonly checks: readonly CheckReport[];
  /** Tokens whose price or backing was to be stored. */
  readonly pokes: ReadonlyArray<{ readonly token: string; readonly symbol: string; readonly step: StepReport }>;
  /** The redeem queue, after all that brings cash; undefined where only one loan was looked at. */
  readonly queue: StepReport | undefined;
}

/** A loan is walked through at most this many steps in one run. */
const MAX_STEPS = 12;
/** Kept back from a budget for gas, as a share of the balance [1/n]. */
const GAS_SHARE = 50n;

/** Refusals that mean that somebody else was faster, or that the facts moved on. */
const RACES: ReadonlySet<string> = new Set([
  "StripAuction_AlreadyActive",
  "StripAuction_NotActive",
  "StripAuction_Healthy",
  "StripAuction_BonusTooLow",
  "StripAuction_TooSmall",
  "StripAuction_NotExpired",
  "StripAuction_LoanMoved",
  "StripAuction_SweepFirst",
  "PostedAuction_AlreadyActive",
  "PostedAuction_NotActive",
  "PostedAuction_Healthy",
  "PostedAuction_LoanMoved",
  "PostedAuction_NoPrice",
  "PostedAuction_NothingPosted",
  "PostedAuction_PriceTooHigh",
  "PostedAuction_TooSmall",
  "ControlAuction_AlreadyActive",
  "ControlAuction_NotActive",
  "ControlAuction_Healthy",
  "ControlAuction_LoanMoved",
  "ControlAuction_NotEscrowed",
  "ControlAuction_NotExpired",
  "ControlAuction_PriceTooHigh",
  "ControlAuction_SweepFirst",
  "ControlAuction_TooMany",
  "LoanBook_NothingToSweep",
  "LoanBook_NoShortfall",
  "LoanBook_NoDebt",
  "LoanBook_NotFixed",
  "LoanBook_NotOverdue",
  "LoanBook_RateNotRaised",
  "SectorConditions_BadLocation",
  "SectorConditions_NotCommitted",
  "SectorConditions_NothingToProve",
  "SectorConditions_OutsideWindow",
]);

/**
 * One pass over all loans: sweeps at par, opens auctions of tokens, miners and strips, starts unsold ones over and ends those that are
 * over, buys where that pays, provisions what nothing can be sold of, raises the rate of terms that are over, claims what is due to the
 * signer's own strips, answers spot checks, and stores prices. Each step is decided by a pure function, simulated, and only then sent;
 * a loan that fails does not stop the others.
 */
export async function liquidate(
  contracts: Plimsoll,
  sender: Sender,
  options: LiquidateOptions,
): Promise<LiquidationReport> {
  const loans =
    options.loanId === undefined
      ? await readLoans(contracts, options.loansAtOnce)
      : [await only(contracts, sender, options.loanId)];
  const strips = await readStrips(contracts, await sender.address());
  const ownOf = (loanId: bigint): bigint =>
    strips.filter((strip) => strip.loanId === loanId).reduce((sum, strip) => sum + strip.outstanding, 0n);
  const candidates: CandidateReport[] = [];
  const withSales = await readLoansWithSales(contracts);
  const matured = await readMatured(contracts, loans, await epochOf(sender));
  for (const loan of [...loans, ...(await closedWithSales(contracts, sender, loans, withSales, options))]) {
    const own = ownOf(loan.loanId);
    const wanted = own > 0n || withSales.has(loan.loanId) || matured.has(loan.loanId) || isCandidate(loan, options);
    if (wanted) candidates.push(await walk(contracts, sender, loan, own, options));
  }
  const claims = await claimAll(contracts, sender, options);
  const checks = await answerChecks(contracts, sender, options);
  const pokes = options.loanId === undefined ? await pokeTokens(contracts, sender, options) : [];
  const queue = options.loanId === undefined ? await fillQueue(contracts, sender, options) : undefined;
  return { scanned: loans.length, seen: loans, candidates, claims, checks, pokes, queue };
}

/** Loans that are closed, for which a miner is still on sale. */
async function closedWithSales(
  contracts: Plimsoll,
  sender: Sender,
  loans: readonly LoanSummary[],
  withSales: ReadonlySet<bigint>,
  options: LiquidateOptions,
): Promise<LoanSummary[]> {
  if (options.loanId !== undefined) return [];
  const open = new Set(loans.map((loan) => loan.loanId));
  const closed = [...withSales].filter((loanId) => !open.has(loanId));
  return Promise.all(closed.map(async (loanId) => only(contracts, sender, loanId)));
}

async function only(contracts: Plimsoll, sender: Sender, loanId: bigint): Promise<LoanSummary> {
  const position = await readPosition(contracts, loanId, await epochOf(sender));
  return {
    loanId,
    readable: true,
    state: position.state,
    debt: position.debt,
    value: position.value,
    health: position.health,
  };
}

function isCandidate(loan: LoanSummary, options: LiquidateOptions): boolean {
  if (options.all || options.loanId !== undefined || !loan.readable) return true;
  return (loan.health !== undefined && loan.health < WAD) || (loan.state !== "Healthy" && loan.state !== "Watch");
}

async function walk(
  contracts: Plimsoll,
  sender: Sender,
  loan: LoanSummary,
  ownStrips: bigint,
  options: LiquidateOptions,
): Promise<CandidateReport> {
  let facts: CandidateFacts = {
    loanId: loan.loanId,
    state: loan.state,
    health: loan.health,
    debt: loan.debt,
    collateral: loan.value,
  };
  const steps: StepReport[] = [];
  const report = async (step: StepReport): Promise<void> => {
    steps.push(step);
    await options.onStep?.(facts, step);
  };
  try {
    for (let i = 0; i < MAX_STEPS; i += 1) {
      const position = await readPosition(contracts, loan.loanId, await epochOf(sender), ownStrips);
      if (i === 0)
        facts = {
          loanId: loan.loanId,
          state: position.state,
          health: position.health,
          debt: position.debt,
          collateral: position.value,
        };
      const step = await advance(contracts, sender, position, options);
      await report(step);
      if (step.decision !== "sent") break;
    }
  } catch (error) {
    await report(failed("none", error));
  }
  return { ...facts, steps };
}

async function advance(
  contracts: Plimsoll,
  sender: Sender,
  position: KeeperPosition,
  options: LiquidateOptions,
): Promise<StepReport> {
  const [rules, terms, gasPrice] = await Promise.all([
    rulesNow(contracts, sender),
    termsOf(sender, options),
    gasPriceOf(sender),
  ]);
  const step = nextStepAbove(position, rules, terms);
  if (step.kind === "none") return quiet(step.why);
  if (!step.upkeep && step.gross < terms.minProfit) {
    const reason = `${step.why}; a gain of ${formatFil(step.gross)} before gas is below --min-profit ${formatFil(terms.minProfit)}`;
    return { ...quiet(reason), action: step.kind, decision: "skipped", profit: step.gross };
  }
  const transaction = transactionOf(contracts, sender, position.loanId, step, terms);
  let action: Action;
  let gas: bigint;
  try {
    gas = await sender.simulate(await transaction);
    action = decide(position, rules, terms, gas, gasPrice);
  } catch (error) {
    return refused(step.kind, error);
  }
  if (action.do === "nothing") return quiet(action.reason);
  const known = {
    action: step.kind,
    reason: action.reason,
    gas,
    fee: action.fee,
    profit: action.profit,
    mined: undefined,
    error: undefined,
  };
  if (action.do === "skip") return { ...known, decision: "skipped" };
  if (options.dryRun) return { ...known, decision: "would-send" };
  try {
    const mined = await sender.send(`${step.kind} loan ${position.loanId}`, transaction, gas);
    return { ...known, decision: "sent", fee: mined.fee, profit: gainOf(contracts, step, mined) - mined.fee, mined };
  } catch (error) {
    return refused(step.kind, error);
  }
}

/** What a step brought [attoFIL]. */
function gainOf(contracts: Plimsoll, step: KeeperStep, mined: Mined): bigint {
  if (step.kind === "sweep")
    return BigInt((findEvent(mined, contracts.book, "LoanSwept")?.getValue("tip") as bigint | undefined) ?? 0n);
  if (step.kind === "kick")
    return BigInt((findEvent(mined, contracts.auction, "AuctionStarted")?.getValue("tip") as bigint | undefined) ?? 0n);
  // Tokens and miners are worth what was reckoned, in case they are sold for that.
  if (step.kind === "takeToken" || step.kind === "takeMiner") return step.gross;
  if (step.kind !== "take") return 0n;
  const sold = findEvent(mined, contracts.auction, "StripSold");
  return sold === undefined ? 0n : BigInt(sold.getValue("face") as bigint) - BigInt(sold.getValue("price") as bigint);
}

async function rulesNow(contracts: Plimsoll, sender: Sender): Promise<KeeperRules> {
  return readRules(contracts, await epochOf(sender));
}

/** The last epoch that the node knows. */
export async function epochOf(sender: Sender): Promise<bigint> {
  return BigInt((await sender.signer.provider?.getBlockNumber()) ?? 0);
}

async function termsOf(sender: Sender, options: LiquidateOptions): Promise<KeeperTerms> {
  const balance = (await sender.signer.provider?.getBalance(await sender.address())) ?? 0n;
  const spendable = balance - balance / GAS_SHARE;
  return {
    minProfit: options.minProfit,
    maxGasFee: options.maxGasFee,
    budget: options.budget === undefined ? spendable : min(options.budget, spendable),
    takeTokens: options.takeTokens ?? false,
    newOwner: options.newOwner,
  };
}

export async function gasPriceOf(sender: Sender): Promise<bigint> {
  const fees = await sender.signer.provider?.getFeeData();
  return fees?.maxFeePerGas ?? fees?.gasPrice ?? 0n;
}

/** The transaction of a step. A take sends a little more than the price, because both debt and bonus move; the rest comes back. */
async function transactionOf(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  step: KeeperStep,
  terms: KeeperTerms,
): Promise<ContractTransaction> {
  const { book, auction, posted, control } = contracts;
  const payment = (price: bigint): bigint => max(price, min(price + price / 100n, terms.budget));
  switch (step.kind) {
    case "review":
      return book.review.populateTransaction(loanId);
    case "sweep":
      return book.sweep.populateTransaction(loanId, step.minerIndex);
    case "mature":
      return book.mature.populateTransaction(loanId);
    case "impair":
      return book.impair.populateTransaction(loanId);
    case "writeOff":
      return book.writeOff.populateTransaction(loanId);
    case "kick":
      return auction.kick.populateTransaction(loanId);
    case "restart":
      return auction.restart.populateTransaction(loanId);
    case "buyIn":
      return auction.buyIn.populateTransaction(loanId);
    case "end":
      return auction.end.populateTransaction(loanId);
    case "take":
      return auction.take.populateTransaction(loanId, step.maxFace, step.minBonus, NOBODY, "0x", {
        value: payment(step.price),
      });
    case "kickToken":
      return posted.kick.populateTransaction(loanId, step.token);
    case "takeToken": {
      const value = payment(step.price);
      const { token, maxAmount, maxAsk } = step;
      return posted.take.populateTransaction(loanId, token, maxAmount, maxAsk, await sender.address(), "0x", { value });
    }
    case "kickMiner":
      return control.kick.populateTransaction(step.minerId);
    case "restartMiner":
      return control.restart.populateTransaction(step.minerId);
    case "endMiner":
      return control.end.populateTransaction(step.minerId);
    case "takeMiner": {
      const value = payment(step.price);
      return control.take.populateTransaction(step.minerId, value, step.newOwner, "0x", { value });
    }
  }
}

/** `take` to the zero address: to the caller, added to its last strip of that loan where possible. */
const NOBODY = "0x0000000000000000000000000000000000000000";

async function claimAll(
  contracts: Plimsoll,
  sender: Sender,
  options: LiquidateOptions,
): Promise<LiquidationReport["claims"]> {
  const claims = [];
  for (const strip of await readStrips(contracts, await sender.address())) {
    if (strip.claimable === 0n || (options.loanId !== undefined && options.loanId !== strip.loanId)) continue;
    const step = await claimOne(contracts, sender, strip, options);
    claims.push({ stripId: strip.stripId, loanId: strip.loanId, amount: strip.claimable, step });
    await options.onStep?.({ loanId: strip.loanId, state: "", health: undefined, debt: 0n, collateral: 0n }, step);
  }
  return claims;
}

async function claimOne(
  contracts: Plimsoll,
  sender: Sender,
  strip: { readonly stripId: bigint; readonly claimable: bigint },
  options: LiquidateOptions,
): Promise<StepReport> {
  try {
    const gas = await sender.simulate(await contracts.auction.claim.populateTransaction(strip.stripId));
    const fee = gas * (await gasPriceOf(sender));
    const known = {
      action: "claim" as const,
      gas,
      fee,
      profit: strip.claimable - fee,
      mined: undefined,
      error: undefined,
    };
    const why = `${formatFilShort(strip.claimable)} due to strip ${strip.stripId}`;
    if (fee >= strip.claimable) return { ...known, decision: "skipped", reason: "gas costs more than is due" };
    if (options.dryRun) return { ...known, decision: "would-send", reason: why };
    const done = await claimStrip(contracts, sender, strip.stripId);
    return {
      ...known,
      decision: "sent",
      reason: why,
      fee: done.mined.fee,
      profit: done.amount - done.mined.fee,
      mined: done.mined,
    };
  } catch (error) {
    return refused("claim", error);
  }
}

export function quiet(reason: string): StepReport {
  return {
    action: "none",
    decision: "nothing",
    reason,
    gas: undefined,
    fee: undefined,
    profit: undefined,
    mined: undefined,
    error: undefined,
  };
}

export function refused(action: StepReport["action"], error: unknown): StepReport {
  if (error instanceof PlimsollError && RACES.has(error.code)) {
    return { ...failed(action, error), decision: "lost-race", reason: `the facts moved on: ${error.message}` };
  }
  return failed(action, error);
}

function failed(action: StepReport["action"], error: unknown): StepReport {
  const failure =
    error instanceof PlimsollError
      ? error
      : new PlimsollError({ code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error) });
  return {
    action,
    decision: "failed",
    reason: failure.message,
    gas: undefined,
    fee: undefined,
    profit: undefined,
    mined: undefined,
    error: failure,
  };
}
