import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { AbiCoder, Interface, type ParamType, ZeroAddress } from "ethers";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { ACCESS, type Caller, renderRoles } from "../../lib/access.js";
import { ARTIFACTS, type ContractName } from "../../lib/artifacts.js";
import { deployAll, type DeployResult } from "../../lib/deployment.js";
import { holdersOf, ROLE_FUNCTIONS, ROLE_IDS, ROLE_NAMES, type RoleName } from "../../lib/roles.js";
import { EPOCHS_PER_DAY, FIL } from "../../src/config/index.js";

/** Not this repository's code on live networks, and free of roles. */
const FOREIGN: readonly ContractName[] = ["WFIL"];
const NAMES = (Object.keys(ARTIFACTS) as ContractName[]).filter((name) => !FOREIGN.includes(name));

/** Every error of the project, to read answers with. */
const ERRORS = new Interface(
  [
    ...new Set(
      Object.values(ARTIFACTS)
        .flatMap(({ abi }) => abi as ReadonlyArray<{ type: string }>)
        .filter(({ type }) => type === "error")
        .map((entry) => JSON.stringify(entry)),
    ),
  ].map((entry) => JSON.parse(entry) as object),
);

function interfaceOf(name: ContractName): Interface {
  return new Interface(ARTIFACTS[name].abi);
}

/** What others than the SP get, where it is not the loan book that tells them. */
const NOT_THE_SP: Partial<Readonly<Record<ContractName, string>>> = {
  // It looks for the token before it asks whose the loan is; none is listed here.
  PostedCollateral: "PostedCollateral_NotListed",
  SectorConditions: "SectorConditions_NotAuthorised",
};

/** What a role that acts at once is told next, where zeros are no arguments to act on. */
const NEXT_REFUSAL: Readonly<Record<string, string>> = {
  "arbitrate(bytes32,uint32)": "FuturesClearing_NotListed",
  "halt(bytes32,uint256)": "FuturesClearing_NotListed",
};

/** Parts that stand behind another contract's fallback. */
const PARTS: readonly ContractName[] = [
  "FuturesDefaults",
  "FuturesDesk",
  "FuturesSettlement",
  "LoanDesk",
  "LoanEscrow",
  "LoanTakeover",
  "LoanTerms",
  "PledgeVaultDesk",
];

/** Signatures of what changes state: functions, and the two that have no name. */
function changing(name: ContractName): readonly string[] {
  const functions = interfaceOf(name).fragments.flatMap((fragment) => {
    const entry = JSON.parse(fragment.format("json")) as { type: string; stateMutability?: string };
    if (entry.type === "fallback" || entry.type === "receive") return [`${entry.type}()`];
    const reads = entry.stateMutability === "view" || entry.stateMutability === "pure";
    return entry.type === "function" && !reads ? [fragment.format("sighash")] : [];
  });
  // A payable fallback alone appears once, with or without a receive function beside it.
  return [...new Set(functions)].sort();
}

describe("roles", () => {
  let connection: NetworkConnection<string>;
  let deployment: DeployResult;
  let account: string;
  const callers = new Map<RoleName | "stranger" | "deployer", string>();

  before(async () => {
    connection = (await hre.network.create()) as NetworkConnection<string>;
    deployment = await deployAll(connection);
    for (const role of ROLE_NAMES) callers.set(role, holdersOf(deployment.parameters, role).holders[0] ?? "");
    const signers = await connection.ethers.getSigners();
    callers.set("deployer", signers[0]?.address ?? "").set("stranger", signers[9]?.address ?? "");
    // One loan of somebody else's, so that its SP's functions have something to refuse.
    const now = BigInt(await connection.ethers.provider.getBlockNumber());
    const tranche = {
      amount: 500n * FIL,
      minPowerDelta: 1n << 35n,
      drawDeadline: now + EPOCHS_PER_DAY,
      proveEpochs: EPOCHS_PER_DAY,
    };
    const sp = signers[8];
    await (await deployment.contracts.book.connect(sp).open([tranche], sp?.address ?? "")).wait();
    account = (await deployment.contracts.book.loanOf(1n)).account;
  });

  after(() => connection.close());

  function addressOf(name: ContractName): string {
    const { addresses } = deployment;
    const at: Partial<Record<ContractName, string>> = {
      PledgeVault: addresses.vault,
      LoanBook: addresses.book,
      LoanDesk: addresses.book, // reached through the loan book's fallback
      PledgeVaultDesk: addresses.vault, // reached through the pool
      LoanEscrow: addresses.book, // reached through the desk's
      LoanTerms: addresses.book, // reached through the escrow's
      LoanTakeover: addresses.book, // reached through the terms'
      FuturesIndex: addresses.indices,
      FuturesClearing: addresses.futures,
      FuturesExchange: addresses.exchange,
      FuturesDesk: addresses.futures, // reached through the clearing's fallback
      FuturesDefaults: addresses.futures, // reached through the desk's
      FuturesSettlement: addresses.futures, // reached through theirs
      ControlAuction: addresses.control,
      StripAuction: addresses.auction,
      CollateralAccount: account,
      RiskEngine: addresses.risk,
      PostedCollateral: addresses.posted,
      RateModel: addresses.rateModel,
      Reputation: addresses.reputation,
      SectorConditions: addresses.conditions,
      MinerFacts: addresses.facts,
      ReserveFund: addresses.reserve,
      LoanLens: addresses.lens,
      AccountBeacon: addresses.beacon,
      PlimsollManager: addresses.manager,
    };
    return at[name] ?? "";
  }

  /** A value of a type: zero, but loan 1 and an address that exists. */
  function sample(input: ParamType): unknown {
    if (input.isArray()) return [];
    if (input.isTuple()) return input.components.map(sample);
    if (input.type === "address") return callers.get("stranger");
    if (input.type === "bool") return false;
    if (input.type === "string") return "";
    if (input.type === "bytes") return "0x";
    if (input.type.startsWith("bytes")) return `0x${"00".repeat(Number(input.type.slice(5)))}`;
    return input.name === "loanId" ? 1n : 0n;
  }

  function calldata(name: ContractName, signature: string): string {
    const fragment = interfaceOf(name).getFunction(signature);
    if (fragment === null) throw new RangeError(`no function ${signature} in ${name}`);
    return interfaceOf(name).encodeFunctionData(fragment, fragment.inputs.map(sample));
  }

  /** Name of the error that a call ends with, `undefined` when it succeeds. */
  async function outcome(from: string, to: string, data: string, value = 0n): Promise<string | undefined> {
    try {
      await connection.provider.request({
        method: "eth_call",
        params: [{ from, to, data, value: `0x${value.toString(16)}` }, "latest"],
      });
      return undefined;
    } catch (error) {
      const raw = (error as { data?: string | { data?: string } }).data;
      const bytes = typeof raw === "string" ? raw : (raw?.data ?? "0x");
      if (bytes === "0x") return "";
      return (
        ERRORS.parseError(bytes)?.name ??
        (AbiCoder.defaultAbiCoder().decode(["string"], `0x${bytes.slice(10)}`)[0] as string)
      );
    }
  }

  /** What a role gets who may, and what one gets who may not, by how the contract asks. */
  function answers(name: ContractName): { readonly waiting: string; readonly refused: string } {
    if (name === "PlimsollManager")
      return { waiting: "AccessManagerNotScheduled", refused: "AccessManagerUnauthorizedAccount" };
    if (name === "AccountBeacon")
      return { waiting: "AccessManagerNotScheduled", refused: "AccessManagerUnauthorizedCall" };
    return { waiting: "AccessManagerNotScheduled", refused: "AccessManagedUnauthorized" };
  }

  /** Calls a function as everybody; the beacon's through the manager that owns it. */
  async function check(name: ContractName, signature: string, caller: Caller): Promise<void> {
    const own = calldata(name, signature);
    const { manager } = deployment.contracts;
    const throughManager = name === "AccountBeacon";
    const to = throughManager ? deployment.addresses.manager : addressOf(name);
    const data = throughManager ? manager.interface.encodeFunctionData("execute", [addressOf(name), own]) : own;
    const { waiting, refused } = answers(name);
    for (const [who, from] of callers) {
      const got = await outcome(from, to, data);
      const label = `${name}.${signature} as ${who}`;
      if (caller.kind === "role") {
        // The local governor holds ADMIN and UPGRADER both.
        const holds = holdersOf(deployment.parameters, caller.role).holders.some((holder) => holder === from);
        const atOnce = caller.role === "GUARDIAN" || caller.role === "ARBITER";
        const expected = holds ? (atOnce ? NEXT_REFUSAL[signature] : waiting) : refused;
        expect(got, label).to.equal(expected);
        if (throughManager)
          expect(await outcome(from, addressOf(name), own), label).to.equal("OwnableUnauthorizedAccount");
      } else if (caller.kind === "contract" || caller.kind === "nobody") {
        const finished = who === "deployer" && signature === "finishSetUp()";
        expect(got, label).to.equal(finished ? "PlimsollManager_SetUpFinished" : caller.error);
      } else if (caller.kind === "sp") {
        expect(got, label).to.equal(NOT_THE_SP[name] ?? "LoanBook_NotAuthorised");
      } else {
        expect(
          [refused, "LoanBook_NotAuthorised", "LoanBook_OnlyContract", "PledgeVault_NotLoanBook"],
          label,
        ).not.to.include(got);
      }
    }
  }

  it("U-11: the table has every function that changes state, and no other", () => {
    expect(Object.keys(ACCESS).sort()).to.deep.equal([...NAMES].sort());
    for (const name of NAMES) expect(Object.keys(ACCESS[name] ?? {}).sort(), name).to.deep.equal(changing(name));
  });

  for (const name of NAMES) {
    const table = Object.entries(ACCESS[name] ?? {});
    if (table.length === 0 || name === "PlimsollProxy" || name === "Bootstrap") continue;
    it(`U-11: ${name} answers each caller as the table says`, async () => {
      for (const [signature, caller] of table) {
        if (signature === "fallback()") continue;
        if (caller.kind === "plain") {
          for (const from of callers.values())
            expect(await outcome(from, addressOf(name), "0x", 1n)).to.equal(caller.error);
        } else await check(name, signature, caller);
      }
    });
  }

  it("U-11: no other function is given to a role", async () => {
    const { manager } = deployment.contracts;
    for (const name of NAMES) {
      if (addressOf(name) === "" || PARTS.includes(name)) continue;
      for (const fragment of interfaceOf(name).fragments) {
        if (fragment.type !== "function") continue;
        const signature = fragment.format("sighash");
        const selector = interfaceOf(name).getFunction(signature)?.selector ?? "";
        const role =
          ROLE_FUNCTIONS.find((entry) => entry.contract === name && entry.signature === signature)?.role ?? "ADMIN";
        expect(await manager.getTargetFunctionRole(addressOf(name), selector), `${name}.${signature}`).to.equal(
          ROLE_IDS[role],
        );
      }
    }
  });

  it("P-04: the arbiter chooses a price, and does nothing else", () => {
    const functions = ROLE_FUNCTIONS.filter(({ role }) => role === "ARBITER").map(({ signature }) => signature);
    expect(functions).to.deep.equal(["arbitrate(bytes32,uint32)"]);
  });

  it("P-04: the guardian's functions are the pauses", () => {
    const functions = ROLE_FUNCTIONS.filter(({ role }) => role === "GUARDIAN").map(({ signature }) => signature);
    expect(functions.sort()).to.deep.equal([
      "halt(bytes32,uint256)",
      "pauseAttaches()",
      "pauseAuctions()",
      "pauseAuctions()",
      "pauseDraws()",
      "pausePostedAuctions()",
    ]);
  });

  it("U-11: docs/roles.md is the table", () => {
    expect(readFileSync(join(hre.config.paths.root, "docs", "roles.md"), "utf8")).to.equal(renderRoles());
  });

  it("U-11: the zero address holds no role", async () => {
    for (const id of Object.values(ROLE_IDS)) {
      const [isMember] = await deployment.contracts.manager.hasRole(id, ZeroAddress);
      expect(isMember).to.equal(false);
    }
  });
});
