// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Writer of the CBOR that builtin actors read
/// @notice Writes the canonical form into memory that is not allocated yet.
/// @dev Shape of use: `p = start(); p = writeX(p, ..); ..; bytes memory text = finish(p);`. Nothing may be allocated
/// between `start` and `finish`, which takes the memory. This saves the copies that a growing buffer would make, in
/// calls whose whole text has a few words. Functions may write up to 64 bytes past what they append.
library CborWriter {
    uint256 private constant BYTES = 0x40;
    uint256 private constant ARRAY = 0x80;
    uint256 private constant TRUE = 0xf5;

    /// @notice Where the first byte goes: behind the length word of the text to come.
    function start() internal pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := add(mload(0x40), 0x20)
        }
    }

    /// @notice Allocates everything written since `start`.
    function finish(uint256 pointer) internal pure returns (bytes memory text) {
        assembly ("memory-safe") {
            text := mload(0x40)
            mstore(text, sub(pointer, add(text, 0x20)))
            mstore(0x40, and(add(pointer, 0x1f), not(0x1f)))
        }
    }

    /// @notice Appends the head of an array of `length` items.
    function writeArray(uint256 pointer, uint256 length) internal pure returns (uint256) {
        return _head(pointer, ARRAY, length);
    }

    /// @notice Appends an unsigned integer.
    function writeUint64(uint256 pointer, uint64 value) internal pure returns (uint256) {
        return _head(pointer, 0, value);
    }

    /// @notice Appends an integer of either sign, as chain epochs are written.
    function writeInt64(uint256 pointer, int64 value) internal pure returns (uint256) {
        if (value < 0) return _head(pointer, 0x20, uint64(~value)); // -1 - value
        return _head(pointer, 0, uint64(value));
    }

    /// @notice Appends `true`.
    function writeTrue(uint256 pointer) internal pure returns (uint256) {
        return _byte(pointer, TRUE);
    }

    /// @notice Appends a byte string.
    function writeBytes(uint256 pointer, bytes memory data) internal pure returns (uint256 next) {
        next = _head(pointer, BYTES, data.length);
        assembly ("memory-safe") {
            let length := mload(data)
            mcopy(next, add(data, 0x20), length)
            next := add(next, length)
        }
    }

    /// @notice Appends an ID address: the byte string 0x00 ++ ULEB128(id).
    function writeIdAddress(uint256 pointer, uint64 id) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            next := add(pointer, 1)
            mstore8(next, 0) // protocol 0
            next := add(next, 1)
            let rest := and(id, 0xffffffffffffffff)
            for {} gt(rest, 0x7f) {} {
                mstore8(next, or(0x80, and(rest, 0x7f)))
                rest := shr(7, rest)
                next := add(next, 1)
            }
            mstore8(next, rest)
            next := add(next, 1)
            mstore8(pointer, add(BYTES, sub(next, add(pointer, 1)))) // at most 11 bytes: the length fits the head
        }
    }

    /// @notice Appends a delegated address of the Ethereum address manager: the byte string 0x04 ++ 0x0a ++ account.
    function writeDelegatedAddress(uint256 pointer, address account) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            // 0x56: a byte string of 22
            mstore(pointer, or(shl(232, 0x56040a), shr(24, shl(96, account))))
            next := add(pointer, 23)
        }
    }

    /// @notice Appends a big integer that is not negative: amounts, power, quotas.
    function writeBigUint(uint256 pointer, uint256 value) internal pure returns (uint256) {
        return _bigInt(pointer, 0, value);
    }

    /// @notice Appends a big integer of either sign.
    function writeBigInt(uint256 pointer, int256 value) internal pure returns (uint256) {
        if (value >= 0) return _bigInt(pointer, 0, uint256(value));
        unchecked {
            return _bigInt(pointer, 1, 0 - uint256(value)); // the magnitude of type(int256).min fits uint256 alone
        }
    }

    /// Empty for zero, else sign byte and magnitude, big-endian without leading zeros (fvm_shared `bigint_ser`).
    function _bigInt(uint256 pointer, uint256 sign, uint256 magnitude) private pure returns (uint256 next) {
        if (magnitude == 0) return _byte(pointer, BYTES);
        assembly ("memory-safe") {
            // Bytes of the magnitude: halves the range five times.
            let bits := shl(7, gt(magnitude, 0xffffffffffffffffffffffffffffffff))
            bits := or(bits, shl(6, gt(shr(bits, magnitude), 0xffffffffffffffff)))
            bits := or(bits, shl(5, gt(shr(bits, magnitude), 0xffffffff)))
            bits := or(bits, shl(4, gt(shr(bits, magnitude), 0xffff)))
            bits := or(bits, shl(3, gt(shr(bits, magnitude), 0xff)))
            let length := add(shr(3, bits), 1)
            let head := add(0x41, length) // with the sign, up to 23 bytes
            if gt(length, 22) {
                mstore8(pointer, 0x58) // more: the length follows in a byte
                pointer := add(pointer, 1)
                head := add(1, length)
            }
            mstore8(pointer, head)
            mstore8(add(pointer, 1), sign)
            next := add(pointer, 2)
            mstore(next, shl(sub(256, shl(3, length)), magnitude)) // left-aligned
            next := add(next, length)
        }
    }

    /// Appends an item's head in its shortest form: `major` is the major type in the upper three bits of a byte.
    function _head(uint256 pointer, uint256 major, uint256 argument) private pure returns (uint256 next) {
        if (argument < 24) return _byte(pointer, major | argument);
        assembly ("memory-safe") {
            let log := add(add(gt(argument, 0xff), gt(argument, 0xffff)), gt(argument, 0xffffffff))
            let size := shl(log, 1) // the argument follows in 1, 2, 4 or 8 bytes
            mstore8(pointer, or(major, add(24, log)))
            mstore(add(pointer, 1), shl(sub(256, shl(3, size)), argument))
            next := add(pointer, add(size, 1))
        }
    }

    function _byte(uint256 pointer, uint256 value) private pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore8(pointer, value)
            next := add(pointer, 1)
        }
    }
}
