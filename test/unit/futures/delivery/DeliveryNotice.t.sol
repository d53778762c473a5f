// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {CapacityDelivery} from "../../../../contracts/futures/delivery/CapacityDelivery.sol";
import {Entry, ICapacityDelivery, Side} from "../../../../contracts/futures/delivery/interfaces/ICapacityDelivery.sol";
import {IPowerRegistry} from "../../../../contracts/futures/delivery/interfaces/IPowerRegistry.sol";
import {SeriesTerms} from "../../../../contracts/futures/interfaces/IFuturesSeries.sol";
import {HostileToken} from "../../collateral/doubles/Tokens.sol";
import {DeliveryTest} from "./DeliveryTest.sol";

/// @title Intents, tenders, confirmation, refunds
contract DeliveryNoticeTest is DeliveryTest {
    function noEntry(Side side, uint256 index) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_NoEntry.selector, SERIES, side, index);
    }

    function nothingToRefund(Side side, uint256 index) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_NothingToRefund.selector, SERIES, side, index);
    }

    // ---------------------------------------------------------------- intents

    function test_declareIntent_pays120PercentOfTheMark() public {
        toNotice();
        uint256 before = balance(alice);
        uint256 funding = intentFunding(10, MARK);
        assertEq(funding, 10 * 602 * uint256(TICK)); // 501 * 1.2 = 601.2, up
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Declared(SERIES, Side.Buyer, alice, 0, 0, 10, uint128(funding));
        assertEq(intend(alice, 10), 0);
        assertEq(balance(alice), before - funding);
        assertEq(intentOf(0).held, funding);
        assertEq(intentOf(0).lots, 10);
        assertEq(delivery.indexOf(SERIES, Side.Buyer, alice, 0), 0);
        assertEq(intend(bob, 2), 1);
        assertEq(delivery.entryCount(SERIES, Side.Buyer), 2);
    }

    function test_declareIntent_differenceEitherWay() public {
        toNotice();
        intend(alice, 10);
        uint256 before = balance(alice);
        clearing.setMark(SERIES, 600);
        intend(alice, 10);
        assertEq(balance(alice), before - (intentFunding(10, 600) - intentFunding(10, MARK)));
        intend(alice, 4);
        assertEq(intentOf(0).held, intentFunding(4, 600));
        clearing.setMark(SERIES, 100);
        intend(alice, 5);
        assertEq(balance(alice), before + intentFunding(10, MARK) - intentFunding(5, 100));
        intend(alice, 0);
        assertEq(balance(alice), before + intentFunding(10, MARK));
        assertEq(intentOf(0).held, 0);
        intend(alice, 5);
        assertEq(delivery.entryCount(SERIES, Side.Buyer), 1);
    }

    function test_F09_declareIntent_windowBoundaries() public {
        uint256 from = tradingEnd - 5 * DAY;
        vm.roll(from - 1);
        vm.expectRevert(outside(from, tradingEnd));
        intend(alice, 10);
        vm.roll(from);
        intend(alice, 10);
        vm.roll(tradingEnd - 1);
        intend(alice, 9);
        vm.roll(tradingEnd);
        vm.expectRevert(outside(from, tradingEnd));
        intend(alice, 0);
    }

    function test_RevertWhen_NotPhysical() public {
        toNotice();
        bytes memory refusal = abi.encodeWithSelector(
            ICapacityDelivery.CapacityDelivery_NotPhysical.selector,
            bytes32("nothing")
        );
        vm.expectRevert(refusal);
        delivery.declareIntent("nothing", 10);
        clearing.list("cash", terms(false));
        vm.expectRevert(
            abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_NotPhysical.selector, bytes32("cash"))
        );
        delivery.declareIntent("cash", 10);
        vm.expectRevert(refusal);
        delivery.topUp("nothing", Side.Buyer, 0, 1);
        vm.expectRevert(refusal);
        delivery.refund("nothing", Side.Buyer, 0);
        vm.expectRevert(refusal);
        delivery.confirm("nothing", Side.Buyer, 0);
        vm.expectRevert(refusal);
        delivery.assign("nothing", 0, 0);
        vm.expectRevert(refusal);
        delivery.forfeit("nothing", 0, 0);
    }

    function test_RevertWhen_DustDeclared() public {
        toNotice();
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_BelowMinimum.selector, 2, 1));
        intend(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_BelowMinimum.selector, 2, 1));
        tenderBy(sp, 1_000, 1);
    }

    /// Amounts that do not fit are refused, not cut.
    function test_RevertWhen_AmountDoesNotFit() public {
        SeriesTerms memory t = terms(true);
        t.tickValue = type(uint96).max;
        clearing.list(SERIES, t);
        toNotice();
        uint256 needed = uint256(type(uint64).max) * 602 * type(uint96).max;
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 128, needed));
        intend(alice, type(uint64).max);
    }

    function test_RevertWhen_TokenTakesAFee() public {
        toNotice();
        token.setManner(HostileToken.Manner.FeeOnReceiver);
        uint256 funding = intentFunding(10, MARK);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICapacityDelivery.CapacityDelivery_WrongAmount.selector,
                token,
                funding,
                funding - funding / 100
            )
        );
        intend(alice, 10);
        token.setManner(HostileToken.Manner.Lie);
        vm.expectRevert(
            abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_WrongAmount.selector, token, funding, 0)
        );
        intend(alice, 10);
        token.setManner(HostileToken.Manner.ReturnFalse);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, token));
        intend(alice, 10);
    }

    // ---------------------------------------------------------------- tenders

    function test_tender_bondAndPower() public {
        uint64 miner = registered(sp, 1);
        toNotice();
        uint256 before = balance(sp);
        uint256 bond = tenderFunding(8, MARK);
        assertEq(bond, 8 * 151 * uint256(TICK)); // a quarter of 602, up
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Declared(SERIES, Side.Seller, sp, 0, miner, 8, uint128(bond));
        vm.expectEmit(address(registry));
        emit IPowerRegistry.Encumbered(miner, address(delivery), 8, 8);
        tenderBy(sp, miner, 8);
        assertEq(balance(sp), before - bond);
        tenderBy(sp, miner, 10);
        tenderBy(sp, miner, 3);
        assertEq(registry.encumberedBy(miner, address(delivery)), 3);
        assertEq(balance(sp), before - tenderFunding(3, MARK));
        tenderBy(sp, miner, 3); // the same again
        tenderBy(sp, miner, 0);
        assertEq(registry.encumberedBy(miner, address(delivery)), 0);
        assertEq(balance(sp), before);
    }

    function test_F08_RevertWhen_TenderOfAnothersMiner() public {
        uint64 miner = registered(sp, 1);
        toNotice();
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotOperator.selector, miner, sp, sp2));
        tenderBy(sp2, miner, 8);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_ExceedsCapacity.selector, miner, 10, 11));
        tenderBy(sp, miner, 11);
    }

    /// The same power for two series.
    function test_F08_RevertWhen_TenderedInTwoSeries() public {
        uint64 miner = registered(sp, 1);
        clearing.list("second", terms(true));
        clearing.setMark("second", MARK);
        toNotice();
        tenderBy(sp, miner, 8);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_ExceedsCapacity.selector, miner, 10, 11));
        vm.prank(sp);
        delivery.tender("second", miner, 3);
        vm.prank(sp);
        delivery.tender("second", miner, 2);
    }

    /// Who sold its miner can still tender less, and its tender is not the buyer's.
    function test_tender_afterTheMinerIsSold() public {
        uint64 miner = registered(sp, 1);
        toNotice();
        tenderBy(sp, miner, 5);
        sell(miner, sp, sp2);
        vm.prank(sp2);
        registry.register(miner);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotOperator.selector, miner, sp2, sp));
        tenderBy(sp, miner, 6);
        tenderBy(sp, miner, 4);
        assertEq(tenderBy(sp2, miner, 6), 1);
        assertEq(registry.encumberedBy(miner, address(delivery)), 10);
        assertTrue(idOf_(miner, sp) != idOf_(miner, sp2));
        assertEq(delivery.runIdOf(SERIES, miner, sp), idOf_(miner, sp));
    }

    // ---------------------------------------------------------------- confirmation

    function test_confirm_byPosition() public {
        uint64 miner = registered(sp, 2);
        uint64 second = registered(sp, 1);
        toNotice();
        intend(alice, 10);
        intend(bob, 10);
        intend(carol, 10);
        tenderBy(sp, miner, 12);
        tenderBy(sp, second, 10);
        hold(alice, 4);
        hold(bob, -7); // a short is no long
        hold(carol, 25);
        hold(sp, -15);
        vm.roll(expiry);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Confirmed(SERIES, Side.Buyer, 2, 10, 0);
        assertEq(delivery.confirm(SERIES, Side.Buyer, 2), 10);
        assertEq(delivery.confirm(SERIES, Side.Buyer, 1), 0);
        assertEq(delivery.confirm(SERIES, Side.Buyer, 0), 4);
        assertEq(intentOf(0).start, 10);
        // 15 short lots back 10 of one tender and 5 of the other.
        assertEq(delivery.confirm(SERIES, Side.Seller, 1), 10);
        assertEq(delivery.confirm(SERIES, Side.Seller, 0), 5);
        assertEq(delivery.confirmedLots(SERIES, Side.Buyer), 14);
        assertEq(delivery.confirmedLots(SERIES, Side.Seller), 15);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICapacityDelivery.CapacityDelivery_AlreadyConfirmed.selector,
                SERIES,
                Side.Buyer,
                uint256(0)
            )
        );
        delivery.confirm(SERIES, Side.Buyer, 0);
    }

    function test_F09_confirm_windowBoundaries() public {
        toNotice();
        intend(alice, 10);
        intend(bob, 10);
        hold(alice, 10);
        vm.roll(expiry - 1);
        vm.expectRevert(outside(expiry, start));
        delivery.confirm(SERIES, Side.Buyer, 0);
        vm.roll(expiry);
        delivery.confirm(SERIES, Side.Buyer, 0);
        vm.roll(start);
        vm.expectRevert(outside(expiry, start));
        delivery.confirm(SERIES, Side.Buyer, 1);
        vm.roll(start - 1);
        clearing.setFinal(SERIES, MARK);
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_PriceFinal.selector, SERIES));
        delivery.confirm(SERIES, Side.Buyer, 1);
    }

    function test_RevertWhen_NoSuchEntry() public {
        vm.roll(expiry);
        vm.expectRevert(noEntry(Side.Buyer, 0));
        delivery.confirm(SERIES, Side.Buyer, 0);
        vm.expectRevert(noEntry(Side.Seller, 3));
        delivery.topUp(SERIES, Side.Seller, 3, 1);
        vm.expectRevert(noEntry(Side.Seller, 3));
        delivery.refund(SERIES, Side.Seller, 3);
        vm.expectRevert(noEntry(Side.Seller, 0));
        delivery.entryOf(SERIES, Side.Seller, 0);
        vm.expectRevert(noEntry(Side.Seller, type(uint256).max));
        delivery.indexOf(SERIES, Side.Seller, alice, 0);
    }

    // ---------------------------------------------------------------- refunds

    /// WTI, April 2020: nobody who cannot take delivery is made to. Who has no position, or was not confirmed, has all of it back.
    function test_wti2020_refund_ofNonTakers() public {
        uint64 miner = registered(sp, 1);
        toNotice();
        intend(alice, 10);
        intend(bob, 5); // nobody confirms him
        tenderBy(sp, miner, 8);
        hold(alice, 3);
        vm.roll(expiry);
        delivery.confirm(SERIES, Side.Buyer, 0);
        delivery.confirm(SERIES, Side.Seller, 0); // no short position
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_PriceNotFinal.selector, SERIES));
        delivery.refund(SERIES, Side.Buyer, 0);
        finalise(MARK);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Refunded(SERIES, Side.Buyer, 0, intentFunding(10, MARK), 0);
        assertEq(delivery.refund(SERIES, Side.Buyer, 0), intentFunding(10, MARK));
        assertEq(delivery.refund(SERIES, Side.Buyer, 1), intentFunding(5, MARK));
        vm.expectEmit(address(registry));
        emit IPowerRegistry.Freed(miner, address(delivery), 8, 0);
        assertEq(delivery.refund(SERIES, Side.Seller, 0), tenderFunding(8, MARK));
        assertEq(owed(alice), intentFunding(10, MARK));
        assertEq(owed(bob), intentFunding(5, MARK));
        assertEq(owed(sp), tenderFunding(8, MARK));
        vm.expectRevert(nothingToRefund(Side.Seller, 0));
        delivery.refund(SERIES, Side.Seller, 0);
    }

    /// Before the start only what is above the need of lots that may still be assigned.
    function test_refund_keepsWhatIsNeeded() public {
        uint64 miner = registered(sp, 1);
        toNotice();
        intend(alice, 10);
        tenderBy(sp, miner, 8);
        hold(alice, 10);
        hold(sp, -6);
        confirmAll();
        finalise(400);
        uint256 need = 6 * 400 * uint256(TICK);
        assertEq(delivery.refund(SERIES, Side.Buyer, 0), intentFunding(10, MARK) - need);
        vm.expectRevert(nothingToRefund(Side.Buyer, 0));
        delivery.refund(SERIES, Side.Buyer, 0);
        assertEq(delivery.refund(SERIES, Side.Seller, 0), tenderFunding(8, MARK) - 6 * bondOf(400));
        assertEq(registry.encumberedBy(miner, address(delivery)), 6);
        uint256 id = delivery.assign(SERIES, 0, 0);
        assertEq(runOf(id).lots, 6);
        assertEq(intentOf(0).held, 0);
        vm.roll(start);
        vm.expectRevert(nothingToRefund(Side.Buyer, 0));
        delivery.refund(SERIES, Side.Buyer, 0);
        vm.expectRevert(nothingToRefund(Side.Seller, 0));
        delivery.refund(SERIES, Side.Seller, 0);
        assertEq(registry.encumberedBy(miner, address(delivery)), 6);
    }

    /// FU-13: without a final price before the start, all of it goes back.
    function test_FU13_refund_withoutAPrice() public {
        uint64 miner = registered(sp, 1);
        toNotice();
        intend(alice, 10);
        tenderBy(sp, miner, 8);
        hold(alice, 10);
        hold(sp, -8);
        confirmAll();
        vm.roll(start - 1);
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_PriceNotFinal.selector, SERIES));
        delivery.refund(SERIES, Side.Buyer, 0);
        vm.roll(start);
        delivery.refund(SERIES, Side.Buyer, 0);
        delivery.refund(SERIES, Side.Seller, 0);
        assertEq(owed(alice), intentFunding(10, MARK));
        assertEq(owed(sp), tenderFunding(8, MARK));
        assertEq(registry.encumberedBy(miner, address(delivery)), 0);
        clearing.setFinal(SERIES, MARK);
        vm.expectRevert(outside(0, start));
        delivery.assign(SERIES, 0, 0);
    }

    /// A buyer whom the token refuses stops nobody: what is due to it waits.
    function test_refund_ofABlacklistedHolder() public {
        uint64 miner = registered(sp, 1);
        toNotice();
        intend(alice, 10);
        tenderBy(sp, miner, 8);
        token.setBlacklisted(sp, true);
        vm.roll(start);
        delivery.refund(SERIES, Side.Seller, 0);
        delivery.refund(SERIES, Side.Buyer, 0);
        assertEq(registry.encumberedBy(miner, address(delivery)), 0);
        delivery.withdraw(address(token), alice);
        vm.expectRevert(abi.encodeWithSelector(HostileToken.HostileToken_Blacklisted.selector, sp));
        delivery.withdraw(address(token), sp);
        token.setBlacklisted(sp, false);
        delivery.withdraw(address(token), sp);
        assertEq(balance(address(delivery)), 0);
    }

    // ---------------------------------------------------------------- topping up

    function test_topUp_byAnyone() public {
        toNotice();
        intend(alice, 10);
        vm.roll(start - 1);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.ToppedUp(SERIES, Side.Buyer, 0, 77, uint128(intentFunding(10, MARK) + 77));
        vm.prank(bob);
        delivery.topUp(SERIES, Side.Buyer, 0, 77);
        vm.roll(start);
        vm.expectRevert(outside(0, start));
        vm.prank(bob);
        delivery.topUp(SERIES, Side.Buyer, 0, 77);
        delivery.refund(SERIES, Side.Buyer, 0);
        assertEq(owed(alice), intentFunding(10, MARK) + 77);
    }

    function test_RevertWhen_TopUpDoesNotFit() public {
        toNotice();
        intend(alice, 10);
        uint256 sum = intentFunding(10, MARK) + (1 << 128);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 128, sum));
        delivery.topUp(SERIES, Side.Buyer, 0, 1 << 128);
    }

    // ---------------------------------------------------------------- hostile tokens, governance

    function test_RevertWhen_TokenCallsBack() public {
        toNotice();
        intend(alice, 10);
        token.setCall(address(delivery), abi.encodeCall(delivery.declareIntent, (SERIES, 10)), true);
        vm.expectPartialRevert(HostileToken.HostileToken_CallFailed.selector);
        intend(bob, 10);
        bytes memory inner = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        vm.expectRevert(abi.encodeWithSelector(HostileToken.HostileToken_CallFailed.selector, inner));
        intend(bob, 10);
    }

    function test_RevertWhen_NotGoverning() public {
        CapacityDelivery next = newDelivery();
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        delivery.upgradeToAndCall(address(next), "");
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        delivery.initialize(alice);
        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        next.initialize(alice);
        toNotice();
        intend(alice, 10);
        Entry memory before = intentOf(0);
        delivery.upgradeToAndCall(address(next), "");
        assertEq(abi.encode(intentOf(0)), abi.encode(before));
    }
}
