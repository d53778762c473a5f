import type { EthereumProvider } from "hardhat/types/providers";

interface Step {
  readonly op: string;
  readonly gas: number | string;
  readonly gasCost: number | string;
  readonly depth: number;
  readonly stack?: readonly string[];
}

/** Where the gas of one transaction went, by contract and by kind of work. */
export interface Breakdown {
  /** By the contract whose code ran, without what it called. */
  readonly byContract: Readonly<Record<string, number>>;
  /** By kind of instruction: storage reads, storage writes, logs, calls, the rest; and `base` for the transaction itself. */
  readonly byKind: Readonly<Record<string, number>>;
}

const CALLS = new Set(["CALL", "DELEGATECALL", "STATICCALL", "CALLCODE"]);

function kindOf(op: string): string {
  if (op === "SLOAD") return "storage reads";
  if (op === "SSTORE") return "storage writes";
  if (op === "TLOAD" || op === "TSTORE") return "transient storage";
  if (op.startsWith("LOG")) return "logs";
  if (CALLS.has(op)) return "calls";
  if (op.startsWith("CREATE") || op === "SELFDESTRUCT") return "creation";
  return "computation";
}

/**
 * Attributes the gas of a mined transaction.
 * @param nameOf a name for the code at an address
 */
export async function breakDown(
  provider: EthereumProvider,
  hash: string,
  to: string,
  gasUsed: number,
  nameOf: (address: string) => string,
): Promise<Breakdown> {
  const options = { disableMemory: true, disableStorage: true };
  const trace = (await provider.request({ method: "debug_traceTransaction", params: [hash, options] })) as {
    readonly structLogs: readonly Step[];
  };
  const byContract: Record<string, number> = {};
  const byKind: Record<string, number> = {};
  const code = [to];
  let attributed = 0;
  trace.structLogs.forEach((step, i, steps) => {
    code.length = step.depth;
    const next = steps[i + 1];
    const cost = ownCost(step, next, steps, i);
    const name = nameOf(code[step.depth - 1] ?? to);
    byContract[name] = (byContract[name] ?? 0) + cost;
    byKind[kindOf(step.op)] = (byKind[kindOf(step.op)] ?? 0) + cost;
    attributed += cost;
    if (CALLS.has(step.op) && next !== undefined && next.depth > step.depth) {
      code.push(`0x${(step.stack?.at(-2) ?? "").replace(/^0x/, "").padStart(64, "0").slice(-40)}`);
    }
  });
  const base = gasUsed - attributed;
  return { byContract: { ...byContract, base }, byKind: { ...byKind, base } };
}

/** What an instruction cost by itself: for a call, without what the callee used. */
function ownCost(step: Step, next: Step | undefined, steps: readonly Step[], i: number): number {
  const gas = Number(step.gas);
  if (next === undefined) return Number(step.gasCost);
  if (next.depth === step.depth) return gas - Number(next.gas);
  if (next.depth < step.depth) return Number(step.gasCost);
  const after = steps.slice(i + 1).find(({ depth }) => depth <= step.depth);
  const inside = steps.slice(i + 1, after === undefined ? undefined : steps.indexOf(after));
  const last = inside.at(-1);
  const used = last === undefined ? 0 : Number(next.gas) - (Number(last.gas) - Number(last.gasCost));
  return after === undefined ? 0 : gas - Number(after.gas) - used;
}

/** A paragraph for the terminal or a Markdown list: the largest parts first. */
export function renderBreakdown(operation: string, gas: number, { byContract, byKind }: Breakdown): string {
  const parts = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .sort(([, a], [, b]) => b - a)
      .map(([name, cost]) => `${name} ${cost.toLocaleString("en-US")}`)
      .join(", ");
  return `- **${operation}** ${gas.toLocaleString("en-US")}. By contract: ${parts(byContract)}. By kind: ${parts(byKind)}.`;
}
