// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// A contract that signs, honestly or not.
contract SignerDouble is IERC1271 {
    enum Manner {
        Approved, // what it has approved
        Always,
        WrongMagic,
        MagicAndMore, // the magic value with something behind it in the same word
        True, // 1
        Short, // 31 bytes
        Empty,
        Revert,
        RevertWithMagic,
        RevertLong, // with a megabyte
        Bomb, // the magic value and a megabyte
        BurnGas,
        Invalid,
        Reenter,
        Choosy // signs only with plenty of gas
    }

    error SignerDouble_No();

    Manner public manner;
    mapping(bytes32 hash => bool approved) public approvals;
    address private _callee;
    bytes private _callData;

    function setManner(Manner manner_) external {
        manner = manner_;
    }

    function approve(bytes32 hash, bool approved) external {
        approvals[hash] = approved;
    }

    function setCall(address callee, bytes calldata callData) external {
        (_callee, _callData) = (callee, callData);
    }

    /// Whatever a test wants it to send.
    function send(address to, bytes calldata data) external returns (bytes memory) {
        (bool ok, bytes memory answer) = to.call(data);
        if (!ok) revert SignerDouble_No();
        return answer;
    }

    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        bytes4 magic = IERC1271.isValidSignature.selector;
        if (manner == Manner.Approved) return approvals[hash] ? magic : bytes4(0);
        if (manner == Manner.Always) return magic;
        if (manner == Manner.WrongMagic) return 0xffffffff;
        if (manner == Manner.MagicAndMore) _return(bytes32(magic) | bytes32(uint256(1)), 32);
        if (manner == Manner.True) _return(bytes32(uint256(1)), 32);
        if (manner == Manner.Short) _return(magic, 31);
        if (manner == Manner.Empty) _return(magic, 0);
        if (manner == Manner.Bomb) _return(magic, 1_000_000);
        if (manner == Manner.Revert) revert SignerDouble_No();
        if (manner == Manner.RevertWithMagic) _revert(magic, 32);
        if (manner == Manner.RevertLong) _revert(magic, 1_000_000);
        if (manner == Manner.BurnGas) {
            for (uint256 sum; ; ++sum) {}
        }
        if (manner == Manner.Choosy) return gasleft() > 1_900_000 ? magic : bytes4(0);
        if (manner == Manner.Reenter) {
            (bool ok, ) = _callee.staticcall(_callData);
            return ok ? magic : bytes4(0);
        }
        assembly ("memory-safe") {
            invalid()
        }
    }

    function _return(bytes32 word, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(0, word)
            return(0, length)
        }
    }

    function _revert(bytes32 word, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(0, word)
            revert(0, length)
        }
    }
}
