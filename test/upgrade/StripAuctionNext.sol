// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILoanBook} from "../../contracts/loans/interfaces/ILoanBook.sol";
import {IReserveFund} from "../../contracts/loans/interfaces/IReserveFund.sol";
import {IWFIL} from "../../contracts/loans/interfaces/IWFIL.sol";
import {StripAuction} from "../../contracts/loans/StripAuction.sol";

/// @notice The auction with one function more: an upgrade that keeps the layout.
/// @custom:oz-upgrades-unsafe-allow missing-initializer
contract StripAuctionNext is StripAuction {
    constructor(
        ILoanBook loanBook,
        address vault,
        IReserveFund reserveFund,
        IWFIL wfil
    ) StripAuction(loanBook, vault, reserveFund, wfil) {}

    function release() external pure returns (uint256) {
        return 2;
    }
}
