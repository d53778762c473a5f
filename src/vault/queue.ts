import { type Mined, type Sender, findEvent, requireEvent } from "../chain/index.js";
import type { Plimsoll } from "../loans/contracts.js";
import { min } from "../sdk/index.js";

/** The redeem queue as a whole. */
export interface QueueView {
  /** Of all that wait. */
  readonly waitingShares: bigint;
  /** What they are worth now [attoFIL]. */
  readonly waitingAssets: bigint;
  /** What `fulfil` would set aside now [attoFIL]. */
  readonly fillable: bigint;
  readonly fillableShares: bigint;
  /** Filled and not claimed [attoFIL]. */
  readonly setAside: bigint;
  /** Ever put into the queue, and of them filled. */
  readonly requestedShares: bigint;
  readonly filledShares: bigint;
  /** Ever set aside [attoFIL]. */
  readonly filledAssets: bigint;
  readonly fills: bigint;
}

/** One request that is not claimed in full. */
export interface RequestView {
  readonly requestId: bigint;
  /** Among its controller's requests, from 1 on. */
  readonly number: bigint;
  readonly pendingShares: bigint;
  /** What they are worth now [attoFIL]. */
  readonly pendingAssets: bigint;
  readonly claimableShares: bigint;
  /** Set aside for them [attoFIL]. */
  readonly claimableAssets: bigint;
  /** What is filled before it is worth now [attoFIL]. */
  readonly ahead: bigint;
}

/** A controller's requests. */
export interface RequestsView {
  readonly controller: string;
  readonly made: bigint;
  /** Of them claimed in full. */
  readonly claimed: bigint;
  /** What one claim takes: of the oldest 32 [attoFIL]. */
  readonly claimableShares: bigint;
  readonly claimableAssets: bigint;
  /** The oldest that are not claimed in full, at most `MAX_LISTED`. */
  readonly open: readonly RequestView[];
}

/** As many requests as one claim looks at, see PledgeVaultClaims.sol. */
export const MAX_LISTED = 32n;

/** The fewest shares that may be requested, unless it is all, see PledgeVault.sol: 0.1 FIL at par. */
export const MIN_REQUEST = 10n ** 23n;

export async function readQueue({ vault, queue }: Plimsoll): Promise<QueueView> {
  const [pool, state, fill] = await Promise.all([vault.poolState(), queue.queueState(), queue.fulfil.staticCall()]);
  return {
    waitingShares: pool.waitingShares,
    waitingAssets: pool.waitingAssets,
    fillable: fill.assets,
    fillableShares: fill.shares,
    setAside: state.setAside,
    requestedShares: state.requestedShares,
    filledShares: state.filledShares,
    filledAssets: state.filledAssets,
    fills: state.fills,
  };
}

export async function readRequests(contracts: Plimsoll, controller: string): Promise<RequestsView> {
  const { queue } = contracts;
  const [{ made, claimed }, claimable] = await Promise.all([queue.requestsOf(controller), queue.claimable(controller)]);
  const count = min(made - claimed, MAX_LISTED);
  const open = await Promise.all(
    Array.from({ length: Number(count) }, async (_, i) => readRequest(contracts, controller, claimed + BigInt(i) + 1n)),
  );
  return {
    controller,
    made,
    claimed,
    claimableShares: claimable.shares,
    claimableAssets: claimable.assets,
    open,
  };
}

async function readRequest({ vault, queue }: Plimsoll, controller: string, number: bigint): Promise<RequestView> {
  const requestId = (BigInt(controller) << 96n) | number;
  const [pendingShares, claimableShares, claimableAssets, sharesAhead] = await Promise.all([
    queue.pendingRedeemRequest(requestId, controller),
    queue.claimableRedeemRequest(requestId, controller),
    queue.claimableAssets(requestId, controller),
    queue.sharesAhead(requestId, controller),
  ]);
  const [pendingAssets, ahead] = await Promise.all([
    vault.convertToAssets(pendingShares),
    vault.convertToAssets(sharesAhead),
  ]);
  return { requestId, number, pendingShares, pendingAssets, claimableShares, claimableAssets, ahead };
}

/** A request that was made. */
export interface Requested {
  readonly mined: Mined;
  readonly requestId: bigint;
  readonly shares: bigint;
}

/** The shares that are worth `amount` now, rounded up, or all of `owner`'s. */
export async function sharesFor({ vault }: Plimsoll, owner: string, amount: bigint | "max"): Promise<bigint> {
  return amount === "max" ? vault.balanceOf(owner) : vault.previewWithdraw(amount);
}

/** Puts the signer's shares into the queue. */
export async function requestRedeem(contracts: Plimsoll, sender: Sender, shares: bigint): Promise<Requested> {
  const owner = await sender.address();
  const call = contracts.queue.requestRedeem.populateTransaction(shares, owner, owner);
  const mined = await sender.send("join the queue", call);
  const args = requireEvent(mined, contracts.queue, "RedeemRequest");
  return {
    mined,
    requestId: BigInt(args.getValue("requestId") as bigint),
    shares: BigInt(args.getValue("shares") as bigint),
  };
}

/** What one filling did; nothing where somebody else was faster. */
export interface Filled {
  readonly mined: Mined;
  readonly shares: bigint;
  /** Set aside [attoFIL]. */
  readonly assets: bigint;
}

/** Fills the queue as far as cash goes. */
export async function fulfil(contracts: Plimsoll, sender: Sender): Promise<Filled> {
  const mined = await sender.send("fill the queue", contracts.queue.fulfil.populateTransaction());
  const args = findEvent(mined, contracts.queue, "RedeemsFilled");
  const value = (name: string): bigint => BigInt((args?.getValue(name) as bigint | undefined) ?? 0n);
  return { mined, shares: value("shares"), assets: value("assets") };
}

/** What was paid for filled requests. */
export interface Claimed {
  readonly mined: Mined;
  /** [attoFIL] */
  readonly assets: bigint;
  readonly shares: bigint;
}

/** Claims what is set aside for a controller's requests, oldest first, in native FIL; `max` all that one call can. */
export async function claim(
  contracts: Plimsoll,
  sender: Sender,
  amount: bigint | "max",
  receiver: string,
  controller: string,
): Promise<Claimed> {
  const { queue, vault } = contracts;
  const call =
    amount === "max"
      ? queue.claimShares.populateTransaction((await queue.claimable(controller)).shares, receiver, controller, true)
      : queue.claimAssets.populateTransaction(amount, receiver, controller, true);
  const mined = await sender.send("claim", call);
  const args = requireEvent(mined, vault, "Withdraw");
  return {
    mined,
    assets: BigInt(args.getValue("assets") as bigint),
    shares: BigInt(args.getValue("shares") as bigint),
  };
}
