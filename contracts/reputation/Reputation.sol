// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR, WAD} from "../libraries/Units.sol";
import {ILoanBook} from "../loans/interfaces/ILoanBook.sol";
import {Loan, LoanState} from "../loans/LoanTypes.sol";
import {IReputation, Mark, Record} from "./interfaces/IReputation.sol";

/// @title Reputation
/// @notice See `IReputation`. No owner, no role, no money; trusts the loan book alone.
contract Reputation is IReputation {
    using SafeCast for uint256;

    /// @dev Where a loan stood when its days were last counted. One slot: 20 + 8 + 4 = 32.
    struct Checkpoint {
        address holder; // zero when the loan was not in good standing, or a mark came since
        uint64 principal; // whole FIL, rounded down
        uint32 epoch;
    }

    /// @notice The score halves in this time; between halvings it falls in a straight line [epoch].
    uint256 public constant HALF_LIFE = EPOCHS_PER_YEAR;
    /// @notice A tier needs this long a record: a large loan alone makes nobody known [epoch].
    uint256 public constant MIN_STANDING = 90 * EPOCHS_PER_DAY;
    /// @notice After a provision no tier is earned for this long [epoch].
    uint256 public constant BAR = 180 * EPOCHS_PER_DAY;
    /// @notice A tranche proven in time counts as if it had stood this long: by amount, so that splitting earns nothing [days].
    uint256 public constant PROOF_DAYS = 10;
    /// @notice Scores from which the tiers start [FIL-days, wad]: 100 FIL for 100 days; ten and a hundred times that.
    uint256 public constant TIER_1 = 10_000 * WAD;
    uint256 public constant TIER_2 = 100_000 * WAD;
    uint256 public constant TIER_3 = 1_000_000 * WAD;

    ILoanBook public immutable LOAN_BOOK;

    mapping(address provider => Record record) private _records;
    mapping(uint256 loanId => Checkpoint checkpoint) private _checkpoints;

    constructor(ILoanBook loanBook) {
        LOAN_BOOK = loanBook;
    }

    /// @inheritdoc IReputation
    function credit(uint256 loanId) external returns (uint256 filDaysWad) {
        Loan memory loan = LOAN_BOOK.loanOf(loanId);
        Checkpoint memory last = _checkpoints[loanId];
        bool good = loan.state == LoanState.Healthy;
        address holder = good ? LOAN_BOOK.ownerOf(loanId) : address(0);
        uint256 principal = loan.principal / 1 ether; // below 2^37
        _checkpoints[loanId] = Checkpoint(holder, uint64(principal), block.number.toUint32());
        if (!good || last.holder != holder) return 0;
        filDaysWad = (Math.min(principal, last.principal) * (block.number - last.epoch) * WAD) / EPOCHS_PER_DAY;
        if (filDaysWad == 0) return 0;
        uint256 score = _add(holder, filDaysWad);
        emit Credited(loanId, holder, filDaysWad, score);
    }

    /// @inheritdoc IReputation
    function mark(uint256 loanId, address provider, Mark what, uint256 amount) external {
        if (msg.sender != address(LOAN_BOOK)) revert Reputation_NotLoanBook(address(LOAN_BOOK), msg.sender);
        uint256 score;
        if (what == Mark.Proven) {
            score = _add(provider, amount * PROOF_DAYS); // attoFIL is FIL in wad
            _records[provider].proofs = _next(_records[provider].proofs);
        } else {
            delete _checkpoints[loanId].holder; // what was not credited before is not credited any more
            score = _punish(provider, what);
        }
        emit Marked(loanId, provider, what, score);
    }

    /// @inheritdoc IReputation
    function recordOf(address provider) external view returns (Record memory) {
        return _records[provider];
    }

    /// @notice See ITiers.
    function tierOf(address provider) external view returns (uint8) {
        Record memory r = _records[provider];
        if (r.since == 0 || block.number < r.since + MIN_STANDING || block.number < r.barredUntil) return 0;
        uint256 score = _decayed(r);
        if (score >= TIER_3) return 3;
        if (score >= TIER_2) return 2;
        return score >= TIER_1 ? 1 : 0;
    }

    /// @notice See ITiers.
    function scoreOf(address provider) external view returns (uint256) {
        return _decayed(_records[provider]);
    }

    function _add(address provider, uint256 filDaysWad) private returns (uint256 score) {
        Record storage r = _records[provider];
        score = Math.min(_decayed(r) + filDaysWad, type(uint112).max);
        (r.score, r.scoredAt) = (uint112(score), block.number.toUint32());
        if (r.since == 0) r.since = block.number.toUint32();
    }

    function _punish(address provider, Mark what) private returns (uint256 score) {
        Record storage r = _records[provider];
        score = _decayed(r);
        if (what == Mark.Called) {
            score /= 2;
            r.calls = _next(r.calls);
        } else if (what == Mark.Reclaimed) {
            score = (score * 3) / 4;
        } else {
            (score, r.since) = (0, 0);
            r.barredUntil = (block.number + BAR).toUint32();
        }
        (r.score, r.scoredAt) = (uint112(score), block.number.toUint32());
    }

    /// @dev Rounded down.
    function _decayed(Record memory r) private view returns (uint256 score) {
        uint256 elapsed = block.number - r.scoredAt;
        score = uint256(r.score) >> Math.min(elapsed / HALF_LIFE, 255);
        score -= Math.ceilDiv(score * (elapsed % HALF_LIFE), 2 * HALF_LIFE);
    }

    function _next(uint16 count) private pure returns (uint16) {
        return count == type(uint16).max ? count : count + 1;
    }
}
