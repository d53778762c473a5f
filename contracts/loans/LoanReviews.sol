// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ILoanDesk} from "./interfaces/ILoanBook.sol";
import {RiskParams} from "./interfaces/IRiskEngine.sol";
import {LoanMarks} from "./LoanMarks.sol";
import {Covenant, Loan, LoanState} from "./LoanTypes.sol";

/// @title The state that the facts call for
abstract contract LoanReviews is ILoanDesk, LoanMarks {
    /// @inheritdoc ILoanDesk
    function review(uint256 loanId) external nonReentrant returns (LoanState state, Covenant reason) {
        return _review(loanId, _existing(loanId));
    }

    /// @inheritdoc ILoanDesk
    function cure(uint256 loanId) external payable nonReentrant {
        Loan storage loan = _existing(loanId);
        if (msg.value != 0) _repay(loanId, loan);
        (LoanState state, Covenant reason) = _review(loanId, loan);
        if (state != LoanState.Healthy) revert LoanBook_NotCured(loanId, reason);
    }

    /// @inheritdoc ILoanDesk
    function refreshTier(uint256 loanId) external nonReentrant returns (uint8 tier) {
        Loan storage loan = _existing(loanId);
        if (loan.state == LoanState.Closed) revert LoanBook_WrongState(loanId, loan.state);
        REPUTATION.credit(loanId);
        tier = REPUTATION.tierOf(_holder(loanId));
        emit TierRefreshed(loanId, loan.tier, tier);
        loan.tier = tier;
    }

    function _review(uint256 loanId, Loan storage loan) private returns (LoanState, Covenant reason) {
        LoanState state = loan.state;
        if (state == LoanState.Closed) revert LoanBook_WrongState(loanId, state);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        RiskParams memory p;
        if (debt != 0) {
            p = RISK_ENGINE.params();
            reason = _covenant(loanId, loan, _assess(loanId, loan), p, debt);
        }
        LoanState next = _nextState(loan, state, reason, p);
        if (next == LoanState.Healthy && (state == LoanState.Impaired || state == LoanState.WrittenOff)) {
            _restore(loanId, loan, debt);
        }
        _enter(loanId, loan, next, reason);
        return (next, reason);
    }

    function _nextState(
        Loan storage loan,
        LoanState state,
        Covenant reason,
        RiskParams memory p
    ) private view returns (LoanState) {
        if (reason == Covenant.None) return LoanState.Healthy;
        if (_isCalled(state)) return state;
        if (reason == Covenant.CallHealth) return LoanState.Call;
        bool unresolved = state == LoanState.Watch && block.number > uint256(loan.watchSince) + p.watchGrace;
        return unresolved ? LoanState.Call : LoanState.Watch;
    }

    /// @dev Back to the performing book: what the pool regains drips, after the reserve fund's part.
    function _restore(uint256 loanId, Loan storage loan, uint256 debt) private {
        uint256 carrying = loan.carrying;
        uint256 gain = Math.saturatingSub(debt, carrying);
        uint256 toReserve = Math.min(Math.saturatingSub(gain, loan.lenderLoss), loan.reserveLoss);
        loan.carrying = 0;
        loan.lenderLoss = 0;
        loan.reserveLoss = 0;
        loan.lastRecovery = 0;
        VAULT.bookRestoration(loanId, loan.scaledDebt, carrying, toReserve);
    }
}
