// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "./AggregatorV3Interface.sol";

/// @title A Tellor price as an aggregator
interface ITellorAggregator is AggregatorV3Interface {
    /// @notice Thrown when the delay is outside the bounds.
    error TellorAggregator_BadDelay(uint256 minimum, uint256 maximum, uint256 actual);
    /// @notice Thrown when no report has stood long enough.
    error TellorAggregator_NoReport(bytes32 queryId);
    /// @notice Thrown when a report is not one word.
    error TellorAggregator_BadReport(uint256 length);
    /// @notice Thrown when a report does not fit a signed number.
    error TellorAggregator_TooLarge(uint256 value);
    /// @notice Thrown when Tellor gives a report younger than asked for.
    error TellorAggregator_TooYoung(uint256 latest, uint256 actual);
}
