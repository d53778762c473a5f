import type { MinerSale, Sales, StripSale, TokenSale } from "../loans/auctions.js";
import { formatToken, tokenDecimal } from "../loans/tokens.js";
import {
  type AddressRules,
  CONTROL_ROUNDS,
  CONTROL_ROUND_EPOCHS,
  formatEpochs,
  formatFilShort,
  formatId,
  formatWad,
} from "../sdk/index.js";
import { type JsonValue, amount } from "./envelope.js";
import { table } from "./terminal.js";

/** StripMath.sol and StripAuction.sol. */
const STRIP_ROUND_EPOCHS = 480n;
const STRIP_ROUNDS = 3n;

export function stripSaleJson(sale: StripSale): JsonValue {
  return {
    kind: "strips",
    loanId: sale.loanId.toString(),
    running: true,
    round: Number(sale.round) + 1,
    endsAtEpoch: Number(sale.startEpoch + STRIP_ROUND_EPOCHS),
    face: amount(sale.face),
    price: amount(sale.price),
    reserve: null,
    value: amount(sale.face),
    bonus: formatWad(sale.bonus, 18),
  };
}

export function tokenSaleJson(sale: TokenSale, epoch: bigint): JsonValue {
  const { offer, token } = sale;
  return {
    kind: "tokens",
    loanId: sale.loanId.toString(),
    running: epoch < sale.endsAtEpoch,
    endsAtEpoch: Number(sale.endsAtEpoch),
    token: token.address,
    symbol: token.symbol,
    posted: tokenDecimal(sale.posted, token),
    amount: offer === undefined ? null : tokenDecimal(offer.amount, token),
    price: offer === undefined ? null : amount(offer.price),
    pricePerToken: offer === undefined ? null : amount(offer.askPrice),
    reserve: amount(sale.reserve),
    value: amount(offer?.value ?? sale.value),
  };
}

export function minerSaleJson(sale: MinerSale, rules: AddressRules): JsonValue {
  return {
    kind: "miner",
    loanId: sale.loanId.toString(),
    running: sale.active,
    sellable: sale.sellable,
    round: sale.active ? Number(sale.round) + 1 : null,
    endsAtEpoch: sale.active ? Number(sale.startEpoch + CONTROL_ROUND_EPOCHS) : null,
    opensAtEpoch: sale.active ? null : Number(sale.closedUntil),
    miner: formatId(sale.minerId, rules),
    price: amount(sale.price),
    reserve: amount(sale.reserve),
    value: amount(sale.value),
  };
}

export function salesJson(sales: Sales, epoch: bigint, rules: AddressRules): JsonValue {
  return {
    strips: sales.strips.map(stripSaleJson),
    tokens: sales.tokens.map((sale) => tokenSaleJson(sale, epoch)),
    miners: sales.miners.map((sale) => minerSaleJson(sale, rules)),
  };
}

const left = (end: bigint, epoch: bigint): string => (epoch < end ? `${formatEpochs(end - epoch)} left` : "over");

function stripRow(sale: StripSale, epoch: bigint): string[] {
  const state = `round ${sale.round + 1n} of ${STRIP_ROUNDS}, ${left(sale.startEpoch + STRIP_ROUND_EPOCHS, epoch)}`;
  const what = `strips, bonus ${formatWad(sale.bonus)}`;
  const face = formatFilShort(sale.face);
  return [`${sale.loanId}`, what, face, formatFilShort(sale.price), "", sale.face === 0n ? "nothing on sale" : state];
}

function tokenRow(sale: TokenSale, epoch: bigint): string[] {
  const { offer, token } = sale;
  const runs = epoch < sale.endsAtEpoch;
  const state = runs
    ? offer === undefined
      ? "nothing on sale"
      : left(sale.endsAtEpoch, epoch)
    : token.price === 0n
      ? "has no price"
      : "can be opened";
  return [
    `${sale.loanId}`,
    formatToken(offer?.amount ?? sale.posted, token),
    formatFilShort(offer?.value ?? sale.value),
    offer === undefined ? "" : formatFilShort(offer.price),
    `${formatFilShort(sale.reserve, 4)} each`,
    state,
  ];
}

function minerRow(sale: MinerSale, epoch: bigint, rules: AddressRules): string[] {
  const running = sale.sellable
    ? `round ${sale.round + 1n} of ${CONTROL_ROUNDS}, ${left(sale.startEpoch + CONTROL_ROUND_EPOCHS, epoch)}`
    : "cannot be sold any more: can be ended";
  const waiting =
    epoch < sale.closedUntil ? `can be opened in ${formatEpochs(sale.closedUntil - epoch)}` : "can be opened";
  return [
    `${sale.loanId}`,
    `miner ${formatId(sale.minerId, rules)}`,
    formatFilShort(sale.value),
    formatFilShort(sale.price),
    formatFilShort(sale.reserve),
    sale.active ? running : waiting,
  ];
}

export function salesLines(sales: Sales, epoch: bigint, rules: AddressRules): string[] {
  const body = [
    ...sales.strips.map((sale) => stripRow(sale, epoch)),
    ...sales.tokens.map((sale) => tokenRow(sale, epoch)),
    ...sales.miners.map((sale) => minerRow(sale, epoch, rules)),
  ];
  if (body.length === 0) return ["Nothing is on sale, and nothing can be put on sale."];
  return table(["loan", "what", "value>", "price>", "reserve>", "state"], body);
}
