/** Random parameters, a few of them outside their bounds (docs/SPEC-futures.md, section 11). */

import type { Random } from "../filecoin/random.js";
import type { TokenTerms } from "./ledger.js";
import { clamp, div } from "./numbers.js";
import type { Risk } from "./series.js";

export function someTokenTerms(random: Random, unit: bigint): TokenTerms {
  const wrong = random.chance(5);
  return {
    makerFeeBps: BigInt(random.int(0, wrong ? 12 : 10)),
    takerFeeBps: BigInt(random.int(0, wrong ? 60 : 50)),
    dailyCap: random.amount(unit * 20n),
    disputeBond: random.amount(100_000n) + (wrong ? 0n : 1n),
    writeOffReward: random.amount(random.pick([0n, 100n, 10_000n])),
  };
}

/** @param unit about the value of a lot [atoms] */
export function someRisk(random: Random, unit: bigint): Risk {
  const capLots = BigInt(random.chance(40) ? random.int(10, 100) : random.int(60, 3_000));
  return {
    capLots,
    positionCap: div(capLots, BigInt(random.int(1, 6))),
    imBps: BigInt(random.chance(2) ? 999 : random.int(1_000, 3_500)),
    mmShareBps: BigInt(random.int(5_000, 9_100)),
    minMargin: random.amount(unit * 2n) + 1n,
    oiSlopeBps: BigInt(random.pick([0, random.int(0, 20_000)])),
    concFromBps: BigInt(random.int(100, 10_000)),
    concBps: BigInt(random.pick([0, random.int(0, 3_000)])),
    bandBps: BigInt(random.int(100, 2_000)),
    dustLots: BigInt(random.int(1, 20)),
    insuranceCap: random.pick([0n, random.amount(unit * 40n)]),
  };
}

/** Some of the terms, a little or a lot. */
export function changedRisk(random: Random, risk: Risk, unit: bigint): Risk {
  const fresh = someRisk(random, unit);
  const names = (Object.keys(risk) as (keyof Risk)[]).filter(() => random.chance(20));
  const changed = Object.fromEntries(names.map((name) => [name, fresh[name]]));
  const imBps = risk.imBps + BigInt(random.int(-300, 520));
  const result = { ...risk, ...changed, ...(random.chance(60) ? { imBps } : {}) };
  const [low, high] = random.chance(90) ? [1n, result.capLots] : [0n, 1n << 40n];
  return { ...result, positionCap: clamp(result.positionCap, low, high) };
}
