// Branch coverage, which Hardhat does not measure: runs forge's, and fails when a line, branch or function of contracts/ (without
// devnet/) was not run and is not listed with its reason in docs/coverage-exceptions.md.
//   node scripts/coverage-branches.mjs [--no-run]
// `--no-run` checks the last run again. Sums up to coverage/branches.txt, details in coverage/branches.lcov.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { clearCampaignLogs } from "./lib/campaigns.mjs";
import { EXCEPTIONS, judge, readExceptions, sourceOf } from "./lib/exceptions.mjs";
import { forge } from "./lib/forge.mjs";
import { parseLcov } from "./lib/lcov.mjs";
import { root } from "./lib/paths.mjs";

/** @typedef {import("./lib/lcov.mjs").Gap} Gap */
/** @typedef {import("./lib/lcov.mjs").FileCoverage} FileCoverage */

const LCOV = join(root, "coverage", "branches.lcov");
const SUMMARY = join(root, "coverage", "branches.txt");
const NOT_MEASURED = "(^test/|^node_modules/|^contracts/devnet/)";
/** @type {Gap["kind"][]} */
const KINDS = ["line", "branch", "function"];

/** @returns {Promise<void>} */
async function measure() {
  mkdirSync(join(root, "coverage"), { recursive: true });
  clearCampaignLogs(root);
  const reports = ["--report", "lcov", "--report", "summary", "--report-file", LCOV];
  const code = await forge(["coverage", ...reports, "--no-match-coverage", NOT_MEASURED], {
    FOUNDRY_PROFILE: "coverage",
  });
  if (code === 0) return;
  console.error("forge coverage failed; a figure from failing tests would be worth nothing.");
  process.exit(1);
}

/**
 * @param {number} hit
 * @param {number} found
 */
function percent(hit, found) {
  return `${(found === 0 ? 100 : (100 * hit) / found).toFixed(2)} % (${hit}/${found})`;
}

/** @param {FileCoverage[]} files */
function summarise(files) {
  const rows = files.map(({ file, hit, found }) => [file, ...KINDS.map((kind) => percent(hit[kind], found[kind]))]);
  const sum = (/** @type {"hit" | "found"} */ what, /** @type {Gap["kind"]} */ kind) =>
    files.reduce((total, file) => total + file[what][kind], 0);
  const total = ["Total", ...KINDS.map((kind) => percent(sum("hit", kind), sum("found", kind)))];
  const table = [["File", "Lines", "Branches", "Functions"], ...rows, total];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => String(row[column]).length)));
  return table.map((row) => row.map((cell, column) => cell.padEnd(Number(widths[column]))).join("  ")).join("\n");
}

const { values } = parseArgs({ options: { "no-run": { type: "boolean", default: false } } });
if (!values["no-run"]) await measure();
if (!existsSync(LCOV)) {
  console.error("There is no earlier run: leave out --no-run.");
  process.exit(1);
}

const files = parseLcov(readFileSync(LCOV, "utf8"));
// Statements are Hardhat's to measure.
const exceptions = readExceptions(root).filter(({ kind }) => kind !== "statement");
const gaps = files.flatMap((file) => file.gaps);
const { unexplained, stale } = judge(root, gaps, exceptions);

const report = [
  summarise(files),
  `\n${exceptions.length} exceptions listed in ${EXCEPTIONS}`,
  ...unexplained.map((gap) => `NOT COVERED  ${gap.file}:${gap.line}  ${gap.kind}  ${sourceOf(root, gap)}`),
  ...stale.map(({ file, kind, code }) => `STALE EXCEPTION  ${file}  ${kind}  ${code}`),
].join("\n");
writeFileSync(SUMMARY, `${report}\n`);
console.log(report);
process.exit(unexplained.length + stale.length === 0 ? 0 : 1);
