import { amount } from "../../src/cli/envelope.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { lenderJson, lenderLines } from "../../src/cli/present.js";
import { formatFil, formatFilShort, parsePositiveFil } from "../../src/sdk/index.js";
import { deposit } from "../../src/vault/actions.js";
import { readLender } from "../../src/vault/reads.js";

interface Arguments extends WriteArguments {
  readonly amount: string;
  readonly receiver: string | undefined;
}

export default command<Arguments>("vault deposit", async (context) => {
  const { args, session } = context;
  const value = parsePositiveFil(args.amount);
  const sender = await context.sender(args.from);
  const payer = await sender.address();
  const receiver = args.receiver === undefined ? payer : (await session.resolve(args.receiver)).eth;
  const { vault } = session.contracts;
  const [balance, before, shares, most, limits] = await Promise.all([
    session.connection.ethers.provider.getBalance(payer),
    readLender(session.contracts, receiver),
    vault.previewDeposit(value),
    vault.maxDeposit(receiver),
    vault.flowLimits(),
  ]);
  const preview = {
    title: `Deposit ${formatFil(value)}`,
    facts: [
      ["from", payer],
      ["shares to", receiver],
    ] as const,
    changes: [["worth of shares", formatFilShort(before.assets, 4), formatFilShort(before.assets + value, 4)]] as const,
    checks: [
      {
        label: "the day's limit leaves room",
        ok: value <= most,
        limit: `at most ${formatFil(most)} now, ${formatFil(limits.depositsPerDay)} a day`,
        actual: formatFil(value),
        code: "ERC4626ExceededMaxDeposit",
        hint: "What was used flows back over a day.",
        next: ["npx hardhat vault status"],
      },
      {
        label: "the balance covers it",
        ok: balance > value,
        limit: `more than ${formatFil(value)}, for gas on top`,
        actual: formatFil(balance),
        code: "INSUFFICIENT_FUNDS",
      },
    ],
    data: { amount: amount(value), payer, receiver, shares: shares.toString() },
  };
  return previewThen(context, preview, async () => {
    const done = await deposit(session.contracts, sender, value, receiver);
    const after = await readLender(session.contracts, receiver);
    return {
      data: { deposited: amount(done.assets), shares: done.shares.toString(), lender: lenderJson(after) },
      lines: [`Deposited ${formatFil(done.assets)}.`, ...lenderLines(after)],
      transaction: done.mined,
      next: ["npx hardhat vault status"],
    };
  });
});
