// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {IBootstrap} from "./interfaces/IBootstrap.sol";

/// @title Bootstrap
/// @notice What a proxy runs between its creation and its first real implementation: nothing but an upgrade by the
/// deployer.
/// @dev The contracts name each other as immutables, so their proxies must have addresses before any implementation
/// can be built. A proxy on this implementation has no state and nothing to initialise, hence nobody can come before
/// the deployer.
contract Bootstrap is UUPSUpgradeable, IBootstrap {
    address private immutable DEPLOYER;

    constructor(address deployer) {
        if (deployer == address(0)) revert Bootstrap_InvalidDeployer(deployer);
        DEPLOYER = deployer;
    }

    function _authorizeUpgrade(address) internal view override {
        if (msg.sender != DEPLOYER) revert Bootstrap_NotDeployer(DEPLOYER, msg.sender);
    }
}
