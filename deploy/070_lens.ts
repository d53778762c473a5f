import type { Address } from "../src/config/index.js";
import { deployScript } from "../rocketh/deploy.js";

/** Reads put together; follows the risk engine that is in use, which during an upgrade's notice is still the old one. */
export default deployScript(
  async (env) => {
    const book = env.addressOf("LoanBook_Proxy");
    const engine = await env.look<Address>({ to: book, contract: "LoanBook", functionName: "riskEngine" });
    await env.build("LoanLens", [
      book,
      env.addressOf("PledgeVault_Proxy"),
      engine,
      env.addressOf("MinerFacts"),
      env.addressOf("StripAuction_Proxy"),
      env.addressOf("ReserveFund"),
    ]);
  },
  { tags: ["lens"], dependencies: ["control-auction"] },
);
