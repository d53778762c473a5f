import { deployScript } from "../rocketh/deploy.js";

/**
 * The futures' index and clearing, the latter in its four parts. No index, token, series or venue is listed here: that is the RISK role's,
 * one by one.
 */
export default deployScript(
  async (env) => {
    const manager = env.addressOf("PlimsollManager");
    const { feesRecipient } = env.parameters().futures;
    await env.implement({
      name: "FuturesIndex",
      args: [],
      initialize: { functionName: "initialize", args: [manager] },
    });
    const index = env.addressOf("FuturesIndex_Proxy");
    const settlement = await env.build("FuturesSettlement", [index]);
    const defaults = await env.build("FuturesDefaults", [index, settlement]);
    const desk = await env.build("FuturesDesk", [index, defaults]);
    await env.implement({
      name: "FuturesClearing",
      args: [index, desk],
      initialize: { functionName: "initialize", args: [manager, feesRecipient] },
    });
  },
  { tags: ["futures"], dependencies: ["lens"] },
);
