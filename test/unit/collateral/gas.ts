/**
 * Gas of whole transactions, as a receipt shows it: base cost, calldata, proxy, token and refunds included. The loan book
 * is a double without a proxy, so its own work is not in these figures. Prices come from real feeds, each over two assets
 * with an aggregator of one slot. Sends through the precompiles are answered by a constant, because on
 * Filecoin they are actor calls and cost no EVM gas worth comparing.
 */
import { expect } from "chai";
import { network } from "hardhat";

const { ethers, networkHelpers } = await network.create();

const FIL = 10n ** 18n;
const WAD = 10n ** 18n;

/** Most gas that a transaction may take; the loan book's own work comes on top of all but a further post. */
const POST_BUDGET = 95_000n;
const UNPOST_BUDGET = 110_000n;
const KICK_BUDGET = 120_000n;
const TAKE_BUDGET = 140_000n;
/** A second source for each of two assets, which is asked every time. */
const FALLBACKS = 20_000n;

/** Returns `abi.encode(int256(0), uint64(0), bytes(""))`, a send that went well: mstore(0x40, 0x60), return(0, 0x80). */
const SEND_SUCCEEDS = "0x606060405260806000f3";
const SEND_PRECOMPILES = ["0xfe00000000000000000000000000000000000003", "0xfe00000000000000000000000000000000000005"];

async function deploy(fallbacks: boolean) {
  const [deployer, sp, taker, vault] = await ethers.getSigners();
  if (!deployer || !sp || !taker || !vault) throw new Error("four signers expected");
  const wfil = await ethers.deployContract("WfilDouble");
  const manager = await ethers.deployContract("VaultManager", [deployer.address]);
  const book = await ethers.deployContract("CollateralLedgerDouble", [vault.address, wfil]);
  const implementation = await ethers.deployContract("PostedCollateral", [book, vault.address, wfil]);
  const init = implementation.interface.encodeFunctionData("initialize", [await manager.getAddress()]);
  const proxy = await ethers.deployContract("VaultProxy", [implementation, init]);
  const posted = await ethers.getContractAt("PostedCollateral", await proxy.getAddress());
  for (const precompile of SEND_PRECOMPILES) await networkHelpers.setCode(precompile, SEND_SUCCEEDS);
  await book.getFunction("setPosted")(posted);
  await book.getFunction("open")(1, sp.address);
  await book.getFunction("open")(2, sp.address);

  const token = await ethers.deployContract("TokenDouble", [18]);
  const source = async (price: bigint) => ({
    aggregator: await (await ethers.deployContract("PlainAggregator", [price])).getAddress(),
    maxAge: 86_400,
    readGas: 100_000,
    minAnswer: 1,
    maxAnswer: 10n ** 15n,
  });
  const none = { aggregator: ethers.ZeroAddress, maxAge: 0, readGas: 0, minAnswer: 0, maxAnswer: 0 };
  const base = await source(2_000n * 10n ** 8n);
  const baseFallback = fallbacks ? await source(2_000n * 10n ** 8n) : none;
  const quote = await source(4n * 10n ** 8n);
  const quoteFallback = fallbacks ? await source(4n * 10n ** 8n) : none;
  const feed = await ethers.deployContract("PriceFeed", [[base, baseFallback, quote, quoteFallback], WAD / 50n]);
  const terms = {
    feed: await feed.getAddress(),
    cap: 1_000n * FIL,
    drawWeightWad: (WAD * 7n) / 10n,
    callWeightWad: (WAD * 3n) / 4n,
    liquidationWeightWad: (WAD * 4n) / 5n,
    floorWad: (WAD * 9n) / 10n,
    roundEpochs: 480,
    dustExponent: 16,
  };
  await posted.list(token, terms, 500n * FIL);
  for (const { address } of [sp, taker]) await token.getFunction("mint")(address, 1_000n * FIL);
  const bySp = token.connect(sp);
  await bySp.getFunction("approve")(posted, ethers.MaxUint256);
  await posted.connect(sp).post(2, token, 10n * FIL); // others have posted before
  return { posted, book, token, sp, taker };
}

const alone = () => deploy(false);
const withFallbacks = () => deploy(true);

describe("PostedCollateral gas", () => {
  async function expectWithin(
    label: string,
    budget: bigint,
    transaction: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>,
  ): Promise<void> {
    const receipt = await (await transaction).wait();
    const gas = receipt?.gasUsed ?? ethers.MaxUint256;
    console.log(`      ${label}: ${gas.toLocaleString("en")} of ${budget.toLocaleString("en")}`);
    expect(gas).to.be.lessThanOrEqual(budget);
  }

  for (const fixture of [alone, withFallbacks]) {
    const extra = fixture === alone ? 0n : FALLBACKS;
    describe(fixture === alone ? "with one source an asset" : "with a fallback for each", () => {
      it("posting", async () => {
        const { posted, token, sp } = await networkHelpers.loadFixture(fixture);
        await expectWithin("first post of a loan", POST_BUDGET, posted.connect(sp).post(1, token, FIL));
        await expectWithin("further post", POST_BUDGET, posted.connect(sp).post(1, token, FIL));
      });

      it("unposting", async () => {
        const { posted, book, token, sp } = await networkHelpers.loadFixture(fixture);
        await posted.connect(sp).post(1, token, 2n * FIL);
        await expectWithin("without debt", POST_BUDGET, posted.connect(sp).unpost(1, token, FIL, sp));
        await book.getFunction("set")(1, 300n * FIL, 0, 0);
        await expectWithin("with debt", UNPOST_BUDGET + extra, posted.connect(sp).unpost(1, token, FIL / 10n, sp));
      });

      it("partial liquidation", async () => {
        const { posted, book, token, sp, taker } = await networkHelpers.loadFixture(fixture);
        await posted.connect(sp).post(1, token, (14n * FIL) / 10n);
        await book.getFunction("set")(1, 1_000n * FIL, 0, 400n * FIL);
        await expectWithin("kick", KICK_BUDGET + extra, posted.connect(taker).kick(1, token));
        await networkHelpers.mine(240);
        const take = (amount: bigint) =>
          posted.connect(taker).take(1, token, amount, ethers.MaxUint256, taker, "0x", {
            value: 100n * FIL,
            gasLimit: 2_000_000,
          });
        await (await take(FIL / 20n)).wait(); // the vault has had prices before
        await expectWithin("take", TAKE_BUDGET + extra, take(FIL / 10n));
      });
    });
  }
});
