// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "./ActorCall.sol";
import {CborCursor, CborReader} from "./CborReader.sol";
import {CborWriter} from "./CborWriter.sol";
import {FilecoinAddress} from "./FilecoinAddress.sol";
import {FilecoinMethods} from "./FilecoinMethods.sol";
import {PieceChange, SectorChange} from "./FilecoinTypes.sol";
import {PowerActor} from "./PowerActor.sol";
import {INativeCallReceiver} from "./interfaces/INativeCallReceiver.sol";

/// @title NativeCallReceiver
/// @notice Base of contracts that miners notify of new sectors. Knows that the caller is a miner, not that it is one
/// that matters.
/// @dev Storage providers write the payloads, and may notify of the same sector through both addresses of a contract.
abstract contract NativeCallReceiver is INativeCallReceiver {
    /// Notices are as long as the storage provider's message allows; the bytes left in `params` bound every array more
    /// tightly.
    uint256 private constant ANY_LENGTH = type(uint256).max;

    /// Tag 42, a byte string of 40, the multibase prefix 0x00, then the piece CID up to its digest: version 1, codec
    /// 0xf101 (fil-commitment-unsealed), multihash 0x1012 (sha2-256-trunc254-padded) of 32 bytes.
    uint256 private constant PIECE_CID_HEAD = 0xd82a5828000181e203922020;
    uint256 private constant PIECE_CID_HEAD_BYTES = 12;
    uint256 private constant PIECE_CID_BYTES = 44;

    /// @inheritdoc INativeCallReceiver
    // solhint-disable-next-line func-name-mixedcase
    function handle_filecoin_method(
        uint64 method,
        uint64 codec,
        bytes calldata params
    ) external returns (uint32 exitCode, uint64 returnCodec, bytes memory returnData) {
        uint64 minerId = _requireNotice(method, codec);
        SectorChange[] memory changes = _readChanges(params);
        returnData = _acceptAll(changes);
        _onSectorContentChanged(minerId, changes);
        return (0, ActorCall.CBOR, returnData);
    }

    /// @notice Called for each notice of a miner.
    /// @dev A revert makes the storage provider's whole message fail when it asked for that.
    function _onSectorContentChanged(uint64 minerId, SectorChange[] memory changes) internal virtual;

    function _requireNotice(uint64 method, uint64 codec) private view returns (uint64 minerId) {
        if (!FilecoinAddress.isMasked(msg.sender)) revert NativeCallReceiver_NotNativeActor(msg.sender);
        if (method != FilecoinMethods.SECTOR_CONTENT_CHANGED) {
            revert NativeCallReceiver_UnknownMethod(FilecoinMethods.SECTOR_CONTENT_CHANGED, method);
        }
        if (!ActorCall.isCbor(codec)) revert NativeCallReceiver_UnexpectedCodec(ActorCall.CBOR, codec);
        minerId = FilecoinAddress.maskedId(msg.sender);
        if (!PowerActor.isMiner(minerId)) revert NativeCallReceiver_NotMiner(minerId);
    }

    function _readChanges(bytes memory params) private pure returns (SectorChange[] memory changes) {
        CborCursor c = CborReader.open(params);
        uint256 count;
        (count, c) = CborReader.readArrayLength(c, ANY_LENGTH);
        changes = new SectorChange[](count);
        for (uint256 i = 0; i < count; ++i) c = _readChange(c, changes[i]);
        CborReader.close(c);
    }

    function _readChange(CborCursor c, SectorChange memory change) private pure returns (CborCursor) {
        c = CborReader.readArray(c, 3);
        (change.sector, c) = CborReader.readUint64(c);
        (change.minimumCommitmentEpoch, c) = CborReader.readInt64(c);
        uint256 count;
        (count, c) = CborReader.readArrayLength(c, ANY_LENGTH);
        PieceChange[] memory added = new PieceChange[](count);
        for (uint256 i = 0; i < count; ++i) c = _readPiece(c, added[i]);
        change.added = added;
        return c;
    }

    function _readPiece(CborCursor c, PieceChange memory piece) private pure returns (CborCursor) {
        c = CborReader.readArray(c, 3);
        uint256 pointer;
        (pointer, c) = CborReader.readRaw(c, PIECE_CID_BYTES);
        if (_load(pointer) >> (256 - 8 * PIECE_CID_HEAD_BYTES) != PIECE_CID_HEAD) {
            revert NativeCallReceiver_NotPieceCid(CborReader.copy(pointer, PIECE_CID_BYTES));
        }
        piece.commP = bytes32(_load(pointer + PIECE_CID_HEAD_BYTES));
        (piece.paddedSize, c) = CborReader.readUint64(c);
        uint256 length;
        (pointer, length, c) = CborReader.readBytes(c);
        piece.payload = CborReader.copy(pointer, length);
        return c;
    }

    /// `[[true, ..], ..]`: the return types are transparent in builtin-actors, so they add no arrays of their own.
    function _acceptAll(SectorChange[] memory changes) private pure returns (bytes memory) {
        uint256 p = CborWriter.writeArray(CborWriter.start(), changes.length);
        for (uint256 i = 0; i < changes.length; ++i) {
            uint256 count = changes[i].added.length;
            p = CborWriter.writeArray(p, count);
            for (uint256 j = 0; j < count; ++j) p = CborWriter.writeTrue(p);
        }
        return CborWriter.finish(p);
    }

    function _load(uint256 pointer) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(pointer)
        }
    }
}
