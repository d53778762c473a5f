// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Vm} from "forge-std/Vm.sol";

import {RAY} from "../../../../contracts/libraries/Units.sol";
import {IPledgeVault, PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IReserveFund} from "../../../../contracts/loans/interfaces/IReserveFund.sol";
import {VaultTest} from "./VaultTest.sol";

contract PledgeVaultBookTest is VaultTest {
    uint256 private constant DRIP_EPOCHS = 20_160;

    function setUp() public override {
        super.setUp();
        _makeUgly();
    }

    function _badSplit(uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, expected, actual);
    }

    function _unfunded(uint256 balance, uint256 cash) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPledgeVault.PledgeVault_Unfunded.selector, balance, cash);
    }

    // ---------------------------------------------------------------- who may call

    function test_RevertWhen_callerIsNotTheLoanBook() public {
        bytes memory expected = abi.encodeWithSelector(IPledgeVault.PledgeVault_NotLoanBook.selector, LOAN_BOOK, ALICE);
        vm.startPrank(ALICE);
        vm.expectRevert(expected);
        vault.lend(1, MINER, FIL);
        vm.expectRevert(expected);
        vault.bookRepayment{value: FIL}(1, FIL, FIL);
        vm.expectRevert(expected);
        vault.bookImpairment(1, FIL, 0);
        vm.expectRevert(expected);
        vault.bookWriteDown(1, FIL);
        vm.expectRevert(expected);
        vault.bookRecovery{value: FIL}(1, 0, FIL, 0);
        vm.expectRevert(expected);
        vault.bookRestoration(1, FIL, 0, 0);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- lend

    function test_V04_lend_roundsDebtUp() public {
        uint256 index = vault.borrowIndex();
        uint256 amount = 9 * FIL + 1;
        uint256 down = Math.mulDiv(amount, RAY, index, Math.Rounding.Floor);
        uint256 up = Math.mulDiv(amount, RAY, index, Math.Rounding.Ceil);
        assertLt(down, up, "even");
        assertEq(_lend(1, amount), up);
        assertGe(Math.ceilDiv(up * index, RAY), amount, "owes at least what it got");
    }

    function test_lend_paysTheMinerAndEmits() public {
        vault.accrue();
        PoolState memory a = vault.poolState();
        uint256 amount = 9 * FIL + 1;
        uint256 before = _miner().balance;
        uint256 scaledDebt = Math.ceilDiv(amount * RAY, a.borrowIndexRay);
        vm.expectEmit(address(vault));
        emit IPledgeVault.Lent(42, MINER, amount, scaledDebt);
        _lend(42, amount);
        assertEq(_miner().balance, before + amount, "paid");
        PoolState memory b = vault.poolState();
        assertEq(b.cash, a.cash - amount, "cash");
        assertGe(b.totalAssets, a.totalAssets, "I4");
        assertLe(b.totalAssets, a.totalAssets + 2, "rounding");
        assertGt(b.ratePerEpochRay, a.ratePerEpochRay, "the rate follows");
        assertEq(b.lastAccrual, vm.getBlockNumber(), "accrued");
        _assertLedger();
    }

    function test_lend_upToTheBuffer() public {
        PoolState memory s = vault.poolState();
        uint256 most = s.cash - Math.ceilDiv(s.totalAssets * 500, 10_000);
        assertEq(vault.lendable(), most, "lendable");
        bytes memory expected = abi.encodeWithSelector(
            IPledgeVault.PledgeVault_InsufficientLiquidity.selector,
            most,
            most + 1
        );
        vm.prank(LOAN_BOOK);
        vm.expectRevert(expected);
        vault.lend(1, MINER, most + 1);
        _lend(1, most);
        assertEq(vault.lendable(), 0, "nothing left");
        _assertLedger();
    }

    function test_lendable_isZeroBelowTheBuffer() public {
        uint256 most = vault.maxWithdraw(ALICE);
        vm.prank(ALICE);
        vault.withdraw(most, ALICE, ALICE);
        assertEq(vault.lendable(), 0);
    }

    function test_RevertWhen_lendingNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        vm.prank(LOAN_BOOK);
        vault.lend(1, MINER, 0);
    }

    // ---------------------------------------------------------------- repayments

    function test_bookRepayment_byValue() public {
        vault.accrue();
        PoolState memory a = vault.poolState();
        uint256 amount = 12 * FIL + 5;
        uint256 scaledDebt = (amount * RAY) / a.borrowIndexRay;
        vm.expectEmit(address(vault));
        emit IPledgeVault.Repaid(1, amount, scaledDebt);
        _repay(1, amount);
        PoolState memory b = vault.poolState();
        assertEq(b.cash, a.cash + amount, "cash");
        assertGe(b.totalAssets, a.totalAssets, "I4");
        assertLe(b.totalAssets, a.totalAssets + 2, "rounding");
        assertLt(b.ratePerEpochRay, a.ratePerEpochRay, "the rate follows");
        _assertLedger();
    }

    function test_bookRepayment_byMethod0() public {
        uint256 amount = 12 * FIL + 5;
        uint256 scaledDebt = (amount * RAY) / vault.borrowIndex();
        uint256 cash = vault.poolState().cash;
        _force(address(vault), amount);
        scaled -= scaledDebt;
        vm.prank(LOAN_BOOK);
        vault.bookRepayment(1, amount, scaledDebt);
        assertEq(vault.poolState().cash, cash + amount);
        _assertLedger();
    }

    function test_bookRepayment_ofEverything() public {
        uint256 debt = Math.ceilDiv(scaled * vault.borrowIndex(), RAY);
        _repay(1, debt);
        assertEq(vault.poolState().debt, 0);
        assertEq(scaled, 0);
        _assertLedger();
    }

    function test_RevertWhen_repaymentHasNotArrived() public {
        PoolState memory s = vault.poolState();
        uint256 amount = _held() - s.cash + 1; // 1 more than arrived unasked
        vm.expectRevert(_unfunded(_held(), s.cash + amount));
        vm.prank(LOAN_BOOK);
        vault.bookRepayment(1, amount, 0);
    }

    function test_RevertWhen_valueIsNotTheRepayment() public {
        vm.deal(LOAN_BOOK, FIL);
        vm.expectRevert(_badSplit(FIL - 1, FIL));
        vm.prank(LOAN_BOOK);
        vault.bookRepayment{value: FIL - 1}(1, FIL, 0);
    }

    function test_RevertWhen_repaymentIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        vm.prank(LOAN_BOOK);
        vault.bookRepayment(1, 0, 0);
    }

    /// I4: a repayment that extinguishes more than it pays is refused.
    function test_RevertWhen_repaymentExtinguishesTooMuch() public {
        uint256 amount = 12 * FIL;
        PoolState memory s = vault.poolState();
        uint256 tooMuch = Math.ceilDiv((amount + 1) * RAY, s.borrowIndexRay);
        uint256 extinguished = s.debt - ((scaled - tooMuch) * s.borrowIndexRay) / RAY;
        vm.deal(LOAN_BOOK, amount);
        vm.expectRevert(_badSplit(extinguished, amount));
        vm.prank(LOAN_BOOK);
        vault.bookRepayment{value: amount}(1, amount, tooMuch);
    }

    function test_RevertWhen_repaymentExceedsAllDebt() public {
        vm.deal(LOAN_BOOK, 10_000 * FIL);
        vm.expectRevert(_badSplit(scaled, scaled + 1));
        vm.prank(LOAN_BOOK);
        vault.bookRepayment{value: 10_000 * FIL}(1, 10_000 * FIL, scaled + 1);
    }

    // ---------------------------------------------------------------- provisions

    /// The reserve fund bears nothing when it has nothing.
    function test_bookImpairment_withoutReserve() public {
        vault.payReserve();
        vm.prank(address(vault));
        reserve.cover(type(uint128).max); // drained; what comes back stays in the vault unasked
        PoolState memory a = vault.poolState();
        uint256 part = scaled / 3;
        uint256 debt = a.debt - ((scaled - part) * a.borrowIndexRay) / RAY;
        vm.expectEmit(address(vault));
        emit IPledgeVault.Impaired(3, debt, 100 * FIL, 0);
        (uint256 loss, uint256 covered) = _impair(3, part, 100 * FIL);
        assertEq(loss, debt - 100 * FIL, "loss");
        assertEq(covered, 0, "covered");
        PoolState memory b = vault.poolState();
        assertEq(b.totalAssets, a.totalAssets - (loss - a.lockedGain), "the lenders bear it");
        assertEq(b.lockedGain, 0, "first out of what has not vested");
        assertEq(b.impairedCarrying, a.impairedCarrying + 100 * FIL, "carried");
        assertEq(b.cash, a.cash, "cash");
        _assertLedger();
    }

    function test_bookImpairment_takesWhatTheReserveIsOwedFirst() public {
        PoolState memory a = vault.poolState();
        assertGt(a.reserveOwed, 1, "fixture");
        uint256 part = scaled / 3;
        uint256 debt = a.debt - ((scaled - part) * a.borrowIndexRay) / RAY;
        uint256 carrying = debt - a.reserveOwed / 2; // less is lost than is owed
        vm.expectCall(address(reserve), abi.encodeWithSelector(IReserveFund.cover.selector), 0);
        (uint256 loss, uint256 covered) = _impair(3, part, carrying);
        assertEq(covered, loss, "all covered");
        PoolState memory b = vault.poolState();
        assertEq(b.reserveOwed, a.reserveOwed - loss, "owed less");
        assertEq(b.totalAssets, a.totalAssets, "I4");
        assertEq(b.cash, a.cash, "cash");
        _assertLedger();
    }

    function test_bookImpairment_thenWhatTheReserveHolds() public {
        vm.deal(address(this), 3 * FIL);
        reserve.deposit{value: 3 * FIL}();
        PoolState memory a = vault.poolState();
        uint256 part = scaled / 3;
        uint256 debt = a.debt - ((scaled - part) * a.borrowIndexRay) / RAY;
        uint256 carrying = debt - a.reserveOwed - 2 * FIL;
        vm.expectCall(address(reserve), abi.encodeCall(IReserveFund.cover, (2 * FIL)));
        (uint256 loss, uint256 covered) = _impair(3, part, carrying);
        assertEq(covered, loss, "all covered");
        PoolState memory b = vault.poolState();
        assertEq(b.reserveOwed, 0, "owed nothing");
        assertEq(b.cash, a.cash + 2 * FIL, "cash");
        assertEq(reserve.balance(), FIL, "the rest");
        assertEq(b.totalAssets, a.totalAssets, "I4");
        _assertLedger();
    }

    function test_bookImpairment_theRestIsTheLenders() public {
        vm.deal(address(this), 3 * FIL);
        reserve.deposit{value: 3 * FIL}();
        PoolState memory a = vault.poolState();
        (uint256 loss, uint256 covered) = _impair(3, scaled / 3, 0);
        assertEq(covered, a.reserveOwed + 3 * FIL, "covered");
        assertEq(vault.totalAssets(), a.totalAssets - (loss - covered - a.lockedGain), "lenders");
        assertEq(reserve.balance(), 0, "empty");
        _assertLedger();
    }

    function test_RevertWhen_carryingExceedsTheDebt() public {
        PoolState memory s = vault.poolState();
        uint256 debt = s.debt - ((scaled - 1e18) * s.borrowIndexRay) / RAY;
        vm.expectRevert(_badSplit(debt, debt + 1));
        vm.prank(LOAN_BOOK);
        vault.bookImpairment(1, 1e18, debt + 1);
    }

    function test_RevertWhen_impairingMoreThanThereIs() public {
        vm.expectRevert(_badSplit(scaled, scaled + 1));
        vm.prank(LOAN_BOOK);
        vault.bookImpairment(1, scaled + 1, 0);
    }

    function test_RevertWhen_impairingNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        vm.prank(LOAN_BOOK);
        vault.bookImpairment(1, 0, 0);
    }

    function test_RevertWhen_coverDoesNotArrive() public {
        vm.mockCall(address(reserve), abi.encodeWithSelector(IReserveFund.cover.selector), abi.encode(100 * FIL));
        uint256 cash = vault.poolState().cash;
        vm.expectRevert(_unfunded(_held(), cash + 100 * FIL));
        vm.prank(LOAN_BOOK);
        vault.bookImpairment(1, scaled, 0);
    }

    function test_bookWriteDown_lowersCarryingAndIsCovered() public {
        vm.deal(address(this), FIL);
        reserve.deposit{value: FIL}();
        PoolState memory a = vault.poolState();
        uint256 amount = a.reserveOwed + 3 * FIL;
        vm.expectEmit(address(vault));
        emit IPledgeVault.CarryingWrittenDown(2, amount, a.reserveOwed + FIL);
        vm.prank(LOAN_BOOK);
        uint256 covered = vault.bookWriteDown(2, amount);
        assertEq(covered, a.reserveOwed + FIL, "covered");
        PoolState memory b = vault.poolState();
        assertEq(b.impairedCarrying, a.impairedCarrying - amount, "carrying");
        assertEq(b.totalAssets, a.totalAssets, "the lenders' part, 2 FIL, out of what has not vested");
        assertEq(b.lockedGain, a.lockedGain - 2 * FIL, "locked");
        _assertLedger();
    }

    function test_RevertWhen_writingDownMoreThanIsCarried() public {
        uint256 carried = vault.poolState().impairedCarrying;
        vm.expectRevert(_badSplit(carried, carried + 1));
        vm.prank(LOAN_BOOK);
        vault.bookWriteDown(2, carried + 1);
    }

    function test_RevertWhen_writingDownNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        vm.prank(LOAN_BOOK);
        vault.bookWriteDown(2, 0);
    }

    // ---------------------------------------------------------------- recoveries

    function test_bookRecovery_splits() public {
        PoolState memory a = vault.poolState();
        _force(address(vault), 6 * FIL);
        vm.expectEmit(address(vault));
        emit IPledgeVault.Recovered(2, 6 * FIL, 3 * FIL, 2 * FIL, FIL);
        vm.prank(LOAN_BOOK);
        vault.bookRecovery(2, 3 * FIL, 2 * FIL, FIL);
        PoolState memory b = vault.poolState();
        assertEq(b.cash, a.cash + 6 * FIL, "cash");
        assertEq(b.impairedCarrying, a.impairedCarrying - 3 * FIL, "carrying");
        assertEq(b.lockedGain, a.lockedGain + 2 * FIL, "gain");
        assertEq(b.reserveOwed, a.reserveOwed + FIL, "reserve");
        assertEq(b.totalAssets, a.totalAssets, "nobody gains today");
        _assertLedger();
    }

    function test_bookRecovery_byValue() public {
        vm.deal(LOAN_BOOK, 6 * FIL);
        uint256 cash = vault.poolState().cash;
        vm.prank(LOAN_BOOK);
        vault.bookRecovery{value: 6 * FIL}(2, 6 * FIL, 0, 0);
        assertEq(vault.poolState().cash, cash + 6 * FIL);
        _assertLedger();
    }

    function test_RevertWhen_valueIsNotTheRecovery() public {
        vm.deal(LOAN_BOOK, 6 * FIL);
        vm.expectRevert(_badSplit(6 * FIL, 6 * FIL + 1));
        vm.prank(LOAN_BOOK);
        vault.bookRecovery{value: 6 * FIL}(2, 1, 6 * FIL, 0);
    }

    function test_RevertWhen_recoveryHasNotArrived() public {
        uint256 cash = vault.poolState().cash;
        vm.expectRevert(_unfunded(_held(), cash + FIL));
        vm.prank(LOAN_BOOK);
        vault.bookRecovery(2, FIL, 0, 0);
    }

    function test_RevertWhen_recoveryPaysMoreThanIsCarried() public {
        uint256 carried = vault.poolState().impairedCarrying;
        _force(address(vault), carried + 1);
        vm.expectRevert(_badSplit(carried, carried + 1));
        vm.prank(LOAN_BOOK);
        vault.bookRecovery(2, carried + 1, 0, 0);
    }

    function test_RevertWhen_recoveryIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        vm.prank(LOAN_BOOK);
        vault.bookRecovery(2, 0, 0, 0);
    }

    // ---------------------------------------------------------------- the drip

    function test_drip_vestsLinearlyOverAWeek() public {
        skip_(DRIP_EPOCHS); // what the fixture locked has vested
        assertEq(vault.poolState().lockedGain, 0, "fixture");
        _recover(2, 0, 7 * FIL + 1, 0);
        uint256 gain = 7 * FIL + 1;
        for (uint256 day = 0; day <= 7; ++day) {
            uint256 left = Math.ceilDiv(gain * (DRIP_EPOCHS - day * 2_880), DRIP_EPOCHS);
            assertEq(vault.poolState().lockedGain, left, "locked");
            _assertLedger();
            skip_(2_880);
        }
        assertEq(vault.poolState().lockedGain, 0, "vested");
        _assertLedger();
    }

    function test_drip_newGainRestartsForTheRest() public {
        skip_(DRIP_EPOCHS);
        _recover(2, 0, 7 * FIL, 0);
        skip_(2 * 2_880);
        _recover(2, 0, 2 * FIL, 0);
        assertEq(vault.poolState().lockedGain, 7 * FIL, "5 left and 2 new");
        skip_(DRIP_EPOCHS - 1);
        assertEq(vault.poolState().lockedGain, Math.ceilDiv(7 * FIL, DRIP_EPOCHS), "last epoch");
        skip_(1);
        assertEq(vault.poolState().lockedGain, 0, "over");
        _assertLedger();
    }

    /// What a loss leaves of a locked gain vests by the same day as before.
    function test_drip_keepsItsEndWhenALossTakesFromIt() public {
        skip_(DRIP_EPOCHS);
        vault.payReserve();
        _recover(2, 0, 7 * FIL, 0);
        skip_(2 * 2_880);
        vault.payReserve();
        vm.prank(address(vault));
        reserve.cover(type(uint128).max); // the reserve fund is empty
        vm.prank(LOAN_BOOK);
        assertEq(vault.bookWriteDown(2, FIL), 0, "fixture");
        assertEq(vault.poolState().lockedGain, 4 * FIL, "5 less 1");
        skip_(4 * 2_880);
        assertEq(vault.poolState().lockedGain, Math.ceilDiv(4 * FIL, 5), "a fifth on the last day");
        skip_(2_880);
        assertEq(vault.poolState().lockedGain, 0, "over");
        _assertLedger();
    }

    /// V-08: a lender who comes for the recovery gets of it what vests while his money is there.
    function test_V08_recoveryCannotBeSandwiched() public {
        skip_(DRIP_EPOCHS);
        vault.accrue();
        uint256 shares = _deposit(BOB, 100_000 * FIL);
        _recover(2, 0, 20 * FIL, 0);
        assertLe(_redeem(BOB, shares), 100_000 * FIL, "nothing at once");
    }

    // ---------------------------------------------------------------- restorations

    function test_bookRestoration_movesCarryingToDebt() public {
        PoolState memory a = vault.poolState();
        uint256 part = 40e18 + 7;
        uint256 debt = ((scaled + part) * a.borrowIndexRay) / RAY - a.debt;
        uint256 carrying = 15 * FIL + 7;
        uint256 gain = debt - carrying - 5 * FIL;
        vm.expectEmit(address(vault));
        emit IPledgeVault.Restored(2, part, carrying, gain, 5 * FIL);
        scaled += part;
        vm.prank(LOAN_BOOK);
        vault.bookRestoration(2, part, carrying, 5 * FIL);
        PoolState memory b = vault.poolState();
        assertEq(b.impairedCarrying, a.impairedCarrying - carrying, "carrying");
        assertEq(b.reserveOwed, a.reserveOwed + 5 * FIL, "reserve");
        assertEq(b.lockedGain, a.lockedGain + gain, "gain");
        assertEq(b.totalAssets, a.totalAssets, "nobody gains today");
        _assertLedger();
    }

    /// The loan's debt is rounded up; when that makes the parts 1 attoFIL too large, the reserve fund waits for it.
    function test_bookRestoration_roundingIsTheReserves() public {
        PoolState memory a = vault.poolState();
        uint256 part = 40e18;
        uint256 debt;
        uint256 up;
        // The first part whose rounded-up debt is 1 attoFIL more than the pool's grows by.
        for (uint256 i; i < 50 && up != debt + 1; ++i) {
            debt = ((scaled + ++part) * a.borrowIndexRay) / RAY - a.debt;
            up = Math.ceilDiv(part * a.borrowIndexRay, RAY);
        }
        assertEq(up, debt + 1, "fixture");
        uint256 carrying = 15 * FIL;
        scaled += part;
        vm.prank(LOAN_BOOK);
        vault.bookRestoration(2, part, carrying, up - carrying);
        PoolState memory b = vault.poolState();
        assertEq(b.reserveOwed, a.reserveOwed + debt - carrying, "1 less");
        assertEq(b.totalAssets, a.totalAssets, "I4");
        _assertLedger();
    }

    function test_RevertWhen_restorationPartsExceedTheDebt() public {
        PoolState memory a = vault.poolState();
        uint256 debt = ((scaled + 40e18) * a.borrowIndexRay) / RAY - a.debt;
        vm.startPrank(LOAN_BOOK);
        vm.expectRevert(_badSplit(debt, debt + 2));
        vault.bookRestoration(2, 40e18, 15 * FIL, debt + 2 - 15 * FIL);
        vm.expectRevert(_badSplit(debt, debt + 1));
        vault.bookRestoration(2, 40e18, debt + 1, 0);
        vm.stopPrank();
    }

    function test_RevertWhen_restorationTakesMoreThanIsCarried() public {
        uint256 carried = vault.poolState().impairedCarrying;
        vm.expectRevert(_badSplit(carried, carried + 1));
        vm.prank(LOAN_BOOK);
        vault.bookRestoration(2, 400e18, carried + 1, 0);
    }

    function test_RevertWhen_scaledDebtDoesNotFit() public {
        uint256 tooMuch = uint256(type(uint96).max) + 1;
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, scaled + tooMuch));
        vm.prank(LOAN_BOOK);
        vault.bookRestoration(2, tooMuch, 0, 0);
    }

    // ---------------------------------------------------------------- events

    function test_everyBookingReportsIndexInterestAndRate() public {
        vault.accrue();
        PoolState memory a = vault.poolState();
        skip_(777);
        PoolState memory b = vault.poolState();
        uint256 interest = b.debt - a.debt;
        uint256 share = b.reserveOwed - a.reserveOwed;
        assertEq(share, interest / 10, "share");
        _force(address(vault), FIL);
        // The rate that will be stored is not known here; the first three are.
        vm.recordLogs();
        vm.prank(LOAN_BOOK);
        vault.bookRecovery(2, FIL, 0, 0);
        bytes memory data = _dataOf(IPledgeVault.InterestAccrued.selector);
        (uint256 index, uint256 i, uint256 r, uint256 rate) = abi.decode(data, (uint256, uint256, uint256, uint256));
        assertEq(index, b.borrowIndexRay, "index");
        assertEq(i, interest, "interest");
        assertEq(r, share, "reserve");
        assertEq(rate, vault.poolState().ratePerEpochRay, "rate");
    }

    function _dataOf(bytes32 topic) private returns (bytes memory) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) if (logs[i].topics[0] == topic) return logs[i].data;
        revert("no such event");
    }
}
