import type { NetworkConfig } from "hardhat/types/config";
import type { ConfigHooks } from "hardhat/types/hooks";

/** How Hardhat's global option `--coverage` is given by the environment; `hardhat coverage` sets it for the Hardhat that it starts. */
export const COVERAGE_ENV = "HARDHAT_COVERAGE";

/** What hardhat-deploy asks of the compiler for its records, and no test needs. */
const RECORDS = new Set(["metadata", "devdoc", "userdoc", "evm.gasEstimates"]);

export default async (): Promise<Partial<ConfigHooks>> => ({
  async resolveUserConfig(userConfig, resolveConfigurationVariable, next) {
    const config = await next(userConfig, resolveConfigurationVariable);
    if (process.env[COVERAGE_ENV] !== "true") return config;
    // Each contract's metadata would hold all sources as text: with instrumented ones, more than the compiler can put out.
    const solidity = structuredClone(config.solidity);
    for (const profile of Object.values(solidity.profiles)) {
      for (const { settings } of [...profile.compilers, ...Object.values(profile.overrides)]) {
        // What is run does not depend on how well it is compiled, and the compiler is four times as fast so.
        settings.optimizer = { enabled: false };
        delete settings.viaIR;
        if (settings.metadata !== undefined) settings.metadata.useLiteralContent = false;
        const outputs: unknown = settings.outputSelection?.["*"]?.["*"];
        if (Array.isArray(outputs)) settings.outputSelection["*"]["*"] = outputs.filter((name) => !RECORDS.has(name));
      }
    }
    return { ...config, solidity, networks: withoutSizeLimit(config.networks) };
  },
});

/** Instrumented code is larger than Filecoin takes. */
function withoutSizeLimit(networks: Readonly<Record<string, NetworkConfig>>): Record<string, NetworkConfig> {
  return Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [
      name,
      network.type === "edr-simulated" ? { ...network, allowUnlimitedContractSize: true } : network,
    ]),
  );
}
