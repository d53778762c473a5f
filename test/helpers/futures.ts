import type { BaseContract, ContractTransactionResponse } from "ethers";

import type { CommandBench } from "./cli.js";
import { asRisk } from "./risk.js";
import { Token } from "../../src/loans/tokens.js";

const UNIT = 10n ** 18n;
const DAY = 2_880n;
/** 2,500 ticks of a thousandth. */
export const PRICE = 2_500n;
export const TICK = 10n ** 15n;
/** [bps] */
export const MAKER_FEE = 1n;
export const TAKER_FEE = 5n;
export const DISPUTE_BOND = 500n * UNIT;

/** A series on a chain of this process, over a token and a feed of its own. */
export class ListedSeries {
  private constructor(
    readonly bench: CommandBench,
    readonly id: string,
    readonly token: Token,
    readonly dates: { readonly start: bigint; readonly end: bigint; readonly expiry: bigint },
    private readonly erc20: BaseContract,
    private readonly feed: BaseContract,
  ) {}

  /** Lists token, index and series as the RISK role does, its delay included: a day of trading, then a day of closing only. */
  static async list(bench: CommandBench): Promise<ListedSeries> {
    const { ethers } = bench.connection;
    const { futures, indices } = bench.contracts;
    const erc20 = await ethers.deployContract("DevToken", ["Dollar", "USD"]);
    const feed = await ethers.deployContract("DevAggregator", ["USD per TiB", PRICE * TICK]);
    const token = await erc20.getAddress();
    const index = [await feed.getAddress(), 2n * 86_400n, 18n, 200_000n, UNIT / 10n, 100n * UNIT, TICK, 2_000n];
    const answer = async (): Promise<void> => {
      const sent = (await feed.getFunction("set")(PRICE * TICK)) as ContractTransactionResponse;
      await sent.wait();
    };
    await asRisk(bench, indices, "register", [index, PRICE * TICK], answer);
    await asRisk(bench, futures, "setToken", [token, [MAKER_FEE, TAKER_FEE, 100_000n * UNIT, DISPUTE_BOND, UNIT]]);
    const start = BigInt(await ethers.provider.getBlockNumber()) + 20n;
    const dates = { start, end: start + DAY, expiry: start + 2n * DAY };
    const what = [token, 1n, TICK, dates.start, dates.end, dates.expiry, dates.expiry + 10n];
    // caps of 1,000,000 and 200,000 lots, margins of 25 % and 90 % of that, a band of 8 %
    const terms = [1_000_000n, 200_000n, 2_500n, 9_000n, UNIT, 0n, 2_000n, 1_000n, 800n, 5n, 50_000n * UNIT];
    await asRisk(bench, futures, "list", [what, terms], answer);
    const [listed] = await futures.queryFilter(futures.filters.SeriesListed());
    if (listed === undefined) throw new RangeError("no series was listed");
    return new ListedSeries(bench, listed.args.seriesId, new Token(token, ethers.provider), dates, erc20, feed);
  }

  private async call(contract: BaseContract, name: string, ...args: readonly unknown[]): Promise<void> {
    const sent = (await contract.getFunction(name)(...args)) as ContractTransactionResponse;
    await sent.wait();
  }

  async mint(to: string, amount: bigint): Promise<void> {
    await this.call(this.erc20, "mint", to, amount);
  }

  /** [ticks per lot] */
  async price(ticks: bigint): Promise<void> {
    await this.call(this.feed, "set", ticks * TICK);
  }

  async epoch(): Promise<bigint> {
    return BigInt(await this.bench.connection.ethers.provider.getBlockNumber());
  }

  /** Lets epochs pass, without a word of the index. */
  async pass(epochs: bigint): Promise<void> {
    await this.bench.connection.provider.request({
      method: "hardhat_mine",
      params: [`0x${epochs.toString(16)}`, "0x1e"],
    });
  }

  /** Lets time pass up to an epoch, the index observed often enough all along. */
  async watchUntil(epoch: bigint): Promise<void> {
    for (let now = await this.epoch(); now < epoch; now = await this.epoch()) {
      const left = epoch - now;
      if (left > 1n) await this.pass(left > 200n ? 199n : left - 1n);
      await (await this.bench.contracts.futures.refresh(this.id)).wait();
    }
  }
}
