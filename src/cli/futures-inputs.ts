import { type Clock, InvalidInputError, PlimsollError, parseDuration, parseEpoch } from "../sdk/index.js";
import { LOG_EPOCHS } from "../futures/series.js";
import { parseNumber } from "./inputs.js";

const MAX_LOTS = 2n ** 63n - 1n;
const MAX_TICKS = 2n ** 32n - 1n;

/** An option that a command cannot do without. */
export function needOption(command: string, option: string, value: string | undefined, what: string): string {
  if (value !== undefined && value.trim() !== "") return value.trim();
  throw new PlimsollError({
    code: "OPTION_NEEDED",
    message: `"${command}" needs --${option}.`,
    limit: `--${option} with ${what}`,
    actual: `no --${option}`,
    next: [`npx hardhat ${command} --help`],
  });
}

/** The id of a series: 32 bytes. */
export function parseSeriesId(text: string): string {
  const input = text.trim();
  if (/^0x[0-9a-fA-F]{64}$/.test(input)) return input.toLowerCase();
  throw new InvalidInputError({
    code: "INVALID_SERIES",
    message: `"${text}" is not the id of a series.`,
    limit: "0x and 64 hexadecimal digits",
    input,
    next: ["npx hardhat futures series"],
  });
}

export function seriesOption(command: string, value: string | undefined): string {
  return parseSeriesId(needOption(command, "series", value, "the id of a series, as `futures series` shows it"));
}

export function lotsOption(command: string, value: string | undefined): bigint {
  return parseNumber("lots", needOption(command, "lots", value, "a number of lots"), 1n, MAX_LOTS);
}

export function ticksOption(command: string, value: string | undefined): bigint {
  return parseNumber("price", needOption(command, "price", value, "a price in ticks per lot"), 1n, MAX_TICKS);
}

/** @example sideOption("futures quote", "sell") === "sell" */
export function sideOption(command: string, value: string | undefined): "buy" | "sell" {
  const side = needOption(command, "side", value, "buy or sell").toLowerCase();
  if (side === "buy" || side === "sell") return side;
  throw new InvalidInputError({
    code: "INVALID_SIDE",
    message: `"${side}" is not a side.`,
    limit: "buy or sell",
    input: side,
  });
}

/**
 * Since when logs are searched: an epoch, a date, or a span before now such as 30d.
 * @returns [epoch]
 */
export function parseSince(text: string | undefined, now: Clock): bigint {
  if (text === undefined) return now.epoch > LOG_EPOCHS ? now.epoch - LOG_EPOCHS : 0n;
  const input = text.trim().replace(/^-/, "");
  if (/^\d+$/.test(input) || /^\d{4}-/.test(input)) return checkedSince(parseEpoch(input, now), text, now);
  const span = parseDuration(input);
  return span > now.epoch ? 0n : now.epoch - span;
}

function checkedSince(since: bigint, input: string, now: Clock): bigint {
  if (since <= now.epoch) return since;
  throw new InvalidInputError({
    code: "SINCE_IN_FUTURE",
    message: `"${input}" is in the future.`,
    limit: `epoch ${now.epoch} or earlier`,
    actual: `epoch ${since}`,
    input,
  });
}

/** Ids separated by commas. */
export function parseSeriesIds(text: string | undefined): readonly string[] {
  return text === undefined || text.trim() === "" ? [] : [...new Set(text.split(",").map(parseSeriesId))];
}

/** Takes the only one of several options that is given; undefined when none is. */
export function onlyOne<Name extends string>(
  command: string,
  options: Readonly<Record<Name, string | boolean | undefined>>,
): Name | undefined {
  const given = (Object.keys(options) as Name[]).filter(
    (name) => options[name] !== undefined && options[name] !== false,
  );
  const [only, ...more] = given;
  if (more.length === 0) return only;
  throw new PlimsollError({
    code: "TOO_MANY_OPTIONS",
    message: `"${command}" does one thing at a time.`,
    limit: `one of ${Object.keys(options)
      .map((name) => `--${name}`)
      .join(", ")}`,
    actual: given.map((name) => `--${name}`).join(", "),
    next: [`npx hardhat ${command} --help`],
  });
}
