import { InvalidInputError } from "../sdk/index.js";
import { type ExchangeDomain, ORDER_TYPES, type Order, type SignedOrder, hashOrder, validateOrder } from "./orders.js";

/** Far above any order, which has 12 fields and a signature [bytes]. */
export const MAX_ORDER_BYTES = 100_000;

/** Fields of an order in JSON: numbers in decimal, as text. */
export type OrderJson = { readonly [Field in keyof Order]: Order[Field] extends boolean ? boolean : string };

/** A signed order as it is handed on. */
export interface SignedOrderJson {
  readonly chainId: string;
  readonly exchange: string;
  readonly order: OrderJson;
  readonly hash: string;
  readonly signature: string;
}

export function signedOrderJson(domain: ExchangeDomain, signed: SignedOrder): SignedOrderJson {
  const fields = ORDER_TYPES.Order.map(({ name, type }) => {
    const value = signed.order[name];
    return [name, type === "bool" ? value : String(value)] as const;
  });
  return {
    chainId: domain.chainId.toString(),
    exchange: domain.exchange,
    order: Object.fromEntries(fields) as unknown as OrderJson,
    hash: signed.hash,
    signature: signed.signature,
  };
}

function refuse(code: string, message: string, limit: string, input: string): never {
  throw new InvalidInputError({ code, message, limit, input, next: ["npx hardhat futures sell --help"] });
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isFields(value))
    return refuse("INVALID_ORDER_FILE", "The order is no JSON object.", "one JSON object", text.slice(0, 40));
  // What `futures sell --json` answers with has the order inside.
  const { data } = value;
  const inner = isFields(data) ? data.signed : undefined;
  return isFields(inner) ? inner : value;
}

function textOf(fields: Fields, name: string, pattern: RegExp, what: string): string {
  const value = fields[name];
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === "string" && pattern.test(text)) return text;
  const found = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
  return refuse("INVALID_ORDER_FILE", `The order's ${name} cannot be read.`, what, found);
}

function fieldOf(fields: Fields, name: string, type: string): bigint | string | boolean {
  if (type === "bool") {
    const value = fields[name];
    if (typeof value === "boolean") return value;
    return refuse("INVALID_ORDER_FILE", `The order's ${name} cannot be read.`, "true or false", String(value));
  }
  if (type === "address") return textOf(fields, name, /^0x[0-9a-fA-F]{40}$/, "an address of 20 bytes");
  if (type === "bytes32") return textOf(fields, name, /^0x[0-9a-fA-F]{64}$/, "an id of 32 bytes");
  return BigInt(textOf(fields, name, /^\d{1,20}$/, "a whole number"));
}

/**
 * Reads a signed order that somebody handed on, and checks all that can be checked without the chain.
 * @param now present epoch, to refuse what is expired [epoch]
 */
export function parseSignedOrder(text: string, domain: ExchangeDomain, now: bigint): SignedOrder {
  if (text.length > MAX_ORDER_BYTES) {
    refuse("INVALID_ORDER_FILE", "The order is too long.", `${MAX_ORDER_BYTES} bytes`, `${text.length} bytes`);
  }
  const fields = parseJson(text);
  const chainId = BigInt(textOf(fields, "chainId", /^\d{1,20}$/, "the number of a chain"));
  const exchange = textOf(fields, "exchange", /^0x[0-9a-fA-F]{40}$/, "an address of 20 bytes");
  if (chainId !== domain.chainId || exchange.toLowerCase() !== domain.exchange.toLowerCase()) {
    const expected = `the exchange ${domain.exchange} on chain ${domain.chainId}`;
    refuse("OTHER_EXCHANGE", "The order is for another exchange.", expected, `${exchange} on chain ${chainId}`);
  }
  if (!isFields(fields.order)) {
    return refuse("INVALID_ORDER_FILE", "There is no order in it.", "the object order", typeof fields.order);
  }
  const inner = fields.order;
  const order = Object.fromEntries(
    ORDER_TYPES.Order.map(({ name, type }) => [name, fieldOf(inner, name, type)]),
  ) as unknown as Order;
  validateOrder(order, now);
  const signature = textOf(fields, "signature", /^0x(?:[0-9a-fA-F]{2})*$/, "bytes in hexadecimal");
  return { order, hash: hashOrder(domain, order), signature };
}
