import type { Sender } from "../chain/index.js";
import type { Plimsoll } from "../loans/contracts.js";
import { PlimsollError, formatFil, formatFilShort } from "../sdk/index.js";
import { type QueueView, fulfil, readQueue } from "../vault/queue.js";
import type { StepReport } from "./liquidate.js";

/** What a keeper wants of filling, as of any step that pays it nothing. */
export interface FillTerms {
  /** Most gas that it may cost [attoFIL]. */
  readonly maxGasFee: bigint;
  /** Decide and simulate, but send nothing. */
  readonly dryRun: boolean;
}

const QUIET = { gas: undefined, fee: undefined, profit: undefined, mined: undefined, error: undefined } as const;

/** What must be there to be filled, unless it fills everybody [attoFIL]. */
const LEAST_FILLING = 10n ** 17n;

/** Whether filling now is worth a transaction. */
export function worthFilling(queue: QueueView): boolean {
  if (queue.fillableShares === 0n) return false;
  return queue.fillableShares === queue.waitingShares || queue.fillable >= LEAST_FILLING;
}

/** Fills the redeem queue when cash is there. It pays nothing, so only the fee bounds it; who waits is paid a day earlier for it. */
export async function fillQueue(contracts: Plimsoll, sender: Sender, terms: FillTerms): Promise<StepReport> {
  try {
    const queue = await readQueue(contracts);
    if (!worthFilling(queue)) return { ...QUIET, action: "none", decision: "nothing", reason: idle(queue) };
    const gas = await sender.simulate(await contracts.queue.fulfil.populateTransaction());
    const fees = await sender.signer.provider?.getFeeData();
    const fee = gas * (fees?.maxFeePerGas ?? fees?.gasPrice ?? 0n);
    const known = { ...QUIET, action: "fulfil", gas, fee, profit: -fee } as const;
    if (fee > terms.maxGasFee) {
      const reason = `gas costs ${formatFil(fee)}, more than --max-gas-fee ${formatFil(terms.maxGasFee)}`;
      return { ...known, decision: "skipped", reason };
    }
    const reason = `${formatFilShort(queue.fillable)} of ${formatFilShort(queue.waitingAssets)} that wait can be filled`;
    if (terms.dryRun) return { ...known, decision: "would-send", reason };
    const { mined, shares } = await fulfil(contracts, sender);
    const sent = { ...known, fee: mined.fee, profit: -mined.fee, mined };
    if (shares === 0n) return { ...sent, decision: "lost-race", reason: "somebody else has filled the queue" };
    return { ...sent, decision: "sent", reason };
  } catch (thrown) {
    return { ...QUIET, action: "fulfil", decision: "failed", ...failureOf(thrown) };
  }
}

function idle(queue: QueueView): string {
  if (queue.waitingShares === 0n) return "nobody waits in the redeem queue";
  return `no cash for the ${formatFilShort(queue.waitingAssets)} that wait in the redeem queue`;
}

function failureOf(thrown: unknown): Pick<StepReport, "reason" | "error"> {
  const error =
    thrown instanceof PlimsollError
      ? thrown
      : new PlimsollError({ code: "UNEXPECTED", message: thrown instanceof Error ? thrown.message : String(thrown) });
  return { reason: error.message, error };
}
