import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { judge, readExceptions } from "../../../scripts/lib/exceptions.mjs";
import { parseLcov } from "../../../scripts/lib/lcov.mjs";

describe("coverage exceptions", () => {
  let root: string;

  before(() => {
    root = mkdtempSync(join(tmpdir(), "coverage-"));
    for (const folder of ["contracts", "docs"]) mkdirSync(join(root, folder));
    writeFileSync(join(root, "contracts", "A.sol"), "contract A {\n    if (a || b) return;\n    c();\n}\n");
    const rows = [
      "| File | Kind | Code | Reason |",
      "|---|---|---|---|",
      "| contracts/A.sol | branch | `if (a \\|\\| b) return;` | Both are false. |",
      "| contracts/A.sol | line | `gone();` | Long ago. |",
    ];
    writeFileSync(join(root, "docs", "coverage-exceptions.md"), rows.join("\n"));
  });

  after(() => {
    rmSync(root, { recursive: true });
  });

  it("name a gap by kind and source line", () => {
    const exceptions = readExceptions(root);
    expect(exceptions.map(({ code, reason }) => [code, reason])).to.deep.equal([
      ["if (a || b) return;", "Both are false."],
      ["gone();", "Long ago."],
    ]);
    const gaps = [
      { file: "contracts/A.sol", line: 2, kind: "branch" },
      { file: "contracts/A.sol", line: 2, kind: "line" },
      { file: "contracts/A.sol", line: 3, kind: "branch" },
    ];
    const { unexplained, stale } = judge(root, gaps, exceptions);
    expect(unexplained).to.deep.equal(gaps.slice(1));
    expect(stale).to.deep.equal(exceptions.slice(1));
  });

  it("are held against what lcov counts as never run", () => {
    const lcov = [
      "TN:",
      "SF:contracts/A.sol",
      "FN:1,f",
      "FN:3,g",
      "FNDA:1,f",
      "FNDA:0,g",
      "DA:2,5",
      "DA:3,0",
      "BRDA:2,0,0,5",
      "BRDA:2,0,1,-",
      "end_of_record",
    ];
    expect(parseLcov(lcov.join("\n"))).to.deep.equal([
      {
        file: "contracts/A.sol",
        found: { line: 2, branch: 2, function: 2 },
        hit: { line: 1, branch: 1, function: 1 },
        gaps: [
          { file: "contracts/A.sol", line: 3, kind: "function" },
          { file: "contracts/A.sol", line: 3, kind: "line" },
          { file: "contracts/A.sol", line: 2, kind: "branch" },
        ],
        lines: [
          { line: 2, count: 5 },
          { line: 3, count: 0 },
        ],
      },
    ]);
  });
});
