import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { Contract, Interface, type InterfaceAbi } from "ethers";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { ARTIFACTS, type ContractName } from "../../lib/artifacts.js";
import { deployAll, type DeployResult } from "../../lib/deployment.js";
import { LayoutCompiler } from "../../lib/layout-compiler.js";
import {
  differences,
  erc7201Slot,
  folderOf,
  type StorageLayout,
  UPGRADEABLE,
  UPGRADEABLE_SOURCES,
} from "../../lib/storage-layout.js";
import { UpgradeChecks } from "../helpers/upgrade-safety.js";

const PROXIED = [
  "PledgeVault",
  "LoanBook",
  "StripAuction",
  "PostedCollateral",
  "ControlAuction",
  "FuturesIndex",
  "FuturesClearing",
] as const;
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
/** Of ERC-7201 openzeppelin.storage.Initializable. */
const INITIALIZABLE_SLOT = erc7201Slot("openzeppelin.storage.Initializable");
const { root } = hre.config.paths;

/** Calls of every function that initialises, with arguments that would do harm. */
function initialisers(name: ContractName, attacker: string): readonly string[] {
  const abi = new Interface(ARTIFACTS[name].abi as InterfaceAbi);
  const calls: string[] = [];
  abi.forEachFunction((fragment) => {
    if (!/^(re)?initiali[sz]e/i.test(fragment.name)) return;
    const args = fragment.inputs.map((input) => (input.type === "address" ? attacker : 1_000n * 10n ** 18n));
    calls.push(abi.encodeFunctionData(fragment, args));
  });
  return calls;
}

/** Compiled once, used twice. */
let compiledLayouts: readonly StorageLayout[] | undefined;
const layouts = (): readonly StorageLayout[] =>
  (compiledLayouts ??= new LayoutCompiler(root).layouts(UPGRADEABLE_SOURCES));

describe("implementations and proxies", () => {
  let connection: NetworkConnection<string>;
  let deployment: DeployResult;
  let proxies: Record<(typeof PROXIED)[number], string>;
  let attacker: Awaited<ReturnType<NetworkConnection<string>["ethers"]["getSigner"]>>;

  before(async () => {
    connection = (await hre.network.create()) as NetworkConnection<string>;
    deployment = await deployAll(connection);
    const { vault, book, auction, posted, control, indices, futures } = deployment.addresses;
    proxies = {
      PledgeVault: vault,
      LoanBook: book,
      StripAuction: auction,
      PostedCollateral: posted,
      ControlAuction: control,
      FuturesIndex: indices,
      FuturesClearing: futures,
    };
    const signers = await connection.ethers.getSigners();
    const last = signers[9];
    if (last === undefined) throw new RangeError("expected 10 accounts");
    attacker = last;
  });

  after(() => connection.close());

  async function implementationOf(proxy: string): Promise<string> {
    return `0x${(await connection.ethers.provider.getStorage(proxy, IMPLEMENTATION_SLOT)).slice(-40)}`;
  }

  for (const name of PROXIED) {
    const contractAt = (address: string) => new Contract(address, ARTIFACTS[name].abi as InterfaceAbi, attacker);

    it(`U-01: nobody initialises the implementation of ${name}`, async () => {
      const implementation = await implementationOf(proxies[name]);
      const calls = initialisers(name, attacker.address);
      expect(calls).to.have.length.greaterThan(0);
      for (const data of calls) {
        await expect(attacker.sendTransaction({ to: implementation, data })).to.be.revertedWithCustomError(
          contractAt(implementation),
          "InvalidInitialization",
        );
      }
      const version = await connection.ethers.provider.getStorage(implementation, INITIALIZABLE_SLOT);
      expect(BigInt(version), "initialisers disabled").to.equal(2n ** 64n - 1n);
    });

    it(`U-02: nobody initialises the proxy of ${name} again`, async () => {
      for (const data of initialisers(name, attacker.address)) {
        await expect(attacker.sendTransaction({ to: proxies[name], data })).to.be.revertedWithCustomError(
          contractAt(proxies[name]),
          "InvalidInitialization",
        );
      }
      expect(BigInt(await connection.ethers.provider.getStorage(proxies[name], INITIALIZABLE_SLOT))).to.equal(1n);
    });

    it(`U-06: nobody but UPGRADER upgrades ${name}, and not before its delay`, async () => {
      const target = contractAt(proxies[name]);
      const { admin, upgrader, risk, guardian } = deployment.parameters.roles;
      for (const from of [attacker.address, risk[0], guardian[0]]) {
        const signer = await connection.ethers.getSigner(from ?? "");
        await expect((target.connect(signer) as Contract).getFunction("upgradeToAndCall")(attacker.address, "0x"))
          .to.be.revertedWithCustomError(target, "AccessManagedUnauthorized")
          .withArgs(from);
      }
      for (const from of new Set([...admin, ...upgrader])) {
        const signer = await connection.ethers.getSigner(from);
        await expect(
          (target.connect(signer) as Contract).getFunction("upgradeToAndCall")(attacker.address, "0x"),
        ).to.be.revertedWithCustomError(deployment.contracts.manager, "AccessManagerNotScheduled");
      }
    });

    it(`U-14: ${name} is initialised in the transaction that gives it its implementation`, async () => {
      const upgraded = new Interface(["event Upgraded(address indexed implementation)"]).getEvent("Upgraded");
      const initialized = new Interface(["event Initialized(uint64 version)"]).getEvent("Initialized");
      const logs = await connection.ethers.provider.getLogs({ address: proxies[name], fromBlock: 0 });
      const [first, second, ...more] = logs.filter(({ topics }) => topics[0] === upgraded?.topicHash);
      const starts = logs.filter(({ topics }) => topics[0] === initialized?.topicHash);
      expect(more).to.deep.equal([]);
      expect(starts.map(({ transactionHash }) => transactionHash)).to.deep.equal([second?.transactionHash]);
      // Before that it ran Bootstrap, which only the deployer could upgrade: test/unit/governance/Bootstrap.t.sol.
      expect(first?.transactionHash).not.to.equal(second?.transactionHash);
    });
  }

  it("U-01: a proxy that is not in use yet has nothing to initialise and obeys the deployer alone", async () => {
    const fresh = (await hre.network.create()) as NetworkConnection<string>;
    const { runDeploy } = await import("../../lib/run.js");
    const { env } = await runDeploy(fresh, { parameters: deployment.parameters, save: false, tags: ["proxies"] });
    const stranger = (await fresh.ethers.getSigners())[9];
    const bootstrap = new Interface(ARTIFACTS.Bootstrap.abi as InterfaceAbi);
    for (const name of PROXIED) {
      const to = env.get(`${name}_Proxy`).address;
      for (const data of initialisers(name, attacker.address)) {
        await expect(stranger?.sendTransaction({ to, data })).to.be.revert(fresh.ethers);
      }
      const data = bootstrap.encodeFunctionData("upgradeToAndCall", [stranger?.address, "0x"]);
      await expect(stranger?.sendTransaction({ to, data }))
        .to.be.revertedWithCustomError(new Contract(to, bootstrap, stranger), "Bootstrap_NotDeployer")
        .withArgs((await fresh.ethers.getSigners())[0]?.address, stranger?.address);
    }
    await fresh.close();
  });

  it("U-04: no selector of a proxy, a half or an implementation stands twice", () => {
    const selectors = (name: ContractName): readonly string[] => {
      const found: string[] = [];
      new Interface(ARTIFACTS[name].abi as InterfaceAbi).forEachFunction(({ selector }) => found.push(selector));
      return found;
    };
    expect(selectors("PlimsollProxy"), "the proxy has no function of its own").to.deep.equal([]);
    for (const name of Object.keys(ARTIFACTS) as ContractName[]) {
      expect(new Set(selectors(name)).size, name).to.equal(selectors(name).length);
    }
    // LoanDesk stands behind LoanBook's fallback, LoanEscrow behind LoanDesk's, LoanTerms behind LoanEscrow's, and so with the clearing of
    // futures: what two have, only the first would answer.
    for (const [whole, ...parts] of [
      ["LoanBook", "LoanDesk", "LoanEscrow", "LoanTerms"],
      ["FuturesClearing", "FuturesDesk", "FuturesDefaults", "FuturesSettlement"],
    ] as const) {
      const taken = new Set(selectors(whole));
      for (const part of parts) {
        expect(
          selectors(part).filter((selector) => taken.has(selector)),
          part,
        ).to.deep.equal([]);
        for (const selector of selectors(part)) taken.add(selector);
      }
    }
  });

  it("U-09: implementations keep nothing in linear slots and no state from their construction", async () => {
    for (const layout of layouts()) {
      expect(layout.linear, layout.contract).to.deep.equal([]);
    }
    for (const name of PROXIED) {
      const implementation = await implementationOf(proxies[name]);
      for (const slot of [0n, 1n, 2n]) {
        expect(BigInt(await connection.ethers.provider.getStorage(implementation, slot)), name).to.equal(0n);
      }
    }
  });
});

describe("storage layouts", () => {
  const recorded = (contract: string): StorageLayout =>
    JSON.parse(readFileSync(join(root, "storage-layouts", `${contract}.json`), "utf8")) as StorageLayout;

  it("U-03: the layouts are those on record", () => {
    const lines = layouts().flatMap((layout) =>
      differences(recorded(layout.contract), layout).map((line) => `${layout.contract}: ${line}`),
    );
    expect(lines).to.deep.equal([]);
    expect(readdirSync(join(root, "storage-layouts")).sort()).to.deep.equal(
      UPGRADEABLE.map((name) => `${name}.json`).sort(),
    );
  });

  it("U-03: all parts of the loan book see the same storage", () => {
    const id = "erc7201:plimsoll.storage.LoanBook";
    const book = recorded("LoanBook");
    for (const part of [recorded("LoanDesk"), recorded("LoanEscrow"), recorded("LoanTerms")]) {
      expect(part.namespaces[id]).to.deep.equal(book.namespaces[id]);
      expect(part.structs).to.deep.equal(book.structs);
      expect(Object.keys(part.namespaces), "and no other").to.deep.equal([id]);
    }
  });

  it("U-03: all parts of the futures' clearing see the same storage", () => {
    const id = "erc7201:plimsoll.storage.FuturesClearing";
    const clearing = recorded("FuturesClearing");
    for (const part of ["FuturesDesk", "FuturesDefaults", "FuturesSettlement"].map(recorded)) {
      expect(part.namespaces[id]).to.deep.equal(clearing.namespaces[id]);
      expect(part.structs).to.deep.equal(clearing.structs);
      expect(Object.keys(part.namespaces), "and no other").to.deep.equal([id]);
    }
  });

  it("U-03: both halves of the pool see the same storage", () => {
    const [vault, desk] = [recorded("PledgeVault"), recorded("PledgeVaultDesk")];
    for (const id of Object.keys(desk.namespaces)) expect(desk.namespaces[id], id).to.deep.equal(vault.namespaces[id]);
    expect(Object.keys(desk.namespaces).sort(), "and the desk no other").to.deep.equal([
      "erc7201:plimsoll.storage.FlowLimits",
      "erc7201:plimsoll.storage.PledgeVault",
      "erc7201:plimsoll.storage.RedeemQueue",
    ]);
  });

  it("U-03: the slot in the source of each namespace is the one its name gives", () => {
    const sources = readdirSync(join(root, "contracts"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".sol"))
      .map((file) => readFileSync(join(root, "contracts", file), "utf8"));
    const ids = sources.flatMap((text) =>
      [...text.matchAll(/erc7201:(plimsoll\.storage\.\w+)/g)].map(([, id]) => id ?? ""),
    );
    expect(ids).to.include.members([
      "plimsoll.storage.PledgeVault",
      "plimsoll.storage.LoanBook",
      "plimsoll.storage.StripAuction",
      "plimsoll.storage.PostedCollateral",
      "plimsoll.storage.ControlAuction",
      "plimsoll.storage.FuturesIndex",
      "plimsoll.storage.FuturesClearing",
    ]);
    for (const id of ids)
      expect(
        sources.some((text) => text.includes(erc7201Slot(id))),
        id,
      ).to.equal(true);
    expect(erc7201Slot("example.main"), "ERC-7201's own example").to.equal(
      "0x183a6125c38840424c4a85fa12bab2ab606c4b6d0e7cc73c0c06ba5300eab500",
    );
  });

  it("U-03: a comparison sees a field that was added, moved or retyped", () => {
    const path = "test/upgrade/LayoutFixtures.sol";
    const names = ["LayoutFirst", "LayoutAppended", "LayoutInserted", "LayoutReordered"];
    const [first, ...others] = new LayoutCompiler(root).layouts({ [path]: names });
    if (first === undefined) throw new RangeError("expected a layout");
    expect(differences(first, first)).to.deep.equal([]);
    const counts = others.map((layout) => differences(first, layout).length);
    expect(counts).to.deep.equal([1, 3, 2]);
  });
});

describe("upgrade checks of OpenZeppelin", () => {
  const KINDS = {
    PledgeVault: "uups",
    LoanBook: "uups",
    StripAuction: "uups",
    PostedCollateral: "uups",
    ControlAuction: "uups",
    FuturesIndex: "uups",
    FuturesClearing: "uups",
    CollateralAccount: "beacon",
  } as const;
  const names = Object.keys(KINDS) as Array<keyof typeof KINDS>;
  const FIXTURES = "test/upgrade/LayoutFixtures.sol";
  let checks: UpgradeChecks;

  before(() => {
    const paths = names.flatMap((name) => [`contracts/${folderOf(name)}/${name}.sol`, `test/upgrade/${name}Next.sol`]);
    checks = UpgradeChecks.of(root, [...paths, "contracts/governance/Bootstrap.sol", FIXTURES]);
  });

  for (const name of names) {
    it(`U-09: ${name} is a safe implementation`, () => checks.assertSafe(name, KINDS[name]));

    it(`U-03: ${name} can be followed by ${name}Next`, () => checks.assertFollows(name, `${name}Next`, KINDS[name]));
  }

  it("U-09: Bootstrap is a safe implementation", () => checks.assertSafe("Bootstrap", "uups"));

  it("U-03: a field at the end passes, one in the middle or another order does not", () => {
    checks.assertFollows("LayoutFirst", "LayoutAppended", "uups");
    for (const name of ["LayoutInserted", "LayoutReordered"]) {
      expect(() => checks.assertFollows("LayoutFirst", name, "uups"), name).to.throw(
        /New storage layout is incompatible/,
      );
    }
  });

  it("U-03: one contract cannot follow another", () => {
    expect(() => checks.assertFollows("PledgeVault", "StripAuction", "uups")).to.throw(
      /New storage layout is incompatible/,
    );
  });

  it("U-09: state set at construction is seen", () => {
    expect(() => checks.assertSafe("StatefulImplementation", "uups")).to.throw(/initial value/);
  });
});
