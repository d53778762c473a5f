// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILoanLedger} from "./interfaces/ILoanBook.sol";
import {LoanBookBase} from "./LoanBookBase.sol";

/// @title What the parts of the loan book behind its ledger have in common
/// @dev The ledger keeps the tokens; in this storage it is this very address.
abstract contract LoanPart is LoanBookBase {
    function _isSp(uint256 loanId, address who) internal view override returns (bool) {
        return ILoanLedger(address(this)).isAuthorised(loanId, who);
    }
}
