/** Contracts that run behind a proxy of their own. */
export const PROXIES = [
  "PledgeVault",
  "LoanBook",
  "StripAuction",
  "PostedCollateral",
  "ControlAuction",
  "FuturesIndex",
  "FuturesClearing",
] as const;
