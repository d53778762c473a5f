import { Compiler } from "./compiler.js";
import { erc7201Slot, type LayoutEntry, type StorageLayout } from "./storage-layout.js";

/** A node of the compiler's syntax tree, as far as it is read here. */
interface Node {
  readonly id: number;
  readonly nodeType: string;
  readonly name?: string;
  readonly canonicalName?: string;
  readonly members?: ReadonlyArray<{ readonly name: string }>;
  readonly nodes?: readonly Node[];
  readonly linearizedBaseContracts?: readonly number[];
  readonly documentation?: { readonly text: string };
}

interface RawEntry {
  readonly label: string;
  readonly type: string;
  readonly slot: string;
  readonly offset: number;
}

interface RawType {
  readonly label: string;
  readonly numberOfBytes: string;
  readonly members?: readonly RawEntry[];
  readonly base?: string;
  readonly key?: string;
  readonly value?: string;
}

interface RawLayout {
  readonly storage: readonly RawEntry[];
  readonly types: Readonly<Record<string, RawType>> | null;
}

interface Output {
  readonly sources: Readonly<Record<string, { readonly ast: Node }>>;
  readonly contracts: Readonly<Record<string, Readonly<Record<string, { readonly storageLayout: RawLayout }>>>>;
}

/** Thrown when a contract whose layout is asked for does not exist. */
export class NoSuchContractError extends Error {
  override readonly name = "NoSuchContractError";

  constructor(readonly contract: string) {
    super(`storage layout: expected a contract ${contract}, got none`);
  }
}

/** A struct that is the storage of an ERC-7201 namespace. */
interface Namespace {
  readonly id: string;
  readonly source: string;
  readonly contract: string;
  readonly struct: string;
}

/** A contract in the syntax tree, with its place. */
interface Located {
  readonly node: Node;
  readonly source: string;
}

/**
 * Layouts by the compiler itself, without code generation: a few seconds. It reports no namespaces, so each is declared as a variable of
 * a contract made for the purpose.
 */
export class LayoutCompiler {
  private readonly compiler: Compiler;

  /** @param root folder of the project */
  constructor(root: string) {
    this.compiler = new Compiler(root);
  }

  /**
   * The layouts of contracts.
   * @param contracts names by the file that declares them, `{ "contracts/loans/LoanBook.sol": ["LoanBook"] }`
   */
  layouts(contracts: Readonly<Record<string, readonly string[]>>): readonly StorageLayout[] {
    const sources = Object.fromEntries(
      Object.keys(contracts).map((path) => [path, { content: this.compiler.read(path) }]),
    );
    const parsed = this.compiler.compile<Output>(sources, { "*": { "": ["ast"], "*": ["storageLayout"] } });
    const located = allContracts(parsed);
    const wanted = Object.entries(contracts).flatMap(([source, names]) => names.map((name) => ({ source, name })));
    const namespaces = new Map(wanted.map(({ source, name }) => [name, namespacesOf(located, source, name)]));
    const probed = this.probe([...namespaces.values()].flat(), sources);
    const enums = allEnums(parsed);
    return wanted.map(({ source, name }) => {
      const linear = parsed.contracts[source]?.[name]?.storageLayout;
      if (linear === undefined) throw new NoSuchContractError(name);
      return assemble(name, linear, namespaces.get(name) ?? [], probed, enums);
    });
  }

  private probe(namespaces: readonly Namespace[], sources: Record<string, { content: string }>): RawLayout {
    const lines = namespaces.map(({ source, contract }, i) => `import {${contract} as C${i}} from "${source}";`);
    const variables = namespaces.map(({ struct }, i) => `C${i}.${struct} v${i};`);
    const content = `pragma solidity >=0.8.0;\n${lines.join("\n")}\ncontract Probe {\n${variables.join("\n")}\n}\n`;
    const output = this.compiler.compile<Output>(
      { ...sources, "Probe.sol": { content } },
      { "Probe.sol": { Probe: ["storageLayout"] } },
    );
    return output.contracts["Probe.sol"]?.Probe?.storageLayout ?? { storage: [], types: null };
  }
}

function allContracts(output: Output): ReadonlyMap<number, Located> {
  const located = new Map<number, Located>();
  for (const [source, { ast }] of Object.entries(output.sources)) {
    for (const node of ast.nodes ?? []) {
      if (node.nodeType === "ContractDefinition") located.set(node.id, { node, source });
    }
  }
  return located;
}

/** Members of every enum, by the label of its type. */
function allEnums(output: Output): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (node: Node): void => {
    if (node.nodeType === "EnumDefinition") {
      found.set(
        `enum ${node.canonicalName ?? node.name}`,
        (node.members ?? []).map(({ name }) => name),
      );
    }
    (node.nodes ?? []).forEach(visit);
  };
  for (const { ast } of Object.values(output.sources)) visit(ast);
  return found;
}

function namespacesOf(located: ReadonlyMap<number, Located>, source: string, name: string): readonly Namespace[] {
  const contract = [...located.values()].find((one) => one.source === source && one.node.name === name);
  if (contract === undefined) throw new NoSuchContractError(name);
  const found: Namespace[] = [];
  for (const base of contract.node.linearizedBaseContracts ?? []) {
    const where = located.get(base);
    for (const node of where?.node.nodes ?? []) {
      const id = /@custom:storage-location\s+(erc7201:\S+)/.exec(node.documentation?.text ?? "")?.[1];
      if (node.nodeType !== "StructDefinition" || id === undefined || where === undefined) continue;
      found.push({ id, source: where.source, contract: where.node.name ?? "", struct: node.name ?? "" });
    }
  }
  return found;
}

const byName = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Every type that a layout reaches, by mappings and arrays too. */
function reach(layout: RawLayout, types: readonly string[], seen: Set<string>): void {
  for (const type of types) {
    const raw = layout.types?.[type];
    if (raw === undefined || seen.has(type)) continue;
    seen.add(type);
    const { members = [], base, key, value } = raw;
    const inner = [base, key, value].filter((one) => one !== undefined);
    reach(layout, [...members.map((member) => member.type), ...inner], seen);
  }
}

function assemble(
  contract: string,
  linear: RawLayout,
  namespaces: readonly Namespace[],
  probed: RawLayout,
  allEnumMembers: ReadonlyMap<string, readonly string[]>,
): StorageLayout {
  const entry =
    (layout: RawLayout) =>
    ({ label, type, slot, offset }: RawEntry): LayoutEntry => ({
      label,
      type: layout.types?.[type]?.label ?? type,
      slot,
      offset,
    });
  const structs: Record<string, StorageLayout["structs"][string]> = {};
  const enums: Record<string, readonly string[]> = {};
  const collect = (layout: RawLayout, from: readonly string[]): void => {
    const seen = new Set<string>();
    reach(layout, from, seen);
    for (const type of seen) {
      const raw = layout.types?.[type];
      const values = allEnumMembers.get(raw?.label ?? "");
      if (raw !== undefined && values !== undefined) enums[raw.label] = values;
      if (raw?.members !== undefined) {
        structs[raw.label] = { bytes: raw.numberOfBytes, members: raw.members.map(entry(layout)) };
      }
    }
  };
  collect(
    linear,
    linear.storage.map(({ type }) => type),
  );

  const spaces: Record<string, { slot: string; members: readonly LayoutEntry[] }> = {};
  for (const { id, contract: owner, struct } of namespaces) {
    const label = `struct ${owner}.${struct}`;
    const raw = Object.values(probed.types ?? {}).find((type) => type.label === label);
    const members = raw?.members ?? [];
    spaces[id] = { slot: erc7201Slot(id.replace(/^erc7201:/, "")), members: members.map(entry(probed)) };
    collect(
      probed,
      members.map(({ type }) => type),
    );
  }
  return {
    contract,
    linear: linear.storage.map(entry(linear)),
    namespaces: byName(spaces),
    structs: byName(structs),
    enums: byName(enums),
  };
}
