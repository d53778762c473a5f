// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "./Devnet.sol";
import {IFilecoinWorld} from "./IFilecoinWorld.sol";

/// @title The second address of an EVM actor: its masked id
/// @notice On Filecoin every contract answers at two addresses. A test that needs the second one installs this there; calls and
///         value are passed on to the first.
/// @dev The contract sees this address as `msg.sender`, where on Filecoin it would see the original caller.
contract EvmAlias {
    fallback(bytes calldata data) external payable returns (bytes memory) {
        (bool isEvm, address eth) = IFilecoinWorld(Devnet.WORLD).evmTarget(Devnet.idOf(address(this)));
        if (!isEvm) {
            assembly ("memory-safe") {
                revert(0, 0)
            }
        }
        (bool ok, bytes memory out) = eth.call{value: msg.value}(data);
        if (ok) return out;
        assembly ("memory-safe") {
            revert(add(out, 32), mload(out))
        }
    }
}
