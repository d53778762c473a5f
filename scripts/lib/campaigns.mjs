// Reads what the invariant campaigns logged (test/helpers/CampaignTest.sol): one line of JSON per run and invariant.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Where the tests write; allowed in hardhat.config.ts and foundry.toml. */
const FOLDER = join("cache", "campaigns");

/** @typedef {{ name: string, runs: number, counts: Map<string, number> }} Campaign */

/** @param {string} root the repository */
export function clearCampaignLogs(root) {
  rmSync(join(root, FOLDER), { recursive: true, force: true });
  mkdirSync(join(root, FOLDER), { recursive: true });
}

/**
 * @param {string} root the repository
 * @returns {Campaign[]} by name, each summed over its runs
 */
export function readCampaigns(root) {
  const folder = join(root, FOLDER);
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
