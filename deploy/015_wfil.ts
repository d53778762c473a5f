import { deployScript } from "../rocketh/deploy.js";

/** Wrapped FIL: the one of the network, or an own one on a local chain. */
export default deployScript(
  async (env) => {
    const { wfil } = env.parameters();
    if (wfil === undefined) await env.buildOnce("WFIL");
    else await env.adopt("WFIL", wfil);
  },
  { tags: ["wfil"] },
);
