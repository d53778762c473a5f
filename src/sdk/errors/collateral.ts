import { type Explain, internal, outOfBounds, status } from "./explain.js";

/** Errors of posted collateral, its auctions and feeds, and of the reputation. */
export const COLLATERAL_ERRORS: Readonly<Record<string, Explain>> = {
  "PostedCollateral_AlreadyListed(address token)": (a) => ({
    message: "This token is listed already.",
    limit: "a token that is not listed",
    actual: a.raw("token"),
    hint: "Its terms are changed with setTerms.",
  }),
  "PostedCollateral_BadReceiver(address receiver)": (a) => ({
    message: "Tokens cannot be sent there.",
    limit: "an address that somebody holds, not zero and none of the contracts",
    actual: a.raw("receiver"),
  }),
  "PostedCollateral_BadTransfer(address token, uint256 expected, uint256 actual)": (a) => ({
    message: "The token moved another amount than it was told to.",
    limit: `${a.raw("expected")} units`,
    actual: `${a.raw("actual")} units of ${a.raw("token")}`,
    hint: "The token charges for transfers, or does not tell the truth. Nothing was changed.",
  }),
  "PostedCollateral_CapExceeded(address token, uint256 cap, uint256 actual)": (a) => ({
    message: "More of this token would be posted than Plimsoll takes in all.",
    limit: `${a.raw("cap")} units of ${a.raw("token")}`,
    actual: `${a.raw("actual")} units`,
    hint: "Post less, or another token.",
  }),
  "PostedCollateral_Dust(address token, uint256 minimum, uint256 actual)": (a) => ({
    message: "Too little of this token would be posted for the loan to be worth an auction.",
    limit: `none, or at least ${a.raw("minimum")} units of ${a.raw("token")}`,
    actual: `${a.raw("actual")} units`,
  }),
  "PostedCollateral_ExceedsPosted(uint256 loanId, address token, uint256 posted, uint256 asked)": (a) => ({
    message: `Less than that is posted for loan ${a.raw("loanId")}.`,
    limit: `at least 1 and at most ${a.raw("posted")} units of ${a.raw("token")}`,
    actual: `${a.raw("asked")} units`,
    next: status(a),
  }),
  "PostedCollateral_NoFreshPrice(address token)": (a) => ({
    message: "The token's feed gives no price in time.",
    limit: "a price that is positive, in bounds, in time and confirmed",
    actual: `none for ${a.raw("token")}`,
    retryable: true,
  }),
  "PostedCollateral_NotAuthorised(uint256 loanId, address caller)": (a) => ({
    message: `Only the holder of loan ${a.raw("loanId")}'s token, or an operator it approved, may do this.`,
    limit: `holder or operator of token ${a.raw("loanId")}`,
    actual: a.raw("caller"),
    next: status(a),
  }),
  "PostedCollateral_NotListed(address token)": (a) => ({
    message: "This token was never listed as collateral.",
    limit: "a listed token",
    actual: a.raw("token"),
  }),
  "PostedCollateral_NotOpen(address token)": (a) => ({
    message: "This token is not taken as new collateral.",
    limit: "a token that is listed and not on its way out",
    actual: a.raw("token"),
    hint: "What is posted already can be taken back at any time, under the draw test.",
  }),
  "PostedCollateral_NothingArrived(address token)": (a) => ({
    message: "The token was told to move, and nothing came.",
    limit: "more than 0 units",
    actual: `0 units of ${a.raw("token")}`,
  }),
  "PostedCollateral_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual)": (a) =>
    outOfBounds(a),
  "PostedCollateral_Short(address token, uint256 expected, uint256 actual)": (a) => ({
    message: "Tokens are missing: fewer are there than are posted.",
    limit: `${a.raw("expected")} units of ${a.raw("token")}`,
    actual: `${a.raw("actual")} units`,
    hint: "The token took them away. Until they are back nobody may add to it; claims are paid in proportion.",
  }),
  "PostedCollateral_TooManyTokens(uint256 loanId, uint256 maximum)": (a) => ({
    message: `Loan ${a.raw("loanId")} has as many kinds of tokens as it may have.`,
    limit: `${a.raw("maximum")} tokens`,
    actual: "one more",
    next: status(a),
  }),
  "PostedCollateral_UnexpectedFil(address sender, uint256 amount)": (a) => ({
    message: "The posted collateral takes no plain transfers.",
    limit: "FIL that comes with take",
    actual: `${a.fil("amount")} from ${a.raw("sender")}`,
  }),
  "PostedCollateral_UnexpectedPrice(address token, uint256 expected, uint256 actual)": (a) => ({
    message: "The feed's price is far from the one that was expected at listing: decimals or quote may be wrong.",
    limit: `about ${a.fil("expected")} per whole token`,
    actual: a.fil("actual"),
  }),
  "PostedAuction_AlreadyActive(uint256 loanId, address token, uint256 endsAtEpoch)": (a) => ({
    message: "This token of the loan is on sale already.",
    limit: `after epoch ${a.raw("endsAtEpoch")}`,
    actual: "an auction that runs",
    next: ["npx hardhat liquidate"],
  }),
  "PostedAuction_BadCallback(address taker, bytes4 actual)": (a) => ({
    message: "The taker's callback did not answer with its selector.",
    limit: "IPostedTaker.onPostedTake.selector",
    actual: `${a.raw("actual")} from ${a.raw("taker")}`,
  }),
  "PostedAuction_CoolOff(uint256 loanId, uint256 sinceEpoch)": (a) => ({
    message: "A draw or attach happened in this epoch; liquidation waits for the next one.",
    limit: `after epoch ${a.raw("sinceEpoch")}`,
    actual: `epoch ${a.raw("sinceEpoch")}`,
    retryable: true,
  }),
  "PostedAuction_Healthy(uint256 loanId, uint256 debt, uint256 weightedValue)": (a) => ({
    message: `Loan ${a.raw("loanId")} is healthy: its collateral carries its debt.`,
    limit: `collateral below ${a.fil("debt")}`,
    actual: a.fil("weightedValue"),
    next: status(a),
  }),
  "PostedAuction_LoanMoved(uint256 loanId, uint256 expectedDebt, uint256 actualDebt)": (a) => ({
    message: "The loan's debt changed inside the taker's callback.",
    limit: a.fil("expectedDebt"),
    actual: a.fil("actualDebt"),
  }),
  "PostedAuction_NoPrice(address token)": (a) => ({
    message: "There is neither a price in time nor a last good one that is young enough to sell by.",
    limit: "a price not older than the outage grace",
    actual: `none for ${a.raw("token")}`,
    retryable: true,
  }),
  "PostedAuction_NotActive(uint256 loanId, address token)": (a) => ({
    message: `No auction of this token runs for loan ${a.raw("loanId")}.`,
    limit: "an auction that runs",
    actual: `none of ${a.raw("token")}`,
    next: ["npx hardhat liquidate"],
  }),
  "PostedAuction_NothingPosted(uint256 loanId, address token)": (a) => ({
    message: `None of this token is posted for loan ${a.raw("loanId")}.`,
    limit: "more than 0 units",
    actual: `0 units of ${a.raw("token")}`,
    next: status(a),
  }),
  "PostedAuction_PauseNotAllowed(uint256 earliestEpoch)": (a) => ({
    message: "The last pause is not 7 days over.",
    limit: `epoch ${a.raw("earliestEpoch")} or later`,
    actual: "now",
    retryable: true,
  }),
  "PostedAuction_Paused(uint256 untilEpoch)": (a) => ({
    message: "The guardian has stopped new auctions for a while. Running ones, and every payment, go on.",
    limit: `epoch ${a.raw("untilEpoch")} or later`,
    actual: "now",
    retryable: true,
  }),
  "PostedAuction_PriceTooHigh(uint256 maximum, uint256 actual)": (a) => ({
    message: "The auction has not fallen to the price that was offered.",
    limit: `at most ${a.fil("maximum")} per whole token`,
    actual: a.fil("actual"),
    retryable: true,
  }),
  "PostedAuction_TooSmall(uint256 minimum, uint256 actual)": (a) => ({
    message: "The part that was asked for is too small, or would leave dust.",
    limit: `at least ${a.raw("minimum")} units`,
    actual: `${a.raw("actual")} units`,
  }),
  "PostedAuction_Underpaid(uint256 price, uint256 paid)": (a) => ({
    message: "Less was paid than the tokens cost.",
    limit: a.fil("price"),
    actual: a.fil("paid"),
    hint: "The price moves with the loan; send a little more, the rest comes back.",
    retryable: true,
  }),
  "PriceFeed_BadDeviation(uint256 maximumWad, uint256 actualWad)": (a) => ({
    message: "The deviation that would be allowed between two sources is out of bounds.",
    limit: `above 0 and at most ${a.percent("maximumWad")}`,
    actual: a.percent("actualWad"),
  }),
  "PriceFeed_BadSource(uint256 index, (address aggregator, uint32 maxAge, uint56 readGas, uint128 minAnswer, uint128 maxAnswer) source)":
    (a) => ({
      message: `Source ${a.raw("index")} of the feed cannot be used as it is described.`,
      limit: "a contract that tells its decimals, an age and a gas limit above 0, bounds in order",
      actual: `aggregator, age, gas and bounds ${a.raw("source")}`,
    }),
  "PythAggregator_BadConfidence(uint256 maximumWad, uint256 actualWad)": (a) => ({
    message: "The uncertainty that would be allowed is out of bounds.",
    limit: `above 0 and at most ${a.percent("maximumWad")}`,
    actual: a.percent("actualWad"),
  }),
  "PythAggregator_BadExponent(int32 exponent)": (a) => ({
    message: "The feed's exponent is none that can be read.",
    limit: "0 down to -18",
    actual: a.raw("exponent"),
  }),
  "PythAggregator_ExponentChanged(int32 expected, int32 actual)": (a) => ({
    message: "The feed's exponent is not the one it was listed with.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "PythAggregator_NotPositive(int64 price)": (a) => ({
    message: "The feed gives no positive price.",
    limit: "above 0",
    actual: a.raw("price"),
    retryable: true,
  }),
  "PythAggregator_Uncertain(int64 price, uint64 confidence, uint256 maximumWad)": (a) => ({
    message: "The feed is not sure enough of its price.",
    limit: `within ${a.percent("maximumWad")} of ${a.raw("price")}`,
    actual: `within ${a.raw("confidence")}`,
    retryable: true,
  }),
  "TellorAggregator_BadDelay(uint256 minimum, uint256 maximum, uint256 actual)": (a) => ({
    message: "The time for disputes is out of bounds.",
    limit: `${a.raw("minimum")} to ${a.raw("maximum")} seconds`,
    actual: `${a.raw("actual")} seconds`,
  }),
  "TellorAggregator_BadReport(uint256 length)": (a) => ({
    message: "The report is not one number.",
    limit: "32 bytes",
    actual: `${a.raw("length")} bytes`,
  }),
  "TellorAggregator_NoReport(bytes32 queryId)": (a) => ({
    message: "There is no report yet.",
    limit: "at least one report",
    actual: `none for query ${a.raw("queryId")}`,
    retryable: true,
  }),
  "TellorAggregator_TooLarge(uint256 value)": (a) => ({
    message: "The reported number is larger than any price.",
    limit: "below 2^255",
    actual: a.raw("value"),
  }),
  "TellorAggregator_TooYoung(uint256 latest, uint256 actual)": (a) => ({
    message: "The report can still be disputed.",
    limit: `not after second ${a.raw("latest")}`,
    actual: `second ${a.raw("actual")}`,
    retryable: true,
  }),
  "Reputation_NotLoanBook(address expected, address actual)": (a) => ({
    ...internal("Only the loan book reports what a loan did.")(a),
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
};
