import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type {
  NewTaskDefinition,
  NewTaskDefinitionBuilder,
  TaskArguments,
  TaskDefinition,
  TaskOverrideDefinition,
} from "hardhat/types/tasks";

// Definitions only: each task's action is in the file of its name, and the work itself in src/.

/** An option that may be left out. */
const optional = <Name extends string>(name: Name, description: string) =>
  ({ name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined }) as const;

const JSON_FLAG = { name: "json", description: "Print exactly one JSON value on standard output" } as const;
const YES = { name: "yes", shortName: "y", description: "Send without asking" } as const;
const REALLY = { name: "reallyDoIt", description: "The same as --yes" } as const;
const DRY_RUN = { name: "dryRun", description: "Stop after the preview" } as const;
const FROM = optional("from", "Account that signs, by address or by number among the network's accounts");
const LOAN = { name: "loan", description: "Number of the loan" } as const;
const MINER = optional("miner", "Which of the loan's miners, f01234 or 1234; may be left out when there is only one");
const TOKEN = { name: "token", description: "A listed token, by symbol or address" } as const;
const TERM = optional("term", "For how long the rate is fixed: days such as 180, a span such as 26w, or a UTC date");
const MAX_RATE = optional(
  "maxRate",
  "Highest fixed rate to take, in percent a year; a hundredth above the rate of now when left out",
);
const SERIES = optional("series", "Id of the series, as `futures series` shows it");
const SINCE = optional(
  "since",
  "Search the logs from here on: an epoch, a UTC date, or a span such as 30d; 2,000 epochs when left out",
);
const IDS = optional("ids", "Ids of series, separated by commas, instead of a search of the logs");
/** The options of every task that sends transactions: who signs, and how it is agreed on. */
function writing<Arguments extends TaskArguments>(builder: NewTaskDefinitionBuilder<Arguments>) {
  return builder.addOption(FROM).addFlag(YES).addFlag(REALLY).addFlag(DRY_RUN).addFlag(JSON_FLAG);
}

const AMOUNT_FORMS = "10, 10.5FIL, '5 nanoFIL'";

const vault = [
  emptyTask("vault", "Lend FIL to storage providers: deposit, withdraw, queue, look").build(),
  writing(
    task(["vault", "deposit"], "Deposit FIL into the pool for shares")
      .addPositionalArgument({ name: "amount", description: `Amount: ${AMOUNT_FORMS}` })
      .addOption(optional("receiver", "Who gets the shares (0x, f0, f1, f2, f3 or f410f); the signer when left out")),
  )
    .setAction(() => import("./vault/deposit.js"))
    .build(),
  writing(
    task(["vault", "withdraw"], "Withdraw FIL from the pool")
      .addPositionalArgument({ name: "amount", description: `Amount: ${AMOUNT_FORMS}, or max` })
      .addOption(optional("receiver", "Who is paid (0x, f0, f1, f2, f3 or f410f); the signer when left out")),
  )
    .setAction(() => import("./vault/withdraw.js"))
    .build(),
  writing(
    task(
      ["vault", "request"],
      "Put shares into the redeem queue, to be paid as cash comes in, first come first",
    ).addPositionalArgument({ name: "amount", description: `Worth of the shares: ${AMOUNT_FORMS}, or max` }),
  )
    .setAction(() => import("./vault/request.js"))
    .build(),
  writing(task(["vault", "fulfil"], "Fill the redeem queue from the pool's cash; anyone may"))
    .setAction(() => import("./vault/fulfil.js"))
    .build(),
  writing(
    task(["vault", "claim"], "Claim what is set aside for filled requests, oldest first")
      .addPositionalArgument({ name: "amount", description: `Amount: ${AMOUNT_FORMS}, or max` })
      .addOption(optional("receiver", "Who is paid (0x, f0, f1, f2, f3 or f410f); the signer when left out"))
      .addOption(
        optional("controller", "Whose requests, where the signer is an operator; the signer's own when left out"),
      ),
  )
    .setAction(() => import("./vault/claim.js"))
    .build(),
  task(["vault", "queue"], "Show the redeem queue, and one lender's requests")
    .addOption(optional("lender", "Also show the requests of this account"))
    .addFlag(JSON_FLAG)
    .setAction(() => import("./vault/queue.js"))
    .build(),
  task(["vault", "status"], "Show the pool: assets, rates, share price, and one lender's part")
    .addOption(optional("lender", "Also show what this account holds"))
    .addFlag(JSON_FLAG)
    .setAction(() => import("./vault/status.js"))
    .build(),
];

const loan = [
  emptyTask("loan", "Borrow FIL for sector pledge: open, attach, draw, prove, repay, look").build(),
  writing(
    task(["loan", "open"], "Open a facility of 1 to 8 tranches")
      .addVariadicArgument({ name: "tranches", description: "AMOUNT@POWER for each tranche, such as 100FIL@320TiB" })
      .addOption({
        name: "drawBy",
        description: "When every tranche must be drawn: +90d, an epoch, or a UTC date",
        defaultValue: "+90d",
      })
      .addOption({ name: "proveWithin", description: "How long after a draw its power must show", defaultValue: "30d" })
      .addOption(optional("payee", "Who gets the surplus (0x, f0, f1, f2, f3 or f410f); the signer when left out")),
  )
    .setAction(() => import("./loan/open.js"))
    .build(),
  writing(
    task(
      ["loan", "attach"],
      "Make a miner secure a loan, after its owner has proposed the loan's account as beneficiary",
    )
      .addPositionalArgument(LOAN)
      .addPositionalArgument({ name: "miner", description: "The miner, f01234 or 1234" }),
  )
    .setAction(() => import("./loan/attach.js"))
    .build(),
  task(["loan", "preview"], "Show whether the next tranche can be drawn, and what bounds it")
    .addPositionalArgument(LOAN)
    .addOption(MINER)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./loan/preview.js"))
    .build(),
  writing(
    task(["loan", "draw"], "Draw the next tranche, straight into the miner; with --term at a fixed rate")
      .addPositionalArgument(LOAN)
      .addOption(TERM)
      .addOption(MAX_RATE)
      .addOption(MINER),
  )
    .setAction(() => import("./loan/draw.js"))
    .build(),
  writing(
    task(["loan", "prove"], "Prove the last drawn tranche by the miner's pledge and power").addPositionalArgument(LOAN),
  )
    .setAction(() => import("./loan/prove.js"))
    .build(),
  writing(
    task(["loan", "repay"], "Repay a loan; anyone may")
      .addPositionalArgument(LOAN)
      .addPositionalArgument({ name: "amount", description: `Amount: ${AMOUNT_FORMS}, or max` }),
  )
    .setAction(() => import("./loan/repay.js"))
    .build(),
  task(["loan", "terms"], "Show the fixed rates on offer with their parts, and a loan's own term")
    .addPositionalArgument({
      name: "loan",
      description: "Number of the loan; the offer alone when left out",
      defaultValue: "",
    })
    .addOption(optional("amount", `What is to be drawn: ${AMOUNT_FORMS}; the loan's next tranche when left out`))
    .addOption(optional("tier", "Tier of the provider, 0 to 3; the loan's, or 0, when left out"))
    .addFlag(JSON_FLAG)
    .setAction(() => import("./loan/terms.js"))
    .build(),
  task(["loan", "schedule"], "Show what falls due when: draws, proofs, interest, maturity, grace")
    .addPositionalArgument(LOAN)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./loan/schedule.js"))
    .build(),
  writing(
    task(["loan", "fix"], "Fix the rate of a floating debt, at the quote of now")
      .addPositionalArgument(LOAN)
      .addOption(TERM)
      .addOption(MAX_RATE),
  )
    .setAction(() => import("./loan/fix.js"))
    .build(),
  writing(
    task(
      ["loan", "unfix"],
      "Let a debt at a fixed rate float; the fee for leaving early is added to it",
    ).addPositionalArgument(LOAN),
  )
    .setAction(() => import("./loan/unfix.js"))
    .build(),
  writing(
    task(["loan", "roll"], "Roll a fixed term over, at the quote of now, from 30 days before maturity to 7 days after")
      .addPositionalArgument(LOAN)
      .addOption(TERM)
      .addOption(MAX_RATE),
  )
    .setAction(() => import("./loan/roll.js"))
    .build(),
  writing(
    task(["loan", "sweep"], "Collect what is due from a miner's available balance; anyone may")
      .addPositionalArgument(LOAN)
      .addOption(MINER),
  )
    .setAction(() => import("./loan/sweep.js"))
    .build(),
  writing(
    task(["loan", "cure"], "Pay, then have the loan reviewed, and insist that it is healthy")
      .addPositionalArgument(LOAN)
      .addPositionalArgument({
        name: "amount",
        description: `Amount: ${AMOUNT_FORMS}; 0 only reviews`,
        defaultValue: "0",
      }),
  )
    .setAction(() => import("./loan/cure.js"))
    .build(),
  writing(
    task(["loan", "promise"], "Promise conditions for a tranche before its draw: spot checks of sectors, data")
      .addPositionalArgument(LOAN)
      .addOption({ name: "tranche", description: "Number of the tranche", defaultValue: "1" })
      .addOption({ name: "checks", description: "Sectors to be checked, drawn by lot: 0 to 8", defaultValue: "0" })
      .addOption(optional("until", "What counts must be committed until here: +180d, an epoch, or a UTC date"))
      .addOption(optional("data", "Data that the miner must tell of, such as 32GiB")),
  )
    .setAction(() => import("./loan/promise.js"))
    .build(),
  writing(
    task(["loan", "sample"], "Name the miner's sectors, of which the beacon draws those to be checked")
      .addPositionalArgument(LOAN)
      .addVariadicArgument({ name: "ranges", description: "Sector numbers, ascending: 0-119 or 7" }),
  )
    .setAction(() => import("./loan/sample.js"))
    .build(),
  writing(
    task(
      ["loan", "check"],
      "Answer a spot check for the sectors that the beacon drew; anyone may",
    ).addPositionalArgument(LOAN),
  )
    .setAction(() => import("./loan/check.js"))
    .build(),
  writing(
    task(
      ["loan", "reclaim"],
      "Take back a draw whose proof deadline has passed, and freeze the facility; anyone may",
    ).addPositionalArgument(LOAN),
  )
    .setAction(() => import("./loan/reclaim.js"))
    .build(),
  writing(
    task(
      ["loan", "refinance"],
      "Take over a miner that another lender holds, paying that lender off: look, offer, take",
    )
      .addPositionalArgument(LOAN)
      .addPositionalArgument({ name: "miner", description: "The miner, f01234 or 1234" })
      .addOption(optional("amount", `Offer the lender this pay-off: ${AMOUNT_FORMS}; it can be raised, never lowered`))
      .addOption({
        name: "deadline",
        description: "Until when the offer binds: +7d, an epoch, or a UTC date",
        defaultValue: "+7d",
      })
      .addFlag({ name: "take", description: "Pay the lender off and take its lien over; anyone may" }),
  )
    .setAction(() => import("./loan/refinance.js"))
    .build(),
  writing(
    task(["loan", "release"], "Pay surplus to the loan's payee, as far as the rest carries the debt")
      .addPositionalArgument(LOAN)
      .addPositionalArgument({ name: "amount", description: `Amount: ${AMOUNT_FORMS}` })
      .addOption(MINER),
  )
    .setAction(() => import("./loan/release.js"))
    .build(),
  writing(
    task(["loan", "detach"], "Give a miner back, after its owner has proposed itself as beneficiary")
      .addPositionalArgument(LOAN)
      .addOption(MINER),
  )
    .setAction(() => import("./loan/detach.js"))
    .build(),
  writing(
    task(
      ["loan", "escrow"],
      "Take a miner's ownership into the loan's account, after its owner has proposed that; for better weights",
    )
      .addPositionalArgument(LOAN)
      .addOption(MINER),
  )
    .setAction(() => import("./loan/escrow.js"))
    .build(),
  writing(
    task(
      ["loan", "unescrow"],
      "Release a miner from escrow: back to the lien, with a new owner proposed (releaseMiner)",
    )
      .addPositionalArgument(LOAN)
      .addPositionalArgument({
        name: "owner",
        description: "Who becomes owner (f0, f1, f2, f3, f410f or 0x); must accept",
      })
      .addOption(MINER),
  )
    .setAction(() => import("./loan/unescrow.js"))
    .build(),
  writing(
    task(["loan", "control"], "Give a miner in escrow another worker and other control addresses")
      .addPositionalArgument(LOAN)
      .addPositionalArgument({
        name: "worker",
        description: "The worker, f0 or f3...; the present one for no change of it",
        defaultValue: "",
      })
      .addVariadicArgument({
        name: "controls",
        description: "All control addresses, at most 10; those left out are dismissed",
        defaultValue: [],
      })
      .addFlag({ name: "confirm", description: "Instead, put a change of worker into force whose 900 epochs are over" })
      .addOption(MINER),
  )
    .setAction(() => import("./loan/control.js"))
    .build(),
  writing(
    task(["loan", "post"], "Post tokens beside the loan's miners; anyone may. Approves them first where that is needed")
      .addPositionalArgument(LOAN)
      .addPositionalArgument(TOKEN)
      .addPositionalArgument({ name: "amount", description: "Whole tokens, such as 10.5, or max" }),
  )
    .setAction(() => import("./loan/post.js"))
    .build(),
  writing(
    task(["loan", "unpost"], "Take posted tokens back, as far as the rest carries the debt")
      .addPositionalArgument(LOAN)
      .addPositionalArgument(TOKEN)
      .addPositionalArgument({ name: "amount", description: "Whole tokens, such as 10.5, or max" })
      .addOption(optional("receiver", "Who gets them (0x, f0, f1, f2, f3 or f410f); the signer when left out")),
  )
    .setAction(() => import("./loan/unpost.js"))
    .build(),
  writing(task(["loan", "close"], "Close a loan without debt, strips and miners, for good").addPositionalArgument(LOAN))
    .setAction(() => import("./loan/close.js"))
    .build(),
  task(["loan", "status"], "Show one loan, or list all that are open")
    .addPositionalArgument({
      name: "loan",
      description: "Number of the loan; all loans when left out",
      defaultValue: "",
    })
    .addFlag({ name: "check", description: "End with exit code 4 when a loan is unhealthy, for monitoring" })
    .addOption({
      name: "minHealth",
      description: "Health below this counts as unhealthy with --check",
      defaultValue: "1.05",
    })
    .addFlag(JSON_FLAG)
    .setAction(() => import("./loan/status.js"))
    .build(),
];

const auction = [
  emptyTask("auction", "Auctions of strips, posted tokens and miners: look, buy").build(),
  task(["auction", "list"], "Show what is on sale and what may be put on sale, by the present state alone")
    .addOption(optional("loan", "Only this loan"))
    .addFlag(JSON_FLAG)
    .setAction(() => import("./auction/list.js"))
    .build(),
  writing(
    task(["auction", "take"], "Buy strips, posted tokens, or a miner's ownership of a loan in liquidation, for FIL")
      .addPositionalArgument(LOAN)
      .addOption({ name: "kind", description: "strips, tokens or miner", defaultValue: "strips" })
      .addOption({
        name: "amount",
        description: "Face of strips in FIL, or whole tokens; max for all that is on sale",
        defaultValue: "max",
      })
      .addOption(optional("maxPrice", "Most FIL to pay in all; 1 % above the price of now when left out"))
      .addOption(optional("token", "With --kind tokens: the token, by symbol or address"))
      .addOption(optional("miner", "With --kind miner: the miner, f01234 or 1234"))
      .addOption(optional("owner", "With --kind miner: who becomes owner and must accept; the signer when left out"))
      .addOption(optional("receiver", "With --kind tokens: who gets them; the signer when left out")),
  )
    .setAction(() => import("./auction/take.js"))
    .build(),
  writing(
    task(["auction", "redirect"], "Name another owner of a miner that you bought and that nobody has accepted")
      .addPositionalArgument({ name: "miner", description: "The miner, f01234 or 1234" })
      .addPositionalArgument({
        name: "owner",
        description: "Who becomes owner (f0, f1, f2, f3, f410f or 0x); must accept",
      }),
  )
    .setAction(() => import("./auction/redirect.js"))
    .build(),
];

/** `futures sell` and `futures buy`: the same, with the sides exchanged. */
function orderTask(side: "sell" | "buy") {
  const other = side === "sell" ? "buy" : "sell";
  return writing(
    task(
      ["futures", side],
      `Sign a limit order to ${side}; with --order take an order to ${other} that somebody signed`,
    )
      .addOption(SERIES)
      .addOption(
        optional("lots", "How many lots (1 TiB for 30 days each); with --order all that is left when left out"),
      )
      .addOption(optional("price", "Worst price in ticks per lot"))
      .addOption(optional("order", `File with a signed order to ${other}, to be taken at its price`))
      .addOption(optional("out", "New file for the signed order; standard output when left out"))
      .addOption({
        name: "expires",
        description: "Last epoch of the order: +1d, an epoch, or a UTC date",
        defaultValue: "+1d",
      })
      .addOption({ name: "minFill", description: "Least lots that a fill must have", defaultValue: "1" })
      .addOption(optional("nonce", "Number by which the order can be cancelled; the time of now when left out"))
      .addOption(optional("taker", "Who alone may take the order"))
      .addOption(optional("feeCap", "Highest fee in basis points of the notional; the taker's of now when left out"))
      .addFlag({ name: "reduceOnly", description: "The position must not grow or turn" })
      .addFlag({ name: "postOnly", description: "The order is never a taker's" }),
  )
    .setAction(() => (side === "sell" ? import("./futures/sell.js") : import("./futures/buy.js")))
    .build();
}

const futures = [
  emptyTask("futures", "Trade storage capacity for dates to come: look, margin, orders, settlement").build(),
  task(["futures", "series"], "Show series that were listed: state, dates, mark, caps, open interest")
    .addOption(IDS)
    .addOption(SINCE)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./futures/series.js"))
    .build(),
  task(
    ["futures", "quote"],
    "Show what a trade would need: margin, fees, and the prices that are near enough to the mark",
  )
    .addOption(SERIES)
    .addOption(optional("lots", "How many lots, of 1 TiB for 30 days each"))
    .addOption(optional("side", "buy or sell"))
    .addOption(optional("price", "Price in ticks per lot; the mark when left out"))
    .addOption(optional("account", "Whose position it adds to; the signer's when left out"))
    .addFlag(JSON_FLAG)
    .setAction(() => import("./futures/quote.js"))
    .build(),
  writing(
    task(["futures", "margin"], "Show an account in a series; move tokens into the clearing, into the series, and back")
      .addOption(SERIES)
      .addOption(optional("deposit", "Whole tokens, or max: from the signer into the clearing, in no series"))
      .addOption(optional("withdraw", "Whole tokens, or max: out of the clearing, of those in no series"))
      .addOption(optional("allocate", "Whole tokens, or max: into the series, as margin"))
      .addOption(optional("release", "Whole tokens, or max: out of the series, as far as its margin allows"))
      .addFlag({ name: "complete", description: "Finish a release that a storm delayed" }),
  )
    .setAction(() => import("./futures/margin.js"))
    .build(),
  orderTask("sell"),
  orderTask("buy"),
  writing(
    task(["futures", "cancel"], "Cancel the signer's signed orders")
      .addOption(optional("nonce", "Those of this nonce"))
      .addFlag({ name: "all", description: "All that were signed so far" }),
  )
    .setAction(() => import("./futures/cancel.js"))
    .build(),
  task(["futures", "positions"], "Show an account's positions")
    .addOption(optional("account", "Whose; the signer's when left out"))
    .addOption(IDS)
    .addOption(SINCE)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./futures/positions.js"))
    .build(),
  writing(
    task(["futures", "settle"], "Do what is due after expiry: propose the price, make it final, resolve; anyone may")
      .addOption(SERIES)
      .addOption(optional("users", "Whose positions to resolve, separated by commas; found by the logs when left out"))
      .addOption(SINCE),
  )
    .setAction(() => import("./futures/settle.js"))
    .build(),
  writing(
    task(["futures", "dispute"], "Stake the bond on another settlement price than the proposed one")
      .addOption(SERIES)
      .addOption(optional("price", "What the price should be, in ticks per lot")),
  )
    .setAction(() => import("./futures/dispute.js"))
    .build(),
  writing(
    task(["futures", "claim"], "Claim what a settled series owes, into the tokens that are in no series; anyone may")
      .addOption(SERIES)
      .addOption(optional("user", "For whom; the signer when left out")),
  )
    .setAction(() => import("./futures/claim.js"))
    .build(),
];

const keeper = [
  task(
    "liquidate",
    "Look at every loan, sweep at par, auction tokens, miners and claims, buy where that pays, claim what is due, raise the rate of terms that are over, answer spot checks, store prices",
  )
    .addFlag({ name: "once", description: "One pass, then end (the default)" })
    .addFlag({ name: "watch", description: "One pass after another until interrupted; with --json one value a line" })
    .addOption({
      name: "interval",
      description: "Seconds between passes with --watch",
      type: ArgumentType.INT,
      defaultValue: 30,
    })
    .addFlag({ name: "dryRun", description: "Decide and simulate, but send nothing" })
    .addOption({ name: "minProfit", description: "Least profit of a step after gas", defaultValue: "0" })
    .addOption({
      name: "maxGasFee",
      description: "Most gas that an unpaid step may cost (reviews, auctions, provisions)",
      defaultValue: "0.1",
    })
    .addOption(optional("budget", "Most FIL to spend on one purchase; what the signer has when left out"))
    .addOption(optional("loan", "Only this loan"))
    .addFlag({ name: "takeTokens", description: "Also buy posted tokens, where their feed's price leaves a profit" })
    .addOption(
      optional(
        "minerOwner",
        "Also buy miners, where their orderly value leaves a profit, for this owner, who must accept",
      ),
    )
    .addFlag({ name: "all", description: "Also collect interest from healthy loans, for the tip" })
    .addOption(FROM)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./liquidate.js"))
    .build(),
  task("demo", "Play a loan's whole life on a simulated Filecoin")
    .addOption({
      name: "scenario",
      description:
        "bad: faults and liquidation; good: full repayment; escrow: a miner's ownership is sold; crash: posted tokens fall by 40 %",
      defaultValue: "bad",
    })
    .addFlag(JSON_FLAG)
    .setAction(() => import("./demo.js"))
    .build(),
];

const definitions: readonly TaskDefinition[] = [...vault, ...loan, ...auction, ...futures, ...keeper];

/** All tasks of the project. */
export const tasks = definitions as Array<NewTaskDefinition | TaskOverrideDefinition>;
