// Runs every invariant campaign for at least 1,000,000 calls at depth 300 under both fuzzers, Hardhat's and forge's, in legs of which as many
// run at a time as there are cores. What was cut short goes on where it stood; `--fresh` begins anew.
//   node scripts/fuzz.mjs [--only hardhat|forge] [--quick] [--fresh] [test file...]
// `--quick` takes the figures of `npm test`, to see that all is well before the long run.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { FUZZERS, campaignFiles } from "./fuzz/fuzzers.mjs";
import { begin, divide, hasPassed, keepAsPassed, nameOf, sourcesDigest } from "./fuzz/legs.mjs";
import { readCampaigns, renderCampaigns, summedOver } from "./lib/campaigns.mjs";
import { root } from "./lib/paths.mjs";

/** Runs of depth 300 that make a million calls. */
const RUNS = 3_334;
const LEGS = 8;
/** As in hardhat.config.ts and foundry.toml [calls]. */
const DEPTH = 300;
/** Of `npm test`. */
const QUICK_RUNS = 64;

/** @typedef {import("./fuzz/legs.mjs").Leg} Leg */
/** @typedef {import("./lib/campaigns.mjs").Campaign} Campaign */

const { values, positionals } = parseArgs({
  options: {
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
if (values.only !== undefined && !(values.only in FUZZERS)) {
  console.error(`--only: expected one of ${Object.keys(FUZZERS).join(", ")}, got "${values.only}"`);
  process.exit(1);
}
const files = positionals.length > 0 ? positionals : campaignFiles();
if (files.length === 0) {
  console.error("There are no campaigns: expected files *.t.sol in test/invariant");
  process.exit(1);
}

const profile = values.quick ? "default" : "fuzz";
const runs = values.quick ? QUICK_RUNS : RUNS;
const chosen = Object.keys(FUZZERS).filter((name) => values.only === undefined || values.only === name);
const digest = sourcesDigest();
const legs = chosen.map((name) => divide(name, values.quick ? 1 : LEGS, runs, files, digest));

/**
 * @param {Leg} leg
 * @returns {Promise<boolean>}
 */
async function runLeg(leg) {
  const name = nameOf(leg);
  begin(leg);
  const start = Date.now();
  const passed = await fuzzerNamed(leg.fuzzer).run(leg, profile, label(name));
  console.log(`${name}: ${passed ? "passed" : "FAILED"} after ${Math.round((Date.now() - start) / 1000)} s`);
  if (passed) keepAsPassed(leg);
  return passed;
}

/** @param {string} name */
function fuzzerNamed(name) {
  const fuzzer = FUZZERS[name];
  if (!fuzzer) throw new Error(`expected one of ${Object.keys(FUZZERS).join(", ")}, got "${name}"`);
  return fuzzer;
}

/**
 * @param {string} name
 * @returns {string} before each line of its output
 */
function label(name) {
  return `${name.padEnd(13)} | `;
}

/**
 * @param {Leg[]} open
 * @returns {Promise<boolean>} false as soon as one has failed and those under way have ended
 */
async function runAll(open) {
  const queue = [...open];
  let passed = true;
  const worker = async () => {
    for (let leg = queue.shift(); leg && passed; leg = queue.shift()) {
      if (!(await runLeg(leg))) passed = false;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return passed;
}

/** @typedef {{ fuzzer: string, made: number, campaigns: Campaign[] }} Result what a fuzzer's legs together have run and reached */

/**
 * @param {Leg[]} legsOfOne all legs of one fuzzer
 * @returns {Result}
 */
function resultOf(legsOfOne) {
  return {
    fuzzer: String(legsOfOne[0]?.fuzzer),
    // A fuzzer ends one run more than it was asked for, an empty one: the logs count it.
    made: legsOfOne.reduce((sum, leg) => sum + leg.runs, 0),
    campaigns: summedOver(legsOfOne.map((leg) => readCampaigns(root, nameOf(leg)))),
  };
}

/**
 * @param {Result} result
 * @returns {boolean} all runs were made, and all that must be reached was
 */
function report({ fuzzer, campaigns }) {
  const { text, complete } = renderCampaigns(campaigns);
  console.log(`${fuzzer}:${text}`);
  const short = campaigns.filter((campaign) => campaign.runs < runs);
  for (const { name, runs: made } of short)
    console.error(`Campaign ${name}: expected ${runs} runs at least, got ${made}`);
  return complete && short.length === 0 && campaigns.length > 0;
}

/**
 * Keeps what a whole run under both fuzzers reached, and on what sources: benchmarks/fuzz.json.
 *
 * @param {Result[]} results
 */
function record(results) {
  const byFuzzer = results.map(({ fuzzer, made, campaigns }) => {
    const figures = campaigns.map(({ name, counts }) => [
      name,
      { runs: made, calls: made * DEPTH, ...Object.fromEntries(counts) },
    ]);
    return [fuzzer, Object.fromEntries(figures)];
  });
  const text = JSON.stringify({ sources: digest, depth: DEPTH, ...Object.fromEntries(byFuzzer) }, undefined, 2);
  writeFileSync(join(root, "benchmarks", "fuzz.json"), `${text}\n`);
}

// One leg of each in turn, so that both fuzzers get about as far.
const inTurn = legs.flat().sort((a, b) => a.number - b.number);
const open = inTurn.filter((leg) => values.fresh || !hasPassed(leg));
console.log(`${files.join(", ")}: ${open.length} of ${inTurn.length} legs to run`);
for (const name of new Set(open.map((leg) => leg.fuzzer))) {
  if (!(await fuzzerNamed(name).build(files, label(name)))) process.exit(1);
}
const passed = await runAll(open);
const results = legs.map(resultOf);
const good = results.map(report).every(Boolean) && passed;
const whole = !values.quick && positionals.length === 0 && results.length === Object.keys(FUZZERS).length;
if (good && whole) record(results);
process.exit(good ? 0 : 1);
