// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {SectorRange} from "../../../../contracts/loans/interfaces/ISectorConditions.sol";
import {SectorSampling} from "../../../../contracts/loans/libraries/SectorSampling.sol";

/// @title Sectors drawn by lot
contract SectorSamplingTest is Test {
    function at(SectorRange[] calldata ranges, uint256 position) external pure returns (uint64) {
        return SectorSampling.at(ranges, position);
    }

    function testFuzz_draw_distinctAndInRange(bytes32 seed, uint256 total, uint256 count) public pure {
        total = bound(total, 1, 1 << 32);
        count = bound(count, 0, 8);
        uint256[] memory drawn = SectorSampling.draw(seed, total, count);
        assertEq(drawn.length, count < total ? count : total);
        for (uint256 i; i < drawn.length; ++i) {
            assertLt(drawn[i], total);
            for (uint256 j; j < i; ++j) assertTrue(drawn[i] != drawn[j], "distinct");
        }
    }

    function test_draw_allWhenThereAreNoMore() public pure {
        uint256[] memory drawn = SectorSampling.draw("seed", 5, 8);
        uint256 sum;
        for (uint256 i; i < drawn.length; ++i) sum += 1 << drawn[i];
        assertEq(drawn.length, 5);
        assertEq(sum, 31, "each once");
    }

    /// @dev 20 cells, 4 of them drawn in each of 3,000 seeds. Each is drawn 600 times on average. Drawing without replacement, the
    /// statistic sum (n - 600)^2 / 600 is (1 - 4/20) x 20/19 times a chi-square of 19 degrees of freedom, whose 1 in a million
    /// point is 63.4: 53.4.
    function test_draw_everyPositionAsLikely() public pure {
        uint256[20] memory hits;
        for (uint256 s; s < 3_000; ++s) {
            uint256[] memory drawn = SectorSampling.draw(keccak256(abi.encode("uniform", s)), 20, 4);
            for (uint256 i; i < 4; ++i) ++hits[drawn[i]];
        }
        uint256 squares;
        for (uint256 i; i < 20; ++i) {
            uint256 off = hits[i] > 600 ? hits[i] - 600 : 600 - hits[i];
            squares += off * off;
        }
        assertLt(squares, 53 * 600);
        assertGt(squares, 3 * 600, "and not more even than chance: 1 in a million below 3.0");
    }

    /// @dev Sets, not only positions: all 15 pairs out of 6, 4,000 seeds, 14 degrees of freedom, 1 in a million: 54.4.
    function test_draw_everySetAsLikely() public pure {
        uint256[64] memory hits;
        for (uint256 s; s < 4_000; ++s) {
            uint256[] memory drawn = SectorSampling.draw(keccak256(abi.encode("sets", s)), 6, 2);
            ++hits[(1 << drawn[0]) | (1 << drawn[1])];
        }
        uint256 mean = uint256(4_000e6) / 15;
        uint256 squares;
        uint256 sets;
        for (uint256 set; set < 64; ++set) {
            if (hits[set] == 0) continue;
            ++sets;
            uint256 off = hits[set] * 1e6 > mean ? hits[set] * 1e6 - mean : mean - hits[set] * 1e6;
            squares += (off * off) / mean;
        }
        assertEq(sets, 15);
        assertLt(squares, 54.4e6);
    }

    function test_at_countsThroughTheRanges() public view {
        SectorRange[] memory ranges = new SectorRange[](3);
        ranges[0] = SectorRange(7, 2);
        ranges[1] = SectorRange(9, 1);
        ranges[2] = SectorRange(uint64(type(int64).max) - 1, 2);
        uint64[5] memory expected = [uint64(7), 8, 9, uint64(type(int64).max) - 1, uint64(type(int64).max)];
        for (uint256 i; i < 5; ++i) assertEq(this.at(ranges, i), expected[i]);
    }
}
