// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

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

    // ---------------------------------------------------------------- amounts that a field cannot hold

    uint256 private constant MOST = 1 << 126;

    function _tooLarge(uint256 most, uint256 amount) private {
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_TooLarge.selector, most, amount));
    }

    /// 2^128 + 1 and more.
    function _huge() private pure returns (uint256[3] memory) {
        return [uint256(type(uint128).max) + 2, 1 << 255, type(uint256).max];
    }

    /// Alkimiya, 28 March 2025: an amount that loses its upper bits on the way into a ledger.
    function test_X01_AmountsBeyond128BitsAreRefused() public {
        uint256[3] memory amounts = _huge();
        vm.startPrank(alice);
        for (uint256 i; i < 3; ++i) {
            _tooLarge(MOST, amounts[i]);
            clearing.deposit(address(usd), amounts[i], alice);
            bytes memory notFree = abi.encodeWithSelector(
                IFuturesEvents.FuturesClearing_NotFree.selector,
                address(usd),
                WEALTH,
                amounts[i]
            );
            _expect(notFree);
            clearing.withdraw(address(usd), amounts[i], alice);
            _expect(notFree);
            clearing.allocate(id, amounts[i]);
            _expect(notFree);
            clearing.fund(address(usd), amounts[i]);
        }
        vm.stopPrank();
    }

    function test_X01_ReleasesBeyond128BitsAreRefused() public {
        uint256[3] memory amounts = _huge();
        _allocate(alice, 10e18);
        _allocate(carol, 10e18);
        _buy(alice, bob, 10, PRICE);
        for (uint256 i; i < 3; ++i) {
            _tooLarge(MOST, amounts[i]);
            vm.prank(alice);
            clearing.release(id, amounts[i]);
            bytes4 error = IFuturesEvents.FuturesClearing_NotThere.selector;
            _expect(abi.encodeWithSelector(error, id, int256(10e18), amounts[i]));
            vm.prank(carol);
            clearing.release(id, amounts[i]);
        }
        int256 left = 10e18 - 0.0125e18 - int256(MOST);
        _expect(abi.encodeWithSelector(IFuturesEvents.FuturesClearing_BelowMargin.selector, id, 5e18, left));
        vm.prank(alice);
        clearing.release(id, MOST);
    }

    /// Of a token with as many units: what is in one series fits, what anyone has in none has no bound.
    function test_X01_ASeriesHoldsWhatFits() public {
        usd.mint(alice, 3 * MOST);
        vm.startPrank(alice);
        _tooLarge(MOST, MOST + 1);
        clearing.deposit(address(usd), MOST + 1, alice);
        for (uint256 i; i < 3; ++i) clearing.deposit(address(usd), MOST, alice);
        assertEq(_free(alice), WEALTH + 3 * MOST, "all of it counts");
        _tooLarge(MOST, MOST + 1);
        clearing.allocate(id, MOST + 1);
        clearing.allocate(id, MOST - 1);
        _tooLarge(1, 2);
        clearing.allocate(id, 2);
        clearing.allocate(id, 1);
        _tooLarge(0, 1);
        clearing.allocate(id, 1);
        vm.stopPrank();
        _buy(bob, alice, 200_000, 2_600); // what she gets for them fits too
        _buy(alice, bob, 200_000, 2_600);
        vm.startPrank(alice);
        clearing.release(id, MOST - 1_000e18);
        clearing.withdraw(address(usd), 2 * MOST + 1, alice);
        vm.stopPrank();
        assertEq(usd.balanceOf(alice), 2 * MOST + 1);
        _assertBooks();
    }

    function test_X01_InsuranceHoldsWhatFits() public {
        uint256 most = type(uint112).max;
        usd.mint(alice, most + 1);
        vm.startPrank(alice);
        clearing.deposit(address(usd), most + 1, alice);
        _tooLarge(most, most + 1);
        clearing.fund(address(usd), most + 1);
        clearing.fund(address(usd), 5e18);
        _tooLarge(most - 5e18, most - 5e18 + 1);
        clearing.fund(address(usd), most - 5e18 + 1);
        clearing.fund(address(usd), most - 5e18);
        assertEq(_insurance(), most);
        vm.stopPrank();
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
