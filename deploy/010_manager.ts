import { DeployError } from "../lib/errors.js";
import { ROLE_NAMES, holdersOf } from "../lib/roles.js";
import { deployScript } from "../rocketh/deploy.js";

/** The authority of everything. Its deployer holds ADMIN until 090. */
export default deployScript(
  async (env) => {
    const { deployer } = env.namedAccounts;
    for (const role of ROLE_NAMES) {
      const { holders } = holdersOf(env.parameters(), role);
      if (holders.some((holder) => holder.toLowerCase() === deployer.toLowerCase())) {
        throw new DeployError(
          `deployer ${deployer}`,
          `an account that holds no role, since the manager refuses it one`,
          role,
        );
      }
    }
    await env.buildOnce("PlimsollManager");
  },
  { tags: ["manager"] },
);
