import { EPOCHS_PER_DAY, EPOCHS_PER_YEAR, max, min, mulDivUp } from "../sdk/index.js";
import type { Plimsoll } from "./contracts.js";

/** Shortest term and the longest that governance may offer, as in LoanTerms.sol [days]. */
export const MIN_TERM_DAYS = 30n;
export const MAX_TERM_DAYS = 540n;
/** Terms can be rolled over from here before maturity on [epoch]. */
export const ROLL_WINDOW = 30n * EPOCHS_PER_DAY;
/** For so long after maturity nothing changes [epoch]. */
export const MATURITY_GRACE = 7n * EPOCHS_PER_DAY;
/** What a term that is over pays more, as LoanTerms.sol rounds it: 2 % a year [ray per epoch]. */
export const PENALTY_RAY = 19_026n * 10n ** 15n;
/** A term is counted from ten minutes ahead, so that the shortest one is still long enough when its transaction is mined [epoch]. */
export const INCLUSION = 20n;

/** 10^-12, the unit of fixed rates [ray]. */
const PICO_RAY = 10n ** 15n;
/** A basis point [pico]. */
const PICO_PER_BPS = 10n ** 8n;
/** A pico [wad]. */
const WAD_PER_PICO = 10n ** 6n;
/** Terms between which the premium is a straight line, as in FixedMath.sol [epoch]. */
const SHORT_TERM = 30n * EPOCHS_PER_DAY;
const MIDDLE_TERM = 180n * EPOCHS_PER_DAY;
const LONG_TERM = 540n * EPOCHS_PER_DAY;

/** What governance has set for new terms. */
export interface FixedRates {
  /** [bps] */
  readonly premium30Bps: bigint;
  readonly premium180Bps: bigint;
  readonly premium540Bps: bigint;
  readonly spread0Bps: bigint;
  readonly spread1Bps: bigint;
  readonly spread2Bps: bigint;
  readonly spread3Bps: bigint;
  /** 0: nothing new is offered [days]. */
  readonly maxTermDays: bigint;
  /** Of the pool's total assets [bps]. */
  readonly maxShareBps: bigint;
}

/** What a quote starts from. */
export interface FixedBasis {
  /** Floating, after a draw of the amount asked about [ray per epoch]. */
  readonly ratePerEpochRay: bigint;
  /** [ray per epoch] */
  readonly rateAtTargetRay: bigint;
  /** [attoFIL] */
  readonly fixedDebt: bigint;
  readonly totalAssets: bigint;
}

/** A rate with its parts. */
export interface Quote {
  /** [epoch] */
  readonly term: bigint;
  /** The larger of floating rate and rate at target [wad per year]. */
  readonly base: bigint;
  readonly premium: bigint;
  readonly spread: bigint;
  /** All of it, rounded up as the contract does [wad per year]. */
  readonly rate: bigint;
  /** [ray per epoch] */
  readonly rateRay: bigint;
}

/** What is offered now. */
export interface Offer {
  readonly rates: FixedRates;
  readonly basis: FixedBasis;
  /** Most that may be owed at fixed rates, by all [attoFIL]. */
  readonly most: bigint;
  /** The part of it that is left [attoFIL]. */
  readonly room: bigint;
}

/** A rate per epoch as a share per year [wad]; cut. */
export function perYear(rateRay: bigint): bigint {
  return (rateRay * EPOCHS_PER_YEAR) / 10n ** 9n;
}

/** A share per year [wad] as a rate per epoch [ray]; cut. */
export function perEpochDown(rateWad: bigint): bigint {
  return (rateWad * 10n ** 9n) / EPOCHS_PER_YEAR;
}

const ceilDiv = (value: bigint, by: bigint): bigint => mulDivUp(value, 1n, by);

/** The premium of a term, as FixedMath.sol reckons it: straight lines between 30, 180 and 540 days, level outside [pico per year]. */
export function premiumUp(rates: FixedRates, term: bigint): bigint {
  const { premium30Bps, premium180Bps, premium540Bps } = rates;
  if (term <= SHORT_TERM) return premium30Bps * PICO_PER_BPS;
  if (term <= MIDDLE_TERM) return between(premium30Bps, premium180Bps, SHORT_TERM, MIDDLE_TERM, term);
  return between(premium180Bps, premium540Bps, MIDDLE_TERM, LONG_TERM, min(term, LONG_TERM));
}

function between(lowBps: bigint, highBps: bigint, from: bigint, to: bigint, term: bigint): bigint {
  return lowBps * PICO_PER_BPS + mulDivUp((highBps - lowBps) * PICO_PER_BPS, term - from, to - from);
}

function spreadBps(rates: FixedRates, tier: bigint): bigint {
  if (tier === 0n) return rates.spread0Bps;
  if (tier === 1n) return rates.spread1Bps;
  return tier === 2n ? rates.spread2Bps : rates.spread3Bps;
}

/** What a term costs now, as `quoteFixed` answers, with its parts. */
export function quoteTerm(rates: FixedRates, basis: FixedBasis, term: bigint, tier: bigint): Quote {
  const floating = ceilDiv(max(basis.ratePerEpochRay, basis.rateAtTargetRay), PICO_RAY);
  const premium = premiumUp(rates, term);
  const spread = spreadBps(rates, tier) * PICO_PER_BPS;
  const rateRay = (floating + ceilDiv(premium + spread, EPOCHS_PER_YEAR)) * PICO_RAY;
  return {
    term,
    base: perYear(floating * PICO_RAY),
    premium: premium * WAD_PER_PICO,
    spread: spread * WAD_PER_PICO,
    rate: perYear(rateRay),
    rateRay,
  };
}

/** What a quote starts from, for a draw of `amount` [attoFIL]. */
export async function readOffer(contracts: Plimsoll, amount: bigint): Promise<Offer> {
  const [rates, basis] = await Promise.all([contracts.book.fixedRates(), contracts.fixedBook.fixedBasis(amount)]);
  const most = (basis.totalAssets * rates.maxShareBps) / 10_000n;
  return { rates, basis, most, room: max(most - basis.fixedDebt, 0n) };
}

/** Terms worth showing: 30, 90, 180, 360, 540 days, as far as they are offered, and the longest [days]. */
export function shownTerms(longest: bigint): readonly bigint[] {
  const usual = [30n, 90n, 180n, 360n, 540n].filter((days) => days <= longest);
  return longest === 0n || usual.includes(longest) ? usual : [...usual, longest];
}

/**
 * The end of a term that begins when its transaction is mined.
 * @param longest on offer [epoch] @returns [epoch]
 */
export function maturityIn(term: bigint, now: bigint, longest: bigint): bigint {
  return term > longest ? now + term : min(now + INCLUSION + term, now + longest);
}

/** The fixed term of one loan. */
export interface FixedTerm {
  /** The mean over the draws [wad per year]. */
  readonly rate: bigint;
  /** [ray per epoch] */
  readonly rateRay: bigint;
  /** [attoFIL] */
  readonly interestPerDay: bigint;
  readonly maturity: bigint;
  /** Last epoch of the grace. */
  readonly graceEnd: bigint;
  /** The penalty rate runs. */
  readonly overdue: boolean;
  /** The covenant is broken. */
  readonly matured: boolean;
  /** For repaying all of the principal now, on top of the debt [attoFIL]. */
  readonly fee: bigint;
}

/** What one loan owes, and at which rate. */
export interface LoanTerm {
  readonly loanId: bigint;
  /** Reckoned with in its quotes. */
  readonly tier: bigint;
  /** [attoFIL] */
  readonly debt: bigint;
  readonly principal: bigint;
  /** Undefined for a loan at the floating rate, or without debt. */
  readonly fixed: FixedTerm | undefined;
}

/** A loan's term, brought to this epoch. */
export async function readTerm(contracts: Plimsoll, loanId: bigint): Promise<LoanTerm> {
  const [loan, status] = await Promise.all([contracts.book.loanOf(loanId), contracts.book.termsOf(loanId)]);
  const fixed = {
    rate: perYear(status.ratePerEpochRay),
    rateRay: status.ratePerEpochRay,
    interestPerDay: status.interestPerDay,
    maturity: status.maturity,
    graceEnd: status.graceEnd,
    overdue: status.overdue,
    matured: status.matured,
    fee: status.fee,
  };
  return {
    loanId,
    tier: loan.tier,
    debt: status.debt,
    principal: loan.principal,
    fixed: status.isFixed ? fixed : undefined,
  };
}

/** What a payment does to a loan at a fixed rate, as far as can be told before it is mined [attoFIL]. */
export interface FixedPayment {
  /** Taken off the debt. */
  readonly applied: bigint;
  readonly fee: bigint;
}

/** Interest first; of the rest as much principal as it pays together with the fee for it. To the attoFIL but for rounding. */
export function splitPayment(term: LoanTerm, value: bigint): FixedPayment {
  const fee = term.fixed?.fee ?? 0n;
  const interest = max(term.debt - term.principal, 0n);
  if (value <= interest) return { applied: value, fee: 0n };
  if (value >= term.debt + fee) return { applied: term.debt, fee };
  const principal = ((value - interest) * term.principal) / (term.principal + fee);
  return { applied: interest + principal, fee: value - interest - principal };
}

/** The rate that a term pays once its grace is over; the same as now where it cannot be raised [ray per epoch]. */
export function overdueRate(fixed: FixedTerm, rateAtTargetRay: bigint): bigint {
  const frozen = fixed.overdue ? fixed.rateRay - PENALTY_RAY : fixed.rateRay;
  const target = ceilDiv(rateAtTargetRay, PICO_RAY) * PICO_RAY;
  return max(max(frozen, target) + PENALTY_RAY, fixed.rateRay);
}
