import { deployScript } from "../rocketh/deploy.js";

/** Wrapped FIL: the one of the network, or an own one on a local chain. */
export default deployScript(
  async (env) => {
    if (env.parameters().wfil === undefined) await env.buildOnce("WFIL");
  },
  { tags: ["wfil"] },
);
