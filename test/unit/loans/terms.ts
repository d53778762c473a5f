import { expect } from "chai";

import { parseMaturity, parseRate } from "../../../src/cli/inputs.js";
import { agree, creditChecks, fixedCheck } from "../../../src/cli/agree.js";
import { type ScheduleFacts, debtAt, schedule } from "../../../src/loans/schedule.js";
import {
  type FixedBasis,
  type FixedRates,
  type FixedTerm,
  INCLUSION,
  type LoanTerm,
  type Offer,
  PENALTY_RAY,
  maturityIn,
  overdueRate,
  perEpochDown,
  perYear,
  premiumUp,
  quoteTerm,
  shownTerms,
  splitPayment,
} from "../../../src/loans/terms.js";
import { EPOCHS_PER_DAY, FIL, WAD, formatDate, isoDate } from "../../../src/sdk/index.js";

const PICO_RAY = 10n ** 15n;
const NOW = { epoch: 1_000_000n, timestamp: 1_800_000_000n };
const days = (count: bigint): bigint => count * EPOCHS_PER_DAY;

const RATES: FixedRates = {
  premium30Bps: 20n,
  premium180Bps: 80n,
  premium540Bps: 200n,
  spread0Bps: 150n,
  spread1Bps: 100n,
  spread2Bps: 50n,
  spread3Bps: 0n,
  maxTermDays: 540n,
  maxShareBps: 5_000n,
};
/** About 8 % and 6 % a year. */
const BASIS: FixedBasis = {
  ratePerEpochRay: 76_103n * PICO_RAY,
  rateAtTargetRay: 57_077n * PICO_RAY,
  fixedDebt: 100n * FIL,
  totalAssets: 1_000n * FIL,
};
const OFFER: Offer = { rates: RATES, basis: BASIS, most: 500n * FIL, room: 400n * FIL };
const FIXED: FixedTerm = {
  rate: perYear(95_000n * PICO_RAY),
  rateRay: 95_000n * PICO_RAY,
  interestPerDay: FIL / 10n,
  maturity: NOW.epoch + days(60n),
  graceEnd: NOW.epoch + days(67n),
  overdue: false,
  matured: false,
  fee: 10n * FIL,
};
const LOAN: LoanTerm = { loanId: 1n, tier: 0n, debt: 401n * FIL, principal: 400n * FIL, fixed: FIXED };
const FLOATING: LoanTerm = { ...LOAN, fixed: undefined };

describe("Loans: quotes of fixed rates", () => {
  it("have a premium that is level to 30 days, then a straight line to 180 and to 540", () => {
    const bps = 10n ** 8n;
    expect(premiumUp(RATES, 1n)).to.equal(20n * bps);
    expect(premiumUp(RATES, days(30n))).to.equal(20n * bps);
    expect(premiumUp(RATES, days(105n))).to.equal(50n * bps);
    expect(premiumUp(RATES, days(180n))).to.equal(80n * bps);
    expect(premiumUp(RATES, days(360n))).to.equal(140n * bps);
    expect(premiumUp(RATES, days(540n))).to.equal(200n * bps);
    expect(premiumUp(RATES, days(700n))).to.equal(200n * bps);
    // Between two epochs' values it is rounded up.
    expect(premiumUp(RATES, days(30n) + 1n)).to.equal(20n * bps + (60n * bps - 1n) / days(150n) + 1n);
  });

  it("start from the larger of floating rate and rate at target, and fall with the tier", () => {
    const margin = (bps: bigint): bigint => ((bps * 10n ** 8n - 1n) / 1_051_200n + 1n) * PICO_RAY;
    const at = (tier: bigint, basis: Partial<FixedBasis> = {}) =>
      quoteTerm(RATES, { ...BASIS, ...basis }, days(180n), tier).rateRay;
    expect(at(0n)).to.equal(BASIS.ratePerEpochRay + margin(230n));
    expect(at(1n)).to.equal(BASIS.ratePerEpochRay + margin(180n));
    expect(at(2n)).to.equal(BASIS.ratePerEpochRay + margin(130n));
    expect(at(3n)).to.equal(BASIS.ratePerEpochRay + margin(80n));
    expect(at(3n, { ratePerEpochRay: 0n })).to.equal(BASIS.rateAtTargetRay + margin(80n));
    // A started pico counts whole.
    expect(at(3n, { ratePerEpochRay: BASIS.ratePerEpochRay + 1n })).to.equal(
      BASIS.ratePerEpochRay + PICO_RAY + margin(80n),
    );
  });

  it("have parts that add up to the rate, but for what is rounded up to whole picos", () => {
    const { base, premium, spread, rate } = quoteTerm(RATES, BASIS, days(360n), 0n);
    expect([premium, spread]).to.deep.equal([(140n * WAD) / 10_000n, (150n * WAD) / 10_000n]);
    const rounded = rate - (base + premium + spread);
    expect(rounded >= -1n && rounded < 1_051_200n * 10n ** 6n).to.equal(true);
  });

  it("are shown for the usual terms and the longest", () => {
    expect(shownTerms(0n)).to.deep.equal([]);
    expect(shownTerms(30n)).to.deep.equal([30n]);
    expect(shownTerms(200n)).to.deep.equal([30n, 90n, 180n, 200n]);
    expect(shownTerms(540n)).to.deep.equal([30n, 90n, 180n, 360n, 540n]);
  });

  it("are read back from percent a year, cut", () => {
    expect(perYear(perEpochDown(WAD / 10n)) <= WAD / 10n).to.equal(true);
    expect(parseRate("10")).to.equal(perEpochDown(WAD / 10n));
    expect(parseRate("7.5 %")).to.equal(parseRate("7.5%"));
    expect(parseRate("7.5")).to.equal((((75n * WAD) / 1_000n) * 10n ** 9n) / 1_051_200n);
    for (const bad of ["", "x", "-1", "1e2", "7,5", "12345", "1.12345678901234567"]) {
      expect(() => parseRate(bad), bad)
        .to.throw()
        .with.property("code", "INVALID_RATE");
    }
  });

  it("of a term that is over are 2 points above the larger of frozen rate and rate at target", () => {
    expect(overdueRate(FIXED, BASIS.rateAtTargetRay)).to.equal(FIXED.rateRay + PENALTY_RAY);
    expect(overdueRate(FIXED, 96_000n * PICO_RAY)).to.equal(96_000n * PICO_RAY + PENALTY_RAY);
    expect(overdueRate(FIXED, 96_000n * PICO_RAY - 1n)).to.equal(96_000n * PICO_RAY + PENALTY_RAY);
    const overdue = { ...FIXED, overdue: true, rateRay: FIXED.rateRay + PENALTY_RAY };
    expect(overdueRate(overdue, 0n)).to.equal(overdue.rateRay);
    expect(overdueRate(overdue, 96_000n * PICO_RAY)).to.equal(96_000n * PICO_RAY + PENALTY_RAY);
    expect(PENALTY_RAY).to.equal(((2n * 10n ** 10n - 1n) / 1_051_200n + 1n) * PICO_RAY);
  });
});

describe("Loans: terms that are asked for", () => {
  const longest = days(540n);

  it("are counted from ten minutes ahead, so that the shortest is still long enough when mined", () => {
    expect(maturityIn(days(30n), 7n, longest)).to.equal(7n + INCLUSION + days(30n));
    expect(maturityIn(longest, 7n, longest)).to.equal(7n + longest);
    expect(maturityIn(longest - 1n, 7n, longest)).to.equal(7n + longest);
    expect(maturityIn(longest + 1n, 7n, longest)).to.equal(7n + longest + 1n);
  });

  it("are days, spans or dates", () => {
    const in180 = NOW.epoch + INCLUSION + days(180n);
    expect(parseMaturity("180", NOW, longest)).to.equal(in180);
    expect(parseMaturity(" 180d ", NOW, longest)).to.equal(in180);
    expect(parseMaturity("26w", NOW, longest)).to.equal(NOW.epoch + INCLUSION + days(182n));
    expect(parseMaturity("1y", NOW, longest)).to.equal(NOW.epoch + INCLUSION + days(365n));
    const date = isoDate(in180, NOW);
    expect(parseMaturity(date, NOW, longest)).to.equal(in180);
    for (const bad of ["", "+180d", "soon", "1.5", "180h", "-3"]) {
      expect(() => parseMaturity(bad, NOW, longest), bad)
        .to.throw()
        .with.property("code", "INVALID_TERM");
    }
  });

  it("have dates that follow from the clock", () => {
    expect(isoDate(NOW.epoch, NOW)).to.equal("2027-01-15T08:00:00Z");
    expect(formatDate(NOW.epoch + EPOCHS_PER_DAY, NOW)).to.equal("2027-01-16 08:00 UTC");
    expect(formatDate(NOW.epoch - 2n, NOW)).to.equal("2027-01-15 07:59 UTC");
  });

  const ask = (wishes: object, offer: Partial<Offer> = {}) =>
    agree(FLOATING, { ...OFFER, ...offer }, NOW, { term: "180", maxRate: undefined, added: 400n * FIL, ...wishes });
  const refused = (wishes: object, offer: Partial<Offer> = {}): readonly string[] =>
    ask(wishes, offer).checks.flatMap(({ ok, code }) => (ok ? [] : [code]));

  it("take a hundredth more than the quote of now, unless a highest rate is named", () => {
    const { quote, maxRateRay, maturity, checks } = ask({});
    expect(maturity).to.equal(NOW.epoch + INCLUSION + days(180n));
    expect(maxRateRay).to.equal(quote.rateRay + quote.rateRay / 100n);
    expect(quote.rateRay).to.equal(quoteTerm(RATES, BASIS, INCLUSION + days(180n), 0n).rateRay);
    expect(checks.every(({ ok }) => ok)).to.equal(true);
    expect(ask({ maxRate: "12" }).maxRateRay).to.equal(parseRate("12"));
  });

  it("are refused by name: too short, too long, too dear, too much, none", () => {
    expect(refused({ term: "30" })).to.deep.equal([]);
    expect(refused({ term: "29" })).to.deep.equal(["LoanBook_BadMaturity"]);
    expect(refused({ term: "540" })).to.deep.equal([]);
    expect(refused({ term: "541" })).to.deep.equal(["LoanBook_BadMaturity"]);
    expect(refused({ maxRate: "5" })).to.deep.equal(["LoanBook_RateTooHigh"]);
    expect(refused({ added: 400n * FIL + 1n })).to.deep.equal(["LoanBook_FixedShare"]);
    expect(refused({}, { rates: { ...RATES, maxTermDays: 0n } })).to.deep.equal(["LoanBook_BadMaturity"]);
    expect(() => ask({ term: undefined }))
      .to.throw()
      .with.property("code", "TERM_NEEDED");
  });

  it("are joined by later draws as long as they run", () => {
    const joined = (maturity: bigint): readonly string[] => refused({ term: undefined, maturity });
    expect(joined(NOW.epoch + 1n)).to.deep.equal([]);
    expect(joined(NOW.epoch)).to.deep.equal(["LoanBook_TermOver"]);
    expect(joined(NOW.epoch + longest + 1n)).to.deep.equal(["LoanBook_BadMaturity"]);
  });

  it("are new credit: a healthy loan, a debt within the draw limit", () => {
    const loan = { loanId: 1n, state: "Healthy", drawLimit: 500n * FIL };
    const codes = (facts: object, debt: bigint) =>
      creditChecks({ ...loan, ...facts }, debt).flatMap(({ ok, code }) => (ok ? [] : [code]));
    expect(codes({}, 500n * FIL)).to.deep.equal([]);
    expect(codes({}, 500n * FIL + 1n)).to.deep.equal(["LoanBook_DrawTest"]);
    expect(codes({ state: "Watch" }, 1n)).to.deep.equal(["LoanBook_WrongState"]);
    expect(fixedCheck(LOAN)).to.include({ ok: true });
    expect(fixedCheck(FLOATING)).to.include({ ok: false, code: "LoanBook_NotFixed" });
  });
});

describe("Loans: paying a fixed term early", () => {
  it("pays interest first, then principal with its fee", () => {
    expect(splitPayment(LOAN, FIL)).to.deep.equal({ applied: FIL, fee: 0n });
    // Of 42 FIL one is interest; 41 are 40 of principal and a fortieth of it.
    expect(splitPayment(LOAN, 42n * FIL)).to.deep.equal({ applied: 41n * FIL, fee: FIL });
    expect(splitPayment(LOAN, 411n * FIL)).to.deep.equal({ applied: 401n * FIL, fee: 10n * FIL });
    expect(splitPayment(LOAN, 500n * FIL)).to.deep.equal({ applied: 401n * FIL, fee: 10n * FIL });
  });

  it("costs nothing at the floating rate", () => {
    expect(splitPayment(FLOATING, 42n * FIL)).to.deep.equal({ applied: 42n * FIL, fee: 0n });
    expect(splitPayment(FLOATING, 500n * FIL)).to.deep.equal({ applied: 401n * FIL, fee: 0n });
  });
});

describe("Loans: what falls due", () => {
  const NONE: LoanTerm = { ...FLOATING, debt: 0n, principal: 0n };
  const tranche = (amount: bigint, drawDeadline: bigint) => ({ amount, drawDeadline, proveEpochs: days(30n) });
  const FACTS: ScheduleFacts = {
    epoch: NOW.epoch,
    state: "Healthy",
    frozen: false,
    term: LOAN,
    floatingRate: WAD / 10n,
    tranches: [tranche(400n * FIL, NOW.epoch - 1n), tranche(50n * FIL, NOW.epoch + days(80n))],
    drawn: 1,
    proven: 1,
    drawEpoch: NOW.epoch - days(10n),
    interestSince: NOW.epoch - days(10n),
    watchSince: 0n,
    interestGrace: days(30n),
    watchGrace: days(14n),
    spotCheck: undefined,
  };
  const dues = (facts: Partial<ScheduleFacts> = {}): ReadonlyArray<readonly [string, bigint]> =>
    schedule({ ...FACTS, ...facts }).map(({ kind, epoch }) => [kind, (epoch - NOW.epoch) / EPOCHS_PER_DAY] as const);

  it("is interest, then the term's dates, by time", () => {
    expect(dues()).to.deep.equal([
      ["interestBy", 20n],
      ["rollFrom", 30n],
      ["maturity", 60n],
      ["graceEnd", 67n],
      ["drawBy", 80n],
    ]);
  });

  it("names what will be owed by then", () => {
    const found = schedule(FACTS);
    const amountOf = (kind: string): bigint | undefined => found.find((due) => due.kind === kind)?.amount;
    expect(amountOf("interestBy")).to.equal(3n * FIL);
    expect(amountOf("maturity")).to.equal(407n * FIL);
    expect(amountOf("graceEnd")).to.equal((4_077n * FIL) / 10n);
    expect(amountOf("drawBy")).to.equal(50n * FIL);
    expect(debtAt({ ...FACTS, term: { ...FLOATING, debt: 365n * FIL } }, NOW.epoch + days(10n))).to.equal(366n * FIL);
    expect(debtAt(FACTS, NOW.epoch - 1n)).to.equal(LOAN.debt);
  });

  it("has no term at the floating rate, and nothing without debt but draws", () => {
    expect(dues({ term: FLOATING })).to.deep.equal([
      ["interestBy", 20n],
      ["drawBy", 80n],
    ]);
    expect(dues({ term: NONE })).to.deep.equal([["drawBy", 80n]]);
  });

  it("leaves out what can no longer be drawn, from the epoch after its deadline on", () => {
    const at = (deadline: bigint) =>
      dues({ term: NONE, tranches: [tranche(400n * FIL, deadline), tranche(50n * FIL, deadline)] });
    expect(at(NOW.epoch)).to.deep.equal([["drawBy", 0n]]);
    expect(at(NOW.epoch - 1n)).to.deep.equal([]);
  });

  it("has the proof of a draw, and its spot check while one is asked for", () => {
    const inProof = { proven: 0, term: NONE } as const;
    expect(dues(inProof)).to.deep.equal([
      ["proveBy", 20n],
      ["drawBy", 80n],
    ]);
    const kinds = (sampleEpoch: bigint, retryFrom: bigint): ReadonlyArray<readonly [string, bigint]> =>
      schedule({ ...FACTS, ...inProof, spotCheck: { sampleEpoch, retryFrom } })
        .slice(0, 2)
        .map(({ kind, epoch }) => [kind, epoch - NOW.epoch] as const);
    expect(kinds(0n, 0n)[0]).to.deep.equal(["nameFrom", 0n]);
    expect(kinds(0n, NOW.epoch + 5n)[0]).to.deep.equal(["nameFrom", 5n]);
    expect(kinds(NOW.epoch + 9n, NOW.epoch + 999n)).to.deep.equal([
      ["answerFrom", 10n],
      ["answerBy", 249n],
    ]);
    expect(kinds(NOW.epoch - 240n, NOW.epoch + 3n)).to.deep.equal([
      ["answerFrom", -239n],
      ["answerBy", 0n],
    ]);
    expect(kinds(NOW.epoch - 241n, NOW.epoch + 3n)[0]).to.deep.equal(["nameFrom", 3n]);
    expect(dues({ ...inProof, frozen: true })).to.deep.equal([]);
  });

  it("is everything once the loan is called, and the call while it is under watch", () => {
    expect(dues({ state: "Call", term: FLOATING }).slice(0, 1)).to.deep.equal([["debtNow", 0n]]);
    const watched = { state: "Watch", watchSince: NOW.epoch - days(4n), term: FLOATING } as const;
    expect(dues(watched).slice(0, 1)).to.deep.equal([["callAfter", 10n]]);
    expect(dues({ state: "Closed" })).to.deep.equal([]);
  });

  it("keeps maturity and grace of a term that is over, but offers no roll-over", () => {
    const over = { ...FIXED, maturity: NOW.epoch - days(8n), graceEnd: NOW.epoch - 1n };
    expect(dues({ term: { ...LOAN, fixed: over } }).map(([kind]) => kind)).to.deep.equal([
      "maturity",
      "graceEnd",
      "interestBy",
      "drawBy",
    ]);
  });
});
