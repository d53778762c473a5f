import { type MinerSale, readEscrowed, readMinerSale, readTokenSales } from "../loans/auctions.js";
import type { Plimsoll } from "../loans/contracts.js";
import { CONTROL_HEALTH, COVENANTS, LOAN_STATES, MAX_UINT256, WAD, max } from "../sdk/index.js";
import { readKeeperTerm } from "./terms.js";
import type { KeeperAuction, KeeperPosition, KeeperRules } from "./types.js";

/** StripAuction.sol: cash that a kick ignores [attoFIL]. */
const DUST_CASH = WAD / 10n;
/** StripMath.sol: least take [attoFIL] and length of a round [epoch]. */
const MIN_TAKE = WAD;
const ROUND_EPOCHS = 480n;
/** StripAuction.sol. */
const MAX_ROUNDS = 3n;

/** The rules in force. */
export async function readRules(contracts: Plimsoll, epoch: bigint): Promise<KeeperRules> {
  const [params, auctionsPausedUntil, tokensPausedUntil, minersPausedUntil, minersOnSale] = await Promise.all([
    contracts.risk.params(),
    contracts.auction.auctionsPausedUntil(),
    contracts.posted.postedAuctionsPausedUntil(),
    contracts.control.auctionsPausedUntil(),
    contracts.control.activeAuctions(),
  ]);
  return {
    epoch,
    liquidationWeight: params.liquidationWeightWad,
    provisionDiscount: params.provisionDiscountWad,
    minDebt: params.minDebt,
    dustCash: DUST_CASH,
    minTake: MIN_TAKE,
    roundEpochs: ROUND_EPOCHS,
    maxRounds: MAX_ROUNDS,
    auctionsPausedUntil,
    tokensPausedUntil,
    minersPausedUntil,
    minersOnSale,
    watchGrace: params.watchGrace,
  };
}

/** Everything about one loan, in as few calls as its state allows. */
export async function readPosition(
  contracts: Plimsoll,
  loanId: bigint,
  epoch: bigint,
  ownStrips = 0n,
): Promise<KeeperPosition> {
  const status = await contracts.lens.status(loanId);
  const { loan, position } = status;
  const state = LOAN_STATES[Number(loan.state)] ?? "None";
  const called = state === "Call" || state === "Impaired" || state === "WrittenOff";
  const awaitsProof = !called && !loan.frozen && loan.provenCount < loan.drawnCount;
  // A drawn tranche that is still to be sealed is not there to be collected.
  const reserved = awaitsProof ? (status.tranches[Number(loan.provenCount)]?.amount ?? 0n) : 0n;
  const available = await availableOf(contracts, loanId, loan.minerCount, position.assessment.available);
  return {
    loanId,
    state,
    covenant: COVENANTS[Number(status.covenant)] ?? "None",
    watchSince: loan.watchSince,
    health: position.healthWad === MAX_UINT256 ? undefined : position.healthWad,
    debt: position.debt,
    interest: position.interest,
    value: position.value,
    stripsOutstanding: status.stripsOutstanding,
    ownStrips,
    freeFunds: status.freeFunds,
    carrying: loan.carrying,
    lastRecovery: loan.lastRecovery,
    coolOffSince: loan.coolOffSince,
    miners: available.map((amount, i) => ({
      index: BigInt(i),
      available: max(amount - (BigInt(i) === loan.drawMinerIndex ? reserved : 0n), 0n),
    })),
    auction: status.auction.active ? await readAuction(contracts, loanId, status.auction) : undefined,
    posted: position.posted.liquidation,
    tokens: loan.hasPosted && position.healthWad < WAD ? await readTokenSales(contracts, loanId, epoch) : [],
    sales: await readSalesOf(contracts, loanId, position.healthWad),
    // A debt is at a fixed rate where nothing is owed at the floating one.
    term: loan.scaledDebt === 0n && loan.principal > 0n ? await readKeeperTerm(contracts, loanId) : undefined,
  };
}

/** Miners on sale for a loan, wherever they are now, and those of it that could be put on sale. */
async function readSalesOf(contracts: Plimsoll, loanId: bigint, health: bigint): Promise<MinerSale[]> {
  const found: MinerSale[] = [];
  for (const minerId of await contracts.control.minersOnSale()) {
    if ((await contracts.control.saleOf(minerId)).loanId !== loanId) continue;
    found.push(await readMinerSale(contracts, minerId));
  }
  return health < CONTROL_HEALTH ? [...found, ...(await readEscrowed(contracts, loanId))] : found;
}

/** The loans for which miners are on sale; also loans that are healthy again, or closed. */
export async function readLoansWithSales(contracts: Plimsoll): Promise<ReadonlySet<bigint>> {
  const ids = await contracts.control.minersOnSale();
  return new Set(await Promise.all([...ids].map(async (minerId) => (await contracts.control.saleOf(minerId)).loanId)));
}

/** What each miner has available; the sum is the answer where there is only one. */
async function availableOf(
  contracts: Plimsoll,
  loanId: bigint,
  count: bigint,
  sum: bigint,
): Promise<readonly bigint[]> {
  if (count === 0n) return [];
  if (count === 1n) return [sum];
  return (await contracts.lens.portfolio(loanId)).map((entry) => entry.facts.availableBalance);
}

async function readAuction(
  contracts: Plimsoll,
  loanId: bigint,
  auction: { readonly startEpoch: bigint; readonly round: bigint },
): Promise<KeeperAuction> {
  const quote = await contracts.auction.quote(loanId);
  return {
    startEpoch: auction.startEpoch,
    round: auction.round,
    face: quote.maxFace,
    price: quote.price,
    bonus: quote.bonusWad,
  };
}

/** A strip of the keeper's own. */
export interface OwnStrip {
  readonly stripId: bigint;
  readonly loanId: bigint;
  /** What `claim` would pay now [attoFIL]. */
  readonly claimable: bigint;
  /** What is still to come after that [attoFIL]. */
  readonly outstanding: bigint;
}

/** The strips that an account holds. */
export async function readStrips(contracts: Plimsoll, holder: string): Promise<OwnStrip[]> {
  const { auction } = contracts;
  let left = await auction.balanceOf(holder);
  const found: OwnStrip[] = [];
  // From the newest: whoever claims often holds the young ones.
  for (let id = await auction.stripCount(); id > 0n && left > 0n; id -= 1n) {
    if ((await auction.ownerOf(id)) !== holder) continue;
    left -= 1n;
    const [strip, claimable] = await Promise.all([auction.stripOf(id), auction.claimable(id)]);
    found.push({ stripId: id, loanId: strip.loanId, claimable, outstanding: strip.face - strip.claimed - claimable });
  }
  return found;
}
