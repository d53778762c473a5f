import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Hardhat's command line, started with `node`. */
export const hardhat = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");

const installed = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** The Node of package.json, else the one that runs this. */
export const node = existsSync(installed) ? installed : process.execPath;
