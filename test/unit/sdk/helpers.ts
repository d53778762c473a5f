import { createHash } from "node:crypto";

import { expect } from "chai";

/** Repeatable pseudo-random numbers: SHA-256 of a seed and a counter. */
export class Random {
  private counter = 0;

  constructor(private readonly seed: string) {}

  /** In [0, limit). */
  below(limit: bigint): bigint {
    if (limit <= 1n) return 0n;
    this.counter += 1;
    const digest = createHash("sha256").update(`${this.seed}/${this.counter}`).digest("hex");
    return BigInt(`0x${digest}`) % limit;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Number(this.below(BigInt(items.length)))] ?? items[0];
  }
}

/** The error that a function throws, which must be of this class. */
export function failure<T>(act: () => unknown, type: abstract new (...args: never[]) => T): T {
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(type);
    return error as T;
  }
  return expect.fail("nothing was thrown");
}

/** As `failure`, for a promise. */
export async function rejection<T>(act: Promise<unknown>, type: abstract new (...args: never[]) => T): Promise<T> {
  try {
    await act;
  } catch (error) {
    expect(error).to.be.instanceOf(type);
    return error as T;
  }
  return expect.fail("nothing was thrown");
}
