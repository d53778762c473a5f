import { type FailureFields, toFil } from "../sdk/index.js";
import type { NetworkInfo } from "./session.js";

/** FIL in a JSON answer: exact in attoFIL, and readable. */
export interface JsonAmount {
  readonly attoFil: string;
  readonly fil: string;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface JsonTransaction {
  readonly hash: string;
  /** Filecoin's name of the message, where the node tells. */
  readonly cid: string | null;
  readonly status: "mined" | "waiting" | "failed";
  readonly block: string | null;
  readonly gasUsed: string | null;
}

export interface JsonNetwork {
  readonly name: string;
  readonly chainId: number;
  readonly block: number;
}

export type Envelope =
  | {
      readonly ok: true;
      readonly v: 1;
      readonly command: string;
      readonly network: JsonNetwork | null;
      readonly data: JsonValue;
      readonly tx: JsonTransaction | null;
      readonly warnings: readonly string[];
      readonly next: readonly string[];
    }
  | {
      readonly ok: false;
      readonly v: 1;
      readonly command: string;
      readonly network: JsonNetwork | null;
      readonly error: FailureFields;
      readonly tx: JsonTransaction | null;
      readonly data: JsonValue;
      readonly warnings: readonly string[];
      readonly next: readonly string[];
    };

/** @example amount(10n ** 18n) // { attoFil: "1000000000000000000", fil: "1" } */
export function amount(value: bigint): { readonly attoFil: string; readonly fil: string } {
  return { attoFil: value.toString(), fil: toFil(value) };
}

export function networkJson(network: NetworkInfo | undefined): JsonNetwork | null {
  return network === undefined
    ? null
    : { name: network.name, chainId: Number(network.chainId), block: Number(network.epoch) };
}

/** One line of JSON. */
export function serialise(envelope: Envelope): string {
  return JSON.stringify(envelope);
}
