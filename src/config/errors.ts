/** Thrown when a parameter of the configuration is missing or wrong; says what was expected and what is there. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(
    /** Path of the parameter, such as `filecoin.roles.guardian`. */
    readonly parameter: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`${parameter}: expected ${expected}, got ${actual}`);
  }
}
