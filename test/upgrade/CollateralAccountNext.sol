// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CollateralAccount} from "../../contracts/loans/CollateralAccount.sol";

/// @notice The collateral account with one function more.
contract CollateralAccountNext is CollateralAccount {
    constructor(address loanBook) CollateralAccount(loanBook) {}

    function release() external pure returns (uint256) {
        return 2;
    }
}
