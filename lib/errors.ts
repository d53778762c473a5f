/** Thrown when the deployment cannot go on; says what was expected and what is there. */
export class DeployError extends Error {
  override readonly name = "DeployError";

  constructor(
    /** What was looked at, such as `PledgeVault.authority`. */
    readonly subject: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`${subject}: expected ${expected}, got ${actual}`);
  }
}
