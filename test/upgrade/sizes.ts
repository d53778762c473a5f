import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import hre, { artifacts } from "hardhat";

import { ARTIFACTS } from "../../lib/artifacts.js";
import { APPENDIX } from "../../lib/checks.js";

/** EIP-170, which the FVM applies too [bytes]. */
const MAX_SIZE = 24_576;

/** Opcodes that Filecoin's EVM lacks, and those that are banned here. */
const BANNED: Readonly<Record<number, string>> = {
  0x49: "BLOBHASH",
  0x4a: "BLOBBASEFEE",
  0xf2: "CALLCODE",
  0xff: "SELFDESTRUCT",
};

const JUMPDEST = 0x5b;
/** STOP, JUMP, RETURN, REVERT, INVALID, SELFDESTRUCT: what follows runs only from a JUMPDEST on, or is data. */
const ENDS: ReadonlySet<number> = new Set([0x00, 0x56, 0xf3, 0xfd, 0xfe, 0xff]);

/** The opcodes of a contract; data of PUSH instructions and between pieces of code left out. */
function opcodes(code: string): ReadonlySet<number> {
  const bytes = Buffer.from(code.replace(/^0x/, "").toLowerCase().replace(APPENDIX, "fe"), "hex");
  const found = new Set<number>();
  for (let i = 0; i < bytes.length; i++) {
    const opcode = bytes[i] ?? 0;
    found.add(opcode);
    if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f;
    else if (ENDS.has(opcode)) while (i + 1 < bytes.length && bytes[i + 1] !== JUMPDEST) i++;
  }
  return found;
}

/** Sources that are deployed on live networks and hold the pattern in their code, comments aside. */
function sourcesWith(pattern: RegExp): readonly string[] {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const files = readdirSync(join(root, "contracts"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".sol") && !file.startsWith("devnet"))
    .filter((file) =>
      pattern.test(readFileSync(join(root, "contracts", file), "utf8").replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, "")),
    )
    .map((file) => `contracts/${file}`)
    .sort();
}

describe("compiled contracts", () => {
  for (const [name, artifact] of Object.entries(ARTIFACTS)) {
    it(`E-12: ${name} is at most ${MAX_SIZE} bytes`, function () {
      if (hre.globalOptions.coverage) this.skip(); // instrumented code is not what is deployed
      const size = (artifact.deployedBytecode.length - 2) / 2;
      expect(size).to.be.greaterThan(0).and.at.most(MAX_SIZE);
    });

    it(`U-05: ${name} has no self-destruct and no opcode that Filecoin lacks`, () => {
      const found = opcodes(artifact.deployedBytecode);
      for (const [opcode, mnemonic] of Object.entries(BANNED))
        expect(found.has(Number(opcode)), mnemonic).to.equal(false);
    });
  }

  it("U-05: delegatecall is where it has to be, and its target is never a caller's choice", () => {
    const DELEGATECALL = 0xf4;
    const delegating = Object.entries(ARTIFACTS)
      .filter(([, { deployedBytecode }]) => opcodes(deployedBytecode).has(DELEGATECALL))
      .map(([name]) => name);
    expect(delegating.sort()).to.deep.equal([
      "Bootstrap", // the call that initialises an implementation, by the deployer
      "CollateralAccount", // actors, by a precompile
      "ControlAuction", // as PledgeVault
      "LoanBook", // LoanDesk, an immutable; the rest as for PledgeVault
      "LoanDesk", // LoanEscrow, an immutable; actors; the code of the beacon proxies that it creates
      "LoanEscrow", // LoanTerms, an immutable; actors, by a precompile
      "LoanTerms", // LoanTakeover, an immutable; actors, by a precompile
      "MinerFacts", // actors, by a precompile
      "PledgeVault", // PledgeVaultDesk, an immutable; actors, by a precompile; the call that initialises an implementation, by UPGRADER
      "PledgeVaultDesk", // actors, by a precompile
      "PlimsollManager", // multicall into itself
      "PlimsollProxy", // its implementation
      "PostedCollateral", // as PledgeVault
      "ReserveFund", // actors, by a precompile
      "SectorConditions", // actors, by a precompile
      "StripAuction", // as PledgeVault
    ]);
    // In source the word stands where the precompile and the desk are called, and nowhere else.
    expect(sourcesWith(/\bdelegatecall[({]/)).to.deep.equal([
      "contracts/filecoin/ActorCall.sol",
      "contracts/loans/LoanBook.sol",
      "contracts/loans/LoanDesk.sol",
      "contracts/loans/LoanEscrow.sol",
      "contracts/loans/LoanTerms.sol",
      "contracts/loans/PledgeVault.sol",
    ]);
    expect(sourcesWith(/\bselfdestruct\b|\bcallcode\b|functionDelegateCall/)).to.deep.equal([]);
  });

  it("E-12: the simulated Filecoin keeps to the limit as well", async function () {
    if (hre.globalOptions.coverage) this.skip();
    const names = [...(await artifacts.getAllFullyQualifiedNames())].filter((name) =>
      name.startsWith("contracts/devnet/"),
    );
    expect(names).to.have.length.greaterThan(5);
    for (const name of names) {
      const { deployedBytecode } = await artifacts.readArtifact(name);
      expect((deployedBytecode.length - 2) / 2, name).to.be.at.most(MAX_SIZE);
    }
  });

  it("tells an opcode from data", () => {
    expect(opcodes("0x60ff00").has(0xff)).to.equal(false);
    expect(opcodes("0x6000ff").has(0xff)).to.equal(true);
    expect(opcodes("0x7f" + "f2".repeat(32) + "49").has(0xf2)).to.equal(false);
    expect(opcodes("0x7f" + "f2".repeat(32) + "49").has(0x49)).to.equal(true);
    expect(opcodes("0x00a2646970667358221220" + "ff".repeat(32) + "64736f6c634300081e0033").has(0xff)).to.equal(false);
  });
});
