// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "../oracles/interfaces/AggregatorV3Interface.sol";

/// @title A price source for local chains
/// @notice Answers what its owner last said, as of when it said so.
contract DevAggregator is AggregatorV3Interface {
    /// @inheritdoc AggregatorV3Interface
    uint8 public constant decimals = 18;
    /// @inheritdoc AggregatorV3Interface
    uint256 public constant version = 1;
    /// @inheritdoc AggregatorV3Interface
    string public description;

    /// @notice Who sets the price.
    address public immutable OWNER;

    uint80 private _round;
    int256 private _answer;
    uint256 private _updatedAt;

    /// @notice Thrown when anyone but the owner sets the price.
    error DevAggregator_OnlyOwner(address owner, address caller);

    /// @param description_ what is priced, in what
    /// @param answer the first price [18 decimals]
    constructor(string memory description_, int256 answer) {
        OWNER = msg.sender;
        description = description_;
        set(answer);
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (_round, _answer, _updatedAt, _updatedAt, _round);
    }

    /// @notice Sets the price. Only the owner.
    /// @param answer the price [18 decimals]
    function set(int256 answer) public {
        if (msg.sender != OWNER) revert DevAggregator_OnlyOwner(OWNER, msg.sender);
        ++_round;
        (_answer, _updatedAt) = (answer, block.timestamp);
    }
}
