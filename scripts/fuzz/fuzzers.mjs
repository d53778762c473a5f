// How each of the two fuzzers builds what the campaigns need and runs one leg of them.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { campaignEnvironment } from "../lib/campaigns.mjs";
import { forge } from "../lib/forge.mjs";
import { hardhat, node, root } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { nameOf } from "./legs.mjs";

const INVARIANTS = join("test", "invariant");
const FIXTURES = join("test", "utils");

/** @typedef {import("./legs.mjs").Leg} Leg */

/** @returns {string[]} campaigns and their handlers */
function solidityFiles() {
  if (!existsSync(join(root, INVARIANTS))) return [];
  const names = readdirSync(join(root, INVARIANTS), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".sol")).map((name) => join(INVARIANTS, name));
}

/** @returns {string[]} all files with campaigns */
export function campaignFiles() {
  return solidityFiles().filter((file) => file.endsWith(".t.sol"));
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

/**
 * @param {string[]} parameters
 * @param {Record<string, string>} settings
 * @param {string} label
 * @returns {Promise<boolean>}
 */
async function runHardhat(parameters, settings, label) {
  // The optimizer costs a minute once; without it the calls take half as long again.
  const env = { ...process.env, PLIMSOLL_FAST: "0", ...settings };
  return (await run(node, [hardhat, ...parameters], { cwd: root, env }, label)) === 0;
}

/**
 * @param {string[]} files
 * @returns {string[]} handlers are targets only when their artifacts are there, and in a partial build those are the named files'
 */
function withHandlers(files) {
  return [...files, ...solidityFiles().filter((file) => !file.endsWith(".t.sol"))];
}

/**
 * @param {string[]} files
 * @returns {string} as forge wants them
 */
function pattern(files) {
  const joined = files.length === 1 ? String(files[0]) : `{${files.join(",")}}`;
  return joined.replaceAll("\\", "/");
}

/** @typedef {{ build: (files: string[], label: string) => Promise<boolean>, run: (leg: Leg, profile: string, label: string) => Promise<boolean> }} Fuzzer */

/** @type {Record<string, Fuzzer>} */
export const FUZZERS = {
  hardhat: {
    // What the tests deploy by its artifact is no test, so it is built on its own, first.
    build: async (files, label) =>
      (await runHardhat(["build", ...deployedByName()], {}, label)) &&
      runHardhat(["build", ...withHandlers(files)], {}, label),
    run: (leg, profile, label) =>
      runHardhat(
        ["test", "solidity", ...withHandlers(leg.files)],
        {
          PLIMSOLL_PROFILE: profile,
          PLIMSOLL_RUNS: String(leg.runs),
          PLIMSOLL_SEED: leg.seed,
          ...campaignEnvironment(nameOf(leg)),
        },
        label,
      ),
  },
  forge: {
    build: async (files, label) =>
      (await forge(["test", "--match-path", pattern(files), "--match-test", "^$"], {}, label)) === 0,
    run: async (leg, profile, label) =>
      (await forge(
        ["test", "--match-path", pattern(leg.files), "--fuzz-seed", leg.seed],
        {
          FOUNDRY_PROFILE: profile,
          FOUNDRY_INVARIANT_RUNS: String(leg.runs),
          FOUNDRY_FUZZ_RUNS: String(leg.runs),
          ...campaignEnvironment(nameOf(leg)),
        },
        label,
      )) === 0,
  },
};
