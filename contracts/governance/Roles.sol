// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Who may do what, and after how long a notice
/// @notice The closed list of roles, with the shortest execution delay that `PlimsollManager` lets a member have.
/// Delays count seconds of `block.timestamp`, which on Filecoin is the genesis time plus 30 x epoch: 7 days are
/// 20,160 epochs, null rounds included.
/// @dev No role can name a recipient of pool FIL. Whoever holds no role can do everything that keeps loans and exits
/// going.
library Roles {
    /// @notice Grants and revokes roles, assigns functions to roles. Equal to `AccessManager.ADMIN_ROLE`.
    uint64 internal constant ADMIN = 0;
    /// @notice Replaces implementations: UUPS proxies and the beacon of the collateral accounts.
    uint64 internal constant UPGRADER = 1;
    /// @notice Sets parameters inside the hard bounds of the contracts.
    uint64 internal constant RISK = 2;
    /// @notice Stops draws, attaches, new auctions and increases of futures for 7 days; cancels what UPGRADER and RISK have scheduled.
    uint64 internal constant GUARDIAN = 3;
    /// @notice Decides the settlement price of a futures series whose price is disputed, within half of its fallback, and nothing else.
    uint64 internal constant ARBITER = 4;
    /// @notice Number of roles; ids are 0 to this, exclusive.
    uint64 internal constant COUNT = 5;

    /// @notice Shortest notice for a change of roles [seconds].
    uint32 internal constant ADMIN_DELAY = 7 days;
    /// @notice Shortest notice for an upgrade: lenders and providers can leave before it [seconds].
    uint32 internal constant UPGRADER_DELAY = 7 days;
    /// @notice Shortest notice for a parameter [seconds].
    uint32 internal constant RISK_DELAY = 2 days;
    /// @notice A guardian acts at once or not at all [seconds].
    uint32 internal constant GUARDIAN_DELAY = 0;
    /// @notice An arbiter has three days in all [seconds].
    uint32 internal constant ARBITER_DELAY = 0;
    /// @notice Longest delay of any kind: a longer one would lock governance out of its own contracts [seconds].
    uint32 internal constant MAX_DELAY = 30 days;
}
