import { parseLoanId, parseNumber } from "../../src/cli/inputs.js";
import { offerJson, offerLines, termJson, termLines } from "../../src/cli/present-terms.js";
import { type CommonArguments, type Outcome, command } from "../../src/cli/run.js";
import type { Plimsoll } from "../../src/loans/contracts.js";
import { readOffer, readTerm } from "../../src/loans/terms.js";
import { parseFil } from "../../src/sdk/index.js";

interface Arguments extends CommonArguments {
  readonly loan: string;
  readonly amount: string | undefined;
  readonly tier: string | undefined;
}

const TOP_TIER = 3n;

/** The next draw of a loan, which is what a quote is most likely for; nothing where none is left [attoFIL]. */
async function nextDraw(contracts: Plimsoll, loanId: bigint): Promise<bigint> {
  const [loan, tranches] = await Promise.all([contracts.book.loanOf(loanId), contracts.book.tranchesOf(loanId)]);
  return loan.frozen ? 0n : ([...tranches][Number(loan.drawnCount)]?.amount ?? 0n);
}

export default command<Arguments>("loan terms", async ({ args, session }): Promise<Outcome> => {
  const { contracts, clock } = session;
  const loanId = args.loan === "" ? undefined : parseLoanId(args.loan);
  const term = loanId === undefined ? undefined : await readTerm(contracts, loanId);
  const tier = args.tier === undefined ? (term?.tier ?? 0n) : parseNumber("tier", args.tier, 0n, TOP_TIER);
  const drawn =
    args.amount === undefined ? (loanId === undefined ? 0n : await nextDraw(contracts, loanId)) : parseFil(args.amount);
  const offer = await readOffer(contracts, drawn);
  const nothing = offer.rates.maxTermDays === 0n;
  return {
    data: {
      offer: offerJson(offer, tier, drawn),
      loan: term === undefined ? null : termJson(term, clock),
    },
    lines: [...offerLines(offer, tier, drawn), ...(term === undefined ? [] : ["", ...termLines(term, clock)])],
    next: nextOf(loanId, term?.debt ?? 0n, term?.fixed !== undefined, nothing),
  };
});

function nextOf(loanId: bigint | undefined, debt: bigint, fixed: boolean, nothing: boolean): readonly string[] {
  if (loanId === undefined) return ["npx hardhat loan terms LOAN"];
  const at = `npx hardhat loan schedule ${loanId}`;
  if (fixed || nothing) return [at];
  return [at, `npx hardhat loan ${debt === 0n ? "draw" : "fix"} ${loanId} --term DAYS`];
}
