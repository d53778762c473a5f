import type { Due, DueKind } from "../loans/schedule.js";
import { type LoanTerm, type Offer, type Quote, quoteTerm, shownTerms } from "../loans/terms.js";
import {
  type Clock,
  EPOCHS_PER_DAY,
  formatDate,
  formatEpoch,
  formatFil,
  formatFilShort,
  formatPercent,
  formatWad,
  isoDate,
} from "../sdk/index.js";
import { type JsonValue, amount } from "./envelope.js";
import { rows, table } from "./terminal.js";

const day = (epoch: bigint, clock: Clock): string => `${formatDate(epoch, clock)}, ${formatEpoch(epoch, clock.epoch)}`;

function quoteJson(quote: Quote): JsonValue {
  return {
    days: Number(quote.term / EPOCHS_PER_DAY),
    base: formatWad(quote.base, 18),
    premium: formatWad(quote.premium, 18),
    spread: formatWad(quote.spread, 18),
    rate: formatWad(quote.rate, 18),
  };
}

/** The quotes that are shown. */
function quotes(offer: Offer, tier: bigint): readonly Quote[] {
  return shownTerms(offer.rates.maxTermDays).map((days) =>
    quoteTerm(offer.rates, offer.basis, days * EPOCHS_PER_DAY, tier),
  );
}

/** @param drawn what the quotes are for [attoFIL] */
export function offerJson(offer: Offer, tier: bigint, drawn: bigint): JsonValue {
  return {
    tier: Number(tier),
    drawn: amount(drawn),
    longestDays: Number(offer.rates.maxTermDays),
    fixedDebt: amount(offer.basis.fixedDebt),
    most: amount(offer.most),
    room: amount(offer.room),
    quotes: quotes(offer, tier).map(quoteJson),
  };
}

/** @param drawn what the quotes are for [attoFIL] */
export function offerLines(offer: Offer, tier: bigint, drawn: bigint): string[] {
  const found = quotes(offer, tier);
  if (found.length === 0) return ["No fixed terms are offered now; draws are at the floating rate."];
  const what = drawn === 0n ? "a debt that is there" : `a draw of ${formatFil(drawn)}`;
  return [
    `Fixed rates for ${what}, tier ${tier}`,
    ...table(
      ["term>", "rate>", "floating>", "term premium>", "tier spread>"],
      found.map((quote) => [
        `${quote.term / EPOCHS_PER_DAY} d`,
        ...[quote.rate, quote.base, quote.premium, quote.spread].map(formatPercent),
      ]),
    ),
    "",
    ...rows([
      ["room", `${formatFilShort(offer.room)} of ${formatFilShort(offer.most)} that may be owed at fixed rates`],
      ["early repayment", "always possible; costs what lenders lose where rates have fallen, else nothing"],
    ]),
  ];
}

export function termJson(term: LoanTerm, clock: Clock): JsonValue {
  const { fixed } = term;
  return {
    loanId: term.loanId.toString(),
    tier: Number(term.tier),
    debt: amount(term.debt),
    principal: amount(term.principal),
    fixed:
      fixed === undefined
        ? null
        : {
            rate: formatWad(fixed.rate, 18),
            interestPerDay: amount(fixed.interestPerDay),
            maturity: Number(fixed.maturity),
            maturityDate: isoDate(fixed.maturity, clock),
            graceEnd: Number(fixed.graceEnd),
            graceEndDate: isoDate(fixed.graceEnd, clock),
            overdue: fixed.overdue,
            matured: fixed.matured,
            earlyFee: amount(fixed.fee),
          },
  };
}

export function termLines(term: LoanTerm, clock: Clock): string[] {
  const { fixed } = term;
  const head = `Loan ${term.loanId} · ${term.debt === 0n ? "no debt" : fixed === undefined ? "floating rate" : "fixed rate"}`;
  if (fixed === undefined) return [head, ...rows([["debt", formatFilShort(term.debt, 4)]])];
  return [
    head,
    ...rows([
      ["debt", `${formatFilShort(term.debt, 4)} (principal ${formatFilShort(term.principal, 4)})`],
      ["rate", `${formatPercent(fixed.rate)} a year${fixed.overdue ? ", penalty included" : ""}`],
      ["interest", `${formatFilShort(fixed.interestPerDay, 4)} a day`],
      ["maturity", day(fixed.maturity, clock)],
      ["grace ends", `${day(fixed.graceEnd, clock)}${fixed.matured ? ": it is over" : ""}`],
      ["repaying all now", `costs ${fixed.fee === 0n ? "no fee" : `a fee of ${formatFil(fixed.fee)}`}`],
    ]),
  ];
}

const DUE_TEXTS: Readonly<Record<DueKind, string>> = {
  drawBy: "draw it, or it lapses",
  proveBy: "prove it by pledge and power, or it is taken back and the facility freezes",
  answerFrom: "the spot check can be answered from here (loan check)",
  answerBy: "answer the spot check, or the attempt fails",
  nameFrom: "name the sectors for the spot check (loan sample)",
  interestBy: "pay the interest, or a covenant is broken",
  debtNow: "all of the debt is due",
  callAfter: "mend the broken covenant, or all of the debt falls due",
  rollFrom: "the term can be rolled over from here (loan roll)",
  maturity: "repay, roll over (loan roll) or float (loan unfix)",
  graceEnd: "last epoch of the grace; after it a covenant is broken and the rate rises by 2 points",
};

export function dueJson(due: Due, clock: Clock): JsonValue {
  return {
    what: due.kind,
    tranche: due.tranche ?? null,
    epoch: Number(due.epoch),
    date: isoDate(due.epoch, clock),
    inEpochs: Number(due.epoch - clock.epoch),
    amount: due.amount === undefined ? null : amount(due.amount),
    text: DUE_TEXTS[due.kind],
  };
}

export function dueLines(dues: readonly Due[], clock: Clock): string[] {
  if (dues.length === 0) return ["Nothing falls due."];
  return table(
    ["date", "when", "tranche>", "amount>", "what"],
    dues.map((due) => [
      formatDate(due.epoch, clock),
      formatEpoch(due.epoch, clock.epoch),
      due.tranche === undefined ? "" : `${due.tranche}`,
      due.amount === undefined ? "" : formatFilShort(due.amount, 4),
      DUE_TEXTS[due.kind],
    ]),
  );
}
