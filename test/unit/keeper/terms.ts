import { expect } from "chai";

import { decide, nextStepAbove } from "../../../src/keeper/decide.js";
import {
  type KeeperPosition,
  type KeeperTerm,
  LEAST_RISE,
  type OpenCheck,
  decideCheck,
} from "../../../src/keeper/index.js";
import { WAD } from "../../../src/sdk/index.js";
import { EPOCH, HEALTHY, RULES, TERMS } from "./fixtures.js";

const PICO_RAY = 10n ** 15n;
/** Its grace ended an epoch ago. */
const OVER: KeeperTerm = {
  graceEnd: EPOCH - 1n,
  overdue: false,
  rateRay: 80_000n * PICO_RAY,
  dueRay: 99_026n * PICO_RAY,
};
const LATE: KeeperPosition = { ...HEALTHY, covenant: "Matured", term: OVER };

const step = (term: Partial<KeeperTerm>, position: Partial<KeeperPosition> = {}) =>
  nextStepAbove({ ...LATE, ...position, term: { ...OVER, ...term } }, RULES, TERMS);

describe("Keeper: fixed terms that are over", () => {
  it("get their penalty in the first epoch after the grace, not in its last", () => {
    expect(step({})).to.include({ kind: "mature", upkeep: true, gross: 0n });
    expect(step({ graceEnd: EPOCH }, { covenant: "None" })).to.include({ kind: "none" });
  });

  it("get it whatever the state of the loan is, before all else but a stale sale", () => {
    expect(step({}, { state: "Watch", watchSince: 1n })).to.include({ kind: "mature" });
    expect(step({}, { state: "Call" })).to.include({ kind: "mature" });
    expect(step({}, { state: "Call", health: (WAD * 99n) / 100n })).to.include({ kind: "mature" });
  });

  it("are raised again only when the rate at target has risen by a tenth of a point", () => {
    const raised = { overdue: true, rateRay: OVER.dueRay };
    expect(step({ ...raised, dueRay: OVER.dueRay })).to.include({ kind: "review" });
    expect(step({ ...raised, dueRay: OVER.dueRay + LEAST_RISE - 1n })).to.include({ kind: "review" });
    expect(step({ ...raised, dueRay: OVER.dueRay + LEAST_RISE })).to.include({ kind: "mature" });
    // 952 pico an epoch are 10.007 basis points a year, 951 are less than ten.
    expect((LEAST_RISE * 1_051_200n) / 10n ** 9n >= WAD / 1_000n).to.equal(true);
    expect(((LEAST_RISE - PICO_RAY) * 1_051_200n) / 10n ** 9n < WAD / 1_000n).to.equal(true);
  });

  it("are reviewed next: draws stop, and after the watch everything falls due", () => {
    const raised = { overdue: true, rateRay: OVER.dueRay };
    expect(step(raised)).to.include({ kind: "review" });
    const watched = { state: "Watch", watchSince: 1n } as const;
    expect(step(raised, watched)).to.include({ kind: "none" });
    const later = { ...RULES, epoch: 1n + RULES.watchGrace + 1n };
    expect(nextStepAbove({ ...LATE, ...watched, term: { ...OVER, ...raised } }, later, TERMS)).to.include({
      kind: "review",
    });
  });

  it("are left alone when nothing is owed, or at the floating rate", () => {
    expect(nextStepAbove({ ...LATE, covenant: "None", term: undefined }, RULES, TERMS)).to.include({ kind: "none" });
    expect(step({}, { health: undefined, debt: 0n })).to.include({ kind: "none" });
  });

  it("wait where gas costs more than the keeper's owner allows", () => {
    expect(decide(LATE, RULES, TERMS, 1n, TERMS.maxGasFee)).to.include({ do: "send" });
    expect(decide(LATE, RULES, TERMS, 1n, TERMS.maxGasFee + 1n)).to.include({ do: "skip" });
  });
});

describe("Keeper: spot checks", () => {
  const CHECK: OpenCheck = {
    loanId: 1n,
    index: 0n,
    sampleEpoch: EPOCH - 1n,
    ranges: [{ first: 0n, count: 10n }],
    open: true,
  };
  const on = (sampleEpoch: bigint, open = true) => decideCheck({ ...CHECK, sampleEpoch, open }, EPOCH).do;

  it("are answered once the beacon has drawn, as long as the next epoch is in time", () => {
    expect(on(EPOCH)).to.equal("nothing");
    expect(on(EPOCH - 1n)).to.equal("answer");
    expect(on(EPOCH - 239n)).to.equal("answer");
    expect(on(EPOCH - 240n)).to.equal("nothing");
  });

  it("are left alone when they are answered, replaced, or the tranche is proven", () => {
    expect(on(EPOCH - 1n, false)).to.equal("nothing");
  });

  it("say what they wait for", () => {
    expect(decideCheck({ ...CHECK, sampleEpoch: EPOCH + 1n }, EPOCH).why).to.contain("draws the sample in 1 min");
    expect(decideCheck(CHECK, EPOCH).why).to.contain("1 h 59 min are left");
  });
});
