import type { MinerSale, TokenSale } from "../loans/auctions.js";
import { formatToken } from "../loans/tokens.js";
import {
  CONTROL_HEALTH,
  CONTROL_ROUNDS,
  CONTROL_ROUND_EPOCHS,
  formatFilShort,
  formatWad,
  mulDivDown,
  mulDivUp,
} from "../sdk/index.js";
import type { KeeperPosition, KeeperRules, KeeperStep, KeeperTerms } from "./types.js";

/** ControlAuction.sol: miners that may be on sale at once. */
const MAX_MINERS_ON_SALE = 64n;
/** PostedMath.sol: least take [attoFIL]. */
const MIN_TAKE = 10n ** 18n;

/** Ends the auction of a miner that can no longer be sold: it holds one of few places. */
export function endStale(position: KeeperPosition): KeeperStep | undefined {
  const stale = position.sales.find((sale) => sale.active && !sale.sellable);
  if (stale === undefined) return undefined;
  const why = `miner ${stale.minerId} can no longer be sold: the loan is above ${formatWad(CONTROL_HEALTH)}, or it left the escrow`;
  return { kind: "endMiner", minerId: stale.minerId, gross: 0n, upkeep: true, why };
}

/** Opens, starts over or ends the auctions of a loan below health 1 whose cash is swept. */
export function openSales(position: KeeperPosition, rules: KeeperRules): KeeperStep | undefined {
  for (const sale of position.tokens) {
    const step = openTokens(sale, position, rules);
    if (step !== undefined) return step;
  }
  for (const sale of position.sales) {
    const step = sale.active ? turnMiner(sale, rules) : openMiner(sale, position, rules);
    if (step !== undefined) return step;
  }
  return undefined;
}

function openTokens(sale: TokenSale, position: KeeperPosition, rules: KeeperRules): KeeperStep | undefined {
  const runs = rules.epoch < sale.endsAtEpoch;
  // Without a price nothing can be sold, and what is worth less than a sweep's dust is not worth an auction's gas.
  if (runs || sale.value <= rules.dustCash) return undefined;
  if (rules.epoch < rules.tokensPausedUntil || rules.epoch <= position.coolOffSince) return undefined;
  const why = `${formatToken(sale.posted, sale.token)} are worth ${formatFilShort(sale.value)}`;
  return { kind: "kickToken", token: sale.token.address, gross: 0n, upkeep: true, why };
}

function turnMiner(sale: MinerSale, rules: KeeperRules): KeeperStep | undefined {
  if (rules.epoch < sale.startEpoch + CONTROL_ROUND_EPOCHS) return undefined;
  const known = { minerId: sale.minerId, gross: 0n, upkeep: true } as const;
  return sale.round + 1n < CONTROL_ROUNDS
    ? { kind: "restartMiner", ...known, why: `round ${sale.round + 1n} found no buyer of miner ${sale.minerId}` }
    : { kind: "endMiner", ...known, why: `no round found a buyer of miner ${sale.minerId}` };
}

function openMiner(sale: MinerSale, position: KeeperPosition, rules: KeeperRules): KeeperStep | undefined {
  const { health } = position;
  if (!sale.sellable || health === undefined || health >= CONTROL_HEALTH) return undefined;
  const opensAt = sale.closedUntil > rules.minersPausedUntil ? sale.closedUntil : rules.minersPausedUntil;
  if (rules.epoch < opensAt || rules.epoch <= position.coolOffSince) return undefined;
  if (rules.minersOnSale >= MAX_MINERS_ON_SALE) return undefined;
  const why = `health is ${formatWad(health)}; miner ${sale.minerId} is worth ${formatFilShort(sale.value)} in good order`;
  return { kind: "kickMiner", minerId: sale.minerId, gross: 0n, upkeep: true, why };
}

/** The purchase that gains most: tokens by their feed, a miner by its orderly value; only where the keeper's owner wants such. */
export function buySale(position: KeeperPosition, terms: KeeperTerms): KeeperStep | undefined {
  const buys = [
    ...(terms.takeTokens ? position.tokens.map((sale) => buyTokens(sale, terms)) : []),
    ...position.sales.map((sale) => buyMiner(sale, terms)),
  ].filter((step) => step !== undefined && step.gross > 0n && step.gross >= terms.minProfit);
  return buys.reduce((best, step) => (best === undefined || (step?.gross ?? 0n) > best.gross ? step : best), undefined);
}

function buyTokens(sale: TokenSale, terms: KeeperTerms): KeeperStep | undefined {
  const { offer, token } = sale;
  if (offer === undefined || offer.price === 0n) return undefined;
  const whole = offer.price <= terms.budget;
  if (!whole && terms.budget < MIN_TAKE) return undefined;
  const amount = whole ? offer.amount : mulDivDown(offer.amount, terms.budget, offer.price);
  const price = whole ? offer.price : mulDivUp(offer.price, amount, offer.amount);
  const value = whole ? offer.value : mulDivDown(offer.value, amount, offer.amount);
  return {
    kind: "takeToken",
    token: token.address,
    maxAmount: amount,
    maxAsk: offer.askPrice,
    price,
    gross: value - price,
    upkeep: false,
    why: `${formatToken(amount, token)} for ${formatFilShort(price)}, worth ${formatFilShort(value)} by the feed`,
  };
}

function buyMiner(sale: MinerSale, terms: KeeperTerms): KeeperStep | undefined {
  if (terms.newOwner === undefined || !sale.active || !sale.sellable || sale.price > terms.budget) return undefined;
  return {
    kind: "takeMiner",
    minerId: sale.minerId,
    newOwner: terms.newOwner,
    price: sale.price,
    gross: sale.value - sale.price,
    upkeep: false,
    why: `miner ${sale.minerId} for ${formatFilShort(sale.price)}, worth ${formatFilShort(sale.value)} in good order`,
  };
}
