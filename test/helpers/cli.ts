import { expect } from "chai";
import hre from "hardhat";

import { deployAll } from "../../lib/deployment.js";
import type { Envelope } from "../../src/cli/envelope.js";
import type { CommandIo } from "../../src/cli/run.js";
import { type Connection, type Runtime, Session } from "../../src/cli/session.js";
import { Terminal } from "../../src/cli/terminal.js";
import { SimulatedFilecoin } from "../../src/devnet/index.js";
import { type Plimsoll, connectContracts } from "../../src/loans/contracts.js";
import { addressRules } from "../../src/sdk/index.js";

/** What a command left behind. */
export interface Ran {
  readonly exitCode: number | undefined;
  /** The one JSON value; undefined for people. */
  readonly json: Envelope | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The action of a task. */
export type TaskAction<Arguments> = (args: Arguments, hre: Runtime, io?: CommandIo) => Promise<void>;

/** A session on a chain that outlives the command. */
class SharedSession extends Session {
  override async close(): Promise<void> {
    // The chain belongs to the test.
  }
}

/** A chain with everything on it, on which commands run as they would on a lasting network. */
export class CommandBench {
  private constructor(
    readonly connection: Connection,
    readonly contracts: Plimsoll,
    readonly filecoin: SimulatedFilecoin,
    readonly accounts: readonly string[],
  ) {}

  static async create(): Promise<CommandBench> {
    const connection = (await hre.network.create()) as unknown as Connection;
    const { addresses } = await deployAll(connection, { save: false });
    const signers = await connection.ethers.getSigners();
    const [first] = signers;
    if (first === undefined) throw new RangeError("the local chain has no accounts");
    const filecoin = await SimulatedFilecoin.connect(connection.provider, hre.artifacts, first);
    const contracts = await connectContracts(connection.ethers, addresses);
    return new CommandBench(
      connection,
      contracts,
      filecoin,
      signers.map((signer) => signer.address),
    );
  }

  private async open(): Promise<Session> {
    const { provider, ethers } = this.connection;
    const block = await ethers.provider.getBlock("latest");
    const chainId = BigInt(String(await provider.request({ method: "eth_chainId", params: [] })));
    const network = {
      name: "bench",
      chainId,
      epoch: BigInt(block?.number ?? 0),
      timestamp: BigInt(block?.timestamp ?? 0),
    };
    return new SharedSession(this.connection, network, this.contracts, addressRules(chainId));
  }

  /** Runs a task's action. */
  async run<Arguments extends { readonly json: boolean }>(
    action: TaskAction<Arguments>,
    args: Arguments,
  ): Promise<Ran> {
    return runAction(action, args, { open: async () => this.open() });
  }
}

/** Runs a task's action with everything it says caught; without `open`, on the runner's own network. */
export async function runAction<Arguments extends { readonly json: boolean }>(
  action: TaskAction<Arguments>,
  args: Arguments,
  io: CommandIo = {},
  runtime: Runtime = hre,
): Promise<Ran> {
  const values: string[] = [];
  let [stdout, stderr] = ["", ""];
  let exitCode: number | undefined;
  const terminal = new Terminal({
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: {},
    interactive: false,
  });
  await action(args, runtime, {
    terminal,
    emit: (text) => values.push(text),
    setExitCode: (code) => (exitCode = code),
    ...io,
  });
  if (!args.json) return { exitCode, json: undefined, stdout, stderr };
  expect(values, "exactly one JSON value").to.have.lengthOf(1);
  expect(stdout, "nothing but the JSON value on standard output").to.equal("");
  const json = JSON.parse(values[0] ?? "") as Envelope;
  expectEnvelope(json);
  return { exitCode, json, stdout, stderr };
}

/** The data of a successful run. */
export function dataOf<T = Record<string, unknown>>(ran: Ran): T {
  if (ran.json?.ok !== true) expect.fail(`expected success, got ${JSON.stringify(ran.json)}`);
  expect(ran.exitCode).to.equal(0);
  return ran.json.data as T;
}

/** The code of a failed run, which names limit, actual value and what to do. */
export function codeOf(ran: Ran, exitCode = 1): string {
  if (ran.json?.ok !== false) expect.fail(`expected a failure, got ${JSON.stringify(ran.json)}`);
  const { error } = ran.json;
  expect(ran.exitCode).to.equal(exitCode);
  expect(error.limit, "limit").to.be.a("string").and.not.equal("");
  expect(error.actual, "actual").to.be.a("string").and.not.equal("");
  expect(ran.json.next, "next command").not.to.deep.equal([]);
  return error.code;
}

/** The shape that every answer has. */
export function expectEnvelope(json: Envelope): void {
  expect(json).to.include.keys("ok", "v", "command", "network", "data", "tx", "warnings", "next");
  expect(json.v).to.equal(1);
  expect(json.command).to.match(/^[a-z]+(\.[a-z]+)?$/);
  expectAmounts(json.data);
  if (json.ok) {
    expect(json).not.to.have.property("error");
  } else {
    expect(json.error.code).to.match(/^[A-Za-z0-9_]+$/);
    expect(json.error.message).to.be.a("string").and.not.equal("");
    expect(json.error.retryable).to.be.a("boolean");
  }
}

/** Amounts are decimal strings in attoFIL and in FIL, and say the same. */
function expectAmounts(value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach(expectAmounts);
  } else if (typeof value === "object" && value !== null) {
    const { attoFil, fil } = value as { readonly attoFil?: unknown; readonly fil?: unknown };
    if (attoFil !== undefined || fil !== undefined) {
      expect(attoFil).to.match(/^-?\d+$/);
      expect(fil).to.match(/^-?\d+(\.\d{1,18})?$/);
      const [whole = "0", fraction = ""] = String(fil).replace("-", "").split(".");
      const magnitude = BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, "0"));
      expect(String(fil).startsWith("-") ? -magnitude : magnitude).to.equal(BigInt(String(attoFil)));
    } else {
      Object.values(value).forEach(expectAmounts);
    }
  }
}

/** Arguments of a task that sends, answered by itself and in JSON. */
export const WRITE = { json: true, yes: true, reallyDoIt: false, dryRun: false, from: undefined } as const;

/** Arguments of a task that reads. */
export const READ = { json: true } as const;

/** Arguments of one pass of `liquidate`. */
export const LIQUIDATE = {
  ...READ,
  once: false,
  watch: false,
  interval: 30,
  dryRun: false,
  minProfit: "0",
  maxGasFee: "0.1",
  budget: undefined,
  loan: undefined,
  all: false,
  takeTokens: false,
  minerOwner: undefined,
  from: undefined,
} as const;
