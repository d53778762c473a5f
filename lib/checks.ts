import type { ContractArtifact } from "./artifacts.js";

/** What the code on the chain says about a contract. */
export interface CodeFacts {
  /** Whether the code is the compiled one, apart from immutables and the compiler's appendix. */
  readonly matches: boolean;
  /** The 32-byte words that the constructor put in, without repetition. */
  readonly immutables: ReadonlySet<string>;
}

/** Hash of sources and compiler version, as the compiler appends them to code, embedded code included. */
export const APPENDIX = /a264697066735822[0-9a-f]{4}[0-9a-f]{64}64736f6c6343[0-9a-f]{6}0033/g;

/** Code without what depends on the text of its sources alone. Built through the IR it need not have its appendix at the end. */
export function withoutAppendix(code: string): string {
  return code.toLowerCase().replace(APPENDIX, "");
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
  const matches =
    actual.length === expected.length && withoutAppendix(actual.join("")) === withoutAppendix(expected.join(""));
  return { matches, immutables };
}
