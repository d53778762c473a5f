/** A chain to play histories on, spoken to without a library in between: speed matters here. */

import { toBeHex } from "ethers";
import type { EthereumProvider } from "hardhat/types/providers";

/**
 * Calls the address in its first word with the rest of its input, and logs what came back under the outcome (1 or 0) as topic: a
 * transaction that fails costs the test ten times one that does not. (20 36 03 ...: copy, call, copy back, log.)
 */
const PUPPET = "0x60203603806020600037600060008260006000600035" + "5af13d600060003e3d6000a100";
/** `canCall(caller, target, selector)`: what is stored under `caller | selector`, and no delay. */
const ROLES = "0x600435604435175460005260406000f3";
/** `decimals()`: word 0; else words 1 to 5, as `latestRoundData()` does; reverts if word 6 is not 0. */
const FEED =
  "0x60003560e01c63313ce5671460385760065460445760015460005260025460205260035460405260045460605260055460805260a06000f3" +
  "5b60005460005260206000f35b60006000fd";

export interface Answer {
  readonly ok: boolean;
  readonly data: string;
}

const word = (value: bigint): string => toBeHex(value, 32).slice(2);

export class Chain {
  block = 0n;

  constructor(
    readonly provider: EthereumProvider,
    readonly sender: string,
  ) {}

  private async request(method: string, ...params: unknown[]): Promise<unknown> {
    return this.provider.request({ method, params });
  }

  async begin(): Promise<void> {
    await this.request("hardhat_setBalance", this.sender, toBeHex(10n ** 40n));
    this.block = BigInt(String(await this.request("eth_blockNumber")));
  }

  /** Time of the last block. [s] */
  async timestamp(): Promise<bigint> {
    const block = (await this.request("eth_getBlockByNumber", "latest", false)) as { timestamp: string };
    return BigInt(block.timestamp);
  }

  puppet(address: string): Promise<unknown> {
    return this.request("hardhat_setCode", address, PUPPET);
  }

  roles(address: string): Promise<unknown> {
    return this.request("hardhat_setCode", address, ROLES);
  }

  feed(address: string): Promise<unknown> {
    return this.request("hardhat_setCode", address, FEED);
  }

  async store(address: string, words: readonly bigint[]): Promise<void> {
    for (const [slot, value] of words.entries()) await this.storeAt(address, BigInt(slot), value);
  }

  storeAt(address: string, slot: bigint, value: bigint): Promise<unknown> {
    return this.request("hardhat_setStorageAt", address, toBeHex(slot), toBeHex(BigInt.asUintN(256, value), 32));
  }

  /** Lets a puppet call in the given block. */
  async call(puppet: string, to: string, data: string, block: bigint, timestamp: bigint): Promise<Answer> {
    const missing = block - this.block - 1n;
    if (missing > 0n) await this.request("hardhat_mine", toBeHex(missing), "0x1e");
    await this.request("evm_setNextBlockTimestamp", toBeHex(timestamp));
    const input = `0x${word(BigInt(to))}${data.slice(2)}`;
    const hash = await this.request("eth_sendTransaction", {
      from: this.sender,
      to: puppet,
      data: input,
      gas: "0x5f5e100",
    });
    this.block = block;
    const receipt = (await this.request("eth_getTransactionReceipt", hash)) as {
      blockNumber: string;
      logs: readonly { address: string; topics: readonly string[]; data: string }[];
    };
    const said = receipt.logs.filter((log) => log.address.toLowerCase() === puppet).at(-1);
    if (said === undefined || BigInt(receipt.blockNumber) !== block) {
      throw new RangeError(`call in block ${receipt.blockNumber} instead of ${block}, ${receipt.logs.length} logs`);
    }
    return { ok: BigInt(said.topics[0] ?? "0") === 1n, data: said.data };
  }

  async view(to: string, data: string): Promise<string> {
    return String(await this.request("eth_call", { from: this.sender, to, data }, "latest"));
  }
}
