// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ILoanLedger} from "./interfaces/ILoanBook.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {Loan} from "./LoanTypes.sol";

/// @title What anyone may do for a loan: pay, and collect what is due
abstract contract LoanServicing is ILoanLedger, LoanBookBase {
    using SafeCast for uint256;

    /// @dev A keeper's tip is 1 % of what it brings to the debt, at most this: above a message's cost, below any reason to farm.
    uint256 private constant MAX_TIP = 0.05 ether;
    uint256 private constant TIP_DIVISOR = 100;

    // ---------------------------------------------------------------- paying

    /// @inheritdoc ILoanLedger
    function repay(uint256 loanId) external payable nonReentrant returns (uint256 paid) {
        return _repay(loanId, _existing(loanId));
    }

    // ---------------------------------------------------------------- collecting

    /// @inheritdoc ILoanLedger
    function sweep(uint256 loanId, uint256 minerIndex) external nonReentrant returns (uint256 collected) {
        Loan storage loan = _existing(loanId);
        uint64 minerId = _minerAt(loanId, loan, minerIndex).minerId;
        uint256 indexRay = VAULT.borrowIndex();
        uint256 debt = _debtUp(loanId, loan, indexRay);
        uint256 debtDue = _isCalled(loan.state) ? debt : _interest(loan, debt);
        uint256 due = _stripsOutstanding(loan) + debtDue + Math.min(MAX_TIP, debtDue / TIP_DIVISOR);

        uint256 free = _freeFunds(loan);
        uint256 withdrawn;
        if (due > free) {
            withdrawn = _withdrawDue(loanId, loan, minerId, minerIndex, due - free, free);
            free += withdrawn;
        }
        collected = Math.min(free, due);
        if (collected == 0) revert LoanBook_NothingToSweep(loanId, free, due);
        _distribute(loanId, loan, minerId, indexRay, debt, debtDue, collected, withdrawn);
    }

    /// @dev A healthy loan's draw lies in the miner's available balance until it is sealed: it is not there to be collected.
    function _withdrawDue(
        uint256 loanId,
        Loan storage loan,
        uint64 minerId,
        uint256 minerIndex,
        uint256 wanted,
        uint256 free
    ) private returns (uint256) {
        if (!_isCalled(loan.state) && _awaitsProof(loan) && loan.drawMinerIndex == minerIndex) {
            int256 available = MINER_FACTS.collateral(minerId, 0, 0, false).availableBalance;
            uint256 drawn = _s().tranches[loanId][loan.provenCount].amount;
            uint256 beyond = available > 0 ? Math.saturatingSub(uint256(available), drawn) : 0;
            wanted = Math.min(wanted, beyond);
        }
        return wanted == 0 ? 0 : _withdraw(loan, minerId, wanted, free);
    }

    /// @dev Strips first; then the tip and the debt.
    function _distribute(
        uint256 loanId,
        Loan storage loan,
        uint64 minerId,
        uint256 indexRay,
        uint256 debt,
        uint256 debtDue,
        uint256 collected,
        uint256 withdrawn
    ) private {
        uint256 toStrips = Math.min(collected, _stripsOutstanding(loan));
        uint256 rest = collected - toStrips;
        // 1 in 101: the tip comes on top of what was due, and shrinks with it when less was found.
        uint256 tip = Math.min(MAX_TIP, rest / (TIP_DIVISOR + 1));
        uint256 toDebt = Math.min(rest - tip, debtDue);
        if (toStrips != 0) loan.stripPaid += toStrips.toUint96();
        uint256 left = debt;
        if (toDebt != 0) {
            _account(loan).pay(address(VAULT), toDebt);
            left = _applyPayment(loanId, loan, indexRay, debt, toDebt, 0);
        }
        emit LoanSwept(loanId, minerId, msg.sender, withdrawn, toStrips, toDebt, tip, left);
        if (tip != 0) _account(loan).pay(msg.sender, tip);
    }
}
