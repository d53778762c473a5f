import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { ILoanTerms__factory } from "../../typechain-types/index.js";
import type { Figures } from "./figures.js";
import { type LoanBench, type Stage, freeze, gasOf, mine, setStage, tracesOf } from "./loans.js";
import { asRisk } from "./risk.js";

const EPOCHS_PER_DAY = 2_880n;
const TERM = 180n * EPOCHS_PER_DAY;
const GRACE = 7n * EPOCHS_PER_DAY;
const ANY_RATE = 2n ** 256n - 1n;

/** [bps], [days] */
const OFFER = {
  premium30Bps: 20,
  premium180Bps: 80,
  premium540Bps: 200,
  spread0Bps: 150,
  spread1Bps: 100,
  spread2Bps: 50,
  spread3Bps: 0,
  maxTermDays: 540,
  maxShareBps: 5_000,
};

/** A floating debt that is fixed, floats again and is fixed once more; a further draw at a fixed rate; and the term's end. */
async function measureTerm(stage: Stage): Promise<Figures> {
  const { connection, contracts, sp, keeper, loanId } = stage;
  const book = ILoanTerms__factory.connect(await contracts.book.getAddress(), await connection.ethers.getSigner(sp));
  const byKeeper = book.connect(await connection.ethers.getSigner(keeper));
  const maturity = BigInt(await connection.ethers.provider.getBlockNumber()) + TERM;
  const fixes = [await gasOf(stage, "fix, the pool's first", book.fix(loanId, maturity, ANY_RATE))];
  const unfix = await gasOf(stage, "unfix", book.unfix(loanId));
  fixes.push(await gasOf(stage, "fix", book.fix(loanId, maturity, ANY_RATE)));
  const drawFixed = await gasOf(stage, "draw at a fixed rate", book.drawFixed(loanId, 0n, maturity, ANY_RATE));
  await mine(stage, TERM + GRACE);
  const mature = await gasOf(stage, "mature", byKeeper.mature(loanId));
  return { fix: Math.max(...fixes), unfix, drawFixed, mature };
}

/** Gas of what fixed terms add, as whole transactions by users who are not new. */
export async function measureTerms(
  hre: HardhatRuntimeEnvironment,
  options: { readonly breakdown?: boolean } = {},
): Promise<LoanBench> {
  const stage = await setStage(hre);
  const offer = ILoanTerms__factory.createInterface().encodeFunctionData("setFixedRates", [OFFER]);
  await asRisk(stage, await stage.contracts.book.getAddress(), offer);
  await freeze(stage, stage.healthy);
  const figures = await measureTerm(stage);
  const breakdowns = options.breakdown ? await tracesOf(stage) : [];
  await stage.connection.close();
  return { figures, breakdowns };
}
