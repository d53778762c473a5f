import type { BaseContract, ContractTransactionResponse } from "ethers";

import type { CommandBench } from "./cli.js";
import { asRisk } from "./risk.js";
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

const FOR_EVER = 2n ** 40n - 1n;

/** Lists a token of 18 decimals as the RISK role does, its delay included: draw weight 0.7, call 0.75, liquidation 0.8, floor 0.9. */
export async function listToken(bench: CommandBench, price: bigint): Promise<ListedToken> {
  const { ethers } = bench.connection;
  const { posted } = bench.contracts;
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
  await asRisk(bench, posted, "list", [address, terms, price]);
  return {
    address,
    token: new Token(address, ethers.provider),
    mint: async (to, amount) => call(token, "mint", to, amount),
    price: setPrice,
    priceForAnHour: async (to) => call(feed, "setPrice", to),
  };
}
