// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "./AggregatorV3Interface.sol";

/// @notice One source of a price and what is demanded of its answers. A source without an aggregator is none.
struct Source {
    AggregatorV3Interface aggregator;
    uint32 maxAge; // an older answer is late [seconds]
    uint56 readGas; // what one read may burn, in the gas of the chain at hand
    uint128 minAnswer; // an answer must be above it [the source's decimals]
    uint128 maxAnswer; // an answer must be below it [the source's decimals]
}

/// @title Price of a token in FIL
/// @notice What posted collateral asks for prices. Never reverts because of a source, whatever that does.
interface IPriceFeed {
    /// @notice Thrown when a source is configured outside the bounds.
    error PriceFeed_BadSource(uint256 index, Source source);
    /// @notice Thrown when the two sources of an asset may differ by nothing, or by more than the bound.
    error PriceFeed_BadDeviation(uint256 maximumWad, uint256 actualWad);

    /// @notice The price now. Anyone.
    /// @dev Runs out of gas, rather than answer, when the caller gave less than the sources may need.
    /// @return ok whether every source that the price rests on answered, and none of the answers is late
    /// @return price of a whole token, 0 when there is no valid one, not even a late one [attoFIL], rounded down
    /// @return freshUntil last second in which the price is not late; 0 without a price [seconds]
    function tryRead() external view returns (bool ok, uint256 price, uint256 freshUntil);
}
