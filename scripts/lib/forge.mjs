import process from "node:process";

import { cleanEnvironment } from "./environment.mjs";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";

/** Not in package.json: the registry lacks its builds for two platforms, so that no lock file with it serves everybody. */
const VERSION = "1.7.1";

/** The build for this platform itself: the package `@foundry-rs/forge`, which starts it, forgets the exit code. */
const PACKAGE = `@foundry-rs/forge-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}@${VERSION}`;

/**
 * Runs forge, fetching it when it is not in npm's cache. Needs the network the first time.
 *
 * @param {string[]} parameters
 * @param {Record<string, string>} [variables] added to the environment
 * @param {string} [label] put before each line of its output
 * @returns {Promise<number>} exit code
 */
export async function forge(parameters, variables = {}, label) {
  const env = { ...cleanEnvironment(), ...variables };
  // A shell, because npx is a script on Windows; so every parameter is quoted.
  const command = ["npx", "-y", "-p", PACKAGE, "forge", ...parameters].map((word) => JSON.stringify(word)).join(" ");
  return run(command, [], { cwd: root, env, shell: true }, label);
}
