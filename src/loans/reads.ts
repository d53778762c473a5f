import { COVENANTS, LOAN_STATES, MAX_UINT256, formatEpochs, formatFil } from "../sdk/index.js";
import { type PostedView, readPosted } from "./collateral.js";
import type { Plimsoll } from "./contracts.js";
import { type Ownership, ownershipOf } from "./escrow.js";

export type LoanStateName = (typeof LOAN_STATES)[number];
export type CovenantName = (typeof COVENANTS)[number];

/** The checks of a draw in the order of the contracts (`DrawCheck`). */
export const DRAW_CHECKS = [
  "None",
  "State",
  "Paused",
  "Miner",
  "TrancheLeft",
  "Proven",
  "Deadline",
  "Frozen",
  "Covenant",
  "Liquidity",
  "DrawTest",
] as const;

export type DrawCheckName = (typeof DRAW_CHECKS)[number];

export interface TrancheView {
  readonly number: number;
  /** [attoFIL] */
  readonly amount: bigint;
  /** [bytes] */
  readonly minPowerDelta: bigint;
  readonly drawDeadline: bigint;
  readonly proveEpochs: bigint;
  readonly state: "open" | "next" | "drawn" | "proven";
}

export interface MinerView {
  readonly index: bigint;
  readonly minerId: bigint;
  /** False when the chain would not give its facts. */
  readonly readable: boolean;
  /** [attoFIL] */
  readonly available: bigint;
  readonly vesting: bigint;
  readonly pledge: bigint;
  readonly terminationFee: bigint;
  readonly faultFeePerDay: bigint;
  /** What it counts at: orderly in escrow, abandoned today under the lien. */
  readonly value: bigint;
  /** Before strips and weights, when its sectors are terminated in good order. */
  readonly orderlyValue: bigint;
  /** [bytes] */
  readonly power: bigint;
  /** [wad] */
  readonly faultRatio: bigint;
  readonly tampered: boolean;
  readonly ownership: Ownership;
  /** [actor id] */
  readonly owner: bigint;
  /** 0 for none [actor id]. */
  readonly pendingOwner: bigint;
}

/** A loan brought to this epoch. */
export interface LoanView {
  readonly loanId: bigint;
  /** Undefined once the loan is closed. */
  readonly holder: string | undefined;
  readonly account: string;
  readonly payee: string;
  readonly state: LoanStateName;
  readonly covenant: CovenantName;
  readonly frozen: boolean;
  /** [attoFIL] */
  readonly debt: bigint;
  readonly principal: bigint;
  readonly interest: bigint;
  readonly value: bigint;
  /** [wad]; undefined without debt. */
  readonly health: bigint | undefined;
  /** [attoFIL] */
  readonly drawLimit: bigint;
  readonly callLimit: bigint;
  readonly liquidationLimit: bigint;
  /** If all sectors fault now; undefined when never. */
  readonly daysToLiquidation: bigint | undefined;
  readonly stripsOutstanding: bigint;
  readonly freeFunds: bigint;
  readonly due: bigint;
  readonly sweepable: bigint;
  readonly faultRatio: bigint;
  readonly auction: boolean;
  readonly tranches: readonly TrancheView[];
  readonly miners: readonly MinerView[];
  readonly posted: readonly PostedView[];
  /** What the posted tokens count for, by their weights [attoFIL]. */
  readonly postedDraw: bigint;
  readonly postedLiquidation: bigint;
}

/** Reads everything about a loan through the lens. */
export async function readLoan(contracts: Plimsoll, loanId: bigint): Promise<LoanView> {
  const { lens, book, facts } = contracts;
  const [status, portfolio] = await Promise.all([lens.status(loanId), lens.portfolio(loanId)]);
  const { loan, position } = status;
  const [accountId, bookId, posted] = await Promise.all([
    facts.actorIdOf(loan.account),
    facts.actorIdOf(await book.getAddress()),
    loan.hasPosted ? readPosted(contracts, loanId) : [],
  ]);
  const closed = LOAN_STATES[Number(loan.state)] === "Closed";
  const drawn = Number(loan.drawnCount);
  const proven = Number(loan.provenCount);
  return {
    loanId,
    holder: closed ? undefined : await book.ownerOf(loanId),
    account: loan.account,
    payee: loan.payee,
    state: LOAN_STATES[Number(loan.state)] ?? "None",
    covenant: COVENANTS[Number(status.covenant)] ?? "None",
    frozen: loan.frozen,
    debt: position.debt,
    principal: loan.principal,
    interest: position.interest,
    value: position.value,
    health: position.healthWad === MAX_UINT256 ? undefined : position.healthWad,
    drawLimit: status.position.drawLimit,
    callLimit: status.position.callLimit,
    liquidationLimit: status.position.liquidationLimit,
    daysToLiquidation: status.daysToLiquidation === MAX_UINT256 ? undefined : status.daysToLiquidation,
    stripsOutstanding: status.stripsOutstanding,
    freeFunds: status.freeFunds,
    due: status.due,
    sweepable: status.sweepable,
    faultRatio: position.assessment.faultRatioWad,
    auction: status.auction.active,
    tranches: status.tranches.map((tranche, i) => ({
      number: i + 1,
      amount: tranche.amount,
      minPowerDelta: tranche.minPowerDelta,
      drawDeadline: tranche.drawDeadline,
      proveEpochs: tranche.proveEpochs,
      state: i < proven ? "proven" : i < drawn ? "drawn" : i === drawn ? "next" : "open",
    })),
    miners: portfolio.map((entry, i) => ({
      index: BigInt(i),
      minerId: entry.miner.minerId,
      readable: entry.readable,
      available: entry.facts.availableBalance,
      vesting: entry.facts.vestingFunds,
      pledge: entry.facts.initialPledge,
      terminationFee: entry.facts.terminationFee,
      faultFeePerDay: entry.faultFeePerDay,
      value: entry.assessment.walkAwayValue + entry.assessment.escrowValue,
      orderlyValue: entry.assessment.orderlyValue,
      power: entry.facts.qaPowerBytes,
      faultRatio: entry.assessment.faultRatioWad,
      tampered: entry.assessment.tampered,
      ownership: ownershipOf(entry.owner, entry.pendingOwner, accountId, bookId),
      owner: entry.owner,
      pendingOwner: entry.pendingOwner,
    })),
    posted,
    postedDraw: position.posted.draw,
    postedLiquidation: position.posted.liquidation,
  };
}

/** One check of a draw, in words. */
export interface DrawCheckView {
  readonly check: DrawCheckName;
  readonly passed: boolean;
  readonly limit: string;
  readonly actual: string;
  readonly label: string;
  /** The error with which the loan book would refuse. */
  readonly code: string;
}

export interface DrawView {
  readonly loanId: bigint;
  readonly minerIndex: bigint;
  readonly tranche: bigint;
  /** [attoFIL] */
  readonly amount: bigint;
  readonly canDraw: boolean;
  readonly binding: DrawCheckName;
  readonly checks: readonly DrawCheckView[];
  /** Most that could be drawn if the tranche had no fixed amount [attoFIL]. */
  readonly most: bigint;
  readonly mostBinding: DrawCheckName;
  readonly liquidity: bigint;
  readonly portfolio: bigint;
}

const CHECK_TEXTS: Readonly<Record<DrawCheckName, { readonly label: string; readonly code: string }>> = {
  None: { label: "nothing stands in the way", code: "NONE" },
  State: { label: "loan is healthy", code: "LoanBook_WrongState" },
  Paused: { label: "draws are not paused", code: "LoanBook_Paused" },
  Miner: { label: "miner is attached", code: "LoanBook_NoSuchMiner" },
  TrancheLeft: { label: "a tranche is left", code: "LoanBook_NoTrancheLeft" },
  Proven: { label: "last tranche is proven", code: "LoanBook_NotProven" },
  Deadline: { label: "draw deadline is ahead", code: "LoanBook_DrawExpired" },
  Frozen: { label: "facility is not frozen", code: "LoanBook_Frozen" },
  Covenant: { label: "every covenant is kept", code: "LoanBook_CovenantBroken" },
  Liquidity: { label: "the pool can lend it", code: "PledgeVault_InsufficientLiquidity" },
  DrawTest: { label: "collateral carries the debt", code: "LoanBook_DrawTest" },
};

/** Figures of a check in its own unit; see `DrawCheck` in ILoanLens.sol. */
function figures(check: DrawCheckName, limit: bigint, actual: bigint): readonly [string, string] {
  switch (check) {
    case "State":
      return [LOAN_STATES[Number(limit)] ?? "", LOAN_STATES[Number(actual)] ?? ""];
    case "Paused":
      return limit === 0n ? ["no pause", "no pause"] : [`epoch ${limit} or later`, `epoch ${actual}`];
    case "Miner":
      return [`an index below ${limit}`, `${actual}`];
    case "TrancheLeft":
      return [`fewer than ${limit} drawn`, `${actual} drawn`];
    case "Proven":
      return [`${limit} proven`, `${actual} proven`];
    case "Deadline":
      return limit === 0n
        ? ["no tranche", `epoch ${actual}`]
        : [`epoch ${limit}`, `epoch ${actual}${limit >= actual ? `, ${formatEpochs(limit - actual)} left` : ""}`];
    case "Frozen":
      return ["not frozen", actual === 0n ? "not frozen" : "frozen"];
    case "Covenant":
      return ["none broken", COVENANTS[Number(actual)] === "None" ? "none broken" : (COVENANTS[Number(actual)] ?? "")];
    case "Liquidity":
      return [`at most ${formatFil(limit)}`, formatFil(actual)];
    case "DrawTest":
      return [`debt of at most ${formatFil(limit)}`, `debt of ${formatFil(actual)}`];
    case "None":
      return ["", ""];
  }
}

/** What drawing the next tranche would meet, by the lens that repeats the contract's own checks. */
export async function readDraw(contracts: Plimsoll, loanId: bigint, minerIndex: bigint): Promise<DrawView> {
  const { lens } = contracts;
  const [preview, most] = await Promise.all([lens.previewDraw(loanId, minerIndex), lens.maxDraw(loanId, minerIndex)]);
  return {
    loanId,
    minerIndex,
    tranche: preview.tranche,
    amount: preview.amount,
    canDraw: preview.canDraw,
    binding: DRAW_CHECKS[Number(preview.binding)] ?? "None",
    checks: preview.checks.map((result) => {
      const check = DRAW_CHECKS[Number(result.check)] ?? "None";
      const [limit, actual] = figures(check, result.limit, result.actual);
      return { check, passed: result.passed, limit, actual, ...CHECK_TEXTS[check] };
    }),
    most: most.amount,
    mostBinding: DRAW_CHECKS[Number(most.binding)] ?? "None",
    liquidity: most.liquidity,
    portfolio: most.portfolio,
  };
}

/** One loan of a list. */
export interface LoanSummary {
  readonly loanId: bigint;
  readonly readable: boolean;
  readonly state: LoanStateName;
  /** Saturating at 2^88 - 1 [attoFIL]. */
  readonly debt: bigint;
  readonly value: bigint;
  /** [wad]; undefined without debt. */
  readonly health: bigint | undefined;
}

const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_UINT88 = 2n ** 88n - 1n;

/** Takes a word of `healthPacked` apart. */
export function unpackHealth(loanId: bigint, word: bigint): LoanSummary {
  const health = (word >> 16n) & MAX_UINT64;
  return {
    loanId,
    readable: (word & 1n) === 1n,
    state: LOAN_STATES[Number((word >> 8n) & 0xffn)] ?? "None",
    debt: (word >> 80n) & MAX_UINT88,
    value: (word >> 168n) & MAX_UINT88,
    health: health === MAX_UINT64 ? undefined : health,
  };
}

/** Loans whose health is asked for in one call. Each takes a look at all its miners, and nodes bound what one call may cost. */
export const LOANS_AT_ONCE = 50;

/** All loans that are not closed, page by page. */
export async function readLoans(contracts: Plimsoll, pageSize = LOANS_AT_ONCE): Promise<LoanSummary[]> {
  const { lens } = contracts;
  const found: LoanSummary[] = [];
  let cursor = 1n;
  do {
    const page = await lens.positionIds(cursor, pageSize);
    const ids = [...page.ids];
    const words = ids.length === 0 ? [] : await lens.healthPacked(ids);
    ids.forEach((id, i) => found.push(unpackHealth(id, words[i] ?? 0n)));
    cursor = page.next;
  } while (cursor !== 0n);
  return found;
}
