import type { Plimsoll } from "../loans/contracts.js";
import { EPOCHS_PER_YEAR, RAY, WAD, mulDivDown } from "../sdk/index.js";

/** The pool as a lender sees it. */
export interface PoolView {
  /** [attoFIL] */
  readonly cash: bigint;
  readonly debt: bigint;
  readonly impairedCarrying: bigint;
  readonly reserveOwed: bigint;
  readonly lockedGain: bigint;
  readonly totalAssets: bigint;
  readonly totalShares: bigint;
  /** What a million million shares (one FIL's worth at the start) are worth now [attoFIL per 10^24 shares]. */
  readonly sharePrice: bigint;
  /** [wad] */
  readonly utilisation: bigint;
  /** What borrowers pay in a year, not compounded [wad]. */
  readonly borrowRate: bigint;
  /** What lenders earn of it, before the reserve's share [wad]. */
  readonly supplyRate: bigint;
  readonly lendable: bigint;
  /** Most that may be deposited and drawn in a day, and deposited now [attoFIL]; 0 where no limit is set. */
  readonly depositsPerDay: bigint;
  readonly drawsPerDay: bigint;
  readonly depositable: bigint;
  /** What waits in the redeem queue is worth, and what is filled there and not claimed [attoFIL]. */
  readonly waiting: bigint;
  readonly setAside: bigint;
  /** The reserve fund's ledger [attoFIL]. */
  readonly reserveBalance: bigint;
}

/** One lender's part of the pool. */
export interface LenderView {
  readonly account: string;
  readonly shares: bigint;
  /** What the shares are worth [attoFIL]. */
  readonly assets: bigint;
  /** What can be withdrawn now [attoFIL]; while something is claimable it is that. */
  readonly maxWithdraw: bigint;
  /** What is set aside for filled requests [attoFIL]. */
  readonly claimable: bigint;
  readonly claimableShares: bigint;
  /** Requests that are not claimed in full. */
  readonly openRequests: bigint;
}

/** One FIL's worth of shares at the start: 6 more decimals than FIL. */
export const SHARE_UNIT = 10n ** 24n;

export async function readPool(contracts: Plimsoll): Promise<PoolView> {
  const { vault, reserve } = contracts;
  const [state, totalShares, sharePrice, lendable, limits, depositable, reserveBalance] = await Promise.all([
    vault.poolState(),
    vault.totalSupply(),
    vault.convertToAssets(SHARE_UNIT),
    vault.lendable(),
    vault.flowLimits(),
    vault.maxDeposit(await reserve.getAddress()), // the same for everyone
    reserve.balance(),
  ]);
  const borrowRate = mulDivDown(state.ratePerEpochRay * EPOCHS_PER_YEAR, WAD, RAY);
  return {
    cash: state.cash,
    debt: state.debt,
    impairedCarrying: state.impairedCarrying,
    reserveOwed: state.reserveOwed,
    lockedGain: state.lockedGain,
    totalAssets: state.totalAssets,
    totalShares,
    sharePrice,
    utilisation: state.utilisationWad,
    borrowRate,
    supplyRate: mulDivDown(borrowRate, state.utilisationWad, WAD),
    lendable,
    depositsPerDay: limits.depositsPerDay,
    drawsPerDay: limits.drawsPerDay,
    depositable,
    waiting: state.waitingAssets,
    setAside: state.setAside,
    reserveBalance,
  };
}

export async function readLender(contracts: Plimsoll, account: string): Promise<LenderView> {
  const { vault, queue } = contracts;
  const [shares, maxWithdraw, claimable, requests] = await Promise.all([
    vault.balanceOf(account),
    vault.maxWithdraw(account),
    queue.claimable(account),
    queue.requestsOf(account),
  ]);
  return {
    account,
    shares,
    assets: await vault.convertToAssets(shares),
    maxWithdraw,
    claimable: claimable.assets,
    claimableShares: claimable.shares,
    openRequests: requests.made - requests.claimed,
  };
}
