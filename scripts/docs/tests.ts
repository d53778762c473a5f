import { sourceFiles } from "./files.js";

/** A test that carries ids of the attack catalogue or of invariants in its name, or asserts an invariant by its id. */
export interface NamedTest {
  readonly path: string;
  readonly name: string;
  readonly ids: readonly string[];
}

const ATTACK = /(?<![A-Za-z0-9])([VLOTUPEG])-?(\d{2})(?![A-Za-z0-9])/g;
/** `I3`, or `FU-3` and in names of functions `FU3`. */
const INVARIANT = /(?<![A-Za-z0-9])(I|FU-?)(\d{1,2})(?![A-Za-z0-9])/g;

/** Solidity: `test_V01_...` and `testFuzz_I9_L05_...`, and the ids at the head of assertion messages: `"I3: total assets"`. */
function solidityTests(path: string, text: string): readonly NamedTest[] {
  const functions = text.split(/(?=^\s*function )/m).flatMap((source) => {
    const name = /^\s*function (\w+)/.exec(source)?.[1];
    if (name === undefined) return [];
    const isTest = /^(test|invariant|table)/.test(name);
    const asserted = [...source.matchAll(/"((?:I|FU-)\d{1,2}(?:, (?:I|FU-)\d{1,2})*)(?=[":, ])/g)].flatMap(([, ids]) =>
      invariantIds(ids ?? ""),
    );
    const inName = isTest ? idsIn(name.replaceAll("_", " ")) : [];
    return [{ path, name, ids: [...new Set([...inName, ...asserted])] }];
  });
  return functions.filter(({ ids }) => ids.length > 0);
}

/** TypeScript: ids in the titles of `it` and `describe`. */
function typescriptTests(path: string, text: string): readonly NamedTest[] {
  const titles = [...text.matchAll(/\b(?:it|describe)\(\s*(["'`])((?:(?!\1).)+)\1/g)].map(([, , title]) => title ?? "");
  return titles.map((name) => ({ path, name, ids: idsIn(name) })).filter(({ ids }) => ids.length > 0);
}

function invariantIds(text: string): readonly string[] {
  return [...text.matchAll(INVARIANT)].map(([, kind, number]) => `${kind === "I" ? "I" : "FU-"}${Number(number)}`);
}

function idsIn(text: string): readonly string[] {
  const attacks = [...text.matchAll(ATTACK)].map(([, letter, number]) => `${letter}-${number}`);
  return [...new Set([...attacks, ...invariantIds(text)])];
}

/** All tests of the repository with an id. */
export function namedTests(root: string): readonly NamedTest[] {
  const solidity = sourceFiles(root, "test", [".sol"]).flatMap(({ path, text }) => solidityTests(path, text));
  const typescript = sourceFiles(root, "test", [".ts"]).flatMap(({ path, text }) => typescriptTests(path, text));
  return [...solidity, ...typescript];
}

/** The tests with an id, in a Markdown cell: by file, at most `most` names each. */
export function testsCell(tests: readonly NamedTest[], id: string, most = 4): string {
  const hits = tests.filter(({ ids }) => ids.includes(id));
  const files = [...new Set(hits.map(({ path }) => path))];
  return files
    .map((path) => {
      const names = hits.filter((hit) => hit.path === path).map(({ name }) => name.replaceAll("|", "\\|"));
      const more = names.length > most ? ` and ${names.length - most} more` : "";
      return `${path}: ${names
        .slice(0, most)
        .map((name) => `\`${name}\``)
        .join(", ")}${more}`;
    })
    .join("<br>");
}
