import { getAddress } from "ethers";

import { type AddressResolver, idOfMasked } from "../sdk/index.js";

/** As much of an EIP-1193 provider as is needed. */
export interface RpcProvider {
  request(args: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

const RESOLVE_ADDRESS = "0xfe00000000000000000000000000000000000001";
const LOOKUP_DELEGATED_ADDRESS = "0xfe00000000000000000000000000000000000002";
/** f4 address bytes: protocol 4, namespace 10 (the Ethereum address manager), 20 bytes. */
const ETH_NAMESPACE = "0x040a";

/** Asks the precompiles about addresses, and a Filecoin node about native ones. */
export class ChainAddressResolver implements AddressResolver {
  constructor(private readonly provider: RpcProvider) {}

  async ethOfId(id: bigint): Promise<string | undefined> {
    const data = `0x${id.toString(16).padStart(64, "0")}`;
    const answer = await this.call(LOOKUP_DELEGATED_ADDRESS, data);
    return answer.length === 46 && answer.startsWith(ETH_NAMESPACE) ? getAddress(`0x${answer.slice(6)}`) : undefined;
  }

  async idOf(address: string): Promise<bigint | undefined> {
    if (address.startsWith("0x")) {
      const answer = await this.call(RESOLVE_ADDRESS, `${ETH_NAMESPACE}${address.slice(2).toLowerCase()}`);
      return answer.length === 66 ? BigInt(answer) : undefined;
    }
    return this.idOfNative(address);
  }

  /** f1, f2 and f3: the node knows; a chain without that method has no such addresses. */
  private async idOfNative(address: string): Promise<bigint | undefined> {
    try {
      const eth = await this.provider.request({
        method: "Filecoin.FilecoinAddressToEthAddress",
        params: [address, "latest"],
      });
      return typeof eth === "string" ? idOfMasked(eth) : undefined;
    } catch {
      return undefined;
    }
  }

  private async call(to: string, data: string): Promise<string> {
    const answer = await this.provider.request({ method: "eth_call", params: [{ to, data }, "latest"] });
    return typeof answer === "string" ? answer : "0x";
  }
}
