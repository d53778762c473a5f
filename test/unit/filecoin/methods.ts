import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { expect } from "chai";

const SOURCE = new URL("../../../contracts/filecoin/FilecoinMethods.sol", import.meta.url);
const FIRST_EXPORTED = 2 ** 24;

/** FRC-42: the first four-byte word of blake2b-512("1|" + name) outside the range of internal method numbers. */
function methodNumber(name: string): number {
  const digest = createHash("blake2b512").update(`1|${name}`).digest();
  for (let offset = 0; offset < digest.length; offset += 4) {
    const word = digest.readUInt32BE(offset);
    if (word >= FIRST_EXPORTED) return word;
  }
  throw new RangeError(`no method number for ${name}`);
}

/** GET_OWNER -> GetOwner */
function methodName(constant: string): string {
  return constant
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("");
}

describe("FilecoinMethods", () => {
  const constants: { readonly name: string; readonly number: number }[] = [];

  before(async () => {
    const source = await readFile(SOURCE, "utf8");
    for (const [, constant, value] of source.matchAll(/uint64 internal constant (\w+) = (\d+);/g)) {
      if (constant === undefined || value === undefined || constant === "SEND") continue;
      constants.push({ name: methodName(constant), number: Number(value) });
    }
  });

  it("knows the number of a method that other projects publish", () => {
    expect(methodNumber("Receive")).to.equal(3_726_118_371);
    expect(methodNumber("AuthenticateMessage")).to.equal(2_643_134_072);
  });

  it("gives each method the number of its name", () => {
    expect(constants).to.have.length(19);
    expect(constants).to.deep.equal(constants.map(({ name }) => ({ name, number: methodNumber(name) })));
  });
});
