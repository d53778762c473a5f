import { InvalidInputError } from "./failure.js";

/** 30 seconds an epoch [s]. */
export const EPOCH_SECONDS = 30n;
/** [epoch] */
export const EPOCHS_PER_DAY = 2_880n;
/** 365 days [epoch]. */
export const EPOCHS_PER_YEAR = 1_051_200n;

/** The contracts keep epochs in 32 bits [epoch]. */
const MAX_EPOCH = 2n ** 32n - 1n;

const DURATION_UNITS: Readonly<Record<string, bigint>> = {
  "": 1n,
  epoch: 1n,
  epochs: 1n,
  min: 2n,
  h: 120n,
  d: EPOCHS_PER_DAY,
  w: 7n * EPOCHS_PER_DAY,
  y: EPOCHS_PER_YEAR,
};

/** What is needed to turn a date into an epoch. */
export interface Clock {
  /** Current epoch, which is the block number. */
  readonly epoch: bigint;
  /** Its time [s]. */
  readonly timestamp: bigint;
}

/**
 * Reads a span of time.
 * @returns span [epoch]
 * @example parseDuration("30d") === 86_400n; parseDuration("600 epochs") === 600n
 */
export function parseDuration(text: string): bigint {
  const input = text.trim();
  const match = /^(\d+)\s*([a-z]*)$/i.exec(input);
  const unit = match === null ? undefined : DURATION_UNITS[(match[2] ?? "").toLowerCase()];
  if (match === null || unit === undefined) {
    throw new InvalidInputError({
      code: "INVALID_DURATION",
      message: `"${text}" is not a span of time.`,
      limit: "a whole number of epochs, or one with min, h, d, w or y, such as 30d",
      input,
    });
  }
  const span = BigInt(match[1] ?? "0") * unit;
  if (span > MAX_EPOCH) {
    throw new InvalidInputError({
      code: "DURATION_TOO_LONG",
      message: `"${text}" is too long.`,
      limit: `${MAX_EPOCH} epochs`,
      actual: `${span} epochs`,
      input,
    });
  }
  return span;
}

/**
 * Reads a point in time: an epoch number, a span from now (`+30d`) or an ISO date in UTC.
 * @returns epoch, rounded down
 * @example parseEpoch("+30d", { epoch: 1_000n, timestamp: 30_000n }) === 87_400n
 */
export function parseEpoch(text: string, now: Clock): bigint {
  const input = text.trim();
  let epoch: bigint;
  if (/^\d+$/.test(input)) {
    epoch = BigInt(input);
  } else if (input.startsWith("+")) {
    epoch = now.epoch + parseDuration(input.slice(1));
  } else {
    epoch = epochOfDate(text, now);
  }
  if (epoch > MAX_EPOCH) {
    throw new InvalidInputError({
      code: "EPOCH_TOO_LATE",
      message: `"${text}" is too far away.`,
      limit: `epoch ${MAX_EPOCH}`,
      actual: `epoch ${epoch}`,
      input,
    });
  }
  return epoch;
}

function epochOfDate(text: string, now: Clock): bigint {
  const input = text.trim();
  const iso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z?)?$/.test(input);
  const spelled = input.includes("T") ? (input.endsWith("Z") ? input : `${input}Z`) : `${input}T00:00Z`;
  const milliseconds = iso ? Date.parse(spelled) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new InvalidInputError({
      code: "INVALID_EPOCH",
      message: `"${text}" is not a point in time.`,
      limit: "an epoch number, a span from now such as +30d, or a UTC date such as 2027-01-31",
      input,
    });
  }
  const seconds = BigInt(Math.floor(milliseconds / 1000)) - now.timestamp;
  const epoch = now.epoch + seconds / EPOCH_SECONDS - (seconds < 0n && seconds % EPOCH_SECONDS !== 0n ? 1n : 0n);
  if (epoch < 0n) {
    throw new InvalidInputError({
      code: "INVALID_EPOCH",
      message: `"${text}" is before the chain began.`,
      limit: "epoch 0 or later",
      input,
    });
  }
  return epoch;
}

/**
 * A span for the eye, its two largest units.
 * @example formatEpochs(2_940n) === "1 d 30 min"
 */
export function formatEpochs(epochs: bigint): string {
  const sign = epochs < 0n ? "-" : "";
  let rest = epochs < 0n ? -epochs : epochs;
  const parts: string[] = [];
  for (const [unit, length] of [
    ["d", EPOCHS_PER_DAY],
    ["h", 120n],
    ["min", 2n],
  ] as const) {
    if (rest >= length && parts.length < 2) parts.push(`${rest / length} ${unit}`);
    rest %= length;
  }
  return parts.length === 0 ? `${sign}${rest * EPOCH_SECONDS} s` : `${sign}${parts.join(" ")}`;
}

/**
 * An epoch with its distance from now.
 * @example formatEpoch(3_880n, 1_000n) === "epoch 3880 (in 1 d)"
 */
export function formatEpoch(epoch: bigint, now: bigint): string {
  if (epoch === now) return `epoch ${epoch} (now)`;
  return epoch > now
    ? `epoch ${epoch} (in ${formatEpochs(epoch - now)})`
    : `epoch ${epoch} (${formatEpochs(now - epoch)} ago)`;
}

/**
 * The date of an epoch, to the minute.
 * @example formatDate(6_100_000n, { epoch: 6_100_000n, timestamp: 1_781_306_400n }) === "2026-06-12 23:20 UTC"
 */
export function formatDate(epoch: bigint, clock: Clock): string {
  return `${isoDate(epoch, clock).slice(0, 16).replace("T", " ")} UTC`;
}

/** The date of an epoch for scripts, by ISO 8601 in UTC. */
export function isoDate(epoch: bigint, clock: Clock): string {
  const seconds = clock.timestamp + (epoch - clock.epoch) * EPOCH_SECONDS;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}
