import { Contract, type AddressLike, type Signer, type TransactionReceipt } from "ethers";
import type { EthereumProvider } from "hardhat/types/providers";

import type { IFilecoinWorld } from "../../typechain-types/contracts/devnet/IFilecoinWorld.js";
import { IFilecoinWorld__factory } from "../../typechain-types/factories/contracts/devnet/IFilecoinWorld__factory.js";
import { ActorExitError, exitCodeOf } from "./errors.js";
import { installFilecoin, installNativeActor, maskedAddress, WORLD_ADDRESS, type ArtifactReader } from "./install.js";

/** Seconds of an epoch. */
export const EPOCH_SECONDS = 30n;
/** Epochs of a day. */
export const EPOCHS_PER_DAY = 2880n;
/** Least number of epochs from pre-commit to proof. */
export const SEAL_EPOCHS = 151n;
/** Lets the simulation choose a deadline. */
export const ANY_DEADLINE = 255n;
const DEADLINES = 48n;
const ALL_DEADLINES = (1n << DEADLINES) - 1n;
const DEFAULT_SECTOR_LIFE = 540n * EPOCHS_PER_DAY;

/** How sectors are sealed. */
export interface SealOptions {
  /** Tenfold quality-adjusted power. */
  readonly verified?: boolean;
  /** Pledge per sector [attoFIL]; the network's formula when left out. */
  readonly pledge?: bigint;
  /** Lifetime [epochs] from pre-commit; 540 days when left out. */
  readonly lifetime?: bigint;
  /** The deadline to put them in; the emptiest changeable one when left out. */
  readonly deadline?: bigint;
}

/** The network's figures that the miner actor reads. */
export interface NetworkEconomics {
  /** Smoothed block reward of the whole network [attoFIL/epoch]. */
  readonly rewardPerEpoch: bigint;
  /** Smoothed quality-adjusted power of the network [bytes]. */
  readonly networkQaPower: bigint;
  readonly baselinePower: bigint;
  readonly circulatingSupply: bigint;
  /** Raw power of everybody outside the simulation [bytes]. */
  readonly networkRawPower: bigint;
  /** Sectors that one message or cron event charges for their termination. */
  readonly earlyTerminationLimit: bigint;
}

/** Drives a simulated Filecoin on an in-process chain or a local node: what native keys and block production do. */
export class SimulatedFilecoin {
  private constructor(
    private readonly provider: EthereumProvider,
    private readonly artifacts: ArtifactReader,
    private readonly signer: Signer,
    /** The world's contract, for whatever has no method here. */
    readonly world: IFilecoinWorld,
  ) {}

  /** Installs the simulation where it is missing and connects to it. `signer` pays for rewards and other new FIL. */
  static async connect(
    provider: EthereumProvider,
    artifacts: ArtifactReader,
    signer: Signer,
  ): Promise<SimulatedFilecoin> {
    await installFilecoin(provider, artifacts);
    const world = new Contract(WORLD_ADDRESS, IFilecoinWorld__factory.abi, signer) as unknown as IFilecoinWorld;
    return new SimulatedFilecoin(provider, artifacts, signer, world);
  }

  // ---------------------------------------------------------------------------------------------- time

  /** The current epoch. */
  async epoch(): Promise<bigint> {
    return BigInt(String(await this.provider.request({ method: "eth_blockNumber", params: [] })));
  }

  /** Mines `epochs` blocks 30 seconds apart and runs the cron of all that lie between. The last block holds the cron call. */
  async advanceEpochs(epochs: bigint): Promise<void> {
    if (epochs <= 0n) return;
    if (epochs > 1n) {
      const params = [`0x${(epochs - 1n).toString(16)}`, `0x${EPOCH_SECONDS.toString(16)}`];
      await this.provider.request({ method: "hardhat_mine", params });
    }
    await this.done("tick", this.world.tick());
  }

  async advanceDays(days: bigint): Promise<void> {
    await this.advanceEpochs(days * EPOCHS_PER_DAY);
  }

  // ---------------------------------------------------------------------------------------------- actors

  /** Creates a miner. `deposit` [attoFIL] is locked as its creation deposit (FIP-0077) and vests over 180 days. */
  async createMiner(owner: AddressLike, deposit = 0n): Promise<bigint> {
    const id = await this.world.nextId();
    await installNativeActor(this.provider, this.artifacts, id);
    await this.done("createMiner", this.world.createMiner(owner, { value: deposit }));
    return id;
  }

  /** Creates a native account, such as a worker or a control address. */
  async createAccount(): Promise<bigint> {
    const id = await this.world.nextId();
    await this.done("createAccount", this.world.createAccount());
    return id;
  }

  /** The actor id of an EVM address, given to it now if it had none. */
  async register(eth: AddressLike): Promise<bigint> {
    await this.done("register", this.world.register(eth));
    return this.world.idOf(eth);
  }

  /** The balance of an actor [attoFIL]. */
  async balanceOf(id: bigint): Promise<bigint> {
    const params = [maskedAddress(id), "latest"];
    return BigInt(String(await this.provider.request({ method: "eth_getBalance", params })));
  }

  /**
   * Sends a message as `from` would with its native key. A non-zero exit code is returned, not thrown.
   * @param from an EVM address, or the masked address of any actor
   * @param params CBOR, `0x` for none
   * @param value [attoFIL], taken from the driver's signer
   */
  async callAs(
    from: AddressLike,
    to: bigint,
    method: bigint,
    params: string,
    value = 0n,
  ): Promise<{ readonly exitCode: bigint; readonly result: string }> {
    const { exitCode, result } = await this.world.callAs.staticCall(from, to, method, params, { value });
    await this.done("callAs", this.world.callAs(from, to, method, params, { value }));
    return { exitCode, result };
  }

  // ---------------------------------------------------------------------------------------------- network

  async setEconomics(economics: NetworkEconomics): Promise<void> {
    await this.done("setEconomics", this.world.setEconomics({ configured: true, ...economics }));
  }

  async setRandomness(epoch: bigint, digest: string): Promise<void> {
    await this.done("setRandomness", this.world.setRandomness(epoch, digest));
  }

  // ---------------------------------------------------------------------------------------------- money

  /** Sends `amount` [attoFIL] to the miner by method 0. */
  async fund(miner: bigint, amount: bigint): Promise<void> {
    await this.done("fund", this.world.fund(miner, { value: amount }));
  }

  /** Awards `amount` [attoFIL] as a block reward; a quarter is free, the rest vests over 180 days. */
  async award(miner: bigint, amount: bigint, penalty = 0n): Promise<void> {
    await this.done("award", this.world.award(miner, penalty, { value: amount }));
  }

  // ---------------------------------------------------------------------------------------------- sectors

  /** Pre-commits `count` sectors and returns the number of the first. */
  async preCommit(miner: bigint, count: bigint, options: SealOptions = {}): Promise<bigint> {
    const first = (await this.world.minerState(miner)).nextSector;
    const expiration = (await this.epoch()) + 1n + (options.lifetime ?? DEFAULT_SECTOR_LIFE);
    await this.done("preCommit", this.world.preCommit(miner, count, options.verified ?? false, expiration));
    return first;
  }

  /** Proves sectors of one pre-committed batch; their power comes with the first window PoSt. */
  async proveCommit(miner: bigint, first: bigint, count: bigint, options: SealOptions = {}): Promise<void> {
    const deadline = options.deadline ?? ANY_DEADLINE;
    const call = this.world.proveCommit(miner, first, count, deadline, options.pledge ?? 0n);
    await this.done("proveCommit", call);
  }

  /** Submits window PoSt for every deadline without waiting for its turn: a shortcut of the simulation. */
  async submitPosts(miner: bigint): Promise<void> {
    const runs = await this.world.runsOf(miner);
    const deadlines = new Set(runs.filter((run) => run.status === 0n || run.recovering).map((run) => run.deadline));
    for (const deadline of deadlines) await this.done("submitPost", this.world.submitPost(miner, deadline));
  }

  /** Pre-commits, waits the 151 epochs, proves and submits the first window PoSt. Returns the first sector's number. */
  async seal(miner: bigint, count: bigint, options: SealOptions = {}): Promise<bigint> {
    const first = await this.preCommit(miner, count, options);
    await this.advanceEpochs(SEAL_EPOCHS);
    await this.proveCommit(miner, first, count, options);
    await this.submitPosts(miner);
    return first;
  }

  /** From now on the miner submits no window PoSt. */
  async miss(miner: bigint): Promise<void> {
    await this.done("setMissing", this.world.setMissing(miner, ALL_DEADLINES));
  }

  /** The miner submits window PoSts again; faulty sectors stay so until declared recovered. */
  async resume(miner: bigint): Promise<void> {
    await this.done("setMissing", this.world.setMissing(miner, 0n));
  }

  async declareFaults(miner: bigint, first: bigint, count: bigint): Promise<void> {
    await this.waitUntilMutable(miner, first);
    await this.done("declareFaults", this.world.declareFaults(miner, first, count));
  }

  async declareRecoveries(miner: bigint, first: bigint, count: bigint): Promise<void> {
    await this.waitUntilMutable(miner, first);
    await this.done("declareRecoveries", this.world.declareRecoveries(miner, first, count));
  }

  async terminate(miner: bigint, first: bigint, count: bigint): Promise<void> {
    await this.waitUntilMutable(miner, first);
    await this.done("terminate", this.world.terminate(miner, first, count));
  }

  async extend(miner: bigint, first: bigint, count: bigint, expiration: bigint): Promise<void> {
    await this.done("extend", this.world.extend(miner, first, count, expiration));
  }

  /** Has the last window PoSt of a deadline found invalid; `reporter` gets the reward. */
  async dispute(miner: bigint, deadline: bigint, reporter: AddressLike): Promise<void> {
    await this.done("dispute", this.world.dispute(miner, deadline, reporter));
  }

  async reportConsensusFault(miner: bigint, reporter: AddressLike): Promise<void> {
    await this.done("reportConsensusFault", this.world.reportConsensusFault(miner, reporter));
  }

  async compact(miner: bigint, deadline: bigint): Promise<void> {
    await this.done("compact", this.world.compact(miner, deadline));
  }

  /** Moves on until the deadline of `sector` lies far enough ahead to be changed. */
  async waitUntilMutable(miner: bigint, sector: bigint): Promise<void> {
    const ahead = (await this.world.nextCloseOf(miner, sector)) - (await this.epoch());
    if (ahead < 200n) await this.advanceEpochs(ahead + 1n);
  }

  private async done(
    operation: string,
    sent: Promise<{ wait(): Promise<TransactionReceipt | null> }>,
  ): Promise<TransactionReceipt | null> {
    try {
      return await (await sent).wait();
    } catch (error) {
      const exitCode = exitCodeOf(error);
      if (exitCode !== undefined) throw new ActorExitError(exitCode, operation, { cause: error });
      throw error;
    }
  }
}
