// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {BeneficiaryTerm, MinerSnapshot} from "../filecoin/interfaces/IMinerFacts.sol";
import {ILoanEscrowEvents} from "./interfaces/ILoanEscrow.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {AttachedMiner, Loan} from "./LoanTypes.sol";

/// @title What attaching, takeover, escrow and the sale of a miner have in common
abstract contract LoanMiners is ILoanEscrowEvents, LoanBookBase {
    using SafeCast for uint256;

    /// @dev What must be left of the quota at attach: more FIL than can be mined (2^91 attoFIL).
    uint256 private constant MIN_QUOTA_LEFT = 1 << 100;

    /// @dev Whether the loan may have another miner, and this one.
    function _requirePlace(Loan storage loan, uint64 minerId) internal view {
        LoanBookStorage storage $ = _s();
        if (block.number < $.attachesPausedUntil) revert LoanBook_Paused($.attachesPausedUntil);
        if (loan.minerCount == MAX_MINERS) revert LoanBook_TooManyMiners(MAX_MINERS);
        if ($.loanOfMiner[minerId] != 0) revert LoanBook_MinerTaken(minerId, $.loanOfMiner[minerId]);
    }

    /// @dev A miner whose owner is not on the way out.
    function _settledMiner(uint64 minerId) internal view returns (MinerSnapshot memory miner) {
        if (!MINER_FACTS.isMiner(minerId)) revert LoanBook_NotMiner(minerId);
        miner = MINER_FACTS.snapshot(minerId);
        if (miner.pendingOwner != 0) revert LoanBook_OwnerChangePending(minerId, miner.pendingOwner);
    }

    /// @dev Enters a miner in the loan's list; its lien comes afterwards.
    function _addMiner(uint256 loanId, Loan storage loan, uint64 minerId, MinerSnapshot memory miner) internal {
        LoanBookStorage storage $ = _s();
        uint8 index = loan.minerCount;
        $.loanOfMiner[minerId] = loanId;
        loan.minerCount = index + 1;
        loan.coolOffSince = block.number.toUint32();
        $.miners[loanId][index] = AttachedMiner({
            minerId: minerId,
            pledgeRef: miner.initialPledge.toUint88(),
            powerRef: miner.qaPowerBytes.toUint72(),
            attachEpoch: block.number.toUint32()
        });
        emit MinerAttached(loanId, minerId, miner.initialPledge, miner.qaPowerBytes);
    }

    /// @dev Reads back what the approval did: an approval that only recorded half of a hand-over is no lien.
    function _requireLien(uint64 minerId, uint64 accountId) internal view {
        BeneficiaryTerm memory term = MINER_FACTS.beneficiaryTerm(minerId);
        uint256 quotaLeft = Math.saturatingSub(term.quota, term.usedQuota);
        bool weak = quotaLeft < MIN_QUOTA_LEFT || term.expiration != EXPIRATION || term.hasPending;
        if (term.beneficiary != accountId || weak) {
            revert LoanBook_BadTerm(minerId, accountId, term.beneficiary, quotaLeft, term.expiration, term.hasPending);
        }
    }

    /// @dev The actor id of the loan book itself: who owns a miner on its way out of escrow.
    function _selfId() internal view returns (uint64) {
        return MINER_FACTS.actorIdOf(address(this));
    }

    /// @dev The owner of a miner that neither is in escrow nor on its way out of it.
    function _foreignOwner(uint256 loanId, Loan storage loan, uint64 minerId) internal view returns (uint64 owner) {
        (owner, ) = MINER_FACTS.owner(minerId);
        if (owner == _account(loan).actorId() || owner == _selfId()) revert LoanBook_Escrowed(loanId, minerId, owner);
    }

    /// @dev Swaps the last miner into the gap; the draw in progress follows its miner.
    function _removeMiner(uint256 loanId, Loan storage loan, uint256 minerIndex) internal {
        LoanBookStorage storage $ = _s();
        uint8 last = loan.minerCount - 1;
        delete $.loanOfMiner[$.miners[loanId][minerIndex].minerId];
        if (minerIndex != last) {
            $.miners[loanId][minerIndex] = $.miners[loanId][last];
            if (loan.drawMinerIndex == last) loan.drawMinerIndex = uint8(minerIndex); // < MAX_MINERS
        }
        delete $.miners[loanId][last];
        loan.minerCount = last;
    }

    function _payOut(uint256 loanId, Loan storage loan, uint256 amount) internal {
        emit SurplusReleased(loanId, loan.payee, amount);
        _account(loan).pay(loan.payee, amount);
    }
}
