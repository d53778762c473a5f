// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FilecoinAddress} from "../filecoin/FilecoinAddress.sol";
import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {MinerActor} from "../filecoin/MinerActor.sol";
import {ICollateralAccount} from "./interfaces/ICollateralAccount.sol";

/// @title CollateralAccount
/// @notice The beneficiary of one loan's miners, and the owner of those in escrow. Keeps no state at all: its balance
/// and what the miners say about it are everything. So there is nothing to initialise, neither here nor in a proxy.
/// @dev There is no receive function, so a plain transfer is refused. FIL comes by method 0, from the miners and from
/// whoever wants to add some; that runs no code here, and belongs to the loan.
contract CollateralAccount is ICollateralAccount {
    address public immutable LOAN_BOOK;

    modifier onlyLoanBook() {
        if (msg.sender != LOAN_BOOK) revert CollateralAccount_NotLoanBook(LOAN_BOOK, msg.sender);
        _;
    }

    /// @param loanBook the proxy of the loan book, whose address is the same for every implementation of this contract
    constructor(address loanBook) {
        LOAN_BOOK = loanBook;
    }

    /// @inheritdoc ICollateralAccount
    function approveBeneficiary(
        uint64 minerId,
        uint64 beneficiary,
        uint256 quota,
        int64 expiration
    ) external onlyLoanBook {
        MinerActor.changeBeneficiary(minerId, beneficiary, quota, expiration);
    }

    /// @inheritdoc ICollateralAccount
    function changeOwner(uint64 minerId, uint64 newOwner) external onlyLoanBook {
        MinerActor.changeOwnerAddress(minerId, newOwner);
    }

    /// @inheritdoc ICollateralAccount
    function changeWorker(uint64 minerId, uint64 worker, uint64[] calldata controls) external onlyLoanBook {
        MinerActor.changeWorkerAddress(minerId, worker, controls);
    }

    /// @inheritdoc ICollateralAccount
    function confirmWorker(uint64 minerId) external onlyLoanBook {
        MinerActor.confirmChangeWorkerAddress(minerId);
    }

    /// @inheritdoc ICollateralAccount
    function withdraw(uint64 minerId, uint256 amount) external onlyLoanBook returns (uint256 sent) {
        return MinerActor.withdrawBalance(minerId, amount);
    }

    /// @inheritdoc ICollateralAccount
    function pay(address to, uint256 amount) external onlyLoanBook {
        uint256 balance = address(this).balance;
        if (balance < amount) revert CollateralAccount_InsufficientFunds(balance, amount);
        FilecoinSend.toAddress(to, amount);
    }

    /// @inheritdoc ICollateralAccount
    function actorId() external view returns (uint64) {
        return FilecoinAddress.toId(address(this));
    }
}
