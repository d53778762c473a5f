import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";

import type { Proposal } from "./report.js";

/** A file that the transaction builder of Safe imports. */
export interface SafeBatch {
  readonly version: "1.0";
  readonly chainId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly meta: {
    readonly name: string;
    readonly description: string;
    readonly txBuilderVersion: string;
    readonly createdFromSafeAddress: string;
    /** By it the transaction builder sees that nobody has changed the file. */
    readonly checksum: string;
  };
  readonly transactions: ReadonlyArray<{ readonly to: string; readonly value: string; readonly data: string }>;
}

type Json = string | number | null | readonly Json[] | { readonly [key: string]: Json };

/** The transaction builder's own text form: sorted keys in front, every member followed by a comma. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonical(one)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = value as { readonly [key: string]: Json };
  const keys = Object.keys(members).sort();
  return `{${JSON.stringify(keys)}${keys.map((key) => `${canonical(members[key] ?? null)},`).join("")}}`;
}

/** Checksum of a batch: of everything but the name and the checksum itself. */
export function checksumOf(
  batch: Omit<SafeBatch, "meta"> & { readonly meta: Omit<SafeBatch["meta"], "checksum"> },
): string {
  const nameless = { ...batch, meta: { ...batch.meta, name: null } };
  return keccak256(toUtf8Bytes(canonical(nameless as unknown as Json)));
}

/** The transactions that a holder of roles has to send now; `undefined` when there are none. */
export function safeBatch(
  chainId: number,
  caller: string,
  proposals: readonly Proposal[],
  createdAt: number,
): SafeBatch | undefined {
  const mine = proposals.filter((proposal) => proposal.caller === caller && proposal.transaction !== undefined);
  if (mine.length === 0) return undefined;
  const batch = {
    version: "1.0",
    chainId: String(chainId),
    createdAt,
    meta: {
      name: "Plimsoll governance",
      description: mine.map((proposal) => `${proposal.next}: ${proposal.description}`).join("\n"),
      txBuilderVersion: "1.17.1",
      createdFromSafeAddress: caller,
    },
    transactions: mine.map(({ transaction }) => ({
      to: transaction?.to ?? caller,
      value: "0",
      data: transaction?.data ?? "0x",
    })),
  } as const;
  return { ...batch, meta: { ...batch.meta, checksum: checksumOf(batch) } };
}

/** Name of a batch's file: the same proposals give the same name, so that a second run writes no second file. */
export function batchFileName(batch: SafeBatch): string {
  const content = AbiCoder.defaultAbiCoder().encode(
    ["string", "address", "bytes"],
    [batch.chainId, batch.meta.createdFromSafeAddress, toUtf8Bytes(JSON.stringify(batch.transactions))],
  );
  return `${batch.meta.createdFromSafeAddress}-${keccak256(content).slice(2, 10)}.json`;
}

/** Writes a batch. */
export function writeBatch(path: string, batch: SafeBatch): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(batch, null, 2)}\n`);
}
