// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "../../oracles/interfaces/AggregatorV3Interface.sol";
import {IFuturesIndex, Observation} from "./IFuturesIndex.sol";

/// @notice A feed and what is demanded of its answers.
struct IndexTerms {
    AggregatorV3Interface feed;
    uint32 maxAge; // an older answer is late [seconds]
    uint8 decimals; // of the feed's answers, for ever
    uint56 readGas; // what one read may burn, in the gas of the chain at hand
    uint80 minAnswer; // an answer must be above it [the feed's decimals]
    uint80 maxAnswer; // an answer must be below it [the feed's decimals]
    uint80 answerPerTick; // [the feed's decimals]
    uint32 maxMoveBpsPerDay; // most by which the index moves, of its last answer and in proportion to time [bps]
}

/// @title The register of indices
/// @notice Indices are registered by the RISK role and never changed or removed.
interface IFuturesIndexRegistry is IFuturesIndex {
    /// @notice Emitted when an index is registered; its first observation follows.
    event IndexRegistered(uint32 indexed indexId, address indexed feed, IndexTerms terms);
    /// @notice Emitted for every observation.
    /// @param raw what the feed answered [the feed's decimals]
    /// @param answer what counts: the same, unless it moved too far [the feed's decimals]
    event Observed(uint32 indexed indexId, uint256 raw, uint256 answer);

    /// @notice Thrown for an index that is not registered.
    error FuturesIndex_Unknown(uint32 indexId);
    /// @notice Thrown when a term of a new index lies outside its bounds.
    error FuturesIndex_OutOfBounds(bytes32 parameter, uint256 minimum, uint256 maximum, uint256 actual);
    /// @notice Thrown when the feed of a new index gives no valid answer: none in time, none between the bounds, or with other
    /// decimals than those of the terms.
    error FuturesIndex_NoValidAnswer(address feed);
    /// @notice Thrown when the feed of a new index shows something else than was expected when it was chosen.
    error FuturesIndex_UnexpectedAnswer(address feed, uint256 expected, uint256 actual);
    /// @notice Thrown when a span of time is empty or runs backwards.
    error FuturesIndex_BadSpan(uint32 from, uint32 to);
    /// @notice Thrown when an epoch is asked for that is not over or present.
    error FuturesIndex_FutureEpoch(uint256 present, uint32 asked);
    /// @notice Thrown for an observation that was never made, or that the ring has dropped.
    error FuturesIndex_NotKept(uint32 oldest, uint32 newest, uint32 asked);

    /// @notice Registers an index and makes its first observation. RISK.
    /// @dev Reverts with `FuturesIndex_OutOfBounds`, `FuturesIndex_NoValidAnswer` or `FuturesIndex_UnexpectedAnswer`.
    /// @param terms see `IndexTerms`
    /// @param expected what the feed should about show when the call is executed, to a fifth [the feed's decimals]
    /// @return indexId counted from 1
    function register(IndexTerms calldata terms, uint80 expected) external returns (uint32 indexId);

    /// @notice Number of registered indices; their ids are 1 to this.
    function count() external view returns (uint32);

    /// @notice The terms of an index.
    /// @param indexId of a registered index
    function termsOf(uint32 indexId) external view returns (IndexTerms memory);

    /// @notice Number of observations so far, dropped ones included.
    /// @param indexId of a registered index
    function observationsOf(uint32 indexId) external view returns (uint32);

    /// @notice One of the last 2,048 observations.
    /// @param indexId of a registered index
    /// @param number counted from 0, the first ever made
    function observationAt(uint32 indexId, uint32 number) external view returns (Observation memory);
}
