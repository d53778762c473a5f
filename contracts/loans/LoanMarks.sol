// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {Mark} from "../reputation/interfaces/IReputation.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {Covenant, Loan, LoanState} from "./LoanTypes.sol";

/// @title What the holder of a loan's token is credited with and blamed for
abstract contract LoanMarks is LoanBookBase {
    /// @dev Who holds the loan's token, and with it answers for the loan. The ledger keeps the tokens; in this storage it is this very
    /// address.
    function _holder(uint256 loanId) internal view returns (address) {
        return IERC721(address(this)).ownerOf(loanId);
    }

    /// @dev A mark against the loan takes its tier, which has to be looked up again.
    function _markAgainst(uint256 loanId, Loan storage loan, Mark what) internal {
        loan.tier = 0;
        REPUTATION.mark(loanId, _holder(loanId), what, 0);
    }

    /// @dev Another state, and the mark that goes with a worse one.
    function _enter(uint256 loanId, Loan storage loan, LoanState next, Covenant reason) internal {
        if (loan.state == next) return;
        _setState(loanId, loan, next, reason);
        if (next == LoanState.Call) _markAgainst(loanId, loan, Mark.Called);
        if (next == LoanState.Impaired) _markAgainst(loanId, loan, Mark.Impaired);
    }
}
