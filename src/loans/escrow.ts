import { type Sender, requireEvent } from "../chain/index.js";
import type { Plimsoll } from "./contracts.js";
import type { LoanResult } from "./actions.js";

/** Who owns a miner of a loan, and what that makes of it. */
export type Ownership =
  /** An owner outside; the loan's account is its beneficiary. */
  | "lien"
  /** The account owns it, and nobody else is proposed. */
  | "escrow"
  /** The loan book owns it until the owner that is proposed accepts. */
  | "leaving"
  /** A change of owner is pending that no release has begun: it bars draws. */
  | "changing";

/** @param owner [actor id] of the miner's owner, `pendingOwner` of the proposed one, 0 for none */
export function ownershipOf(owner: bigint, pendingOwner: bigint, accountId: bigint, bookId: bigint): Ownership {
  if (owner === bookId) return "leaving";
  if (owner === accountId) return pendingOwner === 0n ? "escrow" : "changing";
  return pendingOwner === 0n ? "lien" : "changing";
}

/** Completes the hand-over of a miner's ownership to the loan's account; or takes back a miner that is leaving. */
export async function escrowMiner(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerIndex: bigint,
): Promise<LoanResult & { readonly previousOwner: bigint }> {
  const call = contracts.book.escrowMiner.populateTransaction(loanId, minerIndex);
  const mined = await sender.send("take the miner into escrow", call);
  const args = requireEvent(mined, contracts.book, "MinerEscrowed");
  return { mined, loanId, previousOwner: BigInt(args.getValue("previousOwner") as bigint) };
}

/** Brings a miner back under the lien and proposes its new owner. */
export async function releaseMiner(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerIndex: bigint,
  newOwner: bigint,
): Promise<LoanResult> {
  const call = contracts.book.releaseMiner.populateTransaction(loanId, minerIndex, newOwner);
  return { mined: await sender.send("give the ownership back", call), loanId };
}

/** Gives an escrowed miner other keys. */
export async function setControl(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerIndex: bigint,
  worker: bigint,
  controls: readonly bigint[],
): Promise<LoanResult> {
  const call = contracts.book.setControl.populateTransaction(loanId, minerIndex, worker, [...controls]);
  return { mined: await sender.send("change the miner's keys", call), loanId };
}

/** Puts a pending change of worker into force. */
export async function confirmWorker(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerIndex: bigint,
): Promise<LoanResult> {
  const call = contracts.book.confirmWorker.populateTransaction(loanId, minerIndex);
  return { mined: await sender.send("confirm the worker", call), loanId };
}
