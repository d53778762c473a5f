import type { Address } from "../src/config/index.js";
import type { RoleName } from "./roles.js";

/** One call that has to pass through the manager's delay. */
export interface Proposal {
  readonly description: string;
  readonly role: RoleName;
  /** Who must schedule and execute: a holder of the role. */
  readonly caller: Address;
  readonly target: Address;
  readonly data: `0x${string}`;
  /** `schedule`: nobody has scheduled it; `waiting`: scheduled, not ready; `execute`: ready, to be executed. */
  readonly next: "schedule" | "waiting" | "execute";
  /** When it may be executed [seconds since 1970], 0 while unscheduled. */
  readonly readyAt: bigint;
  /** What to send to the manager next; undefined while waiting. */
  readonly transaction: { readonly to: Address; readonly data: `0x${string}` } | undefined;
}

/** What a run of the deploy scripts did and what it left for governance. */
export class DeployReport {
  readonly deployed: string[] = [];
  readonly sent: string[] = [];
  readonly proposals: Proposal[] = [];

  constructor(private readonly sink: (line: string) => void) {}

  deployedContract(name: string, address: Address): void {
    this.deployed.push(name);
    this.sink(`deployed ${name} at ${address}`);
  }

  sentTransaction(description: string): void {
    this.sent.push(description);
    this.sink(`sent ${description}`);
  }

  proposed(proposal: Proposal): void {
    this.proposals.push(proposal);
    this.sink(`needs ${proposal.role} ${proposal.caller}: ${proposal.next} ${proposal.description}`);
  }

  note(line: string): void {
    this.sink(line);
  }
}
