import type { ContractName } from "./artifacts.js";
import { ROLE_FUNCTIONS, ROLE_IDS, type RoleName } from "./roles.js";

/** Who may call a function that changes state. */
export type Caller =
  /** Everyone. */
  | { readonly kind: "anyone" }
  /** Everyone, over what is their own or what they have an allowance for. */
  | { readonly kind: "owner" }
  /** The holder of the loan's token or an operator it approved. */
  | { readonly kind: "sp" }
  /** A holder of a role, after the role's delay. */
  | { readonly kind: "role"; readonly role: RoleName }
  /** One contract; `error` is what anyone else gets. */
  | { readonly kind: "contract"; readonly name: string; readonly error: string }
  /** Nobody any more: `error` is what everyone gets. */
  | { readonly kind: "nobody"; readonly error: string }
  /** Plain FIL: `error` is what all but `from` get; `from` is a contract. */
  | { readonly kind: "plain"; readonly from: string; readonly error: string };

export type AccessTable = Readonly<Record<string, Caller>>;

const anyone: Caller = { kind: "anyone" };
const owner: Caller = { kind: "owner" };
const sp: Caller = { kind: "sp" };
const once: Caller = { kind: "nobody", error: "InvalidInitialization" };
const authority: Caller = { kind: "contract", name: "PlimsollManager", error: "AccessManagedUnauthorized" };
const admin: Caller = { kind: "role", role: "ADMIN" };

const erc721: AccessTable = {
  "approve(address,uint256)": owner,
  "safeTransferFrom(address,address,uint256)": owner,
  "safeTransferFrom(address,address,uint256,bytes)": owner,
  "setApprovalForAll(address,bool)": owner,
  "transferFrom(address,address,uint256)": owner,
};

const byBook: Caller = { kind: "contract", name: "LoanBook", error: "PledgeVault_NotLoanBook" };
const byAuction: Caller = { kind: "contract", name: "StripAuction", error: "LoanBook_OnlyContract" };
const byPosted: Caller = { kind: "contract", name: "PostedCollateral", error: "LoanBook_OnlyContract" };
const byControl: Caller = { kind: "contract", name: "ControlAuction", error: "LoanBook_OnlyContract" };
const byItself: Caller = { kind: "contract", name: "LoanBook", error: "LoanBook_OnlyContract" };
const clearingByItself: Caller = {
  kind: "contract",
  name: "FuturesClearing",
  error: "FuturesClearing_OnlyContract",
};
const accountByBook: Caller = { kind: "contract", name: "LoanBook", error: "CollateralAccount_NotLoanBook" };

/** The functions of a contract that ROLE_FUNCTIONS gives to roles. */
function ofRoles(contract: ContractName): AccessTable {
  return Object.fromEntries(
    ROLE_FUNCTIONS.filter((entry) => entry.contract === contract).map(({ signature, role }) => [
      signature,
      { kind: "role", role } satisfies Caller,
    ]),
  );
}

/**
 * Every function that changes state, of every contract that is deployed, and who may call it. A test compares it with the compiled
 * interfaces in both directions and calls each function as each role; docs/roles.md is printed from it.
 */
export const ACCESS: Readonly<Partial<Record<ContractName, AccessTable>>> = {
  PledgeVault: {
    ...ofRoles("PledgeVault"),
    "accrue()": anyone,
    "approve(address,uint256)": owner,
    "bookImpairment(uint256,uint256,uint256)": byBook,
    "bookRecovery(uint256,uint256,uint256,uint256)": byBook,
    "bookRepayment(uint256,uint256,uint256)": byBook,
    "bookRestoration(uint256,uint256,uint256,uint256)": byBook,
    "bookWriteDown(uint256,uint256)": byBook,
    "deposit(uint256,address)": anyone,
    "depositFil(address)": anyone,
    "fulfil()": anyone,
    "initialize(address)": once,
    "lend(uint256,uint64,uint256)": byBook,
    "mint(uint256,address)": anyone,
    "payReserve()": anyone,
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": owner,
    "redeem(uint256,address,address)": owner,
    "redeemFil(uint256,address,address)": owner,
    "requestRedeem(uint256,address,address)": owner,
    "setAuthority(address)": authority,
    "skim()": anyone,
    "transfer(address,uint256)": owner,
    "transferFrom(address,address,uint256)": owner,
    "withdraw(uint256,address,address)": owner,
    "withdrawFil(uint256,address,address)": owner,
    "fallback()": anyone,
    "receive()": { kind: "plain", from: "WFIL", error: "PledgeVault_UseDepositFil" },
  },
  PledgeVaultDesk: {
    "bookFixedPayment(uint256,uint256,uint256,int256,int256)": byBook,
    "bookImpairment(uint256,uint256,uint256)": byBook,
    "bookRestoration(uint256,uint256,uint256,uint256)": byBook,
    "bookSwitch(uint256,int256,int256,int256,uint256)": byBook,
    "bookWriteDown(uint256,uint256)": byBook,
    "claimAssets(uint256,address,address,bool)": owner,
    "claimShares(uint256,address,address,bool)": owner,
    "lendFixed(uint256,uint64,uint256,int256,int256)": byBook,
    "payReserve()": anyone,
    "setFlowLimits(uint256,uint256)": { kind: "role", role: "RISK" },
    "setOperator(address,bool)": owner,
    "setVaultParams(uint256,uint256)": { kind: "role", role: "RISK" },
    "skim()": anyone,
  },
  LoanBook: {
    ...ofRoles("LoanBook"),
    ...erc721,
    "burnLoan(uint256)": byItself,
    "checkCanCall(address,bytes)": byItself,
    "draw(uint256,uint256)": sp,
    "initialize(address,uint256)": once,
    "mintLoan(address,uint256)": byItself,
    "notePosted(uint256,bool)": byPosted,
    "payStrip(uint256,address,uint256)": byAuction,
    "repay(uint256)": anyone,
    "setAuthority(address)": authority,
    "settlePosted(uint256,uint256)": byPosted,
    "settleStrip(uint256,uint256,uint256)": byAuction,
    "sweep(uint256,uint256)": anyone,
    "fallback()": anyone,
    "receive()": { kind: "plain", from: "nobody", error: "LoanBook_UnexpectedFil" },
  },
  LoanDesk: {
    "attachMiner(uint256,uint64)": sp,
    "close(uint256)": sp,
    "cure(uint256)": anyone,
    "detachMiner(uint256,uint256)": sp,
    "impair(uint256)": anyone,
    "open((uint96,uint72,uint32,uint32)[],address)": anyone,
    "raiseReference(uint256,uint256)": anyone,
    "refreshTier(uint256)": anyone,
    "release(uint256,uint256,uint256)": sp,
    "review(uint256)": anyone,
    "setPayee(uint256,address)": sp,
    "writeOff(uint256)": anyone,
    "fallback()": anyone,
  },
  LoanEscrow: {
    "confirmWorker(uint256,uint256)": sp,
    "escrowMiner(uint256,uint256)": sp,
    "nameOwner(uint256,uint64,uint64)": byControl,
    "prove(uint256)": anyone,
    "reclaim(uint256)": anyone,
    "releaseMiner(uint256,uint256,uint64)": sp,
    "setControl(uint256,uint256,uint64,uint64[])": sp,
    "settleControl(uint64,uint256,uint64)": byControl,
    "fallback()": anyone,
  },
  LoanTerms: {
    ...ofRoles("LoanTerms"),
    "drawFixed(uint256,uint256,uint256,uint256)": sp,
    "fix(uint256,uint256,uint256)": sp,
    "floatDefaulted(uint256)": byItself,
    "mature(uint256)": anyone,
    "payFixed(uint256,uint256,uint256)": byItself,
    "repayFixed(uint256,address,uint256)": byItself,
    "roll(uint256,uint256,uint256)": sp,
    "unfix(uint256)": sp,
    "fallback()": anyone,
  },
  LoanTakeover: {
    ...ofRoles("LoanTakeover"),
    "openTakeover(uint256,uint64,uint256,uint256)": sp,
    "takeover(uint256,uint64)": anyone,
  },
  ControlAuction: {
    ...ofRoles("ControlAuction"),
    "end(uint64)": anyone,
    "initialize(address)": once,
    "kick(uint64)": anyone,
    "redirect(uint64,uint64)": owner,
    "restart(uint64)": anyone,
    "setAuthority(address)": authority,
    "take(uint64,uint256,uint64,bytes)": anyone,
    "receive()": { kind: "plain", from: "WFIL", error: "ControlAuction_UnexpectedFil" },
  },
  StripAuction: {
    ...ofRoles("StripAuction"),
    ...erc721,
    "buyIn(uint256)": anyone,
    "claim(uint256)": anyone,
    "end(uint256)": anyone,
    "initialize(address)": once,
    "kick(uint256)": anyone,
    "restart(uint256)": anyone,
    "setAuthority(address)": authority,
    "take(uint256,uint256,uint256,address,bytes)": anyone,
    "receive()": { kind: "plain", from: "nobody", error: "StripAuction_UnexpectedFil" },
  },
  PostedCollateral: {
    ...ofRoles("PostedCollateral"),
    "abandon(uint256,address)": sp,
    "initialize(address)": once,
    "kick(uint256,address)": anyone,
    "poke(address)": anyone,
    "post(uint256,address,uint256)": anyone,
    "setAuthority(address)": authority,
    "take(uint256,address,uint256,uint256,address,bytes)": anyone,
    "unpost(uint256,address,uint256,address)": sp,
    "receive()": { kind: "plain", from: "nobody", error: "PostedCollateral_UnexpectedFil" },
  },
  FuturesIndex: {
    ...ofRoles("FuturesIndex"),
    "initialize(address)": once,
    "observe(uint32)": anyone,
    "setAuthority(address)": authority,
  },
  FuturesClearing: {
    ...ofRoles("FuturesClearing"),
    "allocate(bytes32,uint256)": owner,
    "checkCanCall(address,bytes)": clearingByItself,
    "claim(bytes32,address)": anyone,
    "collectFees(address)": anyone,
    "deposit(address,uint256,address)": anyone,
    "fund(address,uint256)": owner,
    "initialize(address,address)": once,
    "recapitalise(bytes32,uint256)": owner,
    "setAuthority(address)": authority,
    "trade(bytes32,(address,bool,bool,uint16),(address,uint64,uint32,uint16,bool)[])": {
      kind: "contract",
      name: "a venue on its list",
      error: "FuturesClearing_NotVenue",
    },
    "withdraw(address,uint256,address)": owner,
    "fallback()": anyone,
  },
  FuturesDesk: { ...ofRoles("FuturesDesk"), "fallback()": anyone },
  FuturesDefaults: {
    "completeRelease(bytes32,address)": anyone,
    "cover(bytes32)": anyone,
    "flag(bytes32,address)": anyone,
    "liquidate(bytes32,address,uint256)": anyone,
    "refresh(bytes32)": anyone,
    "release(bytes32,uint256)": owner,
    "take(bytes32,uint256)": anyone,
    "unflag(bytes32,address)": anyone,
    "writeOff(bytes32,address)": anyone,
    "fallback()": anyone,
  },
  FuturesExchange: {
    "cancel(uint64)": owner,
    "cancelAll()": owner,
    "cancelRange(uint64,uint64)": owner,
    "fill((address,bytes32,bool,uint64,uint32,uint64,uint32,uint32,uint64,uint8,address,uint16)[],bytes[],uint64[],uint256,uint16,bool)":
      owner,
    // what both sides signed for, and nothing else
    "matchOrders((address,bytes32,bool,uint64,uint32,uint64,uint32,uint32,uint64,uint8,address,uint16),bytes,(address,bytes32,bool,uint64,uint32,uint64,uint32,uint32,uint64,uint8,address,uint16)[],bytes[],uint64[])":
      anyone,
  },
  FuturesSettlement: {
    ...ofRoles("FuturesSettlement"),
    "dispute(bytes32,uint32)": anyone,
    "finalise(bytes32)": anyone,
    "propose(bytes32)": anyone,
    "resolve(bytes32,address[])": anyone,
  },
  Reputation: {
    "credit(uint256)": anyone,
    "mark(uint256,address,uint8,uint256)": {
      kind: "contract",
      name: "LoanBook",
      error: "Reputation_NotLoanBook",
    },
  },
  SectorConditions: {
    ...ofRoles("SectorConditions"),
    "check(uint256,(uint64,uint32)[],bytes[])": anyone,
    "commit(uint256,(uint64,uint32)[])": sp,
    // miner actors alone count for anything; they tell of what they sealed
    "handle_filecoin_method(uint64,uint64,bytes)": anyone,
    "promiseMore(uint256,uint256,(uint8,uint32,uint128))": sp,
    "setAuthority(address)": authority,
  },
  CollateralAccount: {
    "approveBeneficiary(uint64,uint64,uint256,int64)": accountByBook,
    "changeOwner(uint64,uint64)": accountByBook,
    "changeWorker(uint64,uint64,uint64[])": accountByBook,
    "confirmWorker(uint64)": accountByBook,
    "pay(address,uint256)": accountByBook,
    "withdraw(uint64,uint256)": accountByBook,
  },
  RiskEngine: { ...ofRoles("RiskEngine"), "setAuthority(address)": authority },
  RateModel: {},
  MinerFacts: {},
  ReserveFund: {
    "cover(uint256)": { kind: "contract", name: "PledgeVault", error: "ReserveFund_NotAuthorised" },
    "deposit()": anyone,
    "payTip(address)": { kind: "contract", name: "StripAuction", error: "ReserveFund_NotAuthorised" },
    "skim()": anyone,
  },
  LoanLens: {
    "checkLiquidations(uint256,uint256)": anyone,
    "probe(address,bytes)": { kind: "contract", name: "LoanLens", error: "LoanLens_OnlySelf" },
  },
  AccountBeacon: {
    ...ofRoles("AccountBeacon"),
    "renounceOwnership()": admin,
    "transferOwnership(address)": admin,
  },
  PlimsollManager: {
    "cancel(address,address,bytes)": owner,
    // An account without code has no answer to give, so that the call ends without an error of its own.
    "consumeScheduledOp(address,bytes)": { kind: "contract", name: "the operation's target", error: "" },
    "execute(address,bytes)": owner,
    "finishSetUp()": { kind: "nobody", error: "PlimsollManager_NotDeployer" },
    "grantRole(uint64,address,uint32)": admin,
    "labelRole(uint64,string)": admin,
    "multicall(bytes[])": owner,
    "renounceRole(uint64,address)": owner,
    "revokeRole(uint64,address)": admin,
    "schedule(address,bytes,uint48)": owner,
    "setGrantDelay(uint64,uint32)": admin,
    "setRoleAdmin(uint64,uint64)": admin,
    "setRoleGuardian(uint64,uint64)": admin,
    "setTargetAdminDelay(address,uint32)": admin,
    "setTargetClosed(address,bool)": admin,
    "setTargetFunctionRole(address,bytes4[],uint64)": admin,
    "updateAuthority(address,address)": admin,
  },
  Bootstrap: { "upgradeToAndCall(address,bytes)": { kind: "nobody", error: "UUPSUnauthorizedCallContext" } },
  PlimsollProxy: { "fallback()": anyone },
};

/** Words for docs/roles.md. */
function who(caller: Caller): string {
  switch (caller.kind) {
    case "anyone":
      return "anyone";
    case "owner":
      return "anyone, over what is theirs or allowed to them";
    case "sp":
      return "the SP: holder of the loan's token or its operator";
    case "role":
      return `**${caller.role}**`;
    case "contract":
      return `only ${caller.name}`;
    case "nobody":
      return "nobody";
    case "plain":
      return `plain FIL: ${caller.from === "nobody" ? "refused" : `only from ${caller.from}`}`;
  }
}

const HEAD = `# Who may do what

<!-- Printed by \`hardhat roles-table\` from lib/access.ts and lib/roles.ts; a test compares it with the compiled contracts. -->

Every function that changes state, of every contract that is deployed. Whatever a role does passes through \`PlimsollManager\`, which
knows these roles and no others, and whose code sets the shortest notice:

| Role | Id | Notice at least | May |
|---|---|---|---|
| ADMIN | ${ROLE_IDS.ADMIN} | 7 days | grant and revoke roles, assign functions to roles |
| UPGRADER | ${ROLE_IDS.UPGRADER} | 7 days | replace implementations |
| RISK | ${ROLE_IDS.RISK} | 2 days | set parameters inside the hard bounds of the contracts |
| GUARDIAN | ${ROLE_IDS.GUARDIAN} | none | stop draws, attaches and new auctions for 7 days, then not again for 7 days; stop increases of a futures series for up to 7 days; cancel what UPGRADER and RISK scheduled |
| ARBITER | ${ROLE_IDS.ARBITER} | none | decide the price when a futures series' settlement is disputed |

No role can name a recipient of pool FIL, and nothing pauses repaying, curing, sweeping, claiming, redeeming or closing. A function of a
contract that answers to the manager and is not given to a role here needs ADMIN.
`;

/** docs/roles.md */
export function renderRoles(): string {
  const sections = Object.entries(ACCESS).map(([contract, table]) => {
    const rows = Object.entries(table)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([signature, caller]) => `| \`${signature}\` | ${who(caller)} |`);
    const body = rows.length === 0 ? ["Changes no state."] : ["| Function | Who |", "|---|---|", ...rows];
    return [`## ${contract}`, "", ...body, ""].join("\n");
  });
  return `${HEAD}\n${sections.join("\n")}`;
}
