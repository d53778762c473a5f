import { InvalidInputError } from "./failure.js";

/** One FIL [attoFIL]. */
export const FIL = 10n ** 18n;

/** The contracts keep FIL amounts in 96 bits, forty times the total supply [attoFIL]. */
export const MAX_AMOUNT = 2n ** 96n - 1n;

const FIL_DECIMALS = 18;

const FIL_UNITS: Readonly<Record<string, number>> = {
  fil: 18,
  millifil: 15,
  mfil: 15,
  microfil: 12,
  nanofil: 9,
  nfil: 9,
  picofil: 6,
  femtofil: 3,
  attofil: 0,
  afil: 0,
};

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?\s*([a-z]*)$/i;

const AMOUNT_FORMS = "10, 10.5 FIL, 10fil, 5 nanoFIL or 5 attoFIL";

/**
 * Reads an amount exactly; no floating point is involved.
 * @returns amount [attoFIL]
 * @example parseFil("10.5 FIL") === 10_500_000_000_000_000_000n; parseFil("5 nanoFIL") === 5_000_000_000n
 */
export function parseFil(text: string): bigint {
  const input = text.trim();
  const match = AMOUNT.exec(input);
  if (match === null) {
    const hint = /\de[+-]?\d/i.test(input)
      ? "Write the number out: 1e3 is 1000."
      : "Use a point for decimals and no separators.";
    throw new InvalidInputError({
      code: "INVALID_AMOUNT",
      message: `"${text}" is not an amount of FIL.`,
      limit: AMOUNT_FORMS,
      input,
      hint,
    });
  }
  const [, sign, whole = "0", fraction = "", unit = ""] = match;
  const decimals = FIL_UNITS[unit === "" ? "fil" : unit.toLowerCase()];
  if (decimals === undefined) {
    throw new InvalidInputError({
      code: "UNKNOWN_UNIT",
      message: `"${unit}" is not a unit of FIL.`,
      limit: "FIL, milliFIL, microFIL, nanoFIL, picoFIL, femtoFIL or attoFIL",
      actual: unit,
      input,
    });
  }
  if (sign === "-") {
    throw new InvalidInputError({
      code: "NEGATIVE_AMOUNT",
      message: `"${text}" is below zero.`,
      limit: "0 FIL or more",
      input,
    });
  }
  if (fraction.length > decimals) {
    throw new InvalidInputError({
      code: "TOO_MANY_DECIMALS",
      message: `"${text}" is finer than one attoFIL.`,
      limit: `at most ${decimals} decimals`,
      actual: `${fraction.length} decimals`,
      input,
    });
  }
  const amount = BigInt(whole + fraction) * 10n ** BigInt(decimals - fraction.length);
  if (amount > MAX_AMOUNT) {
    throw new InvalidInputError({
      code: "AMOUNT_TOO_LARGE",
      message: `"${text}" is more FIL than can exist.`,
      limit: `at most ${formatFil(MAX_AMOUNT)}`,
      actual: formatFil(amount),
      input,
    });
  }
  return amount;
}

/**
 * As `parseFil`, and refuses zero.
 * @returns amount [attoFIL]
 */
export function parsePositiveFil(text: string): bigint {
  const amount = parseFil(text);
  if (amount === 0n) {
    throw new InvalidInputError({
      code: "ZERO_AMOUNT",
      message: "The amount is zero.",
      limit: "at least 1 attoFIL",
      actual: "0 FIL",
      input: text,
    });
  }
  return amount;
}

/** Whole and fraction of an amount in decimal, all digits that differ from zero. */
function decimal(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/**
 * The number of FIL, exact and without unit.
 * @example toFil(10_500_000_000_000_000_000n) === "10.5"
 */
export function toFil(amount: bigint): string {
  return decimal(amount, FIL_DECIMALS);
}

/**
 * Exact, with unit; `parseFil` reads it back.
 * @example formatFil(1n) === "0.000000000000000001 FIL"
 */
export function formatFil(amount: bigint): string {
  return `${toFil(amount)} FIL`;
}

/**
 * For the eye: thousands separated, cut (towards zero) to `places` decimals; an amount that would show as zero is shown as "<0.01".
 * @example formatFilShort(1_234_567_800_000_000_000_000n) === "1,234.56 FIL"
 */
export function formatFilShort(amount: bigint, places = 2): string {
  const step = 10n ** BigInt(FIL_DECIMALS - places);
  const magnitude = amount < 0n ? -amount : amount;
  if (magnitude > 0n && magnitude < step) return `${amount < 0n ? "-" : ""}<${decimal(step, FIL_DECIMALS)} FIL`;
  const units = magnitude / step;
  const scale = 10n ** BigInt(places);
  const whole = (units / scale).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const fraction = places === 0 ? "" : `.${(units % scale).toString().padStart(places, "0")}`;
  return `${amount < 0n ? "-" : ""}${whole}${fraction} FIL`;
}

const SIZE_UNITS: Readonly<Record<string, bigint>> = {
  b: 1n,
  kib: 2n ** 10n,
  mib: 2n ** 20n,
  gib: 2n ** 30n,
  tib: 2n ** 40n,
  pib: 2n ** 50n,
  eib: 2n ** 60n,
};

/** Power is kept in 72 bits [bytes]. */
const MAX_POWER = 2n ** 72n - 1n;

/**
 * Reads storage power.
 * @returns power [bytes]
 * @example parsePower("1.5 TiB") === 1_649_267_441_664n
 */
export function parsePower(text: string): bigint {
  const input = text.trim();
  const match = /^(\d+)(?:\.(\d{1,9}))?\s*([a-z]+)$/i.exec(input);
  const unit = match?.[3] === undefined ? undefined : SIZE_UNITS[match[3].toLowerCase()];
  if (match === null || unit === undefined) {
    throw new InvalidInputError({
      code: "INVALID_POWER",
      message: `"${text}" is not an amount of storage power.`,
      limit: "a number with B, KiB, MiB, GiB, TiB, PiB or EiB, such as 320TiB",
      input,
    });
  }
  const fraction = match[2] ?? "";
  const scaled = BigInt((match[1] ?? "0") + fraction) * unit;
  const divisor = 10n ** BigInt(fraction.length);
  if (scaled % divisor !== 0n) {
    throw new InvalidInputError({
      code: "INVALID_POWER",
      message: `"${text}" is not a whole number of bytes.`,
      limit: "whole bytes",
      input,
    });
  }
  const power = scaled / divisor;
  if (power > MAX_POWER) {
    throw new InvalidInputError({
      code: "POWER_TOO_LARGE",
      message: `"${text}" is too much power.`,
      limit: `${MAX_POWER} bytes`,
      input,
    });
  }
  return power;
}

/**
 * For the eye: binary units, cut to two decimals.
 * @example formatPower(2n ** 50n) === "1 PiB"
 */
export function formatPower(bytes: bigint): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let index = 0;
  let unit = 1n;
  while (index < names.length - 1 && bytes >= unit * 1024n) {
    unit *= 1024n;
    index += 1;
  }
  const hundredths = (bytes * 100n) / unit;
  const fraction = (hundredths % 100n).toString().padStart(2, "0").replace(/0+$/, "");
  return `${hundredths / 100n}${fraction === "" ? "" : `.${fraction}`} ${names[index]}`;
}

/**
 * A ratio for the eye, cut to `places` decimals.
 * @param ratio [wad]
 * @example formatWad(1_234_567_890_000_000_000n) === "1.2345"
 */
export function formatWad(ratio: bigint, places = 4): string {
  const step = 10n ** BigInt(18 - places);
  return decimal((ratio / step) * step, 18);
}

/**
 * A ratio as a percentage, cut to two decimals.
 * @param ratio [wad]
 * @example formatPercent(123_400_000_000_000_000n) === "12.34 %"
 */
export function formatPercent(ratio: bigint): string {
  return `${decimal((ratio * 10_000n) / FIL, 2)} %`;
}
