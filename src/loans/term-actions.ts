import { type Sender, requireEvent } from "../chain/index.js";
import type { LoanResult } from "./actions.js";
import type { Plimsoll } from "./contracts.js";
import { perYear } from "./terms.js";

/** A rate that was agreed on. */
export interface Agreed extends LoanResult {
  /** [wad per year] */
  readonly rate: bigint;
  /** [epoch] */
  readonly maturity: bigint;
}

/** Until when, and at which rate at most. */
export interface AskedTerm {
  /** [epoch] */
  readonly maturity: bigint;
  /** [ray per epoch] */
  readonly maxRateRay: bigint;
}

/** Draws the next tranche into a miner at the fixed rate of now. */
export async function drawFixed(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  minerIndex: bigint,
  asked: AskedTerm,
): Promise<Agreed & { readonly tranche: bigint; readonly minerId: bigint; readonly amount: bigint }> {
  const { maturity, maxRateRay } = asked;
  const call = contracts.book.drawFixed.populateTransaction(loanId, minerIndex, maturity, maxRateRay);
  const mined = await sender.send("draw the tranche at a fixed rate", call);
  const drawn = requireEvent(mined, contracts.book, "TrancheDrawn");
  const rate = requireEvent(mined, contracts.book, "RateFixed").getValue("ratePerEpochRay") as bigint;
  return {
    mined,
    loanId,
    tranche: BigInt(drawn.getValue("tranche") as bigint),
    minerId: BigInt(drawn.getValue("minerId") as bigint),
    amount: BigInt(drawn.getValue("amount") as bigint),
    rate: perYear(rate),
    maturity,
  };
}

/** Fixes the rate of a floating debt. */
export async function fixRate(contracts: Plimsoll, sender: Sender, loanId: bigint, asked: AskedTerm): Promise<Agreed> {
  const { maturity, maxRateRay } = asked;
  const mined = await sender.send("fix the rate", contracts.book.fix.populateTransaction(loanId, maturity, maxRateRay));
  const rate = requireEvent(mined, contracts.book, "RateFixed").getValue("ratePerEpochRay") as bigint;
  return { mined, loanId, rate: perYear(rate), maturity };
}

/** Lets a debt at a fixed rate float. */
export async function floatRate(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
): Promise<LoanResult & { readonly debt: bigint; readonly fee: bigint }> {
  const mined = await sender.send("let the rate float", contracts.book.unfix.populateTransaction(loanId));
  const args = requireEvent(mined, contracts.book, "RateFloated");
  return { mined, loanId, debt: args.getValue("debt") as bigint, fee: args.getValue("fee") as bigint };
}

/** Agrees on another term at the quote of now. */
export async function rollTerm(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  asked: AskedTerm,
): Promise<Agreed & { readonly fee: bigint }> {
  const { maturity, maxRateRay } = asked;
  const call = contracts.book.roll.populateTransaction(loanId, maturity, maxRateRay);
  const mined = await sender.send("roll the term over", call);
  const args = requireEvent(mined, contracts.book, "TermRolled");
  const [rate, fee] = [args.getValue("ratePerEpochRay") as bigint, args.getValue("fee") as bigint];
  return { mined, loanId, rate: perYear(rate), maturity, fee };
}
