import { cell } from "./files.js";
import { proofOf, testPaths } from "./proofs.js";

/** Something that the futures have, or do not, and where that is shown. */
export interface Claim {
  /** Names of tests that would fail without it. */
  readonly tests?: readonly string[];
  /** What of it is not there; without tests, all of it. */
  readonly missing?: string;
}

/** A feature of futures, and who has it. */
export interface FuturesFeature extends Claim {
  readonly feature: string;
  /** Which of thirteen systems have it in full, and which in part; after their documents, code and audits. */
  readonly peers: string;
  readonly ours: string;
}

/** Something that went wrong elsewhere, or may be tried here. */
export interface Threat extends Claim {
  readonly id?: string;
  readonly text: string;
  /** Why there is nothing to test. */
  readonly notApplicable?: string;
}

const NONE = "none";
const HISTORY = "keeps the identities of the specification in each of N random steps";
const AGREEMENT = "agree in every account, balance and refusal after each of N random steps";
const WORST_ORDER = "leave an owner of two accounts nothing to gain in the worst order";
const ANY_ORDER = "leave an owner of several accounts nothing to gain in any order";
const DISPUTE = "settles: a good average, a bonded dispute, a price of the arbiter's or of time";

export const FUTURES_FEATURES: readonly FuturesFeature[] = [
  {
    feature: "Dated, standard series",
    peers: "SilicaPools, Luxor, CME and ICE, UMA, Opyn, Derive, SynFutures, Contango; in part Alkimiya v1, Drift",
    ours: "Lots of 1 TiB for 30 days; dates, token, index and tick are frozen in the id of the series",
    tests: ["test_F07_IdIsTheHashOfAllThatIsFixed", "test_List_beginsAtTheIndex"],
  },
  {
    feature: "Underlying is a computing resource",
    peers: "Alkimiya v1, Luxor, CME and ICE; in part SilicaPools",
    ours: "Storage capacity; an index of what a tebibyte earns a day, of the miner actor's own figures, or any guarded feed",
    tests: ["test_F07_answer_isTheRewardOfATebibyteAndDay", "testFuzz_F07_answer_isLinearInRewardAndPower"],
  },
  {
    feature: "Physical delivery of proven capacity",
    peers: "in part Luxor, CME and ICE, Contango",
    ours: "A second leg beside the cash settlement: intents, tenders, assignment, 30 days of delivery",
    tests: ["test_run_deliveredInFull", "test_assign_intervals", "invariant_delivery"],
  },
  {
    feature: "Delivery verified on chain",
    peers: NONE,
    ours: "Power of the miner each day by the power actor; use of the capacity by what the miner actor tells of sealed data, or by the holder",
    tests: ["test_checkpoint_leastOfTheDay", "test_F08_partialFailure_realFaults", "test_takenUp_bySealing"],
    missing: "Use proven by a PDP data set, and samples of sectors drawn by the beacon.",
  },
  {
    feature: "Transferable right to capacity (warrant)",
    peers: "in part CME and ICE (off chain)",
    ours: "ERC-1155, by series, miner and seller; each holder is paid for its own time",
    tests: ["test_F08_transfer_midDelivery", "test_locked_staysWithItsHolder", "test_silica2025_mint_andLedgerAgree"],
  },
  {
    feature: "The seller's own proven capacity as margin",
    peers: "in part CME and ICE (a hedger's rate)",
    ours: "Covered shorts",
    missing: "A short pays the same margin whoever holds it.",
  },
  {
    feature: "Seller's bond, and compensation when delivery fails",
    peers: "CME and ICE; in part Alkimiya v1, Luxor, Contango",
    ours: "A bond of a quarter of the price; damages by lot and day, at least a fifth of the price or what it costs elsewhere",
    tests: [
      "test_tender_bondAndPower",
      "test_F08_partialFailure_exactly",
      "test_F08_damages_whatItCostsElsewhere",
      "test_FU11_damages_endWithTheBond",
    ],
  },
  {
    feature: "Cash settlement against an index",
    peers: "Alkimiya v1, SilicaPools, Luxor, UMA, Opyn, Derive, Drift, SynFutures; in part dYdX",
    ours: "Every position ends in cash at one final price",
    tests: ["test_F01_ProposesTheAverageOfTheLastDay", "test_F02_EveryoneIsPaidOnce"],
  },
  {
    feature: "Time-weighted average at expiry",
    peers: "SilicaPools, Luxor, CME and ICE, Derive (half an hour), SynFutures (an hour); in part Drift",
    ours: "Over the last day; good only with six observations and no gap; the mark goes over to it as it comes about",
    tests: ["test_O11_twap_weighsByTimeNotByCount", "test_O11_twap_isNotGoodWithAGap", "test_F01_LastDayIsTheAverage"],
  },
  {
    feature: "Dispute of the settlement price",
    peers: "CME and ICE, UMA, Opyn; in part Luxor",
    ours: "A day, with a bond; the arbiter names a price within half of the fallback, and the bond goes by whose price was nearer",
    tests: ["test_Dispute_takesABond", "test_Dispute_inTheLastEpoch", DISPUTE],
  },
  {
    feature: "A price in the end, whatever happens",
    peers: "Luxor, CME and ICE, UMA, Drift; in part Opyn, Derive, dYdX",
    ours: "Each silence has its time limit, after which anybody goes on",
    tests: [
      "test_X13_FundsNeverLock",
      "test_F10_WaitsADayForAGoodAverage",
      "test_F10_ProposesTheLastMarkWithoutAnyAverage",
    ],
  },
  {
    feature: "Margin instead of full payment",
    peers: "Luxor, CME and ICE, Derive, dYdX, Synthetix, GMX, Drift, SynFutures, Contango; in part Alkimiya v1, Opyn",
    ours: "Initial and maintenance margin, dearer for large positions and in crowded series; at least two and a half bands of the mark",
    tests: [
      "test_RevertWhen_TakerHasNoMargin",
      "test_X04_ConcentrationAndOpenInterestCostMore",
      "keep who could not be liquidated at one mark of a band above nothing at every other",
    ],
  },
  {
    feature: "Isolated margin, and bounded cross margin",
    peers: "CME and ICE, Derive, dYdX, Drift; in part Opyn, Synthetix, GMX, SynFutures",
    ours: "Isolated by series: nothing that happens in one reaches another",
    tests: ["invariant_futures", HISTORY],
    missing: "Cross margin, with credit between months.",
  },
  {
    feature: "Partial liquidation",
    peers: "CME and ICE, Opyn, Derive, dYdX, Synthetix, Drift, SynFutures; in part GMX",
    ours: "As many lots as bring the account back to its target, at a discount that grows",
    tests: ["test_Liquidate_asFarAsNeeded", "test_Liquidate_discountGrows", "test_Liquidate_leavesNoDust"],
  },
  {
    feature: "Waterfall of losses that no order of claims changes",
    peers: "CME and ICE; in part Opyn, Derive, Synthetix, GMX, Drift, SynFutures, Contango",
    ours: "Margin, then insurance within caps by series and day, then one recovery ratio for all value that leaves the series; insurance that arrives later covers",
    tests: [
      "test_WriteOff_insuranceThenDeficit",
      "test_X05_InsuranceIsCappedBySeries",
      "test_F12_PayoutsDoNotDependOnTheOrder",
      "covers a deficit with what the insurance receives later, within its caps, until claims are open",
    ],
  },
  {
    feature: "Signed orders (EIP-712), settled on chain",
    peers: "SilicaPools, Derive, dYdX; in part GMX, Drift",
    ours: "Partial fills, least fill, post only, fill or kill, immediate or cancel, reduce only; keys and contracts",
    tests: [
      "testFuzz_S08_hashOf_isEip712s",
      "test_fill_handsEachOverAtItsMakersPrice",
      "test_match_fillOrKillIsAllOrNothing",
    ],
  },
  {
    feature: "Anyone may settle",
    peers: "SilicaPools, dYdX; in part Drift",
    ours: "Two signed orders are matched by whoever hands them in",
    tests: ["test_match_fillsATakerAtTheMakersPrices", "matches two signed orders for anyone"],
  },
  {
    feature: "Order book on chain",
    peers: "in part Drift",
    ours: "An order book",
    missing: "Orders are signed and kept elsewhere.",
  },
  {
    feature: "One ledger of fills and one account for all ways to trade",
    peers: "Drift",
    ours: "The clearing takes trades of any venue on its list and judges them alike",
    tests: ["test_FU6_fill_countsWhatTheClearingFilledAndNothingElse", "test_RevertWhen_CallerIsNoVenue"],
    missing: "A second venue: there is that of signed orders alone.",
  },
  {
    feature: "Auction of capacity by providers",
    peers: "CME and ICE",
    ours: "An auction at one price",
    missing: "Providers sell by signed orders like everybody.",
  },
  {
    feature: "Blocks and requests for quotes, batches, cancelling all",
    peers: "Luxor, CME and ICE, Derive, Drift; in part SilicaPools, Opyn, dYdX, GMX",
    ours: "Up to 64 makers a call, of which a bad one stops none; orders for one taker; nonces cancelled one by one, in ranges and all at once",
    tests: [
      "test_fill_takes64Makers",
      "test_match_oneBadMakerLeavesTheRest",
      "test_fill_skipsAnOrderForAnotherTaker",
      "test_cancelAll_raisesTheEpochOfTheCallerAlone",
    ],
    missing: "Requests for quotes on chain.",
  },
  {
    feature: "Netting",
    peers:
      "Luxor, CME and ICE, UMA, Derive, dYdX, Synthetix, GMX, Drift, SynFutures, Contango; in part SilicaPools, Opyn",
    ours: "One position by account and series; opening, closing and turning are the same step",
    tests: ["test_Trade_closesAndTurns", "test_WriteOff_nets"],
  },
  {
    feature: "Transfer of positions",
    peers: "Alkimiya v1, SilicaPools, CME and ICE, UMA, Opyn, Derive, Synthetix",
    ours: "Transfer",
    missing: "A position changes hands by a trade within the band; only warrants are tokens.",
  },
  {
    feature: "Rewards for keepers",
    peers: "Derive, Synthetix, GMX, Drift; in part UMA, Opyn, dYdX, SynFutures",
    ours: "A discount on what is liquidated, a reward from fees for writing off and resolving",
    tests: ["test_WriteOff_paysAReward", "test_Resolve_booksLossesForAReward", "test_CollectFees_leavesRewards"],
  },
  {
    feature: "Expiry costs the same for any number of positions",
    peers: "SilicaPools, UMA, Opyn, dYdX, Drift, SynFutures, Contango; in part Derive",
    ours: "No step looks at more than one account, or at those it is given",
    tests: [
      "FU-10: settlement costs the same with 3 positions and with 12",
      "test_FU10_observe_costsTheSameAfterAnyNumber",
    ],
  },
  {
    feature: "Upgradeable, with storage compared",
    peers: "dYdX, Synthetix, Drift; in part Opyn",
    ours: "UUPS, namespaces, layouts kept in the repository; rehearsed with open positions",
    tests: ["test_F15_UpgradeWithOpenPositions", "U-03: all parts of the futures' clearing see the same storage"],
  },
  {
    feature: "Tasks on the command line",
    peers: "not compared",
    ours: "Tasks",
    missing: "The contracts are called by any client; the SDK signs orders.",
  },
  {
    feature: "Model written from the specification alone",
    peers: NONE,
    ours: "It and the contracts agree after every operation of random histories",
    tests: [AGREEMENT, HISTORY],
  },
];

/** What emptied others, and what stands against it. */
export const INCIDENTS: readonly Threat[] = [
  {
    id: "1",
    text: "SilicaPools, 2025: an amount cut to 128 bits, an index of the attacker's, a pool of no length, one purse for all pools",
    tests: [
      AGREEMENT,
      "test_X01_RevertWhen_DatesAreOutOfOrder",
      "test_RevertWhen_RegisteredByAStranger",
      "test_silica2025_mint_andLedgerAgree",
      "invariant_futures",
    ],
  },
  {
    id: "2",
    text: "Ribbon and Opyn, 2025: decimals of a pricer changed, and anyone's expiry price was taken",
    tests: [
      "test_O03_observe_takesNoAnswerInOtherDecimals",
      "test_RevertWhen_DisputeIsOutOfTheBand",
      "test_F09_ProposesFromExpiryOn",
      "test_F15_UpgradeWithOpenPositions",
    ],
  },
  {
    id: "3",
    text: "Mango, 2022: own trades and a thin market raised the mark, and the gain was borrowed against",
    tests: [
      "test_O06_observe_movesNoFurtherThanTimeAllows",
      "test_Mark_staysInTheBand",
      "test_SkipsBeyondTheOpenInterest",
      "test_X07_GainsAreNotPaidBeforeLossesAreBooked",
      WORST_ORDER,
    ],
    missing: "The cap of open interest is set by RISK; nothing ties it to the power that could be delivered.",
  },
  {
    id: "4",
    text: "dYdX, 2023: many wallets held most of a thin market, and the insurance paid",
    tests: [
      "test_X04_ConcentrationAndOpenInterestCostMore",
      "test_X05_InsuranceIsCappedBySeries",
      "test_X05_InsuranceIsCappedByDay",
    ],
  },
  {
    id: "5",
    text: "Hyperliquid, 2025: the backstop took a position over with everybody's collateral, and a vote overrode the price",
    tests: ["test_Residual_lossesAreLosses", "test_Take_fromTheResidualAccount", DISPUTE],
  },
  {
    id: "6",
    text: "Perpetual v1, 2022: a position too large for its market, and no insurance left",
    tests: ["test_SkipsBeyondThePositionCap", "test_Liquidate_discountGrows", "test_WriteOff_insuranceThenDeficit"],
  },
  {
    id: "7",
    text: "Drift v1, 2022: winners were paid before losers had lost",
    tests: [
      "test_X07_GainsAreNotPaidBeforeLossesAreBooked",
      "test_Release_waitsInAStorm",
      "test_Deficit_cutsWhatLeaves",
      "test_WriteOff_recallsWhatIsPending",
    ],
  },
  {
    id: "8",
    text: "KiloEx, 2025: a forwarder let anyone set prices",
    tests: [
      "test_RevertWhen_TheCallerHasNotTheRole",
      "test_RevertWhen_CallerIsNoVenue",
      "U-11: the table has every function that changes state, and no other",
    ],
  },
  {
    id: "9",
    text: "GMX v1, 2025: a call came back in between two contracts' accounts of one position",
    tests: [
      "test_RevertWhen_TokenReenters",
      "test_RevertWhen_ATradeComesBackIn",
      "test_S06_fill_cannotBeEnteredFromASignature",
      "test_RevertWhen_TokenCallsBack",
    ],
  },
  {
    id: "10",
    text: "Venus and Blizz, 2022: a feed stood at its least answer",
    tests: [
      "test_O02_observe_takesNoAnswerAtOrBeyondABound",
      "test_O01_observe_takesNoLateAnswer",
      "test_StaleMarkStopsIncreasesOnly",
    ],
  },
  {
    id: "11",
    text: "WTI, 2020: longs could not take delivery, and the price fell below nothing",
    tests: [
      "test_wti2020_refund_ofNonTakers",
      "test_declareIntent_pays120PercentOfTheMark",
      "test_Mark_isNeverNothing",
      "test_CloseOnly_skipsAndRefusesIncreases",
    ],
    missing: "Tighter position caps before expiry; positions only shrink then.",
  },
  {
    id: "12",
    text: "Nickel on the LME, 2022: a concentrated short, and trades that were cancelled",
    tests: ["test_X12_HaltStopsIncreasesOnly", "test_X04_ConcentrationAndOpenInterestCostMore"],
  },
  {
    id: "13",
    text: "Hegic, 2020: a last step that nobody could take",
    tests: ["test_X13_FundsNeverLock", "test_FU13_run_endsOffTheList", HISTORY],
  },
  {
    id: "14",
    text: "Perpetual v2 and Perennial: one account wins by a far price or a reward, another leaves the loss to the insurance",
    tests: [
      "test_X14_GainsAgainstTheMarkAreNoMargin",
      "test_F13_SkipsPricesOutsideTheBand",
      "test_X14_LiquidatingOneselfPaysFromOnesOwnMargin",
      WORST_ORDER,
      ANY_ORDER,
      "would not do so with less: the same search then finds what others lose",
    ],
  },
];

/** Input that must be refused, or change nothing for others. */
export const BAD_INPUT: readonly Threat[] = [
  {
    text: "Amounts that a narrower number would cut off (2^128 + 1)",
    tests: ["test_RevertWhen_AmountDoesNotFit", AGREEMENT],
  },
  {
    text: "An order played again in another series, on another chain, for another exchange, in an old epoch",
    tests: [
      "test_S09_F16_everyFieldIsSignedByItself",
      "test_fill_skipsOtherSeriesAndTheOtherSide",
      "test_S02_fill_skipsOrdersOfAnotherChain",
      "test_S03_fill_skipsOrdersForAnotherExchange",
      "test_S01_fill_skipsOldEpochs",
    ],
  },
  {
    text: "Fills of cancelled or expired orders",
    tests: ["test_F04_fill_afterCancelOrBefore", "test_S08_fill_takesAnOrderUpToItsExpiry"],
  },
  {
    text: "Trades with oneself",
    tests: [
      "test_F06_SkipsTheTakerItselfAndNobody",
      "test_F06_fill_leavesSelfTradesToTheClearing",
      "test_F06_match_leavesSelfTradesToTheClearing",
    ],
  },
  {
    text: "Contracts as signers that lie",
    tests: ["test_S06_fill_survivesWhateverAContractDoes", "test_S06_fill_takesNoKeysSignatureForAContract"],
  },
  { text: "A price outside the band", tests: ["test_F13_SkipsPricesOutsideTheBand", "test_Trade_goesToTheBandsEdge"] },
  {
    text: "A feed that is silent at expiry",
    tests: ["test_F10_WaitsADayForAGoodAverage", "test_F10_ProposesTheLastMarkWithoutAnyAverage"],
  },
  { text: "A dispute in the last block", tests: ["test_Dispute_inTheLastEpoch"] },
  {
    text: "Nobody to trade with",
    tests: ["test_RevertWhen_NothingIsFilled", "test_RevertWhen_NoMakerCanBeFilled"],
  },
  {
    text: "An account in every series",
    tests: [HISTORY],
    missing:
      "A test with all series in one account and the same gas in each; margin is isolated, so that no step sums over series.",
  },
  {
    text: "A seller whose miner loses power between tender and delivery",
    tests: ["test_coverage_ofALostMiner", "test_F08_partialFailure_realFaults", "test_tender_afterTheMinerIsSold"],
  },
  { text: "Warrants transferred while delivery runs", tests: ["test_F08_transfer_midDelivery"] },
  {
    text: "Claims in every order",
    tests: ["test_F12_PayoutsDoNotDependOnTheOrder", "pays claims at one ratio, whatever their order", HISTORY],
  },
];

/** Classes of attack on futures, their oracle and their signatures. */
export const FUTURES_ATTACKS: readonly Threat[] = [
  {
    id: "F-01",
    text: "Settlement price pushed for one block",
    tests: ["test_F01_ProposesTheAverageOfTheLastDay", "test_F01_LastDayIsTheAverage"],
  },
  {
    id: "F-02",
    text: "Settled twice",
    tests: ["test_F02_EveryoneIsPaidOnce", "test_RevertWhen_FinalisingOtherwise"],
  },
  { id: "F-03", text: "Sums that are not nothing", tests: ["test_F03_ZeroSumAtAnyMark", "invariant_futures"] },
  {
    id: "F-04",
    text: "Race between fill and cancel",
    tests: [
      "test_F04_fill_afterCancelOrBefore",
      "test_F04_cancel_stopsOneNonce",
      "test_F04_fill_isNotStoppedByAnothersCancel",
    ],
  },
  {
    id: "F-05",
    text: "More filled than ordered",
    tests: [
      "testFuzz_F05_noInterleavingOverfills",
      "test_F05_fill_neverOverfillsAnOrderThatIsInTheBatchTwice",
      "test_F05_match_neverOverfillsTheTaker",
    ],
  },
  {
    id: "F-06",
    text: "Trades with oneself, also by two accounts, to move the mark",
    tests: ["test_F06_SkipsTheTakerItselfAndNobody", WORST_ORDER, ANY_ORDER],
  },
  {
    id: "F-07",
    text: "Units mixed up",
    tests: ["testFuzz_F07_linearInEachUnit", "test_F07_IdIsTheHashOfAllThatIsFixed"],
  },
  {
    id: "F-08",
    text: "Delivery that fails, in part or late; another's miner; one power for two",
    tests: [
      "test_F08_default_terminates",
      "test_F08_partialFailure_exactly",
      "test_F08_missedDay_forgiven",
      "test_F08_RevertWhen_TenderOfAnothersMiner",
      "test_F08_RevertWhen_TenderedInTwoSeries",
    ],
  },
  {
    id: "F-09",
    text: "The epochs around a boundary",
    tests: [
      "test_F09_TradesFromStartToExpiry",
      "test_F09_NothingIsTakenAfterExpiry",
      "test_F09_ProposesFromExpiryOn",
      "test_F09_checkpoint_atDayBoundaries",
      "test_F09_assign_windowBoundaries",
    ],
  },
  {
    id: "F-10",
    text: "No price at expiry",
    tests: ["test_F10_WaitsADayForAGoodAverage", "test_F10_ProposesTheLastMarkWithoutAnyAverage"],
  },
  { id: "F-11", text: "Margin taken out before a loss is seen", tests: ["test_F11_ReleaseMarksFirst"] },
  {
    id: "F-12",
    text: "Insurance that is used up",
    tests: ["test_F12_PayoutsDoNotDependOnTheOrder", "test_Deficit_cutsWhatLeaves"],
  },
  {
    id: "F-13",
    text: "Nothing, too little and too much: prices, lots, ticks",
    tests: [
      "test_F13_SkipsNothing",
      "test_F13_RevertWhen_ATickIsNothing",
      "test_F13_RevertWhen_AnAnswerCouldBeNoTicks",
      "test_F13_RevertWhen_AnAnswerCouldBeMoreTicksThanAPriceHolds",
      "test_F13_fill_skipsWhatCannotBeAMaker",
    ],
  },
  {
    id: "F-14",
    text: "Arbitrage against a late oracle",
    notApplicable: "No order takes the oracle's price: each names its own.",
  },
  { id: "F-15", text: "An upgrade with open positions", tests: ["test_F15_UpgradeWithOpenPositions"] },
  {
    id: "F-16",
    text: "A field of an order that is not signed",
    tests: ["testFuzz_S09_F16_everyFieldIsSigned", "test_S09_F16_everyFieldIsSignedByItself"],
  },
  {
    id: "O-01",
    text: "A price that is stale, undated, from the future or of an old round",
    tests: [
      "test_O01_observe_takesNoLateAnswer",
      "test_O01_observe_takesNoAnswerFromTheFuture",
      "test_O01_observe_takesNoAnswerOfAnOldRound",
      "test_StaleMarkStopsIncreasesOnly",
    ],
  },
  {
    id: "O-02",
    text: "An answer of zero, below zero, at a bound or beyond",
    tests: ["test_O02_observe_takesNoAnswerAtOrBeyondABound"],
  },
  { id: "O-03", text: "Other decimals", tests: ["test_O03_observe_takesNoAnswerInOtherDecimals"] },
  { id: "O-04", text: "A sequencer that is down", notApplicable: "Filecoin has no sequencer." },
  {
    id: "O-05",
    text: "A feed that reverts, burns gas, answers short or too much",
    tests: [
      "test_O05_observe_survivesWhateverTheFeedDoes",
      "test_O05_observe_cannotBeStarvedIntoSilence",
      "test_O05_observe_doesNotCopyMoreThanARound",
    ],
  },
  {
    id: "O-06",
    text: "A jump in one round",
    tests: ["test_O06_observe_movesNoFurtherThanTimeAllows", "test_Storm_beginsAbove5Percent"],
  },
  {
    id: "O-07",
    text: "Two sources that disagree",
    missing: "An index has one feed. Several sources are for the feed to join.",
  },
  {
    id: "O-08",
    text: "A price that balances of the moment move",
    tests: ["test_Mark_staysInTheBand", ANY_ORDER],
    missing: "A static check that nothing prices by a balance; the futures read none but to receive a deposit.",
  },
  {
    id: "O-09",
    text: "A wrong feed",
    tests: ["test_O09_RevertWhen_TheFeedShowsSomethingElse", "test_O09_RevertWhen_TheFeedHasNoValidAnswer"],
  },
  {
    id: "O-10",
    text: "Reporters who collude",
    notApplicable: "The futures have no reporters of their own.",
  },
  {
    id: "O-11",
    text: "An average shortened by missing epochs",
    tests: ["test_O11_twap_weighsByTimeNotByCount", "test_O11_observe_countsGaps", "testFuzz_O11_agreesWithAPlainList"],
  },
  {
    id: "S-01",
    text: "A signature used again",
    tests: ["test_S01_fill_skipsWhatIsFilled", "test_S01_fill_skipsOldEpochs"],
  },
  { id: "S-02", text: "On another chain, or after a fork", tests: ["test_S02_fill_skipsOrdersOfAnotherChain"] },
  { id: "S-03", text: "For another contract", tests: ["test_S03_fill_skipsOrdersForAnotherExchange"] },
  {
    id: "S-04",
    text: "After a new version",
    tests: ["test_S04_domain_isAsPublished"],
    missing: "A second version to compare with; there is one, and it is in the domain.",
  },
  {
    id: "S-05",
    text: "Malleable, malformed, of nobody",
    tests: [
      "test_S05_fill_skipsMalleableAndMalformedSignatures",
      "test_S05_fill_skipsAMakerOfZero",
      "test_S05_fill_skipsPrecompilesAsMakers",
    ],
  },
  {
    id: "S-06",
    text: "Contracts that sign: reverting, lying, coming back in",
    tests: [
      "test_S06_fill_survivesWhateverAContractDoes",
      "test_S06_fill_cannotBeEnteredFromASignature",
      "test_S06_fill_aSignersGasCannotBeCutShort",
      "test_S06_aBatchOfHostileSignersStillFillsTheGoodOne",
    ],
  },
  { id: "S-07", text: "A permit used up by another", notApplicable: "Nothing takes a permit." },
  {
    id: "S-08",
    text: "The last moment of an order, and hashes as others compute them",
    tests: [
      "test_S08_fill_takesAnOrderUpToItsExpiry",
      "testFuzz_S08_hashOf_isEip712s",
      "S-08: hashes 1,000 random orders as ethers and the contract do",
    ],
  },
  {
    id: "S-09",
    text: "A field that is not in the digest",
    tests: ["testFuzz_S09_F16_everyFieldIsSigned", "test_S09_F16_everyFieldIsSignedByItself"],
  },
  {
    id: "S-10",
    text: "Signers with native addresses, taken for others",
    missing: "A test with the masked address of a native actor as maker.",
  },
];

/** Claims without proof: without a test, with one that is not there, or with nothing to say why there is none. */
export function unproven(root: string): readonly string[] {
  const paths = testPaths(root);
  const features = FUTURES_FEATURES.map((claim) => ({ ...claim, text: claim.feature, notApplicable: undefined }));
  return [...features, ...INCIDENTS, ...BAD_INPUT, ...FUTURES_ATTACKS].flatMap((claim) => {
    const { text, tests = [], missing, notApplicable } = claim;
    const absent = tests.filter((name) => !paths.has(name)).map((name) => `${text}: no test ${name}`);
    if (notApplicable !== undefined && tests.length > 0) return [`${text}: tested, yet not applicable`];
    if (tests.length === 0 && missing === undefined && notApplicable === undefined) return [`${text}: nothing`];
    return absent;
  });
}

function oursOf({ ours, tests = [], missing }: FuturesFeature): string {
  if (missing === undefined) return cell(ours);
  return tests.length === 0 ? `**Not built.** ${cell(missing)}` : `${cell(ours)}. **Not built:** ${cell(missing)}`;
}

function stateOf({ tests = [], missing, notApplicable }: Threat): string {
  if (notApplicable !== undefined) return `Not applicable. ${cell(notApplicable)}`;
  if (missing === undefined) return "";
  return `**Open${tests.length === 0 ? "" : " in part"}.** ${cell(missing)}`;
}

/** docs/features-futures.md */
export function renderFuturesFeatures(root: string): string {
  const paths = testPaths(root);
  const threats = (all: readonly Threat[]): readonly string[] =>
    all.map((threat) => {
      const shown = [stateOf(threat), proofOf(paths, threat.tests)].filter((part) => part !== "").join("<br>");
      return `| ${threat.id === undefined ? "" : `${threat.id} | `}${cell(threat.text)} | ${shown} |`;
    });
  return [
    "# Features of the futures",
    "",
    "<!-- Generated by `npm run docs` from scripts/docs/futures.ts and the tests; a test compares them. -->",
    "",
    "What futures on storage capacity, and futures on chain in general, can offer; who offers it; and the tests that show it here. Peers",
    "compared: Alkimiya v1 and SilicaPools, Luxor, the storage futures of CME and ICE, UMA's LSP, Opyn Gamma, Derive, dYdX, Synthetix v3,",
    "GMX v2, Drift, SynFutures v1, Contango. What is not built is said to be so. Names that begin with a word are titles of tests in",
    "TypeScript, `N` stands for a number in them.",
    "",
    "| Feature | Peers | Plimsoll | Tests |",
    "|---|---|---|---|",
    ...FUTURES_FEATURES.map(
      (row) => `| ${cell(row.feature)} | ${cell(row.peers)} | ${oursOf(row)} | ${proofOf(paths, row.tests)} |`,
    ),
    "",
    "## What emptied others",
    "",
    "| | Incident | Against it |",
    "|---|---|---|",
    ...threats(INCIDENTS),
    "",
    "## Bad input",
    "",
    "| Input | Tests |",
    "|---|---|",
    ...threats(BAD_INPUT),
    "",
    "## Attacks by id",
    "",
    "On futures (F), by way of the oracle (O) and of signatures (S). The rest of the catalogue is in",
    "[attack-catalogue.md](./attack-catalogue.md).",
    "",
    "| Id | Attack | Tests |",
    "|---|---|---|",
    ...threats(FUTURES_ATTACKS),
    "",
  ].join("\n");
}
