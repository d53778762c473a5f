// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorExit} from "./ActorExit.sol";
import {Devnet} from "./Devnet.sol";

/// @title Drives the simulated Filecoin for histories of many thousand steps
/// @notice Keeps a step's exit code instead of reverting: failed transactions are what takes the time in a test.
contract StepRecorder {
    /// @notice The exit code of the last step.
    int256 public exitCode;

    /// @notice Calls a driver function with the value.
    function step(bytes calldata data) external payable {
        (bool ok, bytes memory out) = Devnet.WORLD.call{value: msg.value}(data);
        exitCode = ok ? int256(0) : _exitOf(out);
    }

    /// @notice Calls `callAs`, whose own answer holds the exit code.
    function message(bytes calldata data) external payable {
        (bool ok, bytes memory out) = Devnet.WORLD.call{value: msg.value}(data);
        if (!ok) _bubble(out);
        (exitCode, ) = abi.decode(out, (int256, bytes));
    }

    function _exitOf(bytes memory out) private pure returns (int256 code) {
        if (out.length < 36 || bytes4(out) != ActorExit.selector) _bubble(out);
        assembly ("memory-safe") {
            code := mload(add(out, 36))
        }
    }

    function _bubble(bytes memory out) private pure {
        assembly ("memory-safe") {
            revert(add(out, 32), mload(out))
        }
    }
}
