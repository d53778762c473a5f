// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "./ActorCall.sol";
import {FilecoinAddress} from "./FilecoinAddress.sol";
import {FilecoinMethods} from "./FilecoinMethods.sol";

/// @title Bare sends of FIL
/// @notice Method 0 reaches every actor, miners included, which refuse a Solidity transfer; and it runs no code of the
/// receiver, so it cannot re-enter, and the receiver cannot refuse.
/// @dev Reverts with the errors of `ActorCall`; exit code -5 means that this contract's balance is short.
library FilecoinSend {
    /// Sent there, FIL is gone.
    uint64 internal constant BURN_ACTOR = 99;

    /// @notice Sends to an actor by id.
    /// @param amount [attoFIL]
    function toActor(uint64 id, uint256 amount) internal {
        bytes memory none;
        ActorCall.invoke(id, FilecoinMethods.SEND, amount, none);
    }

    /// @notice Sends to an address in either form.
    /// @dev A masked address must go by its id: its f410 form is a different actor, created by the send, that nobody
    /// can ever control.
    /// @param amount [attoFIL]
    function toAddress(address to, uint256 amount) internal {
        if (FilecoinAddress.isMasked(to)) return toActor(FilecoinAddress.maskedId(to), amount);
        bytes memory none;
        ActorCall.invokeAddress(FilecoinAddress.f410Bytes(to), FilecoinMethods.SEND, amount, none);
    }

    /// @notice Destroys FIL of this contract.
    /// @param amount [attoFIL]
    function burn(uint256 amount) internal {
        toActor(BURN_ACTOR, amount);
    }
}
