import { PlimsollError } from "../sdk/index.js";

/** A transaction was sent but not seen in time; it may still be mined. */
export class StillWaitingError extends PlimsollError {
  readonly hash: string;

  constructor(label: string, hash: string, waitMs: number) {
    super({
      code: "STILL_WAITING",
      message: `The transaction that should ${label} was sent but is not in the chain yet.`,
      limit: `${waitMs / 1000} s`,
      actual: hash,
      hint: "It may still be mined. Look it up by its hash before sending it again.",
      retryable: true,
    });
    this.hash = hash;
  }
}

/** A transaction was mined and failed although its simulation had succeeded. */
export class TransactionFailedError extends PlimsollError {
  readonly hash: string;

  constructor(label: string, hash: string, cause: PlimsollError | undefined) {
    super({
      code: cause?.code ?? "TRANSACTION_FAILED",
      message: `The transaction that should ${label} failed${cause === undefined ? "" : `: ${cause.message}`}`,
      limit: cause?.limit ?? "success",
      actual: cause?.actual ?? hash,
      hint: cause?.hint ?? "Something changed between its simulation and its execution; try again.",
      next: cause?.next ?? [],
      retryable: true,
    });
    this.hash = hash;
  }
}

/** The account cannot pay for what it is about to send. */
export class InsufficientFundsError extends PlimsollError {
  constructor(account: string, needed: string, balance: string) {
    super({
      code: "INSUFFICIENT_FUNDS",
      message: `${account} cannot pay for this.`,
      limit: `${needed}, and gas on top`,
      actual: balance,
      hint: "Send FIL to this address first, or sign with another account (--from).",
    });
  }
}

/** Nothing answers, or something answers that is no Filecoin node. */
export class NodeUnreachableError extends PlimsollError {
  constructor(network: string, detail: string) {
    super({
      code: "NODE_UNREACHABLE",
      message: `Network "${network}" does not answer.`,
      limit: "a node that answers eth_chainId",
      actual: detail,
      hint: "Check the endpoint of this network in hardhat.config.ts and its environment variables.",
      retryable: true,
    });
  }
}
