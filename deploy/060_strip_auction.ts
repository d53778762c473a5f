import { deployScript } from "../rocketh/deploy.js";

/** The auction of claim strips. */
export default deployScript(
  async (env) => {
    await env.implement({
      name: "StripAuction",
      args: [
        env.addressOf("LoanBook_Proxy"),
        env.addressOf("PledgeVault_Proxy"),
        env.addressOf("ReserveFund"),
        env.addressOf("WFIL"),
      ],
      initialize: { functionName: "initialize", args: [env.addressOf("PlimsollManager")] },
    });
  },
  { tags: ["strip-auction"], dependencies: ["loan-book"] },
);
