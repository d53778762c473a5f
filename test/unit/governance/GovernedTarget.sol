// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// @notice A governed contract with one function of each kind.
contract GovernedTarget is AccessManaged, UUPSUpgradeable {
    uint256 public parameter;
    bool public paused;

    constructor(address manager) AccessManaged(manager) {}

    function setParameter(uint256 value) external restricted {
        parameter = value;
    }

    function pauseDraws() external restricted {
        paused = true;
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
