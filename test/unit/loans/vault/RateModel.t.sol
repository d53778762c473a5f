// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR, RAY, WAD} from "../../../../contracts/libraries/Units.sol";
import {RateModel} from "../../../../contracts/loans/RateModel.sol";
import {IRateModel, RateModelParams} from "../../../../contracts/loans/interfaces/IRateModel.sol";

contract RateModelTest is Test {
    uint256 private constant TARGET = 0.9e18;
    uint256 private constant INITIAL = uint256(0.12e27) / EPOCHS_PER_YEAR;
    uint256 private constant MINIMUM = uint256(0.01e27) / EPOCHS_PER_YEAR;
    uint256 private constant MAXIMUM = uint256(0.6e27) / EPOCHS_PER_YEAR;
    uint256 private constant SPEED = uint256(30e27) / EPOCHS_PER_YEAR;

    RateModel private model;

    function setUp() public {
        model = new RateModel(_params());
    }

    function _params() private pure returns (RateModelParams memory) {
        return
            RateModelParams({
                targetUtilisationWad: TARGET,
                steepnessWad: 2.5e18,
                initialRatePerYearWad: 0.12e18,
                minRatePerYearWad: 0.01e18,
                maxRatePerYearWad: 0.6e18,
                speedPerYearWad: 30e18
            });
    }

    function _rate(uint256 utilisation) private view returns (uint256 rate) {
        (rate, ) = model.quote(utilisation, INITIAL, 0);
    }

    // ---------------------------------------------------------------- the curve

    function test_bounds() public view {
        (uint256 initial, uint256 minimum, uint256 maximum) = model.bounds();
        assertEq(initial, INITIAL);
        assertEq(minimum, MINIMUM);
        assertEq(maximum, MAXIMUM);
    }

    function test_quote_firstCallStartsAtTheInitialRate() public view {
        (uint256 rate, uint256 target) = model.quote(TARGET, 0, 1_000_000);
        assertEq(rate, INITIAL);
        assertEq(target, INITIAL, "no drift before there was a rate");
        (, target) = model.quote(WAD, 0, 1_000_000);
        assertEq(target, INITIAL);
    }

    function test_requote_driftsByWhatWasAndChargesByWhatIs() public view {
        (uint256 rate, uint256 target) = model.requote(WAD, TARGET / 2, INITIAL, EPOCHS_PER_DAY);
        (, uint256 drifted) = model.quote(WAD, INITIAL, EPOCHS_PER_DAY);
        assertEq(target, drifted);
        assertGt(target, INITIAL);
        (uint256 charged, ) = model.quote(TARGET / 2, drifted, 0);
        assertEq(rate, charged);
        assertLt(rate, target, "below the target");
    }

    function test_quote_atTheTargetIsTheRateAtTarget() public view {
        assertEq(_rate(TARGET), INITIAL);
    }

    function test_quote_atFullUseIsSteepnessTimes() public view {
        assertEq(_rate(WAD), Math.ceilDiv(INITIAL * 5, 2));
        assertEq(_rate(type(uint256).max), _rate(WAD), "more than all is all");
    }

    function test_quote_atNoUseIsSteepnessBelow() public view {
        assertEq(_rate(0), Math.ceilDiv(INITIAL * 2, 5));
    }

    function test_quote_isLinearOnBothSides() public view {
        assertEq(_rate(0.45e18), Math.ceilDiv(INITIAL * 7, 10), "half way to none: 1 - 0.6 / 2");
        assertEq(_rate(0.95e18), Math.ceilDiv(INITIAL * 7, 4), "half way to full: 1 + 1.5 / 2");
    }

    function test_quote_roundsUp() public view {
        uint256 u = 0.9e18 + 7;
        uint256 e = Math.ceilDiv(7 * WAD, 0.1e18);
        uint256 curve = WAD + Math.ceilDiv(1.5e18 * e, WAD);
        assertGt((INITIAL * curve) % WAD, 0, "even");
        assertEq(_rate(u), (INITIAL * curve) / WAD + 1);
        u = 0.9e18 - 7;
        e = (7 * WAD) / TARGET;
        curve = WAD - (0.6e18 * e) / WAD;
        assertGt((INITIAL * curve) % WAD, 0, "even");
        assertEq(_rate(u), (INITIAL * curve) / WAD + 1);
    }

    function testFuzz_quote_growsWithUtilisation(uint256 a, uint256 b, uint256 target) public view {
        a = _bound(a, 0, WAD);
        b = _bound(b, a, WAD);
        target = _bound(target, 0, type(uint128).max);
        (uint256 low, ) = model.quote(a, target, 0);
        (uint256 high, ) = model.quote(b, target, 0);
        assertLe(low, high);
    }

    // ---------------------------------------------------------------- the drift

    /// e^x by three terms.
    function _growth(uint256 x) private pure returns (uint256) {
        uint256 x2 = Math.mulDiv(x, x, 2 * RAY);
        return RAY + x + x2 + Math.mulDiv(x2, x, 3 * RAY);
    }

    function test_drift_upAtFullUse() public view {
        (, uint256 target) = model.quote(WAD, INITIAL, 1_000);
        assertEq(target, Math.mulDiv(INITIAL, _growth(SPEED * 1_000), RAY, Math.Rounding.Ceil));
    }

    function test_drift_downAtNoUse() public view {
        (, uint256 target) = model.quote(0, INITIAL, 1_000);
        assertEq(target, Math.mulDiv(INITIAL, RAY, _growth(SPEED * 1_000), Math.Rounding.Ceil));
    }

    function test_drift_isInProportionToTheError() public view {
        (, uint256 target) = model.quote(0.95e18, INITIAL, 1_000);
        assertEq(target, Math.mulDiv(INITIAL, _growth((SPEED * 1_000) / 2), RAY, Math.Rounding.Ceil));
    }

    function test_drift_restsAtTheTarget() public view {
        (, uint256 target) = model.quote(TARGET, INITIAL, EPOCHS_PER_DAY);
        assertEq(target, INITIAL);
    }

    function test_drift_countsADayAtMost() public view {
        (uint256 rate, uint256 target) = model.quote(WAD, INITIAL, EPOCHS_PER_DAY);
        (, uint256 shorter) = model.quote(WAD, INITIAL, EPOCHS_PER_DAY - 1);
        (uint256 laterRate, uint256 later) = model.quote(WAD, INITIAL, type(uint256).max);
        assertLt(shorter, target, "not yet");
        assertEq(later, target, "one day");
        assertEq(laterRate, rate);
        assertLt(target, (INITIAL * 1_086) / 1_000, "8.6 %");
        assertGt(target, (INITIAL * 1_085) / 1_000, "8.5 %");
    }

    function test_drift_endsAtTheBounds() public view {
        uint256 target = INITIAL;
        for (uint256 i = 0; i < 100; ++i) (, target) = model.quote(WAD, target, EPOCHS_PER_DAY);
        assertEq(target, MAXIMUM);
        for (uint256 i = 0; i < 100; ++i) (, target) = model.quote(0, target, EPOCHS_PER_DAY);
        assertEq(target, MINIMUM);
    }

    function test_drift_takesForeignRatesIntoTheBounds() public view {
        (, uint256 target) = model.quote(TARGET, type(uint256).max, 0);
        assertEq(target, MAXIMUM);
        (, target) = model.quote(TARGET, 1, 0);
        assertEq(target, MINIMUM);
    }

    function testFuzz_quote_neverRevertsAndStaysBounded(uint256 u, uint256 target, uint256 elapsed) public view {
        (uint256 rate, uint256 next) = model.quote(u, target, elapsed);
        assertLe(next, MAXIMUM);
        assertGe(next, MINIMUM);
        assertLe(rate, Math.ceilDiv(MAXIMUM * 5, 2));
        assertGe(rate, (MINIMUM * 2) / 5);
        assertLe(rate, type(uint72).max);
    }

    /// The widest parameters that the constructor takes.
    function testFuzz_quote_widestModelStaysBounded(uint256 u, uint256 target, uint256 elapsed) public {
        RateModelParams memory p = _params();
        p.targetUtilisationWad = 0.98e18;
        p.steepnessWad = 4e18;
        p.maxRatePerYearWad = 1e18;
        p.minRatePerYearWad = 0.001e18;
        (uint256 rate, ) = new RateModel(p).quote(u, target, elapsed);
        assertLe(rate, type(uint72).max);
    }

    function test_steepnessOneIsFlat() public {
        RateModelParams memory p = _params();
        p.steepnessWad = 1e18;
        p.speedPerYearWad = 0;
        RateModel flat = new RateModel(p);
        for (uint256 u = 0; u <= WAD; u += 0.1e18) {
            (uint256 rate, uint256 target) = flat.quote(u, INITIAL, 1_000);
            assertEq(rate, INITIAL);
            assertEq(target, INITIAL);
        }
    }

    // ---------------------------------------------------------------- parameters

    function _expectOutOfBounds(
        RateModelParams memory p,
        bytes32 name,
        uint256 lower,
        uint256 upper,
        uint256 actual
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IRateModel.RateModel_OutOfBounds.selector, name, lower, upper, actual));
        new RateModel(p);
    }

    function test_RevertWhen_targetUtilisationIsOutOfBounds() public {
        RateModelParams memory p = _params();
        p.targetUtilisationWad = 0.5e18 - 1;
        _expectOutOfBounds(p, "targetUtilisationWad", 0.5e18, 0.98e18, 0.5e18 - 1);
        p.targetUtilisationWad = 0.98e18 + 1;
        _expectOutOfBounds(p, "targetUtilisationWad", 0.5e18, 0.98e18, 0.98e18 + 1);
    }

    function test_RevertWhen_steepnessIsOutOfBounds() public {
        RateModelParams memory p = _params();
        p.steepnessWad = 1e18 - 1;
        _expectOutOfBounds(p, "steepnessWad", 1e18, 4e18, 1e18 - 1);
        p.steepnessWad = 4e18 + 1;
        _expectOutOfBounds(p, "steepnessWad", 1e18, 4e18, 4e18 + 1);
    }

    function test_RevertWhen_ratesAreOutOfBounds() public {
        RateModelParams memory p = _params();
        p.minRatePerYearWad = 0.001e18 - 1;
        _expectOutOfBounds(p, "minRatePerYearWad", 0.001e18, 1e18, 0.001e18 - 1);
        p.minRatePerYearWad = 1e18 + 1;
        _expectOutOfBounds(p, "minRatePerYearWad", 0.001e18, 1e18, 1e18 + 1);
        p = _params();
        p.maxRatePerYearWad = 0.01e18 - 1;
        _expectOutOfBounds(p, "maxRatePerYearWad", 0.01e18, 1e18, 0.01e18 - 1);
        p.maxRatePerYearWad = 1e18 + 1;
        _expectOutOfBounds(p, "maxRatePerYearWad", 0.01e18, 1e18, 1e18 + 1);
        p = _params();
        p.initialRatePerYearWad = 0.01e18 - 1;
        _expectOutOfBounds(p, "initialRatePerYearWad", 0.01e18, 0.6e18, 0.01e18 - 1);
        p.initialRatePerYearWad = 0.6e18 + 1;
        _expectOutOfBounds(p, "initialRatePerYearWad", 0.01e18, 0.6e18, 0.6e18 + 1);
    }

    function test_RevertWhen_speedIsOutOfBounds() public {
        RateModelParams memory p = _params();
        p.speedPerYearWad = 30e18 + 1;
        _expectOutOfBounds(p, "speedPerYearWad", 0, 30e18, 30e18 + 1);
    }
}
