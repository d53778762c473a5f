import { expect } from "chai";

import { LIEN } from "../../src/loans/actions.js";
import { CHANGE_BENEFICIARY, EPOCHS_PER_DAY, FIL, changeBeneficiaryParams } from "../../src/sdk/index.js";
import liquidateTask from "../../tasks/liquidate.js";
import claimTask from "../../tasks/vault/claim.js";
import depositTask from "../../tasks/vault/deposit.js";
import fulfilTask from "../../tasks/vault/fulfil.js";
import queueTask from "../../tasks/vault/queue.js";
import requestTask from "../../tasks/vault/request.js";
import vaultStatusTask from "../../tasks/vault/status.js";
import withdrawTask from "../../tasks/vault/withdraw.js";
import {
  CommandBench,
  LIQUIDATE,
  READ,
  type Ran,
  WRITE,
  codeOf as code,
  dataOf as data,
  runAction,
} from "../helpers/cli.js";

/** By number among the accounts. */
const [ALICE, BOB, PROVIDER, STRANGER] = ["4", "5", "6", "7"];

interface Amount {
  readonly attoFil: string;
  readonly fil: string;
}

interface RequestJson {
  readonly number: number;
  readonly pending: Amount;
  readonly claimable: Amount;
  readonly ahead: Amount;
}

interface RequestsJson {
  readonly made: number;
  readonly claimed: number;
  readonly claimable: Amount;
  readonly open: readonly RequestJson[];
}

interface QueueJson {
  readonly waiting: Amount;
  readonly waitingShares: string;
  readonly fillable: Amount;
  readonly setAside: Amount;
  readonly fills: number;
}

const atto = (amount: Amount): bigint => BigInt(amount.attoFil);

describe("Tasks of the redeem queue", () => {
  let bench: CommandBench;
  let alice = "";
  let bob = "";

  const deposit = (from: string | undefined, amount: string): Promise<Ran> =>
    bench.run(depositTask, { ...WRITE, amount, receiver: undefined, from });
  const withdraw = (from: string | undefined, amount: string): Promise<Ran> =>
    bench.run(withdrawTask, { ...WRITE, amount, receiver: undefined, from });
  const request = (from: string | undefined, amount: string, more: object = {}): Promise<Ran> =>
    bench.run(requestTask, { ...WRITE, amount, from, ...more });
  const claim = (from: string | undefined, amount: string, controller?: string, receiver?: string): Promise<Ran> =>
    bench.run(claimTask, { ...WRITE, amount, from, controller, receiver });
  const fulfil = (): Promise<Ran> => bench.run(fulfilTask, { ...WRITE, from: STRANGER });
  const queueOf = async (lender?: string): Promise<{ queue: QueueJson; lender: RequestsJson }> =>
    data(await bench.run(queueTask, { ...READ, lender }));

  before(async () => {
    bench = await CommandBench.create();
    alice = bench.accounts[Number(ALICE)] ?? "";
    bob = bench.accounts[Number(BOB)] ?? "";
    data(await deposit(ALICE, "1000"));
    data(await deposit(BOB, "300"));
    await lendAll();
  });

  /** A loan that takes what can be lent. */
  async function lendAll(): Promise<void> {
    const provider = await bench.connection.ethers.getSigner(bench.accounts[Number(PROVIDER)] ?? "");
    const book = bench.contracts.book.connect(provider);
    const now = await bench.filecoin.epoch();
    const tranche = {
      amount: 1_200n * FIL,
      minPowerDelta: 32n << 30n,
      drawDeadline: now + 90n * EPOCHS_PER_DAY,
      proveEpochs: 30n * EPOCHS_PER_DAY,
    };
    await (await book.open([tranche], provider.address)).wait();
    const { account } = await book.loanOf(1n);
    const miner = await bench.filecoin.createMiner(provider.address);
    await bench.filecoin.fund(miner, 2_000n * FIL);
    const id = await bench.contracts.facts.actorIdOf(account);
    const params = changeBeneficiaryParams(id, LIEN.quota, LIEN.expiration);
    await bench.filecoin.callAs(provider.address, miner, CHANGE_BENEFICIARY, params);
    await (await book.attachMiner(1n, miner)).wait();
    await (await book.draw(1n, 0n)).wait();
    await bench.filecoin.advanceEpochs(100n);
  }

  describe("refuse a chain that ends with the process, naming --network", () => {
    const runs: ReadonlyArray<readonly [string, () => Promise<Ran>]> = [
      ["vault request", () => runAction(requestTask, { ...WRITE, amount: "1" })],
      ["vault fulfil", () => runAction(fulfilTask, WRITE)],
      [
        "vault claim",
        () => runAction(claimTask, { ...WRITE, amount: "1", controller: undefined, receiver: undefined }),
      ],
      ["vault queue", () => runAction(queueTask, { ...READ, lender: undefined })],
    ];
    for (const [name, run] of runs) {
      it(name, async () => {
        const ran = await run();
        expect(code(ran)).to.equal("EPHEMERAL_NETWORK");
        expect(ran.json?.next[0]).to.equal(`npx hardhat ${name} --network localhost`);
      });
    }
  });

  it("vault status shows queue and limits", async () => {
    const { pool } = data<{ pool: Record<string, Amount> }>(
      await bench.run(vaultStatusTask, { ...READ, lender: undefined }),
    );
    expect(pool.waiting).to.include({ fil: "0" });
    expect(pool.setAside).to.include({ fil: "0" });
    expect(pool.depositsPerDay).to.include({ fil: "100000000" });
    expect(pool.drawsPerDay).to.include({ fil: "100000000" });
    const ran = await bench.run(vaultStatusTask, { ...READ, json: false, lender: alice });
    expect(ran.stdout).to.match(/redeem queue\s+empty/);
  });

  it("vault deposit names the day's limit", async () => {
    const most = await bench.contracts.vault.maxDeposit(alice);
    const ran = await deposit(ALICE, `${most / FIL + 1n}`);
    expect(code(ran)).to.equal("ERC4626ExceededMaxDeposit");
    expect(ran.json?.ok === false && ran.json.error.limit).to.contain("100000000 FIL a day");
  });

  it("say so where there is nothing to fill and nothing to claim", async () => {
    expect(code(await fulfil())).to.equal("NOTHING_TO_FILL");
    const ran = await claim(ALICE, "max");
    expect(code(ran)).to.equal("ERC4626ExceededMaxWithdraw");
    expect(ran.json?.next).to.include("npx hardhat vault request AMOUNT");
    const idle = data<{ queue: unknown }>(await bench.run(liquidateTask, { ...LIQUIDATE, from: STRANGER }));
    expect(idle.queue).to.include({ decision: "nothing" });
  });

  it("vault withdraw points to the queue when the buffer is all there is", async () => {
    const ran = await withdraw(ALICE, "500");
    expect(code(ran)).to.equal("ERC4626ExceededMaxWithdraw");
    expect(ran.json?.next[0]).to.equal("npx hardhat vault request 500");
    const all = await withdraw(ALICE, "100000");
    expect(code(all)).to.equal("ERC4626ExceededMaxWithdraw");
    expect(all.json?.next[0]).to.equal("npx hardhat vault request max");
    expect(code(await withdraw(STRANGER, "1"))).to.equal("ERC4626ExceededMaxWithdraw");
  });

  it("vault request refuses dust, more than there is, and nothing", async () => {
    const dust = await request(ALICE, "0.0999");
    expect(code(dust)).to.equal("PledgeVault_RequestTooSmall");
    expect(dust.json?.ok === false && dust.json.error.limit).to.contain(`${10n ** 23n} shares`);
    expect(code(await request(ALICE, "2000"))).to.equal("ERC20InsufficientBalance");
    expect(code(await request(STRANGER, "max"))).to.equal("ERC20InsufficientBalance");
    expect(code(await request(STRANGER, "1"))).to.equal("ERC20InsufficientBalance");
    expect(code(await request(ALICE, "0"))).to.equal("ZERO_AMOUNT");
    expect(code(await request(ALICE, "some"))).to.equal("INVALID_AMOUNT");
  });

  it("vault request --dry-run shows and sends nothing", async () => {
    const ran = await request(ALICE, "500", { yes: false, dryRun: true });
    expect(data(ran)).to.deep.include({ dryRun: true });
    expect(ran.json?.tx).to.equal(null);
    expect((await queueOf()).queue.waitingShares).to.equal("0");
  });

  it("vault request puts shares into the line", async () => {
    const done = data<{ requestId: string; requests: RequestsJson }>(await request(ALICE, "500"));
    expect(done.requestId).to.equal(((BigInt(alice) << 96n) | 1n).toString());
    expect(done.requests.open).to.have.lengthOf(1);
    const { queue, lender } = await queueOf(alice);
    expect(atto(queue.waiting) - 500n * FIL < FIL).to.equal(true);
    expect(atto(queue.waiting) >= 500n * FIL).to.equal(true);
    expect(lender.open[0]?.ahead).to.include({ fil: "0" });
  });

  it("others see that they wait behind it, and cannot leave ahead", async () => {
    const ran = await withdraw(BOB, "1");
    expect(code(ran)).to.equal("ERC4626ExceededMaxWithdraw");
    expect(ran.json?.ok === false && ran.json.error.hint).to.contain("nobody leaves ahead of them");
    expect(ran.json?.next[0]).to.equal("npx hardhat vault request 1");
    data(await request(BOB, "max"));
    const { lender } = await queueOf(bob);
    expect(lender.open).to.have.lengthOf(1);
    expect(atto(lender.open[0]?.ahead as Amount) >= 500n * FIL).to.equal(true);
    expect(data(await bench.run(vaultStatusTask, { ...READ, lender: bob })).lender).to.include({ openRequests: 1 });
  });

  it("vault fulfil sets cash aside for the head of the line", async () => {
    const before = (await queueOf()).queue;
    expect(atto(before.fillable) > 60n * FIL).to.equal(true);
    const done = data<{ setAside: Amount; queue: QueueJson }>(await fulfil());
    expect(atto(done.setAside) >= atto(before.fillable)).to.equal(true);
    expect(done.queue.fills).to.equal(1);
    expect(done.queue.setAside).to.deep.equal(done.setAside);
    const ran = await fulfil();
    expect(code(ran)).to.equal("NOTHING_TO_FILL");
    expect(ran.json?.ok === false && ran.json.error.actual).to.contain("wait, no cash");
    expect((await queueOf(bob)).lender.claimable).to.include({ fil: "0" });
  });

  it("vault claim pays what was set aside, to the controller or by its operator", async () => {
    const { lender } = await queueOf(alice);
    const there = atto(lender.claimable);
    expect(there > 60n * FIL).to.equal(true);
    const much = await claim(ALICE, "400");
    expect(code(much)).to.equal("ERC4626ExceededMaxWithdraw");
    expect(code(await claim(STRANGER, "1", alice))).to.equal("PledgeVault_NotOperator");
    const paid = data<{ claimed: Amount; requests: RequestsJson }>(await claim(ALICE, "10"));
    expect(paid.claimed).to.include({ fil: "10" });
    expect(atto(paid.requests.claimable)).to.equal(there - 10n * FIL);

    const signer = await bench.connection.ethers.getSigner(alice);
    const stranger = bench.accounts[Number(STRANGER)] ?? "";
    await (await bench.contracts.queue.connect(signer).setOperator(stranger, true)).wait();
    const receiver = "0x00000000000000000000000000000000000A11CE";
    expect(data(await claim(STRANGER, "5", alice, receiver)).claimed).to.include({ fil: "5" });
    expect(await bench.connection.ethers.provider.getBalance(receiver)).to.equal(5n * FIL);
  });

  it("vault withdraw takes what can be claimed first", async () => {
    const { lender } = await queueOf(alice);
    const more = await withdraw(ALICE, "300");
    expect(code(more)).to.equal("ERC4626ExceededMaxWithdraw");
    expect(more.json?.next[0]).to.equal("npx hardhat vault claim max");
    const done = data<{ withdrawn: Amount }>(await withdraw(ALICE, "max"));
    expect(done.withdrawn).to.deep.equal(lender.claimable);
    expect((await queueOf(alice)).queue.setAside).to.include({ fil: "0" });
  });

  it("liquidate fills the line when cash has come, unless gas costs too much", async () => {
    data(await deposit(STRANGER, "600"));
    const dry = data<{ queue: Record<string, unknown> }>(
      await bench.run(liquidateTask, { ...LIQUIDATE, from: STRANGER, dryRun: true }),
    );
    expect(dry.queue).to.include({ action: "fulfil", decision: "would-send" });
    const dear = data<{ queue: Record<string, unknown> }>(
      await bench.run(liquidateTask, { ...LIQUIDATE, from: STRANGER, maxGasFee: "0" }),
    );
    expect(dear.queue).to.include({ decision: "skipped" });
    const ran = await bench.run(liquidateTask, { ...LIQUIDATE, from: STRANGER });
    expect(data<{ queue: Record<string, unknown> }>(ran).queue).to.include({ action: "fulfil", decision: "sent" });
    const one = data<{ queue: unknown }>(await bench.run(liquidateTask, { ...LIQUIDATE, from: STRANGER, loan: "1" }));
    expect(one.queue).to.equal(null);
    expect(atto((await queueOf(bob)).lender.claimable) > 0n).to.equal(true);
  });

  it("vault claim max ends a request, and the line is empty once all is paid", async () => {
    const done = data<{ claimed: Amount; requests: RequestsJson }>(await claim(ALICE, "max"));
    expect(done.requests).to.deep.include({ made: 1, claimed: 1, open: [] });
    data(await deposit(STRANGER, "600"));
    data(await fulfil());
    const last = data<{ requests: RequestsJson }>(await claim(BOB, "max"));
    expect(last.requests).to.deep.include({ made: 1, claimed: 1 });
    const { queue } = await queueOf();
    expect(queue.waitingShares).to.equal("0");
    expect(queue.setAside).to.include({ fil: "0" });
    expect(data(await withdraw(STRANGER, "1")).withdrawn).to.include({ fil: "1" });
  });

  it("show the line to people", async () => {
    data(await request(ALICE, "200"));
    const ran = await bench.run(queueTask, { ...READ, json: false, lender: alice });
    expect(ran.stdout).to.contain("The redeem queue").and.contain(`Requests of ${alice}`).and.contain("ahead of it");
    expect(ran.exitCode).to.equal(0);
    const none = await bench.run(queueTask, { ...READ, json: false, lender: bench.accounts[8] });
    expect(none.stdout).to.contain("none is open");
  });
});
