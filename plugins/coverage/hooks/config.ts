import type { ConfigHooks } from "hardhat/types/hooks";

/** Set by `hardhat coverage` for the Hardhat that it starts. */
export const COVERAGE_ENV = "PLIMSOLL_COVERAGE";

/** What hardhat-deploy asks of the compiler for its records, and no test needs. */
const RECORDS = new Set(["metadata", "devdoc", "userdoc", "evm.gasEstimates"]);

export default async (): Promise<Partial<ConfigHooks>> => ({
  async resolveUserConfig(userConfig, resolveConfigurationVariable, next) {
    const config = await next(userConfig, resolveConfigurationVariable);
    if (process.env[COVERAGE_ENV] !== "1") return config;
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
    return { ...config, solidity };
  },
});
