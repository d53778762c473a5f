import { onlyOne, needOption } from "../../src/cli/futures-inputs.js";
import { parseNumber } from "../../src/cli/inputs.js";
import { type WriteArguments, command, previewThen } from "../../src/cli/run.js";
import { cancelAll, cancelNonce } from "../../src/futures/actions.js";
import { MAX_NONCE } from "../../src/futures/orders.js";

const NAME = "futures cancel";

interface Arguments extends WriteArguments {
  readonly nonce: string | undefined;
  readonly all: boolean;
}

export default command<Arguments>(NAME, async (context) => {
  const { args, session } = context;
  const { exchange } = session.contracts;
  const all = onlyOne(NAME, { nonce: args.nonce, all: args.all }) === "all";
  const nonce = all
    ? 0n
    : parseNumber("nonce", needOption(NAME, "nonce", args.nonce, "a number, or --all"), 0n, MAX_NONCE);
  const sender = await context.sender(args.from);
  const maker = await sender.address();
  const [epoch, cancelled] = await Promise.all([exchange.epochOf(maker), exchange.isCancelled(maker, nonce)]);
  const what = all ? "all orders signed so far" : `the orders of nonce ${nonce}`;
  const preview = {
    title: `Cancel ${what}`,
    facts: [["maker", maker]] as const,
    changes: all ? [["epoch of orders", `${epoch}`, `${epoch + 1n}`] as const] : [],
    checks: [
      {
        label: "they are not cancelled yet",
        ok: all || !cancelled,
        limit: "a nonce that was not cancelled",
        actual: `nonce ${nonce}, ${cancelled ? "cancelled" : "not cancelled"}`,
        code: "NONCE_CANCELLED",
        next: ["npx hardhat futures positions"],
      },
    ],
    data: { maker, all, nonce: all ? null : nonce.toString() },
  };
  return previewThen(context, preview, async () => {
    const mined = await (all ? cancelAll(session.contracts, sender) : cancelNonce(session.contracts, sender, nonce));
    const after = await exchange.epochOf(maker);
    return {
      data: { maker, all, nonce: all ? null : nonce.toString(), epoch: Number(after) },
      lines: [`Cancelled ${what}.`],
      transaction: mined,
      next: ["npx hardhat futures positions"],
    };
  });
});
