import { Interface } from "ethers";

const actorExit = new Interface(["error ActorExit(int256 code, uint64 codec, bytes data)"]);

/** An actor ended with a non-zero exit code. */
export class ActorExitError extends Error {
  constructor(
    readonly exitCode: bigint,
    readonly operation: string,
    options?: ErrorOptions,
  ) {
    super(`${operation}: the actor ended with exit code ${exitCode}.`, options);
    this.name = "ActorExitError";
  }
}

/** Finds the revert data in whatever error a provider or library wrapped around it. */
function revertData(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 6) return undefined;
  const { data, error: inner, cause, info } = error as Record<string, unknown>;
  if (typeof data === "string" && data.startsWith("0x") && data.length > 2) return data;
  for (const next of [data, inner, cause, info]) {
    const found = revertData(next, depth + 1);
    if (found !== undefined) return found;
  }
  const { message } = error as { message?: unknown };
  return typeof message === "string" ? /0x[0-9a-fA-F]{8,}/.exec(message)?.[0] : undefined;
}

/** The exit code in an error, if an actor ended with one. */
export function exitCodeOf(error: unknown): bigint | undefined {
  const data = revertData(error);
  if (data === undefined) return undefined;
  const parsed = actorExit.parseError(data);
  return parsed === null ? undefined : BigInt(parsed.args.code as bigint);
}
