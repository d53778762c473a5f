// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EPOCHS_PER_YEAR, RAY, WAD} from "../libraries/Units.sol";
import {RateCurve} from "./RateCurve.sol";
import {CurveValues, IRateModel, RateModelParams} from "./interfaces/IRateModel.sol";

/// @title RateModel
/// @notice See `IRateModel`. A curve whose parameters have been checked, and the place to ask for a quote. The pool charges by the same
/// code: it copies the curve out of this contract when it is built.
contract RateModel is RateCurve, IRateModel {
    uint256 private constant MIN_TARGET_UTILISATION_WAD = 0.5e18;
    uint256 private constant MAX_TARGET_UTILISATION_WAD = 0.98e18;
    uint256 private constant MIN_STEEPNESS_WAD = 1e18;
    uint256 private constant MAX_STEEPNESS_WAD = 4e18;
    uint256 private constant MIN_RATE_PER_YEAR_WAD = 0.001e18;
    /// @dev With the steepest curve 400 % a year: 3.8e21 ray per epoch, and the pool keeps 72 bits, 4.7e21.
    uint256 private constant MAX_RATE_PER_YEAR_WAD = 1e18;
    /// @dev At the largest error e^30 a year, 8.6 % a day.
    uint256 private constant MAX_SPEED_PER_YEAR_WAD = 30e18;

    constructor(RateModelParams memory p) RateCurve(_checked(p)) {}

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

    /// @inheritdoc IRateModel
    function bounds() external view returns (uint256 initialRay, uint256 minimumRay, uint256 maximumRay) {
        CurveValues memory values = _curveValues();
        return (values.initialRateRay, values.minRateRay, values.maxRateRay);
    }

    /// @inheritdoc IRateModel
    function curve() external view returns (CurveValues memory) {
        return _curveValues();
    }

    function _checked(RateModelParams memory p) private pure returns (CurveValues memory) {
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
        return
            CurveValues({
                targetUtilisationWad: p.targetUtilisationWad,
                steepnessWad: p.steepnessWad,
                initialRateRay: _perEpochRay(p.initialRatePerYearWad),
                minRateRay: _perEpochRay(p.minRatePerYearWad),
                maxRateRay: _perEpochRay(p.maxRatePerYearWad),
                speedRay: _perEpochRay(p.speedPerYearWad)
            });
    }

    function _perEpochRay(uint256 perYearWad) private pure returns (uint256) {
        return (perYearWad * (RAY / WAD)) / EPOCHS_PER_YEAR;
    }

    function _requireBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual) private pure {
        if (actual < lower || actual > upper) revert RateModel_OutOfBounds(parameter, lower, upper, actual);
    }
}
