// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The floating rate: a kinked curve around a target that drifts
/// @notice At the target utilisation the rate is `rateAtTarget`; the curve is linear on both sides with a steeper slope above.
/// Above the target `rateAtTarget` grows with time, below it falls, at a bounded speed and inside hard bounds, so that the
/// market finds its own level without a vote. Immutable and stateless: the pool keeps `rateAtTarget`.
interface IRateModel {
    /// @notice The rate to charge from now on.
    /// @dev Utilisation above 1 is treated as 1. Rounds up, in favour of the pool. Never reverts.
    /// @param utilisationWad borrowed / (borrowed + idle) [wad]
    /// @param rateAtTargetRay the stored rate at target, 0 before the first call [ray per epoch]
    /// @param elapsed epochs since the stored rate was set [epoch]
    /// @return ratePerEpochRay [ray per epoch]
    /// @return newRateAtTargetRay [ray per epoch]
    function quote(uint256 utilisationWad, uint256 rateAtTargetRay, uint256 elapsed)
        external
        view
        returns (uint256 ratePerEpochRay, uint256 newRateAtTargetRay);
}
