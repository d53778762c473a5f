/** A small seeded generator (splitmix64): the same seed plays the same history everywhere. */
export class Random {
  private state: bigint;

  constructor(seed: bigint) {
    this.state = BigInt.asUintN(64, seed);
  }

  private next(): bigint {
    this.state = BigInt.asUintN(64, this.state + 0x9e3779b97f4a7c15n);
    let z = this.state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }

  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Number(this.next() % BigInt(high - low + 1));
  }

  /** A bigint from 0 to `high`. */
  amount(high: bigint): bigint {
    return ((this.next() << 64n) | this.next()) % (high + 1n);
  }

  chance(percent: number): boolean {
    return this.int(1, 100) <= percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T;
  }

  /** Picks by weight. */
  weighted<T>(items: ReadonlyArray<readonly [T, number]>): T {
    let at = this.int(
      1,
      items.reduce((total, [, weight]) => total + weight, 0),
    );
    for (const [item, weight] of items) {
      at -= weight;
      if (at <= 0) return item;
    }
    throw new RangeError(`weights of ${items.length} items do not add up`);
  }
}
