import { readFile } from "node:fs/promises";

import { expect } from "chai";
import { AbiCoder, ErrorFragment, Interface, type JsonFragment } from "ethers";
import hre from "hardhat";

import {
  CATALOGUE,
  CATALOGUE_INTERFACE,
  ContractRevertError,
  explainError,
  explainRevert,
  revertDataOf,
} from "../../../src/sdk/index.js";

/** Signature without names, as Solidity hashes it. */
const signature = (fragment: ErrorFragment): string => fragment.format("sighash");

/** Errors that only the simulated Filecoin raises, to whoever drives it; no call of the contracts ends in them. */
const SIMULATION = /^contracts\/devnet\/(?!WFIL)/;

async function errorsOfContracts(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
    if (!name.startsWith("contracts/") || SIMULATION.test(name)) continue;
    const artifact = JSON.parse(await readFile(await hre.artifacts.getArtifactPath(name), "utf8")) as {
      readonly abi: readonly JsonFragment[];
    };
    for (const entry of artifact.abi) {
      if (entry.type === "error") found.set(signature(ErrorFragment.from(entry)), name);
    }
  }
  return found;
}

/** A value of any ABI type, for filling in errors. */
function sample(type: string, components: readonly { readonly type: string }[] | null): unknown {
  if (type === "tuple") return (components ?? []).map((component) => sample(component.type, null));
  if (type === "address") return "0x00000000000000000000000000000000000000AA";
  if (type === "bool") return true;
  if (type === "string") return "text";
  if (type === "bytes") return "0x0102";
  if (type.startsWith("bytes")) return `0x${"61".repeat(Number(type.slice(5)))}`;
  return 3n;
}

describe("SDK: errors", () => {
  it("has an explanation for every custom error of every contract", async () => {
    const errors = await errorsOfContracts();
    expect(errors.size).to.be.greaterThan(100);
    const known = new Set(Object.keys(CATALOGUE).map((text) => signature(ErrorFragment.from(`error ${text}`))));
    const missing = [...errors]
      .filter(([error]) => !known.has(error))
      .map(([error, contract]) => `${error} in ${contract}`);
    expect(missing).to.deep.equal([]);
  });

  it("has no explanation for an error of ours that no contract raises", async () => {
    const errors = await errorsOfContracts();
    const stale = Object.keys(CATALOGUE)
      .map((text) => signature(ErrorFragment.from(`error ${text}`)))
      .filter((text) => /^[A-Za-z]+_[A-Za-z]+\(/.test(text) && !errors.has(text));
    expect(stale).to.deep.equal([]);
  });

  for (const text of Object.keys(CATALOGUE)) {
    const name = text.slice(0, text.indexOf("("));
    it(`explains ${name} with a sentence, expected and actual values or a next step`, () => {
      const fragment = ErrorFragment.from(`error ${text}`);
      const values = fragment.inputs.map((input) =>
        sample(input.baseType === "tuple" ? "tuple" : input.type, input.components),
      );
      const explained = explainRevert(
        fragment.selector + AbiCoder.defaultAbiCoder().encode(fragment.inputs, values).slice(2),
      );
      expect(explained.code).to.equal(name);
      expect(explained.message).to.match(/\S.{8,}/);
      expect(explained.message).not.to.match(/undefined|\[object/);
      for (const input of fragment.inputs) expect(explained.args).to.have.property(input.name);
      if (
        /^(LoanBook|PledgeVault|StripAuction|RiskEngine|ReserveFund|CollateralAccount)_/.test(name) &&
        fragment.inputs.length > 0
      ) {
        expect(explained.limit ?? explained.actual, "limit or actual value")
          .to.be.a("string")
          .and.not.equal("");
      }
    });
  }

  it("shows values in their units", () => {
    const data = CATALOGUE_INTERFACE.encodeErrorResult("LoanBook_DrawTest", [7n, 10n ** 18n, 15n * 10n ** 17n]);
    const explained = explainRevert(data);
    expect(explained.limit).to.contain("1 FIL");
    expect(explained.actual).to.contain("1.5 FIL");
    expect(explained.next).to.deep.equal(["npx hardhat loan preview 7", "npx hardhat loan repay 7 AMOUNT"]);
  });

  it("names covenants and states", () => {
    const broken = explainRevert(CATALOGUE_INTERFACE.encodeErrorResult("LoanBook_CovenantBroken", [7n, 2n]));
    expect(broken.actual).to.equal("FaultRatio");
    const state = explainRevert(CATALOGUE_INTERFACE.encodeErrorResult("LoanBook_WrongState", [7n, 3n]));
    expect(state.actual).to.equal("Call");
  });

  it("keeps data it does not know, and says so", () => {
    expect(explainRevert("0xdeadbeef").code).to.equal("UNKNOWN_REVERT");
    expect(explainRevert("0xdeadbeef").actual).to.equal("0xdeadbeef");
    expect(explainRevert("0x").code).to.equal("REVERT_WITHOUT_REASON");
    const cut = CATALOGUE_INTERFACE.encodeErrorResult("LoanBook_NoDebt", [7n]).slice(0, 20);
    expect(explainRevert(cut).code).to.equal("UNKNOWN_REVERT");
  });

  describe("finds revert data", () => {
    const data = CATALOGUE_INTERFACE.encodeErrorResult("LoanBook_NoDebt", [7n]);

    for (const [where, thrown] of [
      ["in an error of ethers", Object.assign(new Error("execution reverted"), { data })],
      ["nested by a provider", Object.assign(new Error("x"), { info: { error: { code: 3, data } } })],
      ["nested twice", Object.assign(new Error("x"), { error: { error: { data: { data } } } })],
      ["in a cause", new Error("x", { cause: Object.assign(new Error("y"), { data }) })],
      ["in Lotus' message", new Error(`message execution failed (exit=[33], revert reason=[${data}], vm error=[...])`)],
    ] as const) {
      it(where, () => {
        expect(revertDataOf(thrown)).to.equal(data);
        const explained = explainError(thrown);
        expect(explained).to.be.instanceOf(ContractRevertError);
        expect((explained as ContractRevertError).code).to.equal("LoanBook_NoDebt");
      });
    }

    it("nowhere, when there is none", () => {
      const plain = new Error("socket hang up");
      expect(revertDataOf(plain)).to.equal(undefined);
      expect(explainError(plain)).to.equal(plain);
    });

    it("in an error that contains itself", () => {
      const loop: Record<string, unknown> = {};
      loop.error = loop;
      expect(revertDataOf(loop)).to.equal(undefined);
    });
  });

  it("explains Solidity's own errors", () => {
    const error = new Interface(["error Error(string)"]).encodeErrorResult("Error", ["no"]);
    expect(explainRevert(error).message).to.equal("The contract refused: no");
    const panic = `0x4e487b71${AbiCoder.defaultAbiCoder().encode(["uint256"], [17n]).slice(2)}`;
    expect(explainRevert(panic).message).to.contain("overflowed");
  });
});
