// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "../../../contracts/filecoin/ActorCall.sol";
import {EncodingTest} from "./EncodingTest.sol";
import {FilecoinHarness} from "./FilecoinHarness.sol";

contract FilecoinSendTest is EncodingTest {
    address private constant ALICE = 0xd388aB098ed3E84c0D808776440B48F685198498;
    bytes private constant ALICE_F410 = hex"040ad388ab098ed3e84c0d808776440b48f685198498";
    address private constant F01234 = 0xFF000000000000000000000000000000000004d2;

    FilecoinHarness private harness = new FilecoinHarness();

    function _sent(uint64 id, uint256 amount, int256 exitCode) private {
        _answerRaw(id, 0, amount, "", abi.encode(exitCode, uint64(0), ""));
    }

    function test_E03_toActor_isMethodZeroWithoutParams() public {
        _sent(1234, 5 ether, 0);
        harness.sendToActor(1234, 5 ether);
    }

    /// The stub knows the id alone: a send to the f410 form of the masked address would be refused.
    function test_E02_toAddress_maskedGoesById() public {
        _sent(1234, 5 ether, 0);
        harness.sendToAddress(F01234, 5 ether);
    }

    function test_E02_toAddress_othersGoByF410() public {
        bytes memory question = abi.encode(uint64(0), uint256(5 ether), uint64(0), uint64(0), bytes(""), ALICE_F410);
        REGISTRY.set(ActorCall.CALL_ACTOR_ADDRESS, question, false, abi.encode(int256(0), uint64(0), ""));
        harness.sendToAddress(ALICE, 5 ether);
        REGISTRY.set(ActorCall.CALL_ACTOR_ADDRESS, question, false, abi.encode(int256(-5), uint64(0), ""));
        vm.expectRevert(
            abi.encodeWithSelector(ActorCall.ActorCall_AddressActorFailed.selector, ALICE_F410, uint64(0), int256(-5))
        );
        harness.sendToAddress(ALICE, 5 ether);
    }

    /// A native actor looks like a contract of one byte, and no call reaches it; a bare send does.
    function test_E05_toAddress_reachesNativeActor() public {
        vm.etch(F01234, hex"fe");
        vm.deal(address(this), 1 ether);
        (bool ok, ) = F01234.call{value: 1, gas: 100_000}("");
        assertFalse(ok);
        _sent(1234, 1, 0);
        harness.sendToAddress(F01234, 1);
    }

    function test_burn_goesToActor99() public {
        _sent(99, 20 ether, 0);
        harness.burn(20 ether);
    }

    function test_E07_RevertWhen_FundsShort() public {
        _sent(1234, 5 ether, -5);
        vm.expectRevert(_actorFailed(1234, 0, -5));
        harness.sendToActor(1234, 5 ether);
        vm.expectRevert(_actorFailed(1234, 0, -5));
        harness.sendToAddress(F01234, 5 ether);
    }

    function test_E06_RevertWhen_NoPrecompile() public {
        vm.etch(ActorCall.CALL_ACTOR_ID, "");
        vm.expectRevert(_precompileFailed(99, 0));
        harness.burn(1);
    }
}
