import { createInterface } from "node:readline/promises";

import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import type { TaskArguments } from "hardhat/types/tasks";

import type { DeployResult } from "../../lib/deployment.js";

const ID = "plimsoll-deploy";

/** hardhat-deploy's options and `--json`; an override is told the types of its own only. */
interface DeployArguments {
  readonly tags: string;
  readonly skipPrompts: boolean;
  readonly saveDeployments: string;
  readonly json: boolean;
}

/** Thrown when a live network would be changed and nobody said yes. */
export class DeployNotConfirmedError extends HardhatPluginError {
  constructor(readonly networkName: string) {
    super(ID, `deploy on ${networkName}: expected a yes (or --skip-prompts), got none`);
  }
}

async function confirm(connection: NetworkConnection<string>): Promise<void> {
  const { networkName } = connection;
  if (!process.stdin.isTTY) throw new DeployNotConfirmedError(networkName);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Deploy on ${networkName}? This costs FIL. Type yes: `);
  terminal.close();
  if (answer.trim().toLowerCase() !== "yes") throw new DeployNotConfirmedError(networkName);
}

function asJson(connection: NetworkConnection<string>, result: DeployResult): string {
  const { addresses, parameters, report, transactions, batches } = result;
  const proposals = report.proposals.map((proposal) => ({ ...proposal, readyAt: String(proposal.readyAt) }));
  return JSON.stringify({
    ok: true,
    v: 1,
    command: "deploy",
    network: { name: connection.networkName, chainId: parameters.chainId },
    data: { addresses, deployed: report.deployed, sent: report.sent, transactions, proposals, batches },
  });
}

function asText(result: DeployResult): string {
  const lines = Object.entries(result.addresses).map(([name, address]) => `${name.padEnd(10)} ${address}`);
  lines.push(`${result.transactions.length} transactions`);
  for (const { role, caller, next, description, readyAt } of result.report.proposals) {
    const when = readyAt === 0n ? "" : `, ready at ${new Date(Number(readyAt) * 1_000).toISOString()}`;
    lines.push(`${next} by ${role} ${caller}: ${description}${when}`);
  }
  for (const path of result.batches) lines.push(`for the transaction builder of Safe: ${path}`);
  return lines.join("\n");
}

export default async function deploy(taskArguments: TaskArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const options = taskArguments as unknown as DeployArguments;
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const { deployAll, DeployError } = await import("../../lib/deployment.js");
  const { ConfigError } = await import("../../src/config/index.js");
  const connection = await hre.network.create();
  const live = connection.networkConfig.type === "http" && connection.networkName !== "localhost";
  if (live && !options.skipPrompts) await confirm(connection);
  const run = deployAll(connection, {
    ...(options.saveDeployments === "" ? {} : { save: options.saveDeployments === "true" }),
    tags: options.tags === "" ? [] : options.tags.split(","),
    log: (line) => console.error(line),
  });
  const result = await run.catch((error: unknown) => {
    if (error instanceof DeployError || error instanceof ConfigError)
      throw new HardhatPluginError(ID, error.message, error);
    throw error;
  });
  console.log(options.json ? asJson(connection, result) : asText(result));
}
