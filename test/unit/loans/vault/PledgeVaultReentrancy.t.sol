// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {VaultTest} from "./VaultTest.sol";
import {HookedWFIL} from "./doubles/HookedWFIL.sol";
import {WFIL9} from "./doubles/WFIL9.sol";

/// @notice Records that it ran, and what the pool looked like, whenever it gets control.
contract Watcher {
    bool public ran;

    receive() external payable {
        ran = true;
    }

    fallback() external payable {
        ran = true;
    }
}

contract PledgeVaultReentrancyTest is VaultTest {
    HookedWFIL private hooked;

    function _newWfil() internal override returns (WFIL9) {
        hooked = new HookedWFIL();
        return hooked;
    }

    function setUp() public override {
        super.setUp();
        _makeUgly();
        hooked.watch(vault);
    }

    function _look() private view returns (bytes32) {
        return keccak256(abi.encode(vault.poolState(), vault.totalSupply(), vault.convertToAssets(1e24)));
    }

    /// Whatever is seen from inside is what is there afterwards, never something between.
    function _assertSeen(uint256 looks) private view {
        assertEq(hooked.looks(), looks, "fixture: not called");
        for (uint256 i = 0; i < looks; ++i) assertEq(hooked.seen(i), _look(), "V-09: seen in between");
    }

    function test_V09_deposit() public {
        _deposit(ALICE, 3 * FIL);
        _assertSeen(1);
    }

    function test_V09_mint() public {
        vm.prank(ALICE);
        vault.mint(3e24, ALICE);
        _assertSeen(1);
    }

    function test_V09_redeem() public {
        _redeem(ALICE, 3e24);
        _assertSeen(1);
    }

    function test_V09_withdraw() public {
        vm.prank(ALICE);
        vault.withdraw(3 * FIL, ALICE, ALICE);
        _assertSeen(1);
    }

    function _turnAllIntoWfil() private {
        uint256 native = address(vault).balance;
        vm.deal(address(vault), 0);
        _giveWfil(address(vault), native);
        hooked.watch(vault);
    }

    /// The WFIL that is there is gone: all is wrapped, then paid.
    function test_V09_redeemWithWrapping() public {
        uint256 wrapped = wfil.balanceOf(address(vault));
        vm.prank(address(vault));
        wfil.transfer(RISK, wrapped);
        vm.deal(address(vault), address(vault).balance + wrapped);
        hooked.watch(vault);
        _redeem(ALICE, 3e24);
        _assertSeen(2);
    }

    function test_V09_redeemFilWithUnwrapping() public {
        _turnAllIntoWfil();
        vm.prank(ALICE);
        vault.redeemFil(3e24, ALICE, ALICE);
        _assertSeen(1);
    }

    function test_V09_skim() public {
        _turnAllIntoWfil();
        vault.skim();
        _assertSeen(1);
    }

    /// FIL goes out by method 0: a receiver gets money, not control.
    function test_V09_nativePayoutRunsNoCode() public {
        Watcher watcher = new Watcher();
        vm.startPrank(ALICE);
        vault.redeemFil(1e24, address(watcher), ALICE);
        vault.withdrawFil(FIL, address(watcher), ALICE);
        vm.stopPrank();
        assertGt(address(watcher).balance, FIL, "paid");
        assertFalse(watcher.ran(), "V-09: ran");
    }

    function test_V09_lendingRunsNoCode() public {
        vm.etch(_miner(), address(new Watcher()).code);
        _lend(1, FIL);
        assertFalse(Watcher(payable(_miner())).ran(), "V-09: ran");
    }
}
