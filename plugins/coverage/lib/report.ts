import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { EXCEPTIONS, judge, readExceptions, sourceOf } from "../../../scripts/lib/exceptions.mjs";
import { measure, type FileMeasure, type Kind, type Piece } from "./measure.js";

const KINDS: readonly Kind[] = ["line", "statement", "function"];

export interface Verdict {
  /** For people: the sums, and everything that no test ran. */
  readonly text: string;
  /** Whether all that is not run is listed in docs/coverage-exceptions.md. */
  readonly complete: boolean;
}

/** Judges the last run under coverage, and adds to coverage/lcov.info the functions that Hardhat leaves out. */
export function reportCoverage(root: string, solcVersion: string): Verdict {
  const files = measure(root, solcVersion);
  addFunctions(join(root, "coverage", "lcov.info"), files);
  const gaps = KINDS.flatMap((kind) => files.flatMap((file) => gapsOf(file, kind)));
  const { unexplained } = judge(root, gaps, readExceptions(root));
  const text = [
    ...KINDS.map((kind) => `${`${kind}s`.padEnd(10)} ${sum(files.flatMap((file) => file[kind]))}`),
    `${gaps.length - unexplained.length} gaps are listed in ${EXCEPTIONS}`,
    ...unexplained.map((gap) => `NOT COVERED  ${gap.file}:${gap.line}  ${gap.kind}  ${sourceOf(root, gap)}`),
  ].join("\n");
  return { text, complete: unexplained.length === 0 };
}

function gapsOf(measured: FileMeasure, kind: Kind): { file: string; line: number; kind: Kind }[] {
  return measured[kind].filter(({ hit }) => !hit).map(({ line }) => ({ file: measured.file, line, kind }));
}

function sum(pieces: readonly Piece[]): string {
  const hit = pieces.filter((piece) => piece.hit).length;
  const percent = pieces.length === 0 ? 100 : (100 * hit) / pieces.length;
  return `${percent.toFixed(2)} % (${hit}/${pieces.length})`;
}

/** geninfo's format: FN:line,name - FNDA:count,name - FNF:found - FNH:hit. Names must differ, so the line is part of them. */
function addFunctions(lcovFile: string, files: readonly FileMeasure[]): void {
  const records = readFileSync(lcovFile, "utf8").split(/(?<=end_of_record\n)/);
  const completed = records.map((record) => {
    const functions = files.find(({ file }) => record.includes(`SF:${file}\n`))?.function;
    if (functions === undefined || record.includes("\nFNF:")) return record;
    const named = functions.map(({ line, name, hit }) => ({ line, id: `${name}:${line}`, count: hit ? 1 : 0 }));
    const lines = [
      ...named.map(({ line, id }) => `FN:${line},${id}`),
      ...named.map(({ id, count }) => `FNDA:${count},${id}`),
      `FNF:${named.length}`,
      `FNH:${named.filter(({ count }) => count > 0).length}`,
    ];
    return record.replace(/(?=DA:)/, `${lines.join("\n")}\n`);
  });
  writeFileSync(lcovFile, completed.join(""));
}
