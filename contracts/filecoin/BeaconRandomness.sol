// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Randomness of the drand beacon
/// @notice FIP-0095. Public from the moment the beacon round is: whoever acts after the epoch knows it, so commit to an
/// epoch before it comes, and read it later.
library BeaconRandomness {
    /// @notice Thrown when the epoch has not come yet.
    error BeaconRandomness_FutureEpoch(uint256 maximum, uint256 actual);
    /// @notice Thrown when the precompile refuses, is absent, or does not answer one word.
    error BeaconRandomness_Unavailable(uint256 epoch);

    address internal constant GET_BEACON_RANDOMNESS = 0xfE00000000000000000000000000000000000006;

    /// @notice The beacon's digest for an epoch, the present one at the latest.
    function at(uint256 epoch) internal view returns (bytes32 randomness) {
        // The precompile's behaviour for future epochs is not certain, so it is never asked about one.
        if (epoch > block.number) revert BeaconRandomness_FutureEpoch(block.number, epoch);
        bool ok;
        assembly ("memory-safe") {
            mstore(0, epoch)
            // The answer goes to another word than the question, or a short answer would leave the epoch there to be
            // taken for it.
            ok := staticcall(gas(), GET_BEACON_RANDOMNESS, 0, 0x20, 0x20, 0x20)
            ok := and(ok, eq(returndatasize(), 0x20))
            randomness := mload(0x20)
        }
        if (!ok) revert BeaconRandomness_Unavailable(epoch);
    }
}
