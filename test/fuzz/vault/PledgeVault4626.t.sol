// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PoolState} from "../../../contracts/loans/interfaces/IPledgeVault.sol";
import {VaultTest} from "../../unit/loans/vault/VaultTest.sol";

/// @notice ERC-4626 as properties, in pools with a history: what is previewed happens, what is allowed is accepted, and
/// no round trip profits.
contract PledgeVault4626FuzzTest is VaultTest {
    uint256 private constant MAX_AMOUNT = 100_000_000 * 1e18;

    /// Deposits, a loan, interest, a provision, a recovery, all by the fuzzer's numbers.
    function _history(uint256 seed) private {
        _deposit(ALICE, _bound(uint256(keccak256(abi.encode(seed, 1))), 1e6, MAX_AMOUNT));
        _deposit(BOB, _bound(uint256(keccak256(abi.encode(seed, 2))), 1e6, MAX_AMOUNT));
        uint256 most = vault.lendable();
        if (most != 0) _lend(1, _bound(uint256(keccak256(abi.encode(seed, 3))), 1, most));
        skip_(_bound(uint256(keccak256(abi.encode(seed, 4))), 1, 3_000_000));
        if (seed % 3 == 0) {
            (uint256 loss, ) = _impair(2, scaled / 7 + 1, 0);
            if (loss > 1) _recover(2, 0, loss / 2 + 1, 0);
        }
        if (seed % 2 == 0) vault.accrue();
        skip_(_bound(uint256(keccak256(abi.encode(seed, 5))), 0, 30_000));
    }

    function _amount(uint256 seed) private pure returns (uint256) {
        return _bound(seed, 1, MAX_AMOUNT / 10);
    }

    // ---------------------------------------------------------------- previews and conversions

    function testFuzz_V07_depositIsAsPreviewed(uint256 seed, uint256 assets) public {
        _history(seed);
        assets = _amount(assets);
        uint256 preview = vault.previewDeposit(assets);
        if (preview == 0) return;
        assertEq(preview, _sharesRef(assets, Math.Rounding.Floor), "V-04");
        assertEq(_deposit(ALICE, assets), preview, "V-07");
        _assertLedger();
    }

    function testFuzz_V07_mintIsAsPreviewed(uint256 seed, uint256 shares) public {
        _history(seed);
        shares = _bound(shares, 1, vault.previewDeposit(MAX_AMOUNT / 10));
        uint256 preview = vault.previewMint(shares);
        assertEq(preview, _assetsRef(shares, Math.Rounding.Ceil), "V-04");
        vm.prank(ALICE);
        assertEq(vault.mint(shares, ALICE), preview, "V-07");
        _assertLedger();
    }

    function testFuzz_V07_withdrawIsAsPreviewed(uint256 seed, uint256 assets) public {
        _history(seed);
        uint256 most = vault.maxWithdraw(ALICE);
        if (most == 0) return;
        assets = _bound(assets, 1, most);
        uint256 preview = vault.previewWithdraw(assets);
        assertEq(preview, _sharesRef(assets, Math.Rounding.Ceil), "V-04");
        vm.prank(ALICE);
        assertEq(vault.withdraw(assets, ALICE, ALICE), preview, "V-07");
        _assertLedger();
    }

    function testFuzz_V07_redeemIsAsPreviewed(uint256 seed, uint256 shares) public {
        _history(seed);
        uint256 most = vault.maxRedeem(ALICE);
        if (most == 0) return;
        shares = _bound(shares, 1, most);
        uint256 preview = vault.previewRedeem(shares);
        if (preview == 0) return;
        assertEq(preview, _assetsRef(shares, Math.Rounding.Floor), "V-04");
        assertEq(_redeem(ALICE, shares), preview, "V-07");
        _assertLedger();
    }

    function testFuzz_V07_conversionsDoNotDependOnTheCaller(uint256 seed, uint256 amount, address caller) public {
        _history(seed);
        uint256 shares = vault.convertToShares(amount);
        uint256 assets = vault.convertToAssets(amount);
        vm.startPrank(caller);
        assertEq(vault.convertToShares(amount), shares);
        assertEq(vault.convertToAssets(amount), assets);
        vm.stopPrank();
        assertLe(vault.previewDeposit(amount), vault.previewWithdraw(amount), "in is not cheaper than out");
        assertLe(vault.previewRedeem(amount), vault.previewMint(amount), "out is not dearer than in");
    }

    // ---------------------------------------------------------------- max

    function testFuzz_V07_maxWithdrawIsTheMost(uint256 seed, bool fil) public {
        _history(seed);
        uint256 most = vault.maxWithdraw(ALICE);
        vm.startPrank(ALICE);
        vm.expectRevert();
        vault.withdraw(most + 1, ALICE, ALICE);
        if (most != 0) {
            if (fil) vault.withdrawFil(most, ALICE, ALICE);
            else vault.withdraw(most, ALICE, ALICE);
        }
        vm.stopPrank();
        _assertLedger();
    }

    function testFuzz_V07_maxRedeemIsTheMost(uint256 seed, bool fil) public {
        _history(seed);
        uint256 most = vault.maxRedeem(ALICE);
        vm.startPrank(ALICE);
        vm.expectRevert();
        vault.redeem(most + 1, ALICE, ALICE);
        if (most != 0) {
            if (fil) vault.redeemFil(most, ALICE, ALICE);
            else vault.redeem(most, ALICE, ALICE);
        }
        vm.stopPrank();
        _assertLedger();
    }

    function testFuzz_V07_maxDepositAndMaxMintAreTheMost(uint256 seed, bool byShares) public {
        _history(seed);
        uint256 assets = vault.maxDeposit(ALICE);
        uint256 shares = vault.maxMint(ALICE);
        assertEq(vault.previewMint(shares) <= assets, true, "the same room");
        assertGt(vault.previewMint(shares + 1), assets, "the same room");
        _giveWfil(ALICE, assets + 1);
        vm.startPrank(ALICE);
        vm.expectRevert();
        if (byShares) vault.mint(shares + 1, ALICE);
        else vault.deposit(assets + 1, ALICE);
        if (byShares) vault.mint(shares, ALICE);
        else vault.deposit(assets, ALICE);
        vm.stopPrank();
        _assertLedger();
    }

    function testFuzz_V07_viewsAnswerAnybody(uint256 seed, address who, uint256 amount) public {
        _history(seed);
        vault.maxDeposit(who);
        vault.maxMint(who);
        vault.maxWithdraw(who);
        vault.maxRedeem(who);
        vault.previewDeposit(amount);
        vault.previewMint(amount);
        vault.previewWithdraw(amount);
        vault.previewRedeem(amount);
        vault.convertToAssets(amount);
        vault.convertToShares(amount);
        vault.totalAssets();
        vault.lendable();
        _assertLedger();
    }

    // ---------------------------------------------------------------- I16: round trips

    function testFuzz_I16_depositThenRedeem(uint256 seed, uint256 assets) public {
        _history(seed);
        assets = _amount(assets);
        if (vault.previewDeposit(assets) == 0) return;
        uint256 shares = _deposit(CAROL, assets);
        if (vault.maxRedeem(CAROL) != shares) return; // worth nothing after rounding
        assertLe(_redeem(CAROL, shares), assets, "I16");
    }

    function testFuzz_I16_depositThenWithdraw(uint256 seed, uint256 assets) public {
        _history(seed);
        assets = _amount(assets);
        if (vault.previewDeposit(assets) == 0) return;
        uint256 shares = _deposit(CAROL, assets);
        assertGe(vault.previewWithdraw(assets), shares, "I16: taking it all back costs no fewer shares");
    }

    function testFuzz_I16_mintThenRedeem(uint256 seed, uint256 shares) public {
        _history(seed);
        shares = _bound(shares, 1, vault.previewDeposit(MAX_AMOUNT / 10));
        vm.prank(CAROL);
        uint256 paid = vault.mint(shares, CAROL);
        assertLe(vault.previewRedeem(shares), paid, "I16");
    }

    function testFuzz_I16_mintThenWithdraw(uint256 seed, uint256 shares) public {
        _history(seed);
        shares = _bound(shares, 1, vault.previewDeposit(MAX_AMOUNT / 10));
        vm.prank(CAROL);
        uint256 paid = vault.mint(shares, CAROL);
        assertGe(vault.previewWithdraw(paid), shares, "I16");
    }

    function testFuzz_I16_redeemThenDeposit(uint256 seed, uint256 shares) public {
        _history(seed);
        uint256 most = vault.maxRedeem(ALICE);
        if (most == 0) return;
        shares = _bound(shares, 1, most);
        if (vault.previewRedeem(shares) == 0) return;
        uint256 assets = _redeem(ALICE, shares);
        assertLe(vault.previewDeposit(assets), shares, "I16");
    }

    function testFuzz_I16_redeemThenMint(uint256 seed, uint256 shares) public {
        _history(seed);
        uint256 most = vault.maxRedeem(ALICE);
        if (most == 0) return;
        shares = _bound(shares, 1, most);
        if (vault.previewRedeem(shares) == 0) return;
        uint256 assets = _redeem(ALICE, shares);
        assertGe(vault.previewMint(shares), assets, "I16");
    }

    function testFuzz_I16_withdrawThenDeposit(uint256 seed, uint256 assets) public {
        _history(seed);
        uint256 most = vault.maxWithdraw(ALICE);
        if (most == 0) return;
        assets = _bound(assets, 1, most);
        vm.prank(ALICE);
        uint256 shares = vault.withdraw(assets, ALICE, ALICE);
        assertLe(vault.previewDeposit(assets), shares, "I16");
    }

    function testFuzz_I16_withdrawThenMint(uint256 seed, uint256 assets) public {
        _history(seed);
        uint256 most = vault.maxWithdraw(ALICE);
        if (most == 0) return;
        assets = _bound(assets, 1, most);
        vm.prank(ALICE);
        uint256 shares = vault.withdraw(assets, ALICE, ALICE);
        assertGe(vault.previewMint(shares), assets, "I16");
    }

    // ---------------------------------------------------------------- whole histories

    /// A few dozen operations in any order: the ledger adds up after each, and the share price falls in provisions alone.
    function testFuzz_I3_I4_anyOrderOfBookings(uint256[40] calldata seeds) public {
        _deposit(ALICE, 1_000 * FIL + (seeds[0] % FIL));
        for (uint256 i = 1; i < seeds.length; ++i) {
            uint256 price = _exactPrice();
            bool provision = _operate(seeds[i]);
            _assertLedger();
            // Doors round by less than 1 attoFIL in favour of those who stay, so the price cannot fall either.
            if (!provision) assertGe(_exactPrice(), price, "I4: the price fell");
        }
    }

    /// Price of a share, with as many digits as fit.
    function _exactPrice() private view returns (uint256) {
        return Math.mulDiv(vault.totalAssets() + 1, 1e60, vault.totalSupply() + VIRTUAL_SHARES);
    }

    /// @return provision whether a loss was booked
    function _operate(uint256 seed) private returns (bool provision) {
        uint256 kind = seed % 11;
        uint256 amount = _bound(seed >> 8, 1, 500 * FIL);
        address who = seed & 0x10 == 0 ? ALICE : BOB;
        PoolState memory s = vault.poolState();
        if (kind == 0) {
            if (vault.previewDeposit(amount) != 0) _deposit(who, amount);
        } else if (kind == 1) {
            amount = Math.min(amount, vault.maxWithdraw(who));
            vm.prank(who);
            if (amount != 0) vault.withdrawFil(amount, who, who);
        } else if (kind == 2) {
            amount = Math.min(amount * 1e6, vault.maxRedeem(who));
            if (vault.previewRedeem(amount) != 0) _redeem(who, amount);
        } else if (kind == 3) {
            amount = Math.min(amount, vault.lendable());
            if (amount != 0) _lend(1, amount);
        } else if (kind == 4) {
            uint256 debt = Math.ceilDiv(scaled * s.borrowIndexRay, 1e27);
            if (debt != 0) _repay(1, Math.min(amount, debt));
        } else if (kind == 5) {
            uint256 part = Math.min(scaled, amount);
            uint256 debt = s.debt - ((scaled - part) * s.borrowIndexRay) / 1e27;
            if (part != 0) _impair(2, part, _bound(seed >> 4, 0, debt));
            return true;
        } else if (kind == 6) {
            amount = Math.min(amount, s.impairedCarrying);
            vm.prank(LOAN_BOOK);
            if (amount != 0) vault.bookWriteDown(2, amount);
            return true;
        } else if (kind == 7) {
            uint256 paid = Math.min(amount, s.impairedCarrying);
            // Nothing recovered at all is refused, see test_RevertWhen_amountIsZero.
            if (paid + (amount % FIL) + (amount % 1e9) != 0) _recover(2, paid, amount % FIL, amount % 1e9);
        } else if (kind == 8) {
            uint256 carrying = Math.min(amount, s.impairedCarrying);
            uint256 part = Math.ceilDiv((carrying + 2) * 1e27, s.borrowIndexRay) + (seed % FIL);
            scaled += part;
            vm.prank(LOAN_BOOK);
            vault.bookRestoration(2, part, carrying, 0);
        } else if (kind == 9) {
            skip_(seed % 100_000);
        } else {
            seed & 0x20 == 0 ? vault.payReserve() : vault.skim();
        }
    }
}
