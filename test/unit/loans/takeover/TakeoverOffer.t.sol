// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {LoanState, Takeover, Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {ILoanTakeover} from "../../../../contracts/loans/interfaces/ILoanTakeover.sol";
import {LAST_EPOCH} from "./doubles/Lenders.sol";
import {TakeoverTest} from "./TakeoverTest.sol";

/// @notice What an offer is, what a lender that has approved can rely on, and who may be paid off at all.
contract TakeoverOfferTest is TakeoverTest {
    uint256 private loanId;
    address private account;
    uint64 private minerId;

    function setUp() public override {
        super.setUp();
        (loanId, account) = openLoan(600 ether);
        minerId = encumberedMiner(1_000);
    }

    function _offer(uint256 amount, uint256 deadline) private {
        vm.prank(sp);
        book.openTakeover(loanId, minerId, amount, deadline);
    }

    function _refuse(uint256 amount, uint256 deadline, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(sp);
        book.openTakeover(loanId, minerId, amount, deadline);
    }

    function _reduced(uint256 a, uint256 a2, uint256 d, uint256 d2) private pure returns (bytes memory) {
        return abi.encodeWithSelector(LoanBook_OfferReduced.selector, a, a2, d, d2);
    }

    function _approved() private view returns (bytes memory) {
        return abi.encodeWithSelector(LoanBook_AlreadyApproved.selector, loanId, minerId, lenderId);
    }

    // ---------------------------------------------------------------- opening

    function test_open_recordsAndEmits() public {
        uint256 deadline = inDays(7);
        vm.expectEmit(address(book));
        emit TakeoverOpened(loanId, minerId, lenderId, 500 ether, deadline);
        _offer(500 ether, deadline);
        Takeover memory offered = book.takeoverOf(loanId, minerId);
        assertEq(offered.amount, 500 ether);
        assertEq(offered.lender, lenderId);
        assertEq(offered.deadline, deadline);
        assertEq(book.takeoverOf(loanId + 1, minerId).lender, 0);
    }

    function test_open_atEachBound() public {
        _offer(10 ether, vm.getBlockNumber());
        _offer(600 ether, vm.getBlockNumber());
        advanceEpochs(1);
        _offer(600 ether, book.tranchesOf(loanId)[0].drawDeadline);
        assertEq(book.takeoverOf(loanId, minerId).amount, 600 ether);
    }

    function test_open_RevertWhen_callerIsNotTheSp() public {
        uint256 deadline = inDays(7);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, keeper));
        vm.prank(keeper);
        book.openTakeover(loanId, minerId, 500 ether, deadline);
    }

    function test_open_RevertWhen_loanIsClosed() public {
        vm.prank(sp);
        book.close(loanId);
        _refuse(500 ether, inDays(7), abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Closed));
    }

    function test_open_RevertWhen_amountIsOutOfBounds() public {
        bytes4 bad = LoanBook_BadPayOff.selector;
        _refuse(10 ether - 1, inDays(7), abi.encodeWithSelector(bad, 10 ether, 600 ether, 10 ether - 1));
        _refuse(600 ether + 1, inDays(7), abi.encodeWithSelector(bad, 10 ether, 600 ether, 600 ether + 1));
    }

    function test_open_RevertWhen_deadlineIsOutOfBounds() public {
        bytes4 bad = LoanBook_BadDeadline.selector;
        uint256 now_ = vm.getBlockNumber();
        uint256 last = book.tranchesOf(loanId)[0].drawDeadline;
        _refuse(500 ether, now_ - 1, abi.encodeWithSelector(bad, now_, last, now_ - 1));
        _refuse(500 ether, last + 1, abi.encodeWithSelector(bad, now_, last, last + 1));
    }

    function test_open_RevertWhen_deadlineIsMoreThanThirtyDaysAway() public {
        vm.startPrank(sp);
        (uint256 other, ) = book.open(_longTranche(), payee);
        uint256 last = inDays(30);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadDeadline.selector, vm.getBlockNumber(), last, last + 1));
        book.openTakeover(other, minerId, 500 ether, last + 1);
        book.openTakeover(other, minerId, 500 ether, last);
        vm.stopPrank();
    }

    function _longTranche() private view returns (Tranche[] memory list_) {
        list_ = oneTranche(600 ether);
        list_[0].drawDeadline += uint32(100 * DAY);
    }

    function test_open_RevertWhen_notAMiner() public {
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotMiner.selector, lenderId));
        vm.prank(sp);
        book.openTakeover(loanId, lenderId, 500 ether, vm.getBlockNumber());
    }

    function test_open_RevertWhen_minerIsItsOwnersOwn() public {
        minerId = newMiner(10, 1 ether);
        _refuse(500 ether, inDays(7), abi.encodeWithSelector(LoanBook_NoForeignLien.selector, minerId, idOf(sp)));
    }

    function test_open_RevertWhen_minerSecuresALoan() public {
        (uint256 other, address its) = openLoan(600 ether);
        minerId = newMiner(10, 1 ether);
        attach(other, its, minerId);
        _refuse(500 ether, inDays(7), abi.encodeWithSelector(LoanBook_MinerTaken.selector, minerId, other));
    }

    function test_open_RevertWhen_ownerIsChanging() public {
        changeOwner(sp, minerId, idOf(bob));
        _refuse(500 ether, inDays(7), abi.encodeWithSelector(LoanBook_OwnerChangePending.selector, minerId, idOf(bob)));
    }

    /// Else the SP could be its own lender, and carry off what it drew.
    function test_open_RevertWhen_lenderIsNotListed() public {
        minerId = newMiner(1_000, 50 ether);
        changeBeneficiary(sp, minerId, idOf(bob), OLD_QUOTA, LAST_EPOCH);
        changeBeneficiary(bob, minerId, idOf(bob), OLD_QUOTA, LAST_EPOCH);
        _refuse(500 ether, inDays(7), abi.encodeWithSelector(LoanBook_NotListed.selector, minerId, idOf(bob)));
    }

    // ---------------------------------------------------------------- what the lender relies on

    function test_offer_RevertWhen_lowered() public {
        uint256 deadline = inDays(7);
        _offer(500 ether, deadline);
        _refuse(500 ether - 1, deadline, _reduced(500 ether, 500 ether - 1, deadline, deadline));
        _refuse(500 ether - 1, deadline + 1, _reduced(500 ether, 500 ether - 1, deadline, deadline + 1));
    }

    function test_offer_RevertWhen_shortened() public {
        uint256 deadline = inDays(7);
        _offer(500 ether, deadline);
        _refuse(600 ether, deadline - 1, _reduced(500 ether, 600 ether, deadline, deadline - 1));
    }

    /// An approval may be on its way when an offer ends: the next one is no lower.
    function test_offer_RevertWhen_loweredAfterItsEnd() public {
        uint256 deadline = inDays(7);
        _offer(500 ether, deadline);
        advanceDays(8);
        _refuse(499 ether, inDays(7), _reduced(500 ether, 499 ether, deadline, inDays(7)));
        _offer(500 ether, inDays(7));
    }

    function test_offer_isRaisedAndProlongedBeforeTheApproval() public {
        _offer(500 ether, inDays(7));
        propose(minerId, account);
        _offer(550 ether, inDays(10));
        assertEq(book.takeoverOf(loanId, minerId).amount, 550 ether);
        assertEq(book.takeoverOf(loanId, minerId).deadline, inDays(10));
    }

    function test_offer_isOnlyRaisedAfterTheApproval() public {
        uint256 deadline = inDays(7);
        _offer(500 ether, deadline);
        propose(minerId, account);
        approve(minerId, account);
        _refuse(500 ether, deadline + 1, _approved());
        _refuse(600 ether, deadline + 1, _approved());
        _offer(501 ether, deadline);
        book.takeover(loanId, minerId);
        assertEq(lender.balance, 501 ether);
    }

    /// The approval outlives the offer in the miner actor. It is of no use for another one until the owner proposes anew, which deletes it.
    function test_offer_RevertWhen_reopenedOnAnOldApproval() public {
        _offer(500 ether, inDays(7));
        propose(minerId, account);
        approve(minerId, account);
        advanceDays(8);
        _refuse(500 ether, inDays(7), _approved());
        propose(minerId, account);
        _offer(500 ether, inDays(7));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotApproved.selector, minerId, lenderId));
        book.takeover(loanId, minerId);
    }

    /// Approved before there was anything to see.
    function test_offer_RevertWhen_openedOnAnApproval() public {
        propose(minerId, account);
        approve(minerId, account);
        _refuse(10 ether, inDays(7), _approved());
    }

    /// An approval for another account is no business of this offer.
    function test_offer_whileAnotherAccountIsProposed() public {
        propose(minerId, bob);
        approve(minerId, bob);
        _offer(500 ether, inDays(7));
    }

    /// Another lender is another matter: nobody relies on what was offered to the one before. Its approval counts all the same.
    function test_offer_toAnotherLender() public {
        uint256 deadline = inDays(7);
        _offer(500 ether, deadline);
        changeBeneficiary(sp, minerId, houseId, OLD_QUOTA, LAST_EPOCH);
        changeBeneficiary(lender, minerId, houseId, OLD_QUOTA, LAST_EPOCH);
        house.lend(minerId, OLD_QUOTA, LAST_EPOCH, 1);
        propose(minerId, account);
        house.approve(minerId, idOf(account));
        _refuse(
            100 ether,
            deadline,
            abi.encodeWithSelector(LoanBook_AlreadyApproved.selector, loanId, minerId, houseId)
        );
        propose(minerId, account);
        _offer(100 ether, deadline);
        assertEq(book.takeoverOf(loanId, minerId).lender, houseId);
        assertEq(book.takeoverOf(loanId, minerId).amount, 100 ether);
    }

    /// Whatever the SP does with offer and proposal, an approval brings at least what was on offer when it was given.
    function testFuzz_offer_noApprovalIsEverWorthLess(uint256[8] memory moves) public {
        uint256 promised;
        uint256 until;
        propose(minerId, account);
        for (uint256 i; i < moves.length; ++i) {
            uint256 x = moves[i] >> 8;
            if (moves[i] % 5 == 0) {
                propose(minerId, account);
                promised = 0;
            } else if (moves[i] % 5 == 1 && book.takeoverOf(loanId, minerId).lender != 0) {
                approve(minerId, account);
                if (promised == 0) {
                    promised = book.takeoverOf(loanId, minerId).amount;
                    until = book.takeoverOf(loanId, minerId).deadline;
                }
            } else if (moves[i] % 5 == 2) {
                advanceEpochs(1 + (x % (5 * DAY)));
            } else {
                uint256 deadline = vm.getBlockNumber() + (x % (6 * DAY));
                vm.prank(sp);
                try book.openTakeover(loanId, minerId, bound(x, 10 ether, 600 ether), deadline) {} catch {}
            }
            uint256 snapshot = vm.snapshotState();
            uint256 before = lender.balance;
            try book.takeover(loanId, minerId) {
                assertGt(promised, 0, "approved");
                assertGe(lender.balance - before, promised, "paid what was on offer");
                assertLe(vm.getBlockNumber(), until, "in time");
            } catch {}
            vm.revertToState(snapshot);
        }
    }

    // ---------------------------------------------------------------- who may be paid off

    function test_setLienholder_listsAndUnlists() public {
        uint64 id = world.createAccount();
        assertFalse(book.lienholderOf(id).listed);
        _assertListed(id, true, address(house));
        _assertListed(id, true, address(0));
        _assertListed(id, false, address(0));
    }

    function _assertListed(uint64 id, bool listed, address adapter) private {
        bytes memory data = abi.encodeCall(ILoanTakeover.setLienholder, (id, listed, adapter));
        vm.prank(riskAdmin);
        manager.schedule(address(book), data, 0);
        advanceDays(2);
        vm.expectEmit(address(book));
        emit LienholderChanged(id, listed, adapter);
        vm.prank(riskAdmin);
        book.setLienholder(id, listed, adapter);
        assertEq(book.lienholderOf(id).listed, listed);
        assertEq(book.lienholderOf(id).adapter, adapter);
    }

    function test_setLienholder_RevertWhen_callerIsNotRisk() public {
        for (uint256 i; i < 3; ++i) {
            address who = [sp, guardian, keeper][i];
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, who));
            vm.prank(who);
            book.setLienholder(lenderId, true, address(0));
        }
    }

    function test_setLienholder_RevertWhen_itMakesNoSense() public {
        _assertInvalid(0, true, address(0));
        _assertInvalid(idOf(address(book)), true, address(0));
        _assertInvalid(idOf(address(vault)), true, address(0));
        _assertInvalid(lenderId, false, address(house));
    }

    function _assertInvalid(uint64 id, bool listed, address adapter) private {
        bytes memory data = abi.encodeCall(ILoanTakeover.setLienholder, (id, listed, adapter));
        vm.prank(riskAdmin);
        manager.schedule(address(book), data, 0);
        advanceDays(2);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_InvalidLienholder.selector, id, listed, adapter));
        vm.prank(riskAdmin);
        manager.execute(address(book), data);
    }
}
