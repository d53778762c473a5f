// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFuturesExchange, Order, Unfit} from "../../../../contracts/futures/interfaces/IFuturesExchange.sol";
import {ExchangeTest} from "./ExchangeTest.sol";

contract ExchangeCancelTest is ExchangeTest {
    uint64 private constant LAST = type(uint64).max;

    mapping(uint64 nonce => bool cancelled) private plain;

    function setUp() public override {
        super.setUp();
        exchange.cancel(1_000_007);
    }

    function _assertBadRange(uint64 from, uint64 count) private {
        vm.expectRevert(abi.encodeWithSelector(IFuturesExchange.FuturesExchange_BadRange.selector, from, count));
        exchange.cancelRange(from, count);
    }

    function test_F04_cancel_stopsOneNonce() public {
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.NonceCancelled(maker, 7);
        vm.prank(maker);
        exchange.cancel(7);
        assertTrue(exchange.isCancelled(maker, 7));
        assertFalse(exchange.isCancelled(maker, 6));
        assertFalse(exchange.isCancelled(maker, 8));
        assertFalse(exchange.isCancelled(maker, 7 + 256));
        assertFalse(exchange.isCancelled(other, 7));
        Order memory order = _order();
        _assertSkipped(order, _sign(order, makerKey), 5, Unfit.Cancelled);
        order.nonce = 8;
        assertEq(_fillOne(order, _sign(order, makerKey), 5), 5);
    }

    function test_cancel_again_changesNothing() public {
        vm.startPrank(maker);
        exchange.cancel(7);
        exchange.cancel(7);
        exchange.cancel(LAST);
        vm.stopPrank();
        assertTrue(exchange.isCancelled(maker, 7));
        assertTrue(exchange.isCancelled(maker, LAST));
    }

    function test_cancelRange_emitsAndStopsThem() public {
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.NoncesCancelled(maker, 250, 20);
        vm.prank(maker);
        exchange.cancelRange(250, 20);
        for (uint64 n = 240; n < 280; ++n) {
            assertEq(exchange.isCancelled(maker, n), n >= 250 && n < 270);
            assertFalse(exchange.isCancelled(other, n));
        }
        Order memory order = _order();
        order.nonce = 260;
        _assertSkipped(order, _sign(order, makerKey), 5, Unfit.Cancelled);
    }

    function test_cancelRange_reaches16Words() public {
        exchange.cancelRange(256, 4_096);
        assertTrue(exchange.isCancelled(address(this), 256));
        assertTrue(exchange.isCancelled(address(this), 4_351));
        assertFalse(exchange.isCancelled(address(this), 255));
        assertFalse(exchange.isCancelled(address(this), 4_352));
        exchange.cancelRange(LAST - 4_095, 4_096);
        assertTrue(exchange.isCancelled(address(this), LAST));
        exchange.cancelRange(LAST, 1);
    }

    function test_RevertWhen_RangeEmptyTooLongOrBeyondTheEnd() public {
        _assertBadRange(5, 0);
        _assertBadRange(LAST, 0);
        _assertBadRange(0, 4_097);
        _assertBadRange(1, 4_096);
        _assertBadRange(LAST, 2);
        _assertBadRange(LAST - 9, 11);
        _assertBadRange(0, LAST);
        _assertBadRange(LAST, LAST);
        exchange.cancelRange(255, 3_841); // 16 words, the first by one nonce
    }

    function testFuzz_cancelRange_stopsJustThese(uint64 from, uint64 count, uint64 single) public {
        from = uint64(bound(from, 0, 600));
        count = uint64(bound(count, 1, 700));
        single = uint64(bound(single, 0, 1_400));
        exchange.cancel(single);
        exchange.cancelRange(from, count);
        plain[single] = true;
        for (uint64 n = from; n < from + count; ++n) plain[n] = true;
        for (uint64 n = 0; n < 1_400; ++n) assertEq(exchange.isCancelled(address(this), n), plain[n]);
    }

    function test_cancelAll_raisesTheEpochOfTheCallerAlone() public {
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.EpochRaised(maker, 1);
        vm.prank(maker);
        assertEq(exchange.cancelAll(), 1);
        vm.prank(maker);
        assertEq(exchange.cancelAll(), 2);
        assertEq(exchange.epochOf(maker), 2);
        assertEq(exchange.epochOf(other), 0);
    }

    // ---------------------------------------------------------------- gas, as a whole transaction

    function test_gas_cancel() public {
        // The first of these words was written before this transaction, by `setUp`.
        uint256 next = _gasOf(abi.encodeCall(exchange.cancel, (1_000_008)));
        uint256 first = _gasOf(abi.encodeCall(exchange.cancel, (2_000_007)));
        emit log_named_uint("cancel, first in its word", first);
        emit log_named_uint("cancel, next in its word", next);
        assertLe(first, 46_000);
        assertLe(next, 30_000);
    }

    /// Execution from cold, what a transaction costs by itself and its calldata.
    function _gasOf(bytes memory data) private returns (uint256 used) {
        used = 21_000;
        for (uint256 i = 0; i < data.length; ++i) used += data[i] == 0 ? 4 : 16;
        vm.cool(address(exchange));
        address target = address(exchange);
        uint256 before = gasleft();
        assembly ("memory-safe") {
            pop(call(gas(), target, 0, add(data, 32), mload(data), 0, 0))
        }
        used += before - gasleft() - 2_600; // the target of a transaction is warm
    }
}
