import { cell } from "./files.js";
import { namedTests, testsCell } from "./tests.js";

/** A class of attack that other protocols fell to, or that this one invites. */
export interface Attack {
  readonly id: string;
  readonly text: string;
  /** Set where it does not apply: why. */
  readonly notApplicable?: string;
}

interface Chapter {
  readonly title: string;
  readonly attacks: readonly Attack[];
}

const CHAPTERS: readonly Chapter[] = [
  {
    title: "Shares and the vault",
    attacks: [
      { id: "V-01", text: "First depositor inflates the share price by a donation" },
      { id: "V-02", text: "Donation into a vault in use moves the share price or a loan's health" },
      { id: "V-03", text: "Draining by rounding, 10,000 times deposit and withdraw" },
      { id: "V-04", text: "A conversion that rounds in the caller's favour; exact reference for each" },
      { id: "V-05", text: "Vault empty after everybody left, dust remaining: the next depositor gets fair shares" },
      { id: "V-06", text: "Withdraw or redeem another's shares without allowance" },
      { id: "V-07", text: "Previews and maxima that do not match what happens, or revert" },
      { id: "V-08", text: "Deposit just before a gain is booked, leave just after; leave just before a loss" },
      { id: "V-09", text: "Read-only re-entrancy: prices read while a payout or callback is running" },
      { id: "V-10", text: "Claiming an asynchronous redemption twice" },
    ],
  },
  {
    title: "Lending, pledges, liquidations",
    attacks: [
      { id: "L-01", text: "A function that raises debt or lowers collateral without the health check" },
      { id: "L-02", text: "Liquidating oneself for a profit" },
      {
        id: "L-03",
        text: "Liquidating a healthy loan: health exactly 1, one more, one less, with interest not yet booked",
      },
      { id: "L-04", text: "A liquidation that lowers health, or pays more than its bonus" },
      { id: "L-05", text: "Leaving dust that nobody will liquidate" },
      { id: "L-06", text: "Bad debt booked twice, or not at all" },
      { id: "L-07", text: "A lender leaves in the block before a loss is booked" },
      { id: "L-08", text: "A recipient that refuses, burns gas or returns a megabyte blocks a liquidation" },
      { id: "L-09", text: "A repayment of 1 attoFIL in front makes an exact amount fail" },
      { id: "L-10", text: "Loops over miners, tranches, strips or auctions that outgrow a message" },
      { id: "L-11", text: "A token that blocks borrower or liquidator" },
      {
        id: "L-12",
        text: "Interest avoided by timing: draw and repay in one epoch, many small accruals for one large",
      },
      { id: "L-13", text: "Interest that overflows and blocks exits: 100 years at the highest rate" },
      { id: "L-14", text: "Everything lent out: withdrawals, sweeps and liquidations at 100 % utilisation" },
      { id: "L-15", text: "Deposit, draw and withdraw within one transaction moves the rate" },
      {
        id: "L-16",
        text: "One miner pledged twice: to two loans, after a change of owner or beneficiary, by its other address",
      },
      { id: "L-17", text: "Collateral that decays: faults, terminations, expiry while the loan is open" },
      { id: "L-18", text: "Release or detach in a race with a fault; never with the draw test failing" },
      { id: "L-19", text: "Acting on behalf of another: drawing on its loan, repaying dust to reset its clocks" },
      { id: "L-20", text: "A bonus larger than the collateral, for every set of parameters that the setters accept" },
      { id: "L-21", text: "Parameters changed so that healthy loans become liquidatable at once" },
      { id: "L-22", text: "Profit from an oracle that lags" },
    ],
  },
  {
    title: "Oracles",
    attacks: [
      { id: "O-01", text: "A price that is stale, undated, from the future or of an old round" },
      { id: "O-02", text: "An answer of zero, below zero, at a bound or beyond" },
      { id: "O-03", text: "Decimals from 0 to 36" },
      {
        id: "O-04",
        text: "A rollup's sequencer is down or just up",
        notApplicable: "Filecoin is no rollup and has no sequencer.",
      },
      {
        id: "O-05",
        text: "A read that reverts, burns all gas, gives too little data or a megabyte; and a caller that starves it",
      },
      { id: "O-06", text: "A jump in one round" },
      { id: "O-07", text: "Two sources that disagree" },
      { id: "O-08", text: "A price or value that balances of the moment move" },
      { id: "O-09", text: "A wrong feed, or one whose decimals change" },
      {
        id: "O-10",
        text: "Reporters that collude, sign twice or forge signatures",
        notApplicable: "There is no price feed of our own: sources are Chainlink's, Pyth's and Tellor's.",
      },
      {
        id: "O-11",
        text: "An average over time that null rounds shorten",
      },
    ],
  },
  {
    title: "Tokens",
    attacks: [
      { id: "T-01", text: "A fee on a transfer, for the receiver or on top for the sender" },
      { id: "T-02", text: "Balances that rebase, up and down" },
      { id: "T-03", text: "Hooks in a transfer, in either direction" },
      { id: "T-04", text: "No answer, false, or true without moving anything" },
      { id: "T-05", text: "Blacklists, pauses, stalls, refusal of zero amounts" },
      { id: "T-06", text: "Few or many decimals" },
      { id: "T-07", text: "A token that changes its behaviour" },
      { id: "T-08", text: "One token by two addresses" },
      { id: "T-09", text: "A token without code" },
    ],
  },
  {
    title: "Proxies and roles",
    attacks: [
      { id: "U-01", text: "Initialising an implementation or a fresh proxy" },
      { id: "U-02", text: "Initialising again" },
      {
        id: "U-03",
        text: "A storage layout that changes between releases; ERC-7201 slots recomputed from their names",
      },
      { id: "U-04", text: "Selectors that clash between proxy and implementation" },
      { id: "U-05", text: "`delegatecall` to a chosen address, self-destruct in an implementation" },
      { id: "U-06", text: "Upgrading without the role or before the delay" },
      { id: "U-07", text: "Upgrading to something that is no UUPS implementation" },
      {
        id: "U-08",
        text: "An upgrade that loses state: every getter equal before and after, with many positions open",
      },
      { id: "U-09", text: "State or constructors in an implementation" },
      { id: "U-10", text: "Locking the last administrator out" },
      { id: "U-11", text: "A function missing from the role x function table" },
      { id: "U-12", text: "Going round a delay: executing early, again, or after lowering the delay" },
      { id: "U-13", text: "Escalation through multicall or a forged sender" },
      { id: "U-14", text: "Initialising between deployment and initialisation" },
      { id: "U-15", text: "Replacing the beacon under the collateral accounts" },
    ],
  },
  {
    title: "Pauses and exits",
    attacks: [
      { id: "P-01", text: "A combination of pauses in which one can be liquidated but not repay" },
      {
        id: "P-02",
        text: "Liquidation in the instant a pause ends",
        notApplicable:
          "No pause stops repayments or cures, so an SP can act all through it; a grace period afterwards would only delay lenders.",
      },
      { id: "P-03", text: "A pause that lasts for ever" },
      { id: "P-04", text: "The guardian doing more than pausing" },
      { id: "P-05", text: "Interest and deadlines while paused: no cliff at the end" },
      {
        id: "P-06",
        text: "Emergency shutdown that depends on the order of exits",
        notApplicable: "There is no shutdown: exits have no pause, and what is lent out is paid back by sweeps.",
      },
      { id: "P-07", text: "Somebody who cannot repay in full, or cannot withdraw without debt" },
    ],
  },
  {
    title: "Filecoin's EVM",
    attacks: [
      { id: "E-01", text: "Relying on 2,300 gas against re-entry" },
      { id: "E-02", text: "The second address of an actor, in every place where an address is supplied" },
      { id: "E-03", text: "Value that arrives without code running; balances taken for ledgers" },
      { id: "E-04", text: "Hard-coded gas" },
      { id: "E-05", text: "EXTCODESIZE of a native actor is 1: a miner passed where a contract is expected" },
      { id: "E-06", text: "Calls to what does not exist succeed with empty output" },
      { id: "E-07", text: "Malformed CBOR, non-zero exit codes, wrong codecs, missing actors" },
      { id: "E-08", text: "Owner or beneficiary changed or proposed by the other side while the loan is open" },
      { id: "E-09", text: "Null rounds: epochs that are skipped, many epochs at once" },
      { id: "E-10", text: "`handle_filecoin_method` as a way round modifiers" },
      { id: "E-11", text: "Amounts in CBOR that are negative, empty or too long" },
      { id: "E-12", text: "Contracts above 24,576 bytes" },
    ],
  },
  {
    title: "The EVM in general",
    attacks: [
      { id: "G-01", text: "Casts and unchecked arithmetic that wrap" },
      { id: "G-02", text: "Dividing before multiplying" },
      {
        id: "G-03",
        text: "Tokens of other precision",
        notApplicable: "The only asset is FIL, with 18 decimals; shares have a fixed 24.",
      },
      { id: "G-04", text: "`tx.origin` as authority" },
      { id: "G-05", text: "Unbounded arrays and loops" },
      { id: "G-06", text: "Return data that costs more to copy than the call" },
      { id: "G-07", text: "Being kept out until a deadline passes" },
      { id: "G-08", text: "One `msg.value` spent several times, or FIL that lies there spent as if it had been sent" },
      { id: "G-09", text: "The same id claimed twice; arrays of unequal length or with duplicates" },
      { id: "G-10", text: "Re-entering each function at each point where foreign code runs" },
      { id: "G-11", text: "Making the protocol call an address with data of one's choice" },
      { id: "G-12", text: "State that changes without an event" },
      { id: "G-13", text: "Writing back a stale copy of state" },
      { id: "G-14", text: "FIL forced in" },
      { id: "G-15", text: "The bounds of every integer width" },
    ],
  },
];

export const ATTACKS: readonly Attack[] = CHAPTERS.flatMap(({ attacks }) => attacks);

/** docs/attack-catalogue.md */
export function renderAttacks(root: string): string {
  const tests = namedTests(root);
  const chapters = CHAPTERS.map(({ title, attacks }) => {
    const rows = attacks.map(({ id, text, notApplicable }) => {
      const answer =
        notApplicable === undefined ? testsCell(tests, id) || "**missing**" : `Does not apply. ${notApplicable}`;
      return `| ${id} | ${cell(text)} | ${answer} |`;
    });
    return [`## ${title}`, "", "| Id | Attack | Tests |", "|---|---|---|", ...rows, ""].join("\n");
  });
  return [
    "# Attack catalogue",
    "",
    "<!-- Generated by `npm run docs` from scripts/docs/attacks.ts and the tests; a test compares them. -->",
    "",
    "Attacks on lending protocols, vaults, proxies and contracts on Filecoin, and the tests that carry them out. A test belongs to an",
    'attack by the id in its name (`test_V01_...`, `it("V-01: ...")`). Each was seen to fail against code with the guard removed.',
    "",
    ...chapters,
  ].join("\n");
}
