import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import hre from "hardhat";

import type { Envelope } from "../../src/cli/envelope.js";
import { Terminal } from "../../src/cli/terminal.js";
import { runDemo } from "../../src/demo/index.js";
import demoTask from "../../tasks/demo.js";
import { expectEnvelope, runAction } from "../helpers/cli.js";

interface Amount {
  readonly attoFil: string;
}

interface DemoData {
  readonly scenario: string;
  readonly chainId: number;
  readonly steps: ReadonlyArray<{
    readonly number: number;
    readonly day: number;
    readonly actor: string;
    readonly title: string;
    readonly transactions: readonly string[];
    readonly data: {
      readonly action?: string;
      readonly decision?: string;
      readonly tx?: string;
      readonly gain?: Amount;
    } | null;
  }>;
  readonly health: ReadonlyArray<{ readonly day: number; readonly health: string | null }>;
  readonly ledger: {
    readonly parties: ReadonlyArray<{
      readonly name: string;
      readonly before: Amount;
      readonly after: Amount;
      readonly change: Amount;
    }>;
    readonly gasBurnt: Amount;
    readonly totalBefore: Amount;
    readonly totalAfter: Amount;
    readonly difference: Amount;
    readonly feeDifference: Amount;
    readonly transactions: number;
  };
}

const root = hre.config.paths.root;
const cli = join(dirname(createRequire(import.meta.url).resolve("hardhat/package.json")), "dist", "src", "cli.js");

/** Runs Hardhat as a user does. */
async function hardhat(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [cli, ...args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1", CI: "1" },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const {
      code = -1,
      stdout = "",
      stderr = "",
    } = error as { readonly code?: number; readonly stdout?: string; readonly stderr?: string };
    return { code, stdout, stderr };
  }
}

const atto = ({ attoFil }: Amount): bigint => BigInt(attoFil);

/** The books, added up once more from the lines. */
function expectBalanced({ ledger }: DemoData): void {
  const before = ledger.parties.reduce((sum, party) => sum + atto(party.before), 0n);
  const after = ledger.parties.reduce((sum, party) => sum + atto(party.after), 0n);
  expect(before > 0n).to.equal(true);
  expect(before).to.equal(after + atto(ledger.gasBurnt));
  expect([atto(ledger.totalBefore), atto(ledger.totalAfter)]).to.deep.equal([before, after]);
  expect([atto(ledger.difference), atto(ledger.feeDifference)]).to.deep.equal([0n, 0n]);
  for (const party of ledger.parties) expect(atto(party.change)).to.equal(atto(party.after) - atto(party.before));
}

describe("Demo", () => {
  describe("--scenario bad, in a process of its own", () => {
    let data: DemoData;

    before(async () => {
      const { code, stdout, stderr } = await hardhat("demo", "--json");
      expect(code, stderr).to.equal(0);
      expect(stdout.trimEnd().split("\n"), "exactly one JSON value").to.have.lengthOf(1);
      const envelope = JSON.parse(stdout) as Envelope;
      expectEnvelope(envelope);
      expect(envelope.ok).to.equal(true);
      data = envelope.data as unknown as DemoData;
    });

    it("accounts for every attoFIL", () => {
      expect(data).to.include({ scenario: "bad", chainId: 31415926 });
      expectBalanced(data);
    });

    it("plays the whole life, in order", () => {
      const titles = data.steps.map(({ title }) => title).join("\n");
      expect(titles).to.match(
        new RegExp(
          [
            "deploy scripts",
            "Lender A deposits",
            "Lender B deposits",
            "facility of two tranches",
            "proposes the loan's account as beneficiary",
            "the miner is attached",
            "Tranche 1 is drawn",
            "seals sectors",
            "Tranche 1 is proven",
            "Tranche 2 is drawn",
            "Tranche 2 is proven",
            "block rewards",
            "sweeps the miner's cash",
            "every sector becomes faulty",
            "has the loan reviewed",
            "sweeps the miner's cash",
            "opens an auction",
            "buys a claim strip",
            "terminates the sectors",
            "strip holder is paid",
            "takes its miner back",
            "Lender A withdraws",
            "Lender B withdraws",
          ].join("[^]*"),
        ),
      );
      data.steps.forEach((step, i) => expect(step.number).to.equal(i + 1));
      expect([...data.steps].sort((a, b) => a.day - b.day).map(({ number }) => number)).to.deep.equal(
        data.steps.map(({ number }) => number),
      );
    });

    it("lets health fall below 1", () => {
      const known = data.health.flatMap(({ health }) => (health === null ? [] : [Number(health)]));
      expect(Math.max(...known)).to.be.greaterThan(1.3);
      expect(Math.min(...known)).to.be.lessThan(1);
    });

    it("liquidates by the keeper's own steps, each with its transaction", () => {
      const kept = data.steps.filter(({ actor, data: facts }) => actor === "keeper" && facts?.action !== undefined);
      expect(kept.map(({ data: facts }) => facts?.action)).to.include.members([
        "review",
        "sweep",
        "kick",
        "take",
        "claim",
      ]);
      for (const { data: facts, transactions } of kept) {
        expect(facts?.decision).to.equal("sent");
        expect(transactions.length === 0 || transactions.includes(facts?.tx ?? "")).to.equal(true);
      }
    });

    it("pays the lenders back with a gain", () => {
      const gains = data.steps.flatMap(({ data: facts }) => (facts?.gain === undefined ? [] : [atto(facts.gain)]));
      expect(gains).to.have.lengthOf(2);
      for (const gain of gains) expect(gain > 0n).to.equal(true);
    });
  });

  it("knows no other way to liquidate than the keeper's", () => {
    for (const file of readdirSync(join(root, "src", "demo"))) {
      const text = readFileSync(join(root, "src", "demo", file), "utf8");
      expect(text, file).not.to.match(/\.(kick|take|sweep|review|impair|claim|claimStrip|buyIn|restart)\b[.(]/);
    }
    const used = /import \{[^}]*\bliquidate\b[^}]*\} from "\.\.\/(?:src\/)?keeper\/index\.js"/;
    expect(readFileSync(join(root, "src", "demo", "story.ts"), "utf8")).to.match(used);
    expect(readFileSync(join(root, "tasks", "liquidate.ts"), "utf8")).to.match(used);
  });

  describe("--scenario good, as people see it", () => {
    let text = "";
    let data: DemoData;

    before(async () => {
      const terminal = new Terminal({
        stdout: { write: (part) => (text += part) },
        stderr: { write: (part) => (text += part) },
        env: {},
      });
      data = (await runDemo(hre, "good", false, terminal)).data as unknown as DemoData;
    });

    it("ends in full repayment and release, with balanced books", () => {
      expectBalanced(data);
      const titles = data.steps.map(({ title }) => title).join("\n");
      expect(titles).to.match(
        /repays the whole debt[^]*released to the provider[^]*closes the loan[^]*Lender B withdraws everything/,
      );
      expect(data.steps.some(({ data: facts }) => facts?.action === "kick")).to.equal(false);
    });

    it("shows a timeline, a chart and the ledger, without colours where nobody sees them", () => {
      expect(text).to.contain("day ").and.contain("Health of the loan").and.contain("█").and.contain("┼");
      expect(text).to.contain("Difference: 0 FIL (and 0 FIL between gas premiums paid and received)");
      expect(text).not.to.contain("\u001b");
    });
  });

  it("names the scenarios it knows", async () => {
    const ran = await runAction(demoTask, { scenario: "ugly", json: true });
    expect(ran.exitCode).to.equal(1);
    expect(ran.json?.ok === false && ran.json.error).to.include({
      code: "UNKNOWN_SCENARIO",
      limit: "bad, good, escrow, crash",
      actual: "ugly",
    });
  });
});

describe("Tasks in a process of their own", () => {
  for (const args of [
    ["vault", "deposit", "1", "--yes", "--json"],
    ["loan", "status", "--json"],
    ["liquidate", "--json"],
  ]) {
    it(`${args.join(" ")} refuses a throw-away chain with exit code 1 and one JSON value`, async () => {
      const { code, stdout } = await hardhat(...args);
      expect(code).to.equal(1);
      expect(stdout.trimEnd().split("\n")).to.have.lengthOf(1);
      const envelope = JSON.parse(stdout) as Envelope;
      expectEnvelope(envelope);
      expect(envelope.ok === false && envelope.error.code).to.equal("EPHEMERAL_NETWORK");
    });
  }

  it("loan status --network nowhere fails with exit code 1 and one JSON value", async () => {
    const { code, stdout } = await hardhat("loan", "status", "--network", "nowhere", "--json");
    expect(code).to.equal(1);
    expect((JSON.parse(stdout) as Envelope).ok).to.equal(false);
  });

  it("loan open --help shows every option", async () => {
    const { code, stdout } = await hardhat("loan", "open", "--help");
    expect(code).to.equal(0);
    for (const option of ["--draw-by", "--prove-within", "--payee", "--dry-run", "--yes", "--json", "tranches"])
      expect(stdout).to.contain(option);
  });
});
