import { type ErrorArguments, type Explain, internal, outOfBounds } from "./explain.js";

/** The members of `State` in FuturesTypes.sol, in order. */
export const FUTURES_STATES = [
  "None",
  "Listed",
  "Trading",
  "CloseOnly",
  "Expired",
  "Proposed",
  "Disputed",
  "Final",
  "Closed",
] as const;

/** The members of `Skip` in IFuturesVenues.sol, in order, and what each means. */
export const FUTURES_SKIPS = [
  "nothing",
  "it is for no lots or no price",
  "maker and taker are the same, or one is nobody",
  "the price is too far from the mark",
  "the fee is above what was signed for",
  "the series takes no increases now",
  "it may only reduce a position",
  "the position would pass its cap",
  "open interest would pass its cap",
  "the margin is missing",
] as const;

const series = (a: ErrorArguments): string => `series ${a.raw("seriesId").slice(0, 10)}`;

const indexBounds = (a: ErrorArguments) => ({
  message: "A term of the index is outside its bounds.",
  limit: `${a.raw("minimum")} to ${a.raw("maximum")}`,
  actual: a.raw("actual"),
});

/** Errors of the futures' clearing and index. */
export const FUTURES_ERRORS: Readonly<Record<string, Explain>> = {
  "FuturesClearing_AlreadyListed(bytes32 seriesId)": (a) => ({
    message: `The ${series(a)} is listed already.`,
    limit: "a series with other dates, token or index",
    actual: a.raw("seriesId"),
  }),
  "FuturesClearing_BadAddress(address account)": (a) => ({
    message: "This address cannot be used here.",
    limit: "a user or receiver that is not zero and not the clearing; a token or venue with code",
    actual: a.raw("account"),
  }),
  "FuturesClearing_BelowMargin(bytes32 seriesId, uint256 required, int256 equity)": (a) => ({
    message: `There is, or would be left, less than the margin that this needs in ${series(a)}.`,
    limit: `an equity of ${a.raw("required")} token units`,
    actual: `${a.raw("equity")}`,
    hint: "Release less, add margin, or close a part of the position first.",
  }),
  "FuturesClearing_NothingFilled(bytes32 seriesId)": (a) => ({
    message: `Not one order could be filled in ${series(a)}.`,
    limit: "at least one lot",
    actual: "0 lots",
    hint: "The orders may be filled, too far from the mark, or without margin; ask for a new quote.",
    retryable: true,
  }),
  "FuturesClearing_NothingOwed(bytes32 seriesId, address user)": (a) => ({
    message: `The ${series(a)} owes this user nothing.`,
    limit: "more than 0 token units",
    actual: `0 for ${a.raw("user")}`,
  }),
  "FuturesClearing_NothingToTake(bytes32 seriesId)": (a) => ({
    message: `No position was written off in ${series(a)} that could be taken over.`,
    limit: "at least one lot of the residual account",
    actual: "0 lots",
  }),
  "FuturesClearing_NotFlagged(bytes32 seriesId, address user)": (a) => ({
    message: `The account has no flag in ${series(a)} that could be cleared.`,
    limit: "an account that was flagged",
    actual: a.raw("user"),
  }),
  "FuturesClearing_NotFree(address token, uint256 free, uint256 asked)": (a) => ({
    message: "There is less outside of all series than this needs.",
    limit: `${a.raw("free")} units of ${a.raw("token")}`,
    actual: `${a.raw("asked")} units`,
    hint: "Deposit more, or release from a series first.",
  }),
  "FuturesClearing_NotListed(bytes32 seriesId)": (a) => ({
    message: "There is no such series.",
    limit: "the id of a listed series",
    actual: a.raw("seriesId"),
  }),
  "FuturesClearing_NotThere(bytes32 seriesId, int256 cash, uint256 asked)": (a) => ({
    message: `There is less in ${series(a)} than is to be released.`,
    limit: `${a.raw("cash")} token units`,
    actual: `${a.raw("asked")} token units`,
  }),
  "FuturesClearing_NotVenue(address caller)": (a) => ({
    message: "Trades come from venues on the clearing's list only.",
    limit: "a listed venue",
    actual: a.raw("caller"),
    hint: "Trade through the exchange.",
  }),
  "FuturesClearing_OnlyContract(address expected, address actual)": internal(
    "The clearing asks itself whether a caller may; nobody else does.",
  ),
  "FuturesClearing_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual)": (a) => outOfBounds(a),
  "FuturesClearing_OwnAccount(address user)": (a) => ({
    message: "Nobody liquidates itself.",
    limit: "another user",
    actual: a.raw("user"),
    hint: "Add margin, or reduce the position by a trade.",
  }),
  "FuturesClearing_Refused(bytes32 seriesId, address account, uint8 reason)": (a) => ({
    message: `The position in ${series(a)} is refused: ${a.member("reason", FUTURES_SKIPS)}.`,
    limit: "a position within caps and margin",
    actual: `the one of ${a.raw("account")}`,
  }),
  "FuturesClearing_Short(uint256 cash, uint256 deficit, uint256 asked)": (a) => ({
    message: "The series holds less than this asks for: losses of others are not written off yet.",
    limit: `${a.number("cash") + a.number("deficit")} token units`,
    actual: `${a.raw("asked")} token units`,
    hint: "Write off the accounts that owe more than they have; anyone can, for a reward.",
    retryable: true,
  }),
  "FuturesClearing_Sound(bytes32 seriesId, address user, uint256 required, int256 equity)": (a) => ({
    message: `The account has the margin that it needs in ${series(a)}.`,
    limit: `an equity below ${a.raw("required")} token units`,
    actual: `${a.raw("equity")} of ${a.raw("user")}`,
    retryable: true,
  }),
  "FuturesClearing_StaleIndex(uint32 indexId, uint256 observedAt)": (a) => ({
    message: `Index ${a.raw("indexId")} was not observed of late.`,
    limit: "an observation in the last 240 epochs",
    actual: `epoch ${a.raw("observedAt")}`,
    hint: "Observe the index first; anyone can.",
    retryable: true,
  }),
  "FuturesClearing_StaleMark(bytes32 seriesId, uint256 indexAt)": (a) => ({
    message: `The mark of ${series(a)} is old: its index's feed has not answered.`,
    limit: "an observation in the last 240 epochs",
    actual: `epoch ${a.raw("indexAt")}`,
    hint: "Margin can be added, and positions can be reduced by trades, at any time.",
    retryable: true,
  }),
  "FuturesClearing_ThinMargin(uint256 expected, uint256 actual)": (a) => ({
    message: "The maintenance margin would be less than two and a half times the band that the mark can move in.",
    limit: `imBps x mmShareBps of ${a.raw("expected")} at least`,
    actual: a.raw("actual"),
    hint: "Raise the margins, or narrow the band.",
  }),
  "FuturesClearing_TokenNotListed(address token)": (a) => ({
    message: "Futures are not margined in this token.",
    limit: "a token on the clearing's list",
    actual: a.raw("token"),
  }),
  "FuturesClearing_TooEarly(bytes32 seriesId, uint256 earliest)": (a) => ({
    message: `It is too early for that in ${series(a)}.`,
    limit: `epoch ${a.raw("earliest")} or later`,
    actual: "now",
    retryable: true,
  }),
  "FuturesClearing_TooLarge(uint256 most, uint256 actual)": (a) => ({
    message: "The amount is more than the books can hold.",
    limit: `${a.raw("most")} token units at most`,
    actual: `${a.raw("actual")} token units`,
  }),
  "FuturesClearing_TooLate(bytes32 seriesId, uint256 deadline)": (a) => ({
    message: `It is too late for that in ${series(a)}.`,
    limit: `before epoch ${a.raw("deadline")}`,
    actual: "now",
  }),
  "FuturesClearing_TooMany(uint256 most, uint256 actual)": (a) => ({
    message: "The list is too long for one call.",
    limit: `${a.raw("most")} at most`,
    actual: a.raw("actual"),
  }),
  "FuturesClearing_WrongAmount(address token, uint256 expected, uint256 actual)": (a) => ({
    message: "The token did not bring what was sent.",
    limit: `${a.raw("expected")} units of ${a.raw("token")}`,
    actual: `${a.raw("actual")} units`,
    hint: "Tokens that charge for transfers are not accepted.",
  }),
  "FuturesClearing_WrongState(bytes32 seriesId, uint8 state)": (a) => ({
    message: `The ${series(a)} is in a state in which that cannot be done.`,
    limit: "another state",
    actual: a.member("state", FUTURES_STATES),
  }),
  "FuturesClearing_ZeroAmount()": () => ({
    message: "Nothing is asked for, or there is nothing to move.",
    limit: "more than 0",
    actual: "0",
  }),
  "FuturesIndex_BadSpan(uint32 from, uint32 to)": (a) => ({
    message: "An average needs a span of time.",
    limit: `an end after epoch ${a.raw("from")}`,
    actual: `epoch ${a.raw("to")}`,
  }),
  "FuturesIndex_FutureEpoch(uint256 present, uint32 asked)": (a) => ({
    message: "Nobody knows the index of the future.",
    limit: `epoch ${a.raw("present")} or before`,
    actual: `epoch ${a.raw("asked")}`,
  }),
  "FuturesIndex_NotKept(uint32 oldest, uint32 newest, uint32 asked)": (a) => ({
    message: "This observation is not kept any more, or was not made yet.",
    limit: `number ${a.raw("oldest")} to ${a.raw("newest")}`,
    actual: `number ${a.raw("asked")}`,
  }),
  "FuturesIndex_NoValidAnswer(address feed)": (a) => ({
    message: "The feed has no valid answer.",
    limit: "an answer in time, within its bounds, with the decimals that were named",
    actual: `none of ${a.raw("feed")}`,
  }),
  "FuturesIndex_OutOfBounds(bytes32 parameter, uint256 minimum, uint256 maximum, uint256 actual)": indexBounds,
  "FuturesIndex_UnexpectedAnswer(address feed, uint256 expected, uint256 actual)": (a) => ({
    message: "The feed's answer is far from what was expected of it: decimals or quote may be wrong.",
    limit: `about ${a.raw("expected")}`,
    actual: a.raw("actual"),
  }),
  "FuturesIndex_Unknown(uint32 indexId)": (a) => ({
    message: "There is no such index.",
    limit: "the id of a registered index",
    actual: a.raw("indexId"),
  }),
  "HashpriceAggregator_NotAMiner(uint64 actorId)": (a) => ({
    message: "This actor is not a miner.",
    limit: "a miner actor",
    actual: `f0${a.raw("actorId")}`,
  }),
};
