import { expect } from "chai";
import hre from "hardhat";

import type { Runtime } from "../../src/cli/session.js";
import { LIEN } from "../../src/loans/actions.js";
import { CHANGE_BENEFICIARY, FIL, changeBeneficiaryParams } from "../../src/sdk/index.js";
import auctionListTask from "../../tasks/auction/list.js";
import redirectTask from "../../tasks/auction/redirect.js";
import takeTask from "../../tasks/auction/take.js";
import liquidateTask from "../../tasks/liquidate.js";
import attachTask from "../../tasks/loan/attach.js";
import closeTask from "../../tasks/loan/close.js";
import controlTask from "../../tasks/loan/control.js";
import cureTask from "../../tasks/loan/cure.js";
import detachTask from "../../tasks/loan/detach.js";
import drawTask from "../../tasks/loan/draw.js";
import escrowTask from "../../tasks/loan/escrow.js";
import openTask from "../../tasks/loan/open.js";
import postTask from "../../tasks/loan/post.js";
import previewTask from "../../tasks/loan/preview.js";
import proveTask from "../../tasks/loan/prove.js";
import releaseTask from "../../tasks/loan/release.js";
import repayTask from "../../tasks/loan/repay.js";
import statusTask from "../../tasks/loan/status.js";
import sweepTask from "../../tasks/loan/sweep.js";
import unescrowTask from "../../tasks/loan/unescrow.js";
import unpostTask from "../../tasks/loan/unpost.js";
import depositTask from "../../tasks/vault/deposit.js";
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

const OPEN = {
  ...WRITE,
  drawBy: "+90d",
  proveWithin: "30d",
  payee: undefined,
  tranches: ["400FIL@100TiB", "100FIL@20TiB"],
} as const;

const KEYS = { worker: "f01001", controls: [], confirm: false } as const;
const UNPOST = { amount: "1", receiver: undefined } as const;
const TAKE = {
  kind: "strips",
  amount: "max",
  maxPrice: undefined,
  token: undefined,
  miner: undefined,
  owner: undefined,
  receiver: undefined,
} as const;

/** By number among the accounts: lender and provider. */
const [LENDER, PROVIDER] = ["4", "6"];

describe("Tasks", () => {
  let bench: CommandBench;
  let miner = 0n;
  let account = "";

  before(async () => {
    bench = await CommandBench.create();
  });

  describe("refuse a chain that ends with the process, naming --network", () => {
    const runs: ReadonlyArray<readonly [string, () => Promise<Ran>]> = [
      ["vault deposit", () => runAction(depositTask, { ...WRITE, amount: "1", receiver: undefined })],
      ["vault withdraw", () => runAction(withdrawTask, { ...WRITE, amount: "1", receiver: undefined })],
      ["vault status", () => runAction(vaultStatusTask, { ...READ, lender: undefined })],
      ["loan open", () => runAction(openTask, OPEN)],
      ["loan attach", () => runAction(attachTask, { ...WRITE, loan: "1", miner: "f01000" })],
      ["loan preview", () => runAction(previewTask, { ...READ, loan: "1", miner: undefined })],
      ["loan draw", () => runAction(drawTask, { ...WRITE, loan: "1", miner: undefined })],
      ["loan prove", () => runAction(proveTask, { ...WRITE, loan: "1" })],
      ["loan repay", () => runAction(repayTask, { ...WRITE, loan: "1", amount: "1" })],
      ["loan sweep", () => runAction(sweepTask, { ...WRITE, loan: "1", miner: undefined })],
      ["loan cure", () => runAction(cureTask, { ...WRITE, loan: "1", amount: "0" })],
      ["loan status", () => runAction(statusTask, { ...READ, loan: "", check: false, minHealth: "1.05" })],
      ["loan release", () => runAction(releaseTask, { ...WRITE, loan: "1", amount: "1", miner: undefined })],
      ["loan detach", () => runAction(detachTask, { ...WRITE, loan: "1", miner: undefined })],
      ["loan escrow", () => runAction(escrowTask, { ...WRITE, loan: "1", miner: undefined })],
      ["loan unescrow", () => runAction(unescrowTask, { ...WRITE, loan: "1", owner: "f01000", miner: undefined })],
      ["loan control", () => runAction(controlTask, { ...WRITE, ...KEYS, loan: "1", miner: undefined })],
      ["loan post", () => runAction(postTask, { ...WRITE, loan: "1", token: "TKN", amount: "1" })],
      ["loan unpost", () => runAction(unpostTask, { ...WRITE, ...UNPOST, loan: "1", token: "TKN" })],
      ["auction list", () => runAction(auctionListTask, { ...READ, loan: undefined })],
      ["auction take", () => runAction(takeTask, { ...WRITE, ...TAKE, loan: "1" })],
      ["auction redirect", () => runAction(redirectTask, { ...WRITE, miner: "f01000", owner: "f01001" })],
      ["loan close", () => runAction(closeTask, { ...WRITE, loan: "1" })],
      ["liquidate", () => runAction(liquidateTask, LIQUIDATE)],
    ];
    for (const [name, run] of runs) {
      it(name, async () => {
        const ran = await run();
        expect(code(ran)).to.equal("EPHEMERAL_NETWORK");
        expect(ran.json?.command).to.equal(name.replace(" ", "."));
        expect(ran.json?.next[0]).to.equal(`npx hardhat ${name} --network localhost`);
      });
    }
  });

  describe("on a network that does not serve", () => {
    const on = (network: string, url?: string): Runtime =>
      ({
        ...hre,
        config: hre.config,
        artifacts: hre.artifacts,
        tasks: hre.tasks,
        hooks: hre.hooks,
        globalOptions: { ...hre.globalOptions, network },
        network: {
          ...hre.network,
          getOrCreate: async () => hre.network.create({ network, override: { ...(url === undefined ? {} : { url }) } }),
        },
      }) as unknown as Runtime;

    it("names an unknown network", async () => {
      expect(code(await runAction(vaultStatusTask, { ...READ, lender: undefined }, {}, on("nowhere")))).to.equal(
        "UNKNOWN_NETWORK",
      );
    });

    it("says that nothing answers", async () => {
      const ran = await runAction(
        vaultStatusTask,
        { ...READ, lender: undefined },
        {},
        on("localhost", "http://127.0.0.1:9"),
      );
      expect(code(ran)).to.equal("NODE_UNREACHABLE");
      expect(ran.json?.ok === false && ran.json.error.retryable).to.equal(true);
    });

    describe("where a node answers", () => {
      let url = "";
      let server: Awaited<ReturnType<typeof hre.network.createServer>>;

      before(async () => {
        server = await hre.network.createServer({ network: "default" }, "127.0.0.1", 0);
        const { address, port } = await server.listen();
        url = `http://${address}:${port}`;
      });
      after(async () => server.close());

      it("says that nothing is deployed", async () => {
        const ran = await runAction(vaultStatusTask, { ...READ, lender: undefined }, {}, on("localhost", url));
        expect(code(ran)).to.equal("NOT_DEPLOYED");
        expect(ran.json?.next).to.deep.equal(["npx hardhat deploy --network localhost"]);
      });

      it("says that the node runs another chain", async () => {
        process.env.PRIVATE_KEY ??= `0x${"11".repeat(32)}`;
        const ran = await runAction(vaultStatusTask, { ...READ, lender: undefined }, {}, on("calibration", url));
        expect(code(ran)).to.equal("WRONG_CHAIN");
      });
    });
  });

  describe("walk a loan through its life", () => {
    it("vault deposit asks before it sends, and cannot ask a script", async () => {
      const args = { ...WRITE, yes: false, amount: "1000 FIL", receiver: undefined, from: LENDER };
      expect(code(await bench.run(depositTask, args), 2)).to.equal("CONFIRMATION_NEEDED");
    });

    it("vault deposit --dry-run shows and sends nothing", async () => {
      const before = await bench.contracts.vault.totalSupply();
      const ran = await bench.run(depositTask, {
        ...WRITE,
        yes: false,
        dryRun: true,
        amount: "1000 FIL",
        receiver: undefined,
        from: LENDER,
      });
      expect(data(ran)).to.deep.include({ dryRun: true });
      expect(await bench.contracts.vault.totalSupply()).to.equal(before);
      expect(ran.json?.tx).to.equal(null);
    });

    it("vault deposit takes FIL", async () => {
      const ran = await bench.run(depositTask, { ...WRITE, amount: "1000 FIL", receiver: undefined, from: LENDER });
      expect(data(ran).deposited).to.deep.equal({ attoFil: (1_000n * FIL).toString(), fil: "1000" });
      expect(ran.json?.tx).to.include({ status: "mined" });
      expect(ran.json?.network).to.include({ name: "bench", chainId: 31415926 });
    });

    it("vault deposit refuses what it cannot understand or the account cannot pay", async () => {
      const run = (args: object): Promise<Ran> =>
        bench.run(depositTask, { ...WRITE, amount: "1", receiver: undefined, from: LENDER, ...args });
      expect(code(await run({ amount: "1e3" }))).to.equal("INVALID_AMOUNT");
      expect(code(await run({ amount: "5 ETH" }))).to.equal("UNKNOWN_UNIT");
      expect(code(await run({ amount: "-1" }))).to.equal("NEGATIVE_AMOUNT");
      expect(code(await run({ amount: "0" }))).to.equal("ZERO_AMOUNT");
      expect(code(await run({ amount: "1000000" }))).to.equal("INSUFFICIENT_FUNDS");
      expect(code(await run({ receiver: "0x12" }))).to.equal("INVALID_ADDRESS");
      expect(code(await run({ from: "0x00000000000000000000000000000000000000AA" }))).to.equal("UNKNOWN_SIGNER");
      expect(code(await run({ from: "99" }))).to.equal("UNKNOWN_SIGNER");
    });

    it("loan open opens a facility and prints how to hand the miner over", async () => {
      const ran = await bench.run(openTask, { ...OPEN, from: PROVIDER });
      const opened = data(ran);
      expect(opened.loanId).to.equal("1");
      account = String(opened.account);
      expect(ran.json?.next[0]).to.match(
        /^lotus-miner actor propose-change-beneficiary --really-do-it f410f\w+ 1329227995784915872\.903807060280344576 9223372036854775807$/,
      );
    });

    it("loan open refuses terms that the loan book would refuse, by the same name", async () => {
      const run = (args: object): Promise<Ran> => bench.run(openTask, { ...OPEN, from: PROVIDER, ...args });
      expect(code(await run({ tranches: ["400FIL"] }))).to.equal("INVALID_TRANCHE");
      expect(code(await run({ tranches: ["400FIL@12"] }))).to.equal("INVALID_POWER");
      expect(code(await run({ tranches: Array.from({ length: 9 }, () => "400@1TiB") }))).to.equal(
        "LoanBook_TrancheCount",
      );
      expect(code(await run({ tranches: ["1@1TiB"] }))).to.equal("LoanBook_BadTranche");
      expect(code(await run({ proveWithin: "1h" }))).to.equal("LoanBook_BadTranche");
      expect(code(await run({ tranches: ["100000000@1TiB"] }))).to.equal("LoanBook_LimitExceeded");
      expect(code(await run({ drawBy: "1" }))).to.equal("DEADLINE_PASSED");
      expect(code(await run({ drawBy: "soon" }))).to.equal("INVALID_EPOCH");
    });

    it("loan attach insists on the owner's proposal, then attaches", async () => {
      const provider = bench.accounts[Number(PROVIDER)] ?? "";
      miner = await bench.filecoin.createMiner(provider);
      await bench.filecoin.fund(miner, 200n * FIL);
      const args = { ...WRITE, loan: "1", miner: `f0${miner}`, from: PROVIDER };
      expect(code(await bench.run(attachTask, { ...args, miner: "f0999999" }))).to.equal("LoanBook_NotMiner");
      expect(code(await bench.run(attachTask, { ...args, miner: "miner" }))).to.equal("INVALID_MINER");
      expect(code(await bench.run(attachTask, { ...args, loan: "x" }))).to.equal("INVALID_LOAN");
      expect(code(await bench.run(attachTask, { ...args, loan: "77" }))).to.equal("LoanBook_UnknownLoan");
      const missing = await bench.run(attachTask, args);
      expect(code(missing)).to.equal("NO_BENEFICIARY_PROPOSAL");
      expect(missing.json?.next[0]).to.contain("lotus-miner actor propose-change-beneficiary");
      const id = await bench.contracts.facts.actorIdOf(account);
      await bench.filecoin.callAs(
        provider,
        miner,
        CHANGE_BENEFICIARY,
        changeBeneficiaryParams(id, LIEN.quota, LIEN.expiration),
      );
      expect(code(await bench.run(attachTask, { ...args, from: LENDER }))).to.equal("LoanBook_NotAuthorised");
      expect(data(await bench.run(attachTask, args))).to.include({ miner: `f0${miner}` });
      expect(code(await bench.run(attachTask, args))).to.equal("LoanBook_MinerTaken");
    });

    it("loan preview shows the binding limit", async () => {
      const preview = data(await bench.run(previewTask, { ...READ, loan: "1", miner: undefined }));
      expect(preview).to.include({ canDraw: true, binding: "None", tranche: 1 });
      expect((preview.checks as readonly object[]).length).to.equal(10);
    });

    it("loan draw pays into the miner, once", async () => {
      const args = { ...WRITE, loan: "1", miner: undefined, from: PROVIDER };
      expect(code(await bench.run(drawTask, { ...args, miner: "f0999" }))).to.equal("NOT_ATTACHED");
      const before = await bench.filecoin.balanceOf(miner);
      expect(data(await bench.run(drawTask, args)).amount).to.deep.equal({
        attoFil: (400n * FIL).toString(),
        fil: "400",
      });
      expect(await bench.filecoin.balanceOf(miner)).to.equal(before + 400n * FIL);
      expect(code(await bench.run(drawTask, args))).to.equal("LoanBook_NotProven");
    });

    it("loan prove waits for pledge and power", async () => {
      const args = { ...WRITE, loan: "1", from: LENDER };
      expect(code(await bench.run(proveTask, args))).to.equal("LoanBook_PledgeNotGrown");
      const count = (500n * FIL) / (await bench.filecoin.world.pledgeFor(false));
      await bench.filecoin.seal(miner, count);
      expect(data(await bench.run(proveTask, args))).to.include({ tranche: 1 });
      expect(code(await bench.run(proveTask, args))).to.equal("LoanBook_NothingToProve");
    });

    it("loan status shows one loan, lists all, and ends with 4 when asked to check", async () => {
      const args = { ...READ, loan: "1", check: false, minHealth: "1.05" };
      const shown = data(await bench.run(statusTask, args)).loan;
      expect(shown).to.include({ loanId: "1", state: "Healthy", covenant: "None" });
      expect(data(await bench.run(statusTask, { ...args, loan: "" })).loans).to.have.lengthOf(1);
      expect((await bench.run(statusTask, { ...args, check: true, minHealth: "50" })).exitCode).to.equal(4);
      expect((await bench.run(statusTask, { ...args, loan: "", check: true, minHealth: "50" })).exitCode).to.equal(4);
      expect((await bench.run(statusTask, { ...args, check: true, minHealth: "1" })).exitCode).to.equal(0);
      expect(code(await bench.run(statusTask, { ...args, minHealth: "much" }))).to.equal("INVALID_RATIO");
      expect(code(await bench.run(statusTask, { ...args, loan: "2" }))).to.equal("LoanBook_UnknownLoan");
      expect(code(await bench.run(statusTask, { ...args, loan: "0" }))).to.equal("INVALID_LOAN");
    });

    it("loan sweep collects interest from what the miner has free", async () => {
      const args = { ...WRITE, loan: "1", miner: undefined, from: LENDER };
      await bench.filecoin.advanceDays(2n);
      const swept = data(await bench.run(sweepTask, args));
      expect(BigInt((swept.toDebt as { readonly attoFil: string }).attoFil) > 0n).to.equal(true);
    });

    it("liquidate leaves a healthy loan alone, and collects for the tip with --all", async () => {
      const idle = data(await bench.run(liquidateTask, LIQUIDATE));
      expect(idle).to.include({ scanned: 1, sent: 0, failed: 0 });
      await bench.filecoin.advanceDays(2n);
      const dry = data(await bench.run(liquidateTask, { ...LIQUIDATE, all: true, dryRun: true }));
      expect(dry).to.include({ dryRun: true, sent: 0, wouldSend: 1 });
      const swept = data(await bench.run(liquidateTask, { ...LIQUIDATE, all: true }));
      expect(swept).to.include({ sent: 1, failed: 0 });
      expect(data(await bench.run(liquidateTask, { ...LIQUIDATE, all: true, minProfit: "1000" }))).to.include({
        sent: 0,
      });
      expect(code(await bench.run(liquidateTask, { ...LIQUIDATE, minProfit: "lots" }))).to.equal("INVALID_AMOUNT");
      expect(code(await bench.run(liquidateTask, { ...LIQUIDATE, loan: "9" }))).to.equal("LoanBook_UnknownLoan");
    });

    it("loan repay pays part, refuses dust, and pays all", async () => {
      const args = { ...WRITE, loan: "1", from: PROVIDER };
      expect(code(await bench.run(repayTask, { ...args, amount: "399" }))).to.equal("LoanBook_DustDebt");
      expect(code(await bench.run(repayTask, { ...args, amount: "0" }))).to.equal("ZERO_AMOUNT");
      expect(data(await bench.run(repayTask, { ...args, amount: "100" })).paid).to.include({ fil: "100" });
      expect(data(await bench.run(cureTask, { ...args, amount: "10" })).loan).to.include({ state: "Healthy" });
      const paid = data(await bench.run(repayTask, { ...args, amount: "max" })).loan as {
        readonly debt: { readonly fil: string };
      };
      expect(paid.debt.fil).to.equal("0");
      expect(code(await bench.run(repayTask, { ...args, amount: "max" }))).to.equal("LoanBook_NoDebt");
      expect(code(await bench.run(sweepTask, { ...WRITE, loan: "1", miner: undefined, from: LENDER }))).to.equal(
        "LoanBook_NothingToSweep",
      );
    });

    it("loan release, detach and close give everything back", async () => {
      const args = { ...WRITE, loan: "1", from: PROVIDER };
      expect(code(await bench.run(releaseTask, { ...args, amount: "100000", miner: undefined }))).to.equal(
        "LoanBook_ReleaseExceeds",
      );
      expect(data(await bench.run(releaseTask, { ...args, amount: "5", miner: undefined })).released).to.include({
        fil: "5",
      });
      expect(code(await bench.run(closeTask, args))).to.equal("LoanBook_NotCloseable");
      const missing = await bench.run(detachTask, { ...args, miner: undefined });
      expect(code(missing)).to.equal("NO_BENEFICIARY_PROPOSAL");
      const provider = bench.accounts[Number(PROVIDER)] ?? "";
      const { owner } = await bench.contracts.facts.snapshot(miner);
      await bench.filecoin.callAs(provider, miner, CHANGE_BENEFICIARY, changeBeneficiaryParams(owner, 0n, 0n));
      expect(data(await bench.run(detachTask, { ...args, miner: undefined }))).to.include({ miner: `f0${miner}` });
      expect(data(await bench.run(closeTask, args))).to.include({ loanId: "1" });
      expect(code(await bench.run(closeTask, args))).to.equal("LoanBook_WrongState");
    });

    it("vault status and withdraw close the circle", async () => {
      const lender = bench.accounts[Number(LENDER)];
      const shown = data(await bench.run(vaultStatusTask, { ...READ, lender }));
      expect(shown.lender).to.include({ account: lender });
      const args = { ...WRITE, receiver: undefined, from: LENDER };
      expect(code(await bench.run(withdrawTask, { ...args, amount: "5000" }))).to.equal("ERC4626ExceededMaxWithdraw");
      expect(data(await bench.run(withdrawTask, { ...args, amount: "1" })).withdrawn).to.include({ fil: "1" });
      expect(data(await bench.run(withdrawTask, { ...args, amount: "max" })).lender).to.deep.include({ shares: "0" });
      expect(code(await bench.run(withdrawTask, { ...args, amount: "max" }))).to.equal("ERC4626ExceededMaxWithdraw");
    });
  });

  describe("speak to people without --json", () => {
    const PEOPLE = { ...READ, json: false };

    it("show the pool", async () => {
      const ran = await bench.run(vaultStatusTask, { ...PEOPLE, lender: undefined });
      expect(ran.stdout).to.contain("share price");
      expect(ran.exitCode).to.equal(0);
    });

    it("say what failed, by which limit, and what to do next", async () => {
      const ran = await bench.run(statusTask, { ...PEOPLE, loan: "42", check: false, minHealth: "1.05" });
      expect(ran.stdout).to.equal("");
      expect(ran.stderr)
        .to.contain("There is no loan 42.")
        .and.contain("limit")
        .and.contain("actual")
        .and.contain("npx hardhat loan status");
      expect(ran.exitCode).to.equal(1);
    });

    it("show what a deposit would do", async () => {
      const ran = await bench.run(depositTask, {
        ...WRITE,
        json: false,
        dryRun: true,
        amount: "7",
        receiver: undefined,
        from: LENDER,
      });
      expect(ran.stdout).to.contain("Deposit 7 FIL").and.contain("✓").and.contain("Dry run: nothing was sent.");
    });
  });
});
