// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {AttackTest} from "./AttackTest.sol";

/// @notice A miner's owner can move available FIL to the loan's account at any time. It must neither make a loss that is none, nor hide
/// a draw from `reclaim`, nor lock itself up there.
contract ParkingTest is AttackTest {
    /// @dev The loan is worth as much as before: its FIL only lies elsewhere. Were it not counted, a confederate would buy shares at the
    /// price after the loss, and a sweep would bring the loss back to him.
    function test_V08_ownerCannotSwitchALossOn() public {
        (uint256 loanId,, uint64 minerId) = tightLoan();
        Position memory p = book.positionOf(loanId);
        assertGt(p.healthWad, 1e18);
        ownerWithdraws(minerId, 1_200 ether);
        assertLt(book.positionOf(loanId).healthWad, 0.96e18, "what lies in the account does not count for health");
        uint256 carrying = (book.positionOf(loanId).value + 1_200 ether) * 98 / 100;
        uint256 assets = vault.totalAssets();
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoShortfall.selector, loanId, p.debt, carrying));
        vm.prank(mallory);
        book.impair(loanId);
        assertEq(vault.totalAssets(), assets);
    }

    /// @dev Nor make a loss larger than it is, nor have a loan written off beside money that lies ready.
    function test_V08_provisionCountsTheAccount() public {
        (uint256 loanId, address account, uint64 minerId) = tightLoan();
        seal(minerId, 1_200, false, 1 ether);
        shock(loanId, 0.95e18);
        Position memory p = book.positionOf(loanId);
        vm.deal(account, 20 ether);
        book.impair(loanId);
        assertEq(loanOf(loanId).carrying, (p.value + 20 ether) * 98 / 100);
        shock(loanId, 1);
        assertEq(book.positionOf(loanId).value, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_StillWorth.selector, loanId, 20 ether, 1 ether));
        book.writeOff(loanId);
    }

    /// @dev What is set aside for strips is not the pool's.
    function test_V08_provisionLeavesOutWhatIsSetAside() public {
        (uint256 loanId,, uint64 minerId) = tightLoan();
        seal(minerId, 1_200, false, 1 ether);
        makeKickable(loanId);
        auction.kick(loanId);
        (uint256 stripId, uint256 face,) = takeAll(loanId, bob);
        award(minerId, 4 * face);
        book.sweep(loanId, 0);
        assertEq(auction.claimable(stripId), face, "paid, not claimed");
        shock(loanId, 0.9e18);
        uint256 value = book.positionOf(loanId).value;
        uint256 free = book.freeFundsOf(loanId);
        book.impair(loanId);
        assertEq(loanOf(loanId).carrying, (value + free) * 98 / 100);
        assertLe(free, 1, "but for what the rounding of the tip left");
    }

    /// @dev Drawn FIL that was never pledged goes back to the pool, wherever the owner put it, and not to the payee.
    function test_L18_parkedDrawIsReclaimed() public {
        (uint256 loanId, address account, uint64 minerId) = drawnLoan(300 ether);
        ownerWithdraws(minerId, availableOf(minerId));
        assertGt(account.balance, 300 ether);
        advanceDays(11);
        uint256 debt = book.debtOf(loanId);
        vm.expectEmit(address(book));
        emit TrancheReclaimed(loanId, 0, 300 ether, 0);
        vm.prank(mallory);
        book.reclaim(loanId);
        assertApproxEqAbs(book.debtOf(loanId), debt - 300 ether, 1);
        uint256 left = book.freeFundsOf(loanId);
        assertLt(left, 70 ether, "only what was the provider's own");
    }

    /// @dev Strips are paid before the debt sees anything, in a reclaim too.
    function test_reclaimPaysStripsFirst() public {
        (uint256 loanId, address account, uint64 minerId) = tightLoan();
        seal(minerId, 1_079, false, 1 ether); // 1,080 would be proof
        makeKickable(loanId);
        auction.kick(loanId);
        (uint256 stripId, uint256 face,) = takeAll(loanId, bob);
        advanceDays(11);
        award(minerId, 4 * face + 200 ether); // a quarter is free at once
        uint256 debt = book.debtOf(loanId);
        uint256 available = availableOf(minerId);
        assertGt(available, face);
        book.reclaim(loanId);
        assertEq(auction.claimable(stripId), face, "the strip in full");
        assertApproxEqAbs(book.debtOf(loanId), debt - (available - face), 1, "the debt gets the rest");
        auction.claim(stripId);
        assertEq(bob.balance, face);
        assertEq(account.balance, 0);
    }

    /// @dev A proof that the chain shows is a proof, even if nobody asked before the deadline.
    function test_reclaimTakesNothingFromAProvenTranche() public {
        (uint256 loanId,, uint64 minerId) = drawnLoan(100 ether);
        seal(minerId, 100, false, 1 ether);
        advanceDays(11);
        uint256 debt = book.debtOf(loanId);
        uint256 available = availableOf(minerId);
        assertGt(available, 0);
        vm.expectEmit(address(book));
        emit TrancheProven(loanId, 0, 1_100 ether, 1_100 * 32 * uint256(GIB));
        vm.prank(mallory);
        book.reclaim(loanId);
        assertFalse(loanOf(loanId).frozen);
        assertEq(loanOf(loanId).provenCount, 1);
        assertEq(book.debtOf(loanId), debt);
        assertEq(availableOf(minerId), available);
    }

    /// @dev A miner that cannot pay does not keep from the debt what lies in the account; and a kick that asks for a sweep can be had.
    function test_L08_blockedMinerDoesNotLockTheAccount() public {
        (uint256 loanId, address account, uint64 minerId) = tightLoan();
        uint64 first = seal(minerId, 1_200, false, 1 ether);
        shock(loanId, 0.99e18);
        book.review(loanId);
        assertState(loanId, LoanState.Call);
        ownerWithdraws(minerId, availableOf(minerId));
        vm.deal(account, 50 ether);
        blockWithdrawals(minerId, first, 40);
        uint256 debt = book.debtOf(loanId);
        vm.prank(keeper);
        uint256 collected = book.sweep(loanId, 0);
        assertEq(collected, 50 ether);
        assertApproxEqAbs(book.debtOf(loanId), debt - 49.95 ether, 1);
        assertEq(keeper.balance, 0.05 ether);
    }

    /// @dev With nothing in the account the miner's own answer comes through.
    function test_L08_blockedMinerSaysWhy() public {
        (uint256 loanId,, uint64 minerId) = tightLoan();
        uint64 first = seal(minerId, 1_200, false, 1 ether);
        shock(loanId, 0.99e18);
        book.review(loanId);
        blockWithdrawals(minerId, first, 40);
        vm.expectRevert(abi.encodeWithSignature("ActorCall_ActorFailed(uint64,uint64,int256)", minerId, uint64(2_280_458_852), int256(18)));
        vm.prank(keeper);
        book.sweep(loanId, 0);
    }
}
