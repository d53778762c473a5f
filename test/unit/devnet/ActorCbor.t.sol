// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {ActorCbor} from "../../../contracts/devnet/ActorCbor.sol";
import {ActorExit} from "../../../contracts/devnet/ActorExit.sol";

/// @dev Every reading goes to the end of its input, as the actors' does.
contract CborHarness {
    using ActorCbor for ActorCbor.Reader;

    function uint_(bytes calldata data) external pure returns (uint64 v) {
        ActorCbor.Reader memory r = ActorCbor.reader(data);
        v = r.readUint();
        r.done();
    }

    function int_(bytes calldata data) external pure returns (int64 v) {
        ActorCbor.Reader memory r = ActorCbor.reader(data);
        v = r.readInt();
        r.done();
    }

    function bool_(bytes calldata data) external pure returns (bool v) {
        ActorCbor.Reader memory r = ActorCbor.reader(data);
        v = r.readBool();
        r.done();
    }

    function bigint(bytes calldata data) external pure returns (bool negative, uint256 magnitude) {
        ActorCbor.Reader memory r = ActorCbor.reader(data);
        (negative, magnitude) = r.readBigInt();
        r.done();
    }

    function address_(bytes calldata data) external pure returns (bytes memory raw) {
        ActorCbor.Reader memory r = ActorCbor.reader(data);
        raw = r.readAddress();
        r.done();
    }

    function tuple(bytes calldata data, uint256 length) external pure {
        ActorCbor.reader(data).readTuple(length);
    }
}

contract ActorCborTest is Test {
    CborHarness private harness = new CborHarness();

    function expectExit(int256 code) private {
        vm.expectRevert(abi.encodeWithSelector(ActorExit.selector, code, uint64(0), ""));
    }

    // ------------------------------------------------------------------------------------------------ both directions

    function check_uint(bytes memory encoded, uint64 value) private view {
        assertEq(ActorCbor.writeUint(value), encoded);
        assertEq(harness.uint_(encoded), value);
    }

    function test_Uint_vectors() public view {
        check_uint(hex"00", 0);
        check_uint(hex"17", 23);
        check_uint(hex"1818", 24);
        check_uint(hex"182a", 42);
        check_uint(hex"18ff", 255);
        check_uint(hex"190100", 256);
        check_uint(hex"1904d2", 1234);
        check_uint(hex"19ffff", 65535);
        check_uint(hex"1a00010000", 65536);
        check_uint(hex"1a000186a0", 100_000);
        check_uint(hex"1affffffff", 4294967295);
        check_uint(hex"1b0000000100000000", 4294967296);
        check_uint(hex"1b0000000800000000", 34359738368);
        check_uint(hex"1bffffffffffffffff", type(uint64).max);
    }

    function check_int(bytes memory encoded, int64 value) private view {
        assertEq(ActorCbor.writeInt(value), encoded);
        assertEq(harness.int_(encoded), value);
    }

    function test_Int_vectors() public view {
        check_int(hex"00", 0);
        check_int(hex"20", -1);
        check_int(hex"37", -24);
        check_int(hex"3818", -25);
        check_int(hex"1a005b8d80", 6_000_000);
        check_int(hex"1a006acfc0", 7_000_000);
        check_int(hex"1b7fffffffffffffff", type(int64).max);
        check_int(hex"3b7fffffffffffffff", type(int64).min);
    }

    function check_bigint(bytes memory encoded, int256 value) private view {
        assertEq(ActorCbor.writeSigned(value), encoded);
        (bool negative, uint256 magnitude) = harness.bigint(encoded);
        assertEq(negative ? -int256(magnitude) : int256(magnitude), value);
    }

    function test_BigInt_vectors() public view {
        check_bigint(hex"40", 0);
        check_bigint(hex"420001", 1);
        check_bigint(hex"420101", -1);
        check_bigint(hex"49000de0b6b3a7640000", 1 ether);
        check_bigint(hex"4a0006b14bd1e6eea00000", 123.456 ether);
        check_bigint(hex"49014563918244f40000", -5 ether);
        check_bigint(hex"46000800000000", 32 << 30);
        check_bigint(hex"46005000000000", 320 << 30);
        check_bigint(hex"4a003635c9adc5dea00000", 1000 ether);
        check_bigint(hex"4700010000000000", 1 << 40);
    }

    function check_id(bytes memory raw, bytes memory encoded, uint64 id) private view {
        assertTrue(ActorCbor.isAddress(raw));
        assertEq(ActorCbor.idAddress(id), raw);
        assertEq(ActorCbor.idOf(raw), id);
        assertEq(ActorCbor.writeAddress(id), encoded);
        assertEq(harness.address_(encoded), raw);
    }

    function test_IdAddress_vectors() public view {
        check_id(hex"0001", hex"420001", 1);
        check_id(hex"0063", hex"420063", 99);
        check_id(hex"008001", hex"43008001", 128);
        check_id(hex"00e807", hex"4300e807", 1000);
        check_id(hex"00d00f", hex"4300d00f", 2000);
        check_id(hex"00b817", hex"4300b817", 3000);
        check_id(hex"0080d2be01", hex"450080d2be01", 3_123_456);
        check_id(hex"00ffffffffffffffffff01", hex"4b00ffffffffffffffffff01", type(uint64).max);
    }

    function test_DelegatedAddress_vector() public view {
        bytes memory raw = hex"040ad388ab098ed3e84c0d808776440b48f685198498";
        assertEq(harness.address_(bytes.concat(hex"56", raw)), raw);
    }

    function test_Bool_vectors() public view {
        assertEq(ActorCbor.writeBool(true), hex"f5");
        assertEq(ActorCbor.writeBool(false), hex"f4");
        assertTrue(harness.bool_(hex"f5"));
        assertFalse(harness.bool_(hex"f4"));
        assertEq(ActorCbor.writeNull(), hex"f6");
    }

    function testFuzz_BigInt_roundTrip(int256 value) public view {
        value = bound(value, -type(int256).max, type(int256).max);
        check_bigint(ActorCbor.writeSigned(value), value);
    }

    function testFuzz_Uint_roundTrip(uint64 value) public view {
        check_uint(ActorCbor.writeUint(value), value);
    }

    function testFuzz_Int_roundTrip(int64 value) public view {
        check_int(ActorCbor.writeInt(value), value);
    }

    function testFuzz_Id_roundTrip(uint64 id) public view {
        check_id(ActorCbor.idAddress(id), ActorCbor.writeAddress(id), id);
    }

    // ------------------------------------------------------------------------------------------------ refusals

    function refuse_uint(bytes memory data) private {
        expectExit(21);
        harness.uint_(data);
    }

    function test_RevertWhen_uintIsMalformed() public {
        refuse_uint(hex"");
        refuse_uint(hex"18");
        refuse_uint(hex"1900");
        refuse_uint(hex"0000"); // trailing byte
        refuse_uint(hex"20"); // negative
        refuse_uint(hex"1c"); // reserved
        refuse_uint(hex"1f"); // indefinite
    }

    function test_RevertWhen_lengthIsNotMinimal() public {
        refuse_uint(hex"1817");
        refuse_uint(hex"1900ff");
        refuse_uint(hex"1a0000ffff");
        refuse_uint(hex"1b00000000ffffffff");
    }

    function test_RevertWhen_epochExceedsInt64() public {
        expectExit(21);
        harness.int_(hex"1b8000000000000000");
        expectExit(21);
        harness.int_(hex"3b8000000000000000");
    }

    function refuse_bigint(bytes memory data, int256 code) private {
        expectExit(code);
        harness.bigint(data);
    }

    function test_RevertWhen_bigintIsMalformed() public {
        refuse_bigint(hex"420201", 21); // sign byte 2
        refuse_bigint(hex"4200", 21); // too short
        refuse_bigint(hex"00", 21); // an integer
        refuse_bigint(bytes.concat(hex"5881", new bytes(129)), 21); // beyond the actors' limit
        refuse_bigint(bytes.concat(hex"582200", hex"01", new bytes(32)), 16); // beyond 256 bits
    }

    function test_BigInt_zeroesOfAnyForm() public view {
        (bool negative, uint256 magnitude) = harness.bigint(hex"4101");
        assertFalse(negative);
        assertEq(magnitude, 0);
        (, magnitude) = harness.bigint(hex"43000001");
        assertEq(magnitude, 1);
    }

    function refuse_address(bytes memory raw) private {
        assertFalse(ActorCbor.isAddress(raw));
        expectExit(21);
        harness.address_(ActorCbor.writeBytes(raw));
    }

    function test_RevertWhen_addressIsMalformed() public {
        refuse_address(hex"");
        refuse_address(hex"00");
        refuse_address(hex"0080"); // unfinished
        refuse_address(hex"008000"); // not minimal
        refuse_address(hex"000101"); // trailing byte
        refuse_address(hex"00ffffffffffffffffff02"); // beyond 64 bits
        refuse_address(hex"0101"); // f1 of a wrong length
        refuse_address(bytes.concat(hex"03", new bytes(20)));
        refuse_address(hex"0501"); // no such protocol
        refuse_address(bytes.concat(hex"040a", new bytes(55)));
    }

    function test_RevertWhen_tupleHasAnotherLength() public {
        expectExit(21);
        harness.tuple(hex"8200", 3);
        harness.tuple(hex"8300", 3);
    }

    function test_RevertWhen_boolIsMalformed() public {
        expectExit(21);
        harness.bool_(hex"f6");
        expectExit(21);
        harness.bool_(hex"");
    }
}
