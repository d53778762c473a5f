import { DeployError, loadDeployment } from "../../lib/deployment.js";
import type { PlimsollAddresses } from "../loans/contracts.js";
import { NotDeployedError } from "./errors.js";
import type { Connection } from "./session.js";

/** Where the contracts of this network are, by the records of its deployment. */
export async function loadAddresses(connection: Connection): Promise<PlimsollAddresses> {
  try {
    return (await loadDeployment(connection)).addresses;
  } catch (error) {
    if (error instanceof DeployError) throw new NotDeployedError(connection.networkName, error.message);
    throw error;
  }
}
