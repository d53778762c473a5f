// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RAY} from "../../../../contracts/libraries/Units.sol";
import {PledgeVault} from "../../../../contracts/loans/PledgeVault.sol";
import {IPledgeVault, PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IReserveFund} from "../../../../contracts/loans/interfaces/IReserveFund.sol";
import {IWFIL} from "../../../../contracts/loans/interfaces/IWFIL.sol";
import {VaultTest} from "./VaultTest.sol";
import {PledgeVaultMulticall__Harness} from "./doubles/PledgeVaultMulticall__Harness.sol";

/// @notice The attack catalogue's rows that concern the pool, each by its id.
contract PledgeVaultAttacksTest is VaultTest {
    // ---------------------------------------------------------------- V-01

    /// The first depositor puts in 1 attoFIL and donates; the next must get his due, and the donor must not gain.
    function testFuzz_V01_firstDepositorCannotInflate(uint256 first, uint256 donation, uint256 victim) public {
        first = _bound(first, 1, 1e6);
        donation = _bound(donation, 1e18, 1e27);
        victim = _bound(victim, 1, 1e26);
        _giveWfil(BOB, donation + victim);
        _giveWfil(ALICE, donation);
        uint256 wealth = _wealth(ALICE);
        uint256 shares = _deposit(ALICE, first);
        vm.prank(ALICE);
        wfil.transfer(address(vault), donation / 2);
        vm.deal(ALICE, ALICE.balance - donation / 2);
        _force(address(vault), donation / 2);
        uint256 victimShares = _deposit(BOB, victim);
        uint256 back = _redeem(BOB, victimShares);
        assertLe(victim - back, victim / 1_000 + 1, "V-01: victim's loss");
        _redeem(ALICE, shares);
        assertLe(_wealth(ALICE), wealth, "V-01: attacker's gain");
        _assertLedger();
    }

    /// Inflation by what a pool really counts: a repayment above the debt's value, as the loan book would book it.
    function testFuzz_V01_firstDepositorCannotInflateByRepaying(uint256 victim) public {
        victim = _bound(victim, 1e6, 1e26);
        uint256 shares = _deposit(ALICE, 1);
        uint256 gift = 1e24;
        vm.deal(LOAN_BOOK, gift);
        vm.prank(LOAN_BOOK);
        vault.bookRepayment{value: gift}(1, gift, 0);
        _giveWfil(BOB, victim);
        uint256 expected = Math.mulDiv(victim, 2e6, gift + 2);
        if (expected == 0) {
            vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
            _deposit(BOB, victim);
            return;
        }
        assertEq(_deposit(BOB, victim), expected, "virtual shares hold half");
        uint256 back = _redeem(ALICE, shares);
        assertLt(back, gift / 2 + victim, "V-01: the gift is not got back");
    }

    function _wealth(address who) private view returns (uint256) {
        return who.balance + wfil.balanceOf(who);
    }

    // ---------------------------------------------------------------- V-02, E-03, G-14

    function test_V02_E03_G14_donationsMoveNothing() public {
        _makeUgly();
        PoolState memory a = vault.poolState();
        uint256 price = _priceWad();
        uint256 previews = vault.previewDeposit(FIL) ^ vault.previewRedeem(1e24);
        _force(address(vault), 12_345 * FIL); // by force or method 0
        _giveWfil(address(vault), 54_321 * FIL);
        assertEq(_priceWad(), price, "V-02: price");
        assertEq(vault.previewDeposit(FIL) ^ vault.previewRedeem(1e24), previews, "V-02: previews");
        assertEq(keccak256(abi.encode(vault.poolState())), keccak256(abi.encode(a)), "E-03: ledger");
        assertEq(vault.maxWithdraw(ALICE), a.cash, "G-14: cash");
        uint256 debt = Math.ceilDiv(scaled * vault.borrowIndex(), RAY);
        assertEq(debt, Math.ceilDiv(scaled * a.borrowIndexRay, RAY), "V-02: debt");
        // It is the reserve fund's, in full, and was nobody else's on the way.
        assertEq(vault.skim(), 66_666 * FIL + 18, "skimmed");
        assertEq(_priceWad(), price, "V-02: price after skimming");
        _assertLedger();
    }

    /// A donation does not pay anybody's debt either: what the loan book books must have come on top of the ledger.
    function test_E03_fundsBeyondTheLedgerStaySkimmable() public {
        _makeUgly();
        _force(address(vault), FIL);
        _repay(1, 2 * FIL);
        assertEq(vault.skim(), FIL + 18);
        _assertLedger();
    }

    // ---------------------------------------------------------------- V-03

    uint256 private constant ROUNDS = 2_500;

    /// A price just under 2, where half of an attoFIL is at stake in each rounding.
    function _priceJustUnderTwo() private {
        _deposit(ALICE, 1_000 * FIL + 1);
        uint256 gift = vault.totalAssets() - 1_777_777;
        vm.deal(LOAN_BOOK, gift);
        vm.prank(LOAN_BOOK);
        vault.bookRepayment{value: gift}(1, gift, 0);
    }

    /// Bob leaves with no more than he came with, and those who stay have no less.
    modifier drainsNothing() {
        _priceJustUnderTwo();
        uint256 before = _wealth(BOB);
        uint256 total = vault.totalAssets();
        uint256 supply = vault.totalSupply();
        vm.startPrank(BOB);
        _;
        uint256 left = vault.maxRedeem(BOB);
        if (left != 0) vault.redeem(left, BOB, BOB);
        vm.stopPrank();
        assertLe(_wealth(BOB), before, "V-03: taken out");
        assertGe(
            (vault.totalAssets() + 1) * (supply + VIRTUAL_SHARES),
            (total + 1) * (vault.totalSupply() + VIRTUAL_SHARES),
            "V-03: price"
        );
        _assertLedger();
    }

    function test_V03_depositAndWithdrawCannotDrain() public drainsNothing {
        for (uint256 i = 0; i < ROUNDS; ++i) {
            uint256 x = 2 + (i % 97);
            vault.deposit(x, BOB);
            vault.withdraw(x - 1, BOB, BOB);
        }
    }

    function test_V03_mintAndWithdrawCannotDrain() public drainsNothing {
        for (uint256 i = 0; i < ROUNDS; ++i) {
            uint256 paid = vault.mint((2 + (i % 97)) * 1e6 + 1, BOB);
            vault.withdraw(paid - 1, BOB, BOB);
        }
    }

    function test_V03_redeemInBitsCannotDrain() public drainsNothing {
        vault.deposit(2 * ROUNDS, BOB);
        assertEq(vault.previewRedeem(650_000), 1, "fixture: worth 1.3");
        for (uint256 i = 0; i < ROUNDS; ++i) vault.redeem(650_000, BOB, BOB);
    }

    /// Drawing by the attoFIL owes every one of them, and paying by the attoFIL pays no more than was paid.
    function test_V03_debtInBitsCannotDrain() public {
        _makeUgly();
        uint256 index = vault.borrowIndex();
        uint256 total = vault.totalAssets();
        uint256 before = scaled;
        for (uint256 i = 0; i < 500; ++i) _lend(1, 1);
        assertGe(((scaled - before) * index) / RAY, 500, "V-03: owes less than it drew");
        before = Math.ceilDiv(scaled * index, RAY);
        for (uint256 i = 0; i < 500; ++i) _repay(1, 1);
        assertGe(Math.ceilDiv(scaled * index, RAY), before - 500, "V-03: paid more than was paid");
        assertGe(vault.totalAssets(), total, "V-03: pool");
        _assertLedger();
    }

    // ---------------------------------------------------------------- V-05

    function test_V05_emptyVaultIsFairAgain() public {
        _makeUgly();
        // All debt comes back, the carrying is written down, the gains vest, the reserve is paid.
        _repay(1, Math.ceilDiv(scaled * vault.borrowIndex(), RAY));
        uint256 carried = vault.poolState().impairedCarrying;
        vm.prank(LOAN_BOOK);
        vault.bookWriteDown(2, carried);
        skip_(20_160);
        vault.payReserve();
        address[3] memory lenders = [ALICE, BOB, CAROL];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 most = vault.maxRedeem(lenders[i]);
            assertEq(most, vault.balanceOf(lenders[i]), "all can leave");
            _redeem(lenders[i], most);
        }
        assertEq(vault.totalSupply(), 0, "no shares");
        // What the virtual shares earned stays; it is dust against any deposit.
        assertLe(vault.totalAssets(), 10, "V-05: dust");
        uint256 shares = _deposit(BOB, FIL);
        uint256 back = _redeem(BOB, shares);
        assertLe(FIL - back, 10, "V-05: the next depositor gets his due");
        assertLe(back, FIL, "V-05: and no more");
        _assertLedger();
    }

    function test_V05_emptyVaultOfTheBeginning() public {
        assertEq(vault.totalAssets(), 0);
        assertEq(vault.totalSupply(), 0);
        uint256 shares = _deposit(ALICE, FIL);
        assertEq(shares, FIL * VIRTUAL_SHARES, "price 1");
        assertEq(_redeem(ALICE, shares), FIL);
        assertEq(vault.totalAssets(), 0);
        assertEq(vault.totalSupply(), 0);
    }

    // ---------------------------------------------------------------- I16

    function testFuzz_I16_roundTripsNeverProfit(uint256 amount, uint8 way) public {
        _makeUgly();
        amount = _bound(amount, 1, 1_000 * FIL);
        if (vault.previewDeposit(amount) == 0) return;
        uint256 wealth = _wealth(BOB);
        uint256 held = vault.balanceOf(BOB);
        vm.startPrank(BOB);
        uint256 got = way & 1 == 0 ? vault.deposit(amount, BOB) : vault.depositFil{value: amount}(BOB);
        if (way & 2 == 0) {
            if (vault.previewRedeem(got) != 0)
                way & 4 == 0 ? vault.redeem(got, BOB, BOB) : vault.redeemFil(got, BOB, BOB);
        } else {
            uint256 out = vault.previewRedeem(got);
            if (out != 0) way & 4 == 0 ? vault.withdraw(out, BOB, BOB) : vault.withdrawFil(out, BOB, BOB);
        }
        vm.stopPrank();
        assertLe(_wealth(BOB), wealth, "I16: money");
        assertGe(vault.balanceOf(BOB), held, "I16: shares kept");
        assertLe(wealth - _wealth(BOB), 2, "I16: rounding alone");
        _assertLedger();
    }

    function testFuzz_I16_mintThenRedeemNeverProfits(uint256 shares) public {
        _makeUgly();
        shares = _bound(shares, 1, 1e27);
        uint256 wealth = _wealth(BOB);
        vm.startPrank(BOB);
        vault.mint(shares, BOB);
        if (vault.previewRedeem(shares) != 0) vault.redeem(shares, BOB, BOB);
        vm.stopPrank();
        assertLe(_wealth(BOB), wealth, "I16");
        _assertLedger();
    }

    // ---------------------------------------------------------------- G-08

    function test_G08_oneValueCannotBeBookedTwice() public {
        PledgeVaultMulticall__Harness batching = new PledgeVaultMulticall__Harness(
            IWFIL(address(wfil)),
            LOAN_BOOK,
            rateModel,
            IReserveFund(address(reserve))
        );
        vault.upgradeToAndCall(address(batching), "");
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(PledgeVault.depositFil, (ALICE));
        calls[1] = abi.encodeCall(PledgeVault.depositFil, (BOB));
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_Unfunded.selector, FIL + 1, 2 * FIL));
        vm.prank(ALICE);
        PledgeVaultMulticall__Harness(payable(address(vault))).batch{value: FIL}(calls);
    }

    function test_G08_vaultHasNoBatch() public {
        vm.prank(ALICE);
        (bool ok, ) = address(vault).call{value: FIL}(abi.encodeWithSignature("multicall(bytes[])", new bytes[](0)));
        assertFalse(ok);
    }
}
