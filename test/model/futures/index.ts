/** Indices: observations of a feed and their time-weighted averages (docs/SPEC-futures.md, section 2). */

import { BPS, clamp, DAY, div, min } from "./numbers.js";
import { demand } from "./refused.js";

const MIN_SPACING = 10n;
const MAX_GAP = 240n;
const RING = 2_048;
const LEAST_OBSERVATIONS = 6;
const MOST_TICKS = 2n ** 32n - 1n;

/** A feed as it would answer now. `broken`: it reverts, burns its gas or answers short. */
export interface Feed {
  broken: boolean;
  decimals: bigint;
  roundId: bigint;
  answer: bigint;
  updatedAt: bigint; // [s]
  answeredInRound: bigint;
}

/** What is demanded of a feed's answers; frozen. */
export interface IndexTerms {
  readonly decimals: bigint;
  readonly maxAge: bigint; // [s]
  readonly minAnswer: bigint; // exclusive
  readonly maxAnswer: bigint; // exclusive
  readonly answerPerTick: bigint;
  readonly maxMoveBpsPerDay: bigint;
}

export interface Observation {
  readonly epoch: bigint;
  readonly answer: bigint;
  readonly cum: bigint;
  readonly gaps: bigint;
}

export interface Average {
  readonly covered: boolean;
  readonly good: boolean;
  readonly answer: bigint;
}

const UNCOVERED: Average = { covered: false, good: false, answer: 0n };

/** One index. Observations are never changed, so a copy of the list is a copy of the index. */
export class Index {
  observations: readonly Observation[] = [];

  constructor(
    readonly terms: IndexTerms,
    readonly feed: Feed,
  ) {
    demand(terms.answerPerTick > 0n && terms.minAnswer >= terms.answerPerTick, "Terms");
    demand(terms.maxAnswer > terms.minAnswer && terms.maxAnswer <= terms.answerPerTick * MOST_TICKS, "Terms");
    demand(terms.minAnswer * terms.maxMoveBpsPerDay * MIN_SPACING >= 100n * BPS * DAY, "Terms");
  }

  get newest(): Observation | undefined {
    return this.observations.at(-1);
  }

  private isValid(timestamp: bigint): boolean {
    const { feed, terms } = this;
    if (feed.broken || feed.decimals !== terms.decimals) return false;
    if (feed.answer <= terms.minAnswer || feed.answer >= terms.maxAnswer) return false;
    if (feed.updatedAt <= 0n || feed.updatedAt > timestamp || timestamp > feed.updatedAt + terms.maxAge) return false;
    return feed.answeredInRound >= feed.roundId && feed.roundId > 0n;
  }

  /** Adds an observation if it is time and the feed's answer is valid. */
  observe(now: bigint, timestamp: bigint): void {
    const last = this.newest;
    if (last !== undefined && now - last.epoch < MIN_SPACING) return;
    if (!this.isValid(timestamp)) return;
    const next = last === undefined ? this.first(now) : this.after(last, now);
    const kept = this.observations.length === RING ? this.observations.slice(1) : this.observations;
    this.observations = [...kept, next];
  }

  private first(now: bigint): Observation {
    return { epoch: now, answer: this.feed.answer, cum: 0n, gaps: 0n };
  }

  private after(last: Observation, now: bigint): Observation {
    const dt = now - last.epoch;
    const limit = div(last.answer * this.terms.maxMoveBpsPerDay * dt, BPS * DAY);
    return {
      epoch: now,
      answer: clamp(this.feed.answer, last.answer - limit, last.answer + limit),
      cum: last.cum + last.answer * dt,
      gaps: last.gaps + (dt > MAX_GAP ? 1n : 0n),
    };
  }

  /** The newest observation at or before an epoch, and where it is. */
  private find(epoch: bigint): readonly [Observation, number] | undefined {
    let [low, high] = [0, this.observations.length]; // those before `low` are at or before `epoch`, those from `high` on after it
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.observations[middle] as Observation).epoch <= epoch) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : [this.observations[low - 1] as Observation, low - 1];
  }

  covers(epoch: bigint): boolean {
    return this.find(epoch) !== undefined;
  }

  /** The answer that holds at an epoch that is covered. */
  answerAt(epoch: bigint): bigint {
    const found = this.find(epoch);
    demand(found !== undefined, "Price", "not covered");
    return found[0].answer;
  }

  /** Sum of answer x epochs up to an epoch that is covered. */
  cumAt(epoch: bigint): bigint {
    const found = this.find(epoch);
    demand(found !== undefined, "Price", "not covered");
    const [o] = found;
    return o.cum + o.answer * (epoch - o.epoch);
  }

  /** Average over `(from, to]`. */
  twap(from: bigint, to: bigint): Average {
    const [start, end] = [this.find(from), this.find(to)];
    if (start === undefined || end === undefined) return UNCOVERED;
    const answer = div(this.cumAt(to) - this.cumAt(from), to - from);
    const enough = end[1] - start[1] >= LEAST_OBSERVATIONS;
    const even = end[0].gaps === start[0].gaps && to - end[0].epoch <= MAX_GAP;
    return { covered: true, good: enough && even, answer };
  }

  /** An answer as a price, to the nearest, half up. */
  toTicks(answer: bigint): bigint {
    const { answerPerTick } = this.terms;
    return min(div(answer + div(answerPerTick, 2n), answerPerTick), MOST_TICKS);
  }
}
