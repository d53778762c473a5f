// Brings node_modules in line with package-lock.json before `npm start`, `npm test` and the other npm scripts. Plain
// JavaScript without dependencies, because it is what installs them; runs on Node 20, which Hardhat 3 does not support.
import { execSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { cleanEnvironment } from "./lib/environment.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const MINIMUM_NODE = 20;
const HARDHAT_NODE = 22;

/** @typedef {{ version?: string, optional?: boolean }} LockedPackage */

/**
 * @param {string} file a lock file
 * @returns {Record<string, LockedPackage>} the packages in it by folder
 */
function lockedPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** The first package that is not installed in the version of the lock file; npm records what it installed. */
function firstDifference() {
  const installed = lockedPackages(join(modules, ".package-lock.json"));
  return Object.entries(lockedPackages(join(root, "package-lock.json"))).find(([folder, { version, optional }]) => {
    const found = installed[folder];
    return folder !== "" && (found === undefined ? !optional : found.version !== version);
  })?.[0];
}

/** The native EVM is an optional dependency, so an install under Node 20 leaves it out without an error. */
function hasNativeEvm() {
  const scope = join(modules, "@nomicfoundation");
  const prefix = `edr-${process.platform}-${process.arch}`;
  return existsSync(scope) && readdirSync(scope).some((name) => name.startsWith(prefix));
}

/** The Node that Hardhat runs on is a package too, unless the machine's own is new enough. */
function hasNode() {
  return (
    nodeMajor >= HARDHAT_NODE || ["node", "node.exe"].some((name) => existsSync(join(modules, "node", "bin", name)))
  );
}

/** @returns {string | undefined} why packages must be installed, if they must */
function reasonToInstall() {
  if (!existsSync(join(modules, ".package-lock.json"))) return "packages are missing";
  const difference = firstDifference();
  if (difference !== undefined) return `${difference} differs from package-lock.json`;
  if (!hasNativeEvm()) return "the native EVM is missing";
  if (!hasNode()) return `Node ${HARDHAT_NODE} is missing`;
  return undefined;
}

/**
 * @param {string} message what is wrong and what to do
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}

function installCommand() {
  // Windows cannot remove the program that is running, and `npm ci` removes everything.
  const action =
    process.platform === "win32" && process.execPath.startsWith(modules)
      ? "npm install --loglevel=error"
      : "npm ci --loglevel=error";
  return nodeMajor >= HARDHAT_NODE ? action : `npx -y -p node@${HARDHAT_NODE} -p npm@11 -c "${action}"`;
}

const nodeMajor = Number(process.versions.node.split(".")[0]);
if (nodeMajor < MINIMUM_NODE) {
  fail(`Plimsoll needs Node ${MINIMUM_NODE} or newer; this is ${process.versions.node}.`);
}

const reason = reasonToInstall();
if (reason !== undefined) {
  const command = installCommand();
  console.error(`Setting up (${reason}): ${command}`);
  try {
    execSync(command, { cwd: root, env: cleanEnvironment(), stdio: ["ignore", 2, 2] });
  } catch {
    fail(`The install failed; its output is above. Once the cause is removed, run again, or run by hand: ${command}`);
  }
  const missing = reasonToInstall();
  if (missing !== undefined) {
    fail(
      `The install finished, but ${missing} (${process.platform} ${process.arch}). Remove node_modules and try again.`,
    );
  }
}
