import { type JsonValue, amount } from "../cli/envelope.js";
import type { Outcome } from "../cli/run.js";
import type { Runtime } from "../cli/session.js";
import { type Terminal, table } from "../cli/terminal.js";
import { PlimsollError, formatFil, formatWad } from "../sdk/index.js";
import { healthChart } from "./chart.js";
import { type Ledger, drawUp } from "./ledger.js";
import { Play } from "./play.js";
import { PORTFOLIOS, SCENARIOS, type Scenario } from "./scenarios.js";
import { type DemoStep, Timeline } from "./show.js";
import { escrow } from "./escrow.js";
import { CRASH_PROVIDER_GAS, CRASH_PURSES, WholeBook, crash } from "./crash.js";
import { NAMES, type Stage, setStage } from "./stage.js";
import { bad, good, opening, servicing } from "./story.js";

/** The books of the demo do not balance. */
export class UnbalancedLedgerError extends PlimsollError {
  constructor(readonly ledger: Ledger) {
    super({
      code: "UNBALANCED_LEDGER",
      message: "FIL came from or went to nowhere.",
      limit: "a difference of 0 FIL",
      actual: `${formatFil(ledger.difference)}, fees ${formatFil(ledger.feeDifference)}`,
    });
  }
}

/** Plays a loan's life on a fresh in-process chain and accounts for every attoFIL. */
/** @param portfolios how many there are in a crash */
export async function runDemo(
  hre: Runtime,
  scenario: Scenario,
  json: boolean,
  terminal: Terminal,
  portfolios = PORTFOLIOS,
): Promise<Outcome> {
  const started = Date.now();
  const timeline = new Timeline(terminal, json);
  const { style } = terminal;
  timeline.line(style.bold(TITLES[scenario]));
  timeline.working(0, "all", "The deploy scripts put the system on the chain");
  const stage = await (scenario === "crash" ? setStage(hre, CRASH_PURSES, CRASH_PROVIDER_GAS) : setStage(hre));
  try {
    const { play, outcome } = await perform(stage, timeline, scenario, portfolios);
    const ledger = await drawUp(
      stage.connection.provider,
      stage.parties,
      stage.opening,
      NAMES.producers,
      stage.record.hashes,
    );
    const seconds = (Date.now() - started) / 1000;
    showChart(play, timeline, terminal);
    showLedger(ledger, timeline, terminal);
    if (ledger.difference !== 0n || ledger.feeDifference !== 0n) throw new UnbalancedLedgerError(ledger);
    return {
      data: {
        scenario,
        chainId: Number(stage.connection.networkConfig.chainId ?? 0),
        seconds,
        steps: play.steps.map(stepJson),
        health: play.samples.map(({ day, health }) => ({
          day,
          health: health === undefined ? null : formatWad(health, 18),
        })),
        outcome,
        ledger: ledgerJson(ledger),
      },
      lines: [`\n${play.steps.length} steps, ${ledger.transactions} transactions, ${seconds.toFixed(1)} s.`],
      next: [
        ...SCENARIOS.filter((other) => other !== scenario).map((other) => `npx hardhat demo --scenario ${other}`),
        "npx hardhat --help",
      ],
    };
  } finally {
    await stage.connection.close();
  }
}

const TITLES: Readonly<Record<Scenario, string>> = {
  bad: "Plimsoll: a pledge loan's life on a simulated Filecoin",
  good: "Plimsoll: a pledge loan's life on a simulated Filecoin",
  escrow: "Plimsoll: a larger loan for the miner's ownership, and its sale",
  crash: "Plimsoll: two hundred portfolios in a crash of their posted collateral",
};

/** Plays a scenario; `outcome` is what it has to tell beyond its steps. */
async function perform(
  stage: Stage,
  timeline: Timeline,
  scenario: Scenario,
  portfolios: number,
): Promise<{ readonly play: Play; readonly outcome: JsonValue }> {
  if (scenario === "crash") {
    const book = new WholeBook();
    const play = new Play(stage, timeline, async () => book.standing);
    await play.begin();
    return { play, outcome: await crash(play, book, portfolios) };
  }
  const play = new Play(stage, timeline);
  await play.begin();
  if (scenario === "escrow") {
    await escrow(play);
    return { play, outcome: null };
  }
  const cast = await opening(play);
  await servicing(play, cast);
  await (scenario === "good" ? good(play, cast) : bad(play, cast));
  return { play, outcome: null };
}

function showChart(play: Play, timeline: Timeline, terminal: Terminal): void {
  const { style } = terminal;
  timeline.heading("Health of the loan (below 1 it can be liquidated)");
  const width = Math.min(Math.max(terminal.columns - 12, 40), 88);
  for (const line of healthChart(play.samples, {
    width,
    height: 8,
    paint: { good: style.green, bad: style.red, faint: style.dim },
  }))
    timeline.line(line);
}

function showLedger(ledger: Ledger, timeline: Timeline, terminal: Terminal): void {
  const { style } = terminal;
  timeline.heading("Ledger: where every attoFIL was and is (FIL)");
  const body = ledger.lines.map((line) => [line.name, number(line.before), number(line.after), number(line.change)]);
  body.push(["Gas burnt with no receiver (base fees)", number(0n), number(ledger.gasBurnt), number(ledger.gasBurnt)]);
  body.push([
    "Sum",
    number(ledger.totalBefore),
    number(ledger.totalAfter + ledger.gasBurnt),
    number(ledger.totalAfter + ledger.gasBurnt - ledger.totalBefore),
  ]);
  for (const line of table(["party", "before>", "after>", "change>"], body)) timeline.line(line);
  const balanced = ledger.difference === 0n && ledger.feeDifference === 0n;
  timeline.line(
    `  Difference: ${(balanced ? style.green : style.red)(formatFil(ledger.difference))} (and ${formatFil(ledger.feeDifference)} between gas premiums paid and received)`,
  );
}

/** All 18 decimals: the table is about every attoFIL. */
function number(value: bigint): string {
  const [whole = "0", fraction = ""] = formatFil(value).replace(" FIL", "").split(".");
  return `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}.${fraction.padEnd(18, "0")}`;
}

function stepJson(step: DemoStep): JsonValue {
  return {
    number: step.number,
    day: step.day,
    epoch: Number(step.epoch),
    actor: step.actor,
    title: step.title,
    result: step.result,
    health: step.health === undefined ? null : formatWad(step.health, 18),
    debt: step.debt === undefined ? null : amount(step.debt),
    transactions: step.transactions,
    data: step.data,
  };
}

function ledgerJson(ledger: Ledger): JsonValue {
  return {
    parties: ledger.lines.map((line) => ({
      name: line.name,
      before: amount(line.before),
      after: amount(line.after),
      change: amount(line.change),
      gasPaid: amount(line.gas),
    })),
    gasBurnt: amount(ledger.gasBurnt),
    gasPremiums: amount(ledger.gasTips),
    totalBefore: amount(ledger.totalBefore),
    totalAfter: amount(ledger.totalAfter),
    difference: amount(ledger.difference),
    feeDifference: amount(ledger.feeDifference),
    transactions: ledger.transactions,
  };
}
