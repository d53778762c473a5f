import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";

import type { Address } from "../src/config/index.js";
import type {
  AccountBeacon,
  ControlAuction,
  FuturesExchange,
  FuturesIndex,
  IFutures,
  ILoanBook,
  IRedeemQueue,
  LoanLens,
  MinerFacts,
  PledgeVault,
  PlimsollManager,
  PostedCollateral,
  RateModel,
  Reputation,
  ReserveFund,
  RiskEngine,
  SectorConditions,
  StripAuction,
  WFIL,
} from "../typechain-types/index.js";

/** Where the contracts of a deployment are; proxies where there are proxies. */
export interface Addresses {
  readonly manager: Address;
  readonly vault: Address;
  readonly book: Address;
  readonly auction: Address;
  readonly beacon: Address;
  readonly risk: Address;
  readonly facts: Address;
  readonly rateModel: Address;
  readonly posted: Address;
  readonly control: Address;
  readonly reputation: Address;
  readonly conditions: Address;
  readonly reserve: Address;
  readonly lens: Address;
  readonly indices: Address;
  readonly futures: Address;
  readonly exchange: Address;
  readonly wfil: Address;
}

/** The contracts, typed, bound to the first account. */
export interface Contracts {
  readonly manager: PlimsollManager;
  readonly vault: PledgeVault;
  /** The pool's redeem queue: partly behind its fallback, at the same address. */
  readonly queue: IRedeemQueue;
  /** All of the loan book: LoanBook and, behind its fallback, LoanDesk, LoanEscrow, LoanTerms and LoanTakeover. */
  readonly book: ILoanBook;
  readonly auction: StripAuction;
  readonly beacon: AccountBeacon;
  readonly risk: RiskEngine;
  readonly facts: MinerFacts;
  readonly rateModel: RateModel;
  readonly posted: PostedCollateral;
  readonly control: ControlAuction;
  readonly reputation: Reputation;
  /** What tranches must meet beside pledge and power: spot checks of sectors, data. */
  readonly conditions: SectorConditions;
  readonly reserve: ReserveFund;
  readonly lens: LoanLens;
  /** What futures are marked by and settled on. */
  readonly indices: FuturesIndex;
  /** All of the futures' clearing: FuturesClearing and, behind its fallback, FuturesDesk, FuturesDefaults and FuturesSettlement. */
  readonly futures: IFutures;
  /** Where signed orders of futures are filled. */
  readonly exchange: FuturesExchange;
  /** ERC-20 with `deposit` and `withdraw`; on live networks not this repository's code. */
  readonly wfil: WFIL;
}

/** Record of each contract. */
export const RECORDS: Readonly<Record<keyof Addresses, string>> = {
  manager: "PlimsollManager",
  vault: "PledgeVault",
  book: "LoanBook",
  auction: "StripAuction",
  beacon: "AccountBeacon",
  risk: "RiskEngine",
  facts: "MinerFacts",
  rateModel: "RateModel",
  posted: "PostedCollateral",
  control: "ControlAuction",
  reputation: "Reputation",
  conditions: "SectorConditions",
  reserve: "ReserveFund",
  lens: "LoanLens",
  indices: "FuturesIndex",
  futures: "FuturesClearing",
  exchange: "FuturesExchange",
  wfil: "WFIL",
};

/** Binds the contracts of a deployment. */
export async function bind(ethers: HardhatEthers, at: Addresses): Promise<Contracts> {
  return {
    manager: await ethers.getContractAt("PlimsollManager", at.manager),
    vault: await ethers.getContractAt("PledgeVault", at.vault),
    queue: await ethers.getContractAt("IRedeemQueue", at.vault),
    book: await ethers.getContractAt("ILoanBook", at.book),
    auction: await ethers.getContractAt("StripAuction", at.auction),
    beacon: await ethers.getContractAt("AccountBeacon", at.beacon),
    risk: await ethers.getContractAt("RiskEngine", at.risk),
    facts: await ethers.getContractAt("MinerFacts", at.facts),
    rateModel: await ethers.getContractAt("RateModel", at.rateModel),
    posted: await ethers.getContractAt("PostedCollateral", at.posted),
    control: await ethers.getContractAt("ControlAuction", at.control),
    reputation: await ethers.getContractAt("Reputation", at.reputation),
    conditions: await ethers.getContractAt("SectorConditions", at.conditions),
    reserve: await ethers.getContractAt("ReserveFund", at.reserve),
    lens: await ethers.getContractAt("LoanLens", at.lens),
    indices: await ethers.getContractAt("FuturesIndex", at.indices),
    futures: await ethers.getContractAt("IFutures", at.futures),
    exchange: await ethers.getContractAt("FuturesExchange", at.exchange),
    wfil: await ethers.getContractAt("WFIL", at.wfil),
  };
}
