// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {INativeCallReceiver} from "../../filecoin/interfaces/INativeCallReceiver.sol";

/// @notice What a provider promises of a tranche beyond what the pool asks; fixed once the tranche is drawn. One slot: 1 + 4 + 16 = 21.
struct Conditions {
    uint8 spotChecks; // sectors to be checked, drawn by lot; 0: none
    uint32 minExpiration; // what is checked or counted must be committed until here at least [epoch]
    uint128 minDataBytes; // padded bytes of pieces, told by the miner actor itself [bytes]
}

/// @notice What the pool asks of every tranche from an amount on. One slot: 12 + 1 + 4 + 4 = 21.
struct Policy {
    uint96 fromAmount; // tranches of at least this much [attoFIL]
    uint8 spotChecks; // sectors to be checked; 0: none
    uint32 minLifetime; // checked sectors must live this long after the draw at least [epoch]
    uint32 since; // holds for draws from here on; set by the contract [epoch]
}

/// @notice Consecutive sector numbers.
struct SectorRange {
    uint64 first;
    uint32 count;
}

/// @notice Where the spot check of a tranche stands.
struct SpotCheck {
    // slot 0: 8 + 4 + 4 + 4 + 1 + 1 = 22
    uint64 minerId; // whose sectors were named
    uint32 sectors; // how many were named
    uint32 sampleEpoch; // whose randomness draws the sample; 0: nothing open [epoch]
    uint32 retryFrom; // a next attempt may begin here, if this one does not pass [epoch]
    uint8 attempts;
    bool passed;
    // slot 1
    bytes32 rangesHash; // of the sectors named
}

/// @notice What is missing for the proof of a tranche.
enum Unmet {
    None,
    SpotCheck, // the spot check was not passed
    Data // the miner told of less data than promised
}

/// @title Sector covenants: conditions on what a drawn tranche was sealed into
/// @notice Beside pledge and power, which the loan book measures itself, a tranche may have to pass a spot check of the miner's sectors,
/// and to bring data. The pool asks for spot checks from an amount on (`Policy`); the SP may promise more before the draw (`Conditions`).
///
/// A spot check has two steps. The SP names sectors, enough of them for all of the miner's proven power, since the chain does not tell
/// which of them are new. 150 epochs later the beacon draws a few of those by lot, and anyone shows where they are: each must be active,
/// and committed long enough. The answer is due within two hours, or else counts as failed; three attempts are all there are.
///
/// Data is counted from SectorContentChanged, which the miner actor sends when pieces are proven whose manifest names this contract.
/// @dev Holds no money and cannot be upgraded. A tranche whose conditions are not met by its proof deadline is taken back as unproven.
interface ISectorConditions is INativeCallReceiver {
    /// @notice Emitted when RISK changes what the pool asks; `next.since` says from which draws on.
    event PolicyChanged(Policy previous, Policy next);
    /// @notice Emitted when the SP has promised conditions for a tranche.
    event ConditionsPromised(uint256 indexed loanId, uint256 indexed index, Conditions conditions);
    /// @notice Emitted when sectors are named; `ranges` has to be given again with the answer.
    event SpotCheckOpened(
        uint256 indexed loanId,
        uint256 indexed index,
        uint64 indexed minerId,
        uint256 attempt,
        uint256 sampleEpoch,
        SectorRange[] ranges
    );
    /// @notice Emitted when every sector of the sample held.
    event SpotCheckPassed(uint256 indexed loanId, uint256 indexed index, uint64 indexed minerId, uint64[] sectors);
    /// @notice Emitted at the first sector of the sample that did not hold; `expiration` is 0 where the sector is not active.
    event SpotCheckFailed(
        uint256 indexed loanId,
        uint256 indexed index,
        uint64 indexed minerId,
        uint64 sector,
        uint256 minExpiration,
        int64 expiration
    );
    /// @notice Emitted when data counts towards a tranche.
    event DataCounted(
        uint256 indexed loanId,
        uint256 indexed index,
        uint64 indexed minerId,
        uint256 added,
        uint256 total
    );

    /// @notice Thrown when the caller neither holds the loan's token nor is approved for it.
    error SectorConditions_NotAuthorised(uint256 loanId, address caller);
    /// @notice Thrown when a parameter is outside its hard bounds.
    error SectorConditions_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual);
    /// @notice Thrown when a promise would ask less than the one before in some part.
    error SectorConditions_Loosened(uint256 loanId, uint256 index, Conditions previous, Conditions next);
    /// @notice Thrown when a promise has an expiration alone, with nothing to check or count by it.
    error SectorConditions_NothingPromised(uint256 loanId, uint256 index);
    /// @notice Thrown when a promise is made for a tranche that is drawn or does not exist.
    error SectorConditions_NotOpen(uint256 loanId, uint256 index, uint256 drawn, uint256 count);
    /// @notice Thrown when no tranche of the loan awaits its proof.
    error SectorConditions_NothingToProve(uint256 loanId);
    /// @notice Thrown when the tranche needs no spot check.
    error SectorConditions_NothingToCheck(uint256 loanId, uint256 index);
    /// @notice Thrown when the tranche has passed its spot check.
    error SectorConditions_AlreadyPassed(uint256 loanId, uint256 index);
    /// @notice Thrown when all attempts are used up; the tranche cannot be proven any more.
    error SectorConditions_NoAttemptLeft(uint256 loanId, uint256 index, uint256 maximum);
    /// @notice Thrown when a next attempt begins too early.
    error SectorConditions_CoolOff(uint256 loanId, uint256 index, uint256 retryFrom, uint256 actual);
    /// @notice Thrown when the ranges named are none or too many.
    error SectorConditions_RangeCount(uint256 maximum, uint256 actual);
    /// @notice Thrown when a range is empty, beyond the largest sector number, or not after the one before it.
    error SectorConditions_BadRange(uint256 position, uint256 earliest, uint256 first, uint256 count);
    /// @notice Thrown when the sectors named are fewer than make up the miner's proven power.
    error SectorConditions_NotCovered(uint64 minerId, uint256 required, uint256 actual);
    /// @notice Thrown when sectors are named before the miner has grown as a proof of the tranche asks [attoFIL, bytes].
    error SectorConditions_NotGrown(uint64 minerId, uint256 pledgeDue, uint256 pledge, uint256 powerDue, uint256 power);
    /// @notice Thrown when no spot check is open for the tranche.
    error SectorConditions_NotCommitted(uint256 loanId, uint256 index);
    /// @notice Thrown when the ranges are not those named.
    error SectorConditions_OtherRanges(bytes32 expected, bytes32 actual);
    /// @notice Thrown when the answer comes before its time or after it; bounds inclusive.
    error SectorConditions_OutsideWindow(uint256 from, uint256 to, uint256 actual);
    /// @notice Thrown when there is not one location for each sector of the sample.
    error SectorConditions_LocationCount(uint256 expected, uint256 actual);
    /// @notice Thrown when the miner actor does not know the sector at the location given; `reason` is its answer.
    error SectorConditions_BadLocation(uint64 minerId, uint64 sector, bytes reason);

    /// @notice Sets what the pool asks of draws from the next epoch on. RISK, within hard bounds: at most 8 spot checks, and a lifetime of
    /// at most 540 days. Drawn tranches keep what was asked of them.
    /// @param next its `since` is ignored
    function setPolicy(Policy calldata next) external;

    /// @notice Promises conditions for a tranche that is not drawn yet. Only the SP. A promise can be raised until the draw, in no part
    /// lowered: who relies on it need not watch.
    function promiseMore(uint256 loanId, uint256 index, Conditions calldata next) external;

    /// @notice Names the sectors that the spot check of the tranche in proof draws from. Only the SP, whom a wrong naming would hurt, and
    /// only once the miner's pledge and power have grown as the proof asks: else the check would be of sectors that were there before.
    /// @param ranges ascending, without overlap, 64 at most; together at least the miner's raw power divided by its sector size
    /// @return sampleEpoch whose randomness will draw the sample [epoch]
    function commit(uint256 loanId, SectorRange[] calldata ranges) external returns (uint256 sampleEpoch);

    /// @notice Answers an open spot check: each sector of the sample must be active, and live until the tranche's `minExpiration` and the
    /// maturity of a debt at a fixed rate. Anyone, in the 240 epochs after the sample's. The first sector that does not hold ends the
    /// attempt.
    /// @param ranges as they were named
    /// @param locations of the sectors of `sampleOf`, in its order, as GenerateSectorLocation gives them
    /// @return passed whether all held
    function check(
        uint256 loanId,
        SectorRange[] calldata ranges,
        bytes[] calldata locations
    ) external returns (bool passed);

    /// @notice What is missing for the proof of a tranche. Reads this contract's storage alone, so that no miner can stand in its way.
    /// @param amount of the tranche [attoFIL]
    /// @param drawEpoch when it was drawn [epoch]
    function unmet(uint256 loanId, uint256 index, uint256 amount, uint256 drawEpoch) external view returns (Unmet);

    /// @notice The sectors that the beacon has drawn for the open spot check.
    function sampleOf(uint256 loanId, SectorRange[] calldata ranges) external view returns (uint64[] memory sectors);

    /// @notice The sample, and where its sectors are now: what `check` takes. Searches the miner's partitions, at a cost for calls that are
    /// not mined.
    function locate(
        uint256 loanId,
        SectorRange[] calldata ranges
    ) external view returns (uint64[] memory sectors, bytes[] memory locations);

    /// @notice What a tranche must meet: the promise, raised to what the pool asks of its draw, or would ask of a draw now.
    /// @dev `minExpiration` is that of spot checks; data is counted by the promise's alone.
    function conditionsOf(uint256 loanId, uint256 index) external view returns (Conditions memory);

    /// @notice What the SP has promised of a tranche.
    function promiseOf(uint256 loanId, uint256 index) external view returns (Conditions memory);

    /// @notice What the pool asks of tranches drawn in `epoch`.
    function policyAt(uint256 epoch) external view returns (Policy memory);

    function spotCheckOf(uint256 loanId, uint256 index) external view returns (SpotCheck memory);

    /// @notice Data counted towards a tranche [bytes].
    function dataOf(uint256 loanId, uint256 index) external view returns (uint256);
}
