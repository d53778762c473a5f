import {
  type ContractTransactionReceipt,
  type Interface,
  type Result,
  type Signer,
  type TransactionRequest,
  isError,
} from "ethers";

import { PlimsollError, explainError, formatFil } from "../sdk/index.js";
import { InsufficientFundsError, StillWaitingError, TransactionFailedError } from "./errors.js";

/** What happens to a transaction, in order. */
export type SendProgress =
  | { readonly step: "simulated"; readonly label: string; readonly gas: bigint }
  | { readonly step: "sent"; readonly label: string; readonly hash: string }
  | {
      readonly step: "mined";
      readonly label: string;
      readonly hash: string;
      readonly block: bigint;
      readonly gasUsed: bigint;
    };

export interface SenderOptions {
  /** How long to wait for a receipt; Filecoin shows it one or two epochs later [ms]. */
  readonly waitMs?: number;
  readonly onProgress?: (progress: SendProgress) => void;
}

/** A mined transaction. */
export interface Mined {
  readonly hash: string;
  readonly block: bigint;
  readonly gasUsed: bigint;
  /** gas x price [attoFIL]. */
  readonly fee: bigint;
  readonly receipt: ContractTransactionReceipt;
}

/** 180 s: receipts take 30 to 90 s on Filecoin, more where tipsets are lost. */
export const DEFAULT_WAIT_MS = 180_000;

/**
 * Sends the transactions of one signer: simulates each first, so that a refusal costs nothing and comes back explained, takes the node's
 * gas estimate as it is (Filecoin burns what is over-estimated) and waits for the receipt.
 */
export class Sender {
  private readonly waitMs: number;
  private readonly onProgress: (progress: SendProgress) => void;

  constructor(
    readonly signer: Signer,
    options: SenderOptions = {},
  ) {
    this.waitMs = options.waitMs ?? DEFAULT_WAIT_MS;
    this.onProgress = options.onProgress ?? (() => undefined);
  }

  async address(): Promise<string> {
    return this.signer.getAddress();
  }

  /**
   * Runs a transaction without sending it.
   * @returns its gas
   * @throws the explained revert
   */
  async simulate(transaction: TransactionRequest): Promise<bigint> {
    try {
      return await this.signer.estimateGas(transaction);
    } catch (error) {
      throw await this.explain(error, transaction);
    }
  }

  /**
   * Simulates, sends and waits. `label` finishes the sentence "the transaction that should ...".
   * @param known what `simulate` said of it just now, which saves doing that again [gas]
   */
  async send(label: string, populated: Promise<TransactionRequest>, known?: bigint): Promise<Mined> {
    const transaction = await populated;
    const gas = known ?? (await this.simulate(transaction));
    this.onProgress({ step: "simulated", label, gas });
    let response;
    try {
      response = await this.signer.sendTransaction({ ...transaction, gasLimit: gas });
    } catch (error) {
      throw await this.explain(error, transaction);
    }
    this.onProgress({ step: "sent", label, hash: response.hash });
    return this.wait(label, transaction, response);
  }

  private async wait(
    label: string,
    transaction: TransactionRequest,
    response: Awaited<ReturnType<Signer["sendTransaction"]>>,
  ): Promise<Mined> {
    let receipt;
    try {
      receipt = await response.wait(1, this.waitMs);
    } catch (error) {
      if (isError(error, "TIMEOUT")) throw new StillWaitingError(label, response.hash, this.waitMs);
      const cause = await this.simulate(transaction).then(
        () => undefined,
        (reason: unknown) => (reason instanceof PlimsollError ? reason : undefined),
      );
      throw new TransactionFailedError(label, response.hash, cause);
    }
    if (receipt === null) throw new StillWaitingError(label, response.hash, this.waitMs);
    const mined: Mined = {
      hash: receipt.hash,
      block: BigInt(receipt.blockNumber),
      gasUsed: receipt.gasUsed,
      fee: receipt.gasUsed * receipt.gasPrice,
      receipt: receipt as ContractTransactionReceipt,
    };
    this.onProgress({ step: "mined", label, hash: mined.hash, block: mined.block, gasUsed: mined.gasUsed });
    return mined;
  }

  private async explain(error: unknown, transaction: TransactionRequest): Promise<unknown> {
    const explained = explainError(error);
    if (explained instanceof PlimsollError) return explained;
    const text = error instanceof Error ? error.message : String(error);
    if (/insufficient funds|enough funds|balance too low|not enough funds/i.test(text)) {
      const account = await this.address();
      const balance = (await this.signer.provider?.getBalance(account)) ?? 0n;
      return new InsufficientFundsError(account, formatFil(BigInt(transaction.value ?? 0n)), formatFil(balance));
    }
    return error;
  }
}

/** The arguments of the first event with this name among a transaction's logs, emitted by anyone. */
export function findEvent(mined: Mined, contract: { readonly interface: Interface }, name: string): Result | undefined {
  for (const log of mined.receipt.logs) {
    const parsed = contract.interface.parseLog(log);
    if (parsed?.name === name) return parsed.args;
  }
  return undefined;
}

/** Thrown where a transaction succeeded without the event that it always emits: the contracts are not the ones expected. */
export class MissingEventError extends PlimsollError {
  constructor(name: string, hash: string) {
    super({
      code: "MISSING_EVENT",
      message: `The transaction did not emit ${name}.`,
      limit: name,
      actual: hash,
      hint: "Check the deployment.",
    });
  }
}

/** As `findEvent`, but it must be there. */
export function requireEvent(mined: Mined, contract: { readonly interface: Interface }, name: string): Result {
  const found = findEvent(mined, contract, name);
  if (found === undefined) throw new MissingEventError(name, mined.hash);
  return found;
}
