import { setupDeployScripts } from "rocketh";

import * as extensions from "../lib/extensions.js";
import type { Accounts } from "./config.js";

/** Wraps a deploy script: `env` carries the functions of lib/extensions.ts. */
export const { deployScript } = setupDeployScripts<typeof extensions, Accounts>(extensions);
