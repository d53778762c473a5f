import { deployScript } from "../rocketh/deploy.js";

/** The auction of miners' ownership. */
export default deployScript(
  async (env) => {
    await env.implement({
      name: "ControlAuction",
      args: [env.addressOf("LoanBook_Proxy"), env.addressOf("WFIL")],
      initialize: { functionName: "initialize", args: [env.addressOf("PlimsollManager")] },
    });
  },
  { tags: ["control-auction"], dependencies: ["posted-collateral"] },
);
