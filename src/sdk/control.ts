import { WAD, max, min, mulDivUp } from "./maths.js";

/** ControlMath.sol: below this health an escrowed miner is for sale [wad]. */
export const CONTROL_HEALTH = (WAD * 95n) / 100n;
/** ControlMath.sol: the first price, in orderly values [wad]. */
export const CONTROL_START = (WAD * 12n) / 10n;
/** ControlMath.sol: length of a round [epoch]. */
export const CONTROL_ROUND_EPOCHS = 2_880n;
/** ControlAuction.sol. */
export const CONTROL_ROUNDS = 3n;

/** What the reserve price of a miner is made of; as `ControlFacts`, all [attoFIL] but the weights [wad]. */
export interface ReserveFacts {
  readonly orderlyValue: bigint;
  readonly walkAwayValue: bigint;
  readonly strips: bigint;
  readonly weightWad: bigint;
  readonly escrowWeightWad: bigint;
}

/** The least price of a miner: ControlMath.reserveUp, to the attoFIL. */
export function controlReserve(f: ReserveFacts): bigint {
  const weighted = mulDivUp(f.orderlyValue, f.escrowWeightWad, WAD);
  const toStrips = min(f.strips, mulDivUp(weighted, WAD, f.weightWad));
  return max(f.walkAwayValue, weighted + mulDivUp(toStrips, WAD - f.weightWad, WAD));
}

/** The price of a miner in the first epoch of a round: the curve's start, never below the reserve. */
export function controlStart(f: ReserveFacts): bigint {
  return max(mulDivUp(f.orderlyValue, CONTROL_START, WAD), controlReserve(f));
}
