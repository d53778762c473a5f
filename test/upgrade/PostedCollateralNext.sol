// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICollateralLedger} from "../../contracts/collateral/interfaces/ICollateralLedger.sol";
import {PostedCollateral} from "../../contracts/collateral/PostedCollateral.sol";
import {IWFIL} from "../../contracts/loans/interfaces/IWFIL.sol";

/// @notice Posted collateral with one function more: an upgrade that keeps the layout.
/// @custom:oz-upgrades-unsafe-allow missing-initializer
contract PostedCollateralNext is PostedCollateral {
    constructor(ICollateralLedger loanBook, address vault, IWFIL wfil) PostedCollateral(loanBook, vault, wfil) {}

    function release() external pure returns (uint256) {
        return 2;
    }
}
