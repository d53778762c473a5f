// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Assessment} from "./interfaces/IRiskEngine.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {AttachedMiner, Loan, LoanState, Tranche} from "./LoanTypes.sol";

/// @title What a draw is, at whatever rate
abstract contract LoanDrawing is LoanBookBase {
    using SafeCast for uint256;

    /// @dev The next tranche, if it may be drawn at all.
    function _drawable(uint256 loanId, Loan storage loan, uint8 index) internal view returns (uint256) {
        if (loan.state != LoanState.Healthy) revert LoanBook_WrongState(loanId, loan.state);
        if (loan.frozen) revert LoanBook_Frozen(loanId);
        if (index == loan.trancheCount) revert LoanBook_NoTrancheLeft(loanId);
        if (loan.provenCount != index) revert LoanBook_NotProven(loanId, loan.provenCount);
        Tranche storage tranche = _s().tranches[loanId][index];
        if (block.number > tranche.drawDeadline)
            revert LoanBook_DrawExpired(loanId, tranche.drawDeadline, block.number);
        return tranche.amount;
    }

    /// @dev All of a draw but the debt.
    function _recordDraw(Loan storage loan, uint256 minerIndex, uint8 index, uint256 amount) internal {
        loan.principal += amount.toUint96();
        loan.drawnCount = index + 1;
        loan.coolOffSince = block.number.toUint32();
        loan.drawEpoch = block.number.toUint32();
        loan.drawMinerIndex = uint8(minerIndex); // < MAX_MINERS
    }

    /// @dev The draw test, counting the FIL on its way as available, and the base that the proof is measured against.
    function _startProof(
        uint256 loanId,
        Loan storage loan,
        AttachedMiner storage miner,
        uint256 minerIndex,
        uint256 amount,
        uint256 debt
    ) internal {
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
