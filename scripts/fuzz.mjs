// Runs every invariant campaign for at least 1,000,000 calls at depth 300 under both fuzzers, Hardhat's and forge's.
//   node scripts/fuzz.mjs [--only hardhat|forge] [--quick] [test file...]
// `--quick` takes the figures of `npm test`, to see that all is well before the long run.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { clearCampaignLogs, readCampaigns, renderCampaigns } from "./lib/campaigns.mjs";
import { forge } from "./lib/forge.mjs";
import { hardhat, node, root } from "./lib/paths.mjs";

const INVARIANTS = join("test", "invariant");

/** @returns {string[]} campaigns and their handlers */
function solidityFiles() {
  if (!existsSync(join(root, INVARIANTS))) return [];
  const names = readdirSync(join(root, INVARIANTS), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".sol")).map((name) => join(INVARIANTS, name));
}

/** @returns {string[]} all files with campaigns */
function campaignFiles() {
  return solidityFiles().filter((file) => file.endsWith(".t.sol"));
}

/**
 * @param {string[]} files
 * @param {string} profile
 * @returns {Promise<boolean>} Hardhat itself prints and checks what the campaigns reached (plugins/campaigns)
 */
async function underHardhat(files, profile) {
  // Handlers are targets only when their artifacts are there, and in a partial build those are the named files'.
  const handlers = solidityFiles().filter((file) => !file.endsWith(".t.sol"));
  const env = { ...process.env, PLIMSOLL_PROFILE: profile };
  const code = await new Promise((resolve, reject) => {
    spawn(node, [hardhat, "test", "solidity", ...files, ...handlers], { cwd: root, env, stdio: "inherit" })
      .on("error", reject)
      .on("close", resolve);
  });
  return code === 0;
}

/**
 * @param {string[]} files
 * @param {string} profile
 * @returns {Promise<boolean>}
 */
async function underForge(files, profile) {
  clearCampaignLogs(root);
  const pattern = files.length === 1 ? String(files[0]) : `{${files.join(",")}}`;
  const code = await forge(["test", "--match-path", pattern.replaceAll("\\", "/")], { FOUNDRY_PROFILE: profile });
  const { text, complete } = renderCampaigns(readCampaigns(root));
  console.log(text);
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

let failed = false;
for (const [name, run] of Object.entries(FUZZERS)) {
  if (values.only !== undefined && values.only !== name) continue;
  console.log(`\n${name}: ${files.join(", ")}`);
  const start = Date.now();
  const passed = await run(files, values.quick ? "default" : "fuzz");
  console.log(`${name}: ${passed ? "passed" : "FAILED"} after ${Math.round((Date.now() - start) / 1000)} s`);
  failed ||= !passed;
}
process.exit(failed ? 1 : 0);
