import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { sourceFiles } from "../../../scripts/docs/files.js";

const root = process.cwd();

/** Files of the protocol in which a pattern occurs outside comments; the simulated Filecoin is no part of it. */
function filesWith(pattern: RegExp): readonly string[] {
  return sourceFiles(root, "contracts", [".sol"])
    .filter(({ path }) => !path.startsWith("contracts/devnet/"))
    .filter(({ text }) => pattern.test(text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "")))
    .map(({ path }) => path);
}

describe("the protocol's sources", function () {
  it("E-01, E-04: name no amount of gas and use neither transfer nor send of an address", function () {
    expect(filesWith(/\{[^{}]*\bgas\s*:|\bgasleft\(|payable\([^()]*\)\s*\.\s*(transfer|send)\(/)).to.deep.equal([]);
  });

  it("E-01: look at the gas that is left in one place, where a stranger's feed is read", function () {
    expect(filesWith(/\bgas\(\)\s*,\s*add\(|\blt\(gas\(\)|\bgt\(gas\(\)/)).to.deep.equal([
      "contracts/oracles/GuardedRead.sol",
    ]);
  });

  it("E-05: decide nothing by an address having code", function () {
    // The auctions ask only to name the error: a taker without code, and a native actor, whose code counts 1, both fail in the call.
    // The clearing asks only RISK's lists for a slip of the pen: a token or venue without code is nobody's, and one with code is trusted for no more.
    const naming = [
      "contracts/futures/FuturesDesk.sol",
      "contracts/loans/ControlAuction.sol",
      "contracts/loans/StripAuction.sol",
    ];
    expect(filesWith(/\.code\b|\.codehash\b|\bextcode(size|hash|copy)\b|\bisContract\(/)).to.deep.equal(naming);
  });

  it("G-04: never look at tx.origin", function () {
    expect(filesWith(/\btx\s*\.\s*origin\b|\borigin\(\)/)).to.deep.equal([]);
  });

  it("import by name", function () {
    expect(filesWith(/^\s*import\s+(?:"|\*)/m)).to.deep.equal([]);
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
