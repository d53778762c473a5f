// docs/coverage-exceptions.md: what no test can run, each with its reason.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the exceptions are listed. */
export const EXCEPTIONS = "docs/coverage-exceptions.md";

/** @typedef {{ file: string, kind: string, code: string, reason: string }} Exception */
/** @typedef {{ file: string, line: number, kind: string }} Place */

/**
 * @param {string} root the repository
 * @returns {Exception[]} the rows of the table: | file | kind | `code` | reason |
 */
export function readExceptions(root) {
  const rows = readFileSync(join(root, EXCEPTIONS), "utf8").matchAll(
    /^\| (contracts\/\S+) +\| (\w+) +\| `(.+)` +\| (.+) \|$/gm,
  );
  return [...rows].map(([, file, kind, code, reason]) => ({
    file: String(file),
    kind: String(kind),
    code: String(code).replaceAll("\\|", "|"),
    reason: String(reason).trim(),
  }));
}

/**
 * @param {string} root the repository
 * @param {Place} place
 * @returns {string} the source line, by which an exception names it: line numbers move
 */
export function sourceOf(root, { file, line }) {
  return readFileSync(join(root, file), "utf8").split("\n")[line - 1]?.trim() ?? "";
}

/**
 * Sets gaps against the listed exceptions.
 *
 * @template {Place} Gap
 * @param {string} root the repository
 * @param {readonly Gap[]} gaps
 * @param {readonly Exception[]} exceptions
 * @returns {{ unexplained: Gap[], stale: Exception[] }} gaps that are not listed, and exceptions that match no gap
 */
export function judge(root, gaps, exceptions) {
  /** @type {Set<Exception>} */
  const used = new Set();
  const unexplained = gaps.filter((gap) => {
    const source = sourceOf(root, gap);
    const matching = exceptions.filter(
      ({ file, kind, code }) => file === gap.file && kind === gap.kind && code === source,
    );
    for (const exception of matching) used.add(exception);
    return matching.length === 0;
  });
  return { unexplained, stale: exceptions.filter((exception) => !used.has(exception)) };
}
