import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { redirectMiner } from "../../src/loans/auction-actions.js";
import { formatId, parseMinerId } from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly miner: string;
  readonly owner: string;
}

export default command<Arguments>("auction redirect", async (context) => {
  const { args, session, rules } = context;
  const { contracts } = session;
  const minerId = parseMinerId(args.miner, rules);
  const name = formatId(minerId, rules);
  const ownerId = await session.resolveId(args.owner);
  const owner = formatId(ownerId, rules);
  const sender = await context.sender(args.from);
  const me = await sender.address();
  const [{ buyer }, pending] = await Promise.all([contracts.control.buyerOf(minerId), contracts.facts.owner(minerId)]);
  const preview = {
    title: `Propose ${owner} as the owner of ${name}`,
    changes: [["proposed owner", formatId(pending.pendingOwnerId, rules), owner]] as const,
    checks: [
      {
        label: "you bought it last",
        ok: buyer.toLowerCase() === me.toLowerCase(),
        limit: buyer,
        actual: me,
        code: "ControlAuction_NotBuyer",
        next: ["npx hardhat auction list"],
      },
    ],
    data: { miner: name, owner },
  };
  return previewThen(context, preview, async () => {
    const done = await redirectMiner(contracts, sender, minerId, ownerId);
    return {
      data: { miner: name, owner },
      lines: [`${owner} is proposed as the owner of ${name}, and must accept.`],
      transaction: done.mined,
      next: [`lotus-miner actor set-owner --really-do-it ${owner} ${owner}`],
    };
  });
});
