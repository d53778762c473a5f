import { type Sender, requireEvent } from "../chain/index.js";
import {
  type AddressRules,
  CHANGE_BENEFICIARY,
  PlimsollError,
  changeBeneficiaryParams,
  explainError,
  formatId,
} from "../sdk/index.js";
import { LIEN, type LoanResult } from "./actions.js";
import type { Plimsoll } from "./contracts.js";

/** What a takeover comes to, as the loan book reckons it. */
export interface TakeoverQuote {
  readonly tranche: bigint;
  /** Of the tranche, not to be drawn any more [attoFIL]. */
  readonly lapsing: bigint;
  /** Afterwards [attoFIL]. */
  readonly debt: bigint;
  /** Debt up to which the draw weights carry afterwards [attoFIL]. */
  readonly drawLimit: bigint;
}

/** Where the takeover of a miner stands. */
export interface TakeoverView {
  readonly loanId: bigint;
  readonly minerId: bigint;
  readonly accountId: bigint;
  readonly owner: bigint;
  /** The loan that the miner secures already, 0 for none. */
  readonly takenBy: bigint;
  /** The miner's beneficiary, who is paid off [actor id]. */
  readonly lender: bigint;
  readonly listed: boolean;
  /** Undefined for a lender that approves first and is paid itself. */
  readonly adapter: string | undefined;
  /** 0 for no offer [attoFIL]. */
  readonly offered: bigint;
  /** [epoch] */
  readonly deadline: bigint;
  /** The owner has proposed the loan's account with the term that a loan asks for. */
  readonly proposed: boolean;
  readonly approved: boolean;
  /** Undefined when the takeover would be refused now; then `refusal` says why. */
  readonly quote: TakeoverQuote | undefined;
  readonly refusal: PlimsollError | undefined;
}

async function quoteTakeover(
  contracts: Plimsoll,
  loanId: bigint,
  minerId: bigint,
): Promise<Pick<TakeoverView, "quote" | "refusal">> {
  try {
    const { tranche, lapsing, debt, drawLimit } = await contracts.book.quoteTakeover(loanId, minerId);
    return { quote: { tranche, lapsing, debt, drawLimit }, refusal: undefined };
  } catch (error) {
    const refusal = explainError(error);
    if (!(refusal instanceof PlimsollError)) throw error;
    return { quote: undefined, refusal };
  }
}

/** Reads everything about the takeover of a miner; the miner must be one. */
export async function readTakeover(contracts: Plimsoll, loanId: bigint, minerId: bigint): Promise<TakeoverView> {
  const { book, facts } = contracts;
  const [loan, takenBy, offer, proposal, snapshot, quoted] = await Promise.all([
    book.loanOf(loanId),
    book.loanOfMiner(minerId),
    book.takeoverOf(loanId, minerId),
    facts.beneficiaryProposal(minerId),
    facts.snapshot(minerId),
    quoteTakeover(contracts, loanId, minerId),
  ]);
  const lender = snapshot.term.beneficiary;
  const [holder, accountId] = await Promise.all([book.lienholderOf(lender), facts.actorIdOf(loan.account)]);
  const { quota, expiration } = LIEN;
  const proposed = proposal.nominee === accountId && proposal.quota === quota && proposal.expiration === expiration;
  return {
    loanId,
    minerId,
    accountId,
    owner: snapshot.owner,
    takenBy,
    lender,
    listed: holder.listed,
    adapter: BigInt(holder.adapter) === 0n ? undefined : holder.adapter,
    offered: offer.amount,
    deadline: offer.deadline,
    proposed,
    approved: proposed && proposal.approvedByBeneficiary,
    ...quoted,
  };
}

/** The message by which the lender approves, for any key that signs for it; it moves nothing until the lender is paid. */
export function approvalCommand(view: TakeoverView, rules: AddressRules): string {
  const params = changeBeneficiaryParams(view.accountId, LIEN.quota, LIEN.expiration).replace(/^0x/, "");
  return `lotus send --from ${formatId(view.lender, rules)} --method ${CHANGE_BENEFICIARY} --params-hex ${params} ${formatId(view.minerId, rules)} 0`;
}

/** Offers a miner's lender to pay it off, or raises the offer. */
export async function openTakeover(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerId: bigint,
  amount: bigint,
  deadline: bigint,
): Promise<LoanResult & { readonly lender: bigint }> {
  const call = contracts.book.openTakeover.populateTransaction(loanId, minerId, amount, deadline);
  const mined = await sender.send("open the offer", call);
  const args = requireEvent(mined, contracts.book, "TakeoverOpened");
  return { mined, loanId, lender: BigInt(args.getValue("lender") as bigint) };
}

/** Pays the lender off and takes its lien over. */
export async function takeOver(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerId: bigint,
): Promise<LoanResult & { readonly lender: bigint; readonly amount: bigint; readonly debt: bigint }> {
  const mined = await sender.send("take the lien over", contracts.book.takeover.populateTransaction(loanId, minerId));
  const args = requireEvent(mined, contracts.book, "LienTakenOver");
  const big = (name: string): bigint => BigInt(args.getValue(name) as bigint);
  return { mined, loanId, lender: big("lender"), amount: big("amount"), debt: big("debt") };
}
