import { type Mined, type Sender, requireEvent } from "../chain/index.js";
import type { Plimsoll } from "./contracts.js";

/** `take` of strips to the zero address: to the caller, added to its last strip of that loan where possible. */
const NOBODY = "0x0000000000000000000000000000000000000000";

// In all three a little more than the price is sent, because debt and values move until the transaction is mined; the rest comes back.

/** Buys strips. @param maxFace [attoFIL] @param minBonus [wad] @param value [attoFIL] */
export async function takeStrips(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  maxFace: bigint,
  minBonus: bigint,
  value: bigint,
): Promise<{ readonly mined: Mined; readonly stripId: bigint; readonly face: bigint; readonly price: bigint }> {
  const call = contracts.auction.take.populateTransaction(loanId, maxFace, minBonus, NOBODY, "0x", { value });
  const mined = await sender.send("buy strips", call);
  const args = requireEvent(mined, contracts.auction, "StripSold");
  const big = (name: string): bigint => BigInt(args.getValue(name) as bigint);
  return { mined, stripId: big("stripId"), face: big("face"), price: big("price") };
}

/** What is wanted of an auction of tokens. */
export interface TokenTerms {
  /** [token units] */
  readonly maxAmount: bigint;
  /** Most for a whole token [attoFIL]. */
  readonly maxAsk: bigint;
  /** Most in all [attoFIL]. */
  readonly value: bigint;
  readonly receiver: string;
}

/** Buys posted tokens. */
export async function takeTokens(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  token: string,
  terms: TokenTerms,
): Promise<{ readonly mined: Mined; readonly amount: bigint; readonly price: bigint }> {
  const { maxAmount, maxAsk, value, receiver } = terms;
  const call = contracts.posted.take.populateTransaction(loanId, token, maxAmount, maxAsk, receiver, "0x", { value });
  const mined = await sender.send("buy posted tokens", call);
  const args = requireEvent(mined, contracts.posted, "PostedSold");
  const big = (name: string): bigint => BigInt(args.getValue(name) as bigint);
  return { mined, amount: big("amount"), price: big("price") };
}

/** Buys a miner's ownership. @param newOwner who is proposed, and must accept [actor id] */
export async function takeMiner(
  contracts: Plimsoll,
  sender: Sender,
  minerId: bigint,
  terms: { readonly maxPrice: bigint; readonly newOwner: bigint },
): Promise<{ readonly mined: Mined; readonly price: bigint }> {
  const { maxPrice, newOwner } = terms;
  const call = contracts.control.take.populateTransaction(minerId, maxPrice, newOwner, "0x", { value: maxPrice });
  const mined = await sender.send("buy the miner", call);
  return { mined, price: BigInt(requireEvent(mined, contracts.control, "ControlSold").getValue("price") as bigint) };
}

/** Names another owner of a miner that was bought and that nobody has accepted. */
export async function redirectMiner(
  contracts: Plimsoll,
  sender: Sender,
  minerId: bigint,
  newOwner: bigint,
): Promise<{ readonly mined: Mined }> {
  return {
    mined: await sender.send("name the owner", contracts.control.redirect.populateTransaction(minerId, newOwner)),
  };
}
