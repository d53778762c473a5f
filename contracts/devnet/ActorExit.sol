// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Thrown when an actor ends with a non-zero exit code; the precompile turns it into an answer.
error ActorExit(int256 code, uint64 codec, bytes data);

/// @notice Ends the running actor, undoing all it did, value included.
function exit(int256 code) pure {
    revert ActorExit(code, 0, "");
}

/// @notice Ends the running actor with `code` unless `condition` holds.
function check(bool condition, int256 code) pure {
    if (!condition) revert ActorExit(code, 0, "");
}
