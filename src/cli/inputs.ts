import type { LoanView } from "../loans/reads.js";
import type { TrancheTerms } from "../loans/actions.js";
import type { SectorRange } from "../loans/sectors.js";
import { maturityIn, perEpochDown } from "../loans/terms.js";
import {
  type AddressRules,
  type Clock,
  InvalidInputError,
  PlimsollError,
  formatId,
  parseDuration,
  parseEpoch,
  parseMinerId,
  parsePositiveFil,
  parsePower,
} from "../sdk/index.js";

const MAX_LOAN_ID = 2n ** 64n - 1n;

/** @example parseLoanId("7") === 7n */
export function parseLoanId(text: string): bigint {
  const input = text.trim();
  if (!/^\d{1,20}$/.test(input) || BigInt(input) === 0n || BigInt(input) > MAX_LOAN_ID) {
    throw new InvalidInputError({
      code: "INVALID_LOAN",
      message: `"${text}" is not the number of a loan.`,
      limit: "a whole number from 1 on",
      input,
      next: ["npx hardhat loan status"],
    });
  }
  return BigInt(input);
}

/** A whole number within bounds. */
export function parseNumber(option: string, text: string, least: bigint, most: bigint): bigint {
  const input = text.trim();
  if (!/^\d{1,20}$/.test(input) || BigInt(input) < least || BigInt(input) > most) {
    throw new InvalidInputError({
      code: "INVALID_NUMBER",
      message: `"${text}" is not a number for --${option}.`,
      limit: `a whole number from ${least} to ${most}`,
      input,
    });
  }
  return BigInt(input);
}

/**
 * Sector numbers, both ends included.
 * @example parseSectorRange("20-119") // { first: 20n, count: 100n }
 */
export function parseSectorRange(text: string): SectorRange {
  const found = /^(\d{1,19})(?:-(\d{1,19}))?$/.exec(text.trim());
  const first = BigInt(found?.[1] ?? 0);
  const last = BigInt(found?.[2] ?? first);
  if (found === null || last < first) {
    throw new InvalidInputError({
      code: "INVALID_RANGE",
      message: `"${text}" is not a range of sectors.`,
      limit: "FIRST-LAST, such as 0-119, or one number",
      input: text.trim(),
    });
  }
  return { first, count: last - first + 1n };
}

/** An amount above zero, or `max`. */
export function parseAmountOrMax(text: string): bigint | "max" {
  return text.trim().toLowerCase() === "max" ? "max" : parsePositiveFil(text);
}

/**
 * A tranche as typed: amount, `@`, the power that it must bring.
 * @example parseTranche("100FIL@320TiB", ...).amount === 100n * 10n ** 18n
 */
export function parseTranche(text: string, drawDeadline: bigint, proveEpochs: bigint): TrancheTerms {
  const parts = text.split("@");
  const [amount, power] = parts;
  if (parts.length !== 2 || amount === undefined || power === undefined) {
    throw new InvalidInputError({
      code: "INVALID_TRANCHE",
      message: `"${text}" is not a tranche.`,
      limit: "AMOUNT@POWER, such as 100FIL@320TiB",
      input: text,
      next: ["npx hardhat loan open --help"],
    });
  }
  return { amount: parsePositiveFil(amount), minPowerDelta: parsePower(power), drawDeadline, proveEpochs };
}

/** All tranches of a facility; each must be drawn by `drawBy` and proven within `proveWithin`. */
export function parseTranches(
  texts: readonly string[],
  drawBy: string,
  proveWithin: string,
  now: Clock,
): TrancheTerms[] {
  const deadline = parseEpoch(drawBy, now);
  if (deadline < now.epoch) {
    throw new InvalidInputError({
      code: "DEADLINE_PASSED",
      message: `"${drawBy}" is in the past.`,
      limit: `epoch ${now.epoch} or later`,
      actual: `epoch ${deadline}`,
      input: drawBy,
    });
  }
  const span = parseDuration(proveWithin);
  return texts.map((text) => parseTranche(text, deadline, span));
}

/** A ratio such as 1.15, exactly. */
export function parseRatio(text: string): bigint {
  const input = text.trim();
  const match = /^(\d{1,6})(?:\.(\d{1,18}))?$/.exec(input);
  if (match === null) {
    throw new InvalidInputError({
      code: "INVALID_RATIO",
      message: `"${text}" is not a ratio.`,
      limit: "a decimal number such as 1.15",
      input,
    });
  }
  return BigInt((match[1] ?? "0") + (match[2] ?? "").padEnd(18, "0"));
}

/**
 * The end of a term: days from now, another span, or a UTC date.
 * @param longest term on offer [epoch] @returns [epoch]
 * @example parseMaturity("180", now, longest) === parseMaturity("180d", now, longest)
 */
export function parseMaturity(text: string, now: Clock, longest: bigint): bigint {
  const input = text.trim();
  if (/^\d{4}-/.test(input)) return parseEpoch(input, now);
  if (!/^\d+\s*(?:d|w|y)?$/i.test(input)) {
    throw new InvalidInputError({
      code: "INVALID_TERM",
      message: `"${text}" is not a term.`,
      limit: "days, such as 180, a span such as 26w or 1y, or a UTC date such as 2027-06-30",
      input,
      next: ["npx hardhat loan terms"],
    });
  }
  return maturityIn(parseDuration(/^\d+$/.test(input) ? `${input}d` : input), now.epoch, longest);
}

/**
 * A rate in percent a year, as a rate per epoch, cut.
 * @returns [ray per epoch]
 * @example parseRate("7.5%") === parseRate("7.5")
 */
export function parseRate(text: string): bigint {
  const input = text.trim();
  const match = /^(\d{1,4})(?:\.(\d{1,16}))?\s*%?$/.exec(input);
  if (match === null) {
    throw new InvalidInputError({
      code: "INVALID_RATE",
      message: `"${text}" is not a rate.`,
      limit: "percent a year, such as 7.5",
      input,
      next: ["npx hardhat loan terms"],
    });
  }
  return perEpochDown(BigInt((match[1] ?? "0") + (match[2] ?? "").padEnd(16, "0")));
}

/** Which of a loan's miners is meant: named by id, or the only one. */
export function chooseMiner(loan: LoanView, text: string | undefined, rules: AddressRules): bigint {
  const [only] = loan.miners;
  const listed = loan.miners.map((miner) => formatId(miner.minerId, rules)).join(", ");
  if (only === undefined) {
    throw new PlimsollError({
      code: "LoanBook_NoSuchMiner",
      message: `Loan ${loan.loanId} has no miner.`,
      limit: "at least one attached miner",
      actual: "none",
      next: [`npx hardhat loan attach ${loan.loanId} ${rules.prefixes[0]}01234`],
    });
  }
  if (text === undefined) {
    if (loan.miners.length === 1) return only.index;
    throw new PlimsollError({
      code: "MINER_NEEDED",
      message: `Loan ${loan.loanId} has ${loan.miners.length} miners; say which one.`,
      limit: `--miner with one of ${listed}`,
      actual: "no --miner",
    });
  }
  const id = parseMinerId(text, rules);
  const found = loan.miners.find((miner) => miner.minerId === id);
  if (found === undefined) {
    throw new InvalidInputError({
      code: "NOT_ATTACHED",
      message: `${formatId(id, rules)} is not a miner of loan ${loan.loanId}.`,
      limit: listed,
      input: text,
    });
  }
  return found.index;
}
