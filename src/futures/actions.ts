import { type Mined, type Sender, requireEvent } from "../chain/index.js";
import type { Plimsoll } from "../loans/contracts.js";
import { Token } from "../loans/tokens.js";
import type { SignedOrder } from "./orders.js";

/** Most users in one call of `resolve`. */
export const MAX_RESOLVED = 64;

/** Puts tokens into the clearing, in no series; approves first what is missing. */
export async function depositTokens(
  contracts: Plimsoll,
  sender: Sender,
  token: string,
  amount: bigint,
): Promise<Mined> {
  const user = await sender.address();
  const spender = await contracts.futures.getAddress();
  const erc20 = new Token(token, sender.signer);
  const allowance = await erc20.allowance(user, spender);
  if (allowance < amount) {
    // Some tokens change an allowance only to or from zero.
    if (allowance > 0n) await sender.send("clear the allowance", erc20.approve(spender, 0n));
    await sender.send("allow the clearing to take the tokens", erc20.approve(spender, amount));
  }
  return sender.send("deposit the tokens", contracts.futures.deposit.populateTransaction(token, amount, user));
}

/** Takes tokens that are in no series out of the clearing. */
export async function withdrawTokens(
  contracts: Plimsoll,
  sender: Sender,
  token: string,
  amount: bigint,
): Promise<Mined> {
  const call = contracts.futures.withdraw.populateTransaction(token, amount, await sender.address());
  return sender.send("withdraw the tokens", call);
}

export async function allocate(contracts: Plimsoll, sender: Sender, id: string, amount: bigint): Promise<Mined> {
  return sender.send("add margin", contracts.futures.allocate.populateTransaction(id, amount));
}

export interface Released {
  readonly mined: Mined;
  /** At once [token units]. */
  readonly paid: bigint;
  /** When what was not paid at once is there; undefined without a storm [epoch]. */
  readonly availableAt: bigint | undefined;
}

/** Takes margin out of a series: at once, or in a storm in two steps. */
export async function release(contracts: Plimsoll, sender: Sender, id: string, amount: bigint): Promise<Released> {
  const { futures } = contracts;
  const mined = await sender.send("release margin", futures.release.populateTransaction(id, amount));
  const delayed = mined.receipt.logs
    .map((log) => futures.interface.parseLog(log))
    .find((log) => log?.name === "ReleaseDelayed");
  if (delayed) return { mined, paid: 0n, availableAt: BigInt(delayed.args.getValue("availableAt") as bigint) };
  const args = requireEvent(mined, futures, "Released");
  return { mined, paid: BigInt(args.getValue("paid") as bigint), availableAt: undefined };
}

/** The second step of a release in a storm. */
export async function completeRelease(contracts: Plimsoll, sender: Sender, id: string): Promise<Mined> {
  const call = contracts.futures.completeRelease.populateTransaction(id, await sender.address());
  return sender.send("complete the release", call);
}

/** How a maker's order is to be taken. */
export interface Take {
  readonly lots: bigint;
  /** [bps of the notional] */
  readonly feeCapBps: bigint;
  readonly reduceOnly: boolean;
}

/** Trades against one signed order: all lots that are asked for, or nothing. */
export async function takeOrder(contracts: Plimsoll, sender: Sender, signed: SignedOrder, take: Take): Promise<Mined> {
  const { order, signature } = signed;
  const { lots, feeCapBps, reduceOnly } = take;
  const call = contracts.exchange.fill.populateTransaction([order], [signature], [lots], lots, feeCapBps, reduceOnly);
  return sender.send("fill the order", call);
}

export async function cancelNonce(contracts: Plimsoll, sender: Sender, nonce: bigint): Promise<Mined> {
  return sender.send("cancel the order", contracts.exchange.cancel.populateTransaction(nonce));
}

export async function cancelAll(contracts: Plimsoll, sender: Sender): Promise<Mined> {
  return sender.send("cancel all orders", contracts.exchange.cancelAll.populateTransaction());
}

export async function propose(contracts: Plimsoll, sender: Sender, id: string): Promise<Mined> {
  return sender.send("propose the price", contracts.futures.propose.populateTransaction(id));
}

export async function finalise(contracts: Plimsoll, sender: Sender, id: string): Promise<Mined> {
  return sender.send("make the price final", contracts.futures.finalise.populateTransaction(id));
}

export async function resolve(
  contracts: Plimsoll,
  sender: Sender,
  id: string,
  users: readonly string[],
): Promise<Mined> {
  return sender.send("resolve positions", contracts.futures.resolve.populateTransaction(id, [...users]));
}

export async function dispute(contracts: Plimsoll, sender: Sender, id: string, ticks: bigint): Promise<Mined> {
  return sender.send("dispute the price", contracts.futures.dispute.populateTransaction(id, ticks));
}

export interface Claimed {
  readonly mined: Mined;
  /** What was given up, and what of it was there [token units]. */
  readonly amount: bigint;
  readonly paid: bigint;
}

export async function claim(contracts: Plimsoll, sender: Sender, id: string, user: string): Promise<Claimed> {
  const mined = await sender.send("claim", contracts.futures.claim.populateTransaction(id, user));
  const args = requireEvent(mined, contracts.futures, "Claimed");
  const read = (name: string): bigint => BigInt(args.getValue(name) as bigint);
  return { mined, amount: read("amount"), paid: read("paid") };
}
