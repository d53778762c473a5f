import type { NetworkConfig, SolidityConfig } from "hardhat/types/config";
import type { ConfigHooks } from "hardhat/types/hooks";

/** How Hardhat's global option `--coverage` is given by the environment; `hardhat coverage` sets it for the Hardhat that it starts. */
export const COVERAGE_ENV = "HARDHAT_COVERAGE";

/** What hardhat-deploy asks of the compiler for its records of what is deployed, and nothing else needs. */
const RECORDS = new Set(["metadata", "devdoc", "userdoc", "evm.gasEstimates"]);

export default async (): Promise<Partial<ConfigHooks>> => ({
  async resolveUserConfig(userConfig, resolveConfigurationVariable, next) {
    const config = await next(userConfig, resolveConfigurationVariable);
    const solidity = structuredClone(config.solidity);
    // hardhat-deploy asks for records of every contract, all sources as text among them. For all the tests together, and for everything
    // with instrumented sources, that is more than the compiler can put out. What is deployed is compiled apart (overrides).
    for (const { compilers, overrides } of Object.values(solidity.profiles)) {
      // Those under test/upgrade stand for the next release.
      const tests = Object.entries(overrides).filter(([file]) => /^test\/(?!upgrade\/)/.test(file));
      for (const { settings } of [...compilers, ...tests.map(([, compiler]) => compiler)]) withoutRecords(settings);
    }
    shareEqual(solidity);
    if (process.env[COVERAGE_ENV] !== "true") return { ...config, solidity };
    for (const profile of Object.values(solidity.profiles)) {
      for (const { settings } of [...profile.compilers, ...Object.values(profile.overrides)]) {
        // What is run does not depend on how well it is compiled, and the compiler is four times as fast so.
        settings.optimizer = { enabled: false };
        delete settings.viaIR;
        withoutRecords(settings);
      }
    }
    return { ...config, solidity, networks: withoutSizeLimit(config.networks) };
  },
});

/** Hardhat compiles together what has the same settings object, and would compile each file of `overrides` alone. */
function shareEqual({ profiles }: SolidityConfig): void {
  for (const { overrides } of Object.values(profiles)) {
    const known = new Map<string, (typeof overrides)[string]>();
    for (const [file, compiler] of Object.entries(overrides)) {
      const text = JSON.stringify(compiler);
      const first = known.get(text) ?? compiler;
      known.set(text, first);
      overrides[file] = first;
    }
  }
}

interface Outputs {
  readonly metadata?: { useLiteralContent?: boolean };
  readonly outputSelection?: Readonly<Record<string, Record<string, string[]>>>;
}

function withoutRecords({ metadata, outputSelection }: Outputs): void {
  if (metadata !== undefined) metadata.useLiteralContent = false;
  const contracts = outputSelection?.["*"];
  if (contracts?.["*"] !== undefined) contracts["*"] = contracts["*"].filter((name) => !RECORDS.has(name));
}

/** Instrumented code is larger than Filecoin takes. */
function withoutSizeLimit(networks: Readonly<Record<string, NetworkConfig>>): Record<string, NetworkConfig> {
  return Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [
      name,
      network.type === "edr-simulated" ? { ...network, allowUnlimitedContractSize: true } : network,
    ]),
  );
}
