// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {IFuturesDesk} from "../futures/interfaces/IFuturesDesk.sol";
import {IFuturesSettlement} from "../futures/interfaces/IFuturesSettlement.sol";
import {ILoanLedger} from "../loans/interfaces/ILoanBook.sol";
import {IPostedAuction} from "../collateral/interfaces/IPostedAuction.sol";
import {IStripAuction} from "../loans/interfaces/IStripAuction.sol";
import {IPlimsollManager} from "./interfaces/IPlimsollManager.sol";
import {Roles} from "./Roles.sol";

/// @title PlimsollManager
/// @notice See `IPlimsollManager` for the rules GOV-1 to GOV-5.
/// @dev Not upgradeable. The rules sit in the internal setters, through which every path of AccessManager goes:
/// direct calls, `multicall`, scheduled operations and `execute`.
contract PlimsollManager is AccessManager, IPlimsollManager {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @dev The base constructor makes the deployer ADMIN without delay; the rules start when it is through.
    enum Phase {
        Construction,
        SetUp,
        Finished
    }

    address private immutable DEPLOYER;

    Phase private _phase;
    mapping(uint64 roleId => EnumerableSet.AddressSet members) private _members;

    constructor() AccessManager(msg.sender) {
        DEPLOYER = msg.sender;
        _phase = Phase.SetUp;
        _setRoleGuardian(Roles.UPGRADER, Roles.GUARDIAN);
        _setRoleGuardian(Roles.RISK, Roles.GUARDIAN);
        emit RoleLabel(Roles.UPGRADER, "UPGRADER");
        emit RoleLabel(Roles.RISK, "RISK");
        emit RoleLabel(Roles.GUARDIAN, "GUARDIAN");
        emit RoleLabel(Roles.ARBITER, "ARBITER");
    }

    /// @inheritdoc IPlimsollManager
    function finishSetUp() external {
        if (msg.sender != DEPLOYER) revert PlimsollManager_NotDeployer(DEPLOYER, msg.sender);
        if (_phase == Phase.Finished) revert PlimsollManager_SetUpFinished();
        for (uint64 roleId = 0; roleId < Roles.COUNT; ++roleId) {
            if (!_hasActiveMemberBeside(roleId, DEPLOYER)) revert PlimsollManager_RoleVacant(roleId);
        }
        _phase = Phase.Finished;
        _revokeRole(Roles.ADMIN, DEPLOYER);
        emit SetUpFinished(DEPLOYER);
    }

    /// @notice Always reverts: the labels are those of the constructor, so that no role can pose as another.
    function labelRole(uint64 roleId, string calldata) public override onlyAuthorized {
        revert PlimsollManager_LabelsFixed(roleId);
    }

    /// @inheritdoc IPlimsollManager
    function setUpFinished() external view returns (bool) {
        return _phase == Phase.Finished;
    }

    /// @inheritdoc IPlimsollManager
    function deployer() external view returns (address) {
        return DEPLOYER;
    }

    /// @inheritdoc IPlimsollManager
    function membersOf(uint64 roleId) external view returns (address[] memory) {
        return _members[roleId].values();
    }

    /// @inheritdoc IPlimsollManager
    function minimumDelay(uint64 roleId) public pure returns (uint32) {
        if (roleId == Roles.ADMIN) return Roles.ADMIN_DELAY;
        if (roleId == Roles.UPGRADER) return Roles.UPGRADER_DELAY;
        if (roleId == Roles.RISK) return Roles.RISK_DELAY;
        if (roleId == Roles.GUARDIAN) return Roles.GUARDIAN_DELAY;
        if (roleId == Roles.ARBITER) return Roles.ARBITER_DELAY;
        revert PlimsollManager_UnknownRole(roleId);
    }

    /// @dev GOV-1 and GOV-5.
    function _grantRole(
        uint64 roleId,
        address account,
        uint32 grantDelay,
        uint32 executionDelay
    ) internal override returns (bool) {
        if (_phase != Phase.Construction) {
            _checkAccount(roleId, account);
            _checkExecutionDelay(roleId, executionDelay);
        }
        _members[roleId].add(account);
        return super._grantRole(roleId, account, grantDelay, executionDelay);
    }

    /// @dev GOV-4.
    function _revokeRole(uint64 roleId, address account) internal override returns (bool) {
        bool isMember = _members[roleId].remove(account);
        if (isMember && roleId == Roles.ADMIN && !_hasActiveMemberBeside(roleId, account)) {
            revert PlimsollManager_LastAdmin(account);
        }
        return super._revokeRole(roleId, account);
    }

    /// @dev GOV-2.
    function _setRoleAdmin(uint64 roleId, uint64 admin) internal override {
        _checkRole(roleId);
        if (admin != Roles.ADMIN) revert PlimsollManager_RoleAdminFixed(roleId, Roles.ADMIN, admin);
        super._setRoleAdmin(roleId, admin);
    }

    /// @dev Were the public a guardian, anyone could stop governance; were nobody, the veto would be gone.
    function _setRoleGuardian(uint64 roleId, uint64 guardian) internal override {
        _checkRole(roleId);
        if (guardian != Roles.GUARDIAN) revert PlimsollManager_RoleGuardianFixed(roleId, Roles.GUARDIAN, guardian);
        super._setRoleGuardian(roleId, guardian);
    }

    /// @dev Any length from zero does no harm, since the grant itself takes ADMIN's notice; one without end would be
    /// a lock-out.
    function _setGrantDelay(uint64 roleId, uint32 newDelay) internal override {
        _checkRole(roleId);
        _checkMaximum(newDelay);
        super._setGrantDelay(roleId, newDelay);
    }

    /// @dev Comes on top of ADMIN's own delay (the longer one counts), so it cannot shorten anything.
    function _setTargetAdminDelay(address target, uint32 newDelay) internal override {
        _checkMaximum(newDelay);
        super._setTargetAdminDelay(target, newDelay);
    }

    /// @dev GOV-3.
    function _setTargetFunctionRole(address target, bytes4 selector, uint64 roleId) internal override {
        _checkRole(roleId);
        if (!_mayHold(roleId, selector)) revert PlimsollManager_FunctionNotAllowed(selector, roleId);
        super._setTargetFunctionRole(target, selector, roleId);
    }

    function _mayHold(uint64 roleId, bytes4 selector) private pure returns (bool) {
        if (selector == UUPSUpgradeable.upgradeToAndCall.selector || selector == UpgradeableBeacon.upgradeTo.selector) {
            return roleId == Roles.UPGRADER;
        }
        if (selector == Ownable.transferOwnership.selector || selector == Ownable.renounceOwnership.selector) {
            return roleId == Roles.ADMIN;
        }
        if (selector == IFuturesSettlement.arbitrate.selector) return roleId == Roles.ARBITER;
        if (roleId == Roles.ARBITER) return false;
        return roleId != Roles.GUARDIAN || _isPause(selector);
    }

    function _isPause(bytes4 selector) private pure returns (bool) {
        return
            selector == ILoanLedger.pauseDraws.selector ||
            selector == ILoanLedger.pauseAttaches.selector ||
            selector == IStripAuction.pauseAuctions.selector ||
            selector == IPostedAuction.pausePostedAuctions.selector ||
            selector == IFuturesDesk.halt.selector;
    }

    /// @dev A role held by the manager itself would count as a member but never act.
    function _checkAccount(uint64 roleId, address account) private view {
        if (account == address(0) || account == address(this) || account == DEPLOYER) {
            revert PlimsollManager_InvalidAccount(roleId, account);
        }
    }

    function _checkExecutionDelay(uint64 roleId, uint32 executionDelay) private pure {
        uint32 minimum = minimumDelay(roleId);
        if (executionDelay < minimum) revert PlimsollManager_DelayTooShort(roleId, minimum, executionDelay);
        // Both act at once or not at all: their shortest delay is their longest.
        bool atOnce = roleId == Roles.GUARDIAN || roleId == Roles.ARBITER;
        uint32 maximum = atOnce ? minimum : Roles.MAX_DELAY;
        if (executionDelay > maximum) revert PlimsollManager_DelayTooLong(maximum, executionDelay);
    }

    function _checkMaximum(uint32 delay) private pure {
        if (delay > Roles.MAX_DELAY) revert PlimsollManager_DelayTooLong(Roles.MAX_DELAY, delay);
    }

    function _checkRole(uint64 roleId) private pure {
        if (roleId >= Roles.COUNT) revert PlimsollManager_UnknownRole(roleId);
    }

    /// @dev A grant can take effect as late as 30 days after it, so membership alone is not enough. Only ADMIN makes
    /// the list longer, with 7 days' notice for each member.
    function _hasActiveMemberBeside(uint64 roleId, address account) private view returns (bool) {
        address[] memory members = _members[roleId].values();
        for (uint256 i = 0; i < members.length; ++i) {
            (bool isActive, ) = hasRole(roleId, members[i]);
            if (isActive && members[i] != account) return true;
        }
        return false;
    }
}
