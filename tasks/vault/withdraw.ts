import { amount } from "../../src/cli/envelope.js";
import { parseAmountOrMax } from "../../src/cli/inputs.js";
import { lenderJson, lenderLines } from "../../src/cli/present.js";
import { type Check, type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { formatFil, formatFilShort, max, toFil } from "../../src/sdk/index.js";
import { withdraw } from "../../src/vault/actions.js";
import { type LenderView, type PoolView, readLender, readPool } from "../../src/vault/reads.js";

interface Arguments extends WriteArguments {
  readonly amount: string;
  readonly receiver: string | undefined;
}

/** Whether so much can leave at once; if not, how else it gets out. */
function covered(lender: LenderView, pool: PoolView, value: bigint): Check {
  const own = lender.assets;
  return {
    label: lender.claimableShares > 0n ? "it is set aside for these requests" : "the shares and the idle FIL cover it",
    ok: value > 0n && value <= lender.maxWithdraw,
    limit: value > 0n ? `at most ${formatFil(lender.maxWithdraw)}` : "more than 0 FIL",
    actual: formatFil(value),
    code: "ERC4626ExceededMaxWithdraw",
    ...wayOut(lender, pool, value === 0n || value > own ? "max" : toFil(value), own > 0n),
  };
}

function wayOut(lender: LenderView, pool: PoolView, request: string, hasShares: boolean): Pick<Check, "hint" | "next"> {
  if (lender.claimableShares > 0n) {
    return {
      hint: "First comes what is set aside for filled requests; after it, shares leave at once or by another request.",
      next: ["npx hardhat vault claim max", `npx hardhat vault queue --lender ${lender.account}`],
    };
  }
  if (!hasShares) return { hint: "The account has no shares.", next: ["npx hardhat vault status"] };
  return {
    hint:
      pool.waiting > 0n
        ? `Others wait for ${formatFilShort(pool.waiting)}, and nobody leaves ahead of them: join the queue.`
        : "The pool keeps no more idle FIL than its buffer: join the queue, which is paid as FIL comes back.",
    next: [`npx hardhat vault request ${request}`, "npx hardhat vault withdraw max", "npx hardhat vault queue"],
  };
}

export default command<Arguments>("vault withdraw", async (context) => {
  const { args, session } = context;
  const asked = parseAmountOrMax(args.amount);
  const sender = await context.sender(args.from);
  const owner = await sender.address();
  const receiver = args.receiver === undefined ? owner : (await session.resolve(args.receiver)).eth;
  const [before, pool] = await Promise.all([readLender(session.contracts, owner), readPool(session.contracts)]);
  const claiming = before.claimableShares > 0n;
  const value = asked === "max" ? before.maxWithdraw : asked;
  const left = claiming ? before.assets : max(0n, before.assets - value);
  const preview = {
    title: `Withdraw ${formatFil(value)}`,
    facts: [
      ["shares of", owner],
      ["paid to", receiver],
      ...(claiming ? [["paid from", "what is set aside for filled requests"] as const] : []),
    ] as const,
    changes: [["worth of shares", formatFilShort(before.assets, 4), formatFilShort(left, 4)]] as const,
    checks: [covered(before, pool, value)],
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
