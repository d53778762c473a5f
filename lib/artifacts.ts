import { Artifact_AccountBeacon } from "../generated/artifacts/AccountBeacon.js";
import { Artifact_Bootstrap } from "../generated/artifacts/Bootstrap.js";
import { Artifact_PlimsollManager } from "../generated/artifacts/PlimsollManager.js";
import { Artifact_PlimsollProxy } from "../generated/artifacts/PlimsollProxy.js";
import { Artifact_WFIL } from "../generated/artifacts/WFIL.js";

/** What a deploy script needs of a compiled contract. */
export interface ContractArtifact {
  readonly contractName: string;
  readonly abi: readonly unknown[];
  readonly bytecode: `0x${string}`;
  readonly deployedBytecode: `0x${string}`;
  readonly metadata: string;
}

/** Every contract that the deploy scripts put on a chain; `generated/` exists after a build only. */
export const ARTIFACTS = {
  AccountBeacon: Artifact_AccountBeacon,
  Bootstrap: Artifact_Bootstrap,
  PlimsollManager: Artifact_PlimsollManager,
  PlimsollProxy: Artifact_PlimsollProxy,
  WFIL: Artifact_WFIL,
} as const;

export type ContractName = keyof typeof ARTIFACTS;

/** Compiled contracts that take the place of the built ones: upgrade tests and rehearsals. */
export type ArtifactOverrides = Partial<Readonly<Record<ContractName, ContractArtifact>>>;
