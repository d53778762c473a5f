// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {CborHarness} from "./CborHarness.sol";

contract CborWriterTest is Test {
    CborHarness private cbor = new CborHarness();

    function test_writeUint64_vectors() public view {
        assertEq(cbor.writeUint64(0), hex"00");
        assertEq(cbor.writeUint64(23), hex"17");
        assertEq(cbor.writeUint64(24), hex"1818");
        assertEq(cbor.writeUint64(42), hex"182a");
        assertEq(cbor.writeUint64(255), hex"18ff");
        assertEq(cbor.writeUint64(256), hex"190100");
        assertEq(cbor.writeUint64(1234), hex"1904d2");
        assertEq(cbor.writeUint64(65_535), hex"19ffff");
        assertEq(cbor.writeUint64(65_536), hex"1a00010000");
        assertEq(cbor.writeUint64(100_000), hex"1a000186a0");
        assertEq(cbor.writeUint64(type(uint32).max), hex"1affffffff");
        assertEq(cbor.writeUint64(1 << 32), hex"1b0000000100000000");
        assertEq(cbor.writeUint64(32 * 2 ** 30), hex"1b0000000800000000");
        assertEq(cbor.writeUint64(type(uint64).max), hex"1bffffffffffffffff");
    }

    function test_writeInt64_vectors() public view {
        assertEq(cbor.writeInt64(0), hex"00");
        assertEq(cbor.writeInt64(-1), hex"20");
        assertEq(cbor.writeInt64(-24), hex"37");
        assertEq(cbor.writeInt64(-25), hex"3818");
        assertEq(cbor.writeInt64(6_000_000), hex"1a005b8d80");
        assertEq(cbor.writeInt64(type(int64).max), hex"1b7fffffffffffffff");
        assertEq(cbor.writeInt64(type(int64).min), hex"3b7fffffffffffffff");
    }

    function test_writeArray_vectors() public view {
        assertEq(cbor.writeArray(0), hex"80");
        assertEq(cbor.writeArray(3), hex"83");
        assertEq(cbor.writeArray(24), hex"9818");
        assertEq(cbor.writeArray(400), hex"990190");
    }

    function test_writeTrue_vector() public view {
        assertEq(cbor.writeTrue(), hex"f5");
    }

    function test_writeBytes_vectors() public view {
        assertEq(cbor.writeBytes(""), hex"40");
        assertEq(cbor.writeBytes(hex"820307"), hex"43820307");
        bytes memory long = new bytes(300);
        long[0] = 0x01;
        long[299] = 0x02;
        assertEq(cbor.writeBytes(long), abi.encodePacked(hex"59012c", long));
    }

    function test_writeIdAddress_vectors() public view {
        assertEq(cbor.writeIdAddress(0), hex"420000");
        assertEq(cbor.writeIdAddress(1), hex"420001");
        assertEq(cbor.writeIdAddress(99), hex"420063");
        assertEq(cbor.writeIdAddress(127), hex"42007f");
        assertEq(cbor.writeIdAddress(128), hex"43008001");
        assertEq(cbor.writeIdAddress(1000), hex"4300e807");
        assertEq(cbor.writeIdAddress(3_123_456), hex"450080d2be01");
        assertEq(cbor.writeIdAddress(type(uint64).max), hex"4b00ffffffffffffffffff01");
    }

    function test_writeDelegatedAddress_vector() public view {
        assertEq(
            cbor.writeDelegatedAddress(0xd388aB098ed3E84c0D808776440B48F685198498),
            hex"56040ad388ab098ed3e84c0d808776440b48f685198498"
        );
    }

    function test_E11_writeBigUint_vectors() public view {
        assertEq(cbor.writeBigUint(0), hex"40");
        assertEq(cbor.writeBigUint(1), hex"420001");
        assertEq(cbor.writeBigUint(1 ether), hex"49000de0b6b3a7640000");
        assertEq(cbor.writeBigUint(123.456 ether), hex"4a0006b14bd1e6eea00000");
        assertEq(cbor.writeBigUint(32 * 2 ** 30), hex"46000800000000");
        assertEq(cbor.writeBigUint(320 * 2 ** 30), hex"46005000000000");
        assertEq(cbor.writeBigUint(type(uint256).max), abi.encodePacked(hex"582100", type(uint256).max));
    }

    /// Every byte length, at both of its ends; a payload of 24 bytes is where the head grows.
    function test_E11_writeBigUint_everyLength() public view {
        for (uint256 length = 1; length <= 32; ++length) {
            uint256 least = 1 << (8 * (length - 1));
            uint256 most = length == 32 ? type(uint256).max : (1 << (8 * length)) - 1;
            bytes memory head =
                length < 23
                    ? abi.encodePacked(uint8(0x41 + length), uint8(0))
                    : abi.encodePacked(uint8(0x58), uint8(length + 1), uint8(0));
            assertEq(cbor.writeBigUint(least), abi.encodePacked(head, _last(least, length)));
            assertEq(cbor.writeBigUint(most), abi.encodePacked(head, _last(most, length)));
        }
    }

    function test_E11_writeBigInt_vectors() public view {
        assertEq(cbor.writeBigInt(0), hex"40");
        assertEq(cbor.writeBigInt(1), hex"420001");
        assertEq(cbor.writeBigInt(-1), hex"420101");
        assertEq(cbor.writeBigInt(-5 ether), hex"49014563918244f40000");
        assertEq(cbor.writeBigInt(type(int256).min), abi.encodePacked(hex"582101", uint256(1) << 255));
    }

    function test_finish_keepsTextsApart() public view {
        (bytes memory first, bytes memory second, bytes memory third) = cbor.writeTwice(type(uint256).max, 7);
        assertEq(first, abi.encodePacked(hex"582100", type(uint256).max));
        assertEq(second, hex"420007");
        assertEq(third, abi.encodePacked(type(uint256).max));
    }

    function _last(uint256 value, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) part[i] = bytes1(uint8(value >> (8 * (length - 1 - i))));
    }
}
