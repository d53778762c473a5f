import type { BaseContract, ContractTransactionResponse } from "ethers";

import type { CommandBench } from "./cli.js";
import { Token } from "../../src/loans/tokens.js";
import { FIL, WAD } from "../../src/sdk/index.js";

/** A token that is listed as collateral, and the feed that tells what it is worth. */
export interface ListedToken {
  readonly address: string;
  readonly token: Token;
  mint(to: string, amount: bigint): Promise<void>;
  /** Sets the price [attoFIL per whole token], in time for ever. */
  price(price: bigint): Promise<void>;
  /** The same, in time for an hour. */
  priceForAnHour(price: bigint): Promise<void>;
}

/** By number among the accounts of the public test mnemonic (src/config/local.ts). */
const RISK = 3;
const RISK_DELAY = 2n * 86_400n;
const FOR_EVER = 2n ** 40n - 1n;

/** Lists a token of 18 decimals as the RISK role does, its delay included: draw weight 0.7, call 0.75, liquidation 0.8, floor 0.9. */
export async function listToken(bench: CommandBench, price: bigint): Promise<ListedToken> {
  const { ethers, provider } = bench.connection;
  const { posted, vault } = bench.contracts;
  const token = await ethers.deployContract("TokenDouble", [18]);
  const feed = await ethers.deployContract("FeedDouble", [price]);
  const call = async (contract: BaseContract, name: string, ...args: readonly unknown[]): Promise<void> => {
    const sent = (await contract.getFunction(name)(...args)) as ContractTransactionResponse;
    await sent.wait();
  };
  const setPrice = async (to: bigint): Promise<void> => call(feed, "set", to, FOR_EVER);
  await setPrice(price);
  const terms = {
    feed: await feed.getAddress(),
    cap: 1_000n * FIL,
    drawWeightWad: (WAD * 7n) / 10n,
    callWeightWad: (WAD * 3n) / 4n,
    liquidationWeightWad: (WAD * 8n) / 10n,
    floorWad: (WAD * 9n) / 10n,
    roundEpochs: 480n,
    dustExponent: 16n,
  };
  const address = await token.getAddress();
  const listing = posted.interface.encodeFunctionData("list", [address, terms, price]);
  const managed = await ethers.getContractAt("PledgeVault", await vault.getAddress());
  const manager = await ethers.getContractAt("PlimsollManager", await managed.authority());
  const risk = manager.connect(await ethers.getSigner(bench.accounts[RISK] ?? ""));
  await (await risk.schedule(await posted.getAddress(), listing, 0)).wait();
  await provider.request({ method: "evm_increaseTime", params: [Number(RISK_DELAY)] });
  await provider.request({ method: "hardhat_mine", params: ["0x1"] });
  await (await risk.execute(await posted.getAddress(), listing)).wait();
  return {
    address,
    token: new Token(address, ethers.provider),
    mint: async (to, amount) => call(token, "mint", to, amount),
    price: setPrice,
    priceForAnHour: async (to) => call(feed, "setPrice", to),
  };
}
