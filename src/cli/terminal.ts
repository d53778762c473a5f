import { createInterface } from "node:readline/promises";

import picocolors from "picocolors";

/** As much of a stream as is needed. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface TerminalOptions {
  readonly stdout?: TextStream;
  readonly stderr?: TextStream;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether a question can be asked; undefined: when standard input is a terminal. */
  readonly interactive?: boolean;
}

/** Colours when the stream is a terminal and nobody objects (https://no-color.org). */
export function useColours(stream: TextStream, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0") return true;
  return stream.isTTY === true && env.TERM !== "dumb";
}

/** Where a command's words go: results to standard output, everything said on the way to standard error. */
export class Terminal {
  private readonly stdout: TextStream;
  private readonly stderr: TextStream;
  readonly style: ReturnType<typeof picocolors.createColors>;
  readonly interactive: boolean;
  /** Whether lines may be rewritten in place. */
  readonly animated: boolean;
  /** Width of the terminal, 100 where it has none. */
  readonly columns: number;

  constructor(options: TerminalOptions = {}) {
    const env = options.env ?? process.env;
    this.stdout = options.stdout ?? process.stdout;
    this.stderr = options.stderr ?? process.stderr;
    this.style = picocolors.createColors(useColours(this.stdout, env));
    this.animated = this.stdout.isTTY === true && env.TERM !== "dumb" && env.CI === undefined;
    this.columns = this.stdout.columns ?? 100;
    this.interactive =
      options.interactive ?? (process.stdin.isTTY === true && this.stderr.isTTY === true && env.CI === undefined);
  }

  print(line = ""): void {
    this.stdout.write(`${line}\n`);
  }

  note(line: string): void {
    this.stderr.write(`${line}\n`);
  }

  /** Writes without a line end. */
  raw(text: string): void {
    this.stdout.write(text);
  }

  /** Asks on standard error; only "y" and "yes" are consent. */
  async confirm(question: string): Promise<boolean> {
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
    } finally {
      prompt.close();
    }
  }
}

/** Label and value in two columns. */
export function rows(pairs: ReadonlyArray<readonly [string, string]>): string[] {
  const width = Math.max(0, ...pairs.map(([label]) => label.length));
  return pairs.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
}

/** A table with a head line; columns whose head ends in ">" are aligned to the right. */
export function table(head: readonly string[], body: ReadonlyArray<readonly string[]>): string[] {
  const right = head.map((title) => title.endsWith(">"));
  const titles = head.map((title) => title.replace(/>$/, ""));
  const widths = titles.map((title, i) => Math.max(title.length, ...body.map((row) => (row[i] ?? "").length)));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, i) => (right[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join("  ")}`.trimEnd();
  return [line(titles), line(widths.map((width) => "─".repeat(width))), ...body.map(line)];
}
