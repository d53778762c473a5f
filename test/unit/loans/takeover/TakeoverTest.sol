// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {ILoanTakeover, ILoanTakeoverEvents} from "../../../../contracts/loans/interfaces/ILoanTakeover.sol";
import {BookTest} from "../book/BookTest.sol";
import {FULL_QUOTA, LAST_EPOCH, OldLender} from "./doubles/Lenders.sol";

/// @notice Base of the tests of takeovers: an account and a contract that lent to the SP before, both listed.
abstract contract TakeoverTest is BookTest, ILoanTakeoverEvents {
    uint256 internal constant OLD_QUOTA = 5_000 ether;
    /// The old lender that is a native account, by id and by the address at which its balance lies.
    uint64 internal lenderId;
    address internal lender;
    /// The one that is a contract.
    OldLender internal house;
    uint64 internal houseId;

    function setUp() public virtual override {
        super.setUp();
        lenderId = world.createAccount();
        lender = masked(lenderId);
        house = new OldLender();
        houseId = idOf(address(house));
        list(lenderId, address(0));
        list(houseId, address(0));
    }

    function list(uint64 id, address adapter) internal {
        asRisk(address(book), abi.encodeCall(ILoanTakeover.setLienholder, (id, true, adapter)));
    }

    function unlist(uint64 id) internal {
        asRisk(address(book), abi.encodeCall(ILoanTakeover.setLienholder, (id, false, address(0))));
    }

    /// A message of `from` with its own key.
    function changeBeneficiary(address from, uint64 minerId, uint64 to, uint256 quota, int64 expiration) internal {
        nativeCall(from, minerId, FilecoinMethods.CHANGE_BENEFICIARY, beneficiaryParams(to, quota, expiration));
    }

    /// A miner of the SP, 1 FIL of pledge a sector and 50 FIL available, that is pledged to the native account.
    function encumberedMiner(uint32 sectors) internal returns (uint64 minerId) {
        minerId = newMiner(sectors, 50 ether);
        int64 expiration = int64(uint64(vm.getBlockNumber() + 500 * DAY));
        changeBeneficiary(sp, minerId, lenderId, OLD_QUOTA, expiration);
        changeBeneficiary(lender, minerId, lenderId, OLD_QUOTA, expiration);
    }

    /// The same, pledged to the contract, which is owed `debt`.
    function houseMiner(uint32 sectors, uint256 debt) internal returns (uint64 minerId) {
        minerId = newMiner(sectors, 50 ether);
        int64 expiration = int64(uint64(vm.getBlockNumber() + 500 * DAY));
        changeBeneficiary(sp, minerId, houseId, OLD_QUOTA, expiration);
        house.lend(minerId, OLD_QUOTA, expiration, debt);
    }

    function inDays(uint256 days_) internal view returns (uint256) {
        return vm.getBlockNumber() + days_ * DAY;
    }

    function offer(uint256 loanId, uint64 minerId, uint256 amount) internal {
        uint256 deadline = inDays(7);
        vm.prank(sp);
        book.openTakeover(loanId, minerId, amount, deadline);
    }

    /// The native account's approval.
    function approve(uint64 minerId, address account) internal {
        changeBeneficiary(lender, minerId, idOf(account), FULL_QUOTA, LAST_EPOCH);
    }

    /// A facility of `amount`, an offer of `payOff` for a miner of 1,000 sectors, and all that a takeover needs.
    function readyTakeover(
        uint96 amount,
        uint256 payOff
    ) internal returns (uint256 loanId, address account, uint64 minerId) {
        minerId = encumberedMiner(1_000);
        (loanId, account) = openLoan(amount);
        offer(loanId, minerId, payOff);
        propose(minerId, account);
        approve(minerId, account);
    }

    /// The quote and the takeover say no, with the same error; afterwards the lender has its lien and the SP its tranche.
    function assertBarred(uint256 loanId, uint64 minerId, bytes memory reason) internal {
        vm.expectRevert(reason);
        book.quoteTakeover(loanId, minerId);
        vm.expectRevert(reason);
        vm.prank(keeper);
        book.takeover(loanId, minerId);
    }
}
