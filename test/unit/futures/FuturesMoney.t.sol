// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IFuturesEvents} from "../../../contracts/futures/interfaces/IFuturesEvents.sol";
import {HostileToken} from "../collateral/doubles/Tokens.sol";
import {FuturesTest} from "./FuturesTest.sol";

/// Money in, out, and into a series.
contract FuturesMoneyTest is FuturesTest {
    function test_Deposit_isTheReceivers() public {
        usd.mint(alice, 5e18);
        vm.expectEmit();
        emit IFuturesEvents.Deposited(address(usd), alice, bob, 5e18);
        vm.prank(alice);
        clearing.deposit(address(usd), 5e18, bob);
        assertEq(_free(bob), WEALTH + 5e18);
        assertEq(_free(alice), WEALTH);
        _assertBooks();
    }

    function test_RevertWhen_DepositOfATokenNotListed() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TokenNotListed.selector, address(this)));
        clearing.deposit(address(this), 1, alice);
    }

    function test_RevertWhen_DepositOfNothing() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        clearing.deposit(address(usd), 0, alice);
    }

    function test_RevertWhen_DepositForNobody() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BadAddress.selector, address(0)));
        clearing.deposit(address(usd), 1, address(0));
    }

    function test_RevertWhen_TokenTakesAFeeOnTheWayIn() public {
        odd.setManner(HostileToken.Manner.FeeOnReceiver);
        _expect(
            abi.encodeWithSelector(IFuturesEvents.FuturesClearing_WrongAmount.selector, address(odd), 100e18, 99e18)
        );
        vm.prank(alice);
        clearing.deposit(address(odd), 100e18, alice);
    }

    function test_RevertWhen_TokenReenters() public {
        odd.setCall(address(clearing), abi.encodeCall(clearing.deposit, (address(usd), 1, alice)), true);
        vm.prank(alice);
        vm.expectRevert();
        clearing.deposit(address(odd), 100e18, alice);
    }

    function test_Withdraw_pays() public {
        vm.expectEmit();
        emit IFuturesEvents.Withdrawn(address(usd), alice, carol, 7e18);
        vm.prank(alice);
        clearing.withdraw(address(usd), 7e18, carol);
        assertEq(usd.balanceOf(carol), 7e18);
        assertEq(_free(alice), WEALTH - 7e18);
        _assertBooks();
    }

    function test_RevertWhen_WithdrawingMoreThanIsFree() public {
        _expect(
            abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotFree.selector, address(usd), WEALTH, WEALTH + 1)
        );
        vm.prank(alice);
        clearing.withdraw(address(usd), WEALTH + 1, alice);
    }

    function test_RevertWhen_WithdrawingNothing() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        vm.prank(alice);
        clearing.withdraw(address(usd), 0, alice);
    }

    function test_RevertWhen_WithdrawingToNobodyOrTheClearing() public {
        address[2] memory receivers = [address(0), address(clearing)];
        for (uint256 i; i < receivers.length; ++i) {
            _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BadAddress.selector, receivers[i]));
            vm.prank(alice);
            clearing.withdraw(address(usd), 1, receivers[i]);
        }
    }

    function test_Allocate_movesIntoTheSeries() public {
        vm.expectEmit();
        emit IFuturesEvents.Allocated(id, alice, 9e18);
        _allocate(alice, 9e18);
        assertEq(_free(alice), WEALTH - 9e18);
        assertEq(_cash(alice), 9e18);
        assertEq(clearing.seriesOf(id).funds.cash, 9e18);
        _assertBooks();
    }

    function test_RevertWhen_AllocatingToNoSeries() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_NotListed.selector, bytes32(uint256(1))));
        vm.prank(alice);
        clearing.allocate(bytes32(uint256(1)), 1);
    }

    function test_RevertWhen_AllocatingNothing() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        _allocate(alice, 0);
    }

    /// Alkimiya, 28 March 2025: an amount that loses its upper bits on the way into a ledger.
    function test_X01_AmountsBeyond128BitsAreNotCutOff() public {
        uint256 amount = uint256(type(uint128).max) + 2; // 2^128 + 1
        usd.mint(alice, amount);
        vm.startPrank(alice);
        clearing.deposit(address(usd), amount, alice);
        assertEq(_free(alice), WEALTH + amount, "all of it counts");
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedIntDowncast.selector, 128, int256(amount)));
        clearing.allocate(id, amount);
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 112, amount));
        clearing.fund(address(usd), amount);
        clearing.withdraw(address(usd), amount, alice);
        vm.stopPrank();
        assertEq(usd.balanceOf(alice), amount);
        _assertBooks();
    }

    function test_Fund_isInsurances() public {
        vm.expectEmit();
        emit IFuturesEvents.Funded(address(usd), alice, 3e18);
        vm.prank(alice);
        clearing.fund(address(usd), 3e18);
        assertEq(_insurance(), 3e18);
        _assertBooks();
    }

    function test_RevertWhen_FundingNothing() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        clearing.fund(address(usd), 0);
    }

    function test_RevertWhen_NothingIsMissing() public {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        vm.prank(alice);
        clearing.recapitalise(id, 1e18);
    }

    function test_CollectFees_leavesRewards() public {
        _buy(alice, bob, 100_000, PRICE);
        uint256 fees = _fees();
        assertEq(fees, (LOT * 100_000 * 6) / 20_000, "half of 6 bps");
        vm.expectEmit();
        emit IFuturesEvents.FeesCollected(address(usd), treasury, fees - 64e18);
        assertEq(clearing.collectFees(address(usd)), fees - 64e18);
        assertEq(usd.balanceOf(treasury), fees - 64e18);
        assertEq(_fees(), 64e18);
        _assertBooks();
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_ZeroAmount.selector));
        clearing.collectFees(address(usd));
    }
}
