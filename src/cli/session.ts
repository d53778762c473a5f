import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { Signer } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { ChainAddressResolver, NodeUnreachableError, Sender, type SendProgress } from "../chain/index.js";
import type { ExchangeDomain } from "../futures/orders.js";
import { type Plimsoll, connectContracts } from "../loans/contracts.js";
import {
  type AddressForms,
  type AddressRules,
  type Clock,
  PlimsollError,
  addressRules,
  resolveAddress,
} from "../sdk/index.js";
import { type TokenView, chooseToken, readTokens } from "../loans/tokens.js";
import { buildContracts } from "./build.js";
import { loadAddresses } from "./deployment.js";
import {
  EphemeralNetworkError,
  MissingSettingError,
  NoSignerError,
  UnknownNetworkError,
  UnknownSignerError,
  WrongChainError,
} from "./errors.js";

/** The network of a command at the moment it began. */
export interface NetworkInfo {
  readonly name: string;
  readonly chainId: bigint;
  readonly epoch: bigint;
  /** [s] */
  readonly timestamp: bigint;
}

/** The connection of this project: hardhat-ethers is always part of it. */
export type Connection = NetworkConnection<string> & { readonly ethers: HardhatEthers };

/** As much of the Hardhat runtime as a command needs. */
export type Runtime = Pick<HardhatRuntimeEnvironment, "config" | "globalOptions" | "artifacts" | "tasks" | "hooks"> & {
  readonly network: Pick<HardhatRuntimeEnvironment["network"], "getOrCreate" | "create">;
};

/** A command's hold on the chain. */
export class Session {
  constructor(
    readonly connection: Connection,
    readonly network: NetworkInfo,
    readonly contracts: Plimsoll,
    readonly rules: AddressRules,
  ) {}

  get clock(): Clock {
    return { epoch: this.network.epoch, timestamp: this.network.timestamp };
  }

  /** The actor behind an address of any form. */
  async resolve(text: string): Promise<AddressForms> {
    return resolveAddress(text, this.rules, new ChainAddressResolver(this.connection.provider));
  }

  /** The id of the actor behind an address of any form, by which actors know each other. */
  async resolveId(text: string): Promise<bigint> {
    const { id } = await this.resolve(text);
    if (id !== undefined) return BigInt(id.slice(2));
    throw new PlimsollError({
      code: "ACTOR_NOT_FOUND",
      message: `"${text}" has no actor on this network yet.`,
      limit: "an address that has received FIL at least once",
      actual: text,
      hint: "Send it any amount first, or name another address.",
      next: ["npx hardhat loan status"],
    });
  }

  /** The listed token that was named, by symbol or by an address of any form. */
  async token(text: string): Promise<TokenView> {
    const named = /^(0x[0-9a-f]{40}|[ft][0-4]\w+)$/i.test(text.trim());
    const address = named ? (await this.resolve(text)).eth : undefined;
    return chooseToken(await readTokens(this.contracts), text, address);
  }

  /** The account that signs: the one named by address or by number, else the first. */
  async signer(from: string | undefined): Promise<Signer> {
    const signers = await this.connection.ethers.getSigners();
    const [first] = signers;
    if (first === undefined) throw new NoSignerError(this.network.name);
    if (from === undefined) return first;
    const byNumber = /^\d{1,4}$/.test(from) ? signers[Number(from)] : undefined;
    if (byNumber !== undefined) return byNumber;
    const accounts = signers.map((signer) => signer.address);
    if (/^\d+$/.test(from)) throw new UnknownSignerError(from, accounts);
    const { eth } = await this.resolve(from);
    const found = signers.find((signer) => signer.address === eth);
    if (found === undefined) throw new UnknownSignerError(from, accounts);
    return found;
  }

  /** The account that is looked at: the one named by address, else the first that signs. */
  async accountOf(text: string | undefined): Promise<string> {
    return text === undefined ? (await this.signer(undefined)).getAddress() : (await this.resolve(text)).eth;
  }

  /** What orders of futures are signed for. */
  async exchangeDomain(): Promise<ExchangeDomain> {
    return { chainId: this.network.chainId, exchange: await this.contracts.exchange.getAddress() };
  }

  async sender(
    from: string | undefined,
    onProgress: (progress: SendProgress) => void,
    waitMs?: number,
  ): Promise<Sender> {
    return new Sender(await this.signer(from), { onProgress, ...(waitMs === undefined ? {} : { waitMs }) });
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}

function lasting(hre: Runtime): string[] {
  return Object.entries(hre.config.networks)
    .filter(([, config]) => config.type === "http")
    .map(([name]) => name);
}

/** Names what is wrong before Hardhat says it in its own words. */
function checkNetwork(hre: Runtime, command: string): string {
  const name = hre.globalOptions.network ?? "default";
  const config = hre.config.networks[name];
  if (config === undefined) throw new UnknownNetworkError(name, Object.keys(hre.config.networks));
  if (config.type !== "http") throw new EphemeralNetworkError(command, name, lasting(hre));
  return name;
}

async function connect(hre: Runtime, name: string): Promise<Connection> {
  try {
    return (await hre.network.getOrCreate()) as unknown as Connection;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const setting = /variable "?([A-Z][A-Z0-9_]+)"?/i.exec(text)?.[1];
    throw setting === undefined ? new NodeUnreachableError(name, text) : new MissingSettingError(setting, name);
  }
}

async function readNetwork(connection: Connection): Promise<NetworkInfo> {
  const name = connection.networkName;
  const ask = async (method: string, params: unknown[] = []): Promise<unknown> => {
    try {
      return await connection.provider.request({ method, params });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const setting = /variable "?([A-Z][A-Z0-9_]+)"?/i.exec(text)?.[1];
      throw setting === undefined
        ? new NodeUnreachableError(name, text.split("\n")[0] ?? text)
        : new MissingSettingError(setting, name);
    }
  };
  const chainId = BigInt(String(await ask("eth_chainId")));
  const expected = connection.networkConfig.chainId;
  if (expected !== undefined && BigInt(expected) !== chainId)
    throw new WrongChainError(name, BigInt(expected), chainId);
  const block = (await ask("eth_getBlockByNumber", ["latest", false])) as {
    readonly number: string;
    readonly timestamp: string;
  };
  return { name, chainId, epoch: BigInt(block.number), timestamp: BigInt(block.timestamp) };
}

/** Makes sure that the contracts' interfaces are at hand; a fresh checkout has none. */
async function ensureBuilt(hre: Runtime): Promise<void> {
  if (await hre.artifacts.artifactExists("ILoanBook")) return;
  await buildContracts(hre);
}

/** Opens a session on the network named by `--network`, which must outlive this process. */
export async function openSession(hre: Runtime, command: string): Promise<Session> {
  const name = checkNetwork(hre, command);
  await ensureBuilt(hre);
  const connection = await connect(hre, name);
  const network = await readNetwork(connection);
  const contracts = await connectContracts(connection.ethers, await loadAddresses(connection));
  return new Session(connection, network, contracts, addressRules(network.chainId));
}
