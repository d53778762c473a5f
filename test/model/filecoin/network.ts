/** Formulas of the network, from the facts in docs and FIPs: amounts in attoFIL, sizes in bytes, time in epochs. */

export const FIL = 10n ** 18n;
export const DAY = 2880;
export const SECTOR = 32n * 2n ** 30n;

export interface Network {
  readonly rewardPerEpoch: bigint;
  readonly networkQaPower: bigint;
  readonly baselinePower: bigint;
  readonly circulatingSupply: bigint;
  readonly networkRawPower: bigint;
  readonly earlyTerminationLimit: bigint;
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** BR: the expected reward of some power over some time. */
export function expectedReward(net: Network, power: bigint, epochs: number): bigint {
  return (power * BigInt(epochs) * net.rewardPerEpoch) / net.networkQaPower;
}

/** FF: 3.51 days of expected reward. */
export const faultFee = (net: Network, power: bigint): bigint =>
  expectedReward(net, power, Math.floor((DAY * 351) / 100));

/** FIP-0098: 8.5 % of pledge, ramped over 140 days, not below 2 % and not below 1.05 fault fees. */
export function terminationFee(pledge: bigint, age: number, fault: bigint): bigint {
  const full = (pledge * 85n) / 1000n;
  const ramped = smaller(full, (full * BigInt(age)) / BigInt(140 * DAY));
  return larger(ramped, larger((pledge * 2n) / 100n, (fault * 105n) / 100n));
}

/** FIP-0081 with its ramp finished, at most 1 FIL per 32 GiB. */
export function initialPledge(net: Network, power: bigint): bigint {
  const storage = larger(1n, expectedReward(net, power, 20 * DAY));
  const target = net.circulatingSupply * 3n * power; // a tenth to be divided off below
  const simple = larger(net.networkQaPower, power);
  const baseline = larger(simple, net.baselinePower);
  const consensus = (target * 700n) / (baseline * 10_000n) + (target * 300n) / (simple * 10_000n);
  return smaller(storage + consensus, (FIL / SECTOR) * power);
}

/** 20 days of reward of a sector at tenfold quality. */
export const preCommitDeposit = (net: Network): bigint => larger(1n, expectedReward(net, SECTOR * 10n, 20 * DAY));

/** FIP-0100. */
export const dailyFee = (net: Network, power: bigint): bigint =>
  (161_817n * net.circulatingSupply * power) / 10n ** 30n;

/** What is really paid of a deadline's daily fees. */
export const payableDailyFee = (net: Network, fees: bigint, livePower: bigint): bigint =>
  smaller(fees, expectedReward(net, livePower, DAY) / 2n);

/** 20 FIL and 5.51 days of reward. */
export const invalidProofPenalty = (net: Network, power: bigint): bigint =>
  20n * FIL + expectedReward(net, power, Math.floor((DAY * 351) / 100) + 2 * DAY);
