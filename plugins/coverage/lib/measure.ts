import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { parseLcov } from "../../../scripts/lib/lcov.mjs";
import { functionsOf } from "./functions.js";

/** A piece of code: where it begins, and whether a test ran it. */
export interface Piece {
  readonly line: number;
  readonly name: string;
  readonly hit: boolean;
}

export type Kind = "line" | "statement" | "function";

export type FileMeasure = Readonly<Record<Kind, readonly Piece[]>> & { readonly file: string };

interface Statement {
  readonly tag: Uint8Array;
  readonly startUtf16: number;
  readonly endUtf16: number;
}

interface Instrumenter {
  addStatementCoverageInstrumentation(
    source: string,
    sourceName: string,
    version: string,
  ): { readonly metadata: readonly Statement[] };
}

/** The same instrumenter that Hardhat compiles with: the tags it gives depend on name and text of the source alone. */
function instrumenter(): Instrumenter {
  const ofHardhat = createRequire(createRequire(import.meta.url).resolve("hardhat/package.json"));
  return ofHardhat("@nomicfoundation/edr") as Instrumenter;
}

/**
 * What the last run of the tests under coverage ran, by file: lines as Hardhat wrote them to coverage/lcov.info, statements by its
 * data. A function counts as run when one of its statements is; one without statements has nothing to run.
 */
export function measure(root: string, solcVersion: string): readonly FileMeasure[] {
  const hits = hitTags(join(root, "coverage", "data"));
  const edr = instrumenter();
  return parseLcov(readFileSync(join(root, "coverage", "lcov.info"), "utf8")).map(({ file, lines }) => {
    const source = readFileSync(join(root, file), "utf8");
    const { metadata } = edr.addStatementCoverageInstrumentation(source, `project/${file}`, solcVersion);
    return {
      file,
      line: lines.map(({ line, count }) => ({ line, name: "", hit: count > 0 })),
      ...pieces(source, metadata, hits),
    };
  });
}

function pieces(
  source: string,
  statements: readonly Statement[],
  hits: ReadonlySet<string>,
): Readonly<Record<"statement" | "function", readonly Piece[]>> {
  const spans = statements.map(({ tag, startUtf16, endUtf16 }) => {
    const text = source.slice(startUtf16, endUtf16);
    const start = startUtf16 + text.length - text.trimStart().length;
    return { start, name: text.trim(), hit: hits.has(Buffer.from(tag).toString("hex")) };
  });
  const functions = functionsOf(source).flatMap(({ name, start, bodyStart, end }) => {
    const inside = spans.filter((statement) => statement.start >= bodyStart && statement.start < end);
    return inside.length === 0 ? [] : [{ line: lineAt(source, start), name, hit: inside.some(({ hit }) => hit) }];
  });
  return {
    statement: spans.map(({ start, name, hit }) => ({ line: lineAt(source, start), name, hit })),
    function: functions,
  };
}

/** The tags of all statements that a test of any kind ran. */
function hitTags(folder: string): ReadonlySet<string> {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const data = files
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Readonly<Record<string, number>>);
  return new Set(data.flatMap((counts) => Object.keys(counts)));
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split("\n").length;
}
