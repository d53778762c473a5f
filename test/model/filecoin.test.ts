import { expect } from "chai";
import { Interface, toBeHex } from "ethers";
import hre from "hardhat";
import type { EthereumProvider } from "hardhat/types/providers";

import { maskedAddress, SimulatedFilecoin, WORLD_ADDRESS } from "../../src/devnet/index.js";
import { IFilecoinWorld__factory } from "../../typechain-types/factories/contracts/devnet/IFilecoinWorld__factory.js";
import { StepRecorder__factory } from "../../typechain-types/factories/contracts/devnet/StepRecorder__factory.js";
import * as cbor from "./filecoin/cbor.js";
import { CRON_EVENTS, MinerModel, type Sector } from "./filecoin/miner.js";
import { DAY, FIL, type Network } from "./filecoin/network.js";
import { Random } from "./filecoin/random.js";

const SEED = BigInt(process.env.PLIMSOLL_MODEL_SEED ?? "0x706c696d736f6c6c");
const STEPS = Number(process.env.PLIMSOLL_MODEL_STEPS ?? "10000");
const STEPS_PER_MINER = 500;
const MOST_SECTORS = 120;
const BURN = 99n;

const MAINNET_LIKE: Network = {
  rewardPerEpoch: 24n * FIL,
  networkQaPower: 20n << 60n,
  baselinePower: 172n << 60n,
  circulatingSupply: 680_000_000n * FIL,
  networkRawPower: 3n << 60n,
  earlyTerminationLimit: 25_000n,
};

const METHODS = {
  changeOwner: 1010589339n,
  changeBeneficiary: 1570634796n,
  withdraw: 2280458852n,
  repayDebt: 3665352697n,
  changeWorker: 3302309124n,
  confirmWorker: 2354970453n,
} as const;

/** What can happen, and how often. */
const WEIGHTS = {
  tick: 6,
  fund: 7,
  send: 3,
  award: 8,
  preCommit: 8,
  proveCommit: 10,
  submitPost: 4,
  setMissing: 4,
  declareFaults: 5,
  declareRecoveries: 8,
  terminate: 4,
  extend: 3,
  dispute: 2,
  consensusFault: 1,
  compact: 3,
  withdraw: 9,
  repayDebt: 5,
  changeOwner: 5,
  changeBeneficiary: 10,
  changeWorker: 3,
  confirmWorker: 2,
  setNetwork: 2,
} as const;
type Kind = keyof typeof WEIGHTS;
const KINDS = Object.keys(WEIGHTS) as Kind[];

/** Who acts in the histories: EVM accounts that never pay gas, so that their balances are those of the model. */
const PEOPLE = ["0x1a", "0x2b", "0x3c", "0x4d"].map((tail) => `0x${"00".repeat(17)}beef${tail.slice(2)}`);

const worldAbi: Interface = IFilecoinWorld__factory.createInterface();
const recorderAbi: Interface = StepRecorder__factory.createInterface();

/** One chain with the simulated Filecoin on it, spoken to without a library in between: speed matters here. */
class Chain {
  private constructor(
    readonly provider: EthereumProvider,
    readonly filecoin: SimulatedFilecoin,
    readonly from: string,
    private readonly recorder: string,
    private fresh: string,
  ) {}

  static async start(): Promise<Chain> {
    const { ethers, provider } = await hre.network.create();
    const signer = await ethers.provider.getSigner(0);
    await provider.request({ method: "hardhat_setBalance", params: [signer.address, toBeHex(10n ** 30n)] });
    const filecoin = await SimulatedFilecoin.connect(provider, hre.artifacts, signer);
    const recorder = await ethers.deployContract("StepRecorder");
    const fresh = String(await provider.request({ method: "evm_snapshot", params: [] }));
    return new Chain(provider, filecoin, signer.address, await recorder.getAddress(), fresh);
  }

  /** Goes back to the state right after the installation. */
  async restart(): Promise<void> {
    await this.provider.request({ method: "evm_revert", params: [this.fresh] });
    this.fresh = String(await this.provider.request({ method: "evm_snapshot", params: [] }));
  }

  async mine(blocks: number): Promise<void> {
    if (blocks > 0) await this.provider.request({ method: "hardhat_mine", params: [toBeHex(blocks), "0x1e"] });
  }

  /** Makes a driver call in the next block; see `exitCode`. */
  async send(name: string, args: readonly unknown[], value = 0n): Promise<void> {
    const inner = worldAbi.encodeFunctionData(name, args as unknown[]);
    const data = recorderAbi.encodeFunctionData(name === "callAs" ? "message" : "step", [inner]);
    const tx = { from: this.from, to: this.recorder, data, value: `0x${value.toString(16)}`, gas: "0x77359400" };
    await this.provider.request({ method: "eth_sendTransaction", params: [tx] });
  }

  private async view(to: string, data: string): Promise<string> {
    return String(
      await this.provider.request({ method: "eth_call", params: [{ from: this.from, to, data }, "latest"] }),
    );
  }

  /** The exit code of the last driver call. */
  async exitCode(): Promise<bigint> {
    return BigInt.asIntN(256, BigInt(await this.view(this.recorder, recorderAbi.encodeFunctionData("exitCode"))));
  }

  /** Everything there is to know about a miner, as a reader of words. */
  async words(miner: bigint, watched: readonly string[]): Promise<() => bigint> {
    const out = await this.view(WORLD_ADDRESS, worldAbi.encodeFunctionData("words", [miner, watched]));
    let at = 2 + 2 * 64; // past the offset and the length of the list
    return () => BigInt(`0x${out.slice(at, (at += 64))}`);
  }

  /** The answer of a getter at the next block. */
  async ask(to: bigint, method: bigint, params: string): Promise<string> {
    const data = worldAbi.encodeFunctionData("invoke", [to, method, params !== "", `0x${params}`]);
    const out = await this.view(WORLD_ADDRESS, data);
    return String(worldAbi.decodeFunctionResult("invoke", out)[1]).slice(2);
  }
}

/** One miner's history: the same operation is done to the actor and to the model. */
class History {
  epoch = 0;
  readonly people: bigint[] = [];
  private net = MAINNET_LIKE;
  private model!: MinerModel;
  private miner = 0n;
  private accounts: bigint[] = [];
  private burntBefore = 0n;
  private startBalances: bigint[] = [];

  constructor(
    private readonly chain: Chain,
    private readonly random: Random,
    readonly counts: Map<string, number>,
    readonly exits: Map<string, number>,
  ) {}

  async begin(): Promise<void> {
    const { filecoin } = this.chain;
    await filecoin.setEconomics(MAINNET_LIKE);
    for (const person of PEOPLE) this.people.push(await filecoin.register(person));
    this.accounts = [await filecoin.createAccount(), await filecoin.createAccount()];
    const deposit = this.random.chance(50) ? this.random.amount(5n * FIL) : 0n;
    this.miner = await filecoin.createMiner(PEOPLE[0] as string, deposit);
    this.epoch = Number(await filecoin.epoch());
    const state = await filecoin.world.minerState(this.miner);
    const [owner] = this.people as [bigint];
    this.model = new MinerModel(this.miner, owner, state.worker, Number(state.offset), this.net, this.epoch);
    this.model.lockCreationDeposit(deposit, this.epoch);
    this.burntBefore = await filecoin.balanceOf(BURN);
    this.startBalances = await this.balances();
    await this.compare("createMiner");
  }

  private async balances(): Promise<bigint[]> {
    const balance = async (person: string): Promise<bigint> =>
      BigInt(String(await this.chain.provider.request({ method: "eth_getBalance", params: [person, "latest"] })));
    return Promise.all(PEOPLE.map(balance));
  }

  /** Adds what cron did in this history to `totals`. */
  addCronEvents(totals: Map<string, number>): void {
    for (const event of CRON_EVENTS) totals.set(event, (totals.get(event) ?? 0) + (this.model.seen[event] ?? 0));
  }

  /** Does one random thing after a random time and compares everything. */
  async step(): Promise<void> {
    const wait = this.random.weighted<number>([
      [0, 40],
      [this.random.int(1, 70), 30],
      [this.random.int(70, DAY), 25],
      [this.random.int(DAY, 12 * DAY), 5],
      [this.random.int(20 * DAY, 90 * DAY), 1],
    ]);
    await this.chain.mine(wait);
    this.epoch += wait + 1;
    const { model, random } = this;
    const room = model.sectors.filter((s) => s.state !== "dead").length + model.preCommits.length < MOST_SECTORS;
    const weights: ReadonlyArray<readonly [Kind, number]> = KINDS.map((kind) => [kind, WEIGHTS[kind]]);
    const possible = weights.filter(([kind]) => kind !== "preCommit" || room);
    const kind = random.weighted(possible);
    const expected = await this.perform(kind);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const exit = `${kind}:${expected}`;
    this.exits.set(exit, (this.exits.get(exit) ?? 0) + 1);
    await this.compare(kind, expected);
    if (random.chance(6)) await this.compareAnswers();
  }

  // ------------------------------------------------------------------------------------------- operations

  private async perform(kind: Kind): Promise<number> {
    const { model, random, miner, epoch } = this;
    const both = async (change: () => void, name: string, args: readonly unknown[], value = 0n): Promise<number> => {
      await this.chain.send(name, args, value);
      return model.attempt(epoch, change);
    };
    switch (kind) {
      case "tick":
        return both(() => undefined, "tickMiner", [miner, epoch - 1]);
      case "fund": {
        const amount = random.amount(random.pick([FIL, 10n * FIL, 40n * FIL]));
        return both(() => (model.balance += amount), "fund", [miner], amount);
      }
      case "send": {
        const amount = random.amount(FIL);
        return both(() => (model.balance += amount), "callAs", [PEOPLE[3], miner, 0, "0x"], amount);
      }
      case "award": {
        const amount = random.amount(random.pick([1000n, FIL / 100n, 5n * FIL]));
        const penalty = random.chance(20) ? random.amount(3n * FIL) : 0n;
        return both(() => model.award(amount, penalty, epoch), "award", [miner, penalty], amount);
      }
      case "preCommit": {
        const count = random.weighted([
          [random.int(1, 12), 20],
          [0, 1],
        ]);
        const life = random.pick([211, 215, 300, 600, 1278, 1279, 200]);
        const verified = random.chance(30);
        const args = [miner, count, verified, epoch + life * DAY];
        return both(() => model.preCommit(count, verified, epoch + life * DAY, epoch), "preCommit", args);
      }
      case "proveCommit":
        return this.proveCommit(both);
      case "submitPost": {
        const deadline = this.someDeadline();
        return both(() => model.submitPost(deadline), "submitPost", [miner, deadline]);
      }
      case "setMissing": {
        const all = Array.from({ length: 48 }, (_, d) => d);
        const style = random.int(1, 10);
        const missing = new Set(all.filter(() => (style <= 5 ? false : style <= 7 ? true : random.chance(40))));
        const mask = [...missing].reduce((m, d) => m | (1n << BigInt(d)), 0n);
        return both(() => (model.missing = missing), "setMissing", [miner, mask]);
      }
      case "declareFaults":
      case "declareRecoveries":
      case "terminate": {
        const [first, count] = this.someRange(kind === "declareRecoveries" ? "faulty" : undefined);
        return both(() => model[kind](first, count, epoch), kind, [miner, first, count]);
      }
      case "extend": {
        const [first, count] = this.someRange();
        const expiration = epoch + random.int(150, 1279) * DAY;
        return both(() => model.extend(first, count, expiration, epoch), "extend", [miner, first, count, expiration]);
      }
      case "dispute": {
        const deadline = this.someDeadline();
        const change = (): void => model.dispute(deadline, this.people[2] as bigint, epoch);
        return both(change, "dispute", [miner, deadline, PEOPLE[2]]);
      }
      case "consensusFault": {
        const change = (): void => model.consensusFault(this.people[2] as bigint, epoch);
        return both(change, "reportConsensusFault", [miner, PEOPLE[2]]);
      }
      case "compact": {
        const deadline = this.someDeadline();
        return both(() => model.compact(deadline, epoch), "compact", [miner, deadline]);
      }
      case "setNetwork":
        return this.setNetwork();
      default:
        return this.message(kind);
    }
  }

  private async proveCommit(
    both: (change: () => void, name: string, args: readonly unknown[]) => Promise<number>,
  ): Promise<number> {
    const { model, random, miner, epoch } = this;
    const lead = random.chance(95) && model.preCommits.length > 0 ? random.pick(model.preCommits) : undefined;
    const batch = model.preCommits.filter((p) => p.at === lead?.at);
    const first = batch[0]?.number ?? random.int(0, 50);
    const count = random.chance(70) ? Math.max(1, batch.length) : random.int(0, batch.length + 1);
    const wanted = random.chance(40) ? random.int(0, 48) : undefined;
    const pledge = random.chance(20) ? random.amount(FIL) : 0n;
    const args = [miner, first, count, wanted ?? 255, pledge];
    return both(() => model.proveCommit(first, count, wanted, pledge, epoch), "proveCommit", args);
  }

  /** Messages of contracts and people, with right and wrong senders. */
  private async message(kind: Kind): Promise<number> {
    const { model, random, miner, epoch, people } = this;
    const sender = this.someSender();
    const act = async (
      change: (caller: bigint) => void,
      method: bigint,
      params: string,
      value = 0n,
    ): Promise<number> => {
      const from = this.addressOf(sender);
      await this.chain.send("callAs", [from, miner, method, `0x${params}`], value);
      return model.attempt(epoch, () => {
        model.balance += value;
        change(sender);
      });
    };
    switch (kind) {
      case "withdraw": {
        const amount = random.amount(random.pick([FIL / 10n, 5n * FIL, 1000n * FIL]));
        return act((caller) => model.withdraw(caller, amount, epoch), METHODS.withdraw, cbor.list(cbor.bigint(amount)));
      }
      case "repayDebt": {
        const value = random.chance(50) ? random.amount(2n * FIL) : 0n;
        return act((caller) => model.repayDebt(caller, epoch), METHODS.repayDebt, "", value);
      }
      case "changeOwner": {
        const to = random.pick([...people.slice(0, 2), model.owner, model.pendingOwner ?? model.owner]);
        return act((caller) => model.changeOwner(caller, to), METHODS.changeOwner, cbor.address(to));
      }
      case "changeBeneficiary": {
        const p = model.proposal;
        const repeat = p !== undefined && random.chance(60);
        const nominee = repeat ? p.nominee : random.pick([model.owner, ...people]);
        const back = nominee === model.owner && random.chance(80);
        const quota = repeat ? p.quota : back ? 0n : random.amount(20n * FIL);
        const expiration = repeat ? p.expiration : back ? 0n : BigInt(epoch + random.int(-100, 60 * DAY));
        const params = cbor.list(cbor.address(nominee), cbor.bigint(quota), cbor.int(expiration));
        const change = (caller: bigint): void => model.changeBeneficiary(caller, nominee, quota, expiration, epoch);
        return act(change, METHODS.changeBeneficiary, params);
      }
      case "changeWorker": {
        const worker = random.pick([...this.accounts, model.worker]);
        const controls = people.filter(() => random.chance(30));
        const params = cbor.list(cbor.address(worker), cbor.list(...controls.map(cbor.address)));
        return act((caller) => model.changeWorker(caller, worker, controls, epoch), METHODS.changeWorker, params);
      }
      default:
        return act((caller) => model.confirmWorker(caller, epoch), METHODS.confirmWorker, "");
    }
  }

  private async setNetwork(): Promise<number> {
    const { random, model } = this;
    this.net = {
      ...MAINNET_LIKE,
      rewardPerEpoch: random.chance(30)
        ? random.amount(FIL / 2n)
        : MAINNET_LIKE.rewardPerEpoch + random.amount(40n * FIL),
      networkQaPower: MAINNET_LIKE.networkQaPower + random.amount(10n << 60n),
      circulatingSupply: MAINNET_LIKE.circulatingSupply + random.amount(100_000_000n * FIL),
      earlyTerminationLimit: BigInt(random.pick([2, 3, 25_000])),
    };
    await this.chain.send("setEconomics", [{ configured: true, ...this.net }]);
    return model.attempt(this.epoch, () => model.setNetwork(this.net));
  }

  // ------------------------------------------------------------------------------------------- choices

  private someSender(): bigint {
    const { model, random } = this;
    const involved = [model.owner, model.beneficiary, model.pendingOwner, model.proposal?.nominee, model.worker];
    const known = involved.filter((id) => id !== undefined);
    return random.chance(85) ? random.pick(known) : random.pick(this.people);
  }

  private addressOf(id: bigint): string {
    const index = this.people.indexOf(id);
    return index < 0 ? maskedAddress(id) : (PEOPLE[index] as string);
  }

  private someDeadline(): number {
    const used = this.model.sectors.map((s) => s.deadline);
    return used.length > 0 && this.random.chance(90) ? this.random.pick(used) : this.random.int(0, 47);
  }

  private someRange(state?: Sector["state"]): readonly [number, number] {
    const { model, random } = this;
    const alive = model.sectors.filter((s) => s.state === (state ?? s.state) && s.state !== "dead");
    if (alive.length === 0 || random.chance(5)) return [random.int(0, 60), random.int(0, 3)];
    const start = random.pick(alive);
    let count = 1;
    const more = random.int(1, 10);
    while (count < more && alive.some((s) => s.number === start.number + count)) count += 1;
    return [start.number, count];
  }

  // ------------------------------------------------------------------------------------------- comparison

  private async compare(kind: string, exit = 0): Promise<void> {
    const read = await this.chain.words(this.miner, [maskedAddress(BURN), ...PEOPLE]);
    const title = `${kind} at epoch ${this.epoch}`;
    expect(await this.chain.exitCode(), `exit code of ${title}`).to.equal(BigInt(exit));
    const actual = describeActor(read);
    const expected = describeModel(this.model);
    expected.balances = [
      this.burntBefore + this.model.burnt,
      ...this.people.map((id, i) => (this.startBalances[i] as bigint) + paidTo(this.model, id)),
    ].map(String);
    expect(differences(expected, actual), `state after ${title}`).to.deep.equal([]);
  }

  /** The getters' answers, byte by byte. */
  private async compareAnswers(): Promise<void> {
    const { model, chain, miner } = this;
    const asked = chain.ask.bind(chain);
    // eth_call runs at the block after the latest: let cron reach it on both sides first.
    await chain.send("tickMiner", [miner, this.epoch]);
    this.epoch += 1;
    expect(model.attempt(this.epoch, () => undefined)).to.equal(0);
    const sector = this.random.int(0, Math.max(1, model.nextSector));
    const power = model.qaPower;
    const fee = model.maxTerminationFee(power, model.pledge);
    expect(await asked(miner, 3275365574n, "")).to.equal(model.encodeOwner());
    expect(await asked(miner, 4158972569n, "")).to.equal(model.encodeBeneficiary());
    expect(await asked(miner, 1726876304n, "")).to.equal(model.encodeVesting());
    expect(await asked(miner, 4026106874n, "")).to.equal(cbor.bigint(model.available));
    expect(await asked(miner, 3180523767n, "")).to.equal(cbor.bigint(model.pledge));
    expect(await asked(miner, 1321604665n, cbor.list(cbor.int(sector)))).to.equal(model.encodeLocation(sector));
    const feeParams = cbor.list(cbor.bigint(power), cbor.bigint(model.pledge));
    expect(await asked(miner, 4127382196n, feeParams)).to.equal(cbor.bigint(fee));
    const claim = cbor.list(cbor.bigint(model.rawPower), cbor.bigint(power));
    expect(await asked(4n, 36284446n, cbor.int(miner))).to.equal(claim);
    this.counts.set("answers", (this.counts.get("answers") ?? 0) + 1);
  }
}

// --------------------------------------------------------------------------------------------- one form for both

type Row = Record<string, string | boolean>;
interface Described {
  scalars: Row;
  sectors: string[];
  preCommits: string[];
  vesting: string[];
  balances: string[];
}

const paidTo = (model: MinerModel, id: bigint): bigint =>
  model.payments.filter((p) => p.to === id).reduce((total, p) => total + p.amount, 0n);

const STATES = ["unproven", "active", "faulty", "dead", "owing"];

/** Sectors as text; what a state makes meaningless is left out. */
function sectorText(
  number: bigint,
  fields: readonly (bigint | number)[],
  state: string,
  rec: boolean,
  extra: string,
): string {
  return [number, ...fields, state, rec, extra].join(" ");
}

/** Where the two differ, one line each: a whole dump would hide it. */
function differences(expected: Described, actual: Described): string[] {
  const lines = Object.entries(expected.scalars)
    .filter(([name, value]) => actual.scalars[name] !== value)
    .map(([name, value]) => `${name}: model ${value}, actor ${actual.scalars[name]}`);
  for (const part of ["sectors", "preCommits", "vesting", "balances"] as const) {
    const length = Math.max(expected[part].length, actual[part].length);
    for (let i = 0; i < length; i += 1) {
      const [m, a] = [expected[part][i], actual[part][i]];
      if (m !== a) lines.push(`${part}[${i}]: model ${m}, actor ${a}`);
    }
  }
  return lines;
}

/** Reads the words in the order in which `WordLens` puts them. */
function describeActor(read: () => bigint): Described {
  const flag = (): boolean => read() !== 0n;
  const signed = (): bigint => BigInt.asIntN(256, read());
  const many = <T>(one: () => T): T[] => Array.from({ length: Number(read()) }, one);
  const [owner, pendingOwner, beneficiary, worker] = [read(), read(), read(), read()];
  const [newWorker, workerAt, cronActive, cronDone] = [read(), read(), flag(), read()];
  const [earlyWorkAt, consensusFaultElapsed, nextSector, terminating] = [read(), read(), read(), read()];
  const [balance, pledge, deposits, locked, feeDebt, rawPower, qaPower] = Array.from({ length: 7 }, read);
  const term = [read(), read(), signed()].join(" ");
  const exists = flag();
  const proposal = [read(), read(), signed(), flag(), flag()].join(" ");
  const controls = many(read).join(" ");
  const sectors = many(() => readRun(read)).flat();
  const preCommits = many(() => readPreCommits(read)).flat();
  const vesting = many(() => `${read()} ${read()}`);
  const balances = many(() => String(read()));
  const ordered = (rows: ReadonlyArray<readonly [bigint, string]>): string[] =>
    [...rows].sort((a, b) => Number(a[0] - b[0])).map(([, text]) => text);
  const numbers = {
    owner,
    pendingOwner,
    beneficiary,
    worker,
    cronDone,
    earlyWorkAt,
    consensusFaultElapsed,
    nextSector,
  };
  const money = { terminating, balance, pledge, deposits, locked, feeDebt, rawPower, qaPower };
  const texts = Object.fromEntries(Object.entries({ ...numbers, ...money }).map(([k, v]) => [k, String(v)]));
  return {
    scalars: {
      ...texts,
      newWorker: newWorker === 0n ? "none" : `${newWorker} ${workerAt}`,
      controls,
      term,
      proposal: exists ? proposal : "none",
      cronActive,
    },
    sectors: ordered(sectors),
    preCommits: ordered(preCommits),
    vesting,
    balances,
  };
}

function readRun(read: () => bigint): ReadonlyArray<readonly [bigint, string]> {
  const [first, count, deadline, partition, status] = [read(), read(), read(), read(), read()];
  const [recovering, fee, activation, expiration, faultExpiry] = [read() !== 0n, read(), read(), read(), read()];
  const [terminatedAt, pledge, power] = [read(), read(), read()];
  const state = STATES[Number(status)] as string;
  const extra = state === "faulty" ? faultExpiry : state === "dead" || state === "owing" ? terminatedAt : "";
  const fields = [activation, expiration, pledge, power, fee, deadline, partition];
  return Array.from({ length: Number(count) }, (_, i) => {
    const number = first + BigInt(i);
    return [number, sectorText(number, fields, state, recovering, String(extra))] as const;
  });
}

function readPreCommits(read: () => bigint): ReadonlyArray<readonly [bigint, string]> {
  const [first, count, verified, at, cleanupAt, expiration, deposit] = Array.from({ length: 7 }, read) as bigint[];
  return Array.from({ length: Number(count) }, (_, i) => {
    const number = (first as bigint) + BigInt(i);
    return [number, [number, at, verified !== 0n, expiration, deposit, cleanupAt].join(" ")] as const;
  });
}

function describeModel(m: MinerModel): Described {
  const p = m.proposal;
  const sectors = [...m.sectors].sort((a, b) => a.number - b.number);
  return {
    scalars: {
      owner: String(m.owner),
      pendingOwner: String(m.pendingOwner ?? 0n),
      beneficiary: String(m.beneficiary),
      worker: String(m.worker),
      newWorker: m.newWorker === undefined ? "none" : `${m.newWorker.id} ${m.newWorker.at}`,
      controls: m.controls.join(" "),
      term: [m.quota, m.used, m.termExpiration].join(" "),
      proposal: p === undefined ? "none" : [p.nominee, p.quota, p.expiration, p.byBeneficiary, p.byNominee].join(" "),
      cronActive: m.cronActive,
      cronDone: String(m.cronDone),
      earlyWorkAt: String(m.earlyWorkAt ?? 0),
      consensusFaultElapsed: String(m.faultIneligibleUntil),
      nextSector: String(m.nextSector),
      terminating: String(m.owing.length),
      balance: String(m.balance),
      pledge: String(m.pledge),
      deposits: String(m.deposits),
      locked: String(m.locked),
      feeDebt: String(m.debt),
      rawPower: String(m.rawPower),
      qaPower: String(m.qaPower),
    },
    sectors: sectors.map((s) => {
      const extra = s.state === "faulty" ? s.faultUntil : s.state === "dead" || s.state === "owing" ? s.endedAt : "";
      const fields = [s.activation, s.expiration, s.pledge, s.power, s.fee, s.deadline, s.partition];
      return sectorText(BigInt(s.number), fields, s.state, s.recovering, String(extra));
    }),
    preCommits: [...m.preCommits]
      .sort((a, b) => a.number - b.number)
      .map((c) => [c.number, c.at, c.verified, c.expiration, c.deposit, c.cleanUpAt].join(" ")),
    vesting: m.vesting.map((v) => `${v.epoch} ${v.amount}`),
    balances: [],
  };
}

describe("The simulated miner actor against an independent model", () => {
  it(`agrees in every field and balance after each of ${STEPS} random steps`, async function () {
    this.timeout(0);
    const counts = new Map<string, number>();
    const exits = new Map<string, number>();
    const cronEvents = new Map<string, number>();
    const random = new Random(SEED);
    console.log(`      seed 0x${SEED.toString(16)}`);
    const chain = await Chain.start();
    for (let done = 0; done < STEPS; done += STEPS_PER_MINER) {
      const history = new History(chain, random, counts, exits);
      await history.begin();
      for (let i = 0; i < Math.min(STEPS_PER_MINER, STEPS - done); i += 1) await history.step();
      history.addCronEvents(cronEvents);
      await chain.restart();
    }
    const text = (m: ReadonlyMap<string, number>): string =>
      [...m]
        .sort()
        .map(([k, n]) => `${k} ${n}`)
        .join(", ");
    console.log(`      events: ${text(counts)}`);
    console.log(`      by cron: ${text(cronEvents)}`);
    console.log(`      outcomes (exit code): ${text(exits)}`);
    if (STEPS < 10_000) return; // a short run for a quick look need not have seen everything
    for (const kind of KINDS) expect(exits.get(`${kind}:0`) ?? 0, `successes of ${kind}`).to.be.greaterThan(0);
    for (const event of CRON_EVENTS) expect(cronEvents.get(event) ?? 0, `times: ${event}`).to.be.greaterThan(0);
  });
});
