// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {InterestMath} from "../libraries/InterestMath.sol";
import {EPOCHS_PER_DAY, RAY, WAD} from "../libraries/Units.sol";
import {CurveValues} from "./interfaces/IRateModel.sol";

/// @title RateCurve
/// @notice The floating rate's formula, see `IRateModel`. With error e = (u - u*) / (1 - u*) above the target u*, (u* - u) / u* below:
/// - rateAtTarget grows by exp(speed x e x elapsed), in [minimum, maximum];
/// - rate = rateAtTarget x (1 + (steepness - 1) x e) above, x (1 - (1 - 1 / steepness) x e) below, so that it is
///   rateAtTarget x steepness at full use and rateAtTarget / steepness when nothing is lent.
/// @dev The curve is that of adaptive rate models for isolated lending markets; the arithmetic is this project's.
/// One step counts at most a day. Utilisation is seen only when somebody acts, and one who picks the moment, or moves
/// money for a moment, must not drag weeks of drift behind it.
/// The pool inherits it, so that setting the rate calls nobody; its values come out of a `RateModel`, which has checked their bounds.
abstract contract RateCurve {
    /// @dev Elapsed time that one quote counts at most [epoch].
    uint256 private constant MAX_STEP = EPOCHS_PER_DAY;

    uint256 private immutable TARGET_UTILISATION_WAD;
    uint256 private immutable STEEPNESS_WAD;
    uint256 private immutable INVERSE_STEEPNESS_WAD; // 1 / steepness, rounded up [wad]
    uint256 private immutable INITIAL_RATE_RAY; // at the target [ray per epoch]
    uint256 private immutable MIN_RATE_RAY; // at the target [ray per epoch]
    uint256 private immutable MAX_RATE_RAY; // at the target [ray per epoch]
    uint256 private immutable SPEED_RAY; // [ray per epoch]

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(CurveValues memory values) {
        TARGET_UTILISATION_WAD = values.targetUtilisationWad;
        STEEPNESS_WAD = values.steepnessWad;
        INVERSE_STEEPNESS_WAD = Math.ceilDiv(WAD * WAD, values.steepnessWad);
        INITIAL_RATE_RAY = values.initialRateRay;
        MIN_RATE_RAY = values.minRateRay;
        MAX_RATE_RAY = values.maxRateRay;
        SPEED_RAY = values.speedRay;
    }

    function _curveValues() internal view returns (CurveValues memory) {
        return
            CurveValues({
                targetUtilisationWad: TARGET_UTILISATION_WAD,
                steepnessWad: STEEPNESS_WAD,
                initialRateRay: INITIAL_RATE_RAY,
                minRateRay: MIN_RATE_RAY,
                maxRateRay: MAX_RATE_RAY,
                speedRay: SPEED_RAY
            });
    }

    /// @dev As `IRateModel.requote`.
    function _requote(
        uint256 lastUtilisationWad,
        uint256 utilisationWad,
        uint256 rateAtTargetRay,
        uint256 elapsed
    ) internal view virtual returns (uint256 ratePerEpochRay, uint256 newRateAtTargetRay) {
        newRateAtTargetRay = INITIAL_RATE_RAY;
        if (rateAtTargetRay != 0) {
            (bool wasAbove, uint256 lastErrorWad) = _error(lastUtilisationWad);
            newRateAtTargetRay = _drift(rateAtTargetRay, wasAbove, lastErrorWad, elapsed);
        }
        (bool above, uint256 errorWad) = _error(utilisationWad);
        unchecked {
            ratePerEpochRay = _ceilDiv(newRateAtTargetRay * _curveWad(above, errorWad), WAD);
        }
    }

    // Unchecked below: whatever is asked, utilisation counts at most 1, the rate at target lies within its bounds and time counts at
    // most a day, so that no product passes 2^150, and no difference zero.

    /// Distance from the target, as a share of the way to full use or to none [wad].
    function _error(uint256 utilisationWad) private view returns (bool above, uint256 errorWad) {
        unchecked {
            uint256 target = TARGET_UTILISATION_WAD;
            uint256 u = utilisationWad < WAD ? utilisationWad : WAD;
            above = u > target;
            errorWad = above ? _ceilDiv((u - target) * WAD, WAD - target) : ((target - u) * WAD) / target;
        }
    }

    /// What the rate at target is multiplied by, rounded up [wad].
    function _curveWad(bool above, uint256 errorWad) private view returns (uint256) {
        unchecked {
            if (above) return WAD + _ceilDiv((STEEPNESS_WAD - WAD) * errorWad, WAD);
            return WAD - ((WAD - INVERSE_STEEPNESS_WAD) * errorWad) / WAD;
        }
    }

    /// The exponent is at most 30 x 1 / 365, where the series is short of e^x by 2e-6 of it.
    function _drift(uint256 rateRay, bool above, uint256 errorWad, uint256 elapsed) private view returns (uint256) {
        uint256 bounded = Math.min(Math.max(rateRay, MIN_RATE_RAY), MAX_RATE_RAY);
        if (elapsed == 0) return bounded;
        unchecked {
            uint256 exponentRay = (SPEED_RAY * errorWad * Math.min(elapsed, MAX_STEP)) / WAD;
            uint256 growthRay = RAY + InterestMath.expMinusOneDown(exponentRay);
            uint256 drifted = above ? _ceilDiv(bounded * growthRay, RAY) : _ceilDiv(bounded * RAY, growthRay);
            return Math.min(Math.max(drifted, MIN_RATE_RAY), MAX_RATE_RAY);
        }
    }

    function _ceilDiv(uint256 x, uint256 y) private pure returns (uint256) {
        unchecked {
            return (x + y - 1) / y;
        }
    }
}
