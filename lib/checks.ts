import type { ContractArtifact } from "./artifacts.js";

/** What the code on the chain says about a contract. */
export interface CodeFacts {
  /** Whether the code is the compiled one, apart from immutables and the compiler's appendix. */
  readonly matches: boolean;
  /** The 32-byte words that the constructor put in, without repetition. */
  readonly immutables: ReadonlySet<string>;
}

/** Length of the CBOR appendix (hash of the sources, compiler version), told by the last two bytes [bytes]. */
function appendixLength(code: string): number {
  return Number.parseInt(code.slice(-4), 16) + 2;
}

/** Compares code on the chain with a compiled contract. */
export function codeFacts(onChain: string, artifact: ContractArtifact): CodeFacts {
  const actual = onChain.slice(2).toLowerCase().split("");
  const expected = artifact.deployedBytecode.slice(2).toLowerCase().split("");
  const immutables = new Set<string>();
  for (const places of Object.values(artifact.immutableReferences ?? {})) {
    for (const { start, length } of places) {
      immutables.add(`0x${actual.slice(start * 2, (start + length) * 2).join("")}`);
      actual.fill("0", start * 2, (start + length) * 2);
      expected.fill("0", start * 2, (start + length) * 2);
    }
  }
  const compare = (digits: readonly string[], appendix: number): string =>
    digits.slice(0, digits.length - appendix * 2).join("");
  const matches =
    actual.length === expected.length &&
    compare(actual, appendixLength(onChain)) === compare(expected, appendixLength(artifact.deployedBytecode));
  return { matches, immutables };
}
