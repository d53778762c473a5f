// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {CollateralFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {WAD} from "../libraries/Units.sol";
import {Mark} from "../reputation/interfaces/IReputation.sol";
import {ILoanProofs} from "./interfaces/ILoanBook.sol";
import {ISectorConditions, Unmet} from "./interfaces/ISectorConditions.sol";
import {LoanMarks} from "./LoanMarks.sol";
import {AttachedMiner, Loan, Tranche} from "./LoanTypes.sol";

/// @title What becomes of a draw: proven by pledge, power and its conditions, or taken back
abstract contract LoanProofs is ILoanProofs, LoanMarks {
    using SafeCast for uint256;

    /// @dev What a proof asks for, and what the miner shows.
    struct Growth {
        uint256 pledgeDue; // [attoFIL]
        uint256 pledge; // [attoFIL]
        uint256 powerDue; // [bytes]
        uint256 power; // [bytes]
        int256 available; // [attoFIL]
        Unmet missing; // of the tranche's conditions
    }

    ISectorConditions internal immutable CONDITIONS;

    constructor(ISectorConditions conditions) {
        CONDITIONS = conditions;
    }

    /// @inheritdoc ILoanProofs
    function prove(uint256 loanId) external nonReentrant {
        Loan storage loan = _existing(loanId);
        if (!_awaitsProof(loan)) revert LoanBook_NothingToProve(loanId);
        Growth memory g = _growth(loanId, loan);
        if (g.pledge < g.pledgeDue) revert LoanBook_PledgeNotGrown(loanId, g.pledgeDue, g.pledge);
        if (g.power < g.powerDue) revert LoanBook_PowerNotGrown(loanId, g.powerDue, g.power);
        if (g.missing != Unmet.None) revert LoanBook_ConditionsUnmet(loanId, loan.provenCount, g.missing);
        _markProven(loanId, loan, g);
    }

    /// @inheritdoc ILoanProofs
    function reclaim(uint256 loanId) external nonReentrant {
        Loan storage loan = _existing(loanId);
        if (!_awaitsProof(loan)) revert LoanBook_NothingToProve(loanId);
        uint256 deadline = _proofDeadline(loanId, loan);
        if (block.number <= deadline) revert LoanBook_ProofNotOverdue(loanId, deadline, block.number);
        Growth memory g = _growth(loanId, loan);
        // A deadline takes nothing from a tranche that could be proven: nobody had called `prove`, that is all.
        if (g.pledge >= g.pledgeDue && g.power >= g.powerDue && g.missing == Unmet.None)
            return _markProven(loanId, loan, g);
        loan.frozen = true;
        _markAgainst(loanId, loan, Mark.Reclaimed);

        uint8 index = loan.provenCount;
        uint256 amount = _s().tranches[loanId][index].amount;
        uint256 indexRay = VAULT.borrowIndex();
        uint256 debt = _debtUp(loanId, loan, indexRay);
        uint256 taken = _collect(loanId, loan, amount, debt, g.available);
        if (taken != 0) {
            _account(loan).pay(address(VAULT), taken);
            _applyPayment(loanId, loan, indexRay, debt, taken, 0);
        }
        emit TrancheReclaimed(loanId, index, taken, amount - taken);
    }

    function _growth(uint256 loanId, Loan storage loan) private view returns (Growth memory g) {
        Tranche storage tranche = _s().tranches[loanId][loan.provenCount];
        CollateralFacts memory facts = MINER_FACTS.collateral(_drawMiner(loanId, loan).minerId, 0, 0, false);
        uint256 share = Math.mulDiv(tranche.amount, RISK_ENGINE.params().proofPledgeWad, WAD, Math.Rounding.Ceil);
        g.pledgeDue = loan.pledgeBase + share;
        g.pledge = facts.initialPledge;
        g.powerDue = uint256(loan.powerBase) + tranche.minPowerDelta;
        g.power = facts.qaPowerBytes;
        g.available = facts.availableBalance;
        g.missing = CONDITIONS.unmet(loanId, loan.provenCount, tranche.amount, loan.drawEpoch);
    }

    function _markProven(uint256 loanId, Loan storage loan, Growth memory g) private {
        uint8 index = loan.provenCount;
        bool inTime = block.number <= _proofDeadline(loanId, loan);
        loan.provenCount = index + 1;
        _raiseReference(loanId, _drawMiner(loanId, loan), g.pledge, g.power);
        emit TrancheProven(loanId, index, g.pledge, g.power);
        uint256 amount = _s().tranches[loanId][index].amount;
        if (inTime) REPUTATION.mark(loanId, _holder(loanId), Mark.Proven, amount);
    }

    function _drawMiner(uint256 loanId, Loan storage loan) private view returns (AttachedMiner storage) {
        return _minerAt(loanId, loan, loan.drawMinerIndex);
    }

    /// @dev What there is for the debt, up to the draw, after strips: first what lies in the account, where the owner may have put the
    /// draw, then what the miner has available.
    function _collect(
        uint256 loanId,
        Loan storage loan,
        uint256 amount,
        uint256 debt,
        int256 available
    ) private returns (uint256) {
        uint256 wanted = Math.min(amount, debt);
        uint256 outstanding = _stripsOutstanding(loan);
        uint256 free = _freeFunds(loan);
        uint256 withdrawn;
        if (outstanding + wanted > free && available > 0) {
            uint256 more = Math.min(outstanding + wanted - free, uint256(available));
            withdrawn = _withdraw(loan, _drawMiner(loanId, loan).minerId, more, free);
            free += withdrawn;
        }
        uint256 toStrips = Math.min(free, outstanding);
        if (toStrips != 0) {
            loan.stripPaid += toStrips.toUint96();
            emit LoanSwept(loanId, _drawMiner(loanId, loan).minerId, msg.sender, withdrawn, toStrips, 0, 0, debt);
        }
        return Math.min(free - toStrips, wanted);
    }
}
