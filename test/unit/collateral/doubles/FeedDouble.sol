// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPriceFeed} from "../../../../contracts/oracles/interfaces/IPriceFeed.sol";

/// A feed that shows what a test says.
contract FeedDouble is IPriceFeed {
    uint256 public price;
    uint256 public freshUntil;
    bool public refuses; // to be asked at all

    error FeedDouble_Asked();

    constructor(uint256 price_) {
        (price, freshUntil) = (price_, block.timestamp + 1 hours);
    }

    function set(uint256 price_, uint256 freshUntil_) external {
        (price, freshUntil) = (price_, freshUntil_);
    }

    function setPrice(uint256 price_) external {
        (price, freshUntil) = (price_, block.timestamp + 1 hours);
    }

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    function tryRead() external view returns (bool, uint256, uint256) {
        if (refuses) revert FeedDouble_Asked();
        if (price == 0) return (false, 0, 0);
        return (block.timestamp <= freshUntil, price, freshUntil);
    }
}
