import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = join("benchmarks", "gas.json");

/** Gas of each operation. */
export type Figures = Readonly<Record<string, number>>;
/** By system: `{"loans": {"deposit": n, ...}}`. */
export type Benchmarks = Readonly<Record<string, Figures>>;

/** What each operation may cost at most. */
export const BUDGETS: Benchmarks = {
  loans: {
    deposit: 85_000,
    redeem: 85_000,
    draw: 110_000,
    repay: 85_000,
    sweep: 120_000,
    stripTake: 130_000,
    kick: 150_000,
  },
};

/** A figure that is higher than the recorded one, or that is not recorded. */
export interface Rise {
  readonly name: string;
  readonly recorded: number | undefined;
  readonly measured: number;
}

export function readFigures(root: string): Benchmarks {
  const file = join(root, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Benchmarks) : {};
}

export function writeFigures(root: string, figures: Benchmarks): void {
  writeFileSync(join(root, FILE), `${JSON.stringify(figures, undefined, 2)}\n`);
}

export function compareFigures(recorded: Benchmarks, measured: Benchmarks): readonly Rise[] {
  return Object.entries(measured)
    .flatMap(([system, figures]) =>
      Object.entries(figures).map(([operation, now]) => ({
        name: `${system}.${operation}`,
        recorded: recorded[system]?.[operation],
        measured: now,
      })),
    )
    .filter(({ recorded: before, measured: now }) => before === undefined || now > before);
}

/** A table for the terminal. */
export function renderFigures(recorded: Benchmarks, measured: Benchmarks): string {
  const gas = (value: number | undefined): string =>
    (value === undefined ? "-" : value.toLocaleString("en-US")).padStart(10);
  const rows = Object.entries(measured).flatMap(([system, figures]) =>
    Object.entries(figures).map(([operation, now]) => {
      const budget = BUDGETS[system]?.[operation];
      const over = budget !== undefined && now > budget ? "  over budget" : "";
      return `  ${`${system}.${operation}`.padEnd(18)}${gas(now)}${gas(recorded[system]?.[operation])}${gas(budget)}${over}`;
    }),
  );
  return [`  ${"".padEnd(18)}${"now".padStart(10)}${"recorded".padStart(10)}${"budget".padStart(10)}`, ...rows].join(
    "\n",
  );
}
