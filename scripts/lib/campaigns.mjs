// Reads what the invariant campaigns logged (test/helpers/CampaignTest.sol): one line of JSON per run and invariant.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** Where the tests write; allowed in hardhat.config.ts and foundry.toml. Fuzzers that run at the same time get a folder each in it. */
const FOLDER = "cache/campaigns";

/** The environment variable that names another folder within that one. */
const VARIABLE = "PLIMSOLL_CAMPAIGN_LOGS";

/**
 * @param {string} name
 * @returns {Record<string, string>} the environment of a process whose campaigns are to be kept apart from others'
 */
export function campaignEnvironment(name) {
  return { [VARIABLE]: `${FOLDER}/${name}` };
}

/**
 * @param {string} root the repository
 * @param {string} [name] as in `campaignEnvironment`
 */
function folderOf(root, name) {
  const folder = name === undefined ? (process.env[VARIABLE] ?? FOLDER) : campaignEnvironment(name)[VARIABLE];
  return join(root, folder ?? FOLDER);
}

/** @typedef {{ name: string, runs: number, counts: Map<string, number> }} Campaign */

/**
 * @param {string} root the repository
 * @param {string} [name] as in `campaignEnvironment`
 */
export function clearCampaignLogs(root, name) {
  rmSync(folderOf(root, name), { recursive: true, force: true });
  mkdirSync(folderOf(root, name), { recursive: true });
}

/**
 * @param {string} root the repository
 * @param {string} [name] as in `campaignEnvironment`
 * @returns {Campaign[]} by name, each summed over its runs
 */
export function readCampaigns(root, name) {
  const folder = folderOf(root, name);
  if (!existsSync(folder)) return [];
  const logs = readdirSync(folder).filter((file) => file.endsWith(".jsonl"));
  return logs.sort().map((file) => summed(file.replace(/\.jsonl$/, ""), readFileSync(join(folder, file), "utf8")));
}

/**
 * @param {string} name
 * @param {string} log
 * @returns {Campaign}
 */
function summed(name, log) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const lines = log.split("\n").filter((line) => line !== "");
  for (const line of lines) {
    for (const [what, count] of Object.entries(JSON.parse(line))) {
      counts.set(what, (counts.get(what) ?? 0) + Number(count));
    }
  }
  return { name, runs: lines.length, counts };
}

/**
 * @param {Campaign[][]} parts the same campaigns, in several parts
 * @returns {Campaign[]} summed over the parts
 */
export function summedOver(parts) {
  /** @type {Map<string, Campaign>} */
  const sums = new Map();
  for (const { name, runs, counts } of parts.flat()) {
    const sum = sums.get(name) ?? { name, runs: 0, counts: new Map() };
    for (const [what, count] of counts) sum.counts.set(what, (sum.counts.get(what) ?? 0) + count);
    sums.set(name, { ...sum, runs: sum.runs + runs });
  }
  return [...sums.values()];
}

/**
 * @param {Campaign[]} campaigns
 * @returns {{ text: string, complete: boolean }} complete when every campaign did everything at least once
 */
export function renderCampaigns(campaigns) {
  let complete = true;
  const paragraphs = campaigns.map(({ name, runs, counts }) => {
    const never = [...counts].filter(([, count]) => count === 0).map(([what]) => what);
    complete &&= never.length === 0;
    const width = Math.max(...[...counts.keys()].map((what) => what.length));
    const rows = [...counts].map(
      ([what, count]) => `    ${what.padEnd(width)}  ${count.toLocaleString("en-US").padStart(12)}`,
    );
    const verdict = never.length === 0 ? [] : [`    NEVER REACHED: ${never.join(", ")}`];
    return [`  Campaign ${name}, ${runs.toLocaleString("en-US")} runs`, ...rows, ...verdict].join("\n");
  });
  return { text: ["", ...paragraphs, ""].join("\n"), complete };
}
