// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PieceChange, SectorChange} from "../filecoin/FilecoinTypes.sol";
import {MinerActor} from "../filecoin/MinerActor.sol";
import {NativeCallReceiver} from "../filecoin/NativeCallReceiver.sol";
import {PowerActor} from "../filecoin/PowerActor.sol";
import {CollateralFacts, IMinerFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {EPOCHS_PER_DAY, WAD} from "../libraries/Units.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {Conditions, ISectorConditions, Policy, SectorRange, SpotCheck, Unmet} from "./interfaces/ISectorConditions.sol";
import {FixedStatus} from "./interfaces/ILoanTerms.sol";
import {SectorSampling} from "./libraries/SectorSampling.sol";
import {Loan, Tranche} from "./LoanTypes.sol";

/// @title Sector covenants
/// @notice See ISectorConditions. Holds no money, cannot be upgraded; trusts the loan book, the miner facts, the miner actors and the
/// beacon. RISK sets what the pool asks, within hard bounds, and never of a tranche that is drawn.
contract SectorConditions is ISectorConditions, NativeCallReceiver, AccessManaged {
    using SafeCast for uint256;

    uint256 private constant MAX_SPOT_CHECKS = 8;
    uint256 private constant MAX_RANGES = 64;
    uint256 private constant MAX_ATTEMPTS = 3;
    /// @dev A piece of a sector that comes after these does not count: each is compared with those before it.
    uint256 private constant MAX_PIECES = 64;
    /// @dev From naming to the sample. Who could undo the naming by a fork after seeing the beacon could choose the sample; as with PDP's
    /// CHALLENGE_FINALITY on mainnet [epoch].
    uint256 private constant LOOKAHEAD = 150;
    /// @dev Time for the answer: two hours are too short to bring many sectors out of a fault after the sample is known [epoch].
    uint256 private constant ANSWER_WINDOW = 240;
    uint256 private constant COOL_OFF = EPOCHS_PER_DAY;
    uint256 private constant MAX_LIFETIME = 540 * EPOCHS_PER_DAY;
    /// @dev Longest commitment of a sector (FIP-0052) [epoch].
    uint256 private constant MAX_COMMITMENT = 1_278 * EPOCHS_PER_DAY;
    uint256 private constant MAX_SECTOR_NUMBER = uint256(uint64(type(int64).max)); // fvm_shared: MAX_SECTOR_NUMBER
    /// @dev Not terminated and not faulty (FIP-0112); includes sectors that wait for their first proof.
    uint8 private constant ACTIVE = 1;

    ILoanBook public immutable LOAN_BOOK;
    IMinerFacts public immutable MINER_FACTS;

    Policy[] private _policies; // ascending in `since`
    mapping(uint256 loanId => mapping(uint256 index => Conditions)) private _promises;
    mapping(uint256 loanId => mapping(uint256 index => SpotCheck)) private _checks;
    mapping(uint256 loanId => mapping(uint256 index => uint256)) private _data; // [bytes]
    mapping(uint64 minerId => mapping(uint64 sector => uint256)) private _counted; // of each sector [bytes]

    /// @param manager who decides on who may call `setPolicy`
    constructor(address manager, ILoanBook loanBook, IMinerFacts minerFacts) AccessManaged(manager) {
        LOAN_BOOK = loanBook;
        MINER_FACTS = minerFacts;
    }

    // ---------------------------------------------------------------- what is asked

    /// @inheritdoc ISectorConditions
    function setPolicy(Policy calldata next) external restricted {
        _checkAtMost("spotChecks", MAX_SPOT_CHECKS, next.spotChecks);
        _checkAtMost("minLifetime", MAX_LIFETIME, next.minLifetime);
        uint32 since = (block.number + 1).toUint32();
        Policy memory previous = policyAt(since);
        Policy memory set = Policy(next.fromAmount, next.spotChecks, next.minLifetime, since);
        if (previous.since == since) _policies[_policies.length - 1] = set;
        else _policies.push(set);
        emit PolicyChanged(previous, set);
    }

    /// @inheritdoc ISectorConditions
    function promiseMore(uint256 loanId, uint256 index, Conditions calldata next) external {
        _requireSp(loanId);
        Loan memory loan = LOAN_BOOK.loanOf(loanId);
        if (index < loan.drawnCount || index >= loan.trancheCount) {
            revert SectorConditions_NotOpen(loanId, index, loan.drawnCount, loan.trancheCount);
        }
        _checkAtMost("spotChecks", MAX_SPOT_CHECKS, next.spotChecks);
        _checkAtMost("minExpiration", block.number + MAX_COMMITMENT, next.minExpiration);
        if (next.spotChecks == 0 && next.minDataBytes == 0) revert SectorConditions_NothingPromised(loanId, index);
        Conditions memory previous = _promises[loanId][index];
        bool looser = next.spotChecks < previous.spotChecks || next.minExpiration < previous.minExpiration;
        if (looser || next.minDataBytes < previous.minDataBytes) {
            revert SectorConditions_Loosened(loanId, index, previous, next);
        }
        _promises[loanId][index] = next;
        emit ConditionsPromised(loanId, index, next);
    }

    /// @inheritdoc ISectorConditions
    function unmet(uint256 loanId, uint256 index, uint256 amount, uint256 drawEpoch) external view returns (Unmet) {
        Conditions memory asked = _asked(loanId, index, amount, drawEpoch);
        if (asked.spotChecks != 0 && !_checks[loanId][index].passed) return Unmet.SpotCheck;
        if (asked.minDataBytes != 0 && _data[loanId][index] < asked.minDataBytes) return Unmet.Data;
        return Unmet.None;
    }

    /// @dev The promise, raised to the policy of the draw.
    function _asked(
        uint256 loanId,
        uint256 index,
        uint256 amount,
        uint256 drawEpoch
    ) private view returns (Conditions memory asked) {
        asked = _promises[loanId][index];
        Policy memory policy = policyAt(drawEpoch);
        if (policy.spotChecks == 0 || amount < policy.fromAmount) return asked;
        asked.spotChecks = Math.max(asked.spotChecks, policy.spotChecks).toUint8();
        asked.minExpiration = Math.max(asked.minExpiration, drawEpoch + policy.minLifetime).toUint32();
    }

    // ---------------------------------------------------------------- spot checks

    /// @inheritdoc ISectorConditions
    function commit(uint256 loanId, SectorRange[] calldata ranges) external returns (uint256 sampleEpoch) {
        _requireSp(loanId);
        Loan memory loan = _inProof(loanId);
        uint256 index = loan.provenCount;
        if (_askedNow(loanId, loan).spotChecks == 0) revert SectorConditions_NothingToCheck(loanId, index);
        SpotCheck storage spot = _checks[loanId][index];
        _requireFree(loanId, index, spot);
        uint64 minerId = LOAN_BOOK.minersOf(loanId)[loan.drawMinerIndex].minerId;
        _requireGrown(loanId, loan, minerId);
        uint256 sectors = _count(ranges);
        _requireCovered(minerId, sectors);

        sampleEpoch = block.number + LOOKAHEAD;
        uint256 attempt = spot.attempts + 1;
        _checks[loanId][index] = SpotCheck({
            minerId: minerId,
            sectors: sectors.toUint32(),
            sampleEpoch: sampleEpoch.toUint32(),
            // an answer that does not come is a failed one
            retryFrom: (sampleEpoch + ANSWER_WINDOW + COOL_OFF).toUint32(),
            attempts: uint8(attempt), // <= MAX_ATTEMPTS
            passed: false,
            rangesHash: _hash(ranges)
        });
        emit SpotCheckOpened(loanId, index, minerId, attempt, sampleEpoch, ranges);
    }

    /// @inheritdoc ISectorConditions
    function check(
        uint256 loanId,
        SectorRange[] calldata ranges,
        bytes[] calldata locations
    ) external returns (bool passed) {
        Loan memory loan = _inProof(loanId);
        uint256 index = loan.provenCount;
        uint64[] memory sectors = _sample(loanId, loan, ranges);
        if (locations.length != sectors.length) {
            revert SectorConditions_LocationCount(sectors.length, locations.length);
        }
        uint256 minExpiration = _minExpiration(loanId, loan);
        uint64 minerId = _checks[loanId][index].minerId;
        for (uint256 i; i < sectors.length; ++i) {
            int64 expiration = _expirationIfActive(minerId, sectors[i], locations[i]);
            if (expiration > 0 && uint256(uint64(expiration)) >= minExpiration) continue;
            _close(_checks[loanId][index], false);
            emit SpotCheckFailed(loanId, index, minerId, sectors[i], minExpiration, expiration);
            return false;
        }
        _close(_checks[loanId][index], true);
        emit SpotCheckPassed(loanId, index, minerId, sectors);
        return true;
    }

    /// @inheritdoc ISectorConditions
    function sampleOf(uint256 loanId, SectorRange[] calldata ranges) external view returns (uint64[] memory) {
        return _sample(loanId, _inProof(loanId), ranges);
    }

    /// @inheritdoc ISectorConditions
    function locate(
        uint256 loanId,
        SectorRange[] calldata ranges
    ) external view returns (uint64[] memory sectors, bytes[] memory locations) {
        Loan memory loan = _inProof(loanId);
        sectors = _sample(loanId, loan, ranges);
        locations = new bytes[](sectors.length);
        uint64 minerId = _checks[loanId][loan.provenCount].minerId;
        for (uint256 i; i < sectors.length; ++i) {
            locations[i] = MinerActor.generateSectorLocation(minerId, sectors[i]);
        }
    }

    function _requireFree(uint256 loanId, uint256 index, SpotCheck storage spot) private view {
        if (spot.passed) revert SectorConditions_AlreadyPassed(loanId, index);
        if (spot.attempts == MAX_ATTEMPTS) revert SectorConditions_NoAttemptLeft(loanId, index, MAX_ATTEMPTS);
        if (block.number < spot.retryFrom) {
            revert SectorConditions_CoolOff(loanId, index, spot.retryFrom, block.number);
        }
    }

    /// @dev As a proof will ask. Before that, the sectors that the draw pays for need not be there, and the lot would be drawn from others.
    function _requireGrown(uint256 loanId, Loan memory loan, uint64 minerId) private view {
        Tranche memory tranche = LOAN_BOOK.tranchesOf(loanId)[loan.provenCount];
        uint256 shareWad = LOAN_BOOK.riskEngine().params().proofPledgeWad;
        uint256 pledgeDue = loan.pledgeBase + Math.mulDiv(tranche.amount, shareWad, WAD, Math.Rounding.Ceil);
        uint256 powerDue = uint256(loan.powerBase) + tranche.minPowerDelta;
        CollateralFacts memory facts = MINER_FACTS.collateral(minerId, 0, 0, false);
        (uint256 pledge, uint256 power) = (facts.initialPledge, facts.qaPowerBytes);
        if (pledge < pledgeDue || power < powerDue) {
            revert SectorConditions_NotGrown(minerId, pledgeDue, pledge, powerDue, power);
        }
    }

    function _count(SectorRange[] calldata ranges) private pure returns (uint256 sectors) {
        if (ranges.length == 0 || ranges.length > MAX_RANGES) {
            revert SectorConditions_RangeCount(MAX_RANGES, ranges.length);
        }
        uint256 next;
        for (uint256 i; i < ranges.length; ++i) {
            (uint256 first, uint256 count) = (ranges[i].first, ranges[i].count);
            if (count == 0 || first < next || first + count - 1 > MAX_SECTOR_NUMBER) {
                revert SectorConditions_BadRange(i, next, first, count);
            }
            next = first + count;
            sectors += count;
        }
    }

    /// @dev Raw power is exactly the size of the sectors that are proven and not faulty. So no sector that is worth anything can be left
    /// out of the lot, unless another, active one stands in for it.
    function _requireCovered(uint64 minerId, uint256 sectors) private view {
        (uint256 rawPower, ) = PowerActor.minerPower(minerId);
        uint256 required = Math.ceilDiv(rawPower, MinerActor.getSectorSize(minerId));
        if (sectors < required) revert SectorConditions_NotCovered(minerId, required, sectors);
    }

    function _sample(
        uint256 loanId,
        Loan memory loan,
        SectorRange[] calldata ranges
    ) private view returns (uint64[] memory sectors) {
        SpotCheck memory spot = _checks[loanId][loan.provenCount];
        if (spot.sampleEpoch == 0) revert SectorConditions_NotCommitted(loanId, loan.provenCount);
        uint256 from = uint256(spot.sampleEpoch) + 1;
        if (block.number < from || block.number >= from + ANSWER_WINDOW) {
            revert SectorConditions_OutsideWindow(from, from + ANSWER_WINDOW - 1, block.number);
        }
        bytes32 actual = _hash(ranges);
        if (actual != spot.rangesHash) revert SectorConditions_OtherRanges(spot.rangesHash, actual);
        bytes32 seed = keccak256(
            abi.encode(MINER_FACTS.beaconRandomness(spot.sampleEpoch), address(this), loanId, loan.provenCount)
        );
        uint256[] memory drawn = SectorSampling.draw(seed, spot.sectors, _askedNow(loanId, loan).spotChecks);
        sectors = new uint64[](drawn.length);
        for (uint256 i; i < drawn.length; ++i) sectors[i] = SectorSampling.at(ranges, drawn[i]);
    }

    /// @dev 0 for a sector that is not active: dead, faulty or never committed. A terminated one keeps its nominal expiration.
    function _expirationIfActive(uint64 minerId, uint64 sector, bytes calldata location) private view returns (int64) {
        try MINER_FACTS.sectorStatus(minerId, sector, ACTIVE, location) returns (bool active) {
            return active ? MINER_FACTS.sectorExpiration(minerId, sector) : int64(0);
        } catch (bytes memory reason) {
            // The caller's mistake, not the sector's: where it is changes with compaction.
            revert SectorConditions_BadLocation(minerId, sector, reason);
        }
    }

    function _close(SpotCheck storage spot, bool passed) private {
        (spot.passed, spot.sampleEpoch, spot.retryFrom) = (passed, 0, (block.number + COOL_OFF).toUint32());
    }

    function _minExpiration(uint256 loanId, Loan memory loan) private view returns (uint256) {
        FixedStatus memory terms = LOAN_BOOK.termsOf(loanId);
        return Math.max(_askedNow(loanId, loan).minExpiration, terms.isFixed ? terms.maturity : 0);
    }

    // ---------------------------------------------------------------- data

    /// @dev Told by a miner, whichever: what does not count is accepted all the same, since a refusal could only spoil sealing. The
    /// same sector may be told of again, through this contract's other address: what counts of a sector is the most told at once.
    function _onSectorContentChanged(uint64 minerId, SectorChange[] memory changes) internal override {
        uint256 loanId = LOAN_BOOK.loanOfMiner(minerId);
        if (loanId == 0) return;
        Loan memory loan = LOAN_BOOK.loanOf(loanId);
        if (!_awaitsProof(loan)) return;
        Conditions memory promised = _promises[loanId][loan.provenCount];
        if (promised.minDataBytes == 0) return;
        if (LOAN_BOOK.minersOf(loanId)[loan.drawMinerIndex].minerId != minerId) return;

        uint256 added;
        for (uint256 i; i < changes.length; ++i) {
            int64 committed = changes[i].minimumCommitmentEpoch;
            if (committed < 0 || uint256(uint64(committed)) < promised.minExpiration) continue;
            added += _countNew(minerId, changes[i]);
        }
        if (added == 0) return;
        uint256 total = _data[loanId][loan.provenCount] + added;
        _data[loanId][loan.provenCount] = total;
        emit DataCounted(loanId, loan.provenCount, minerId, added, total);
    }

    function _countNew(uint64 minerId, SectorChange memory change) private returns (uint256 added) {
        uint256 told = _bytesIn(change.added);
        uint256 known = _counted[minerId][change.sector];
        if (told <= known) return 0;
        _counted[minerId][change.sector] = told;
        return told - known;
    }

    /// @dev A piece named twice is there once.
    function _bytesIn(PieceChange[] memory pieces) private pure returns (uint256 total) {
        uint256 count = Math.min(pieces.length, MAX_PIECES);
        for (uint256 i; i < count; ++i) {
            uint256 j;
            while (j < i && pieces[j].commP != pieces[i].commP) ++j;
            if (j == i) total += pieces[i].paddedSize;
        }
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc ISectorConditions
    function conditionsOf(uint256 loanId, uint256 index) external view returns (Conditions memory) {
        Loan memory loan = LOAN_BOOK.loanOf(loanId);
        if (index >= loan.trancheCount) {
            revert SectorConditions_NotOpen(loanId, index, loan.drawnCount, loan.trancheCount);
        }
        bool isDrawn = index + 1 == loan.drawnCount;
        uint256 amount = LOAN_BOOK.tranchesOf(loanId)[index].amount;
        return _asked(loanId, index, amount, isDrawn ? loan.drawEpoch : block.number);
    }

    /// @inheritdoc ISectorConditions
    function promiseOf(uint256 loanId, uint256 index) external view returns (Conditions memory) {
        return _promises[loanId][index];
    }

    /// @inheritdoc ISectorConditions
    function policyAt(uint256 epoch) public view returns (Policy memory none) {
        // From the latest back, and no further than the longest proof is open: RISK needs two days for each change.
        for (uint256 i = _policies.length; i != 0; --i) {
            if (_policies[i - 1].since <= epoch) return _policies[i - 1];
        }
    }

    /// @inheritdoc ISectorConditions
    function spotCheckOf(uint256 loanId, uint256 index) external view returns (SpotCheck memory) {
        return _checks[loanId][index];
    }

    /// @inheritdoc ISectorConditions
    function dataOf(uint256 loanId, uint256 index) external view returns (uint256) {
        return _data[loanId][index];
    }

    // ---------------------------------------------------------------- small parts

    function _requireSp(uint256 loanId) private view {
        if (!LOAN_BOOK.isAuthorised(loanId, msg.sender)) revert SectorConditions_NotAuthorised(loanId, msg.sender);
    }

    /// @dev As the loan book sees it.
    function _awaitsProof(Loan memory loan) private pure returns (bool) {
        return !loan.frozen && loan.provenCount < loan.drawnCount;
    }

    function _inProof(uint256 loanId) private view returns (Loan memory loan) {
        loan = LOAN_BOOK.loanOf(loanId);
        if (!_awaitsProof(loan)) revert SectorConditions_NothingToProve(loanId);
    }

    function _askedNow(uint256 loanId, Loan memory loan) private view returns (Conditions memory) {
        uint256 amount = LOAN_BOOK.tranchesOf(loanId)[loan.provenCount].amount;
        return _asked(loanId, loan.provenCount, amount, loan.drawEpoch);
    }

    function _hash(SectorRange[] calldata ranges) private pure returns (bytes32) {
        return keccak256(abi.encode(ranges));
    }

    function _checkAtMost(bytes32 parameter, uint256 upper, uint256 actual) private pure {
        if (actual > upper) revert SectorConditions_OutOfBounds(parameter, 0, upper, actual);
    }
}
