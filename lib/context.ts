import type { Environment } from "rocketh/types";

import type { NetworkParameters } from "../src/config/index.js";
import type { ArtifactOverrides } from "./artifacts.js";
import { DeployError } from "./errors.js";
import type { DeployReport } from "./report.js";

/** What a run hands to its scripts. */
export interface DeployContext {
  readonly parameters: NetworkParameters;
  readonly artifacts: ArtifactOverrides;
  readonly report: DeployReport;
}

/** The context that `runDeploy` put into the environment. */
export function contextOf(env: Environment): DeployContext {
  const context = env.extra?.deploy as DeployContext | undefined;
  if (context === undefined) {
    throw new DeployError("deploy scripts", "a run through `hardhat deploy` or lib/deployment.ts", "another runner");
  }
  return context;
}
