import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { id, ZeroAddress } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { deployAll, DeployError, loadDeployment } from "../../lib/deployment.js";
import { ROLE_IDS } from "../../lib/roles.js";
import { checksumOf, type SafeBatch } from "../../lib/safe.js";
import {
  CHAIN_IDS,
  ConfigError,
  DAY,
  FIL,
  type NetworkParameters,
  parametersFor,
  validate,
  WAD,
} from "../../src/config/index.js";

const local = parametersFor(CHAIN_IDS.local);

/** As many accounts at hand as named, so that governance has no key. */
function withoutKeys(connection: NetworkConnection<string>, keep: number): NetworkConnection<string> {
  const provider = new Proxy(connection.provider, {
    get(target, property) {
      if (property !== "request") return Reflect.get(target, property) as unknown;
      return async (args: { method: string; params?: unknown[] }) => {
        const answer = await target.request(args);
        return args.method === "eth_accounts" ? (answer as string[]).slice(0, keep) : answer;
      };
    },
  });
  return new Proxy(connection, {
    get: (target, property) => (property === "provider" ? provider : Reflect.get(target, property)) as unknown,
  });
}

async function passTime(connection: NetworkConnection<string>, seconds: bigint): Promise<void> {
  await connection.provider.request({ method: "evm_increaseTime", params: [Number(seconds)] });
  await connection.provider.request({ method: "hardhat_mine", params: ["0x1"] });
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  expect.fail("expected a rejection");
}

describe("deploy", () => {
  let folder: string;
  let connection: NetworkConnection<string>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "plimsoll-deploy-"));
    connection = (await network.create()) as NetworkConnection<string>;
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await connection.close();
  });

  const saved = (overrides: Partial<NetworkParameters> = {}, through = connection) =>
    deployAll(through, { save: true, folder, overrides });

  describe("a first run", () => {
    it("leaves a pool that is never empty", async () => {
      const { contracts, addresses } = await deployAll(connection);
      const [deployer] = await connection.ethers.getSigners();
      expect(await contracts.vault.totalAssets()).to.equal(local.seed.deadDeposit + local.seed.custodyDust);
      expect(await contracts.vault.balanceOf(local.seed.deadHolder)).to.be.greaterThan(0n);
      expect(await contracts.vault.balanceOf(addresses.vault)).to.equal(local.seed.custodyDust * 10n ** 6n);
      expect(await contracts.vault.balanceOf(deployer?.address ?? "")).to.equal(0n);
      expect(await contracts.wfil.balanceOf(addresses.vault)).to.equal(local.seed.wfilDust);
      expect(await contracts.vault.asset()).to.equal(addresses.wfil);
    });

    it("ends the set-up, with the deployer out of every role", async () => {
      const { contracts } = await deployAll(connection);
      const [deployer] = await connection.ethers.getSigners();
      expect(await contracts.manager.setUpFinished()).to.equal(true);
      for (const role of Object.values(ROLE_IDS)) {
        expect(await contracts.manager.membersOf(role)).to.have.length(1);
        const [isMember] = await contracts.manager.hasRole(role, deployer?.address ?? ZeroAddress);
        expect(isMember).to.equal(false);
      }
    });

    it("puts the parameters of the configuration in force", async () => {
      const risk = { ...local.risk, minDebt: 20n * FIL };
      const vault = {
        reserveShareWad: (15n * WAD) / 100n,
        liquidityBufferWad: (7n * WAD) / 100n,
        depositsPerDay: 12_000n * FIL,
        drawsPerDay: 1_500n * FIL,
      };
      const loanBook = { maxFacility: 5_000n * FIL };
      const { contracts, report } = await deployAll(connection, { overrides: { risk, vault, loanBook } });
      expect((await contracts.risk.params()).minDebt).to.equal(risk.minDebt);
      expect(await contracts.vault.vaultParams()).to.deep.equal([vault.reserveShareWad, vault.liquidityBufferWad]);
      expect(await contracts.vault.flowLimits()).to.deep.equal([vault.depositsPerDay, vault.drawsPerDay]);
      expect(await contracts.book.maxFacility()).to.equal(loanBook.maxFacility);
      expect(report.proposals).to.deep.equal([]);
    });

    it("keeps no records of an in-process chain", async () => {
      const { batches } = await deployAll(connection, { folder });
      expect(readdirSync(folder)).to.deep.equal([]);
      expect(batches).to.deep.equal([]);
    });

    it("prints nothing on standard output", async () => {
      const write = process.stdout.write.bind(process.stdout);
      let printed = "";
      process.stdout.write = ((chunk: string) => ((printed += chunk), true)) as typeof process.stdout.write;
      try {
        await deployAll(connection);
      } finally {
        process.stdout.write = write;
      }
      expect(printed).to.equal("");
    });

    it("refuses a deployer that is to hold a role", async () => {
      const [deployer] = await connection.ethers.getSigners();
      const roles = { ...local.roles, risk: [deployer?.address as `0x${string}`] };
      const error = await rejection(deployAll(connection, { overrides: { roles } }));
      expect(error).to.be.instanceOf(DeployError);
      expect(error).to.include({ actual: "RISK" });
    });
  });

  describe("a second run", () => {
    it("sends no transaction", async () => {
      const first = await saved();
      expect(first.transactions).to.have.length(first.report.deployed.length + first.report.sent.length);
      const before = await connection.ethers.provider.getBlockNumber();
      const second = await saved();
      expect(second.transactions).to.deep.equal([]);
      expect(second.report).to.deep.include({ deployed: [], sent: [], proposals: [] });
      expect(second.addresses).to.deep.equal(first.addresses);
      expect(await connection.ethers.provider.getBlockNumber()).to.equal(before);
    });

    it("takes up a run that broke off", async () => {
      const begun = await rejection(deployAll(connection, { save: true, folder, tags: ["vault"] }));
      expect(begun).to.be.instanceOf(Error); // not all contracts are there to be handed out
      const rest = await saved();
      expect(rest.report.deployed).to.include("LoanBook_Implementation").and.not.include("PledgeVault_Proxy");
      expect((await saved()).transactions).to.deep.equal([]);
    });

    it("notices records of a chain that is gone", async () => {
      await saved();
      const other = (await network.create()) as NetworkConnection<string>;
      const error = await rejection(loadDeployment(other, folder));
      expect(error).to.be.instanceOf(DeployError);
      expect(error).to.include({ expected: "code", actual: "none: the chain was started anew" });
      const again = await saved({}, other); // the records of a local chain may go
      expect(again.transactions).to.have.length.greaterThan(30);
      await other.close();
    });
  });

  describe("a changed parameter", () => {
    const risk = { ...local.risk, minDebt: 20n * FIL };

    it("goes through RISK and its delay, engine and addresses staying", async () => {
      const first = await saved();
      const scheduled = await saved({ risk });
      expect(scheduled.report.deployed).to.deep.equal([]);
      expect(scheduled.transactions).to.have.length(1);
      expect(scheduled.report.proposals).to.have.length(1);
      expect(scheduled.report.proposals[0]).to.include({ role: "RISK", next: "waiting" });
      expect((await saved({ risk })).transactions).to.deep.equal([]);

      await passTime(connection, 2n * DAY);
      const executed = await saved({ risk });
      expect(executed.transactions).to.have.length(1);
      expect(executed.addresses).to.deep.equal(first.addresses);
      expect((await executed.contracts.risk.params()).minDebt).to.equal(risk.minDebt);
      expect((await saved({ risk })).transactions).to.deep.equal([]);
    });

    it("of the exchange brings another one, which RISK lists as a venue beside the old", async () => {
      const futures = { ...local.futures, signatureGas: 200_000n };
      const first = await saved();
      const scheduled = await saved({ futures });
      expect(scheduled.report.deployed).to.deep.equal(["FuturesExchange"]);
      expect(scheduled.report.proposals.map(({ role }) => role)).to.deep.equal(["RISK"]);
      const { exchange } = scheduled.addresses;
      expect(await scheduled.contracts.futures.isVenue(exchange)).to.equal(false);
      await passTime(connection, 2n * DAY);
      const { contracts, transactions } = await saved({ futures });
      expect(transactions).to.have.length(1);
      expect(await contracts.futures.isVenue(exchange)).to.equal(true);
      expect(await contracts.futures.isVenue(first.addresses.exchange)).to.equal(true);
      expect(await contracts.exchange.SIGNATURE_GAS()).to.equal(futures.signatureGas);
      expect((await saved({ futures })).transactions).to.deep.equal([]);
    });

    it("is left as a batch for Safe where the key is elsewhere", async () => {
      await saved();
      const run = await saved({ risk }, withoutKeys(connection, 1));
      expect(run.transactions).to.deep.equal([]);
      expect(run.report.proposals.map(({ next }) => next)).to.deep.equal(["schedule"]);
      expect(run.batches).to.have.length(1);
      const batch = JSON.parse(readFileSync(run.batches[0] ?? "", "utf8")) as SafeBatch;
      expect(batch).to.deep.include({ version: "1.0", chainId: String(CHAIN_IDS.local) });
      expect(batch.meta.createdFromSafeAddress).to.equal(local.roles.risk[0]);
      const { checksum, ...meta } = batch.meta;
      expect(checksum).to.equal(checksumOf({ ...batch, meta }));
      expect((await saved({ risk }, withoutKeys(connection, 1))).batches).to.deep.equal(run.batches);

      // What the file says is what the holder has to send.
      const holder = await connection.ethers.getSigner(local.roles.risk[0] ?? ZeroAddress);
      for (const { to, data, value } of batch.transactions)
        await holder.sendTransaction({ to, data, value: BigInt(value) });
      expect((await saved({ risk }, withoutKeys(connection, 1))).report.proposals[0]?.next).to.equal("waiting");
      await passTime(connection, 2n * DAY);
      const due = await saved({ risk }, withoutKeys(connection, 1));
      expect(due.report.proposals[0]?.next).to.equal("execute");
      const execute = due.report.proposals[0]?.transaction;
      await holder.sendTransaction({ to: execute?.to ?? ZeroAddress, data: execute?.data ?? "0x" });
      expect((await due.contracts.risk.params()).minDebt).to.equal(risk.minDebt);
    });
  });

  describe("a batch for Safe", () => {
    // Written out by hand from the transaction builder's rule, for a batch of the smallest size.
    const batch = {
      version: "1.0",
      chainId: "314",
      createdAt: 1,
      meta: { name: "any", description: "d", txBuilderVersion: "v", createdFromSafeAddress: "0xa" },
      transactions: [{ to: "0xb", value: "0", data: "0x" }],
    } as const;
    const text =
      '{["chainId","createdAt","meta","transactions","version"]"314",1,' +
      '{["createdFromSafeAddress","description","name","txBuilderVersion"]"0xa","d",null,"v",},' +
      '[{["data","to","value"]"0x","0xb","0",}],"1.0",}';

    it("carries the checksum of its content, whatever its name", () => {
      expect(checksumOf(batch)).to.equal(id(text));
      expect(checksumOf({ ...batch, meta: { ...batch.meta, name: "other" } })).to.equal(id(text));
      expect(checksumOf({ ...batch, chainId: "1" })).not.to.equal(id(text));
    });
  });

  describe("a call scheduled by another holder", () => {
    it("is seen, and not scheduled again", async () => {
      const [, , , , second] = await connection.ethers.getSigners();
      const roles = { ...local.roles, risk: [...local.roles.risk, second?.address as `0x${string}`] };
      const risk = { ...local.risk, minDebt: 20n * FIL };
      const { contracts, addresses } = await saved({ roles });
      const data = contracts.risk.interface.encodeFunctionData("setParams", [risk]);
      await (await contracts.manager.connect(second).schedule(addresses.risk, data, 0)).wait();
      const run = await saved({ roles, risk });
      expect(run.transactions).to.deep.equal([]);
      expect(run.report.proposals[0]).to.include({ caller: second?.address, next: "waiting" });
    });
  });

  describe("a new holder of a role", () => {
    it("is granted the role through ADMIN and its delay", async () => {
      await saved();
      const [, , , , newcomer] = await connection.ethers.getSigners();
      const roles = { ...local.roles, guardian: [...local.roles.guardian, newcomer?.address as `0x${string}`] };
      const first = await saved({ roles });
      expect(first.report.proposals.map(({ role }) => role)).to.deep.equal(["ADMIN"]);
      await passTime(connection, 7n * DAY);
      const { contracts, report } = await saved({ roles });
      expect(report.proposals).to.deep.equal([]);
      expect(await contracts.manager.membersOf(ROLE_IDS.GUARDIAN)).to.include(newcomer?.address);
    });
  });

  describe("loadDeployment", () => {
    it("finds what was deployed and sends nothing", async () => {
      const { addresses } = await saved();
      const before = await connection.ethers.provider.getBlockNumber();
      const found = await loadDeployment(connection, folder);
      expect(found.addresses).to.deep.equal(addresses);
      expect(await found.contracts.vault.totalAssets()).to.equal(local.seed.deadDeposit + local.seed.custodyDust);
      expect(await connection.ethers.provider.getBlockNumber()).to.equal(before);
    });

    it("says when there are no records", async () => {
      const error = await rejection(loadDeployment(connection, folder));
      expect(error)
        .to.be.instanceOf(DeployError)
        .and.include({ expected: "records made by `hardhat deploy`", actual: "none" });
    });

    it("says when the records are of another chain", async () => {
      await saved();
      writeFileSync(join(folder, "default", ".chain"), JSON.stringify({ chainId: "314" }));
      const error = await rejection(loadDeployment(connection, folder));
      expect(error).to.include({ expected: `chain ${CHAIN_IDS.local}`, actual: "chain 314" });
    });
  });

  describe("configuration", () => {
    const wrong: ReadonlyArray<readonly [name: string, change: Partial<NetworkParameters>, parameter: string]> = [
      ["a delay below the floor", { delays: { ...local.delays, admin: 7n * DAY - 1n } }, "local.delays.admin"],
      ["a role without a holder", { roles: { ...local.roles, guardian: [] } }, "local.roles.guardian"],
      ["the zero address", { roles: { ...local.roles, risk: [ZeroAddress as `0x${string}`] } }, "local.roles.risk"],
      ["a wrong checksum", { wfil: "0x60E1773636CF5E4A227d9AC24F20fEca034ee25a" }, "local.wfil"],
      ["a short address", { wfil: "0x60E1" }, "local.wfil"],
      [
        "a holder named twice",
        { roles: { ...local.roles, risk: [...local.roles.risk, ...local.roles.risk] } },
        "local.roles.risk",
      ],
      [
        "a guardian that upgrades",
        { roles: { ...local.roles, guardian: local.roles.upgrader } },
        "local.roles.guardian",
      ],
      ["no wrapped FIL on a live network", { local: false }, "local.wfil"],
      [
        "a reserve share above a fifth",
        { vault: { ...local.vault, reserveShareWad: WAD / 5n + 1n } },
        "local.vault.reserveShareWad",
      ],
      [
        "a share that is no hundredth of a percent",
        { vault: { ...local.vault, reserveShareWad: 1n } },
        "local.vault.reserveShareWad",
      ],
      [
        "a limit on deposits that closes the door",
        { vault: { ...local.vault, depositsPerDay: 10_000n * FIL - 1n } },
        "local.vault.depositsPerDay",
      ],
      [
        "a limit on draws of a part of a FIL",
        { vault: { ...local.vault, drawsPerDay: 1_000n * FIL + 1n } },
        "local.vault.drawsPerDay",
      ],
      ["weights out of order", { risk: { ...local.risk, callWeightWad: WAD } }, "local.risk.callWeightWad"],
      [
        "a rate outside its bounds",
        { rate: { ...local.rate, initialRatePerYearWad: WAD } },
        "local.rate.initialRatePerYearWad",
      ],
      ["a facility beyond the limit", { loanBook: { maxFacility: 10_000_001n * FIL } }, "local.loanBook.maxFacility"],
      [
        "an exchange that asks contracts with too little gas",
        { futures: { ...local.futures, signatureGas: 49_999n } },
        "local.futures.signatureGas",
      ],
      ["nothing in custody", { seed: { ...local.seed, custodyDust: 0n } }, "local.seed.custodyDust"],
      ["no dead deposit", { seed: { ...local.seed, deadDeposit: 0n } }, "local.seed.deadDeposit"],
    ];
    for (const [name, change, parameter] of wrong) {
      it(`refuses ${name}`, () => {
        expect(() => validate({ ...local, ...change }))
          .to.throw(ConfigError)
          .that.satisfies(
            (error: ConfigError) => error.parameter === parameter && error.expected !== "" && error.actual !== "",
          );
      });
    }

    it("knows no other chain", () => {
      expect(() => parametersFor(1)).to.throw(ConfigError, "chain id: expected 31415926 or 314159 or 314, got 1");
    });

    it("asks who holds the roles of a live network", () => {
      expect(() => parametersFor(CHAIN_IDS.filecoin)).to.throw(ConfigError, "PLIMSOLL_ADMIN");
    });

    it("takes the holders of a live network from the environment", () => {
      const names = [
        "PLIMSOLL_ADMIN",
        "PLIMSOLL_UPGRADER",
        "PLIMSOLL_RISK",
        "PLIMSOLL_GUARDIAN",
        "PLIMSOLL_ARBITER",
        "PLIMSOLL_FUTURES_FEES",
      ] as const;
      names.forEach((name, i) => (process.env[name] = `0x${String(i + 1).repeat(40)}, 0x${String(i + 5).repeat(40)}`));
      try {
        expect(() => parametersFor(CHAIN_IDS.calibration)).to.throw(ConfigError, "PLIMSOLL_FUTURES_FEES");
        process.env.PLIMSOLL_FUTURES_FEES = `0x${"6".repeat(40)}`;
        const { roles, wfil, futures } = parametersFor(CHAIN_IDS.calibration);
        expect(roles.guardian).to.deep.equal([`0x${"4".repeat(40)}`, `0x${"8".repeat(40)}`]);
        expect(roles.arbiter).to.deep.equal([`0x${"5".repeat(40)}`, `0x${"9".repeat(40)}`]);
        expect(futures.feesRecipient).to.equal(`0x${"6".repeat(40)}`);
        expect(futures.signatureGas).to.equal(45_000_000n);
        expect(wfil).to.equal("0xaC26a4Ab9cF2A8c5DBaB6fb4351ec0F4b07356c4");
      } finally {
        for (const name of names) Reflect.deleteProperty(process.env, name);
      }
    });
  });
});
