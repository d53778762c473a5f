// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "./AggregatorV3Interface.sol";

/// @title A Pyth price as an aggregator
interface IPythAggregator is AggregatorV3Interface {
    /// @notice Thrown when the exponent is positive or below -18: no decimals that an aggregator could have.
    error PythAggregator_BadExponent(int32 exponent);
    /// @notice Thrown when the exponent is not the one of the listing.
    error PythAggregator_ExponentChanged(int32 expected, int32 actual);
    /// @notice Thrown when the price is zero or negative.
    error PythAggregator_NotPositive(int64 price);
    /// @notice Thrown when the confidence interval is too wide for the price.
    error PythAggregator_Uncertain(int64 price, uint64 confidence, uint256 maximumWad);
    /// @notice Thrown when the confidence interval may be wider than the bound, or nothing.
    error PythAggregator_BadConfidence(uint256 maximumWad, uint256 actualWad);
}
