import { expect } from "chai";

import { InvalidInputError, formatEpoch, formatEpochs, parseDuration, parseEpoch } from "../../../src/sdk/index.js";
import { Random, failure } from "./helpers.js";

/** Mainnet's clock: genesis 1598306400. */
const NOW = { epoch: 6_100_000n, timestamp: 1_598_306_400n + 30n * 6_100_000n };

describe("SDK: epochs", () => {
  it("reads spans", () => {
    expect(parseDuration("600")).to.equal(600n);
    expect(parseDuration("600 epochs")).to.equal(600n);
    expect(parseDuration("5min")).to.equal(10n);
    expect(parseDuration("2h")).to.equal(240n);
    expect(parseDuration("30d")).to.equal(86_400n);
    expect(parseDuration("2w")).to.equal(40_320n);
    expect(parseDuration("1y")).to.equal(1_051_200n);
  });

  it("reads points in time: epochs, spans from now, dates", () => {
    expect(parseEpoch("6100001", NOW)).to.equal(6_100_001n);
    expect(parseEpoch("+30d", NOW)).to.equal(6_186_400n);
    const date = new Date(Number(NOW.timestamp + 30n * 2_880n) * 1000).toISOString().slice(0, 19);
    expect(parseEpoch(date, NOW)).to.equal(6_102_880n);
    expect(parseEpoch(`${date}Z`, NOW)).to.equal(6_102_880n);
    expect(parseEpoch("2020-08-24T22:00:00Z", NOW)).to.equal(0n);
    expect(parseEpoch("2020-08-24T22:00:29Z", NOW)).to.equal(0n);
  });

  for (const text of [
    "",
    "abc",
    "-5",
    "1.5d",
    "+",
    "+5x",
    "2027-13-01",
    "2027-02-30T99:00",
    "1e6",
    "2020-08-24",
    "4294967296",
    "+9999999999d",
  ]) {
    it(`refuses "${text}", saying expected and actual`, () => {
      const error = failure(() => parseEpoch(text, NOW), InvalidInputError);
      expect(error.limit).to.be.a("string").and.not.equal("");
      expect(error.actual).to.be.a("string").and.not.equal("");
    });
  }

  it("shows spans by their two largest units", () => {
    expect(formatEpochs(2_940n)).to.equal("1 d 30 min");
    expect(formatEpochs(1n)).to.equal("30 s");
    expect(formatEpochs(0n)).to.equal("0 s");
    expect(formatEpoch(3_880n, 1_000n)).to.equal("epoch 3880 (in 1 d)");
    expect(formatEpoch(1_000n, 3_880n)).to.equal("epoch 1000 (1 d ago)");
  });

  it("adds spans to now without loss", () => {
    const random = new Random("epochs");
    for (let i = 0; i < 2_000; i += 1) {
      const days = random.below(10_000n);
      expect(parseEpoch(`+${days}d`, { epoch: 7n, timestamp: 0n })).to.equal(7n + days * 2_880n);
    }
  });
});
