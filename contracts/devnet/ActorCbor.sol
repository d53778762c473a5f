// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {check} from "./ActorExit.sol";
import {Devnet} from "./Devnet.sol";

/// @title DAG-CBOR as the actors read and write it
/// @dev The actors' side of the wire. It shares nothing with `contracts/filecoin` on purpose: a common codec would make
///      the same mistake on both sides and no test could see it. Anything that serde would reject ends the actor with
///      USR_SERIALIZATION (21), trailing bytes and non-minimal lengths included.
library ActorCbor {
    struct Reader {
        bytes data;
        uint256 at;
    }

    uint8 private constant UINT = 0;
    uint8 private constant NEGATIVE = 1;
    uint8 private constant BYTES = 2;
    uint8 private constant ARRAY = 4;
    /// @dev BigInts of more bytes than this are refused by the actors [bigint_ser MAX_BIGINT_SIZE].
    uint256 private constant MAX_BIGINT = 128;

    // ------------------------------------------------------------------------------------------------ reading

    function reader(bytes memory data) internal pure returns (Reader memory) {
        return Reader(data, 0);
    }

    /// @notice Ends the actor unless everything was read.
    function done(Reader memory r) internal pure {
        check(r.at == r.data.length, Devnet.SERIALIZATION);
    }

    function readArray(Reader memory r) internal pure returns (uint256 length) {
        return _expect(r, ARRAY);
    }

    /// @notice Reads the head of a tuple of exactly `length` fields.
    function readTuple(Reader memory r, uint256 length) internal pure {
        check(_expect(r, ARRAY) == length, Devnet.SERIALIZATION);
    }

    function readUint(Reader memory r) internal pure returns (uint64) {
        return _expect(r, UINT);
    }

    /// @notice Reads a chain epoch.
    function readInt(Reader memory r) internal pure returns (int64) {
        (uint8 major, uint64 argument) = _head(r);
        check(major <= NEGATIVE && argument <= uint64(type(int64).max), Devnet.SERIALIZATION);
        return major == UINT ? int64(argument) : -1 - int64(argument);
    }

    function readBool(Reader memory r) internal pure returns (bool) {
        check(r.at < r.data.length, Devnet.SERIALIZATION);
        uint8 b = uint8(r.data[r.at++]);
        check(b == 0xf4 || b == 0xf5, Devnet.SERIALIZATION);
        return b == 0xf5;
    }

    function readBytes(Reader memory r) internal pure returns (bytes memory out) {
        uint256 length = _expect(r, BYTES);
        check(r.at + length <= r.data.length, Devnet.SERIALIZATION);
        out = new bytes(length);
        (bytes memory data, uint256 at) = (r.data, r.at);
        assembly ("memory-safe") {
            mcopy(add(out, 32), add(add(data, 32), at), length)
        }
        r.at += length;
    }

    /// @notice Reads a BigInt: empty for zero, else a sign byte and a big-endian magnitude.
    /// @dev Magnitudes beyond 256 bits, which the actors would accept up to 127 bytes, end with USR_ILLEGAL_ARGUMENT here.
    function readBigInt(Reader memory r) internal pure returns (bool negative, uint256 magnitude) {
        bytes memory raw = readBytes(r);
        check(raw.length <= MAX_BIGINT, Devnet.SERIALIZATION);
        if (raw.length == 0) return (false, 0);
        check(uint8(raw[0]) <= 1, Devnet.SERIALIZATION);
        for (uint256 i = 1; i < raw.length; ++i) {
            check(magnitude >> 248 == 0, Devnet.ILLEGAL_ARGUMENT);
            magnitude = (magnitude << 8) | uint8(raw[i]);
        }
        negative = uint8(raw[0]) == 1 && magnitude != 0;
    }

    /// @notice Reads an address and returns its raw bytes, checked for form.
    function readAddress(Reader memory r) internal pure returns (bytes memory raw) {
        raw = readBytes(r);
        check(isAddress(raw), Devnet.SERIALIZATION);
    }

    function _expect(Reader memory r, uint8 wanted) private pure returns (uint64 argument) {
        uint8 major;
        (major, argument) = _head(r);
        check(major == wanted, Devnet.SERIALIZATION);
    }

    function _head(Reader memory r) private pure returns (uint8 major, uint64 argument) {
        check(r.at < r.data.length, Devnet.SERIALIZATION);
        uint8 first = uint8(r.data[r.at++]);
        major = first >> 5;
        uint8 info = first & 31;
        if (info < 24) return (major, info);
        check(info < 28, Devnet.SERIALIZATION); // 28..31 are reserved or indefinite: never in DAG-CBOR
        uint256 size = 1 << (info - 24);
        check(r.at + size <= r.data.length, Devnet.SERIALIZATION);
        for (uint256 i; i < size; ++i) argument = (argument << 8) | uint8(r.data[r.at++]);
        uint64 floor = size == 1 ? 24 : uint64(1) << uint64(4 * size);
        check(argument >= floor, Devnet.SERIALIZATION); // the shortest form only
    }

    // ------------------------------------------------------------------------------------------------ addresses

    /// @notice Whether `raw` is the byte form of an f0, f1, f2, f3 or f4 address.
    function isAddress(bytes memory raw) internal pure returns (bool) {
        if (raw.length < 2) return false;
        uint8 protocol = uint8(raw[0]);
        if (protocol == 1 || protocol == 2) return raw.length == 21;
        if (protocol == 3) return raw.length == 49;
        if (protocol != 0 && protocol != 4) return false;
        (bool ok, , uint256 end) = _leb128(raw, 1);
        if (!ok) return false;
        return protocol == 0 ? end == raw.length : raw.length - end <= 54;
    }

    /// @notice The id of an f0 address that `isAddress` accepted.
    function idOf(bytes memory raw) internal pure returns (uint64 id) {
        (, id, ) = _leb128(raw, 1);
    }

    function _leb128(bytes memory raw, uint256 at) private pure returns (bool ok, uint64 value, uint256 end) {
        uint256 wide;
        for (uint256 shift; at < raw.length && shift < 70; shift += 7) {
            uint8 b = uint8(raw[at++]);
            wide |= uint256(b & 0x7f) << shift;
            if (b & 0x80 == 0) {
                bool minimal = b != 0 || shift == 0;
                return (minimal && wide <= type(uint64).max, uint64(wide), at);
            }
        }
    }

    /// @notice The f0 address of an actor.
    function idAddress(uint64 id) internal pure returns (bytes memory raw) {
        raw = hex"00";
        while (id >= 0x80) {
            raw = bytes.concat(raw, bytes1(uint8(id & 0x7f) | 0x80));
            id >>= 7;
        }
        raw = bytes.concat(raw, bytes1(uint8(id)));
    }

    // ------------------------------------------------------------------------------------------------ writing

    function arrayHead(uint256 length) internal pure returns (bytes memory) {
        return _writeHead(ARRAY, length);
    }

    function writeUint(uint256 value) internal pure returns (bytes memory) {
        return _writeHead(UINT, value);
    }

    function writeInt(int256 value) internal pure returns (bytes memory) {
        return value >= 0 ? _writeHead(UINT, uint256(value)) : _writeHead(NEGATIVE, uint256(-1 - value));
    }

    function writeBool(bool value) internal pure returns (bytes memory) {
        return value ? bytes(hex"f5") : bytes(hex"f4");
    }

    function writeNull() internal pure returns (bytes memory) {
        return hex"f6";
    }

    function writeBytes(bytes memory value) internal pure returns (bytes memory) {
        return bytes.concat(_writeHead(BYTES, value.length), value);
    }

    function writeAddress(uint64 id) internal pure returns (bytes memory) {
        return writeBytes(idAddress(id));
    }

    function writeBigInt(uint256 value) internal pure returns (bytes memory) {
        return _writeBigInt(value, 0);
    }

    function writeSigned(int256 value) internal pure returns (bytes memory) {
        return value >= 0 ? _writeBigInt(uint256(value), 0) : _writeBigInt(uint256(-value), 1);
    }

    function _writeBigInt(uint256 magnitude, uint8 sign) private pure returns (bytes memory) {
        if (magnitude == 0) return hex"40";
        uint256 size;
        for (uint256 m = magnitude; m != 0; m >>= 8) ++size;
        return writeBytes(bytes.concat(bytes1(sign), _bigEndian(magnitude, size)));
    }

    function _writeHead(uint8 major, uint256 argument) private pure returns (bytes memory) {
        bytes1 top = bytes1(major << 5);
        if (argument < 24) return bytes.concat(top | bytes1(uint8(argument)));
        if (argument <= type(uint8).max) return bytes.concat(top | bytes1(uint8(24)), _bigEndian(argument, 1));
        if (argument <= type(uint16).max) return bytes.concat(top | bytes1(uint8(25)), _bigEndian(argument, 2));
        if (argument <= type(uint32).max) return bytes.concat(top | bytes1(uint8(26)), _bigEndian(argument, 4));
        return bytes.concat(top | bytes1(uint8(27)), _bigEndian(argument, 8));
    }

    /// @dev `size` is at most 32.
    function _bigEndian(uint256 value, uint256 size) private pure returns (bytes memory out) {
        out = new bytes(size);
        assembly ("memory-safe") {
            mstore(add(out, 32), shl(mul(8, sub(32, size)), value))
        }
    }

    // ------------------------------------------------------------------------------------------------ long answers

    /// @notice An answer under construction, within a capacity fixed beforehand.
    struct Buffer {
        bytes data;
        uint256 length;
    }

    function buffer(uint256 capacity) internal pure returns (Buffer memory) {
        return Buffer(new bytes(capacity), 0);
    }

    function append(Buffer memory b, bytes memory part) internal pure {
        (bytes memory data, uint256 at) = (b.data, b.length);
        assert(at + part.length <= data.length);
        assembly ("memory-safe") {
            mcopy(add(add(data, 32), at), add(part, 32), mload(part))
        }
        b.length = at + part.length;
    }

    /// @notice Appends the first `size` bytes of a word, whose others are 0; the buffer needs room for all 32.
    function appendWord(Buffer memory b, uint256 word, uint256 size) internal pure {
        (bytes memory data, uint256 at) = (b.data, b.length);
        assert(at + 32 <= data.length);
        assembly ("memory-safe") {
            mstore(add(add(data, 32), at), word)
        }
        b.length = at + size;
    }

    function toBytes(Buffer memory b) internal pure returns (bytes memory data) {
        data = b.data;
        uint256 length = b.length;
        assembly ("memory-safe") {
            mstore(data, length)
        }
    }
}
