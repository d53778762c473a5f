import type { ContractRunner } from "ethers";

import type {
  IControlAuction,
  IFixedBook,
  IFutures,
  IFuturesExchange,
  IFuturesIndexRegistry,
  ILoanBook,
  ILoanLens,
  IMinerFacts,
  IPledgeVault,
  IRedeemQueue,
  IReserveFund,
  IRiskEngine,
  ISectorConditions,
  IStripAuction,
  IWFIL,
  PostedCollateral,
} from "../../typechain-types/index.js";

/** Where the contracts of a deployment are. */
export interface PlimsollAddresses {
  readonly vault: string;
  readonly book: string;
  readonly auction: string;
  readonly posted: string;
  readonly control: string;
  readonly conditions: string;
  readonly risk: string;
  readonly reserve: string;
  readonly facts: string;
  readonly wfil: string;
  readonly lens: string;
  readonly indices: string;
  readonly futures: string;
  readonly exchange: string;
}

/** The contracts, typed, bound to whoever reads or signs. */
export interface Plimsoll {
  readonly vault: IPledgeVault;
  /** The pool's other half, at the same address. */
  readonly queue: IRedeemQueue;
  /** The pool's book of loans at fixed rates, at the same address. */
  readonly fixedBook: IFixedBook;
  readonly book: ILoanBook;
  readonly auction: IStripAuction;
  /** Tokens beside the miners, and their auctions. */
  readonly posted: PostedCollateral;
  /** The auction of miners' ownership. */
  readonly control: IControlAuction;
  /** What tranches must meet beside pledge and power. */
  readonly conditions: ISectorConditions;
  readonly risk: IRiskEngine;
  readonly reserve: IReserveFund;
  readonly facts: IMinerFacts;
  readonly wfil: IWFIL;
  readonly lens: ILoanLens;
  /** What futures are marked by and settled on. */
  readonly indices: IFuturesIndexRegistry;
  /** All of the futures' clearing. */
  readonly futures: IFutures;
  /** Where signed orders of futures are filled. */
  readonly exchange: IFuturesExchange;
}

/** As much of hardhat-ethers as is needed. */
export interface ContractSource {
  getContractAt(name: string, address: string): Promise<unknown>;
}

/** Binds the interfaces to a deployment. */
export async function connectContracts(source: ContractSource, at: PlimsollAddresses): Promise<Plimsoll> {
  const bind = async <T>(name: string, address: string): Promise<T> => (await source.getContractAt(name, address)) as T;
  const [loans, futures] = await Promise.all([connectLoans(bind, at), connectFutures(bind, at)]);
  return { ...loans, ...futures };
}

type Bind = <T>(name: string, address: string) => Promise<T>;
type FuturesContracts = Pick<Plimsoll, "indices" | "futures" | "exchange">;

async function connectFutures(bind: Bind, at: PlimsollAddresses): Promise<FuturesContracts> {
  const [indices, futures, exchange] = await Promise.all([
    bind<IFuturesIndexRegistry>("IFuturesIndexRegistry", at.indices),
    bind<IFutures>("IFutures", at.futures),
    bind<IFuturesExchange>("IFuturesExchange", at.exchange),
  ]);
  return { indices, futures, exchange };
}

async function connectLoans(bind: Bind, at: PlimsollAddresses): Promise<Omit<Plimsoll, keyof FuturesContracts>> {
  const [vault, queue, fixedBook, book, auction, posted, control, conditions, risk, reserve, facts, wfil, lens] =
    await Promise.all([
      bind<IPledgeVault>("IPledgeVault", at.vault),
      bind<IRedeemQueue>("IRedeemQueue", at.vault),
      bind<IFixedBook>("IFixedBook", at.vault),
      bind<ILoanBook>("ILoanBook", at.book),
      bind<IStripAuction>("IStripAuction", at.auction),
      bind<PostedCollateral>("PostedCollateral", at.posted),
      bind<IControlAuction>("IControlAuction", at.control),
      bind<ISectorConditions>("ISectorConditions", at.conditions),
      bind<IRiskEngine>("IRiskEngine", at.risk),
      bind<IReserveFund>("IReserveFund", at.reserve),
      bind<IMinerFacts>("IMinerFacts", at.facts),
      bind<IWFIL>("IWFIL", at.wfil),
      bind<ILoanLens>("ILoanLens", at.lens),
    ]);
  return { vault, queue, fixedBook, book, auction, posted, control, conditions, risk, reserve, facts, wfil, lens };
}

/** The same contracts for another reader or signer. */
export function connectAs(contracts: Plimsoll, runner: ContractRunner): Plimsoll {
  return {
    vault: contracts.vault.connect(runner),
    queue: contracts.queue.connect(runner),
    fixedBook: contracts.fixedBook.connect(runner),
    book: contracts.book.connect(runner),
    auction: contracts.auction.connect(runner),
    posted: contracts.posted.connect(runner),
    control: contracts.control.connect(runner),
    conditions: contracts.conditions.connect(runner),
    risk: contracts.risk.connect(runner),
    reserve: contracts.reserve.connect(runner),
    facts: contracts.facts.connect(runner),
    wfil: contracts.wfil.connect(runner),
    lens: contracts.lens.connect(runner),
    indices: contracts.indices.connect(runner),
    futures: contracts.futures.connect(runner),
    exchange: contracts.exchange.connect(runner),
  };
}
