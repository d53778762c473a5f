import type { UserConfig } from "rocketh/types";

const FIL = { name: "Filecoin", symbol: "FIL", decimals: 18 } as const;

/**
 * What hardhat-deploy needs to know about chains. Everything else about a network is in src/config. The endpoint of a network is
 * that of hardhat.config.ts; the ones named here are never used, because Hardhat hands its own provider over.
 */
export const config = {
  scripts: ["deploy"],
  deployments: "deployments",
  accounts: { deployer: { default: 0 } },
  environments: {
    default: { chain: 31_415_926 },
    localhost: { chain: 31_415_926 },
    calibration: { chain: 314_159 },
    filecoin: { chain: 314 },
  },
  chains: {
    31415926: {
      info: {
        id: 31_415_926,
        name: "Local Filecoin",
        nativeCurrency: FIL,
        rpcUrls: { default: { http: ["http://127.0.0.1:31459"] } },
        testnet: true,
      },
    },
    314159: {
      // An epoch takes 30 seconds; a message is in the chain after one or two.
      pollingInterval: 10,
      info: {
        id: 314_159,
        name: "Filecoin Calibration",
        nativeCurrency: FIL,
        rpcUrls: { default: { http: ["https://api.calibration.node.glif.io/rpc/v1"] } },
        testnet: true,
      },
    },
    314: {
      pollingInterval: 10,
      info: {
        id: 314,
        name: "Filecoin",
        nativeCurrency: FIL,
        rpcUrls: { default: { http: ["https://api.node.glif.io/rpc/v1"] } },
      },
    },
  },
} as const satisfies UserConfig;

export type Accounts = typeof config.accounts;
