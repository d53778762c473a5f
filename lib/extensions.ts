import { deploy } from "@rocketh/deploy";
import { AbiCoder, getAddress, Interface, type InterfaceAbi, zeroPadValue } from "ethers";
import type { Environment } from "rocketh/types";

import type { Address, NetworkParameters } from "../src/config/index.js";
import { ARTIFACTS, type ContractArtifact, type ContractName } from "./artifacts.js";
import { codeFacts, withoutAppendix } from "./checks.js";
import { contextOf } from "./context.js";
import { DeployError } from "./errors.js";
import type { DeployReport } from "./report.js";
import { proposalFor } from "./proposals.js";
import { ROLE_IDS, type RoleName } from "./roles.js";

/** ERC-1967: keccak256("eip1967.proxy.implementation") - 1. */
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

type Hex = `0x${string}`;

/** A call of a function by its name. */
export interface Call {
  readonly to: Address;
  readonly contract: ContractName;
  readonly functionName: string;
  readonly args?: readonly unknown[];
}

export interface Implementation {
  /** Name of the proxy's record and of the compiled contract behind it. */
  readonly name: ContractName;
  readonly args: readonly unknown[];
  /** Called in the transaction that leaves `Bootstrap`. */
  readonly initialize: { readonly functionName: string; readonly args: readonly unknown[] };
}

function request<T>(env: Environment, method: string, params: readonly unknown[]): Promise<T> {
  return env.network.provider.request({ method, params } as never) as Promise<T>;
}

function compiled(env: Environment, name: ContractName): ContractArtifact {
  return contextOf(env).artifacts[name] ?? (ARTIFACTS[name] as unknown as ContractArtifact);
}

function interfaceOf(env: Environment, name: ContractName): Interface {
  return new Interface(compiled(env, name).abi as InterfaceAbi);
}

function deployerOf(env: Environment): Address {
  return getAddress(env.namedAccounts.deployer as string) as Address;
}

async function implementationOf(env: Environment, proxy: Address): Promise<Address> {
  const word = await request<Hex>(env, "eth_getStorageAt", [proxy, IMPLEMENTATION_SLOT, "latest"]);
  return getAddress(`0x${word.slice(-40)}`) as Address;
}

/** The library takes a mined transaction for a successful one. */
async function sendRaw(
  env: Environment,
  from: Address,
  transaction: { to: Address; data: Hex; value?: bigint },
  description: string,
): Promise<void> {
  const hash = await request<Hex>(env, "eth_sendTransaction", [
    {
      from,
      to: transaction.to,
      data: transaction.data,
      ...(transaction.value === undefined ? {} : { value: `0x${transaction.value.toString(16)}` }),
    },
  ]);
  const receipt = await env.savePendingExecution({ type: "execution", transaction: { hash, origin: from } });
  if (BigInt(receipt.status) !== 1n)
    throw new DeployError(description, "a transaction that succeeds", `${hash}, reverted`);
  contextOf(env).report.sentTransaction(description);
}

/**
 * Whether a record is of other code or other arguments. The library looks for the appendix at the end of the code; built through the IR
 * code has it elsewhere, and what stands at the end, read as a length, would make any two codes equal.
 */
function hasChanged(env: Environment, record: string, name: ContractName, args: readonly unknown[]): boolean {
  const known = env.getOrNull(record);
  if (known === null) return true;
  const { bytecode } = compiled(env, name);
  const encoded = interfaceOf(env, name).encodeDeploy(args);
  return withoutAppendix(known.bytecode) !== withoutAppendix(bytecode) || known.argsData !== encoded;
}

async function buildContract(
  env: Environment,
  record: string,
  name: ContractName,
  args: readonly unknown[],
  once: boolean,
): Promise<Address> {
  const result = await deploy(env)(
    record,
    { account: env.namedAccounts.deployer, artifact: compiled(env, name), args } as never,
    once || !hasChanged(env, record, name, args) ? { skipIfAlreadyDeployed: true } : { alwaysOverride: true },
  );
  const address = getAddress(result.address) as Address;
  if ((await request<Hex>(env, "eth_getCode", [address, "latest"])) === "0x") {
    throw new DeployError(
      `${record} at ${address}`,
      "code",
      result.newlyDeployed ? "a failed creation" : "nothing: the record is of another chain",
    );
  }
  if (result.newlyDeployed) contextOf(env).report.deployedContract(record, address);
  return address;
}

/** Functions that a contract has by others behind its fallback are functions of its record. */
const BEHIND: Partial<Record<ContractName, readonly ContractName[]>> = {
  FuturesClearing: ["FuturesDesk", "FuturesDefaults", "FuturesSettlement"],
  LoanBook: ["LoanDesk", "LoanEscrow", "LoanTerms"],
  PledgeVault: ["PledgeVaultDesk"],
};

interface AbiEntry {
  readonly type: string;
  readonly name?: string;
  readonly inputs?: ReadonlyArray<{ readonly type: string }>;
}

/** What tells entries apart: names of parameters and of structs may differ between the parts. */
function abiKey(entry: unknown): string {
  const { type, name, inputs } = entry as AbiEntry;
  return `${type} ${name ?? ""}(${(inputs ?? []).map((input) => input.type).join()})`;
}

function recordedAbi(env: Environment, name: ContractName): readonly unknown[] {
  const abi = [...compiled(env, name).abi];
  const known = new Set(abi.map(abiKey));
  for (const behind of BEHIND[name] ?? []) {
    for (const entry of compiled(env, behind).abi) {
      const key = abiKey(entry);
      if (["constructor", "receive", "fallback"].includes((entry as AbiEntry).type) || known.has(key)) continue;
      known.add(key);
      abi.push(entry);
    }
  }
  return abi;
}

async function saveProxy(env: Environment, name: ContractName, proxy: Address): Promise<void> {
  const abi = recordedAbi(env, name);
  const saved = env.getOrNull(name);
  if (saved !== null && saved.address === proxy && JSON.stringify(saved.abi) === JSON.stringify(abi)) return;
  const { bytecode, argsData } = env.get(`${name}_Proxy`);
  await env.save(name, { ...env.get(`${name}_Implementation`), bytecode, argsData, address: proxy, abi } as never);
}

/** The checked parameters of this network. */
export function parameters(env: Environment): () => NetworkParameters {
  return () => contextOf(env).parameters;
}

/** What this run has done so far. */
export function report(env: Environment): () => DeployReport {
  return () => contextOf(env).report;
}

/** Where a record is; throws when there is none. */
export function addressOf(env: Environment): (record: string) => Address {
  return (record) => getAddress(env.get(record).address) as Address;
}

/** The interface of a compiled contract. */
export function abiOf(env: Environment): (name: ContractName) => Interface {
  return (name) => interfaceOf(env, name);
}

/** Puts a contract on the chain unless the record has the same bytecode and arguments. */
export function build(
  env: Environment,
): (name: ContractName, args?: readonly unknown[], record?: string) => Promise<Address> {
  return (name, args = [], record = name) => buildContract(env, record, name, args, false);
}

/** As `build`, but never again once there is a record: for contracts that hold state or are named by others for good. */
export function buildOnce(
  env: Environment,
): (name: ContractName, args?: readonly unknown[], record?: string) => Promise<Address> {
  return (name, args = [], record = name) => buildContract(env, record, name, args, true);
}

/** Records a contract that others have put on the chain. */
export function adopt(env: Environment): (name: ContractName, address: Address) => Promise<Address> {
  return async (name, address) => {
    if ((await request<Hex>(env, "eth_getCode", [address, "latest"])) === "0x") {
      throw new DeployError(`${name} at ${address}`, "code", "none");
    }
    const saved = env.getOrNull(name);
    if (saved === null || getAddress(saved.address) !== getAddress(address)) {
      const { abi } = compiled(env, name);
      await env.save(name, { address, abi, bytecode: "0x", argsData: "0x", metadata: "" } as never);
    }
    return address;
  };
}

/** Puts a proxy on the chain that runs `Bootstrap` until `implement` is called. */
export function buildProxy(env: Environment): (name: string) => Promise<Address> {
  return (name) =>
    buildContract(env, `${name}_Proxy`, "PlimsollProxy", [getAddress(env.get("Bootstrap").address), "0x"], true);
}

/** Calls a view function. */
export function look(env: Environment): <T>(call: Call) => Promise<T> {
  return async <T>({ to, contract, functionName, args = [] }: Call) => {
    const abi = interfaceOf(env, contract);
    const data = await request<Hex>(env, "eth_call", [
      { to, data: abi.encodeFunctionData(functionName, args) },
      "latest",
    ]);
    const result = abi.decodeFunctionResult(functionName, data);
    return (result.length === 1 ? result[0] : result) as T;
  };
}

/** Sends a transaction of the deployer and checks that it succeeded. */
export function send(env: Environment): (call: Call & { value?: bigint }) => Promise<void> {
  return async ({ to, contract, functionName, args = [], value }) => {
    const data = interfaceOf(env, contract).encodeFunctionData(functionName, args) as Hex;
    await sendRaw(
      env,
      deployerOf(env),
      { to, data, ...(value === undefined ? {} : { value }) },
      `${contract}.${functionName}`,
    );
  };
}

/** The implementation that a proxy runs. */
export function runningImplementation(env: Environment): (proxy: Address) => Promise<Address> {
  return (proxy) => implementationOf(env, proxy);
}

/**
 * The constructor arguments of a record, `undefined` where there is none or it was made of other bytecode.
 */
export function recordedArguments(env: Environment): (name: ContractName) => readonly unknown[] | undefined {
  return (name) => {
    const saved = env.getOrNull(name);
    const { bytecode } = compiled(env, name);
    if (saved === null || saved.bytecode !== bytecode) return undefined;
    return interfaceOf(env, name).deploy.inputs.length === 0
      ? []
      : [...AbiCoder.defaultAbiCoder().decode(interfaceOf(env, name).deploy.inputs, saved.argsData)];
  };
}

/**
 * Changes a parameter: by the deployer while it still may, later through the role that holds the function.
 * @returns whether the change is in force
 */
export function govern(
  env: Environment,
): (call: Call & { readonly role: RoleName; readonly description: string }) => Promise<boolean> {
  return async ({ role, description, ...call }) => {
    const data = interfaceOf(env, call.contract).encodeFunctionData(call.functionName, call.args ?? []) as Hex;
    const manager = getAddress(env.get("PlimsollManager").address) as Address;
    const [immediate] = await look(env)<readonly [boolean, bigint]>(
      call.to === manager
        ? { to: manager, contract: "PlimsollManager", functionName: "hasRole", args: [ROLE_IDS[role], deployerOf(env)] }
        : {
            to: manager,
            contract: "PlimsollManager",
            functionName: "canCall",
            args: [deployerOf(env), call.to, data.slice(0, 10)],
          },
    );
    if (!immediate) return propose(env)({ role, target: call.to, data, description });
    await send(env)(call);
    return true;
  };
}

/** Balance in native FIL [attoFIL]. */
export function balance(env: Environment): (account: Address) => Promise<bigint> {
  return async (account) => BigInt(await request<Hex>(env, "eth_getBalance", [account, "latest"]));
}

/**
 * Brings a call closer that needs a role: sends what is next when a holder's key is at hand (local chains), else leaves a proposal.
 * @returns whether the call has been executed
 */
export function propose(
  env: Environment,
): (call: {
  readonly role: RoleName;
  readonly target: Address;
  readonly data: Hex;
  readonly description: string;
}) => Promise<boolean> {
  return async (call) => {
    const accounts = await request<readonly string[]>(env, "eth_accounts", []);
    const proposal = await proposalFor({
      ...call,
      parameters: contextOf(env).parameters,
      manager: getAddress(env.get("PlimsollManager").address) as Address,
      accounts: accounts.map((account) => getAddress(account) as Address),
      call: (to, data) => request<Hex>(env, "eth_call", [{ to, data }, "latest"]),
      now: async () =>
        BigInt((await request<{ timestamp: Hex }>(env, "eth_getBlockByNumber", ["latest", false])).timestamp),
    });
    const keyAtHand = accounts.some((account) => getAddress(account) === proposal.caller);
    if (proposal.transaction === undefined || !keyAtHand) {
      contextOf(env).report.proposed(proposal);
      return false;
    }
    await sendRaw(env, proposal.caller, proposal.transaction, `${proposal.next} ${proposal.description}`);
    if (proposal.next === "execute") return true;
    contextOf(env).report.proposed({ ...proposal, next: "waiting", transaction: undefined });
    return false;
  };
}

/**
 * Gives a proxy its implementation: from `Bootstrap` at once, with initialisation in the same transaction; later through UPGRADER.
 * @returns whether the proxy runs it now
 */
export function implement(env: Environment): (implementation: Implementation) => Promise<boolean> {
  return async ({ name, args, initialize }) => {
    const next = await buildContract(env, `${name}_Implementation`, name, args, false);
    const proxy = getAddress(env.get(`${name}_Proxy`).address) as Address;
    const current = await implementationOf(env, proxy);
    if (current !== next) {
      const abi = interfaceOf(env, name);
      if (current === getAddress(env.get("Bootstrap").address)) {
        const data = abi.encodeFunctionData(initialize.functionName, initialize.args);
        await send(env)({ to: proxy, contract: "Bootstrap", functionName: "upgradeToAndCall", args: [next, data] });
      } else {
        const data = abi.encodeFunctionData("upgradeToAndCall", [next, "0x"]) as Hex;
        const done = await propose(env)({
          role: "UPGRADER",
          target: proxy,
          data,
          description: `upgrade of ${name} to ${next}`,
        });
        if (!done) return false;
      }
    }
    await saveProxy(env, name, proxy);
    return true;
  };
}

/** Whether the node is Hardhat's, in this process or another. */
export function isSimulated(env: Environment): () => Promise<boolean> {
  return async () => (await request<string>(env, "web3_clientVersion", [])).startsWith("HardhatNetwork");
}

/** Asserts that the code at an address is the compiled contract and has these addresses as immutables. */
export function checkCode(
  env: Environment,
): (name: ContractName, at: Address, counterparts: readonly Address[]) => Promise<void> {
  return async (name, at, counterparts) => {
    const { matches, immutables } = codeFacts(
      await request<string>(env, "eth_getCode", [at, "latest"]),
      compiled(env, name),
    );
    if (!matches) throw new DeployError(`code of ${name} at ${at}`, "what was compiled", "something else");
    for (const counterpart of counterparts) {
      if (immutables.has(zeroPadValue(counterpart.toLowerCase(), 32))) continue;
      throw new DeployError(`immutables of ${name} at ${at}`, counterpart, [...immutables].join(", "));
    }
  };
}
