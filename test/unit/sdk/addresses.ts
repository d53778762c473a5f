import { expect } from "chai";

import {
  type AddressResolver,
  InvalidInputError,
  PlimsollError,
  addressRules,
  changeBeneficiaryParams,
  formatDelegated,
  formatId,
  formsOf,
  idOfMasked,
  maskedId,
  parseAddress,
  parseMinerId,
  resolveAddress,
} from "../../../src/sdk/index.js";
import { Random, failure, rejection } from "./helpers.js";

const MAINNET = addressRules(314n);
const CALIBRATION = addressRules(314159n);
const LOCAL = addressRules(31415926n);

/** filecoin.md 1.1 */
const ETH = "0xd388aB098ed3E84c0D808776440B48F685198498";
const T410 = "t410f2oekwcmo2pueydmaq53eic2i62crtbeyuzx2gmy";

/** A chain on which f01000 is the contract at ETH, and f02000 a native account with the f1 address below. */
const F1 = "f17uoq6tp427uzv7fztkbsnn64iwotfrristwpryy";
const resolver: AddressResolver = {
  ethOfId: async (id) => (id === 1000n ? ETH : undefined),
  idOf: async (address) => (address === ETH ? 1000n : address === F1 ? 2000n : undefined),
};

describe("SDK: addresses", () => {
  it("names an actor without an Ethereum address by its masked id, and back", () => {
    expect(maskedId(1234n)).to.equal("0xFF000000000000000000000000000000000004d2");
    const random = new Random("ids");
    for (let i = 0; i < 2_000; i += 1) {
      const id = random.below(2n ** 64n);
      expect(idOfMasked(maskedId(id))).to.equal(id);
    }
    expect(idOfMasked(ETH)).to.equal(undefined);
  });

  it("converts between 0x and f410f by the vector", () => {
    expect(formatDelegated(ETH, CALIBRATION)).to.equal(T410);
    expect(parseAddress(T410, CALIBRATION)).to.deep.include({ kind: "eth", eth: ETH });
    expect(formsOf(maskedId(7n), MAINNET)).to.deep.equal({ eth: maskedId(7n), delegated: undefined, id: "f07" });
  });

  it("reads every form", () => {
    expect(parseAddress(ETH.toLowerCase(), MAINNET)).to.deep.include({ kind: "eth", eth: ETH });
    expect(parseAddress("f01234", MAINNET)).to.deep.include({ kind: "id", id: 1234n });
    expect(parseAddress(maskedId(1234n), MAINNET)).to.deep.include({ kind: "id", id: 1234n });
    expect(parseAddress(F1, MAINNET)).to.deep.include({ kind: "robust", robust: F1 });
    expect(parseAddress("t01234", LOCAL)).to.deep.include({ kind: "id", id: 1234n });
    expect(parseAddress("f01234", LOCAL)).to.deep.include({ kind: "id", id: 1234n });
  });

  const refused: ReadonlyArray<readonly [text: string, code: string]> = [
    ["", "INVALID_ADDRESS"],
    ["hello", "INVALID_ADDRESS"],
    ["0x1234", "INVALID_ADDRESS"],
    [`${ETH}00`, "INVALID_ADDRESS"],
    [ETH.replace("aB", "Ab"), "INVALID_ADDRESS"],
    ["0x0000000000000000000000000000000000000000", "ZERO_ADDRESS"],
    ["f0", "INVALID_ADDRESS"],
    ["f0-1", "INVALID_ADDRESS"],
    ["f018446744073709551616", "INVALID_ADDRESS"],
    [`${F1.slice(0, -1)}z`, "INVALID_ADDRESS"],
    ["f5abc", "INVALID_ADDRESS"],
    [T410, "WRONG_NETWORK_PREFIX"],
    ["t01234", "WRONG_NETWORK_PREFIX"],
  ];
  for (const [text, code] of refused) {
    it(`refuses "${text}" on mainnet with ${code}`, () => {
      const error = failure(() => parseAddress(text, MAINNET), InvalidInputError);
      expect(error.code).to.equal(code);
      expect(error.limit).to.be.a("string").and.not.equal("");
      expect(error.actual).to.be.a("string").and.not.equal("");
    });
  }

  it("refuses a mainnet address on Calibration", () => {
    expect(failure(() => parseAddress("f01234", CALIBRATION), InvalidInputError).code).to.equal("WRONG_NETWORK_PREFIX");
  });

  it("normalises the id of a contract to the address that can act, whatever its form", async () => {
    for (const text of ["f01000", maskedId(1000n), ETH, formatDelegated(ETH, MAINNET)]) {
      expect(await resolveAddress(text, MAINNET, resolver)).to.deep.equal({
        eth: ETH,
        delegated: formatDelegated(ETH, MAINNET),
        id: "f01000",
      });
    }
  });

  it("keeps the masked id of a native actor, and finds it by its f1 address", async () => {
    expect((await resolveAddress("f02000", MAINNET, resolver)).eth).to.equal(maskedId(2000n));
    expect((await resolveAddress(F1, MAINNET, resolver)).eth).to.equal(maskedId(2000n));
  });

  it("says when an f1 address has no actor", async () => {
    const nobody: AddressResolver = { ethOfId: async () => undefined, idOf: async () => undefined };
    expect((await rejection(resolveAddress(F1, MAINNET, nobody), PlimsollError)).code).to.equal("ACTOR_NOT_FOUND");
  });

  it("reads miner ids, and nothing else", () => {
    for (const text of ["f01234", "1234", maskedId(1234n)]) expect(parseMinerId(text, MAINNET)).to.equal(1234n);
    expect(formatId(1234n, CALIBRATION)).to.equal("t01234");
    for (const text of ["", "f0x", "-1", "1.5", ETH, F1, "18446744073709551616", "miner"]) {
      const error = failure(() => parseMinerId(text, MAINNET), InvalidInputError);
      expect(error.limit).to.be.a("string");
    }
    expect(failure(() => parseMinerId("t01234", MAINNET), InvalidInputError).code).to.equal("WRONG_NETWORK_PREFIX");
  });

  it("encodes ChangeBeneficiary as the miner actor reads it (vectors of filecoin.md 2.1)", () => {
    expect(changeBeneficiaryParams(1000n, 1000n * 10n ** 18n, 6_000_000n)).to.equal(
      "0x834300e8074a003635c9adc5dea000001a005b8d80",
    );
    expect(changeBeneficiaryParams(1000n, 0n, 0n)).to.equal("0x834300e8074000");
    expect(changeBeneficiaryParams(3123456n, 1n, 2n ** 63n - 1n)).to.equal("0x83450080d2be014200011b7fffffffffffffff");
  });
});
