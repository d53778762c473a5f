import { parseLoanId } from "../../src/cli/inputs.js";
import { loanJson, showHealth } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { unpost, valuePosted } from "../../src/loans/collateral.js";
import { readLoan } from "../../src/loans/reads.js";
import { formatToken, parseTokenAmount, tokenDecimal } from "../../src/loans/tokens.js";
import { formatFil, formatFilShort, max } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly token: string;
  readonly amount: string;
  readonly receiver: string | undefined;
}

export default command<Arguments>("loan unpost", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const listed = await session.token(args.token);
  const sender = await context.sender(args.from);
  const receiver = args.receiver === undefined ? await sender.address() : (await session.resolve(args.receiver)).eth;
  const loan = await readLoan(contracts, loanId);
  const posted = loan.posted.find(({ token: { address } }) => address === listed.address)?.amount ?? 0n;
  const value = args.amount.trim().toLowerCase() === "max" ? posted : parseTokenAmount(args.amount, listed);
  const left = max(posted - value, 0n);
  const [was, will] = [valuePosted(listed, posted), valuePosted(listed, left)];
  const lost = was.drawValue - will.drawValue;
  const say = (units: bigint): string => formatToken(units, listed);
  const preview = {
    title: `Take ${say(value)} back from loan ${loanId}`,
    facts: [
      ["to", receiver],
      ["debt that the rest must carry", formatFil(loan.debt)],
    ] as const,
    changes: [
      ["posted", say(posted), say(left)],
      ["may owe up to", formatFilShort(loan.drawLimit, 4), formatFilShort(max(loan.drawLimit - lost, 0n), 4)],
    ] as const,
    checks: [
      {
        label: "it is posted",
        ok: value > 0n && value <= posted,
        limit: posted === 0n ? `some ${listed.symbol} posted` : `at most ${say(posted)}`,
        actual: posted === 0n ? "none" : say(value),
        code: "PostedCollateral_ExceedsPosted",
        next: [`npx hardhat loan status ${loanId}`],
      },
      {
        label: "no dust is left",
        ok: left === 0n || left >= listed.dust,
        limit: `nothing, or at least ${say(listed.dust)}`,
        actual: say(left),
        code: "PostedCollateral_Dust",
        next: [`npx hardhat loan unpost ${loanId} ${args.token} max`],
      },
    ],
    data: {
      loanId: loanId.toString(),
      token: listed.address,
      symbol: listed.symbol,
      units: value.toString(),
      amount: tokenDecimal(value, listed),
      receiver,
    },
  };
  return previewThen(context, preview, async () => {
    const done = await unpost(contracts, sender, loanId, listed.address, value, receiver);
    const after = await readLoan(contracts, loanId);
    return {
      data: {
        loanId: loanId.toString(),
        token: listed.address,
        units: done.amount.toString(),
        amount: tokenDecimal(done.amount, listed),
        left: tokenDecimal(done.posted, listed),
        loan: loanJson(after, rules),
      },
      lines: [`${say(done.amount)} went to ${receiver}. Health ${showHealth(after.health)}.`],
      transaction: done.mined,
      next: [`npx hardhat loan status ${loanId}`],
    };
  });
});
