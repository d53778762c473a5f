// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";

import {IPlimsollManager} from "../../../contracts/governance/interfaces/IPlimsollManager.sol";
import {PlimsollManager} from "../../../contracts/governance/PlimsollManager.sol";
import {Roles} from "../../../contracts/governance/Roles.sol";
import {GovernanceTest} from "./GovernanceTest.sol";

contract PlimsollManagerTest is GovernanceTest {
    uint64 private constant PUBLIC = type(uint64).max;

    // ------------------------------------------------------------ set-up

    function test_Construction_deployerIsTheOnlyMember() public {
        PlimsollManager fresh = new PlimsollManager();
        assertEq(fresh.deployer(), address(this));
        assertFalse(fresh.setUpFinished());
        assertEq(fresh.membersOf(Roles.ADMIN).length, 1);
        for (uint64 roleId = 1; roleId < Roles.COUNT; ++roleId) assertEq(fresh.membersOf(roleId).length, 0);
        assertEq(fresh.getRoleGuardian(Roles.UPGRADER), Roles.GUARDIAN);
        assertEq(fresh.getRoleGuardian(Roles.RISK), Roles.GUARDIAN);
    }

    function test_Construction_labelsTheRoles() public {
        vm.expectEmit();
        emit IAccessManager.RoleLabel(Roles.UPGRADER, "UPGRADER");
        vm.expectEmit();
        emit IAccessManager.RoleLabel(Roles.RISK, "RISK");
        vm.expectEmit();
        emit IAccessManager.RoleLabel(Roles.GUARDIAN, "GUARDIAN");
        vm.expectEmit();
        emit IAccessManager.RoleLabel(Roles.ARBITER, "ARBITER");
        new PlimsollManager();
    }

    function test_FinishSetUp_deployerHoldsNothing() public view {
        assertTrue(manager.setUpFinished());
        for (uint64 roleId = 0; roleId < Roles.COUNT; ++roleId) {
            (bool isMember, ) = manager.hasRole(roleId, address(this));
            assertFalse(isMember, "U-10: deployer holds a role");
            assertEq(manager.membersOf(roleId).length, 1);
        }
    }

    function test_FinishSetUp_emits() public {
        manager = new PlimsollManager();
        _grantAll();
        vm.expectEmit(address(manager));
        emit IPlimsollManager.SetUpFinished(address(this));
        manager.finishSetUp();
    }

    function test_RevertWhen_setUpIsFinishedTwice() public {
        vm.expectRevert(IPlimsollManager.PlimsollManager_SetUpFinished.selector);
        manager.finishSetUp();
    }

    function test_RevertWhen_strangerFinishesSetUp() public {
        vm.expectRevert(
            abi.encodeWithSelector(IPlimsollManager.PlimsollManager_NotDeployer.selector, address(this), STRANGER)
        );
        vm.prank(STRANGER);
        manager.finishSetUp();
    }

    function test_U10_RevertWhen_setUpEndsWithAVacantRole() public {
        manager = new PlimsollManager();
        for (uint64 roleId = 0; roleId < Roles.COUNT; ++roleId) {
            vm.expectRevert(abi.encodeWithSelector(IPlimsollManager.PlimsollManager_RoleVacant.selector, roleId));
            manager.finishSetUp();
            manager.grantRole(roleId, GOVERNOR, manager.minimumDelay(roleId));
        }
        manager.finishSetUp();
    }

    function test_FinishSetUp_worksAfterTheDeployerRenounced() public {
        manager = new PlimsollManager();
        _grantAll();
        manager.renounceRole(Roles.ADMIN, address(this));
        manager.finishSetUp();
        assertTrue(manager.setUpFinished());
        assertEq(manager.membersOf(Roles.ADMIN).length, 1);
    }

    function test_RevertWhen_deployerActsAfterSetUp() public {
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, address(this), Roles.ADMIN)
        );
        manager.grantRole(Roles.RISK, STRANGER, Roles.RISK_DELAY);
    }

    // ------------------------------------------------------------ GOV-1: floors

    function test_U12_RevertWhen_delayIsBelowTheFloor_inSetUp() public {
        manager = new PlimsollManager();
        for (uint64 roleId = 0; roleId < Roles.GUARDIAN; ++roleId) {
            uint32 floor = manager.minimumDelay(roleId);
            vm.expectRevert(_tooShort(roleId, floor, floor - 1));
            manager.grantRole(roleId, GOVERNOR, floor - 1);
            vm.expectRevert(_tooShort(roleId, floor, 0));
            manager.grantRole(roleId, GOVERNOR, 0);
        }
    }

    function test_U12_RevertWhen_delayIsBelowTheFloor_afterSetUp() public {
        bytes memory data = abi.encodeCall(manager.grantRole, (Roles.UPGRADER, STRANGER, 7 days - 1));
        bytes memory error = _tooShort(Roles.UPGRADER, 7 days, 7 days - 1);
        _passThroughReverts(GOVERNOR, address(manager), data, 7 days, error);
    }

    function test_U12_RevertWhen_aMembersDelayIsShortened() public {
        bytes memory data = abi.encodeCall(manager.grantRole, (Roles.ADMIN, GOVERNOR, 0));
        bytes memory error = _tooShort(Roles.ADMIN, 7 days, 0);
        _passThroughReverts(GOVERNOR, address(manager), data, 7 days, error);
    }

    function testFuzz_Grant_neverLeavesADelayOutsideItsBounds(uint64 roleId, uint32 delay) public {
        roleId = uint64(bound(roleId, 0, Roles.RISK));
        manager = new PlimsollManager();
        uint32 floor = manager.minimumDelay(roleId);
        try manager.grantRole(roleId, GOVERNOR, delay) {
            (bool isMember, uint32 actual) = manager.hasRole(roleId, GOVERNOR);
            assertTrue(isMember);
            assertEq(actual, delay);
            assertGe(actual, floor, "GOV-1: below the floor");
            assertLe(actual, Roles.MAX_DELAY, "GOV-1: above the maximum");
        } catch {
            assertTrue(delay < floor || delay > Roles.MAX_DELAY, "GOV-1: refused inside the bounds");
        }
    }

    function test_U10_RevertWhen_aDelayLocksGovernanceOut() public {
        bytes memory error = abi.encodeWithSelector(
            IPlimsollManager.PlimsollManager_DelayTooLong.selector,
            30 days,
            30 days + 1
        );
        manager = new PlimsollManager();
        vm.expectRevert(error);
        manager.grantRole(Roles.ADMIN, GOVERNOR, 30 days + 1);
        vm.expectRevert(error);
        manager.setGrantDelay(Roles.RISK, 30 days + 1);
        vm.expectRevert(error);
        manager.setTargetAdminDelay(address(target), 30 days + 1);
    }

    function test_Delays_thirtyDaysIsAllowed() public {
        manager = new PlimsollManager();
        manager.setGrantDelay(Roles.RISK, 30 days);
        manager.setTargetAdminDelay(address(target), 30 days);
        vm.warp(block.timestamp + 30 days); // AccessManager puts every new delay off, by 5 days at least
        assertEq(manager.getRoleGrantDelay(Roles.RISK), 30 days);
        assertEq(manager.getTargetAdminDelay(address(target)), 30 days);
    }

    function test_RevertWhen_aGuardianWouldHaveToWait() public {
        manager = new PlimsollManager();
        vm.expectRevert(abi.encodeWithSelector(IPlimsollManager.PlimsollManager_DelayTooLong.selector, 0, 1));
        manager.grantRole(Roles.GUARDIAN, GUARDIAN, 1);
    }

    function test_U12_TargetAdminDelay_doesNotShortenAdminsOwn() public {
        bytes memory data = abi.encodeCall(manager.setTargetAdminDelay, (address(target), 0));
        _passThrough(GOVERNOR, address(manager), data, 7 days);
        vm.warp(block.timestamp + 30 days);
        bytes memory relabel = abi.encodeCall(
            manager.setTargetFunctionRole,
            (address(target), _selectors(target.setParameter.selector), Roles.UPGRADER)
        );
        vm.expectRevert(_notScheduled(GOVERNOR, address(manager), relabel));
        vm.prank(GOVERNOR);
        manager.execute(address(manager), relabel);
    }

    function test_U12_GrantDelay_zeroStillTakesAdminsNotice() public {
        bytes memory data = abi.encodeCall(manager.grantRole, (Roles.RISK, STRANGER, 2 days));
        vm.expectRevert(_notScheduled(GOVERNOR, address(manager), data));
        vm.prank(GOVERNOR);
        manager.grantRole(Roles.RISK, STRANGER, 2 days);
        _passThrough(GOVERNOR, address(manager), data, 7 days);
        (bool isMember, uint32 delay) = manager.hasRole(Roles.RISK, STRANGER);
        assertTrue(isMember);
        assertEq(delay, 2 days);
    }

    // ------------------------------------------------------------ GOV-2: a closed set of roles, all of them ADMIN's

    function test_U12_RevertWhen_roleIsUnknown() public {
        manager = new PlimsollManager();
        for (uint256 i = 0; i < 2; ++i) {
            uint64 roleId = i == 0 ? Roles.COUNT : PUBLIC;
            bytes memory error = abi.encodeWithSelector(IPlimsollManager.PlimsollManager_UnknownRole.selector, roleId);
            vm.expectRevert(error);
            manager.grantRole(roleId, STRANGER, 7 days);
            vm.expectRevert(error);
            manager.setTargetFunctionRole(address(target), _selectors(target.setParameter.selector), roleId);
            vm.expectRevert(error);
            manager.setRoleAdmin(roleId, Roles.ADMIN);
            vm.expectRevert(error);
            manager.setRoleGuardian(roleId, Roles.GUARDIAN);
            vm.expectRevert(error);
            manager.setGrantDelay(roleId, 0);
            vm.expectRevert(error);
            manager.minimumDelay(roleId);
        }
    }

    function test_U12_RevertWhen_aRoleGetsAnotherAdmin() public {
        manager = new PlimsollManager();
        vm.expectRevert(
            abi.encodeWithSelector(
                IPlimsollManager.PlimsollManager_RoleAdminFixed.selector,
                Roles.UPGRADER,
                Roles.ADMIN,
                Roles.GUARDIAN
            )
        );
        manager.setRoleAdmin(Roles.UPGRADER, Roles.GUARDIAN);
        vm.expectEmit(address(manager));
        emit IAccessManager.RoleAdminChanged(Roles.UPGRADER, Roles.ADMIN);
        manager.setRoleAdmin(Roles.UPGRADER, Roles.ADMIN);
        assertEq(manager.getRoleAdmin(Roles.UPGRADER), Roles.ADMIN);
    }

    function test_RevertWhen_aRoleGetsAnotherGuardian() public {
        manager = new PlimsollManager();
        vm.expectRevert(
            abi.encodeWithSelector(
                IPlimsollManager.PlimsollManager_RoleGuardianFixed.selector,
                Roles.RISK,
                Roles.GUARDIAN,
                PUBLIC
            )
        );
        manager.setRoleGuardian(Roles.RISK, PUBLIC);
    }

    function test_U12_RevertWhen_aRoleIsLabelledAnew() public {
        manager = new PlimsollManager();
        vm.expectRevert(abi.encodeWithSelector(IPlimsollManager.PlimsollManager_LabelsFixed.selector, Roles.GUARDIAN));
        manager.labelRole(Roles.GUARDIAN, "ADMIN");
    }

    function test_RevertWhen_aStrangerLabels() public {
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, STRANGER, Roles.ADMIN)
        );
        vm.prank(STRANGER);
        manager.labelRole(Roles.GUARDIAN, "ADMIN");
    }

    function test_U10_RevertWhen_aRoleIsGrantedToAnUnusableAccount() public {
        manager = new PlimsollManager();
        address[3] memory accounts = [address(0), address(manager), address(this)];
        for (uint256 i = 0; i < accounts.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IPlimsollManager.PlimsollManager_InvalidAccount.selector,
                    Roles.UPGRADER,
                    accounts[i]
                )
            );
            manager.grantRole(Roles.UPGRADER, accounts[i], 7 days);
        }
    }

    // ------------------------------------------------------------ GOV-3: functions

    function test_U12_RevertWhen_upgradesGoToAnotherRole() public {
        bytes4[2] memory selectors = [target.upgradeToAndCall.selector, UpgradeableBeacon.upgradeTo.selector];
        uint64[4] memory others = [Roles.ADMIN, Roles.RISK, Roles.GUARDIAN, Roles.ARBITER];
        manager = new PlimsollManager();
        for (uint256 i = 0; i < selectors.length; ++i) {
            for (uint256 j = 0; j < others.length; ++j) _expectNotAllowed(selectors[i], others[j]);
            manager.setTargetFunctionRole(address(target), _selectors(selectors[i]), Roles.UPGRADER);
        }
    }

    function test_RevertWhen_ownershipOfABeaconGoesToAnotherRole() public {
        bytes4[2] memory selectors = [Ownable.transferOwnership.selector, Ownable.renounceOwnership.selector];
        uint64[4] memory others = [Roles.UPGRADER, Roles.RISK, Roles.GUARDIAN, Roles.ARBITER];
        manager = new PlimsollManager();
        for (uint256 i = 0; i < selectors.length; ++i) {
            for (uint256 j = 0; j < others.length; ++j) _expectNotAllowed(selectors[i], others[j]);
            manager.setTargetFunctionRole(address(target), _selectors(selectors[i]), Roles.ADMIN);
        }
    }

    function test_P04_RevertWhen_theGuardianGetsMoreThanPauses() public {
        manager = new PlimsollManager();
        _expectNotAllowed(target.setParameter.selector, Roles.GUARDIAN);
        _expectNotAllowed(bytes4(keccak256("unpauseDraws()")), Roles.GUARDIAN);
        string[4] memory pauses = ["pauseDraws()", "pauseAttaches()", "pauseAuctions()", "halt(bytes32,uint256)"];
        for (uint256 i = 0; i < pauses.length; ++i) {
            bytes4 selector = bytes4(keccak256(bytes(pauses[i])));
            manager.setTargetFunctionRole(address(target), _selectors(selector), Roles.GUARDIAN);
            assertEq(manager.getTargetFunctionRole(address(target), selector), Roles.GUARDIAN);
        }
    }

    function testFuzz_Assign_guardianGetsNoOtherSelector(bytes4 selector) public {
        manager = new PlimsollManager();
        bool pause =
            selector == bytes4(keccak256("pauseDraws()")) ||
                selector == bytes4(keccak256("pauseAttaches()")) ||
                selector == bytes4(keccak256("pauseAuctions()")) ||
                selector == bytes4(keccak256("pausePostedAuctions()")) ||
                selector == bytes4(keccak256("halt(bytes32,uint256)"));
        if (pause || selector == IAccessManaged.setAuthority.selector) return;
        _expectNotAllowed(selector, Roles.GUARDIAN);
    }

    /// An arbiter may choose a price, and nobody else may.
    function testFuzz_Assign_arbiterGetsArbitrateAlone(bytes4 selector) public {
        manager = new PlimsollManager();
        bytes4 arbitrate = bytes4(keccak256("arbitrate(bytes32,uint32)"));
        if (selector != arbitrate && selector != IAccessManaged.setAuthority.selector) {
            _expectNotAllowed(selector, Roles.ARBITER);
        }
        for (uint64 roleId = 0; roleId < Roles.ARBITER; ++roleId) _expectNotAllowed(arbitrate, roleId);
        manager.setTargetFunctionRole(address(target), _selectors(arbitrate), Roles.ARBITER);
        assertEq(manager.getTargetFunctionRole(address(target), arbitrate), Roles.ARBITER);
    }

    function test_U12_RevertWhen_theArbiterHasADelay() public {
        manager = new PlimsollManager();
        vm.expectRevert(abi.encodeWithSelector(IPlimsollManager.PlimsollManager_DelayTooLong.selector, 0, 1));
        manager.grantRole(Roles.ARBITER, ARBITER, 1);
    }

    // ------------------------------------------------------------ GOV-4: the last ADMIN

    function test_U10_RevertWhen_theLastAdminRenounces() public {
        vm.expectRevert(abi.encodeWithSelector(IPlimsollManager.PlimsollManager_LastAdmin.selector, GOVERNOR));
        vm.prank(GOVERNOR);
        manager.renounceRole(Roles.ADMIN, GOVERNOR);
    }

    function test_U10_RevertWhen_theLastAdminIsRevoked() public {
        bytes memory data = abi.encodeCall(manager.revokeRole, (Roles.ADMIN, GOVERNOR));
        bytes memory error = abi.encodeWithSelector(IPlimsollManager.PlimsollManager_LastAdmin.selector, GOVERNOR);
        _passThroughReverts(GOVERNOR, address(manager), data, 7 days, error);
    }

    function test_U10_RevertWhen_theLastAdminLeavesInSetUp() public {
        manager = new PlimsollManager();
        vm.expectRevert(abi.encodeWithSelector(IPlimsollManager.PlimsollManager_LastAdmin.selector, address(this)));
        manager.renounceRole(Roles.ADMIN, address(this));
    }

    function test_U10_Admin_isHandedOverInTwoSteps() public {
        bytes memory data = abi.encodeCall(manager.grantRole, (Roles.ADMIN, STRANGER, 7 days));
        _passThrough(GOVERNOR, address(manager), data, 7 days);
        vm.prank(GOVERNOR);
        manager.renounceRole(Roles.ADMIN, GOVERNOR);
        address[] memory members = manager.membersOf(Roles.ADMIN);
        assertEq(members.length, 1);
        assertEq(members[0], STRANGER);
    }

    /// @dev The successor's grant takes effect after the delay of grants; until then the predecessor has to stay.
    function test_U10_RevertWhen_theSuccessorIsNotInOfficeYet() public {
        _passThrough(GOVERNOR, address(manager), abi.encodeCall(manager.setGrantDelay, (Roles.ADMIN, 10 days)), 7 days);
        vm.warp(block.timestamp + 5 days);
        bytes memory data = abi.encodeCall(manager.grantRole, (Roles.ADMIN, STRANGER, 7 days));
        _passThrough(GOVERNOR, address(manager), data, 7 days);
        vm.expectRevert(abi.encodeWithSelector(IPlimsollManager.PlimsollManager_LastAdmin.selector, GOVERNOR));
        vm.prank(GOVERNOR);
        manager.renounceRole(Roles.ADMIN, GOVERNOR);
        vm.warp(block.timestamp + 10 days);
        vm.prank(GOVERNOR);
        manager.renounceRole(Roles.ADMIN, GOVERNOR);
        assertEq(manager.membersOf(Roles.ADMIN).length, 1);
    }

    function test_U10_RevertWhen_setUpEndsBeforeAGrantTakesEffect() public {
        manager = new PlimsollManager();
        manager.setGrantDelay(Roles.ADMIN, 10 days);
        vm.warp(block.timestamp + 5 days);
        _grantAll();
        vm.expectRevert(abi.encodeWithSelector(IPlimsollManager.PlimsollManager_RoleVacant.selector, Roles.ADMIN));
        manager.finishSetUp();
        vm.warp(block.timestamp + 10 days);
        manager.finishSetUp();
        assertTrue(manager.setUpFinished());
    }

    function test_Revoke_ofANonMemberChangesNothing() public {
        manager = new PlimsollManager();
        manager.revokeRole(Roles.RISK, STRANGER);
        assertEq(manager.membersOf(Roles.RISK).length, 0);
    }

    function test_Members_otherRolesMayBeVacated() public {
        vm.prank(GUARDIAN);
        manager.renounceRole(Roles.GUARDIAN, GUARDIAN);
        assertEq(manager.membersOf(Roles.GUARDIAN).length, 0);
    }

    // ------------------------------------------------------------ helpers

    function _expectNotAllowed(bytes4 selector, uint64 roleId) private {
        vm.expectRevert(
            abi.encodeWithSelector(IPlimsollManager.PlimsollManager_FunctionNotAllowed.selector, selector, roleId)
        );
        manager.setTargetFunctionRole(address(target), _selectors(selector), roleId);
    }

    function _tooShort(uint64 roleId, uint32 minimum, uint32 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPlimsollManager.PlimsollManager_DelayTooShort.selector, roleId, minimum, actual);
    }

    function _notScheduled(address caller, address to, bytes memory data) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IAccessManager.AccessManagerNotScheduled.selector,
                manager.hashOperation(caller, to, data)
            );
    }
}
