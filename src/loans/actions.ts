import type { Result } from "ethers";

import { type Mined, type Sender, findEvent, requireEvent } from "../chain/index.js";
import { COVENANTS, EPOCHS_PER_DAY, LOAN_STATES, RAY, mulDivUp } from "../sdk/index.js";
import type { Plimsoll } from "./contracts.js";

/** One tranche of a facility to be opened. */
export interface TrancheTerms {
  /** [attoFIL] */
  readonly amount: bigint;
  /** Quality-adjusted power that must appear [bytes]. */
  readonly minPowerDelta: bigint;
  /** Last epoch in which it may be drawn. */
  readonly drawDeadline: bigint;
  /** Epochs after the draw in which it must be proven. */
  readonly proveEpochs: bigint;
}

/** A transaction on a loan, and what it did. */
export interface LoanResult {
  readonly mined: Mined;
  readonly loanId: bigint;
}

const big = (args: Result, name: string): bigint => BigInt(args.getValue(name) as bigint);

/** The beneficiary term that a loan demands, as in LoanBookBase.sol: more FIL than will ever exist, until the last epoch there is. */
export const LIEN = { quota: 2n ** 120n, expiration: 2n ** 63n - 1n } as const;

/** Opens a facility. The signer becomes its holder. */
export async function openLoan(
  contracts: Plimsoll,
  sender: Sender,
  terms: { readonly tranches: readonly TrancheTerms[]; readonly payee: string },
): Promise<LoanResult & { readonly account: string; readonly limit: bigint }> {
  const call = contracts.book.open.populateTransaction([...terms.tranches], terms.payee);
  const mined = await sender.send("open the loan", call);
  const args = requireEvent(mined, contracts.book, "LoanOpened");
  return { mined, loanId: big(args, "loanId"), account: String(args.getValue("account")), limit: big(args, "limit") };
}

/** Completes the beneficiary hand-over of a miner whose owner has proposed the loan's account. */
export async function attachMiner(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerId: bigint,
): Promise<LoanResult & { readonly pledge: bigint; readonly power: bigint }> {
  const mined = await sender.send("attach the miner", contracts.book.attachMiner.populateTransaction(loanId, minerId));
  const args = requireEvent(mined, contracts.book, "MinerAttached");
  return { mined, loanId, pledge: big(args, "pledgeRef"), power: big(args, "powerRef") };
}

/** Gives a miner back to its owner, who must have proposed itself as beneficiary. */
export async function detachMiner(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerIndex: bigint,
): Promise<LoanResult> {
  const mined = await sender.send(
    "detach the miner",
    contracts.book.detachMiner.populateTransaction(loanId, minerIndex),
  );
  return { mined, loanId };
}

/** Draws the next tranche into a miner. */
export async function draw(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerIndex: bigint,
): Promise<
  LoanResult & { readonly tranche: bigint; readonly minerId: bigint; readonly amount: bigint; readonly debt: bigint }
> {
  const mined = await sender.send("draw the tranche", contracts.book.draw.populateTransaction(loanId, minerIndex));
  const args = requireEvent(mined, contracts.book, "TrancheDrawn");
  return {
    mined,
    loanId,
    tranche: big(args, "tranche"),
    minerId: big(args, "minerId"),
    amount: big(args, "amount"),
    debt: big(args, "debt"),
  };
}

/** Proves the last drawn tranche from the miner's pledge and power. */
export async function prove(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
): Promise<LoanResult & { readonly tranche: bigint; readonly pledge: bigint; readonly power: bigint }> {
  const mined = await sender.send("prove the tranche", contracts.book.prove.populateTransaction(loanId));
  const args = requireEvent(mined, contracts.book, "TrancheProven");
  return {
    mined,
    loanId,
    tranche: big(args, "tranche"),
    pledge: big(args, "pledge"),
    power: big(args, "qaPowerBytes"),
  };
}

/** Takes back an unproven draw after its deadline. */
export async function reclaim(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
): Promise<LoanResult & { readonly reclaimed: bigint }> {
  const mined = await sender.send("reclaim the draw", contracts.book.reclaim.populateTransaction(loanId));
  return { mined, loanId, reclaimed: big(requireEvent(mined, contracts.book, "TrancheReclaimed"), "reclaimed") };
}

/**
 * What `max` sends: the debt and a day's interest, because it grows until the transaction is mined; of a fixed term also the fee for
 * leaving early, and a little more, because rates move. The rest comes back.
 */
export async function fullRepayment(contracts: Plimsoll, loanId: bigint): Promise<bigint> {
  const [terms, pool] = await Promise.all([contracts.book.termsOf(loanId), contracts.vault.poolState()]);
  const { debt, fee } = terms;
  const interest = terms.isFixed ? terms.interestPerDay : mulDivUp(debt, pool.ratePerEpochRay * EPOCHS_PER_DAY, RAY);
  return debt + interest + 1n + fee + fee / 50n;
}

/** Pays debt from the signer's balance. */
export async function repay(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  amount: bigint | "max",
): Promise<LoanResult & { readonly paid: bigint; readonly debt: bigint }> {
  const value = amount === "max" ? await fullRepayment(contracts, loanId) : amount;
  const mined = await sender.send("repay", contracts.book.repay.populateTransaction(loanId, { value }));
  const args = requireEvent(mined, contracts.book, "LoanRepaid");
  return { mined, loanId, paid: big(args, "amount"), debt: big(args, "debt") };
}

/** What a sweep moved [attoFIL]. */
export interface Swept extends LoanResult {
  readonly minerId: bigint;
  readonly withdrawn: bigint;
  readonly toStrips: bigint;
  readonly toDebt: bigint;
  readonly tip: bigint;
  readonly debt: bigint;
}

/** Collects what is due from one miner's available balance. */
export async function sweep(contracts: Plimsoll, sender: Sender, loanId: bigint, minerIndex: bigint): Promise<Swept> {
  const mined = await sender.send("sweep the miner", contracts.book.sweep.populateTransaction(loanId, minerIndex));
  const args = requireEvent(mined, contracts.book, "LoanSwept");
  return {
    mined,
    loanId,
    minerId: big(args, "minerId"),
    withdrawn: big(args, "withdrawn"),
    toStrips: big(args, "toStrips"),
    toDebt: big(args, "toDebt"),
    tip: big(args, "tip"),
    debt: big(args, "debt"),
  };
}

/** Moves a loan to the state that the facts call for. */
export async function review(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
): Promise<LoanResult & { readonly state: string; readonly reason: string | undefined }> {
  const mined = await sender.send("review the loan", contracts.book.review.populateTransaction(loanId));
  const args = findEvent(mined, contracts.book, "StateChanged");
  const state = (await contracts.book.loanOf(loanId)).state;
  return {
    mined,
    loanId,
    state: LOAN_STATES[Number(state)] ?? String(state),
    reason: args === undefined ? undefined : COVENANTS[Number(big(args, "reason"))],
  };
}

/** Pays, reviews, and insists on a healthy loan. */
export async function cure(contracts: Plimsoll, sender: Sender, loanId: bigint, amount: bigint): Promise<LoanResult> {
  return {
    mined: await sender.send("cure the loan", contracts.book.cure.populateTransaction(loanId, { value: amount })),
    loanId,
  };
}

/** Pays surplus to the payee. */
export async function release(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerIndex: bigint,
  amount: bigint,
): Promise<LoanResult & { readonly amount: bigint }> {
  const mined = await sender.send(
    "release surplus",
    contracts.book.release.populateTransaction(loanId, minerIndex, amount),
  );
  return { mined, loanId, amount: big(requireEvent(mined, contracts.book, "SurplusReleased"), "amount") };
}

/** Closes a loan that owes nothing, has no strips and no miners. */
export async function close(contracts: Plimsoll, sender: Sender, loanId: bigint): Promise<LoanResult> {
  return { mined: await sender.send("close the loan", contracts.book.close.populateTransaction(loanId)), loanId };
}

/** Pays a strip's holder what is due. */
export async function claimStrip(
  contracts: Plimsoll,
  sender: Sender,
  stripId: bigint,
): Promise<{ readonly mined: Mined; readonly amount: bigint }> {
  const mined = await sender.send("claim the strip", contracts.auction.claim.populateTransaction(stripId));
  return { mined, amount: big(requireEvent(mined, contracts.auction, "StripClaimed"), "amount") };
}
