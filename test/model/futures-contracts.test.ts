import { expect } from "chai";

import { Random } from "./filecoin/random.js";
import { Contracts, type Reply } from "./futures/binding.js";
import { countsText, seed, stepsOf, TOKEN_TERMS } from "./futures/cast.js";
import { BrokenIdentity, History } from "./futures/history.js";
import { KINDS, type Operation, type Outcome } from "./futures/operations.js";
import { STATES } from "./futures/series.js";
import { SKIPS } from "./futures/trade.js";

const STEPS = stepsOf(1_500, 120_000);
const VIEWS = 5; // steps between two looks at what the views say
/** A chain of its own for so many: the ring of an index goes round, and memory does not fill. */
const STEPS_PER_CHAIN = 20_000;
const ALL = 500; // steps between two comparisons of everything

/** What was done to both, compared after each step. */
class Comparison {
  readonly history: History;

  /** @param refusals counted: the model's reason with the contracts' error */
  constructor(
    private readonly contracts: Contracts,
    random: Random,
    private readonly refusals: Map<string, number>,
  ) {
    this.history = new History(contracts.model, contracts.cast, random);
  }

  /** Plays a history, and then what brings all of it to an end. */
  async run(steps: number): Promise<void> {
    for (let i = 0; i < steps; i += 1) await this.step();
    await this.compareAll();
  }

  async end(): Promise<void> {
    for (const [operation, outcome] of this.history.windDown()) await this.compare(operation, outcome);
    await this.compareAll();
    expect(this.history.unfinished(), "FU-8: series that do not end").to.deep.equal([]);
  }

  private async step(): Promise<void> {
    await this.compare(...this.history.step());
    if (this.history.steps % ALL === 0) await this.compareAll();
  }

  private async compare(operation: Operation, outcome: Outcome): Promise<void> {
    const reply = await this.contracts.perform(operation);
    const differences = this.outcomes(outcome, reply);
    differences.push(...(await this.contracts.differences(this.touched(operation))));
    const { series } = this.touched(operation);
    if (series !== undefined && this.history.steps % VIEWS === 0) {
      differences.push(...(await this.contracts.viewDifferences(series)));
    }
    this.demandNone(differences, operation);
  }

  private outcomes(outcome: Outcome, { error, skips }: Reply): string[] {
    if (outcome.refused !== undefined && error !== undefined) {
      const pair = `${outcome.refused} as ${error}`;
      this.refusals.set(pair, (this.refusals.get(pair) ?? 0) + 1);
    }
    const differences: string[] = [];
    const [model, contracts] = [outcome.refused ?? "done", error ?? "done"];
    if ((model === "done") !== (contracts === "done")) differences.push(`model: ${model}, contracts: ${contracts}`);
    if (contracts.startsWith("unnamed") || contracts === "Panic") differences.push(`contracts: ${contracts}`);
    const said = [outcome.skips ?? [], skips ?? []].map((list) => list.join(" "));
    if (model === contracts && said[0] !== said[1]) differences.push(`skips: model ${said[0]}, contracts ${said[1]}`);
    return differences;
  }

  private touched(operation: Operation): { series?: string; token?: string; index?: number } {
    const { model } = this.contracts;
    const series = "series" in operation ? model.series.get(operation.series) : undefined;
    if (series !== undefined) return { series: series.id, token: series.terms.token, index: series.terms.index };
    const listed = operation.kind === "list" ? [...model.series.keys()].at(-1) : undefined;
    const token = "token" in operation && model.tokens.has(operation.token) ? { token: operation.token } : {};
    const index = "index" in operation && model.indices.has(operation.index) ? { index: operation.index } : {};
    return {
      ...(listed === undefined ? {} : { series: listed }),
      ...token,
      ...index,
    };
  }

  private async compareAll(): Promise<void> {
    const { model } = this.contracts;
    const differences: string[] = [];
    for (const series of model.series.keys()) differences.push(...(await this.contracts.differences({ series })));
    for (const token of model.tokens.keys()) differences.push(...(await this.contracts.differences({ token })));
    for (const index of model.indices.keys()) differences.push(...(await this.contracts.differences({ index })));
    this.demandNone(differences, { kind: "observe", index: 0 });
  }

  private demandNone(differences: readonly string[], operation: Operation): void {
    if (differences.length > 0) throw new BrokenIdentity(this.history.steps, differences, operation);
  }
}

describe("The futures' contracts against the model", () => {
  it(`agree in every account, balance and refusal after each of ${STEPS} random steps`, async function () {
    this.timeout(0);
    const counts = new Map<string, number>();
    const refusals = new Map<string, number>();
    const random = new Random(seed() + 1n);
    console.log(`      seed 0x${seed().toString(16)}`);
    for (let done = 0; done < STEPS; done += STEPS_PER_CHAIN) {
      const comparison = new Comparison(await Contracts.deploy(TOKEN_TERMS), random, refusals);
      await comparison.run(Math.min(STEPS_PER_CHAIN, STEPS - done));
      for (const [what, count] of comparison.history.counts) counts.set(what, (counts.get(what) ?? 0) + count);
      await comparison.end();
      if (STEPS > STEPS_PER_CHAIN) console.log(`      ${done + STEPS_PER_CHAIN} of ${STEPS} steps agree`);
    }
    console.log(`      ${countsText(counts)}`);
    console.log(`      refusals: ${countsText(refusals)}`);
    if (STEPS < 5_000) return; // a short run need not have seen everything
    const wanted = [
      ...KINDS.map((kind) => `${kind}:done`),
      ...STATES.map((state) => `state:${state}`),
      ...SKIPS.map((skip) => `fill:${skip}`),
    ];
    expect(
      wanted.filter((what) => !counts.has(what)),
      "what never happened",
    ).to.deep.equal([]);
    if (STEPS >= 100_000) expect(counts.get("series") ?? 0).to.be.at.least(300);
  });
});
