/** An EVM address, `0x` and 40 hexadecimal digits. */
export type Address = `0x${string}`;

/** Who holds the roles of `PlimsollManager`. Several holders of one role act each on its own. */
export interface RoleHolders {
  readonly admin: readonly Address[];
  readonly upgrader: readonly Address[];
  readonly risk: readonly Address[];
  readonly guardian: readonly Address[];
  /** Chooses the settlement price of a futures series that is disputed. */
  readonly arbiter: readonly Address[];
}

/** Execution delays of the roles [seconds]. The manager's code refuses less than 7 days, 7 days and 2 days. */
export interface RoleDelays {
  readonly admin: bigint;
  readonly upgrader: bigint;
  readonly risk: bigint;
}

/** What the deployer puts into the pool so that it is never empty. */
export interface SeedParameters {
  /** WFIL left in the vault for good, so that its balance slot is never zeroed [attoFIL]. */
  readonly wfilDust: bigint;
  /** What the shares cost that are left in the vault's own balance for good, so that no request pays for filling that slot [attoFIL]. */
  readonly custodyDust: bigint;
  /** Deposited for a holder that can never redeem [attoFIL]. */
  readonly deadDeposit: bigint;
  readonly deadHolder: Address;
}

export interface VaultParameters {
  /** The reserve fund's share of interest, at most 0.2 [wad]. */
  readonly reserveShareWad: bigint;
  /** Share of the assets that a draw must leave as cash, at most 0.5 [wad]. */
  readonly liquidityBufferWad: bigint;
  /** Most that may be deposited in a day, whole FIL, at least 10,000 [attoFIL]. */
  readonly depositsPerDay: bigint;
  /** Most that may be drawn in a day, whole FIL, at least 1,000 [attoFIL]. */
  readonly drawsPerDay: bigint;
}

/** Valuation, field by field as `RiskParams` in `IRiskEngine.sol`. */
export interface RiskParameters {
  readonly drawWeightWad: bigint;
  readonly callWeightWad: bigint;
  readonly liquidationWeightWad: bigint;
  readonly targetHealthWad: bigint;
  readonly provisionDiscountWad: bigint;
  readonly proofPledgeWad: bigint;
  readonly maxFaultRatioWad: bigint;
  readonly minFaultFeePerPledgeWad: bigint;
  /** Per miner [attoFIL]. */
  readonly leakBuffer: bigint;
  /** No debt between zero and this is left behind [attoFIL]. */
  readonly minDebt: bigint;
  /** [epoch] */
  readonly watchGrace: bigint;
  /** [epoch] */
  readonly interestGrace: bigint;
  /** Of miners that their account owns, on their orderly value. */
  readonly escrowDrawWeightWad: bigint;
  readonly escrowCallWeightWad: bigint;
  readonly escrowLiquidationWeightWad: bigint;
}

/** The floating rate, field by field as `RateModelParams` in `IRateModel.sol`; fixed for the life of a rate model. */
export interface RateParameters {
  readonly targetUtilisationWad: bigint;
  /** Rate at full use over rate at the target [wad]. */
  readonly steepnessWad: bigint;
  readonly initialRatePerYearWad: bigint;
  readonly minRatePerYearWad: bigint;
  readonly maxRatePerYearWad: bigint;
  /** Exponent of the drift at the largest error [wad per year]. */
  readonly speedPerYearWad: bigint;
}

export interface LoanBookParameters {
  /** Most that the tranches of one facility may add up to [attoFIL]. */
  readonly maxFacility: bigint;
}

export interface FuturesParameters {
  /** Who gets the fees of futures, for good: named when the clearing is set up, changed by an upgrade only. */
  readonly feesRecipient: Address;
  /** What a contract that signs orders may burn when it is asked [gas of the chain]. */
  readonly signatureGas: bigint;
}

/** Everything that differs from chain to chain, or that may be chosen. */
export interface NetworkParameters {
  /** For messages: `local`, `calibration`, `filecoin`. */
  readonly name: string;
  readonly chainId: number;
  /** A throw-away chain: keys are public, time can be moved, the simulated Filecoin may be installed. */
  readonly local: boolean;
  /** Wrapped FIL; `undefined` deploys one, which is allowed on local chains only. */
  readonly wfil: Address | undefined;
  readonly roles: RoleHolders;
  readonly delays: RoleDelays;
  readonly seed: SeedParameters;
  readonly vault: VaultParameters;
  readonly risk: RiskParameters;
  readonly rate: RateParameters;
  readonly loanBook: LoanBookParameters;
  readonly futures: FuturesParameters;
}
