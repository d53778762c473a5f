// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {CborReader} from "../../../contracts/filecoin/CborReader.sol";
import {CborHarness} from "../../unit/filecoin/CborHarness.sol";

/// What is written is read back, and what is not what would have been written is not read. `shift` spreads values over
/// all lengths.
contract CborFuzzTest is Test {
    CborHarness private cbor = new CborHarness();

    function testFuzz_uint64_roundTrip(uint64 value, uint256 shift) public view {
        value >>= bound(shift, 0, 63);
        assertEq(cbor.uint64_(cbor.writeUint64(value)), value);
        assertEq(cbor.writeUint64(value), _item(0, value));
    }

    function testFuzz_int64_roundTrip(int64 value, uint256 shift) public view {
        value >>= bound(shift, 0, 63);
        bytes memory text = cbor.writeInt64(value);
        assertEq(cbor.int64_(text), value);
        assertEq(text, value < 0 ? _item(0x20, uint64(-1 - value)) : _item(0, uint64(value)));
    }

    function testFuzz_E11_amount_roundTrip(uint128 value, uint256 shift) public view {
        value >>= bound(shift, 0, 128);
        assertEq(cbor.amount(cbor.writeBigUint(value)), value);
        assertEq(cbor.quota(cbor.writeBigUint(value)), value);
        assertEq(cbor.signedAmount(cbor.writeBigUint(value)), int256(uint256(value)));
    }

    function testFuzz_E11_signedAmount_roundTrip(int256 value, uint256 shift) public view {
        value = bound(value, -int256(uint256(type(uint128).max)), int256(uint256(type(uint128).max)));
        value /= int256(1 << bound(shift, 0, 128));
        bytes memory text = cbor.writeBigInt(value);
        assertEq(cbor.signedAmount(text), value);
        assertEq(text, _bigInt(value < 0, uint256(value < 0 ? -value : value)));
    }

    function testFuzz_E11_quota_roundTrip(uint256 value, uint256 shift) public view {
        value >>= bound(shift, 0, 255);
        bytes memory text = cbor.writeBigUint(value);
        assertEq(cbor.quota(text), value);
        assertEq(text, _bigInt(false, value));
        cbor.skipBigInt(text);
    }

    function testFuzz_E11_RevertWhen_AmountBeyond128Bits(uint256 value) public {
        value = bound(value, uint256(type(uint128).max) + 1, type(uint256).max);
        uint256 size = _size(value);
        bytes memory text = cbor.writeBigUint(value);
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_BigIntTooLarge.selector, 16, size));
        cbor.amount(text);
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_BigIntTooLarge.selector, 16, size));
        cbor.signedAmount(text);
    }

    function testFuzz_E11_RevertWhen_Negative(uint128 value) public {
        value = uint128(bound(value, 1, type(uint128).max));
        bytes memory text = cbor.writeBigInt(-int256(uint256(value)));
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedNegative.selector, value));
        cbor.amount(text);
    }

    function testFuzz_bytes_roundTrip(bytes memory data) public view {
        assertEq(cbor.bytes_(cbor.writeBytes(data)), data);
    }

    function testFuzz_arrayLength_roundTrip(uint16 length) public view {
        bytes memory items = new bytes(length);
        assertEq(cbor.arrayLength(abi.encodePacked(cbor.writeArray(length), items), length), length);
    }

    /// Whatever the bytes: if they are read as an amount, they are the one text that is written for it. No second
    /// encoding passes.
    function testFuzz_E07_readAmount_acceptsNothingElse(bytes memory text, uint256 length, uint8 head) public view {
        length = bound(length, 0, 20);
        assembly ("memory-safe") {
            if gt(mload(text), length) {
                mstore(text, length)
            }
        }
        if (text.length != 0) text[0] = bytes1(uint8(0x40 | (head % 20))); // nearly a byte string of that length
        if (text.length > 1 && head > 127) text[1] = bytes1(head & 1); // nearly signed
        try cbor.signedAmount(text) returns (int256 value) {
            assertEq(text, cbor.writeBigInt(value));
        } catch {}
    }

    function testFuzz_E07_readUint64_acceptsNothingElse(uint8 head, uint64 argument, uint256 length) public view {
        bytes memory text = abi.encodePacked(head, argument);
        length = bound(length, 0, 9);
        assembly ("memory-safe") {
            mstore(text, length)
        }
        try cbor.uint64_(text) returns (uint64 value) {
            assertEq(text, cbor.writeUint64(value));
        } catch {}
        try cbor.int64_(text) returns (int64 value) {
            assertEq(text, cbor.writeInt64(value));
        } catch {}
    }

    /// Cut anywhere, a text is refused.
    function testFuzz_E07_RevertWhen_Truncated(uint256 value, uint256 shift, uint256 length) public {
        value >>= bound(shift, 0, 255);
        bytes memory text = cbor.writeBigUint(value);
        length = bound(length, 0, text.length - 1);
        assembly ("memory-safe") {
            mstore(text, length)
        }
        vm.expectPartialRevert(CborReader.CborReader_Truncated.selector);
        cbor.quota(text);
    }

    // A second encoder, slow and plain.

    function _item(uint8 major, uint64 value) private pure returns (bytes memory) {
        if (value < 24) return abi.encodePacked(uint8(major + value));
        if (value <= type(uint8).max) return abi.encodePacked(major + 24, uint8(value));
        if (value <= type(uint16).max) return abi.encodePacked(major + 25, uint16(value));
        if (value <= type(uint32).max) return abi.encodePacked(major + 26, uint32(value));
        return abi.encodePacked(major + 27, value);
    }

    function _bigInt(bool negative, uint256 magnitude) private pure returns (bytes memory) {
        if (magnitude == 0) return hex"40";
        uint256 size = _size(magnitude);
        bytes memory payload = new bytes(size);
        for (uint256 i = 0; i < size; ++i) payload[i] = bytes1(uint8(magnitude >> (8 * (size - 1 - i))));
        return abi.encodePacked(_item(0x40, uint64(size + 1)), negative, payload);
    }

    function _size(uint256 value) private pure returns (uint256 size) {
        for (; value != 0; value >>= 8) ++size;
    }
}
