import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { NetworkConnection } from "hardhat/types/network";
import { setupLogger } from "named-logs-console";
import { createExecutor } from "rocketh";
import type { DeployScriptModule, Environment, ModuleObject } from "rocketh/types";

import { config } from "../rocketh/config.js";
import type { NetworkParameters } from "../src/config/index.js";
import type { ArtifactOverrides } from "./artifacts.js";
import type { DeployContext } from "./context.js";
import { DeployError } from "./errors.js";
import { DeployReport } from "./report.js";
import { fileStore } from "./store.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

// The library prints to standard output, which belongs to the tasks; what matters is in the report.
setupLogger(["rocketh", "@rocketh/core", "@rocketh/deploy", "@rocketh/node", "@rocketh/read-execute"], {
  enabled: false,
});

export interface RunOptions {
  readonly parameters: NetworkParameters;
  readonly artifacts?: ArtifactOverrides;
  /** Whether records are kept as files; without, a run knows of no earlier one. */
  readonly save: boolean;
  /** Folder of the records, one folder per network in it. */
  readonly folder?: string;
  /** Only scripts with one of these tags and those they depend on. */
  readonly tags?: readonly string[];
  /** Gets each line about what is done. */
  readonly log?: (line: string) => void;
}

export interface RunResult {
  readonly env: Environment;
  readonly report: DeployReport;
  /** Hashes of all transactions sent. */
  readonly transactions: readonly `0x${string}`[];
}

/** The deploy scripts in the order of their names. */
async function scripts(): Promise<ModuleObject[]> {
  const files = readdirSync(join(ROOT, "deploy")).filter((file) => file.endsWith(".ts") && !file.startsWith("_"));
  const modules: ModuleObject[] = [];
  for (const file of files.sort()) {
    const path = join(ROOT, "deploy", file);
    const { default: module } = (await import(pathToFileURL(path).href)) as { default: DeployScriptModule };
    modules.push({ id: path, module: module as never });
  }
  return modules;
}

/** Drops the records of a local chain that is gone; a chain that starts anew can have the same genesis block. */
async function forgetDeadRecords(connection: NetworkConnection<string>, folder: string): Promise<void> {
  const record = join(folder, connection.networkName, "PlimsollManager.json");
  if (!existsSync(record)) return;
  const { address } = JSON.parse(readFileSync(record, "utf8")) as { address: string };
  const code = await connection.provider.request({ method: "eth_getCode", params: [address, "latest"] });
  if (code === "0x") await fileStore(true).deleteAll(folder, connection.networkName);
}

/** Runs the deploy scripts on a connection. */
export async function runDeploy(connection: NetworkConnection<string>, options: RunOptions): Promise<RunResult> {
  const report = new DeployReport(options.log ?? (() => undefined));
  const deploy: DeployContext = { parameters: options.parameters, artifacts: options.artifacts ?? {}, report };
  const folder = options.folder ?? join(ROOT, "deployments");
  if (options.save && options.parameters.local) await forgetDeadRecords(connection, folder);
  const executor = createExecutor(fileStore(options.parameters.local), {
    prompt: async () => ({ proceed: true }),
    exit: () => {
      throw new DeployError("deploy", "no question", "a question");
    },
  });
  const env = await executor.resolveConfigAndExecuteDeployScriptModules(await scripts(), config as never, {
    provider: connection.provider as never,
    environment: connection.networkName,
    saveDeployments: options.save,
    tags: [...(options.tags ?? [])],
    config: { deployments: folder },
    extra: { deploy },
  });
  return { env: env as unknown as Environment, report, transactions: env.network.provider.transactionHashes };
}
