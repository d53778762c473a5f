import { type Explain, asText } from "./explain.js";

/** What an exchange has against an order: the members of `Unfit` in IFuturesExchange.sol, in order. */
export const UNFIT = [
  "None",
  "Mismatch",
  "Flags",
  "Taker",
  "Price",
  "Expired",
  "Epoch",
  "Cancelled",
  "Filled",
  "MinFill",
  "Signature",
  "Refused",
] as const;
export type Unfit = (typeof UNFIT)[number];

/** What each reason means for the order's maker or taker. */
export const UNFIT_MEANING: Readonly<Record<Unfit, string>> = {
  None: "nothing is against it",
  Mismatch: "it is for another series or for the wrong side",
  Flags: "its flags are unknown, contradict each other, or do not go with its part in the trade",
  Taker: "it names another counterparty",
  Price: "its price is worse than the taker's",
  Expired: "its expiry is over",
  Epoch: "its maker has cancelled all its orders since",
  Cancelled: "its maker has cancelled it",
  Filled: "nothing is left of it",
  MinFill: "fewer lots than its least would be filled",
  Signature: "its maker has not signed it",
  Refused: "the clearing refused it, for margin, caps or price",
};

/** Errors of the futures' index, of the hashprice feed, and of the exchange of signed orders. */
export const VENUE_ERRORS: Readonly<Record<string, Explain>> = {
  "FuturesIndex_Unknown(uint32 indexId)": (a) => ({
    message: `There is no index ${a.raw("indexId")}.`,
    limit: "the id of an index that is registered",
    actual: a.raw("indexId"),
  }),
  "FuturesIndex_OutOfBounds(bytes32 parameter, uint256 minimum, uint256 maximum, uint256 actual)": (a) => ({
    message: `Parameter ${asText(a.raw("parameter"))} of the index is outside the bounds that no role can move.`,
    limit: `${a.raw("minimum")} to ${a.raw("maximum")}`,
    actual: a.raw("actual"),
  }),
  "FuturesIndex_NoValidAnswer(address feed)": (a) => ({
    message: "The feed gives no answer that the terms of the index would take.",
    limit: "an answer in time, between the bounds, in the decimals of the terms",
    actual: a.raw("feed"),
    hint: "Look at the feed's decimals, latestRoundData and the gas of a read.",
  }),
  "FuturesIndex_UnexpectedAnswer(address feed, uint256 expected, uint256 actual)": (a) => ({
    message: "The feed shows something else than was expected when the index was chosen.",
    limit: `${a.raw("expected")}, give or take a fifth`,
    actual: `${a.raw("actual")} by ${a.raw("feed")}`,
    hint: "Check that it is the right feed, and schedule the registration anew.",
  }),
  "FuturesIndex_BadSpan(uint32 from, uint32 to)": (a) => ({
    message: "A span of time must end after it begins.",
    limit: `an end after epoch ${a.raw("from")}`,
    actual: `epoch ${a.raw("to")}`,
  }),
  "FuturesIndex_FutureEpoch(uint256 present, uint32 asked)": (a) => ({
    message: "The index is known up to the present epoch.",
    limit: `epoch ${a.raw("present")} at most`,
    actual: `epoch ${a.raw("asked")}`,
    retryable: true,
  }),
  "FuturesIndex_NotKept(uint32 oldest, uint32 newest, uint32 asked)": (a) => ({
    message: "That observation was never made, or is not kept any more.",
    limit: `number ${a.raw("oldest")} to ${a.raw("newest")}`,
    actual: `number ${a.raw("asked")}`,
  }),
  "HashpriceAggregator_NotAMiner(uint64 actorId)": (a) => ({
    message: "The actor that is to be asked for the reward of power is no storage miner.",
    limit: "the id of a storage miner",
    actual: `f0${a.raw("actorId")}`,
  }),
  "FuturesExchange_NoSignatureGas()": () => ({
    message: "An exchange needs an amount of gas that contracts which sign may use.",
    limit: "at least 1",
    actual: "0",
  }),
  "FuturesExchange_BadBatch(uint256 maximum, uint256 actual)": (a) => ({
    message: "A batch has too many orders, or none.",
    limit: `1 to ${a.raw("maximum")} orders`,
    actual: `${a.raw("actual")} orders`,
  }),
  "FuturesExchange_LengthMismatch(uint256 orders, uint256 signatures, uint256 lots)": (a) => ({
    message: "Each order of a batch needs a signature and a number of lots.",
    limit: `${a.raw("orders")} of each`,
    actual: `${a.raw("signatures")} signatures, ${a.raw("lots")} numbers of lots`,
  }),
  "FuturesExchange_TooFewLots(uint256 minimum, uint256 actual)": (a) => ({
    message: "Fewer lots can be filled than the taker demands.",
    limit: `at least ${a.raw("minimum")} lots`,
    actual: `${a.raw("actual")} lots`,
    hint: "Orders were filled or cancelled since they were read, or the clearing refuses them; read the book again.",
    retryable: true,
  }),
  "FuturesExchange_Unfit(bytes32 orderHash, uint8 reason)": (a) => ({
    message: `The taker's order cannot be filled: ${UNFIT_MEANING[UNFIT[Number(a.number("reason"))] ?? "None"]}.`,
    limit: "an order that is signed, in time, not cancelled and not filled",
    actual: a.raw("orderHash"),
  }),
  "FuturesExchange_BadRange(uint64 from, uint64 count)": (a) => ({
    message: "These nonces cannot be cancelled in one call.",
    limit: "at least one, none beyond the last, in 16 words of 256",
    actual: `${a.raw("count")} from ${a.raw("from")} on`,
    hint: "Cancel in several calls, or all at once with cancelAll.",
  }),
};
