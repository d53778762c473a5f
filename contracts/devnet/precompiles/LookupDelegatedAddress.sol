// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../Devnet.sol";
import {IFilecoinWorld} from "../IFilecoinWorld.sol";

/// @title lookup_delegated_address, 0xfe..02: actor id to raw f4 address
/// @notice Output is nothing when the actor has none or does not exist; an id beyond 64 bits fails.
contract LookupDelegatedAddress {
    fallback(bytes calldata input) external payable returns (bytes memory) {
        uint256 id = uint256(bytes32(input)); // missing bytes count as zero
        if (id > type(uint64).max) {
            assembly ("memory-safe") {
                revert(0, 0)
            }
        }
        return IFilecoinWorld(Devnet.WORLD).lookup(uint64(id));
    }
}
