import { readFileSync } from "node:fs";

import { AbiCoder, keccak256, toBeHex, toUtf8Bytes } from "ethers";

/** One variable: where it is and what it is. */
export interface LayoutEntry {
  readonly label: string;
  readonly type: string;
  readonly slot: string;
  /** Position in the slot, from its low end [bytes]. */
  readonly offset: number;
}

/** The storage of a contract, free of anything that differs from one build to the next. */
export interface StorageLayout {
  readonly contract: string;
  /** Variables in the slots from 0 on; upgradeable contracts have none. */
  readonly linear: readonly LayoutEntry[];
  /** ERC-7201 namespaces; slots count from the namespace's first. */
  readonly namespaces: Readonly<Record<string, { readonly slot: string; readonly members: readonly LayoutEntry[] }>>;
  /** Structs by name, with the layout of their members. */
  readonly structs: Readonly<Record<string, { readonly bytes: string; readonly members: readonly LayoutEntry[] }>>;
  /** Members of enums in the order of their values. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

interface RawEntry {
  readonly label: string;
  readonly type: string;
  readonly slot: string;
  readonly offset: number;
}

interface RawLayout {
  readonly storage: readonly RawEntry[];
  readonly types: Readonly<
    Record<
      string,
      { readonly label: string; readonly numberOfBytes?: string; readonly members?: ReadonlyArray<RawEntry | string> }
    >
  >;
  readonly namespaces?: Readonly<Record<string, readonly RawEntry[]>>;
}

interface Validations {
  readonly log: ReadonlyArray<
    Readonly<Record<string, { readonly version?: { readonly withMetadata: string }; readonly layout: RawLayout }>>
  >;
}

/** Contracts whose storage outlives their code. */
export const UPGRADEABLE = ["CollateralAccount", "LoanBook", "LoanDesk", "PledgeVault", "StripAuction"] as const;

/** Thrown when the upgrade checks have not seen the code whose layout is asked for. */
export class LayoutUnknownError extends Error {
  override readonly name = "LayoutUnknownError";

  constructor(readonly contract: string) {
    super(`storage layout of ${contract}: expected one from a build of this code, got none; run hardhat build --force`);
  }
}

/** First slot of a namespace (ERC-7201). */
export function erc7201Slot(id: string): string {
  const inner = BigInt(keccak256(toUtf8Bytes(id))) - 1n;
  const outer = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256"], [inner])));
  return toBeHex(outer & ~0xffn, 32);
}

/** What the build's upgrade checks (OpenZeppelin) know, among it the layouts of namespaces, which the compiler does not report. */
export function readValidations(path: string): Validations {
  return JSON.parse(readFileSync(path, "utf8")) as Validations;
}

const byName = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * The layout of a contract.
 * @param bytecode creation code: the checks keep older builds as well
 */
export function layoutOf(validations: Validations, contract: string, bytecode: string): StorageLayout {
  const version = keccak256(bytecode).slice(2);
  const raw = validations.log
    .flatMap((run) => Object.entries(run))
    .find(([name, { version: seen }]) => name.endsWith(`:${contract}`) && seen?.withMetadata === version)?.[1].layout;
  if (raw === undefined) throw new LayoutUnknownError(contract);

  const typeName = (type: string): string => raw.types[type]?.label ?? type;
  const entry = ({ label, type, slot, offset }: RawEntry): LayoutEntry => ({
    label,
    type: typeName(type),
    slot,
    offset,
  });
  const structs: Record<string, StorageLayout["structs"][string]> = {};
  const enums: Record<string, readonly string[]> = {};
  for (const { label, numberOfBytes, members } of Object.values(raw.types)) {
    if (members === undefined) continue;
    if (label.startsWith("enum ")) enums[label] = members as readonly string[];
    else structs[label] = { bytes: numberOfBytes ?? "", members: (members as readonly RawEntry[]).map(entry) };
  }
  const namespaces = Object.fromEntries(
    Object.entries(raw.namespaces ?? {}).map(([id, members]) => [
      id,
      { slot: erc7201Slot(id.replace(/^erc7201:/, "")), members: members.map(entry) },
    ]),
  );
  return {
    contract,
    linear: raw.storage.map(entry),
    namespaces: byName(namespaces),
    structs: byName(structs),
    enums: byName(enums),
  };
}

/** One line for each difference between a recorded and a present layout. */
export function differences(recorded: StorageLayout, present: StorageLayout): readonly string[] {
  const lines: string[] = [];
  compareEntries("linear", recorded.linear, present.linear, lines);
  compareGroups("namespace", recorded.namespaces, present.namespaces, lines);
  compareGroups("", recorded.structs, present.structs, lines);
  for (const name of new Set([...Object.keys(recorded.enums), ...Object.keys(present.enums)])) {
    const [was, is] = [recorded.enums[name]?.join(", "), present.enums[name]?.join(", ")];
    if (was !== is) lines.push(`${name}: recorded ${was ?? "nothing"}, present ${is ?? "nothing"}`);
  }
  return lines;
}

interface Group {
  readonly slot?: string;
  readonly members: readonly LayoutEntry[];
}

function compareGroups(
  kind: string,
  recorded: Readonly<Record<string, Group>>,
  present: Readonly<Record<string, Group>>,
  lines: string[],
): void {
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(present)])) {
    const where = kind === "" ? name : `${kind} ${name}`;
    const [was, is] = [recorded[name], present[name]];
    if (was === undefined || is === undefined) {
      lines.push(
        `${where}: recorded ${was === undefined ? "nothing" : "it"}, present ${is === undefined ? "nothing" : "it"}`,
      );
      continue;
    }
    if (was.slot !== is.slot) lines.push(`${where}: recorded at ${was.slot}, present at ${is.slot}`);
    compareEntries(where, was.members, is.members, lines);
  }
}

function compareEntries(
  where: string,
  recorded: readonly LayoutEntry[],
  present: readonly LayoutEntry[],
  lines: string[],
): void {
  const text = (entry: LayoutEntry | undefined): string =>
    entry === undefined ? "nothing" : `${entry.type} ${entry.label} at ${entry.slot}+${entry.offset}`;
  for (let i = 0; i < Math.max(recorded.length, present.length); i++) {
    const [was, is] = [text(recorded[i]), text(present[i])];
    if (was !== is) lines.push(`${where}[${i}]: recorded ${was}, present ${is}`);
  }
}
