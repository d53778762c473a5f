// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "./interfaces/AggregatorV3Interface.sol";
import {ITellorAggregator} from "./interfaces/ITellorAggregator.sol";
import {ITellor} from "./interfaces/ITellor.sol";

/// @title A Tellor price as an aggregator
/// @notice Anyone with a stake reports to Tellor, and a false report is disputed, not prevented. So a report counts
/// only when it has stood undisputed for `DISPUTE_DELAY`. Age and bounds are judged by the reader, as with every
/// aggregator; the age allowed must exceed the delay. A round is named by its time.
contract TellorAggregator is ITellorAggregator {
    /// @notice The shortest time in which a false report is likely to be disputed [seconds].
    uint256 public constant MIN_DISPUTE_DELAY = 15 minutes;
    /// @notice A price older than that is of no use [seconds].
    uint256 public constant MAX_DISPUTE_DELAY = 1 days;

    ITellor public immutable TELLOR;
    bytes32 public immutable QUERY_ID;
    /// @notice How long a report must stand before it counts [seconds].
    uint256 public immutable DISPUTE_DELAY;

    /// @param queryId hash of the query data of a SpotPrice query, whose answers have 18 decimals (Tellor data specs)
    /// @param disputeDelay see `DISPUTE_DELAY` [seconds]
    constructor(ITellor tellor, bytes32 queryId, uint256 disputeDelay) {
        if (disputeDelay < MIN_DISPUTE_DELAY || disputeDelay > MAX_DISPUTE_DELAY) {
            revert TellorAggregator_BadDelay(MIN_DISPUTE_DELAY, MAX_DISPUTE_DELAY, disputeDelay);
        }
        TELLOR = tellor;
        QUERY_ID = queryId;
        DISPUTE_DELAY = disputeDelay;
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        uint256 before = block.timestamp - DISPUTE_DELAY;
        (bool found, bytes memory value, uint256 reportedAt) = TELLOR.getDataBefore(QUERY_ID, before);
        if (!found) revert TellorAggregator_NoReport(QUERY_ID);
        if (value.length != 32) revert TellorAggregator_BadReport(value.length);
        if (reportedAt >= before) revert TellorAggregator_TooYoung(before, reportedAt);
        uint256 price = abi.decode(value, (uint256));
        if (price > uint256(type(int256).max)) revert TellorAggregator_TooLarge(price);
        roundId = uint80(reportedAt); // in the past
        return (roundId, int256(price), reportedAt, reportedAt, roundId);
    }

    /// @inheritdoc AggregatorV3Interface
    function decimals() external pure returns (uint8) {
        return 18;
    }

    /// @inheritdoc AggregatorV3Interface
    function description() external pure returns (string memory) {
        return "Tellor";
    }

    /// @inheritdoc AggregatorV3Interface
    function version() external pure returns (uint256) {
        return 1;
    }
}
