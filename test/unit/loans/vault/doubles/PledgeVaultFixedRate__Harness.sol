// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PledgeVault} from "../../../../../contracts/loans/PledgeVault.sol";
import {IRateModel} from "../../../../../contracts/loans/interfaces/IRateModel.sol";
import {IReserveFund} from "../../../../../contracts/loans/interfaces/IReserveFund.sol";
import {IWFIL} from "../../../../../contracts/loans/interfaces/IWFIL.sol";

/// @notice A pool whose curve answers what the test says.
contract PledgeVaultFixedRate__Harness is PledgeVault {
    uint256 private immutable RATE_RAY;

    constructor(
        IWFIL wfil,
        address loanBook,
        IRateModel rateModel,
        IReserveFund reserveFund,
        uint256 rateRay
    ) PledgeVault(wfil, loanBook, rateModel, reserveFund) {
        RATE_RAY = rateRay;
    }

    function _requote(uint256, uint256, uint256, uint256) internal view override returns (uint256, uint256) {
        return (RATE_RAY, RATE_RAY);
    }
}
