// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../Devnet.sol";
import {IFilecoinWorld} from "../IFilecoinWorld.sol";

/// @title resolve_address, 0xfe..01: raw Filecoin address to actor id
/// @notice Output is the id in 32 bytes, or nothing when the actor is not known; input that is no address fails.
contract ResolveAddress {
    fallback(bytes calldata input) external payable returns (bytes memory) {
        address asker = address(this) == Devnet.RESOLVE_ADDRESS ? msg.sender : address(this);
        (bool valid, bool found, uint64 id) = IFilecoinWorld(Devnet.WORLD).resolve(input, asker);
        if (!valid) {
            assembly ("memory-safe") {
                revert(0, 0)
            }
        }
        return found ? abi.encode(id) : bytes("");
    }
}
