import { cell, sourceFiles } from "./files.js";

/** Where each test is, by name: functions in Solidity, titles in TypeScript with `N` for what is filled in. */
export function testPaths(root: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (name: string, path: string): void => void found.set(name, [...(found.get(name) ?? []), path]);
  for (const { path, text } of sourceFiles(root, "test", [".t.sol"])) {
    for (const [, name = ""] of text.matchAll(/^\s*function ((?:test|invariant)\w*)/gm)) add(name, path);
  }
  for (const { path, text } of sourceFiles(root, "test", [".ts"])) {
    for (const [, , title = ""] of text.matchAll(/^\s*it\(\s*(["'`])((?:(?!\1).)+)\1/gm)) {
      add(title.replaceAll(/\$\{[^}]*\}/g, "N"), path);
    }
  }
  return found;
}

/** The tests that show something, each with its files. */
export function proofOf(paths: ReadonlyMap<string, readonly string[]>, tests: readonly string[] = []): string {
  return tests.map((name) => `\`${cell(name)}\` (${(paths.get(name) ?? ["**missing**"]).join(", ")})`).join("<br>");
}
