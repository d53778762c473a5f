// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ControlAuction} from "../../contracts/loans/ControlAuction.sol";
import {ILoanBook} from "../../contracts/loans/interfaces/ILoanBook.sol";
import {IWFIL} from "../../contracts/loans/interfaces/IWFIL.sol";

/// @notice The control auction with one function more: an upgrade that keeps the layout.
/// @custom:oz-upgrades-unsafe-allow missing-initializer
contract ControlAuctionNext is ControlAuction {
    constructor(ILoanBook loanBook, IWFIL wfil) ControlAuction(loanBook, wfil) {}

    function release() external pure returns (uint256) {
        return 2;
    }
}
