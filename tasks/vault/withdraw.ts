import { amount } from "../../src/cli/envelope.js";
import { parseAmountOrMax } from "../../src/cli/inputs.js";
import { lenderJson, lenderLines } from "../../src/cli/present.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { formatFil, formatFilShort } from "../../src/sdk/index.js";
import { withdraw } from "../../src/vault/actions.js";
import { readLender } from "../../src/vault/reads.js";

interface Arguments extends WriteArguments {
  readonly amount: string;
  readonly receiver: string | undefined;
}

export default command<Arguments>("vault withdraw", async (context) => {
  const { args, session } = context;
  const asked = parseAmountOrMax(args.amount);
  const sender = await context.sender(args.from);
  const owner = await sender.address();
  const receiver = args.receiver === undefined ? owner : (await session.resolve(args.receiver)).eth;
  const before = await readLender(session.contracts, owner);
  const value = asked === "max" ? before.maxWithdraw : asked;
  const left = before.assets > value ? before.assets - value : 0n;
  const preview = {
    title: `Withdraw ${formatFil(value)}`,
    facts: [
      ["shares of", owner],
      ["paid to", receiver],
    ] as const,
    changes: [["worth of shares", formatFilShort(before.assets, 4), formatFilShort(left, 4)]] as const,
    checks: [
      {
        label: "the shares and the pool's idle FIL cover it",
        ok: value > 0n && value <= before.maxWithdraw,
        limit: value > 0n ? `at most ${formatFil(before.maxWithdraw)}` : "more than 0 FIL",
        actual: formatFil(value),
        code: "ERC4626ExceededMaxWithdraw",
        hint: "The rest comes back with repayments and sweeps.",
        next: ["npx hardhat vault status", "npx hardhat vault withdraw max"],
      },
    ],
    data: { amount: amount(value), owner, receiver },
  };
  return previewThen(context, preview, async () => {
    const done = await withdraw(session.contracts, sender, asked, receiver);
    const after = await readLender(session.contracts, owner);
    return {
      data: { withdrawn: amount(done.assets), shares: done.shares.toString(), lender: lenderJson(after) },
      lines: [`Withdrew ${formatFil(done.assets)}.`, ...lenderLines(after)],
      transaction: done.mined,
      next: ["npx hardhat vault status"],
    };
  });
});
