// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Delivers its endowment without running the recipient's code, as a Filecoin method-0 send does.
/// @dev Created and destroyed in one transaction, so EIP-6780 leaves no trace of it.
contract ForceSend {
    constructor(address payable recipient) payable {
        selfdestruct(recipient);
    }
}
