import { type ErrorArguments, type Explain, outOfBounds, status } from "./explain.js";

/** The members of `Unmet`, in order. */
export const UNMET = ["None", "SpotCheck", "Data"] as const;

const tranche = (a: ErrorArguments): string => `Tranche ${a.number("index") + 1n} of loan ${a.raw("loanId")}`;

/** Errors of sector covenants. */
export const SECTOR_ERRORS: Readonly<Record<string, Explain>> = {
  "LoanBook_ConditionsUnmet(uint256 loanId, uint256 index, uint8 missing)": (a) => {
    const isData = a.member("missing", UNMET) === "Data";
    return {
      message: `${tranche(a)} shows its pledge and power, but not all that it must meet besides.`,
      limit: isData ? "the data that was promised" : "a spot check of the miner's sectors that was passed",
      actual: isData ? "less data was told of by the miner" : "none was passed",
      hint: isData
        ? "Name the contract SectorConditions as one to notify in the pieces' manifests when their sectors are proven."
        : "Name the miner's sectors, and answer for those that the beacon draws.",
      next: status(a),
    };
  },
  "SectorConditions_NotAuthorised(uint256 loanId, address caller)": (a) => ({
    message: `Only the holder of loan ${a.raw("loanId")}'s token, or an operator it approved, may do this.`,
    limit: `holder or operator of token ${a.raw("loanId")}`,
    actual: a.raw("caller"),
    hint: "Sign with the holder's key (--from), or let the holder approve this address.",
    next: status(a),
  }),
  "SectorConditions_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual)": (a) =>
    outOfBounds(a),
  "SectorConditions_Loosened(uint256 loanId, uint256 index, (uint8 spotChecks, uint32 minExpiration, uint128 minDataBytes) previous, (uint8 spotChecks, uint32 minExpiration, uint128 minDataBytes) next)":
    (a) => ({
      message: `${tranche(a)} has a promise already, which can only be raised.`,
      limit: `at least ${a.raw("previous")} (spot checks, expiration, bytes)`,
      actual: a.raw("next"),
      next: status(a),
    }),
  "SectorConditions_NothingPromised(uint256 loanId, uint256 index)": (a) => ({
    message: "An expiration alone promises nothing: there is neither a sector to check nor data to count by it.",
    limit: "at least one spot check or one byte of data",
    actual: "neither",
    next: status(a),
  }),
  "SectorConditions_NotOpen(uint256 loanId, uint256 index, uint256 drawn, uint256 count)": (a) => ({
    message: `${tranche(a)} is drawn already, or there is none.`,
    limit: `tranche ${a.number("drawn") + 1n} to ${a.raw("count")}`,
    actual: `tranche ${a.number("index") + 1n}`,
    next: status(a),
  }),
  "SectorConditions_NothingToProve(uint256 loanId)": (a) => ({
    message: `No tranche of loan ${a.raw("loanId")} awaits its proof.`,
    limit: "a drawn tranche that is neither proven nor taken back",
    actual: "none",
    next: status(a),
  }),
  "SectorConditions_NothingToCheck(uint256 loanId, uint256 index)": (a) => ({
    message: `${tranche(a)} needs no spot check.`,
    limit: "a tranche that has to pass one",
    actual: "no spot check asked",
    next: [`npx hardhat loan prove ${a.raw("loanId")}`],
  }),
  "SectorConditions_AlreadyPassed(uint256 loanId, uint256 index)": (a) => ({
    message: `${tranche(a)} has passed its spot check.`,
    limit: "one that is still to be passed",
    actual: "passed",
    next: [`npx hardhat loan prove ${a.raw("loanId")}`],
  }),
  "SectorConditions_NoAttemptLeft(uint256 loanId, uint256 index, uint256 maximum)": (a) => ({
    message: `${tranche(a)} has failed all its spot checks, and cannot be proven any more.`,
    limit: `${a.raw("maximum")} attempts`,
    actual: "all used up",
    hint: "What was drawn is taken back after the proof deadline; repay it before.",
    next: [`npx hardhat loan repay ${a.raw("loanId")}`],
  }),
  "SectorConditions_CoolOff(uint256 loanId, uint256 index, uint256 retryFrom, uint256 actual)": (a) => ({
    message: `${tranche(a)} has a spot check open, or failed one less than a day ago.`,
    limit: `epoch ${a.raw("retryFrom")} or later`,
    actual: `epoch ${a.raw("actual")}`,
    retryable: true,
  }),
  "SectorConditions_RangeCount(uint256 maximum, uint256 actual)": (a) => ({
    message: "Sectors are named by at least one range and not too many.",
    limit: `1 to ${a.raw("maximum")} ranges`,
    actual: `${a.raw("actual")} ranges`,
    hint: "Gaps can be named too, but a sector drawn from one fails the check.",
  }),
  "SectorConditions_BadRange(uint256 position, uint256 earliest, uint256 first, uint256 count)": (a) => ({
    message: `Range ${a.number("position") + 1n} of sectors is empty, too high, or not after the one before it.`,
    limit: `first sector ${a.raw("earliest")} or later, one sector at least, numbers below 2^63`,
    actual: `${a.raw("count")} sectors from ${a.raw("first")} on`,
  }),
  "SectorConditions_NotCovered(uint64 minerId, uint256 required, uint256 actual)": (a) => ({
    message: `The sectors named are fewer than make up the proven power of f0${a.raw("minerId")}.`,
    limit: `at least ${a.raw("required")} sectors`,
    actual: `${a.raw("actual")} sectors`,
    hint: "Name all sectors of the miner that are active, the old ones too.",
  }),
  "SectorConditions_NotGrown(uint64 minerId, uint256 pledgeDue, uint256 pledge, uint256 powerDue, uint256 power)": (
    a,
  ) => ({
    message: `f0${a.raw("minerId")} has not grown yet as the tranche's proof asks, so there is nothing of it to check.`,
    limit: `pledge of ${a.fil("pledgeDue")}, power of ${a.raw("powerDue")} bytes`,
    actual: `pledge of ${a.fil("pledge")}, power of ${a.raw("power")} bytes`,
    hint: "Name the sectors when they are sealed and proven for the first time.",
  }),
  "SectorConditions_NotCommitted(uint256 loanId, uint256 index)": (a) => ({
    message: `${tranche(a)} has no spot check open.`,
    limit: "sectors named by the provider",
    actual: "none",
    next: status(a),
  }),
  "SectorConditions_OtherRanges(bytes32 expected, bytes32 actual)": (a) => ({
    message: "These are not the ranges that were named when the spot check was opened.",
    limit: `ranges with hash ${a.raw("expected")}, as in the event SpotCheckOpened`,
    actual: a.raw("actual"),
  }),
  "SectorConditions_OutsideWindow(uint256 from, uint256 to, uint256 actual)": (a) => ({
    message: "The answer to a spot check has its time, which is not now.",
    limit: `epoch ${a.raw("from")} to ${a.raw("to")}`,
    actual: `epoch ${a.raw("actual")}`,
    retryable: a.number("actual") < a.number("from"),
  }),
  "SectorConditions_LocationCount(uint256 expected, uint256 actual)": (a) => ({
    message: "There must be one location for each sector that was drawn.",
    limit: `${a.raw("expected")} locations`,
    actual: `${a.raw("actual")} locations`,
  }),
  "SectorConditions_BadLocation(uint64 minerId, uint64 sector, bytes reason)": (a) => ({
    message: `Sector ${a.raw("sector")} of f0${a.raw("minerId")} is not where the answer says.`,
    limit: "its deadline and partition of now, as GenerateSectorLocation gives them",
    actual: `refused by the miner actor: ${a.raw("reason")}`,
    hint: "Locations change when partitions are compacted: ask for them anew.",
    retryable: true,
  }),
};
