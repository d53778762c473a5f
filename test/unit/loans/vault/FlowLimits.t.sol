// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";

import {PledgeVault} from "../../../../contracts/loans/PledgeVault.sol";
import {IPledgeVault} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IRedeemQueue} from "../../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {VaultTest} from "./VaultTest.sol";

/// @notice How fast money may come in and be lent; never how fast it may leave or come back.
contract FlowLimitsTest is VaultTest {
    function setUp() public override {
        super.setUp();
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = PledgeVault.setFlowLimits.selector;
        manager.setTargetFunctionRole(address(vault), selectors, RISK_ROLE);
        _deposit(ALICE, 50_000 * FIL);
        vm.prank(RISK);
        vault.setFlowLimits(10_000 * FIL, 1_000 * FIL);
    }

    function test_setFlowLimits_setsAndEmits() public {
        vm.expectEmit(address(vault));
        emit IPledgeVault.FlowLimitsChanged(20_000 * FIL, 2_000 * FIL);
        vm.prank(RISK);
        vault.setFlowLimits(20_000 * FIL, 2_000 * FIL);
        (uint256 deposits, uint256 draws) = vault.flowLimits();
        assertEq(deposits, 20_000 * FIL);
        assertEq(draws, 2_000 * FIL);
    }

    function test_RevertWhen_notRisk() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE));
        vm.prank(ALICE);
        vault.setFlowLimits(20_000 * FIL, 2_000 * FIL);
    }

    function test_RevertWhen_outOfBounds() public {
        uint256 most = uint256(type(uint32).max) * FIL;
        uint256[2] memory bad = [10_000 * FIL - 1, most + 1];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(_outOfBounds("depositsPerDay", 10_000 * FIL, most, bad[i]));
            vm.prank(RISK);
            vault.setFlowLimits(bad[i], 1_000 * FIL);
        }
        bad = [1_000 * FIL - 1, most + 1];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(_outOfBounds("drawsPerDay", 1_000 * FIL, most, bad[i]));
            vm.prank(RISK);
            vault.setFlowLimits(10_000 * FIL, bad[i]);
        }
        vm.prank(RISK);
        vault.setFlowLimits(most, most);
    }

    function test_RevertWhen_notWholeFil() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IPledgeVault.PledgeVault_NotWholeFil.selector,
                bytes32("drawsPerDay"),
                1_000 * FIL + 1
            )
        );
        vm.prank(RISK);
        vault.setFlowLimits(10_000 * FIL, 1_000 * FIL + 1);
    }

    function _outOfBounds(bytes32 name, uint256 low, uint256 high, uint256 got) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPledgeVault.PledgeVault_OutOfBounds.selector, name, low, high, got);
    }

    // ---------------------------------------------------------------- deposits

    function test_deposits_upToTheDaysLimitAndBack() public {
        assertEq(vault.maxDeposit(BOB), 10_000 * FIL, "a day's worth");
        _deposit(BOB, 7_000 * FIL);
        assertEq(vault.maxDeposit(BOB), 3_000 * FIL, "what is left");
        vm.expectRevert(_tooMuch(BOB, 3_000 * FIL + 1, 3_000 * FIL));
        _deposit(BOB, 3_000 * FIL + 1);
        vm.deal(BOB, 4_000 * FIL);
        vm.expectRevert(_tooMuch(BOB, 3_001 * FIL, 3_000 * FIL));
        vm.prank(BOB);
        vault.depositFil{value: 3_001 * FIL}(BOB);
        uint256 most = vault.maxMint(BOB);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxMint.selector, BOB, most + 1, most)
        );
        vm.prank(BOB);
        vault.mint(most + 1, BOB);
        skip_(288); // a tenth of a day
        assertEq(vault.maxDeposit(BOB), 4_000 * FIL, "a tenth is back");
        skip_(10_000);
        assertEq(vault.maxDeposit(BOB), 10_000 * FIL, "never more than a day's worth");
    }

    function _tooMuch(address who, uint256 assets, uint256 most) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxDeposit.selector, who, assets, most);
    }

    /// Crumbs are rounded up: many small ones do not slip under the limit.
    function test_deposits_inCrumbs() public {
        for (uint256 i = 0; i < 10; ++i) _deposit(BOB, 1);
        assertEq(vault.maxDeposit(BOB), 10_000 * FIL - 10 * 1e9);
    }

    /// Money that comes and goes counts: else the limit would bound nothing that is done in a circle.
    function test_deposits_exitGivesNoRoom() public {
        uint256 shares = _deposit(BOB, 10_000 * FIL);
        vm.prank(BOB);
        vault.redeem(shares, BOB, BOB);
        assertEq(vault.maxDeposit(ALICE), 0);
    }

    /// A lower limit counts what was used under the higher.
    function test_deposits_afterALowerLimit() public {
        vm.prank(RISK);
        vault.setFlowLimits(40_000 * FIL, 1_000 * FIL);
        _deposit(BOB, 30_000 * FIL);
        vm.prank(RISK);
        vault.setFlowLimits(10_000 * FIL, 1_000 * FIL);
        assertEq(vault.maxDeposit(BOB), 0);
        assertEq(vault.maxMint(BOB), 0);
    }

    // ---------------------------------------------------------------- draws

    function test_draws_upToTheDaysLimitAndBack() public {
        assertEq(vault.lendable(), 1_000 * FIL, "a day's worth");
        _lend(1, 600 * FIL);
        assertEq(vault.lendable(), 400 * FIL, "what is left");
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_DrawLimit.selector, 400 * FIL, 400 * FIL + 1));
        vm.prank(LOAN_BOOK);
        vault.lend(1, MINER, 400 * FIL + 1);
        skip_(1_440);
        assertEq(vault.lendable(), 900 * FIL, "half is back");
    }

    /// Paying back gives no room for new draws: a thief's loop would else have no limit.
    function test_draws_repaymentGivesNoRoom() public {
        _lend(1, 1_000 * FIL);
        _repay(1, 1_000 * FIL);
        assertEq(vault.lendable(), 0);
    }

    // ---------------------------------------------------------------- never limited

    function test_I12_exitsAndRepaymentsHaveNoLimit() public {
        _lend(1, 1_000 * FIL);
        _deposit(BOB, 10_000 * FIL);
        assertEq(vault.maxDeposit(BOB), 0, "fixture: used up");
        assertEq(vault.lendable(), 0, "fixture: used up");
        _repay(1, 1_000 * FIL);
        uint256 shares = vault.balanceOf(ALICE);
        vm.startPrank(ALICE);
        vault.redeem(shares / 2, ALICE, ALICE);
        IRedeemQueue(address(vault)).requestRedeem(shares / 4, ALICE, ALICE);
        IRedeemQueue(address(vault)).fulfil();
        vault.redeemFil(shares / 4, ALICE, ALICE);
        vm.stopPrank();
        _assertLedger();
    }

    /// A pool that came from a release without limits has none until some are set.
    function test_withoutLimits() public {
        PledgeVault fresh = _newVault();
        (uint256 deposits, uint256 draws) = fresh.flowLimits();
        assertEq(deposits + draws, 0);
        assertEq(fresh.maxDeposit(BOB), type(uint96).max);
    }
}
