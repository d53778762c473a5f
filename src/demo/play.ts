import type { JsonValue } from "../cli/envelope.js";
import { showHealth } from "../cli/present.js";
import { readLoan } from "../loans/reads.js";
import { formatFilShort } from "../sdk/index.js";
import type { HealthSample } from "./chart.js";
import { type DemoStep, type Timeline } from "./show.js";
import type { Stage } from "./stage.js";

/** What a step has to tell. */
export interface StepResult {
  readonly result?: string;
  readonly data?: JsonValue;
}

/** Keeps the record of a play: steps, health over time, where the story stands. */
export class Play {
  readonly steps: DemoStep[] = [];
  readonly samples: HealthSample[] = [];
  /** The loan of the story, once it is open. */
  loanId: bigint | undefined;
  private startEpoch = 0n;

  constructor(
    readonly stage: Stage,
    private readonly timeline: Timeline,
  ) {}

  async begin(): Promise<void> {
    this.startEpoch = await this.stage.filecoin.epoch();
  }

  /** Days since the play began. */
  async day(): Promise<number> {
    return Number((await this.stage.filecoin.epoch()) - this.startEpoch) / 2_880;
  }

  heading(text: string): void {
    this.timeline.heading(text);
  }

  /** Does something, then notes where the loan stands. */
  async step(actor: string, title: string, act: () => Promise<StepResult>): Promise<void> {
    this.timeline.working(await this.day(), actor, title);
    const sent = this.stage.hashes.length;
    const { result = "", data = null } = await act();
    const day = await this.day();
    const standing = await this.sample();
    const step: DemoStep = {
      number: this.steps.length + 1,
      day,
      epoch: await this.stage.filecoin.epoch(),
      actor,
      title,
      result: [result, standing.text].filter((text) => text !== "").join("; "),
      health: standing.health,
      debt: standing.debt,
      transactions: this.stage.hashes.slice(sent),
      data,
    };
    this.steps.push(step);
    this.timeline.done(step);
  }

  /** Notes the loan's health now. */
  async sample(): Promise<{ readonly health: bigint | undefined; readonly debt: bigint | undefined; readonly text: string }> {
    if (this.loanId === undefined) return { health: undefined, debt: undefined, text: "" };
    const loan = await readLoan(this.stage.contracts, this.loanId);
    this.samples.push({ day: await this.day(), health: loan.health });
    if (loan.debt === 0n) return { health: undefined, debt: 0n, text: "" };
    return { health: loan.health, debt: loan.debt, text: `debt ${formatFilShort(loan.debt)}, health ${showHealth(loan.health)}` };
  }

  /** Lets days pass one by one; `daily` runs after each and may end it by returning true. */
  async passDays(days: number, daily: () => Promise<boolean | undefined> = async () => undefined): Promise<number> {
    for (let passed = 1; passed <= days; passed += 1) {
      await this.stage.filecoin.advanceDays(1n);
      this.timeline.working(await this.day(), "", "time passes");
      await this.sample();
      if ((await daily()) === true) return passed;
    }
    return days;
  }
}
