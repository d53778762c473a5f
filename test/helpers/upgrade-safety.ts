import {
  assertStorageUpgradeSafe,
  assertUpgradeSafe,
  getContractVersion,
  getStorageLayout,
  makeNamespacedInput,
  silenceWarnings,
  type SolcInput,
  type SolcOutput,
  solcInputOutputDecoder,
  validate,
  type ValidationRunData,
  withValidationDefaults,
} from "@openzeppelin/upgrades-core";
import { keccak256, toUtf8Bytes } from "ethers";

import { Compiler, type Sources } from "../../lib/compiler.js";

const VERSION = "0.8.30";

/** What a contract may do although the checks are wary of it: facts of an implementation are immutables, set by its constructor. */
const ALLOWED = ["constructor", "state-variable-immutable"] as const;

export type ProxyKind = "uups" | "beacon";

/**
 * OpenZeppelin's upgrade checks over sources as they are, independent of any build: the checks need syntax trees and layouts, no code.
 */
export class UpgradeChecks {
  private constructor(private readonly data: ValidationRunData) {}

  /** @param paths sources that declare the contracts to be checked */
  static of(root: string, paths: readonly string[]): UpgradeChecks {
    silenceWarnings(); // each use of what ALLOWED allows would print one
    const compiler = new Compiler(root);
    const own = Object.fromEntries(paths.map((path) => [path, { content: compiler.read(path) }]));
    const { sources } = compiler.compile<SolcOutput>(own, { "*": { "": ["ast"] } });
    const all: Sources = Object.fromEntries(
      Object.keys(sources).map((path) => [path, { content: compiler.read(path) }]),
    );
    const selection = { "*": { "": ["ast"], "*": ["storageLayout", "evm.methodIdentifiers"] } };
    const input = {
      language: "Solidity",
      sources: all,
      settings: { evmVersion: "cancun", outputSelection: selection },
    } as unknown as SolcInput;
    const output = compiler.compile<SolcOutput>(all, selection);
    nameByCode(output);
    const namespaced = makeNamespacedInput(input, output, VERSION) as { sources: Sources };
    const layouts = compiler.compile<SolcOutput>(namespaced.sources, { "*": { "": ["ast"], "*": ["storageLayout"] } });
    return new UpgradeChecks(validate(output, solcInputOutputDecoder(input, output), VERSION, input, layouts));
  }

  /** Throws unless the contract is a safe implementation. */
  assertSafe(contract: string, kind: ProxyKind): void {
    assertUpgradeSafe(this.data, getContractVersion(this.data, contract), { kind, unsafeAllow: [...ALLOWED] });
  }

  /** Throws unless the second contract may follow the first behind one proxy. */
  assertFollows(first: string, second: string, kind: ProxyKind): void {
    this.assertSafe(second, kind);
    const [before, after] = [first, second].map((name) =>
      getStorageLayout(this.data, getContractVersion(this.data, name)),
    );
    if (before === undefined || after === undefined) throw new RangeError(`expected layouts of ${first} and ${second}`);
    assertStorageUpgradeSafe(before, after, withValidationDefaults({ kind, unsafeAllow: [...ALLOWED] }));
  }
}

/** The checks tell contracts apart by the hash of their code; there is none here, so a hash of the name stands in. */
function nameByCode(output: SolcOutput): void {
  for (const [path, contracts] of Object.entries(output.contracts)) {
    for (const [name, contract] of Object.entries(contracts)) {
      Object.assign(contract.evm, {
        bytecode: { object: keccak256(toUtf8Bytes(`${path}:${name}`)).slice(2), linkReferences: {} },
      });
    }
  }
}
