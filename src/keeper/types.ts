import type { MinerSale, TokenSale } from "../loans/auctions.js";
import type { CovenantName, LoanStateName } from "../loans/reads.js";

/** What a keeper knows about one loan, all read in the same epoch. */
export interface KeeperPosition {
  readonly loanId: bigint;
  readonly state: LoanStateName;
  /** The first covenant that is broken now. */
  readonly covenant: CovenantName;
  /** Since when the loan is under watch, 0 when it is not [epoch]. */
  readonly watchSince: bigint;
  /** [wad]; undefined without debt. */
  readonly health: bigint | undefined;
  /** [attoFIL] */
  readonly debt: bigint;
  readonly interest: bigint;
  /** Walk-away value less strips [attoFIL]. */
  readonly value: bigint;
  readonly stripsOutstanding: bigint;
  /** The part of them that the keeper itself holds and has not been paid [attoFIL]. */
  readonly ownStrips: bigint;
  readonly freeFunds: bigint;
  /** What the pool carries an impaired loan at [attoFIL]. */
  readonly carrying: bigint;
  /** Last inflow of an impaired loan [epoch]. */
  readonly lastRecovery: bigint;
  /** Last draw or attach [epoch]. */
  readonly coolOffSince: bigint;
  readonly miners: ReadonlyArray<{
    readonly index: bigint;
    /** What a sweep may take now; at least 0 [attoFIL]. */
    readonly available: bigint;
  }>;
  readonly auction: KeeperAuction | undefined;
  /** What the posted tokens count for in a liquidation [attoFIL]. */
  readonly posted: bigint;
  /** Posted tokens, below health 1 alone. */
  readonly tokens: readonly TokenSale[];
  /** Miners in escrow that are for sale, and those on sale for this loan, wherever they are. */
  readonly sales: readonly MinerSale[];
  /** Of a debt at a fixed rate. */
  readonly term?: KeeperTerm | undefined;
}

/** A fixed term as a keeper sees it. */
export interface KeeperTerm {
  /** Last epoch of its grace. */
  readonly graceEnd: bigint;
  /** The penalty rate runs. */
  readonly overdue: boolean;
  /** What is paid now [ray per epoch]. */
  readonly rateRay: bigint;
  /** What is to be paid once the grace is over [ray per epoch]. */
  readonly dueRay: bigint;
}

/** A running auction and what it offers now. */
export interface KeeperAuction {
  readonly startEpoch: bigint;
  readonly round: bigint;
  /** Most face on sale [attoFIL]; 0 when nothing can be sold. */
  readonly face: bigint;
  /** Price of all of it [attoFIL]. */
  readonly price: bigint;
  /** Face per FIL [wad]. */
  readonly bonus: bigint;
}

/** The rules of the contracts that a keeper reckons with. */
export interface KeeperRules {
  readonly epoch: bigint;
  /** [wad] */
  readonly liquidationWeight: bigint;
  readonly provisionDiscount: bigint;
  /** [attoFIL] */
  readonly minDebt: bigint;
  readonly dustCash: bigint;
  readonly minTake: bigint;
  /** Length of an auction's round [epoch]. */
  readonly roundEpochs: bigint;
  readonly maxRounds: bigint;
  readonly auctionsPausedUntil: bigint;
  /** The same for auctions of tokens and of miners. */
  readonly tokensPausedUntil: bigint;
  readonly minersPausedUntil: bigint;
  /** Miners on sale, of all loans. */
  readonly minersOnSale: bigint;
  /** How long a loan may be under watch before it is called [epoch]. */
  readonly watchGrace: bigint;
}

/** What the keeper's owner wants. */
export interface KeeperTerms {
  /** Least gain of a step that is done for gain, after gas [attoFIL]. */
  readonly minProfit: bigint;
  /** Most gas that an unpaid step may cost: those that protect the pool and open the way to paid ones [attoFIL]. */
  readonly maxGasFee: bigint;
  /** Most FIL to spend on one purchase now [attoFIL]. */
  readonly budget: bigint;
  /** Whether to buy posted tokens, which are no FIL. */
  readonly takeTokens: boolean;
  /** Who becomes owner of miners that are bought; undefined: none is [actor id]. */
  readonly newOwner: bigint | undefined;
}

/** One step against one loan. */
export type KeeperStep =
  | {
      readonly kind: "review" | "kick" | "restart" | "buyIn" | "end" | "impair" | "writeOff" | "mature";
      readonly gross: bigint;
      readonly upkeep: true;
      readonly why: string;
    }
  | {
      readonly kind: "sweep";
      readonly minerIndex: bigint;
      readonly gross: bigint;
      readonly upkeep: boolean;
      readonly why: string;
    }
  | {
      readonly kind: "take";
      readonly maxFace: bigint;
      readonly minBonus: bigint;
      readonly price: bigint;
      readonly face: bigint;
      readonly gross: bigint;
      readonly upkeep: false;
      readonly why: string;
    }
  | {
      readonly kind: "kickToken";
      readonly token: string;
      readonly gross: bigint;
      readonly upkeep: true;
      readonly why: string;
    }
  | {
      readonly kind: "kickMiner" | "restartMiner" | "endMiner";
      readonly minerId: bigint;
      readonly gross: bigint;
      readonly upkeep: true;
      readonly why: string;
    }
  | {
      readonly kind: "takeToken";
      readonly token: string;
      readonly maxAmount: bigint;
      /** Most for a whole token [attoFIL]. */
      readonly maxAsk: bigint;
      readonly price: bigint;
      readonly gross: bigint;
      readonly upkeep: false;
      readonly why: string;
    }
  | {
      readonly kind: "takeMiner";
      readonly minerId: bigint;
      readonly newOwner: bigint;
      readonly price: bigint;
      readonly gross: bigint;
      readonly upkeep: false;
      readonly why: string;
    };

export type StepKind = KeeperStep["kind"];

/** Nothing to be done now, and why. */
export interface Idle {
  readonly kind: "none";
  readonly why: string;
}

/** What to do with a step once its gas is known. */
export type Action =
  | {
      readonly do: "send";
      readonly step: KeeperStep;
      readonly fee: bigint;
      readonly profit: bigint;
      readonly reason: string;
    }
  | {
      readonly do: "skip";
      readonly step: KeeperStep;
      readonly fee: bigint;
      readonly profit: bigint;
      readonly reason: string;
    }
  | { readonly do: "nothing"; readonly reason: string };
