// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {FuturesExchange} from "../../../../contracts/futures/FuturesExchange.sol";
import {IFuturesExchange, Order, Unfit} from "../../../../contracts/futures/interfaces/IFuturesExchange.sol";
import {Fill, Skip, Taker} from "../../../../contracts/futures/interfaces/IFuturesVenues.sol";
import {ClearingDouble} from "./doubles/ClearingDouble.sol";
import {ExchangeTest} from "./ExchangeTest.sol";

contract ExchangeFillTest is ExchangeTest {
    function _two() private view returns (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) {
        (orders, signatures, lots) = (new Order[](2), new bytes[](2), new uint64[](2));
        orders[0] = _order();
        orders[1] = _orderOf(other, false, 5, 25_100);
        orders[1].flags = REDUCE_ONLY;
        orders[1].feeCapBps = 3;
        (signatures[0], signatures[1]) = (_sign(orders[0], makerKey), _sign(orders[1], otherKey));
        (lots[0], lots[1]) = (4, 5);
    }

    function _tooFew(uint256 minimum, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IFuturesExchange.FuturesExchange_TooFewLots.selector, minimum, actual);
    }

    // ---------------------------------------------------------------- what is handed to the clearing

    function test_fill_handsEachOverAtItsMakersPrice() public {
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = _two();
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderFilled(exchange.hashOf(orders[0]), maker, 4);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderFilled(exchange.hashOf(orders[1]), other, 5);
        assertEq(_fill(orders, signatures, lots, 9), 9);
        assertEq(clearing.series(), SERIES);
        assertEq(abi.encode(clearing.lastTaker()), abi.encode(Taker(taker, true, false, 50)));
        Fill[] memory fills = clearing.lastFills();
        assertEq(fills.length, 2);
        assertEq(abi.encode(fills[0]), abi.encode(Fill(maker, 4, 25_000, 10, false)));
        assertEq(abi.encode(fills[1]), abi.encode(Fill(other, 5, 25_100, 3, true)));
        assertEq(exchange.filledOf(exchange.hashOf(orders[0])), 4);
        assertEq(exchange.filledOf(exchange.hashOf(orders[1])), 5);
    }

    function test_fill_sellsToBuyers() public {
        Order memory order = _orderOf(maker, true, 10, 25_000);
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = _one(
            order,
            _sign(order, makerKey),
            10
        );
        vm.prank(taker);
        exchange.fill(orders, signatures, lots, 10, 7, true);
        assertEq(abi.encode(clearing.lastTaker()), abi.encode(Taker(taker, false, true, 7)));
        assertEq(clearing.positionOf(maker), 10);
    }

    function test_fill_takesPostOnlyAndReduceOnlyMakers() public {
        Order memory order = _order();
        order.flags = POST_ONLY + REDUCE_ONLY;
        assertEq(_fillOne(order, _sign(order, makerKey), 3), 3);
        assertTrue(clearing.lastFills()[0].reduceOnly);
    }

    function test_fill_cutsToWhatIsLeft() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        assertEq(_fillOne(order, signature, 7), 7);
        assertEq(_fillOne(order, signature, type(uint64).max), 3);
        assertEq(exchange.filledOf(exchange.hashOf(order)), 10);
        assertEq(clearing.lotsOf(maker), 10);
    }

    function test_FU6_fill_countsWhatTheClearingFilledAndNothingElse() public {
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = _two();
        for (uint256 why = 1; why <= uint256(type(Skip).max); ++why) {
            clearing.setSkipAt(0, Skip(why));
            uint256 before = exchange.filledOf(exchange.hashOf(orders[1]));
            lots[1] = 1;
            if (before == 5) break;
            vm.expectEmit(address(exchange));
            emit IFuturesExchange.OrderSkipped(exchange.hashOf(orders[0]), maker, Unfit.Refused, Skip(why));
            assertEq(_fill(orders, signatures, lots, 0), 1);
            assertEq(exchange.filledOf(exchange.hashOf(orders[0])), 0);
            assertEq(exchange.filledOf(exchange.hashOf(orders[1])), before + 1);
        }
        assertEq(clearing.lotsOf(maker), 0);
        assertEq(clearing.lotsOf(other), 5);
    }

    function test_F06_fill_leavesSelfTradesToTheClearing() public {
        Order memory order = _orderOf(taker, false, 10, 25_000);
        _assertSkipped(order, _sign(order, takerKey), 5, Unfit.Refused, Skip.BadMaker);
    }

    function test_RevertWhen_TheClearingFillsNothing() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        clearing.setSkip(maker, Skip.Margin);
        vm.expectRevert(ClearingDouble.ClearingDouble_NothingFilled.selector);
        _fillOne(order, signature, 5);
        assertEq(exchange.filledOf(exchange.hashOf(order)), 0);
    }

    // ---------------------------------------------------------------- batches

    function test_RevertWhen_FewerLotsThanTheTakerDemands() public {
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = _two();
        vm.expectRevert(_tooFew(10, 9));
        _fill(orders, signatures, lots, 10);
        clearing.setSkip(maker, Skip.Margin);
        vm.expectRevert(_tooFew(6, 5));
        _fill(orders, signatures, lots, 6);
        assertEq(_fill(orders, signatures, lots, 5), 5);
    }

    function test_RevertWhen_NothingCanBeFilled() public {
        Order memory order = _order();
        vm.expectRevert(_tooFew(1, 0));
        _fillOne(order, "", 5);
        bytes memory signature = _sign(order, otherKey);
        vm.expectRevert(_tooFew(1, 0));
        _fillOne(order, signature, 5);
        assertEq(clearing.trades(), 0);
    }

    function test_RevertWhen_BatchEmptyOrTooLong() public {
        vm.expectRevert(abi.encodeWithSelector(IFuturesExchange.FuturesExchange_BadBatch.selector, 64, 0));
        _fill(new Order[](0), new bytes[](0), new uint64[](0), 0);
        vm.expectRevert(abi.encodeWithSelector(IFuturesExchange.FuturesExchange_BadBatch.selector, 64, 65));
        _fill(new Order[](65), new bytes[](65), new uint64[](65), 0);
    }

    function test_RevertWhen_ListsAreNotEquallyLong() public {
        Order[] memory orders = new Order[](2);
        for (uint256 i = 0; i < 4; ++i) {
            (uint256 signatures, uint256 lots) = i < 2 ? (i * 2 + 1, uint256(2)) : (uint256(2), i * 2 - 3);
            vm.expectRevert(
                abi.encodeWithSelector(IFuturesExchange.FuturesExchange_LengthMismatch.selector, 2, signatures, lots)
            );
            _fill(orders, new bytes[](signatures), new uint64[](lots), 0);
        }
    }

    function test_fill_takes64Makers() public {
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = (
            new Order[](64),
            new bytes[](64),
            new uint64[](64)
        );
        for (uint256 i = 0; i < 64; ++i) {
            orders[i] = _orderOf(vm.addr(i + 1), false, 10, 25_000);
            (signatures[i], lots[i]) = (_sign(orders[i], i + 1), uint64(i % 10) + 1);
        }
        uint256 total = _fill(orders, signatures, lots, 0);
        assertEq(total, 6 * 55 + 1 + 2 + 3 + 4);
        for (uint256 i = 0; i < 64; ++i) assertEq(clearing.lotsOf(vm.addr(i + 1)), (i % 10) + 1);
    }

    function test_F05_fill_neverOverfillsAnOrderThatIsInTheBatchTwice() public {
        Order memory order = _order();
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = (
            new Order[](3),
            new bytes[](3),
            new uint64[](3)
        );
        bytes memory signature = _sign(order, makerKey);
        for (uint256 i = 0; i < 3; ++i) (orders[i], signatures[i], lots[i]) = (order, signature, 6);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderSkipped(exchange.hashOf(order), maker, Unfit.Filled, Skip.None);
        assertEq(_fill(orders, signatures, lots, 0), 10);
        assertEq(clearing.lotsOf(maker), 10);
        assertEq(exchange.filledOf(exchange.hashOf(order)), 10);
    }

    function test_F05_fill_takesBackOfATwiceListedOrderWhatWasRefused() public {
        Order memory order = _order();
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = (
            new Order[](2),
            new bytes[](2),
            new uint64[](2)
        );
        (orders[0], orders[1]) = (order, order);
        signatures[0] = signatures[1] = _sign(order, makerKey);
        (lots[0], lots[1]) = (6, 6); // 6, and the 4 that are left
        clearing.setSkipAt(0, Skip.Margin);
        assertEq(_fill(orders, signatures, lots, 0), 4);
        assertEq(clearing.lotsOf(maker), 4);
        assertEq(exchange.filledOf(exchange.hashOf(order)), 4);
    }

    // ---------------------------------------------------------------- what is skipped

    function test_fill_skipsOtherSeriesAndTheOtherSide() public {
        Order memory order = _order();
        order.series = keccak256("another");
        _assertSkipped(order, _sign(order, makerKey), 5, Unfit.Mismatch);
        order = _orderOf(maker, true, 10, 25_000);
        _assertSkipped(order, _sign(order, makerKey), 5, Unfit.Mismatch);
    }

    function test_F13_fill_skipsWhatCannotBeAMaker() public {
        Order memory order = _order();
        uint8[6] memory flags = [FILL_OR_KILL, IMMEDIATE_OR_CANCEL, 5, 12, 16, 255];
        for (uint256 i = 0; i < flags.length; ++i) {
            order.flags = flags[i];
            _assertSkipped(order, _sign(order, makerKey), 5, Unfit.Flags);
        }
    }

    function test_fill_skipsAnOrderForAnotherTaker() public {
        Order memory order = _order();
        order.taker = other;
        _assertSkipped(order, _sign(order, makerKey), 5, Unfit.Taker);
        order.taker = taker;
        assertEq(_fillOne(order, _sign(order, makerKey), 5), 5);
    }

    function test_S08_fill_takesAnOrderUpToItsExpiry() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        vm.roll(order.expiry - 1);
        assertEq(_fillOne(order, signature, 1), 1);
        vm.roll(order.expiry);
        assertEq(_fillOne(order, signature, 1), 1);
        vm.roll(uint256(order.expiry) + 1);
        _assertSkipped(order, signature, 1, Unfit.Expired);
    }

    function test_S01_fill_skipsWhatIsFilled() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        assertEq(_fillOne(order, signature, 10), 10);
        _assertSkipped(order, signature, 1, Unfit.Filled);
        order.lots = 0;
        _assertSkipped(order, _sign(order, makerKey), 1, Unfit.Filled);
    }

    function test_S01_fill_skipsOldEpochs() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        assertEq(_fillOne(order, signature, 2), 2);
        vm.prank(maker);
        exchange.cancelAll();
        _assertSkipped(order, signature, 1, Unfit.Epoch);
        order.epoch = 2;
        _assertSkipped(order, _sign(order, makerKey), 1, Unfit.Epoch);
        order.epoch = 1;
        assertEq(_fillOne(order, _sign(order, makerKey), 2), 2);
    }

    function test_fill_skipsFillsBelowTheLeast() public {
        Order memory order = _order();
        order.minFill = 4;
        bytes memory signature = _sign(order, makerKey);
        _assertSkipped(order, signature, 3, Unfit.MinFill);
        assertEq(_fillOne(order, signature, 4), 4);
        assertEq(_fillOne(order, signature, 4), 4);
        _assertSkipped(order, signature, 1, Unfit.MinFill);
        assertEq(_fillOne(order, signature, 2), 2, "what is left, though below the least");
        order.minFill = 0;
        order.nonce = 8;
        _assertSkipped(order, _sign(order, makerKey), 0, Unfit.MinFill);
    }

    // ---------------------------------------------------------------- F-04: cancel races

    function test_F04_fill_afterCancelOrBefore() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        assertEq(_fillOne(order, signature, 4), 4);
        vm.prank(maker);
        exchange.cancel(order.nonce);
        _assertSkipped(order, signature, 1, Unfit.Cancelled);
        assertEq(exchange.filledOf(exchange.hashOf(order)), 4);
    }

    function test_F04_fill_isNotStoppedByAnothersCancel() public {
        Order memory order = _order();
        vm.startPrank(other);
        exchange.cancel(order.nonce);
        exchange.cancelRange(0, 256);
        exchange.cancelAll();
        vm.stopPrank();
        assertEq(_fillOne(order, _sign(order, makerKey), 4), 4);
    }

    // ---------------------------------------------------------------- re-entrancy

    function test_RevertWhen_ATradeComesBackIn() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = _one(order, signature, 1);
        bytes[2] memory calls = [
            abi.encodeCall(exchange.fill, (orders, signatures, lots, 0, 50, false)),
            abi.encodeCall(exchange.matchOrders, (order, signature, orders, signatures, lots))
        ];
        Order memory buyer = _buyer();
        bytes memory buyers = _sign(buyer, takerKey);
        for (uint256 i = 0; i < 2; ++i) {
            clearing.setCall(address(exchange), calls[i]);
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            _fillOne(order, signature, 1);
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            exchange.matchOrders(buyer, buyers, orders, signatures, lots);
        }
    }

    function _buyer() private view returns (Order memory) {
        return _orderOf(taker, true, 10, 25_000);
    }

    // ---------------------------------------------------------------- deployment and reads

    function test_RevertWhen_DeployedWithoutGasForSigners() public {
        vm.expectRevert(IFuturesExchange.FuturesExchange_NoSignatureGas.selector);
        new FuturesExchange(clearing, 0);
    }

    function test_check_saysWhatAnOrderHasAgainstItself() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        _assertCheck(order, signature, Unfit.None, 10);
        _fillOne(order, signature, 4);
        _assertCheck(order, signature, Unfit.None, 6);
        _assertCheck(order, _sign(order, otherKey), Unfit.Signature, 6);
        _fillOne(order, signature, 6);
        _assertCheck(order, signature, Unfit.Filled, 0);
        order.nonce = 8;
        vm.prank(maker);
        exchange.cancel(8);
        _assertCheck(order, _sign(order, makerKey), Unfit.Cancelled, 10);
        order.epoch = 1;
        _assertCheck(order, _sign(order, makerKey), Unfit.Epoch, 10);
        vm.roll(uint256(order.expiry) + 1);
        _assertCheck(order, _sign(order, makerKey), Unfit.Expired, 10);
    }

    function test_F13_check_knowsWhichFlagsGoTogether() public view {
        Order memory order = _order();
        for (uint256 flags = 0; flags < 256; ++flags) {
            order.flags = uint8(flags);
            uint256 kinds = ((flags >> 1) & 1) + ((flags >> 2) & 1) + ((flags >> 3) & 1);
            bool good = flags < 16 && kinds <= 1;
            _assertCheck(order, _sign(order, makerKey), good ? Unfit.None : Unfit.Flags, 10);
        }
    }

    function _assertCheck(Order memory order, bytes memory signature, Unfit reason, uint64 left) private view {
        (Unfit actual, uint64 actualLeft) = exchange.check(order, signature);
        assertEq(uint8(actual), uint8(reason), "reason");
        assertEq(actualLeft, left, "left");
    }
}
