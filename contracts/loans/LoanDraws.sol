// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {InterestMath} from "../libraries/InterestMath.sol";
import {ILoanLedger} from "./interfaces/ILoanBook.sol";
import {LoanDrawing} from "./LoanDrawing.sol";
import {AttachedMiner, Loan} from "./LoanTypes.sol";

/// @title Draws at the floating rate
abstract contract LoanDraws is ILoanLedger, LoanDrawing {
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
        uint96 scaled = loan.scaledDebt;
        if (scaled == 0) {
            if (loan.principal != 0) revert LoanBook_FixedTerm(loanId, $.fixedTerms[loanId].maturity);
            loan.interestSince = block.number.toUint32();
        }
        scaled += InterestMath.toScaledUp(amount, indexRay).toUint96();
        loan.scaledDebt = scaled;
        _recordDraw(loan, minerIndex, index, amount);
        uint256 debt = InterestMath.toDebtUp(scaled, indexRay);
        // Tested as it will stand after the draw: debt, principal and proof deadline included.
        _startProof(loanId, loan, miner, minerIndex, amount, debt);
        emit TrancheDrawn(loanId, miner.minerId, index, amount, debt);
        VAULT.lend(loanId, miner.minerId, amount);
    }
}
