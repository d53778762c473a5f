// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "./Devnet.sol";
import {ForceSend} from "./ForceSend.sol";

/// @title What stands at the masked-id address of every simulated miner and singleton actor
/// @dev A plain EVM call to it fails with empty output, as on Filecoin. Only the world may make it act: its FIL lies at
///      this address, so that `maskedId.balance` is the actor's balance, and its messages must come from this address.
contract NativeActor {
    modifier onlyWorld() {
        if (msg.sender != Devnet.WORLD) {
            assembly ("memory-safe") {
                revert(0, 0)
            }
        }
        _;
    }

    fallback() external payable {
        assembly ("memory-safe") {
            revert(0, 0)
        }
    }

    /// @notice A method-0 send from this actor: moves `amount` [attoFIL] and runs no code of the recipient.
    function pay(address payable to, uint256 amount) external onlyWorld {
        new ForceSend{value: amount}(to);
    }

    /// @notice A message from this actor to an EVM contract.
    function send(address to, bytes calldata data) external onlyWorld returns (bool ok, bytes memory out) {
        (ok, out) = to.call(data);
    }
}
