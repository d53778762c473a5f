import { id } from "ethers";

import { ROLE_FUNCTIONS, ROLE_IDS, ROLE_NAMES, holdersOf } from "../lib/roles.js";
import type { Address } from "../src/config/index.js";
import { deployScript } from "../rocketh/deploy.js";

/** Gives each role its functions and its holders. While set-up lasts the deployer does it, later it needs ADMIN. */
export default deployScript(
  async (env) => {
    const manager = env.addressOf("PlimsollManager");
    const at = { to: manager, contract: "PlimsollManager" } as const;

    for (const { contract, at: where, signature, role } of ROLE_FUNCTIONS) {
      const target = env.addressOf(where ?? contract);
      const selector = id(signature).slice(0, 10);
      const current = await env.look<bigint>({
        ...at,
        functionName: "getTargetFunctionRole",
        args: [target, selector],
      });
      if (current === ROLE_IDS[role]) continue;
      await env.govern({
        ...at,
        functionName: "setTargetFunctionRole",
        args: [target, [selector], ROLE_IDS[role]],
        role: "ADMIN",
        description: `assignment of ${contract}.${signature} to ${role}`,
      });
    }

    for (const role of ROLE_NAMES) {
      const { holders, delay } = holdersOf(env.parameters(), role);
      const members = await env.look<readonly Address[]>({ ...at, functionName: "membersOf", args: [ROLE_IDS[role]] });
      for (const holder of holders) {
        if (members.some((member) => member.toLowerCase() === holder.toLowerCase())) continue;
        await env.govern({
          ...at,
          functionName: "grantRole",
          args: [ROLE_IDS[role], holder, delay],
          role: "ADMIN",
          description: `grant of ${role} to ${holder}`,
        });
      }
    }
  },
  { tags: ["roles"], dependencies: ["futures"] },
);
