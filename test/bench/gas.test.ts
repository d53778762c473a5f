import { expect } from "chai";
import hre from "hardhat";

import { deployAll } from "../../lib/deployment.js";
import { installConstantActors } from "../../scripts/bench/constant-actors.js";
import {
  compareFigures,
  dearerAmong,
  measureFlatness,
  readFlatness,
  measureLoans,
  measurePosted,
  measureTerms,
  readFigures,
} from "../../scripts/bench/index.js";
import { SimulatedFilecoin } from "../../src/devnet/index.js";

const FIL = 10n ** 18n;
/** 180 days of rewards, quantised to 12 hours, and the row that is being filled. */
const FULL_VESTING_TABLE = 361;
const MAX_MINERS = 8;
/** What a figure moves by with the epoch at which it is taken [gas]. */
const CLOCK = 500;
/** Filecoin's block limit is 10^10 of its gas, and an EVM's gas is about 444 of it; a fifth of a block may be used. */
const FIFTH_OF_A_BLOCK = 10_000_000_000n / 444n / 5n;

describe("gas of whole transactions", function () {
  before(function () {
    // Without the optimizer, or with counters in the code, figures are not those of the release.
    if (process.env.PLIMSOLL_FAST === "1" || hre.globalOptions.coverage) this.skip();
  });

  it("is not above benchmarks/gas.json (npm run bench:gas writes it)", async function () {
    const { figures } = await measureLoans(hre);
    expect(compareFigures(readFigures(process.cwd()), { loans: figures })).to.deep.equal([]);
  });

  it("is not above benchmarks/gas.json for posted collateral either", async function () {
    expect(compareFigures(readFigures(process.cwd()), { posted: (await measurePosted(hre)).figures })).to.deep.equal(
      [],
    );
  });

  it("is not above benchmarks/gas.json for fixed terms either", async function () {
    expect(compareFigures(readFigures(process.cwd()), { terms: (await measureTerms(hre)).figures })).to.deep.equal([]);
  });

  it("does not grow with the number of loans: benchmarks/flat.json for 10,000 (hardhat bench-flat writes it), and measured for 40", async function () {
    const recorded = readFlatness(process.cwd());
    if (recorded === undefined) throw new Error("benchmarks/flat.json is not there");
    expect(recorded.others).to.equal(9_999);
    // The same contracts as those of gas.json: figures move by a few gas with the clock.
    const { loans, posted } = readFigures(process.cwd());
    for (const rise of [
      ...compareFigures(recorded.alone, { loans: loans ?? {}, posted: posted ?? {} }),
      ...compareFigures({ loans: loans ?? {}, posted: posted ?? {} }, recorded.alone),
    ]) {
      expect(rise.measured - (rise.recorded ?? 0), rise.name).to.be.lessThan(CLOCK);
    }
    expect(dearerAmong(recorded)).to.deep.equal([]);
    expect(dearerAmong(await measureFlatness(hre, 40))).to.deep.equal([]);
  });

  it("L-10, G-05: stays within a fifth of a block for 8 miners with full vesting tables", async function () {
    const connection = await hre.network.create();
    const [deployer] = await connection.ethers.getSigners();
    await SimulatedFilecoin.connect(connection.provider, hre.artifacts, deployer as never);
    const { contracts } = await deployAll(connection);
    await installConstantActors(connection.provider, {
      available: FIL,
      vesting: Array.from({ length: FULL_VESTING_TABLE }, (_, i) => FIL + BigInt(i)),
      pledge: 1_000n * FIL,
      terminationFee: 5n * FIL,
      rawPower: 1n << 45n,
      qaPower: 10n << 45n,
      owner: 1_000n,
      account: 2_000n,
      withdrawn: 0n,
    });
    const miners = Array.from({ length: MAX_MINERS }, (_, i) => ({
      minerId: 3_000n + BigInt(i),
      pledgeRef: 1_000n * FIL,
      powerRef: 10n << 45n,
      attachEpoch: 1n,
    }));
    const account = await contracts.vault.getAddress();
    const assessment = await contracts.risk.assess(account, miners);
    expect(assessment.walkAwayValue).to.be.greaterThan(BigInt(MAX_MINERS * FULL_VESTING_TABLE) * FIL);
    expect(await contracts.risk.assess.estimateGas(account, miners)).to.be.lessThan(FIFTH_OF_A_BLOCK);
    await connection.close();
  });
});
