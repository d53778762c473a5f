/** Who plays in the histories, and where. */

import type { Place } from "./clearing.js";
import type { TokenTerms } from "./ledger.js";
import type { Cast } from "./stage.js";

export const addressFrom = (number: number): string => `0x${number.toString(16).padStart(40, "0")}`;

export const PLACE: Place = {
  chainId: 31_337n,
  clearing: addressFrom(0xc1),
  recipient: addressFrom(0xfe),
  risk: addressFrom(0x51),
  guardian: addressFrom(0x52),
  arbiter: addressFrom(0x53),
};

export const CAST: Cast = {
  users: Array.from({ length: 12 }, (_, at) => addressFrom(0x1000 + at)),
  venue: addressFrom(0x99),
  tokens: [
    { address: addressFrom(0xa1), unit: 10n ** 18n },
    { address: addressFrom(0xa2), unit: 10n ** 6n },
    { address: addressFrom(0xa3), unit: 50_000n },
  ],
  indices: [
    { id: 1, base: 25n * 10n ** 17n },
    { id: 2, base: 30n * 10n ** 17n },
    { id: 3, base: 20n * 10n ** 17n },
  ],
  faults: ["none", "broken", "decimals", "incomplete", "future"],
};

export const TOKEN_TERMS: TokenTerms = {
  makerFeeBps: 2n,
  takerFeeBps: 5n,
  dailyCap: 10n ** 18n,
  disputeBond: 1_000n,
  writeOffReward: 10n,
};

const SEED = BigInt(process.env.PLIMSOLL_MODEL_SEED ?? "0x706c696d736f6c6c");
/** What the histories are drawn from. */
export const seed = (): bigint => SEED;

/** Steps of a run: `PLIMSOLL_MODEL_STEPS`, else by profile. */
export function stepsOf(usual: number, ci: number): number {
  const byProfile = (process.env.PLIMSOLL_PROFILE ?? "default") === "default" ? usual : ci;
  return Number(process.env.PLIMSOLL_MODEL_STEPS ?? byProfile);
}

export const countsText = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort()
    .map(([what, count]) => `${what} ${count}`)
    .join(", ");
