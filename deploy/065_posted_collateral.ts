import { deployScript } from "../rocketh/deploy.js";

/** Tokens posted beside the miners. None is listed here: that is the RISK role's, token by token. */
export default deployScript(
  async (env) => {
    await env.implement({
      name: "PostedCollateral",
      args: [env.addressOf("LoanBook_Proxy"), env.addressOf("PledgeVault_Proxy"), env.addressOf("WFIL")],
      initialize: { functionName: "initialize", args: [env.addressOf("PlimsollManager")] },
    });
  },
  { tags: ["posted-collateral"], dependencies: ["strip-auction"] },
);
