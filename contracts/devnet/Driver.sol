// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {check} from "./ActorExit.sol";
import {Devnet} from "./Devnet.sol";
import {IFilecoinWorld} from "./IFilecoinWorld.sol";
import {MinerBirth} from "./MinerBirth.sol";
import {MinerCron} from "./MinerCron.sol";
import {MinerMath} from "./MinerMath.sol";
import {DeadlineState, Economics, Kind, Miner, PreCommit, Purse, Run, SectorStatus} from "./Types.sol";

/// @title The driver's half of the simulated Filecoin: what native keys and block production do
/// @notice Implements the driver functions of `IFilecoinWorld`, on the world's storage by delegation.
contract Driver is MinerCron, MinerBirth {
    uint64 private constant PARTITION = 2349; // [sectors] of 32 GiB
    uint8 private constant ANY_DEADLINE = 255;

    fallback(bytes calldata) external payable returns (bytes memory) {
        (bool ok, bytes memory out) = Devnet.NOTIFIER.delegatecall(msg.data);
        if (ok) return out;
        assembly ("memory-safe") {
            revert(add(out, 32), mload(out))
        }
    }

    /// @dev Brings the miner up to date and gives it.
    function _fresh(uint64 id) private returns (Miner storage m) {
        if (_kind[id] != Kind.Miner) revert IFilecoinWorld.World_NotAMiner(id);
        _settle(id);
        return _miners[id];
    }

    function _now() private view returns (uint64) {
        return uint64(block.number);
    }

    // ------------------------------------------------------------------------------------------------ actors

    function register(address eth) external returns (uint64) {
        return _register(eth);
    }

    function createAccount() external returns (uint64) {
        return _newAccount();
    }

    function createMiner(address owner) external payable returns (uint64 id) {
        id = _newMiner(_register(owner), 0);
        _force(payable(Devnet.masked(id)), msg.value);
        _lockCreationDeposit(id, msg.value);
    }

    // ------------------------------------------------------------------------------------------------ network

    function setEconomics(Economics calldata economics) external {
        tick(); // what is past was charged at the old figures
        _economics = economics;
        _economics.configured = true;
    }

    function setRandomness(uint64 epoch, bytes32 digest) external {
        _beacon[epoch] = digest;
    }

    function tick() public {
        for (uint256 i; i < _minerIds.length; ++i) _settle(_minerIds[i]);
    }

    function tickMiner(uint64 miner, uint64 until) external {
        if (_kind[miner] != Kind.Miner) revert IFilecoinWorld.World_NotAMiner(miner);
        if (until >= block.number) revert IFilecoinWorld.World_FutureEpoch(block.number, int256(uint256(until)));
        _settleUntil(miner, until);
    }

    // ------------------------------------------------------------------------------------------------ money

    function fund(uint64 miner) external payable {
        _fresh(miner);
        _force(payable(Devnet.masked(miner)), msg.value);
    }

    function award(uint64 miner, uint256 penalty) external payable {
        Miner storage m = _fresh(miner);
        _force(payable(Devnet.masked(miner)), msg.value);
        Purse memory p = _open(miner);
        uint256 vesting = (msg.value * 3) / 4;
        check(_unlocked(m, p) >= vesting, Devnet.INSUFFICIENT_FUNDS);
        _unlockVested(m, _now());
        _lock(m, vesting, _now());
        m.feeDebt += penalty;
        _repayPartial(m, p, _now());
        _close(p);
    }

    // ------------------------------------------------------------------------------------------------ sealing

    function preCommit(uint64 miner, uint32 count, bool verified, uint64 expiration) external returns (uint64 first) {
        Miner storage m = _fresh(miner);
        check(count != 0, Devnet.ILLEGAL_ARGUMENT);
        check(expiration >= _now() + Devnet.MAX_PROVE_COMMIT + Devnet.MIN_LIFETIME, Devnet.ILLEGAL_ARGUMENT);
        check(expiration <= _now() + Devnet.MAX_EXTENSION, Devnet.ILLEGAL_ARGUMENT);
        check(_now() > m.consensusFaultElapsed, Devnet.FORBIDDEN);
        Purse memory p = _open(miner);
        _repayAll(m, p);
        uint256 deposit = MinerMath.preCommitDeposit(_eco());
        check(_unlocked(m, p) >= deposit * count, Devnet.INSUFFICIENT_FUNDS);
        m.deposits += deposit * count;
        (first, m.nextSector) = (m.nextSector, m.nextSector + count);
        uint64 bound = _now() + Devnet.MAX_PROVE_COMMIT + Devnet.PRE_COMMIT_CLEANUP_DELAY;
        m.preCommits.push(PreCommit(first, count, verified, _now(), _cleanupAt(m, bound), expiration, deposit));
        m.cronActive = true;
        _close(p);
    }

    /// @dev The queue is rounded up to a deadline's start and read at deadline ends.
    function _cleanupAt(Miner storage m, uint64 bound) private view returns (uint64) {
        uint64 lastBefore = MinerMath.closeAfter(m.offset, bound - 2); // a deadline starts one epoch after a close
        return lastBefore + Devnet.DEADLINE;
    }

    function proveCommit(uint64 miner, uint64 first, uint32 count, uint8 deadline, uint128 pledge) external {
        Miner storage m = _fresh(miner);
        PreCommit memory c = _takePreCommit(m, first, count);
        check(_now() > c.committedAt + Devnet.CHALLENGE_DELAY, Devnet.FORBIDDEN);
        check(_now() <= c.committedAt + Devnet.MAX_PROVE_COMMIT, Devnet.ILLEGAL_ARGUMENT);
        Purse memory p = _open(miner);
        _repayAll(m, p);
        m.deposits -= c.deposit * count;
        Economics memory e = _eco();
        Run memory r;
        r.qaPower = uint128(Devnet.SECTOR_SIZE * (c.verified ? 10 : 1));
        r.pledge = pledge != 0 ? pledge : uint128(MinerMath.initialPledge(e, r.qaPower));
        r.dailyFee = uint96(MinerMath.dailyFee(e, r.qaPower));
        (r.first, r.count, r.activation, r.expiration) = (first, count, _now(), c.expiration);
        check(_unlocked(m, p) >= uint256(r.pledge) * count, Devnet.INSUFFICIENT_FUNDS);
        m.pledge += uint256(r.pledge) * count;
        r.deadline = _chooseDeadline(m, miner, deadline);
        _place(m, miner, r);
        _close(p);
    }

    /// @dev Takes the first `count` sectors out of the batch that starts with `first`.
    function _takePreCommit(Miner storage m, uint64 first, uint32 count) private returns (PreCommit memory c) {
        for (uint256 i; i < m.preCommits.length; ++i) {
            if (m.preCommits[i].first != first || m.preCommits[i].count < count || count == 0) continue;
            c = m.preCommits[i];
            if (c.count == count) {
                _removePreCommit(m, i);
            } else {
                m.preCommits[i].first += count;
                m.preCommits[i].count -= count;
            }
            return c;
        }
        check(false, Devnet.NOT_FOUND);
    }

    /// @dev The open deadline and the next one cannot be changed.
    function _isMutable(Miner storage m, uint64 deadline) private view returns (bool) {
        uint64 ahead = (deadline + Devnet.DEADLINES - MinerMath.deadlineAt(m.offset, _now())) % Devnet.DEADLINES;
        return ahead > 1;
    }

    function _chooseDeadline(Miner storage m, uint64 miner, uint8 wanted) private view returns (uint8 best) {
        if (wanted != ANY_DEADLINE) {
            check(wanted < Devnet.DEADLINES && _isMutable(m, wanted), Devnet.ILLEGAL_ARGUMENT);
            return wanted;
        }
        uint32 least = type(uint32).max;
        for (uint8 i; i < Devnet.DEADLINES; ++i) {
            if (!_isMutable(m, i) || _deadlines[miner][i].live >= least) continue;
            (best, least) = (i, _deadlines[miner][i].live);
        }
    }

    /// @dev Fills the deadline's last partition, then opens new ones.
    function _place(Miner storage m, uint64 miner, Run memory r) private {
        DeadlineState storage d = _deadlines[miner][r.deadline];
        uint32 left = r.count;
        while (left != 0) {
            uint32 room = uint32(PARTITION - (d.assigned % PARTITION));
            r.partition = uint32(d.assigned / PARTITION);
            r.count = left < room ? left : room;
            m.runs.push(r);
            r.first += r.count;
            left -= r.count;
            d.live += r.count;
            d.assigned += r.count;
        }
        _noteLive(m, d, r.deadline);
    }

    // ------------------------------------------------------------------------------------------------ proofs and faults

    function submitPost(uint64 miner, uint8 deadline) external {
        Miner storage m = _fresh(miner);
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (r.deadline != deadline || !_isLive(r)) continue;
            if (r.status == SectorStatus.Unproven || r.recovering) _activate(m, r);
        }
    }

    function setMissing(uint64 miner, uint48 deadlines) external {
        _fresh(miner).missMask = deadlines;
    }

    function declareFaults(uint64 miner, uint64 first, uint32 count) external {
        Miner storage m = _fresh(miner);
        _isolate(m, first, count);
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (!_within(r, first, count)) continue;
            _checkCutoff(m, r.deadline);
            _fail(m, r, MinerMath.closeOf(m.offset, r.deadline, _now()) + Devnet.FAULT_MAX_AGE);
        }
    }

    function declareRecoveries(uint64 miner, uint64 first, uint32 count) external {
        Miner storage m = _fresh(miner);
        check(_now() > m.consensusFaultElapsed, Devnet.FORBIDDEN);
        Purse memory p = _open(miner);
        _repayAll(m, p);
        _isolate(m, first, count);
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (!_within(r, first, count)) continue;
            _checkCutoff(m, r.deadline);
            if (r.status == SectorStatus.Faulty) r.recovering = true;
        }
        _close(p);
    }

    /// @dev Faults and recoveries must be declared 70 epochs before the deadline opens.
    function _checkCutoff(Miner storage m, uint64 deadline) private view {
        uint64 opens = MinerMath.closeOf(m.offset, deadline, _now()) + 1 - Devnet.DEADLINE;
        check(_now() + Devnet.FAULT_CUTOFF < opens, Devnet.ILLEGAL_ARGUMENT);
    }

    function terminate(uint64 miner, uint64 first, uint32 count) external {
        Miner storage m = _fresh(miner);
        _isolate(m, first, count);
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (!_within(r, first, count)) continue;
            check(_isMutable(m, r.deadline), Devnet.ILLEGAL_ARGUMENT);
            m.terminating += r.count;
            _kill(m, _deadlines[miner][r.deadline], r, SectorStatus.Terminating, _now());
            _noteLive(m, _deadlines[miner][r.deadline], r.deadline);
        }
        Purse memory p = _open(miner);
        _processTerminations(m, p, _eco(), _now());
        _close(p);
    }

    function extend(uint64 miner, uint64 first, uint32 count, uint64 expiration) external {
        Miner storage m = _fresh(miner);
        _isolate(m, first, count);
        for (uint256 i; i < m.runs.length; ++i) {
            check(!_within(m.runs[i], first, count) || m.runs[i].status != SectorStatus.Faulty, Devnet.ILLEGAL_STATE);
        }
        check(expiration <= _now() + Devnet.MAX_EXTENSION, Devnet.ILLEGAL_ARGUMENT);
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (!_within(r, first, count)) continue;
            check(expiration >= r.expiration, Devnet.ILLEGAL_ARGUMENT);
            check(expiration - r.activation <= Devnet.MAX_LIFETIME, Devnet.ILLEGAL_ARGUMENT);
            r.expiration = expiration; // the daily fee stays what it was
        }
    }

    function compact(uint64 miner, uint8 deadline) external {
        Miner storage m = _fresh(miner);
        check(deadline < Devnet.DEADLINES && _isMutable(m, deadline), Devnet.FORBIDDEN);
        uint64 nextClose = MinerMath.closeOf(m.offset, deadline, _now());
        check(_now() + Devnet.DAY > nextClose + Devnet.DISPUTE_WINDOW, Devnet.FORBIDDEN); // the last proofs are final
        _dropDead(m, deadline);
        DeadlineState storage d = _deadlines[miner][deadline];
        d.assigned = 0;
        for (uint256 i; i < m.runs.length; ++i) {
            if (m.runs[i].deadline != deadline) continue;
            uint32 room = uint32(PARTITION - (d.assigned % PARTITION));
            if (m.runs[i].count > room) _split(m, i, room); // its tail comes later in this loop
            m.runs[i].partition = uint32(d.assigned / PARTITION);
            d.assigned += m.runs[i].count;
        }
    }

    function _dropDead(Miner storage m, uint8 deadline) private {
        for (uint256 i = m.runs.length; i != 0; --i) {
            Run storage r = m.runs[i - 1];
            if (r.deadline != deadline) continue;
            check(r.status == SectorStatus.Active || r.status == SectorStatus.Dead, Devnet.ILLEGAL_ARGUMENT);
            if (r.status != SectorStatus.Dead) continue;
            m.runs[i - 1] = m.runs[m.runs.length - 1];
            m.runs.pop();
        }
    }

    // ------------------------------------------------------------------------------------------------ penalties

    function dispute(uint64 miner, uint8 deadline, address reporter) external {
        Miner storage m = _fresh(miner);
        DeadlineState storage d = _deadlines[miner][deadline];
        check(deadline < Devnet.DEADLINES && _now() <= d.disputableUntil, Devnet.FORBIDDEN);
        d.disputableUntil = 0;
        uint256 disputed;
        uint64 expiry = MinerMath.closeOf(m.offset, deadline, _now()) + Devnet.FAULT_MAX_AGE;
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (r.deadline != deadline || r.status != SectorStatus.Active) continue;
            disputed += uint256(r.qaPower) * r.count;
            _fail(m, r, expiry);
        }
        check(disputed != 0, Devnet.ILLEGAL_ARGUMENT);
        _penalise(m, miner, MinerMath.invalidPostPenalty(_eco(), disputed) + 4 ether, 4 ether, reporter);
    }

    function reportConsensusFault(uint64 miner, address reporter) external {
        Miner storage m = _fresh(miner);
        check(_now() > m.consensusFaultElapsed, Devnet.FORBIDDEN);
        m.consensusFaultElapsed = _now() + Devnet.CONSENSUS_FAULT_INELIGIBILITY;
        uint256 epochReward = _eco().rewardPerEpoch;
        _penalise(m, miner, epochReward, epochReward / 20, reporter);
    }

    /// @dev The reporter is paid out of what could be collected.
    function _penalise(Miner storage m, uint64 miner, uint256 penalty, uint256 reward, address reporter) private {
        Purse memory p = _open(miner);
        m.feeDebt += penalty;
        _repayPartial(m, p, _now());
        uint256 paid = MinerMath.min(p.burn, reward);
        p.burn -= paid;
        if (paid != 0) _payFrom(miner, _register(reporter), paid);
        _close(p);
    }

    // ------------------------------------------------------------------------------------------------ runs

    /// @dev Cuts runs so that the range consists of whole ones, all of them live.
    function _isolate(Miner storage m, uint64 first, uint32 count) private {
        _cut(m, first);
        _cut(m, first + count);
        uint256 covered;
        for (uint256 i; i < m.runs.length; ++i) {
            if (_within(m.runs[i], first, count)) covered += m.runs[i].count;
        }
        check(count != 0 && covered == count, Devnet.NOT_FOUND);
    }

    function _within(Run storage r, uint64 first, uint32 count) private view returns (bool) {
        return _isLive(r) && r.first >= first && r.first + r.count <= first + count;
    }

    function _cut(Miner storage m, uint64 at) private {
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (r.first < at && at < r.first + r.count) return _split(m, i, uint32(at - r.first));
        }
    }
}
