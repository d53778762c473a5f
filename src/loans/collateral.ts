import { type Mined, type Sender, requireEvent } from "../chain/index.js";
import { WAD, mulDivDown } from "../sdk/index.js";
import type { Plimsoll } from "./contracts.js";
import { Token, type TokenView, readToken } from "./tokens.js";

/** What one loan has of one token. */
export interface PostedView {
  readonly token: TokenView;
  /** [token units] */
  readonly amount: bigint;
  /** At the price that counts, what is missing deducted, before weights [attoFIL]. */
  readonly value: bigint;
  /** Times the weight for draws, 0 while the price is late or tokens are missing [attoFIL]. */
  readonly drawValue: bigint;
  /** Times the weight for liquidations [attoFIL]. */
  readonly liquidationValue: bigint;
}

/** What a loan's posted token counts for; as PostedCollateralBase.sol reckons it. */
export function valuePosted(token: TokenView, amount: bigint): PostedView {
  const claim = mulDivDown(token.price, token.backing, WAD);
  const value = mulDivDown(amount, claim, 10n ** BigInt(token.decimals));
  const counts = token.fresh && token.backing === WAD;
  return {
    token,
    amount,
    value,
    drawValue: counts ? mulDivDown(value, token.drawWeight, WAD) : 0n,
    liquidationValue: mulDivDown(value, token.liquidationWeight, WAD),
  };
}

/** The tokens of a loan, in their order. */
export async function readPosted(contracts: Plimsoll, loanId: bigint): Promise<PostedView[]> {
  const { tokens, amounts } = await contracts.posted.postedOf(loanId);
  return Promise.all(
    [...tokens].map(async (address, i) => valuePosted(await readToken(contracts, address), amounts[i] ?? 0n)),
  );
}

export interface PostResult {
  readonly mined: Mined;
  /** What arrived and was credited [token units]. */
  readonly received: bigint;
  /** What the loan has now [token units]. */
  readonly posted: bigint;
}

/** Lets posted collateral take an amount; some tokens change an allowance only to or from zero. */
export async function approveToken(
  contracts: Plimsoll,
  sender: Sender,
  token: Token,
  amount: bigint,
  allowance: bigint,
): Promise<void> {
  const spender = await contracts.posted.getAddress();
  if (allowance > 0n) await sender.send("clear the allowance", token.approve(spender, 0n));
  await sender.send("allow posted collateral to take the tokens", token.approve(spender, amount));
}

/** Posts tokens for a loan; what is allowed must cover them. */
export async function post(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  token: string,
  amount: bigint,
): Promise<PostResult> {
  const mined = await sender.send("post the tokens", contracts.posted.post.populateTransaction(loanId, token, amount));
  const args = requireEvent(mined, contracts.posted, "Posted");
  return {
    mined,
    received: BigInt(args.getValue("amount") as bigint),
    posted: BigInt(args.getValue("posted") as bigint),
  };
}

/** Takes tokens back. */
export async function unpost(
  contracts: Plimsoll,
  sender: Sender,
  loanId: bigint,
  token: string,
  amount: bigint,
  to: string,
): Promise<{ readonly mined: Mined; readonly amount: bigint; readonly posted: bigint }> {
  const call = contracts.posted.unpost.populateTransaction(loanId, token, amount, to);
  const mined = await sender.send("take the tokens back", call);
  const args = requireEvent(mined, contracts.posted, "Unposted");
  return {
    mined,
    amount: BigInt(args.getValue("amount") as bigint),
    posted: BigInt(args.getValue("posted") as bigint),
  };
}
