// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {BookTest} from "./BookTest.sol";

/// @notice Money that comes and goes within one epoch must not leave its mark on the rate.
contract RateManipulationTest is BookTest {
    function setUp() public override {
        super.setUp();
        provenLoan(1_000 ether);
        vault.accrue();
    }

    function test_L15_flashDepositLeavesTheRate() public {
        uint256 snapshot = vm.snapshotState();
        advanceEpochs(DAY);
        vault.accrue();
        PoolState memory honest = vault.poolState();
        vm.revertToState(snapshot);

        advanceEpochs(DAY);
        uint256 shares = depositFil(keeper, 1_000_000 ether);
        vault.accrue();
        assertLt(vault.poolState().ratePerEpochRay, honest.ratePerEpochRay, "as long as the money is there");
        vm.prank(keeper);
        vault.redeemFil(shares, keeper, keeper);

        PoolState memory after_ = vault.poolState();
        assertApproxEqRel(after_.ratePerEpochRay, honest.ratePerEpochRay, 1e9);
        assertEq(after_.rateAtTargetRay, honest.rateAtTargetRay, "the target drifted under what was there");
    }

    function test_L15_flashExitLeavesTheRate() public {
        depositFil(keeper, 5_000 ether);
        advanceEpochs(DAY);
        vault.accrue();
        uint256 rate = vault.poolState().ratePerEpochRay;
        uint256 shares = vault.balanceOf(keeper);
        vm.prank(keeper);
        vault.redeemFil(shares, keeper, keeper);
        vault.accrue();
        assertGt(vault.poolState().ratePerEpochRay, rate);
        uint256 back = keeper.balance;
        vm.prank(keeper);
        vault.depositFil{value: back}(keeper);
        assertApproxEqRel(vault.poolState().ratePerEpochRay, rate, 1e9);
    }

    function test_smallMovesLeaveTheRateToTheNextQuote() public {
        advanceEpochs(1); // in an epoch of its own, in which nobody has quoted yet
        PoolState memory before = vault.poolState();
        depositFil(keeper, before.totalAssets / 100 - 1);
        assertEq(vault.poolState().ratePerEpochRay, before.ratePerEpochRay);
        vault.accrue();
        advanceEpochs(1);
        vault.accrue();
        assertLt(vault.poolState().ratePerEpochRay, before.ratePerEpochRay);
    }
}
