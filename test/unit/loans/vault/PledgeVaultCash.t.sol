// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {VaultTest} from "./VaultTest.sol";

/// @notice Cash is FIL and WFIL as it came; a payment turns one into the other only as far as it is short.
contract PledgeVaultCashTest is VaultTest {
    uint256 private constant SEED = 1;

    function setUp() public override {
        super.setUp();
        _deposit(ALICE, 100 * FIL);
        vm.prank(ALICE);
        vault.depositFil{value: 50 * FIL}(ALICE);
        _assertHeld(50 * FIL, 100 * FIL);
    }

    function _assertHeld(uint256 native, uint256 wrapped) private view {
        assertEq(address(vault).balance, native, "FIL");
        assertEq(wfil.balanceOf(address(vault)), wrapped + SEED, "WFIL");
        assertEq(vault.poolState().cash, native + wrapped, "cash");
    }

    function _redeemFil(uint256 shares) private {
        vm.prank(ALICE);
        vault.redeemFil(shares, BOB, ALICE);
    }

    function test_wfilOut_fromTheWfilThatIsThere() public {
        _redeem(ALICE, 99e24);
        _assertHeld(50 * FIL, FIL);
        _redeem(ALICE, 1e24);
        _assertHeld(50 * FIL, 0);
    }

    function test_wfilOut_wrapsWhatIsShort() public {
        _redeem(ALICE, 120e24);
        _assertHeld(30 * FIL, 0);
        _redeem(ALICE, 30e24);
        _assertHeld(0, 0);
    }

    function test_filOut_fromTheFilThatIsThere() public {
        _redeemFil(50e24);
        _assertHeld(0, 100 * FIL);
    }

    function test_filOut_unwrapsWhatIsShort() public {
        uint256 before = BOB.balance;
        _redeemFil(50e24 + 1e6);
        assertEq(BOB.balance, before + 50 * FIL + 1, "paid");
        _assertHeld(0, 100 * FIL - 1);
        _redeemFil(100e24 - 1e6);
        _assertHeld(0, 0);
    }

    function test_draw_unwrapsWhatIsShort() public {
        uint256 before = _miner().balance;
        _lend(1, 70 * FIL);
        assertEq(_miner().balance, before + 70 * FIL, "paid");
        _assertHeld(0, 80 * FIL);
    }

    function test_payReserve_unwrapsWhatIsShort() public {
        _lend(1, 140 * FIL);
        skip_(1_000_000);
        uint256 owed = vault.poolState().reserveOwed;
        assertGt(owed, FIL, "fixture");
        assertEq(vault.payReserve(), owed);
        assertEq(address(reserve).balance, owed, "arrived");
        _assertHeld(0, 10 * FIL - owed);
    }

    /// A repayment is checked against all that is there; neither half alone has to cover the ledger.
    function test_repayment_isCheckedAgainstBoth() public {
        _lend(1, 100 * FIL);
        _repay(1, 10 * FIL);
        _assertHeld(10 * FIL, 50 * FIL);
        _assertLedger();
    }

    /// Without a seed the last attoFIL of WFIL goes too: nobody is refused for the sake of a saving.
    function test_withoutASeed_everybodyGetsEverything() public {
        vm.prank(address(vault));
        wfil.transfer(RISK, SEED);
        _redeem(ALICE, 150e24);
        assertEq(_held(), 0);
        assertEq(vault.poolState().cash, 0);
    }

    function test_withoutASeed_filOut() public {
        vm.prank(address(vault));
        wfil.transfer(RISK, SEED);
        _redeemFil(150e24);
        assertEq(_held(), 0);
    }
}
