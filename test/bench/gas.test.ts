import { expect } from "chai";
import hre from "hardhat";

import { compareFigures, measureLoans, readFigures } from "../../scripts/bench/index.js";

describe("gas of whole transactions", function () {
  it("is not above benchmarks/gas.json (npm run bench:gas writes it)", async function () {
    // Without the optimizer, or with counters in the code, figures are not those of the release.
    if (process.env.PLIMSOLL_FAST === "1" || hre.globalOptions.coverage) this.skip();
    const { figures } = await measureLoans(hre);
    const risen = compareFigures(readFigures(process.cwd()), { loans: figures });
    expect(risen).to.deep.equal([]);
  });
});
