// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Loan, LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {BookTest} from "./BookTest.sol";

/// @notice impair, writeOff, restoration and recovery; strips settled and paid; liquidation as a whole, every part real.
contract LossesTest is BookTest {
    uint256 private loanId;
    address private account;
    uint64 private minerId;

    function setUp() public override {
        super.setUp();
        (loanId, account, minerId) = nearlyFullLoan();
    }

    function _sweepAll() private {
        book.review(loanId);
        if (book.positionOf(loanId).assessment.available > 0.2 ether) {
            vm.prank(keeper);
            book.sweep(loanId, 0);
        }
    }

    // ------------------------------------------------------------------------------------------------ impair

    function test_RevertWhen_ImpairWithoutShortfall() public {
        Position memory p = book.positionOf(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoShortfall.selector, loanId, p.debt, (p.value * 98) / 100));
        book.impair(loanId);
    }

    function test_RevertWhen_ImpairWithoutDebt() public {
        (uint256 empty, ) = openLoan(10 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoDebt.selector, empty));
        book.impair(empty);
    }

    function test_impair_reserveFirstThenTheSharePrice() public {
        vm.deal(address(this), 5 ether);
        reserve.deposit{value: 5 ether}();
        Position memory p = shock(loanId, 0.97e18);
        uint256 carrying = (p.value * 0.98e18) / 1e18;
        vault.accrue();
        vault.payReserve();
        reserve.skim();
        uint256 cover = reserve.balance();
        uint256 assets = vault.totalAssets();
        vm.prank(keeper);
        uint256 loss = book.impair(loanId);
        assertEq(loss, p.debt - carrying, "loss");
        Loan memory loan = loanOf(loanId);
        assertEq(loan.carrying, carrying);
        uint256 covered = loss < cover ? loss : cover;
        assertEq(loan.reserveLoss, covered);
        assertEq(loan.lenderLoss, loss - covered);
        assertApproxEqAbs(vault.totalAssets(), assets - (loss - covered), 2, "share holders bear the rest");
        assertState(loanId, LoanState.Impaired);
        assertEq(reserve.balance(), cover - covered);
    }

    function test_impair_againOnlyDownwards() public {
        shock(loanId, 0.97e18);
        book.impair(loanId);
        uint256 carrying = loanOf(loanId).carrying;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoShortfall.selector, loanId, carrying, carrying));
        book.impair(loanId);
        shock(loanId, 0.95e18);
        uint256 loss = book.impair(loanId);
        assertEq(carrying - loanOf(loanId).carrying, loss);
        assertGt(loss, 0);
    }

    function test_L06_lossIsSocialisedOnce() public {
        shock(loanId, 0.97e18);
        book.impair(loanId);
        PoolState memory before = vault.poolState();
        vm.expectRevert();
        book.impair(loanId);
        PoolState memory after_ = vault.poolState();
        assertEq(before.totalAssets, after_.totalAssets);
        assertEq(before.impairedCarrying, loanOf(loanId).carrying);
    }

    function test_recovery_carryingThenLendersThenReserve() public {
        vm.deal(address(this), 1 ether);
        reserve.deposit{value: 1 ether}();
        shock(loanId, 0.97e18);
        book.impair(loanId);
        Loan memory loan = loanOf(loanId);
        assertGt(loan.lenderLoss, 0);
        assertGt(loan.reserveLoss, 0);
        uint256 debt = book.debtOf(loanId);
        vm.deal(keeper, debt + 10);
        vm.prank(keeper);
        book.repay{value: loan.carrying}(loanId);
        assertEq(loanOf(loanId).carrying, 0);
        assertEq(loanOf(loanId).lenderLoss, loan.lenderLoss);
        uint256 owed = vault.poolState().reserveOwed;
        uint256 left = book.debtOf(loanId);
        vm.prank(keeper);
        book.repay{value: left}(loanId);
        assertEq(loanOf(loanId).lenderLoss, 0);
        assertEq(loanOf(loanId).reserveLoss, 0);
        assertGe(vault.poolState().reserveOwed, owed + loan.reserveLoss);
        assertState(loanId, LoanState.Healthy);
        assertEq(book.debtOf(loanId), 0);
        // The gain drips; at once nobody gets it.
        assertGt(vault.poolState().lockedGain, 0);
        advanceDays(8);
        assertEq(vault.poolState().lockedGain, 0);
    }

    function test_cure_restoresAnImpairedLoan() public {
        shock(loanId, 0.97e18);
        book.impair(loanId);
        uint256 debt = book.debtOf(loanId);
        uint256 assets = vault.totalAssets();
        vm.deal(keeper, 1_000 ether);
        vm.prank(keeper);
        book.cure{value: 700 ether}(loanId);
        assertState(loanId, LoanState.Healthy);
        assertApproxEqAbs(book.debtOf(loanId), debt - 700 ether, 2);
        assertApproxEqAbs(vault.totalAssets(), assets, 2, "the gain drips");
        PoolState memory pool = vault.poolState();
        assertEq(pool.impairedCarrying, 0);
        assertEq(loanOf(loanId).lenderLoss, 0);
    }

    // ------------------------------------------------------------------------------------------------ write-off

    function test_RevertWhen_WriteOffTooEarly() public {
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Healthy));
        book.writeOff(loanId);
        shock(loanId, 0.97e18);
        book.impair(loanId);
        uint256 value = book.positionOf(loanId).value;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_StillWorth.selector, loanId, value, 1 ether));
        book.writeOff(loanId);
    }

    function test_writeOff_afterSilence() public {
        shock(loanId, 0.97e18);
        book.impair(loanId);
        // Only the clock: what the miner does in the meantime is of no interest here.
        vm.roll(vm.getBlockNumber() + 200 * DAY);
        uint256 value = book.positionOf(loanId).value;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_StillWorth.selector, loanId, value, 1 ether));
        book.writeOff(loanId);
        vm.roll(vm.getBlockNumber() + 1);
        book.writeOff(loanId);
        assertState(loanId, LoanState.WrittenOff);
        assertEq(loanOf(loanId).carrying, 0);
        assertEq(vault.poolState().impairedCarrying, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.WrittenOff));
        book.impair(loanId);
        // What still comes in is taken all the same, and is share holders' gain.
        vm.deal(account, 100 ether);
        vm.prank(keeper);
        uint256 collected = book.sweep(loanId, 0);
        assertGt(collected, 0);
        assertGt(vault.poolState().lockedGain, 0);
    }

    // ------------------------------------------------------------------------------------------------ strips

    function test_liquidation_sweepKickTakeClaim() public {
        // The par sweep raises health a little: start so far below 1 that it does not bring it back.
        shock(loanId, 0.99e18);
        _sweepAll();
        Position memory before = book.positionOf(loanId);
        assertLt(before.healthWad, 1e18, "still unhealthy after the par sweep");
        vm.prank(keeper);
        auction.kick(loanId);
        advanceEpochs(60);
        before = book.positionOf(loanId);
        (uint256 face, uint256 price, uint256 bonus, ) = auction.quote(loanId);
        assertGt(face, price);
        assertGt(bonus, 1e18);
        vm.deal(bob, price);
        vm.prank(bob);
        (uint256 stripId, uint256 bought, uint256 paid) = auction.take{value: price}(
            loanId,
            type(uint96).max,
            1e18,
            bob,
            ""
        );
        assertEq(auction.ownerOf(stripId), bob);
        Position memory p = book.positionOf(loanId);
        assertGe(p.healthWad, before.healthWad, "I10");
        assertApproxEqAbs(p.debt, before.debt - paid, 2);
        assertEq(loanOf(loanId).stripSold, bought);

        // Rewards come in: the strip is paid before the debt.
        award(minerId, 4 * bought);
        vm.prank(keeper);
        book.sweep(loanId, 0);
        assertEq(auction.claimable(stripId), bought);
        auction.claim(stripId);
        assertEq(bob.balance, bought);
        assertEq(loanOf(loanId).stripClaimed, bought);
        assertEq(account.balance, book.freeFundsOf(loanId));
    }

    function test_RevertWhen_StripFunctionsCalledByAnother() public {
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OnlyContract.selector, address(auction), address(this)));
        book.settleStrip(loanId, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OnlyContract.selector, address(auction), address(this)));
        book.payStrip(loanId, bob, 1);
    }

    function test_settleStrip_boundsAndDust() public {
        vm.startPrank(address(auction));
        vm.expectRevert(LoanBook_ZeroAmount.selector);
        book.settleStrip(loanId, 0, 1);
        vm.expectRevert(LoanBook_ZeroAmount.selector);
        book.settleStrip(loanId, 1, 0);
        uint256 debt = book.debtOf(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DustDebt.selector, 10 ether, 1));
        book.settleStrip(loanId, debt, debt - 1);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_StripOverpaid.selector, loanId, 0, 1));
        book.payStrip(loanId, bob, 1);
        vm.stopPrank();
    }

    function test_RevertWhen_SurplusWouldPassStripHolders() public {
        shock(loanId, 0.99e18);
        _sweepAll();
        vm.prank(keeper);
        auction.kick(loanId);
        (, uint256 price, , ) = auction.quote(loanId);
        vm.deal(bob, price);
        vm.prank(bob);
        auction.take{value: price}(loanId, type(uint96).max, 1e18, bob, "");
        Loan memory loan = loanOf(loanId);
        uint256 debt = book.debtOf(loanId);
        if (debt != 0) {
            vm.deal(sp, debt);
            vm.prank(sp);
            book.repay{value: debt}(loanId);
        }
        vm.startPrank(sp);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_StripsOutstanding.selector, loanId, loan.stripSold));
        book.release(loanId, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_StripsOutstanding.selector, loanId, loan.stripSold));
        book.detachMiner(loanId, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotCloseable.selector, loanId, 0, loan.stripSold, 1));
        book.close(loanId);
        vm.stopPrank();
    }
}
