import { cell } from "./files.js";
import { proofOf, testPaths } from "./proofs.js";

/** A feature of lending to storage providers, and where we show that we have it. */
export interface Feature {
  readonly feature: string;
  /** Which of fourteen lending systems have it in full, and which in part; after their documents, code and audits. */
  readonly peers: string;
  readonly ours: string;
  /** Names of tests that would fail without it. */
  readonly tests?: readonly string[];
  /** Set for what this release does not have. */
  readonly missing?: string;
}

const NONE = "none";

export const FEATURES: readonly Feature[] = [
  {
    feature: "Miner actor as collateral",
    peers: "GLIF, FILLiquid, STFIL, HashMix; in part Collectif",
    ours: "Available balance, vesting funds and pledge, less fees, read in the transaction that uses them",
    tests: ["test_attach_takesTheLien", "test_assess_orderlyValueIsNeverMoreThanTerminationLeaves"],
  },
  {
    feature: "Beneficiary lien without custody: the owner never moves",
    peers: "FILLiquid, Collectif, HashMix",
    ours: "The loan's account is beneficiary to the last epoch there is; every attach reads the term back",
    tests: ["test_attach_takesTheLien", "test_RevertWhen_TheApprovalDidNotMakeALien", "test_detach_givesTheLienBack"],
  },
  {
    feature: "Lien and owner escrow beside each other, priced differently",
    peers: NONE,
    ours: "An escrowed miner counts at its orderly value by weights of its own; both kinds share a portfolio",
    tests: [
      "test_escrowMiner_countsTheOrderlyValueByTheEscrowWeights",
      "test_escrowMiner_drawsMoreThanTheLienWould",
      "test_releaseMiner_theLienOutlivesTheAcceptance",
    ],
  },
  {
    feature: "Value of the collateral fully on chain, without a signer",
    peers: "Ajna; in part FILLiquid",
    ours: "Facts of the actors in one snapshot; posted tokens by guarded feeds with fallback",
    tests: [
      "testFuzz_walkAwayValueDown_isNeverAboveOrderly",
      "test_assess_orderlyValueIsNeverMoreThanTerminationLeaves",
    ],
  },
  {
    feature: "Termination fee and 42 days of fault fees in the value",
    peers: "in part GLIF, HashMix",
    ours: "A safe bound of the fee, and the fees of a miner that is abandoned",
    tests: [
      "testFuzz_I14_safeBoundIsNeverBelowTheSumOfTheSectorsFees",
      "testFuzz_walkAwayValueDown_isNeverAboveOrderly",
    ],
  },
  {
    feature: "Tranches released by proof of onboarding",
    peers: "in part Collectif (by an oracle)",
    ours: "Growth of pledge and power, as the actors say it",
    tests: ["test_prove_unlocksTheNextTranche", "test_RevertWhen_DrawBeforeProof"],
  },
  {
    feature: "Covenants on sectors: status, expiration, data",
    peers: NONE,
    ours: "Spot checks of sectors that the beacon draws from all of a miner's; data told of by the miner actor",
    tests: [
      "test_check_provesTheTranche",
      "test_RevertWhen_sectorsDoNotCoverThePower",
      "test_draw_everySetAsLikely",
      "test_data_provesTheTranche",
    ],
  },
  {
    feature: "Loan paid straight into the miner",
    peers: "FILLiquid, Collectif, STFIL; in part GLIF",
    ours: "A draw ends in the miner actor and nowhere else, but for a pay-off, which ends with the lender whose lien it buys",
    tests: ["test_lend_paysTheMinerAndEmits"],
  },
  {
    feature: "Claw-back of an unused tranche",
    peers: NONE,
    ours: "`reclaim` after the proof's deadline, at par, open to anyone",
    tests: ["test_reclaim_takesTheUnusedDrawBackAtPar", "test_reclaim_freezesTheFacility"],
  },
  {
    feature: "Grace for faults, on chain",
    peers: "in part GLIF, Collectif (off chain)",
    ours: "Watch for 14 days, then call; `cure` by anyone",
    tests: ["test_cure_restoresAnImpairedLoan"],
  },
  {
    feature: "Several miners in one portfolio",
    peers: "GLIF, FILLiquid, Collectif, STFIL; in part Aave, Comet, Euler",
    ours: "Up to 8 miners and 8 tokens behind one debt",
    tests: ["test_portfolio_showsEachMiner"],
  },
  {
    feature: "Rate that floats with utilisation",
    peers: "STFIL, HashMix, Morpho, Aave, Comet, Euler, Ajna, Fluid; in part FILLiquid",
    ours: "Curve with an adaptive target, bounded in speed",
    tests: ["test_drift_restsAtTheTarget"],
  },
  {
    feature: "Fixed rate for a fixed term beside it",
    peers: "in part GLIF, FILLiquid, STFIL, Liquity",
    ours: "Floating rate or rate at target, premium by term, spread by tier, frozen at the draw; a debt is a line, so sums are exact",
    tests: [
      "test_quote_isFloatingOrTargetPlusPremiumPlusSpread",
      "test_drawFixed_interestIsSimpleWhateverTheFloatingRateDoes",
      "test_fee_isWhatLendersLoseUntilMaturity",
      "test_fix_keepsDebtAndInterestAndStopsTheIndex",
    ],
  },
  {
    feature: "Tier earned from history on chain",
    peers: NONE,
    ours: "Reputation by a fixed formula, decaying, not transferable; up to 3 points of draw weight",
    tests: [
      "test_draw_tierAddsPointsToTheDrawWeight",
      "test_tiers_needNinetyDays",
      "test_tier_isLostWithTheTokenAndWithAMark",
    ],
  },
  {
    feature: "Repayment from rewards, by anyone",
    peers: "Collectif (administrator), HashMix; in part GLIF, FILLiquid",
    ours: "`sweep`, for a tip",
    tests: ["test_sweep_healthyTakesInterestOnly", "test_sweep_inCallTakesEverything"],
  },
  {
    feature: "Liquidation by anyone",
    peers: "FILLiquid, Morpho, Aave, Comet, Liquity, Euler, Ajna, Maker, Fluid",
    ours: "Sweeps at par, strips, posted tokens, ownership",
    tests: ["test_liquidation_sweepKickTakeClaim"],
  },
  {
    feature: "Partial liquidation to a target health",
    peers: "Aave v4, Fluid; in part Morpho, Euler, Ajna, Maker",
    ours: "A sale brings what restores the target, no more",
    tests: ["testFuzz_priceToTargetUp_reachesTargetAndNoMore", "testFuzz_Offer_reachesTargetAndNoMore"],
  },
  {
    feature: "Dutch auction of a miner's claims",
    peers: "of tokens: Ajna, Maker; in part Aave v4, Euler, Fluid",
    ours: "Strips: claims on what vests and on the pledge, paid in the order of their sale",
    tests: ["test_liquidation_sweepKickTakeClaim", "test_claim_lineIsPaidFromItsFront"],
  },
  {
    feature: "Auction of a miner's ownership",
    peers: NONE,
    ours: "Control auction of escrowed miners; the surplus is the SP's",
    tests: ["test_quote_fallsFromAboveTheOrderlyValueToTheReserve"],
  },
  {
    feature: "Flash callback for takers",
    peers: "Morpho, Euler, Ajna, Maker, Fluid",
    ours: "In all three auctions; what is priced cannot change in the callback",
    tests: ["test_Callback_sellsWhatItBuys", "test_G10_callbackCannotChangeTheDebt"],
  },
  {
    feature: "Reserve price and purchase by the protocol",
    peers: NONE,
    ours: "No strip below its reserve; after the last round the pool keeps the claim",
    tests: ["test_curve_reachesTheReservePriceWithinARound", "test_buyIn_closesAfterTheLastRoundAndBarsKicksForADay"],
  },
  {
    feature: "Bad debt booked by rule, at once",
    peers: "GLIF, Morpho, Liquity, Ajna; in part FILLiquid, STFIL, Aave, Comet, Euler, Maker, Fluid",
    ours: "`impair` when value falls short, open to anyone; an economic test, not an empty account",
    tests: ["test_impair_reserveFirstThenTheSharePrice", "test_writeOff_afterSilence"],
  },
  {
    feature: "Waterfall of losses",
    peers: "Maker; in part Collectif, STFIL, Aave, Comet, Liquity",
    ours: "SP's margin, then the reserve fund, then unvested gains, then the share price",
    tests: ["test_bookImpairment_takesWhatTheReserveIsOwedFirst", "test_bookImpairment_thenWhatTheReserveHolds"],
  },
  {
    feature: "Provision before exits",
    peers: NONE,
    ours: "Whoever waits in the queue bears a loss booked before filling",
    tests: ["test_fulfil_burnsAtThePriceOfNow", "test_V08_provisionCountsTheAccount"],
  },
  {
    feature: "ERC-4626 shares",
    peers: "Collectif, Euler, Maker, Fluid; in part GLIF, Morpho, Aave",
    ours: "With native FIL in and out, virtual shares, and a ledger that donations do not move",
    tests: ["testFuzz_V07_depositIsAsPreviewed", "testFuzz_V01_firstDepositorCannotInflate"],
  },
  {
    feature: "Queue for redemptions (ERC-7540)",
    peers: NONE,
    ours: "First come first served, before draws, claims never paused",
    tests: [
      "test_fulfil_isFifo",
      "test_lendable_comesAfterTheQueue",
      "test_queue_fillingCostsTheSameForOneAndForMany",
      "test_RevertWhen_exitingAtOnceWhileOthersWait",
    ],
  },
  {
    feature: "Loan as a token",
    peers: "Liquity, Ajna, Fluid",
    ours: "ERC-721; what the holder has earned stays with the holder",
    tests: ["test_tier_isLostWithTheTokenAndWithAMark"],
  },
  {
    feature: "Liquidation claim as a token",
    peers: NONE,
    ours: "Strips are ERC-721 and paid to whoever holds them",
    tests: ["test_claim_goesToTheHolderOfTheMoment"],
  },
  {
    feature: "Taking over another lender's lien in one flow",
    peers: "in part Morpho, Aave, Liquity, Euler, Fluid",
    ours: "Offer, approval, then one transaction in which the lender is paid and the loan has the lien, or nothing happens; for keys and contracts alike",
    tests: [
      "test_takeover_paysTheLenderAndTakesItsLien",
      "test_takeover_approvalAndPaymentInOneTransactionOfTheLender",
      "test_adapter_paysAndTheLenderApproves",
      "testFuzz_offer_noApprovalIsEverWorthLess",
    ],
  },
  {
    feature: "Limits on the speed of deposits and draws",
    peers: "Aave v4, Fluid; in part GLIF, Collectif, Morpho, Comet, Euler, Maker",
    ours: "Token buckets over a day; exits and repayments have none",
    tests: [
      "test_deposits_upToTheDaysLimitAndBack",
      "test_draws_upToTheDaysLimitAndBack",
      "test_I12_exitsAndRepaymentsHaveNoLimit",
    ],
  },
  {
    feature: "Repayment and withdrawal can never be paused",
    peers: "FILLiquid, Morpho, Liquity, Ajna, Maker, Fluid's exits; in part GLIF, Euler",
    ours: "The guardian pauses draws, attaches and new auctions, for a week",
    tests: ["test_I12_exitsWorkInEveryPausedState", "test_P03_pausesEndAndDoNotFollowEachOther"],
  },
  {
    feature: "Upgrades behind a timelock",
    peers: "Morpho, Comet, Maker; in part Aave, Euler, Fluid",
    ours: "Seven days for code, two for parameters; the guardian may cancel",
    tests: ["test_U06_RevertWhen_theUpgraderDoesNotWait", "test_Guardian_cancelsUpgradesAndParameters"],
  },
  {
    feature: "Public suite of invariants",
    peers: "Morpho, Aave v3, Liquity, Euler, Ajna; in part Aave v4, Comet, Maker, Fluid",
    ours: "docs/invariants.md, under two fuzzers",
    tests: ["invariant_loans"],
  },
];

/** docs/features.md */
export function renderFeatures(root: string): string {
  const paths = testPaths(root);
  const rows = FEATURES.map(({ feature, peers, ours, tests, missing }) => {
    const proof = missing === undefined ? proofOf(paths, tests) : "";
    return `| ${cell(feature)} | ${cell(peers)} | ${missing === undefined ? cell(ours) : `**Not in this release.** ${cell(missing)}`} | ${proof} |`;
  });
  return [
    "# Features",
    "",
    "<!-- Generated by `npm run docs` from scripts/docs/features.ts and the tests; a test compares them. -->",
    "",
    "What lending to storage providers, and lending on chain in general, can offer; who offers it; and the tests that show it here. Peers",
    "compared: GLIF, FILLiquid, Collectif, STFIL, HashMix, Morpho, Aave v3 and v4, Compound Comet, Liquity v2, Euler v2, Ajna, Maker, Fluid.",
    "",
    "| Feature | Peers | Plimsoll | Tests |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
