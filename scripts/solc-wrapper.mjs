#!/usr/bin/env node
// Answers as a native solc would, with the compiler of the npm package: forge can then compile without a download.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const solc = createRequire(import.meta.url)("solc");
const args = process.argv.slice(2);

if (args.includes("--version")) {
  const version = solc.version().replace(/\.Emscripten.*$/, ".Linux.g++");
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}`);
} else if (args.includes("--standard-json")) {
  const option = (/** @type {string} */ name) =>
    args.flatMap((argument, i) => (argument === name ? [args[i + 1] ?? ""] : []));
  const folders = [...option("--base-path"), ...option("--include-path"), process.cwd()];
  const read = (/** @type {string} */ file) => {
    for (const folder of folders) {
      try {
        return { contents: readFileSync(resolve(folder, file), "utf8") };
      } catch {
        // Not in this folder; the next one is tried.
      }
    }
    return { error: `File not found: ${file}` };
  };
  process.stdout.write(solc.compile(readFileSync(0, "utf8"), { import: read }));
} else {
  console.error(`solc-wrapper: expected --version or --standard-json, got "${args.join(" ")}"`);
  process.exit(1);
}
