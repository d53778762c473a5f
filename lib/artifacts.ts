import { Artifact_AccountBeacon } from "../generated/artifacts/AccountBeacon.js";
import { Artifact_Bootstrap } from "../generated/artifacts/Bootstrap.js";
import { Artifact_CollateralAccount } from "../generated/artifacts/CollateralAccount.js";
import { Artifact_ControlAuction } from "../generated/artifacts/ControlAuction.js";
import { Artifact_FuturesClearing } from "../generated/artifacts/FuturesClearing.js";
import { Artifact_FuturesDefaults } from "../generated/artifacts/FuturesDefaults.js";
import { Artifact_FuturesDesk } from "../generated/artifacts/FuturesDesk.js";
import { Artifact_FuturesExchange } from "../generated/artifacts/FuturesExchange.js";
import { Artifact_FuturesIndex } from "../generated/artifacts/FuturesIndex.js";
import { Artifact_FuturesSettlement } from "../generated/artifacts/FuturesSettlement.js";
import { Artifact_LoanBook } from "../generated/artifacts/LoanBook.js";
import { Artifact_LoanDesk } from "../generated/artifacts/LoanDesk.js";
import { Artifact_LoanEscrow } from "../generated/artifacts/LoanEscrow.js";
import { Artifact_LoanLens } from "../generated/artifacts/LoanLens.js";
import { Artifact_LoanTakeover } from "../generated/artifacts/LoanTakeover.js";
import { Artifact_LoanTerms } from "../generated/artifacts/LoanTerms.js";
import { Artifact_MinerFacts } from "../generated/artifacts/MinerFacts.js";
import { Artifact_PledgeVault } from "../generated/artifacts/PledgeVault.js";
import { Artifact_PledgeVaultDesk } from "../generated/artifacts/PledgeVaultDesk.js";
import { Artifact_PlimsollManager } from "../generated/artifacts/PlimsollManager.js";
import { Artifact_PlimsollProxy } from "../generated/artifacts/PlimsollProxy.js";
import { Artifact_PostedCollateral } from "../generated/artifacts/PostedCollateral.js";
import { Artifact_RateModel } from "../generated/artifacts/RateModel.js";
import { Artifact_Reputation } from "../generated/artifacts/Reputation.js";
import { Artifact_ReserveFund } from "../generated/artifacts/ReserveFund.js";
import { Artifact_RiskEngine } from "../generated/artifacts/RiskEngine.js";
import { Artifact_SectorConditions } from "../generated/artifacts/SectorConditions.js";
import { Artifact_StripAuction } from "../generated/artifacts/StripAuction.js";
import { Artifact_WFIL } from "../generated/artifacts/WFIL.js";

/** What a deploy script needs of a compiled contract. */
export interface ContractArtifact {
  readonly contractName: string;
  readonly abi: readonly unknown[];
  readonly bytecode: `0x${string}`;
  readonly deployedBytecode: `0x${string}`;
  readonly immutableReferences?: Readonly<
    Record<string, ReadonlyArray<{ readonly start: number; readonly length: number }>>
  >;
  readonly metadata: string;
}

/** Every contract that the deploy scripts put on a chain; `generated/` exists after a build only. */
export const ARTIFACTS = {
  AccountBeacon: Artifact_AccountBeacon,
  Bootstrap: Artifact_Bootstrap,
  CollateralAccount: Artifact_CollateralAccount,
  ControlAuction: Artifact_ControlAuction,
  FuturesClearing: Artifact_FuturesClearing,
  FuturesDefaults: Artifact_FuturesDefaults,
  FuturesDesk: Artifact_FuturesDesk,
  FuturesExchange: Artifact_FuturesExchange,
  FuturesIndex: Artifact_FuturesIndex,
  FuturesSettlement: Artifact_FuturesSettlement,
  LoanBook: Artifact_LoanBook,
  LoanDesk: Artifact_LoanDesk,
  LoanEscrow: Artifact_LoanEscrow,
  LoanLens: Artifact_LoanLens,
  LoanTakeover: Artifact_LoanTakeover,
  LoanTerms: Artifact_LoanTerms,
  MinerFacts: Artifact_MinerFacts,
  PledgeVault: Artifact_PledgeVault,
  PledgeVaultDesk: Artifact_PledgeVaultDesk,
  PlimsollManager: Artifact_PlimsollManager,
  PlimsollProxy: Artifact_PlimsollProxy,
  PostedCollateral: Artifact_PostedCollateral,
  RateModel: Artifact_RateModel,
  Reputation: Artifact_Reputation,
  ReserveFund: Artifact_ReserveFund,
  RiskEngine: Artifact_RiskEngine,
  SectorConditions: Artifact_SectorConditions,
  StripAuction: Artifact_StripAuction,
  WFIL: Artifact_WFIL,
} as const;

export type ContractName = keyof typeof ARTIFACTS;

/** Compiled contracts that take the place of the built ones: upgrade tests and rehearsals. */
export type ArtifactOverrides = Partial<Readonly<Record<ContractName, ContractArtifact>>>;
