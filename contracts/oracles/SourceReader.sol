// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {GuardedRead, MAX_WORDS} from "./GuardedRead.sol";
import {AggregatorV3Interface} from "./interfaces/AggregatorV3Interface.sol";
import {Source} from "./interfaces/IPriceFeed.sol";

/// @notice A source in two words, which a contract can keep as immutables.
struct PackedSource {
    uint256 origin; // aggregator 160, maxAge 32, decimals 8, readGas 56
    uint256 bounds; // minAnswer 128, maxAnswer 128
}

/// @title Reads a source and judges its answer
library SourceReader {
    uint256 private constant ROUND_ID = 0;
    uint256 private constant ANSWER = 1;
    uint256 private constant UPDATED_AT = 3;
    uint256 private constant ANSWERED_IN_ROUND = 4;

    /// @notice Packs a source.
    /// @param decimals of its answers, from now on for ever
    function pack(Source memory source, uint8 decimals) internal pure returns (PackedSource memory packed) {
        packed.origin =
            uint256(uint160(address(source.aggregator))) |
            (uint256(source.maxAge) << 160) |
            (uint256(decimals) << 192) |
            (uint256(source.readGas) << 200);
        packed.bounds = uint256(source.minAnswer) | (uint256(source.maxAnswer) << 128);
    }

    /// @notice Whether there is a source.
    function exists(PackedSource memory packed) internal pure returns (bool) {
        return packed.origin != 0;
    }

    /// @notice Decimals frozen by `pack`.
    function decimalsOf(PackedSource memory packed) internal pure returns (uint256) {
        return uint8(packed.origin >> 192);
    }

    /// @notice The answer, however late, if nothing else is wrong with it.
    /// @return answer 0 when there is none [the source's decimals]
    /// @return freshUntil last second in which it is not late, 0 when there is none [seconds]
    function tryRead(PackedSource memory packed) internal view returns (uint256 answer, uint256 freshUntil) {
        address target = address(uint160(packed.origin));
        uint256 readGas = packed.origin >> 200;
        (bool ok, uint256[MAX_WORDS] memory round) = GuardedRead.tryRead(
            target,
            readGas,
            AggregatorV3Interface.latestRoundData.selector,
            5
        );
        if (!ok || !_sound(packed.bounds, round)) return (0, 0);
        uint256[MAX_WORDS] memory decimals;
        (ok, decimals) = GuardedRead.tryRead(target, readGas, AggregatorV3Interface.decimals.selector, 1);
        if (!ok || decimals[0] != decimalsOf(packed)) return (0, 0);
        return (round[ANSWER], round[UPDATED_AT] + uint32(packed.origin >> 160));
    }

    /// @dev A negative answer, read as unsigned, is above every bound. Chainlink aggregators stop at bounds of their own
    /// instead of following the market beyond (LUNA, 2022); the source's bounds lie inside those, so an answer at one of
    /// them is no price.
    function _sound(uint256 bounds, uint256[MAX_WORDS] memory round) private view returns (bool) {
        uint256 updatedAt = round[UPDATED_AT];
        return
            round[ANSWER] > uint128(bounds) &&
            round[ANSWER] < bounds >> 128 &&
            updatedAt != 0 &&
            updatedAt <= block.timestamp &&
            round[ROUND_ID] != 0 &&
            round[ANSWERED_IN_ROUND] >= round[ROUND_ID];
    }
}
