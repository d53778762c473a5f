// The long campaigns in legs: each a share of the runs with a seed of its own. What is done is kept in cache/campaigns beside its logs, so
// that a run that was cut short goes on where it stood, as long as nothing that the campaigns depend on has changed.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { clearCampaignLogs } from "../lib/campaigns.mjs";
import { root } from "../lib/paths.mjs";

/** What a campaign's outcome hangs on. */
const SOURCES = [
  "contracts",
  "test/helpers",
  "test/invariant",
  "test/utils",
  "foundry.toml",
  "hardhat.config.ts",
  "package-lock.json",
];

/** @typedef {{ fuzzer: string, number: number, runs: number, seed: string, files: string[], digest: string }} Leg */

/**
 * @param {string} path
 * @returns {string[]} the files at or under it
 */
function filesAt(path) {
  if (!existsSync(join(root, path))) return [];
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesAt(`${path}/${name}`));
}

/** @returns {string} SHA-256 over all sources, names and contents */
export function sourcesDigest() {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap(filesAt))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

/**
 * @param {string} fuzzer
 * @param {number} legs how many
 * @param {number} runs of all legs together, at least
 * @param {string[]} files with campaigns
 * @param {string} digest
 * @returns {Leg[]}
 */
export function divide(fuzzer, legs, runs, files, digest) {
  return Array.from({ length: legs }, (_, number) => {
    // 0x706c696d736f6c6c, the seed of `npm test`, and those after it
    const seed = `0x${(0x706c696d736f6c6cn + BigInt(number)).toString(16)}`;
    return { fuzzer, number, runs: Math.ceil(runs / legs), seed, files, digest };
  });
}

/**
 * @param {Leg} leg
 * @returns {string} its folder of logs in cache/campaigns; a short run leaves the long one's alone
 */
export function nameOf(leg) {
  return `${leg.fuzzer}-${leg.runs}-${leg.number}`;
}

/** @param {Leg} leg */
function recordOf(leg) {
  return join(root, "cache", "campaigns", nameOf(leg), "passed.json");
}

/**
 * @param {Leg} leg
 * @returns {boolean} it has passed before, on these very sources
 */
export function hasPassed(leg) {
  return existsSync(recordOf(leg)) && readFileSync(recordOf(leg), "utf8") === JSON.stringify(leg);
}

/** @param {Leg} leg */
export function begin(leg) {
  clearCampaignLogs(root, nameOf(leg));
}

/** @param {Leg} leg */
export function keepAsPassed(leg) {
  writeFileSync(recordOf(leg), JSON.stringify(leg));
}
