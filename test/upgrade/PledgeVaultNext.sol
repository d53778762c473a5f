// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRateModel} from "../../contracts/loans/interfaces/IRateModel.sol";
import {IReserveFund} from "../../contracts/loans/interfaces/IReserveFund.sol";
import {IWFIL} from "../../contracts/loans/interfaces/IWFIL.sol";
import {PledgeVault} from "../../contracts/loans/PledgeVault.sol";

/// @notice The pool with one function more: an upgrade that keeps the layout.
/// @custom:oz-upgrades-unsafe-allow missing-initializer
contract PledgeVaultNext is PledgeVault {
    constructor(
        IWFIL wfil,
        address loanBook,
        IRateModel rateModel,
        IReserveFund reserveFund
    ) PledgeVault(wfil, loanBook, rateModel, reserveFund) {}

    function release() external pure returns (uint256) {
        return 2;
    }
}
