import { type ContractTransactionResponse, ZeroAddress, hexlify } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { type Contracts, deployAll } from "../../lib/deployment.js";
import { SimulatedFilecoin } from "../../src/devnet/index.js";
import {
  array,
  bigInteger,
  type ConstantActors,
  idAddress,
  installConstantActors,
  PAYER,
  uint,
} from "./constant-actors.js";
import { type Breakdown, breakDown } from "./breakdown.js";
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
const LIQUIDITY = 3_000n * FIL;
/** Requests that a filling is measured with, beyond one. */
const REQUESTS = 20;

const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const PRECOMPILES = {
  "0xfe00000000000000000000000000000000000001": "resolve_address",
  "0xfe00000000000000000000000000000000000002": "lookup_delegated_address",
  "0xfe00000000000000000000000000000000000003": "call_actor",
  "0xfe00000000000000000000000000000000000005": "call_actor_id",
  [PAYER]: "the miner's payment",
};

type Connection = Awaited<ReturnType<HardhatRuntimeEnvironment["network"]["create"]>>;

/** What the measured transactions are sent to and by. */
export interface Stage {
  readonly connection: Connection;
  readonly contracts: Contracts;
  readonly filecoin: SimulatedFilecoin;
  readonly lender: string;
  readonly sp: string;
  readonly keeper: string;
  readonly loanId: bigint;
  /** What the actors answer while the loan is healthy. */
  readonly healthy: ConstantActors;
  readonly measured: Measured[];
}

/** A transaction that was measured. */
export interface Measured {
  readonly operation: string;
  readonly hash: string;
  readonly to: string;
  readonly gas: number;
}

export async function gasOf(
  stage: Stage,
  operation: string,
  sent: Promise<ContractTransactionResponse>,
): Promise<number> {
  const receipt = await (await sent).wait();
  if (receipt === null) return Number.POSITIVE_INFINITY;
  const gas = Number(receipt.gasUsed);
  stage.measured.push({ operation, hash: receipt.hash, to: receipt.to ?? "", gas });
  return gas;
}

// ------------------------------------------------------------------------------------------------ setting the stage

/** A pool with deposits, and a loan with one proven tranche, made on the simulated Filecoin by the real scripts. */
export async function setStage(hre: HardhatRuntimeEnvironment): Promise<Stage> {
  const connection = await hre.network.create();
  const signers = await connection.ethers.getSigners();
  const [deployer, lender, sp, keeper] = [signers[0], signers[10], signers[11], signers[12]];
  if (deployer === undefined || lender === undefined || sp === undefined || keeper === undefined)
    throw new MissingSignersError(signers.length);
  const filecoin = await SimulatedFilecoin.connect(connection.provider, hre.artifacts, deployer);
  const { contracts } = await deployAll(connection);
  const bound = {
    vault: contracts.vault.connect(lender),
    queue: contracts.queue.connect(lender),
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
  // Requests of before, filled and claimed.
  for (let i = 0; i < 2; i += 1) {
    await (await bound.queue.requestRedeem(10n ** 24n, lender, lender)).wait();
    await (await bound.queue.fulfil()).wait();
    await (await bound.queue.claimShares(10n ** 24n, lender, lender, true)).wait();
  }
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
    measured: [],
  };
}

/** A facility of three tranches. @returns its id */
export async function openLoan(connection: Connection, book: Contracts["book"], payee: string): Promise<bigint> {
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
export async function freeze(stage: Stage, actors: ConstantActors): Promise<void> {
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
async function measureLender(stage: Stage): Promise<Figures> {
  const { connection, contracts, lender } = stage;
  const vault = contracts.vault.connect(await connection.ethers.getSigner(lender));
  const shares = await vault.convertToShares(FIL);
  const deposits = [
    await gasOf(stage, "deposit, WFIL", vault.deposit(FIL, lender)),
    await gasOf(stage, "deposit, FIL", vault.depositFil(lender, { value: FIL })),
  ];
  const redemptions = [
    await gasOf(stage, "redeem, WFIL", vault.redeem(shares, lender, lender)),
    await gasOf(stage, "redeem, FIL", vault.redeemFil(shares, lender, lender)),
  ];
  return { deposit: Math.max(...deposits), redeem: Math.max(...redemptions) };
}

/**
 * A lender that has waited before, and requests, fillings and claims of one request: the dearest of each. `fulfilEach` is what each of REQUESTS
 * requests more adds to a filling.
 */
async function measureQueue(stage: Stage): Promise<Figures> {
  const { connection, contracts, lender, keeper } = stage;
  const queue = contracts.queue.connect(await connection.ethers.getSigner(lender));
  const byKeeper = contracts.queue.connect(await connection.ethers.getSigner(keeper));
  const shares = await contracts.vault.convertToShares(FIL);
  const request = (label: string): Promise<number> => gasOf(stage, label, queue.requestRedeem(shares, lender, lender));
  const fulfil = (label: string): Promise<number> => gasOf(stage, label, byKeeper.fulfil());
  const claim = (label: string, count: number, inFil: boolean): Promise<number> =>
    gasOf(stage, label, queue.claimShares(BigInt(count) * shares, lender, lender, inFil));

  const requests = [await request("request, first in line"), await request("request, behind others")];
  const fillings = [await fulfil("fulfil, 2 requests")];
  const claims = [await claim("claim, FIL, part of what is set aside", 1, true)];
  claims.push(await claim("claim, WFIL, the last", 1, false));
  requests.push(await request("request, line empty again"));
  const one = await fulfil("fulfil, 1 request");
  claims.push(await claim("claim, FIL, the last", 1, true));
  for (let i = 0; i <= REQUESTS; i += 1) await (await queue.requestRedeem(shares, lender, lender)).wait();
  const many = await fulfil(`fulfil, ${REQUESTS + 1} requests`);
  await claim(`claim, FIL, ${REQUESTS + 1} requests`, REQUESTS + 1, true);
  return {
    requestRedeem: Math.max(...requests),
    fulfil: Math.max(...fillings, one, many),
    fulfilEach: Math.max(0, Math.ceil((many - one) / REQUESTS)),
    claim: Math.max(...claims),
  };
}

async function measureBorrower(stage: Stage): Promise<Figures> {
  const { connection, contracts, sp, keeper, loanId, healthy } = stage;
  const book = contracts.book.connect(await connection.ethers.getSigner(sp));
  const byKeeper = contracts.book.connect(await connection.ethers.getSigner(keeper));
  const draw = await gasOf(stage, "draw", book.draw(loanId, 0n));
  const repay = await gasOf(stage, "repay", book.repay(loanId, { value: FIL }));
  const grown = { pledge: healthy.pledge + TRANCHE, rawPower: healthy.rawPower * 2n, qaPower: healthy.qaPower * 2n };
  await installConstantActors(connection.provider, { ...healthy, ...grown });
  await gasOf(stage, "prove", book.prove(loanId));
  await mine(stage, 20n * EPOCHS_PER_DAY);
  return { draw, repay, sweep: await gasOf(stage, "sweep", byKeeper.sweep(loanId, 0n)) };
}

/**
 * A liquidator that has kicked the loan before and holds its last strip: the dearer of paying in FIL and in WFIL. The second kick comes
 * after the time in which a loan gives no second tip, so that both are tipped.
 */
async function measureLiquidator(stage: Stage): Promise<Figures> {
  const { connection, contracts, keeper, loanId } = stage;
  const auction = contracts.auction.connect(await connection.ethers.getSigner(keeper));
  await freeze(stage, await unhealthy(stage));
  await gasOf(stage, "first kick", auction.kick(loanId));
  await freeze(stage, stage.healthy);
  await (await auction.end(loanId)).wait();
  await mine(stage, await auction.TIP_EPOCHS());
  await freeze(stage, await unhealthy(stage));
  const kick = await gasOf(stage, "kick", auction.kick(loanId));
  await mine(stage, 60n);
  const face = 12n * FIL;
  await gasOf(stage, "first take", auction.take(loanId, face, 0n, keeper, "0x", { value: face }));
  const takes = [
    await gasOf(stage, "take, FIL", auction.take(loanId, face, 0n, ZeroAddress, "0x", { value: face })),
    await gasOf(stage, "take, WFIL", auction.take(loanId, face, 0n, ZeroAddress, "0x")),
  ];
  return { stripTake: Math.max(...takes), kick };
}

export async function mine(stage: Stage, epochs: bigint): Promise<void> {
  await stage.connection.provider.request({ method: "hardhat_mine", params: [`0x${epochs.toString(16)}`, "0x1e"] });
}

/** Names for the code behind every address that a measured transaction runs. */
async function namesOf({ connection, contracts, loanId }: Stage): Promise<(address: string) => string> {
  const names = new Map<string, string>(Object.entries(PRECOMPILES));
  const add = (address: string, name: string): void => void names.set(address.toLowerCase(), name);
  for (const [name, contract] of Object.entries(contracts) as ReadonlyArray<
    [string, { getAddress(): Promise<string> }]
  >) {
    const address = await contract.getAddress();
    if (names.has(address.toLowerCase())) continue; // the pool's queue is at the pool
    const slot = await connection.ethers.provider.getStorage(address, IMPLEMENTATION_SLOT);
    const implementation = `0x${slot.slice(-40)}`;
    add(address, BigInt(slot) === 0n ? name : `${name} proxy`);
    if (BigInt(slot) !== 0n) add(implementation, name);
  }
  add((await contracts.book.loanOf(loanId)).account, "account proxy");
  add(await contracts.beacon.implementation(), "account");
  // What has no name is the one contract that no other names: the desk behind the loan book's fallback.
  return (address) => names.get(address.toLowerCase()) ?? "desk";
}

/** What was measured, and where each gas went. */
export interface LoanBench {
  readonly figures: Figures;
  readonly breakdowns: ReadonlyArray<Measured & Breakdown>;
}

/** Where the gas of each measured transaction went. @param names of further contracts, by address */
export async function tracesOf(
  stage: Stage,
  names: Readonly<Record<string, string>> = {},
): Promise<LoanBench["breakdowns"]> {
  const known = await namesOf(stage);
  const more = new Map(Object.entries(names).map(([address, name]) => [address.toLowerCase(), name]));
  const nameOf = (address: string): string => more.get(address.toLowerCase()) ?? known(address);
  const breakdowns: Array<Measured & Breakdown> = [];
  for (const one of stage.measured) {
    breakdowns.push({ ...one, ...(await breakDown(stage.connection.provider, one.hash, one.to, one.gas, nameOf)) });
  }
  return breakdowns;
}

/**
 * Gas of whole transactions by users who are not new, through all proxies, on contracts deployed by the real scripts.
 * @param options.vestingRows rows of the vesting table that a valuation reads; a miner on mainnet has up to 361
 * @param options.breakdown whether to trace the transactions
 * @param options.among puts others there before
 */
export async function measureLoans(
  hre: HardhatRuntimeEnvironment,
  options: {
    readonly vestingRows?: number;
    readonly breakdown?: boolean;
    readonly among?: (stage: Stage) => Promise<void>;
  } = {},
): Promise<LoanBench> {
  const rows = options.vestingRows ?? 1;
  const staged = await setStage(hre);
  const stage = {
    ...staged,
    healthy: { ...staged.healthy, vesting: Array.from({ length: rows }, () => FIL / BigInt(rows)) },
  };
  await options.among?.(stage);
  await freeze(stage, stage.healthy);
  const lender = await measureLender(stage);
  const queue = await measureQueue(stage);
  const borrower = await measureBorrower(stage);
  const liquidator = await measureLiquidator(stage);
  const breakdowns = options.breakdown ? await tracesOf(stage) : [];
  await stage.connection.close();
  return { figures: { ...lender, ...queue, ...borrower, ...liquidator }, breakdowns };
}
