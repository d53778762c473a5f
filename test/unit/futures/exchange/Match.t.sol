// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFuturesExchange, Order, Unfit} from "../../../../contracts/futures/interfaces/IFuturesExchange.sol";
import {Fill, Skip, Taker} from "../../../../contracts/futures/interfaces/IFuturesVenues.sol";
import {ExchangeTest} from "./ExchangeTest.sol";
import {SignerDouble} from "./doubles/SignerDouble.sol";

contract ExchangeMatchTest is ExchangeTest {
    Order[] private makers;
    bytes[] private signatures;
    uint64[] private lots;

    /// Buys 12 lots at 25,100 or less.
    function _buyer() private view returns (Order memory) {
        return _orderOf(taker, true, 12, 25_100);
    }

    function _add(Order memory order, uint256 key, uint64 amount) private {
        makers.push(order);
        signatures.push(_sign(order, key));
        lots.push(amount);
    }

    /// 10 lots at 25,000 of the maker, 10 at 25,100 of the other.
    function _addTwo() private {
        _add(_order(), makerKey, 10);
        _add(_orderOf(other, false, 10, 25_100), otherKey, 10);
    }

    function _match(Order memory order) private returns (uint256) {
        return _match(order, _sign(order, takerKey));
    }

    function _match(Order memory order, bytes memory signature) private returns (uint256) {
        return exchange.matchOrders(order, signature, makers, signatures, lots);
    }

    function _filled(Order memory order) private view returns (uint256) {
        return exchange.filledOf(exchange.hashOf(order));
    }

    function _unfit(Order memory order, Unfit reason) private view returns (bytes memory) {
        return abi.encodeWithSelector(IFuturesExchange.FuturesExchange_Unfit.selector, exchange.hashOf(order), reason);
    }

    function _tooFew(uint256 minimum, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IFuturesExchange.FuturesExchange_TooFewLots.selector, minimum, actual);
    }

    function _assertUnfit(Order memory order, Unfit reason) private {
        bytes memory signature = _sign(order, takerKey);
        bytes memory unfit = _unfit(order, reason);
        vm.expectRevert(unfit);
        exchange.matchOrders(order, signature, makers, signatures, lots);
    }

    // ---------------------------------------------------------------- the trade

    function test_match_fillsATakerAtTheMakersPrices() public {
        _addTwo();
        Order memory order = _buyer();
        (order.flags, order.feeCapBps) = (REDUCE_ONLY, 33);
        bytes memory signature = _sign(order, takerKey);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderFilled(exchange.hashOf(makers[0]), maker, 10);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderFilled(exchange.hashOf(makers[1]), other, 2);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderFilled(exchange.hashOf(order), taker, 12);
        vm.prank(makeAddr("anyone"));
        assertEq(_match(order, signature), 12);
        assertEq(abi.encode(clearing.lastTaker()), abi.encode(Taker(taker, true, true, 33)));
        Fill[] memory fills = clearing.lastFills();
        assertEq(abi.encode(fills[0]), abi.encode(Fill(maker, 10, 25_000, 10, false)));
        assertEq(abi.encode(fills[1]), abi.encode(Fill(other, 2, 25_100, 10, false)));
        assertEq(_filled(order), 12);
        assertEq(_filled(makers[1]), 2);
        assertEq(clearing.series(), SERIES);
    }

    function test_match_sellsToBuyers() public {
        _add(_orderOf(maker, true, 10, 25_000), makerKey, 10);
        _add(_orderOf(other, true, 10, 24_899), otherKey, 10);
        Order memory order = _orderOf(taker, false, 12, 24_900);
        assertEq(_match(order), 10, "the other bids too little");
        assertEq(clearing.positionOf(taker), -10);
        assertFalse(clearing.lastTaker().buys);
    }

    function test_match_skipsMakersWorseThanTheTaker() public {
        _add(_order(), makerKey, 3);
        _add(_orderOf(other, false, 10, 25_101), otherKey, 3);
        Order memory order = _buyer();
        bytes memory signature = _sign(order, takerKey);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderSkipped(exchange.hashOf(makers[1]), other, Unfit.Price, Skip.None);
        assertEq(_match(order, signature), 3);
    }

    function test_match_skipsOtherSeriesAndTheSameSide() public {
        _add(_order(), makerKey, 3);
        Order memory stray = _orderOf(other, false, 10, 25_000);
        stray.series = keccak256("another");
        _add(stray, otherKey, 3);
        _add(_orderOf(other, true, 10, 25_000), otherKey, 3);
        Order memory order = _buyer();
        bytes memory signature = _sign(order, takerKey);
        for (uint256 i = 1; i < 3; ++i) {
            vm.expectEmit(address(exchange));
            emit IFuturesExchange.OrderSkipped(exchange.hashOf(makers[i]), other, Unfit.Mismatch, Skip.None);
        }
        assertEq(_match(order, signature), 3);
    }

    function test_match_oneBadMakerLeavesTheRest() public {
        _add(_order(), makerKey, 3);
        _add(_orderOf(other, false, 10, 25_000), makerKey, 3); // signed by another
        Order memory order = _buyer();
        assertEq(_match(order), 3);
        assertEq(clearing.lotsOf(other), 0);
    }

    function test_F05_match_neverOverfillsTheTaker() public {
        _addTwo();
        Order memory order = _buyer();
        assertEq(_match(order), 12);
        _assertUnfit(order, Unfit.Filled);
        (order.nonce, order.lots) = (8, 5);
        assertEq(_match(order), 5);
        assertEq(clearing.positionOf(taker), 17);
        assertEq(clearing.lotsOf(other), 7);
    }

    function test_FU6_match_countsForTheTakerWhatWasFilled() public {
        _addTwo();
        clearing.setSkip(maker, Skip.Margin);
        Order memory order = _buyer();
        assertEq(_match(order), 2);
        assertEq(_filled(order), 2);
        assertEq(_filled(makers[0]), 0);
        clearing.setSkip(maker, Skip.None);
        assertEq(_match(order), 10);
        assertEq(_filled(order), 12);
    }

    function test_F06_match_leavesSelfTradesToTheClearing() public {
        _add(_order(), makerKey, 3);
        _add(_orderOf(taker, false, 10, 25_000), takerKey, 3);
        Order memory order = _buyer();
        bytes memory signature = _sign(order, takerKey);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderSkipped(exchange.hashOf(makers[1]), taker, Unfit.Refused, Skip.BadMaker);
        assertEq(_match(order, signature), 3);
    }

    function test_S06_match_takesAContractAsTaker() public {
        _addTwo();
        SignerDouble signer = new SignerDouble();
        Order memory order = _orderOf(address(signer), true, 12, 25_100);
        bytes memory unsigned = _unfit(order, Unfit.Signature);
        vm.expectRevert(unsigned);
        _match(order, "");
        signer.approve(exchange.hashOf(order), true);
        assertEq(_match(order, ""), 12);
    }

    // ---------------------------------------------------------------- named counterparties

    function test_match_aTakerMayNameItsMaker() public {
        _addTwo();
        Order memory order = _buyer();
        order.taker = other;
        assertEq(_match(order), 10);
        assertEq(clearing.lotsOf(maker), 0);
        assertEq(clearing.lotsOf(other), 10);
    }

    function test_match_aMakerMayNameItsTaker() public {
        Order memory named = _order();
        named.taker = other;
        _add(named, makerKey, 3);
        Order memory order = _buyer();
        bytes memory signature = _sign(order, takerKey);
        vm.expectRevert(_tooFew(1, 0));
        _match(order, signature);
        makers.pop();
        signatures.pop();
        lots.pop();
        named.taker = taker; // not who sends the call, but whose order it is
        _add(named, makerKey, 3);
        assertEq(_match(order), 3);
    }

    // ---------------------------------------------------------------- the taker's flags and least

    function test_match_fillOrKillIsAllOrNothing() public {
        _addTwo();
        lots[1] = 1;
        Order memory order = _buyer();
        order.flags = FILL_OR_KILL;
        bytes memory signature = _sign(order, takerKey);
        vm.expectRevert(_tooFew(12, 11));
        _match(order, signature);
        lots[1] = 2;
        clearing.setSkip(maker, Skip.Margin);
        vm.expectRevert(_tooFew(12, 2));
        _match(order, signature);
        clearing.setSkip(maker, Skip.None);
        assertEq(_match(order, signature), 12);
    }

    function test_match_immediateOrCancelCancelsTheRest() public {
        _addTwo();
        lots[1] = 1;
        Order memory order = _buyer();
        order.flags = IMMEDIATE_OR_CANCEL;
        bytes memory signature = _sign(order, takerKey);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.NonceCancelled(taker, order.nonce);
        assertEq(_match(order, signature), 11);
        assertTrue(exchange.isCancelled(taker, order.nonce));
        _assertUnfit(order, Unfit.Cancelled);
    }

    function test_match_immediateOrCancelWithoutARestCancelsNothing() public {
        _addTwo();
        Order memory order = _buyer();
        order.flags = IMMEDIATE_OR_CANCEL + REDUCE_ONLY;
        assertEq(_match(order), 12);
        assertFalse(exchange.isCancelled(taker, order.nonce));
    }

    function test_match_needsTheTakersLeast() public {
        _addTwo();
        lots[1] = 1;
        Order memory order = _buyer();
        order.minFill = 12;
        bytes memory signature = _sign(order, takerKey);
        vm.expectRevert(_tooFew(12, 11));
        _match(order, signature);
        order.minFill = 11;
        assertEq(_match(order), 11);
        order.minFill = 11;
        lots[1] = 1;
        assertEq(_match(order), 1, "the rest, though below the least");
    }

    function test_match_aMakersLeastHoldsForWhatTheTakerStillWants() public {
        _add(_order(), makerKey, 10);
        Order memory second = _orderOf(other, false, 10, 25_000);
        second.minFill = 3;
        _add(second, otherKey, 10);
        Order memory order = _buyer();
        bytes memory signature = _sign(order, takerKey);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderSkipped(exchange.hashOf(second), other, Unfit.MinFill, Skip.None);
        assertEq(_match(order, signature), 10);
    }

    function test_RevertWhen_TheTakersOrderIsUnfit() public {
        _addTwo();
        Order memory order = _buyer();
        uint8[5] memory flags = [POST_ONLY, 3, 12, 16, 6];
        for (uint256 i = 0; i < flags.length; ++i) {
            order.flags = flags[i];
            _assertUnfit(order, Unfit.Flags);
        }
        order.flags = 0;
        order.expiry = uint32(block.number - 1);
        _assertUnfit(order, Unfit.Expired);
        order.expiry = uint32(block.number);
        order.epoch = 1;
        _assertUnfit(order, Unfit.Epoch);
        order.epoch = 0;
        order.maker = other;
        _assertUnfit(order, Unfit.Signature);
        order.maker = taker;
        order.lots = 0;
        _assertUnfit(order, Unfit.Filled);
        order.lots = 12;
        vm.prank(taker);
        exchange.cancel(order.nonce);
        _assertUnfit(order, Unfit.Cancelled);
        order.nonce = 8;
        assertEq(_match(order), 12);
    }

    function test_RevertWhen_BatchEmptyTooLongOrUneven() public {
        Order memory order = _buyer();
        bytes memory signature = _sign(order, takerKey);
        vm.expectRevert(abi.encodeWithSelector(IFuturesExchange.FuturesExchange_BadBatch.selector, 64, 0));
        _match(order, signature);
        vm.expectRevert(abi.encodeWithSelector(IFuturesExchange.FuturesExchange_BadBatch.selector, 64, 65));
        exchange.matchOrders(order, signature, new Order[](65), new bytes[](65), new uint64[](65));
        vm.expectRevert(abi.encodeWithSelector(IFuturesExchange.FuturesExchange_LengthMismatch.selector, 2, 1, 2));
        exchange.matchOrders(order, signature, new Order[](2), new bytes[](1), new uint64[](2));
    }

    function test_RevertWhen_NoMakerCanBeFilled() public {
        _add(_order(), otherKey, 3);
        Order memory order = _buyer();
        bytes memory signature = _sign(order, takerKey);
        vm.expectRevert(_tooFew(1, 0));
        _match(order, signature);
        assertEq(_filled(order), 0);
    }

    // ---------------------------------------------------------------- F-05: interleavings

    /// Random fills, matches and cancels of eight orders: none is ever filled beyond its lots, and all counts agree with the clearing's.
    function testFuzz_F05_noInterleavingOverfills(uint256 seed) public {
        uint64[8] memory sizes;
        bool[8] memory dead;
        for (uint256 i = 0; i < 8; ++i) sizes[i] = uint64(uint256(keccak256(abi.encode(seed, i))) % 20) + 1;
        for (uint256 step = 0; step < 24; ++step) {
            uint256 r = uint256(keccak256(abi.encode(seed, "step", step)));
            delete makers;
            delete signatures;
            delete lots;
            for (uint256 j = 0; j < 3; ++j) {
                uint256 which = (r >> (8 * j)) % 8;
                _add(_numbered(which, sizes[which]), makerKey, uint64((r >> (32 + 8 * j)) % 12));
            }
            if ((r >> 96) % 8 == 0) {
                vm.prank(maker);
                exchange.cancel(uint64(100 + (r % 8)));
                dead[r % 8] = true;
            }
            clearing.setSkipAt(1, (r >> 104) % 3 == 0 ? Skip.Margin : Skip.None);
            Order memory order = _orderOf(taker, true, uint64((r >> 112) % 15) + 1, 26_000);
            order.nonce = uint64(step);
            uint256[8] memory before = _counts(sizes);
            bytes memory signature = _sign(order, takerKey);
            if ((r >> 128) % 2 == 0) try exchange.matchOrders(order, signature, makers, signatures, lots) {} catch {}
            else {
                vm.prank(taker);
                try exchange.fill(makers, signatures, lots, 0, 50, false) {} catch {}
            }
            uint256[8] memory counts = _counts(sizes);
            for (uint256 i = 0; i < 8; ++i) {
                assertLe(counts[i], sizes[i], "no more than the order");
                assertEq(counts[i], clearing.lotsAt(maker, 25_000 + i), "as the clearing has it");
                if (dead[i]) assertEq(counts[i], before[i], "cancelled");
            }
        }
    }

    function _numbered(uint256 which, uint64 size) private view returns (Order memory order) {
        order = _orderOf(maker, false, size, uint32(25_000 + which));
        order.nonce = uint64(100 + which);
        order.minFill = uint64(which % 4);
        order.expiry = uint32(START + 100);
    }

    function _counts(uint64[8] memory sizes) private view returns (uint256[8] memory counts) {
        for (uint256 i = 0; i < 8; ++i) counts[i] = _filled(_numbered(i, sizes[i]));
    }
}
