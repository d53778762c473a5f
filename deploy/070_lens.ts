import type { Address } from "../src/config/index.js";
import { deployScript } from "../rocketh/deploy.js";

/** Reads put together; follows the risk engine that is in use, which during an upgrade's notice is still the old one. */
export default deployScript(
  async (env) => {
    const auction = env.addressOf("StripAuction_Proxy");
    const engine = await env.look<Address>({ to: auction, contract: "StripAuction", functionName: "RISK_ENGINE" });
    await env.build("LoanLens", [
      env.addressOf("LoanBook_Proxy"),
      env.addressOf("PledgeVault_Proxy"),
      engine,
      env.addressOf("MinerFacts"),
      auction,
      env.addressOf("ReserveFund"),
    ]);
  },
  { tags: ["lens"], dependencies: ["strip-auction"] },
);
