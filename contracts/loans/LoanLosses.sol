// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ILoanDesk} from "./interfaces/ILoanBook.sol";
import {ILoanTerms} from "./interfaces/ILoanTerms.sol";
import {Assessment} from "./interfaces/IRiskEngine.sol";
import {RiskMath} from "./libraries/RiskMath.sol";
import {LoanMarks} from "./LoanMarks.sol";
import {Covenant, Loan, LoanState} from "./LoanTypes.sol";

/// @title Losses, booked by rule and at once
abstract contract LoanLosses is ILoanDesk, LoanMarks {
    using SafeCast for uint256;

    /// @dev A claim below this is not worth a message.
    uint256 private constant WRITE_OFF_DUST = 1 ether;
    /// @dev Vesting ends 180 days after the last reward; what has not come in 20 days later will not come (loans F8).
    uint256 private constant RECOVERY_TIMEOUT = 200 * 2_880;

    /// @inheritdoc ILoanDesk
    function impair(uint256 loanId) external nonReentrant returns (uint256 loss) {
        Loan storage loan = _existing(loanId);
        bool again = loan.state == LoanState.Impaired;
        if (loan.state == LoanState.WrittenOff) revert LoanBook_WrongState(loanId, loan.state);
        // A fixed rate is agreed on with who pays: what is provisioned goes on at the rate of the market.
        if (_isFixed(loan)) ILoanTerms(address(this)).floatDefaulted(loanId);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (debt == 0) revert LoanBook_NoDebt(loanId);
        (uint256 value, uint256 posted) = _backing(loanId, loan);
        uint256 carried = again ? loan.carrying : debt;
        uint256 carrying = posted + RiskMath.carryingDown(value, RISK_ENGINE.params().provisionDiscountWad);
        if (carrying >= carried) revert LoanBook_NoShortfall(loanId, carried, carrying);

        loan.carrying = carrying.toUint96();
        uint256 covered;
        if (again) {
            loss = carried - carrying;
            covered = VAULT.bookWriteDown(loanId, loss);
        } else {
            _enter(loanId, loan, LoanState.Impaired, Covenant.CallHealth);
            loan.lastRecovery = block.number.toUint32();
            (loss, covered) = VAULT.bookImpairment(loanId, loan.scaledDebt, carrying);
        }
        _bookLoss(loan, loss, covered);
        emit LoanImpaired(loanId, debt, carrying, loss, covered);
    }

    /// @inheritdoc ILoanDesk
    function writeOff(uint256 loanId) external nonReentrant {
        Loan storage loan = _existing(loanId);
        if (loan.state != LoanState.Impaired) revert LoanBook_WrongState(loanId, loan.state);
        (uint256 value, uint256 posted) = _backing(loanId, loan);
        value += posted;
        bool silent = block.number > uint256(loan.lastRecovery) + RECOVERY_TIMEOUT;
        if (value >= WRITE_OFF_DUST && !silent) revert LoanBook_StillWorth(loanId, value, WRITE_OFF_DUST);

        uint256 carrying = loan.carrying;
        loan.carrying = 0;
        _enter(loanId, loan, LoanState.WrittenOff, Covenant.CallHealth);
        uint256 covered = carrying == 0 ? 0 : VAULT.bookWriteDown(loanId, carrying);
        _bookLoss(loan, carrying, covered);
        emit LoanWrittenOff(loanId, carrying, covered);
    }

    /// @dev Value for a provision: what the miners would leave, and what lies in the account already. A miner's owner may withdraw to the
    /// account at any time; were that FIL not counted, he could have a loss booked that is none, and bring it back by a sweep.
    /// Posted tokens count what they count in a liquidation: that discount is larger than the provision's.
    function _backing(uint256 loanId, Loan storage loan) private view returns (uint256 value, uint256 posted) {
        Assessment memory a = _assess(loanId, loan);
        a.walkAwayValue += _freeFunds(loan);
        return (_netValue(loan, a), _posted(loanId, loan).liquidation);
    }

    function _bookLoss(Loan storage loan, uint256 loss, uint256 covered) private {
        loan.lenderLoss += (loss - covered).toUint96();
        loan.reserveLoss += covered.toUint96();
    }
}
