import { expect } from "chai";

import { readOffer, quoteTerm } from "../../src/loans/terms.js";
import { LIEN } from "../../src/loans/actions.js";
import { CHANGE_BENEFICIARY, EPOCHS_PER_DAY, FIL, changeBeneficiaryParams } from "../../src/sdk/index.js";
import liquidateTask from "../../tasks/liquidate.js";
import drawTask from "../../tasks/loan/draw.js";
import fixTask from "../../tasks/loan/fix.js";
import proveTask from "../../tasks/loan/prove.js";
import repayTask from "../../tasks/loan/repay.js";
import rollTask from "../../tasks/loan/roll.js";
import scheduleTask from "../../tasks/loan/schedule.js";
import termsTask from "../../tasks/loan/terms.js";
import unfixTask from "../../tasks/loan/unfix.js";
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
import { asRisk } from "../helpers/risk.js";

/** By number among the accounts. */
const [LENDER, PROVIDER, STRANGER] = ["4", "6", "7"];

interface Amount {
  readonly attoFil: string;
  readonly fil: string;
}

interface FixedJson {
  readonly rate: string;
  readonly interestPerDay: Amount;
  readonly maturity: number;
  readonly maturityDate: string;
  readonly graceEnd: number;
  readonly overdue: boolean;
  readonly matured: boolean;
  readonly earlyFee: Amount;
}

interface TermJson {
  readonly debt: Amount;
  readonly principal: Amount;
  readonly fixed: FixedJson | null;
}

interface OfferJson {
  readonly tier: number;
  readonly longestDays: number;
  readonly drawn: Amount;
  readonly room: Amount;
  readonly most: Amount;
  readonly fixedDebt: Amount;
  readonly quotes: ReadonlyArray<
    Readonly<Record<"base" | "premium" | "spread" | "rate", string>> & { readonly days: number }
  >;
}

interface DueJson {
  readonly what: string;
  readonly tranche: number | null;
  readonly epoch: number;
  readonly date: string;
  readonly inEpochs: number;
  readonly amount: Amount | null;
}

interface StepJson {
  readonly action: string;
  readonly decision: string;
}

const atto = (amount: Amount | null | undefined): bigint => BigInt(amount?.attoFil ?? 0);
const kinds = (dues: readonly DueJson[]): readonly string[] => dues.map(({ what }) => what);

describe("Tasks of fixed terms", () => {
  let bench: CommandBench;
  /** The miners of loans 1 and 2. */
  const miners: bigint[] = [];

  const draw = (args: object = {}): Promise<Ran> =>
    bench.run(drawTask, { ...WRITE, loan: "1", miner: undefined, from: PROVIDER, ...args });
  const rate = { term: undefined, maxRate: undefined } as const;
  const fix = (args: object = {}): Promise<Ran> =>
    bench.run(fixTask, { ...WRITE, ...rate, loan: "1", from: PROVIDER, ...args });
  const roll = (args: object = {}): Promise<Ran> =>
    bench.run(rollTask, { ...WRITE, ...rate, loan: "1", from: PROVIDER, ...args });
  const unfix = (args: object = {}): Promise<Ran> =>
    bench.run(unfixTask, { ...WRITE, loan: "1", from: PROVIDER, ...args });
  const repay = (amount: string, loan = "1"): Promise<Ran> =>
    bench.run(repayTask, { ...WRITE, loan, amount, from: PROVIDER });
  const terms = async (loan = "", more: object = {}): Promise<{ offer: OfferJson; loan: TermJson | null }> =>
    data(await bench.run(termsTask, { ...READ, loan, amount: undefined, tier: undefined, ...more }));
  const termOf = async (loan: string): Promise<TermJson> => {
    const { loan: term } = await terms(loan);
    if (term === null) expect.fail(`loan ${loan} has no term`);
    return term;
  };
  const duesOf = async (loan: string): Promise<readonly DueJson[]> =>
    data<{ dues: readonly DueJson[] }>(await bench.run(scheduleTask, { ...READ, loan })).dues;
  const keep = (args: object = {}): Promise<Ran> => bench.run(liquidateTask, { ...LIQUIDATE, from: STRANGER, ...args });
  const stepsOf = (ran: Ran, loanId: string): ReadonlyArray<readonly [string, string]> =>
    data<{ candidates: ReadonlyArray<{ readonly loanId: string; readonly steps: readonly StepJson[] }> }>(ran)
      .candidates.filter((candidate) => candidate.loanId === loanId)
      .flatMap(({ steps }) => steps.map(({ action, decision }) => [action, decision] as const));

  /** A facility of two tranches with a miner of its own, which has FIL enough. */
  async function facility(loanId: bigint): Promise<void> {
    const address = bench.accounts[Number(PROVIDER)] ?? "";
    const provider = await bench.connection.ethers.getSigner(address);
    const book = bench.contracts.book.connect(provider);
    const now = await bench.filecoin.epoch();
    const tranche = {
      amount: 100n * FIL,
      minPowerDelta: 1n << 35n,
      drawDeadline: now + 90n * EPOCHS_PER_DAY,
      proveEpochs: 30n * EPOCHS_PER_DAY,
    };
    await (await book.open([tranche, tranche], address)).wait();
    const miner = await bench.filecoin.createMiner(address);
    await bench.filecoin.fund(miner, 1_000n * FIL);
    const id = await bench.contracts.facts.actorIdOf((await book.loanOf(loanId)).account);
    const params = changeBeneficiaryParams(id, LIEN.quota, LIEN.expiration);
    await bench.filecoin.callAs(address, miner, CHANGE_BENEFICIARY, params);
    await (await book.attachMiner(loanId, miner)).wait();
    miners.push(miner);
  }

  /** Seals what was drawn, and has it proven. */
  async function seal(loan: string): Promise<void> {
    const miner = miners[Number(loan) - 1] ?? 0n;
    await bench.filecoin.seal(miner, (110n * FIL) / (await bench.filecoin.world.pledgeFor(false)));
    data(await bench.run(proveTask, { ...WRITE, loan, from: STRANGER }));
  }

  before(async () => {
    bench = await CommandBench.create();
    const lender = await bench.connection.ethers.getSigner(bench.accounts[Number(LENDER)] ?? "");
    await (await bench.contracts.vault.connect(lender).depositFil(lender.address, { value: 1_000n * FIL })).wait();
    await facility(1n);
    await facility(2n);
  });

  describe("refuse a chain that ends with the process, naming --network", () => {
    const runs: ReadonlyArray<readonly [string, () => Promise<Ran>]> = [
      ["loan terms", () => runAction(termsTask, { ...READ, loan: "", amount: undefined, tier: undefined })],
      ["loan schedule", () => runAction(scheduleTask, { ...READ, loan: "1" })],
      ["loan fix", () => runAction(fixTask, { ...WRITE, ...rate, loan: "1" })],
      ["loan unfix", () => runAction(unfixTask, { ...WRITE, loan: "1" })],
      ["loan roll", () => runAction(rollTask, { ...WRITE, ...rate, loan: "1" })],
    ];
    for (const [name, run] of runs) {
      it(name, async () => {
        const ran = await run();
        expect(code(ran)).to.equal("EPHEMERAL_NETWORK");
        expect(ran.json?.next[0]).to.equal(`npx hardhat ${name} --network localhost`);
      });
    }
  });

  it("say so while nothing is offered", async () => {
    const { offer } = await terms();
    expect(offer).to.deep.include({ tier: 0, longestDays: 0, quotes: [] });
    const ran = await bench.run(termsTask, { ...READ, json: false, loan: "1", amount: undefined, tier: undefined });
    expect(ran.stdout).to.contain("No fixed terms are offered now").and.contain("Loan 1 · no debt");
    const refused = await draw({ term: "180" });
    expect(code(refused)).to.equal("LoanBook_BadMaturity");
    expect(refused.json?.ok === false && refused.json.error.limit).to.contain("no fixed terms are offered");
  });

  it("loan terms shows what RISK offers, with the parts of each rate, as the contract quotes it", async () => {
    const offered = {
      premium30Bps: 20,
      premium180Bps: 80,
      premium540Bps: 200,
      spread0Bps: 150,
      spread1Bps: 100,
      spread2Bps: 50,
      spread3Bps: 0,
      maxTermDays: 360,
      maxShareBps: 2_500,
    };
    const { book } = bench.contracts;
    await asRisk(bench, book, "setFixedRates", [offered]);
    const { offer } = await terms("1");
    expect(offer.quotes.map(({ days }) => days)).to.deep.equal([30, 90, 180, 360]);
    expect(offer.quotes.map(({ premium }) => premium)).to.deep.equal(["0.002", "0.0044", "0.008", "0.014"]);
    expect(offer.drawn).to.include({ fil: "100" });
    expect(offer.room).to.deep.equal(offer.most);
    for (const tier of [0n, 1n, 2n, 3n]) {
      for (const days of [1n, 30n, 31n, 100n, 180n, 359n, 360n]) {
        for (const amount of [0n, 100n * FIL, 800n * FIL]) {
          const term = days * EPOCHS_PER_DAY + 7n;
          const { rates, basis } = await readOffer(bench.contracts, amount);
          const quoted = await book.quoteFixed(amount, term, tier);
          expect(quoteTerm(rates, basis, term, tier).rateRay, `${amount} ${days} ${tier}`).to.equal(quoted);
        }
      }
    }
    const better = await terms("", { tier: "3", amount: "990" });
    expect(better.offer).to.include({ tier: 3 });
    expect(Number(better.offer.quotes[0]?.base) > Number(offer.quotes[0]?.base)).to.equal(true);
    expect(code(await bench.run(termsTask, { ...READ, loan: "", amount: undefined, tier: "4" }))).to.equal(
      "INVALID_NUMBER",
    );
    expect(code(await bench.run(termsTask, { ...READ, loan: "9", amount: undefined, tier: undefined }))).to.equal(
      "LoanBook_UnknownLoan",
    );
  });

  it("loan draw --term refuses what is not offered, and too low a rate", async () => {
    expect(code(await draw({ term: "29" }))).to.equal("LoanBook_BadMaturity");
    const long = await draw({ term: "361" });
    expect(code(long)).to.equal("LoanBook_BadMaturity");
    expect(long.json?.next).to.deep.equal(["npx hardhat loan terms 1"]);
    expect(code(await draw({ term: "180", maxRate: "1" }))).to.equal("LoanBook_RateTooHigh");
    expect(code(await draw({ term: "180", maxRate: "cheap" }))).to.equal("INVALID_RATE");
    expect(code(await draw({ term: "soon" }))).to.equal("INVALID_TERM");
    expect(code(await draw({ term: "180", from: STRANGER }))).to.equal("LoanBook_NotAuthorised");
    expect(data(await draw({ term: "180", dryRun: true, yes: false }))).to.include({ dryRun: true });
    expect((await termOf("1")).fixed).to.equal(null);
  });

  it("loan draw --term agrees on rate and maturity", async () => {
    const { offer } = await terms("1");
    const now = await bench.filecoin.epoch();
    const done = data<{ term: TermJson; amount: Amount }>(await draw({ term: "180" }));
    expect(done.amount).to.include({ fil: "100" });
    expect(done.term.fixed?.maturity).to.equal(Number(now + 20n + 180n * EPOCHS_PER_DAY));
    const [quoted, got] = [Number(offer.quotes[2]?.rate), Number(done.term.fixed?.rate)];
    // The rate at target drifts with every epoch.
    expect(got >= quoted * 0.999 && got <= quoted * 1.01, `${got} of ${quoted}`).to.equal(true);
    expect(done.term.fixed).to.include({ overdue: false, matured: false });
    const dues = await duesOf("1");
    expect(kinds(dues)).to.deep.equal(["proveBy", "interestBy", "drawBy", "rollFrom", "maturity", "graceEnd"]);
    const maturity = dues.find(({ what }) => what === "maturity");
    const drift = Date.parse(maturity?.date ?? "") - Date.parse(done.term.fixed?.maturityDate ?? "");
    expect(Math.abs(drift) < 60_000, "the local chain's blocks are not 30 s apart").to.equal(true);
    // 180 days of interest on top of the principal.
    const perDay = atto(done.term.fixed?.interestPerDay);
    expect(atto(maturity?.amount) > 100n * FIL + 180n * perDay - FIL / 100n).to.equal(true);
    expect(atto(maturity?.amount) < 100n * FIL + 181n * perDay).to.equal(true);
  });

  it("loan draw joins the term that a loan has, and no other", async () => {
    await seal("1");
    const other = await draw({ term: "90" });
    expect(code(other)).to.equal("LoanBook_OtherMaturity");
    expect(other.json?.next).to.deep.equal(["npx hardhat loan draw 1"]);
    const { fixed } = await termOf("1");
    const done = data<{ term: TermJson }>(await draw());
    expect(done.term.fixed?.maturity).to.equal(fixed?.maturity);
    expect(done.term.principal).to.include({ fil: "200" });
    await seal("1");
  });

  it("loan fix wants a debt that floats, and room", async () => {
    expect(code(await fix({ loan: "2", term: "90" }))).to.equal("LoanBook_NoDebt");
    const fixed = await fix({ term: "90" });
    expect(code(fixed)).to.equal("LoanBook_FixedTerm");
    expect(fixed.json?.next).to.include("npx hardhat loan unfix 1");
    data(await draw({ loan: "2" }));
    expect((await termOf("2")).fixed).to.equal(null);
    const none = await fix({ loan: "2" });
    expect(code(none)).to.equal("TERM_NEEDED");
    // 250 of 1,000 FIL may be fixed, 200 and some are.
    const much = await fix({ loan: "2", term: "90" });
    expect(code(much)).to.equal("LoanBook_FixedShare");
    expect(much.json?.ok === false && much.json.error.hint).to.contain("floating rate");
    await seal("2");
    const floating = await draw({ loan: "2", term: "90" });
    expect(code(floating)).to.equal("LoanBook_NotFixed");
    expect(floating.json?.next[0]).to.equal("npx hardhat loan fix 2 --term 90");
  });

  it("loan repay pays in parts, interest first, and says what of it is the fee", async () => {
    const before = await termOf("1");
    const done = data<{ paid: Amount }>(await repay("120"));
    expect(done.paid).to.include({ fil: "120" });
    const after = await termOf("1");
    expect(atto(after.principal) < atto(before.principal) - 119n * FIL).to.equal(true);
    expect(after.fixed?.maturity).to.equal(before.fixed?.maturity);
    expect(code(await repay("75"))).to.equal("LoanBook_DustDebt");
  });

  it("loan fix and loan unfix go to and fro", async () => {
    const fixed = data<{ rate: string; term: TermJson }>(await fix({ loan: "2", term: "90", maxRate: "40" }));
    expect(fixed.term.fixed?.rate).to.equal(fixed.rate);
    expect(code(await unfix({ loan: "2", from: STRANGER }))).to.equal("LoanBook_NotAuthorised");
    const before = await termOf("2");
    const done = data<{ fee: Amount; term: TermJson }>(await unfix({ loan: "2" }));
    expect(done.term.fixed).to.equal(null);
    expect(atto(done.term.debt) >= atto(before.debt) + atto(done.fee)).to.equal(true);
    const again = await unfix({ loan: "2" });
    expect(code(again)).to.equal("LoanBook_NotFixed");
    expect(again.json?.next).to.deep.equal(["npx hardhat loan fix 2 --term DAYS"]);
  });

  it("loan roll waits for the last thirty days, then agrees anew", async () => {
    expect(code(await roll({ loan: "2", term: "90" }))).to.equal("LoanBook_NotFixed");
    const early = await roll({ term: "90" });
    expect(code(early)).to.equal("LoanBook_NotRollable");
    expect(early.json?.next).to.deep.equal(["npx hardhat loan schedule 1", "npx hardhat loan unfix 1"]);
    const { fixed } = await termOf("1");
    const now = await bench.filecoin.epoch();
    await bench.filecoin.advanceEpochs(BigInt(fixed?.maturity ?? 0) - now - 10n * EPOCHS_PER_DAY);
    data(await keep({ all: true }));
    expect(code(await roll({ term: "20" }))).to.equal("LoanBook_BadMaturity");
    expect(code(await roll({ term: "90", maxRate: "0.5" }))).to.equal("LoanBook_RateTooHigh");
    const done = data<{ rate: string; fee: Amount; term: TermJson }>(await roll({ term: "90" }));
    expect(done.term.fixed?.rate).to.equal(done.rate);
    expect((done.term.fixed?.maturity ?? 0) > (fixed?.maturity ?? 0)).to.equal(true);
  });

  it("liquidate raises the rate of a term that is over, and has the loan watched, then called", async () => {
    const { fixed } = await termOf("1");
    const graceEnd = BigInt(fixed?.graceEnd ?? 0);
    await bench.filecoin.advanceEpochs(graceEnd - (await bench.filecoin.epoch()) - 100n);
    data(await keep({ all: true }));
    expect(stepsOf(await keep(), "1"), "a healthy loan in its grace is not looked at").to.deep.equal([]);
    const late = await roll({ term: "90", loan: "2" });
    expect(code(late)).to.equal("LoanBook_NotFixed");
    await bench.filecoin.advanceEpochs(120n);
    expect(code(await roll({ term: "90" }))).to.equal("LoanBook_NotRollable");

    expect(stepsOf(await keep({ dryRun: true }), "1")).to.deep.equal([["mature", "would-send"]]);
    expect(stepsOf(await keep({ maxGasFee: "0" }), "1")).to.deep.equal([["mature", "skipped"]]);
    const before = await termOf("1");
    const steps = stepsOf(await keep(), "1");
    expect(steps[0]).to.deep.equal(["mature", "sent"]);
    expect(steps).to.deep.include(["review", "sent"]);
    const after = await termOf("1");
    expect(after.fixed).to.include({ overdue: true, matured: true });
    expect(Number(after.fixed?.rate) - Number(before.fixed?.rate) >= 0.02).to.equal(true);
    // The interest of a few epochs is not worth a sweep's gas.
    for (const [action, decision] of stepsOf(await keep(), "1")) {
      expect([action, decision]).to.be.deep.oneOf([
        ["none", "nothing"],
        ["sweep", "skipped"],
      ]);
    }
    expect(kinds(await duesOf("1")))
      .to.include("callAfter")
      .and.not.to.include("rollFrom");

    await bench.filecoin.advanceDays(15n);
    expect(stepsOf(await keep({ dryRun: true }), "1").map(([action]) => action)).to.deep.equal(["review"]);
    await (await bench.contracts.book.review(1n)).wait();
    expect(kinds(await duesOf("1"))).to.include("debtNow");
    expect(code(await unfix())).to.equal("LoanBook_WrongState");
    expect(stepsOf(await keep(), "1").map(([action]) => action)).to.include("sweep");
    expect((await termOf("1")).debt).to.include({ fil: "0" });
    expect(await duesOf("1"), "called by its term, paid by a sweep").to.deep.equal([]);
  });

  it("loan repay max pays a fixed debt in full, with the fee of leaving early", async () => {
    data(await fix({ loan: "2", term: "360", maxRate: "60" }));
    const shown = await bench.run(scheduleTask, { ...READ, json: false, loan: "2" });
    expect(shown.exitCode).to.equal(0);
    expect(shown.stdout).to.contain("Loan 2 · fixed rate").and.contain(" UTC").and.contain("roll over (loan roll)");
    // The pool is nearly empty of loans, so that rates fall, and leaving costs what lenders lose by it.
    await bench.filecoin.advanceDays(20n);
    const before = await termOf("2");
    expect(atto(before.fixed?.earlyFee) > FIL / 1_000n).to.equal(true);
    const done = data<{ paid: Amount }>(await repay("max", "2"));
    const owed = atto(before.debt) + atto(before.fixed?.earlyFee);
    expect(atto(done.paid) - owed < FIL / 1_000n && owed - atto(done.paid) < FIL / 1_000n).to.equal(true);
    expect((await termOf("2")).debt).to.include({ fil: "0" });
    expect(await bench.contracts.book.debtOf(2n)).to.equal(0n);
  });

  it("are shown to people", async () => {
    const offer = await bench.run(termsTask, { ...READ, json: false, loan: "", amount: "50", tier: "1" });
    expect(offer.stdout).to.contain("Fixed rates for a draw of 50 FIL, tier 1").and.contain("360 d");
  });
});
