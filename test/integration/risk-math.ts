import { expect } from "chai";
import type { BaseContract } from "ethers";
import { network } from "hardhat";

/**
 * RiskMath against a second implementation in BigInt, which rounds exact fractions. `PLIMSOLL_CASES` random cases (2,000;
 * under the `ci` profile 100,000), many a call.
 */

const WAD = 10n ** 18n;
const FAULT_DAYS = 43n;
const MAX_UINT = (1n << 256n) - 1n;
const CASES_PER_CALL = 500;
const SEED = 0x706c696d736f6c6cn;

const { ethers } = await network.create();

/** Number of cases to try. */
function caseCount(): number {
  const ci = process.env.PLIMSOLL_PROFILE === "ci" ? 100_000 : 2_000;
  const asked = Number(process.env.PLIMSOLL_CASES ?? ci);
  return Number.isSafeInteger(asked) && asked > 0 ? asked : ci;
}

/** xorshift64*: the same cases on every run. */
class Source {
  private state = SEED;

  private next(): bigint {
    let x = this.state;
    x ^= x >> 12n;
    x ^= (x << 25n) & 0xffffffffffffffffn;
    x ^= x >> 27n;
    this.state = x;
    return (x * 0x2545f4914f6cdd1dn) & 0xffffffffffffffffn;
  }

  /** Uniform in [low, high]. */
  between(low: bigint, high: bigint): bigint {
    const wide = (this.next() << 192n) | (this.next() << 128n) | (this.next() << 64n) | this.next();
    return low + (wide % (high - low + 1n));
  }

  /** An amount below 2^bits of a random order of magnitude, and now and then one at the edges. */
  amount(bits: bigint): bigint {
    const kind = this.between(0n, 15n);
    if (kind === 0n) return 0n;
    if (kind === 1n) return (1n << bits) - 1n;
    if (kind === 2n) return 1n;
    return this.between(0n, (1n << this.between(1n, bits)) - 1n);
  }

  /** A value of [low, high] in which the ends are frequent. */
  edgy(low: bigint, high: bigint): bigint {
    const kind = this.between(0n, 7n);
    if (kind === 0n) return low;
    return kind === 1n ? high : this.between(low, high);
  }
}

/** floor(a / b) for b > 0 and any sign of a. */
const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n || a % b === 0n ? a / b : a / b - 1n);
const ceilDiv = (a: bigint, b: bigint): bigint => -floorDiv(-a, b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** One miner: signed available, vesting, pledge, fees [attoFIL], floor [wad], leak [attoFIL], power and references. */
function valuationRow(s: Source): bigint[] {
  const available = s.amount(128n) * (s.between(0n, 2n) === 0n ? -1n : 1n);
  const row = [available, s.amount(128n), s.amount(128n), s.amount(129n), s.amount(128n)];
  return [...row, s.edgy(0n, WAD / 50n), s.edgy(0n, 1000n * WAD), s.amount(128n), s.amount(88n), s.amount(72n)];
}

function valuation(row: readonly bigint[]): bigint[] {
  const [a, v, p, t, f, floor, leak, q, pRef, qRef] = row as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const fee = max(f, ceilDiv(p * floor, WAD));
  const net = a + v + p - t;
  // P - Q x Pref / Qref, one fraction, rounded up
  const lost = pRef === 0n || qRef === 0n ? 0n : max(0n, ceilDiv(p * qRef - q * pRef, qRef));
  const ratio = p === 0n ? 0n : ceilDiv(lost * WAD, p);
  return [fee, BigInt.asUintN(256, net), max(0n, net), max(0n, max(0n, net) - FAULT_DAYS * fee - leak), lost, ratio];
}

/** One loan: value, debt [attoFIL], weight, target, discount, share of the greatest bonus [wad], least debt [attoFIL]. */
function saleRow(s: Source): bigint[] {
  const weight = s.edgy(WAD / 2n, (96n * WAD) / 100n);
  const debt = s.amount(127n);
  // mostly around the edge of liquidation, where sizing matters
  const near = s.between(0n, 3n) === 0n ? s.amount(128n) : (debt * s.between(0n, 25n * (WAD / 10n))) / WAD;
  const target = s.edgy(WAD + 1n, (125n * WAD) / 100n);
  return [near, debt, weight, target, s.edgy(0n, WAD - weight), s.edgy(0n, WAD), s.edgy(WAD, 10_000n * WAD)];
}

function sale(row: readonly bigint[]): bigint[] {
  const [value, debt, weight, target, discount, share, minDebt] = row as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const health = debt === 0n ? MAX_UINT : floorDiv(value * weight, debt);
  const maxBonus = floorDiv(min(health, WAD) * WAD, weight);
  const bonus = maxBonus > WAD ? WAD + floorDiv((maxBonus - WAD) * share, WAD) : WAD;
  const price = priceToTarget(debt, health, target, bonus, weight);
  const face = floorDiv(price * bonus, WAD);
  const left = max(0n, debt - price);
  const carrying = floorDiv(value * (WAD - discount), WAD);
  const priceOfFace = ceilDiv(face * WAD, bonus);
  const undusted = left < minDebt ? debt : price;
  return [health, maxBonus, bonus, price, face, priceOfFace, undusted, carrying, floorDiv(value * weight, WAD)];
}

/** Least whole x in [0, debt] with x (THF - b w) >= D (THF - HF); the debt when there is none. */
function priceToTarget(debt: bigint, health: bigint, target: bigint, bonus: bigint, weight: bigint): bigint {
  if (health >= target) return 0n;
  const numerator = debt * (target - health) * WAD;
  const denominator = target * WAD - bonus * weight;
  return denominator <= 0n ? debt : min(debt, ceilDiv(numerator, denominator));
}

type Model = (row: readonly bigint[]) => bigint[];

/** Fails with the first case in which a field differs. */
function compare(rows: readonly bigint[][], words: readonly bigint[], model: Model): void {
  const width = words.length / rows.length;
  rows.forEach((row, i) => {
    const expected = model(row);
    const actual = words.slice(i * width, (i + 1) * width);
    if (actual.length === expected.length && expected.every((x, j) => x === actual[j])) return;
    expect(actual, `case ${row.join(", ")}`).to.deep.equal(expected);
  });
}

const word = (x: bigint): string => BigInt.asUintN(256, x).toString(16).padStart(64, "0");

/** Calls `name(uint256[N][])` by hand, because the codec would take most of the time; returns the words of all rows. */
async function call(harness: BaseContract, name: string, rows: readonly bigint[][]): Promise<bigint[]> {
  const selector = harness.interface.getFunction(name)?.selector ?? "0x";
  const to = await harness.getAddress();
  const data = selector + word(32n) + word(BigInt(rows.length)) + rows.flat().map(word).join("");
  const answer = await ethers.provider.call({ to, data });
  const words = answer.slice(2).match(/.{64}/g) ?? [];
  expect(words[1], "rows").to.equal(word(BigInt(rows.length)));
  return words.slice(2).map((hex) => BigInt(`0x${hex}`));
}

/** All cases, split into calls. */
async function differ(name: string, make: (s: Source) => bigint[], model: Model): Promise<void> {
  const harness = await ethers.deployContract("RiskMathHarness");
  const source = new Source();
  for (let left = caseCount(); left > 0; left -= CASES_PER_CALL) {
    const rows = Array.from({ length: Math.min(left, CASES_PER_CALL) }, () => make(source));
    compare(rows, await call(harness, name, rows), model);
  }
}

describe("RiskMath against BigInt", function () {
  this.timeout(600_000);

  it("values miners alike", async function () {
    await differ("valuations", valuationRow, valuation);
  });

  it("sizes sales alike", async function () {
    await differ("sales", saleRow, sale);
  });
});
