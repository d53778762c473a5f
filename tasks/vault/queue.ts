import { queueJson, queueLines, requestsJson, requestsLines } from "../../src/cli/present-queue.js";
import { type CommonArguments, command } from "../../src/cli/run.js";
import { readQueue, readRequests } from "../../src/vault/queue.js";

interface Arguments extends CommonArguments {
  readonly lender: string | undefined;
}

export default command<Arguments>("vault queue", async ({ args, session }) => {
  const { contracts } = session;
  const controller = args.lender === undefined ? undefined : (await session.resolve(args.lender)).eth;
  const [queue, requests] = await Promise.all([
    readQueue(contracts),
    controller === undefined ? undefined : readRequests(contracts, controller),
  ]);
  const claimable = requests !== undefined && requests.claimableShares > 0n;
  return {
    data: { queue: queueJson(queue), lender: requests === undefined ? null : requestsJson(requests) },
    lines: [...queueLines(queue), ...(requests === undefined ? [] : ["", ...requestsLines(requests)])],
    next: [
      ...(queue.fillableShares > 0n ? ["npx hardhat vault fulfil"] : []),
      ...(claimable ? ["npx hardhat vault claim max"] : []),
      "npx hardhat vault status",
    ],
  };
});
