// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EPOCHS_PER_DAY} from "./Units.sol";

/// @dev How long a weight takes to fall: nobody's loan goes bad at once because the rules changed (assurance L-21) [epoch].
uint256 constant WEIGHT_RAMP_EPOCHS = 30 * EPOCHS_PER_DAY;

/// @title Weights that fall slowly
library WeightRamp {
    /// @notice A weight on its way from `before` to `target`, linear in time; never rises.
    /// @param start first epoch in which it begins to fall [epoch]
    /// @param end epoch from which on it is the target [epoch]
    /// @return [wad], rounded down
    function rampDown(
        uint256 before,
        uint256 target,
        uint256 start,
        uint256 end,
        uint256 epoch
    ) internal pure returns (uint256) {
        if (epoch >= end || before <= target) return target;
        return target + ((before - target) * (end - epoch)) / (end - start);
    }
}
