import type { TransactionRequest } from "ethers";

import type { Sender } from "../chain/index.js";
import { formatFil } from "../sdk/index.js";
import { type StepReport, gasPriceOf, refused } from "./liquidate.js";
import type { FillTerms } from "./queue.js";

/** A step that pays its keeper nothing. */
export interface Upkeep {
  readonly action: StepReport["action"];
  readonly reason: string;
  /** Finishes the sentence "the transaction that should ...". */
  readonly label: string;
  readonly call: Promise<TransactionRequest>;
}

/** Simulates a step that pays nothing, and sends it where the gas costs no more than it may. */
export async function keepUp(sender: Sender, terms: FillTerms, step: Upkeep): Promise<StepReport> {
  const { action, reason, label, call } = step;
  try {
    const gas = await sender.simulate(await call);
    const fee = gas * (await gasPriceOf(sender));
    const known = { action, reason, gas, fee, profit: -fee, mined: undefined, error: undefined };
    if (fee > terms.maxGasFee) {
      const dear = `gas costs ${formatFil(fee)}, more than --max-gas-fee ${formatFil(terms.maxGasFee)}`;
      return { ...known, decision: "skipped", reason: dear };
    }
    if (terms.dryRun) return { ...known, decision: "would-send" };
    const mined = await sender.send(label, call, gas);
    return { ...known, decision: "sent", fee: mined.fee, profit: -mined.fee, mined };
  } catch (error) {
    return refused(action, error);
  }
}
