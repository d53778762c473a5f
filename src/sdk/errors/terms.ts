import { EPOCHS_PER_YEAR } from "../epochs.js";
import { formatPercent } from "../units.js";
import { type Explain, internal, status } from "./explain.js";

/** Ray per epoch as a share per year [wad]. */
const perYear = (rateRay: bigint): string => `${formatPercent((rateRay * EPOCHS_PER_YEAR) / 10n ** 9n)} a year`;

/** Errors of fixed terms. */
export const TERMS_ERRORS: Readonly<Record<string, Explain>> = {
  "LoanBook_FixedTerm(uint256 loanId, uint256 maturity)": (a) => ({
    message: `Loan ${a.raw("loanId")} has a fixed term until epoch ${a.raw("maturity")}.`,
    limit: "a loan at the floating rate, or without debt",
    actual: `fixed until epoch ${a.raw("maturity")}`,
    hint: "Draw at a fixed rate with the same maturity, or let the loan float first.",
    next: status(a),
  }),
  "LoanBook_NotFixed(uint256 loanId)": (a) => ({
    message: `Loan ${a.raw("loanId")} owes nothing at a fixed rate.`,
    limit: "a loan with a fixed term",
    actual: "a loan at the floating rate, or without debt",
    next: status(a),
  }),
  "LoanBook_BadMaturity(uint256 earliest, uint256 latest, uint256 actual)": (a) => {
    const nothing = a.number("latest") < a.number("earliest");
    return {
      message: nothing ? "No fixed terms are offered now." : "That maturity is not offered now.",
      limit: nothing ? "none" : `epoch ${a.raw("earliest")} to ${a.raw("latest")}`,
      actual: `epoch ${a.raw("actual")}`,
      hint: "Terms are at least 30 days; the longest is set by governance.",
    };
  },
  "LoanBook_OtherMaturity(uint256 loanId, uint256 expected, uint256 actual)": (a) => ({
    message: `Loan ${a.raw("loanId")} has a term already, and all its draws share it.`,
    limit: `maturity at epoch ${a.raw("expected")}`,
    actual: `epoch ${a.raw("actual")}`,
    next: status(a),
  }),
  "LoanBook_TermOver(uint256 loanId, uint256 maturity, uint256 actual)": (a) => ({
    message: `The term of loan ${a.raw("loanId")} is over: nothing is drawn for it any more.`,
    limit: `before epoch ${a.raw("maturity")}`,
    actual: `epoch ${a.raw("actual")}`,
    hint: "Roll it over, let it float, or repay it.",
    next: status(a),
  }),
  "LoanBook_RateTooHigh(uint256 maximum, uint256 actual)": (a) => ({
    message: "The rate of now is above the one that was to be taken at most.",
    limit: perYear(a.number("maximum")),
    actual: perYear(a.number("actual")),
    retryable: true,
  }),
  "LoanBook_FixedShare(uint256 maximum, uint256 actual)": (a) => ({
    message: "More of the pool would be lent at fixed rates than may be.",
    limit: a.fil("maximum"),
    actual: a.fil("actual"),
    hint: "Draw at the floating rate; it can be fixed when there is room.",
    retryable: true,
  }),
  "LoanBook_NotRollable(uint256 loanId, uint256 from, uint256 until, uint256 actual)": (a) => ({
    message: `Loan ${a.raw("loanId")} cannot be rolled over now.`,
    limit: `epoch ${a.raw("from")} to ${a.raw("until")}`,
    actual: `epoch ${a.raw("actual")}`,
    hint: "From 30 days before maturity to 7 days after it. Later it can be repaid, or float.",
    next: status(a),
  }),
  "LoanBook_NotOverdue(uint256 loanId, uint256 graceEnd, uint256 actual)": (a) => ({
    message: `Loan ${a.raw("loanId")} is not overdue.`,
    limit: `after epoch ${a.raw("graceEnd")}`,
    actual: `epoch ${a.raw("actual")}`,
    next: status(a),
  }),
  "LoanBook_RateNotRaised(uint256 loanId, uint256 current, uint256 due)": (a) => ({
    message: `Loan ${a.raw("loanId")} pays the penalty rate already.`,
    limit: `more than ${perYear(a.number("current"))}`,
    actual: perYear(a.number("due")),
    next: status(a),
  }),
  "LoanBook_BadOrder(bytes32 parameter, uint256 expected, uint256 actual)": (a) => ({
    message: "Premiums must not fall with the term, nor spreads rise with the tier.",
    limit: `at most ${a.raw("expected")} bps`,
    actual: `${a.raw("actual")} bps`,
  }),
  "PledgeVault_NotOwed(int256 remains)": (a) => ({
    ...internal("A booking would take more from the fixed debts than they come to.")(a),
    limit: "0 or more",
    actual: a.raw("remains"),
  }),
};
