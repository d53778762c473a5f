// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {PlimsollManager} from "../../../contracts/governance/PlimsollManager.sol";
import {Roles} from "../../../contracts/governance/Roles.sol";
import {GovernedTarget} from "./GovernedTarget.sol";

/// @notice A manager through its set-up, with one member per role, and a contract it governs.
abstract contract GovernanceTest is Test {
    address internal constant GOVERNOR = address(0xA11CE);
    address internal constant UPGRADER = address(0xB0B);
    address internal constant RISK_MANAGER = address(0xCA401);
    address internal constant GUARDIAN = address(0xD0D0);
    address internal constant ARBITER = address(0xA9B17E9);
    address internal constant STRANGER = address(0x5712A9E2);

    PlimsollManager internal manager;
    GovernedTarget internal target;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        manager = new PlimsollManager();
        target = new GovernedTarget(address(manager));
        _grantAll();
        _assign(target.upgradeToAndCall.selector, Roles.UPGRADER);
        _assign(target.setParameter.selector, Roles.RISK);
        _assign(target.pauseDraws.selector, Roles.GUARDIAN);
        manager.finishSetUp();
    }

    function _grantAll() internal {
        manager.grantRole(Roles.ADMIN, GOVERNOR, Roles.ADMIN_DELAY);
        manager.grantRole(Roles.UPGRADER, UPGRADER, Roles.UPGRADER_DELAY);
        manager.grantRole(Roles.RISK, RISK_MANAGER, Roles.RISK_DELAY);
        manager.grantRole(Roles.GUARDIAN, GUARDIAN, Roles.GUARDIAN_DELAY);
        manager.grantRole(Roles.ARBITER, ARBITER, Roles.ARBITER_DELAY);
    }

    function _assign(bytes4 selector, uint64 roleId) internal {
        manager.setTargetFunctionRole(address(target), _selectors(selector), roleId);
    }

    function _selectors(bytes4 selector) internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](1);
        selectors[0] = selector;
    }

    /// @dev The whole way of a call that needs a role: schedule, wait, execute.
    function _passThrough(address caller, address to, bytes memory data, uint32 delay) internal {
        vm.prank(caller);
        manager.schedule(to, data, 0);
        vm.warp(block.timestamp + delay);
        vm.prank(caller);
        manager.execute(to, data);
    }

    /// @dev As `_passThrough`, expecting that the executed call reverts with `error`.
    function _passThroughReverts(
        address caller,
        address to,
        bytes memory data,
        uint32 delay,
        bytes memory error
    ) internal {
        vm.prank(caller);
        manager.schedule(to, data, 0);
        vm.warp(block.timestamp + delay);
        vm.expectRevert(error);
        vm.prank(caller);
        manager.execute(to, data);
    }
}
