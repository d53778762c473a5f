// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {ActorCall} from "../../../contracts/filecoin/ActorCall.sol";
import {BeaconRandomness} from "../../../contracts/filecoin/BeaconRandomness.sol";
import {FilecoinAddress} from "../../../contracts/filecoin/FilecoinAddress.sol";
import {PrecompileStub, StubRegistry} from "./PrecompileStub.sol";

/// Puts stubs where the precompiles are. What is expected of the code under test is the exact input bytes: `abi.encode`
/// of what the FVM's source says, and CBOR written out in hex.
abstract contract EncodingTest is Test {
    StubRegistry internal constant REGISTRY = StubRegistry(0x5dB5c7643D01eb8bC6d5CF03aeb1BD09bA5B6ff3);

    uint64 internal constant CBOR = 0x51;
    uint64 internal constant MINER = 1234;

    function setUp() public virtual {
        vm.etch(address(REGISTRY), address(new StubRegistry()).code);
        _install(FilecoinAddress.RESOLVE_ADDRESS, false);
        _install(FilecoinAddress.LOOKUP_DELEGATED_ADDRESS, false);
        _install(ActorCall.CALL_ACTOR_ADDRESS, true);
        _install(ActorCall.CALL_ACTOR_ID, true);
        _install(BeaconRandomness.GET_BEACON_RANDOMNESS, false);
    }

    function _install(address precompile, bool delegatecallOnly) private {
        vm.etch(precompile, address(new PrecompileStub(precompile, delegatecallOnly)).code);
    }

    /// Input of call_actor_id.
    function _question(
        uint64 target,
        uint64 method,
        uint256 value,
        bytes memory params
    ) internal pure returns (bytes memory) {
        return abi.encode(method, value, uint64(0), params.length == 0 ? uint64(0) : CBOR, params, target);
    }

    function _answerRaw(
        uint64 target,
        uint64 method,
        uint256 value,
        bytes memory params,
        bytes memory output
    ) internal {
        REGISTRY.set(ActorCall.CALL_ACTOR_ID, _question(target, method, value, params), false, output);
    }

    function _answer(uint64 target, uint64 method, bytes memory params, bytes memory result) internal {
        uint64 codec = result.length == 0 ? 0 : CBOR;
        _answerRaw(target, method, 0, params, abi.encode(int256(0), codec, result));
    }

    function _answerExit(uint64 target, uint64 method, bytes memory params, int256 exitCode) internal {
        _answerRaw(target, method, 0, params, abi.encode(exitCode, uint64(0), ""));
    }

    function _resolvesTo(bytes memory filecoinAddress, uint64 id) internal {
        REGISTRY.set(FilecoinAddress.RESOLVE_ADDRESS, filecoinAddress, false, abi.encode(id));
    }

    function _lookup(uint64 id, bytes memory output) internal {
        REGISTRY.set(FilecoinAddress.LOOKUP_DELEGATED_ADDRESS, abi.encode(id), false, output);
    }

    function _actorFailed(uint64 target, uint64 method, int256 exitCode) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ActorCall.ActorCall_ActorFailed.selector, target, method, exitCode);
    }

    function _precompileFailed(uint64 target, uint64 method) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ActorCall.ActorCall_PrecompileFailed.selector, target, method);
    }
}
