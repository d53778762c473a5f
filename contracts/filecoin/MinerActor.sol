// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "./ActorCall.sol";
import {CborCursor, CborReader} from "./CborReader.sol";
import {CborWriter} from "./CborWriter.sol";
import {FilecoinAddress} from "./FilecoinAddress.sol";
import {FilecoinMethods} from "./FilecoinMethods.sol";
import {BeneficiaryProposal, BeneficiaryTerm} from "./interfaces/IMinerFacts.sol";

/// @title The storage miner actor
/// @notice Its exported methods, as of builtin-actors v18 (network version 28); encodings from actors/miner types.rs.
/// @dev State-changing methods act in the name of the calling contract. All revert with the errors of `ActorCall`, and
/// getters with those of `CborReader` when the answer is not encoded exactly as expected. Only for ids that
/// `PowerActor` knows as miners.
library MinerActor {
    /// Entries are one per half day of the 180 days a reward vests, so about 361 at most (actors/miner policy.rs,
    /// REWARD_VESTING_SPEC).
    uint256 internal constant MAX_VESTING_ENTRIES = 400;

    /// Array of two, then an epoch in four bytes that does not fit two: the first six bytes of a vesting entry on every
    /// network older than 23 days, as a number. From this one on, so many.
    uint256 private constant FIRST_ENTRY_HEAD = 0x821a00010000;
    uint256 private constant ENTRY_HEADS = 0xffff0000;
    uint256 private constant POINTER_MASK = 0xffffffffffffffffffffffffffffffff;

    // OWNER

    /// @notice Owner and proposed owner, 0 when none is proposed [actor id].
    function getOwner(uint64 minerId) internal view returns (uint64 owner, uint64 pendingOwner) {
        CborCursor c = CborReader.open(ActorCall.query(minerId, FilecoinMethods.GET_OWNER));
        c = CborReader.readArray(c, 2);
        (owner, c) = _readAddress(c);
        bool none;
        (none, c) = CborReader.readNull(c);
        if (!none) (pendingOwner, c) = _readAddress(c);
        CborReader.close(c);
    }

    /// @notice Proposes `newOwner` when called as owner; takes ownership when called as the proposed owner, with its
    /// own id.
    function changeOwnerAddress(uint64 minerId, uint64 newOwner) internal {
        uint256 p = CborWriter.writeIdAddress(CborWriter.start(), newOwner);
        ActorCall.invoke(minerId, FilecoinMethods.CHANGE_OWNER_ADDRESS, 0, CborWriter.finish(p));
    }

    /// @notice Whether `who` is the owner, the worker or a control address.
    function isControllingAddress(uint64 minerId, address who) internal view returns (bool) {
        uint256 p = CborWriter.start();
        p =
            FilecoinAddress.isMasked(who)
                ? CborWriter.writeIdAddress(p, FilecoinAddress.maskedId(who))
                : CborWriter.writeDelegatedAddress(p, who);
        return _queryBool(minerId, FilecoinMethods.IS_CONTROLLING_ADDRESS, CborWriter.finish(p));
    }

    /// @notice Replaces the control addresses at once and the worker after 900 epochs; only for the owner.
    /// @dev While another change of worker is pending, the actor ignores `worker` without an error.
    function changeWorkerAddress(uint64 minerId, uint64 worker, uint64[] memory controls) internal {
        uint256 p = CborWriter.writeArray(CborWriter.start(), 2);
        p = CborWriter.writeIdAddress(p, worker);
        p = CborWriter.writeArray(p, controls.length);
        for (uint256 i = 0; i < controls.length; ++i) p = CborWriter.writeIdAddress(p, controls[i]);
        ActorCall.invoke(minerId, FilecoinMethods.CHANGE_WORKER_ADDRESS, 0, CborWriter.finish(p));
    }

    /// @notice Puts a change of worker into force whose 900 epochs are over; only for the owner.
    /// @dev The miner's own cron does the same; this is for a miner that has none because it has no sectors.
    function confirmChangeWorkerAddress(uint64 minerId) internal {
        bytes memory none;
        ActorCall.invoke(minerId, FilecoinMethods.CONFIRM_CHANGE_WORKER_ADDRESS, 0, none);
    }

    // BENEFICIARY

    /// @notice The beneficiary's term, and whether a proposal to replace it is open.
    /// @dev The proposal is checked in its form only: its values are the owner's alone, who could choose them to make
    /// this fail.
    function getBeneficiary(uint64 minerId) internal view returns (BeneficiaryTerm memory term) {
        CborCursor c = CborReader.open(ActorCall.query(minerId, FilecoinMethods.GET_BENEFICIARY));
        c = CborReader.readArray(CborReader.readArray(c, 2), 2);
        (term.beneficiary, c) = _readAddress(c);
        c = CborReader.readArray(c, 3);
        (term.quota, c) = CborReader.readQuota(c);
        (term.usedQuota, c) = CborReader.readQuota(c);
        (term.expiration, c) = CborReader.readInt64(c);
        bool none;
        (none, c) = CborReader.readNull(c);
        term.hasPending = !none;
        if (!none) c = _skipPendingBeneficiary(c);
        CborReader.close(c);
    }

    /// @notice The open proposal to replace the beneficiary; all zero when there is none.
    function getBeneficiaryProposal(uint64 minerId) internal view returns (BeneficiaryProposal memory proposal) {
        CborCursor c = CborReader.open(ActorCall.query(minerId, FilecoinMethods.GET_BENEFICIARY));
        c = _skipActiveBeneficiary(CborReader.readArray(c, 2));
        bool none;
        (none, c) = CborReader.readNull(c);
        if (!none) {
            c = CborReader.readArray(c, 5);
            (proposal.nominee, c) = _readAddress(c);
            (proposal.quota, c) = CborReader.readQuota(c);
            (proposal.expiration, c) = CborReader.readInt64(c);
            (proposal.approvedByBeneficiary, c) = CborReader.readBool(c);
            (proposal.approvedByNominee, c) = CborReader.readBool(c);
        }
        CborReader.close(c);
    }

    /// @notice Proposes a beneficiary as owner, or approves the proposal, with exactly its values, as beneficiary or
    /// nominee.
    /// @param quota 0 when the beneficiary is the owner [attoFIL].
    /// @param expiration 0 when the beneficiary is the owner [epoch].
    function changeBeneficiary(uint64 minerId, uint64 beneficiary, uint256 quota, int64 expiration) internal {
        uint256 p = CborWriter.writeArray(CborWriter.start(), 3);
        p = CborWriter.writeIdAddress(p, beneficiary);
        p = CborWriter.writeBigUint(p, quota);
        p = CborWriter.writeInt64(p, expiration);
        ActorCall.invoke(minerId, FilecoinMethods.CHANGE_BENEFICIARY, 0, CborWriter.finish(p));
    }

    // MONEY

    /// @notice Withdraws to the beneficiary, whoever calls; only for the owner and the beneficiary.
    /// @dev FIL arrives by a bare send: no code of the beneficiary runs. The returned amount is what counts; it may be
    /// less than asked.
    /// @param amount Most to withdraw [attoFIL].
    /// @return sent [attoFIL]
    function withdrawBalance(uint64 minerId, uint256 amount) internal returns (uint256 sent) {
        uint256 p = CborWriter.writeBigUint(CborWriter.writeArray(CborWriter.start(), 1), amount);
        return _amount(ActorCall.invoke(minerId, FilecoinMethods.WITHDRAW_BALANCE, 0, CborWriter.finish(p)));
    }

    /// @notice Pays `value` attoFIL in, and pays fee debt from all the miner has; only for owner, worker and control
    /// addresses.
    function repayDebt(uint64 minerId, uint256 value) internal {
        bytes memory none;
        ActorCall.invoke(minerId, FilecoinMethods.REPAY_DEBT, value, none);
    }

    /// @notice balance - vesting - pre-commit deposits - initial pledge - fee debt; may be negative [attoFIL].
    function getAvailableBalance(uint64 minerId) internal view returns (int256 balance) {
        CborCursor c = CborReader.open(ActorCall.query(minerId, FilecoinMethods.GET_AVAILABLE_BALANCE));
        (balance, c) = CborReader.readSignedAmount(c);
        CborReader.close(c);
    }

    /// @notice Sum of the vesting table, with entries that are due but that no message has unlocked yet [attoFIL].
    function getVestingFunds(uint64 minerId) internal view returns (uint256 total) {
        CborCursor c = CborReader.open(ActorCall.query(minerId, FilecoinMethods.GET_VESTING_FUNDS));
        uint256 count;
        (count, c) = CborReader.readArrayLength(CborReader.readArray(c, 1), MAX_VESTING_ENTRIES);
        unchecked {
            for (uint256 i = 0; ; ++i) {
                (total, i, c) = _addPlainEntries(total, i, count, c);
                if (i == count) break;
                uint256 amount;
                (amount, c) = _readVestingEntry(c);
                total += amount; // at most 400 amounts below 2^128
            }
        }
        CborReader.close(c);
    }

    /// @notice Initial pledge of all live sectors [attoFIL].
    function initialPledge(uint64 minerId) internal view returns (uint256) {
        return _amount(ActorCall.query(minerId, FilecoinMethods.INITIAL_PLEDGE));
    }

    /// @notice max(8.5 % of pledge, 1.05 x the fee of a day of continued faults of that power) (FIP-0098) [attoFIL].
    /// @param qaPowerBytes [bytes]
    /// @param pledge [attoFIL]
    function maxTerminationFee(uint64 minerId, uint256 qaPowerBytes, uint256 pledge) internal view returns (uint256) {
        uint256 p = CborWriter.writeArray(CborWriter.start(), 2);
        p = CborWriter.writeBigUint(CborWriter.writeBigUint(p, qaPowerBytes), pledge);
        return _amount(ActorCall.query(minerId, FilecoinMethods.MAX_TERMINATION_FEE, CborWriter.finish(p)));
    }

    // SECTORS

    /// @notice Whether a sector has a status: 0 dead, 1 active, 2 faulty (FIP-0112).
    /// @param auxData Where the sector is, as GenerateSectorLocation gives it.
    function validateSectorStatus(
        uint64 minerId,
        uint64 sector,
        uint8 status,
        bytes memory auxData
    ) internal view returns (bool) {
        uint256 p = CborWriter.writeArray(CborWriter.start(), 3);
        p = CborWriter.writeUint64(CborWriter.writeUint64(p, sector), status);
        p = CborWriter.writeBytes(p, auxData);
        return _queryBool(minerId, FilecoinMethods.VALIDATE_SECTOR_STATUS, CborWriter.finish(p));
    }

    /// @notice Where a sector is now, in the form that `validateSectorStatus` takes. Searches all partitions: for calls that are
    /// not mined.
    function generateSectorLocation(uint64 minerId, uint64 sector) internal view returns (bytes memory auxData) {
        uint256 p = CborWriter.writeUint64(CborWriter.writeArray(CborWriter.start(), 1), sector);
        CborCursor c = CborReader.open(
            ActorCall.query(minerId, FilecoinMethods.GENERATE_SECTOR_LOCATION, CborWriter.finish(p))
        );
        (, c) = CborReader.readUint64(CborReader.readArray(c, 2)); // the status
        uint256 pointer;
        uint256 length;
        (pointer, length, c) = CborReader.readBytes(c);
        auxData = CborReader.copy(pointer, length);
        CborReader.close(c);
    }

    /// @notice Nominal expiration of a sector, which a terminated one keeps [epoch].
    /// @dev Reverts with exit code 17 for a sector that never was.
    function getNominalSectorExpiration(uint64 minerId, uint64 sector) internal view returns (int64 expiration) {
        bytes memory params = CborWriter.finish(CborWriter.writeUint64(CborWriter.start(), sector));
        CborCursor c = CborReader.open(ActorCall.query(minerId, FilecoinMethods.GET_NOMINAL_SECTOR_EXPIRATION, params));
        (expiration, c) = CborReader.readInt64(c);
        CborReader.close(c);
    }

    /// @notice Size of the miner's sectors [bytes].
    function getSectorSize(uint64 minerId) internal view returns (uint64 size) {
        CborCursor c = CborReader.open(ActorCall.query(minerId, FilecoinMethods.GET_SECTOR_SIZE));
        (size, c) = CborReader.readUint64(c);
        CborReader.close(c);
    }

    // ENCODINGS

    function _amount(bytes memory answer) private pure returns (uint256 value) {
        CborCursor c;
        (value, c) = CborReader.readAmount(CborReader.open(answer));
        CborReader.close(c);
    }

    function _queryBool(uint64 minerId, uint64 method, bytes memory params) private view returns (bool value) {
        CborCursor c = CborReader.open(ActorCall.query(minerId, method, params));
        (value, c) = CborReader.readBool(c);
        CborReader.close(c);
    }

    /// Actors answer ID addresses; were it another, it would be resolved, not misread.
    function _readAddress(CborCursor cursor) private view returns (uint64 id, CborCursor next) {
        bool found;
        (found, id, next) = CborReader.readIdAddress(cursor);
        if (found) return (id, next);
        uint256 pointer;
        uint256 length;
        (pointer, length, next) = CborReader.readBytes(cursor);
        id = FilecoinAddress.resolve(pointer, length);
    }

    /// `[address, [quota, used, expiration]]`
    function _skipActiveBeneficiary(CborCursor c) private pure returns (CborCursor) {
        c = CborReader.readArray(c, 2);
        (, , c) = CborReader.readBytes(c);
        c = CborReader.readArray(c, 3);
        c = CborReader.skipBigInt(CborReader.skipBigInt(c));
        (, c) = CborReader.readInt64(c);
        return c;
    }

    /// `[address, quota, expiration, approvedByBeneficiary, approvedByNominee]`
    function _skipPendingBeneficiary(CborCursor c) private pure returns (CborCursor) {
        c = CborReader.readArray(c, 5);
        (, , c) = CborReader.readBytes(c);
        c = CborReader.skipBigInt(c);
        (, c) = CborReader.readInt64(c);
        (, c) = CborReader.readBool(c);
        (, c) = CborReader.readBool(c);
        return c;
    }

    /// `[epoch, amount]`
    function _readVestingEntry(CborCursor c) private pure returns (uint256 amount, CborCursor) {
        c = CborReader.readArray(c, 2);
        (, c) = CborReader.readInt64(c);
        return CborReader.readAmount(c);
    }

    /// A table has hundreds of entries of one shape: an epoch that needs four bytes, a positive amount of at most 16.
    /// Such an entry fits a word, and is read from it at a tenth of the gas. Stops at any other, right or wrong, for
    /// `_readVestingEntry`.
    /// @param i Entries read so far, out of `count`.
    function _addPlainEntries(
        uint256 total,
        uint256 i,
        uint256 count,
        CborCursor c
    ) private pure returns (uint256, uint256, CborCursor) {
        assembly ("memory-safe") {
            let pointer := and(c, POINTER_MASK)
            let limit := shr(128, c)
            for {} lt(i, count) {
                i := add(i, 1)
            } {
                let word := mload(pointer)
                let size := sub(byte(6, word), 0x40) // of sign and magnitude, when byte 6 is the head of a byte string
                let next := add(pointer, add(size, 7))
                let plain := lt(sub(shr(208, word), FIRST_ENTRY_HEAD), ENTRY_HEADS)
                plain := and(plain, lt(sub(size, 2), 16)) // 2 to 17
                plain := and(plain, lt(sub(and(shr(184, word), 0xffff), 1), 0xff)) // sign byte 0, next byte not
                if iszero(and(plain, iszero(gt(next, limit)))) {
                    break
                }
                total := add(total, shr(sub(264, shl(3, size)), shl(64, word))) // size - 1 bytes from byte 8 on
                pointer := next
            }
            c := or(shl(128, limit), pointer)
        }
        return (total, i, c);
    }
}
