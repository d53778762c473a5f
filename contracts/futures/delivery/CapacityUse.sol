// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PieceChange, SectorChange} from "../../filecoin/FilecoinTypes.sol";
import {NativeCallReceiver} from "../../filecoin/NativeCallReceiver.sol";
import {ICapacityDelivery} from "./interfaces/ICapacityDelivery.sol";
import {ICapacityUse, Request} from "./interfaces/ICapacityUse.sol";
import {ICapacityWarrant} from "./interfaces/ICapacityWarrant.sol";

/// @title Use of delivered capacity: what holders ask for, and what miners tell of
/// @dev Holds no money, cannot be upgraded, has no role; trusts the delivery. Another version comes with an upgrade of the delivery, and
/// serves runs that begin after it; those that had begun stay with this one.
contract CapacityUse is ICapacityUse, NativeCallReceiver {
    using SafeCast for uint256;

    /// @dev Whose notices count for a run, and until when. One slot: 8 + 8 = 16.
    struct Target {
        uint64 miner;
        uint64 end; // exclusive [epoch]
    }

    /// @dev 1 TiB [bytes].
    uint256 private constant LOT_BYTES = 1 << 40;
    /// @dev Of a payload that names a request.
    uint256 private constant PAYLOAD_BYTES = 64;

    ICapacityDelivery public immutable DELIVERY;
    ICapacityWarrant public immutable WARRANT;

    mapping(uint256 id => Request[] requests) private _requests;
    mapping(uint256 id => Target target) private _targets;
    mapping(bytes32 piece => bool isCounted) private _counted; // by miner, sector and commitment

    constructor(ICapacityDelivery delivery, ICapacityWarrant warrant) {
        (DELIVERY, WARRANT) = (delivery, warrant);
    }

    /// @inheritdoc ICapacityUse
    function request(uint256 id, uint64 lots, bytes32 ref) external returns (uint256 number) {
        if (lots == 0) revert CapacityUse_Zero();
        uint256 free = WARRANT.balanceOf(msg.sender, id) - WARRANT.lockedOf(id, msg.sender);
        if (lots > free) revert CapacityUse_ExceedsWarrants(id, msg.sender, free, lots);
        (uint256 dueDay, uint64 miner, uint256 end) = DELIVERY.noteRequest(id, msg.sender, lots);
        _targets[id] = Target(miner, end.toUint64());
        number = _requests[id].length;
        _requests[id].push(Request(msg.sender, lots, dueDay.toUint8(), 0, 0, ref));
        emit Requested(id, number, msg.sender, lots, ref, dueDay);
    }

    /// @inheritdoc ICapacityUse
    function accept(uint256 id, uint256 number, uint64 lots) external {
        if (number >= _requests[id].length) revert CapacityUse_NoRequest(id, number);
        Request storage asked = _requests[id][number];
        if (msg.sender != asked.holder) revert CapacityUse_NotHolder(asked.holder, msg.sender);
        if (lots == 0) revert CapacityUse_Zero();
        uint64 left = asked.lots - asked.takenUp;
        if (lots > left) revert CapacityUse_ExceedsRequest(id, number, left, lots);
        _takeUp(id, number, asked, lots);
    }

    /// @inheritdoc ICapacityUse
    function requestOf(uint256 id, uint256 number) external view returns (Request memory) {
        if (number >= _requests[id].length) revert CapacityUse_NoRequest(id, number);
        return _requests[id][number];
    }

    /// @inheritdoc ICapacityUse
    function requestCount(uint256 id) external view returns (uint256) {
        return _requests[id].length;
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
        Target memory target = _targets[id];
        // A run without a request has no miner, and miner 0 is the system actor.
        if (target.miner != minerId || number >= _requests[id].length) return;
        if (committed < target.end || block.number >= target.end) return;
        bytes32 key = keccak256(abi.encode(minerId, sector, piece.commP));
        if (_counted[key]) return;
        _counted[key] = true;

        Request storage asked = _requests[id][number];
        uint256 total = uint256(asked.stored) + piece.paddedSize;
        uint64 before = (asked.stored / LOT_BYTES).toUint64();
        asked.stored = total.toUint128();
        emit Stored(id, number, sector, piece.paddedSize, total);
        uint256 grown = total / LOT_BYTES - before;
        uint64 lots = Math.min(grown, asked.lots - asked.takenUp).toUint64();
        if (lots != 0) _takeUp(id, number, asked, lots);
    }

    function _takeUp(uint256 id, uint256 number, Request storage asked, uint64 lots) private {
        asked.takenUp += lots;
        emit TakenUp(id, number, lots, asked.takenUp);
        DELIVERY.noteTakenUp(id, asked.dueDay, lots);
    }
}
