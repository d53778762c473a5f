import type { ContractName } from "./artifacts.js";
import type { Address, NetworkParameters } from "../src/config/index.js";

/** Roles of `PlimsollManager` by the ids of Roles.sol. */
export const ROLE_IDS = { ADMIN: 0n, UPGRADER: 1n, RISK: 2n, GUARDIAN: 3n, ARBITER: 4n } as const;

export type RoleName = keyof typeof ROLE_IDS;

export const ROLE_NAMES = Object.keys(ROLE_IDS) as readonly RoleName[];

/** Functions that answer to one role, by contract record and signature. What is not here is for ADMIN or for everyone. */
export const ROLE_FUNCTIONS: ReadonlyArray<{
  readonly contract: ContractName;
  /** Whose address the function is called at, where that is another contract, behind whose fallback it stands. */
  readonly at?: ContractName;
  readonly signature: string;
  readonly role: RoleName;
}> = [
  { contract: "PledgeVault", signature: "upgradeToAndCall(address,bytes)", role: "UPGRADER" },
  { contract: "LoanBook", signature: "upgradeToAndCall(address,bytes)", role: "UPGRADER" },
  { contract: "StripAuction", signature: "upgradeToAndCall(address,bytes)", role: "UPGRADER" },
  { contract: "PostedCollateral", signature: "upgradeToAndCall(address,bytes)", role: "UPGRADER" },
  { contract: "ControlAuction", signature: "upgradeToAndCall(address,bytes)", role: "UPGRADER" },
  { contract: "FuturesIndex", signature: "upgradeToAndCall(address,bytes)", role: "UPGRADER" },
  { contract: "FuturesClearing", signature: "upgradeToAndCall(address,bytes)", role: "UPGRADER" },
  { contract: "AccountBeacon", signature: "upgradeTo(address)", role: "UPGRADER" },
  {
    contract: "RiskEngine",
    signature:
      "setParams((uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint96,uint96,uint32,uint32,uint64,uint64,uint64))",
    role: "RISK",
  },
  { contract: "PledgeVault", signature: "setVaultParams(uint256,uint256)", role: "RISK" },
  { contract: "PledgeVault", signature: "setFlowLimits(uint256,uint256)", role: "RISK" },
  { contract: "LoanBook", signature: "setMaxFacility(uint256)", role: "RISK" },
  {
    contract: "LoanTerms",
    at: "LoanBook",
    signature: "setFixedRates((uint16,uint16,uint16,uint16,uint16,uint16,uint16,uint16,uint16))",
    role: "RISK",
  },
  { contract: "LoanTakeover", at: "LoanBook", signature: "setLienholder(uint64,bool,address)", role: "RISK" },
  { contract: "SectorConditions", signature: "setPolicy((uint96,uint8,uint32,uint32))", role: "RISK" },
  {
    contract: "PostedCollateral",
    signature: "list(address,(address,uint112,uint64,uint64,uint64,uint64,uint24,uint8),uint256)",
    role: "RISK",
  },
  {
    contract: "PostedCollateral",
    signature: "setTerms(address,(address,uint112,uint64,uint64,uint64,uint64,uint24,uint8),uint256)",
    role: "RISK",
  },
  { contract: "PostedCollateral", signature: "delist(address)", role: "RISK" },
  {
    contract: "FuturesIndex",
    signature: "register((address,uint32,uint8,uint56,uint80,uint80,uint80,uint32),uint80)",
    role: "RISK",
  },
  {
    contract: "FuturesDesk",
    at: "FuturesClearing",
    signature:
      "list((address,uint32,uint96,uint32,uint32,uint32,uint32),(uint48,uint48,uint16,uint16,uint96,uint16,uint16,uint16,uint16,uint16,uint128))",
    role: "RISK",
  },
  {
    contract: "FuturesDesk",
    at: "FuturesClearing",
    signature:
      "setSeriesTerms(bytes32,(uint48,uint48,uint16,uint16,uint96,uint16,uint16,uint16,uint16,uint16,uint128))",
    role: "RISK",
  },
  {
    contract: "FuturesDesk",
    at: "FuturesClearing",
    signature: "setToken(address,(uint8,uint8,uint112,uint128,uint128))",
    role: "RISK",
  },
  { contract: "FuturesDesk", at: "FuturesClearing", signature: "setVenue(address,bool)", role: "RISK" },
  { contract: "FuturesDesk", at: "FuturesClearing", signature: "halt(bytes32,uint256)", role: "GUARDIAN" },
  { contract: "FuturesSettlement", at: "FuturesClearing", signature: "arbitrate(bytes32,uint32)", role: "ARBITER" },
  { contract: "PostedCollateral", signature: "pausePostedAuctions()", role: "GUARDIAN" },
  { contract: "LoanBook", signature: "pauseDraws()", role: "GUARDIAN" },
  { contract: "LoanBook", signature: "pauseAttaches()", role: "GUARDIAN" },
  { contract: "StripAuction", signature: "pauseAuctions()", role: "GUARDIAN" },
  { contract: "ControlAuction", signature: "pauseAuctions()", role: "GUARDIAN" },
];

/** Holders and execution delay of a role on a network. */
export function holdersOf(
  parameters: NetworkParameters,
  role: RoleName,
): { holders: readonly Address[]; delay: bigint } {
  const { roles, delays } = parameters;
  if (role === "ADMIN") return { holders: roles.admin, delay: delays.admin };
  if (role === "UPGRADER") return { holders: roles.upgrader, delay: delays.upgrader };
  if (role === "RISK") return { holders: roles.risk, delay: delays.risk };
  return { holders: role === "ARBITER" ? roles.arbiter : roles.guardian, delay: 0n };
}
