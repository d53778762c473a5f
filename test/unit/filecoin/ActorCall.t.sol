// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "../../../contracts/filecoin/ActorCall.sol";
import {EncodingTest} from "./EncodingTest.sol";
import {FilecoinHarness} from "./FilecoinHarness.sol";

contract ActorCallTest is EncodingTest {
    uint64 private constant METHOD = 2280458852;

    FilecoinHarness private harness = new FilecoinHarness();

    // WHAT GOES OUT

    function test_E07_invoke_encodesParamsWithCodecCbor() public {
        _answerRaw(MINER, METHOD, 0, hex"8149000de0b6b3a7640000", abi.encode(int256(0), CBOR, hex"40"));
        assertEq(harness.invoke(MINER, METHOD, 0, hex"8149000de0b6b3a7640000"), hex"40");
    }

    function test_E07_invoke_encodesNoParamsWithCodecZero() public {
        _answer(MINER, METHOD, "", hex"f5");
        assertEq(harness.invoke(MINER, METHOD, 0, ""), hex"f5");
        assertEq(harness.queryBare(MINER, METHOD), hex"f5");
    }

    function test_E07_invoke_passesValue() public {
        _answerRaw(MINER, METHOD, 7 ether, hex"f6", abi.encode(int256(0), uint64(0), ""));
        assertEq(harness.invoke(MINER, METHOD, 7 ether, hex"f6"), "");
        vm.expectRevert(_precompileFailed(MINER, METHOD)); // the stub knows 7 FIL alone
        harness.invoke(MINER, METHOD, 6 ether, hex"f6");
    }

    /// Padding to whole words, with params that end in a word, just before and just behind its end.
    function test_E07_invoke_padsEveryLength() public {
        for (uint256 length = 1; length <= 97; length += 8) {
            for (uint256 n = length; n < length + 2; ++n) {
                bytes memory params = new bytes(n);
                for (uint256 i = 0; i < n; ++i) params[i] = 0xff;
                _answer(type(uint64).max, type(uint64).max, params, hex"f5");
                assertEq(harness.invoke(type(uint64).max, type(uint64).max, 0, params), hex"f5");
            }
        }
    }

    function test_E07_query_runsInStaticCall() public {
        _answer(MINER, METHOD, hex"1904d2", hex"4300e807");
        assertEq(harness.query(MINER, METHOD, hex"1904d2"), hex"4300e807");
    }

    function test_E07_query_keepsMemoryApart() public {
        bytes memory answer = new bytes(77);
        for (uint256 i = 0; i < answer.length; ++i) answer[i] = bytes1(uint8(i));
        _answer(MINER, METHOD, hex"1904d2", answer);
        bytes memory ones = abi.encodePacked(type(uint256).max);
        (bytes memory before, bytes memory first, bytes memory second, bytes memory later) = harness.queryTwice(
            MINER,
            METHOD,
            hex"1904d2"
        );
        assertEq(before, ones);
        assertEq(first, answer);
        assertEq(second, answer);
        assertEq(later, ones);
    }

    /// The question is written past the free memory pointer: every byte of it, padding and zeros too.
    function test_E07_query_overDirtyMemory() public {
        for (uint256 length = 0; length <= 65; ++length) {
            bytes memory params = new bytes(length);
            for (uint256 i = 0; i < length; ++i) params[i] = bytes1(uint8(i + 1));
            bytes memory answer = length % 2 == 0 ? bytes(hex"4300e807") : params;
            _answer(MINER, METHOD, params, answer);
            assertEq(harness.queryOverDirt(MINER, METHOD, params), answer);
        }
    }

    // WHAT COMES BACK

    function test_E07_RevertWhen_ExitCodeNonZero() public {
        int256[8] memory codes = [int256(-5), -6, -13, 7, 16, 18, 1000, type(int256).min];
        for (uint256 i = 0; i < codes.length; ++i) {
            _answerExit(MINER, METHOD, hex"40", codes[i]);
            vm.expectRevert(_actorFailed(MINER, METHOD, codes[i]));
            harness.invoke(MINER, METHOD, 0, hex"40");
            vm.expectRevert(_actorFailed(MINER, METHOD, codes[i]));
            harness.query(MINER, METHOD, hex"40");
            (int256 exitCode, ) = harness.tryQuery(MINER, METHOD, hex"40");
            assertEq(exitCode, codes[i]);
        }
    }

    /// A failing contract sends its revert data along, raw.
    function test_E07_RevertWhen_ExitCodeNonZeroWithData() public {
        _answerRaw(MINER, METHOD, 0, "", abi.encode(int256(33), uint64(0x55), hex"08c379a0"));
        vm.expectRevert(_actorFailed(MINER, METHOD, 33));
        harness.invoke(MINER, METHOD, 0, "");
    }

    function test_E07_RevertWhen_PrecompileFails() public {
        REGISTRY.set(ActorCall.CALL_ACTOR_ID, _question(MINER, METHOD, 0, ""), true, "");
        vm.expectRevert(_precompileFailed(MINER, METHOD));
        harness.invoke(MINER, METHOD, 0, "");
        vm.expectRevert(_precompileFailed(MINER, METHOD));
        harness.tryQuery(MINER, METHOD, "");
    }

    /// As on a chain that is not Filecoin: success, and nothing said.
    function test_E06_RevertWhen_NoPrecompile() public {
        vm.etch(ActorCall.CALL_ACTOR_ID, "");
        vm.expectRevert(_precompileFailed(MINER, METHOD));
        harness.invoke(MINER, METHOD, 0, "");
        vm.expectRevert(_precompileFailed(MINER, METHOD));
        harness.query(MINER, METHOD, hex"40");
        vm.expectRevert(_precompileFailed(MINER, METHOD));
        harness.tryQuery(MINER, METHOD, "");
    }

    function test_E07_RevertWhen_OutputShort() public {
        for (uint256 size = 0; size < 128; size += (size == 96 ? 31 : 32)) {
            _answerRaw(MINER, METHOD, 0, "", new bytes(size));
            vm.expectRevert(_precompileFailed(MINER, METHOD));
            harness.invoke(MINER, METHOD, 0, "");
        }
        _answerRaw(MINER, METHOD, 0, "", abi.encode(int256(0), uint64(0), ""));
        assertEq(harness.invoke(MINER, METHOD, 0, ""), "");
    }

    function test_E07_RevertWhen_ResultOutsideOutput() public {
        _answerRaw(MINER, METHOD, 0, "", abi.encode(int256(0), CBOR, uint256(0x60), uint256(1)));
        vm.expectRevert(_precompileFailed(MINER, METHOD));
        harness.invoke(MINER, METHOD, 0, "");
        _answerRaw(MINER, METHOD, 0, "", abi.encode(int256(0), CBOR, uint256(0x60), type(uint256).max, uint256(0)));
        vm.expectRevert(_precompileFailed(MINER, METHOD));
        harness.invoke(MINER, METHOD, 0, "");
        _answerRaw(MINER, METHOD, 0, "", abi.encode(int256(0), CBOR, uint256(0x80), uint256(0), uint256(0)));
        vm.expectRevert(_precompileFailed(MINER, METHOD));
        harness.invoke(MINER, METHOD, 0, "");
    }

    /// The precompile pads its answer to whole words; nothing here depends on it.
    function test_E07_invoke_takesUnpaddedOutput() public {
        bytes memory head = abi.encode(int256(0), CBOR, uint256(0x60), uint256(4));
        _answerRaw(MINER, METHOD, 0, "", abi.encodePacked(head, hex"4300e807"));
        assertEq(harness.invoke(MINER, METHOD, 0, ""), hex"4300e807");
    }

    function test_E07_RevertWhen_CodecNotCbor() public {
        uint64[3] memory codecs = [uint64(0), 0x55, type(uint64).max];
        for (uint256 i = 0; i < codecs.length; ++i) {
            _answerRaw(MINER, METHOD, 0, "", abi.encode(int256(0), codecs[i], hex"40"));
            vm.expectRevert(
                abi.encodeWithSelector(ActorCall.ActorCall_UnexpectedCodec.selector, uint256(CBOR), uint256(codecs[i]))
            );
            harness.invoke(MINER, METHOD, 0, "");
        }
    }

    function test_E07_invoke_takesDagCbor() public {
        _answerRaw(MINER, METHOD, 0, "", abi.encode(int256(0), uint64(0x71), hex"40"));
        assertEq(harness.invoke(MINER, METHOD, 0, ""), hex"40");
    }

    // BY ADDRESS

    bytes private constant F1 = hex"01d1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4";

    function _addressQuestion(uint256 value, bytes memory params) private pure returns (bytes memory) {
        return abi.encode(METHOD, value, uint64(0), params.length == 0 ? uint64(0) : CBOR, params, F1);
    }

    function test_E07_invokeAddress_encodes() public {
        bytes memory output = abi.encode(int256(0), CBOR, hex"f5");
        REGISTRY.set(ActorCall.CALL_ACTOR_ADDRESS, _addressQuestion(3, hex"40"), false, output);
        assertEq(harness.invokeAddress(F1, METHOD, 3, hex"40"), hex"f5");
        REGISTRY.set(ActorCall.CALL_ACTOR_ADDRESS, _addressQuestion(0, ""), false, output);
        assertEq(harness.invokeAddress(F1, METHOD, 0, ""), hex"f5");
    }

    function test_E07_RevertWhen_AddressExitCodeNonZero() public {
        bytes memory output = abi.encode(int256(-6), uint64(0), "");
        REGISTRY.set(ActorCall.CALL_ACTOR_ADDRESS, _addressQuestion(0, ""), false, output);
        vm.expectRevert(
            abi.encodeWithSelector(ActorCall.ActorCall_AddressActorFailed.selector, F1, METHOD, int256(-6))
        );
        harness.invokeAddress(F1, METHOD, 0, "");
    }

    function test_E07_RevertWhen_AddressPrecompileFails() public {
        bytes memory reason = abi.encodeWithSelector(ActorCall.ActorCall_AddressPrecompileFailed.selector, F1, METHOD);
        vm.expectRevert(reason); // unknown to the stub
        harness.invokeAddress(F1, METHOD, 0, "");
        vm.etch(ActorCall.CALL_ACTOR_ADDRESS, "");
        vm.expectRevert(reason);
        harness.invokeAddress(F1, METHOD, 0, "");
    }

    // THE STUB ITSELF

    function test_stub_refusesCallsAsThePrecompileDoes() public {
        _answer(MINER, METHOD, "", hex"f5");
        (bool ok, ) = ActorCall.CALL_ACTOR_ID.call(_question(MINER, METHOD, 0, ""));
        assertFalse(ok);
        (ok, ) = ActorCall.CALL_ACTOR_ID.delegatecall(_question(MINER, METHOD, 0, ""));
        assertTrue(ok);
    }
}
