import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { DeploymentStore } from "rocketh/types";

import { DeployError } from "./errors.js";

/**
 * Keeps the records of a deployment as files. The library deletes all records of a network when the genesis block it is shown is
 * another one, which is right for a local chain that was started anew and a disaster where an endpoint answers wrongly.
 * @param mayForget whether the records may be deleted
 */
export function fileStore(mayForget: boolean): DeploymentStore {
  const at = (folder: string, network: string, name: string): string => join(folder, network, name);
  const write = (folder: string, network: string, name: string, content: string): void => {
    mkdirSync(join(folder, network), { recursive: true });
    writeFileSync(at(folder, network, name), content);
  };
  return {
    listFiles: async (folder, network, filter) => readdirSync(join(folder, network)).filter(filter ?? (() => true)),
    hasFile: async (folder, network, name) => existsSync(at(folder, network, name)),
    readFile: async (folder, network, name) => readFileSync(at(folder, network, name), "utf8"),
    deleteFile: async (folder, network, name) => unlinkSync(at(folder, network, name)),
    writeFile: async (folder, network, name, content) => write(folder, network, name, content),
    writeFileWithChainInfo: async (chain, folder, network, name, content) => {
      if (!existsSync(at(folder, network, ".chain"))) write(folder, network, ".chain", JSON.stringify(chain));
      write(folder, network, name, content);
    },
    deleteAll: async (folder, network) => {
      if (!mayForget) {
        throw new DeployError(
          `records in ${join(folder, network)}`,
          "the genesis block they were made on",
          "another one",
        );
      }
      rmSync(join(folder, network), { recursive: true, force: true });
    },
  };
}
