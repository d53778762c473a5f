import { expect } from "chai";
import { network } from "hardhat";

import { parametersFor } from "../../src/config/index.js";
import { runDeploy } from "../../lib/run.js";

describe("deploy", () => {
  it("runs", async () => {
    const connection = await network.create();
    const { transactions, report } = await runDeploy(connection, {
      parameters: parametersFor(31_415_926),
      save: false,
      log: console.error,
    });
    expect(transactions.length).to.equal(report.deployed.length);
  });
});
