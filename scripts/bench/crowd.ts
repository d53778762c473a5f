import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { type Benchmarks, compareFigures } from "./figures.js";
import { measureLoans, openLoan, type Stage } from "./loans.js";
import { listToken, measurePosted, type Posted } from "./posted.js";

const FILE = join("benchmarks", "flat.json");
const FIL = 10n ** 18n;
/** Of wrapped FIL's code, so that it can be had for FIL. */
const POSTED = FIL / 10n;
const FOREVER = 2n ** 256n - 1n;
/** Numbers with more digits cost more to send and to add up [gas]. */
const SLACK = 100;

/** What operations cost beside so many loans of others. */
export interface Flatness {
  /** How many other loans there are, each open, each with a posted token. */
  readonly others: number;
  readonly alone: Benchmarks;
  readonly among: Benchmarks;
}

/** Opens loans beside the one that is measured, each with some of a token posted. */
async function crowd(stage: Stage, posted: Posted, others: number): Promise<void> {
  const { connection, contracts, sp } = stage;
  if (others === 0) return;
  const signer = await connection.ethers.getSigner(sp);
  const token = contracts.wfil.attach(posted.token).connect(signer) as typeof contracts.wfil;
  await (await token.deposit({ value: BigInt(others) * POSTED })).wait();
  await (await token.approve(contracts.posted, FOREVER)).wait();
  for (let i = 0; i < others; i += 1) {
    const loanId = await openLoan(connection, contracts.book.connect(signer), sp);
    await (await contracts.posted.connect(signer).post(loanId, posted.token, POSTED)).wait();
  }
}

/** The same operations without other loans and beside so many. */
export async function measureFlatness(hre: HardhatRuntimeEnvironment, others: number): Promise<Flatness> {
  const measure = async (count: number): Promise<Benchmarks> => {
    const among = async (stage: Stage): Promise<void> => {
      if (count !== 0) await crowd(stage, await listToken(stage), count);
    };
    const loans = await measureLoans(hre, { among });
    const posted = await measurePosted(hre, { among: (stage, token) => crowd(stage, token, count) });
    return { loans: loans.figures, posted: posted.figures };
  };
  return { others, alone: await measure(0), among: await measure(others) };
}

export function readFlatness(root: string): Flatness | undefined {
  const file = join(root, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Flatness) : undefined;
}

export function writeFlatness(root: string, flatness: Flatness): void {
  writeFileSync(join(root, FILE), `${JSON.stringify(flatness, undefined, 2)}\n`);
}

/** What costs more among others than alone, beyond the slack. */
export function dearerAmong({ alone, among }: Flatness): readonly string[] {
  return compareFigures(alone, among)
    .filter(({ recorded = 0, measured }) => measured > recorded + SLACK)
    .map(({ name, recorded = 0, measured }) => `${name}: alone ${recorded}, among others ${measured}`);
}
