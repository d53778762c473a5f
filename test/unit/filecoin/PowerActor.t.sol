// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CborReader} from "../../../contracts/filecoin/CborReader.sol";
import {EncodingTest} from "./EncodingTest.sol";
import {FilecoinHarness} from "./FilecoinHarness.sol";

contract PowerActorTest is EncodingTest {
    uint64 private constant POWER = 4;
    uint64 private constant MINER_POWER = 36284446;
    bytes private constant PARAMS = hex"1904d2";
    uint256 private constant TIB = 2 ** 40;

    FilecoinHarness private harness = new FilecoinHarness();

    function test_minerPower_vector() public {
        _answer(POWER, MINER_POWER, PARAMS, hex"82470001000000000047000a0000000000");
        (uint256 rawBytes, uint256 qaBytes) = harness.minerPower(MINER);
        assertEq(rawBytes, TIB);
        assertEq(qaBytes, 10 * TIB);
    }

    function test_minerPower_none() public {
        _answer(POWER, MINER_POWER, PARAMS, hex"824040");
        (uint256 rawBytes, uint256 qaBytes) = harness.minerPower(MINER);
        assertEq(rawBytes, 0);
        assertEq(qaBytes, 0);
    }

    function test_E07_RevertWhen_PowerMalformed() public {
        _answer(POWER, MINER_POWER, PARAMS, hex"8340404040");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, 2, 3));
        harness.minerPower(MINER);
        _answer(POWER, MINER_POWER, PARAMS, hex"8240404040");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_TrailingBytes.selector, 2));
        harness.minerPower(MINER);
        _answer(POWER, MINER_POWER, PARAMS, hex"8242010140");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedNegative.selector, 1));
        harness.minerPower(MINER);
        _answer(POWER, MINER_POWER, PARAMS, hex"824100420001");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_BigIntNotCanonical.selector));
        harness.minerPower(MINER);
        _answer(POWER, MINER_POWER, PARAMS, "");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_Truncated.selector, 1, 0));
        harness.minerPower(MINER);
    }

    function test_RevertWhen_PowerOfNonMiner() public {
        _answerExit(POWER, MINER_POWER, PARAMS, 17);
        vm.expectRevert(_actorFailed(POWER, MINER_POWER, 17));
        harness.minerPower(MINER);
    }

    function test_rawPowerOrZero_ofAnyId() public {
        _answer(POWER, MINER_POWER, PARAMS, hex"82470001000000000047000a0000000000");
        assertEq(harness.rawPowerOrZero(MINER), TIB);
        _answerExit(POWER, MINER_POWER, PARAMS, 17);
        assertEq(harness.rawPowerOrZero(MINER), 0);
    }

    /// Exit code 7 is an actor that ran out of gas: its caller chose how much there was.
    function test_RevertWhen_PowerUnanswered() public {
        _answerExit(POWER, MINER_POWER, PARAMS, 7);
        vm.expectRevert(_actorFailed(POWER, MINER_POWER, 7));
        harness.rawPowerOrZero(MINER);
        _answer(POWER, MINER_POWER, PARAMS, hex"8240404040");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_TrailingBytes.selector, 2));
        harness.rawPowerOrZero(MINER);
    }

    function test_isMiner_byExitCode() public {
        _answer(POWER, MINER_POWER, PARAMS, hex"824040");
        assertTrue(harness.isMiner(MINER));
        _answerExit(POWER, MINER_POWER, PARAMS, 17);
        assertFalse(harness.isMiner(MINER));
    }

    /// "I cannot tell" must never read as "no", nor as "yes".
    function test_E07_RevertWhen_IsMinerFailsOtherwise() public {
        int256[4] memory codes = [int256(16), 7, -6, 22];
        for (uint256 i = 0; i < codes.length; ++i) {
            _answerExit(POWER, MINER_POWER, PARAMS, codes[i]);
            vm.expectRevert(_actorFailed(POWER, MINER_POWER, codes[i]));
            harness.isMiner(MINER);
        }
    }
}
