// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PostedValue} from "../../contracts/loans/interfaces/IPostedValues.sol";

/// @notice Posted collateral as a test sets it, for what the loan book does with it.
contract PostedStub {
    mapping(uint256 loanId => PostedValue) private _values;

    function set(uint256 loanId, PostedValue calldata value) external {
        _values[loanId] = value;
    }

    function weightedValues(uint256 loanId) external view returns (PostedValue memory) {
        return _values[loanId];
    }
}
