/**
 * Gas of whole transactions, as a receipt shows it: base cost, calldata, proxy, WFIL and refunds included. The user has
 * been here before, and the vault keeps its 1 attoFIL of WFIL. Sends through the precompiles are answered by a constant,
 * because on Filecoin they are actor calls and cost no EVM gas worth comparing.
 */
import { expect } from "chai";
import hre, { network } from "hardhat";

const { ethers, networkHelpers } = await network.create();

const FIL = 10n ** 18n;
const WAD = 10n ** 18n;
const SHARES = 10n ** 24n;

/** Most gas that a lender's transaction may take, with WFIL like WETH9. */
const BUDGET = 77_000n;

/** Returns `abi.encode(int256(0), uint64(0), bytes(""))`, a send that went well: mstore(0x40, 0x60), return(0, 0x80). */
const SEND_SUCCEEDS = "0x606060405260806000f3";
const SEND_PRECOMPILES = ["0xfe00000000000000000000000000000000000003", "0xfe00000000000000000000000000000000000005"];

async function deployVault(wfilContract: string) {
  const deployer = await ethers.provider.getSigner(0);
  const lender = await ethers.provider.getSigner(1);
  const loanBook = await ethers.provider.getSigner(2);
  const stripAuction = await ethers.provider.getSigner(3);
  const start = await deployer.getNonce();
  const proxyAddress = ethers.getCreateAddress({ from: deployer.address, nonce: start + 5 });
  const wfil = await ethers.getContractAt("IWFIL", await (await ethers.deployContract(wfilContract)).getAddress());
  const manager = await ethers.deployContract("VaultManager", [deployer.address]);
  const rateModel = await ethers.deployContract("RateModel", [
    {
      targetUtilisationWad: (WAD * 9n) / 10n,
      steepnessWad: (WAD * 5n) / 2n,
      initialRatePerYearWad: (WAD * 12n) / 100n,
      minRatePerYearWad: WAD / 100n,
      maxRatePerYearWad: (WAD * 60n) / 100n,
      speedPerYearWad: 30n * WAD,
    },
  ]);
  const reserve = await ethers.deployContract("ReserveFund", [proxyAddress, stripAuction.address]);
  const implementation = await ethers.deployContract("PledgeVault", [wfil, loanBook.address, rateModel, reserve]);
  const init = implementation.interface.encodeFunctionData("initialize", [await manager.getAddress()]);
  await ethers.deployContract("VaultProxy", [implementation, init]);
  const vault = await ethers.getContractAt("PledgeVault", proxyAddress);
  for (const precompile of SEND_PRECOMPILES) await networkHelpers.setCode(precompile, SEND_SUCCEEDS);

  await wfil.connect(lender).deposit({ value: 3_000n * FIL });
  await wfil.connect(lender).transfer(vault, 1n);
  await wfil.connect(lender).approve(vault, ethers.MaxUint256);
  await vault.connect(lender).deposit(1_000n * FIL, lender.address);
  await vault.connect(loanBook).lend(1n, 1_000n, 700n * FIL);
  await networkHelpers.setBalance(proxyAddress, 300n * FIL); // the constant answer moved nothing
  await networkHelpers.mine(10_000);
  await vault.accrue();
  await networkHelpers.mine(1_000);
  return { vault, wfil, byLender: vault.connect(lender), byLoanBook: vault.connect(loanBook), lender: lender.address };
}

const withWeth9 = () => deployVault("WFIL9");
const withCountedWfil = () => deployVault("WFILCounted");

describe("PledgeVault gas", () => {
  before(function () {
    if (hre.globalOptions.coverage) this.skip(); // what instrumented code costs is nobody's gas
  });

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

  for (const drip of [false, true]) {
    describe(drip ? "while a gain drips" : "at rest", () => {
      async function fixture() {
        const deployed = await networkHelpers.loadFixture(withWeth9);
        if (drip) {
          await deployed.byLoanBook.bookRecovery(1n, 0n, FIL, 0n, { value: FIL });
          await networkHelpers.mine(100);
        }
        return deployed;
      }

      it("deposits WFIL", async () => {
        const { byLender, lender } = await fixture();
        await expectWithin("deposit", drip ? 79_500n : BUDGET, byLender.deposit(FIL, lender));
      });
      it("mints for WFIL", async () => {
        const { byLender, lender } = await fixture();
        await expectWithin("mint", drip ? 80_000n : BUDGET, byLender.mint(SHARES, lender));
      });
      it("deposits FIL", async () => {
        const { byLender, lender } = await fixture();
        await expectWithin("depositFil", 60_000n, byLender.depositFil(lender, { value: FIL }));
      });
      it("redeems for WFIL", async () => {
        const { byLender, lender } = await fixture();
        await expectWithin("redeem", BUDGET, byLender.redeem(SHARES, lender, lender));
      });
      it("withdraws WFIL", async () => {
        const { byLender, lender } = await fixture();
        await expectWithin("withdraw", BUDGET, byLender.withdraw(FIL, lender, lender));
      });
      it("redeems for FIL", async () => {
        const { byLender, lender } = await fixture();
        await expectWithin("redeemFil", 65_000n, byLender.redeemFil(SHARES, lender, lender));
      });
      it("withdraws FIL", async () => {
        const { byLender, lender } = await fixture();
        await expectWithin("withdrawFil", 65_000n, byLender.withdrawFil(FIL, lender, lender));
      });
    });
  }

  it("books what the loan book adds to a draw or repayment", async () => {
    const { vault, byLoanBook } = await networkHelpers.loadFixture(withWeth9);
    await expectWithin("lend", 59_000n, byLoanBook.lend(1n, 1_000n, FIL));
    await networkHelpers.mine(10);
    await expectWithin("bookRepayment", 54_000n, byLoanBook.bookRepayment(1n, FIL, FIL / 2n, { value: FIL }));
    await networkHelpers.mine(10);
    await expectWithin("accrue", 51_000n, vault.accrue());
  });

  // What is repaid is checked against FIL and WFIL together; where the FIL alone does not show it, WFIL must be asked.
  it("books a repayment while part of the cash is WFIL", async () => {
    const { vault, byLender, byLoanBook, lender } = await networkHelpers.loadFixture(withWeth9);
    await byLender.deposit(FIL, lender);
    await networkHelpers.setBalance(await vault.getAddress(), 300n * FIL - FIL / 2n);
    await networkHelpers.mine(10);
    await expectWithin("bookRepayment", 60_000n, byLoanBook.bookRepayment(1n, FIL, FIL / 2n, { value: FIL }));
  });

  // ADR 0015: a request is one position, a filling one step for however many wait.
  it("requests, fills and claims", async () => {
    const { vault, byLender, lender } = await networkHelpers.loadFixture(withWeth9);
    const queue = (await ethers.getContractAt("IRedeemQueue", await vault.getAddress())).connect(
      await ethers.getSigner(lender),
    );
    const request = () => queue.requestRedeem(SHARES, lender, lender);
    await request();
    await queue.fulfil();
    await byLender.redeem(SHARES / 2n, lender, lender);
    await byLender.transfer(await vault.getAddress(), 1n); // custody that is never empty saves filling a slot
    await expectWithin("requestRedeem", 85_000n, request());
    await expectWithin("fulfil, 1 request", 110_000n, queue.fulfil());
    for (let i = 0; i < 20; ++i) await request();
    await expectWithin("fulfil, 20 requests", 110_000n, queue.fulfil());
    await expectWithin("claim across two requests", 93_000n, byLender.redeem(SHARES, lender, lender));
  });

  // Money that leaves as WFIL without having come as WFIL must be wrapped, and the other way round.
  it("wraps what is short", async () => {
    const { vault, wfil, byLender, lender } = await networkHelpers.loadFixture(withWeth9);
    const bySelf = wfil.connect(await ethers.getImpersonatedSigner(await vault.getAddress()));
    await bySelf.transfer(lender, (await wfil.balanceOf(vault)) - 1n);
    await expectWithin("redeem, wrapping", 87_000n, byLender.redeem(SHARES, lender, lender));
  });
  it("unwraps what is short", async () => {
    const { vault, byLender, lender } = await networkHelpers.loadFixture(withWeth9);
    await networkHelpers.setBalance(await vault.getAddress(), 1n);
    await expectWithin("redeemFil, unwrapping", 82_000n, byLender.redeemFil(SHARES, lender, lender));
  });

  // Filecoin's own WFIL keeps a supply in storage; where nothing is wrapped or unwrapped that costs nothing.
  it("deposits and redeems with WFIL that counts its supply", async () => {
    const { byLender, lender } = await networkHelpers.loadFixture(withCountedWfil);
    await expectWithin("deposit, counted WFIL", 77_000n, byLender.deposit(FIL, lender));
    await expectWithin("redeem, counted WFIL", 77_000n, byLender.redeem(SHARES, lender, lender));
  });
});
