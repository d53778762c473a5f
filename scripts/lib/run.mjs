import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} parameters
 * @param {import("node:child_process").SpawnOptions} options
 * @param {string} [label] put before each line of its output, for commands that run at the same time
 * @returns {Promise<number>} exit code; 1 for a command that a signal ended
 */
export function run(command, parameters, options, label) {
  return new Promise((resolve, reject) => {
    /** @type {import("node:child_process").StdioOptions} */
    const stdio = label === undefined ? "inherit" : ["ignore", "pipe", "pipe"];
    const child = spawn(command, parameters, { ...options, stdio });
    if (child.stdout) forward(child.stdout, process.stdout, label);
    if (child.stderr) forward(child.stderr, process.stderr, label);
    child.on("error", reject).on("close", (code) => resolve(code ?? 1));
  });
}

/**
 * @param {NodeJS.ReadableStream} from
 * @param {NodeJS.WritableStream} to
 * @param {string | undefined} label
 */
function forward(from, to, label) {
  createInterface({ input: from }).on("line", (line) => to.write(`${label ?? ""}${line}\n`));
}
