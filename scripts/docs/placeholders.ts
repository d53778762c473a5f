import { Result } from "ethers";

import { ErrorArguments } from "../../src/sdk/errors/explain.js";

/** Stands in for the arguments of an error where there are none yet: each is shown as its name. */
export class Placeholders extends ErrorArguments {
  constructor() {
    super(Result.fromItems([]));
  }

  override raw(name: string): string {
    return `<${name}>`;
  }

  override number(): bigint {
    return 0n;
  }

  override fil(name: string): string {
    return this.raw(name);
  }

  override ratio(name: string): string {
    return this.raw(name);
  }

  override percent(name: string): string {
    return this.raw(name);
  }

  override power(name: string): string {
    return this.raw(name);
  }

  override span(name: string): string {
    return this.raw(name);
  }

  override member(name: string): string {
    return this.raw(name);
  }

  override field(): bigint {
    return 0n;
  }
}
