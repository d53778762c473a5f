/** The same operations on the contracts, and their state in the model's terms. */

import { type InterfaceAbi, Interface, Result } from "ethers";
import hre from "hardhat";

import { addressFrom, CAST, PLACE } from "./cast.js";
import { type Answer, Chain } from "./chain.js";
import type { Clearing, Place } from "./clearing.js";
import type { Index } from "./index.js";
import { freeOf, type Token, type TokenTerms, usedToday, dayOf } from "./ledger.js";
import { ZERO } from "./numbers.js";
import type { Operation } from "./operations.js";
import { type Cast, INDEX_TERMS, stage, WALLET } from "./stage.js";
import { accountOf, copySeries, type Risk, type Series, STATES, stateOf, type Terms } from "./series.js";
import { equityOf, requirements } from "./margin.js";
import { advanceEma, isFresh, markOf } from "./mark.js";
import { type Skip, SKIPS } from "./trade.js";

const MANAGER = addressFrom(0xacce55);
const FEEDS = [addressFrom(0xfeed01), addressFrom(0xfeed02), addressFrom(0xfeed03)];
const READ_GAS = 1_000_000n;
const PHASES = { Open: 1n, Proposed: 2n, Disputed: 3n, Final: 4n } as const;

/** A named number, or undefined where the specification leaves it open. */
export type Row = readonly [name: string, value: bigint | undefined];

export interface Reply {
  readonly error?: string;
  readonly skips?: readonly Skip[];
}

/** The contracts, deployed through proxies, with a model of the same at their side. */
export class Contracts {
  private readonly reads = new Map<string, string>();

  private constructor(
    readonly chain: Chain,
    readonly model: Clearing,
    readonly cast: Cast,
    private readonly abi: Interface,
    private readonly indexAbi: Interface,
    private readonly errors: Interface,
    private readonly reader: string,
    private readonly index: string,
  ) {}

  static async deploy(terms: TokenTerms): Promise<Contracts> {
    const { ethers, provider } = await hre.network.create();
    const [signer] = await ethers.getSigners();
    if (signer === undefined) throw new RangeError("no signer");
    const chain = new Chain(provider, signer.address.toLowerCase());
    await chain.begin();
    await chain.roles(MANAGER);
    const abiOf = async (name: string): Promise<Interface> =>
      new Interface((await hre.artifacts.readArtifact(name)).abi as InterfaceAbi);
    const [abi, indexAbi] = [await abiOf("IFutures"), await abiOf("IFuturesIndexRegistry")];
    const deployed = async (name: string, ...args: unknown[]): Promise<string> =>
      (await (await ethers.deployContract(name, args)).getAddress()).toLowerCase();
    const proxy = async (implementation: string, name: string, args: unknown[]): Promise<string> => {
      const data = (await abiOf(name)).encodeFunctionData("initialize", args);
      return deployed("PlimsollProxy", implementation, data);
    };
    const index = await proxy(await deployed("FuturesIndex"), "FuturesIndex", [MANAGER]);
    const settlement = await deployed("FuturesSettlement", index);
    const defaults = await deployed("FuturesDefaults", index, settlement);
    const desk = await deployed("FuturesDesk", index, defaults);
    const implementation = await deployed("FuturesClearing", index, desk);
    const clearing = await proxy(implementation, "FuturesClearing", [MANAGER, PLACE.recipient]);
    const tokens = [];
    for (const { unit } of CAST.tokens) tokens.push({ address: await deployed("DevToken", "Token", "T"), unit });
    const chainId = BigInt((await ethers.provider.getNetwork()).chainId);
    const place: Place = { ...PLACE, clearing, chainId };
    const cast: Cast = { ...CAST, tokens };
    const reader = await deployed("Reader");
    const errors = new Interface([
      ...abi.fragments,
      ...indexAbi.fragments,
      ...(await abiOf("DevToken")).fragments,
      ...ERRORS,
    ]);
    await chain.begin();
    const made = new Contracts(chain, stage(place, cast, terms), cast, abi, indexAbi, errors, reader, index);
    await made.setUp(terms);
    return made;
  }

  private async setUp(terms: TokenTerms): Promise<void> {
    const { chain, cast, model } = this;
    const { risk, guardian, arbiter, clearing } = model.place;
    for (const puppet of [...cast.users, cast.venue, risk, guardian, arbiter]) await chain.puppet(puppet);
    for (const [role, names] of [
      [risk, ["list", "setSeriesTerms", "setToken", "setVenue"]],
      [guardian, ["halt"]],
      [arbiter, ["arbitrate"]],
    ] as const) {
      for (const name of names) await this.permit(role, this.abi.getFunction(name)?.selector);
    }
    await this.permit(risk, this.indexAbi.getFunction("register")?.selector);
    const tokenAbi = new Interface(["function mint(address,uint256)", "function approve(address,uint256)"]);
    for (const { address } of cast.tokens) {
      for (const user of cast.users) {
        await this.must(user, address, tokenAbi.encodeFunctionData("mint", [user, WALLET]));
        await this.must(user, address, tokenAbi.encodeFunctionData("approve", [clearing, 2n ** 256n - 1n]));
      }
      await this.must(risk, clearing, this.abi.encodeFunctionData("setToken", [address, tokenWords(terms)]));
    }
    await this.must(risk, clearing, this.abi.encodeFunctionData("setVenue", [cast.venue, true]));
    await this.register();
  }

  private permit(caller: string, selector: string | undefined): Promise<unknown> {
    return this.chain.storeAt(MANAGER, BigInt(caller) | (BigInt(selector ?? "0x0") << 224n), 1n);
  }

  private async must(caller: string, to: string, data: string): Promise<void> {
    const timestamp = (await this.chain.timestamp()) + 30n;
    const { ok, data: out } = await this.chain.call(caller, to, data, this.chain.block + 1n, timestamp);
    if (!ok) throw new RangeError(`set-up failed: ${this.nameOf(out)}`);
  }

  /** Registers the indices; the model makes its first observations in the same blocks. */
  private async register(): Promise<void> {
    const { chain, model, cast } = this;
    for (const [at, { id }] of cast.indices.entries()) {
      const old = model.indexOf(id);
      const feed = FEEDS[at] as string;
      await chain.feed(feed);
      model.timestamp = (await chain.timestamp()) + 30n;
      model.now = chain.block + 1n;
      old.feed.updatedAt = model.timestamp;
      await this.storeFeed(feed, old);
      const t = INDEX_TERMS[at] as Index["terms"];
      const words = [
        feed,
        t.maxAge,
        t.decimals,
        READ_GAS,
        t.minAnswer,
        t.maxAnswer,
        t.answerPerTick,
        t.maxMoveBpsPerDay,
      ];
      const data = this.indexAbi.encodeFunctionData("register", [words, old.feed.answer]);
      const { ok, data: out } = await chain.call(model.place.risk, this.index, data, model.now, model.timestamp);
      if (!ok) throw new RangeError(`index refused: ${this.nameOf(out)}`);
      old.observations = [];
      old.observe(model.now, model.timestamp);
    }
  }

  private async storeFeed(address: string, { feed }: Index): Promise<void> {
    const { decimals, roundId, answer, updatedAt, answeredInRound, broken } = feed;
    await this.chain.store(address, [
      decimals,
      roundId,
      answer,
      updatedAt,
      updatedAt,
      answeredInRound,
      broken ? 1n : 0n,
    ]);
  }

  // ------------------------------------------------------------------------------------------------ operations

  /** Does an operation in the model's present block; the model has done it already. */
  async perform(o: Operation): Promise<Reply> {
    const { model, chain } = this;
    if (o.kind === "feed") {
      await this.storeFeed(FEEDS[o.index - 1] as string, model.indexOf(o.index));
      return {};
    }
    const caller = "caller" in o ? o.caller : o.kind === "trade" ? o.venue : (this.cast.users[0] as string);
    const [to, abi] = o.kind === "observe" ? [this.index, this.indexAbi] : [model.place.clearing, this.abi];
    const [name, args] = callOf(o);
    const answer = await chain.call(caller, to, abi.encodeFunctionData(name, args), model.now, model.timestamp);
    if (!answer.ok) return { error: this.nameOf(answer.data) };
    return o.kind === "trade" ? { skips: this.skipsIn(answer) } : {};
  }

  private skipsIn({ data }: Answer): Skip[] {
    const [list] = this.abi.decodeFunctionResult("trade", data) as unknown as [Result];
    return list.toArray().map((skip: unknown) => SKIPS[Number(skip)] as Skip);
  }

  private nameOf(data: string): string {
    return this.errors.parseError(data)?.name ?? `unnamed ${data}`;
  }

  // ----------------------------------------------------------------------------------------------- comparison

  /** Where model and contracts differ in a series, a token or an index, one line each. */
  async differences(what: { series?: string; token?: string; index?: number }): Promise<string[]> {
    const { series, token, index } = what;
    const rows = [
      ...(series === undefined ? [] : this.rowsOfSeries(series)),
      ...(token === undefined ? [] : this.rowsOfToken(token)),
      ...(index === undefined ? [] : this.rowsOfIndex(index)),
    ];
    const words = await this.read(`${series} ${token} ${index}`, () => [
      ...(series === undefined ? [] : this.readsOfSeries(series)),
      ...(token === undefined ? [] : this.readsOfToken(token)),
      ...(index === undefined ? [] : this.readsOfIndex(index)),
    ]);
    return differencesOf(rows, words);
  }

  /** The words that calls answer with; the same calls are made often, so what asks for them is kept. */
  private async read(key: string, calls: () => readonly (readonly [to: string, data: string])[]): Promise<bigint[]> {
    let input = this.reads.get(key);
    if (input === undefined) {
      const all = calls();
      input = READER.encodeFunctionData("read", [all.map(([to]) => to), all.map(([, data]) => data)]);
      this.reads.set(key, input);
    }
    const out = await this.chain.view(this.reader, input);
    const words: bigint[] = [];
    const start = 2 + 2 * 64; // past where the bytes begin and how many they are
    for (let at = start; at < out.length; at += 64) words.push(BigInt(`0x${out.slice(at, at + 64)}`));
    return words;
  }

  private readsOfSeries(id: string): [string, string][] {
    const { clearing } = this.model.place;
    const ask = (name: string, ...args: unknown[]): [string, string] => [
      clearing,
      this.abi.encodeFunctionData(name, [id, ...args]),
    ];
    const accounts = [...this.cast.users, ZERO].map((user) => ask("accountOf", user));
    const pending = this.cast.users.map((user) => ask("pendingOf", user));
    return [ask("seriesOf"), ...accounts, ...pending];
  }

  private rowsOfSeries(id: string): Row[] {
    const series = this.model.seriesOf(id);
    const accounts = [...this.cast.users, ZERO].flatMap((user): Row[] => {
      const { size, cash, flaggedAt } = accountOf(series, user);
      return [
        [`size of ${user}`, size],
        [`cash of ${user}`, cash],
        [`flag of ${user}`, flaggedAt],
      ];
    });
    const pending = this.cast.users.flatMap((user): Row[] => {
      const { amount, availableAt } = series.pending.get(user) ?? { amount: 0n, availableAt: undefined };
      return [
        [`pending of ${user}`, amount],
        [`pending of ${user} at`, availableAt],
      ];
    });
    return [...fieldsOf(series), ...accounts, ...pending];
  }

  /** Where the views of a series differ: its state, its mark, every equity and margin. */
  async viewDifferences(id: string): Promise<string[]> {
    const { clearing } = this.model.place;
    const users = [...this.cast.users, ZERO];
    const ask = (name: string, ...args: unknown[]): string => this.abi.encodeFunctionData(name, [id, ...args]);
    const words = await this.read(`views ${id}`, () =>
      [ask("stateOf"), ask("markOf"), ...users.map((user) => ask("standingOf", user))].map((data) => [clearing, data]),
    );
    const rows = viewsOf(copySeries(this.model.seriesOf(id)), this.chain.block, users);
    return differencesOf(rows, words);
  }

  private readsOfToken(address: string): [string, string][] {
    const { clearing, recipient } = this.model.place;
    const free = [...this.cast.users, ZERO].map((user): [string, string] => [
      clearing,
      this.abi.encodeFunctionData("freeOf", [address, user]),
    ]);
    const wallets = [clearing, recipient, ...this.cast.users].map((who): [string, string] => [
      address,
      ERC20.encodeFunctionData("balanceOf", [who]),
    ]);
    return [[clearing, this.abi.encodeFunctionData("tokenOf", [address])], ...free, ...wallets];
  }

  private rowsOfToken(address: string): Row[] {
    const token = this.model.tokenOf(address);
    const { recipient } = this.model.place;
    const free = [...this.cast.users, ZERO].map((user): Row => [`free of ${user}`, freeOf(token, user)]);
    const wallets = [recipient, ...this.cast.users].map((who): Row => [
      `wallet of ${who}`,
      token.wallets.get(who) ?? 0n,
    ]);
    return [...tokenFields(token, this.model.now), ...free, ["balance", token.held], ...wallets];
  }

  private readsOfIndex(id: number): [string, string][] {
    return [[this.index, this.indexAbi.encodeFunctionData("newestOf", [id])]];
  }

  private rowsOfIndex(id: number): Row[] {
    const newest = this.model.indexOf(id).newest;
    return [
      ["observed at", newest?.epoch ?? 0n],
      ["observed", newest?.answer ?? 0n],
      ["cum", newest?.cum ?? 0n],
      ["gaps", newest?.gaps ?? 0n],
    ];
  }
}

function differencesOf(rows: readonly Row[], words: readonly bigint[]): string[] {
  if (words.length !== rows.length) return [`${words.length} words read, ${rows.length} expected`];
  return rows.flatMap(([name, expected], at) => {
    const actual = words[at] as bigint;
    const same = expected === undefined || BigInt.asUintN(256, expected) === actual;
    return same ? [] : [`${name}: model ${expected}, contracts ${BigInt.asIntN(256, actual)}`];
  });
}

/** Of a copy of a series, whose EMA is advanced to the epoch. */
function viewsOf(series: Series, epoch: bigint, users: readonly string[]): Row[] {
  if (series.settlement.proposedAt === 0n) advanceEma(series.mark, epoch);
  const mark = markOf(series, epoch);
  const standings = users.flatMap((user): Row[] => {
    const account = accountOf(series, user);
    const { initial, maintenance } = requirements(series, account.size, mark);
    return [
      [`equity of ${user}`, equityOf(series, account, mark)],
      [`initial margin of ${user}`, initial],
      [`maintenance margin of ${user}`, maintenance],
    ];
  });
  const state = BigInt(STATES.indexOf(stateOf(series, epoch)) + 1); // 0 is a series that is not listed
  const isFinal = series.settlement.finalAt > 0n;
  const views: Row[] = [["state", state], ["mark", mark], ["fresh", isFresh(series, epoch) ? 1n : 0n], ...standings];
  return isFinal ? views.map(([name, value], at) => [name, at === 0 ? value : undefined]) : views;
}

/** Errors of what the clearing stands on. */
const ERRORS = [
  "error AccessManagedUnauthorized(address caller)",
  "error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)",
  "error SafeCastOverflowedIntDowncast(uint8 bits, int256 value)",
  "error SafeCastOverflowedUintToInt(uint256 value)",
  "error SafeCastOverflowedIntToUint(int256 value)",
  "error SafeERC20FailedOperation(address token)",
];
const READER = new Interface(["function read(address[] targets, bytes[] calls) view returns (bytes)"]);
const ERC20 = new Interface(["function balanceOf(address) view returns (uint256)"]);

const tokenWords = (t: TokenTerms): bigint[] => [
  t.makerFeeBps,
  t.takerFeeBps,
  t.dailyCap,
  t.disputeBond,
  t.writeOffReward,
];

function riskWords(r: Risk): bigint[] {
  const margins = [r.imBps, r.mmShareBps, r.minMargin, r.oiSlopeBps, r.concFromBps, r.concBps];
  return [r.capLots, r.positionCap, ...margins, r.bandBps, r.dustLots, r.insuranceCap];
}

function dateWords(t: Terms): (string | bigint | number)[] {
  return [t.token, t.index, t.tickValue, t.tradingStart, t.tradingEnd, t.expiry, t.deliveryStart];
}

/** Function and arguments of an operation. */
function callOf(o: Exclude<Operation, { kind: "feed" }>): readonly [string, unknown[]] {
  switch (o.kind) {
    case "observe":
      return [o.kind, [o.index]];
    case "list":
      return [o.kind, [dateWords(o.terms), riskWords(o.risk)]];
    case "setRisk":
      return ["setSeriesTerms", [o.series, riskWords(o.risk)]];
    case "setToken":
      return [o.kind, [o.token, tokenWords(o.terms)]];
    case "halt":
      return [o.kind, [o.series, o.until]];
    case "deposit":
      return [o.kind, [o.token, o.amount, o.receiver]];
    case "withdraw":
      return [o.kind, [o.token, o.amount, o.to]];
    case "fund":
      return [o.kind, [o.token, o.amount]];
    case "collectFees":
      return [o.kind, [o.token]];
    case "trade": {
      const { account, buys, reduceOnly, feeCapBps } = o.taker;
      const fills = o.fills.map((f) => [f.maker, f.lots, f.ticks, f.feeCapBps, f.reduceOnly]);
      return [o.kind, [o.series, [account, buys, reduceOnly, feeCapBps], fills]];
    }
    default:
      return [o.kind, argsOf(o)];
  }
}

/** The rest name a series first. */
function argsOf(o: Extract<Operation, { series: string }>): unknown[] {
  if ("users" in o) return [o.series, o.users];
  if ("user" in o) return "lots" in o ? [o.series, o.user, o.lots] : [o.series, o.user];
  if ("amount" in o) return [o.series, o.amount];
  if ("lots" in o) return [o.series, o.lots];
  return "ticks" in o ? [o.series, o.ticks] : [o.series];
}

/** In the order of the contracts' struct. */
function fieldsOf(s: Series): Row[] {
  const { mark, terms: t, risk: r, settlement: p } = s;
  const phase = p.finalAt > 0n ? "Final" : p.disputedAt > 0n ? "Disputed" : p.proposedAt > 0n ? "Proposed" : "Open";
  const isFinal = phase === "Final";
  const status = {
    oi: isFinal ? undefined : s.oi,
    open: s.open,
    haltedUntil: s.haltedUntil,
    stormUntil: mark.stormUntil,
  };
  const limits = { tradingStart: t.tradingStart, tradingEnd: t.tradingEnd, expiry: t.expiry, index: BigInt(t.index) };
  const caps = { capLots: r.capLots, positionCap: r.positionCap, imBps: r.imBps, bandBps: r.bandBps };
  const concentration = { concFromBps: r.concFromBps, concBps: r.concBps, dustLots: r.dustLots };
  const margins = { minMargin: r.minMargin, mmShareBps: r.mmShareBps, oiSlopeBps: r.oiSlopeBps, ...concentration };
  const disputed = p.disputedAt > 0n;
  return Object.entries({
    cash: s.cash,
    deficit: s.deficit,
    ema: mark.ema,
    lastTicks: mark.lastTicks,
    emaAt: mark.emaAt,
    indexTicks: mark.indexTicks,
    indexAt: mark.indexAt,
    refTicks: mark.refTicks,
    refAt: mark.refAt,
    ...status,
    finalTicks: p.finalTicks,
    finalAt: p.finalAt,
    phase: PHASES[phase],
    token: BigInt(t.token),
    tickValue: t.tickValue,
    ...limits,
    ...caps,
    ...margins,
    raisedAt: s.riskRaisedAt,
    deliveryStart: t.deliveryStart,
    insuranceCap: r.insuranceCap,
    insuranceUsed: s.insuranceUsed,
    bond: phase === "Disputed" ? p.bond : undefined, // what remains of it once it is paid is nobody's
    proposed: p.proposed,
    fallback: p.fallback,
    proposedAt: p.proposedAt,
    challenger: disputed ? BigInt(p.challenger) : 0n,
    challenged: p.challenged,
    disputedAt: p.disputedAt,
  }).map(([name, value]) => [name, value] as const);
}

function tokenFields({ terms, insurance, fees, used }: Token, now: bigint): Row[] {
  const today = usedToday({ used } as Token, now);
  const day = today > 0n ? dayOf(now) : undefined;
  return [
    ["insurance", insurance],
    ["fees", fees],
    ["makerFeeBps", terms.makerFeeBps],
    ["takerFeeBps", terms.takerFeeBps],
    ["listed", 1n],
    ["dailyCap", terms.dailyCap],
    ["usedToday", today > 0n ? today : undefined],
    ["day", day],
    ["disputeBond", terms.disputeBond],
    ["writeOffReward", terms.writeOffReward],
  ];
}
