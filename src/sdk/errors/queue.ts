import { type Explain, asText } from "./explain.js";

/** Errors of the pool's redeem queue and of its limits on deposits and draws. */
export const QUEUE_ERRORS: Readonly<Record<string, Explain>> = {
  "PledgeVault_Queued(uint256 waitingShares)": (a) => ({
    message: "Others wait in the redeem queue, and nobody leaves ahead of them.",
    limit: "an empty queue",
    actual: `shares of ${a.shares("waitingShares")} at par wait`,
    hint: "Join the queue, or fill it from the pool's cash first.",
    retryable: true,
    next: ["npx hardhat vault request AMOUNT", "npx hardhat vault fulfil", "npx hardhat vault queue"],
  }),
  "PledgeVault_RequestTooSmall(uint256 minimum, uint256 actual)": (a) => ({
    message: "A request is for a certain number of shares at least, unless it is for all that one has.",
    limit: `shares of at least ${a.shares("minimum")} at par, or all`,
    actual: `shares of ${a.shares("actual")} at par`,
    next: ["npx hardhat vault request max"],
  }),
  "PledgeVault_NotController(address controller, address sender)": (a) => ({
    message: "Shares can be put into the queue for their owner, for oneself, or for who made one an operator.",
    limit: a.raw("controller"),
    actual: a.raw("sender"),
    hint: "Request for the owner of the shares, or let the controller call setOperator.",
    next: ["npx hardhat vault request --help"],
  }),
  "PledgeVault_NotOperator(address controller, address sender)": (a) => ({
    message: "Only the controller of a request, or its operator, may claim.",
    limit: a.raw("controller"),
    actual: a.raw("sender"),
    hint: "Sign with the controller's key (--from), or let it call setOperator. An allowance for shares is not enough.",
    next: [`npx hardhat vault queue --lender ${a.raw("controller")}`],
  }),
  "PledgeVault_DrawLimit(uint256 available, uint256 asked)": (a) => ({
    message: "The draw would pass the limit on how much is lent in a day.",
    limit: a.fil("available"),
    actual: a.fil("asked"),
    hint: "What was used flows back over a day; repayments give no room.",
    retryable: true,
    next: ["npx hardhat vault status"],
  }),
  "PledgeVault_NotWholeFil(bytes32 parameter, uint256 actual)": (a) => ({
    message: `Limit ${asText(a.raw("parameter"))} is kept in whole FIL.`,
    limit: "a multiple of 1 FIL",
    actual: a.fil("actual"),
  }),
};
