/** What every failure tells its reader: which limit was met, what was given instead, and what to do next. */
export interface FailureFields {
  /** Stable and greppable: the Solidity name for a revert, upper case for everything else. */
  readonly code: string;
  readonly message: string;
  /** What was expected or allowed, with its unit. */
  readonly limit?: string | undefined;
  /** What was found or given, with its unit. */
  readonly actual?: string | undefined;
  /** One sentence on how to get on. */
  readonly hint?: string | undefined;
  /** Commands that may be copied. */
  readonly next?: readonly string[] | undefined;
  /** True when the same call may succeed later without any change by the user. */
  readonly retryable?: boolean | undefined;
}

/** Base of all failures that a user can meet. */
export class PlimsollError extends Error {
  readonly code: string;
  readonly limit: string | undefined;
  readonly actual: string | undefined;
  readonly hint: string | undefined;
  readonly next: readonly string[];
  readonly retryable: boolean;

  constructor(fields: FailureFields) {
    super(fields.message);
    this.name = new.target.name;
    this.code = fields.code;
    this.limit = fields.limit;
    this.actual = fields.actual;
    this.hint = fields.hint;
    this.next = fields.next ?? [];
    this.retryable = fields.retryable ?? false;
  }

  toJSON(): FailureFields {
    return {
      code: this.code,
      message: this.message,
      ...(this.limit === undefined ? {} : { limit: this.limit }),
      ...(this.actual === undefined ? {} : { actual: this.actual }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.next.length === 0 ? {} : { next: this.next }),
      retryable: this.retryable,
    };
  }
}

/** A value on the command line or in a call of the SDK that cannot be understood. */
export class InvalidInputError extends PlimsollError {
  readonly input: string;

  constructor(fields: FailureFields & { readonly input: string }) {
    super({ ...fields, actual: fields.actual ?? (fields.input === "" ? "nothing" : fields.input) });
    this.input = fields.input;
  }
}
