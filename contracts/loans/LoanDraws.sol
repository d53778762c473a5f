// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {InterestMath} from "../libraries/InterestMath.sol";
import {ILoanLedger} from "./interfaces/ILoanBook.sol";
import {Assessment} from "./interfaces/IRiskEngine.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {AttachedMiner, Loan, LoanState, Tranche} from "./LoanTypes.sol";

/// @title Draws: the only way a debt grows
abstract contract LoanDraws is ILoanLedger, LoanBookBase {
    using SafeCast for uint256;

    /// @inheritdoc ILoanLedger
    function draw(uint256 loanId, uint256 minerIndex) external nonReentrant {
        LoanBookStorage storage $ = _s();
        if (block.number < $.drawsPausedUntil) revert LoanBook_Paused($.drawsPausedUntil);
        Loan storage loan = _authorised(loanId);
        AttachedMiner storage miner = _minerAt(loanId, loan, minerIndex);
        uint8 index = loan.drawnCount;
        uint256 amount = _drawable(loanId, loan, index);

        uint256 indexRay = VAULT.borrowIndex();
        if (loan.scaledDebt == 0) loan.interestSince = block.number.toUint32();
        loan.scaledDebt += InterestMath.toScaledUp(amount, indexRay).toUint96();
        loan.principal += amount.toUint96();
        loan.drawnCount = index + 1;
        loan.coolOffSince = block.number.toUint32();
        loan.drawEpoch = block.number.toUint32();
        loan.drawMinerIndex = uint8(minerIndex); // < MAX_MINERS
        uint256 debt = _debtUp(loan, indexRay);
        // Tested as it will stand after the draw: debt, principal and proof deadline included.
        _startProof(loanId, loan, miner, minerIndex, amount, debt);
        emit TrancheDrawn(loanId, miner.minerId, index, amount, debt);
        VAULT.lend(loanId, miner.minerId, amount);
    }

    /// @dev The next tranche, if it may be drawn at all.
    function _drawable(uint256 loanId, Loan storage loan, uint8 index) private view returns (uint256) {
        if (loan.state != LoanState.Healthy) revert LoanBook_WrongState(loanId, loan.state);
        if (loan.frozen) revert LoanBook_Frozen(loanId);
        if (index == loan.trancheCount) revert LoanBook_NoTrancheLeft(loanId);
        if (loan.provenCount != index) revert LoanBook_NotProven(loanId, loan.provenCount);
        Tranche storage tranche = _s().tranches[loanId][index];
        if (block.number > tranche.drawDeadline)
            revert LoanBook_DrawExpired(loanId, tranche.drawDeadline, block.number);
        return tranche.amount;
    }

    /// @dev The draw test, counting the FIL on its way as available, and the base that the proof is measured against.
    function _startProof(
        uint256 loanId,
        Loan storage loan,
        AttachedMiner storage miner,
        uint256 minerIndex,
        uint256 amount,
        uint256 debt
    ) private {
        (Assessment memory assessment, uint256 pledge, uint256 power) = RISK_ENGINE.assessDraw(
            loan.account,
            _minerList(loanId, loan.minerCount),
            minerIndex,
            amount
        );
        _requireDrawTest(loanId, loan, assessment, debt);
        _raiseReference(loanId, miner, pledge, power);
        loan.pledgeBase = pledge.toUint88();
        loan.powerBase = power.toUint72();
    }
}
