import type { JsonValue } from "../cli/envelope.js";
import { showHealth } from "../cli/present.js";
import { unpackHealth } from "../loans/reads.js";
import { formatFilShort } from "../sdk/index.js";
import type { HealthSample } from "./chart.js";
import { type DemoStep, type Timeline } from "./show.js";
import type { Stage } from "./stage.js";

/** What a step has to tell. */
export interface StepResult {
  readonly result?: string;
  readonly data?: JsonValue;
}

/** What is owed, and how well it is secured. */
export interface Standing {
  /** [wad]; undefined without debt. */
  readonly health: bigint | undefined;
  /** [attoFIL] */
  readonly debt: bigint;
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
    /** Whose health is told; by default that of the story's one loan. */
    private readonly measure?: () => Promise<Standing | undefined>,
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
    const sent = this.stage.record.hashes.length;
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
      transactions: this.stage.record.hashes.slice(sent),
      data,
    };
    this.steps.push(step);
    this.timeline.done(step);
  }

  /** Notes the loan's health now. */
  async sample(): Promise<{
    readonly health: bigint | undefined;
    readonly debt: bigint | undefined;
    readonly text: string;
  }> {
    const standing = await (this.measure ?? (() => this.ofTheLoan()))();
    if (standing === undefined) return { health: undefined, debt: undefined, text: "" };
    const { health, debt } = standing;
    this.samples.push({ day: await this.day(), health });
    if (debt === 0n) return { health: undefined, debt: 0n, text: "" };
    return { health, debt, text: `debt ${formatFilShort(debt)}, health ${showHealth(health)}` };
  }

  private async ofTheLoan(): Promise<Standing | undefined> {
    if (this.loanId === undefined) return undefined;
    const [word = 0n] = await this.stage.contracts.lens.healthPacked([this.loanId]);
    return unpackHealth(this.loanId, word);
  }

  /** Lets epochs pass, and notes health. */
  async passEpochs(epochs: bigint): Promise<void> {
    await this.stage.filecoin.advanceEpochs(epochs);
    this.timeline.working(await this.day(), "", "time passes");
    await this.sample();
  }

  /** Lets days pass in strides; `each` runs after every stride. */
  async passDays(
    days: number,
    stride = 1,
    each: (passed: number) => Promise<void> = async () => undefined,
  ): Promise<void> {
    for (let passed = 0; passed < days;) {
      const next = Math.min(stride, days - passed);
      await this.stage.filecoin.advanceDays(BigInt(next));
      passed += next;
      this.timeline.working(await this.day(), "", "time passes");
      await this.sample();
      await each(next);
    }
  }
}
