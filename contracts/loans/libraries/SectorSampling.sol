// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SectorRange} from "../interfaces/ISectorConditions.sol";

/// @title Draws sectors by lot
/// @notice Every set of `count` sectors out of all named is as likely as every other (Floyd's sampling: Bentley and Floyd, "A sample of
/// brilliance", CACM 30:9, 1987): distinct, with as many hashes as there are sectors to draw.
library SectorSampling {
    /// @notice Draws `min(count, total)` distinct numbers below `total`.
    /// @dev A hash of 256 bits modulo at most 2^32: no number is likelier than another by more than one part in 2^224.
    function draw(bytes32 seed, uint256 total, uint256 count) internal pure returns (uint256[] memory positions) {
        if (count > total) count = total;
        positions = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            uint256 last = total - count + i;
            uint256 position = uint256(keccak256(abi.encode(seed, i))) % (last + 1);
            positions[i] = _contains(positions, i, position) ? last : position;
        }
    }

    /// @notice The sector at a position, counting through the ranges.
    function at(SectorRange[] calldata ranges, uint256 position) internal pure returns (uint64) {
        uint256 i;
        while (position >= ranges[i].count) {
            position -= ranges[i].count;
            ++i;
        }
        return ranges[i].first + uint64(position); // position < 2^32, and no range passes 2^63
    }

    function _contains(uint256[] memory list, uint256 length, uint256 value) private pure returns (bool) {
        for (uint256 i; i < length; ++i) if (list[i] == value) return true;
        return false;
    }
}
