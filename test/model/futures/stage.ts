/** What a history starts from: tokens, indices, wallets, and nothing in the clearing. */

import { Clearing, type Place } from "./clearing.js";
import type { IndexTerms } from "./index.js";
import type { TokenTerms } from "./ledger.js";
import type { Fault } from "./operations.js";

/** What the driver knows beyond the model: who there is, and what numbers mean. */
export interface Cast {
  readonly users: readonly string[];
  readonly venue: string;
  readonly tokens: ReadonlyArray<{ readonly address: string; readonly unit: bigint }>; // about the value of a lot [atoms]
  readonly indices: ReadonlyArray<{ readonly id: number; readonly base: bigint }>; // about the answer of the feed
  readonly faults: readonly Fault[]; // that the feeds can show
}

/** Terms of the three indices: two follow their feeds within hours, one within a day. */
export const INDEX_TERMS: readonly IndexTerms[] = [
  [10n ** 14n, 7_200n, 100_000n],
  [10n ** 16n + 7n, 14_400n, 70_000n],
  [3n * 10n ** 15n, 86_400n, 20_000n],
].map(([answerPerTick, maxAge, maxMoveBpsPerDay]) => ({
  decimals: 18n,
  maxAge: maxAge as bigint,
  minAnswer: 10n ** 17n,
  maxAnswer: 10n ** 20n,
  answerPerTick: answerPerTick as bigint,
  maxMoveBpsPerDay: maxMoveBpsPerDay as bigint,
}));

/** What every token starts with in every user's wallet. */
export const WALLET = 10n ** 27n;

/** A clearing with its tokens and indices, and nothing in it. */
export function stage(place: Place, cast: Cast, terms: TokenTerms): Clearing {
  const model = new Clearing(place);
  model.now = 1_000n;
  model.timestamp = 1_700_000_000n;
  model.venues.add(cast.venue);
  for (const { address } of cast.tokens) {
    model.addToken(address, terms);
    for (const user of cast.users) model.tokenOf(address).wallets.set(user, WALLET);
  }
  for (const [at, { id, base }] of cast.indices.entries()) {
    const feed = {
      broken: false,
      decimals: 18n,
      roundId: 1n,
      answer: base,
      updatedAt: model.timestamp,
      answeredInRound: 1n,
    };
    model.addIndex(id, INDEX_TERMS[at] as IndexTerms, feed).observe(model.now, model.timestamp);
  }
  return model;
}
