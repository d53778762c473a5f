// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IPledgeVault} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {VaultTest} from "./VaultTest.sol";

contract PledgeVaultLendersTest is VaultTest {
    Math.Rounding private constant DOWN = Math.Rounding.Floor;
    Math.Rounding private constant UP = Math.Rounding.Ceil;

    function setUp() public override {
        super.setUp();
        _makeUgly();
    }

    // ---------------------------------------------------------------- V-04: rounding of the doors

    /// The fixture would prove nothing if a conversion came out even.
    function _amount(uint256 salt) private view returns (uint256 assets) {
        assets = 3 * FIL + salt;
        assertLt(_sharesRef(assets, DOWN), _sharesRef(assets, UP), "even");
    }

    function _shares(uint256 salt) private view returns (uint256 shares) {
        shares = 2e24 + salt;
        assertLt(_assetsRef(shares, DOWN), _assetsRef(shares, UP), "even");
    }

    function test_V04_deposit_roundsSharesDown() public {
        uint256 assets = _amount(5);
        uint256 expected = _sharesRef(assets, DOWN);
        assertEq(vault.previewDeposit(assets), expected, "preview");
        assertEq(_deposit(ALICE, assets), expected, "deposit");
    }

    function test_V04_depositFil_roundsSharesDown() public {
        uint256 assets = _amount(5);
        uint256 expected = _sharesRef(assets, DOWN);
        vm.prank(ALICE);
        assertEq(vault.depositFil{value: assets}(BOB), expected);
    }

    function test_V04_mint_roundsAssetsUp() public {
        uint256 shares = _shares(7);
        uint256 expected = _assetsRef(shares, UP);
        assertEq(vault.previewMint(shares), expected, "preview");
        vm.prank(ALICE);
        assertEq(vault.mint(shares, ALICE), expected, "mint");
    }

    function test_V04_withdraw_roundsSharesUp() public {
        uint256 assets = _amount(11);
        uint256 expected = _sharesRef(assets, UP);
        assertEq(vault.previewWithdraw(assets), expected, "preview");
        vm.prank(ALICE);
        assertEq(vault.withdraw(assets, ALICE, ALICE), expected, "withdraw");
    }

    function test_V04_withdrawFil_roundsSharesUp() public {
        uint256 assets = _amount(11);
        uint256 expected = _sharesRef(assets, UP);
        vm.prank(ALICE);
        assertEq(vault.withdrawFil(assets, ALICE, ALICE), expected);
    }

    function test_V04_redeem_roundsAssetsDown() public {
        uint256 shares = _shares(13);
        uint256 expected = _assetsRef(shares, DOWN);
        assertEq(vault.previewRedeem(shares), expected, "preview");
        assertEq(_redeem(ALICE, shares), expected, "redeem");
    }

    function test_V04_redeemFil_roundsAssetsDown() public {
        uint256 shares = _shares(13);
        uint256 expected = _assetsRef(shares, DOWN);
        vm.prank(ALICE);
        assertEq(vault.redeemFil(shares, ALICE, ALICE), expected);
    }

    function test_V04_conversions_roundDown() public view {
        assertEq(vault.convertToShares(_amount(17)), _sharesRef(_amount(17), DOWN), "shares");
        assertEq(vault.convertToAssets(_shares(19)), _assetsRef(_shares(19), DOWN), "assets");
    }

    // ---------------------------------------------------------------- effects

    function test_deposit_movesWfilIntoCashAndEmits() public {
        uint256 assets = 10 * FIL + 1;
        uint256 cash = vault.poolState().cash;
        uint256 held = address(vault).balance;
        uint256 wrapped = wfil.balanceOf(address(vault));
        uint256 shares = vault.previewDeposit(assets);
        vm.expectEmit(address(vault));
        emit IERC20.Transfer(address(0), BOB, shares);
        vm.expectEmit(address(vault));
        emit IERC4626.Deposit(ALICE, BOB, assets, shares);
        vm.prank(ALICE);
        vault.deposit(assets, BOB);
        assertEq(vault.poolState().cash, cash + assets, "cash");
        assertEq(address(vault).balance, held, "FIL stays");
        assertEq(wfil.balanceOf(address(vault)), wrapped + assets, "WFIL stays WFIL");
        _assertLedger();
    }

    function test_depositFil_bookValueAndEmits() public {
        uint256 cash = vault.poolState().cash;
        uint256 shares = vault.previewDeposit(FIL);
        uint256 before = vault.balanceOf(BOB);
        vm.expectEmit(address(vault));
        emit IERC4626.Deposit(ALICE, BOB, FIL, shares);
        vm.prank(ALICE);
        vault.depositFil{value: FIL}(BOB);
        assertEq(vault.poolState().cash, cash + FIL, "cash");
        assertEq(vault.balanceOf(BOB), before + shares, "shares");
        _assertLedger();
    }

    function test_mint_chargesAssetsAndEmits() public {
        uint256 shares = 4e24 + 3;
        uint256 assets = vault.previewMint(shares);
        uint256 before = wfil.balanceOf(ALICE);
        uint256 held = vault.balanceOf(CAROL);
        vm.expectEmit(address(vault));
        emit IERC4626.Deposit(ALICE, CAROL, assets, shares);
        vm.prank(ALICE);
        vault.mint(shares, CAROL);
        assertEq(wfil.balanceOf(ALICE), before - assets, "paid");
        assertEq(vault.balanceOf(CAROL), held + shares, "minted");
        _assertLedger();
    }

    function test_withdraw_paysWfilAndEmits() public {
        uint256 assets = 5 * FIL + 9;
        uint256 shares = vault.previewWithdraw(assets);
        uint256 before = wfil.balanceOf(CAROL);
        uint256 held = vault.balanceOf(ALICE);
        uint256 cash = vault.poolState().cash;
        vm.expectEmit(address(vault));
        emit IERC4626.Withdraw(ALICE, CAROL, ALICE, assets, shares);
        vm.prank(ALICE);
        vault.withdraw(assets, CAROL, ALICE);
        assertEq(wfil.balanceOf(CAROL), before + assets, "paid");
        assertEq(vault.balanceOf(ALICE), held - shares, "burnt");
        assertEq(vault.poolState().cash, cash - assets, "cash");
        _assertLedger();
    }

    function test_redeem_paysWfilAndEmits() public {
        uint256 shares = 5e24 + 9;
        uint256 assets = vault.previewRedeem(shares);
        uint256 before = wfil.balanceOf(CAROL);
        vm.expectEmit(address(vault));
        emit IERC4626.Withdraw(ALICE, CAROL, ALICE, assets, shares);
        vm.prank(ALICE);
        vault.redeem(shares, CAROL, ALICE);
        assertEq(wfil.balanceOf(CAROL), before + assets);
        _assertLedger();
    }

    function test_withdrawFil_paysFilAndEmits() public {
        uint256 assets = 5 * FIL + 9;
        uint256 shares = vault.previewWithdraw(assets);
        uint256 before = CAROL.balance;
        vm.expectEmit(address(vault));
        emit IERC4626.Withdraw(ALICE, CAROL, ALICE, assets, shares);
        vm.prank(ALICE);
        vault.withdrawFil(assets, CAROL, ALICE);
        assertEq(CAROL.balance, before + assets);
        _assertLedger();
    }

    function test_redeemFil_paysMaskedReceiverAtItsId() public {
        uint256 assets = vault.previewRedeem(1e24);
        uint256 before = _miner().balance;
        vm.prank(ALICE);
        vault.redeemFil(1e24, _miner(), ALICE);
        assertEq(_miner().balance, before + assets);
        _assertLedger();
    }

    /// A receiver with code that refuses money is paid all the same.
    function test_redeemFil_paysWhoRefuses() public {
        address refuser = address(manager); // no receive function
        uint256 assets = vault.previewRedeem(1e24);
        vm.prank(ALICE);
        vault.redeemFil(1e24, refuser, ALICE);
        assertEq(refuser.balance, assets);
    }

    // ---------------------------------------------------------------- V-06: allowance

    function test_V06_RevertWhen_noAllowance() public {
        uint256 shares = vault.previewWithdraw(FIL);
        bytes memory expected = abi.encodeWithSelector(
            IERC20Errors.ERC20InsufficientAllowance.selector,
            BOB,
            0,
            shares
        );
        vm.startPrank(BOB);
        vm.expectRevert(expected);
        vault.withdraw(FIL, BOB, ALICE);
        vm.expectRevert(expected);
        vault.withdrawFil(FIL, BOB, ALICE);
        vm.expectRevert(expected);
        vault.redeem(shares, BOB, ALICE);
        vm.expectRevert(expected);
        vault.redeemFil(shares, BOB, ALICE);
        vm.stopPrank();
    }

    function test_V06_exactAllowanceIsSpent() public {
        for (uint256 i = 0; i < 4; ++i) {
            uint256 shares = vault.previewWithdraw(FIL);
            vm.prank(ALICE);
            vault.approve(BOB, shares);
            uint256 held = vault.balanceOf(ALICE);
            vm.startPrank(BOB);
            if (i == 0) vault.withdraw(FIL, BOB, ALICE);
            else if (i == 1) vault.withdrawFil(FIL, BOB, ALICE);
            else if (i == 2) vault.redeem(shares, BOB, ALICE);
            else vault.redeemFil(shares, BOB, ALICE);
            vm.stopPrank();
            assertEq(vault.allowance(ALICE, BOB), 0, "spent");
            assertEq(vault.balanceOf(ALICE), held - shares, "burnt");
        }
    }

    function test_V06_RevertWhen_allowanceIsOneShort() public {
        uint256 shares = vault.previewWithdraw(FIL);
        vm.prank(ALICE);
        vault.approve(BOB, shares - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, BOB, shares - 1, shares)
        );
        vm.prank(BOB);
        vault.redeem(shares, BOB, ALICE);
    }

    function test_V06_maxAllowanceStays() public {
        vm.prank(ALICE);
        vault.approve(BOB, type(uint256).max);
        vm.prank(BOB);
        vault.redeem(1e24, BOB, ALICE);
        assertEq(vault.allowance(ALICE, BOB), type(uint256).max);
    }

    // ---------------------------------------------------------------- refusals

    function test_RevertWhen_receiverIsInvalid() public {
        address[2] memory invalid = [address(0), address(vault)];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory expected = abi.encodeWithSelector(
                IPledgeVault.PledgeVault_InvalidReceiver.selector,
                invalid[i]
            );
            vm.startPrank(ALICE);
            vm.expectRevert(expected);
            vault.deposit(FIL, invalid[i]);
            vm.expectRevert(expected);
            vault.mint(1e24, invalid[i]);
            vm.expectRevert(expected);
            vault.depositFil{value: FIL}(invalid[i]);
            vm.expectRevert(expected);
            vault.withdraw(FIL, invalid[i], ALICE);
            vm.expectRevert(expected);
            vault.withdrawFil(FIL, invalid[i], ALICE);
            vm.expectRevert(expected);
            vault.redeem(1e24, invalid[i], ALICE);
            vm.expectRevert(expected);
            vault.redeemFil(1e24, invalid[i], ALICE);
            vm.stopPrank();
            assertEq(vault.maxDeposit(invalid[i]), 0, "maxDeposit");
            assertEq(vault.maxMint(invalid[i]), 0, "maxMint");
        }
    }

    function test_RevertWhen_amountIsZero() public {
        bytes memory expected = abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector);
        vm.startPrank(ALICE);
        vm.expectRevert(expected);
        vault.deposit(0, ALICE);
        vm.expectRevert(expected);
        vault.mint(0, ALICE);
        vm.expectRevert(expected);
        vault.depositFil(ALICE);
        vm.expectRevert(expected);
        vault.withdraw(0, ALICE, ALICE);
        vm.expectRevert(expected);
        vault.withdrawFil(0, ALICE, ALICE);
        vm.expectRevert(expected);
        vault.redeem(0, ALICE, ALICE);
        vm.expectRevert(expected);
        vault.redeemFil(0, ALICE, ALICE);
        vm.stopPrank();
    }

    function test_RevertWhen_sharesAreWorthNothing() public {
        assertEq(vault.previewRedeem(100), 0);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        _redeem(ALICE, 100);
    }

    function test_RevertWhen_exitExceedsCash() public {
        uint256 cash = vault.poolState().cash;
        bytes memory expected = abi.encodeWithSelector(
            IPledgeVault.PledgeVault_InsufficientLiquidity.selector,
            cash,
            cash + 1
        );
        vm.startPrank(ALICE);
        vm.expectRevert(expected);
        vault.withdraw(cash + 1, ALICE, ALICE);
        vm.expectRevert(expected);
        vault.withdrawFil(cash + 1, ALICE, ALICE);
        uint256 shares = vault.balanceOf(ALICE);
        uint256 worth = vault.previewRedeem(shares);
        expected = abi.encodeWithSelector(IPledgeVault.PledgeVault_InsufficientLiquidity.selector, cash, worth);
        vm.expectRevert(expected);
        vault.redeem(shares, ALICE, ALICE);
        vm.expectRevert(expected);
        vault.redeemFil(shares, ALICE, ALICE);
        vm.stopPrank();
    }

    function test_RevertWhen_redeemExceedsBalance() public {
        uint256 shares = vault.balanceOf(CAROL);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, CAROL, shares, shares + 1)
        );
        _redeem(CAROL, shares + 1);
    }

    function test_RevertWhen_cashWouldNotFit() public {
        uint256 room = type(uint96).max - vault.poolState().cash;
        assertEq(vault.maxDeposit(ALICE), room, "maxDeposit");
        _giveWfil(ALICE, room);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxDeposit.selector, ALICE, room + 1, room)
        );
        _deposit(ALICE, room + 1);
        vm.deal(ALICE, room + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxDeposit.selector, BOB, room + 1, room)
        );
        vm.prank(ALICE);
        vault.depositFil{value: room + 1}(BOB);
        uint256 most = vault.maxMint(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxMint.selector, ALICE, most + 1, most)
        );
        vm.prank(ALICE);
        vault.mint(most + 1, ALICE);
        vm.prank(ALICE);
        vault.mint(most, ALICE);
        _assertLedger();
    }

    function test_maxDeposit_isAccepted() public {
        uint256 room = vault.maxDeposit(ALICE);
        _giveWfil(ALICE, room);
        _deposit(ALICE, room);
        assertEq(vault.maxDeposit(ALICE), 0, "full");
        assertEq(vault.maxMint(ALICE), 0, "full");
        _assertLedger();
    }

    function test_RevertWhen_plainFilArrives() public {
        vm.prank(ALICE);
        (bool ok, bytes memory answer) = address(vault).call{value: 3}("");
        assertFalse(ok);
        assertEq(answer, abi.encodeWithSelector(IPledgeVault.PledgeVault_UseDepositFil.selector, ALICE, 3));
    }

    // ---------------------------------------------------------------- V-07: max and preview

    function test_V07_maxWithdrawIsExact() public {
        // Alice's shares are worth more than the cash, Carol's less.
        uint256 cash = vault.poolState().cash;
        assertEq(vault.maxWithdraw(ALICE), cash, "bounded by cash");
        uint256 carol = vault.maxWithdraw(CAROL);
        assertEq(carol, _assetsRef(vault.balanceOf(CAROL), DOWN), "bounded by shares");
        assertLt(carol, cash, "fixture");
        uint256 shares = vault.previewWithdraw(carol + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector,
                CAROL,
                vault.balanceOf(CAROL),
                shares
            )
        );
        vm.prank(CAROL);
        vault.withdraw(carol + 1, CAROL, CAROL);
        vm.prank(CAROL);
        vault.withdraw(carol, CAROL, CAROL);
        cash = vault.maxWithdraw(ALICE);
        vm.prank(ALICE);
        vault.withdraw(cash, ALICE, ALICE);
        assertEq(vault.poolState().cash, 0, "emptied");
        _assertLedger();
    }

    function test_V07_maxRedeemIsExact() public {
        uint256 cash = vault.poolState().cash;
        assertEq(vault.maxRedeem(CAROL), vault.balanceOf(CAROL), "bounded by shares");
        uint256 most = vault.maxRedeem(ALICE);
        assertLt(most, vault.balanceOf(ALICE), "bounded by cash");
        assertEq(_assetsRef(most, DOWN), cash, "worth the cash");
        assertEq(_assetsRef(most + 1, DOWN), cash + 1, "one more is too much");
        vm.expectRevert(
            abi.encodeWithSelector(IPledgeVault.PledgeVault_InsufficientLiquidity.selector, cash, cash + 1)
        );
        _redeem(ALICE, most + 1);
        assertEq(_redeem(ALICE, most), cash, "all of it");
        assertEq(vault.maxRedeem(ALICE), 0, "nothing left");
        assertEq(vault.maxWithdraw(ALICE), 0, "nothing left");
    }

    function test_V07_maxRedeem_isZeroForDust() public {
        vm.prank(ALICE);
        vault.transfer(RISK, 100);
        assertEq(vault.previewRedeem(100), 0, "fixture");
        assertEq(vault.maxRedeem(RISK), 0);
    }

    function test_V07_previewsAnswerAnything() public view {
        uint256 most = type(uint256).max;
        assertEq(vault.previewDeposit(most), most);
        assertEq(vault.previewWithdraw(most), most);
        assertEq(vault.convertToShares(most), most);
        assertEq(vault.previewMint(most), _assetsRef(most, UP));
        assertEq(vault.previewRedeem(most), _assetsRef(most, DOWN));
        assertEq(vault.previewDeposit(0), 0);
        assertEq(vault.previewMint(0), 0);
        assertEq(vault.previewWithdraw(0), 0);
        assertEq(vault.previewRedeem(0), 0);
        assertEq(vault.maxWithdraw(address(0)), 0);
        assertEq(vault.maxRedeem(address(vault)), 0);
    }

    function test_V07_previewsAreTheSameBeforeAndAfterAccrual() public {
        skip_(9_999);
        uint256[4] memory before = [
            vault.previewDeposit(7 * FIL + 1),
            vault.previewMint(7e24 + 1),
            vault.previewWithdraw(7 * FIL + 1),
            vault.previewRedeem(7e24 + 1)
        ];
        uint256 total = vault.totalAssets();
        vault.accrue();
        assertEq(vault.totalAssets(), total, "total assets");
        assertEq(vault.previewDeposit(7 * FIL + 1), before[0], "deposit");
        assertEq(vault.previewMint(7e24 + 1), before[1], "mint");
        assertEq(vault.previewWithdraw(7 * FIL + 1), before[2], "withdraw");
        assertEq(vault.previewRedeem(7e24 + 1), before[3], "redeem");
    }

    // ---------------------------------------------------------------- nothing else is written

    function test_deposit_leavesIndexRateAndFees() public {
        skip_(50);
        bytes32 slot1 = vm.load(address(vault), bytes32(uint256(LEDGER) + 1));
        bytes32 slot2 = vm.load(address(vault), bytes32(uint256(LEDGER) + 2));
        uint256 lastAccrual = vault.poolState().lastAccrual;
        _deposit(ALICE, FIL);
        _redeem(BOB, 1e24);
        assertEq(vm.load(address(vault), bytes32(uint256(LEDGER) + 1)), slot1);
        assertEq(vm.load(address(vault), bytes32(uint256(LEDGER) + 2)), slot2);
        assertEq(vault.poolState().lastAccrual, lastAccrual);
    }

    bytes32 private constant LEDGER = 0x5d767c9cb834329279ac24d6849dc6a9a432a931fd33fb299f6df66f814bc700;
}
