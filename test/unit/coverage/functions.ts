import { expect } from "chai";

import { functionsOf } from "../../../plugins/coverage/lib/functions.js";

const SOURCE = `
// function inComment() {
/* function inBlock() { */
abstract contract A {
    string constant NOT_ONE = "function inText() {";
    constructor(address a) B(a) {
        x = a;
    }
    modifier only() {
        if (x == address(0)) { revert("}"); }
        _;
    }
    function declared() external virtual;
    function taking(function(uint256) internal returns (bool) f) internal
        returns (bool)
    {
        if (f(1)) { return true; }
        return false;
    }
    function empty() internal override only {}
    fallback() external payable { taking(y); }
    receive() external payable {}
}
`;

describe("functions of a Solidity source", () => {
  const functions = functionsOf(SOURCE);

  it("are those with a body, not what comments and texts hold", () => {
    expect(functions.map(({ name }) => name)).to.deep.equal([
      "constructor",
      "only",
      "taking",
      "empty",
      "fallback",
      "receive",
    ]);
  });

  it("end where their own block does", () => {
    const bodies = new Map(functions.map(({ name, bodyStart, end }) => [name, SOURCE.slice(bodyStart, end)]));
    expect(bodies.get("only")).to.match(/^\s+if .*\s+_;\s+\}$/);
    expect(bodies.get("taking")).to.match(/^\s+if .*\s+return false;\s+\}$/);
    expect(bodies.get("empty")).to.equal("}");
  });

  it("begin with their heads", () => {
    for (const { start, bodyStart } of functions)
      expect(SOURCE.slice(start, bodyStart)).to.match(/^(function|modifier|constructor|fallback|receive)\b[^}]*\{$/);
  });
});
