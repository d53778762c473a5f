// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR, RAY, WAD} from "../../../contracts/libraries/Units.sol";

contract UnitsTest is Test {
    uint256 private constant SECONDS_PER_EPOCH = 30;

    function test_EpochsPerDay_fillADay() public pure {
        assertEq(EPOCHS_PER_DAY * SECONDS_PER_EPOCH, 1 days);
    }

    function test_EpochsPerYear_fillAYear() public pure {
        assertEq(EPOCHS_PER_YEAR * SECONDS_PER_EPOCH, 365 days);
    }

    function test_Ray_isNineDigitsFinerThanWad() public pure {
        assertEq(RAY, WAD * 1e9);
    }
}
