import { InvalidInputError, PlimsollError } from "../sdk/index.js";

/** How a command ends, for scripts. */
export const EXIT = {
  /** Done, or nothing to do. */
  done: 0,
  failed: 1,
  /** Declined, or sent and not seen in time. */
  incomplete: 2,
  /** Some parts of a batch succeeded, some failed. */
  partial: 3,
  /** A check found something unhealthy. */
  unhealthy: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A task that needs a real chain was started on one that ends with the process. */
export class EphemeralNetworkError extends PlimsollError {
  constructor(command: string, network: string, networks: readonly string[]) {
    super({
      code: "EPHEMERAL_NETWORK",
      message: `Network "${network}" lives in this process and is gone when the command ends, so "${command}" would have no lasting effect.`,
      limit: `--network with one of ${networks.join(", ")}`,
      actual: `--network ${network}`,
      hint: "Name a network. To see everything on a throw-away chain, run the demo.",
      next: [`npx hardhat ${command} --network localhost`, "npx hardhat demo"],
    });
  }
}

export class UnknownNetworkError extends PlimsollError {
  constructor(network: string, networks: readonly string[]) {
    super({
      code: "UNKNOWN_NETWORK",
      message: `There is no network "${network}".`,
      limit: networks.join(", "),
      actual: network,
      next: ["npx hardhat --help"],
    });
  }
}

/** The node runs another chain than the network's configuration says. */
export class WrongChainError extends PlimsollError {
  constructor(network: string, expected: bigint, actual: bigint) {
    super({
      code: "WRONG_CHAIN",
      message: `The node of network "${network}" runs another chain.`,
      limit: `chain id ${expected}`,
      actual: `chain id ${actual}`,
      hint: "Check the endpoint of this network.",
    });
  }
}

/** A setting that a network needs is missing. */
export class MissingSettingError extends PlimsollError {
  constructor(name: string, network: string) {
    super({
      code: "MISSING_SETTING",
      message: `Network "${network}" needs the setting ${name}.`,
      limit: `${name} set`,
      actual: "not set",
      hint: "Set it in the environment, or keep it encrypted in Hardhat's keystore.",
      next: [`npx hardhat keystore set ${name}`],
    });
  }
}

export class NotDeployedError extends PlimsollError {
  constructor(network: string, detail: string) {
    super({
      code: "NOT_DEPLOYED",
      message: `Plimsoll is not deployed on network "${network}".`,
      limit: "records of a deployment",
      actual: detail,
      next: [`npx hardhat deploy --network ${network}`],
    });
  }
}

export class NoSignerError extends PlimsollError {
  constructor(network: string) {
    super({
      code: "NO_SIGNER",
      message: `Network "${network}" has no account to sign with.`,
      limit: "at least one account",
      actual: "none",
      hint: "Set PRIVATE_KEY in the environment, or keep it in Hardhat's keystore.",
      next: ["npx hardhat keystore set PRIVATE_KEY"],
    });
  }
}

export class UnknownSignerError extends InvalidInputError {
  constructor(input: string, accounts: readonly string[]) {
    super({
      code: "UNKNOWN_SIGNER",
      message: `"${input}" is not an account that this network can sign with.`,
      limit:
        accounts.length === 0
          ? "no account is configured"
          : `${accounts.slice(0, 3).join(", ")}${accounts.length > 3 ? ", ..." : ""}`,
      input,
    });
  }
}

/** The user said no, or could not be asked. */
export class DeclinedError extends PlimsollError {
  constructor(asked: boolean) {
    super({
      code: asked ? "DECLINED" : "CONFIRMATION_NEEDED",
      message: asked ? "Nothing was sent, because you declined." : "Nothing was sent, because nobody confirmed it.",
      limit: asked ? "y" : "--yes, or a terminal to ask on",
      actual: asked ? "another answer" : "neither",
      ...(asked ? {} : { hint: "Add --yes to send without being asked, or --dry-run to stop after the preview." }),
      retryable: true,
    });
  }
}

/** A pre-flight check failed, so nothing was sent. */
export class CheckFailedError extends PlimsollError {}
