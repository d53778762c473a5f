// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PieceChange, SectorChange} from "../../filecoin/FilecoinTypes.sol";
import {NativeCallReceiver} from "../../filecoin/NativeCallReceiver.sol";
import {EPOCHS_PER_DAY} from "../../libraries/Units.sol";
import {CapacityDeliveryBase} from "./CapacityDeliveryBase.sol";
import {Run} from "./interfaces/ICapacityDelivery.sol";
import {ICapacityUse, Request} from "./interfaces/ICapacityUse.sol";

/// @title Use of delivered capacity: what holders ask for, and what miners tell of
abstract contract DeliveryUse is CapacityDeliveryBase, NativeCallReceiver, ICapacityUse {
    using SafeCast for uint256;

    /// @notice How long a seller has to take data in [days].
    uint256 public constant TAKE_UP_DAYS = 3;
    /// @dev 1 TiB [bytes].
    uint256 private constant LOT_BYTES = 1 << 40;
    /// @dev Of a payload that names a request.
    uint256 private constant PAYLOAD_BYTES = 64;

    /// @inheritdoc ICapacityUse
    function request(uint256 id, uint64 lots, bytes32 ref) external nonReentrant returns (uint256 number) {
        Run storage run = _openRun(id);
        if (lots == 0) revert CapacityUse_Zero();
        uint256 lastAsk = run.start + (DELIVERY_DAYS - 1 - TAKE_UP_DAYS) * EPOCHS_PER_DAY;
        _requireWithin(0, lastAsk + 1);
        uint256 locked = WARRANT.lockedOf(id, msg.sender);
        uint256 free = WARRANT.balanceOf(msg.sender, id) - locked;
        if (lots > free) revert CapacityUse_ExceedsWarrants(id, msg.sender, free, lots);

        uint256 since = Math.saturatingSub(block.number, run.start);
        uint256 dueDay = Math.ceilDiv(since, EPOCHS_PER_DAY) + TAKE_UP_DAYS; // the first day wholly after three
        number = _s().requests[id].length;
        _s().requests[id].push(Request(msg.sender, lots, dueDay.toUint8(), 0, 0, ref));
        _s().days_[id].fallsIdle[dueDay] += lots;
        emit Requested(id, number, msg.sender, lots, ref, dueDay);
        WARRANT.setLocked(id, msg.sender, locked + lots);
    }

    /// @inheritdoc ICapacityUse
    function accept(uint256 id, uint256 number, uint64 lots) external {
        Run storage run = _openRun(id);
        if (number >= _s().requests[id].length) revert CapacityUse_NoRequest(id, number);
        Request storage asked = _s().requests[id][number];
        if (msg.sender != asked.holder) revert CapacityUse_NotHolder(asked.holder, msg.sender);
        if (lots == 0) revert CapacityUse_Zero();
        uint64 left = asked.lots - asked.takenUp;
        if (lots > left) revert CapacityUse_ExceedsRequest(id, number, left, lots);
        _takeUp(id, number, run, asked, lots);
    }

    /// @inheritdoc ICapacityUse
    function requestOf(uint256 id, uint256 number) external view returns (Request memory) {
        if (number >= _s().requests[id].length) revert CapacityUse_NoRequest(id, number);
        return _s().requests[id][number];
    }

    /// @inheritdoc ICapacityUse
    function requestCount(uint256 id) external view returns (uint256) {
        return _s().requests[id].length;
    }

    /// @dev Told by a miner, whichever: what does not count is accepted all the same, since a refusal could only spoil sealing.
    function _onSectorContentChanged(uint64 minerId, SectorChange[] memory changes) internal override {
        for (uint256 i; i < changes.length; ++i) {
            SectorChange memory change = changes[i];
            if (change.minimumCommitmentEpoch < 0) continue;
            uint256 committed = uint256(uint64(change.minimumCommitmentEpoch));
            for (uint256 j; j < change.added.length; ++j) {
                _countPiece(minerId, change.sector, committed, change.added[j]);
            }
        }
    }

    function _countPiece(uint64 minerId, uint64 sector, uint256 committed, PieceChange memory piece) private {
        if (piece.payload.length != PAYLOAD_BYTES) return;
        (uint256 id, uint256 number) = abi.decode(piece.payload, (uint256, uint256));
        Run storage run = _s().runs[id];
        if (run.miner != minerId || run.seller == address(0) || run.closed) return;
        uint256 end = run.start + DELIVERY_DAYS * EPOCHS_PER_DAY;
        if (committed < end || block.number >= end || number >= _s().requests[id].length) return;
        bytes32 key = keccak256(abi.encode(minerId, sector, piece.commP));
        if (_s().counted[key]) return;
        _s().counted[key] = true;

        Request storage asked = _s().requests[id][number];
        uint256 total = uint256(asked.stored) + piece.paddedSize;
        uint64 before = (asked.stored / LOT_BYTES).toUint64();
        asked.stored = total.toUint128();
        emit Stored(id, number, sector, piece.paddedSize, total);
        uint256 grown = total / LOT_BYTES - before;
        uint64 lots = Math.min(grown, asked.lots - asked.takenUp).toUint64();
        if (lots != 0) _takeUp(id, number, run, asked, lots);
    }

    /// @dev From today on, or from when they would have fallen idle.
    function _takeUp(uint256 id, uint256 number, Run storage run, Request storage asked, uint64 lots) private {
        uint256 today = Math.saturatingSub(block.number, run.start) / EPOCHS_PER_DAY;
        uint256 day = Math.max(today, asked.dueDay);
        if (day < DELIVERY_DAYS) _s().days_[id].takenUp[day] += lots;
        asked.takenUp += lots;
        emit TakenUp(id, number, lots, asked.takenUp);
    }
}
