import { type ContractTransactionResponse, hexlify } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { type Contracts, deployAll } from "../../lib/deployment.js";
import { SimulatedFilecoin } from "../../src/devnet/index.js";
import { array, bigInteger, type ConstantActors, idAddress, installConstantActors, uint } from "./constant-actors.js";
import type { Figures } from "./figures.js";

const FIL = 10n ** 18n;
const WAD = 10n ** 18n;
const EPOCHS_PER_YEAR = 1_051_200n;
const EPOCHS_PER_DAY = 2_880n;
const CHANGE_BENEFICIARY = 1_570_634_796n;
const QUOTA = 1n << 120n;
const LAST_EPOCH = 2n ** 63n - 1n;

const TRANCHE = 100n * FIL;
const OWN_FUNDS = 400n * FIL;
const PLEDGE_OF_A_SECTOR = 5n * FIL;
const SECTORS_OF_OWN_FUNDS = 60n;
const SECTORS_OF_A_TRANCHE = 20n;
const WITHDRAWN = FIL / 20n;
const LIQUIDITY = 10_000n * FIL;

type Connection = Awaited<ReturnType<HardhatRuntimeEnvironment["network"]["create"]>>;

/** What the measured transactions are sent to and by. */
interface Stage {
  readonly connection: Connection;
  readonly contracts: Contracts;
  readonly filecoin: SimulatedFilecoin;
  readonly lender: string;
  readonly sp: string;
  readonly keeper: string;
  readonly loanId: bigint;
  /** What the actors answer while the loan is healthy. */
  readonly healthy: ConstantActors;
}

async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await sent).wait();
  return Number(receipt?.gasUsed ?? 0n);
}

// ------------------------------------------------------------------------------------------------ setting the stage

/** A pool with deposits, and a loan with one proven tranche, made on the simulated Filecoin by the real scripts. */
async function setStage(hre: HardhatRuntimeEnvironment): Promise<Stage> {
  const connection = await hre.network.create();
  const signers = await connection.ethers.getSigners();
  const [deployer, lender, sp, keeper] = [signers[0], signers[10], signers[11], signers[12]];
  if (deployer === undefined || lender === undefined || sp === undefined || keeper === undefined)
    throw new MissingSignersError(signers.length);
  const filecoin = await SimulatedFilecoin.connect(connection.provider, hre.artifacts, deployer);
  const { contracts } = await deployAll(connection);
  const bound = {
    vault: contracts.vault.connect(lender),
    wfil: contracts.wfil.connect(lender),
    book: contracts.book.connect(sp),
  };

  // Every user has done everything before: slots are warm in the sense that they are not zero.
  await (await bound.wfil.deposit({ value: LIQUIDITY })).wait();
  await (await bound.wfil.approve(contracts.vault, 2n ** 256n - 1n)).wait();
  await (await bound.vault.deposit(FIL, lender)).wait();
  await (await bound.vault.depositFil(lender, { value: LIQUIDITY })).wait();
  await (await contracts.wfil.connect(keeper).deposit({ value: LIQUIDITY })).wait();
  await (await contracts.wfil.connect(keeper).approve(contracts.auction, 2n ** 256n - 1n)).wait();
  await (await contracts.reserve.deposit({ value: 10n * FIL })).wait();

  const minerId = await filecoin.createMiner(sp);
  await filecoin.fund(minerId, OWN_FUNDS);
  await filecoin.seal(minerId, SECTORS_OF_OWN_FUNDS, { pledge: PLEDGE_OF_A_SECTOR, lifetime: 2n * EPOCHS_PER_YEAR });
  const loanId = await openLoan(connection, bound.book, sp.address);
  const { account } = await bound.book.loanOf(loanId);
  const accountId = await filecoin.register(account);
  const params = array(idAddress(accountId), bigInteger(QUOTA), uint(LAST_EPOCH));
  await filecoin.callAs(sp, minerId, CHANGE_BENEFICIARY, hexlify(Uint8Array.from(params)));
  await (await bound.book.attachMiner(loanId, minerId)).wait();
  await (await bound.book.draw(loanId, 0n)).wait();
  await filecoin.seal(minerId, SECTORS_OF_A_TRANCHE, { pledge: PLEDGE_OF_A_SECTOR, lifetime: 2n * EPOCHS_PER_YEAR });
  await (await bound.book.prove(loanId)).wait();
  await filecoin.advanceDays(20n);

  const { initialPledge, rawPowerBytes, qaPowerBytes, owner } = await contracts.facts.snapshot(minerId);
  const healthy: ConstantActors = {
    available: 100n * FIL,
    vesting: [FIL],
    pledge: initialPledge,
    terminationFee: initialPledge / 200n,
    rawPower: rawPowerBytes,
    qaPower: qaPowerBytes,
    owner,
    account: accountId,
    withdrawn: WITHDRAWN,
  };
  return {
    connection,
    contracts,
    filecoin,
    lender: lender.address,
    sp: sp.address,
    keeper: keeper.address,
    loanId,
    healthy,
  };
}

async function openLoan(connection: Connection, book: Contracts["book"], payee: string): Promise<bigint> {
  const epoch = BigInt(await connection.ethers.provider.getBlockNumber());
  const tranche = {
    amount: TRANCHE,
    minPowerDelta: 1n << 35n,
    drawDeadline: epoch + EPOCHS_PER_YEAR,
    proveEpochs: 30n * EPOCHS_PER_DAY,
  };
  await (await book.open([tranche, tranche, tranche], payee)).wait();
  return book.loanCount();
}

/** Thrown where the chain has too few accounts to play all parts. */
class MissingSignersError extends Error {
  constructor(readonly available: number) {
    super(`The bench needs 13 accounts; the network has ${available}.`);
  }
}

/** From here on actors answer constants, and payments among the contracts are covered by FIL that lies there already. */
async function freeze(stage: Stage, actors: ConstantActors): Promise<void> {
  const { provider, ethers } = stage.connection;
  await installConstantActors(provider, actors);
  const vault = await stage.contracts.vault.getAddress();
  const balance = (await ethers.provider.getBalance(vault)) + LIQUIDITY;
  await provider.request({ method: "hardhat_setBalance", params: [vault, `0x${balance.toString(16)}`] });
}

/** The same loan with less pledge: health just below 1, nothing to sweep. */
async function unhealthy(stage: Stage): Promise<ConstantActors> {
  const { contracts, loanId, healthy } = stage;
  const health = async (pledge: bigint): Promise<bigint> => {
    await installConstantActors(stage.connection.provider, {
      ...healthy,
      pledge,
      available: 0n,
      terminationFee: pledge / 200n,
    });
    return (await contracts.book.positionOf(loanId)).healthWad;
  };
  let [low, high] = [0n, healthy.pledge];
  const wanted = (WAD * 99n) / 100n;
  while (high - low > FIL / 100n) {
    const middle = (low + high) / 2n;
    if ((await health(middle)) < wanted) low = middle;
    else high = middle;
  }
  return { ...healthy, pledge: low, available: 0n, terminationFee: low / 200n };
}

// ------------------------------------------------------------------------------------------------ measuring

/** A lender: the dearer of WFIL and native FIL, since both are one operation to a user. */
async function measureLender({ connection, contracts, lender }: Stage): Promise<Figures> {
  const vault = contracts.vault.connect(await connection.ethers.getSigner(lender));
  const shares = await vault.convertToShares(FIL);
  const deposits = [await gasOf(vault.deposit(FIL, lender)), await gasOf(vault.depositFil(lender, { value: FIL }))];
  const redemptions = [
    await gasOf(vault.redeem(shares, lender, lender)),
    await gasOf(vault.redeemFil(shares, lender, lender)),
  ];
  return { deposit: Math.max(...deposits), redeem: Math.max(...redemptions) };
}

async function measureBorrower({ connection, contracts, sp, keeper, loanId }: Stage): Promise<Figures> {
  const book = contracts.book.connect(await connection.ethers.getSigner(sp));
  const byKeeper = contracts.book.connect(await connection.ethers.getSigner(keeper));
  const draw = await gasOf(book.draw(loanId, 0n));
  const repay = await gasOf(book.repay(loanId, { value: FIL }));
  await connection.provider.request({ method: "hardhat_mine", params: ["0xe100", "0x1e"] });
  return { draw, repay, sweep: await gasOf(byKeeper.sweep(loanId, 0n)) };
}

/** A liquidator that has bought a strip before: the dearer of paying in FIL and in WFIL. */
async function measureLiquidator({ connection, contracts, keeper, loanId }: Stage): Promise<Figures> {
  const auction = contracts.auction.connect(await connection.ethers.getSigner(keeper));
  const kick = await gasOf(auction.kick(loanId));
  await connection.provider.request({ method: "hardhat_mine", params: ["0x3c", "0x1e"] });
  const face = 12n * FIL;
  await gasOf(auction.take(loanId, face, 0n, keeper, "0x", { value: face }));
  const takes = [
    await gasOf(auction.take(loanId, face, 0n, keeper, "0x", { value: face })),
    await gasOf(auction.take(loanId, face, 0n, keeper, "0x")),
  ];
  return { stripTake: Math.max(...takes), kick };
}

/**
 * Gas of whole transactions by users who are not new, through all proxies, on contracts deployed by the real scripts.
 * @param vestingRows rows of the vesting table that a valuation reads; a miner on mainnet has up to 361
 */
export async function measureLoans(hre: HardhatRuntimeEnvironment, vestingRows = 1): Promise<Figures> {
  const staged = await setStage(hre);
  const stage = {
    ...staged,
    healthy: { ...staged.healthy, vesting: Array.from({ length: vestingRows }, () => FIL / BigInt(vestingRows)) },
  };
  await freeze(stage, stage.healthy);
  const lender = await measureLender(stage);
  const borrower = await measureBorrower(stage);
  await freeze(stage, await unhealthy(stage));
  const liquidator = await measureLiquidator(stage);
  await stage.connection.close();
  return { ...lender, ...borrower, ...liquidator };
}
