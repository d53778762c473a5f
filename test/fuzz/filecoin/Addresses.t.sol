// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CborHarness} from "../../unit/filecoin/CborHarness.sol";
import {EncodingTest} from "../../unit/filecoin/EncodingTest.sol";
import {FilecoinHarness} from "../../unit/filecoin/FilecoinHarness.sol";

contract AddressesFuzzTest is EncodingTest {
    FilecoinHarness private harness = new FilecoinHarness();
    CborHarness private cbor = new CborHarness();

    function testFuzz_E02_masked_roundTrip(uint64 id) public view {
        address masked = harness.toMasked(id);
        assertTrue(harness.isMasked(masked));
        assertEq(harness.maskedId(masked), id);
        assertEq(harness.toId(masked), id);
    }

    function testFuzz_f0_roundTrip(uint64 id, uint256 shift) public view {
        id >>= bound(shift, 0, 63);
        (bytes memory raw, ) = harness.f0Bytes(id);
        assertEq(raw, _f0(id));
        assertEq(harness.parseId(raw), id);
        assertEq(cbor.writeIdAddress(id), abi.encodePacked(uint8(0x40 + raw.length), raw));
    }

    /// If bytes are read as the ID address of some id, they are the ID address of that id.
    function testFuzz_E07_parseId_acceptsNothingElse(bytes32 word, uint256 length) public view {
        bytes memory raw = abi.encodePacked(bytes1(0), word);
        length = bound(length, 0, 12);
        assembly ("memory-safe") {
            mstore(raw, length)
        }
        for (uint256 i = 1; i + 1 < length; ++i) raw[i] |= 0x80; // as if groups followed
        try harness.parseId(raw) returns (uint64 id) {
            assertEq(raw, _f0(id));
        } catch {}
    }

    function testFuzz_E02_aliasesAreOneActor(address account, uint64 id) public {
        if (harness.isMasked(account)) account = address(uint160(account) ^ (1 << 159));
        bytes memory f410 = harness.f410Bytes(account);
        assertEq(f410, abi.encodePacked(hex"040a", account));
        assertEq(cbor.writeDelegatedAddress(account), abi.encodePacked(hex"56", f410));
        _resolvesTo(f410, id);
        _lookup(id, f410);
        address masked = harness.toMasked(id);
        assertEq(harness.toId(account), harness.toId(masked));
        assertEq(harness.normalize(masked), account);
        assertEq(harness.normalize(account), account);
    }

    /// Native actors have no address but the masked one, whatever else the lookup says.
    function testFuzz_E02_normalize_changesF410Alone(uint64 id, bytes memory delegated) public {
        if (delegated.length == 22 && bytes2(delegated) == 0x040a) delegated[1] = 0x0b;
        _lookup(id, delegated);
        assertEq(harness.normalize(harness.toMasked(id)), harness.toMasked(id));
    }

    /// ULEB128, slow and plain.
    function _f0(uint64 id) private pure returns (bytes memory raw) {
        raw = hex"00";
        for (; id > 127; id /= 128) raw = abi.encodePacked(raw, uint8((id % 128) + 128));
        raw = abi.encodePacked(raw, uint8(id));
    }
}
