// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title A message to a simulated miner actor, as the world hands it on
/// @dev Payable, because the world delegates in the frame that brought the value.
interface IMinerActor {
    /// @notice One message.
    /// @param id the miner
    /// @param caller the sender's actor id
    /// @param method the method number, at least 2^24
    /// @param hasParams whether a parameter block was sent, empty or not
    /// @param params the block
    /// @param readOnly whether state may not change
    struct Message {
        uint64 id;
        uint64 caller;
        uint64 method;
        bool hasParams;
        bytes params;
        bool readOnly;
    }

    /// @notice Runs the miner's cron for all epochs before this block.
    function settle(uint64 id) external payable;

    /// @notice Executes `message` on the world's storage; delegated to by the world alone.
    /// @return result the CBOR answer, empty for none
    function handle(Message calldata message) external payable returns (bytes memory result);
}
