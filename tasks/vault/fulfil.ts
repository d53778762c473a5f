import { amount } from "../../src/cli/envelope.js";
import { queueJson, queueLines } from "../../src/cli/present-queue.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { formatFil, formatFilShort } from "../../src/sdk/index.js";
import { fulfil, readQueue } from "../../src/vault/queue.js";

export default command<WriteArguments>("vault fulfil", async (context) => {
  const { args, session } = context;
  const { contracts } = session;
  const sender = await context.sender(args.from);
  const before = await readQueue(contracts);
  const left = before.waitingAssets - before.fillable;
  const preview = {
    title: `Fill the redeem queue with ${formatFil(before.fillable)}`,
    changes: [
      ["waiting", formatFilShort(before.waitingAssets, 4), formatFilShort(left, 4)],
      ["set aside", formatFilShort(before.setAside, 4), formatFilShort(before.setAside + before.fillable, 4)],
    ] as const,
    checks: [
      {
        label: "something waits, and cash is there",
        ok: before.fillableShares > 0n,
        limit: "requests that wait, and more than 0 FIL of cash",
        actual: before.waitingShares === 0n ? "nobody waits" : `${formatFil(before.waitingAssets)} wait, no cash`,
        code: "NOTHING_TO_FILL",
        hint: "Cash comes with repayments, sweeps, strips sold and deposits.",
        next: ["npx hardhat vault queue", "npx hardhat liquidate --all"],
      },
    ],
    data: { fillable: amount(before.fillable), queue: queueJson(before) },
  };
  return previewThen(context, preview, async () => {
    const done = await fulfil(contracts, sender);
    const after = await readQueue(contracts);
    return {
      data: { shares: done.shares.toString(), setAside: amount(done.assets), queue: queueJson(after) },
      lines: [`Set ${formatFil(done.assets)} aside for claims.`, ...queueLines(after)],
      transaction: done.mined,
      next: ["npx hardhat vault claim max", "npx hardhat vault queue"],
    };
  });
});
