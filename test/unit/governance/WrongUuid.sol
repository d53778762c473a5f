// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Claims to be upgradeable, but by another slot.
contract WrongUuid {
    function proxiableUUID() external pure returns (bytes32) {
        return keccak256("another slot");
    }
}
