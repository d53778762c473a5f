import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { TaskArguments } from "hardhat/types/tasks";
import { errorResult, isResult } from "hardhat/utils/result";

import { clearCampaignLogs, readCampaigns, renderCampaigns } from "../../../scripts/lib/campaigns.mjs";

export default async function testSolidity(
  taskArguments: TaskArguments,
  hre: HardhatRuntimeEnvironment,
  runSuper: (taskArguments: TaskArguments) => Promise<unknown>,
): Promise<unknown> {
  clearCampaignLogs(hre.config.paths.root);
  const result = await runSuper(taskArguments);
  const campaigns = readCampaigns(hre.config.paths.root);
  if (campaigns.length === 0) return result;
  const { text, complete } = renderCampaigns(campaigns);
  console.log(text);
  if (complete || !isResult(result) || !result.success) return result;
  return errorResult(result.value);
}
