import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { LIEN } from "../../src/loans/actions.js";
import { CHANGE_BENEFICIARY, FIL, changeBeneficiaryParams, maskedId } from "../../src/sdk/index.js";
import attachTask from "../../tasks/loan/attach.js";
import openTask from "../../tasks/loan/open.js";
import refinanceTask from "../../tasks/loan/refinance.js";
import { CommandBench, type Ran, WRITE, codeOf as code, dataOf as data, runAction } from "../helpers/cli.js";
import { asRisk } from "../helpers/risk.js";

/** By number among the accounts: lender to the pool, provider, and anybody. */
const [LENDER, PROVIDER, ANYBODY] = ["4", "6", "8"];
const LOOK = { ...WRITE, amount: undefined, deadline: "+7d", take: false } as const;
const OLD = { quota: 5_000n * FIL, expiration: 50_000_000n } as const;

interface Status {
  readonly ready: boolean;
  readonly refusal: string | null;
  readonly proposed: boolean;
  readonly approved: boolean;
  readonly listed: boolean;
  readonly lender: string;
  readonly adapter: string | null;
  readonly offered: { readonly attoFil: string };
  readonly debt?: { readonly attoFil: string };
}

describe("loan refinance", () => {
  let bench: CommandBench;
  let provider = "";

  before(async () => {
    bench = await CommandBench.create();
    provider = bench.accounts[Number(PROVIDER)] ?? "";
    const lender = await bench.connection.ethers.getSigner(bench.accounts[Number(LENDER)] ?? "");
    await (await bench.contracts.vault.connect(lender).depositFil(lender.address, { value: 2_000n * FIL })).wait();
  });

  const run = (loan: string, miner: bigint, args: object = {}): Promise<Ran> =>
    bench.run(refinanceTask, { ...LOOK, loan, miner: `f0${miner}`, from: PROVIDER, ...args });
  const status = async (loan: string, miner: bigint): Promise<Status> => data<Status>(await run(loan, miner));

  async function open(): Promise<{ readonly loan: string; readonly accountId: bigint }> {
    const terms = { drawBy: "+90d", proveWithin: "30d", payee: undefined, tranches: ["300FIL@1TiB"] };
    const opened = data(await bench.run(openTask, { ...WRITE, ...terms, from: PROVIDER }));
    // On Filecoin a contract has its id from birth.
    return { loan: String(opened.loanId), accountId: await bench.filecoin.register(String(opened.account)) };
  }

  /** A miner with 500 FIL of pledge and more, whose beneficiary is `lenderId`. */
  async function encumbered(lenderId: bigint): Promise<bigint> {
    const miner = await bench.filecoin.createMiner(provider);
    await bench.filecoin.fund(miner, 600n * FIL);
    await bench.filecoin.seal(miner, 500n, { pledge: FIL });
    const params = changeBeneficiaryParams(lenderId, OLD.quota, OLD.expiration);
    expect((await bench.filecoin.callAs(provider, miner, CHANGE_BENEFICIARY, params)).exitCode).to.equal(0n);
    return miner;
  }

  const propose = async (miner: bigint, accountId: bigint): Promise<void> => {
    const params = changeBeneficiaryParams(accountId, LIEN.quota, LIEN.expiration);
    expect((await bench.filecoin.callAs(provider, miner, CHANGE_BENEFICIARY, params)).exitCode).to.equal(0n);
  };

  const list = async (id: bigint, adapter: string): Promise<void> =>
    asRisk(bench, bench.contracts.book, "setLienholder", [id, true, adapter]);

  it("refuses a chain that ends with the process, naming --network", async () => {
    expect(code(await runAction(refinanceTask, { ...LOOK, loan: "1", miner: "f01000" }))).to.equal("EPHEMERAL_NETWORK");
  });

  describe("from a lender that is an account", () => {
    let miner = 0n;
    let lenderId = 0n;
    let loan = "";
    let accountId = 0n;

    before(async () => {
      lenderId = await bench.filecoin.createAccount();
      miner = await encumbered(lenderId);
      const params = changeBeneficiaryParams(lenderId, OLD.quota, OLD.expiration);
      await bench.filecoin.callAs(maskedId(lenderId), miner, CHANGE_BENEFICIARY, params);
      ({ loan, accountId } = await open());
    });

    it("names what is wrong, and the next command", async () => {
      expect(code(await run(loan, 5n))).to.equal("LoanBook_NotMiner");
      expect(code(await run(loan, miner, { amount: "250", take: true }))).to.equal("ONE_STEP_AT_A_TIME");
      expect(code(await run(loan, miner, { amount: "250" }))).to.equal("LoanBook_NotListed");
      expect(code(await run(loan, miner, { take: true }))).to.equal("LoanBook_NotListed");
      expect(
        code(await bench.run(attachTask, { ...WRITE, loan, miner: `f0${miner}`, from: PROVIDER })),
        "and no other way in",
      ).to.equal("LoanBook_ForeignBeneficiary");
      await list(lenderId, ZeroAddress);
      expect(code(await run(loan, miner, { take: true }))).to.equal("LoanBook_NoOffer");
      expect(code(await run(loan, miner, { amount: "301" }))).to.equal("LoanBook_BadPayOff");
      expect(code(await run(loan, miner, { amount: "250", deadline: "+31d" }))).to.equal("LoanBook_BadDeadline");
      expect(code(await run(loan, miner, { amount: "250", from: ANYBODY }))).to.equal("LoanBook_NotAuthorised");
      expect(code(await run(loan, miner, { amount: "0" }))).to.equal("ZERO_AMOUNT");
    });

    it("--amount opens the offer, and never lowers it", async () => {
      const opened = await run(loan, miner, { amount: "240 FIL" });
      expect(data<Status>(opened)).to.deep.include({ ready: false, refusal: "LoanBook_NotProposed", listed: true });
      expect(opened.json?.next[0]).to.match(/^lotus-miner actor propose-change-beneficiary --really-do-it f410f/);
      expect(code(await run(loan, miner, { amount: "239.9" }))).to.equal("LoanBook_OfferReduced");
      data(await run(loan, miner, { amount: "250", deadline: "+8d" }));
      expect(BigInt((await status(loan, miner)).offered.attoFil)).to.equal(250n * FIL);
    });

    it("shows what is next until the lender has approved", async () => {
      expect(code(await run(loan, miner, { take: true }))).to.equal("LoanBook_NotProposed");
      await propose(miner, accountId);
      const proposed = await run(loan, miner);
      expect(data<Status>(proposed)).to.deep.include({ proposed: true, approved: false, ready: false });
      const command = proposed.json?.next[0] ?? "";
      expect(command).to.match(/^lotus send --from [ft]0\d+ --method 1570634796 --params-hex [0-9a-f]+ [ft]0\d+ 0$/);
      expect(code(await run(loan, miner, { take: true }))).to.equal("LoanBook_NotApproved");
      // The very message that was printed.
      const params = `0x${command.split(" ")[7] ?? ""}`;
      const sent = await bench.filecoin.callAs(maskedId(lenderId), miner, CHANGE_BENEFICIARY, params);
      expect(sent.exitCode).to.equal(0n);
      const ready = await run(loan, miner);
      expect(data<Status>(ready)).to.deep.include({ approved: true, ready: true, refusal: null });
      expect(BigInt(data<Status>(ready).debt?.attoFil ?? "0")).to.be.greaterThanOrEqual(250n * FIL);
      expect(ready.json?.next[0]).to.match(/--take$/);
      expect(code(await run(loan, miner, { amount: "250", deadline: "+9d" }))).to.equal("LoanBook_AlreadyApproved");
    });

    it("--take --dry-run sends nothing", async () => {
      expect(data(await run(loan, miner, { take: true, dryRun: true, yes: false }))).to.include({ dryRun: true });
      expect(await bench.contracts.book.loanOfMiner(miner)).to.equal(0n);
    });

    it("--take pays the lender and takes the lien; anybody may", async () => {
      const before = await bench.filecoin.balanceOf(lenderId);
      const done = data(await run(loan, miner, { take: true, from: ANYBODY }));
      expect(done.amount).to.deep.equal({ attoFil: (250n * FIL).toString(), fil: "250" });
      expect(await bench.filecoin.balanceOf(lenderId)).to.equal(before + 250n * FIL);
      expect((await bench.contracts.facts.beneficiaryTerm(miner)).beneficiary).to.equal(accountId);
      expect(await bench.contracts.book.loanOfMiner(miner)).to.equal(BigInt(loan));
      expect(code(await run(loan, miner, { take: true }))).to.equal("LoanBook_MinerTaken");
    });

    it("sends a miner that is its owner's own to loan attach", async () => {
      const own = await bench.filecoin.createMiner(provider);
      const other = await open();
      const ran = await run(other.loan, own, { amount: "100" });
      expect(code(ran)).to.equal("LoanBook_NoForeignLien");
      expect(ran.json?.next[0]).to.match(/^npx hardhat loan attach/);
    });
  });

  describe("from a lender that is a contract and approves once it is paid", () => {
    it("goes through its adapter, and the rest is the loan's", async () => {
      const { ethers } = bench.connection;
      const house = await ethers.deployContract("OldLender");
      const adapter = await ethers.deployContract("OldLenderAdapter", [await house.getAddress()]);
      const houseId = await bench.filecoin.register(await house.getAddress());
      await bench.filecoin.register(await adapter.getAddress());
      const miner = await encumbered(houseId);
      const lent = house.getFunction("lend")(miner, OLD.quota, OLD.expiration, 200n * FIL) as Promise<{
        wait(): Promise<unknown>;
      }>;
      await (await lent).wait();
      await list(houseId, await adapter.getAddress());

      const { loan, accountId } = await open();
      data(await run(loan, miner, { amount: "220" }));
      await propose(miner, accountId);
      expect(await status(loan, miner)).to.deep.include({
        approved: false,
        ready: true,
        refusal: null,
        adapter: await adapter.getAddress(),
      });
      data(await run(loan, miner, { take: true }));
      expect(await ethers.provider.getBalance(await house.getAddress())).to.equal(200n * FIL);
      expect(await bench.contracts.book.freeFundsOf(BigInt(loan))).to.equal(20n * FIL);
      expect((await bench.contracts.facts.beneficiaryTerm(miner)).beneficiary).to.equal(accountId);
    });
  });
});
