// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CollateralFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {WAD} from "../libraries/Units.sol";
import {ILoanDesk} from "./interfaces/ILoanBook.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {AttachedMiner, Loan, Tranche} from "./LoanTypes.sol";

/// @title What becomes of a draw: proven by pledge and power, or taken back
abstract contract LoanProofs is ILoanDesk, LoanBookBase {
    /// @inheritdoc ILoanDesk
    function prove(uint256 loanId) external nonReentrant {
        Loan storage loan = _existing(loanId);
        if (!_awaitsProof(loan)) revert LoanBook_NothingToProve(loanId);
        uint8 index = loan.provenCount;
        Tranche storage tranche = _s().tranches[loanId][index];
        AttachedMiner storage miner = _minerAt(loanId, loan, loan.drawMinerIndex);
        CollateralFacts memory facts = MINER_FACTS.collateral(miner.minerId, 0, 0, false);

        uint256 share = Math.mulDiv(tranche.amount, RISK_ENGINE.params().proofPledgeWad, WAD, Math.Rounding.Ceil);
        uint256 pledgeDue = loan.pledgeBase + share;
        if (facts.initialPledge < pledgeDue) revert LoanBook_PledgeNotGrown(loanId, pledgeDue, facts.initialPledge);
        uint256 powerDue = uint256(loan.powerBase) + tranche.minPowerDelta;
        if (facts.qaPowerBytes < powerDue) revert LoanBook_PowerNotGrown(loanId, powerDue, facts.qaPowerBytes);

        loan.provenCount = index + 1;
        _raiseReference(loanId, miner, facts.initialPledge, facts.qaPowerBytes);
        emit TrancheProven(loanId, index, facts.initialPledge, facts.qaPowerBytes);
    }

    /// @inheritdoc ILoanDesk
    function reclaim(uint256 loanId) external nonReentrant {
        Loan storage loan = _existing(loanId);
        if (!_awaitsProof(loan)) revert LoanBook_NothingToProve(loanId);
        uint256 deadline = _proofDeadline(loanId, loan);
        if (block.number <= deadline) revert LoanBook_ProofNotOverdue(loanId, deadline, block.number);
        uint8 index = loan.provenCount;
        uint256 amount = _s().tranches[loanId][index].amount;
        loan.frozen = true;

        uint256 indexRay = VAULT.borrowIndex();
        uint256 debt = _debtUp(loan, indexRay);
        uint256 taken = _reclaimable(loanId, loan, Math.min(amount, debt));
        if (taken != 0) {
            _account(loan).pay(address(VAULT), taken);
            _applyPayment(loanId, loan, indexRay, debt, taken, 0);
        }
        emit TrancheReclaimed(loanId, index, taken, amount - taken);
    }

    /// @dev Takes at par what the miner has available, up to `wanted`; nothing when it has nothing.
    function _reclaimable(uint256 loanId, Loan storage loan, uint256 wanted) private returns (uint256) {
        uint64 minerId = _minerAt(loanId, loan, loan.drawMinerIndex).minerId;
        int256 available = MINER_FACTS.collateral(minerId, 0, 0, false).availableBalance;
        if (available <= 0 || wanted == 0) return 0;
        return _account(loan).withdraw(minerId, Math.min(wanted, uint256(available)));
    }
}
