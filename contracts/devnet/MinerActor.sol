// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "./ActorCbor.sol";
import {check} from "./ActorExit.sol";
import {Devnet} from "./Devnet.sol";
import {IMinerActor} from "./IMinerActor.sol";
import {MinerCron} from "./MinerCron.sol";
import {MinerMath} from "./MinerMath.sol";
import {Kind, Miner, Proposal, Purse, Run, SectorStatus, Term} from "./Types.sol";

/// @title The miner actor's exported methods (builtin-actors v18 `actors/miner`)
/// @dev Runs on the world's storage by delegation.
contract MinerActor is IMinerActor, MinerCron {
    using ActorCbor for ActorCbor.Reader;

    uint64 private constant GET_OWNER = 3275365574;
    uint64 private constant CHANGE_OWNER = 1010589339;
    uint64 private constant IS_CONTROLLING = 348244887;
    uint64 private constant GET_SECTOR_SIZE = 3858292296;
    uint64 private constant GET_AVAILABLE = 4026106874;
    uint64 private constant GET_VESTING = 1726876304;
    uint64 private constant INITIAL_PLEDGE = 3180523767;
    uint64 private constant MAX_TERMINATION_FEE = 4127382196;
    uint64 private constant GENERATE_LOCATION = 1321604665;
    uint64 private constant VALIDATE_STATUS = 3092458564;
    uint64 private constant GET_EXPIRATION = 3010055991;
    uint64 private constant GET_BENEFICIARY = 4158972569;
    uint64 private constant CHANGE_BENEFICIARY = 1570634796;
    uint64 private constant WITHDRAW = 2280458852;
    uint64 private constant REPAY_DEBT = 3665352697;
    uint64 private constant CHANGE_WORKER = 3302309124;
    uint64 private constant CONFIRM_WORKER = 2354970453;
    uint64 private constant CHANGE_PEER_ID = 1236548004;
    uint64 private constant CHANGE_MULTIADDRS = 1063480576;
    uint64 private constant GET_PEER_ID = 2812875329;
    uint64 private constant GET_MULTIADDRS = 1332909407;

    uint8 private constant STATUS_DEAD = 0;
    uint8 private constant STATUS_ACTIVE = 1;
    uint8 private constant STATUS_FAULTY = 2;
    int64 private constant NOWHERE = -1;

    /// @inheritdoc IMinerActor
    function settle(uint64 id) external payable {
        _settle(id);
    }

    /// @inheritdoc IMinerActor
    function handle(Message calldata message) external payable returns (bytes memory) {
        Message memory msg_ = message;
        if (_takesNothing(msg_.method)) {
            check(!msg_.hasParams, Devnet.ILLEGAL_ARGUMENT);
            return _isRead(msg_.method) ? _read(msg_) : _act(msg_);
        }
        bool argued = _isArguedRead(msg_.method);
        check(argued || _isArguedWrite(msg_.method), Devnet.UNHANDLED_MESSAGE);
        check(msg_.hasParams, Devnet.ILLEGAL_ARGUMENT);
        return argued ? _readArgued(msg_) : _writeArgued(msg_);
    }

    // ------------------------------------------------------------------------------------------------ dispatch

    function _isRead(uint64 method) private pure returns (bool) {
        return method != REPAY_DEBT && method != CONFIRM_WORKER;
    }

    function _takesNothing(uint64 m) private pure returns (bool) {
        return
            m == GET_OWNER ||
            m == GET_SECTOR_SIZE ||
            m == GET_AVAILABLE ||
            m == GET_VESTING ||
            m == INITIAL_PLEDGE ||
            m == GET_BENEFICIARY ||
            m == REPAY_DEBT ||
            m == CONFIRM_WORKER ||
            m == GET_PEER_ID ||
            m == GET_MULTIADDRS;
    }

    function _isArguedRead(uint64 m) private pure returns (bool) {
        return
            m == IS_CONTROLLING ||
            m == MAX_TERMINATION_FEE ||
            m == GENERATE_LOCATION ||
            m == VALIDATE_STATUS ||
            m == GET_EXPIRATION;
    }

    function _isArguedWrite(uint64 m) private pure returns (bool) {
        return
            m == CHANGE_OWNER ||
            m == CHANGE_BENEFICIARY ||
            m == WITHDRAW ||
            m == CHANGE_WORKER ||
            m == CHANGE_PEER_ID ||
            m == CHANGE_MULTIADDRS;
    }

    function _read(Message memory q) private view returns (bytes memory) {
        Miner storage m = _miners[q.id];
        if (q.method == GET_OWNER) return _encodeOwner(m);
        if (q.method == GET_SECTOR_SIZE) return ActorCbor.writeUint(Devnet.SECTOR_SIZE);
        if (q.method == GET_AVAILABLE) return ActorCbor.writeSigned(_available(m, _open(q.id)));
        if (q.method == GET_VESTING) return _encodeVesting(m);
        if (q.method == INITIAL_PLEDGE) return ActorCbor.writeBigInt(m.pledge);
        if (q.method == GET_BENEFICIARY) return _encodeBeneficiary(m);
        if (q.method == GET_PEER_ID) return bytes.concat(ActorCbor.arrayHead(1), ActorCbor.writeBytes(m.peerId));
        return bytes.concat(ActorCbor.arrayHead(1), _encodeMultiaddrs(m));
    }

    function _act(Message memory q) private returns (bytes memory) {
        check(!q.readOnly, Devnet.READ_ONLY);
        if (q.method == REPAY_DEBT) _repayDebt(q);
        else _confirmWorker(q);
        return "";
    }

    function _readArgued(Message memory q) private view returns (bytes memory) {
        ActorCbor.Reader memory r = ActorCbor.reader(q.params);
        if (q.method == IS_CONTROLLING) return _isControllingAddress(q, r);
        if (q.method == MAX_TERMINATION_FEE) return _maxTerminationFee(r);
        if (q.method == GENERATE_LOCATION) return _generateLocation(q, r);
        if (q.method == VALIDATE_STATUS) return _validateStatus(q, r);
        return _nominalExpiration(q, r);
    }

    function _writeArgued(Message memory q) private returns (bytes memory) {
        check(!q.readOnly, Devnet.READ_ONLY);
        ActorCbor.Reader memory r = ActorCbor.reader(q.params);
        if (q.method == WITHDRAW) return _withdraw(q, r);
        if (q.method == CHANGE_OWNER) _changeOwner(q, r);
        else if (q.method == CHANGE_BENEFICIARY) _changeBeneficiary(q, r);
        else if (q.method == CHANGE_WORKER) _changeWorker(q, r);
        else if (q.method == CHANGE_PEER_ID) _changePeerId(q, r);
        else _changeMultiaddrs(q, r);
        return "";
    }

    // ------------------------------------------------------------------------------------------------ owner and worker

    function _encodeOwner(Miner storage m) private view returns (bytes memory) {
        bytes memory pending = m.pendingOwner == 0 ? ActorCbor.writeNull() : ActorCbor.writeAddress(m.pendingOwner);
        return bytes.concat(ActorCbor.arrayHead(2), ActorCbor.writeAddress(m.owner), pending);
    }

    function _changeOwner(Message memory q, ActorCbor.Reader memory r) private {
        bytes memory raw = r.readAddress();
        r.done();
        check(uint8(raw[0]) == 0, Devnet.ILLEGAL_ARGUMENT);
        uint64 to = ActorCbor.idOf(raw);
        Miner storage m = _miners[q.id];
        if (q.caller == m.owner || m.pendingOwner == 0) {
            check(q.caller == m.owner, Devnet.FORBIDDEN);
            m.pendingOwner = to == m.owner ? 0 : to;
            return;
        }
        check(q.caller == m.pendingOwner, Devnet.FORBIDDEN);
        check(to == m.pendingOwner, Devnet.ILLEGAL_ARGUMENT);
        if (m.beneficiary == m.owner) m.beneficiary = to;
        delete m.proposal;
        (m.owner, m.pendingOwner) = (to, 0);
    }

    function _isControllingAddress(Message memory q, ActorCbor.Reader memory r) private view returns (bytes memory) {
        bytes memory raw = r.readAddress();
        r.done();
        (bool found, uint64 id) = _resolve(raw, address(0));
        return ActorCbor.writeBool(found && _controls(_miners[q.id], id));
    }

    function _controls(Miner storage m, uint64 id) private view returns (bool) {
        if (id == m.owner || id == m.worker) return true;
        for (uint256 i; i < m.controls.length; ++i) {
            if (m.controls[i] == id) return true;
        }
        return false;
    }

    function _changeWorker(Message memory q, ActorCbor.Reader memory r) private {
        r.readTuple(2);
        bytes memory worker = r.readAddress();
        uint256 count = r.readArray();
        check(count <= Devnet.MAX_CONTROLS, Devnet.ILLEGAL_ARGUMENT);
        uint64[] memory controls = new uint64[](count);
        for (uint256 i; i < count; ++i) controls[i] = _mustResolve(r.readAddress());
        r.done();
        Miner storage m = _miners[q.id];
        uint64 to = _mustResolve(worker);
        check(_kindOf(to) == Kind.Account && to >= Devnet.FIRST_NATIVE_ID, Devnet.ILLEGAL_ARGUMENT); // a BLS account
        check(q.caller == m.owner, Devnet.FORBIDDEN);
        m.controls = controls;
        if (to != m.worker && m.newWorker == 0) {
            (m.newWorker, m.workerAt) = (to, uint64(block.number) + Devnet.WORKER_DELAY);
        }
    }

    function _mustResolve(bytes memory raw) private returns (uint64 id) {
        bool found;
        (found, id) = _resolveForGood(raw);
        check(found, Devnet.ILLEGAL_ARGUMENT);
    }

    function _confirmWorker(Message memory q) private {
        Miner storage m = _miners[q.id];
        check(q.caller == m.owner, Devnet.FORBIDDEN);
        if (m.newWorker != 0 && block.number >= m.workerAt) (m.worker, m.newWorker) = (m.newWorker, 0);
    }

    // ------------------------------------------------------------------------------------------------ beneficiary

    function _encodeBeneficiary(Miner storage m) private view returns (bytes memory) {
        Term storage t = m.term;
        bytes memory term = bytes.concat(
            ActorCbor.arrayHead(3),
            ActorCbor.writeBigInt(t.quota),
            ActorCbor.writeBigInt(t.used),
            ActorCbor.writeInt(t.expiration)
        );
        bytes memory active = bytes.concat(ActorCbor.arrayHead(2), ActorCbor.writeAddress(m.beneficiary), term);
        return bytes.concat(ActorCbor.arrayHead(2), active, _encodeProposal(m.proposal));
    }

    function _encodeProposal(Proposal storage p) private view returns (bytes memory) {
        if (!p.exists) return ActorCbor.writeNull();
        return
            bytes.concat(
                ActorCbor.arrayHead(5),
                ActorCbor.writeAddress(p.nominee),
                ActorCbor.writeBigInt(p.quota),
                ActorCbor.writeInt(p.expiration),
                ActorCbor.writeBool(p.byBeneficiary),
                ActorCbor.writeBool(p.byNominee)
            );
    }

    /// @notice What the current term still allows [attoFIL].
    function _termLeft(Term storage t) private view returns (uint256) {
        if (t.expiration <= int256(block.number) || t.quota <= t.used) return 0;
        return t.quota - t.used;
    }

    struct Change {
        uint64 nominee;
        bool negativeQuota;
        uint256 quota;
        int64 expiration;
    }

    function _changeBeneficiary(Message memory q, ActorCbor.Reader memory r) private {
        r.readTuple(3);
        Change memory c;
        bytes memory raw = r.readAddress();
        (c.negativeQuota, c.quota) = r.readBigInt();
        c.expiration = r.readInt();
        r.done();
        c.nominee = _mustResolve(raw);
        Miner storage m = _miners[q.id];
        if (q.caller == m.owner) _propose(m, c);
        else _match(m, c, q.caller);
        _approve(m, q.caller);
    }

    function _propose(Miner storage m, Change memory c) private {
        if (c.nominee != m.owner) check(!c.negativeQuota && c.quota != 0, Devnet.ILLEGAL_ARGUMENT);
        else check(c.quota == 0 && c.expiration == 0, Devnet.ILLEGAL_ARGUMENT);
        m.proposal = Proposal(true, _termLeft(m.term) == 0, false, c.nominee, c.expiration, c.quota);
    }

    function _match(Miner storage m, Change memory c, uint64 caller) private view {
        Proposal storage p = m.proposal;
        check(p.exists, Devnet.FORBIDDEN);
        check(caller == m.beneficiary || caller == p.nominee, Devnet.FORBIDDEN);
        check(c.nominee == p.nominee, Devnet.ILLEGAL_ARGUMENT);
        check(!c.negativeQuota && c.quota == p.quota, Devnet.ILLEGAL_ARGUMENT);
        check(c.expiration == p.expiration, Devnet.ILLEGAL_ARGUMENT);
    }

    function _approve(Miner storage m, uint64 caller) private {
        Proposal storage p = m.proposal;
        if (caller == m.beneficiary) p.byBeneficiary = true;
        if (caller == p.nominee) p.byNominee = true;
        if (!p.byBeneficiary || !p.byNominee) return;
        m.term = Term(p.quota, p.nominee == m.beneficiary ? m.term.used : 0, p.expiration);
        m.beneficiary = p.nominee;
        delete m.proposal;
    }

    // ------------------------------------------------------------------------------------------------ money

    function _withdraw(Message memory q, ActorCbor.Reader memory r) private returns (bytes memory) {
        r.readTuple(1);
        (bool negative, uint256 requested) = r.readBigInt();
        r.done();
        check(!negative, Devnet.ILLEGAL_ARGUMENT);
        Miner storage m = _miners[q.id];
        check(q.caller == m.owner || q.caller == m.beneficiary, Devnet.FORBIDDEN);
        check(m.terminating == 0, Devnet.FORBIDDEN);
        _unlockVested(m, uint64(block.number));
        Purse memory p = _open(q.id);
        int256 available = _available(m, p);
        _repayAll(m, p);
        check(available >= 0, Devnet.ILLEGAL_STATE);
        uint256 amount = _useQuota(m, MinerMath.min(uint256(available), requested));
        if (amount != 0) _payOut(m, q.id, amount);
        _close(p);
        return ActorCbor.writeBigInt(amount);
    }

    /// @dev A third party's term caps what it is paid; when nothing is left of it, nobody can withdraw.
    function _useQuota(Miner storage m, uint256 amount) private returns (uint256) {
        if (m.beneficiary == m.owner) return amount;
        uint256 left = _termLeft(m.term);
        check(left != 0, Devnet.FORBIDDEN);
        amount = MinerMath.min(amount, left);
        m.term.used += amount;
        return amount;
    }

    function _payOut(Miner storage m, uint64 id, uint256 amount) private {
        check(_kindOf(m.beneficiary) != Kind.None, Devnet.SYS_NOT_FOUND);
        _payFrom(id, m.beneficiary, amount);
    }

    function _repayDebt(Message memory q) private {
        Miner storage m = _miners[q.id];
        check(_controls(m, q.caller), Devnet.FORBIDDEN);
        Purse memory p = _open(q.id);
        _repayPartial(m, p, uint64(block.number));
        _close(p);
    }

    /// @dev A row is at most 1 + 9 + 3 + 32 bytes long.
    function _encodeVesting(Miner storage m) private view returns (bytes memory) {
        (uint64 low, uint64 high) = (m.vestLow, m.vestHigh);
        ActorCbor.Buffer memory rows = ActorCbor.buffer(uint256(high - low) * 45 + 32);
        (uint256 count, uint64 epoch) = (0, _slotEpoch(m, low));
        for (uint64 slot = low; slot < high; ++slot) {
            uint256 amount = m.vesting[slot];
            if (amount != 0) {
                ++count;
                _appendRow(rows, epoch, amount);
            }
            epoch += Devnet.VEST_QUANTUM;
        }
        return bytes.concat(ActorCbor.arrayHead(1), ActorCbor.arrayHead(count), ActorCbor.toBytes(rows));
    }

    /// @dev A table has hundreds of rows, nearly all of one shape: an epoch of four bytes, an amount of at most 16. Those are put together
    /// in a word, which saves most of the time that reading a miner takes.
    function _appendRow(ActorCbor.Buffer memory rows, uint64 epoch, uint256 amount) private pure {
        if (epoch > type(uint16).max && epoch <= type(uint32).max && amount <= type(uint128).max) {
            uint256 size = _byteSize(amount);
            // 2 fields; epoch, 4 bytes; byte string of sign and magnitude; positive
            uint256 head = (0x821a << 48) | (uint256(epoch) << 16) | ((0x41 + size) << 8);
            return ActorCbor.appendWord(rows, ((head << (8 * size)) | amount) << (192 - 8 * size), 8 + size);
        }
        ActorCbor.append(rows, ActorCbor.arrayHead(2));
        ActorCbor.append(rows, ActorCbor.writeUint(epoch));
        ActorCbor.append(rows, ActorCbor.writeBigInt(amount));
    }

    /// @dev Bytes of an amount below 2^128 that is not 0.
    function _byteSize(uint256 amount) private pure returns (uint256 size) {
        size = 1;
        if (amount >> 64 != 0) (amount, size) = (amount >> 64, size + 8);
        if (amount >> 32 != 0) (amount, size) = (amount >> 32, size + 4);
        if (amount >> 16 != 0) (amount, size) = (amount >> 16, size + 2);
        if (amount >> 8 != 0) ++size;
    }

    function _maxTerminationFee(ActorCbor.Reader memory r) private view returns (bytes memory) {
        r.readTuple(2);
        (bool negativePower, uint256 power) = r.readBigInt();
        (bool negativePledge, uint256 pledge) = r.readBigInt();
        r.done();
        check(!negativePower && !negativePledge, Devnet.ILLEGAL_ARGUMENT);
        check(power <= type(uint128).max && pledge <= type(uint128).max, Devnet.ILLEGAL_ARGUMENT);
        uint256 fault = MinerMath.faultFee(_eco(), power);
        return ActorCbor.writeBigInt(MinerMath.terminationFee(pledge, Devnet.TERMINATION_CAP, fault));
    }

    // ------------------------------------------------------------------------------------------------ sectors

    /// @notice The run that holds `sector`, if the sectors table still knows it.
    function _find(Miner storage m, uint64 sector) private view returns (bool found, uint256 index) {
        for (; index < m.runs.length; ++index) {
            Run storage r = m.runs[index];
            if (sector >= r.first && sector - r.first < r.count) return (true, index);
        }
    }

    function _statusOf(Run storage r) private view returns (uint8) {
        if (!_isLive(r)) return STATUS_DEAD;
        return r.status == SectorStatus.Faulty ? STATUS_FAULTY : STATUS_ACTIVE;
    }

    function _generateLocation(Message memory q, ActorCbor.Reader memory r) private view returns (bytes memory) {
        r.readTuple(1);
        uint64 sector = r.readUint();
        r.done();
        (bool found, uint256 index) = _find(_miners[q.id], sector);
        if (!found) return _encodeLocation(STATUS_DEAD, NOWHERE, NOWHERE);
        Run storage run = _miners[q.id].runs[index];
        return _encodeLocation(_statusOf(run), int64(uint64(run.deadline)), int64(uint64(run.partition)));
    }

    function _encodeLocation(uint8 status, int64 deadline, int64 partition) private pure returns (bytes memory) {
        bytes memory aux = bytes.concat(
            ActorCbor.arrayHead(2),
            ActorCbor.writeInt(deadline),
            ActorCbor.writeInt(partition)
        );
        return bytes.concat(ActorCbor.arrayHead(2), ActorCbor.writeUint(status), ActorCbor.writeBytes(aux));
    }

    function _validateStatus(Message memory q, ActorCbor.Reader memory r) private view returns (bytes memory) {
        r.readTuple(3);
        uint64 sector = r.readUint();
        uint64 status = r.readUint();
        ActorCbor.Reader memory aux = ActorCbor.reader(r.readBytes());
        r.done();
        check(status <= STATUS_FAULTY, Devnet.SERIALIZATION);
        aux.readTuple(2);
        (int64 deadline, int64 partition) = (aux.readInt(), aux.readInt());
        aux.done();
        check((deadline == NOWHERE) == (partition == NOWHERE), Devnet.ILLEGAL_ARGUMENT);
        (bool found, uint256 index) = _find(_miners[q.id], sector);
        check(found == (deadline != NOWHERE), Devnet.NOT_FOUND);
        if (!found) return ActorCbor.writeBool(status == STATUS_DEAD);
        Run storage run = _miners[q.id].runs[index];
        check(deadline == int64(uint64(run.deadline)), Devnet.NOT_FOUND);
        check(partition == int64(uint64(run.partition)), Devnet.NOT_FOUND);
        return ActorCbor.writeBool(status == _statusOf(run));
    }

    function _nominalExpiration(Message memory q, ActorCbor.Reader memory r) private view returns (bytes memory) {
        uint64 sector = r.readUint();
        r.done();
        (bool found, uint256 index) = _find(_miners[q.id], sector);
        check(found, Devnet.NOT_FOUND);
        return ActorCbor.writeUint(_miners[q.id].runs[index].expiration);
    }

    // ------------------------------------------------------------------------------------------------ peer

    function _encodeMultiaddrs(Miner storage m) private view returns (bytes memory out) {
        out = ActorCbor.arrayHead(m.multiaddrs.length);
        for (uint256 i; i < m.multiaddrs.length; ++i) out = bytes.concat(out, ActorCbor.writeBytes(m.multiaddrs[i]));
    }

    function _changePeerId(Message memory q, ActorCbor.Reader memory r) private {
        r.readTuple(1);
        bytes memory peer = r.readBytes();
        r.done();
        Miner storage m = _miners[q.id];
        check(peer.length <= 128, Devnet.ILLEGAL_ARGUMENT);
        check(_controls(m, q.caller), Devnet.FORBIDDEN);
        m.peerId = peer;
    }

    function _changeMultiaddrs(Message memory q, ActorCbor.Reader memory r) private {
        r.readTuple(1);
        uint256 count = r.readArray();
        check(count <= 32, Devnet.ILLEGAL_ARGUMENT);
        bytes[] memory addrs = new bytes[](count);
        for (uint256 i; i < count; ++i) addrs[i] = r.readBytes();
        r.done();
        Miner storage m = _miners[q.id];
        check(_controls(m, q.caller), Devnet.FORBIDDEN);
        m.multiaddrs = addrs;
    }
}
