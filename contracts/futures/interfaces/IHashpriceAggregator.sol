// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "../../oracles/interfaces/AggregatorV3Interface.sol";

/// @title What storage earns, as an aggregator
interface IHashpriceAggregator is AggregatorV3Interface {
    /// @notice Thrown when the actor that is to be asked is no storage miner.
    error HashpriceAggregator_NotAMiner(uint64 actorId);
}
