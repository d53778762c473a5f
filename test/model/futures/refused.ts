/** Why an operation was refused as a whole. */
export type Reason =
  | "Unknown" // no such series, token or index, or already there
  | "Role" // the caller may not do this
  | "State" // not in this state of the series
  | "Stale" // the mark is not fresh
  | "Terms" // dates or parameters outside their bounds
  | "Amount" // nothing to do, or more than there is
  | "Free" // the caller's free balance does not cover it
  | "Margin"
  | "Healthy" // the account needs none of this
  | "Caps"
  | "FeeCap"
  | "ReduceOnly"
  | "Increase" // increases are refused now
  | "Unfilled" // every fill was skipped
  | "Price" // no good price yet, or a price outside the band of a dispute
  | "TooEarly"
  | "TooLate"
  | "SeriesCash" // the series does not hold what would leave it
  | "Residual" // the residual account is no user
  | "Self" // against oneself
  | "Width"; // a field does not hold the number

/** A refused operation: nothing has changed. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly reason: Reason,
    readonly detail = "",
  ) {
    super(detail === "" ? reason : `${reason}: ${detail}`);
  }
}

/** Refuses unless `holds`. */
export function demand(holds: boolean, reason: Reason, detail = ""): asserts holds {
  if (!holds) throw new Refused(reason, detail);
}
