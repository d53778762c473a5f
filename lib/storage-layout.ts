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
  /** Members of the enums in them, in the order of their values. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

/** Contracts whose storage outlives their code. */
export const UPGRADEABLE = [
  "CollateralAccount",
  "ControlAuction",
  "FuturesClearing",
  "FuturesDefaults",
  "FuturesDesk",
  "FuturesIndex",
  "FuturesSettlement",
  "LoanBook",
  "LoanDesk",
  "LoanEscrow",
  "LoanTerms",
  "PledgeVault",
  "PledgeVaultDesk",
  "PostedCollateral",
  "StripAuction",
] as const;

/** The folder of `contracts/` that a contract is in. */
export function folderOf(contract: string): string {
  if (contract === "PostedCollateral") return "collateral";
  return contract.startsWith("Futures") ? "futures" : "loans";
}

/** The files that declare them. */
export const UPGRADEABLE_SOURCES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  UPGRADEABLE.map((contract) => [`contracts/${folderOf(contract)}/${contract}.sol`, [contract]]),
);

/** First slot of a namespace (ERC-7201). */
export function erc7201Slot(id: string): string {
  const inner = BigInt(keccak256(toUtf8Bytes(id))) - 1n;
  const outer = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256"], [inner])));
  return toBeHex(outer & ~0xffn, 32);
}

/** One line for each difference between a recorded and a present layout. */
export function differences(recorded: StorageLayout, present: StorageLayout): readonly string[] {
  const lines: string[] = [];
  compareEntries("linear", recorded.linear, present.linear, lines);
  compareGroups("namespace", recorded.namespaces, present.namespaces, lines);
  compareGroups("", recorded.structs, present.structs, lines);
  for (const name of new Set([...Object.keys(recorded.enums), ...Object.keys(present.enums)])) {
    const [was, is] = [recorded.enums[name], present.enums[name]].map((members) => members?.join(", ") ?? "nothing");
    if (was !== is) lines.push(`${name}: recorded ${was}, present ${is}`);
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
