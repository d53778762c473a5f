// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../Devnet.sol";
import {IFilecoinWorld} from "../IFilecoinWorld.sol";

/// @title get_beacon_randomness, 0xfe..06: epoch to drand digest [FIP-0095]
/// @notice Fails for an epoch that has not come.
contract BeaconRandomness {
    fallback(bytes calldata input) external payable returns (bytes memory) {
        int256 epoch = int256(uint256(bytes32(input)));
        (bool ok, bytes memory out) = Devnet.WORLD.staticcall(abi.encodeCall(IFilecoinWorld.randomness, (epoch)));
        if (!ok) {
            assembly ("memory-safe") {
                revert(0, 0)
            }
        }
        return out;
    }
}
