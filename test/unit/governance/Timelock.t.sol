// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC1967} from "@openzeppelin/contracts/interfaces/IERC1967.sol";

import {AccountBeacon} from "../../../contracts/governance/AccountBeacon.sol";
import {PlimsollManager} from "../../../contracts/governance/PlimsollManager.sol";
import {PlimsollProxy} from "../../../contracts/governance/PlimsollProxy.sol";
import {Roles} from "../../../contracts/governance/Roles.sol";
import {GovernanceTest} from "./GovernanceTest.sol";
import {GovernedTarget} from "./GovernedTarget.sol";
import {WrongUuid} from "./WrongUuid.sol";

/// @notice U-06, U-12, U-13: nobody gets past the delays.
contract TimelockTest is GovernanceTest {
    GovernedTarget private proxied;
    address private next;

    function setUp() public override {
        vm.warp(1_700_000_000);
        manager = new PlimsollManager();
        target = new GovernedTarget(address(manager));
        // The authority of a constructor-initialised target is per implementation; a proxy reads slot 0, set here.
        PlimsollProxy proxy = new PlimsollProxy(address(target), "");
        vm.store(address(proxy), bytes32(0), bytes32(uint256(uint160(address(manager)))));
        proxied = GovernedTarget(address(proxy));
        target = proxied;
        next = address(new GovernedTarget(address(manager)));
        _grantAll();
        _assign(proxied.upgradeToAndCall.selector, Roles.UPGRADER);
        _assign(proxied.setParameter.selector, Roles.RISK);
        _assign(proxied.pauseDraws.selector, Roles.GUARDIAN);
        manager.finishSetUp();
    }

    function test_U06_RevertWhen_othersUpgrade() public {
        address[4] memory callers = [GOVERNOR, RISK_MANAGER, GUARDIAN, STRANGER];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, callers[i]));
            vm.prank(callers[i]);
            proxied.upgradeToAndCall(next, "");
        }
    }

    function test_U06_RevertWhen_theUpgraderDoesNotWait() public {
        bytes memory data = abi.encodeCall(proxied.upgradeToAndCall, (next, ""));
        bytes32 id = manager.hashOperation(UPGRADER, address(proxied), data);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        vm.prank(UPGRADER);
        proxied.upgradeToAndCall(next, "");

        vm.prank(UPGRADER);
        manager.schedule(address(proxied), data, 0);
        vm.warp(block.timestamp + 7 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, id));
        vm.prank(UPGRADER);
        proxied.upgradeToAndCall(next, "");

        vm.warp(block.timestamp + 1);
        vm.expectEmit(address(proxied));
        emit IERC1967.Upgraded(next);
        vm.prank(UPGRADER);
        proxied.upgradeToAndCall(next, "");
    }

    function test_U12_RevertWhen_scheduledTooEarly() public {
        bytes memory data = abi.encodeCall(proxied.setParameter, (1));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector,
                RISK_MANAGER,
                address(proxied),
                proxied.setParameter.selector
            )
        );
        vm.prank(RISK_MANAGER);
        manager.schedule(address(proxied), data, uint48(block.timestamp + 2 days - 1));
    }

    function test_U12_RevertWhen_executedTwice() public {
        bytes memory data = abi.encodeCall(proxied.setParameter, (7));
        _passThrough(RISK_MANAGER, address(proxied), data, 2 days);
        assertEq(proxied.parameter(), 7);
        bytes32 id = manager.hashOperation(RISK_MANAGER, address(proxied), data);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        vm.prank(RISK_MANAGER);
        manager.execute(address(proxied), data);
    }

    function test_U12_RevertWhen_executedAfterExpiry() public {
        bytes memory data = abi.encodeCall(proxied.setParameter, (7));
        vm.prank(RISK_MANAGER);
        manager.schedule(address(proxied), data, 0);
        vm.warp(block.timestamp + 2 days + 1 weeks);
        bytes32 id = manager.hashOperation(RISK_MANAGER, address(proxied), data);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerExpired.selector, id));
        vm.prank(RISK_MANAGER);
        manager.execute(address(proxied), data);
    }

    function test_U12_RevertWhen_oneExecutesWhatAnotherScheduled() public {
        bytes memory data = abi.encodeCall(proxied.setParameter, (7));
        vm.prank(RISK_MANAGER);
        manager.schedule(address(proxied), data, 0);
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector,
                GUARDIAN,
                address(proxied),
                proxied.setParameter.selector
            )
        );
        vm.prank(GUARDIAN);
        manager.execute(address(proxied), data);
    }

    function test_U12_RevertWhen_theCallDiffersFromWhatWasScheduled() public {
        vm.prank(RISK_MANAGER);
        manager.schedule(address(proxied), abi.encodeCall(proxied.setParameter, (7)), 0);
        vm.warp(block.timestamp + 2 days);
        bytes memory other = abi.encodeCall(proxied.setParameter, (8));
        bytes32 id = manager.hashOperation(RISK_MANAGER, address(proxied), other);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        vm.prank(RISK_MANAGER);
        manager.execute(address(proxied), other);
    }

    function test_U07_RevertWhen_upgradedToAnotherKindOfProxiable() public {
        address wrong = address(new WrongUuid());
        bytes memory data = abi.encodeCall(proxied.upgradeToAndCall, (wrong, ""));
        bytes memory error = abi.encodeWithSelector(
            UUPSUpgradeable.UUPSUnsupportedProxiableUUID.selector,
            keccak256("another slot")
        );
        _passThroughReverts(UPGRADER, address(proxied), data, 7 days, error);
    }

    function test_Guardian_cancelsUpgradesAndParameters() public {
        _scheduleAndCancel(UPGRADER, abi.encodeCall(proxied.upgradeToAndCall, (next, "")), 7 days);
        _scheduleAndCancel(RISK_MANAGER, abi.encodeCall(proxied.setParameter, (1)), 2 days);
    }

    function test_RevertWhen_theGuardianCancelsAChangeOfRoles() public {
        bytes memory data = abi.encodeCall(manager.revokeRole, (Roles.GUARDIAN, GUARDIAN));
        vm.prank(GOVERNOR);
        manager.schedule(address(manager), data, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCancel.selector,
                GUARDIAN,
                GOVERNOR,
                address(manager),
                manager.revokeRole.selector
            )
        );
        vm.prank(GUARDIAN);
        manager.cancel(GOVERNOR, address(manager), data);
    }

    function test_Guardian_actsAtOnce() public {
        vm.prank(GUARDIAN);
        proxied.pauseDraws();
        assertTrue(proxied.paused());
    }

    /// @dev A multicall keeps the caller, so it gives nobody more than single calls do.
    function test_U13_RevertWhen_roleIsTakenByMulticall() public {
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(manager.grantRole, (Roles.UPGRADER, STRANGER, 7 days));
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, STRANGER, Roles.ADMIN)
        );
        vm.prank(STRANGER);
        manager.multicall(calls);
    }

    function test_U13_RevertWhen_theManagerIsMadeToCallItself() public {
        bytes memory inner = abi.encodeCall(manager.grantRole, (Roles.UPGRADER, STRANGER, 7 days));
        bytes memory outer = abi.encodeCall(manager.execute, (address(manager), inner));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector,
                STRANGER,
                address(manager),
                manager.execute.selector
            )
        );
        vm.prank(STRANGER);
        manager.execute(address(manager), outer);
    }

    /// @dev An appended address (ERC-2771) is no sender here.
    function test_U13_RevertWhen_aSenderIsAppended() public {
        bytes memory data = abi.encodePacked(abi.encodeCall(proxied.pauseDraws, ()), GUARDIAN);
        vm.prank(STRANGER);
        (bool success, bytes memory answer) = address(proxied).call(data);
        assertFalse(success);
        assertEq(answer, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
    }

    function test_U15_beaconFollowsTheUpgraderOnly() public {
        PlimsollManager fresh = new PlimsollManager();
        manager = fresh;
        _grantAll();
        AccountBeacon beacon = new AccountBeacon(address(next), address(manager));
        manager.setTargetFunctionRole(address(beacon), _selectors(beacon.upgradeTo.selector), Roles.UPGRADER);
        manager.finishSetUp();
        bytes memory data = abi.encodeCall(beacon.upgradeTo, (address(proxied)));
        _passThrough(UPGRADER, address(beacon), data, 7 days);
        assertEq(beacon.implementation(), address(proxied));
        address[3] memory callers = [GOVERNOR, GUARDIAN, STRANGER];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IAccessManager.AccessManagerUnauthorizedCall.selector,
                    callers[i],
                    address(beacon),
                    beacon.upgradeTo.selector
                )
            );
            vm.prank(callers[i]);
            manager.execute(address(beacon), data);
        }
    }

    function _scheduleAndCancel(address caller, bytes memory data, uint32 delay) private {
        vm.prank(caller);
        manager.schedule(address(proxied), data, 0);
        vm.prank(GUARDIAN);
        manager.cancel(caller, address(proxied), data);
        vm.warp(block.timestamp + delay);
        bytes32 id = manager.hashOperation(caller, address(proxied), data);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        vm.prank(caller);
        manager.execute(address(proxied), data);
    }
}
