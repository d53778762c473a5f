import { deployScript } from "../rocketh/deploy.js";

/**
 * The futures' index, their clearing in its four parts, and the exchange of signed orders, which is the clearing's first venue. No index,
 * token or series is listed here: that is the RISK role's, one by one. Aggregators of the hashprice (HashpriceAggregator) name one miner
 * each and are deployed by whoever proposes an index of them. An exchange that another takes the place of stays on the list of venues
 * until RISK takes it off, since orders may have been signed for it.
 */
export default deployScript(
  async (env) => {
    const manager = env.addressOf("PlimsollManager");
    const { feesRecipient, signatureGas } = env.parameters().futures;
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

    const clearing = env.addressOf("FuturesClearing_Proxy");
    const exchange = await env.build("FuturesExchange", [clearing, signatureGas]);
    const venue = { to: clearing, contract: "FuturesDesk" } as const;
    if (await env.look<boolean>({ ...venue, functionName: "isVenue", args: [exchange] })) return;
    await env.govern({
      ...venue,
      functionName: "setVenue",
      args: [exchange, true],
      role: "RISK",
      description: `listing of the exchange ${exchange} as a venue`,
    });
  },
  { tags: ["futures"], dependencies: ["lens"] },
);
