import { expect } from "chai";

import { worthFilling } from "../../../src/keeper/index.js";
import { FIL } from "../../../src/sdk/index.js";
import type { QueueView } from "../../../src/vault/queue.js";

const UNIT = 10n ** 24n;

/** A queue in which this much waits and that much of it can be filled; at par. */
function queue(waitingShares: bigint, fillableShares: bigint): QueueView {
  return {
    waitingShares,
    waitingAssets: waitingShares / 10n ** 6n,
    fillable: fillableShares / 10n ** 6n,
    fillableShares,
    setAside: 0n,
    requestedShares: waitingShares,
    filledShares: 0n,
    filledAssets: 0n,
    fills: 0n,
  };
}

describe("Keeper: filling the redeem queue", () => {
  const cases: ReadonlyArray<readonly [string, QueueView, boolean]> = [
    ["nobody waits", queue(0n, 0n), false],
    ["there is no cash", queue(5n * UNIT, 0n), false],
    ["all who wait can be filled", queue(5n * UNIT, 5n * UNIT), true],
    ["all who wait are dust", queue(5n, 5n), true],
    ["a tenth of a FIL of more can be filled", queue(5n * UNIT, UNIT / 10n), true],
    ["less than a tenth of a FIL of more can be filled", queue(5n * UNIT, UNIT / 10n - 10n ** 6n), false],
  ];
  for (const [name, view, expected] of cases) {
    it(`${expected ? "fills" : "waits"} when ${name}`, () => {
      expect(worthFilling(view)).to.equal(expected);
    });
  }

  it("reckons in FIL", () => {
    expect(queue(UNIT, UNIT / 10n).fillable).to.equal(FIL / 10n);
  });
});
