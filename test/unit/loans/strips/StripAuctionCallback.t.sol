// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IStripAuction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {StripAuction} from "../../../../contracts/loans/StripAuction.sol";
import {LoanBookDouble} from "./doubles/LoanBookDouble.sol";
import {CallbackTaker} from "./doubles/Takers.sol";
import {StripAuctionTest} from "./StripAuctionTest.sol";

/// Takers without capital: what they see, what they may do, and what they may not.
contract StripAuctionCallbackTest is StripAuctionTest {
    uint256 private constant ALL = type(uint256).max;

    CallbackTaker private taker;

    function setUp() public override {
        super.setUp();
        _kick();
        _forward(100);
        taker = new CallbackTaker(auction, IERC20(address(wfil)));
    }

    function _fund() private returns (uint256 face, uint256 price) {
        (face, price, , ) = auction.quote(LOAN);
        _giveWfil(address(taker), price);
    }

    function test_callback_seesTheFinalStrip() public {
        _take(bob, 50e18);
        (uint256 maxFace, uint256 price) = _fund();
        taker.take(LOAN, ALL, address(taker), hex"c0ffee");
        CallbackTaker.Seen memory seen = taker.seen();
        assertEq(seen.stripId, 2);
        assertEq(seen.loanId, LOAN);
        assertEq(seen.face, maxFace);
        assertEq(seen.price, price);
        assertEq(seen.data, hex"c0ffee");
        assertEq(seen.holder, address(taker));
        assertEq(seen.start, 50e18);
        assertEq(seen.stripFace, maxFace);
        assertEq(auction.stripOf(2).start, 50e18);
        assertEq(book.loanOf(LOAN).stripSold, 50e18 + maxFace);
        assertEq(wfil.balanceOf(address(taker)), 0);
    }

    function test_callback_takerWithoutCapitalSellsTheStripInside() public {
        (, uint256 price, , ) = auction.quote(LOAN);
        _giveWfil(bob, price);
        vm.prank(bob);
        wfil.approve(address(taker), price);
        taker.setBuyer(bob);
        taker.take(LOAN, ALL, address(taker), hex"01");
        assertEq(auction.ownerOf(1), bob);
        assertEq(wfil.balanceOf(vault), price);
        assertEq(wfil.balanceOf(address(taker)), 0);
    }

    function test_callback_seesTheGrownStrip() public {
        _giveWfil(address(taker), 500e18);
        taker.take(LOAN, 50e18, address(0), hex"01");
        assertEq(taker.seen().stripFace, 50e18);
        taker.take(LOAN, 30e18, address(0), hex"01");
        assertEq(taker.seen().stripId, 1);
        assertEq(taker.seen().face, 30e18);
        assertEq(taker.seen().stripFace, 80e18);
    }

    function test_callback_isNotCalledWithoutData() public {
        _fund();
        vm.prank(address(taker));
        wfil.approve(address(auction), ALL);
        taker.take(LOAN, ALL, address(taker), "");
        assertEq(taker.seen().stripId, 0);
        assertEq(auction.ownerOf(1), address(taker));
    }

    function test_callback_isNotCalledWhenPaidWithValue() public {
        taker.take{value: DEBT}(LOAN, ALL, address(taker), hex"01");
        assertEq(taker.seen().stripId, 0);
        assertEq(auction.ownerOf(1), address(taker));
    }

    function test_RevertWhen_callback_answersWrongSelector() public {
        _fund();
        taker.setAnswer(0xdeadbeef);
        vm.expectRevert(
            abi.encodeWithSelector(IStripAuction.StripAuction_BadCallback.selector, address(taker), bytes4(0xdeadbeef))
        );
        taker.take(LOAN, ALL, address(taker), hex"01");
        assertEq(auction.stripCount(), 0);
    }

    function test_RevertWhen_callback_callerHasNoCode() public {
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_BadCallback.selector, alice, bytes4(0)));
        vm.prank(alice);
        auction.take(LOAN, ALL, 0, alice, hex"01");
    }

    function test_RevertWhen_callback_allowsTooLittle() public {
        (, uint256 price) = _fund();
        taker.setShortBy(1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(auction), price - 1, price)
        );
        taker.take(LOAN, ALL, address(taker), hex"01");
        assertEq(vault.balance, 0);
    }

    function test_RevertWhen_callback_hasTooLittle() public {
        (, uint256 price, , ) = auction.quote(LOAN);
        _giveWfil(address(taker), price - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, address(taker), price - 1, price)
        );
        taker.take(LOAN, ALL, address(taker), hex"01");
        assertEq(auction.stripCount(), 0);
    }

    function test_RevertWhen_callback_changesTheDebt() public {
        _fund();
        taker.setCall(address(book), abi.encodeCall(LoanBookDouble.repay, (LOAN, 1)));
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_LoanMoved.selector, LOAN, DEBT, DEBT - 1));
        taker.take(LOAN, ALL, address(taker), hex"01");
    }

    // ---------------------------------------------------------------- G-10

    function _assertReentryFails(bytes memory call) private {
        _fund();
        taker.setCall(address(auction), call);
        vm.expectRevert(
            abi.encodeWithSelector(
                CallbackTaker.CallbackTaker_CallFailed.selector,
                abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
            )
        );
        taker.take(LOAN, ALL, address(taker), hex"01");
        assertEq(auction.stripCount(), 0);
    }

    function test_G10_reentryIntoTake() public {
        _assertReentryFails(abi.encodeCall(IStripAuction.take, (LOAN, ALL, 0, address(taker), "")));
    }

    function test_G10_reentryIntoKick() public {
        _assertReentryFails(abi.encodeCall(IStripAuction.kick, (LOAN)));
    }

    function test_G10_reentryIntoRestart() public {
        _forward(480);
        _assertReentryFails(abi.encodeCall(IStripAuction.restart, (LOAN)));
    }

    function test_G10_reentryIntoBuyIn() public {
        _forward(480);
        _assertReentryFails(abi.encodeCall(IStripAuction.buyIn, (LOAN)));
    }

    function test_G10_reentryIntoEnd() public {
        _assertReentryFails(abi.encodeCall(IStripAuction.end, (LOAN)));
    }

    function test_G10_reentryIntoClaim() public {
        _assertReentryFails(abi.encodeCall(IStripAuction.claim, (1)));
    }

    function test_G10_reentryIntoPause() public {
        _fund();
        taker.setCall(address(auction), abi.encodeCall(IStripAuction.pauseAuctions, ()));
        vm.expectRevert(
            abi.encodeWithSelector(
                CallbackTaker.CallbackTaker_CallFailed.selector,
                abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(taker))
            )
        );
        taker.take(LOAN, ALL, address(taker), hex"01");
    }

    function test_G10_reentryIntoUpgrade() public {
        _fund();
        address next = address(_implementation());
        taker.setCall(address(auction), abi.encodeCall(auction.upgradeToAndCall, (next, "")));
        vm.expectRevert(
            abi.encodeWithSelector(
                CallbackTaker.CallbackTaker_CallFailed.selector,
                abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(taker))
            )
        );
        taker.take(LOAN, ALL, address(taker), hex"01");
    }

    function test_G10_guardIsReleased() public {
        _fund();
        taker.take(LOAN, 50e18, address(taker), hex"01");
        _fund();
        taker.take(LOAN, 50e18, address(taker), hex"01");
        assertEq(auction.stripCount(), 2);
    }

    function test_G10_viewsStayOpenAndTrue() public {
        _fund();
        taker.setCall(address(auction), abi.encodeCall(StripAuction.claimable, (1)));
        taker.take(LOAN, ALL, address(taker), hex"01");
        assertEq(taker.seen().holder, address(taker));
    }
}
