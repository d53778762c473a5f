import type { AskedTerm } from "../loans/term-actions.js";
import { type LoanTerm, MIN_TERM_DAYS, type Offer, type Quote, quoteTerm } from "../loans/terms.js";
import {
  type Clock,
  EPOCHS_PER_DAY,
  InvalidInputError,
  formatDate,
  formatEpoch,
  formatFil,
  formatPercent,
} from "../sdk/index.js";
import { parseMaturity, parseRate } from "./inputs.js";
import type { Check } from "./run.js";

/** What is added to the quote of now where no highest rate is named: rates move until the transaction is mined [1/n]. */
const HEADROOM = 100n;

/** A term that is asked for. */
export interface Agreement extends AskedTerm {
  readonly quote: Quote;
  readonly checks: readonly Check[];
  readonly facts: ReadonlyArray<readonly [string, string]>;
}

interface Wishes {
  readonly term: string | undefined;
  readonly maxRate: string | undefined;
  /** Of a loan whose draws share one already; it is not asked for again [epoch]. */
  readonly maturity?: bigint;
  /** Becomes fixed with it [attoFIL]; 0 for a debt that is fixed already. */
  readonly added: bigint;
}

/** Works out maturity and rate of what is asked for, and checks both as the loan book will. */
export function agree(loan: LoanTerm, offer: Offer, clock: Clock, wishes: Wishes): Agreement {
  const longest = offer.rates.maxTermDays * EPOCHS_PER_DAY;
  const maturity = wishes.maturity ?? parseMaturity(termOf(loan, wishes), clock, longest);
  const left = maturity > clock.epoch ? maturity - clock.epoch : 0n;
  const quote = quoteTerm(offer.rates, offer.basis, left, loan.tier);
  const maxRateRay =
    wishes.maxRate === undefined ? quote.rateRay + quote.rateRay / HEADROOM : parseRate(wishes.maxRate);
  return {
    maturity,
    maxRateRay,
    quote,
    facts: [
      ["rate", `${formatPercent(quote.rate)} a year, until maturity`],
      ["maturity", `${formatDate(maturity, clock)}, ${formatEpoch(maturity, clock.epoch)}`],
    ],
    checks: [
      maturityCheck(loan.loanId, maturity, clock.epoch, longest, wishes.maturity !== undefined),
      {
        label: "the rate is at most yours",
        ok: quote.rateRay <= maxRateRay,
        limit: wishes.maxRate === undefined ? "the rate of now" : `${wishes.maxRate.replace(/\s*%$/, "")} % a year`,
        actual: `${formatPercent(quote.rate)} a year`,
        code: "LoanBook_RateTooHigh",
        hint: "Rates are shown cut to two decimals. Without --max-rate the rate of now is taken, and a hundredth of it more.",
        next: [`npx hardhat loan terms ${loan.loanId}`],
      },
      ...roomCheck(loan.loanId, offer.room, wishes.added),
    ],
  };
}

/** What is fixed already takes no more room. */
function roomCheck(loanId: bigint, room: bigint, added: bigint): readonly Check[] {
  if (added === 0n) return [];
  return [
    {
      label: "the pool may lend it at a fixed rate",
      ok: added <= room,
      limit: `at most ${formatFil(room)} more`,
      actual: formatFil(added),
      code: "LoanBook_FixedShare",
      hint: "Draw at the floating rate; it can be fixed when there is room.",
      next: [`npx hardhat loan terms ${loanId}`],
    },
  ];
}

function termOf({ loanId }: LoanTerm, { term }: Wishes): string {
  if (term !== undefined) return term;
  throw new InvalidInputError({
    code: "TERM_NEEDED",
    message: "Say for how long the rate is to be fixed.",
    limit: "--term with days, such as 180, or a UTC date",
    input: "no --term",
    next: [`npx hardhat loan terms ${loanId}`],
  });
}

function maturityCheck(loanId: bigint, maturity: bigint, now: bigint, longest: bigint, joined: boolean): Check {
  const [earliest, latest] = [joined ? now + 1n : now + MIN_TERM_DAYS * EPOCHS_PER_DAY, now + longest];
  const nothing = longest === 0n;
  return {
    label: joined ? "the loan's term still runs" : "such a term is offered",
    ok: maturity >= earliest && maturity <= latest,
    limit: nothing
      ? "none: no fixed terms are offered now"
      : `${formatEpoch(earliest, now)} to ${formatEpoch(latest, now)}`,
    actual: formatEpoch(maturity, now),
    code: joined && maturity < earliest ? "LoanBook_TermOver" : "LoanBook_BadMaturity",
    hint: nothing
      ? "Draw at the floating rate."
      : `Terms of ${MIN_TERM_DAYS} to ${longest / EPOCHS_PER_DAY} days are offered.`,
    next: [`npx hardhat loan terms ${loanId}`],
  };
}

/** What new credit asks of a loan. */
export function creditChecks(
  loan: { readonly loanId: bigint; readonly state: string; readonly drawLimit: bigint },
  debt: bigint,
): readonly Check[] {
  return [
    {
      label: "loan is healthy",
      ok: loan.state === "Healthy",
      limit: "Healthy",
      actual: loan.state,
      code: "LoanBook_WrongState",
      next: [`npx hardhat loan cure ${loan.loanId} AMOUNT`],
    },
    {
      label: "collateral carries the debt",
      ok: debt <= loan.drawLimit,
      limit: `debt of at most ${formatFil(loan.drawLimit)}`,
      actual: `debt of ${formatFil(debt)}`,
      code: "LoanBook_DrawTest",
      next: [`npx hardhat loan status ${loan.loanId}`, `npx hardhat loan repay ${loan.loanId} AMOUNT`],
    },
  ];
}

/** That a loan has a fixed term. */
export function fixedCheck({ loanId, debt, fixed }: LoanTerm): Check {
  return {
    label: "the loan has a fixed term",
    ok: fixed !== undefined,
    limit: "a debt at a fixed rate",
    actual: debt === 0n ? "no debt" : fixed === undefined ? "a debt at the floating rate" : "a debt at a fixed rate",
    code: "LoanBook_NotFixed",
    next: [debt === 0n ? `npx hardhat loan draw ${loanId} --term DAYS` : `npx hardhat loan fix ${loanId} --term DAYS`],
  };
}
