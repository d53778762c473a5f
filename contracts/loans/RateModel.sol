// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {InterestMath} from "../libraries/InterestMath.sol";
import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR, RAY, WAD} from "../libraries/Units.sol";
import {IRateModel, RateModelParams} from "./interfaces/IRateModel.sol";

/// @title RateModel
/// @notice See `IRateModel`. With error e = (u - u*) / (1 - u*) above the target u*, (u - u*) / u* below:
/// - rateAtTarget grows by exp(speed x e x elapsed), in [minimum, maximum];
/// - rate = rateAtTarget x (1 + (steepness - 1) x e) above, x (1 + (1 - 1 / steepness) x e) below, so that it is
///   rateAtTarget x steepness at full use and rateAtTarget / steepness when nothing is lent.
/// @dev The curve is that of adaptive rate models for isolated lending markets; the arithmetic is this project's.
/// One step counts at most a day. Utilisation is seen only when somebody acts, and one who picks the moment, or moves
/// money for a moment, must not drag weeks of drift behind it.
contract RateModel is IRateModel {
    /// @dev Elapsed time that one quote counts at most [epoch].
    uint256 private constant MAX_STEP = EPOCHS_PER_DAY;

    uint256 private constant MIN_TARGET_UTILISATION_WAD = 0.5e18;
    uint256 private constant MAX_TARGET_UTILISATION_WAD = 0.98e18;
    uint256 private constant MIN_STEEPNESS_WAD = 1e18;
    uint256 private constant MAX_STEEPNESS_WAD = 4e18;
    uint256 private constant MIN_RATE_PER_YEAR_WAD = 0.001e18;
    /// @dev With the steepest curve 400 % a year: 3.8e21 ray per epoch, and the pool keeps 72 bits, 4.7e21.
    uint256 private constant MAX_RATE_PER_YEAR_WAD = 1e18;
    /// @dev At the largest error e^30 a year, 8.6 % a day.
    uint256 private constant MAX_SPEED_PER_YEAR_WAD = 30e18;

    uint256 private immutable TARGET_UTILISATION_WAD;
    uint256 private immutable STEEPNESS_WAD;
    uint256 private immutable INVERSE_STEEPNESS_WAD; // 1 / steepness, rounded up [wad]
    uint256 private immutable INITIAL_RATE_RAY; // at the target [ray per epoch]
    uint256 private immutable MIN_RATE_RAY; // at the target [ray per epoch]
    uint256 private immutable MAX_RATE_RAY; // at the target [ray per epoch]
    uint256 private immutable SPEED_RAY; // [ray per epoch]

    constructor(RateModelParams memory p) {
        _requireBounds(
            "targetUtilisationWad",
            MIN_TARGET_UTILISATION_WAD,
            MAX_TARGET_UTILISATION_WAD,
            p.targetUtilisationWad
        );
        _requireBounds("steepnessWad", MIN_STEEPNESS_WAD, MAX_STEEPNESS_WAD, p.steepnessWad);
        _requireBounds("minRatePerYearWad", MIN_RATE_PER_YEAR_WAD, MAX_RATE_PER_YEAR_WAD, p.minRatePerYearWad);
        _requireBounds("maxRatePerYearWad", p.minRatePerYearWad, MAX_RATE_PER_YEAR_WAD, p.maxRatePerYearWad);
        _requireBounds("initialRatePerYearWad", p.minRatePerYearWad, p.maxRatePerYearWad, p.initialRatePerYearWad);
        _requireBounds("speedPerYearWad", 0, MAX_SPEED_PER_YEAR_WAD, p.speedPerYearWad);
        TARGET_UTILISATION_WAD = p.targetUtilisationWad;
        STEEPNESS_WAD = p.steepnessWad;
        INVERSE_STEEPNESS_WAD = Math.ceilDiv(WAD * WAD, p.steepnessWad);
        INITIAL_RATE_RAY = _perEpochRay(p.initialRatePerYearWad);
        MIN_RATE_RAY = _perEpochRay(p.minRatePerYearWad);
        MAX_RATE_RAY = _perEpochRay(p.maxRatePerYearWad);
        SPEED_RAY = _perEpochRay(p.speedPerYearWad);
    }

    /// @inheritdoc IRateModel
    function quote(
        uint256 utilisationWad,
        uint256 rateAtTargetRay,
        uint256 elapsed
    ) external view returns (uint256 ratePerEpochRay, uint256 newRateAtTargetRay) {
        return _requote(utilisationWad, utilisationWad, rateAtTargetRay, elapsed);
    }

    /// @inheritdoc IRateModel
    function requote(
        uint256 lastUtilisationWad,
        uint256 utilisationWad,
        uint256 rateAtTargetRay,
        uint256 elapsed
    ) external view returns (uint256 ratePerEpochRay, uint256 newRateAtTargetRay) {
        return _requote(lastUtilisationWad, utilisationWad, rateAtTargetRay, elapsed);
    }

    function _requote(
        uint256 lastUtilisationWad,
        uint256 utilisationWad,
        uint256 rateAtTargetRay,
        uint256 elapsed
    ) private view returns (uint256 ratePerEpochRay, uint256 newRateAtTargetRay) {
        newRateAtTargetRay = INITIAL_RATE_RAY;
        if (rateAtTargetRay != 0) {
            (bool wasAbove, uint256 lastErrorWad) = _error(lastUtilisationWad);
            newRateAtTargetRay = _drift(rateAtTargetRay, wasAbove, lastErrorWad, elapsed);
        }
        (bool above, uint256 errorWad) = _error(utilisationWad);
        ratePerEpochRay = Math.ceilDiv(newRateAtTargetRay * _curveWad(above, errorWad), WAD);
    }

    /// @inheritdoc IRateModel
    function bounds() external view returns (uint256 initialRay, uint256 minimumRay, uint256 maximumRay) {
        return (INITIAL_RATE_RAY, MIN_RATE_RAY, MAX_RATE_RAY);
    }

    /// Distance from the target, as a share of the way to full use or to none [wad].
    function _error(uint256 utilisationWad) private view returns (bool above, uint256 errorWad) {
        uint256 u = Math.min(utilisationWad, WAD);
        above = u > TARGET_UTILISATION_WAD;
        errorWad =
            above
                ? Math.ceilDiv((u - TARGET_UTILISATION_WAD) * WAD, WAD - TARGET_UTILISATION_WAD)
                : ((TARGET_UTILISATION_WAD - u) * WAD) / TARGET_UTILISATION_WAD;
    }

    /// What the rate at target is multiplied by, rounded up [wad].
    function _curveWad(bool above, uint256 errorWad) private view returns (uint256) {
        if (above) return WAD + Math.ceilDiv((STEEPNESS_WAD - WAD) * errorWad, WAD);
        return WAD - ((WAD - INVERSE_STEEPNESS_WAD) * errorWad) / WAD;
    }

    /// The exponent is at most 30 x 1 / 365, where the series is short of e^x by 2e-6 of it.
    function _drift(uint256 rateRay, bool above, uint256 errorWad, uint256 elapsed) private view returns (uint256) {
        uint256 bounded = Math.min(Math.max(rateRay, MIN_RATE_RAY), MAX_RATE_RAY);
        uint256 exponentRay = (SPEED_RAY * errorWad * Math.min(elapsed, MAX_STEP)) / WAD;
        uint256 growthRay = RAY + InterestMath.expMinusOneDown(exponentRay);
        uint256 drifted = above ? Math.ceilDiv(bounded * growthRay, RAY) : Math.ceilDiv(bounded * RAY, growthRay);
        return Math.min(Math.max(drifted, MIN_RATE_RAY), MAX_RATE_RAY);
    }

    function _perEpochRay(uint256 perYearWad) private pure returns (uint256) {
        return (perYearWad * (RAY / WAD)) / EPOCHS_PER_YEAR;
    }

    function _requireBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual) private pure {
        if (actual < lower || actual > upper) revert RateModel_OutOfBounds(parameter, lower, upper, actual);
    }
}
