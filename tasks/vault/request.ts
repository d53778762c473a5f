import { amount } from "../../src/cli/envelope.js";
import { parseAmountOrMax } from "../../src/cli/inputs.js";
import { queueJson, requestsJson, requestsLines } from "../../src/cli/present-queue.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { formatFil, formatFilShort, max } from "../../src/sdk/index.js";
import { MIN_REQUEST, readQueue, readRequests, requestRedeem, sharesFor } from "../../src/vault/queue.js";
import { readLender } from "../../src/vault/reads.js";

interface Arguments extends WriteArguments {
  readonly amount: string;
}

export default command<Arguments>("vault request", async (context) => {
  const { args, session } = context;
  const asked = parseAmountOrMax(args.amount);
  const sender = await context.sender(args.from);
  const owner = await sender.address();
  const { contracts } = session;
  const [before, queue, least, shares] = await Promise.all([
    readLender(contracts, owner),
    readQueue(contracts),
    contracts.vault.convertToAssets(MIN_REQUEST),
    sharesFor(contracts, owner, asked),
  ]);
  const value = asked === "max" ? before.assets : asked;
  const atOnce = max(0n, before.claimable > 0n ? 0n : before.maxWithdraw);
  const preview = {
    title: `Request the redemption of ${formatFil(value)}`,
    facts: [
      ["shares of", owner],
      ["waiting before it", formatFilShort(queue.waitingAssets, 4)],
      ["can be filled now", formatFilShort(queue.fillable, 4)],
      ["paid", "at the share price of the moment in which cash fills it; it cannot be taken back"],
      ...(atOnce >= value && value > 0n ? [["note", "this much could be withdrawn at once"] as const] : []),
    ] as const,
    changes: [
      ["worth of shares", formatFilShort(before.assets, 4), formatFilShort(max(0n, before.assets - value), 4)],
      ["in the queue", formatFilShort(queue.waitingAssets, 4), formatFilShort(queue.waitingAssets + value, 4)],
    ] as const,
    checks: [
      {
        label: "the shares cover it",
        ok: shares > 0n && shares <= before.shares,
        limit: before.shares > 0n ? `at most ${formatFil(before.assets)}` : "shares of the pool",
        actual: shares > 0n ? formatFil(value) : "no shares",
        code: "ERC20InsufficientBalance",
        next: [`npx hardhat vault status --lender ${owner}`, "npx hardhat vault request max"],
      },
      {
        label: "it is not dust",
        ok: shares >= MIN_REQUEST || shares === before.shares,
        limit: `at least ${formatFilShort(least, 6)} (${MIN_REQUEST} shares), or max`,
        actual: formatFil(value),
        code: "PledgeVault_RequestTooSmall",
        next: ["npx hardhat vault request max"],
      },
    ],
    data: { amount: amount(value), owner, shares: shares.toString(), queue: queueJson(queue) },
  };
  return previewThen(context, preview, async () => {
    const done = await requestRedeem(contracts, sender, shares);
    const requests = await readRequests(contracts, owner);
    return {
      data: {
        requestId: done.requestId.toString(),
        shares: done.shares.toString(),
        worth: amount(value),
        requests: requestsJson(requests),
      },
      lines: [`${formatFil(value)} wait in the queue.`, ...requestsLines(requests)],
      transaction: done.mined,
      next: ["npx hardhat vault fulfil", `npx hardhat vault queue --lender ${owner}`, "npx hardhat vault claim max"],
    };
  });
});
