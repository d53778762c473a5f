// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICapacityDelivery, Run, Side} from "../../../../contracts/futures/delivery/interfaces/ICapacityDelivery.sol";
import {DeliveryTest} from "./DeliveryTest.sol";

/// Takes no ERC-1155 tokens, and says so.
contract Refuser {
    function intend(ICapacityDelivery delivery, bytes32 series, uint64 lots) external {
        delivery.declareIntent(series, lots);
    }

    fallback() external {
        revert("no");
    }
}

/// @title Who meets whom, at which price, and who did not pay
contract DeliveryAssignTest is DeliveryTest {
    uint64 private miner;
    uint64 private second;

    /// Buyers: alice 4, bob 7, carol 5 = 16. Sellers: sp 9 and sp2 5 = 14. So two of carol's lots meet nobody.
    function queue() private {
        (miner, second) = (registered(sp, 1), registered(sp2, 1));
        toNotice();
        intend(alice, 4);
        intend(bob, 7);
        intend(carol, 5);
        tenderBy(sp, miner, 9);
        tenderBy(sp2, second, 5);
        hold(alice, 4);
        hold(bob, 7);
        hold(carol, 5);
        hold(sp, -9);
        hold(sp2, -5);
        confirmAll();
    }

    function pairError(bytes4 selector, uint256 i, uint256 t) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, SERIES, i, t);
    }

    function test_assign_intervals() public {
        queue();
        finalise(MARK);
        uint256 price = uint256(MARK) * TICK;
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Assigned(SERIES, 1, 0, idOf_(miner, sp), 5, 5 * price, 5 * bondOf(MARK));
        delivery.assign(SERIES, 1, 0); // bob's [4, 11) meets [0, 9)
        delivery.assign(SERIES, 1, 1); // and [9, 14)
        delivery.assign(SERIES, 2, 1); // carol's [11, 16), of which 3 lie below 14
        delivery.assign(SERIES, 0, 0);
        assertEq(warrant.balanceOf(alice, idOf_(miner, sp)), 4);
        assertEq(warrant.balanceOf(bob, idOf_(miner, sp)), 5);
        assertEq(warrant.balanceOf(bob, idOf_(second, sp2)), 2);
        assertEq(warrant.balanceOf(carol, idOf_(second, sp2)), 3);
        Run memory run = runOf(idOf_(miner, sp));
        assertEq(run.lots, 9);
        assertEq(run.unearned, 9 * price);
        assertEq(run.bond, 9 * bondOf(MARK));
        assertEq(run.price, price);
        assertEq(run.seller, sp);
        assertEq(run.miner, miner);
        assertEq(run.start, start);
        assertEq(warrant.totalSupply(idOf_(miner, sp)), 9);
        assertTrue(delivery.isPairDone(SERIES, 1, 1));
        delivery.refund(SERIES, Side.Buyer, 2);
        assertEq(owed(carol), intentFunding(5, MARK) - 3 * price);
    }

    function test_RevertWhen_PairDoesNotMeet() public {
        queue();
        finalise(MARK);
        bytes4 none = ICapacityDelivery.CapacityDelivery_NoOverlap.selector;
        vm.expectRevert(pairError(none, 0, 1));
        delivery.assign(SERIES, 0, 1);
        vm.expectRevert(pairError(none, 2, 0));
        delivery.assign(SERIES, 2, 0);
        delivery.assign(SERIES, 0, 0);
        bytes4 done = ICapacityDelivery.CapacityDelivery_PairDone.selector;
        vm.expectRevert(pairError(done, 0, 0));
        delivery.assign(SERIES, 0, 0);
        vm.expectRevert(pairError(done, 0, 0));
        delivery.forfeit(SERIES, 0, 0);
        bytes4 selector = ICapacityDelivery.CapacityDelivery_NoEntry.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, SERIES, Side.Buyer, uint256(3)));
        delivery.assign(SERIES, 3, 0);
        vm.expectRevert(abi.encodeWithSelector(selector, SERIES, Side.Seller, uint256(2)));
        delivery.assign(SERIES, 0, 2);
    }

    function test_F09_assign_windowBoundaries() public {
        queue();
        vm.expectRevert(abi.encodeWithSelector(ICapacityDelivery.CapacityDelivery_PriceNotFinal.selector, SERIES));
        delivery.assign(SERIES, 0, 0);
        finalise(MARK);
        vm.roll(start - 1);
        delivery.assign(SERIES, 0, 0);
        vm.roll(start);
        vm.expectRevert(outside(0, start));
        delivery.assign(SERIES, 1, 0);
        // Nobody assigned them in time: all is given back, and the power of what is not delivered is free.
        delivery.refund(SERIES, Side.Buyer, 1);
        assertEq(owed(bob), intentFunding(7, MARK));
        delivery.refund(SERIES, Side.Seller, 0);
        assertEq(owed(sp), tenderFunding(9, MARK) - 4 * bondOf(MARK));
        assertEq(registry.encumberedBy(miner, address(delivery)), 4);
    }

    /// A buyer cannot refuse what it bought: nobody asks it.
    function test_assign_toWhoRefusesWarrants() public {
        Refuser refuser = new Refuser();
        miner = registered(sp, 1);
        token.mint(address(refuser), 1e30);
        vm.prank(address(refuser));
        token.approve(address(delivery), type(uint256).max);
        toNotice();
        refuser.intend(delivery, SERIES, 5);
        tenderBy(sp, miner, 5);
        hold(address(refuser), 5);
        hold(sp, -5);
        confirmAll();
        finalise(MARK);
        uint256 id = delivery.assign(SERIES, 0, 0);
        assertEq(warrant.balanceOf(address(refuser), id), 5);
    }

    // ---------------------------------------------------------------- who did not pay

    /// The price rises by half after the notice: 120 % of the mark do not reach.
    function dear() private {
        queue();
        finalise(751);
    }

    function test_RevertWhen_AssigningUnderfunded() public {
        dear();
        uint256 price = 4 * 751 * uint256(TICK);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICapacityDelivery.CapacityDelivery_Underfunded.selector,
                Side.Buyer,
                price,
                intentFunding(4, MARK)
            )
        );
        delivery.assign(SERIES, 0, 0);
        vm.prank(carol);
        delivery.topUp(SERIES, Side.Buyer, 0, price - intentFunding(4, MARK));
        delivery.assign(SERIES, 0, 0);
        // Its own stake reaches for 7 of 9 lots.
        vm.prank(bob);
        delivery.topUp(SERIES, Side.Buyer, 1, price);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICapacityDelivery.CapacityDelivery_Underfunded.selector,
                Side.Seller,
                5 * bondOf(751),
                tenderFunding(9, MARK) - 4 * bondOf(751)
            )
        );
        delivery.assign(SERIES, 1, 0);
    }

    function test_F08_forfeit_buyerDidNotPay() public {
        dear();
        vm.prank(sp);
        delivery.topUp(SERIES, Side.Seller, 0, 1e15);
        vm.roll(start - DAY - 1);
        vm.expectRevert(outside(start - DAY, start));
        delivery.forfeit(SERIES, 0, 0);
        vm.roll(start - DAY);
        uint256 penalty = ceilDiv(4 * 751 * uint256(TICK) * 500, 10_000);
        vm.expectEmit(address(delivery));
        emit ICapacityDelivery.Forfeited(SERIES, 0, 0, Side.Buyer, 4, penalty);
        assertEq(delivery.forfeit(SERIES, 0, 0), penalty);
        assertEq(owed(sp), penalty);
        delivery.refund(SERIES, Side.Buyer, 0);
        assertEq(owed(alice), intentFunding(4, MARK) - penalty);
        delivery.refund(SERIES, Side.Seller, 0);
        assertEq(registry.encumberedBy(miner, address(delivery)), 5);
        vm.expectRevert(pairError(ICapacityDelivery.CapacityDelivery_PairDone.selector, 0, 0));
        delivery.assign(SERIES, 0, 0);
        assertEq(owed(sp), penalty + tenderFunding(9, MARK) + 1e15 - 5 * bondOf(751));
    }

    function test_F08_forfeit_sellerDidNotPay() public {
        dear();
        for (uint256 i; i < 2; ++i) {
            vm.prank(alice);
            delivery.topUp(SERIES, Side.Buyer, i, 1e15);
        }
        delivery.assign(SERIES, 0, 0);
        vm.roll(start - 1);
        uint256 penalty = ceilDiv(5 * 751 * uint256(TICK) * 500, 10_000);
        delivery.forfeit(SERIES, 1, 0);
        assertEq(owed(bob), penalty);
        assertEq(tenderOf(0).held, tenderFunding(9, MARK) - 4 * bondOf(751) - penalty);
        assertEq(tenderOf(0).forfeited, 5);
        assertEq(intentOf(1).forfeited, 5);
        vm.roll(start);
        delivery.refund(SERIES, Side.Seller, 0);
        assertEq(registry.encumberedBy(miner, address(delivery)), 4);
    }

    /// No penalty is more than there is.
    function test_forfeit_noMoreThanThereIs() public {
        queue();
        finalise(30_000);
        vm.prank(sp);
        delivery.topUp(SERIES, Side.Seller, 0, 1e30 / 2);
        vm.roll(start - DAY);
        assertLt(intentFunding(4, MARK), ceilDiv(4 * 30_000 * uint256(TICK) * 500, 10_000));
        assertEq(delivery.forfeit(SERIES, 0, 0), intentFunding(4, MARK));
        assertEq(intentOf(0).held, 0);
    }

    function test_RevertWhen_NobodyOwes() public {
        queue();
        finalise(400);
        vm.roll(start - DAY);
        vm.expectRevert(pairError(ICapacityDelivery.CapacityDelivery_NothingToForfeit.selector, 0, 0));
        delivery.forfeit(SERIES, 0, 0);
    }

    /// At five times the mark neither carol's money nor the stake of the second seller reaches for their 3 lots.
    function test_RevertWhen_BothOwe() public {
        queue();
        finalise(5 * MARK);
        assertLt(intentOf(2).held, 3 * 5 * uint256(MARK) * TICK);
        assertLt(tenderOf(1).held, 3 * bondOf(5 * MARK));
        vm.roll(start - DAY);
        vm.expectRevert(pairError(ICapacityDelivery.CapacityDelivery_NothingToForfeit.selector, 2, 1));
        delivery.forfeit(SERIES, 2, 1);
    }

    function test_F09_forfeit_windowBoundaries() public {
        queue();
        vm.roll(start - DAY - DAY / 2);
        clearing.setFinal(SERIES, 751);
        vm.prank(sp);
        delivery.topUp(SERIES, Side.Seller, 0, 1e15);
        vm.roll(start - DAY / 2 - 1);
        vm.expectRevert(outside(start - DAY / 2, start));
        delivery.forfeit(SERIES, 0, 0);
        vm.roll(start);
        vm.expectRevert(outside(start - DAY / 2, start));
        delivery.forfeit(SERIES, 0, 0);
        vm.roll(start - DAY / 2);
        delivery.forfeit(SERIES, 0, 0);
    }
}
