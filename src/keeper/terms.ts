import type { Plimsoll } from "../loans/contracts.js";
import type { LoanSummary } from "../loans/reads.js";
import { overdueRate, perYear, readTerm } from "../loans/terms.js";
import { formatEpochs, formatPercent } from "../sdk/index.js";
import type { KeeperPosition, KeeperRules, KeeperStep, KeeperTerm } from "./types.js";

/** The penalty rate follows the rate at target; it is raised again when a tenth of a point a year is missing [ray per epoch]. */
export const LEAST_RISE = 952n * 10n ** 15n;
/** Loans that are asked about at once. */
const PAGE = 50;

/** Raises the rate of a term whose grace is over: at once the first time, then when it is worth a transaction. */
export function matureFor(position: KeeperPosition, rules: KeeperRules): KeeperStep | undefined {
  const { term } = position;
  if (term === undefined || rules.epoch <= term.graceEnd) return undefined;
  const least = term.overdue ? LEAST_RISE : 1n;
  if (term.dueRay - term.rateRay < least) return undefined;
  const [from, to] = [perYear(term.rateRay), perYear(term.dueRay)].map(formatPercent);
  const since = formatEpochs(rules.epoch - term.graceEnd);
  return {
    kind: "mature",
    gross: 0n,
    upkeep: true,
    why: `the term and its grace are over for ${since}: the rate rises from ${from} to ${to} a year`,
  };
}

/** The fixed term of a loan, and the rate that it would pay once its grace is over. */
export async function readKeeperTerm(contracts: Plimsoll, loanId: bigint): Promise<KeeperTerm | undefined> {
  const [{ fixed }, basis] = await Promise.all([readTerm(contracts, loanId), contracts.fixedBook.fixedBasis(0n)]);
  if (fixed === undefined) return undefined;
  const { rateRay, graceEnd, overdue } = fixed;
  return { rateRay, graceEnd, overdue, dueRay: overdueRate(fixed, basis.rateAtTargetRay) };
}

/** The loans whose term and grace are over, however healthy. Costs one call while nobody owes at a fixed rate. */
export async function readMatured(
  contracts: Plimsoll,
  loans: readonly LoanSummary[],
  epoch: bigint,
): Promise<ReadonlySet<bigint>> {
  const { slope } = await contracts.fixedBook.fixedLine();
  const found = new Set<bigint>();
  if (slope === 0n) return found;
  const owing = loans.filter(({ readable, debt }) => readable && debt > 0n);
  for (let i = 0; i < owing.length; i += PAGE) {
    const page = owing.slice(i, i + PAGE);
    const terms = await Promise.all(page.map(async ({ loanId }) => contracts.book.termsOf(loanId)));
    terms.forEach((term, k) => {
      const loanId = page[k]?.loanId;
      if (loanId !== undefined && term.isFixed && epoch > term.graceEnd) found.add(loanId);
    });
  }
  return found;
}
