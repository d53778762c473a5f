import {
  type Signer,
  type TypedDataDomain,
  type TypedDataField,
  TypedDataEncoder,
  getAddress,
  isAddress,
  isHexString,
} from "ethers";

import { InvalidInputError } from "../sdk/failure.js";

export { UNFIT, UNFIT_MEANING, type Unfit } from "../sdk/errors/venues.js";

/** A limit order, as FuturesExchange.sol has it. */
export interface Order {
  readonly maker: string;
  /** Id of the series. */
  readonly series: string;
  readonly buy: boolean;
  readonly lots: bigint;
  /** Worst price [ticks per lot]. */
  readonly ticks: bigint;
  /** Least of a fill, or the rest of the order if that is less [lots]. */
  readonly minFill: bigint;
  /** Last epoch in which the order may be filled [epoch]. */
  readonly expiry: bigint;
  /** The maker's, which `cancelAll` raises. */
  readonly epoch: bigint;
  /** What `cancel` and `cancelRange` name; orders may share one. */
  readonly nonce: bigint;
  /** Sum of `OrderFlag`. */
  readonly flags: bigint;
  /** Who alone may be the counterparty; the zero address for anyone. */
  readonly taker: string;
  /** Highest fee [bps of the notional]. */
  readonly feeCapBps: bigint;
}

/** An order and what its maker signed it with. */
export interface SignedOrder {
  readonly order: Order;
  readonly hash: string;
  readonly signature: string;
}

/** Which exchange an order is for. */
export interface ExchangeDomain {
  readonly chainId: bigint;
  /** Address of FuturesExchange. */
  readonly exchange: string;
}

export const OrderFlag = { reduceOnly: 1n, postOnly: 2n, fillOrKill: 4n, immediateOrCancel: 8n } as const;

/** EIP-712 types of an order, in the order in which the contract hashes the fields. */
export const ORDER_TYPES = {
  Order: [
    { name: "maker", type: "address" },
    { name: "series", type: "bytes32" },
    { name: "buy", type: "bool" },
    { name: "lots", type: "uint64" },
    { name: "ticks", type: "uint32" },
    { name: "minFill", type: "uint64" },
    { name: "expiry", type: "uint32" },
    { name: "epoch", type: "uint32" },
    { name: "nonce", type: "uint64" },
    { name: "flags", type: "uint8" },
    { name: "taker", type: "address" },
    { name: "feeCapBps", type: "uint16" },
  ],
} as const satisfies Record<string, readonly TypedDataField[]>;

export const MAX_NONCE = 2n ** 64n - 1n;
/** Most orders in one call of `fill` or `matchOrders`. */
export const MAX_BATCH = 64;
/** Nonces that share a word of the contract's storage: cancelling in one that is in use costs less. */
export const NONCES_PER_WORD = 256n;
/** Most words that one `cancelRange` touches. */
export const MAX_CANCEL_WORDS = 16n;

/** A field of an order that no exchange would take. */
export class InvalidOrderError extends InvalidInputError {
  readonly field: keyof Order;

  constructor(field: keyof Order, input: string, limit: string, hint?: string) {
    super({ code: "INVALID_ORDER", message: `The order's ${field} cannot be taken.`, limit, input, hint });
    this.field = field;
  }
}

/** A range of nonces that one call cannot cancel. */
export class InvalidNonceRangeError extends InvalidInputError {}

/** EIP-712 domain of an exchange. */
export function orderDomain(domain: ExchangeDomain): TypedDataDomain {
  return {
    name: "Plimsoll Futures",
    version: "1",
    chainId: domain.chainId,
    verifyingContract: domain.exchange,
  };
}

/** The hash that is signed and by which the contract counts fills. */
export function hashOrder(domain: ExchangeDomain, order: Order): string {
  return TypedDataEncoder.hash(orderDomain(domain), mutableTypes(), order);
}

/**
 * Validates and signs an order with its maker's key.
 * @param now present epoch, to refuse what is expired already [epoch]
 */
export async function signOrder(
  domain: ExchangeDomain,
  order: Order,
  signer: Signer,
  now: bigint,
): Promise<SignedOrder> {
  validateOrder(order, now);
  const address = await signer.getAddress();
  if (getAddress(order.maker) !== getAddress(address)) {
    throw new InvalidOrderError("maker", order.maker, address, "An order is signed with its maker's key.");
  }
  const signature = await signer.signTypedData(orderDomain(domain), mutableTypes(), order);
  return { order, hash: hashOrder(domain, order), signature };
}

/**
 * Throws InvalidOrderError for what no exchange takes, or what can never be filled.
 * @param now present epoch [epoch]
 */
export function validateOrder(order: Order, now: bigint): void {
  for (const field of ["maker", "taker"] as const) {
    if (!isAddress(order[field])) throw new InvalidOrderError(field, order[field], "an address of 20 bytes");
  }
  if (BigInt(order.maker) === 0n) throw new InvalidOrderError("maker", order.maker, "an address that can sign");
  if (getAddress(order.maker) === getAddress(order.taker)) {
    throw new InvalidOrderError("taker", order.taker, "another address than the maker's");
  }
  if (!isHexString(order.series, 32)) throw new InvalidOrderError("series", order.series, "an id of 32 bytes");
  for (const { name, type } of ORDER_TYPES.Order) {
    if (type.startsWith("uint")) validateWidth(order, name as NumberField, Number(type.slice(4)));
  }
  if (order.lots === 0n) throw new InvalidOrderError("lots", "0", "at least 1 lot");
  if (order.ticks === 0n) throw new InvalidOrderError("ticks", "0", "at least 1 tick");
  if (order.minFill > order.lots) {
    throw new InvalidOrderError("minFill", `${order.minFill} lots`, `at most the order's ${order.lots} lots`);
  }
  if (order.expiry < now) {
    throw new InvalidOrderError("expiry", `epoch ${order.expiry}`, `epoch ${now}, the present one, or later`);
  }
  validateFlags(order);
}

type NumberField = { [K in keyof Order]: Order[K] extends bigint ? K : never }[keyof Order];

function validateWidth(order: Order, field: NumberField, bits: number): void {
  const value = order[field];
  const most = 2n ** BigInt(bits) - 1n;
  if (value < 0n || value > most) throw new InvalidOrderError(field, String(value), `0 to ${most}`);
}

/** Post only, fill or kill, and immediate or cancel exclude each other; there are no flags beyond 8. */
function validateFlags(order: Order): void {
  const kinds = order.flags & ~OrderFlag.reduceOnly;
  if (kinds === 0n || kinds === OrderFlag.postOnly) return;
  if (kinds === OrderFlag.fillOrKill || kinds === OrderFlag.immediateOrCancel) return;
  throw new InvalidOrderError(
    "flags",
    String(order.flags),
    "1 (reduce only), plus at most one of 2 (post only), 4 (fill or kill) and 8 (immediate or cancel)",
  );
}

/** Word of the contract's storage in which a nonce lies. */
export function nonceWord(nonce: bigint): bigint {
  return nonce / NONCES_PER_WORD;
}

/**
 * The nonce for a maker's next order: nonces in a row share words, so that cancelling them is cheap.
 * @param used nonces that the maker has used, in any order
 */
export function nextNonce(used: Iterable<bigint>): bigint {
  let next = 0n;
  for (const nonce of used) if (nonce >= next) next = nonce + 1n;
  if (next > MAX_NONCE) {
    throw new InvalidNonceRangeError({
      code: "NO_NONCE_LEFT",
      message: "The last nonce is used.",
      limit: `nonces up to ${MAX_NONCE}`,
      input: String(next),
      hint: "Call cancelAll and begin at 0 with the new epoch; cancelled nonces stay cancelled.",
    });
  }
  return next;
}

/** One call of `cancelRange`. */
export interface NonceRange {
  readonly from: bigint;
  readonly count: bigint;
}

/** The calls of `cancelRange` that cancel `count` nonces from `from` on: each touches 16 words at most. */
export function cancelRanges(from: bigint, count: bigint): readonly NonceRange[] {
  const end = from + count;
  if (from < 0n || count < 1n || end > MAX_NONCE + 1n) {
    throw new InvalidNonceRangeError({
      code: "INVALID_NONCES",
      message: "These nonces cannot be cancelled.",
      limit: `at least one, within 0 to ${MAX_NONCE}`,
      input: `${count} from ${from} on`,
    });
  }
  const calls: NonceRange[] = [];
  for (let at = from; at < end; ) {
    const limit = (nonceWord(at) + MAX_CANCEL_WORDS) * NONCES_PER_WORD;
    const stop = limit < end ? limit : end;
    calls.push({ from: at, count: stop - at });
    at = stop;
  }
  return calls;
}

/** Ethers wants arrays that it might write to, and does not. */
function mutableTypes(): Record<string, TypedDataField[]> {
  return { Order: ORDER_TYPES.Order.map((field) => ({ ...field })) };
}
