// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The one authority of the protocol
/// @notice An AccessManager whose delays are a property of its code, not of the script that deployed it. The roles
/// are those of `Roles` and no others; a member of ADMIN or UPGRADER acts with at least 7 days' notice, of RISK with
/// at least 2, a GUARDIAN at once.
/// @dev What holds at all times, in set-up and after:
/// - GOV-1: no grant gives a delay below the role's floor or above 30 days, a GUARDIAN's is zero;
/// - GOV-2: every role is administered by ADMIN, so that a new member takes 7 days' notice;
/// - GOV-3: `upgradeToAndCall` and `upgradeTo` belong to UPGRADER (or, unassigned, to ADMIN) and to nobody else;
///   ownership of a beacon to ADMIN; GUARDIAN gets no function but the three pauses; nothing is assigned to the
///   public;
/// - GOV-4: there is always a member of ADMIN whose grant is in effect;
/// - GOV-5: once set-up is finished, the deployer holds no role and never will.
/// A successor of this contract is appointed by `updateAuthority`, after 7 days' notice like an upgrade.
interface IPlimsollManager {
    /// @notice Emitted once, when the deployer has given up its powers.
    event SetUpFinished(address indexed deployer);

    /// @notice Thrown when a role id is not one of `Roles`.
    error PlimsollManager_UnknownRole(uint64 roleId);
    /// @notice Thrown when a role is granted to the zero address, the manager itself or the deployer.
    error PlimsollManager_InvalidAccount(uint64 roleId, address account);
    /// @notice Thrown when a member would act with less notice than the role's floor.
    error PlimsollManager_DelayTooShort(uint64 roleId, uint32 minimum, uint32 actual);
    /// @notice Thrown when a delay is so long that it would lock governance out.
    error PlimsollManager_DelayTooLong(uint32 maximum, uint32 actual);
    /// @notice Thrown when a role would be administered by another role than ADMIN.
    error PlimsollManager_RoleAdminFixed(uint64 roleId, uint64 expected, uint64 actual);
    /// @notice Thrown when a role would get another guardian than GUARDIAN.
    error PlimsollManager_RoleGuardianFixed(uint64 roleId, uint64 expected, uint64 actual);
    /// @notice Thrown when a role would be labelled anew.
    error PlimsollManager_LabelsFixed(uint64 roleId);
    /// @notice Thrown when a function would go to a role that may not have it.
    error PlimsollManager_FunctionNotAllowed(bytes4 selector, uint64 roleId);
    /// @notice Thrown when the last member of ADMIN whose grant is in effect would go.
    error PlimsollManager_LastAdmin(address account);
    /// @notice Thrown when anyone but the deployer ends the set-up.
    error PlimsollManager_NotDeployer(address expected, address actual);
    /// @notice Thrown when the set-up would end twice.
    error PlimsollManager_SetUpFinished();
    /// @notice Thrown when the set-up would end while a role has no member whose grant is in effect.
    error PlimsollManager_RoleVacant(uint64 roleId);

    /// @notice Ends the set-up: the deployer loses ADMIN, which it held without delay since the construction. Only
    /// the deployer, once.
    /// @dev Requirements: each role has a member beside the deployer, whose grant is in effect. There is no way back.
    function finishSetUp() external;

    /// @notice Whether the set-up is over.
    function setUpFinished() external view returns (bool);

    /// @notice Who deployed this contract.
    function deployer() external view returns (address);

    /// @notice The members of a role, those included whose grant has not taken effect yet.
    function membersOf(uint64 roleId) external view returns (address[] memory);

    /// @notice The shortest execution delay that a member of a role can have [seconds].
    function minimumDelay(uint64 roleId) external pure returns (uint32);
}
