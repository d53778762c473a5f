import type { Terminal } from "../cli/terminal.js";
import type { JsonValue } from "../cli/envelope.js";

/** One step of the play. */
export interface DemoStep {
  readonly number: number;
  readonly day: number;
  readonly epoch: bigint;
  readonly actor: string;
  readonly title: string;
  /** What it led to, in a few words. */
  readonly result: string;
  /** [wad] */
  readonly health: bigint | undefined;
  /** [attoFIL] */
  readonly debt: bigint | undefined;
  readonly transactions: readonly string[];
  readonly data: JsonValue;
}

const ACTOR_WIDTH = 8;

/** Prints the timeline; on a terminal the step in progress is shown until it is done. */
export class Timeline {
  constructor(
    private readonly terminal: Terminal,
    private readonly silent: boolean,
  ) {}

  heading(text: string): void {
    if (!this.silent) this.terminal.print(`\n${this.terminal.style.bold(text)}`);
  }

  line(text = ""): void {
    if (!this.silent) this.terminal.print(text);
  }

  working(day: number, actor: string, title: string): void {
    if (this.silent || !this.terminal.animated) return;
    const { style } = this.terminal;
    const text = `  ${dayCell(day)} ${actor.padEnd(ACTOR_WIDTH)} ${title}...`;
    this.terminal.raw(`\r\u001b[2K${style.dim(text.slice(0, this.terminal.columns - 1))}`);
  }

  done(step: DemoStep): void {
    if (this.silent) return;
    if (this.terminal.animated) this.terminal.raw("\r\u001b[2K");
    const { style } = this.terminal;
    this.terminal.print(
      `  ${style.dim(dayCell(step.day))} ${style.cyan(step.actor.padEnd(ACTOR_WIDTH))} ${step.title}`,
    );
    if (step.result !== "")
      this.terminal.print(
        `  ${" ".repeat(dayCell(0).length)} ${" ".repeat(ACTOR_WIDTH)} ${style.dim(`→ ${step.result}`)}`,
      );
  }
}

function dayCell(day: number): string {
  return `day ${day.toFixed(1).padStart(6)}`;
}
