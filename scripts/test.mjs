// Runs the whole suite and closes with one plain line, `N passed, N failed`, whatever the runner's own wording.
import { spawn } from "node:child_process";
import process from "node:process";

import { hardhat, node, root } from "./lib/paths.mjs";

const ANSI = new RegExp(String.fromCharCode(27) + "\\[[0-9;]*m", "g");

const child = spawn(node, [hardhat, "test", ...process.argv.slice(2)], {
  cwd: root,
  stdio: ["ignore", "pipe", "inherit"],
});

/** The runner's closing summary: the last line of its kind, since failures are printed after it at any length. */
const figures = { passing: 0, failing: 0 };

/** @param {string} line */
function read(line) {
  const [, figure, word] =
    /^\s*(\d+) (passing|failing)(?: \(\d+ \w+(?:, \d+ \w+)*\))?\s*$/.exec(line.replace(ANSI, "")) ?? [];
  if (word === "passing" || word === "failing") figures[word] = Number(figure);
}

let rest = "";
child.stdout.on("data", (/** @type {Buffer} */ chunk) => {
  process.stdout.write(chunk);
  const lines = (rest + chunk.toString()).split("\n");
  rest = lines.pop() ?? "";
  lines.forEach(read);
});

child.on("error", (error) => {
  console.error(`Could not start Hardhat with ${node}: ${error.message}`);
  process.exit(1);
});
child.on("close", (code) => {
  read(rest);
  const { passing: passed } = figures;
  // What fails a run without failing a test, like a campaign that reached too little, counts as one.
  const failed = code === 0 ? figures.failing : Math.max(figures.failing, 1);
  console.log(`${passed} passed, ${failed} failed`);
  // A run that executed nothing proves nothing, even where the runner calls it a success.
  process.exit(passed > 0 && failed === 0 ? 0 : 1);
});
