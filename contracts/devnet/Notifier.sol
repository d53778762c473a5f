// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "./ActorCbor.sol";
import {exit} from "./ActorExit.sol";
import {Devnet} from "./Devnet.sol";
import {IFilecoinWorld} from "./IFilecoinWorld.sol";
import {NativeActor} from "./NativeActor.sol";
import {Kind, Run} from "./Types.sol";
import {WorldState} from "./WorldState.sol";

/// @title SectorContentChanged: a miner tells contracts which pieces its new sectors hold
/// @notice Implements `proveCommitNotifying` of `IFilecoinWorld`, on the world's storage by delegation.
contract Notifier is WorldState {
    using ActorCbor for ActorCbor.Reader;

    uint64 private constant SECTOR_CONTENT_CHANGED = 2034386435;
    bytes4 private constant HANDLE_FILECOIN_METHOD = 0x868e10c4;
    int256 private constant SEND_FAILED = 1000;
    int256 private constant RECEIVER_ABORTED = 1001;
    int256 private constant RESPONSE_INVALID = 1002;
    int256 private constant REJECTED = 1003;

    fallback(bytes calldata) external payable returns (bytes memory) {
        (bool ok, bytes memory out) = Devnet.LENS.delegatecall(msg.data);
        if (ok) return out;
        assembly ("memory-safe") {
            revert(add(out, 32), mload(out))
        }
    }

    function proveCommitNotifying(
        uint64 miner,
        uint64 first,
        uint32 count,
        uint8 deadline,
        uint128 pledge,
        IFilecoinWorld.PieceNotice[] calldata notices,
        bool requireSuccess
    ) external {
        IFilecoinWorld(address(this)).proveCommit(miner, first, count, deadline, pledge);
        for (uint256 i; i < notices.length; ++i) {
            if (!_isFirst(notices, i)) continue;
            int256 code = _notify(miner, notices, notices[i].notifee);
            if (code != 0 && requireSuccess) exit(code);
            emit IFilecoinWorld.ContentNotified(miner, notices[i].notifee, code);
        }
    }

    function _isFirst(IFilecoinWorld.PieceNotice[] calldata notices, uint256 index) private pure returns (bool) {
        for (uint256 i; i < index; ++i) {
            if (_isFor(notices[i], notices[index].notifee)) return false;
        }
        return true;
    }

    function _isFor(IFilecoinWorld.PieceNotice calldata notice, bytes memory notifee) private pure returns (bool) {
        return keccak256(notice.notifee) == keccak256(notifee);
    }

    function _notify(
        uint64 miner,
        IFilecoinWorld.PieceNotice[] calldata notices,
        bytes memory notifee
    ) private returns (int256) {
        (bool found, uint64 to) = _resolveForGood(notifee);
        if (!found || _kindOf(to) == Kind.None) return SEND_FAILED;
        (bytes memory params, uint256[] memory shape) = _encode(miner, notices, notifee);
        bytes memory data = abi.encodeWithSelector(HANDLE_FILECOIN_METHOD, SECTOR_CONTENT_CHANGED, Devnet.CBOR, params);
        (bool ok, bytes memory out) = NativeActor(payable(Devnet.masked(miner))).send(_home(to), data);
        if (!ok) return RECEIVER_ABORTED;
        return _judge(out, shape);
    }

    /// @dev Groups a notifee's pieces by sector, in the order in which the sectors come.
    function _encode(
        uint64 miner,
        IFilecoinWorld.PieceNotice[] calldata notices,
        bytes memory notifee
    ) private view returns (bytes memory params, uint256[] memory shape) {
        uint256[] memory counts = new uint256[](notices.length);
        uint256 sectors;
        for (uint256 i; i < notices.length; ++i) {
            if (!_isFor(notices[i], notifee) || _seen(notices, i, notifee)) continue;
            (bytes memory pieces, uint256 n) = _encodePieces(notices, i, notifee);
            counts[sectors++] = n;
            params = bytes.concat(
                params,
                ActorCbor.arrayHead(3),
                ActorCbor.writeUint(notices[i].sector),
                ActorCbor.writeUint(_expirationOf(miner, notices[i].sector)),
                ActorCbor.arrayHead(n),
                pieces
            );
        }
        params = bytes.concat(ActorCbor.arrayHead(sectors), params);
        shape = new uint256[](sectors);
        for (uint256 i; i < sectors; ++i) shape[i] = counts[i];
    }

    function _seen(
        IFilecoinWorld.PieceNotice[] calldata notices,
        uint256 index,
        bytes memory notifee
    ) private pure returns (bool) {
        for (uint256 i; i < index; ++i) {
            if (notices[i].sector == notices[index].sector && _isFor(notices[i], notifee)) return true;
        }
        return false;
    }

    function _encodePieces(
        IFilecoinWorld.PieceNotice[] calldata notices,
        uint256 from,
        bytes memory notifee
    ) private pure returns (bytes memory out, uint256 count) {
        for (uint256 i = from; i < notices.length; ++i) {
            IFilecoinWorld.PieceNotice calldata n = notices[i];
            if (n.sector != notices[from].sector || !_isFor(n, notifee)) continue;
            ++count;
            out = bytes.concat(
                out,
                ActorCbor.arrayHead(3),
                hex"d82a", // tag 42: a CID, with the identity multibase prefix
                ActorCbor.writeBytes(bytes.concat(hex"00", n.pieceCid)),
                ActorCbor.writeUint(n.size),
                ActorCbor.writeBytes(n.payload)
            );
        }
    }

    function _expirationOf(uint64 miner, uint64 sector) private view returns (uint64) {
        Run[] storage runs = _miners[miner].runs;
        for (uint256 i; i < runs.length; ++i) {
            if (sector >= runs[i].first && sector - runs[i].first < runs[i].count) return runs[i].expiration;
        }
        revert IFilecoinWorld.World_NoSuchSector(miner, sector);
    }

    // ------------------------------------------------------------------------------------------------ answers

    /// @dev The answer must be a list of lists of booleans in the shape of the question, all of them true.
    function _judge(bytes memory out, uint256[] memory shape) private view returns (int256) {
        try this.parseAcceptance(out, shape) returns (int256 code) {
            return code;
        } catch {
            return RESPONSE_INVALID;
        }
    }

    /// @notice Reads what a notifee answered; reverts when it is not of the right form.
    function parseAcceptance(bytes calldata out, uint256[] calldata shape) external pure returns (int256) {
        (uint32 code, , bytes memory answer) = abi.decode(out, (uint32, uint64, bytes));
        if (code != 0) return RECEIVER_ABORTED;
        ActorCbor.Reader memory r = ActorCbor.reader(answer);
        r.readTuple(shape.length);
        bool accepted = true;
        for (uint256 i; i < shape.length; ++i) {
            r.readTuple(shape[i]);
            for (uint256 j; j < shape[i]; ++j) accepted = r.readBool() && accepted;
        }
        r.done();
        return accepted ? int256(0) : REJECTED;
    }
}
