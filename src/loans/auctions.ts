import { PlimsollError, WAD, controlReserve, controlStart, explainError, mulDivDown } from "../sdk/index.js";
import type { Plimsoll } from "./contracts.js";
import { type LoanSummary, readLoans } from "./reads.js";
import { readPosted } from "./collateral.js";
import type { TokenView } from "./tokens.js";

/** Claims on what a loan's miners bring in, on sale at a rising bonus. */
export interface StripSale {
  readonly loanId: bigint;
  readonly startEpoch: bigint;
  readonly round: bigint;
  /** Most face on sale; 0 when nothing can be sold [attoFIL]. */
  readonly face: bigint;
  /** Of all of it [attoFIL]. */
  readonly price: bigint;
  /** Face per FIL [wad]. */
  readonly bonus: bigint;
}

/** A token of a loan: on sale, or what would be. */
export interface TokenSale {
  readonly loanId: bigint;
  readonly token: TokenView;
  /** What the loan has [token units]. */
  readonly posted: bigint;
  /** By the feed, of all of it [attoFIL]. */
  readonly value: bigint;
  /** The last round; 0 and 0 before the first [epoch]. `endsAtEpoch` is exclusive. */
  readonly startEpoch: bigint;
  readonly endsAtEpoch: bigint;
  /** Least price in an auction of a whole token [attoFIL]. */
  readonly reserve: bigint;
  /** What a take would give now; undefined when no round runs or nothing can be sold. */
  readonly offer: TokenOffer | undefined;
}

export interface TokenOffer {
  /** The most on sale [token units], its price, the price of a whole token, and what it is worth by the feed [attoFIL]. */
  readonly amount: bigint;
  readonly price: bigint;
  readonly askPrice: bigint;
  readonly value: bigint;
}

/** A miner in escrow: on sale, or what would be. */
export interface MinerSale {
  readonly minerId: bigint;
  /** That the auction was opened for, or that the miner secures. */
  readonly loanId: bigint;
  readonly active: boolean;
  /** Whether the loan, the escrow and the miner's value allow a sale now. */
  readonly sellable: boolean;
  readonly startEpoch: bigint;
  readonly round: bigint;
  /** After an auction without a buyer, exclusive [epoch]. */
  readonly closedUntil: bigint;
  /** Of the miner, in an orderly end [attoFIL]. */
  readonly value: bigint;
  /** Now, or at the start of the auction that may be opened; 0 when it cannot be sold [attoFIL]. */
  readonly price: bigint;
  readonly reserve: bigint;
}

/** The auction of a loan's strips, undefined when none runs. */
export async function readStripSale(contracts: Plimsoll, loanId: bigint): Promise<StripSale | undefined> {
  const { active, startEpoch, round } = await contracts.auction.auctionOf(loanId);
  if (!active) return undefined;
  const quote = await contracts.auction.quote(loanId);
  return { loanId, startEpoch, round, face: quote.maxFace, price: quote.price, bonus: quote.bonusWad };
}

/** The tokens of a loan as an auction sees them. */
export async function readTokenSales(contracts: Plimsoll, loanId: bigint, epoch: bigint): Promise<TokenSale[]> {
  const posted = await readPosted(contracts, loanId);
  return Promise.all(
    posted.map(async ({ token, amount, value }) => {
      const [round, record] = await Promise.all([
        contracts.posted.roundOf(loanId, token.address),
        contracts.posted.tokenOf(token.address),
      ]);
      const runs = epoch < round.endsAtEpoch;
      return {
        loanId,
        token,
        posted: amount,
        value,
        startEpoch: round.startEpoch,
        endsAtEpoch: round.endsAtEpoch,
        reserve: mulDivDown(token.price, record.terms.floorWad, WAD),
        offer: runs ? await readOffer(contracts, loanId, token) : undefined,
      };
    }),
  );
}

/** `quote` refuses as a take would: nothing is on sale then. */
async function readOffer(contracts: Plimsoll, loanId: bigint, token: TokenView): Promise<TokenOffer | undefined> {
  try {
    const { amount, price, askPrice } = await contracts.posted.quote(loanId, token.address);
    const claim = mulDivDown(token.price, token.backing, WAD);
    return { amount, price, askPrice, value: mulDivDown(amount, claim, 10n ** BigInt(token.decimals)) };
  } catch (error) {
    const explained = explainError(error);
    if (explained instanceof PlimsollError && explained.code.startsWith("PostedAuction_")) return undefined;
    throw explained;
  }
}

/** One miner as the control auction sees it. */
export async function readMinerSale(contracts: Plimsoll, minerId: bigint): Promise<MinerSale> {
  const [sale, facts] = await Promise.all([contracts.control.saleOf(minerId), contracts.book.controlOf(minerId)]);
  const quote = sale.active ? await contracts.control.quote(minerId) : undefined;
  const whole = facts.escrowed && facts.orderlyValue > 0n;
  const sellable = whole && (quote === undefined || quote.price > 0n);
  return {
    minerId,
    loanId: sale.active ? sale.loanId : facts.loanId,
    active: sale.active,
    sellable,
    startEpoch: sale.startEpoch,
    round: sale.round,
    closedUntil: sale.closedUntil,
    value: facts.orderlyValue,
    price: quote?.price ?? (sellable ? controlStart(facts) : 0n),
    reserve: quote?.reserve ?? (sellable ? controlReserve(facts) : 0n),
  };
}

/** The miners of a loan that are in its escrow and not on sale. */
export async function readEscrowed(contracts: Plimsoll, loanId: bigint): Promise<MinerSale[]> {
  const miners = await contracts.book.minersOf(loanId);
  const sales = await Promise.all([...miners].map(async ({ minerId }) => readMinerSale(contracts, minerId)));
  return sales.filter((sale) => !sale.active && sale.sellable);
}

/** What is on sale, or can be put on sale by anyone. */
export interface Sales {
  readonly strips: readonly StripSale[];
  readonly tokens: readonly TokenSale[];
  readonly miners: readonly MinerSale[];
  /** What the chain would not tell now: loans, or miners on sale, by name. */
  readonly unreadable: readonly string[];
}

/** Below health 1, or called: only of these something can be on sale, miners of auctions that nobody ended apart. */
export function mayBeOnSale(loan: LoanSummary): boolean {
  if (!loan.readable) return false;
  return (loan.health !== undefined && loan.health < WAD) || (loan.state !== "Healthy" && loan.state !== "Watch");
}

/**
 * Every auction that runs or may be opened, by views of the present state alone: pages of the lens name the loans below health 1, and the
 * control auction names the miners on sale.
 */
export async function readSales(
  contracts: Plimsoll,
  epoch: bigint,
  controlHealth: bigint,
  loanId?: bigint,
): Promise<Sales> {
  const loans = (await readLoans(contracts)).filter((loan) => loanId === undefined || loan.loanId === loanId);
  const unreadable = loans.filter((loan) => !loan.readable).map((loan) => `loan ${loan.loanId}`);
  // One whose miners cannot be read now must not hide the others.
  const each = async <T, R>(
    items: readonly T[],
    name: (item: T) => string,
    read: (item: T) => Promise<R>,
  ): Promise<R[]> => {
    const found: R[] = [];
    for (const item of items) {
      try {
        found.push(await read(item));
      } catch {
        if (!unreadable.includes(name(item))) unreadable.push(name(item));
      }
    }
    return found;
  };
  const sick = loans.filter(mayBeOnSale);
  const nameOf = (loan: LoanSummary): string => `loan ${loan.loanId}`;
  const strips = await each(sick, nameOf, async (loan) => readStripSale(contracts, loan.loanId));
  const tokens = await each(sick, nameOf, async (loan) => readTokenSales(contracts, loan.loanId, epoch));
  const ids = [...(await contracts.control.minersOnSale())];
  const onSale = await each(
    ids,
    (id) => `miner ${id}`,
    async (minerId) => readMinerSale(contracts, minerId),
  );
  const low = sick.filter((loan) => loan.health !== undefined && loan.health < controlHealth);
  const waiting = await each(low, nameOf, async (loan) => readEscrowed(contracts, loan.loanId));
  return {
    strips: strips.filter((sale) => sale !== undefined),
    tokens: tokens.flat(),
    miners: [...onSale.filter((sale) => loanId === undefined || sale.loanId === loanId), ...waiting.flat()],
    unreadable,
  };
}
