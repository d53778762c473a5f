import { ErrorFragment, Interface } from "ethers";

import { formatEpochs } from "../epochs.js";
import { formatFil, formatPower } from "../units.js";
import { COLLATERAL_ERRORS } from "./collateral.js";
import { DELIVERY_ERRORS } from "./delivery.js";
import { ESCROW_ERRORS } from "./escrow.js";
import { FUTURES_ERRORS } from "./futures.js";
import { SECTOR_ERRORS } from "./sectors.js";
import { TAKEOVER_ERRORS } from "./takeover.js";
import { TERMS_ERRORS } from "./terms.js";
import { VENUE_ERRORS } from "./venues.js";
import {
  type ErrorArguments,
  type Explain,
  type Explanation,
  asText,
  internal,
  outOfBounds,
  status,
} from "./explain.js";
import { QUEUE_ERRORS } from "./queue.js";

/** The members of `LoanState`, in order. */
export const LOAN_STATES = ["None", "Healthy", "Watch", "Call", "Impaired", "WrittenOff", "Closed"] as const;

/** The members of `Covenant`, in order. */
export const COVENANTS = [
  "None",
  "CallHealth",
  "FaultRatio",
  "BeneficiaryTampered",
  "OwnerChangePending",
  "InterestOverdue",
  "ProofMissed",
  "Matured",
] as const;

/** What each covenant means, and what mends it. */
export const COVENANT_REMEDIES: Readonly<Record<(typeof COVENANTS)[number], string>> = {
  None: "nothing is broken",
  CallHealth: "the collateral no longer carries the debt: repay, or bring power back",
  FaultRatio: "too much power is faulty: recover the sectors, or repay",
  BeneficiaryTampered: "a miner's beneficiary is not the loan's account, or a change is pending: withdraw the proposal",
  OwnerChangePending: "a miner's owner has proposed a new owner: revoke the proposal",
  InterestOverdue: "interest is unpaid for too long: pay it, or let a sweep pay it",
  ProofMissed: "a drawn tranche is past its proof deadline: prove it, or repay it",
  Matured: "a fixed term and its grace are over: repay the loan, or let it float",
};

const decoding =
  (what: string, more: (a: ErrorArguments) => Partial<Explanation> = () => ({})): Explain =>
  (a) => ({
    message: `An actor's answer could not be read: ${what}.`,
    hint: "The network may run a newer version of the built-in actors than these contracts know. Nothing was changed.",
    ...more(a),
  });

/** Every custom error that a call can end in, by its signature. A test compares them with the compiled contracts. */
export const CATALOGUE: Readonly<Record<string, Explain>> = {
  // ------------------------------------------------------------ LoanBook
  "LoanBook_UnknownLoan(uint256 loanId)": (a) => ({
    message: `There is no loan ${a.raw("loanId")}.`,
    limit: "the id of a loan that was opened",
    actual: a.raw("loanId"),
    next: ["npx hardhat loan status"],
  }),
  "LoanBook_NotAuthorised(uint256 loanId, address caller)": (a) => ({
    message: `Only the holder of loan ${a.raw("loanId")}'s token, or an operator it approved, may do this.`,
    limit: `holder or operator of token ${a.raw("loanId")}`,
    actual: a.raw("caller"),
    hint: "Sign with the holder's key (--from), or let the holder approve this address.",
    next: status(a),
  }),
  "LoanBook_OnlyContract(address expected, address actual)": (a) => ({
    message: "This function is for another contract of Plimsoll.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "LoanBook_WrongState(uint256 loanId, uint8 actual)": (a) => ({
    message: `Loan ${a.raw("loanId")} is in state ${a.member("actual", LOAN_STATES)}, which does not allow this.`,
    limit: "a state that allows the action",
    actual: a.member("actual", LOAN_STATES),
    hint: "A loan under watch or call becomes healthy by curing it.",
    next: [...status(a), `npx hardhat loan cure ${a.raw("loanId")}`],
  }),
  "LoanBook_Paused(uint256 untilEpoch)": (a) => ({
    message: "The guardian has stopped draws or attaches for a while. Everything that pays back stays open.",
    limit: `epoch ${a.raw("untilEpoch")} or later`,
    actual: "now",
    hint: "The pause ends by itself after 7 days at most.",
    retryable: true,
    next: ["npx hardhat vault status"],
  }),
  "LoanBook_PauseNotAllowed(uint256 earliestEpoch)": (a) => ({
    message: "The last pause is not 7 days over.",
    limit: `epoch ${a.raw("earliestEpoch")} or later`,
    actual: "now",
    retryable: true,
  }),
  "LoanBook_ZeroAmount()": () => ({ message: "The amount is zero.", limit: "at least 1 attoFIL", actual: "0 FIL" }),
  "LoanBook_InvalidAddress(address actual)": (a) => ({
    message: "This address cannot be used here.",
    limit: "an address that somebody holds, not zero and none of the contracts",
    actual: a.raw("actual"),
  }),
  "LoanBook_TrancheCount(uint256 maximum, uint256 actual)": (a) => ({
    message: "A facility has at least one tranche and not too many.",
    limit: `1 to ${a.raw("maximum")} tranches`,
    actual: `${a.raw("actual")} tranches`,
    next: ["npx hardhat loan open --help"],
  }),
  "LoanBook_BadTranche(uint256 index, (uint96 amount, uint72 minPowerDelta, uint32 drawDeadline, uint32 proveEpochs) tranche)":
    (a) => ({
      message: `Tranche ${a.number("index") + 1n} is not acceptable: too small, without power, or with a deadline that has passed or is too far.`,
      limit: "at least the minimum debt, some power, a draw deadline ahead and a span to prove in",
      actual: `${formatFil(a.field("tranche", "amount"))} for ${formatPower(a.field("tranche", "minPowerDelta"))}, to be drawn by epoch ${a.field("tranche", "drawDeadline")} and proven within ${formatEpochs(a.field("tranche", "proveEpochs"))}`,
      next: ["npx hardhat loan open --help", "npx hardhat vault status"],
    }),
  "LoanBook_LimitExceeded(uint256 limit, uint256 actual)": (a) => ({
    message: "The tranches add up to more than one loan may owe.",
    limit: a.fil("limit"),
    actual: a.fil("actual"),
    hint: "Open a smaller facility.",
    next: ["npx hardhat vault status"],
  }),
  "LoanBook_NotMiner(uint64 minerId)": (a) => ({
    message: `f0${a.raw("minerId")} is not a miner actor.`,
    limit: "the id of a miner, as the power actor knows it",
    actual: `f0${a.raw("minerId")}`,
  }),
  "LoanBook_MinerTaken(uint64 minerId, uint256 loanId)": (a) => ({
    message: `Miner f0${a.raw("minerId")} already secures loan ${a.raw("loanId")}.`,
    limit: "a miner that secures no loan",
    actual: `loan ${a.raw("loanId")}`,
    next: status(a),
  }),
  "LoanBook_NoSuchMiner(uint256 loanId, uint256 count, uint256 index)": (a) => ({
    message: `Loan ${a.raw("loanId")} has no miner number ${a.raw("index")}.`,
    limit: `an index below ${a.raw("count")}`,
    actual: a.raw("index"),
    next: [...status(a), `npx hardhat loan attach ${a.raw("loanId")} f01234`],
  }),
  "LoanBook_TooManyMiners(uint256 maximum)": (a) => ({
    message: "The loan has as many miners as a loan can have.",
    limit: `${a.raw("maximum")} miners`,
    actual: `${a.raw("maximum")} attached`,
  }),
  "LoanBook_ForeignBeneficiary(uint64 minerId, uint64 owner, uint64 beneficiary)": (a) => ({
    message: `Somebody else is beneficiary of miner f0${a.raw("minerId")}, with a term that still runs.`,
    limit: `its owner f0${a.raw("owner")} as beneficiary`,
    actual: `f0${a.raw("beneficiary")}`,
    hint: "Let that beneficiary approve its removal first, or have the loan pay it off and take its lien over.",
    next: [
      `lotus-miner actor propose-change-beneficiary f0${a.raw("owner")} 0 0 --really-do-it`,
      `npx hardhat loan refinance LOAN f0${a.raw("minerId")}`,
    ],
  }),
  "LoanBook_OwnerChangePending(uint64 minerId, uint64 pendingOwner)": (a) => ({
    message: `Miner f0${a.raw("minerId")} has an owner change pending.`,
    limit: "no pending owner",
    actual: `f0${a.raw("pendingOwner")} is proposed`,
    hint: "Let the current owner revoke it by proposing itself.",
  }),
  "LoanBook_BadTerm(uint64 minerId, uint64 expectedBeneficiary, uint64 beneficiary, uint256 quotaLeft, int64 expiration, bool hasPending)":
    (a) => ({
      message: `After the hand-over miner f0${a.raw("minerId")}'s beneficiary is not what it must be.`,
      limit: `beneficiary f0${a.raw("expectedBeneficiary")} with the full quota, the last expiration and nothing pending`,
      actual: `beneficiary f0${a.raw("beneficiary")}, quota left ${a.fil("quotaLeft")}, expiration ${a.raw("expiration")}, ${a.raw("hasPending") === "true" ? "a change pending" : "nothing pending"}`,
      hint: "Propose the loan's account again, with exactly the quota and expiration that `loan attach` prints.",
    }),
  "LoanBook_NoTrancheLeft(uint256 loanId)": (a) => ({
    message: `All tranches of loan ${a.raw("loanId")} are drawn.`,
    limit: "an undrawn tranche",
    actual: "none left",
    hint: "Open another facility.",
    next: [...status(a), "npx hardhat loan open --help"],
  }),
  "LoanBook_NotProven(uint256 loanId, uint8 tranche)": (a) => ({
    message: `Tranche ${a.number("tranche") + 1n} of loan ${a.raw("loanId")} is drawn but not proven, so the next one stays locked.`,
    limit: "every drawn tranche proven",
    actual: `tranche ${a.number("tranche") + 1n} unproven`,
    next: [`npx hardhat loan prove ${a.raw("loanId")}`],
  }),
  "LoanBook_DrawExpired(uint256 loanId, uint256 deadline, uint256 actual)": (a) => ({
    message: "The tranche's draw deadline has passed.",
    limit: `epoch ${a.raw("deadline")}`,
    actual: `epoch ${a.raw("actual")}`,
    hint: "Open another facility.",
    next: [...status(a), "npx hardhat loan open --help"],
  }),
  "LoanBook_Frozen(uint256 loanId)": (a) => ({
    message: `Loan ${a.raw("loanId")} is frozen: a draw was taken back because it was not proven in time.`,
    limit: "a facility that was never reclaimed",
    actual: "frozen for good",
    hint: "Repay it and open another.",
    next: status(a),
  }),
  "LoanBook_DrawTest(uint256 loanId, uint256 weightedValue, uint256 debt)": (a) => ({
    message: `The collateral of loan ${a.raw("loanId")} would not carry its debt.`,
    limit: `debt of at most ${a.fil("weightedValue")} (value x draw weight)`,
    actual: `debt of ${a.fil("debt")}`,
    hint: "Repay part of the debt, attach another miner, or take less.",
    next: [`npx hardhat loan preview ${a.raw("loanId")}`, `npx hardhat loan repay ${a.raw("loanId")} AMOUNT`],
  }),
  "LoanBook_CovenantBroken(uint256 loanId, uint8 reason)": (a) =>
    covenant(a, "A covenant is broken, so nothing may leave"),
  "LoanBook_NothingToProve(uint256 loanId)": (a) => ({
    message: `No drawn tranche of loan ${a.raw("loanId")} awaits proof.`,
    limit: "a tranche that is drawn and unproven",
    actual: "none",
    next: [`npx hardhat loan draw ${a.raw("loanId")}`],
  }),
  "LoanBook_PledgeNotGrown(uint256 loanId, uint256 required, uint256 actual)": (a) => ({
    message: "The miner's initial pledge has not grown as far as the draw requires.",
    limit: a.fil("required"),
    actual: a.fil("actual"),
    hint: "Prove-commit more sectors, then try again.",
    retryable: true,
    next: [`npx hardhat loan prove ${a.raw("loanId")}`],
  }),
  "LoanBook_PowerNotGrown(uint256 loanId, uint256 required, uint256 actual)": (a) => ({
    message: "The miner's quality-adjusted power has not grown as far as the tranche requires.",
    limit: a.power("required"),
    actual: a.power("actual"),
    hint: "New sectors count once their first window PoSt is in; try again after it.",
    retryable: true,
    next: [`npx hardhat loan prove ${a.raw("loanId")}`],
  }),
  "LoanBook_ProofNotOverdue(uint256 loanId, uint256 deadline, uint256 actual)": (a) => ({
    message: "The proof deadline has not passed, so the draw cannot be taken back.",
    limit: `after epoch ${a.raw("deadline")}`,
    actual: `epoch ${a.raw("actual")}`,
    retryable: true,
    next: status(a),
  }),
  "LoanBook_DustDebt(uint256 minimum, uint256 actual)": (a) => ({
    message: "The payment would leave a debt that is too small to be worth collecting.",
    limit: `0 or at least ${a.fil("minimum")}`,
    actual: a.fil("actual"),
    hint: "Pay everything (max), or pay less.",
    next: ["npx hardhat loan repay LOAN max"],
  }),
  "LoanBook_NoDebt(uint256 loanId)": (a) => ({
    message: `Loan ${a.raw("loanId")} owes nothing.`,
    limit: "a debt above zero",
    actual: "0 FIL",
    next: status(a),
  }),
  "LoanBook_NothingToSweep(uint256 loanId, uint256 available, uint256 due)": (a) => ({
    message: "There is nothing to sweep: the miner has no available balance, or nothing is due.",
    limit: `due ${a.fil("due")}`,
    actual: `available ${a.fil("available")}`,
    retryable: true,
    next: status(a),
  }),
  "LoanBook_ReleaseExceeds(uint256 loanId, uint256 available, uint256 asked)": (a) => ({
    message: "More is asked than may leave.",
    limit: a.fil("available"),
    actual: a.fil("asked"),
    next: status(a),
  }),
  "LoanBook_NotCured(uint256 loanId, uint8 reason)": (a) => covenant(a, "The loan is not cured"),
  "LoanBook_NoShortfall(uint256 loanId, uint256 debt, uint256 carrying)": (a) => ({
    message: `Loan ${a.raw("loanId")} is carried at no more than it is worth, so there is nothing to provision.`,
    limit: `carrying below ${a.fil("debt")}`,
    actual: a.fil("carrying"),
    next: status(a),
  }),
  "LoanBook_StillWorth(uint256 loanId, uint256 value, uint256 dust)": (a) => ({
    message: `Loan ${a.raw("loanId")} still has value, so it cannot be written off.`,
    limit: `at most ${a.fil("dust")}, or 200 days without any inflow`,
    actual: a.fil("value"),
    next: [`npx hardhat loan sweep ${a.raw("loanId")}`],
  }),
  "LoanBook_StripsOutstanding(uint256 loanId, uint256 outstanding)": (a) => ({
    message: `Strip holders of loan ${a.raw("loanId")} come first: nothing is released or given back while they are to be paid.`,
    limit: "0 FIL of outstanding strips",
    actual: a.fil("outstanding"),
    next: [`npx hardhat loan sweep ${a.raw("loanId")}`, ...status(a)],
  }),
  "LoanBook_StripOverpaid(uint256 loanId, uint256 setAside, uint256 asked)": (a) => ({
    ...internal("A strip would be paid more than was set aside for strip holders.")(a),
    limit: a.fil("setAside"),
    actual: a.fil("asked"),
  }),
  "LoanBook_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual)": (a) => outOfBounds(a),
  "LoanBook_NotCloseable(uint256 loanId, uint256 debt, uint256 stripsOutstanding, uint256 miners)": (a) => ({
    message: `Loan ${a.raw("loanId")} cannot be closed yet.`,
    limit: "no debt, no outstanding strips, no miners",
    actual: `debt ${a.fil("debt")}, strips ${a.fil("stripsOutstanding")}, ${a.raw("miners")} miners`,
    next: [`npx hardhat loan repay ${a.raw("loanId")} max`, `npx hardhat loan detach ${a.raw("loanId")} f01234`],
  }),
  "LoanBook_StillPosted(uint256 loanId)": (a) => ({
    message: `Tokens are still posted for loan ${a.raw("loanId")}: who closed it could not take them out any more.`,
    limit: "no posted tokens",
    actual: "at least one",
    next: [`npx hardhat loan unpost ${a.raw("loanId")}`],
  }),
  "LoanBook_UnexpectedFil(address sender, uint256 amount)": (a) => ({
    message: "The loan book takes no plain transfers.",
    limit: "0 FIL",
    actual: a.fil("amount"),
    hint: "Pay a debt with `loan repay`.",
    next: ["npx hardhat loan repay --help"],
  }),

  // ------------------------------------------------------------ PledgeVault
  "PledgeVault_NotLoanBook(address expected, address actual)": (a) => ({
    message: "Only the loan book may do this.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "PledgeVault_UseDepositFil(address sender, uint256 amount)": (a) => ({
    message: "The vault takes no plain transfers, because no shares could be given for them.",
    limit: "depositFil",
    actual: `a transfer of ${a.fil("amount")}`,
    next: ["npx hardhat vault deposit AMOUNT"],
  }),
  "PledgeVault_ZeroAmount()": () => ({
    message: "The amount is zero, or rounds to zero.",
    limit: "an amount worth at least 1 attoFIL",
    actual: "0 FIL",
  }),
  "PledgeVault_InvalidReceiver(address receiver)": (a) => ({
    message: "This address cannot receive FIL or shares.",
    limit: "neither zero nor the vault",
    actual: a.raw("receiver"),
  }),
  "PledgeVault_InsufficientLiquidity(uint256 available, uint256 asked)": (a) => ({
    message: "The pool does not hold enough idle FIL.",
    limit: a.fil("available"),
    actual: a.fil("asked"),
    hint: "Take less, or wait for repayments, sweeps and deposits; a lender can join the redeem queue.",
    retryable: true,
    next: ["npx hardhat vault status", "npx hardhat vault request AMOUNT"],
  }),
  "PledgeVault_Unfunded(uint256 balance, uint256 booked)": (a) => ({
    ...internal("The pool's book would claim more FIL than is there.")(a),
    limit: a.fil("balance"),
    actual: a.fil("booked"),
  }),
  "PledgeVault_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual)": (a) => outOfBounds(a),
  "PledgeVault_NotWholeBps(bytes32 parameter, uint256 actual)": (a) => ({
    message: `Parameter ${asText(a.raw("parameter"))} is kept in whole hundredths of a percent.`,
    limit: "a multiple of 0.0001",
    actual: a.ratio("actual"),
  }),
  "PledgeVault_BadSplit(uint256 expected, uint256 actual)": (a) => ({
    ...internal("A recovery was split into parts that do not add up.")(a),
    limit: a.fil("expected"),
    actual: a.fil("actual"),
  }),

  ...QUEUE_ERRORS,

  // ------------------------------------------------------------ StripAuction
  "StripAuction_Healthy(uint256 loanId, uint256 healthWad)": (a) => ({
    message: `Loan ${a.raw("loanId")} is healthy and cannot be liquidated.`,
    limit: "health below 1",
    actual: `health ${a.ratio("healthWad")}`,
    next: status(a),
  }),
  "StripAuction_Unhealthy(uint256 loanId, uint256 healthWad)": (a) => ({
    message: `The auction of loan ${a.raw("loanId")} goes on while its health is below 1.`,
    limit: "health of 1 or more",
    actual: `health ${a.ratio("healthWad")}`,
    next: status(a),
  }),
  "StripAuction_LoanMoved(uint256 loanId, uint256 expectedDebt, uint256 actualDebt)": (a) => ({
    message: "The loan's debt changed during the take, so the price no longer fits.",
    limit: a.fil("expectedDebt"),
    actual: a.fil("actualDebt"),
    retryable: true,
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_LineBroken(uint256 loanId, uint256 expected, uint256 actual)": (a) => ({
    ...internal("The strip does not fit the end of the loan's line of claims.")(a),
    limit: a.fil("expected"),
    actual: a.fil("actual"),
  }),
  "StripAuction_AlreadyActive(uint256 loanId)": (a) => ({
    message: `The auction of loan ${a.raw("loanId")} runs already.`,
    limit: "no running auction",
    actual: "one runs",
    next: ["npx hardhat liquidate --dry-run"],
  }),
  "StripAuction_NotActive(uint256 loanId)": (a) => ({
    message: `No auction of loan ${a.raw("loanId")} runs.`,
    limit: "a running auction",
    actual: "none",
    next: status(a),
  }),
  "StripAuction_SweepFirst(uint256 loanId, uint256 available, uint256 dust)": (a) => ({
    message: "Cash can still be swept at par, and no discount is given for cash.",
    limit: a.fil("dust"),
    actual: a.fil("available"),
    next: [`npx hardhat loan sweep ${a.raw("loanId")}`],
  }),
  "StripAuction_Underwater(uint256 loanId, uint256 healthWad, uint256 minimumWad)": (a) => ({
    message: "The collateral is worth too little to sell any of it without loss; the loan must be impaired.",
    limit: `health of at least ${a.ratio("minimumWad")}`,
    actual: `health ${a.ratio("healthWad")}`,
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_CoolOff(uint256 loanId, uint256 sinceEpoch)": (a) => ({
    message: "A draw or attach happened in this epoch; liquidation waits for the next one.",
    limit: `after epoch ${a.raw("sinceEpoch")}`,
    actual: `epoch ${a.raw("sinceEpoch")}`,
    retryable: true,
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_TooMany(uint256 limit)": (a) => ({
    message: "As many auctions run as may run at once.",
    limit: `${a.raw("limit")} auctions`,
    actual: `${a.raw("limit")} run`,
    retryable: true,
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_Paused(uint256 untilEpoch)": (a) => ({
    message: "The guardian has stopped new auctions for a while. Running ones, and every payment, go on.",
    limit: `epoch ${a.raw("untilEpoch")} or later`,
    actual: "now",
    retryable: true,
  }),
  "StripAuction_BonusTooLow(uint256 minBonusWad, uint256 actualWad)": (a) => ({
    message: "The auction has not risen to the bonus that was asked for.",
    limit: `bonus of at least ${a.ratio("minBonusWad")}`,
    actual: `bonus ${a.ratio("actualWad")}`,
    hint: "The bonus rises with every epoch; wait, or ask for less.",
    retryable: true,
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_TooSmall(uint256 minimum, uint256 actual)": (a) => ({
    message: "The take is smaller than the smallest strip.",
    limit: `at least ${a.fil("minimum")}`,
    actual: a.fil("actual"),
  }),
  "StripAuction_Underpaid(uint256 price, uint256 paid)": (a) => ({
    message: "Less was paid than the strip costs.",
    limit: a.fil("price"),
    actual: a.fil("paid"),
    hint: "The price moves with the loan; send a little more, the rest comes back.",
    retryable: true,
  }),
  "StripAuction_BadCallback(address taker, bytes4 actual)": (a) => ({
    message: "The taker's callback did not answer with its selector.",
    limit: "IStripTaker.onStripTake.selector",
    actual: `${a.raw("actual")} from ${a.raw("taker")}`,
  }),
  "StripAuction_NotExpired(uint256 loanId, uint256 endsAtEpoch)": (a) => ({
    message: "The auction may not start over or end yet.",
    limit: `after epoch ${a.raw("endsAtEpoch")}`,
    actual: "now",
    retryable: true,
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_RoundsLeft(uint256 loanId, uint8 round, uint8 maxRounds)": (a) => ({
    message: "Rounds are left, so the auction must start over before the pool may buy in.",
    limit: `round ${a.raw("maxRounds")}`,
    actual: `round ${a.number("round") + 1n}`,
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_NoRoundsLeft(uint256 loanId, uint8 maxRounds)": (a) => ({
    message: "All rounds are over; the pool buys in.",
    limit: `${a.raw("maxRounds")} rounds`,
    actual: "all over",
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_NothingDue(uint256 stripId)": (a) => ({
    message: `Nothing is due to strip ${a.raw("stripId")} yet.`,
    limit: "more than 0 FIL claimable",
    actual: "0 FIL",
    hint: "A sweep of the loan's miners brings the next payment.",
    retryable: true,
    next: ["npx hardhat liquidate"],
  }),
  "StripAuction_UnexpectedFil(address sender, uint256 amount)": (a) => ({
    message: "The auction takes plain FIL from WFIL only.",
    limit: "0 FIL",
    actual: `${a.fil("amount")} from ${a.raw("sender")}`,
  }),
  "StripAuction_PauseNotAllowed(uint256 earliestEpoch)": (a) => ({
    message: "The last pause is not 7 days over.",
    limit: `epoch ${a.raw("earliestEpoch")} or later`,
    actual: "now",
    retryable: true,
  }),

  ...COLLATERAL_ERRORS,
  ...ESCROW_ERRORS,
  ...TAKEOVER_ERRORS,
  ...FUTURES_ERRORS,
  ...TERMS_ERRORS,
  ...VENUE_ERRORS,
  ...SECTOR_ERRORS,
  ...DELIVERY_ERRORS,

  // ------------------------------------------------------------ RiskEngine, ReserveFund, CollateralAccount
  "RiskEngine_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual)": (a) => outOfBounds(a),
  "RiskEngine_NoSuchMiner(uint256 count, uint256 index)": (a) => ({
    message: "The index names no attached miner.",
    limit: `an index below ${a.raw("count")}`,
    actual: a.raw("index"),
  }),
  "RateModel_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual)": (a) => outOfBounds(a),
  "LoanLens_PageTooLarge(uint256 maximum, uint256 actual)": (a) => ({
    message: "A page asks for too many loans.",
    limit: `at most ${a.raw("maximum")}`,
    actual: a.raw("actual"),
  }),
  "LoanLens_OnlySelf(address expected, address actual)": (a) => ({
    message: "Only the lens itself may try out calls.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "LoanLens_Probed(bool success)": (a) => ({
    message: "The lens tried out a call and undid it.",
    limit: "a call through checkLiquidations",
    actual: a.raw("success") === "true" ? "it would succeed" : "it would fail",
  }),
  "ReserveFund_ZeroAddress()": () => ({
    message: "The reserve fund needs the vault and the auction.",
    limit: "addresses that are not zero",
    actual: "the zero address",
  }),
  "ReserveFund_NotAuthorised(address expected, address actual)": (a) => ({
    message: "This function is for another contract of Plimsoll.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "ReserveFund_NothingToSkim()": () => ({
    message: "No FIL arrived outside the reserve fund's ledger.",
    limit: "more than 0 FIL",
    actual: "0 FIL",
  }),
  "CollateralAccount_NotLoanBook(address expected, address actual)": (a) => ({
    message: "Only the loan book commands a collateral account.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "CollateralAccount_InsufficientFunds(uint256 balance, uint256 amount)": (a) => ({
    message: "The collateral account holds less than it was told to pay.",
    limit: a.fil("balance"),
    actual: a.fil("amount"),
  }),

  // ------------------------------------------------------------ the Filecoin layer
  "ActorCall_PrecompileFailed(uint64 target, uint64 method)": (a) => ({
    message: "The precompile that calls actors refused or is absent.",
    limit: "a network that runs Filecoin's EVM",
    actual: `no answer from f0${a.raw("target")}, method ${a.raw("method")}`,
    hint: "Check --network. On a local chain the simulated Filecoin must be installed first: npx hardhat deploy does it.",
  }),
  "ActorCall_AddressPrecompileFailed(bytes target, uint64 method)": (a) => ({
    message: "The precompile that calls actors by address refused or is absent.",
    limit: "a network that runs Filecoin's EVM",
    actual: `no answer from ${a.raw("target")}, method ${a.raw("method")}`,
    hint: "Check --network.",
  }),
  "ActorCall_ActorFailed(uint64 target, uint64 method, int256 exitCode)": (a) => actorFailed(`f0${a.raw("target")}`, a),
  "ActorCall_AddressActorFailed(bytes target, uint64 method, int256 exitCode)": (a) => actorFailed(a.raw("target"), a),
  "ActorCall_UnexpectedCodec(uint256 expected, uint256 actual)": decoding("unexpected codec", (a) => ({
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  })),
  "BeaconRandomness_FutureEpoch(uint256 maximum, uint256 actual)": (a) => ({
    message: "The beacon of that epoch is not known yet.",
    limit: `epoch ${a.raw("maximum")}`,
    actual: `epoch ${a.raw("actual")}`,
    retryable: true,
  }),
  "BeaconRandomness_Unavailable(uint256 epoch)": (a) => ({
    message: "The network has no beacon for that epoch.",
    limit: "an epoch with a beacon",
    actual: `epoch ${a.raw("epoch")}`,
  }),
  "FilecoinAddress_ActorNotFound(address account)": (a) => ({
    message: "This address has no actor on the network yet.",
    limit: "an address that has received FIL at least once",
    actual: a.raw("account"),
  }),
  "FilecoinAddress_BadIdAddress(bytes account)": decoding("not an id address", (a) => ({ actual: a.raw("account") })),
  "FilecoinAddress_LookupFailed(uint64 id)": (a) => ({
    message: "The precompile that looks up addresses refused or is absent.",
    limit: "a network that runs Filecoin's EVM",
    actual: `no answer for f0${a.raw("id")}`,
    hint: "Check --network.",
  }),
  "FilecoinAddress_Unresolvable(bytes account)": (a) => ({
    message: "This Filecoin address cannot be resolved.",
    limit: "an address of an existing actor",
    actual: a.raw("account"),
  }),
  "NativeCallReceiver_NotMiner(uint64 actorId)": (a) => ({
    message: "The caller is not a miner.",
    limit: "a miner actor",
    actual: `f0${a.raw("actorId")}`,
  }),
  "NativeCallReceiver_NotNativeActor(address caller)": (a) => ({
    message: "The caller is not a native actor.",
    limit: "a masked id",
    actual: a.raw("caller"),
  }),
  "NativeCallReceiver_NotPieceCid(bytes cid)": decoding("not a piece CID", (a) => ({ actual: a.raw("cid") })),
  "NativeCallReceiver_UnexpectedCodec(uint64 expected, uint64 actual)": decoding("unexpected codec", (a) => ({
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  })),
  "NativeCallReceiver_UnknownMethod(uint64 expected, uint64 actual)": (a) => ({
    message: "The contract does not know this native method.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "CborReader_ArrayTooLong(uint256 maximum, uint256 actual)": decoding("a list is too long", (a) => ({
    limit: a.raw("maximum"),
    actual: a.raw("actual"),
  })),
  "CborReader_BadSign(uint256 actual)": decoding("bad sign byte", (a) => ({
    limit: "0 or 1",
    actual: a.raw("actual"),
  })),
  "CborReader_BigIntNotCanonical()": decoding("a number has leading zeros"),
  "CborReader_BigIntTooLarge(uint256 maximumBytes, uint256 actualBytes)": decoding("a number is too large", (a) => ({
    limit: `${a.raw("maximumBytes")} bytes`,
    actual: `${a.raw("actualBytes")} bytes`,
  })),
  "CborReader_IntegerOutOfRange(uint256 magnitude)": decoding("an integer is out of range", (a) => ({
    actual: a.raw("magnitude"),
  })),
  "CborReader_NotBoolean(uint256 actual)": decoding("not a boolean", (a) => ({ actual: a.raw("actual") })),
  "CborReader_NotShortestForm(uint256 value)": decoding("a number is not in its shortest form", (a) => ({
    actual: a.raw("value"),
  })),
  "CborReader_TrailingBytes(uint256 count)": decoding("bytes are left over", (a) => ({
    limit: "0 bytes",
    actual: `${a.raw("count")} bytes`,
  })),
  "CborReader_Truncated(uint256 expected, uint256 actual)": decoding("it ends too early", (a) => ({
    limit: `${a.raw("expected")} bytes`,
    actual: `${a.raw("actual")} bytes`,
  })),
  "CborReader_UnexpectedArrayLength(uint256 expected, uint256 actual)": decoding(
    "unexpected number of fields",
    (a) => ({ limit: a.raw("expected"), actual: a.raw("actual") }),
  ),
  "CborReader_UnexpectedNegative(uint256 magnitude)": decoding("a number is below zero", (a) => ({
    limit: "0 or more",
    actual: `-${a.raw("magnitude")}`,
  })),
  "CborReader_UnexpectedType(uint256 expected, uint256 actual)": decoding("unexpected type", (a) => ({
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  })),
  "CborReader_UnsupportedLength(uint256 additionalInformation)": decoding("unsupported length", (a) => ({
    actual: a.raw("additionalInformation"),
  })),
  "WFIL_PaymentRefused(address account, uint256 amount)": (a) => ({
    message: "The account refused to be paid in FIL.",
    limit: "an account that takes FIL",
    actual: `${a.raw("account")} refused ${a.fil("amount")}`,
  }),

  // ------------------------------------------------------------ governance
  "Bootstrap_InvalidDeployer(address actual)": (a) => ({
    message: "The deployer's address is not usable.",
    limit: "an address that is not zero",
    actual: a.raw("actual"),
  }),
  "Bootstrap_NotDeployer(address expected, address actual)": (a) => ({
    message: "Only the deployer may finish a proxy.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "PlimsollManager_DelayTooLong(uint32 maximum, uint32 actual)": (a) => ({
    message: "The delay is too long.",
    limit: `${a.raw("maximum")} s`,
    actual: `${a.raw("actual")} s`,
  }),
  "PlimsollManager_DelayTooShort(uint64 roleId, uint32 minimum, uint32 actual)": (a) => ({
    message: `The delay of role ${a.raw("roleId")} is too short.`,
    limit: `${a.raw("minimum")} s`,
    actual: `${a.raw("actual")} s`,
  }),
  "PlimsollManager_FunctionNotAllowed(bytes4 selector, uint64 roleId)": (a) => ({
    message: "This function may not be given to this role.",
    limit: "the role x function table in docs/",
    actual: `${a.raw("selector")} for role ${a.raw("roleId")}`,
  }),
  "PlimsollManager_InvalidAccount(uint64 roleId, address account)": (a) => ({
    message: `This account cannot hold role ${a.raw("roleId")}.`,
    limit: "an account that is not zero",
    actual: a.raw("account"),
  }),
  "PlimsollManager_LabelsFixed(uint64 roleId)": (a) => ({
    message: "The names of roles are fixed.",
    actual: `role ${a.raw("roleId")}`,
  }),
  "PlimsollManager_LastAdmin(address account)": (a) => ({
    message: "The last admin cannot leave.",
    limit: "at least one admin",
    actual: a.raw("account"),
  }),
  "PlimsollManager_NotDeployer(address expected, address actual)": (a) => ({
    message: "Only the deployer may set up roles.",
    limit: a.raw("expected"),
    actual: a.raw("actual"),
  }),
  "PlimsollManager_RoleAdminFixed(uint64 roleId, uint64 expected, uint64 actual)": (a) => ({
    message: `The admin of role ${a.raw("roleId")} is fixed.`,
    limit: `role ${a.raw("expected")}`,
    actual: `role ${a.raw("actual")}`,
  }),
  "PlimsollManager_RoleGuardianFixed(uint64 roleId, uint64 expected, uint64 actual)": (a) => ({
    message: `The guardian of role ${a.raw("roleId")} is fixed.`,
    limit: `role ${a.raw("expected")}`,
    actual: `role ${a.raw("actual")}`,
  }),
  "PlimsollManager_RoleVacant(uint64 roleId)": (a) => ({
    message: `Role ${a.raw("roleId")} has no holder.`,
    limit: "at least one holder",
    actual: "none",
  }),
  "PlimsollManager_SetUpFinished()": () => ({
    message: "The set-up is over; roles change through their delays now.",
    limit: "before the end of set-up",
    actual: "after it",
  }),
  "PlimsollManager_UnknownRole(uint64 roleId)": (a) => ({
    message: "There is no such role.",
    limit: "ADMIN, UPGRADER, RISK, GUARDIAN or ARBITER",
    actual: `role ${a.raw("roleId")}`,
  }),

  // ------------------------------------------------------------ OpenZeppelin
  "AccessManagedUnauthorized(address caller)": (a) => ({
    message: "The caller does not hold the role that this function needs.",
    limit: "the role in the role x function table in docs/",
    actual: a.raw("caller"),
  }),
  "AccessManagedRequiredDelay(address caller, uint32 delay)": (a) => ({
    message: "The caller's role acts with a delay: the call must be scheduled first.",
    limit: `schedule, then wait ${a.raw("delay")} s`,
    actual: "called at once",
  }),
  "AccessManagedInvalidAuthority(address authority)": (a) => ({
    message: "The access manager is not a contract.",
    limit: "a contract",
    actual: a.raw("authority"),
  }),
  "AccessManagerUnauthorizedAccount(address msgsender, uint64 roleId)": (a) => ({
    message: "The caller does not hold the role.",
    limit: `role ${a.raw("roleId")}`,
    actual: a.raw("msgsender"),
  }),
  "AccessManagerUnauthorizedCall(address caller, address target, bytes4 selector)": (a) => ({
    message: "The caller may not make this call.",
    limit: "the role x function table in docs/",
    actual: `${a.raw("caller")} calling ${a.raw("selector")} at ${a.raw("target")}`,
  }),
  "AccessManagerUnauthorizedConsume(address target)": (a) => ({
    message: "Only a managed contract may consume an operation.",
    actual: a.raw("target"),
  }),
  "AccessManagerUnauthorizedCancel(address msgsender, address caller, address target, bytes4 selector)": (a) => ({
    message: "The caller may not cancel this operation.",
    limit: "its scheduler, an admin or the guardian",
    actual: a.raw("msgsender"),
  }),
  "AccessManagerAlreadyScheduled(bytes32 operationId)": (a) => ({
    message: "The operation is scheduled already.",
    limit: "not scheduled",
    actual: a.raw("operationId"),
  }),
  "AccessManagerNotScheduled(bytes32 operationId)": (a) => ({
    message: "The operation is not scheduled.",
    limit: "scheduled",
    actual: a.raw("operationId"),
  }),
  "AccessManagerNotReady(bytes32 operationId)": (a) => ({
    message: "The operation's delay is not over.",
    limit: "after its delay",
    actual: a.raw("operationId"),
    retryable: true,
  }),
  "AccessManagerExpired(bytes32 operationId)": (a) => ({
    message: "The operation has expired; schedule it again.",
    limit: "within 7 days of becoming ready",
    actual: a.raw("operationId"),
  }),
  "AccessManagerBadConfirmation()": () => ({
    message: "The confirmation does not name the caller.",
    limit: "the caller's own address",
    actual: "another",
  }),
  "AccessManagerInvalidInitialAdmin(address initialAdmin)": (a) => ({
    message: "The first admin is not usable.",
    limit: "an address that is not zero",
    actual: a.raw("initialAdmin"),
  }),
  "AccessManagerLockedFunction(bytes4 selector)": (a) => ({
    message: "The role of this function cannot be changed.",
    limit: "any function but the manager's own",
    actual: a.raw("selector"),
  }),
  "AccessManagerLockedRole(uint64 roleId)": (a) => ({
    message: "This role cannot be changed.",
    limit: "any role but ADMIN and PUBLIC",
    actual: `role ${a.raw("roleId")}`,
  }),
  "ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)": (a) => ({
    message: "The account has fewer tokens than needed.",
    limit: a.raw("balance"),
    actual: a.raw("needed"),
    next: ["npx hardhat vault status"],
  }),
  "ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)": (a) => ({
    message: "The allowance is too small.",
    limit: a.raw("allowance"),
    actual: a.raw("needed"),
    hint: "Approve the spender for more.",
  }),
  "ERC20InvalidSender(address sender)": (a) => ({
    message: "Tokens cannot be sent from this address.",
    limit: "an address that is not zero",
    actual: a.raw("sender"),
  }),
  "ERC20InvalidReceiver(address receiver)": (a) => ({
    message: "Tokens cannot be sent to this address.",
    limit: "an address that is not zero",
    actual: a.raw("receiver"),
  }),
  "ERC20InvalidApprover(address approver)": (a) => ({
    message: "This address cannot approve.",
    limit: "an address that is not zero",
    actual: a.raw("approver"),
  }),
  "ERC20InvalidSpender(address spender)": (a) => ({
    message: "This address cannot be approved.",
    limit: "an address that is not zero",
    actual: a.raw("spender"),
  }),
  "ERC2612ExpiredSignature(uint256 deadline)": (a) => ({
    message: "The permit has expired.",
    limit: `time ${a.raw("deadline")}`,
    actual: "now",
  }),
  "ERC2612InvalidSigner(address signer, address owner)": (a) => ({
    message: "The permit is signed by another.",
    limit: a.raw("owner"),
    actual: a.raw("signer"),
  }),
  "ERC4626ExceededMaxDeposit(address receiver, uint256 assets, uint256 max)": (a) => ({
    message: "More is deposited than the pool takes.",
    limit: a.fil("max"),
    actual: a.fil("assets"),
  }),
  "ERC4626ExceededMaxMint(address receiver, uint256 shares, uint256 max)": (a) => ({
    message: "More shares are asked than the pool gives.",
    limit: a.raw("max"),
    actual: a.raw("shares"),
  }),
  "ERC4626ExceededMaxWithdraw(address owner, uint256 assets, uint256 max)": (a) => ({
    message: "More is withdrawn than the shares are worth or the pool has idle.",
    limit: a.fil("max"),
    actual: a.fil("assets"),
    hint: "Withdraw less, or `max`.",
    retryable: true,
    next: ["npx hardhat vault status", "npx hardhat vault withdraw max"],
  }),
  "ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max)": (a) => ({
    message: "More shares are redeemed than are held or the pool has idle FIL for.",
    limit: `${a.raw("max")} shares`,
    actual: `${a.raw("shares")} shares`,
    retryable: true,
    next: ["npx hardhat vault status", "npx hardhat vault withdraw max"],
  }),
  "ERC721InvalidOwner(address owner)": (a) => ({
    message: "This address cannot own tokens.",
    limit: "an address that is not zero",
    actual: a.raw("owner"),
  }),
  "ERC721NonexistentToken(uint256 tokenId)": (a) => ({
    message: `There is no token ${a.raw("tokenId")}.`,
    limit: "the id of an existing loan or strip",
    actual: a.raw("tokenId"),
    next: ["npx hardhat loan status"],
  }),
  "ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)": (a) => ({
    message: `Token ${a.raw("tokenId")} belongs to another.`,
    limit: a.raw("owner"),
    actual: a.raw("sender"),
  }),
  "ERC721InvalidSender(address sender)": (a) => ({
    message: "Tokens cannot be sent from this address.",
    limit: "an address that is not zero",
    actual: a.raw("sender"),
  }),
  "ERC721InvalidReceiver(address receiver)": (a) => ({
    message: "This address cannot take tokens.",
    limit: "an account, or a contract that takes ERC-721 tokens",
    actual: a.raw("receiver"),
  }),
  "ERC721InsufficientApproval(address operator, uint256 tokenId)": (a) => ({
    message: `The caller is not approved for token ${a.raw("tokenId")}.`,
    limit: "its holder or an approved operator",
    actual: a.raw("operator"),
  }),
  "ERC721InvalidApprover(address approver)": (a) => ({
    message: "This address cannot approve.",
    limit: "the holder or an operator",
    actual: a.raw("approver"),
  }),
  "ERC721InvalidOperator(address operator)": (a) => ({
    message: "This address cannot be an operator.",
    limit: "an address that is not zero",
    actual: a.raw("operator"),
  }),
  "SafeERC20FailedOperation(address token)": (a) => ({
    message: "A token transfer failed.",
    limit: "a transfer that succeeds",
    actual: a.raw("token"),
  }),
  "SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)": (a) => ({
    message: "A number is too large for the contracts.",
    limit: `${a.raw("bits")} bits`,
    actual: a.raw("value"),
  }),
  "SafeCastOverflowedIntToUint(int256 value)": (a) => ({
    message: "A number is below zero.",
    limit: "0 or more",
    actual: a.raw("value"),
  }),
  "SafeCastOverflowedUintToInt(uint256 value)": (a) => ({
    message: "A number is too large for the contracts.",
    limit: "255 bits",
    actual: a.raw("value"),
  }),
  "SafeCastOverflowedIntDowncast(uint8 bits, int256 value)": (a) => ({
    message: "A number is too large for the contracts.",
    limit: `${a.raw("bits")} bits`,
    actual: a.raw("value"),
  }),
  "ReentrancyGuardReentrantCall()": () => ({
    message: "The contract was called again from within its own call.",
    limit: "one call at a time",
    actual: "a call inside a call",
  }),
  "InvalidInitialization()": () => ({
    message: "The contract is initialised already.",
    limit: "once",
    actual: "again",
  }),
  "NotInitializing()": () => ({
    message: "This may run only while the contract is initialised.",
    limit: "during initialisation",
    actual: "outside it",
  }),
  "UUPSUnauthorizedCallContext()": () => ({
    message: "An implementation cannot be used directly.",
    limit: "a call through the proxy",
    actual: "a direct call",
  }),
  "UUPSUnsupportedProxiableUUID(bytes32 slot)": (a) => ({
    message: "The new implementation is of another kind.",
    limit: "ERC-1967's implementation slot",
    actual: a.raw("slot"),
  }),
  "ERC1967InvalidImplementation(address implementation)": (a) => ({
    message: "The implementation is not a contract.",
    limit: "a contract",
    actual: a.raw("implementation"),
  }),
  "ERC1967InvalidBeacon(address beacon)": (a) => ({
    message: "The beacon is not a contract.",
    limit: "a contract",
    actual: a.raw("beacon"),
  }),
  "ERC1967InvalidAdmin(address admin)": (a) => ({
    message: "The proxy's admin is not usable.",
    limit: "an address that is not zero",
    actual: a.raw("admin"),
  }),
  "ERC1967ProxyUninitialized()": () => ({
    message: "The proxy would be left without initialisation.",
    limit: "initialisation in the same transaction",
    actual: "none",
  }),
  "ERC1967NonPayable()": () => ({
    message: "A proxy without a call cannot be sent FIL.",
    limit: "0 FIL",
    actual: "more",
  }),
  "BeaconInvalidImplementation(address implementation)": (a) => ({
    message: "The implementation is not a contract.",
    limit: "a contract",
    actual: a.raw("implementation"),
  }),
  "OwnableUnauthorizedAccount(address account)": (a) => ({
    message: "Only the owner may do this.",
    limit: "the owner",
    actual: a.raw("account"),
  }),
  "OwnableInvalidOwner(address owner)": (a) => ({
    message: "This address cannot be the owner.",
    limit: "an address that is not zero",
    actual: a.raw("owner"),
  }),
  "AddressEmptyCode(address target)": (a) => ({
    message: "There is no contract at this address.",
    limit: "a contract",
    actual: a.raw("target"),
    hint: "Check --network.",
  }),
  "FailedCall()": () => ({
    message: "A call inside the transaction failed without a reason.",
    limit: "a call that succeeds",
    actual: "failure",
  }),
  "FailedDeployment()": () => ({
    message: "A contract could not be created.",
    limit: "creation that succeeds",
    actual: "failure",
  }),
  "InsufficientBalance(uint256 balance, uint256 needed)": (a) => ({
    message: "The contract holds less FIL than it was told to send.",
    limit: a.fil("balance"),
    actual: a.fil("needed"),
  }),
  "ECDSAInvalidSignature()": () => ({
    message: "The signature is not valid.",
    limit: "a valid signature",
    actual: "an invalid one",
  }),
  "ECDSAInvalidSignatureLength(uint256 length)": (a) => ({
    message: "The signature has the wrong length.",
    limit: "65 bytes",
    actual: `${a.raw("length")} bytes`,
  }),
  "ECDSAInvalidSignatureS(bytes32 s)": (a) => ({
    message: "The signature is malleable.",
    limit: "s in the lower half",
    actual: a.raw("s"),
  }),
  "InvalidAccountNonce(address account, uint256 currentNonce)": (a) => ({
    message: "The nonce is used or not current.",
    limit: a.raw("currentNonce"),
    actual: "another",
  }),
  "InvalidShortString()": () => ({
    message: "A short string is malformed.",
    limit: "at most 31 bytes",
    actual: "malformed",
  }),
  "StringTooLong(string str)": (a) => ({ message: "A string is too long.", limit: "31 bytes", actual: a.raw("str") }),

  // ------------------------------------------------------------ Solidity
  "Error(string reason)": (a) => ({ message: `The contract refused: ${a.raw("reason")}`, actual: a.raw("reason") }),
  "Panic(uint256 code)": (a) => ({
    message: `The contract stopped on an inner check: ${PANICS[a.raw("code")] ?? "unknown reason"}.`,
    actual: `panic code ${a.raw("code")}`,
    hint: "This should not happen; please report it with the transaction.",
  }),
};

const PANICS: Readonly<Record<string, string>> = {
  "1": "an assertion failed",
  "17": "a number overflowed",
  "18": "a division by zero",
  "33": "a value outside its enum",
  "49": "an empty list was popped",
  "50": "an index outside its list",
  "65": "too much memory",
};

const EXIT_CODES: Readonly<Record<string, string>> = {
  "-6": "no such actor",
  "-5": "not enough FIL",
  "6": "not enough FIL",
  "7": "out of gas",
  "16": "illegal argument",
  "17": "not found",
  "18": "forbidden",
  "19": "not enough funds",
  "20": "illegal state",
  "21": "serialisation failed",
  "22": "method unknown",
};

function covenant(a: ErrorArguments, lead: string): Explanation {
  const name = a.member("reason", COVENANTS) as (typeof COVENANTS)[number];
  return {
    message: `${lead}: ${COVENANT_REMEDIES[name] ?? name}.`,
    limit: "every covenant kept",
    actual: name,
    next: [...status(a), `npx hardhat loan cure ${a.raw("loanId")} AMOUNT`],
  };
}

function actorFailed(target: string, a: ErrorArguments): Explanation {
  const exit = a.raw("exitCode");
  return {
    message: `Actor ${target} refused the call: ${EXIT_CODES[exit] ?? "see the actor's exit codes"}.`,
    limit: "exit code 0",
    actual: `exit code ${exit} from method ${a.raw("method")}`,
    hint: "A miner refuses withdrawals while terminations are being processed or a fee debt is unpaid; a beneficiary change must match the proposal exactly.",
  };
}

/** The catalogue as an ABI. */
export const CATALOGUE_INTERFACE = new Interface(Object.keys(CATALOGUE).map((signature) => `error ${signature}`));

/** One entry of the catalogue. */
export interface CatalogueEntry {
  readonly fragment: ErrorFragment;
  readonly explain: Explain;
}

const BY_SELECTOR: ReadonlyMap<string, CatalogueEntry> = new Map(
  Object.entries(CATALOGUE).map(([signature, explain]) => {
    const fragment = ErrorFragment.from(`error ${signature}`);
    return [fragment.selector, { fragment, explain }];
  }),
);

/** The entry for a selector; undefined when the catalogue lacks the error. */
export function entryOf(selector: string): CatalogueEntry | undefined {
  return BY_SELECTOR.get(selector);
}

/** The explanation for a selector; undefined when the catalogue lacks the error. */
export function explanationOf(selector: string): Explain | undefined {
  return entryOf(selector)?.explain;
}
