import { readdirSync } from "node:fs";
import { createRequire } from "node:module";

import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import hardhatDeploy from "hardhat-deploy";
import { configVariable, defineConfig } from "hardhat/config";

import bench from "./plugins/bench/index.js";
import campaigns from "./plugins/campaigns/index.js";
import coverage from "./plugins/coverage/index.js";
import deploy from "./plugins/deploy/index.js";
import docs from "./plugins/docs/index.js";
import filecoinRpc from "./plugins/filecoin-rpc/index.js";
import records from "./plugins/records/index.js";
import { tasks } from "./tasks/index.js";

const require = createRequire(import.meta.url);

/**
 * One set of settings for every build that counts: what is tested is what is deployed. `PLIMSOLL_FAST=1` leaves out the optimizer, four
 * times as fast, for work on tests only, since sizes and gas are then not those of the release. OpenZeppelin's upgrade checks run in
 * test/upgrade on the sources, not as a plug-in: as one they compile everything a second time, and miss what an earlier build cached.
 */
const fast = process.env.PLIMSOLL_FAST === "1";
const compiler = {
  version: "0.8.30",
  path: require.resolve("solc/soljson.js"),
  settings: {
    evmVersion: "cancun", // what the FVM runs, see docs/SPEC.md
    optimizer: { enabled: !fast, runs: 200 },
    viaIR: process.env.PLIMSOLL_IR === "1",
    outputSelection: { "*": { "*": ["storageLayout"] } },
  },
} as const;

/**
 * What is deployed, built through the IR: a tenth smaller and 8 % cheaper to run, three times as slow to build, see docs/adr/0016. Tests in
 * TypeScript run this very code; those in Solidity the older pipeline's, unless `PLIMSOLL_IR=1` takes the IR for everything.
 */
const released = [
  "contracts/collateral/PostedCollateral.sol",
  "contracts/filecoin/MinerFacts.sol",
  "contracts/futures/FuturesClearing.sol",
  "contracts/futures/FuturesDefaults.sol",
  "contracts/futures/FuturesDesk.sol",
  "contracts/futures/FuturesExchange.sol",
  "contracts/futures/FuturesIndex.sol",
  "contracts/futures/FuturesSettlement.sol",
  "contracts/governance/AccountBeacon.sol",
  "contracts/governance/PlimsollManager.sol",
  "contracts/governance/PlimsollProxy.sol",
  "contracts/loans/CollateralAccount.sol",
  "contracts/loans/ControlAuction.sol",
  "contracts/loans/LoanBook.sol",
  "contracts/loans/LoanDesk.sol",
  "contracts/loans/LoanEscrow.sol",
  "contracts/loans/LoanLens.sol",
  "contracts/loans/LoanTakeover.sol",
  "contracts/loans/LoanTerms.sol",
  "contracts/loans/PledgeVault.sol",
  "contracts/loans/PledgeVaultDesk.sol",
  "contracts/loans/RateModel.sol",
  "contracts/loans/ReserveFund.sol",
  "contracts/loans/RiskEngine.sol",
  "contracts/loans/SectorConditions.sol",
  "contracts/loans/StripAuction.sol",
  "contracts/reputation/Reputation.sol",
];
const optimized = { ...compiler, settings: { ...compiler.settings, viaIR: !fast } };
/** Trades of futures are the most frequent calls, and their contracts fit all the same, see docs/adr/0026. */
const tradedOften = {
  ...optimized,
  settings: { ...optimized.settings, optimizer: { enabled: !fast, runs: 20_000 } },
} as const;

/**
 * Tests that build the whole system are compiled apart from the rest, and the largest of them apart from the others: all in one go, they
 * are more than the compiler, which runs in WebAssembly, can put out. What sets the groups apart are the compiler's own defaults, said aloud.
 */
const apart = [
  {
    starts: ["test/unit/collateral/", "test/unit/loans/takeover/"],
    metadata: { bytecodeHash: "ipfs", appendCBOR: true },
  },
  { starts: ["test/unit/loans/"], metadata: { bytecodeHash: "ipfs" } },
  {
    starts: ["Delivery", "Futures"].flatMap((name) => [`test/invariant/${name}`, `test/invariant/handlers/${name}`]),
    metadata: { useLiteralContent: false },
  },
  { starts: ["test/invariant/"], metadata: { bytecodeHash: "ipfs", useLiteralContent: false } },
  {
    starts: ["delivery", "exchange", "index"].map((folder) => `test/unit/futures/${folder}/`),
    metadata: { bytecodeHash: "ipfs", appendCBOR: true, useLiteralContent: false },
  },
  { starts: ["test/unit/futures/"], metadata: { appendCBOR: true, useLiteralContent: false } },
  { starts: ["test/fuzz/"], metadata: { appendCBOR: true } },
] as const;
type Elsewhere = typeof compiler & { settings: { metadata: object } };
const testsApart = readdirSync(new URL("test", import.meta.url), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".sol"))
  .map((name) => `test/${name.replaceAll("\\", "/")}`)
  .flatMap((file) => {
    const group = apart.find(({ starts }) => starts.some((start) => file.startsWith(start)));
    if (group === undefined) return [];
    const elsewhere: Elsewhere = { ...compiler, settings: { ...compiler.settings, metadata: group.metadata } };
    return [[file, elsewhere] as const];
  });
/** Upgrade tests deploy these as the next release. */
const nextReleases = [
  "CollateralAccountNext",
  "ControlAuctionNext",
  "FuturesClearingNext",
  "FuturesIndexNext",
  "LoanBookNext",
  "PledgeVaultNext",
  "PostedCollateralNext",
  "StripAuctionNext",
];
const overrides = Object.fromEntries<typeof optimized | typeof tradedOften | Elsewhere>([
  ...released.map((file) => [file, optimized] as const),
  ["contracts/futures/FuturesClearing.sol", tradedOften] as const,
  ["contracts/futures/FuturesExchange.sol", tradedOften] as const,
  ...nextReleases.map((name) => [`test/upgrade/${name}.sol`, optimized] as const),
  ...testsApart,
]);

/** Filecoin's clock: an epoch is a block number, and lasts 30 seconds. */
const simulated = {
  type: "edr-simulated",
  chainType: "generic",
  chainId: 31415926,
  hardfork: "cancun",
  allowBlocksWithSameTimestamp: true,
  allowUnlimitedContractSize: fast,
  blockGasLimit: 10_000_000_000n,
  transactionGasCap: false,
} as const;

/** `npm run fuzz` runs its campaigns in legs, each with a seed and a number of runs of its own (scripts/fuzz/fuzzers.mjs). */
const seed = process.env.PLIMSOLL_SEED ?? "0x706c696d736f6c6c";
const deepRuns = Number(process.env.PLIMSOLL_RUNS ?? 3_334);

/**
 * The handlers bound every argument, so values seen in storage and code are worth no more than random ones to them, and collecting those
 * after each call takes a fifth of the time.
 */
const campaign = { failOnRevert: true, includeStorage: false, includePushBytes: false } as const;

/** How hard the fuzzers try; `PLIMSOLL_PROFILE` picks one (scripts/test.mjs, scripts/fuzz.mjs). */
const profiles = {
  default: { fuzz: { runs: 256, seed }, invariant: { ...campaign, runs: 64, depth: 128 } },
  ci: { fuzz: { runs: 10_000, seed }, invariant: { ...campaign, runs: 256, depth: 300 } },
  fuzz: { fuzz: { runs: 100_000, seed }, invariant: { ...campaign, runs: deepRuns, depth: 300 } },
};
const profile = process.env.PLIMSOLL_PROFILE ?? "default";
if (!(profile in profiles)) {
  throw new Error(`PLIMSOLL_PROFILE: expected one of ${Object.keys(profiles).join(", ")}, got "${profile}"`);
}
const fuzzing = profiles[profile as keyof typeof profiles];

export default defineConfig({
  plugins: [toolbox, hardhatDeploy, filecoinRpc, bench, campaigns, coverage, deploy, docs, records],
  tasks,
  solidity: {
    npmFilesToBuild: ["@openzeppelin/contracts/governance/TimelockController.sol"],
    profiles: {
      default: { compilers: [compiler], overrides },
      production: { compilers: [compiler], overrides },
    },
  },
  networks: {
    default: simulated,
    // What `hardhat node` runs; `localhost` expects it at 127.0.0.1:31459.
    node: simulated,
    localhost: { type: "http", chainType: "generic", url: "http://127.0.0.1:31459", timeout: 180_000 },
    calibration: {
      type: "http",
      chainType: "generic",
      chainId: 314159,
      url: configVariable("CALIBRATION_RPC_URL"),
      accounts: [configVariable("PRIVATE_KEY")],
      timeout: 180_000,
    },
    filecoin: {
      type: "http",
      chainType: "generic",
      chainId: 314,
      url: configVariable("FILECOIN_RPC_URL"),
      accounts: [configVariable("PRIVATE_KEY")],
      timeout: 180_000,
    },
  },
  chainDescriptors: {
    314: {
      name: "Filecoin",
      chainType: "generic",
      hardforkHistory: { cancun: { blockNumber: 0 } },
      blockExplorers: {
        blockscout: {
          name: "Blockscout",
          url: "https://filecoin.blockscout.com",
          apiUrl: "https://filecoin.blockscout.com/api",
        },
      },
    },
    314159: {
      name: "Filecoin Calibration",
      chainType: "generic",
      hardforkHistory: { cancun: { blockNumber: 0 } },
      blockExplorers: {
        blockscout: {
          name: "Blockscout",
          url: "https://filecoin-testnet.blockscout.com",
          apiUrl: "https://filecoin-testnet.blockscout.com/api",
        },
      },
    },
  },
  typechain: { outDir: "typechain-types" },
  generateTypedArtifacts: { destinations: [{ folder: "./generated", mode: "typescript" }] },
  paths: { sources: "contracts", tests: { solidity: "test", mocha: "test" } },
  coverage: { skipFiles: ["contracts/devnet/**"] },
  test: {
    mocha: { timeout: 300_000 },
    solidity: {
      ...fuzzing,
      fsPermissions: { dangerouslyReadWriteDirectory: ["cache/campaigns"] },
      gasLimit: 30_000_000_000n,
      blockGasLimit: false,
      transactionGasCap: false,
    },
  },
});
