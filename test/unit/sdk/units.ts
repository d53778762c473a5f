import { expect } from "chai";

import {
  FIL,
  InvalidInputError,
  MAX_AMOUNT,
  formatFil,
  formatFilShort,
  formatPercent,
  formatPower,
  formatWad,
  parseFil,
  parsePositiveFil,
  parsePower,
} from "../../../src/sdk/index.js";
import { Random, failure } from "./helpers.js";

describe("SDK: units", () => {
  it("reads every accepted form exactly", () => {
    expect(parseFil("10")).to.equal(10n * FIL);
    expect(parseFil("10 FIL")).to.equal(10n * FIL);
    expect(parseFil("10fil")).to.equal(10n * FIL);
    expect(parseFil(" 10.5 Fil ")).to.equal(105n * 10n ** 17n);
    expect(parseFil("5 nanoFIL")).to.equal(5_000_000_000n);
    expect(parseFil("5 attoFIL")).to.equal(5n);
    expect(parseFil("5aFIL")).to.equal(5n);
    expect(parseFil("1.5 mFIL")).to.equal(15n * 10n ** 14n);
    expect(parseFil("0.000000000000000001")).to.equal(1n);
    expect(parseFil("0")).to.equal(0n);
    expect(parseFil("79228162514.264337593543950335")).to.equal(MAX_AMOUNT);
  });

  const refused: ReadonlyArray<readonly [text: string, code: string]> = [
    ["", "INVALID_AMOUNT"],
    ["FIL", "INVALID_AMOUNT"],
    ["1e3", "INVALID_AMOUNT"],
    ["1e18", "INVALID_AMOUNT"],
    ["1.5e3", "INVALID_AMOUNT"],
    ["0x10", "INVALID_AMOUNT"],
    ["1,000", "INVALID_AMOUNT"],
    ["1_000", "INVALID_AMOUNT"],
    [".5", "INVALID_AMOUNT"],
    ["5.", "INVALID_AMOUNT"],
    ["1 2", "INVALID_AMOUNT"],
    ["+1", "INVALID_AMOUNT"],
    ["Infinity", "INVALID_AMOUNT"],
    ["NaN", "INVALID_AMOUNT"],
    ["10 ETH", "UNKNOWN_UNIT"],
    ["10 WFIL", "UNKNOWN_UNIT"],
    ["-1", "NEGATIVE_AMOUNT"],
    ["-0.5 FIL", "NEGATIVE_AMOUNT"],
    ["0.0000000000000000001", "TOO_MANY_DECIMALS"],
    ["1.5 attoFIL", "TOO_MANY_DECIMALS"],
    ["0.1234567891 nanoFIL", "TOO_MANY_DECIMALS"],
    ["79228162514.264337593543950336", "AMOUNT_TOO_LARGE"],
    ["9".repeat(80), "AMOUNT_TOO_LARGE"],
  ];
  for (const [text, code] of refused) {
    it(`refuses "${text.length > 40 ? `${text.slice(0, 20)}...` : text}" with ${code}, saying expected and actual`, () => {
      const error = failure(() => parseFil(text), InvalidInputError);
      expect(error.code).to.equal(code);
      expect(error.limit, "expected").to.be.a("string").and.not.equal("");
      expect(error.actual, "actual").to.be.a("string").and.not.equal("");
      expect(error.input).to.equal(text.trim());
    });
  }

  it("refuses zero where something must move", () => {
    expect(failure(() => parsePositiveFil("0 FIL"), InvalidInputError).code).to.equal("ZERO_AMOUNT");
    expect(parsePositiveFil("1 attoFIL")).to.equal(1n);
  });

  it("formats exactly, and reads back what it wrote", () => {
    expect(formatFil(1n)).to.equal("0.000000000000000001 FIL");
    expect(formatFil(10n * FIL)).to.equal("10 FIL");
    expect(formatFil(-15n * 10n ** 17n)).to.equal("-1.5 FIL");
    const random = new Random("format");
    for (let i = 0; i < 5_000; i += 1) {
      const amount = random.below(2n ** random.below(97n));
      expect(parseFil(formatFil(amount))).to.equal(amount);
      expect(parseFil(`${amount} attoFIL`)).to.equal(amount);
    }
  });

  it("cuts for the eye, never rounds up", () => {
    expect(formatFilShort(1_234_567_899_999_999_999_999n)).to.equal("1,234.56 FIL");
    expect(formatFilShort(999_999_999_999_999_999n)).to.equal("0.99 FIL");
    expect(formatFilShort(1n)).to.equal("<0.01 FIL");
    expect(formatFilShort(0n)).to.equal("0.00 FIL");
    expect(formatFilShort(-1_999_999_999_999_999_999n)).to.equal("-1.99 FIL");
    expect(formatWad(999_999_999_999_999_999n)).to.equal("0.9999");
    expect(formatWad(FIL)).to.equal("1");
    expect(formatPercent(123_499_999_999_999_999n)).to.equal("12.34 %");
  });

  it("reads and shows power", () => {
    expect(parsePower("32GiB")).to.equal(34_359_738_368n);
    expect(parsePower("1.5 TiB")).to.equal(1_649_267_441_664n);
    expect(parsePower("320 tib")).to.equal(320n << 40n);
    expect(formatPower(2n ** 50n)).to.equal("1 PiB");
    expect(formatPower(32n << 30n)).to.equal("32 GiB");
    for (const text of ["", "10", "10TB", "-1TiB", "0.3B", "1e3TiB", "5000EiB"]) {
      const error = failure(() => parsePower(text), InvalidInputError);
      expect(error.limit).to.be.a("string");
    }
  });
});
