import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

interface Solc {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}

interface Message {
  readonly severity: string;
  readonly formattedMessage: string;
}

/** Sources by path. */
export type Sources = Readonly<Record<string, { readonly content: string }>>;

/** Thrown when the compiler refuses the sources. */
export class CompileError extends Error {
  override readonly name = "CompileError";

  constructor(readonly messages: readonly string[]) {
    super(`compiler: expected sources that compile, got\n${messages.join("\n")}`);
  }
}

/** The compiler on its own, for what a build does not report. Without code generation it takes a few seconds. */
export class Compiler {
  private readonly solc: Solc;

  /** @param root folder of the project; imports that do not start there are packages */
  constructor(private readonly root: string) {
    this.solc = createRequire(import.meta.url)("solc") as Solc;
  }

  /** A source by the path under which it is imported. */
  read(path: string): string {
    const own = path.startsWith("contracts/") || path.startsWith("test/");
    return readFileSync(own ? join(this.root, path) : join(this.root, "node_modules", path), "utf8");
  }

  /** Compiles sources and what they import. */
  compile<T>(sources: Sources, outputSelection: object): T {
    const input = { language: "Solidity", sources, settings: { evmVersion: "cancun", outputSelection } };
    const find = (path: string): { contents: string } | { error: string } => {
      try {
        return { contents: this.read(path) };
      } catch (error) {
        return { error: String(error) };
      }
    };
    const output = JSON.parse(this.solc.compile(JSON.stringify(input), { import: find })) as T & { errors?: Message[] };
    const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new CompileError(errors.map(({ formattedMessage }) => formattedMessage));
    return output;
  }
}
