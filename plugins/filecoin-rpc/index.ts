import type { HardhatPlugin } from "hardhat/types/plugins";

/** Bends requests that libraries send in Ethereum's looser form into the form that Filecoin nodes accept. */
const plugin: HardhatPlugin = {
  id: "plimsoll-filecoin-rpc",
  npmPackage: null,
  hookHandlers: { network: () => import("./hooks/network.js") },
};

export default plugin;
