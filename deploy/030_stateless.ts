import type { Address, RiskParameters } from "../src/config/index.js";
import { deployScript } from "../rocketh/deploy.js";

const RISK_FIELDS = [
  "drawWeightWad",
  "callWeightWad",
  "liquidationWeightWad",
  "targetHealthWad",
  "provisionDiscountWad",
  "proofPledgeWad",
  "maxFaultRatioWad",
  "minFaultFeePerPledgeWad",
  "leakBuffer",
  "minDebt",
  "watchGrace",
  "interestGrace",
  "escrowDrawWeightWad",
  "escrowCallWeightWad",
  "escrowLiquidationWeightWad",
] as const satisfies ReadonlyArray<keyof RiskParameters>;

/** Contracts without a proxy. A new version of one of them reaches its users by their upgrade. */
export default deployScript(
  async (env) => {
    const { rate, risk } = env.parameters();
    const manager = env.addressOf("PlimsollManager");
    const facts = await env.build("MinerFacts");
    await env.build("RateModel", [rate]);
    // Holds FIL: a new version must not leave the old one's behind unseen.
    await env.buildOnce("ReserveFund", [env.addressOf("PledgeVault_Proxy"), env.addressOf("StripAuction_Proxy")]);

    // The parameters of the constructor are a start; what is in force is changed by RISK, not by a new engine.
    const recorded = env.recordedArguments("RiskEngine");
    const unchanged = recorded !== undefined && recorded[0] === manager && recorded[1] === facts;
    const engine: Address = await env.build("RiskEngine", [manager, facts, unchanged ? recorded[2] : risk]);
    const inForce = await env.look<Record<string, bigint>>({
      to: engine,
      contract: "RiskEngine",
      functionName: "params",
    });
    if (RISK_FIELDS.every((field) => inForce[field] === risk[field])) return;
    await env.govern({
      to: engine,
      contract: "RiskEngine",
      functionName: "setParams",
      args: [risk],
      role: "RISK",
      description: "change of the risk parameters",
    });
  },
  { tags: ["stateless"], dependencies: ["manager", "proxies", "filecoin"] },
);
