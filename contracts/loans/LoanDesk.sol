// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IReputation} from "../reputation/interfaces/IReputation.sol";
import {IMinerFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {ILoanDesk} from "./interfaces/ILoanBook.sol";
import {IPostedValues} from "./interfaces/IPostedValues.sol";
import {Assessment, IRiskEngine} from "./interfaces/IRiskEngine.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {LoanFacility} from "./LoanFacility.sol";
import {LoanLosses} from "./LoanLosses.sol";
import {LoanPart} from "./LoanPart.sol";
import {LoanReviews} from "./LoanReviews.sol";
import {AttachedMiner, Covenant, Loan, Tranche} from "./LoanTypes.sol";

/// @title The loan book's second half: set-up, surplus, losses
/// @notice Runs in the loan book's storage, by delegatecall from its fallback: one contract would pass the size limit of 24,576 bytes.
/// Called at its own address it knows no loan, and opens none.
contract LoanDesk is LoanPart, LoanFacility, LoanReviews, LoanLosses {
    /// @dev LoanEscrow: the functions of ILoanProofs and ILoanEscrow, run here by delegatecall. Part of the implementation, changed only
    /// by an upgrade.
    address private immutable ESCROW;

    constructor(
        IPledgeVault vault,
        IRiskEngine riskEngine,
        IMinerFacts minerFacts,
        address accountBeacon,
        address stripAuction,
        IPostedValues posted,
        IReputation reputation,
        address escrow
    ) LoanBookBase(vault, riskEngine, minerFacts, accountBeacon, stripAuction, posted, reputation) {
        ESCROW = escrow;
    }

    /// @dev Hands the functions of ILoanProofs, ILoanEscrow, ILoanTerms and ILoanTakeover on, as the ledger hands on those of the desk.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        (bool ok, bytes memory answer) = ESCROW.delegatecall(msg.data);
        assembly ("memory-safe") {
            switch ok
            case 0 {
                revert(add(answer, 32), mload(answer))
            }
            default {
                return(add(answer, 32), mload(answer))
            }
        }
    }

    /// @inheritdoc ILoanDesk
    function covenantOf(uint256 loanId) external view returns (Covenant) {
        Loan storage loan = _existing(loanId);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (debt == 0) return Covenant.None;
        Assessment memory assessment = _assess(loanId, loan);
        return _covenant(loanId, loan, assessment, RISK_ENGINE.params(), debt);
    }

    /// @inheritdoc ILoanDesk
    function tranchesOf(uint256 loanId) external view returns (Tranche[] memory list) {
        list = new Tranche[](_existing(loanId).trancheCount);
        for (uint256 i; i < list.length; ++i) {
            list[i] = _s().tranches[loanId][i];
        }
    }

    /// @inheritdoc ILoanDesk
    function minersOf(uint256 loanId) external view returns (AttachedMiner[] memory) {
        return _minerList(loanId, _existing(loanId).minerCount);
    }
}
