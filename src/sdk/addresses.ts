import { getAddress } from "ethers";
import { AddressDelegated, PROTOCOL_INDICATOR, fromString } from "iso-filecoin/address";

import { InvalidInputError, PlimsollError } from "./failure.js";

/** Filecoin's two prefixes: `f` on mainnet, `t` on every test network. */
export type NetworkPrefix = "f" | "t";

/** Prefixes that a network accepts, the first one is used for output. */
export interface AddressRules {
  readonly prefixes: readonly [NetworkPrefix, ...NetworkPrefix[]];
}

/** 314 is mainnet; local chains take both prefixes, because nothing on them can be mistaken for money. */
export function addressRules(chainId: bigint): AddressRules {
  if (chainId === 314n) return { prefixes: ["f"] };
  if (chainId === 314159n) return { prefixes: ["t"] };
  return { prefixes: ["f", "t"] };
}

/** What was typed, before anything is asked of the chain. */
export type ParsedAddress =
  | { readonly kind: "eth"; readonly input: string; readonly eth: string }
  | { readonly kind: "id"; readonly input: string; readonly id: bigint }
  | { readonly kind: "robust"; readonly input: string; readonly robust: string };

/** The forms of one actor's address. */
export interface AddressForms {
  /** What a contract sees; the masked id where the actor has no address of Ethereum's form. */
  readonly eth: string;
  /** `f410f...`, where the actor has one. */
  readonly delegated: string | undefined;
  /** `f01234`, where known. */
  readonly id: string | undefined;
}

/** What only the chain knows about addresses. */
export interface AddressResolver {
  /** The Ethereum address behind an actor id, undefined where the actor has none. */
  ethOfId(id: bigint): Promise<string | undefined>;
  /** The id behind any other form, undefined where no such actor exists. `robust` is f1, f2 or f3; or an Ethereum address. */
  idOf(address: string): Promise<bigint | undefined>;
}

const MASK = 0xffn << 152n;
const MAX_ID = 2n ** 64n - 1n;
const FORMS = "0x..., f0..., f1..., f2..., f3... or f410f...";

/**
 * The address by which contracts name an actor that has only an id.
 * @example maskedId(1234n) === "0xFF000000000000000000000000000000000004d2"
 */
export function maskedId(id: bigint): string {
  return getAddress(`0x${(MASK | id).toString(16).padStart(40, "0")}`);
}

/** The id inside a masked address, undefined for every other address. */
export function idOfMasked(eth: string): bigint | undefined {
  const value = BigInt(eth);
  return value >> 64n === MASK >> 64n ? value & MAX_ID : undefined;
}

function invalid(input: string, why: string, code = "INVALID_ADDRESS", limit = FORMS): InvalidInputError {
  return new InvalidInputError({ code, message: `"${input}" is not a usable address: ${why}.`, limit, input });
}

function checkPrefix(input: string, rules: AddressRules): void {
  const prefix = input[0];
  if (!rules.prefixes.some((allowed) => allowed === prefix)) {
    throw new InvalidInputError({
      code: "WRONG_NETWORK_PREFIX",
      message: `"${input}" belongs to another network.`,
      limit: `an address that begins with ${rules.prefixes.join(" or ")}`,
      actual: `it begins with ${prefix}`,
      input,
      hint: "Check --network, and copy the address from that network.",
    });
  }
}

/** Reads an address of any form and checks its checksum and network. Pure: an id is not looked up. */
export function parseAddress(text: string, rules: AddressRules): ParsedAddress {
  const input = text.trim();
  if (/^0x/i.test(input)) return parseEth(input);
  if (!/^[ft][0-4]/.test(input)) throw invalid(input, "it has no known form");
  checkPrefix(input, rules);
  if (input[1] === "0") return { kind: "id", input, id: parseId(input) };
  let parsed;
  try {
    parsed = fromString(input);
  } catch (error) {
    throw invalid(input, error instanceof Error ? error.message.toLowerCase() : "it cannot be read");
  }
  if (parsed.protocol !== PROTOCOL_INDICATOR.DELEGATED) return { kind: "robust", input, robust: input };
  if (!(parsed instanceof AddressDelegated) || parsed.namespace !== 10)
    throw invalid(input, "only namespace 10 (f410f) is Ethereum's");
  return parseEth(parsed.toEthAddress());
}

function parseEth(input: string): ParsedAddress {
  if (!/^0x[0-9a-f]{40}$/i.test(input)) throw invalid(input, "it needs 40 hexadecimal digits after 0x");
  let eth: string;
  try {
    eth = getAddress(input);
  } catch {
    throw invalid(input, "its checksum is wrong");
  }
  if (BigInt(eth) === 0n) throw invalid(input, "it is the zero address", "ZERO_ADDRESS");
  const id = idOfMasked(eth);
  return id === undefined ? { kind: "eth", input, eth } : { kind: "id", input, id };
}

function parseId(input: string): bigint {
  const digits = input.slice(2);
  if (!/^\d{1,20}$/.test(digits) || BigInt(digits) > MAX_ID) throw invalid(input, "an id is a whole number below 2^64");
  return BigInt(digits);
}

/**
 * Reads the id of a miner: `f01234`, `1234` or its masked address.
 * @returns [actor id]
 */
export function parseMinerId(text: string, rules: AddressRules): bigint {
  const input = text.trim();
  const refuse = (why: string): never => {
    throw new InvalidInputError({
      code: "INVALID_MINER",
      message: `"${input}" does not name a miner: ${why}.`,
      limit: `${rules.prefixes[0]}01234 or 1234`,
      input,
    });
  };
  if (/^\d+$/.test(input)) return BigInt(input) > MAX_ID ? refuse("an id is below 2^64") : BigInt(input);
  if (!/^(0x|[ft][0-4])/i.test(input)) return refuse("it is neither an id nor an address");
  const parsed = parseAddress(input, rules);
  return parsed.kind === "id" ? parsed.id : refuse("a miner is named by its id");
}

/** `f01234`, with the prefix of the network. */
export function formatId(id: bigint, rules: AddressRules): string {
  return `${rules.prefixes[0]}0${id}`;
}

/**
 * The `f410f...` form of an Ethereum address.
 * @example formatDelegated("0xd388ab098ed3e84c0d808776440b48f685198498", addressRules(314159n)) // t410f2oekwcmo2pueydmaq53eic2i62crtbeyuzx2gmy
 */
export function formatDelegated(eth: string, rules: AddressRules): string {
  return AddressDelegated.fromEthAddress(getAddress(eth), rules.prefixes[0] === "f" ? "mainnet" : "testnet").toString();
}

/** All forms of an address, without asking the chain. */
export function formsOf(eth: string, rules: AddressRules): AddressForms {
  const id = idOfMasked(eth);
  return id === undefined
    ? { eth: getAddress(eth), delegated: formatDelegated(eth, rules), id: undefined }
    : { eth: maskedId(id), delegated: undefined, id: formatId(id, rules) };
}

/**
 * Turns what was typed into the one address by which the actor acts. An id of an actor that has an Ethereum address becomes that
 * address: paid at its masked id, the FIL would land on a key that nobody can use.
 */
export async function resolveAddress(
  text: string,
  rules: AddressRules,
  resolver: AddressResolver,
): Promise<AddressForms> {
  const parsed = parseAddress(text, rules);
  if (parsed.kind === "eth") {
    const id = await resolver.idOf(parsed.eth);
    return { ...formsOf(parsed.eth, rules), id: id === undefined ? undefined : formatId(id, rules) };
  }
  const id = parsed.kind === "id" ? parsed.id : await resolver.idOf(parsed.robust);
  if (id === undefined) {
    throw new PlimsollError({
      code: "ACTOR_NOT_FOUND",
      message: `"${parsed.input}" has no actor on this network yet.`,
      limit: "an address that has received FIL at least once",
      actual: parsed.input,
      hint: "Send it any amount first, or name another address.",
    });
  }
  const eth = await resolver.ethOfId(id);
  if (eth === undefined) return formsOf(maskedId(id), rules);
  return { eth: getAddress(eth), delegated: formatDelegated(eth, rules), id: formatId(id, rules) };
}
