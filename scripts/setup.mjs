// Brings node_modules in line with package-lock.json before `npm start` and `npm test`. Plain JavaScript without
// dependencies, because it is what installs them; runs on Node 20, which Hardhat 3 and its native EVM do not support.
import { execSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const stamp = join(modules, ".plimsoll-lock-hash");

const lockHash = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");

/** The native EVM is an optional dependency, so an install under Node 20 leaves it out without an error. */
function hasNativeEvm() {
  const scope = join(modules, "@nomicfoundation");
  const prefix = `edr-${process.platform}-${process.arch}`;
  return existsSync(scope) && readdirSync(scope).some((name) => name.startsWith(prefix));
}

function reasonToInstall() {
  if (!existsSync(modules)) return "packages are missing";
  if (!existsSync(stamp)) return "packages were not installed by this script";
  if (readFileSync(stamp, "utf8") !== lockHash) return "package-lock.json has changed";
  if (!hasNativeEvm()) return "the native EVM is missing";
  return undefined;
}

const reason = reasonToInstall();
if (reason !== undefined) {
  const [major] = process.versions.node.split(".").map(Number);
  const command = major >= 22 ? "npm ci" : "npx -y -p node@22 -p npm@11 -c 'npm ci'";
  console.error(`Setting up (${reason}): ${command}`);
  // npm hands its lifecycle settings to child processes; a nested npm must not inherit them.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_(config|lifecycle|package|command|execpath)/i.test(key) || /registry|proxy|cache|cafile/i.test(key)));
  execSync(process.platform === "win32" ? command.replaceAll("'", '"') : command, { cwd: root, env, stdio: ["ignore", 2, 2] });
  if (!hasNativeEvm()) throw new Error("The native EVM is still missing after the install: expected @nomicfoundation/edr for this platform.");
  writeFileSync(stamp, lockHash);
}
