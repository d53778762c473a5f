// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @title PlimsollProxy
/// @notice OpenZeppelin's ERC-1967 proxy, compiled here so that its bytecode is this repository's. It has no function
/// and no admin of its own: upgrades are the implementation's (UUPS), so no selector can clash.
contract PlimsollProxy is ERC1967Proxy {
    constructor(address implementation, bytes memory data) payable ERC1967Proxy(implementation, data) {}

    /// @dev A proxy starts on `Bootstrap`, which has nothing to initialise.
    function _unsafeAllowUninitialized() internal pure override returns (bool) {
        return true;
    }
}
