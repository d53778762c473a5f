import type { Result } from "ethers";

import { formatEpochs } from "../epochs.js";
import { formatFil, formatPercent, formatPower, formatWad } from "../units.js";

const SHARES_PER_ATTO_FIL = 10n ** 6n;

/** What an error means for the person in front of it. */
export interface Explanation {
  readonly message: string;
  readonly limit?: string;
  readonly actual?: string;
  readonly hint?: string;
  readonly next?: readonly string[];
  readonly retryable?: boolean;
}

/** The arguments of an error, read by name and shown with their unit. */
export class ErrorArguments {
  constructor(private readonly values: Result) {}

  /** As it is. */
  raw(name: string): string {
    return String(this.values.getValue(name));
  }

  number(name: string): bigint {
    return BigInt(this.values.getValue(name) as bigint);
  }

  fil(name: string): string {
    return formatFil(this.number(name));
  }

  /** Shares of the pool, which carry 6 decimals more than FIL, as FIL at par. */
  shares(name: string): string {
    return formatFil(this.number(name) / SHARES_PER_ATTO_FIL);
  }

  ratio(name: string): string {
    return formatWad(this.number(name));
  }

  percent(name: string): string {
    return formatPercent(this.number(name));
  }

  power(name: string): string {
    return formatPower(this.number(name));
  }

  span(name: string): string {
    return formatEpochs(this.number(name));
  }

  /** A member of one of the contracts' enums, by its name. */
  member(name: string, members: readonly string[]): string {
    return members[Number(this.number(name))] ?? this.raw(name);
  }

  /** A field of a struct argument. */
  field(name: string, field: string): bigint {
    return BigInt((this.values.getValue(name) as Result).getValue(field) as bigint);
  }
}

export type Explain = (a: ErrorArguments) => Explanation;

/** Where to look at the loan that an error names. */
export const status = (a: ErrorArguments): readonly string[] => [`npx hardhat loan status ${a.raw("loanId")}`];

/** An error that only a fault in the contracts can lead to. */
export const internal =
  (what: string): Explain =>
  () => ({
    message: what,
    hint: "This is an inner check of the contracts and should not be met from outside; please report it with the transaction.",
  });

/** A parameter outside its hard bounds. */
export function outOfBounds(a: ErrorArguments): Explanation {
  return {
    message: `Parameter ${asText(a.raw("parameter"))} is outside the bounds that no role can move.`,
    limit: `${a.raw("lower")} to ${a.raw("upper")}`,
    actual: a.raw("actual"),
  };
}

/** Text in a bytes32, or the bytes themselves. */
export function asText(bytes32: string): string {
  const bytes = Uint8Array.from(bytes32.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const text = new TextDecoder().decode(bytes).replace(/\0+$/, "");
  return /^[\x20-\x7e]+$/.test(text) ? text : bytes32;
}
