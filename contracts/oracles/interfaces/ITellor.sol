// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The part of Tellor's oracle that the adapter uses
interface ITellor {
    /// @notice The last undisputed report before a time.
    /// @param queryId hash of what was asked
    /// @param timestamp exclusive [seconds]
    function getDataBefore(
        bytes32 queryId,
        uint256 timestamp
    ) external view returns (bool ifRetrieve, bytes memory value, uint256 timestampRetrieved);
}
