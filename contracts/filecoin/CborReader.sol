// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// Position inside a CBOR text in memory: pointer to the next byte in the low 128 bits, pointer past the last byte in
/// the high. Packed, because two stack items per reader push the decoders of this folder over the stack limit.
type CborCursor is uint256;

/// @title Strict reader of the CBOR that builtin actors write
/// @notice Reads the canonical form alone (RFC 8949 section 4.2.1: shortest lengths, no indefinite lengths), since
/// builtin-actors writes nothing else: any other byte means that the answer is not what this version of the protocol
/// was written for.
/// @dev Every function takes a cursor and returns the one behind the item read. Call `close` after the last item.
library CborReader {
    /// @notice Thrown when the text ends inside an item: bytes needed, bytes left.
    error CborReader_Truncated(uint256 expected, uint256 actual);
    /// @notice Thrown when bytes follow the last item.
    error CborReader_TrailingBytes(uint256 count);
    /// @notice Thrown when an item is of another kind: RFC 8949 major types.
    error CborReader_UnexpectedType(uint256 expected, uint256 actual);
    /// @notice Thrown for the reserved and the indefinite forms of a length: additional information 28 to 31.
    error CborReader_UnsupportedLength(uint256 additionalInformation);
    /// @notice Thrown when a number or a length is not written in its shortest form.
    error CborReader_NotShortestForm(uint256 value);
    /// @notice Thrown when an array has another number of items than this version of the actors writes.
    error CborReader_UnexpectedArrayLength(uint256 expected, uint256 actual);
    /// @notice Thrown when an array is longer than the reader will walk through.
    error CborReader_ArrayTooLong(uint256 maximum, uint256 actual);
    /// @notice Thrown when an integer does not fit 64 bits with a sign; the magnitude is given.
    error CborReader_IntegerOutOfRange(uint256 magnitude);
    /// @notice Thrown when a byte is neither `false` (0xf4) nor `true` (0xf5).
    error CborReader_NotBoolean(uint256 actual);
    /// @notice Thrown when the sign byte of a big integer is neither 0 nor 1.
    error CborReader_BadSign(uint256 actual);
    /// @notice Thrown when a big integer starts with a zero byte, or has a sign and no magnitude.
    error CborReader_BigIntNotCanonical();
    /// @notice Thrown when a big integer has more bytes than the field may have.
    error CborReader_BigIntTooLarge(uint256 maximumBytes, uint256 actualBytes);
    /// @notice Thrown when an amount that cannot be negative is; the magnitude is given.
    error CborReader_UnexpectedNegative(uint256 magnitude);

    // RFC 8949 major types
    uint256 private constant UNSIGNED = 0;
    uint256 private constant NEGATIVE = 1;
    uint256 private constant BYTES = 2;
    uint256 private constant ARRAY = 4;

    uint256 private constant FALSE = 0xf4;
    uint256 private constant TRUE = 0xf5;
    uint256 private constant NULL = 0xf6;

    /// FIL supply is below 2^91 attoFIL and network power below 2^70 bytes: 128 bits hold every amount, and sums of
    /// them stay far from the bounds of int256.
    uint256 private constant AMOUNT_BYTES = 16;
    uint256 private constant WORD_BYTES = 32;
    /// Longest big integer builtin actors read or write (fvm_shared `MAX_BIGINT_SIZE`), sign byte taken off.
    uint256 private constant LARGEST_BYTES = 127;

    /// The bits of ten bytes that say that a byte follows.
    uint256 private constant FOLLOW_BITS = 0x80808080808080808080;

    uint256 private constant MAX_INT64 = 0x7fffffffffffffff;
    uint256 private constant POINTER_MASK = 0xffffffffffffffffffffffffffffffff;

    /// @notice Starts at the first byte of `data`.
    function open(bytes memory data) internal pure returns (CborCursor cursor) {
        assembly ("memory-safe") {
            let start := add(data, 0x20)
            cursor := or(shl(128, add(start, mload(data))), start)
        }
    }

    /// @notice Reverts unless everything was read.
    function close(CborCursor cursor) internal pure {
        uint256 left = _left(cursor);
        if (left != 0) revert CborReader_TrailingBytes(left);
    }

    /// @notice Reads the head of an array of exactly `length` items.
    function readArray(CborCursor cursor, uint256 length) internal pure returns (CborCursor next) {
        bool plain;
        assembly ("memory-safe") {
            let pointer := and(cursor, POINTER_MASK)
            next := add(cursor, 1)
            plain := eq(byte(0, mload(pointer)), or(0x80, length)) // one byte, and the right one
            plain := and(plain, and(lt(length, 24), lt(pointer, shr(128, cursor))))
        }
        if (plain) return next;
        uint256 actual;
        (actual, next) = _head(cursor, ARRAY);
        if (actual != length) revert CborReader_UnexpectedArrayLength(length, actual);
    }

    /// @notice Reads the head of an array of at most `maximum` items.
    /// @dev An item takes a byte or more, so a length beyond the bytes left is refused before anybody allocates by it.
    function readArrayLength(
        CborCursor cursor,
        uint256 maximum
    ) internal pure returns (uint256 length, CborCursor next) {
        (length, next) = _head(cursor, ARRAY);
        if (length > maximum) revert CborReader_ArrayTooLong(maximum, length);
        uint256 left = _left(next);
        if (length > left) revert CborReader_Truncated(length, left);
    }

    /// @notice Reads an unsigned integer.
    function readUint64(CborCursor cursor) internal pure returns (uint64 value, CborCursor next) {
        uint256 argument;
        (argument, next) = _head(cursor, UNSIGNED);
        value = uint64(argument); // an argument has at most eight bytes
    }

    /// @notice Reads an integer of either sign, as chain epochs are written.
    function readInt64(CborCursor cursor) internal pure returns (int64 value, CborCursor next) {
        bool negative;
        assembly ("memory-safe") {
            negative := eq(shr(253, mload(and(cursor, POINTER_MASK))), NEGATIVE)
        }
        uint256 argument;
        (argument, next) = _head(cursor, negative ? NEGATIVE : UNSIGNED);
        if (argument > MAX_INT64) revert CborReader_IntegerOutOfRange(argument);
        assembly ("memory-safe") {
            value := xor(argument, sub(0, negative)) // -1 - argument is ~argument
        }
    }

    /// @notice Reads a boolean.
    function readBool(CborCursor cursor) internal pure returns (bool value, CborCursor next) {
        uint256 initial;
        (initial, next) = _byte(cursor);
        if (initial != FALSE && initial != TRUE) revert CborReader_NotBoolean(initial);
        value = initial == TRUE;
    }

    /// @notice Steps over a null if there is one.
    function readNull(CborCursor cursor) internal pure returns (bool isNull, CborCursor next) {
        uint256 initial;
        (initial, next) = _byte(cursor);
        if (initial != NULL) return (false, cursor);
        isNull = true;
    }

    /// @notice Reads a byte string in place.
    /// @return pointer Where in memory its first byte is.
    function readBytes(CborCursor cursor) internal pure returns (uint256 pointer, uint256 length, CborCursor next) {
        (length, cursor) = _head(cursor, BYTES);
        (pointer, next) = readRaw(cursor, length);
    }

    /// @notice Reads an ID address if there is one in its right form: the byte string 0x00 ++ ULEB128(id). Says no to
    /// all else.
    function readIdAddress(CborCursor cursor) internal pure returns (bool found, uint64 id, CborCursor next) {
        assembly ("memory-safe") {
            let word := mload(and(cursor, POINTER_MASK))
            let length := sub(byte(0, word), 0x41) // groups of the number, when byte 0 is the head of a byte string
            next := add(cursor, add(length, 2))
            found := and(lt(sub(length, 1), 10), iszero(byte(1, word))) // 1 to 10, protocol 0
            found := and(found, iszero(gt(and(next, POINTER_MASK), shr(128, cursor))))
            if found {
                // Seven bits a byte, least significant first; the upper bit says that a byte follows. Not so in one of
                // them but the last, and the number ends too early; so in the last, too late.
                let rest := shr(sub(256, shl(3, length)), shl(16, word))
                let follow := and(shr(shl(3, sub(10, length)), FOLLOW_BITS), not(0xff))
                found := eq(and(rest, FOLLOW_BITS), follow)
                // A last byte of zero has a shorter form, unless it is the only one.
                found := and(found, or(eq(length, 1), gt(and(rest, 0xff), 0)))
                let value := 0
                for {} rest {
                    rest := shr(8, rest)
                } {
                    value := or(shl(7, value), and(rest, 0x7f))
                }
                found := and(found, iszero(shr(64, value)))
                id := value
            }
        }
    }

    /// @notice Steps over `length` bytes whose meaning the caller knows.
    /// @return pointer Where in memory the first of them is.
    function readRaw(CborCursor cursor, uint256 length) internal pure returns (uint256 pointer, CborCursor next) {
        uint256 left = _left(cursor);
        if (length > left) revert CborReader_Truncated(length, left);
        assembly ("memory-safe") {
            pointer := and(cursor, POINTER_MASK)
            next := add(cursor, length)
        }
    }

    /// @notice Copies bytes out of a text.
    function copy(uint256 pointer, uint256 length) internal pure returns (bytes memory data) {
        data = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(data, 0x20), pointer, length)
        }
    }

    /// @notice Reads an amount of FIL or of power: a big integer, not negative, below 2^128.
    function readAmount(CborCursor cursor) internal pure returns (uint256 value, CborCursor next) {
        bool plain;
        (plain, value, next) = _plainAmount(cursor);
        if (!plain) return _unsigned(cursor, AMOUNT_BYTES);
    }

    /// @notice Reads a big integer of either sign, with a magnitude below 2^128.
    function readSignedAmount(CborCursor cursor) internal pure returns (int256 value, CborCursor next) {
        (bool plain, uint256 magnitude, CborCursor behind) = _plainAmount(cursor);
        if (plain) return (int256(magnitude), behind); // fits: below 2^128, here as below
        bool negative;
        (negative, magnitude, next) = _bigInt(cursor, AMOUNT_BYTES);
        value = int256(magnitude);
        if (negative) value = -value;
    }

    /// @notice Reads a big integer that is not negative and below 2^256.
    /// @dev For beneficiary quotas: an "unlimited" one may be anything its two parties agreed on, and is no amount of
    /// money.
    function readQuota(CborCursor cursor) internal pure returns (uint256 value, CborCursor next) {
        bool plain;
        (plain, value, next) = _plainAmount(cursor);
        if (!plain) return _unsigned(cursor, WORD_BYTES);
    }

    /// @notice Steps over a big integer of any size that builtin actors can write.
    /// @dev For fields that one party alone can fill: a bound on their size would let it block every reader.
    function skipBigInt(CborCursor cursor) internal pure returns (CborCursor next) {
        (, , next) = _bigInt(cursor, LARGEST_BYTES);
    }

    /// The usual big integer, zero or positive in at most 16 bytes, from one word at a quarter of the gas. Says no to
    /// all others, right or wrong: `_bigInt` then tells.
    function _plainAmount(CborCursor cursor) private pure returns (bool plain, uint256 value, CborCursor next) {
        assembly ("memory-safe") {
            let word := mload(and(cursor, POINTER_MASK))
            let size := sub(byte(0, word), 0x40) // of sign and magnitude, when byte 0 is the head of a byte string
            next := add(cursor, add(size, 1))
            plain := lt(sub(size, 2), 16) // 2 to 17
            plain := and(plain, lt(sub(and(shr(232, word), 0xffff), 1), 0xff)) // sign byte 0, next byte not
            plain := or(plain, iszero(size)) // nothing for zero
            plain := and(plain, iszero(gt(and(next, POINTER_MASK), shr(128, cursor))))
            value := shr(sub(264, shl(3, size)), shl(16, word)) // size - 1 bytes from byte 2 on
        }
    }

    function _unsigned(CborCursor cursor, uint256 maximumBytes) private pure returns (uint256 value, CborCursor next) {
        bool negative;
        (negative, value, next) = _bigInt(cursor, maximumBytes);
        if (negative) revert CborReader_UnexpectedNegative(value);
    }

    /// Big integers are byte strings: empty for zero, else a sign byte (0 plus, 1 minus) and the magnitude, big-endian
    /// without leading zeros (fvm_shared `bigint_ser`). The magnitude comes out as 0 when it has more than 32 bytes.
    function _bigInt(
        CborCursor cursor,
        uint256 maximumBytes
    ) private pure returns (bool negative, uint256 magnitude, CborCursor next) {
        uint256 pointer;
        uint256 length;
        (pointer, length, next) = readBytes(cursor);
        if (length == 0) return (false, 0, next);
        uint256 word;
        assembly ("memory-safe") {
            word := mload(pointer)
            magnitude := mload(add(pointer, 1))
        }
        if (word >> 248 > 1) revert CborReader_BadSign(word >> 248);
        negative = word >> 248 == 1;
        unchecked {
            --length; // at least 1; what remains is the magnitude
            if (length > maximumBytes) revert CborReader_BigIntTooLarge(maximumBytes, length);
            if (length == 0 || magnitude >> 248 == 0) revert CborReader_BigIntNotCanonical();
            magnitude >>= 256 - 8 * length; // beyond 32 bytes the shift wraps to a huge one, which gives 0
        }
    }

    /// Reads an item's head: its major type, which must be `major`, and its argument. Written for the right texts
    /// alone; what is wrong with another, `_refuseHead` finds out.
    function _head(CborCursor cursor, uint256 major) private pure returns (uint256 argument, CborCursor next) {
        bool ok;
        assembly ("memory-safe") {
            let word := mload(and(cursor, POINTER_MASK))
            argument := sub(byte(0, word), shl(5, major)) // below 32, or the major type is another
            next := add(cursor, 1)
            ok := lt(argument, 24)
            if iszero(ok) {
                let log := sub(argument, 24)
                let size := shl(log, 1) // 24 to 27: the argument follows in 1, 2, 4 or 8 bytes
                argument := shr(sub(256, shl(3, size)), shl(8, word))
                next := add(next, size)
                // Half the size would have done when the upper half is empty; below 24, the head itself.
                ok := iszero(or(lt(argument, 24), iszero(shr(shl(2, size), argument))))
                ok := and(ok, lt(log, 4))
            }
            ok := and(ok, iszero(gt(and(next, POINTER_MASK), shr(128, cursor))))
        }
        if (!ok) _refuseHead(cursor, major);
    }

    /// Always reverts.
    function _refuseHead(CborCursor cursor, uint256 major) private pure {
        uint256 left = _left(cursor);
        if (left == 0) revert CborReader_Truncated(1, 0);
        uint256 word;
        assembly ("memory-safe") {
            word := mload(and(cursor, POINTER_MASK))
        }
        if (word >> 253 != major) revert CborReader_UnexpectedType(major, word >> 253);
        uint256 information = (word >> 248) & 0x1f;
        if (information > 27) revert CborReader_UnsupportedLength(information);
        uint256 size = 1 << (information - 24);
        if (left <= size) revert CborReader_Truncated(size + 1, left);
        revert CborReader_NotShortestForm((word << 8) >> (256 - 8 * size));
    }

    /// The next byte.
    function _byte(CborCursor cursor) private pure returns (uint256 value, CborCursor next) {
        bool ok;
        assembly ("memory-safe") {
            let pointer := and(cursor, POINTER_MASK)
            value := byte(0, mload(pointer))
            next := add(cursor, 1)
            ok := lt(pointer, shr(128, cursor))
        }
        if (!ok) revert CborReader_Truncated(1, 0);
    }

    function _left(CborCursor cursor) private pure returns (uint256 left) {
        assembly ("memory-safe") {
            left := sub(shr(128, cursor), and(cursor, POINTER_MASK))
        }
    }
}
