import { PROXIES } from "../lib/proxies.js";
import { deployScript } from "../rocketh/deploy.js";

/** Proxies come first: the implementations name each other as immutables. */
export default deployScript(
  async (env) => {
    await env.buildOnce("Bootstrap", [env.namedAccounts.deployer]);
    for (const name of PROXIES) await env.buildProxy(name);
  },
  { tags: ["proxies"], dependencies: ["manager"] },
);
