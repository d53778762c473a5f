// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Many reads in one call
/// @notice For comparisons after each of many thousand steps, where the number of calls is what takes the time.
contract Reader {
    /// @notice Thrown when a read reverts.
    error Reader_Failed(address target, bytes data);

    /// @notice The answers of static calls, one after the other without their lengths: each has as many words as its types.
    /// @param targets whom to ask
    /// @param calls what to ask, as many as there are targets
    function read(address[] calldata targets, bytes[] calldata calls) external view returns (bytes memory answers) {
        for (uint256 i = 0; i < targets.length; ++i) {
            (bool ok, bytes memory answer) = targets[i].staticcall(calls[i]);
            if (!ok) revert Reader_Failed(targets[i], calls[i]);
            answers = bytes.concat(answers, answer);
        }
    }
}
