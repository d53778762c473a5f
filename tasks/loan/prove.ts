import { amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { loanJson } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { prove } from "../../src/loans/actions.js";
import { readLoan } from "../../src/loans/reads.js";
import { UNMET, WAD, formatFil, formatPower, mulDivUp } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
}

export default command<Arguments>("loan prove", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const [loan, raw, params] = await Promise.all([
    readLoan(contracts, loanId),
    contracts.book.loanOf(loanId),
    contracts.risk.params(),
  ]);
  const sender = await context.sender(args.from);
  const tranche = loan.tranches.find((candidate) => candidate.state === "drawn");
  const missing =
    tranche === undefined
      ? 0
      : Number(await contracts.conditions.unmet(loanId, raw.provenCount, tranche.amount, raw.drawEpoch));
  const miner = tranche === undefined ? undefined : loan.miners[Number(raw.drawMinerIndex)];
  const pledgeDue = tranche === undefined ? 0n : raw.pledgeBase + mulDivUp(tranche.amount, params.proofPledgeWad, WAD);
  const powerDue = tranche === undefined ? 0n : raw.powerBase + tranche.minPowerDelta;
  const pledge = miner?.pledge ?? 0n;
  const power = miner?.power ?? 0n;
  const preview = {
    title: tranche === undefined ? `Prove loan ${loanId}` : `Prove tranche ${tranche.number} of loan ${loanId}`,
    changes: [],
    checks: [
      {
        label: "a drawn tranche awaits proof",
        ok: tranche !== undefined,
        limit: "a tranche that is drawn and unproven",
        actual: tranche === undefined ? "none" : `tranche ${tranche.number}`,
        code: "LoanBook_NothingToProve",
        next: [`npx hardhat loan draw ${loanId}`],
      },
      {
        label: "the pledge has grown",
        ok: pledge >= pledgeDue,
        limit: `at least ${formatFil(pledgeDue)}`,
        actual: formatFil(pledge),
        code: "LoanBook_PledgeNotGrown",
        hint: "Prove-commit more sectors, then try again.",
        next: [`npx hardhat loan prove ${loanId}`],
      },
      {
        label: "the power has grown",
        ok: power >= powerDue,
        limit: `at least ${formatPower(powerDue)} (${powerDue} B)`,
        actual: `${formatPower(power)} (${power} B)`,
        code: "LoanBook_PowerNotGrown",
        hint: "New sectors count once their first window PoSt is in; try again after it.",
        next: [`npx hardhat loan prove ${loanId}`],
      },
      {
        label: "its conditions are met",
        ok: missing === 0,
        limit: "the spot check passed and the data told of that the tranche asks for",
        actual: missing === UNMET.indexOf("Data") ? "less data than promised" : "no spot check passed",
        code: "LoanBook_ConditionsUnmet",
        next: [`npx hardhat loan sample ${loanId} RANGES`, `npx hardhat loan check ${loanId}`],
      },
    ],
    data: {
      loanId: loanId.toString(),
      missing: UNMET[missing] ?? "None",
      pledge: amount(pledge),
      pledgeDue: amount(pledgeDue),
      powerBytes: power.toString(),
      powerDueBytes: powerDue.toString(),
    },
  };
  return previewThen(context, preview, async () => {
    const done = await prove(contracts, sender, loanId);
    const after = await readLoan(contracts, loanId);
    return {
      data: {
        loanId: loanId.toString(),
        tranche: Number(done.tranche) + 1,
        pledge: amount(done.pledge),
        powerBytes: done.power.toString(),
        loan: loanJson(after, rules),
      },
      lines: [
        `Tranche ${done.tranche + 1n} is proven: pledge ${formatFil(done.pledge)}, power ${formatPower(done.power)}.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan preview ${loanId}`, `npx hardhat loan draw ${loanId}`],
    };
  });
});
