import { formatEpochs } from "../epochs.js";
import { type ErrorArguments, type Explain } from "./explain.js";

/** The members of `Side`, in order. */
export const SIDES = ["Buyer", "Seller"] as const;

const entry = (a: ErrorArguments): string =>
  `${a.member("side", SIDES) === "Buyer" ? "Intent" : "Tender"} ${a.raw("index")} of series ${a.raw("seriesId")}`;
const pair = (a: ErrorArguments): string => `Intent ${a.raw("intent")} and tender ${a.raw("tender")}`;
const lots = (a: ErrorArguments, name: string): string => `${a.raw(name)} lots`;

/** Errors of the registry of promised power. */
const REGISTRY_ERRORS: Readonly<Record<string, Explain>> = {
  "PowerRegistry_NotMiner(uint64 miner)": (a) => ({
    message: `f0${a.raw("miner")} is no miner.`,
    limit: "an actor id that the power actor knows",
    actual: `f0${a.raw("miner")}`,
    hint: "Check the id; a miner that was just created is known from the next epoch on.",
  }),
  "PowerRegistry_NotControlling(uint64 miner, address account)": (a) => ({
    message: `This address does not control miner f0${a.raw("miner")}.`,
    limit: "its owner, its worker or one of its control addresses",
    actual: a.raw("account"),
    hint: "Register with an address that controls the miner, or make this one a control address first.",
  }),
  "PowerRegistry_NotOperator(uint64 miner, address expected, address actual)": (a) => ({
    message: `Only the operator of miner f0${a.raw("miner")} can promise its power.`,
    limit: a.raw("expected"),
    actual: a.raw("actual"),
    hint: "Whoever controls the miner becomes its operator by registering it.",
  }),
  "PowerRegistry_NotModule(address caller)": (a) => ({
    message: "Power is promised through the contracts that the registry lists.",
    limit: "a listed contract",
    actual: a.raw("caller"),
  }),
  "PowerRegistry_Zero()": () => ({
    message: "No power, or no contract, is named.",
    limit: "at least one lot; an address other than zero",
    actual: "0",
  }),
  "PowerRegistry_ExceedsCapacity(uint64 miner, uint256 capacity, uint256 encumbered)": (a) => ({
    message: `Miner f0${a.raw("miner")} has not enough proven power for this.`,
    limit: `${lots(a, "capacity")} in all promises together (95 % of its proven power)`,
    actual: lots(a, "encumbered"),
    hint: "Promise less, recover faulty sectors, or bring more power.",
  }),
  "PowerRegistry_ExceedsEncumbered(uint64 miner, address module, uint64 encumbered, uint64 lots)": (a) => ({
    message: `More of miner f0${a.raw("miner")} would be freed than was promised.`,
    limit: lots(a, "encumbered"),
    actual: lots(a, "lots"),
  }),
  "PowerRegistry_Barred(uint64 miner, uint256 until, uint256 current)": (a) => ({
    message: `Miner f0${a.raw("miner")} failed three deliveries within 360 days and may promise nothing for now.`,
    limit: `epoch ${a.raw("until")}`,
    actual: `epoch ${a.raw("current")}`,
    hint: `Try again in ${formatEpochs(a.number("until") - a.number("current"))}, or tender another miner.`,
    retryable: true,
  }),
};

/** Errors of warrants. */
const WARRANT_ERRORS: Readonly<Record<string, Explain>> = {
  "CapacityWarrant_NotDelivery(address expected, address actual)": (a) => ({
    message: "Only the delivery contract may do this.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "CapacityWarrant_Locked(uint256 id, address holder, uint256 locked, uint256 left)": (a) => ({
    message: "Capacity was asked for with these warrants, so they stay with their holder until the delivery is over.",
    limit: `${a.raw("locked")} warrants that stay`,
    actual: `${a.raw("left")} would be left`,
    hint: "Transfer fewer.",
  }),
  "ERC1155InsufficientBalance(address sender, uint256 balance, uint256 needed, uint256 tokenId)": (a) => ({
    message: `${a.raw("sender")} has not as many warrants of this delivery.`,
    limit: `${a.raw("balance")} warrants`,
    actual: `${a.raw("needed")} warrants`,
  }),
  "ERC1155InvalidSender(address sender)": (a) => ({
    message: "Warrants cannot come from this address.",
    limit: "an address that holds warrants",
    actual: a.raw("sender"),
  }),
  "ERC1155InvalidReceiver(address receiver)": (a) => ({
    message: "This address does not take warrants.",
    limit: "an account, or a contract that takes ERC-1155 tokens",
    actual: a.raw("receiver"),
  }),
  "ERC1155MissingApprovalForAll(address operator, address owner)": (a) => ({
    message: `${a.raw("operator")} may not move the warrants of ${a.raw("owner")}.`,
    limit: "the holder, or an operator it approved",
    actual: a.raw("operator"),
  }),
  "ERC1155InvalidApprover(address approver)": (a) => ({
    message: "This address cannot approve operators.",
    limit: "an address other than zero",
    actual: a.raw("approver"),
  }),
  "ERC1155InvalidOperator(address operator)": (a) => ({
    message: "This address cannot be an operator.",
    limit: "an address other than zero",
    actual: a.raw("operator"),
  }),
  "ERC1155InvalidArrayLength(uint256 idsLength, uint256 valuesLength)": (a) => ({
    message: "As many amounts as ids are needed.",
    limit: `${a.raw("idsLength")} amounts`,
    actual: `${a.raw("valuesLength")} amounts`,
  }),
};

/** Errors of intents, tenders and their pairs. */
const NOTICE_ERRORS: Readonly<Record<string, Explain>> = {
  "CapacityDelivery_NotPhysical(bytes32 seriesId)": (a) => ({
    message: "There is no such series, or it is settled in cash alone.",
    limit: "a listed series with physical settlement",
    actual: a.raw("seriesId"),
  }),
  "CapacityDelivery_OutsideWindow(uint256 from, uint256 until, uint256 current)": (a) => {
    const early = a.number("current") < a.number("from");
    return {
      message: early ? "It is too early for this." : "It is too late for this.",
      limit: `from epoch ${a.raw("from")}, before epoch ${a.raw("until")}`,
      actual: `epoch ${a.raw("current")}`,
      ...(early
        ? { hint: `Try again in ${formatEpochs(a.number("from") - a.number("current"))}.`, retryable: true }
        : {}),
    };
  },
  "CapacityDelivery_BelowMinimum(uint64 minimum, uint64 lots)": (a) => ({
    message: "This is less than the series takes in one piece.",
    limit: `0 to withdraw, or at least ${lots(a, "minimum")}`,
    actual: lots(a, "lots"),
  }),
  "CapacityDelivery_NoEntry(bytes32 seriesId, uint8 side, uint256 index)": (a) => ({
    message: "There is no such intent or tender.",
    limit: "the number of one that was declared",
    actual: entry(a),
  }),
  "CapacityDelivery_AlreadyConfirmed(bytes32 seriesId, uint8 side, uint256 index)": (a) => ({
    message: `${entry(a)} is confirmed already.`,
    limit: "once",
    actual: "a second time",
    hint: "Nothing is left to be done; it is assigned when the price is final.",
  }),
  "CapacityDelivery_PriceFinal(bytes32 seriesId)": (a) => ({
    message: "The price is final, and positions may be settled: nobody can be confirmed any more.",
    limit: "from expiry until the price is final",
    actual: `final price of series ${a.raw("seriesId")}`,
    hint: "What was not confirmed can be refunded.",
  }),
  "CapacityDelivery_PriceNotFinal(bytes32 seriesId)": (a) => ({
    message: "The price is not final yet.",
    limit: "a final price",
    actual: `none for series ${a.raw("seriesId")}`,
    hint: "Anyone can propose it after expiry and finalise it a day later.",
    retryable: true,
  }),
  "CapacityDelivery_NoOverlap(bytes32 seriesId, uint256 intent, uint256 tender)": (a) => ({
    message: `${pair(a)} do not meet: no lot of one stands where a lot of the other does.`,
    limit: "entries whose intervals overlap below what both sides confirmed",
    actual: "no overlap",
  }),
  "CapacityDelivery_PairDone(bytes32 seriesId, uint256 intent, uint256 tender)": (a) => ({
    message: `${pair(a)} are assigned to each other, or forfeited, already.`,
    limit: "once",
    actual: "a second time",
  }),
  "CapacityDelivery_Underfunded(uint8 side, uint256 required, uint256 actual)": (a) => ({
    message: `The ${a.member("side", SIDES).toLowerCase()} has not paid in enough for these lots at the final price.`,
    limit: `${a.raw("required")} atoms`,
    actual: `${a.raw("actual")} atoms`,
    hint: "Anyone can top it up until the delivery starts; on the day before, 5 % of the price can be forfeited.",
  }),
  "CapacityDelivery_NothingToForfeit(bytes32 seriesId, uint256 intent, uint256 tender)": (a) => ({
    message: `${pair(a)}: both sides, or none, hold less than the pair needs.`,
    limit: "exactly one side that has not paid",
    actual: "both or none",
    hint: "A pair that both have paid for can be assigned.",
  }),
  "CapacityDelivery_NothingToRefund(bytes32 seriesId, uint8 side, uint256 index)": (a) => ({
    message: `${entry(a)} still needs all that it holds, or holds nothing.`,
    limit: "more than its lots need",
    actual: "nothing to give back",
  }),
};

/** Errors of runs. */
const RUN_ERRORS: Readonly<Record<string, Explain>> = {
  "CapacityDelivery_UnknownRun(uint256 id)": (a) => ({
    message: "There is no such delivery.",
    limit: "the id of warrants that were assigned",
    actual: a.raw("id"),
  }),
  "CapacityDelivery_RunClosed(uint256 id)": (a) => ({
    message: "This delivery is over.",
    limit: "one that goes on",
    actual: a.raw("id"),
    hint: "Holders redeem their warrants, the seller withdraws what it is owed.",
  }),
  "CapacityDelivery_RunOpen(uint256 id)": (a) => ({
    message: "This delivery goes on.",
    limit: "one that is over",
    actual: a.raw("id"),
    hint: "What the warrants were credited with so far can be collected.",
    retryable: true,
  }),
  "CapacityDelivery_NothingToBook(uint256 id, uint256 from, uint256 current)": (a) => ({
    message: "No day of this delivery can be booked yet.",
    limit: `from epoch ${a.raw("from")}`,
    actual: `epoch ${a.raw("current")}`,
    hint: `Try again in ${formatEpochs(a.number("from") - a.number("current"))}.`,
    retryable: true,
  }),
  "CapacityDelivery_NothingOwed(address token, address account)": (a) => ({
    message: "Nothing is booked for this account.",
    limit: "more than 0 atoms",
    actual: `0 atoms of ${a.raw("token")} for ${a.raw("account")}`,
    hint: "Book days or refunds first.",
  }),
  "CapacityDelivery_NotUse(address expected, address actual)": (a) => ({
    message: "Requests of a run are made through the contract that keeps them.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "CapacityDelivery_WrongAmount(address token, uint256 expected, uint256 actual)": (a) => ({
    message: `Token ${a.raw("token")} did not deliver what was asked for.`,
    limit: `${a.raw("expected")} atoms`,
    actual: `${a.raw("actual")} atoms`,
    hint: "Tokens that take a fee on transfers cannot be used.",
  }),
};

/** Errors of the use of capacity. */
const USE_ERRORS: Readonly<Record<string, Explain>> = {
  "CapacityUse_ExceedsWarrants(uint256 id, address holder, uint256 free, uint256 lots)": (a) => ({
    message: "More is asked for than the caller has warrants for that it has not asked with already.",
    limit: lots(a, "free"),
    actual: lots(a, "lots"),
  }),
  "CapacityUse_Zero()": () => ({
    message: "No lot is named.",
    limit: "at least one lot",
    actual: "0",
  }),
  "CapacityUse_NoRequest(uint256 id, uint256 number)": (a) => ({
    message: "There is no such request.",
    limit: "the number of one that was made for this delivery",
    actual: a.raw("number"),
  }),
  "CapacityUse_NotHolder(address expected, address actual)": (a) => ({
    message: "Only who made the request can say that it is met.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "CapacityUse_ExceedsRequest(uint256 id, uint256 number, uint64 left, uint64 lots)": (a) => ({
    message: "More is accepted than is left of the request.",
    limit: lots(a, "left"),
    actual: lots(a, "lots"),
  }),
};

/** Errors of physical delivery. */
export const DELIVERY_ERRORS: Readonly<Record<string, Explain>> = {
  ...REGISTRY_ERRORS,
  ...WARRANT_ERRORS,
  ...NOTICE_ERRORS,
  ...RUN_ERRORS,
  ...USE_ERRORS,
};
