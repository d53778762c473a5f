import { type JsonValue, amount } from "../../src/cli/envelope.js";
import { parseLoanId } from "../../src/cli/inputs.js";
import { type CommandContext, type Outcome, type Preview, type WriteArguments } from "../../src/cli/run.js";
import { command, previewThen } from "../../src/cli/run.js";
import type { Sender } from "../../src/chain/index.js";
import { takeMiner, takeStrips, takeTokens } from "../../src/loans/auction-actions.js";
import { readMinerSale, readStripSale, readTokenSales } from "../../src/loans/auctions.js";
import { formatToken, parseTokenAmount, tokenDecimal } from "../../src/loans/tokens.js";
import {
  InvalidInputError,
  PlimsollError,
  WAD,
  formatFil,
  formatId,
  formatWad,
  min,
  mulDivUp,
  parseMinerId,
  parsePositiveFil,
} from "../../src/sdk/index.js";

interface Arguments extends WriteArguments {
  readonly loan: string;
  readonly kind: string;
  readonly amount: string;
  readonly maxPrice: string | undefined;
  readonly token: string | undefined;
  readonly miner: string | undefined;
  readonly owner: string | undefined;
  readonly receiver: string | undefined;
}

type Context = CommandContext<Arguments>;

/** What a take of any kind needs and leaves. */
interface Purchase {
  readonly title: string;
  readonly facts: ReadonlyArray<readonly [string, string]>;
  readonly active: boolean;
  /** Error of the auction that does not run, and of a price above the most. */
  readonly notActive: string;
  readonly tooHigh: string;
  /** All [attoFIL]. */
  readonly price: bigint;
  readonly value: bigint;
  readonly reserve: bigint | undefined;
  readonly data: Readonly<Record<string, JsonValue>>;
  act(sender: Sender, maxPrice: bigint): Promise<Outcome>;
}

/** How much above the price of now is paid at most when nobody says: debt and values move until the transaction is mined [1/n]. */
const SLACK = 100n;
const KINDS = ["strips", "tokens", "miner"] as const;

function needed(option: string, kind: string): PlimsollError {
  return new PlimsollError({
    code: "OPTION_NEEDED",
    message: `Say which ${option}.`,
    limit: `--${option} with --kind ${kind}`,
    actual: `no --${option}`,
    next: ["npx hardhat auction list"],
  });
}

async function strips(context: Context, loanId: bigint): Promise<Purchase> {
  const { contracts } = context.session;
  const sale = await readStripSale(contracts, loanId);
  const most = sale?.face ?? 0n;
  const wanted = context.args.amount.toLowerCase() === "max" ? most : min(parsePositiveFil(context.args.amount), most);
  const bonus = sale?.bonus ?? WAD;
  const price = wanted === most ? (sale?.price ?? 0n) : mulDivUp(wanted, WAD, bonus);
  return {
    title: `Buy strips of loan ${loanId}: ${formatFil(wanted)} of claim`,
    facts: [["bonus", formatWad(bonus)]],
    active: most > 0n,
    notActive: "StripAuction_NotActive",
    tooHigh: "StripAuction_BonusTooLow",
    price,
    value: wanted,
    reserve: undefined,
    data: { face: amount(wanted), bonus: formatWad(bonus, 18) },
    async act(sender, maxPrice) {
      const done = await takeStrips(contracts, sender, loanId, wanted, (bonus * price) / maxPrice, maxPrice);
      return {
        data: { kind: "strips", stripId: done.stripId.toString(), face: amount(done.face), price: amount(done.price) },
        lines: [`Strip ${done.stripId}: ${formatFil(done.face)} of claim for ${formatFil(done.price)}.`],
        transaction: done.mined,
        next: ["npx hardhat liquidate", `npx hardhat loan sweep ${loanId}`],
      };
    },
  };
}

async function tokens(context: Context, loanId: bigint): Promise<Purchase> {
  const { args, session } = context;
  const { contracts, network } = session;
  if (args.token === undefined) throw needed("token", "tokens");
  const listed = await session.token(args.token);
  const sales = await readTokenSales(contracts, loanId, network.epoch);
  const sale = sales.find(({ token }) => token.address === listed.address);
  const offer = sale?.offer;
  const most = offer?.amount ?? 0n;
  const wanted = args.amount.toLowerCase() === "max" ? most : min(parseTokenAmount(args.amount, listed), most);
  const unit = 10n ** BigInt(listed.decimals);
  const ask = offer?.askPrice ?? 0n;
  const price = wanted === most ? (offer?.price ?? 0n) : mulDivUp(wanted, ask, unit);
  return {
    title: `Buy ${formatToken(wanted, listed)} of loan ${loanId}`,
    facts: [["price of one", formatFil(ask)]],
    active: most > 0n,
    notActive: "PostedAuction_NotActive",
    tooHigh: "PostedAuction_PriceTooHigh",
    price,
    value: most === 0n ? 0n : ((offer?.value ?? 0n) * wanted) / most,
    reserve: ((sale?.reserve ?? 0n) * wanted) / unit,
    data: { token: listed.address, symbol: listed.symbol, amount: tokenDecimal(wanted, listed) },
    async act(sender, maxPrice) {
      const receiver =
        args.receiver === undefined ? await sender.address() : (await session.resolve(args.receiver)).eth;
      const terms = { maxAmount: wanted, maxAsk: mulDivUp(ask, maxPrice, price), value: maxPrice, receiver };
      const done = await takeTokens(contracts, sender, loanId, listed.address, terms);
      return {
        data: {
          kind: "tokens",
          token: listed.address,
          symbol: listed.symbol,
          amount: tokenDecimal(done.amount, listed),
          price: amount(done.price),
          receiver,
        },
        lines: [`${formatToken(done.amount, listed)} for ${formatFil(done.price)} went to ${receiver}.`],
        transaction: done.mined,
        next: ["npx hardhat auction list", `npx hardhat loan status ${loanId}`],
      };
    },
  };
}

async function miner(context: Context, loanId: bigint): Promise<Purchase> {
  const { args, session, rules } = context;
  const { contracts } = session;
  if (args.miner === undefined) throw needed("miner", "miner");
  const minerId = parseMinerId(args.miner, rules);
  const sale = await readMinerSale(contracts, minerId);
  const sender = await context.sender(args.from);
  const ownerId = await session.resolveId(args.owner ?? (await sender.address()));
  const [name, owner] = [formatId(minerId, rules), formatId(ownerId, rules)];
  return {
    title: `Buy the ownership of ${name}, of loan ${loanId}`,
    facts: [["owner becomes", `${owner}, which must accept`]],
    active: sale.active && sale.sellable && sale.loanId === loanId,
    notActive: "ControlAuction_NotActive",
    tooHigh: "ControlAuction_PriceTooHigh",
    price: sale.price,
    value: sale.value,
    reserve: sale.reserve,
    data: { miner: name, owner },
    async act(by, maxPrice) {
      const done = await takeMiner(contracts, by, minerId, { maxPrice, newOwner: ownerId });
      return {
        data: { kind: "miner", miner: name, owner, price: amount(done.price) },
        lines: [
          `${name} is yours for ${formatFil(done.price)} as soon as ${owner} accepts.`,
          "Then change the worker: the keys of now stay with the seller until you do.",
        ],
        transaction: done.mined,
        next: [`lotus-miner actor set-owner --really-do-it ${owner} ${owner}`, "npx hardhat auction list"],
      };
    },
  };
}

function previewOf(what: Purchase, loanId: bigint, maxPrice: bigint, balance: bigint): Preview {
  return {
    title: what.title,
    facts: [
      ...what.facts,
      ["price now", formatFil(what.price)],
      ["reserve", what.reserve === undefined ? "none: the bonus only rises" : formatFil(what.reserve)],
      ["value", formatFil(what.value)],
      ["paid at most", formatFil(maxPrice)],
    ],
    changes: [],
    checks: [
      {
        label: "it is on sale",
        ok: what.active,
        limit: "an auction that runs and has something to sell",
        actual: what.active ? "it runs" : "none",
        code: what.notActive,
        hint: "`liquidate` opens what may be opened.",
        next: [`npx hardhat auction list --loan ${loanId}`, "npx hardhat liquidate"],
      },
      {
        label: "the price is not above the most",
        ok: what.price <= maxPrice,
        limit: `at most ${formatFil(maxPrice)}`,
        actual: formatFil(what.price),
        hint: "The price falls with every epoch; wait, or offer more.",
        code: what.tooHigh,
        next: [`npx hardhat auction list --loan ${loanId}`],
      },
      {
        label: "the balance covers it",
        ok: balance > maxPrice,
        limit: `more than ${formatFil(maxPrice)}, for gas on top`,
        actual: formatFil(balance),
        code: "INSUFFICIENT_FUNDS",
        next: [`npx hardhat auction list --loan ${loanId}`],
      },
    ],
    data: {
      loanId: loanId.toString(),
      ...what.data,
      price: amount(what.price),
      reserve: what.reserve === undefined ? null : amount(what.reserve),
      value: amount(what.value),
      maxPrice: amount(maxPrice),
    },
  };
}

export default command<Arguments>("auction take", async (context) => {
  const { args, session } = context;
  const loanId = parseLoanId(args.loan);
  const kind = KINDS.find((name) => name === args.kind);
  if (kind === undefined) {
    throw new InvalidInputError({
      code: "UNKNOWN_KIND",
      message: `There is no auction of "${args.kind}".`,
      limit: KINDS.join(", "),
      input: args.kind,
      next: ["npx hardhat auction list"],
    });
  }
  const what = await { strips, tokens, miner }[kind](context, loanId);
  const sender = await context.sender(args.from);
  const balance = await session.connection.ethers.provider.getBalance(await sender.address());
  const maxPrice = args.maxPrice === undefined ? what.price + what.price / SLACK : parsePositiveFil(args.maxPrice);
  const preview = previewOf(what, loanId, maxPrice, balance);
  return previewThen(context, preview, async () => what.act(sender, maxPrice));
});
