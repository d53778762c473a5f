import { expect } from "chai";

import type { WriteArguments } from "../../src/cli/run.js";
import { LIEN } from "../../src/loans/actions.js";
import { readMinerSale } from "../../src/loans/auctions.js";
import {
  CHANGE_BENEFICIARY,
  CHANGE_OWNER_ADDRESS,
  FIL,
  WAD,
  changeBeneficiaryParams,
  changeOwnerParams,
} from "../../src/sdk/index.js";
import auctionListTask from "../../tasks/auction/list.js";
import redirectTask from "../../tasks/auction/redirect.js";
import takeTask from "../../tasks/auction/take.js";
import liquidateTask from "../../tasks/liquidate.js";
import attachTask from "../../tasks/loan/attach.js";
import controlTask from "../../tasks/loan/control.js";
import drawTask from "../../tasks/loan/draw.js";
import escrowTask from "../../tasks/loan/escrow.js";
import openTask from "../../tasks/loan/open.js";
import postTask from "../../tasks/loan/post.js";
import proveTask from "../../tasks/loan/prove.js";
import repayTask from "../../tasks/loan/repay.js";
import statusTask from "../../tasks/loan/status.js";
import unescrowTask from "../../tasks/loan/unescrow.js";
import unpostTask from "../../tasks/loan/unpost.js";
import depositTask from "../../tasks/vault/deposit.js";
import { CommandBench, LIQUIDATE, READ, type Ran, WRITE, codeOf, dataOf } from "../helpers/cli.js";
import { type ListedToken, listToken } from "../helpers/tokens.js";

const TAKE = {
  ...WRITE,
  kind: "strips",
  amount: "max",
  maxPrice: undefined,
  token: undefined,
  miner: undefined,
  owner: undefined,
  receiver: undefined,
} as const;

/** By number among the accounts: lender, provider, keeper, and somebody who buys. */
const [LENDER, PROVIDER, KEEPER, BUYER] = ["4", "6", "7", "8"];

interface Amount {
  readonly attoFil: string;
}
interface SaleJson {
  readonly kind: string;
  readonly loanId: string;
  readonly running: boolean;
  readonly price: Amount | null;
  readonly reserve: Amount | null;
  readonly value: Amount;
  readonly miner?: string;
  readonly symbol?: string;
}
interface SalesJson {
  readonly strips: readonly SaleJson[];
  readonly tokens: readonly SaleJson[];
  readonly miners: readonly SaleJson[];
}
interface StepJson {
  readonly action: string;
  readonly decision: string;
  readonly reason: string;
}
interface MinerJson {
  readonly ownership: string;
  readonly owner: string;
}
interface LoanJson {
  readonly state: string;
  readonly debt: Amount;
  readonly drawLimit: Amount;
  readonly miners: readonly MinerJson[];
  readonly posted: ReadonlyArray<{ readonly symbol: string; readonly amount: string; readonly value: Amount }>;
}

const atto = (amount: Amount | null | undefined): bigint => BigInt(amount?.attoFil ?? "0");

/** A facility with one miner, as far as it takes both sides. */
class Provider {
  constructor(
    readonly bench: CommandBench,
    readonly loan: string,
    readonly account: string,
    readonly miner: bigint,
  ) {}

  /** Opens a facility and attaches a miner that holds `funds`. */
  static async open(bench: CommandBench, tranche: string, funds: bigint): Promise<Provider> {
    const terms = { drawBy: "+90d", proveWithin: "30d", payee: undefined, tranches: [tranche] };
    const opened = dataOf(await bench.run(openTask, { ...WRITE, ...terms, from: PROVIDER }));
    const provider = bench.accounts[Number(PROVIDER)] ?? "";
    const miner = await bench.filecoin.createMiner(provider);
    await bench.filecoin.fund(miner, funds);
    const account = String(opened.account);
    const id = await bench.contracts.facts.actorIdOf(account);
    const params = changeBeneficiaryParams(id, LIEN.quota, LIEN.expiration);
    await bench.filecoin.callAs(provider, miner, CHANGE_BENEFICIARY, params);
    const loan = String(opened.loanId);
    dataOf(await bench.run(attachTask, { ...WRITE, loan, miner: `f0${miner}`, from: PROVIDER }));
    return new Provider(bench, loan, account, miner);
  }

  /** What the holder's key signs. */
  get args(): WriteArguments & { readonly loan: string } {
    return { ...WRITE, loan: this.loan, from: PROVIDER };
  }

  async draw(): Promise<Ran> {
    return this.bench.run(drawTask, { ...this.args, miner: undefined });
  }

  async escrow(): Promise<Ran> {
    return this.bench.run(escrowTask, { ...this.args, miner: undefined });
  }

  /** Seals `pledge` FIL worth of sectors and proves the draw. */
  async prove(pledge: bigint): Promise<void> {
    const { filecoin } = this.bench;
    await filecoin.seal(this.miner, (pledge * FIL) / (await filecoin.world.pledgeFor(false)));
    dataOf(await this.bench.run(proveTask, this.args));
  }

  async propose(from: string, owner: bigint): Promise<bigint> {
    const params = changeOwnerParams(owner);
    return (await this.bench.filecoin.callAs(from, this.miner, CHANGE_OWNER_ADDRESS, params)).exitCode;
  }

  async status(): Promise<LoanJson> {
    const args = { ...READ, loan: this.loan, check: false, minHealth: "1" };
    return dataOf(await this.bench.run(statusTask, args)).loan as LoanJson;
  }

  async sales(): Promise<SalesJson> {
    return dataOf(await this.bench.run(auctionListTask, { ...READ, loan: this.loan })) as unknown as SalesJson;
  }

  /** The same for people. */
  async salesText(): Promise<string> {
    return (await this.bench.run(auctionListTask, { json: false, loan: this.loan })).stdout;
  }

  async statusText(): Promise<string> {
    const args = { json: false, loan: this.loan, check: false, minHealth: "1" };
    return (await this.bench.run(statusTask, args)).stdout;
  }

  /** A keeper's pass over this loan: what it did, in order. */
  async keep(options: object = {}): Promise<readonly StepJson[]> {
    const args = { ...LIQUIDATE, from: KEEPER, loan: this.loan, ...options };
    const report = dataOf(await this.bench.run(liquidateTask, args));
    const [candidate] = report.candidates as ReadonlyArray<{ readonly steps: readonly StepJson[] }>;
    return (candidate?.steps ?? []).filter(({ decision }) => decision === "sent" || decision === "failed");
  }
}

const actions = (steps: readonly StepJson[]): readonly string[] => steps.map(({ action }) => action);

async function newBench(): Promise<CommandBench> {
  const bench = await CommandBench.create();
  dataOf(await bench.run(depositTask, { ...WRITE, amount: "3000 FIL", receiver: undefined, from: LENDER }));
  return bench;
}

describe("Tasks: posted collateral", () => {
  let bench: CommandBench;
  let eth: ListedToken;
  let sp: Provider;
  const post = (amount: string, more: object = {}): Promise<Ran> =>
    bench.run(postTask, { ...sp.args, token: "TKN", amount, ...more });
  const unpost = (amount: string, more: object = {}): Promise<Ran> =>
    bench.run(unpostTask, { ...sp.args, token: "tkn", amount, receiver: undefined, ...more });

  before(async () => {
    bench = await newBench();
    eth = await listToken(bench, 500n * FIL);
    await eth.mint(bench.accounts[Number(PROVIDER)] ?? "", 2n * FIL);
    sp = await Provider.open(bench, "400FIL@20TiB", 50n * FIL);
  });

  it("loan post refuses what cannot be posted, by limit, actual value and next command", async () => {
    expect(codeOf(await sp.draw())).to.equal("LoanBook_DrawTest");
    expect(codeOf(await post("1", { token: "BTC" }))).to.equal("PostedCollateral_NotListed");
    expect(codeOf(await post("1", { token: bench.accounts[1] }))).to.equal("PostedCollateral_NotListed");
    expect(codeOf(await post("1,5"))).to.equal("INVALID_TOKEN_AMOUNT");
    expect(codeOf(await post("0"))).to.equal("ZERO_AMOUNT");
    expect(codeOf(await post("3"))).to.equal("INSUFFICIENT_TOKENS");
    expect(codeOf(await post("1001"))).to.equal("INSUFFICIENT_TOKENS");
    expect(codeOf(await post("0.005"))).to.equal("PostedCollateral_Dust");
    expect(codeOf(await unpost("1"))).to.equal("PostedCollateral_ExceedsPosted");
    expect(codeOf(await unpost("max"))).to.equal("PostedCollateral_ExceedsPosted");
  });

  it("loan post approves and posts, and the draw goes through", async () => {
    const dry = dataOf(await post("0.2", { dryRun: true }));
    expect(dry).to.include({ dryRun: true });
    // Left over from another contract's mistake: some tokens refuse to change an allowance that is not zero.
    const signer = await bench.connection.ethers.getSigner(bench.accounts[Number(PROVIDER)] ?? "");
    await signer.sendTransaction(await eth.token.approve(await bench.contracts.posted.getAddress(), 1n));
    const done = dataOf(await post("0.2"));
    expect(done.posted).to.deep.include({ symbol: "TKN", amount: "0.2", inTime: true });
    dataOf(await post("0.05", { token: eth.address }));
    expect(
      await eth.token.allowance(bench.accounts[Number(PROVIDER)] ?? "", await bench.contracts.posted.getAddress()),
    ).to.equal(0n);
    const { posted } = await sp.status();
    expect(posted[0]).to.deep.include({ amount: "0.25", value: { attoFil: (125n * FIL).toString(), fil: "125" } });
    expect(await sp.statusText()).to.match(/0\.25 TKN +500\.0000 FIL +125\.00 FIL +87\.50 FIL +100\.00 FIL +in time/);
    dataOf(await sp.draw());
    await sp.prove(450n);
  });

  it("loan unpost gives back what the rest can spare, to whom the holder says", async () => {
    expect(codeOf(await unpost("0.245"))).to.equal("PostedCollateral_Dust");
    expect(codeOf(await unpost("max"))).to.equal("LoanBook_DrawTest");
    expect(codeOf(await unpost("0.01", { from: LENDER }))).to.equal("PostedCollateral_NotAuthorised");
    const receiver = bench.accounts[Number(BUYER)] ?? "";
    await eth.price(1_000n * FIL);
    const done = dataOf(await unpost("0.05", { receiver }));
    expect(done).to.include({ amount: "0.05", left: "0.2" });
    expect(await eth.token.balanceOf(receiver)).to.equal(FIL / 20n);
  });

  it("auction list has nothing while the loan is healthy, and take says so", async () => {
    expect(await sp.sales()).to.deep.equal({ strips: [], tokens: [], miners: [] });
    expect(await sp.salesText()).to.contain("Nothing is on sale");
    const take = (args: object): Promise<Ran> => bench.run(takeTask, { ...TAKE, loan: sp.loan, from: BUYER, ...args });
    expect(codeOf(await take({}))).to.equal("StripAuction_NotActive");
    expect(codeOf(await take({ kind: "tokens", token: "TKN" }))).to.equal("PostedAuction_NotActive");
    expect(codeOf(await take({ kind: "miner", miner: `f0${sp.miner}` }))).to.equal("ControlAuction_NotActive");
    expect(codeOf(await take({ kind: "tokens" }))).to.equal("OPTION_NEEDED");
    expect(codeOf(await take({ kind: "miner" }))).to.equal("OPTION_NEEDED");
    expect(codeOf(await take({ kind: "houses" }))).to.equal("UNKNOWN_KIND");
  });

  it("liquidate stores a price whose time is running out, once", async () => {
    const poke = async (): Promise<number> =>
      (dataOf(await bench.run(liquidateTask, { ...LIQUIDATE, from: KEEPER })).pokes as readonly unknown[]).length;
    await eth.priceForAnHour(1_000n * FIL);
    await (await bench.contracts.posted.poke(eth.address)).wait();
    expect(await poke()).to.equal(0);
    await bench.connection.provider.request({ method: "evm_increaseTime", params: [14 * 3_600] });
    await eth.price(1_000n * FIL);
    expect(await poke()).to.equal(1);
    expect(await poke()).to.equal(0);
  });

  it("liquidate puts the tokens on sale after a crash, and buys them where that pays and is wanted", async () => {
    const { book } = bench.contracts;
    const { debt, liquidationLimit, posted } = await book.positionOf(sp.loan);
    const miners = liquidationLimit - posted.liquidation;
    // Health just below 1: the tokens must count for what is missing, at a weight of 0.8 and 0.2 tokens.
    await eth.price(((((debt * 98n) / 100n - miners) * 10n) / 8n) * 5n);
    const before = await book.positionOf(sp.loan);
    expect(before.healthWad < WAD && before.healthWad > (WAD * 97n) / 100n, `health ${before.healthWad}`).to.equal(
      true,
    );
    expect((await sp.sales()).tokens[0]).to.include({ kind: "tokens", running: false, price: null });

    expect(await sp.salesText()).to.match(/0\.2 TKN .* can be opened/);

    const opened = await sp.keep();
    expect(actions(opened)).to.include.members(["review", "kickToken"]).and.not.include("takeToken");
    const [sale] = (await sp.sales()).tokens;
    expect(sale).to.include({ kind: "tokens", running: true, symbol: "TKN" });
    const text = await sp.salesText();
    expect(text)
      .to.match(/ TKN .* FIL each +\d.* left/)
      .and.match(/strips, bonus 1.* round 1 of 3, \d.* left/);
    expect(atto(sale?.price) > atto(sale?.value), "the first price is above the feed's").to.equal(true);

    const strip = dataOf(await bench.run(takeTask, { ...TAKE, loan: sp.loan, amount: "5", from: BUYER }));
    expect(strip).to.deep.include({ kind: "strips", stripId: "1", face: { attoFil: (5n * FIL).toString(), fil: "5" } });
    expect(
      codeOf(await bench.run(takeTask, { ...TAKE, loan: sp.loan, amount: "5", maxPrice: "4", from: BUYER })),
    ).to.equal("StripAuction_BonusTooLow");

    await bench.filecoin.advanceEpochs(400n);
    expect(actions(await sp.keep())).to.not.include("takeToken");
    const keeper = bench.accounts[Number(KEEPER)] ?? "";
    const bought = await sp.keep({ takeTokens: true, minProfit: "0.01", budget: "5" });
    expect(actions(bought)).to.include("takeToken");
    expect((await eth.token.balanceOf(keeper)) > 0n).to.equal(true);
    const after = await book.positionOf(sp.loan);
    expect(after.debt < before.debt).to.equal(true);
    expect(after.healthWad > before.healthWad).to.equal(true);
  });

  it("auction take buys what is left of them, at most for what was offered", async () => {
    const { book } = bench.contracts;
    const take = { ...TAKE, loan: sp.loan, kind: "tokens", token: "TKN", from: BUYER };
    const [left] = (await sp.status()).posted;
    if (left === undefined) expect.fail("expected that the keeper bought a part");
    await eth.price((atto(left.value) * 9n) / 10n);
    await sp.keep();
    const [sale] = (await sp.sales()).tokens;
    if (sale?.price === null || sale === undefined)
      expect.fail("expected a running auction of the tokens that are left");
    expect(codeOf(await bench.run(takeTask, { ...take, maxPrice: "0.0001" }))).to.equal("PostedAuction_PriceTooHigh");
    const dry = dataOf(await bench.run(takeTask, { ...take, dryRun: true })).preview as Record<string, Amount>;
    expect(dry).to.include.keys("price", "reserve", "value", "maxPrice");
    const debt = await book.debtOf(sp.loan);
    const buyer = bench.accounts[Number(BUYER)] ?? "";
    const had = await eth.token.balanceOf(buyer);
    const done = dataOf(await bench.run(takeTask, take));
    expect(done).to.include({ kind: "tokens", symbol: "TKN", receiver: buyer });
    expect((await eth.token.balanceOf(buyer)) > had).to.equal(true);
    expect((await book.debtOf(sp.loan)) < debt).to.equal(true);
  });
});

describe("Tasks: owner escrow", () => {
  let bench: CommandBench;
  let sp: Provider;
  let provider = "";
  let accountId = 0n;
  let ownerId = 0n;

  before(async () => {
    bench = await newBench();
    provider = bench.accounts[Number(PROVIDER)] ?? "";
    sp = await Provider.open(bench, "400FIL@20TiB", 100n * FIL);
    accountId = await bench.contracts.facts.actorIdOf(sp.account);
    ownerId = (await bench.contracts.facts.owner(sp.miner)).ownerId;
  });

  it("loan escrow names the owner's command first, then takes the miner", async () => {
    const missing = await sp.escrow();
    expect(codeOf(missing)).to.equal("LoanBook_OwnerNotProposed");
    expect(missing.json?.next).to.deep.equal([
      `lotus-miner actor set-owner --really-do-it f0${accountId} f0${ownerId}`,
      `npx hardhat loan escrow ${sp.loan} --miner f0${sp.miner}`,
    ]);
    const args = { ...sp.args, miner: undefined };
    expect(codeOf(await bench.run(unescrowTask, { ...args, owner: `f0${ownerId}` }))).to.equal("LoanBook_NotEscrowed");
    const keys = { ...args, worker: `f0${ownerId}`, controls: [], confirm: false };
    expect(codeOf(await bench.run(controlTask, keys))).to.equal("LoanBook_NotEscrowed");

    expect(await sp.propose(provider, accountId)).to.equal(0n);
    expect((await sp.status()).miners[0]).to.include({ ownership: "changing" });
    expect(codeOf(await bench.run(escrowTask, { ...args, from: LENDER }))).to.equal("LoanBook_NotAuthorised");
    const done = dataOf(await sp.escrow());
    expect(done).to.include({ miner: `f0${sp.miner}`, previousOwner: `f0${ownerId}` });
    expect((await sp.status()).miners[0]).to.include({ ownership: "escrow", owner: `f0${accountId}` });
    expect(codeOf(await sp.escrow())).to.equal("ALREADY_ESCROWED");
  });

  it("loan control changes keys, the worker after its delay", async () => {
    const [worker, control] = [await bench.filecoin.createAccount(), await bench.filecoin.createAccount()];
    const args = { ...sp.args, miner: undefined, confirm: false };
    const run = (more: object): Promise<Ran> =>
      bench.run(controlTask, { ...args, worker: `f0${worker}`, controls: [`f0${control}`], ...more });
    expect(codeOf(await run({ worker: "" }))).to.equal("WORKER_NEEDED");
    expect(codeOf(await run({ worker: "w" }))).to.equal("INVALID_ADDRESS");
    expect(codeOf(await run({ controls: Array.from({ length: 11 }, () => `f0${control}`) }))).to.equal(
      "TOO_MANY_CONTROLS",
    );
    const done = dataOf(await run({}));
    expect(done).to.deep.include({ worker: `f0${worker}`, controls: [`f0${control}`] });
    const masked = (id: bigint): string => `0xff${"0".repeat(22)}${id.toString(16).padStart(16, "0")}`;
    const controls = (id: bigint): Promise<boolean> => bench.contracts.facts.isControlling(sp.miner, masked(id));
    expect(await controls(control)).to.equal(true);
    expect(await controls(worker)).to.equal(false);
    await bench.filecoin.advanceEpochs(901n);
    expect(dataOf(await run({ worker: "", controls: [], confirm: true }))).to.include({ confirmed: true });
    expect(await controls(worker)).to.equal(true);
  });

  it("loan unescrow gives the ownership back, and loan escrow takes it again before anyone accepts", async () => {
    const args = { ...sp.args, miner: undefined };
    expect(codeOf(await bench.run(unescrowTask, { ...args, owner: sp.account }))).to.equal("LoanBook_InvalidOwner");
    const done = await bench.run(unescrowTask, { ...args, owner: provider });
    expect(dataOf(done)).to.include({ newOwner: `f0${ownerId}` });
    expect(done.json?.next[0]).to.equal(`lotus-miner actor set-owner --really-do-it f0${ownerId} f0${ownerId}`);
    expect((await sp.status()).miners[0]).to.include({ ownership: "leaving" });
    dataOf(await sp.escrow());
    expect((await sp.status()).miners[0]).to.include({ ownership: "escrow" });

    dataOf(await bench.run(unescrowTask, { ...args, owner: provider }));
    expect(await sp.propose(provider, ownerId)).to.equal(0n);
    expect((await sp.status()).miners[0]).to.include({ ownership: "lien", owner: `f0${ownerId}` });
    expect(await sp.propose(provider, accountId)).to.equal(0n);
    dataOf(await sp.escrow());
  });

  it("liquidate puts the miner on sale below 0.95, and auction take buys it", async () => {
    dataOf(await sp.draw());
    await sp.prove(500n);
    await fall(bench, sp.loan, (WAD * 94n) / 100n);
    const waiting = (await sp.sales()).miners;
    expect(waiting).to.have.lengthOf(1);
    expect(waiting[0]).to.include({ miner: `f0${sp.miner}`, running: false, loanId: sp.loan });
    expect(await sp.salesText()).to.match(new RegExp(`miner f0${sp.miner} .* can be opened`));
    expect(await sp.statusText()).to.match(new RegExp(`f0${sp.miner} +escrow `));

    const steps = await sp.keep();
    expect(actions(steps)).to.include.members(["review", "kickMiner"]).and.not.include("takeMiner");
    expect(steps.filter(({ decision }) => decision === "failed")).to.deep.equal([]);
    const [sale] = (await sp.sales()).miners;
    expect(sale).to.include({ running: true });
    expect(await sp.salesText()).to.match(new RegExp(`miner f0${sp.miner} .* round 1 of 3, 23 h .* left`));
    const quote = await bench.contracts.control.quote(sp.miner);
    expect(atto(sale?.price)).to.equal(quote.price);
    expect(atto(sale?.reserve)).to.equal(quote.reserve);
    expect(atto(waiting[0]?.reserve), "the reserve foretold").to.equal(quote.reserve);

    const buyer = bench.accounts[Number(BUYER)] ?? "";
    const take = { ...TAKE, loan: sp.loan, kind: "miner", miner: `f0${sp.miner}`, from: BUYER };
    expect(codeOf(await bench.run(takeTask, { ...take, maxPrice: "1" }))).to.equal("ControlAuction_PriceTooHigh");
    expect(codeOf(await bench.run(takeTask, { ...take, miner: "f0999999" }))).to.equal("ControlAuction_NotActive");
    const done = await bench.run(takeTask, { ...take, owner: bench.accounts[Number(KEEPER)] });
    const bought = dataOf(done);
    expect(bought).to.include({ kind: "miner", miner: `f0${sp.miner}` });
    expect(await bench.contracts.book.debtOf(sp.loan)).to.equal(0n);
    const owner = await bench.contracts.facts.actorIdOf(buyer);
    const redirect = { ...WRITE, miner: `f0${sp.miner}`, owner: buyer, from: BUYER };
    expect(codeOf(await bench.run(redirectTask, { ...redirect, from: KEEPER }))).to.equal("ControlAuction_NotBuyer");
    const redirected = await bench.run(redirectTask, redirect);
    expect(dataOf(redirected)).to.include({ owner: `f0${owner}` });
    expect(redirected.json?.next[0]).to.equal(`lotus-miner actor set-owner --really-do-it f0${owner} f0${owner}`);
    expect(await sp.propose(buyer, owner)).to.equal(0n);
    expect((await bench.contracts.facts.owner(sp.miner)).ownerId).to.equal(owner);
    expect((await sp.sales()).miners).to.deep.equal([]);
  });
});

describe("Keeper: auctions of miners", () => {
  let bench: CommandBench;
  let sp: Provider;

  before(async () => {
    bench = await newBench();
    sp = await Provider.open(bench, "400FIL@20TiB", 100n * FIL);
    await sp.propose(bench.accounts[Number(PROVIDER)] ?? "", await bench.contracts.facts.actorIdOf(sp.account));
    dataOf(await sp.escrow());
    dataOf(await sp.draw());
    await sp.prove(500n);
    await fall(bench, sp.loan, (WAD * 94n) / 100n);
  });

  it("buys a miner for the owner that it was told, once the price leaves a profit", async () => {
    const opened = await sp.keep({ minerOwner: bench.accounts[Number(KEEPER)] });
    expect(actions(opened)).to.include("kickMiner").and.not.include("takeMiner");
    const early = await readMinerSale(bench.contracts, sp.miner);
    expect(early.price > early.value).to.equal(true);
    await bench.filecoin.advanceEpochs(2_400n);
    const bought = await sp.keep({ minerOwner: bench.accounts[Number(KEEPER)] });
    expect(actions(bought)).to.include("takeMiner");
    const { pendingOwnerId } = await bench.contracts.facts.owner(sp.miner);
    expect(pendingOwnerId).to.equal(await bench.contracts.facts.actorIdOf(bench.accounts[Number(KEEPER)] ?? ""));
    expect(await bench.contracts.control.minersOnSale()).to.deep.equal([]);
  });
});

describe("Keeper: auctions of miners that come to nothing", () => {
  it("starts them over, and ends them when the debt is paid", async () => {
    const bench = await newBench();
    const sp = await Provider.open(bench, "400FIL@20TiB", 100n * FIL);
    await sp.propose(bench.accounts[Number(PROVIDER)] ?? "", await bench.contracts.facts.actorIdOf(sp.account));
    dataOf(await sp.escrow());
    dataOf(await sp.draw());
    await sp.prove(500n);
    await fall(bench, sp.loan, (WAD * 94n) / 100n);
    await sp.keep();
    await bench.filecoin.advanceEpochs(2_880n);
    expect(actions(await sp.keep())).to.include("restartMiner");
    expect((await bench.contracts.control.saleOf(sp.miner)).round).to.equal(1n);
    dataOf(await bench.run(repayTask, { ...sp.args, amount: "max" }));
    expect((await sp.sales()).miners[0]).to.include({ running: true });
    expect(await sp.salesText()).to.contain("cannot be sold any more");
    const all = dataOf(await bench.run(liquidateTask, { ...LIQUIDATE, from: KEEPER }));
    expect(JSON.stringify(all.candidates)).to.contain("endMiner");
    expect(await bench.contracts.control.minersOnSale()).to.deep.equal([]);
  });
});

/** Lets the network's rewards rise until what a termination costs brings the loan's health just below `health`. */
async function fall(bench: CommandBench, loan: string, health: bigint): Promise<void> {
  const { world } = bench.filecoin;
  const at = async (rewardPerEpoch: bigint): Promise<boolean> => {
    const { networkQaPower, baselinePower, circulatingSupply, networkRawPower, earlyTerminationLimit } =
      await world.economics();
    await bench.filecoin.setEconomics({
      rewardPerEpoch,
      networkQaPower,
      baselinePower,
      circulatingSupply,
      networkRawPower,
      earlyTerminationLimit,
    });
    return (await bench.contracts.book.positionOf(loan)).healthWad < health;
  };
  let low = (await world.economics()).rewardPerEpoch;
  let high = low;
  while (!(await at(high))) [low, high] = [high, high * 2n];
  while (high - low > high / 400n) {
    const middle = (low + high) / 2n;
    if (await at(middle)) high = middle;
    else low = middle;
  }
  await at(high);
}
