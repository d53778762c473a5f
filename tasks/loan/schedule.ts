import { parseLoanId } from "../../src/cli/inputs.js";
import { dueJson, dueLines, termJson, termLines } from "../../src/cli/present-terms.js";
import { type CommonArguments, command } from "../../src/cli/run.js";
import { readSchedule, schedule } from "../../src/loans/schedule.js";

interface Arguments extends CommonArguments {
  readonly loan: string;
}

export default command<Arguments>("loan schedule", async ({ args, session }) => {
  const { contracts, clock } = session;
  const loanId = parseLoanId(args.loan);
  const facts = await readSchedule(contracts, loanId, clock.epoch);
  const dues = schedule(facts);
  return {
    data: {
      loanId: loanId.toString(),
      state: facts.state,
      term: termJson(facts.term, clock),
      dues: dues.map((due) => dueJson(due, clock)),
    },
    lines: [...termLines(facts.term, clock), "", ...dueLines(dues, clock)],
    next: [`npx hardhat loan status ${loanId}`],
  };
});
