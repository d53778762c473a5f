// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {Loan} from "../../../contracts/loans/LoanTypes.sol";
import {FixedStatus} from "../../../contracts/loans/interfaces/ILoanTerms.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Loans at fixed rates: drawn, switched to and fro, rolled over, left to mature
contract TermHandler is LoanHandler {
    uint256 private constant MIN_DAYS = 30;
    uint256 private constant MAX_DAYS = 540;
    uint256 private constant ANY_RATE = type(uint256).max;

    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("drawFixed");
        _expect("drawFixed refused");
        _expect("fix");
        _expect("fix refused");
        _expect("unfix");
        _expect("roll");
        _expect("mature");
        _expect("earlyFee");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](6);
        list[0] = this.drawFixed.selector;
        list[1] = this.fix.selector;
        list[2] = this.unfix.selector;
        list[3] = this.roll.selector;
        list[4] = this.mature.selector;
        list[5] = this.payEarly.selector;
    }

    /// @notice Mostly sealed and proven at once: else no loan gets to its second draw.
    function drawFixed(uint256 seed, uint256 minerSeed, uint256 days_) external step {
        uint256 loanId = _drawable(seed);
        if (loanId == 0) return _refused("drawFixed");
        if (minerSeed % 2 == 0) _shock(loanId, 1.4e18);
        uint256 index = _minerIndex(loanId, minerSeed);
        if (!_drawFixed(loanId, index, _maturity(loanId, days_)) || seed % 4 == 0) return;
        if (!_seal(sys.book.minersOf(loanId)[index].minerId, 100)) return;
        _try("proveFixed", who.sp, address(sys.book), abi.encodeCall(sys.book.prove, (loanId)));
    }

    function _drawFixed(uint256 loanId, uint256 index, uint256 maturity) private returns (bool ok) {
        Loan memory loan = sys.book.loanOf(loanId);
        uint256 debt = sys.book.debtOf(loanId);
        uint256 amount = sys.book.tranchesOf(loanId)[loan.drawnCount].amount;
        ledger.allow(Devnet.masked(sys.book.minersOf(loanId)[index].minerId), amount);
        bytes memory data = abi.encodeCall(sys.book.drawFixed, (loanId, index, maturity, ANY_RATE));
        (ok, ) = _try("drawFixed", who.sp, address(sys.book), data);
        if (!ok) return false;
        assertEq(loan.drawnCount, loan.provenCount, "I7: drawn although the last draw is not proven");
        assertApproxEqAbs(sys.book.debtOf(loanId), debt + amount, 1, "I1: a draw adds what was drawn");
        _checkDrawTest(loanId);
    }

    /// @dev That of the debt there is; else a new one, mostly short, so that terms end within a run.
    function _maturity(uint256 loanId, uint256 days_) private view returns (uint256) {
        FixedStatus memory status = sys.book.termsOf(loanId);
        if (status.isFixed && days_ % 16 != 0) return status.maturity;
        uint256 most = days_ % 4 == 0 ? MAX_DAYS : MIN_DAYS + 4;
        return ledger.epoch() + _bound(days_, MIN_DAYS, most) * Devnet.DAY;
    }

    /// @notice Mostly after value has come: a promise of the pool is for the healthy.
    function fix(uint256 seed, uint256 days_) external step {
        uint256 loanId = _ofKind(seed, false);
        if (loanId == 0) return _refused("fix");
        if (seed % 4 != 0) _setReward(MIN_REWARD);
        uint256 debt = sys.book.debtOf(loanId);
        bytes memory data = abi.encodeCall(sys.book.fix, (loanId, _maturity(loanId, days_), ANY_RATE));
        (bool ok, ) = _try("fix", who.sp, address(sys.book), data);
        if (!ok) return;
        assertEq(sys.book.debtOf(loanId), debt, "I16: to fix a rate changes no debt");
        _checkDrawTest(loanId);
    }

    function unfix(uint256 seed) external step {
        uint256 loanId = _ofKind(seed, true);
        if (loanId == 0) return _refused("unfix");
        FixedStatus memory status = sys.book.termsOf(loanId);
        (bool ok, ) = _try("unfix", who.sp, address(sys.book), abi.encodeCall(sys.book.unfix, (loanId)));
        if (!ok) return;
        uint256 due = status.debt + status.fee;
        assertGe(sys.book.debtOf(loanId), due, "I16: to float lowers no debt and costs the fee");
        assertLe(sys.book.debtOf(loanId), due + 1, "I2: to float adds no more than the fee");
    }

    /// @notice Half of the time once the window has opened.
    function roll(uint256 seed, uint256 days_) external step {
        uint256 loanId = _ofKind(seed, true);
        if (loanId == 0) return _refused("roll");
        FixedStatus memory status = sys.book.termsOf(loanId);
        uint256 window = status.maturity - MIN_DAYS * Devnet.DAY;
        bool soon = window > ledger.epoch() && window - ledger.epoch() < 6 * Devnet.DAY;
        if (soon && days_ % 2 == 0) ledger.advance(window - ledger.epoch());
        status = sys.book.termsOf(loanId);
        uint256 maturity = ledger.epoch() + _bound(days_, MIN_DAYS, MIN_DAYS + 4) * Devnet.DAY;
        bytes memory data = abi.encodeCall(sys.book.roll, (loanId, maturity, ANY_RATE));
        (bool ok, ) = _try("roll", who.sp, address(sys.book), data);
        if (!ok) return;
        assertEq(sys.book.debtOf(loanId), status.debt + status.fee, "I16: to roll over adds the fee alone");
        _checkDrawTest(loanId);
    }

    /// @notice Seldom after a long wait for it, with the interest paid, so that the loan lives to see it.
    function mature(uint256 seed, uint256 chance) external step {
        uint256 loanId = _ofKind(seed, true);
        if (loanId == 0) return _refused("mature");
        FixedStatus memory status = sys.book.termsOf(loanId);
        if (status.graceEnd >= ledger.epoch() && chance % 8 == 0) ledger.advance(status.graceEnd + 1 - ledger.epoch());
        status = sys.book.termsOf(loanId);
        (bool ok, ) = _try("mature", who.keeper, address(sys.book), abi.encodeCall(sys.book.mature, (loanId)));
        if (!ok) return;
        FixedStatus memory later = sys.book.termsOf(loanId);
        assertEq(later.debt, status.debt, "I1: a penalty is for the time to come");
        assertGt(later.ratePerEpochRay, status.ratePerEpochRay, "I15: a rate that is overdue only rises");
        assertTrue(later.overdue && later.matured, "I15: overdue");
    }

    /// @notice A part or all of the principal before maturity, after rates have had time to fall; whoever pays for the fee pays no more.
    function payEarly(uint256 seed, uint256 share) external step {
        uint256 loanId = _ofKind(seed, true);
        if (loanId == 0) return _refused("earlyFee");
        if (share % 2 == 0) ledger.advance(2 * Devnet.DAY);
        FixedStatus memory status = sys.book.termsOf(loanId);
        uint256 all = status.debt + status.fee;
        uint256 amount = share % 8 == 0 ? all : _bound(share, 1, all / 4 + 1);
        uint256 wealth = who.sp.balance;
        ledger.allow(address(sys.vault), amount);
        bytes memory data = abi.encodeCall(sys.book.repay, (loanId));
        (bool ok, ) = _try("payEarly", who.sp, address(sys.book), amount, data);
        if (!ok) return;
        uint256 paid = wealth - who.sp.balance;
        uint256 repaid = status.debt - sys.book.debtOf(loanId);
        assertLe(paid - repaid, status.fee, "I16: a part costs no more than all");
        if (amount == all) assertEq(sys.book.debtOf(loanId), 0, "I12: with its fee a debt is repaid in full");
        if (paid != repaid) _count("earlyFee");
    }

    /// @dev A loan that owes at a fixed rate, or at the floating one and is not impaired; 0 when there is none.
    function _ofKind(uint256 seed, bool fixed_) private view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            Loan memory loan = sys.book.loanOf(id);
            if (fixed_ ? loan.scaledDebt == 0 && loan.principal != 0 : loan.scaledDebt != 0) return id;
        }
        return 0;
    }
}
