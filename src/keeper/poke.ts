import type { Sender } from "../chain/index.js";
import type { Plimsoll } from "../loans/contracts.js";
import { Token, type TokenView, readTokens } from "../loans/tokens.js";
import { WAD } from "../sdk/index.js";
import { type LiquidateOptions, type LiquidationReport, type StepReport, refused } from "./liquidate.js";
import { keepUp } from "./upkeep.js";

/**
 * The last good price stands in for a day after it was in time (PostedCollateralBase.sol). Stored again when half of that is over, it
 * never has less than half a day left, at two pokes a day and token [seconds].
 */
const HALF_GRACE = 43_200n;

/**
 * Why a token is to be poked, undefined when it is not.
 * @param balance of posted collateral [token units] @param now [seconds]
 */
export function pokeFor(token: TokenView, balance: bigint, now: bigint): string | undefined {
  const missing = balance < token.total;
  if (missing && token.backing >= WAD) return `${token.total - balance} units of ${token.symbol} are missing`;
  if (!missing && token.backing < WAD) return `all ${token.symbol} are there again`;
  if (!token.fresh || token.total === 0n || now < token.storedUntil + HALF_GRACE) return undefined;
  return `the stored price of ${token.symbol} is getting old`;
}

/** Stores the prices of tokens for an outage to come, and what is there of them. */
export async function pokeTokens(
  contracts: Plimsoll,
  sender: Sender,
  options: LiquidateOptions,
): Promise<LiquidationReport["pokes"]> {
  const block = await sender.signer.provider?.getBlock("latest");
  const now = BigInt(block?.timestamp ?? 0);
  const holder = await contracts.posted.getAddress();
  const done: Array<LiquidationReport["pokes"][number]> = [];
  for (const token of await readTokens(contracts)) {
    const step = await pokeOne(contracts, sender, token, holder, now, options);
    if (step === undefined) continue;
    done.push({ token: token.address, symbol: token.symbol, step });
  }
  return done;
}

async function pokeOne(
  contracts: Plimsoll,
  sender: Sender,
  token: TokenView,
  holder: string,
  now: bigint,
  options: LiquidateOptions,
): Promise<StepReport | undefined> {
  try {
    const balance = await new Token(token.address, sender.signer).balanceOf(holder);
    const reason = pokeFor(token, balance, now);
    if (reason === undefined) return undefined;
    const call = contracts.posted.poke.populateTransaction(token.address);
    return await keepUp(sender, options, { action: "poke", reason, label: `poke ${token.symbol}`, call });
  } catch (error) {
    return refused("poke", error);
  }
}
