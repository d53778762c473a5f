import { expect } from "chai";

import { decide, nextStepAbove } from "../../../src/keeper/decide.js";
import type { KeeperPosition, KeeperRules, KeeperTerms } from "../../../src/keeper/index.js";
import { WAD } from "../../../src/sdk/index.js";
import { Random } from "../sdk/helpers.js";
import { FIL, HEALTHY, RULES, TERMS } from "./fixtures.js";

const SICK: KeeperPosition = {
  ...HEALTHY,
  state: "Call",
  covenant: "CallHealth",
  health: (WAD * 99n) / 100n,
  value: 1_031n * FIL,
};
const AUCTION = { startEpoch: 9_900n, round: 0n, face: 404n * FIL, price: 400n * FIL, bonus: (WAD * 101n) / 100n };

const step = (position: Partial<KeeperPosition>, rules: Partial<KeeperRules> = {}, terms: Partial<KeeperTerms> = {}) =>
  nextStepAbove({ ...SICK, ...position }, { ...RULES, ...rules }, { ...TERMS, ...terms });

describe("Keeper: what to do with a loan", () => {
  it("leaves the healthy alone", () => {
    expect(nextStepAbove(HEALTHY, RULES, TERMS)).to.include({ kind: "none" });
    expect(nextStepAbove({ ...HEALTHY, health: undefined, debt: 0n }, RULES, TERMS)).to.include({
      kind: "none",
      why: "no debt",
    });
    expect(nextStepAbove({ ...HEALTHY, health: WAD }, RULES, TERMS)).to.include({ kind: "none" });
  });

  it("collects interest from a healthy loan, for the tip", () => {
    const found = nextStepAbove(
      { ...HEALTHY, interest: 5n * FIL, miners: [{ index: 0n, available: 50n * FIL }] },
      RULES,
      TERMS,
    );
    expect(found).to.include({ kind: "sweep", upkeep: false, minerIndex: 0n });
    expect(found.kind === "sweep" && found.gross).to.equal((5n * FIL + (5n * FIL) / 100n) / 101n);
  });

  it("first has a loan called whose health is below 1", () => {
    for (const state of ["Healthy", "Watch"] as const)
      expect(step({ state, miners: [{ index: 0n, available: 500n * FIL }] })).to.include({
        kind: "review",
        upkeep: true,
      });
  });

  it("then sweeps cash at par, from the fullest miner", () => {
    const found = step({
      miners: [
        { index: 0n, available: 1n * FIL },
        { index: 1n, available: 7n * FIL },
      ],
    });
    expect(found).to.include({ kind: "sweep", minerIndex: 1n, upkeep: true });
  });

  it("never sweeps dust before an auction, which ignores it too", () => {
    expect(step({ miners: [{ index: 0n, available: FIL / 10n }] })).to.include({ kind: "kick" });
    expect(step({ miners: [{ index: 0n, available: FIL / 10n + 1n }] })).to.include({ kind: "sweep" });
  });

  it("opens an auction of what has no cash left", () => {
    expect(step({})).to.include({ kind: "kick", upkeep: true });
  });

  it("does not kick in the epoch of a draw, nor while auctions are paused", () => {
    expect(step({ coolOffSince: 10_000n })).to.include({ kind: "none" });
    expect(step({}, { auctionsPausedUntil: 10_001n })).to.include({ kind: "none" });
    expect(step({}, { auctionsPausedUntil: 10_000n })).to.include({ kind: "kick" });
  });

  it("provisions what nothing can be sold of", () => {
    const underwater = { health: RULES.liquidationWeight - 1n, value: 900n * FIL };
    expect(step(underwater)).to.include({ kind: "impair" });
    expect(step({ ...underwater, health: RULES.liquidationWeight })).to.include({ kind: "kick" });
    expect(step({ ...underwater, auction: AUCTION })).to.include({ kind: "impair" });
    expect(step({ ...underwater, auction: { ...AUCTION, startEpoch: 9_520n } })).to.include({ kind: "buyIn" });
  });

  it("lowers a provision only when the worth has fallen", () => {
    const impaired = { state: "Impaired", health: WAD / 2n, value: 500n * FIL, lastRecovery: 9_000n } as const;
    expect(step({ ...impaired, carrying: 490n * FIL })).to.include({ kind: "none" });
    expect(step({ ...impaired, carrying: 490n * FIL + 1n })).to.include({ kind: "impair" });
    expect(step({ ...impaired, value: FIL - 1n, carrying: 10n * FIL })).to.include({ kind: "writeOff" });
    expect(step({ ...impaired, carrying: 490n * FIL }, { epoch: 9_000n + 576_001n })).to.include({ kind: "writeOff" });
    expect(step({ state: "WrittenOff", health: 1n, value: 0n })).to.include({ kind: "none" });
  });

  it("buys what an auction offers, within its budget", () => {
    const whole = step({ auction: AUCTION });
    expect(whole).to.include({ kind: "take", price: 400n * FIL, face: 404n * FIL, gross: 4n * FIL, upkeep: false });
    const part = step({ auction: AUCTION }, {}, { budget: 100n * FIL });
    expect(part).to.include({ kind: "take", face: 101n * FIL });
    expect(part.kind === "take" && part.price <= 100n * FIL).to.equal(true);
    expect(step({ auction: AUCTION }, {}, { budget: FIL / 2n })).to.include({ kind: "none" });
  });

  it("takes the whole or nothing where a part would leave dust", () => {
    expect(
      step({ auction: { ...AUCTION, price: 1_000n * FIL, face: 1_010n * FIL } }, {}, { budget: 995n * FIL }),
    ).to.include({ kind: "none" });
  });

  it("restarts an unsold auction, and lets the pool buy in after the last round", () => {
    const unsold = { startEpoch: 9_520n, face: 0n, price: 0n, bonus: WAD };
    expect(step({ auction: { ...unsold, round: 0n } })).to.include({ kind: "restart" });
    expect(step({ auction: { ...unsold, round: 1n } })).to.include({ kind: "restart" });
    expect(step({ auction: { ...unsold, round: 2n } })).to.include({ kind: "buyIn" });
    expect(step({ auction: { ...unsold, startEpoch: 9_521n, round: 2n } })).to.include({ kind: "none" });
  });

  it("ends the auction of a loan that has recovered or is paid", () => {
    expect(step({ health: WAD, auction: AUCTION })).to.include({ kind: "end" });
    expect(step({ health: undefined, debt: 0n, auction: AUCTION })).to.include({ kind: "end" });
  });

  it("reviews a healthy loan with a broken covenant, and a watched one when its time is up", () => {
    expect(nextStepAbove({ ...HEALTHY, covenant: "FaultRatio" }, RULES, TERMS)).to.include({ kind: "review" });
    const watched = { ...HEALTHY, state: "Watch", covenant: "FaultRatio", watchSince: 9_000n } as const;
    expect(nextStepAbove(watched, RULES, TERMS)).to.include({ kind: "none" });
    expect(nextStepAbove(watched, { ...RULES, epoch: 9_000n + 40_321n }, TERMS)).to.include({ kind: "review" });
    expect(nextStepAbove({ ...watched, covenant: "None" }, RULES, TERMS)).to.include({ kind: "review" });
  });

  it("mends overdue interest by a sweep where there is cash", () => {
    const overdue = { ...HEALTHY, covenant: "InterestOverdue", interest: FIL } as const;
    expect(nextStepAbove({ ...overdue, miners: [{ index: 0n, available: 5n * FIL }] }, RULES, TERMS)).to.include({
      kind: "sweep",
      upkeep: true,
    });
    expect(nextStepAbove(overdue, RULES, TERMS)).to.include({ kind: "review" });
  });

  it("counts its own strips as a gain of a sweep", () => {
    const found = step({
      health: undefined,
      debt: 0n,
      stripsOutstanding: 10n * FIL,
      ownStrips: 6n * FIL,
      miners: [{ index: 0n, available: 20n * FIL }],
    });
    expect(found).to.include({ kind: "sweep", gross: 6n * FIL });
  });
});

describe("Keeper: whether to send", () => {
  const position = { ...SICK, auction: AUCTION };

  it("sends a take that leaves the least profit after gas, not one that leaves less", () => {
    const gas = 1_000_000n;
    const price = FIL / 1_000_000n;
    const exact = { ...TERMS, minProfit: 3n * FIL };
    const sent = decide(position, RULES, exact, gas, price);
    expect(sent).to.include({ do: "send", fee: FIL, profit: 3n * FIL });
    const more = { ...TERMS, minProfit: 3n * FIL + 1n };
    expect(decide(position, RULES, more, gas, price)).to.include({ do: "skip" });
  });

  it("sends unpaid steps up to the gas limit", () => {
    expect(decide(SICK, RULES, TERMS, 1n, FIL / 10n)).to.include({ do: "send" });
    expect(decide(SICK, RULES, TERMS, 1n, FIL / 10n + 1n)).to.include({ do: "skip" });
  });

  it("has nothing to say about the healthy", () => {
    expect(decide(HEALTHY, RULES, TERMS, 0n, 0n)).to.include({ do: "nothing" });
  });

  it("never spends more than its budget, and never sends a take at a loss, on 5,000 random positions", () => {
    const random = new Random("keeper");
    for (let i = 0; i < 5_000; i += 1) {
      const price = FIL + random.below(1_000n * FIL);
      const terms = {
        minProfit: random.below(2n * FIL),
        maxGasFee: random.below(FIL),
        budget: random.below(1_500n * FIL),
        takeTokens: false,
        newOwner: undefined,
      };
      const candidate: KeeperPosition = {
        ...SICK,
        debt: price + random.below(500n * FIL),
        health: random.below(2n * WAD),
        state: random.pick(["Healthy", "Watch", "Call", "Impaired"]),
        miners: [{ index: 0n, available: random.below(3n) === 0n ? random.below(100n * FIL) : 0n }],
        auction:
          random.below(2n) === 0n
            ? undefined
            : { ...AUCTION, price, bonus: WAD + random.below(WAD / 20n), face: price + random.below(price / 20n) },
      };
      const action = decide(candidate, RULES, terms, 1n + random.below(10n ** 6n), random.below(10n ** 12n));
      if (action.do === "nothing") continue;
      const { step: found } = action;
      if (found.kind === "take") {
        expect(found.price <= terms.budget).to.equal(true);
        if (action.do === "send") expect(action.profit >= terms.minProfit).to.equal(true);
      }
      if (action.do === "send" && found.upkeep && found.gross === 0n)
        expect(action.fee <= terms.maxGasFee).to.equal(true);
      if ((candidate.health ?? WAD) >= WAD) expect(["end", "sweep", "review"]).to.include(found.kind);
      if (found.kind === "kick") expect((candidate.health ?? 0n) >= RULES.liquidationWeight).to.equal(true);
    }
  });
});
