import { deployScript } from "../rocketh/deploy.js";

/** The deployer gives up its powers, for good. */
export default deployScript(
  async (env) => {
    const at = { to: env.addressOf("PlimsollManager"), contract: "PlimsollManager" } as const;
    if (await env.look<boolean>({ ...at, functionName: "setUpFinished" })) return;
    await env.send({ ...at, functionName: "finishSetUp" });
  },
  { tags: ["finish"], dependencies: ["roles"] },
);
