import { expect } from "chai";

import { LIEN } from "../../src/loans/actions.js";
import { CHANGE_BENEFICIARY, FIL, changeBeneficiaryParams } from "../../src/sdk/index.js";
import liquidateTask from "../../tasks/liquidate.js";
import checkTask from "../../tasks/loan/check.js";
import drawTask from "../../tasks/loan/draw.js";
import openTask from "../../tasks/loan/open.js";
import promiseTask from "../../tasks/loan/promise.js";
import proveTask from "../../tasks/loan/prove.js";
import sampleTask from "../../tasks/loan/sample.js";
import { CommandBench, LIQUIDATE, type Ran, WRITE, codeOf as code, dataOf as data, runAction } from "../helpers/cli.js";

const PROMISE = { tranche: "1", checks: "4", until: undefined, data: undefined } as const;
/** By number among the accounts. */
const [LENDER, PROVIDER, KEEPER] = ["4", "6", "7"];

interface CheckJson {
  readonly loanId: string;
  readonly tranche: number;
  readonly step: { readonly action: string; readonly decision: string; readonly reason: string };
}

describe("Tasks of sector covenants", () => {
  let bench: CommandBench;
  let miner = 0n;
  let count = 0n;

  const promise = (args: object = {}): Promise<Ran> =>
    bench.run(promiseTask, { ...WRITE, ...PROMISE, loan: "1", from: PROVIDER, ...args });
  const sample = (...ranges: string[]): Promise<Ran> =>
    bench.run(sampleTask, { ...WRITE, loan: "1", ranges, from: PROVIDER });
  const check = (): Promise<Ran> => bench.run(checkTask, { ...WRITE, loan: "1", from: LENDER });
  const keep = async (args: object = {}): Promise<readonly CheckJson[]> => {
    const ran = await bench.run(liquidateTask, { ...LIQUIDATE, from: KEEPER, ...args });
    return data<{ checks: readonly CheckJson[] }>(ran).checks;
  };
  /** Does something on the chain, and undoes it. */
  const undone = async (act: () => Promise<void>): Promise<void> => {
    const { provider } = bench.connection;
    const snapshot = await provider.request({ method: "evm_snapshot", params: [] });
    await act();
    await provider.request({ method: "evm_revert", params: [snapshot] });
  };
  const prove = (): Promise<Ran> => bench.run(proveTask, { ...WRITE, loan: "1", from: LENDER });

  before(async () => {
    bench = await CommandBench.create();
    const lender = await bench.connection.ethers.getSigner(bench.accounts[Number(LENDER)] ?? "");
    await (await bench.contracts.vault.connect(lender).depositFil(lender.address, { value: 1_000n * FIL })).wait();
  });

  it("refuse a chain that ends with the process, naming --network", async () => {
    for (const ran of [
      await runAction(promiseTask, { ...WRITE, ...PROMISE, loan: "1" }),
      await runAction(sampleTask, { ...WRITE, loan: "1", ranges: ["0-9"] }),
      await runAction(checkTask, { ...WRITE, loan: "1" }),
    ]) {
      expect(code(ran)).to.equal("EPHEMERAL_NETWORK");
    }
  });

  it("loan promise makes conditions, which can only be raised", async () => {
    data(
      await bench.run(openTask, {
        ...WRITE,
        drawBy: "+90d",
        proveWithin: "30d",
        payee: undefined,
        tranches: ["400FIL@1TiB"],
        from: PROVIDER,
      }),
    );
    expect(code(await promise({ checks: "9" }))).to.equal("INVALID_NUMBER");
    expect(code(await promise({ tranche: "2" }))).to.equal("SectorConditions_NotOpen");
    expect(code(await promise({ checks: "0", until: "+1d" }))).to.equal("SectorConditions_NothingPromised");
    expect(code(await promise({ from: LENDER }))).to.equal("SectorConditions_NotAuthorised");
    expect(data(await promise())).to.include({ loanId: "1", tranche: 1, spotChecks: 4 });
    expect(code(await promise({ checks: "3" }))).to.equal("SectorConditions_Loosened");
    expect(data(await promise({ until: "+180d" })).minExpiration).to.match(/^\d+$/);
  });

  it("loan prove asks for the spot check", async () => {
    const provider = bench.accounts[Number(PROVIDER)] ?? "";
    miner = await bench.filecoin.createMiner(provider);
    await bench.filecoin.fund(miner, 200n * FIL);
    const { account } = await bench.contracts.book.loanOf(1n);
    const id = await bench.contracts.facts.actorIdOf(account);
    const params = changeBeneficiaryParams(id, LIEN.quota, LIEN.expiration);
    await bench.filecoin.callAs(provider, miner, CHANGE_BENEFICIARY, params);
    const holder = await bench.connection.ethers.getSigner(provider);
    await (await bench.contracts.book.connect(holder).attachMiner(1n, miner)).wait();
    expect(code(await sample("0-9"))).to.equal("SectorConditions_NothingToProve");
    data(await bench.run(drawTask, { ...WRITE, loan: "1", miner: undefined, from: PROVIDER }));
    count = (500n * FIL) / (await bench.filecoin.world.pledgeFor(false));
    await bench.filecoin.seal(miner, count);
    expect(code(await prove())).to.equal("LoanBook_ConditionsUnmet");
    expect(code(await check())).to.equal("SectorConditions_NotCommitted");
  });

  it("loan sample names sectors, as many as the miner has in power", async () => {
    expect(code(await sample("9-0"))).to.equal("INVALID_RANGE");
    expect(code(await sample("all"))).to.equal("INVALID_RANGE");
    expect(code(await sample("0-9"))).to.equal("SectorConditions_NotCovered");
    const named = data(await sample(`0-${count - 1n}`));
    expect(named).to.include({ loanId: "1", sectors: count.toString(), attempt: 1 });
    expect(code(await sample(`0-${count - 1n}`))).to.equal("SectorConditions_CoolOff");
  });

  it("liquidate answers a spot check that holds, once the beacon has drawn", async () => {
    expect(await keep(), "before the beacon").to.deep.equal([]);
    await undone(async () => {
      await bench.filecoin.advanceEpochs(151n);
      const [dry] = await keep({ dryRun: true });
      expect(dry).to.deep.include({ loanId: "1", tranche: 1 });
      expect(dry?.step).to.include({ action: "check", decision: "would-send" });
      expect(dry?.step.reason).to.match(/sectors [\d, ]+ hold$/);
      expect((await keep({ maxGasFee: "0" })).map(({ step }) => step.decision)).to.deep.equal(["skipped"]);
      expect((await keep({ loan: "1" })).map(({ step }) => step.decision)).to.deep.equal(["sent"]);
      expect((await bench.contracts.conditions.spotCheckOf(1n, 0n)).passed).to.equal(true);
      expect(await keep(), "answered").to.deep.equal([]);
      expect(data(await prove())).to.include({ tranche: 1 });
    });
  });

  it("liquidate answers a spot check that does not hold, too, and none after its time", async () => {
    await undone(async () => {
      await bench.filecoin.advanceEpochs(151n);
      await bench.filecoin.world.declareFaults(miner, 0n, count).then(async (sent) => sent.wait());
      const [left] = await keep();
      expect(left?.step).to.include({ action: "check", decision: "sent" });
      expect(left?.step.reason).to.contain("does not hold, the attempt fails");
      const { attempts, passed, sampleEpoch } = await bench.contracts.conditions.spotCheckOf(1n, 0n);
      expect([attempts, passed, sampleEpoch]).to.deep.equal([1n, false, 0n]);
      expect(await keep(), "answered").to.deep.equal([]);
    });
    await undone(async () => {
      await bench.filecoin.advanceEpochs(400n);
      expect(await keep(), "too late").to.deep.equal([]);
    });
  });

  it("loan check waits for the beacon, answers, and lets the tranche be proven", async () => {
    expect(code(await check())).to.equal("SectorConditions_OutsideWindow");
    await bench.filecoin.advanceEpochs(151n);
    const answered = data(await check());
    expect(answered).to.include({ passed: true });
    expect(answered.sectors).to.have.lengthOf(4);
    expect(data(await prove())).to.include({ tranche: 1 });
  });
});
