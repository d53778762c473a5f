import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { AbiCoder, id, Interface, type InterfaceAbi, keccak256, toBeHex } from "ethers";
import hre from "hardhat";

import { sourceFiles } from "../../../scripts/docs/files.js";

const root = process.cwd();
const CODE_LIMIT = 24_576;
const SLOT_MASK = (1n << 256n) - 256n;

/** The protocol's sources without comments; the simulated Filecoin is no part of it. */
function protocolSources(): ReadonlyArray<{ readonly path: string; readonly code: string }> {
  return sourceFiles(root, "contracts", [".sol"])
    .filter(({ path }) => !path.startsWith("contracts/devnet/"))
    .map(({ path, text }) => ({ path, code: text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "") }));
}

/** Files in which a pattern occurs outside comments. */
function filesWith(pattern: RegExp): readonly string[] {
  return protocolSources()
    .filter(({ code }) => pattern.test(code))
    .map(({ path }) => path);
}

interface Compiled {
  readonly name: string;
  readonly abi: InterfaceAbi;
  readonly deployedBytecode: string;
}

async function protocolArtifacts(): Promise<readonly Compiled[]> {
  const names = [...(await hre.artifacts.getAllFullyQualifiedNames())];
  const own = names.filter((name) => name.startsWith("contracts/") && !name.startsWith("contracts/devnet/"));
  const artifacts = await Promise.all(own.map((name) => hre.artifacts.readArtifact(name)));
  return artifacts.map(({ contractName, abi, deployedBytecode }) => ({
    name: contractName,
    abi: abi as InterfaceAbi,
    deployedBytecode,
  }));
}

function selectorsOf(abi: InterfaceAbi): ReadonlyMap<string, string> {
  const selectors = new Map<string, string>();
  new Interface(abi).forEachFunction((fragment) => selectors.set(fragment.selector, fragment.format("sighash")));
  return selectors;
}

describe("the protocol's sources", function () {
  it("E-01, E-04: name no amount of gas and use neither transfer nor send of an address", function () {
    expect(filesWith(/\{[^{}]*\bgas\s*:|\bgasleft\(|payable\([^()]*\)\s*\.\s*(transfer|send)\(/)).to.deep.equal([]);
  });

  it("E-05: decide nothing by an address having code", function () {
    // The auction asks only to name the error: a taker without code, and a native actor, whose code counts 1, both fail in the call.
    const naming = ["contracts/loans/StripAuction.sol"];
    expect(filesWith(/\.code\b|\.codehash\b|\bextcode(size|hash|copy)\b|\bisContract\(/)).to.deep.equal(naming);
  });

  it("G-04: never look at tx.origin", function () {
    expect(filesWith(/\btx\s*\.\s*origin\b|\borigin\(\)/)).to.deep.equal([]);
  });

  it("U-05: delegate only to the precompiles and to the desk, and never self-destruct", function () {
    expect(filesWith(/\bdelegatecall\b/)).to.deep.equal([
      "contracts/filecoin/ActorCall.sol",
      "contracts/loans/LoanBook.sol",
    ]);
    expect(filesWith(/\bselfdestruct\b|\bcallcode\b/)).to.deep.equal([]);
  });

  it("use no opcode that Filecoin lacks", function () {
    expect(filesWith(/\bblobhash\b|\bblobbasefee\b|\bcallcode\b/)).to.deep.equal([]);
  });

  it("U-03: keep upgradeable storage at the slot that ERC-7201 derives from its name", function () {
    const found = sourceFiles(root, "contracts", [".sol"]).flatMap(({ path, text }) => {
      const name = /@custom:storage-location erc7201:(\S+)/.exec(text)?.[1];
      return name === undefined ? [] : [{ path, name, slot: /= (0x[0-9a-f]{64});/.exec(text)?.[1] }];
    });
    expect(found.map(({ name }) => name)).to.include.members([
      "plimsoll.storage.LoanBook",
      "plimsoll.storage.PledgeVault",
      "plimsoll.storage.StripAuction",
    ]);
    for (const { path, name, slot } of found) {
      const hash = BigInt(id(name)) - 1n;
      const derived = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256"], [hash]))) & SLOT_MASK;
      expect(slot, path).to.equal(toBeHex(derived, 32));
    }
  });
});

describe("the protocol's contracts", function () {
  before(function () {
    // Without the optimizer, sizes are not those of the release.
    if (process.env.PLIMSOLL_FAST === "1" || hre.globalOptions.coverage) this.skip();
  });

  it("E-12: fit into 24,576 bytes", async function () {
    const tooLong = (await protocolArtifacts())
      .map(({ name, deployedBytecode }) => ({ name, size: (deployedBytecode.length - 2) / 2 }))
      .filter(({ size }) => size > CODE_LIMIT);
    expect(tooLong).to.deep.equal([]);
  });

  it("U-04: the ledger and the desk share no function, so none hides another", async function () {
    const artifacts = await protocolArtifacts();
    const of = (wanted: string): ReadonlyMap<string, string> =>
      selectorsOf(artifacts.find(({ name }) => name === wanted)?.abi ?? []);
    const [book, desk] = [of("LoanBook"), of("LoanDesk")];
    expect(book.size).to.be.greaterThan(0);
    expect(desk.size).to.be.greaterThan(0);
    expect([...desk].filter(([selector]) => book.has(selector)).map(([, signature]) => signature)).to.deep.equal([]);
  });

  it("U-04: the loan book's interface is what ledger and desk answer together", async function () {
    const artifacts = await protocolArtifacts();
    const of = (wanted: string): ReadonlyMap<string, string> =>
      selectorsOf(artifacts.find(({ name }) => name === wanted)?.abi ?? []);
    const answered = new Set([...of("LoanBook").keys(), ...of("LoanDesk").keys()]);
    expect(
      [...of("ILoanBook")].filter(([selector]) => !answered.has(selector)).map(([, signature]) => signature),
    ).to.deep.equal([]);
  });

  it("U-04: proxies have no function of their own", async function () {
    const proxy = (await protocolArtifacts()).find(({ name }) => name === "PlimsollProxy");
    expect([...selectorsOf(proxy?.abi ?? []).values()]).to.deep.equal([]);
  });
});

describe("the repository", function () {
  it("locks one set of packages for all platforms", function () {
    const lock = readFileSync(join(root, "package-lock.json"), "utf8");
    expect(lock.match(/"node_modules\/@nomicfoundation\/edr-[a-z0-9-]+"/g)).to.have.length(7);
    expect(lock).to.not.include('"resolved"');
  });

  it("pins every package exactly", function () {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    ) as Record<string, Record<string, string>>;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).to.deep.equal([]);
  });
});
