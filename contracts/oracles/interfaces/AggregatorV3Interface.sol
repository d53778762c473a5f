// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title A price aggregator as Chainlink publishes it
/// @notice The one interface by which `PriceFeed` knows its sources. Sources that speak another are adapted to it.
// solhint-disable-next-line interface-starts-with-i
interface AggregatorV3Interface {
    /// @notice Decimals of the answers.
    function decimals() external view returns (uint8);

    /// @notice What is priced, in what.
    function description() external view returns (string memory);

    /// @notice Version of the aggregator.
    function version() external view returns (uint256);

    /// @notice The latest answer.
    /// @return roundId the round of the answer
    /// @return answer [`decimals`]
    /// @return startedAt when the round began [seconds]
    /// @return updatedAt when the answer was made [seconds]
    /// @return answeredInRound the round in which the answer was made; less than `roundId` when it was carried over
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
