import { expect } from "chai";
import { network } from "hardhat";

import { deployAll } from "../../lib/deployment.js";

describe("deploy", () => {
  it("runs", async () => {
    const connection = await network.create();
    for (let i = 0; i < 3; i++) {
    console.time("deploy");
    const { transactions, report, contracts } = await deployAll(await network.create(), {});
    console.timeEnd("deploy");
    expect(transactions.length).to.equal(report.deployed.length + report.sent.length);
    console.log(await contracts.vault.totalAssets(), await contracts.book.maxFacility());
    }
  });
});
