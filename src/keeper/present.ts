import { type JsonValue, amount } from "../cli/envelope.js";
import { showHealth } from "../cli/present.js";
import { table } from "../cli/terminal.js";
import { formatFil, formatFilShort, formatWad } from "../sdk/index.js";
import type { CandidateReport, LiquidationReport, StepReport } from "./liquidate.js";

const optional = (value: bigint | undefined): JsonValue => (value === undefined ? null : amount(value));

export function stepJson(step: StepReport): JsonValue {
  return {
    action: step.action,
    decision: step.decision,
    reason: step.reason,
    gas: step.gas?.toString() ?? null,
    fee: optional(step.fee),
    profit: optional(step.profit),
    tx: step.mined?.hash ?? null,
    error: step.error === undefined ? null : { ...step.error.toJSON(), next: [...step.error.next] },
  } as JsonValue;
}

function candidateJson(candidate: CandidateReport): JsonValue {
  return {
    loanId: candidate.loanId.toString(),
    state: candidate.state,
    health: candidate.health === undefined ? null : formatWad(candidate.health, 18),
    debt: amount(candidate.debt),
    collateral: amount(candidate.collateral),
    steps: candidate.steps.map(stepJson),
  };
}

/** Every step of a run. */
export function allSteps(report: LiquidationReport): StepReport[] {
  return [
    ...report.candidates.flatMap((candidate) => candidate.steps),
    ...report.claims.map((claim) => claim.step),
    ...report.checks.map((check) => check.step),
    ...report.pokes.map((poke) => poke.step),
    ...(report.queue === undefined || report.queue.decision === "nothing" ? [] : [report.queue]),
  ];
}

export function reportJson(report: LiquidationReport): JsonValue {
  const steps = allSteps(report);
  const count = (decision: StepReport["decision"]): number => steps.filter((step) => step.decision === decision).length;
  return {
    scanned: report.scanned,
    candidates: report.candidates.map(candidateJson),
    claims: report.claims.map(({ stripId, loanId, amount: due, step }) => ({
      stripId: stripId.toString(),
      loanId: loanId.toString(),
      due: amount(due),
      step: stepJson(step),
    })),
    checks: report.checks.map(({ loanId, tranche, step }) => ({
      loanId: loanId.toString(),
      tranche: Number(tranche),
      step: stepJson(step),
    })),
    pokes: report.pokes.map(({ token, symbol, step }) => ({ token, symbol, step: stepJson(step) })),
    queue: report.queue === undefined ? null : stepJson(report.queue),
    sent: count("sent"),
    wouldSend: count("would-send"),
    skipped: count("skipped"),
    lostRaces: count("lost-race"),
    failed: count("failed"),
    profit: amount(
      steps.filter((step) => step.decision === "sent").reduce((sum, step) => sum + (step.profit ?? 0n), 0n),
    ),
  };
}

export function reportLines(report: LiquidationReport): string[] {
  const body: string[][] = [];
  for (const candidate of report.candidates) {
    candidate.steps.forEach((step, i) => {
      const facts =
        i === 0
          ? [
              `${candidate.loanId}`,
              showHealth(candidate.health),
              formatFilShort(candidate.debt),
              formatFilShort(candidate.collateral),
            ]
          : ["", "", "", ""];
      body.push([...facts, ...stepCells(step)]);
    });
  }
  for (const claim of report.claims) body.push([`strip ${claim.stripId}`, "", "", "", ...stepCells(claim.step)]);
  for (const check of report.checks) body.push([`${check.loanId}`, "", "", "", ...stepCells(check.step)]);
  for (const poke of report.pokes) body.push([poke.symbol, "", "", "", ...stepCells(poke.step)]);
  if (report.queue !== undefined && report.queue.decision !== "nothing") {
    body.push(["queue", "", "", "", ...stepCells(report.queue)]);
  }
  const head = `Looked at ${report.scanned} loans, ${report.candidates.length} of them closely.`;
  if (body.length === 0) return [head, "Nothing to do."];
  return [
    head,
    ...table(["loan", "health>", "debt>", "collateral>", "step", "gas>", "profit>", "decision", "reason"], body),
  ];
}

function stepCells(step: StepReport): string[] {
  return [
    step.action === "none" ? "-" : step.action,
    step.gas?.toString() ?? "",
    step.profit === undefined ? "" : formatFil(step.profit),
    step.decision,
    step.reason,
  ];
}
