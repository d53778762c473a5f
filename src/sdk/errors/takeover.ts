import type { ErrorArguments, Explain } from "./explain.js";

const refinance = (a: ErrorArguments, loanId = "LOAN"): readonly string[] => [
  `npx hardhat loan refinance ${loanId} f0${a.raw("minerId")}`,
];
const ofLoan = (a: ErrorArguments): readonly string[] => refinance(a, a.raw("loanId"));

/** Errors of taking over another lender's lien. */
export const TAKEOVER_ERRORS: Readonly<Record<string, Explain>> = {
  "LoanBook_BadPayOff(uint256 lower, uint256 upper, uint256 actual)": (a) => ({
    message: "A pay-off is a draw of the next tranche: at least the least debt, and at most the tranche.",
    limit: `${a.fil("lower")} to ${a.fil("upper")}`,
    actual: a.fil("actual"),
    hint: "A facility whose next tranche is as large as the pay-off can be opened for it.",
    next: ["npx hardhat loan open --help"],
  }),
  "LoanBook_BadDeadline(uint256 earliest, uint256 latest, uint256 actual)": (a) => ({
    message: "An offer to a lender ends within 30 days, and no later than its tranche can be drawn.",
    limit: `epoch ${a.raw("earliest")} to ${a.raw("latest")}`,
    actual: `epoch ${a.raw("actual")}`,
  }),
  "LoanBook_OfferReduced(uint256 amount, uint256 actual, uint256 deadline, uint256 actualDeadline)": (a) => ({
    message: "An offer to a lender is never lowered or shortened: its approval may be on the way.",
    limit: `at least ${a.fil("amount")}, until epoch ${a.raw("deadline")} or later`,
    actual: `${a.fil("actual")}, until epoch ${a.raw("actualDeadline")}`,
    hint: "Another facility has another account, to which nothing has been promised.",
    next: ["npx hardhat loan open --help"],
  }),
  "LoanBook_AlreadyApproved(uint256 loanId, uint64 minerId, uint64 lender)": (a) => ({
    message: `f0${a.raw("lender")} has approved already, and has not seen this offer.`,
    limit: "the deadline that it saw, or an approval that is taken back",
    actual: "another deadline, and an approval",
    hint: "The owner's next proposal deletes the approval. Propose the loan's account again, then open the offer.",
    next: ofLoan(a),
  }),
  "LoanBook_NoForeignLien(uint64 minerId, uint64 owner)": (a) => ({
    message: `Nobody else holds a lien on f0${a.raw("minerId")}: it can be attached as it is.`,
    limit: "a beneficiary that is not the owner",
    actual: `f0${a.raw("owner")}, the owner`,
    next: [`npx hardhat loan attach LOAN f0${a.raw("minerId")}`],
  }),
  "LoanBook_NotListed(uint64 minerId, uint64 lender)": (a) => ({
    message: `f0${a.raw("lender")}, the beneficiary of f0${a.raw("minerId")}, is not listed as a lender that may be paid off.`,
    limit: "a lender that governance has listed",
    actual: `f0${a.raw("lender")}`,
    hint: "Pay it off yourself, let it approve its removal, and attach the miner; or ask for the lender to be listed.",
    next: refinance(a),
  }),
  "LoanBook_NoOffer(uint256 loanId, uint64 minerId)": (a) => ({
    message: `Loan ${a.raw("loanId")} offers nothing for f0${a.raw("minerId")}.`,
    limit: "an open offer",
    actual: "none",
    next: [`npx hardhat loan refinance ${a.raw("loanId")} f0${a.raw("minerId")} --amount PAYOFF`],
  }),
  "LoanBook_OfferOver(uint256 loanId, uint64 minerId, uint256 deadline, uint256 actual)": (a) => ({
    message: `The offer of loan ${a.raw("loanId")} for f0${a.raw("minerId")} has ended.`,
    limit: `epoch ${a.raw("deadline")} or earlier`,
    actual: `epoch ${a.raw("actual")}`,
    next: [`npx hardhat loan refinance ${a.raw("loanId")} f0${a.raw("minerId")} --amount PAYOFF`],
  }),
  "LoanBook_OtherLender(uint64 minerId, uint64 expected, uint64 actual)": (a) => ({
    message: `The offer for f0${a.raw("minerId")} was made to another lender than the one that holds the lien now.`,
    limit: `f0${a.raw("expected")}`,
    actual: `f0${a.raw("actual")}`,
    next: refinance(a),
  }),
  "LoanBook_NotProposed(uint64 minerId, uint64 expectedNominee, uint64 nominee, uint256 expectedQuota, uint256 quota, int64 expectedExpiration, int64 expiration)":
    (a) => ({
      message: `The owner of f0${a.raw("minerId")} has not proposed the loan's account as beneficiary, with the term that a loan asks for.`,
      limit: `f0${a.raw("expectedNominee")}, quota ${a.fil("expectedQuota")}, expiration ${a.raw("expectedExpiration")}`,
      actual:
        a.number("nominee") === 0n
          ? "no proposal"
          : `f0${a.raw("nominee")}, quota ${a.fil("quota")}, expiration ${a.raw("expiration")}`,
      hint: "Run the command that `loan refinance` prints, with the owner's key. The lender approves afterwards.",
      next: refinance(a),
    }),
  "LoanBook_NotApproved(uint64 minerId, uint64 lender)": (a) => ({
    message: `f0${a.raw("lender")} has not approved that f0${a.raw("minerId")} goes to the loan's account.`,
    limit: `an approval of f0${a.raw("lender")}`,
    actual: "none",
    hint: "Nothing moves by it until the lender is paid. Let it run the command that `loan refinance` prints.",
    retryable: true,
    next: refinance(a),
  }),
  "LoanBook_TranchePromised(uint256 loanId, uint8 tranche)": (a) => ({
    message: `Tranche ${a.number("tranche") + 1n} of loan ${a.raw("loanId")} is promised to be proven by spot checks or data, which a pay-off cannot be.`,
    limit: "a tranche without promises",
    actual: "a promise",
    next: [`npx hardhat loan status ${a.raw("loanId")}`, "npx hardhat loan open --help"],
  }),
  "LoanBook_InvalidLienholder(uint64 lender, bool listed, address adapter)": (a) => ({
    message: "This lender cannot be listed so.",
    limit: "an actor that is not f00, the pool or the loan book; an adapter only for a listed lender",
    actual: `f0${a.raw("lender")}, ${a.raw("listed") === "true" ? "listed" : "not listed"}, adapter ${a.raw("adapter")}`,
  }),
};
