// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CborReader} from "./CborReader.sol";

/// @title The forms of an address
/// @notice An actor has an id. Inside the EVM it is visible as its masked address 0xff00..00 ++ id, and, if it is a
/// contract or an Ethereum account, also as the 20 bytes of its f410 address. `msg.sender` and `address(this)` are the
/// f410 form where there is one, so a user who gives the masked form of a contract names somebody who never calls:
/// normalize what users give, compare ids.
library FilecoinAddress {
    /// @notice Thrown when no actor has this address.
    error FilecoinAddress_ActorNotFound(address account);
    /// @notice Thrown when no actor has this Filecoin address (raw bytes), or it is none.
    error FilecoinAddress_Unresolvable(bytes account);
    /// @notice Thrown when an ID address is not 0x00 followed by the shortest ULEB128 form of 64 bits.
    error FilecoinAddress_BadIdAddress(bytes account);
    /// @notice Thrown when the precompile that looks up delegated addresses refuses an actor id.
    error FilecoinAddress_LookupFailed(uint64 id);

    address internal constant RESOLVE_ADDRESS = 0xFE00000000000000000000000000000000000001;
    address internal constant LOOKUP_DELEGATED_ADDRESS = 0xfE00000000000000000000000000000000000002;

    /// The upper 12 bytes of every masked address.
    uint256 private constant MASKED_PREFIX = 0xff0000000000000000000000;
    /// Protocol 4 (delegated), namespace 10 (Ethereum address manager): first two bytes of an f410 address of 22.
    uint256 private constant F410_PREFIX = 0x040a;
    uint256 private constant F410_LENGTH = 22;

    /// @notice Whether the address is the masked form of an actor id.
    function isMasked(address account) internal pure returns (bool) {
        return uint160(account) >> 64 == MASKED_PREFIX;
    }

    /// @notice The masked form of an actor id.
    function toMasked(uint64 id) internal pure returns (address) {
        return address(uint160((MASKED_PREFIX << 64) | id));
    }

    /// @notice The actor id in a masked address; meaningless for others, ask `isMasked` first.
    function maskedId(address account) internal pure returns (uint64) {
        return uint64(uint160(account));
    }

    /// @notice Raw bytes of an f410 address.
    /// @dev Of an address that is not masked: FIL sent to the f410 address of a masked one is lost.
    function f410Bytes(address account) internal pure returns (bytes memory) {
        return abi.encodePacked(uint16(F410_PREFIX), account);
    }

    /// @notice Raw bytes of an ID address: 0x00 ++ ULEB128(id).
    function f0Bytes(uint64 id) internal pure returns (bytes memory raw) {
        raw = new bytes(11); // at most: 1 + ceil(64 / 7)
        uint256 length = 1;
        uint256 rest = id;
        unchecked {
            for (; rest > 0x7f; rest >>= 7) raw[length++] = bytes1(uint8(rest | 0x80));
            raw[length++] = bytes1(uint8(rest));
        }
        assembly ("memory-safe") {
            mstore(raw, length)
        }
    }

    /// @notice The actor id behind an address in either form.
    /// @dev Says nothing about the existence of a masked id.
    function toId(address account) internal view returns (uint64 id) {
        if (isMasked(account)) return maskedId(account);
        uint256 input;
        assembly ("memory-safe") {
            input := mload(0x40)
            mstore(input, or(shl(240, F410_PREFIX), shr(16, shl(96, account))))
            mstore(0x40, add(input, 0x20))
        }
        bool found;
        (found, id) = _resolve(input, F410_LENGTH);
        if (!found) revert FilecoinAddress_ActorNotFound(account);
    }

    /// @notice The address an actor has as `msg.sender`: f410 where it has one, else masked. Unmasked addresses come
    /// back unchanged.
    function normalize(address account) internal view returns (address) {
        if (!isMasked(account)) return account;
        uint64 id = maskedId(account);
        bool ok;
        uint256 size;
        uint256 word;
        assembly ("memory-safe") {
            mstore(0, and(id, 0xffffffffffffffff)) // the prefix may still be in the upper bits of the stack item
            ok := staticcall(gas(), LOOKUP_DELEGATED_ADDRESS, 0, 0x20, 0, 0x20)
            size := returndatasize()
            word := mload(0)
        }
        if (!ok) revert FilecoinAddress_LookupFailed(id);
        // Accounts with a key, multisigs and native actors have none; other namespaces than Ethereum's have no EVM
        // form.
        if (size != F410_LENGTH || word >> 240 != F410_PREFIX) return account;
        return address(uint160(word >> 80));
    }

    /// @notice The actor id behind a Filecoin address whose raw bytes are in memory.
    /// @dev Not for ID addresses, which `CborReader.readIdAddress` reads: one that comes here is not in its right form.
    /// The precompile would be more lenient.
    function resolve(uint256 pointer, uint256 length) internal view returns (uint64 id) {
        uint256 word;
        assembly ("memory-safe") {
            word := mload(pointer)
        }
        if (length > 1 && word >> 248 == 0) revert FilecoinAddress_BadIdAddress(CborReader.copy(pointer, length));
        bool found;
        (found, id) = _resolve(pointer, length);
        if (!found) revert FilecoinAddress_Unresolvable(CborReader.copy(pointer, length));
    }

    /// Answer: the id as a word, nothing when no actor has the address; failure when the bytes are no address.
    function _resolve(uint256 pointer, uint256 length) private view returns (bool found, uint64 id) {
        assembly ("memory-safe") {
            found := staticcall(gas(), RESOLVE_ADDRESS, pointer, length, 0, 0x20)
            id := mload(0)
            found := and(found, and(eq(returndatasize(), 0x20), iszero(shr(64, id))))
        }
    }
}
