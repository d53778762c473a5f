// Runs every invariant campaign for at least 1,000,000 calls at depth 300 under both fuzzers, Hardhat's and forge's, at the same time:
// each of them keeps one core busy.
//   node scripts/fuzz.mjs [--only hardhat|forge] [--quick] [test file...]
// `--quick` takes the figures of `npm test`, to see that all is well before the long run.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { campaignEnvironment, clearCampaignLogs, readCampaigns, renderCampaigns } from "./lib/campaigns.mjs";
import { forge } from "./lib/forge.mjs";
import { hardhat, node, root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";

const INVARIANTS = join("test", "invariant");
const FIXTURES = join("test", "utils");

/** @returns {string[]} campaigns and their handlers */
function solidityFiles() {
  if (!existsSync(join(root, INVARIANTS))) return [];
  const names = readdirSync(join(root, INVARIANTS), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".sol")).map((name) => join(INVARIANTS, name));
}

/** @returns {string[]} contracts that the tests' fixtures deploy by their artifacts */
function deployedByName() {
  const names = readdirSync(join(root, FIXTURES), { recursive: true, encoding: "utf8" });
  const texts = names
    .filter((name) => name.endsWith(".sol"))
    .map((name) => readFileSync(join(root, FIXTURES, name), "utf8"));
  return [
    ...new Set(
      texts.flatMap((text) => [...text.matchAll(/deployCode\(\s*"([^":]+):/g)].map(([, file]) => String(file))),
    ),
  ];
}

/** @returns {string[]} all files with campaigns */
function campaignFiles() {
  return solidityFiles().filter((file) => file.endsWith(".t.sol"));
}

/**
 * @param {string[]} files
 * @param {string} profile
 * @param {string} label before each line of output
 * @returns {Promise<boolean>} Hardhat itself prints and checks what the campaigns reached (plugins/campaigns)
 */
async function underHardhat(files, profile, label) {
  // Handlers are targets only when their artifacts are there, and in a partial build those are the named files'.
  const handlers = solidityFiles().filter((file) => !file.endsWith(".t.sol"));
  // The optimizer costs a minute once; without it the calls take half as long again.
  const settings = { PLIMSOLL_PROFILE: profile, PLIMSOLL_FAST: "0", ...campaignEnvironment("hardhat") };
  const options = { cwd: root, env: { ...process.env, ...settings } };
  // The same goes for what the tests deploy by its artifact; those are no tests, so they are built first.
  if ((await run(node, [hardhat, "build", ...deployedByName()], options, label)) !== 0) return false;
  return (await run(node, [hardhat, "test", "solidity", ...files, ...handlers], options, label)) === 0;
}

/**
 * @param {string[]} files
 * @param {string} profile
 * @param {string} label before each line of output
 * @returns {Promise<boolean>}
 */
async function underForge(files, profile, label) {
  clearCampaignLogs(root, "forge");
  const pattern = files.length === 1 ? String(files[0]) : `{${files.join(",")}}`;
  const settings = { FOUNDRY_PROFILE: profile, ...campaignEnvironment("forge") };
  const code = await forge(["test", "--match-path", pattern.replaceAll("\\", "/")], settings, label);
  const { text, complete } = renderCampaigns(readCampaigns(root, "forge"));
  console.log(text.replace(/^/gm, label));
  return code === 0 && complete;
}

const FUZZERS = { hardhat: underHardhat, forge: underForge };

const { values, positionals } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
if (values.only !== undefined && !(values.only in FUZZERS)) {
  console.error(`--only: expected one of ${Object.keys(FUZZERS).join(", ")}, got "${values.only}"`);
  process.exit(1);
}
const files = positionals.length > 0 ? positionals : campaignFiles();
if (files.length === 0) {
  console.error(`There are no campaigns: expected files *.t.sol in ${INVARIANTS}`);
  process.exit(1);
}

/**
 * @param {string} name
 * @param {(files: string[], profile: string, label: string) => Promise<boolean>} fuzz
 * @returns {Promise<boolean>}
 */
async function timed(name, fuzz) {
  console.log(`${name}: ${files.join(", ")}`);
  const start = Date.now();
  const passed = await fuzz(files, values.quick ? "default" : "fuzz", `${name.padEnd(7)} | `);
  console.log(`${name}: ${passed ? "passed" : "FAILED"} after ${Math.round((Date.now() - start) / 1000)} s`);
  return passed;
}

const chosen = Object.entries(FUZZERS).filter(([name]) => values.only === undefined || values.only === name);
const results = await Promise.all(chosen.map(([name, fuzz]) => timed(name, fuzz)));
process.exit(results.every(Boolean) ? 0 : 1);
