// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "./Devnet.sol";
import {MinerFunds} from "./MinerFunds.sol";
import {MinerMath} from "./MinerMath.sol";
import {DeadlineState, Economics, Miner, PreCommit, Purse, Run, SectorStatus} from "./Types.sol";

/// @title What cron does to a miner at each deadline's end
/// @dev On Filecoin the cron of an epoch runs after its messages. So before a miner is touched in block N, the cron of
///      every epoch up to N - 1 is caught up with, event by event in their order; deadlines where nothing can change are
///      passed over, which leaves the same state as stopping at each (test/model compares both).
abstract contract MinerCron is MinerFunds {
    uint64 private constant NEVER = type(uint64).max;

    // ------------------------------------------------------------------------------------------------ catching up

    /// @notice Runs the miner's cron for all epochs before this block.
    function _settle(uint64 id) internal {
        if (block.number > 1) _settleUntil(id, uint64(block.number) - 1);
    }

    function _settleUntil(uint64 id, uint64 until) internal {
        Miner storage m = _miners[id];
        if (m.cronDone >= until) return;
        Purse memory p = _open(id);
        uint64 next = _nextEvent(m, p);
        if (next <= until) {
            Work memory w = _index(m, _eco());
            for (; next <= until; next = _nextEvent(m, p)) _runEvent(m, p, w, next);
        }
        _passIdle(m, until);
        m.cronDone = until;
        _close(p);
    }

    /// @dev What one catching-up needs at every deadline: the live runs of each, as linked lists of indices plus one.
    struct Work {
        Economics economics;
        uint256[] heads;
        uint256[] nexts;
    }

    /// @dev Runs that arise while cron runs are splits of terminated ones: none of them is live.
    function _index(Miner storage m, Economics memory e) private view returns (Work memory w) {
        uint256 count = m.runs.length;
        w = Work(e, new uint256[](Devnet.DEADLINES), new uint256[](count));
        for (uint256 i = count; i != 0; --i) {
            Run storage r = m.runs[i - 1];
            if (!_isLive(r)) continue;
            w.nexts[i - 1] = w.heads[r.deadline];
            w.heads[r.deadline] = i;
        }
    }

    /// @notice The next epoch whose cron changes more than time alone does.
    function _nextEvent(Miner storage m, Purse memory p) private view returns (uint64 at) {
        at = m.earlyWorkAt == 0 ? NEVER : m.earlyWorkAt;
        if (!m.cronActive) return at;
        uint64 first = MinerMath.closeAfter(m.offset, m.cronDone);
        if (m.feeDebt != 0 && (m.locked != 0 || _unlocked(m, p) != 0)) return _earlier(at, first);
        if (m.newWorker != 0) at = _earlier(at, MinerMath.closeAfter(m.offset, _later(m.workerAt - 1, m.cronDone)));
        for (uint256 i; i < m.preCommits.length; ++i) at = _earlier(at, m.preCommits[i].cleanupAt);
        if (m.liveMask != 0) at = _earlier(at, _nextLiveClose(m, first));
        if (m.pledge == 0 && m.deposits == 0) at = _earlier(at, _lastClose(m, first));
    }

    function _nextLiveClose(Miner storage m, uint64 first) private view returns (uint64) {
        uint64 deadline = MinerMath.deadlineAt(m.offset, first);
        uint48 mask = m.liveMask;
        for (uint64 i; i < Devnet.DEADLINES; ++i) {
            if ((mask >> ((deadline + i) % Devnet.DEADLINES)) & 1 != 0) return first + i * Devnet.DEADLINE;
        }
        return NEVER;
    }

    /// @dev Cron ends with the close that finds nothing locked any more.
    function _lastClose(Miner storage m, uint64 first) private view returns (uint64) {
        if (m.locked == 0) return first;
        return MinerMath.closeAfter(m.offset, _later(_slotEpoch(m, m.vestHigh - 1), m.cronDone));
    }

    function _earlier(uint64 a, uint64 b) private pure returns (uint64) {
        return a < b ? a : b;
    }

    function _later(uint64 a, uint64 b) private pure returns (uint64) {
        return a > b ? a : b;
    }

    function _runEvent(Miner storage m, Purse memory p, Work memory w, uint64 epoch) private {
        if (m.cronActive && MinerMath.closeAfter(m.offset, epoch - 1) == epoch) _closeDeadline(m, p, w, epoch);
        if (m.earlyWorkAt == epoch) {
            m.earlyWorkAt = 0;
            _processTerminations(m, p, w.economics, epoch);
        }
        m.cronDone = epoch;
    }

    /// @dev Deadlines at which only vesting goes on.
    function _passIdle(Miner storage m, uint64 until) private {
        if (!m.cronActive) return;
        uint64 next = MinerMath.closeAfter(m.offset, until);
        if (next >= Devnet.DEADLINE && next - Devnet.DEADLINE > m.cronDone) _unlockVested(m, next - Devnet.DEADLINE);
    }

    // ------------------------------------------------------------------------------------------------ one deadline

    /// @dev The order is handle_proving_deadline's.
    function _closeDeadline(Miner storage m, Purse memory p, Work memory w, uint64 epoch) private {
        if (m.newWorker != 0 && epoch >= m.workerAt) (m.worker, m.newWorker) = (m.newWorker, 0);
        _burnExpiredPreCommits(m, epoch);
        bool hadTerminations = m.terminating != 0;
        _proveAndExpire(m, p.id, w, epoch);
        _repayPartial(m, p, epoch);
        _unlockVested(m, epoch);
        m.cronActive = m.deposits != 0 || m.pledge != 0 || m.locked != 0;
        if (!hadTerminations && m.terminating != 0) _processTerminations(m, p, w.economics, epoch);
    }

    function _burnExpiredPreCommits(Miner storage m, uint64 epoch) private {
        for (uint256 i = m.preCommits.length; i != 0; --i) {
            PreCommit storage c = m.preCommits[i - 1];
            if (c.cleanupAt > epoch) continue;
            m.deposits -= c.deposit * c.count;
            m.feeDebt += c.deposit * c.count;
            _removePreCommit(m, i - 1);
        }
    }

    function _removePreCommit(Miner storage m, uint256 index) internal {
        m.preCommits[index] = m.preCommits[m.preCommits.length - 1];
        m.preCommits.pop();
    }

    struct Tally {
        uint256 faultyQa; // [bytes] faulty before this close and still
        uint256 liveQa; // [bytes]
        uint256 fees; // [attoFIL]
        bool proven;
    }

    function _proveAndExpire(Miner storage m, uint64 id, Work memory w, uint64 epoch) private {
        uint64 deadline = MinerMath.deadlineAt(m.offset, epoch);
        DeadlineState storage d = _deadlines[id][deadline];
        if (d.live == 0) return;
        Tally memory t;
        for (uint256 i = w.heads[deadline]; i != 0; i = w.nexts[i - 1]) {
            Run storage r = m.runs[i - 1];
            if (_isLive(r)) _advance(m, d, r, t, epoch);
        }
        if (t.proven) d.disputableUntil = epoch + Devnet.DISPUTE_WINDOW;
        _noteLive(m, d, deadline);
        if (t.faultyQa != 0) m.feeDebt += MinerMath.faultFee(w.economics, t.faultyQa);
        if (t.fees != 0) m.feeDebt += MinerMath.payableFee(w.economics, t.fees, t.liveQa);
    }

    /// @dev Window PoSt is taken to arrive in a deadline's last epoch, unless the miner misses it.
    function _advance(Miner storage m, DeadlineState storage d, Run storage r, Tally memory t, uint64 epoch) private {
        bool posted = (m.missMask >> r.deadline) & 1 == 0;
        if (posted) _prove(m, r, t);
        if (r.status == SectorStatus.Faulty) t.faultyQa += uint256(r.qaPower) * r.count;
        if (!posted) _fail(m, r, epoch + Devnet.FAULT_MAX_AGE);
        if (epoch >= r.expiration) {
            m.pledge -= uint256(r.pledge) * r.count;
            _kill(m, d, r, SectorStatus.Dead, epoch);
        } else if (r.status == SectorStatus.Faulty && epoch >= r.faultExpiry) {
            m.terminating += r.count;
            _kill(m, d, r, SectorStatus.Terminating, epoch);
        } else {
            t.liveQa += uint256(r.qaPower) * r.count;
            t.fees += uint256(r.dailyFee) * r.count;
        }
    }

    function _prove(Miner storage m, Run storage r, Tally memory t) private {
        if (r.status == SectorStatus.Unproven || (r.status == SectorStatus.Faulty && r.recovering)) _activate(m, r);
        if (r.status == SectorStatus.Active) t.proven = true;
    }

    // ------------------------------------------------------------------------------------------------ sector states

    function _isLive(Run storage r) internal view returns (bool) {
        return r.status < SectorStatus.Dead;
    }

    function _activate(Miner storage m, Run storage r) internal {
        (r.status, r.recovering, r.faultExpiry) = (SectorStatus.Active, false, 0);
        m.rawPower += Devnet.SECTOR_SIZE * r.count;
        m.qaPower += uint256(r.qaPower) * r.count;
    }

    /// @notice Makes a live run faulty; one that is so already keeps its expiry and loses its declared recovery.
    function _fail(Miner storage m, Run storage r, uint64 faultExpiry) internal {
        _losePower(m, r);
        if (r.status != SectorStatus.Faulty) (r.status, r.faultExpiry) = (SectorStatus.Faulty, faultExpiry);
        r.recovering = false;
    }

    function _losePower(Miner storage m, Run storage r) private {
        if (r.status != SectorStatus.Active) return;
        m.rawPower -= Devnet.SECTOR_SIZE * r.count;
        m.qaPower -= uint256(r.qaPower) * r.count;
    }

    function _kill(Miner storage m, DeadlineState storage d, Run storage r, SectorStatus to, uint64 epoch) internal {
        _losePower(m, r);
        (r.status, r.terminatedAt, r.recovering) = (to, epoch, false);
        d.live -= r.count;
    }

    function _noteLive(Miner storage m, DeadlineState storage d, uint64 deadline) internal {
        uint48 bit = uint48(1) << uint48(deadline);
        m.liveMask = d.live == 0 ? m.liveMask & ~bit : m.liveMask | bit;
    }

    // ------------------------------------------------------------------------------------------------ terminations

    /// @notice Charges sectors that were terminated, as many as one message may; the rest waits for the next epoch.
    function _processTerminations(Miner storage m, Purse memory p, Economics memory e, uint64 epoch) internal {
        if (m.terminating == 0) return;
        uint256 budget = e.earlyTerminationLimit;
        (uint256 fees, uint256 pledges) = (0, 0);
        while (m.terminating != 0 && budget != 0) {
            Run storage r = m.runs[_nextTerminating(m, budget)];
            uint256 fee = MinerMath.terminationFee(
                r.pledge,
                r.terminatedAt - r.activation,
                MinerMath.faultFee(e, r.qaPower)
            );
            fees += fee * r.count;
            pledges += uint256(r.pledge) * r.count;
            r.status = SectorStatus.Dead;
            m.terminating -= r.count;
            budget -= r.count;
        }
        m.feeDebt += fees;
        m.pledge -= pledges;
        _repayPartial(m, p, epoch);
        if (m.terminating != 0 && m.earlyWorkAt == 0) m.earlyWorkAt = epoch + 1;
    }

    /// @dev The queue's order: deadline, partition, epoch, sector number.
    function _nextTerminating(Miner storage m, uint256 budget) private returns (uint256 best) {
        uint256 bestKey = type(uint256).max;
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (r.status != SectorStatus.Terminating) continue;
            uint256 key =
                (uint256(r.deadline) << 160) |
                    (uint256(r.partition) << 128) |
                    (uint256(r.terminatedAt) << 64) |
                    r.first;
            if (key < bestKey) (best, bestKey) = (i, key);
        }
        if (m.runs[best].count > budget) _split(m, best, uint32(budget));
    }

    /// @notice Leaves the first `count` sectors in the run and moves the others to a new one.
    function _split(Miner storage m, uint256 index, uint32 count) internal {
        Run memory tail = m.runs[index];
        (tail.first, tail.count) = (tail.first + count, tail.count - count);
        m.runs[index].count = count;
        m.runs.push(tail);
    }
}
