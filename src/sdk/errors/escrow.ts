import { type Explain, internal, status } from "./explain.js";

const unpause = (a: { raw(name: string): string }) => ({
  limit: `epoch ${a.raw("untilEpoch")} or later`,
  actual: "now",
  retryable: true,
});

/** Errors of owner escrow and of the auction of miners' ownership. */
export const ESCROW_ERRORS: Readonly<Record<string, Explain>> = {
  "LoanBook_OwnerNotProposed(uint64 minerId, uint64 expected, uint64 pendingOwner)": (a) => ({
    message: `The owner of f0${a.raw("minerId")} has not proposed the loan's account as the new owner.`,
    limit: `a proposal of f0${a.raw("expected")}`,
    actual: a.number("pendingOwner") === 0n ? "no proposal" : `a proposal of f0${a.raw("pendingOwner")}`,
    hint: "Run this with the present owner's key, then take the miner into escrow.",
    next: [`lotus-miner actor set-owner --really-do-it f0${a.raw("expected")} OWNER`],
  }),
  "LoanBook_BadOwner(uint64 minerId, uint64 expectedOwner, uint64 owner, uint64 expectedPending, uint64 pendingOwner)":
    (a) => ({
      message: `The change of ownership of f0${a.raw("minerId")} did not end as it must. Nothing was changed.`,
      limit: `owner f0${a.raw("expectedOwner")}, proposed f0${a.raw("expectedPending")}`,
      actual: `owner f0${a.raw("owner")}, proposed f0${a.raw("pendingOwner")}`,
      hint: "The miner actor keeps its own rules for owners. Look at the miner, and propose the owner again.",
    }),
  "LoanBook_InvalidOwner(uint64 actual)": (a) => ({
    message: "This actor cannot become the miner's owner.",
    limit: "an actor that is not f00, not the loan's account and not the loan book",
    actual: `f0${a.raw("actual")}`,
  }),
  "LoanBook_NotEscrowed(uint256 loanId, uint64 minerId, uint64 owner, uint64 pendingOwner)": (a) => ({
    message: `f0${a.raw("minerId")} is not in the escrow of loan ${a.raw("loanId")}.`,
    limit: "owned by the loan's account, with no other owner proposed",
    actual:
      a.number("pendingOwner") === 0n
        ? `owner f0${a.raw("owner")}`
        : `owner f0${a.raw("owner")}, f0${a.raw("pendingOwner")} proposed`,
    next: [`npx hardhat loan escrow ${a.raw("loanId")} --miner f0${a.raw("minerId")}`, ...status(a)],
  }),
  "LoanBook_Escrowed(uint256 loanId, uint64 minerId, uint64 owner)": (a) => ({
    message: `f0${a.raw("minerId")} is in escrow; its ownership must go back before it can leave the loan.`,
    limit: "an owner outside of Plimsoll",
    actual: `owner f0${a.raw("owner")}`,
    next: [`npx hardhat loan unescrow ${a.raw("loanId")} NEW_OWNER --miner f0${a.raw("minerId")}`, ...status(a)],
  }),
  "LoanBook_NotPaid(uint256 price, uint256 actual)": (a) => ({
    ...internal("The price of a miner did not arrive in the loan's account.")(a),
    limit: a.fil("price"),
    actual: a.fil("actual"),
  }),

  "ControlAuction_NotEscrowed(uint64 minerId, uint256 loanId)": (a) => ({
    message: `f0${a.raw("minerId")} is not in escrow, so its ownership cannot be sold.`,
    limit: a.number("loanId") === 0n ? "a miner that secures a loan" : `in the escrow of loan ${a.raw("loanId")}`,
    actual: "owned by somebody else, or in no loan",
    next: ["npx hardhat auction list"],
  }),
  "ControlAuction_Healthy(uint256 loanId, uint256 maximumWad, uint256 healthWad)": (a) => ({
    message: `Loan ${a.raw("loanId")} is too healthy for a miner of it to be sold.`,
    limit: `health below ${a.ratio("maximumWad")}`,
    actual: `health ${a.ratio("healthWad")}`,
    next: status(a),
  }),
  "ControlAuction_Worthless(uint64 minerId)": (a) => ({
    message: `f0${a.raw("minerId")} is worth nothing in an orderly end, so there is no price to sell it at.`,
    limit: "an orderly value above 0 FIL",
    actual: "0 FIL",
    next: ["npx hardhat liquidate"],
  }),
  "ControlAuction_AlreadyActive(uint64 minerId)": (a) => ({
    message: `f0${a.raw("minerId")} is on sale already.`,
    limit: "no running auction",
    actual: "one runs",
    next: ["npx hardhat auction list"],
  }),
  "ControlAuction_NotActive(uint64 minerId)": (a) => ({
    message: `f0${a.raw("minerId")} is not on sale.`,
    limit: "a running auction",
    actual: "none",
    next: ["npx hardhat auction list"],
  }),
  "ControlAuction_SweepFirst(uint256 loanId, uint256 available, uint256 dust)": (a) => ({
    message: "Cash can still be swept at par, and no discount is given for cash.",
    limit: a.fil("dust"),
    actual: a.fil("available"),
    next: [`npx hardhat loan sweep ${a.raw("loanId")}`],
  }),
  "ControlAuction_CoolOff(uint256 loanId, uint256 sinceEpoch)": (a) => ({
    message: "A draw, attach or escrow happened in this epoch; liquidation waits for the next one.",
    limit: `after epoch ${a.raw("sinceEpoch")}`,
    actual: `epoch ${a.raw("sinceEpoch")}`,
    retryable: true,
    next: ["npx hardhat liquidate"],
  }),
  "ControlAuction_TooMany(uint256 limit)": (a) => ({
    message: "As many miners are on sale as may be at once.",
    limit: `${a.raw("limit")} auctions`,
    actual: `${a.raw("limit")} run`,
    retryable: true,
    next: ["npx hardhat auction list"],
  }),
  "ControlAuction_Paused(uint256 untilEpoch)": (a) => ({
    message: "The guardian has stopped new auctions for a while. Running ones, and every payment, go on.",
    ...unpause(a),
  }),
  "ControlAuction_PauseNotAllowed(uint256 earliestEpoch)": (a) => ({
    message: "The last pause is not 7 days over.",
    limit: `epoch ${a.raw("earliestEpoch")} or later`,
    actual: "now",
    retryable: true,
  }),
  "ControlAuction_PriceTooHigh(uint256 maxPrice, uint256 actual)": (a) => ({
    message: "The auction has not fallen to the price that was offered.",
    limit: `at most ${a.fil("maxPrice")}`,
    actual: a.fil("actual"),
    hint: "The price falls by a basis point an epoch, down to the reserve; wait, or offer more.",
    retryable: true,
    next: ["npx hardhat auction list"],
  }),
  "ControlAuction_Underpaid(uint256 price, uint256 paid)": (a) => ({
    message: "Less was paid than the miner costs.",
    limit: a.fil("price"),
    actual: a.fil("paid"),
    hint: "The price moves with the miner; send a little more, the rest comes back.",
    retryable: true,
  }),
  "ControlAuction_BadCallback(address taker, bytes4 actual)": (a) => ({
    message: "The taker's callback did not answer with its selector.",
    limit: "IControlTaker.onControlTake.selector",
    actual: `${a.raw("actual")} from ${a.raw("taker")}`,
  }),
  "ControlAuction_LoanMoved(uint256 loanId, uint256 expectedDebt, uint256 actualDebt, uint256 expectedStrips, uint256 actualStrips)":
    (a) => ({
      message: "The loan's debt or strips changed inside the taker's callback, so the price no longer fits.",
      limit: `${a.fil("expectedDebt")} of debt, ${a.fil("expectedStrips")} of strips`,
      actual: `${a.fil("actualDebt")} of debt, ${a.fil("actualStrips")} of strips`,
      retryable: true,
    }),
  "ControlAuction_NotExpired(uint64 minerId, uint256 endsAtEpoch)": (a) => ({
    message: `The auction of f0${a.raw("minerId")} may not start over, end, or be opened again yet.`,
    limit: `epoch ${a.raw("endsAtEpoch")} or later`,
    actual: "now",
    retryable: true,
    next: ["npx hardhat auction list"],
  }),
  "ControlAuction_NoRoundsLeft(uint64 minerId, uint8 maxRounds)": (a) => ({
    message: `All rounds of the auction of f0${a.raw("minerId")} are over; it can be ended, and opened again a day later.`,
    limit: `${a.raw("maxRounds")} rounds`,
    actual: "all over",
    next: ["npx hardhat liquidate"],
  }),
  "ControlAuction_NotBuyer(uint64 minerId, address buyer, address caller)": (a) => ({
    message: `Only who bought f0${a.raw("minerId")} names another owner.`,
    limit: a.raw("buyer"),
    actual: a.raw("caller"),
  }),
  "ControlAuction_UnexpectedFil(address sender, uint256 amount)": (a) => ({
    message: "The control auction takes plain FIL from WFIL only.",
    limit: "FIL that comes with take",
    actual: `${a.fil("amount")} from ${a.raw("sender")}`,
  }),
};
