import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { getAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { type Address, type NetworkParameters, parametersFor, validate } from "../src/config/index.js";
import type { ArtifactOverrides } from "./artifacts.js";
import { DeployError } from "./errors.js";
import { type Addresses, bind, type Contracts, RECORDS } from "./handles.js";
import type { DeployReport } from "./report.js";
import { batchFileName, safeBatch, writeBatch } from "./safe.js";

export { DeployError } from "./errors.js";
export type { Addresses, Contracts } from "./handles.js";
export type { DeployReport, Proposal } from "./report.js";

const DEPLOYMENTS = fileURLToPath(new URL("../deployments", import.meta.url));

/** A deployment that can be used. */
export interface Deployment {
  readonly addresses: Addresses;
  readonly contracts: Contracts;
}

/** A deployment just brought up to date. */
export interface DeployResult extends Deployment {
  readonly parameters: NetworkParameters;
  readonly report: DeployReport;
  /** Hashes of the transactions that it took; none when nothing had to change. */
  readonly transactions: readonly string[];
  /** Files for the transaction builder of Safe, one per account that has something to send; written with the records only. */
  readonly batches: readonly string[];
}

export interface DeployOptions {
  /** Parameters that differ from src/config; tests and rehearsals. */
  readonly overrides?: Partial<NetworkParameters>;
  /** Compiled contracts that take the place of the built ones; tests and rehearsals. */
  readonly artifacts?: ArtifactOverrides;
  /** Whether records are kept as files. By default for networks over HTTP only: an in-process chain ends with the process. */
  readonly save?: boolean;
  /** Folder of the records, `deployments` by default. */
  readonly folder?: string;
  /** Only these components and those they depend on. */
  readonly tags?: readonly string[];
  /** Gets each line about what is done; by default nobody does. */
  readonly log?: (line: string) => void;
}

async function chainIdOf(connection: NetworkConnection<string>): Promise<number> {
  return Number(await connection.provider.request({ method: "eth_chainId", params: [] }));
}

/** Writes what each holder of a role has to send. */
function writeBatches(folder: string, chainId: number, report: DeployReport): readonly string[] {
  const paths: string[] = [];
  for (const caller of new Set(report.proposals.map((proposal) => proposal.caller))) {
    const batch = safeBatch(chainId, caller, report.proposals, Date.now());
    if (batch === undefined) continue;
    const path = join(folder, "governance", batchFileName(batch));
    if (!existsSync(path)) writeBatch(path, batch);
    paths.push(path);
  }
  return paths;
}

/**
 * Brings a deployment up to date by the scripts of deploy/, and returns it. The contracts must have been built.
 *
 * @example
 * const connection = await network.create();
 * const { contracts } = await deployAll(connection);
 * await contracts.vault.depositFil(lender, { value: 10n ** 18n });
 */
export async function deployAll(
  connection: NetworkConnection<string>,
  options: DeployOptions = {},
): Promise<DeployResult> {
  const parameters = validate({ ...parametersFor(await chainIdOf(connection)), ...options.overrides });
  const save = options.save ?? connection.networkConfig.type === "http";
  const folder = options.folder ?? DEPLOYMENTS;
  // Loaded late: the compiled contracts are large, and tasks that only read do without.
  const { runDeploy } = await import("./run.js");
  const { env, report, transactions } = await runDeploy(connection, {
    parameters,
    artifacts: options.artifacts ?? {},
    save,
    folder,
    tags: options.tags ?? [],
    log: options.log ?? (() => undefined),
  });
  const at = (name: keyof Addresses): Address => getAddress(env.get(RECORDS[name]).address) as Address;
  const addresses = Object.fromEntries(
    (Object.keys(RECORDS) as Array<keyof Addresses>).map((name) => [name, at(name)]),
  ) as unknown as Addresses;
  const batches = save ? writeBatches(join(folder, connection.networkName), parameters.chainId, report) : [];
  return { addresses, contracts: await bind(connection.ethers, addresses), parameters, report, transactions, batches };
}

/** Finds the deployment of a network by its records; sends nothing. */
export async function loadDeployment(
  connection: NetworkConnection<string>,
  folder: string = DEPLOYMENTS,
): Promise<Deployment> {
  const { networkName } = connection;
  const chainId = await chainIdOf(connection);
  const at = (file: string): string => join(folder, networkName, file);
  if (!existsSync(at(".chain")))
    throw new DeployError(`deployment on ${networkName}`, "records made by `hardhat deploy`", "none");
  const recorded = Number((JSON.parse(readFileSync(at(".chain"), "utf8")) as { chainId: string }).chainId);
  if (recorded !== chainId) throw new DeployError(`records of ${networkName}`, `chain ${chainId}`, `chain ${recorded}`);

  const read = (name: keyof Addresses): Address => {
    const file = at(`${RECORDS[name]}.json`);
    if (!existsSync(file))
      throw new DeployError(`deployment on ${networkName}`, `a record of ${RECORDS[name]}`, "none");
    return getAddress((JSON.parse(readFileSync(file, "utf8")) as { address: string }).address) as Address;
  };
  const addresses = Object.fromEntries(
    (Object.keys(RECORDS) as Array<keyof Addresses>).map((name) => [name, read(name)]),
  ) as unknown as Addresses;
  const code = await connection.provider.request({ method: "eth_getCode", params: [addresses.manager, "latest"] });
  if (code === "0x") {
    throw new DeployError(
      `PlimsollManager at ${addresses.manager} on ${networkName}`,
      "code",
      "none: the chain was started anew",
    );
  }
  return { addresses, contracts: await bind(connection.ethers, addresses) };
}
