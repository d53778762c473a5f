import type { PlimsollAddresses } from "../loans/contracts.js";
import { NotDeployedError } from "./errors.js";
import type { Connection } from "./session.js";

/** Where the contracts of this network are. */
export async function loadAddresses(connection: Connection): Promise<PlimsollAddresses> {
  throw new NotDeployedError(connection.networkName, "no records");
}
