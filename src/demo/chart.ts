import { WAD, formatWad, max, min } from "../sdk/index.js";

/** Health at one moment. */
export interface HealthSample {
  readonly day: number;
  /** [wad]; undefined without debt. */
  readonly health: bigint | undefined;
}

const BLOCKS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** Values above this are cut off, or the interesting part would be flat [wad]. */
const CEILING = (WAD * 14n) / 10n;

/** Values below this are cut off too: a loan far below 1 is provisioned, and how far matters little [wad]. */
const FLOOR = (WAD * 9n) / 10n;

export interface ChartOptions {
  /** Columns of the plot, without its scale. */
  readonly width: number;
  /** Rows of the plot. */
  readonly height: number;
  readonly paint?: {
    readonly good: (text: string) => string;
    readonly bad: (text: string) => string;
    readonly faint: (text: string) => string;
  };
}

const plain = (text: string): string => text;

/** The last sample at or before each column's day; undefined where there is no debt. */
function columnsOf(samples: readonly HealthSample[], width: number): Array<bigint | undefined> {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return [];
  const span = Math.max(last.day - first.day, 1);
  const columns: Array<bigint | undefined> = [];
  for (let x = 0; x < width; x += 1) {
    const from = first.day + (span * x) / width;
    const to = first.day + (span * (x + 1)) / width;
    const within = samples.filter((sample) => sample.day >= from && (sample.day < to || x === width - 1));
    const known = within.length > 0 ? within : [samples.findLast((sample) => sample.day <= from) ?? first];
    // The worst of the days that share a column is shown.
    columns.push(
      known.reduce<bigint | undefined>(
        (worst, { health }) => (worst === undefined ? health : health === undefined ? worst : min(worst, health)),
        undefined,
      ),
    );
  }
  return columns;
}

/** Draws health over time with a line at 1, between 0.9 and 1.4 at most. */
export function healthChart(samples: readonly HealthSample[], options: ChartOptions): string[] {
  const { width, height } = options;
  const { good = plain, bad = plain, faint = plain } = options.paint ?? {};
  const columns = columnsOf(samples, width);
  const known = columns.filter((value) => value !== undefined);
  if (known.length === 0) return [];
  const top = min(max(known.reduce(max), (WAD * 105n) / 100n), CEILING);
  const step = WAD / 50n;
  const bottom = max(((min(known.reduce(min), (WAD * 98n) / 100n) - step) / step) * step, FLOOR);
  const eighths = BigInt(height * 8);
  const level = (value: bigint): number => Number(((min(max(value, bottom), top) - bottom) * eighths) / (top - bottom));
  const one = height - 1 - Math.floor(level(WAD) / 8);
  const lines: string[] = [];
  for (let row = 0; row < height; row += 1) {
    const floor = (height - 1 - row) * 8;
    const cells = columns.map((value) => {
      if (value === undefined) return row === one ? faint("╌") : " ";
      const filled = Math.min(Math.max(level(value) - floor, 0), 8);
      if (filled === 0) return row === one ? faint("╌") : row === height - 1 ? (value < WAD ? bad : good)("▁") : " ";
      return (value < WAD ? bad : good)(BLOCKS[filled] ?? "█");
    });
    const scale = row === 0 ? formatWad(top, 2) : row === one ? "1" : row === height - 1 ? formatWad(bottom, 2) : "";
    lines.push(`${scale.padStart(6)} ${row === one ? "┼" : "┤"}${cells.join("")}`);
  }
  const from = `day ${Math.floor(samples[0]?.day ?? 0)}`;
  const to = `day ${Math.ceil(samples.at(-1)?.day ?? 0)}`;
  lines.push(
    `${" ".repeat(7)}└${"─".repeat(width)}`,
    `${" ".repeat(8)}${from}${to.padStart(Math.max(width - from.length, to.length + 1))}`,
  );
  return lines;
}
