import {
  type Mined,
  type SendProgress,
  type Sender,
  StillWaitingError,
  TransactionFailedError,
} from "../chain/index.js";
import { type AddressRules, PlimsollError, explainError } from "../sdk/index.js";
import { type JsonTransaction, type JsonValue, networkJson, serialise } from "./envelope.js";
import { CheckFailedError, DeclinedError, EXIT, type ExitCode } from "./errors.js";
import { type Runtime, type Session, openSession } from "./session.js";
import { Terminal, rows } from "./terminal.js";

/** Options of every command. */
export interface CommonArguments {
  readonly json: boolean;
}

/** Options of every command that sends transactions. */
export interface WriteArguments extends CommonArguments {
  readonly yes: boolean;
  readonly reallyDoIt: boolean;
  readonly dryRun: boolean;
  readonly from: string | undefined;
}

/** What a command has to say when it is done. */
export interface Outcome {
  /** The answer for scripts. */
  readonly data: JsonValue;
  /** The answer for people, line by line. */
  readonly lines?: readonly string[];
  readonly transaction?: Mined | undefined;
  readonly warnings?: readonly string[];
  /** Commands that make sense now. */
  readonly next?: readonly string[];
  readonly exitCode?: ExitCode;
}

/** One line of a pre-flight check. */
export interface Check {
  readonly label: string;
  readonly ok: boolean;
  /** What is needed. */
  readonly limit: string;
  /** What is there. */
  readonly actual: string;
  readonly hint?: string;
  readonly next?: readonly string[];
  /** Stable name of the failure; the Solidity name where the contract would refuse with it. */
  readonly code: string;
}

/** What will change, before anything is sent. */
export interface Preview {
  readonly title: string;
  /** Label, before, after. */
  readonly changes: ReadonlyArray<readonly [label: string, before: string, after: string]>;
  readonly checks: readonly Check[];
  /** Facts that do not change. */
  readonly facts?: ReadonlyArray<readonly [string, string]>;
  /** For scripts. */
  readonly data: JsonValue;
  /** What is asked before it is done; "Send?" when left out. */
  readonly question?: string;
}

/** What a command's body is given. */
export class CommandContext<Arguments extends CommonArguments> {
  constructor(
    readonly args: Arguments,
    readonly session: Session,
    readonly terminal: Terminal,
    readonly command: string,
    /** Writes one line of JSON of a stream; everything else has one value in the end. */
    readonly emitLine: (json: string) => void = () => undefined,
  ) {}

  get rules(): AddressRules {
    return this.session.rules;
  }

  /** Says something on the way; never on standard output of a `--json` run. */
  note(line: string): void {
    this.terminal.note(line);
  }

  readonly onProgress = (progress: SendProgress): void => {
    const { style } = this.terminal;
    if (progress.step === "sent") this.note(style.dim(`  sent ${progress.hash}, waiting for the next epochs...`));
    if (progress.step === "mined") this.note(style.dim(`  in epoch ${progress.block}, gas ${progress.gasUsed}`));
  };

  async sender(from: string | undefined): Promise<Sender> {
    return this.session.sender(from, this.onProgress);
  }
}

/** Runs a state-changing step: preview, checks, consent, then `act`. With `--dry-run` it ends after the preview. */
export async function previewThen(
  context: CommandContext<WriteArguments>,
  preview: Preview,
  act: () => Promise<Outcome>,
): Promise<Outcome> {
  const { args, terminal } = context;
  showPreview(terminal, preview, args.json);
  const failed = preview.checks.find((check) => !check.ok);
  if (failed !== undefined) {
    throw new CheckFailedError({
      code: failed.code,
      message: `${failed.label}: needs ${failed.limit}, found ${failed.actual}.`,
      limit: failed.limit,
      actual: failed.actual,
      hint: failed.hint,
      next: failed.next ?? [`npx hardhat ${context.command} --help`],
    });
  }
  if (args.dryRun) {
    return {
      data: { dryRun: true, preview: preview.data },
      lines: ["Dry run: nothing was sent."],
      next: [`npx hardhat ${context.command} ... --yes`],
    };
  }
  if (!args.yes && !args.reallyDoIt) {
    if (args.json || !terminal.interactive) throw new DeclinedError(false);
    if (!(await terminal.confirm(preview.question ?? "Send?"))) throw new DeclinedError(true);
  }
  return act();
}

function showPreview(terminal: Terminal, preview: Preview, json: boolean): void {
  const { style } = terminal;
  const say = json ? (line: string): void => terminal.note(line) : (line: string): void => terminal.print(line);
  say(style.bold(preview.title));
  const changes = preview.changes.map(
    ([label, before, after]) => [label, before === after ? before : `${before} → ${after}`] as const,
  );
  for (const line of rows([...(preview.facts ?? []), ...changes])) say(line);
  for (const check of preview.checks) {
    const mark = check.ok ? style.green("✓") : style.red("✗");
    say(`  ${mark} ${check.label} (${check.ok ? check.actual : `needs ${check.limit}, found ${check.actual}`})`);
  }
}

/** Where the words go, and who is told the exit code; replaced in tests. */
export interface CommandIo {
  readonly terminal?: Terminal;
  /** Gets the one JSON value of a `--json` run. */
  readonly emit?: (json: string) => void;
  readonly setExitCode?: (code: ExitCode) => void;
  readonly open?: (hre: Runtime, command: string) => Promise<Session>;
}

/** Makes the function that a task calls. It never throws: failures become an envelope or a message, and an exit code. */
export function command<Arguments extends CommonArguments>(
  name: string,
  body: (context: CommandContext<Arguments>) => Promise<Outcome>,
): (args: Arguments, hre: Runtime, io?: CommandIo) => Promise<void> {
  return async (args, hre, io = {}) => {
    const finish = beginOutput(args.json, io);
    let session: Session | undefined;
    try {
      session = await (io.open ?? openSession)(hre, name);
      header(finish.terminal, session, name);
      const outcome = await body(new CommandContext(args, session, finish.terminal, name, finish.emit));
      finish.succeed(name, session, outcome, await messageCid(session, outcome.transaction));
    } catch (error) {
      finish.fail(name, session, error);
    } finally {
      await session?.close();
    }
  };
}

function header(terminal: Terminal, session: Session, name: string): void {
  const { network } = session;
  terminal.note(
    terminal.style.dim(`plimsoll ${name} · ${network.name} (chain ${network.chainId}) · epoch ${network.epoch}`),
  );
}

export interface OutputEnd {
  readonly terminal: Terminal;
  readonly emit: (json: string) => void;
  succeed(name: string, session: Session | undefined, outcome: Outcome, cid?: string | null): void;
  fail(name: string, session: Session | undefined, error: unknown, data?: JsonValue): void;
}

/** From here on standard output of a `--json` run belongs to the one JSON value: whatever else is printed goes to standard error. */
export function beginOutput(json: boolean, io: CommandIo): OutputEnd {
  const write = process.stdout.write.bind(process.stdout);
  const emit = io.emit ?? ((text: string): void => void write(`${text}\n`));
  if (json && io.emit === undefined)
    process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  const terminal = io.terminal ?? new Terminal(json ? { stdout: process.stderr } : {});
  const setExitCode =
    io.setExitCode ??
    ((code: ExitCode): void => {
      process.exitCode = code;
    });
  return {
    terminal,
    emit,
    succeed(name, session, outcome, cid = null) {
      const { data, lines = [], transaction, warnings = [], next = [], exitCode = EXIT.done } = outcome;
      if (json) {
        const network = networkJson(session?.network);
        emit(
          serialise({
            ok: true,
            v: 1,
            command: name.replaceAll(" ", "."),
            network,
            data,
            tx: transactionJson(transaction, cid),
            warnings,
            next,
          }),
        );
      } else {
        for (const line of lines) terminal.print(line);
        for (const warning of warnings) terminal.note(terminal.style.yellow(`warning: ${warning}`));
        showNext(terminal, next);
      }
      setExitCode(exitCode);
    },
    fail(name, session, thrown, data = null) {
      const error = asFailure(thrown);
      const next = error.next.length > 0 ? error.next : [`npx hardhat ${name} --help`];
      const waiting = error instanceof StillWaitingError;
      const incomplete = waiting || error instanceof DeclinedError;
      if (json) {
        const tx: JsonTransaction | null =
          waiting || error instanceof TransactionFailedError
            ? { hash: error.hash, cid: null, status: waiting ? "waiting" : "failed", block: null, gasUsed: null }
            : null;
        const network = networkJson(session?.network);
        emit(
          serialise({
            ok: false,
            v: 1,
            command: name.replaceAll(" ", "."),
            network,
            error: error.toJSON(),
            tx,
            data,
            warnings: [],
            next,
          }),
        );
      } else {
        showFailure(terminal, error, next);
      }
      if (process.env.PLIMSOLL_DEBUG !== undefined && thrown instanceof Error) terminal.note(thrown.stack ?? "");
      setExitCode(incomplete ? EXIT.incomplete : EXIT.failed);
    },
  };
}

/** Filecoin's own name of a message; only its nodes know. */
async function messageCid(session: Session, mined: Mined | undefined): Promise<string | null> {
  if (mined === undefined || !LIVE_CHAINS.has(session.network.chainId)) return null;
  try {
    const cid = await session.connection.provider.request({
      method: "eth_getMessageCidByTransactionHash",
      params: [mined.hash],
    });
    return typeof cid === "string" ? cid : ((cid as { readonly "/"?: string } | null)?.["/"] ?? null);
  } catch {
    return null;
  }
}

const LIVE_CHAINS: ReadonlySet<bigint> = new Set([314n, 314159n]);

function transactionJson(mined: Mined | undefined, cid: string | null): JsonTransaction | null {
  if (mined === undefined) return null;
  return { hash: mined.hash, cid, status: "mined", block: mined.block.toString(), gasUsed: mined.gasUsed.toString() };
}

function showNext(terminal: Terminal, next: readonly string[]): void {
  if (next.length === 0) return;
  terminal.note(terminal.style.dim("next:"));
  for (const line of next) terminal.note(terminal.style.dim(`  ${line}`));
}

function showFailure(terminal: Terminal, error: PlimsollError, next: readonly string[]): void {
  const { style } = terminal;
  terminal.note(`${style.red("✗")} ${error.message}`);
  const facts: Array<readonly [string, string]> = [["code", error.code]];
  if (error.limit !== undefined) facts.push(["limit", error.limit]);
  if (error.actual !== undefined) facts.push(["actual", error.actual]);
  if (error.hint !== undefined) facts.push(["hint", error.hint]);
  for (const line of rows(facts)) terminal.note(line);
  showNext(terminal, next);
}

/** Whatever was thrown, as a failure that can be shown. */
export function asFailure(thrown: unknown): PlimsollError {
  const explained = explainError(thrown);
  if (explained instanceof PlimsollError) return explained;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new PlimsollError({
    code: "UNEXPECTED",
    message: text.split("\n")[0] ?? text,
    actual: thrown instanceof Error ? thrown.name : typeof thrown,
    hint: "Run again with PLIMSOLL_DEBUG=1 for the stack, and report it.",
  });
}
