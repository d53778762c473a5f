// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";

/// @title AccountBeacon
/// @notice Holds the implementation of all collateral accounts. Its owner is the `PlimsollManager`, which calls
/// `upgradeTo` only for a member of UPGRADER after its delay (`AccessManager.execute`).
contract AccountBeacon is UpgradeableBeacon {
    constructor(address implementation, address manager) UpgradeableBeacon(implementation, manager) {}
}
