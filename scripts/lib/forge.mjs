import { spawn } from "node:child_process";
import process from "node:process";

import { cleanEnvironment } from "./environment.mjs";
import { root } from "./paths.mjs";

/** Not in package.json: the registry lacks its builds for two platforms, so that no lock file with it serves everybody. */
const FORGE = "@foundry-rs/forge@1.7.1";

/**
 * Runs forge, fetching it when it is not in npm's cache. Needs the network the first time.
 *
 * @param {string[]} parameters
 * @param {Record<string, string>} [variables] added to the environment
 * @returns {Promise<number>} exit code
 */
export function forge(parameters, variables = {}) {
  const env = { ...cleanEnvironment(), FOUNDRY_DISABLE_NIGHTLY_WARNING: "1", ...variables };
  // A shell, because npx is a script on Windows; so every parameter is quoted.
  const command = ["npx", "-y", "-p", FORGE, "forge", ...parameters].map((word) => JSON.stringify(word)).join(" ");
  return new Promise((resolve, reject) => {
    spawn(command, { cwd: root, env, stdio: "inherit", shell: true })
      .on("error", reject)
      .on("close", (code) => resolve(code ?? 1));
  }).then((code) => {
    if (code === 127)
      console.error(`forge could not be started; is ${process.platform} ${process.arch} served by ${FORGE}?`);
    return Number(code);
  });
}
