/**
 * Gas of whole transactions, as a receipt shows it: base cost, calldata, proxy, WFIL and refunds included. The user has
 * been here before, and the vault keeps its 1 attoFIL of WFIL. Sends through the precompiles are answered by a constant,
 * because on Filecoin they are actor calls and cost no EVM gas worth comparing.
 */
import { expect } from "chai";
import { network } from "hardhat";

const { ethers, networkHelpers } = await network.create();

const FIL = 10n ** 18n;
const RATE = 10n ** 18n;

/** Most gas that a lender's transaction may take. */
const BUDGET = 85_000n;

/** Returns `abi.encode(int256(0), uint64(0), bytes(""))`, a send that went well: mstore(0x40, 0x60), return(0, 0x80). */
const SEND_SUCCEEDS = "0x606060405260806000f3";

async function deployVault() {
  const [deployer, lender, loanBook, other] = await ethers.getSigners();
  const start = await deployer!.getNonce();
  const at = (offset: number): string => ethers.getCreateAddress({ from: deployer!.address, nonce: start + offset });
  const wfil = await ethers.deployContract("WFIL9");
  const manager = await ethers.deployContract("VaultManager", [deployer!.address]);
  const rateModel = await ethers.deployContract("RateModel", [
    {
      targetUtilisationWad: (RATE * 9n) / 10n,
      steepnessWad: (RATE * 5n) / 2n,
      initialRatePerYearWad: (RATE * 12n) / 100n,
      minRatePerYearWad: RATE / 100n,
      maxRatePerYearWad: (RATE * 60n) / 100n,
      speedPerYearWad: 30n * RATE,
    },
  ]);
  const reserve = await ethers.deployContract("ReserveFund", [at(5), other!.address]);
  const implementation = await ethers.deployContract("PledgeVault", [wfil, loanBook!.address, rateModel, reserve]);
  const init = implementation.interface.encodeFunctionData("initialize", [await manager.getAddress()]);
  const proxy = await ethers.deployContract("VaultProxy", [implementation, init]);
  const vault = await ethers.getContractAt("PledgeVault", await proxy.getAddress());
  for (const precompile of [
    "0xfe00000000000000000000000000000000000003",
    "0xfe00000000000000000000000000000000000005",
  ]) {
    await networkHelpers.setCode(precompile, SEND_SUCCEEDS);
  }
  await wfil.connect(lender!).deposit({ value: 3_000n * FIL });
  await wfil.connect(lender!).transfer(vault, 1n);
  await wfil.connect(lender!).approve(vault, ethers.MaxUint256);
  await vault.connect(lender!).deposit(1_000n * FIL, lender!.address);
  await vault.connect(loanBook!).lend(1n, 1_000n, 700n * FIL);
  // What was "sent" must be gone: the constant answer moved nothing.
  await networkHelpers.setBalance(await vault.getAddress(), 300n * FIL);
  await networkHelpers.mine(10_000);
  await vault.accrue();
  await networkHelpers.mine(1_000);
  return { vault, wfil, reserve, lender: lender!, loanBook: loanBook! };
}

describe("PledgeVault gas", () => {
  const fixture = async () => networkHelpers.loadFixture(deployVault);

  async function gasOf(transaction: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<bigint> {
    const receipt = await (await transaction).wait();
    return receipt!.gasUsed;
  }

  async function expectWithin(
    label: string,
    budget: bigint,
    transaction: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>,
  ) {
    const gas = await gasOf(transaction);
    console.log(`      ${label}: ${gas.toLocaleString("en")} of ${budget.toLocaleString("en")}`);
    expect(gas).to.be.lessThanOrEqual(budget);
  }

  it("deposits WFIL", async () => {
    const { vault, lender } = await fixture();
    await expectWithin("deposit", BUDGET, vault.connect(lender).deposit(FIL, lender.address));
  });
  it("mints", async () => {
    const { vault, lender } = await fixture();
    await expectWithin("mint", BUDGET, vault.connect(lender).mint(10n ** 24n, lender.address));
  });
  it("deposits FIL", async () => {
    const { vault, lender } = await fixture();
    await expectWithin("depositFil", BUDGET, vault.connect(lender).depositFil(lender.address, { value: FIL }));
  });
  it("redeems for WFIL", async () => {
    const { vault, lender } = await fixture();
    await expectWithin("redeem", BUDGET, vault.connect(lender).redeem(10n ** 24n, lender.address, lender.address));
  });
  it("withdraws WFIL", async () => {
    const { vault, lender } = await fixture();
    await expectWithin("withdraw", BUDGET, vault.connect(lender).withdraw(FIL, lender.address, lender.address));
  });
  it("redeems for FIL", async () => {
    const { vault, lender } = await fixture();
    await expectWithin(
      "redeemFil",
      BUDGET,
      vault.connect(lender).redeemFil(10n ** 24n, lender.address, lender.address),
    );
  });
  it("withdraws FIL", async () => {
    const { vault, lender } = await fixture();
    await expectWithin("withdrawFil", BUDGET, vault.connect(lender).withdrawFil(FIL, lender.address, lender.address));
  });
  it("deposits while a gain drips", async () => {
    const { vault, lender, loanBook } = await fixture();
    await vault.connect(loanBook).bookRecovery(1n, 0n, FIL, 0n, { value: FIL });
    await networkHelpers.mine(100);
    await expectWithin("deposit, drip running", BUDGET, vault.connect(lender).deposit(FIL, lender.address));
  });
  it("redeems while a gain drips", async () => {
    const { vault, lender, loanBook } = await fixture();
    await vault.connect(loanBook).bookRecovery(1n, 0n, FIL, 0n, { value: FIL });
    await networkHelpers.mine(100);
    await expectWithin(
      "redeem, drip running",
      BUDGET,
      vault.connect(lender).redeem(10n ** 24n, lender.address, lender.address),
    );
  });
  it("books what the loan book adds to a draw or repayment", async () => {
    const { vault, loanBook } = await fixture();
    const book = vault.connect(loanBook);
    await expectWithin("lend", 80_000n, book.lend(1n, 1_000n, FIL));
    await networkHelpers.mine(10);
    await expectWithin("bookRepayment", 80_000n, book.bookRepayment(1n, FIL, FIL / 2n, { value: FIL }));
    await networkHelpers.mine(10);
    await expectWithin("accrue", 65_000n, vault.accrue());
  });
});
