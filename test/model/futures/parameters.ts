/** Random parameters, a few of them outside their bounds (docs/SPEC-futures.md, section 11). */

import type { Random } from "../filecoin/random.js";
import type { TokenTerms } from "./ledger.js";
import { ceil, clamp, div, max, min } from "./numbers.js";
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

/** The widest band that margins allow, within its own bounds. [bps] */
export const widestBand = (imBps: bigint, mmShareBps: bigint): bigint => min(div(imBps * mmShareBps, 25_000n), 2_000n);

/** Often the widest the margins allow, now and then wider. */
function someBand(random: Random, imBps: bigint, mmShareBps: bigint): bigint {
  const widest = widestBand(imBps, mmShareBps);
  if (random.chance(3)) return widest + 1n;
  if (random.chance(30)) return widest;
  return 100n + random.amount(widest - 100n);
}

/** @param unit about the value of a lot [atoms] */
export function someRisk(random: Random, unit: bigint): Risk {
  const capLots = BigInt(random.chance(40) ? random.int(10, 100) : random.int(60, 3_000));
  const imBps = BigInt(random.chance(2) ? 999 : random.int(1_000, random.chance(15) ? 10_000 : 3_500));
  const mmShareBps = BigInt(random.int(5_000, 9_100));
  return {
    capLots,
    positionCap: div(capLots, BigInt(random.int(1, 6))),
    imBps,
    mmShareBps,
    minMargin: random.amount(unit * 2n) + 1n,
    oiSlopeBps: BigInt(random.pick([0, random.int(0, 20_000)])),
    concFromBps: BigInt(random.int(100, 10_000)),
    concBps: BigInt(random.pick([0, random.int(0, 3_000)])),
    bandBps: someBand(random, imBps, mmShareBps),
    dustLots: BigInt(random.int(1, 20)),
    insuranceCap: random.pick([0n, random.amount(unit * 40n)]),
  };
}

/** Some of the terms, a little or a lot; mostly what a series with open interest allows, or just not. */
export function changedRisk(random: Random, risk: Risk, unit: bigint): Risk {
  const fresh = { ...someRisk(random, unit), ...(random.chance(70) ? slowChange(random, risk) : {}) };
  const names = (Object.keys(risk) as (keyof Risk)[]).filter(() => random.chance(20));
  const changed = { ...risk, ...Object.fromEntries(names.map((name) => [name, fresh[name]])) };
  const imBps = risk.imBps + BigInt(random.int(-300, 520));
  const moved = { ...changed, ...(random.chance(50) ? { imBps } : {}) };
  const least = ceil(25_000n * moved.bandBps, moved.mmShareBps);
  const result = random.chance(70) ? { ...moved, imBps: clamp(moved.imBps, least, 10_000n) } : moved;
  const [low, high] = random.chance(90) ? [1n, result.capLots] : [0n, 1n << 40n];
  return { ...result, positionCap: clamp(result.positionCap, low, high) };
}

/** What margins, band and dust may become under open interest; one in ten a little more than that. */
function slowChange(random: Random, risk: Risk): Partial<Risk> {
  const upTo = (most: bigint, floor: bigint): bigint =>
    random.chance(10) ? most + 1n : max(most - random.amount(div(most, 4n)), floor);
  const capLots = max(risk.capLots + BigInt(random.int(-20, 40)), 1n);
  const from = ceil(risk.capLots * risk.concFromBps, capLots);
  const widest = widestBand(risk.imBps, risk.mmShareBps);
  return {
    minMargin: upTo(risk.minMargin, 1n),
    concBps: upTo(risk.concBps, 0n),
    dustLots: upTo(risk.dustLots, 1n),
    bandBps: clamp(risk.bandBps + BigInt(random.int(-52, 30)), 100n, random.chance(90) ? widest : 2_000n),
    mmShareBps: clamp(risk.mmShareBps + BigInt(random.int(-300, 510)), 5_000n, 9_100n),
    capLots,
    concFromBps: random.chance(30) ? max(from - 1n, 100n) : clamp(from, 100n, 10_000n),
  };
}
