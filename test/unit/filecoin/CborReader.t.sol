// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {CborReader} from "../../../contracts/filecoin/CborReader.sol";
import {CborHarness} from "./CborHarness.sol";

contract CborReaderTest is Test {
    CborHarness private cbor = new CborHarness();

    function _rejects(bytes4 read, bytes memory text, bytes memory reason) private view {
        (bool ok, bytes memory data) = address(cbor).staticcall(abi.encodeWithSelector(read, text));
        assertFalse(ok, vm.toString(text));
        assertEq(data, reason, vm.toString(text));
    }

    function _truncated(uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(CborReader.CborReader_Truncated.selector, expected, actual);
    }

    function _type(uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, expected, actual);
    }

    function _notShortest(uint256 value) private pure returns (bytes memory) {
        return abi.encodeWithSelector(CborReader.CborReader_NotShortestForm.selector, value);
    }

    function _tooLarge(uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(CborReader.CborReader_BigIntTooLarge.selector, expected, actual);
    }

    /// A big integer of `length` bytes of 0x11 with a sign byte of zero.
    function _bigInt(uint256 length) private pure returns (bytes memory text) {
        bytes memory payload = new bytes(length + 1);
        for (uint256 i = 1; i <= length; ++i) payload[i] = 0x11;
        return
            length < 23
                ? abi.encodePacked(uint8(0x40 + length + 1), payload)
                : length < 255
                    ? abi.encodePacked(uint8(0x58), uint8(length + 1), payload)
                    : abi.encodePacked(uint8(0x59), uint16(length + 1), payload);
    }

    // UNSIGNED INTEGERS

    function test_readUint64_vectors() public view {
        assertEq(cbor.uint64_(hex"00"), 0);
        assertEq(cbor.uint64_(hex"17"), 23);
        assertEq(cbor.uint64_(hex"1818"), 24);
        assertEq(cbor.uint64_(hex"182a"), 42);
        assertEq(cbor.uint64_(hex"18ff"), 255);
        assertEq(cbor.uint64_(hex"190100"), 256);
        assertEq(cbor.uint64_(hex"1904d2"), 1234);
        assertEq(cbor.uint64_(hex"19ffff"), 65_535);
        assertEq(cbor.uint64_(hex"1a00010000"), 65_536);
        assertEq(cbor.uint64_(hex"1a000186a0"), 100_000);
        assertEq(cbor.uint64_(hex"1affffffff"), type(uint32).max);
        assertEq(cbor.uint64_(hex"1b0000000100000000"), 1 << 32);
        assertEq(cbor.uint64_(hex"1b0000000800000000"), 32 * 2 ** 30);
        assertEq(cbor.uint64_(hex"1bffffffffffffffff"), type(uint64).max);
    }

    function test_E07_RevertWhen_IntegerTruncated() public view {
        bytes4 read = cbor.uint64_.selector;
        _rejects(read, "", _truncated(1, 0));
        _rejects(read, hex"18", _truncated(2, 1));
        _rejects(read, hex"1901", _truncated(3, 2));
        _rejects(read, hex"1a000100", _truncated(5, 4));
        _rejects(read, hex"1b00000001000000", _truncated(9, 8));
    }

    function test_E07_RevertWhen_IntegerNotInShortestForm() public view {
        bytes4 read = cbor.uint64_.selector;
        _rejects(read, hex"1800", _notShortest(0));
        _rejects(read, hex"1817", _notShortest(23));
        _rejects(read, hex"190017", _notShortest(23));
        _rejects(read, hex"1900ff", _notShortest(255));
        _rejects(read, hex"1a0000ffff", _notShortest(65_535));
        _rejects(read, hex"1b00000000ffffffff", _notShortest(type(uint32).max));
    }

    function test_E07_RevertWhen_LengthReservedOrIndefinite() public view {
        for (uint256 info = 28; info < 32; ++info) {
            bytes memory reason = abi.encodeWithSelector(CborReader.CborReader_UnsupportedLength.selector, info);
            _rejects(cbor.uint64_.selector, abi.encodePacked(uint8(info), uint64(0)), reason);
            _rejects(cbor.bytes_.selector, abi.encodePacked(uint8(0x40 + info), uint64(0)), reason);
        }
    }

    function test_E07_RevertWhen_MajorTypeWrong() public view {
        _rejects(cbor.uint64_.selector, hex"20", _type(0, 1));
        _rejects(cbor.uint64_.selector, hex"40", _type(0, 2));
        _rejects(cbor.uint64_.selector, hex"60", _type(0, 3));
        _rejects(cbor.uint64_.selector, hex"80", _type(0, 4));
        _rejects(cbor.uint64_.selector, hex"a0", _type(0, 5));
        _rejects(cbor.uint64_.selector, hex"c0", _type(0, 6));
        _rejects(cbor.uint64_.selector, hex"f6", _type(0, 7));
        _rejects(cbor.int64_.selector, hex"40", _type(0, 2));
        _rejects(cbor.bytes_.selector, hex"00", _type(2, 0));
        _rejects(cbor.amount.selector, hex"00", _type(2, 0));
        _rejects(cbor.signedAmount.selector, hex"60", _type(2, 3));
        _rejects(cbor.quota.selector, hex"80", _type(2, 4));
        _rejects(cbor.skipBigInt.selector, hex"f6", _type(2, 7));
    }

    function test_E07_RevertWhen_TrailingBytes() public view {
        bytes memory one = abi.encodeWithSelector(CborReader.CborReader_TrailingBytes.selector, 1);
        _rejects(cbor.uint64_.selector, hex"0000", one);
        _rejects(cbor.int64_.selector, hex"2000", one);
        _rejects(cbor.bool_.selector, hex"f400", one);
        _rejects(cbor.null_.selector, hex"f600", one);
        _rejects(cbor.bytes_.selector, hex"4000", one);
        _rejects(cbor.amount.selector, hex"42000100", one);
        _rejects(
            cbor.signedAmount.selector,
            hex"420001000000",
            abi.encodeWithSelector(CborReader.CborReader_TrailingBytes.selector, 3)
        );
        _rejects(cbor.quota.selector, hex"4000", one);
        _rejects(cbor.skipBigInt.selector, hex"4000", one);
    }

    // SIGNED INTEGERS

    function test_readInt64_vectors() public view {
        assertEq(cbor.int64_(hex"20"), -1);
        assertEq(cbor.int64_(hex"37"), -24);
        assertEq(cbor.int64_(hex"3818"), -25);
        assertEq(cbor.int64_(hex"1a005b8d80"), 6_000_000);
        assertEq(cbor.int64_(hex"1a006acfc0"), 7_000_000);
        assertEq(cbor.int64_(hex"1b7fffffffffffffff"), type(int64).max);
        assertEq(cbor.int64_(hex"3b7fffffffffffffff"), type(int64).min);
        assertEq(cbor.int64_(hex"00"), 0);
    }

    function test_E07_RevertWhen_IntegerOutOfRange() public view {
        bytes memory reason = abi.encodeWithSelector(CborReader.CborReader_IntegerOutOfRange.selector, 1 << 63);
        _rejects(cbor.int64_.selector, hex"1b8000000000000000", reason);
        _rejects(cbor.int64_.selector, hex"3b8000000000000000", reason);
    }

    function test_E07_RevertWhen_SignedIntegerMalformed() public view {
        _rejects(cbor.int64_.selector, "", _truncated(1, 0));
        _rejects(cbor.int64_.selector, hex"38", _truncated(2, 1));
        _rejects(cbor.int64_.selector, hex"3817", _notShortest(23));
    }

    // BOOLEANS, NULL

    function test_readBool_vectors() public view {
        assertFalse(cbor.bool_(hex"f4"));
        assertTrue(cbor.bool_(hex"f5"));
    }

    function test_E07_RevertWhen_NotBoolean() public view {
        _rejects(cbor.bool_.selector, "", _truncated(1, 0));
        _rejects(cbor.bool_.selector, hex"f6", abi.encodeWithSelector(CborReader.CborReader_NotBoolean.selector, 0xf6));
        _rejects(cbor.bool_.selector, hex"01", abi.encodeWithSelector(CborReader.CborReader_NotBoolean.selector, 0x01));
    }

    function test_readNull_stepsOverNullAlone() public view {
        assertTrue(cbor.null_(hex"f6"));
        assertFalse(cbor.null_(hex"4300d00f"));
        _rejects(cbor.null_.selector, "", _truncated(1, 0));
    }

    // BYTES, ARRAYS

    function test_readBytes_vectors() public view {
        assertEq(cbor.bytes_(hex"40"), "");
        assertEq(cbor.bytes_(hex"4300e807"), hex"00e807");
        bytes memory data = new bytes(300);
        data[299] = 0x77;
        assertEq(cbor.bytes_(abi.encodePacked(hex"59012c", data)), data);
    }

    function test_E07_RevertWhen_BytesTruncated() public view {
        _rejects(cbor.bytes_.selector, hex"4300e8", _truncated(3, 2));
        _rejects(cbor.bytes_.selector, hex"5bffffffffffffffff00", _truncated(type(uint64).max, 1));
        _rejects(cbor.bytes_.selector, hex"5801aa", _notShortest(1));
    }

    function test_readArray_vectors() public view {
        cbor.array(hex"80", 0);
        assertEq(cbor.arrayLength(hex"83010203", 3), 3);
        assertEq(cbor.arrayLength(hex"80", 0), 0);
        assertEq(cbor.arrayLength(abi.encodePacked(hex"9818", new bytes(24)), 400), 24);
        assertEq(cbor.arrayLength(abi.encodePacked(hex"990190", new bytes(400)), 400), 400);
    }

    function test_readArray_ofALengthInAByteOfItsOwn() public {
        cbor.array(hex"9818", 24);
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, 25, 24));
        cbor.array(hex"9818", 25);
    }

    function test_E07_RevertWhen_ArrayLengthWrong() public {
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, 2, 3));
        cbor.array(hex"83010203", 2);
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, 2, 1));
        cbor.array(hex"8101", 2);
        vm.expectRevert(_notShortest(2));
        cbor.array(hex"98020102", 2);
        vm.expectRevert(_type(4, 2));
        cbor.array(hex"420102", 2);
    }

    function test_E07_RevertWhen_ArrayTooLong() public {
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_ArrayTooLong.selector, 400, 401));
        cbor.arrayLength(abi.encodePacked(hex"990191", new bytes(401)), 400);
    }

    /// A length that the text cannot hold would otherwise decide how much memory is allocated.
    function test_E07_RevertWhen_ArrayLongerThanText() public {
        vm.expectRevert(_truncated(type(uint64).max, 2));
        cbor.arrayLength(hex"9bffffffffffffffff0000", type(uint256).max);
    }

    // ID ADDRESSES

    function _idAddress(bytes memory text, uint64 expected) private view {
        (bool found, uint64 id) = cbor.idAddress(text);
        assertTrue(found, vm.toString(text));
        assertEq(id, expected);
    }

    function test_readIdAddress_vectors() public view {
        _idAddress(hex"420000", 0);
        _idAddress(hex"420001", 1);
        _idAddress(hex"420063", 99);
        _idAddress(hex"43008001", 128);
        _idAddress(hex"4300e807", 1000);
        _idAddress(hex"450080d2be01", 3_123_456);
        _idAddress(hex"4b00ffffffffffffffffff01", type(uint64).max);
    }

    function test_E07_readIdAddress_saysNoToAllElse() public view {
        bytes[16] memory others = [
            bytes(""),
            hex"42", // cut short
            hex"4200",
            hex"4300e8",
            hex"40", // empty
            hex"4100", // no number
            hex"420163", // protocol 1
            hex"420080", // a byte is missing
            hex"43008000", // a shorter form exists
            hex"4300e887", // a byte is missing
            hex"43006807", // a byte too many
            hex"4b00ffffffffffffffffff02", // 65 bits
            hex"4b00ffffffffffffffffff7f", // 70 bits
            hex"4c0080808080808080808080"
            hex"01", // eleven groups
            hex"5800",
            hex"820063"
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            (bool found, ) = cbor.idAddress(others[i]);
            assertFalse(found, vm.toString(others[i]));
        }
    }

    // BIG INTEGERS

    function test_E11_readAmount_vectors() public view {
        assertEq(cbor.amount(hex"40"), 0);
        assertEq(cbor.amount(hex"420001"), 1);
        assertEq(cbor.amount(hex"49000de0b6b3a7640000"), 1 ether);
        assertEq(cbor.amount(hex"4a0006b14bd1e6eea00000"), 123.456 ether);
        assertEq(cbor.amount(hex"46000800000000"), 32 * 2 ** 30);
        assertEq(cbor.amount(hex"46005000000000"), 320 * 2 ** 30);
        assertEq(cbor.amount(hex"5100ffffffffffffffffffffffffffffffff"), type(uint128).max);
    }

    function test_E11_readSignedAmount_vectors() public view {
        assertEq(cbor.signedAmount(hex"40"), 0);
        assertEq(cbor.signedAmount(hex"420001"), 1);
        assertEq(cbor.signedAmount(hex"420101"), -1);
        assertEq(cbor.signedAmount(hex"49014563918244f40000"), -5 ether);
        assertEq(cbor.signedAmount(hex"5101ffffffffffffffffffffffffffffffff"), -int256(uint256(type(uint128).max)));
    }

    function test_E11_readQuota_vectors() public view {
        assertEq(cbor.quota(hex"40"), 0);
        assertEq(cbor.quota(hex"4a003635c9adc5dea00000"), 1000 ether);
        assertEq(cbor.quota(abi.encodePacked(hex"582100", type(uint256).max)), type(uint256).max);
    }

    function test_E11_RevertWhen_Negative() public view {
        bytes memory reason = abi.encodeWithSelector(CborReader.CborReader_UnexpectedNegative.selector, 5 ether);
        _rejects(cbor.amount.selector, hex"49014563918244f40000", reason);
        _rejects(cbor.quota.selector, hex"49014563918244f40000", reason);
    }

    function test_E11_RevertWhen_SignByteWrong() public view {
        for (uint256 sign = 2; sign < 256; sign += 23) {
            bytes memory text = abi.encodePacked(uint8(0x42), uint8(sign), uint8(1));
            bytes memory reason = abi.encodeWithSelector(CborReader.CborReader_BadSign.selector, sign);
            _rejects(cbor.amount.selector, text, reason);
            _rejects(cbor.signedAmount.selector, text, reason);
            _rejects(cbor.quota.selector, text, reason);
            _rejects(cbor.skipBigInt.selector, text, reason);
        }
    }

    function test_E11_RevertWhen_LeadingZeroOrNoMagnitude() public view {
        bytes memory reason = abi.encodeWithSelector(CborReader.CborReader_BigIntNotCanonical.selector);
        _rejects(cbor.amount.selector, hex"43000001", reason);
        _rejects(cbor.signedAmount.selector, hex"43010001", reason);
        _rejects(cbor.skipBigInt.selector, hex"420000", reason);
        _rejects(cbor.amount.selector, hex"4100", reason); // zero is written without a sign
        _rejects(cbor.signedAmount.selector, hex"4101", reason);
    }

    function test_E11_RevertWhen_BigIntTruncated() public view {
        _rejects(cbor.amount.selector, "", _truncated(1, 0));
        _rejects(cbor.amount.selector, hex"41", _truncated(1, 0));
        _rejects(cbor.amount.selector, hex"49000de0b6b3a76400", _truncated(9, 8));
        _rejects(cbor.skipBigInt.selector, hex"58", _truncated(2, 1));
    }

    function test_E11_RevertWhen_AmountBeyond128Bits() public view {
        _rejects(cbor.amount.selector, _bigInt(17), _tooLarge(16, 17));
        _rejects(cbor.signedAmount.selector, _bigInt(17), _tooLarge(16, 17));
        _rejects(cbor.amount.selector, _bigInt(32), _tooLarge(16, 32)); // 33 bytes with the sign
        _rejects(cbor.amount.selector, _bigInt(128), _tooLarge(16, 128)); // 129
        _rejects(cbor.amount.selector, _bigInt(300), _tooLarge(16, 300));
    }

    function test_E11_RevertWhen_QuotaBeyond256Bits() public view {
        cbor.quota(_bigInt(32));
        _rejects(cbor.quota.selector, _bigInt(33), _tooLarge(32, 33));
        _rejects(cbor.quota.selector, _bigInt(128), _tooLarge(32, 128));
    }

    function test_E11_skipBigInt_anyThatActorsWrite() public view {
        cbor.skipBigInt(hex"40");
        cbor.skipBigInt(hex"420101");
        for (uint256 length = 1; length <= 127; ++length) cbor.skipBigInt(_bigInt(length));
        _rejects(cbor.skipBigInt.selector, _bigInt(128), _tooLarge(127, 128));
    }
}
