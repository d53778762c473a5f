// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Calls actors through the FVM's precompiles
/// @notice The one place that knows the ABI of call_actor and call_actor_id (builtin-actors, actors/evm
/// precompiles/fvm.rs).
/// @dev Runs in the calling contract's context, by delegatecall: the actor sees the calling contract as its caller, and
/// `value` leaves the calling contract's balance. Three answers are checked: that the precompile ran, that it answered
/// in full (a chain without the precompiles answers nothing, with success), and the actor's exit code.
///
/// No call is marked READ_ONLY: inside a static call everything is read-only anyway, and what the flag does to getters
/// that ask other actors (MaxTerminationFee) was never tried on a network. So a getter must only be sent to an id known
/// to be a miner, or from a static call: any contract can answer any method, and could call back in.
library ActorCall {
    /// @notice Thrown when the precompile refuses the call, is absent, or gives an answer of another shape.
    error ActorCall_PrecompileFailed(uint64 target, uint64 method);
    /// @notice Thrown when the actor, or the FVM in its place, answers a non-zero exit code; see `ExitCode`.
    error ActorCall_ActorFailed(uint64 target, uint64 method, int256 exitCode);
    /// @notice Thrown when the actor's return value is in another encoding than CBOR.
    error ActorCall_UnexpectedCodec(uint256 expected, uint256 actual);
    /// @notice Thrown for calls by address when the precompile refuses the call, is absent, or gives an answer of
    /// another shape.
    error ActorCall_AddressPrecompileFailed(bytes target, uint64 method);
    /// @notice Thrown for calls by address when the actor, or the FVM in its place, answers a non-zero exit code; see
    /// `ExitCode`.
    error ActorCall_AddressActorFailed(bytes target, uint64 method, int256 exitCode);

    /// Delegatecall only, as the next.
    address internal constant CALL_ACTOR_ADDRESS = 0xfe00000000000000000000000000000000000003;
    address internal constant CALL_ACTOR_ID = 0xfe00000000000000000000000000000000000005;

    /// CBOR as IPLD names it; with empty parameters the codec must be 0 instead.
    uint64 internal constant CBOR = 0x51;
    /// DAG-CBOR: the FVM may name the same bytes so.
    uint64 internal constant DAG_CBOR = 0x71;

    uint256 private constant UINT64_MASK = 0xffffffffffffffff;

    /// @notice Calls a method, with `value` attoFIL out of this contract's balance.
    /// @param params CBOR, empty for methods without parameters.
    /// @return result CBOR, empty where the method returns nothing.
    function invoke(
        uint64 target,
        uint64 method,
        uint256 value,
        bytes memory params
    ) internal returns (bytes memory result) {
        int256 exitCode;
        (exitCode, result) = _callById(target, method, value, params);
        if (exitCode != 0) revert ActorCall_ActorFailed(target, method, exitCode);
    }

    /// @notice Calls a method that only reads.
    function query(uint64 target, uint64 method, bytes memory params) internal view returns (bytes memory result) {
        int256 exitCode;
        (exitCode, result) = _asView(_callById)(target, method, 0, params);
        if (exitCode != 0) revert ActorCall_ActorFailed(target, method, exitCode);
    }

    /// @notice Calls a method without parameters that only reads.
    function query(uint64 target, uint64 method) internal view returns (bytes memory) {
        bytes memory none;
        return query(target, method, none);
    }

    /// @notice Calls a method that only reads, and leaves the exit code to the caller; `result` counts for exit code 0
    /// alone.
    function tryQuery(
        uint64 target,
        uint64 method,
        bytes memory params
    ) internal view returns (int256 exitCode, bytes memory result) {
        return _asView(_callById)(target, method, 0, params);
    }

    /// @notice Calls a method of the actor at any Filecoin address, with `value` attoFIL out of this contract's
    /// balance.
    /// @param target Raw bytes of the address.
    function invokeAddress(
        bytes memory target,
        uint64 method,
        uint256 value,
        bytes memory params
    ) internal returns (bytes memory result) {
        uint64 codec = params.length == 0 ? 0 : CBOR;
        bytes memory input = abi.encode(method, value, uint64(0), codec, params, target);
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(input, 0x20)
        }
        (bool ok, int256 exitCode, bytes memory answer) = _delegate(CALL_ACTOR_ADDRESS, pointer, input.length);
        if (!ok) revert ActorCall_AddressPrecompileFailed(target, method);
        if (exitCode != 0) revert ActorCall_AddressActorFailed(target, method, exitCode);
        return answer;
    }

    /// @notice Whether parameters or a return value in this codec are CBOR.
    function isCbor(uint256 codec) internal pure returns (bool) {
        return codec == CBOR || codec == DAG_CBOR;
    }

    /// Input: abi.encode(uint64 method, uint256 value, uint64 flags, uint64 codec, bytes params, uint64 target). Its
    /// memory is taken, since what lies past the free memory pointer is anybody's between two assembly blocks.
    function _callById(
        uint64 target,
        uint64 method,
        uint256 value,
        bytes memory params
    ) private returns (int256 exitCode, bytes memory result) {
        uint256 input;
        uint256 size;
        assembly ("memory-safe") {
            input := mload(0x40)
            let length := mload(params)
            mstore(input, and(method, UINT64_MASK))
            mstore(add(input, 0x20), value)
            mstore(add(input, 0x40), 0) // flags
            mstore(add(input, 0x60), mul(CBOR, iszero(iszero(length))))
            mstore(add(input, 0x80), 0xc0) // where params starts
            mstore(add(input, 0xa0), and(target, UINT64_MASK))
            mstore(add(input, 0xc0), length)
            mstore(add(add(input, 0xe0), length), 0) // padding
            mcopy(add(input, 0xe0), add(params, 0x20), length)
            size := add(0xe0, and(add(length, 0x1f), not(0x1f)))
            mstore(0x40, add(input, size))
        }
        bool ok;
        (ok, exitCode, result) = _delegate(CALL_ACTOR_ID, input, size);
        if (!ok) revert ActorCall_PrecompileFailed(target, method);
    }

    /// Answer: abi.encode(int256 exitCode, uint64 codec, bytes result). It takes the place of the input, which must be
    /// the last memory taken; `result` points into it.
    /// @custom:oz-upgrades-unsafe-allow delegatecall
    function _delegate(
        address precompile,
        uint256 input,
        uint256 size
    ) private returns (bool ok, int256 exitCode, bytes memory result) {
        uint256 codec;
        bool isOtherCodec;
        assembly ("memory-safe") {
            ok := delegatecall(gas(), precompile, input, size, 0, 0)
            ok := and(ok, gt(returndatasize(), 0x7f)) // three head words and the length of the result
            if ok {
                returndatacopy(input, 0, returndatasize())
                exitCode := mload(input)
                codec := mload(add(input, 0x20))
                result := add(input, 0x60)
                let length := mload(result)
                ok := and(eq(mload(add(input, 0x40)), 0x60), iszero(gt(length, sub(returndatasize(), 0x80))))
                isOtherCodec := iszero(or(eq(codec, CBOR), eq(codec, DAG_CBOR)))
                isOtherCodec := and(isOtherCodec, and(iszero(exitCode), iszero(iszero(length))))
                mstore(0x40, add(input, and(add(returndatasize(), 0x1f), not(0x1f))))
            }
        }
        if (isOtherCodec && ok) revert ActorCall_UnexpectedCodec(CBOR, codec);
    }

    /// Solidity has no way to say that a delegatecall only reads. Getters do, and where the caller is in a static call,
    /// the FVM sees to it.
    function _asView(
        function(uint64, uint64, uint256, bytes memory) internal returns (int256, bytes memory) f
    )
        private
        pure
        returns (function(uint64, uint64, uint256, bytes memory) internal view returns (int256, bytes memory) g)
    {
        assembly ("memory-safe") {
            g := f
        }
    }
}
