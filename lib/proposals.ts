import { Interface } from "ethers";

import type { Address, NetworkParameters } from "../src/config/index.js";
import { DeployError } from "./errors.js";
import type { Proposal } from "./report.js";
import { holdersOf, type RoleName } from "./roles.js";

type Hex = `0x${string}`;

const MANAGER = new Interface([
  "function hashOperation(address caller, address target, bytes data) view returns (bytes32)",
  "function getSchedule(bytes32 id) view returns (uint48)",
  "function schedule(address target, bytes data, uint48 when) returns (bytes32, uint32)",
  "function execute(address target, bytes data) payable returns (uint32)",
]);

export interface ProposalRequest {
  readonly role: RoleName;
  readonly target: Address;
  readonly data: Hex;
  readonly description: string;
  readonly parameters: NetworkParameters;
  readonly manager: Address;
  /** Accounts whose keys are at hand. */
  readonly accounts: readonly Address[];
  readonly call: (to: Address, data: Hex) => Promise<Hex>;
  /** Time of the last block [seconds since 1970]. */
  readonly now: () => Promise<bigint>;
}

async function readyAt(request: ProposalRequest, caller: Address): Promise<bigint> {
  const { manager, target, data } = request;
  const id = await request.call(manager, MANAGER.encodeFunctionData("hashOperation", [caller, target, data]) as Hex);
  return BigInt(await request.call(manager, MANAGER.encodeFunctionData("getSchedule", [id]) as Hex));
}

/** The holder that acts: one that has scheduled the call already, else one whose key is at hand, else the first. */
async function holderFor(request: ProposalRequest): Promise<{ readonly caller: Address; readonly ready: bigint }> {
  const { holders } = holdersOf(request.parameters, request.role);
  const isAtHand = (holder: Address): boolean =>
    request.accounts.some((account) => account.toLowerCase() === holder.toLowerCase());
  const ordered = [...holders.filter(isAtHand), ...holders.filter((holder) => !isAtHand(holder))];
  const [first] = ordered;
  if (first === undefined) throw new DeployError(`holders of ${request.role}`, "at least one", "none");
  for (const caller of ordered) {
    const ready = await readyAt(request, caller);
    if (ready !== 0n) return { caller, ready };
  }
  return { caller: first, ready: 0n };
}

/** Where a call that needs a role stands, and what has to be sent next. */
export async function proposalFor(request: ProposalRequest): Promise<Proposal> {
  const { role, target, data, description, manager } = request;
  const { caller, ready } = await holderFor(request);
  const base = { description, role, caller, target, data };
  if (ready === 0n) {
    const schedule = MANAGER.encodeFunctionData("schedule", [target, data, 0]) as Hex;
    return { ...base, next: "schedule", readyAt: 0n, transaction: { to: manager, data: schedule } };
  }
  if (ready > (await request.now())) return { ...base, next: "waiting", readyAt: ready, transaction: undefined };
  const execute = MANAGER.encodeFunctionData("execute", [target, data]) as Hex;
  return { ...base, next: "execute", readyAt: ready, transaction: { to: manager, data: execute } };
}
