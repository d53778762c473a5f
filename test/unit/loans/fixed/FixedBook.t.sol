// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {RAY} from "../../../../contracts/libraries/Units.sol";
import {FixedBasis, IFixedBook} from "../../../../contracts/loans/interfaces/IFixedBook.sol";
import {IPledgeVault, PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {FixedBookTest} from "./FixedBookTest.sol";

/// @notice The pool's book of fixed rates: lending, payments, switches, interest, what is refused.
contract FixedBookUnitTest is FixedBookTest {
    function setUp() public override {
        super.setUp();
        _makeUgly();
    }

    // ---------------------------------------------------------------- who may call

    function test_RevertWhen_callerIsNotTheLoanBook() public {
        bytes memory expected = abi.encodeWithSelector(IPledgeVault.PledgeVault_NotLoanBook.selector, LOAN_BOOK, ALICE);
        vm.startPrank(ALICE);
        vm.expectRevert(expected);
        fixedBook.lendFixed(1, MINER, FIL, 1, 1);
        vm.expectRevert(expected);
        fixedBook.bookFixedPayment{value: FIL}(1, FIL, 0, 0, 0);
        vm.expectRevert(expected);
        fixedBook.bookSwitch(1, 0, 0, 0, 0);
        vm.stopPrank();
    }

    /// What takes no FIL refuses it behind the fallback too.
    function test_RevertWhen_filComesWithACallThatTakesNone() public {
        vm.deal(LOAN_BOOK, FIL);
        vm.prank(LOAN_BOOK);
        (bool ok, ) = address(vault).call{value: 1}(abi.encodeCall(IFixedBook.bookSwitch, (1, 0, 0, 0, 0)));
        assertFalse(ok);
        vm.prank(LOAN_BOOK);
        (ok, ) = address(vault).call{value: 1}(abi.encodeWithSignature("nothingOfThisName()"));
        assertFalse(ok);
    }

    // ---------------------------------------------------------------- lending

    function test_lendFixed_paysTheMinerAndEmits() public {
        vault.accrue();
        PoolState memory a = vault.poolState();
        uint256 amount = 9 * FIL + 1;
        uint256 before = _miner().balance;
        int256 slope = int256(amount * RATE);
        int256 offset = int256(amount * PICO) - slope * int256(vm.getBlockNumber());
        vm.expectEmit(address(vault));
        emit IFixedBook.LentFixed(2, MINER, amount, offset, slope);
        _lendFixed(2, amount, RATE);
        PoolState memory b = vault.poolState();
        assertEq(_miner().balance, before + amount, "paid");
        assertEq(b.cash, a.cash - amount, "cash");
        assertEq(b.debt, a.debt + amount, "debt");
        assertEq(b.totalAssets, a.totalAssets, "I4: to the attoFIL");
        assertGt(b.ratePerEpochRay, a.ratePerEpochRay, "the floating rate follows");
        _assertBoth();
    }

    function test_RevertWhen_lendFixedPassesTheDaysLimit() public {
        _deposit(ALICE, 20_000 * FIL);
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = vault.setFlowLimits.selector;
        manager.setTargetFunctionRole(address(vault), selectors, RISK_ROLE);
        vm.prank(RISK);
        vault.setFlowLimits(10_000 * FIL, 1_000 * FIL);
        _lendFixed(2, 600 * FIL, RATE);
        uint256 more = 400 * FIL + 1;
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_DrawLimit.selector, 400 * FIL, more));
        vm.prank(LOAN_BOOK);
        fixedBook.lendFixed(2, MINER, more, int256(more * PICO), 0);
    }

    function test_lendFixed_isWhatTheBasisForetold() public {
        uint256 amount = 20 * FIL + 3;
        FixedBasis memory basis = fixedBook.fixedBasis(amount);
        _lendFixed(2, amount, RATE);
        PoolState memory s = vault.poolState();
        assertEq(s.ratePerEpochRay, basis.ratePerEpochRay, "rate");
        assertEq(s.rateAtTargetRay, basis.rateAtTargetRay, "target");
        FixedBasis memory next = fixedBook.fixedBasis(0);
        assertEq(next.fixedDebt, basis.fixedDebt + amount);
        assertEq(next.totalAssets, s.totalAssets);
        assertEq(next.ratePerEpochRay, s.ratePerEpochRay, "no draw, no change");
    }

    function test_fixedBasis_answersForMoreThanThereIs() public view {
        FixedBasis memory basis = fixedBook.fixedBasis(1e30);
        assertGt(basis.ratePerEpochRay, fixedBook.fixedBasis(0).ratePerEpochRay);
    }

    function test_RevertWhen_lendingFixedBeyondTheBuffer() public {
        uint256 most = vault.lendable();
        bytes memory expected = abi.encodeWithSelector(
            IPledgeVault.PledgeVault_InsufficientLiquidity.selector,
            most,
            most + 1
        );
        vm.expectRevert(expected);
        vm.prank(LOAN_BOOK);
        fixedBook.lendFixed(2, MINER, most + 1, int256((most + 1) * PICO), 0);
        _lendFixed(2, most, RATE);
        assertEq(vault.lendable(), 0);
    }

    function test_RevertWhen_lendingFixedNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        vm.prank(LOAN_BOOK);
        fixedBook.lendFixed(2, MINER, 0, 0, 0);
    }

    function test_RevertWhen_lineDoesNotRiseByTheAmount() public {
        uint256 owed = vault.poolState().debt + FIL;
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, owed, owed - 1));
        vm.prank(LOAN_BOOK);
        fixedBook.lendFixed(2, MINER, FIL, int256(FIL * PICO) - 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, owed, owed + 1));
        vm.prank(LOAN_BOOK);
        fixedBook.lendFixed(2, MINER, FIL, int256((FIL + 1) * PICO), 0);
    }

    /// Who waits in the queue comes before a draw at a fixed rate as before any other.
    function test_lendFixed_standsBehindTheQueue() public {
        uint256 shares = vault.balanceOf(ALICE);
        vm.prank(ALICE);
        vault.requestRedeem(shares, ALICE, ALICE);
        assertEq(vault.lendable(), 0);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_InsufficientLiquidity.selector, 0, FIL));
        vm.prank(LOAN_BOOK);
        fixedBook.lendFixed(2, MINER, FIL, int256(FIL * PICO), 0);
    }

    // ---------------------------------------------------------------- interest

    function test_interest_isSimpleAndSharedWithTheReserve() public {
        _repay(1, 10_000 * FIL); // all floating debt: what follows is the fixed loan's alone
        _lendFixed(2, 100 * FIL + 1, RATE);
        PoolState memory a = vault.poolState();
        skip_(50_000);
        PoolState memory b = vault.poolState();
        uint256 interest = ((100 * FIL + 1) * RATE * 50_000) / PICO;
        assertEq(b.debt - a.debt, interest, "interest");
        assertEq(b.reserveOwed - a.reserveOwed, interest / 10, "reserve");
        vault.accrue();
        assertEq(vault.poolState().debt, b.debt, "booking changes nothing");
        assertEq(vault.poolState().reserveOwed, b.reserveOwed);
        skip_(50_000);
        // Not on interest; the floor of the whole, not the sum of floors.
        assertEq(vault.poolState().debt, a.debt + ((100 * FIL + 1) * RATE * 100_000) / PICO, "simple");
        _assertBoth();
    }

    /// I15 with fixed debt: a second accrual in the same epoch changes nothing; accruing every few epochs loses not an attoFIL.
    function test_I15_accrueTwiceIsAccrueOnce() public {
        _lendFixed(2, 7 * FIL + 5, RATE);
        vault.accrue();
        bytes32 before = keccak256(abi.encode(vault.poolState(), fixedBook.fixedBasis(0)));
        vm.recordLogs();
        vault.accrue();
        assertEq(vm.getRecordedLogs().length, 0, "silent");
        assertEq(keccak256(abi.encode(vault.poolState(), fixedBook.fixedBasis(0))), before);
        for (uint256 i = 0; i < 200; ++i) {
            skip_(7);
            vault.accrue();
        }
        _assertBoth();
    }

    function test_depositAndRedeem_countInterestAtFixedRates() public {
        _lendFixed(2, 50 * FIL, RATE);
        skip_(30_001);
        uint256 total = vault.totalAssets();
        uint256 shares = _sharesRef(FIL, Math.Rounding.Floor);
        assertEq(_deposit(ALICE, FIL), shares, "price of now");
        assertEq(vault.totalAssets(), total + FIL);
        _assertBoth();
    }

    // ---------------------------------------------------------------- payments

    function test_bookFixedPayment_interestThenPrincipal() public {
        _lendFixed(2, 50 * FIL, RATE);
        _lendFixed(2, 10 * FIL + 3, RATE * 2);
        skip_(40_001);
        uint256 interest = _debtUp(2) - debts[2].principal;
        PoolState memory a = vault.poolState();
        uint256 slope = debts[2].slope;
        _payFixed(2, interest, 0);
        assertEq(_debtUp(2), debts[2].principal, "principal is left");
        assertEq(debts[2].slope, slope, "interest bears none");
        assertEq(vault.poolState().totalAssets + vault.poolState().lockedGain, a.totalAssets + a.lockedGain);
        _assertBoth();
        skip_(3);
        _payFixed(2, 20 * FIL, 0);
        assertLt(debts[2].slope, slope);
        _assertBoth();
        _payFixed(2, _debtUp(2), 0);
        (int256 offset, uint256 left) = fixedBook.fixedLine();
        assertEq(offset, 0);
        assertEq(left, 0);
        _assertBoth();
    }

    function test_bookFixedPayment_byMethod0() public {
        _lendFixed(2, 50 * FIL, RATE);
        skip_(17);
        (int256 o, int256 s) = _paid(2, 5 * FIL);
        _force(address(vault), 5 * FIL);
        vm.expectEmit(address(vault));
        emit IFixedBook.RepaidFixed(2, 5 * FIL, 0, o, s);
        vm.prank(LOAN_BOOK);
        fixedBook.bookFixedPayment(2, 5 * FIL, 0, o, s);
        _assertBoth();
    }

    /// The fee is nobody's at once: the reserve fund's share is owed, the rest drips.
    function test_bookFixedPayment_feeDrips() public {
        _lendFixed(2, 50 * FIL, RATE);
        skip_(10_000);
        PoolState memory a = vault.poolState();
        _payFixed(2, _debtUp(2), FIL + 9);
        PoolState memory b = vault.poolState();
        assertEq(b.reserveOwed, a.reserveOwed + (FIL + 9) / 10, "reserve");
        assertEq(b.lockedGain, a.lockedGain + FIL + 9 - (FIL + 9) / 10, "locked");
        assertApproxEqAbs(b.totalAssets, a.totalAssets, 1, "not in the price");
        _assertBoth();
        skip_(20_160);
        assertEq(vault.poolState().lockedGain, 0);
    }

    function test_RevertWhen_fixedPaymentHasNotArrived() public {
        _lendFixed(2, 50 * FIL, RATE);
        uint256 amount = _held() - vault.poolState().cash + 1;
        (int256 o, int256 s) = _paid(2, amount);
        bytes memory expected = abi.encodeWithSelector(
            IPledgeVault.PledgeVault_Unfunded.selector,
            _held(),
            vault.poolState().cash + amount
        );
        vm.expectRevert(expected);
        vm.prank(LOAN_BOOK);
        fixedBook.bookFixedPayment(2, amount, 0, o, s);
    }

    function test_RevertWhen_fixedPaymentIsBad() public {
        _lendFixed(2, 50 * FIL, RATE);
        vm.deal(LOAN_BOOK, 100 * FIL);
        vm.startPrank(LOAN_BOOK);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        fixedBook.bookFixedPayment(2, 0, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, FIL - 1, FIL));
        fixedBook.bookFixedPayment{value: FIL - 1}(2, FIL, 0, 0, 0);
        // I4: extinguishes more than it pays, by itself or beside its fee.
        uint256 owed = vault.poolState().debt;
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, owed, owed - 1));
        fixedBook.bookFixedPayment{value: FIL}(2, FIL, 0, -int256((FIL + 1) * PICO), 0);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, owed + 2, owed));
        fixedBook.bookFixedPayment{value: FIL}(2, FIL, 2, -int256(FIL * PICO), 0);
        vm.stopPrank();
    }

    function test_RevertWhen_moreIsTakenThanIsOwed() public {
        _lendFixed(2, 50 * FIL, RATE);
        vm.deal(LOAN_BOOK, 100 * FIL);
        vm.startPrank(LOAN_BOOK);
        vm.expectRevert(abi.encodeWithSelector(IFixedBook.PledgeVault_NotOwed.selector, -1));
        fixedBook.bookFixedPayment{value: 51 * FIL}(2, 51 * FIL, 0, -int256(50 * FIL * PICO + 1), 0);
        vm.expectRevert(abi.encodeWithSelector(IFixedBook.PledgeVault_NotOwed.selector, -1));
        fixedBook.bookSwitch(2, 0, 0, -int256(50 * FIL * RATE + 1), 0);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- switches

    function test_bookSwitch_floatingToFixedAndBack() public {
        uint256 index = vault.borrowIndex();
        uint256 part = scaled / 3;
        uint256 debt = (part * index + RAY - 1) / RAY;
        PoolState memory a = vault.poolState();
        (int256 o, int256 s) = _set(3, debt * PICO, debt, debt * RATE);
        scaled -= part;
        vm.expectEmit(address(vault));
        emit IFixedBook.RateSwitched(3, -int256(part), o, s, 0);
        _switch(3, -int256(part), o, s, 0);
        PoolState memory b = vault.poolState();
        assertGe(b.totalAssets, a.totalAssets, "I4");
        assertLe(b.totalAssets, a.totalAssets + 2, "rounding");
        _assertBoth();

        skip_(9_001);
        uint256 owed = _debtUp(3) + FIL; // with a fee
        uint256 back = (owed * RAY + vault.borrowIndex() - 1) / vault.borrowIndex();
        a = vault.poolState();
        (o, s) = _set(3, 0, 0, 0);
        scaled += back;
        _switch(3, int256(back), o, s, FIL);
        b = vault.poolState();
        assertGe(b.totalAssets, a.totalAssets, "I4");
        assertLe(b.totalAssets, a.totalAssets + 4, "rounding");
        assertEq(b.lockedGain, a.lockedGain + FIL - FIL / 10, "the fee drips");
        _assertBoth();
    }

    function test_RevertWhen_switchLosesMoney() public {
        uint256 part = scaled / 3;
        PoolState memory s = vault.poolState();
        uint256 without = ((scaled - part) * s.borrowIndexRay) / RAY;
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, s.debt, without));
        _switch(3, -int256(part), 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, s.debt + 1, s.debt));
        _switch(3, 0, 0, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_BadSplit.selector, scaled, scaled + 1));
        _switch(3, -int256(scaled + 1), 0, 0, 0);
    }

    function test_RevertWhen_lineDoesNotFitItsSlot() public {
        int256 slope = int256(1) << 112;
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 112, uint256(slope)));
        _switch(3, 0, -slope * int256(vm.getBlockNumber()), slope, 0);
    }

    // ---------------------------------------------------------------- beside the rest of the ledger

    /// Every booking of floating debt leaves the line alone, and counts it.
    function test_floatingBookings_besideFixedDebt() public {
        _deposit(ALICE, 500 * FIL);
        _lendFixed(2, 50 * FIL + 1, RATE);
        skip_(1_001);
        _lend(1, 11 * FIL);
        _assertBoth();
        skip_(1_001);
        _repay(1, 5 * FIL + 1);
        _assertBoth();
        skip_(1_001);
        _impair(4, scaled / 7, FIL);
        _assertBoth();
        _recover(4, FIL / 2, 3, 2);
        _assertBoth();
        vault.payReserve();
        _assertBoth();
        _keepNoBuffer();
        _assertBoth();
    }

    function test_queue_isFilledAtAPriceWithFixedDebtInIt() public {
        _lendFixed(2, 50 * FIL + 1, RATE);
        skip_(20_000);
        uint256 shares = vault.balanceOf(BOB);
        vm.prank(BOB);
        vault.requestRedeem(shares, BOB, BOB);
        uint256 price = _priceWad();
        (uint256 filled, uint256 assets) = vault.fulfil();
        assertApproxEqAbs(assets, (filled * price) / 1e42, 1);
        assertGt(filled, 0);
        _assertBoth();
        assertTrue(_flag(), "both flags stand");
        assertTrue(vault.poolState().setAside != 0);
    }
}
