/**
 * The pool's arithmetic against exact integers: every conversion in both directions, the series of the interest, and the
 * rate model's curve, on numbers of every size. One attoFIL of difference fails.
 *
 * `PLIMSOLL_CASES` sets the number of cases per formula (default 2,000; 100,000 under `PLIMSOLL_PROFILE=ci`).
 */
import { expect } from "chai";
import { network } from "hardhat";

const { ethers } = await network.create();

const RAY = 10n ** 27n;
const WAD = 10n ** 18n;
const VIRTUAL_SHARES = 10n ** 6n;
const MAX_INDEX = 2n ** 112n - 1n;
const MAX_UINT256 = 2n ** 256n - 1n;
const EPOCHS_PER_YEAR = 1_051_200n;
const EPOCHS_PER_DAY = 2_880n;

const CASES = Number(process.env.PLIMSOLL_CASES ?? (process.env.PLIMSOLL_PROFILE === "ci" ? 100_000 : 2_000));
const BATCH = 500;
const SEED = 0x706c696dn;

/** Deterministic 64-bit generator (splitmix64), so that a failure can be had again. */
class Random {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = seed;
  }

  next(): bigint {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let z = this.#state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }

  /** Any number of at most `bits` bits, every length as likely as any other; one in eight is at an edge. */
  bits(bits: number): bigint {
    const length = BigInt(Number(this.next() % BigInt(bits)) + 1);
    if (this.next() % 8n === 0n) {
      const edge = 1n << length;
      return [0n, 1n, edge - 1n, edge >> 1n, edge - 2n].at(Number(this.next() % 5n)) ?? 0n;
    }
    let value = 0n;
    for (let i = 0; i < 4; i++) value = (value << 64n) | this.next();
    return BigInt.asUintN(Number(length), value);
  }

  /** From `low` to `high`, inclusive. */
  between(low: bigint, high: bigint): bigint {
    return low + ((this.bits(256) * 2n ** 64n + this.next()) % (high - low + 1n));
  }
}

const mulDivDown = (x: bigint, y: bigint, d: bigint): bigint => (x * y) / d;
const mulDivUp = (x: bigint, y: bigint, d: bigint): bigint => (x * y + d - 1n) / d;
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const saturate = (value: bigint): bigint => min(value, MAX_UINT256);

/** e^x - 1 by three terms, each rounded down. */
function expMinusOne(x: bigint): bigint {
  const second = mulDivDown(x, x, 2n * RAY);
  return x + second + mulDivDown(second, x, 3n * RAY);
}

type Case = [bigint, ...bigint[]];
type Answer = readonly bigint[];

/**
 * Draws cases, asks the contract in batches, and compares.
 * @param draw one case
 * @param ask answers for the columns of a batch: one list per result
 * @param expected results for one case, in the same order
 */
async function compare<T extends Case>(
  seed: bigint,
  draw: (random: Random) => T,
  ask: (columns: bigint[][]) => Promise<readonly Answer[]>,
  expected: (...numbers: T) => Answer,
): Promise<{ uneven: number }> {
  const random = new Random(SEED ^ seed);
  let uneven = 0;
  for (let done = 0; done < CASES; done += BATCH) {
    const cases = Array.from({ length: Math.min(BATCH, CASES - done) }, () => draw(random));
    const columns = (cases[0] ?? []).map((_, column) => cases.map((numbers) => numbers[column] ?? 0n));
    const answers = await ask(columns);
    cases.forEach((numbers, row) => {
      const actual = answers.map((answer) => answer[row]);
      const wanted = expected(...numbers);
      if (wanted.some((value, i) => value !== actual[i])) {
        expect(actual.map(String), `case ${numbers.join(", ")}`).to.deep.equal(wanted.map(String));
      }
      if (wanted.length === 2 && wanted[0] !== wanted[1]) uneven++;
    });
  }
  return { uneven };
}

describe(`Rounding, ${CASES.toLocaleString("en")} cases per formula`, function () {
  this.timeout(1_800_000);

  /** What the harness's function answers to the columns of a batch. */
  async function asker(name: string): Promise<(columns: bigint[][]) => Promise<readonly Answer[]>> {
    const harness = await ethers.deployContract("VaultMath__Harness");
    return async (columns) => harness.getFunction(name).staticCallResult(...columns);
  }
  const index = (random: Random): bigint => min(RAY + random.bits(112), MAX_INDEX);
  /** Supply and total assets of a pool: any, or near the price of one. */
  const pool = (random: Random): [bigint, bigint] => {
    const total = random.bits(118);
    if (random.next() % 2n === 0n) return [total * VIRTUAL_SHARES + random.bits(80), total];
    return [min(random.bits(256), MAX_UINT256 - VIRTUAL_SHARES), total];
  };

  /** Numbers that come out even prove no direction; nearly all must not. */
  const expectUneven = (uneven: number): void => void expect(uneven).to.be.greaterThan(CASES / 2);

  it("charges scaled debt up and extinguishes it down", async () => {
    const { uneven } = await compare(
      1n,
      (random) => [random.bits(96), index(random)],
      await asker("toScaled"),
      (amount, i) => [mulDivDown(amount, RAY, i), mulDivUp(amount, RAY, i)],
    );
    expectUneven(uneven);
  });

  it("counts the borrower's debt up and the pool's down", async () => {
    const { uneven } = await compare(
      2n,
      (random) => [random.bits(96), index(random)],
      await asker("toDebt"),
      (scaled, i) => [mulDivDown(scaled, i, RAY), mulDivUp(scaled, i, RAY)],
    );
    expectUneven(uneven);
  });

  it("sums up e^x - 1", async () => {
    await compare(
      3n,
      (random) => [random.bits(100)],
      await asker("expMinusOne"),
      (x) => [expMinusOne(x)],
    );
  });

  it("accrues the index down, and stops at its largest", async () => {
    await compare(
      4n,
      (random) => [index(random), random.bits(72), random.bits(32)],
      await asker("accrueIndex"),
      (i, rate, elapsed) => [min(i + mulDivDown(i, expMinusOne(min(rate * elapsed, 1_000n * RAY)), RAY), MAX_INDEX)],
    );
  });

  it("accrues the index whatever it is asked", async () => {
    await compare(
      5n,
      (random) => [index(random), random.bits(256), random.bits(256)],
      await asker("accrueIndex"),
      (i, rate, elapsed) => [min(i + mulDivDown(i, expMinusOne(min(rate * elapsed, 1_000n * RAY)), RAY), MAX_INDEX)],
    );
  });

  it("converts assets to shares, both ways", async () => {
    const { uneven } = await compare(
      6n,
      (random) => [random.bits(random.next() % 4n === 0n ? 256 : 96), ...pool(random)],
      await asker("toShares"),
      (assets, supply, total) => [
        saturate(mulDivDown(assets, supply + VIRTUAL_SHARES, total + 1n)),
        saturate(mulDivUp(assets, supply + VIRTUAL_SHARES, total + 1n)),
      ],
    );
    expectUneven(uneven);
  });

  it("converts shares to assets, both ways", async () => {
    const { uneven } = await compare(
      7n,
      (random) => [random.bits(random.next() % 4n === 0n ? 256 : 116), ...pool(random)],
      await asker("toAssets"),
      (shares, supply, total) => [
        saturate(mulDivDown(shares, total + 1n, supply + VIRTUAL_SHARES)),
        saturate(mulDivUp(shares, total + 1n, supply + VIRTUAL_SHARES)),
      ],
    );
    expectUneven(uneven);
  });

  it("finds the most shares that are worth no more than the cash", async () => {
    await compare(
      8n,
      (random) => [random.bits(96), ...pool(random)],
      await asker("maxSharesWorth"),
      (assets, supply, total) => {
        const most = ((assets + 1n) * (supply + VIRTUAL_SHARES) - 1n) / (total + 1n);
        return [most >= MAX_UINT256 ? MAX_UINT256 - 1n : most];
      },
    );
  });

  it("quotes the rate as the curve says", async () => {
    const model = {
      targetUtilisationWad: (WAD * 9n) / 10n,
      steepnessWad: (WAD * 5n) / 2n,
      initialRatePerYearWad: (WAD * 12n) / 100n,
      minRatePerYearWad: WAD / 100n,
      maxRatePerYearWad: (WAD * 60n) / 100n,
      speedPerYearWad: 30n * WAD,
    };
    const rateModel = await ethers.deployContract("RateModel", [model]);
    const perEpoch = (perYearWad: bigint): bigint => (perYearWad * (RAY / WAD)) / EPOCHS_PER_YEAR;
    const target = model.targetUtilisationWad;
    const clamp = (rate: bigint): bigint =>
      min(max(rate, perEpoch(model.minRatePerYearWad)), perEpoch(model.maxRatePerYearWad));
    const inverse = mulDivUp(WAD, WAD, model.steepnessWad);
    const random = new Random(SEED ^ 9n);
    for (let i = 0; i < CASES / 10; i++) {
      const [u, rate, elapsed] = [random.between(0n, WAD + WAD / 10n), random.bits(80), random.bits(20)];
      const use = min(u, WAD);
      const above = use > target;
      const error = above ? mulDivUp(use - target, WAD, WAD - target) : mulDivDown(target - use, WAD, target);
      const growth = RAY + expMinusOne((perEpoch(model.speedPerYearWad) * error * min(elapsed, EPOCHS_PER_DAY)) / WAD);
      const drifted = above ? mulDivUp(clamp(rate), growth, RAY) : mulDivUp(clamp(rate), RAY, growth);
      const next = rate === 0n ? perEpoch(model.initialRatePerYearWad) : clamp(drifted);
      const curve = above
        ? WAD + mulDivUp(model.steepnessWad - WAD, error, WAD)
        : WAD - mulDivDown(WAD - inverse, error, WAD);
      expect(await rateModel.quote(u, rate, elapsed), `case ${u}, ${rate}, ${elapsed}`).to.deep.equal([
        mulDivUp(next, curve, WAD),
        next,
      ]);
    }
  });
});
