import { amount } from "../../src/cli/envelope.js";
import { parseAmountOrMax } from "../../src/cli/inputs.js";
import { requestsJson, requestsLines } from "../../src/cli/present-queue.js";
import { type Check, type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { formatFil, formatFilShort } from "../../src/sdk/index.js";
import { type RequestsView, claim, readQueue, readRequests } from "../../src/vault/queue.js";

interface Arguments extends WriteArguments {
  readonly amount: string;
  readonly receiver: string | undefined;
  readonly controller: string | undefined;
}

function enough(requests: RequestsView, value: bigint, all: boolean, fillable: boolean): Check {
  const waiting = requests.made > requests.claimed;
  return {
    label: "it is set aside for these requests",
    ok: all ? requests.claimableShares > 0n : value <= requests.claimableAssets,
    limit: requests.claimableShares > 0n ? `at most ${formatFil(requests.claimableAssets)}` : "a filled request",
    actual: all || requests.claimableShares === 0n ? "nothing to claim" : formatFil(value),
    code: "ERC4626ExceededMaxWithdraw",
    hint: waiting ? "What waits is filled, oldest first, as cash comes in." : "There is no open request.",
    next: [
      ...(fillable ? ["npx hardhat vault fulfil"] : []),
      `npx hardhat vault queue --lender ${requests.controller}`,
      waiting ? "npx hardhat vault claim max" : "npx hardhat vault request AMOUNT",
    ],
  };
}

export default command<Arguments>("vault claim", async (context) => {
  const { args, session } = context;
  const asked = parseAmountOrMax(args.amount);
  const { contracts } = session;
  const sender = await context.sender(args.from);
  const caller = await sender.address();
  const controller = args.controller === undefined ? caller : (await session.resolve(args.controller)).eth;
  const receiver = args.receiver === undefined ? caller : (await session.resolve(args.receiver)).eth;
  const [before, queue, operator] = await Promise.all([
    readRequests(contracts, controller),
    readQueue(contracts),
    contracts.queue.isOperator(controller, caller),
  ]);
  const value = asked === "max" ? before.claimableAssets : asked;
  const preview = {
    title: `Claim ${formatFil(value)}`,
    facts: [
      ["requests of", controller],
      ["paid to", receiver],
    ] as const,
    changes: [
      [
        "to claim",
        formatFilShort(before.claimableAssets, 4),
        formatFilShort(before.claimableAssets > value ? before.claimableAssets - value : 0n, 4),
      ],
    ] as const,
    checks: [
      {
        label: "the signer is the controller or its operator",
        ok: operator || caller === controller,
        limit: controller,
        actual: caller,
        code: "PledgeVault_NotOperator",
        hint: "Sign with the controller's key (--from), or let it call setOperator.",
        next: [`npx hardhat vault queue --lender ${controller}`],
      },
      enough(before, value, asked === "max", queue.fillableShares > 0n),
    ],
    data: { amount: amount(value), controller, receiver },
  };
  return previewThen(context, preview, async () => {
    const done = await claim(contracts, sender, asked, receiver, controller);
    const after = await readRequests(contracts, controller);
    return {
      data: { claimed: amount(done.assets), shares: done.shares.toString(), requests: requestsJson(after) },
      lines: [`Claimed ${formatFil(done.assets)}.`, ...requestsLines(after)],
      transaction: done.mined,
      next: [
        ...(after.claimableShares > 0n ? ["npx hardhat vault claim max"] : []),
        `npx hardhat vault queue --lender ${controller}`,
      ],
    };
  });
});
