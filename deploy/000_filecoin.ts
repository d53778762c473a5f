import { installFilecoin } from "../src/devnet/index.js";
import { deployScript } from "../rocketh/deploy.js";

/** On a chain of Hardhat's there is no Filecoin: puts the simulated one there. A node of Filecoin, local or not, has its own. */
export default deployScript(
  async (env) => {
    if (!env.parameters().local || !(await env.isSimulated())) return;
    const { artifacts } = await import("hardhat");
    await installFilecoin(env.network.provider as never, artifacts);
  },
  { tags: ["filecoin"] },
);
