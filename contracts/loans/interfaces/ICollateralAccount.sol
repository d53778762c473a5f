// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The beneficiary of a portfolio's miners, and the owner of those in escrow
/// @notice One per loan, a beacon proxy. Only the loan book commands it. All FIL it holds belongs to that loan: withdrawals pay it by
/// method 0, which runs no code here, so nothing is booked on arrival.
interface ICollateralAccount {
    /// @notice Thrown when anyone but the loan book calls.
    error CollateralAccount_NotLoanBook(address expected, address actual);
    /// @notice Thrown when the account is asked to pay more than it holds.
    error CollateralAccount_InsufficientFunds(uint256 balance, uint256 amount);

    /// @notice This account's actor id, resolved anew: ids of young actors can change in a reorganisation.
    function actorId() external view returns (uint64);

    /// @notice Approves the open beneficiary proposal of `minerId` with exactly these terms, as nominee or as beneficiary.
    /// As owner it proposes them instead, and where it is beneficiary itself, that is all it takes. Only the loan book.
    function approveBeneficiary(uint64 minerId, uint64 beneficiary, uint256 quota, int64 expiration) external;

    /// @notice Proposes `newOwner` as owner, or takes the ownership that was proposed to this account, with its own id.
    /// Only the loan book.
    function changeOwner(uint64 minerId, uint64 newOwner) external;

    /// @notice As owner: replaces the control addresses at once and the worker in 900 epochs. Only the loan book.
    /// @dev While another change of worker is pending, the actor ignores `worker` without an error.
    function changeWorker(uint64 minerId, uint64 worker, uint64[] calldata controls) external;

    /// @notice As owner: puts a change of worker into force whose 900 epochs are over. Only the loan book.
    function confirmWorker(uint64 minerId) external;

    /// @notice Withdraws up to `amount` from the miner to this account. Only the loan book.
    /// @return sent what the miner actor says it sent [attoFIL]
    function withdraw(uint64 minerId, uint256 amount) external returns (uint256 sent);

    /// @notice Pays FIL by a method-0 send, which runs no code at the recipient. Only the loan book.
    function pay(address to, uint256 amount) external;
}
