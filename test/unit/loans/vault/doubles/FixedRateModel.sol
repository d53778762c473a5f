// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRateModel} from "../../../../../contracts/loans/interfaces/IRateModel.sol";

/// @notice Answers what the test says, and remembers nothing of what it was asked.
contract FixedRateModel is IRateModel {
    uint256 public rateRay;

    constructor(uint256 rateRay_) {
        rateRay = rateRay_;
    }

    function set(uint256 rateRay_) external {
        rateRay = rateRay_;
    }

    function quote(uint256, uint256, uint256) external view returns (uint256, uint256) {
        return (rateRay, rateRay);
    }

    function requote(uint256, uint256, uint256, uint256) external view returns (uint256, uint256) {
        return (rateRay, rateRay);
    }

    function bounds() external view returns (uint256, uint256, uint256) {
        return (rateRay, rateRay, rateRay);
    }
}
