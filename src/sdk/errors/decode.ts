import { AbiCoder } from "ethers";

import { PlimsollError } from "../failure.js";
import { entryOf } from "./catalogue.js";
import { ErrorArguments } from "./explain.js";

/** A revert of one of the contracts, explained. */
export class ContractRevertError extends PlimsollError {
  /** Revert data, as the contract returned it. */
  readonly data: string;
  /** The arguments of the error by name, as text. */
  readonly args: Readonly<Record<string, string>>;

  constructor(
    data: string,
    fields: ConstructorParameters<typeof PlimsollError>[0],
    args: Readonly<Record<string, string>> = {},
  ) {
    super(fields);
    this.data = data;
    this.args = args;
  }
}

/**
 * Explains revert data.
 * @example explainRevert("0x...").code === "LoanBook_NotProven"
 */
export function explainRevert(data: string): ContractRevertError {
  const entry = entryOf(data.slice(0, 10));
  if (entry !== undefined) {
    const { fragment, explain } = entry;
    try {
      const values = AbiCoder.defaultAbiCoder().decode(fragment.inputs, `0x${data.slice(10)}`);
      const args = Object.fromEntries(fragment.inputs.map(({ name }) => [name, String(values.getValue(name))]));
      return new ContractRevertError(data, { code: fragment.name, ...explain(new ErrorArguments(values)) }, args);
    } catch {
      // Data that does not fit its selector is shown as it is.
    }
  }
  return new ContractRevertError(data, {
    code: data === "0x" ? "REVERT_WITHOUT_REASON" : "UNKNOWN_REVERT",
    message:
      data === "0x"
        ? "The call was refused without a reason."
        : "The call was refused with an error that is not known here.",
    actual: data,
    hint: "Check --network and the deployment; the contracts may be newer than this program.",
  });
}

const HEX = /0x(?:[0-9a-f]{2})*/gi;

/** Finds revert data in whatever a provider, a signer or a node threw; undefined when there is none. */
export function revertDataOf(error: unknown): string | undefined {
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  let empty: string | undefined;
  while (queue.length > 0 && seen.size < 200) {
    const current = queue.shift();
    if (current === null || typeof current !== "object" || seen.has(current)) continue;
    seen.add(current);
    const fields = current as Readonly<Record<string, unknown>>;
    const { data } = fields;
    if (typeof data === "string" && /^0x(?:[0-9a-f]{2})*$/i.test(data)) {
      if (data.length >= 10) return data.toLowerCase();
      empty ??= "0x";
    }
    for (const key of ["error", "info", "data", "cause", "originalError", "value"]) queue.push(fields[key]);
  }
  return revertDataInText(error) ?? empty;
}

/** Lotus puts the data into its message: `... revert reason=[0x...]`, or `vm error=[0x...]`. */
function revertDataInText(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : "";
  const reason = /(?:revert reason|vm error)\s*=\s*\[([^\]]*)\]/i.exec(message)?.[1];
  const data = reason?.match(HEX)?.[0];
  return data !== undefined && data.length >= 10 ? data.toLowerCase() : undefined;
}

/** Turns anything thrown by a call or transaction into an explained failure; what is no revert comes back untouched. */
export function explainError(error: unknown): unknown {
  if (error instanceof PlimsollError) return error;
  const data = revertDataOf(error);
  return data === undefined ? error : explainRevert(data);
}
