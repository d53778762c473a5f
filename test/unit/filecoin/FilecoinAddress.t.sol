// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FilecoinAddress} from "../../../contracts/filecoin/FilecoinAddress.sol";
import {EncodingTest} from "./EncodingTest.sol";
import {FilecoinHarness} from "./FilecoinHarness.sol";

contract FilecoinAddressTest is EncodingTest {
    address private constant ALICE = 0xd388aB098ed3E84c0D808776440B48F685198498;
    bytes private constant ALICE_F410 = hex"040ad388ab098ed3e84c0d808776440b48f685198498";
    address private constant F01234 = 0xFF000000000000000000000000000000000004d2;

    FilecoinHarness private harness = new FilecoinHarness();

    function _unresolvable(bytes memory raw) private pure returns (bytes memory) {
        return abi.encodeWithSelector(FilecoinAddress.FilecoinAddress_Unresolvable.selector, raw);
    }

    function _badId(bytes memory raw) private pure returns (bytes memory) {
        return abi.encodeWithSelector(FilecoinAddress.FilecoinAddress_BadIdAddress.selector, raw);
    }

    // MASKED FORM

    function test_E02_toMasked_vector() public view {
        assertEq(harness.toMasked(1234), F01234);
        assertEq(harness.maskedId(F01234), 1234);
        assertEq(harness.toMasked(0), 0xfF00000000000000000000000000000000000000);
        assertEq(harness.toMasked(type(uint64).max), 0xFf0000000000000000000000FFfFFFFfFfFffFfF);
    }

    function test_E02_isMasked_looksAtAllTwelveBytes() public view {
        assertTrue(harness.isMasked(F01234));
        assertTrue(harness.isMasked(0xFf0000000000000000000000FFfFFFFfFfFffFfF));
        assertFalse(harness.isMasked(ALICE));
        assertFalse(harness.isMasked(address(0)));
        for (uint256 bit = 64; bit < 160; ++bit) {
            assertFalse(harness.isMasked(address(uint160(F01234) ^ uint160(1 << bit))));
        }
    }

    // RAW BYTES

    function test_f0Bytes_vectors() public view {
        _f0(0, hex"0000");
        _f0(1, hex"0001");
        _f0(99, hex"0063");
        _f0(127, hex"007f");
        _f0(128, hex"008001");
        _f0(1000, hex"00e807");
        _f0(3_123_456, hex"0080d2be01");
        _f0(type(uint64).max, hex"00ffffffffffffffffff01");
    }

    function _f0(uint64 id, bytes memory expected) private view {
        (bytes memory raw, bytes memory later) = harness.f0Bytes(id);
        assertEq(raw, expected);
        assertEq(later, abi.encodePacked(type(uint256).max));
        assertEq(harness.parseId(expected), id);
    }

    function test_f410Bytes_vector() public view {
        assertEq(harness.f410Bytes(ALICE), ALICE_F410);
    }

    function test_E07_RevertWhen_IdAddressMalformed() public {
        bytes[7] memory malformed = [
            bytes(hex"0080"), // ends in the middle
            hex"008080", // likewise
            hex"008000", // a shorter form exists
            hex"00e80700", // goes on after its end
            hex"0001ff",
            hex"00ffffffffffffffffff02", // 65 bits
            hex"0080808080808080808080" // eleven groups
        ];
        for (uint256 i = 0; i < malformed.length; ++i) {
            vm.expectRevert(_badId(malformed[i]));
            harness.parseId(malformed[i]);
        }
        bytes memory long = hex"008080808080808080808001";
        vm.expectRevert(_badId(long));
        harness.parseId(long);
    }

    function test_parseId_resolvesOtherProtocols() public {
        bytes memory f1 = hex"01d1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4";
        _resolvesTo(f1, 77);
        assertEq(harness.parseId(f1), 77);
        _resolvesTo(ALICE_F410, 1001);
        assertEq(harness.parseId(ALICE_F410), 1001);
    }

    function test_E07_RevertWhen_AddressUnresolvable() public {
        bytes[4] memory bad = [bytes(""), hex"00", hex"01", ALICE_F410];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(_unresolvable(bad[i])); // the precompile refuses
            harness.parseId(bad[i]);
            REGISTRY.set(FilecoinAddress.RESOLVE_ADDRESS, bad[i], false, "");
            vm.expectRevert(_unresolvable(bad[i])); // or finds nobody
            harness.parseId(bad[i]);
        }
    }

    // TO ID

    function test_E02_toId_sameForBothAliases() public {
        _resolvesTo(ALICE_F410, 1234);
        assertEq(harness.toId(ALICE), 1234);
        assertEq(harness.toId(F01234), 1234);
    }

    function test_toId_zeroAddressIsAnAddressLikeOthers() public {
        _resolvesTo(hex"040a0000000000000000000000000000000000000000", 5);
        assertEq(harness.toId(address(0)), 5);
    }

    function test_E07_RevertWhen_ActorNotFound() public {
        bytes memory reason = abi.encodeWithSelector(FilecoinAddress.FilecoinAddress_ActorNotFound.selector, ALICE);
        vm.expectRevert(reason); // refused
        harness.toId(ALICE);
        REGISTRY.set(FilecoinAddress.RESOLVE_ADDRESS, ALICE_F410, false, "");
        vm.expectRevert(reason); // nobody
        harness.toId(ALICE);
        REGISTRY.set(FilecoinAddress.RESOLVE_ADDRESS, ALICE_F410, false, abi.encode(uint256(1) << 64));
        vm.expectRevert(reason); // no actor id
        harness.toId(ALICE);
        REGISTRY.set(FilecoinAddress.RESOLVE_ADDRESS, ALICE_F410, false, abi.encodePacked(uint64(7)));
        vm.expectRevert(reason); // no word
        harness.toId(ALICE);
        REGISTRY.set(FilecoinAddress.RESOLVE_ADDRESS, ALICE_F410, false, abi.encode(uint256(7), uint256(8)));
        vm.expectRevert(reason); // two
        harness.toId(ALICE);
        vm.etch(FilecoinAddress.RESOLVE_ADDRESS, "");
        vm.expectRevert(reason); // no precompile
        harness.toId(ALICE);
    }

    // NORMALIZE

    function test_E02_normalize_maskedContractBecomesItself() public {
        _lookup(1234, ALICE_F410);
        assertEq(harness.normalize(F01234), ALICE);
        assertEq(harness.normalize(harness.normalize(F01234)), ALICE);
    }

    function test_E02_normalize_unmaskedUnchanged() public view {
        assertEq(harness.normalize(ALICE), ALICE);
        assertEq(harness.normalize(address(0)), address(0));
    }

    function test_E02_normalize_nativeActorUnchanged() public {
        _lookup(1234, "");
        assertEq(harness.normalize(F01234), F01234);
    }

    function test_E02_normalize_otherNamespacesUnchanged() public {
        _lookup(1234, hex"040bd388ab098ed3e84c0d808776440b48f685198498");
        assertEq(harness.normalize(F01234), F01234);
        _lookup(1234, hex"040ad388ab098ed3e84c0d808776440b48f6851984"); // 21 bytes
        assertEq(harness.normalize(F01234), F01234);
        _lookup(1234, bytes.concat(ALICE_F410, new bytes(32))); // 54 bytes
        assertEq(harness.normalize(F01234), F01234);
    }

    function test_E07_RevertWhen_LookupFails() public {
        vm.expectRevert(abi.encodeWithSelector(FilecoinAddress.FilecoinAddress_LookupFailed.selector, uint64(1234)));
        harness.normalize(F01234);
    }
}
