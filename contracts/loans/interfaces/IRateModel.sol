// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a rate model is built with; every value has hard bounds.
struct RateModelParams {
    uint256 targetUtilisationWad; // 0.5 to 0.98 [wad]
    uint256 steepnessWad; // rate at full use / rate at target, and rate at target / rate at none; 1 to 4 [wad]
    uint256 initialRatePerYearWad; // at the target, minimum to maximum [wad per year]
    uint256 minRatePerYearWad; // at the target, from 0.001 [wad per year]
    uint256 maxRatePerYearWad; // at the target, up to 1 [wad per year]
    uint256 speedPerYearWad; // exponent of the drift at the largest error, up to 30 [wad per year]
}

/// @notice A rate model's parameters as the formula takes them.
struct CurveValues {
    uint256 targetUtilisationWad; // [wad]
    uint256 steepnessWad; // [wad]
    uint256 initialRateRay; // at the target [ray per epoch]
    uint256 minRateRay; // at the target [ray per epoch]
    uint256 maxRateRay; // at the target [ray per epoch]
    uint256 speedRay; // exponent of the drift at the largest error [ray per epoch]
}

/// @title The floating rate: a kinked curve around a target that drifts
/// @notice At the target utilisation the rate is `rateAtTarget`; the curve is linear on both sides with a steeper slope above.
/// Above the target `rateAtTarget` grows with time, below it falls, at a bounded speed and inside hard bounds, so that the
/// market finds its own level without a vote. Immutable and stateless: the pool keeps `rateAtTarget`, and a copy of the curve in its
/// own code.
interface IRateModel {
    /// @notice Thrown when a parameter is outside its hard bounds.
    error RateModel_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual);

    /// @notice The rate to charge from now on.
    /// @dev Utilisation above 1 is treated as 1. Rounds up, in favour of the pool. Never reverts.
    /// @param utilisationWad borrowed / (borrowed + idle) [wad]
    /// @param rateAtTargetRay the stored rate at target, 0 before the first call [ray per epoch]
    /// @param elapsed epochs since the stored rate was set [epoch]
    /// @return ratePerEpochRay [ray per epoch]
    /// @return newRateAtTargetRay [ray per epoch]
    function quote(
        uint256 utilisationWad,
        uint256 rateAtTargetRay,
        uint256 elapsed
    ) external view returns (uint256 ratePerEpochRay, uint256 newRateAtTargetRay);

    /// @notice As `quote`, where utilisation has just changed: the target has drifted under the utilisation there was, the rate to charge
    /// is that of the utilisation there is.
    /// @param lastUtilisationWad what has been in force for `elapsed` epochs [wad]
    function requote(
        uint256 lastUtilisationWad,
        uint256 utilisationWad,
        uint256 rateAtTargetRay,
        uint256 elapsed
    ) external view returns (uint256 ratePerEpochRay, uint256 newRateAtTargetRay);

    /// @notice Where the rate at target starts and what it is kept within [ray per epoch].
    function bounds() external view returns (uint256 initialRay, uint256 minimumRay, uint256 maximumRay);

    /// @notice The whole curve; a pool that is built with this model charges by a copy of it.
    function curve() external view returns (CurveValues memory);
}
