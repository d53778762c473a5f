import { amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { loanJson, postedJson } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { approveToken, post, valuePosted } from "../../src/loans/collateral.js";
import { readLoan } from "../../src/loans/reads.js";
import { Token, formatToken, parseTokenAmount, tokenDecimal } from "../../src/loans/tokens.js";
import { WAD, formatFilShort, formatWad, max, min } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly token: string;
  readonly amount: string;
}

export default command<Arguments>("loan post", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const loanId = parseLoanId(args.loan);
  const listed = await session.token(args.token);
  const sender = await context.sender(args.from);
  const payer = await sender.address();
  const token = new Token(listed.address, sender.signer);
  const [loan, balance, allowance] = await Promise.all([
    readLoan(contracts, loanId),
    token.balanceOf(payer),
    token.allowance(payer, await contracts.posted.getAddress()),
  ]);
  const room = max(listed.cap - listed.total, 0n);
  const value = args.amount.trim().toLowerCase() === "max" ? min(balance, room) : parseTokenAmount(args.amount, listed);
  const before = loan.posted.find(({ token: { address } }) => address === listed.address)?.amount ?? 0n;
  const [was, will] = [valuePosted(listed, before), valuePosted(listed, before + value)];
  const [next, say] = [[`npx hardhat loan status ${loanId}`], (units: bigint): string => formatToken(units, listed)];
  const preview = {
    title: `Post ${say(value)} for loan ${loanId}`,
    facts: [
      ["from", payer],
      ["price", listed.price === 0n ? "none" : `${formatFilShort(listed.price, 4)}${listed.fresh ? "" : ", late"}`],
      ["approval", allowance >= value ? "there already" : `${say(value)}, sent first`],
    ] as const,
    changes: [
      ["posted", say(before), say(before + value)],
      ["counts for draws", formatFilShort(was.drawValue), formatFilShort(will.drawValue)],
      ["counts in liquidation", formatFilShort(was.liquidationValue), formatFilShort(will.liquidationValue)],
    ] as const,
    checks: [
      {
        label: "the token is taken",
        ok: listed.open,
        limit: "a token that is open",
        actual: listed.open ? "open" : "no longer taken",
        code: "PostedCollateral_NotOpen",
        next,
      },
      {
        label: "none of it is missing",
        ok: listed.backing >= WAD,
        limit: "every claim backed in full",
        actual: `${formatWad(listed.backing)} of it`,
        code: "PostedCollateral_Short",
        next,
      },
      {
        label: "the balance covers it",
        ok: value > 0n && balance >= value,
        limit: `at least ${say(max(value, 1n))}`,
        actual: say(balance),
        code: "INSUFFICIENT_TOKENS",
        next: [`npx hardhat loan post ${loanId} ${args.token} max`],
      },
      {
        label: "the cap leaves room",
        ok: value <= room,
        limit: `at most ${say(room)}`,
        actual: say(value),
        code: "PostedCollateral_CapExceeded",
        next: [`npx hardhat loan post ${loanId} ${args.token} ${tokenDecimal(room, listed)}`],
      },
      {
        label: "it is worth an auction",
        ok: before + value >= listed.dust,
        limit: `at least ${say(listed.dust)}`,
        actual: say(before + value),
        code: "PostedCollateral_Dust",
        next: [`npx hardhat loan post ${loanId} ${args.token} ${tokenDecimal(max(listed.dust - before, 0n), listed)}`],
      },
    ],
    data: {
      loanId: loanId.toString(),
      token: listed.address,
      symbol: listed.symbol,
      units: value.toString(),
      amount: tokenDecimal(value, listed),
      drawValue: amount(will.drawValue),
    },
  };
  return previewThen(context, preview, async () => {
    if (allowance < value) await approveToken(contracts, sender, token, value, allowance);
    const done = await post(contracts, sender, loanId, listed.address, value);
    const after = await readLoan(contracts, loanId);
    const now = valuePosted(listed, done.posted);
    return {
      data: {
        loanId: loanId.toString(),
        received: done.received.toString(),
        posted: postedJson(now),
        loan: loanJson(after, rules),
      },
      lines: [
        `Posted ${say(done.received)}: loan ${loanId} has ${say(done.posted)}, which counts ${formatFilShort(now.drawValue)} for draws.`,
      ],
      transaction: done.mined,
      next: [`npx hardhat loan preview ${loanId}`, `npx hardhat loan unpost ${loanId} ${args.token} max`],
    };
  });
});
