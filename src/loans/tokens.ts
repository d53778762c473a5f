import { Contract, type ContractRunner, type ContractTransaction, Interface } from "ethers";

import { InvalidInputError, PlimsollError } from "../sdk/index.js";
import type { Plimsoll } from "./contracts.js";

/** What is asked of any token; `approve` without an answer, because some give none. */
const TOKEN_ABI = new Interface([
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address, address) view returns (uint256)",
  "function approve(address, uint256)",
]);

/** A token that was listed as collateral, by the posted collateral's own record. */
export interface TokenView {
  readonly address: string;
  /** As the token calls itself; its address where it does not. */
  readonly symbol: string;
  readonly decimals: number;
  /** Whether it may be posted. */
  readonly open: boolean;
  /** Claims of all loans, and their most [token units]. */
  readonly total: bigint;
  readonly cap: bigint;
  /** A loan has none of it, or at least this [token units]. */
  readonly dust: bigint;
  /** What a claim is good for; below 1 when tokens are missing [wad]. */
  readonly backing: bigint;
  /** That counts for calls and liquidations, 0 without one [attoFIL per whole token]; `fresh`: also for draws. */
  readonly price: bigint;
  readonly fresh: boolean;
  /** The last second for which the stored price is in time [seconds]. */
  readonly storedUntil: bigint;
  /** [wad] */
  readonly drawWeight: bigint;
  readonly callWeight: bigint;
  readonly liquidationWeight: bigint;
}

/** What amounts of a token are read and written with. */
export interface TokenUnit {
  readonly address: string;
  /** As the token calls itself; its address where it does not. */
  readonly symbol: string;
  readonly decimals: number;
}

export class Token {
  private readonly contract: Contract;

  constructor(
    readonly address: string,
    runner: ContractRunner | null,
  ) {
    this.contract = new Contract(address, TOKEN_ABI, runner);
  }

  private async ask<T>(name: string, ...args: readonly string[]): Promise<T> {
    return (await this.contract.getFunction(name).staticCall(...args)) as T;
  }

  async symbol(): Promise<string> {
    try {
      const symbol = (await this.ask<string>("symbol")).replace(/[^\x21-\x7e]/g, "").slice(0, 16);
      return symbol === "" ? this.address : symbol;
    } catch {
      return this.address;
    }
  }

  /** 0 where the token does not say. */
  async decimals(): Promise<number> {
    try {
      return Number(await this.ask<bigint>("decimals"));
    } catch {
      return 0;
    }
  }

  async unit(): Promise<TokenUnit> {
    const [symbol, decimals] = await Promise.all([this.symbol(), this.decimals()]);
    return { address: this.address, symbol, decimals };
  }

  async balanceOf(account: string): Promise<bigint> {
    return this.ask<bigint>("balanceOf", account);
  }

  async allowance(owner: string, spender: string): Promise<bigint> {
    return this.ask<bigint>("allowance", owner, spender);
  }

  async approve(spender: string, amount: bigint): Promise<ContractTransaction> {
    return this.contract.getFunction("approve").populateTransaction(spender, amount);
  }
}

/** One listed token. */
export async function readToken(contracts: Plimsoll, address: string): Promise<TokenView> {
  const { posted } = contracts;
  const [record, [price, fresh], symbol] = await Promise.all([
    posted.tokenOf(address),
    posted.priceOf(address),
    new Token(address, posted.runner).symbol(),
  ]);
  return {
    address,
    symbol,
    decimals: Number(record.decimals),
    open: record.open,
    total: record.total,
    cap: record.terms.cap,
    dust: 10n ** record.terms.dustExponent,
    backing: record.backingWad,
    price,
    fresh,
    storedUntil: record.lastFreshUntil,
    drawWeight: record.terms.drawWeightWad,
    callWeight: record.terms.callWeightWad,
    liquidationWeight: record.terms.liquidationWeightWad,
  };
}

/** Every token that was ever listed, in the order of listing. */
export async function readTokens(contracts: Plimsoll): Promise<TokenView[]> {
  const found: TokenView[] = [];
  const count = await contracts.posted.tokenCount();
  for (let id = 1n; id <= count; id += 1n) found.push(await readToken(contracts, await contracts.posted.tokenAt(id)));
  return found;
}

/** The listed token that was meant: by its address, or by a symbol that only one has. */
export function chooseToken(tokens: readonly TokenView[], text: string, address: string | undefined): TokenView {
  const wanted = text.trim().toLowerCase();
  const listed = tokens.map((token) => `${token.symbol} ${token.address}`).join(", ");
  if (address !== undefined) {
    const found = tokens.find((token) => token.address.toLowerCase() === address.toLowerCase());
    if (found !== undefined) return found;
  } else {
    const [only, second] = tokens.filter((token) => token.symbol.toLowerCase() === wanted);
    if (only !== undefined && second === undefined) return only;
    if (second !== undefined) {
      throw new InvalidInputError({
        code: "AMBIGUOUS_TOKEN",
        message: `Several listed tokens call themselves "${text}"; name one by its address.`,
        limit: listed,
        input: text,
        next: ["npx hardhat auction list"],
      });
    }
  }
  throw new PlimsollError({
    code: "PostedCollateral_NotListed",
    message: `"${text}" is not a token that was listed as collateral.`,
    limit: listed === "" ? "a listed token; none is" : listed,
    actual: text,
    next: ["npx hardhat loan status"],
  });
}

/**
 * An amount of a token in whole tokens, exactly.
 * @example parseTokenAmount("1.5", { decimals: 6, symbol: "USDFC" }) === 1_500_000n
 */
export function parseTokenAmount(text: string, token: Pick<TokenView, "decimals" | "symbol">): bigint {
  const input = text.trim();
  const match = /^(\d{1,30})(?:\.(\d+))?$/.exec(input);
  const fraction = match?.[2] ?? "";
  if (match === null || fraction.length > token.decimals) {
    throw new InvalidInputError({
      code: "INVALID_TOKEN_AMOUNT",
      message: `"${text}" is not an amount of ${token.symbol}.`,
      limit: `a decimal number such as 10.5, with at most ${token.decimals} decimals`,
      input,
      next: ["npx hardhat loan post --help"],
    });
  }
  const amount = BigInt(`${match[1] ?? "0"}${fraction.padEnd(token.decimals, "0")}`);
  if (amount === 0n) {
    throw new InvalidInputError({
      code: "ZERO_AMOUNT",
      message: "The amount is zero.",
      limit: `at least 1 unit of ${token.symbol}`,
      input,
      next: ["npx hardhat loan post --help"],
    });
  }
  return amount;
}

/** As `formatToken`, for what may be negative. */
export function formatSigned(amount: bigint, token: Pick<TokenView, "decimals" | "symbol">): string {
  return amount < 0n ? `-${formatToken(-amount, token)}` : formatToken(amount, token);
}

/**
 * Exact, with the token's name.
 * @example formatToken(1_500_000n, { decimals: 6, symbol: "USDFC" }) === "1.5 USDFC"
 */
export function formatToken(amount: bigint, token: Pick<TokenView, "decimals" | "symbol">): string {
  return `${tokenDecimal(amount, token)} ${token.symbol}`;
}

/** The number of whole tokens, exact and without the name. */
export function tokenDecimal(amount: bigint, token: Pick<TokenView, "decimals">): string {
  const digits = amount.toString().padStart(token.decimals + 1, "0");
  const whole = digits.slice(0, digits.length - token.decimals);
  const fraction = digits.slice(digits.length - token.decimals).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
