// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "./Devnet.sol";
import {Miner, PreCommit, Run} from "./Types.sol";
import {WorldState} from "./WorldState.sol";

/// @title A miner's whole state as one list of words
/// @notice For histories of many thousand steps: nested structs take most of the time there.
abstract contract WordLens is WorldState {
    struct List {
        uint256[] words;
        uint256 length;
    }

    /// @notice Scalars, controls, sectors, pre-commits and vesting rows of a miner, then the balances of `watched` [attoFIL];
    ///         each list comes with its length first.
    function words(uint64 miner, address[] calldata watched) external view returns (uint256[] memory) {
        Miner storage m = _miners[miner];
        uint256 most =
            64 + 16 * m.runs.length + 8 * m.preCommits.length + 2 * (m.vestHigh - m.vestLow) + watched.length;
        List memory list = List(new uint256[](most), 0);
        _putRoles(list, m);
        _putMoney(list, m, miner);
        _putTerm(list, m);
        _put(list, m.runs.length);
        for (uint256 i; i < m.runs.length; ++i) _putRun(list, m.runs[i]);
        _put(list, m.preCommits.length);
        for (uint256 i; i < m.preCommits.length; ++i) _putPreCommit(list, m.preCommits[i]);
        _putVesting(list, m);
        _put(list, watched.length);
        for (uint256 i; i < watched.length; ++i) _put(list, watched[i].balance);
        return _cut(list);
    }

    function _cut(List memory list) private pure returns (uint256[] memory words_) {
        words_ = list.words;
        uint256 length = list.length;
        assembly ("memory-safe") {
            mstore(words_, length)
        }
    }

    function _put(List memory list, uint256 word) private pure {
        list.words[list.length++] = word;
    }

    function _put2(List memory list, uint256 a, uint256 b) private pure {
        _put(list, a);
        _put(list, b);
    }

    function _flag(bool value) private pure returns (uint256) {
        return value ? 1 : 0;
    }

    function _signed(int64 value) private pure returns (uint256) {
        return uint256(int256(value));
    }

    function _putRoles(List memory list, Miner storage s) private view {
        _put2(list, s.owner, s.pendingOwner);
        _put2(list, s.beneficiary, s.worker);
        _put2(list, s.newWorker, s.newWorker == 0 ? 0 : s.workerAt);
        _put2(list, _flag(s.cronActive), s.cronDone);
        _put2(list, s.earlyWorkAt, s.consensusFaultElapsed);
        _put2(list, s.nextSector, s.terminating);
    }

    function _putMoney(List memory list, Miner storage s, uint64 id) private view {
        _put2(list, Devnet.masked(id).balance, s.pledge);
        _put2(list, s.deposits, s.locked);
        _put(list, s.feeDebt);
        _put2(list, s.rawPower, s.qaPower);
    }

    function _putTerm(List memory list, Miner storage s) private view {
        _put2(list, s.term.quota, s.term.used);
        _put2(list, _signed(s.term.expiration), _flag(s.proposal.exists));
        _put2(list, s.proposal.nominee, s.proposal.quota);
        _put2(list, _signed(s.proposal.expiration), _flag(s.proposal.byBeneficiary));
        _put2(list, _flag(s.proposal.byNominee), s.controls.length);
        for (uint256 i; i < s.controls.length; ++i) _put(list, s.controls[i]);
    }

    /// @dev Most of a table's slots are empty or alike, so the loop is written close to the machine.
    function _putVesting(List memory list, Miner storage m) private view {
        mapping(uint64 slot => uint256) storage vesting = m.vesting;
        (uint256 low, uint256 high, uint256 phase) = (m.vestLow, m.vestHigh, m.offset % Devnet.VEST_QUANTUM);
        (uint256 quantum, uint256 rows, uint256[] memory out, uint256 at) = (
            Devnet.VEST_QUANTUM,
            0,
            list.words,
            list.length
        );
        assembly ("memory-safe") {
            let start := add(add(out, 32), mul(at, 32))
            let cursor := add(start, 32)
            mstore(32, vesting.slot)
            for {} lt(low, high) {
                low := add(low, 1)
            } {
                mstore(0, low)
                let amount := sload(keccak256(0, 64))
                if amount {
                    mstore(cursor, add(mul(low, quantum), phase))
                    mstore(add(cursor, 32), amount)
                    cursor := add(cursor, 64)
                    rows := add(rows, 1)
                }
            }
            mstore(start, rows)
        }
        list.length = at + 1 + 2 * rows;
    }

    function _putRun(List memory list, Run storage r) private view {
        _put2(list, r.first, r.count);
        _put2(list, r.deadline, r.partition);
        _put2(list, uint256(r.status), _flag(r.recovering));
        _put2(list, r.dailyFee, r.activation);
        _put2(list, r.expiration, r.faultExpiry);
        _put2(list, r.terminatedAt, r.pledge);
        _put(list, r.qaPower);
    }

    function _putPreCommit(List memory list, PreCommit storage c) private view {
        _put2(list, c.first, c.count);
        _put2(list, _flag(c.verified), c.committedAt);
        _put2(list, c.cleanupAt, c.expiration);
        _put(list, c.deposit);
    }
}
