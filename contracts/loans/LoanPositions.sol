// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {WAD} from "../libraries/Units.sol";
import {ILoanPositions, Position} from "./interfaces/ILoanBook.sol";
import {Assessment, RiskParams} from "./interfaces/IRiskEngine.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {Loan} from "./LoanTypes.sol";
import {RiskMath} from "./libraries/RiskMath.sol";

/// @title Where a loan stands, for those who look
abstract contract LoanPositions is ILoanPositions, LoanBookBase {
    /// @inheritdoc ILoanPositions
    function positionOf(uint256 loanId) external view returns (Position memory position) {
        Loan storage loan = _existing(loanId);
        position.debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        position.interest = _interest(loan, position.debt);
        position.assessment = _assess(loanId, loan);
        position.value = _netValue(loan, position.assessment);
        position.posted = _posted(loanId, loan);
        RiskParams memory p = RISK_ENGINE.params();
        Assessment memory a = position.assessment;
        uint256 weighted = a.escrowDrawValue + position.posted.draw;
        position.drawLimit = _collateralWad(loan, a.walkAwayValue, p.drawWeightWad, weighted) / WAD;
        weighted = a.escrowCallValue + position.posted.call;
        position.callLimit = _collateralWad(loan, a.walkAwayValue, p.callWeightWad, weighted) / WAD;
        weighted = a.escrowLiquidationValue + position.posted.liquidation;
        weighted = _collateralWad(loan, a.walkAwayValue, p.liquidationWeightWad, weighted);
        position.liquidationLimit = weighted / WAD;
        position.healthWad = RiskMath.healthDown(weighted, position.debt);
    }
}
