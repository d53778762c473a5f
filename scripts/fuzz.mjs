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
  const passed = await fuzzerOf(leg).run(leg, profile, `${name.padEnd(9)} | `);
  console.log(`${name}: ${passed ? "passed" : "FAILED"} after ${Math.round((Date.now() - start) / 1000)} s`);
  if (passed) keepAsPassed(leg);
  return passed;
}

/** @param {Leg} leg */
function fuzzerOf(leg) {
  const fuzzer = FUZZERS[leg.fuzzer];
  if (!fuzzer) throw new Error(`expected one of ${Object.keys(FUZZERS).join(", ")}, got "${leg.fuzzer}"`);
  return fuzzer;
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

/** @param {Leg[]} legsOfOne all legs of one fuzzer */
function reached(legsOfOne) {
  return summedOver(legsOfOne.map((leg) => readCampaigns(root, nameOf(leg))));
}

/**
 * @param {Leg[]} legsOfOne all legs of one fuzzer
 * @returns {boolean} they made the runs and reached all that must be reached
 */
function report(legsOfOne) {
  const campaigns = reached(legsOfOne);
  const { text, complete } = renderCampaigns(campaigns);
  console.log(`${legsOfOne[0]?.fuzzer}:${text}`);
  const short = campaigns.filter((campaign) => campaign.runs < runs);
  for (const { name, runs: made } of short)
    console.error(`Campaign ${name}: expected ${runs} runs at least, got ${made}`);
  return complete && short.length === 0 && campaigns.length > 0;
}

const open = legs.flat().filter((leg) => values.fresh || !hasPassed(leg));
console.log(`${files.join(", ")}: ${open.length} of ${legs.flat().length} legs to run`);
for (const name of new Set(open.map((leg) => leg.fuzzer))) {
  if (!(await FUZZERS[name]?.build(files, `${name.padEnd(9)} | `))) process.exit(1);
}
// One leg of each in turn, so that both fuzzers get about as far.
const inTurn = [...open].sort((a, b) => a.number - b.number);
const passed = await runAll(inTurn);
/** Keeps what a whole run under both fuzzers reached, and on what sources: benchmarks/fuzz.json. */
function record() {
  const byFuzzer = legs.map((legsOfOne) => {
    // A fuzzer ends one run more than it was asked for, an empty one.
    const made = legsOfOne.reduce((sum, leg) => sum + leg.runs, 0);
    const campaigns = reached(legsOfOne).map((one) => {
      const figures = { runs: made, calls: made * DEPTH, ...Object.fromEntries(one.counts) };
      return [one.name, figures];
    });
    return [legsOfOne[0]?.fuzzer, Object.fromEntries(campaigns)];
  });
  const text = JSON.stringify({ sources: digest, depth: DEPTH, ...Object.fromEntries(byFuzzer) }, undefined, 2);
  writeFileSync(join(root, "benchmarks", "fuzz.json"), `${text}\n`);
}

const good = legs.map(report).every(Boolean) && passed;
if (good && !values.quick && positionals.length === 0 && legs.length === Object.keys(FUZZERS).length) record();
process.exit(good ? 0 : 1);
