import { deployScript } from "../rocketh/deploy.js";

/** The loan book in its five parts, and the beacon of the collateral accounts. */
export default deployScript(
  async (env) => {
    const { maxFacility } = env.parameters().loanBook;
    const manager = env.addressOf("PlimsollManager");
    const book = env.addressOf("LoanBook_Proxy");

    const account = await env.build("CollateralAccount", [book]);
    const beacon = await env.buildOnce("AccountBeacon", [account, manager]);
    const current = await env.look<string>({ to: beacon, contract: "AccountBeacon", functionName: "implementation" });
    if (current !== account) {
      await env.govern({
        to: beacon,
        contract: "AccountBeacon",
        functionName: "upgradeTo",
        args: [account],
        role: "UPGRADER",
        description: `upgrade of the collateral accounts to ${account}`,
      });
    }

    const reputation = await env.build("Reputation", [book]);
    const counterparts = [
      env.addressOf("PledgeVault_Proxy"),
      env.addressOf("RiskEngine"),
      env.addressOf("MinerFacts"),
      beacon,
      env.addressOf("StripAuction_Proxy"),
      env.addressOf("PostedCollateral_Proxy"),
      reputation,
    ];
    const conditions = await env.build("SectorConditions", [manager, book, env.addressOf("MinerFacts")]);
    const takeover = await env.build("LoanTakeover", [...counterparts, conditions]);
    const terms = await env.build("LoanTerms", [...counterparts, takeover]);
    const control = env.addressOf("ControlAuction_Proxy");
    const escrow = await env.build("LoanEscrow", [...counterparts, conditions, control, terms]);
    const desk = await env.build("LoanDesk", [...counterparts, escrow]);
    await env.implement({
      name: "LoanBook",
      args: [...counterparts, desk],
      initialize: { functionName: "initialize", args: [manager, maxFacility] },
    });
    const inForce = await env.look<bigint>({ to: book, contract: "LoanBook", functionName: "maxFacility" });
    if (inForce !== maxFacility) {
      await env.govern({
        to: book,
        contract: "LoanBook",
        functionName: "setMaxFacility",
        args: [maxFacility],
        role: "RISK",
        description: "change of the largest facility",
      });
    }
  },
  { tags: ["loan-book"], dependencies: ["vault"] },
);
