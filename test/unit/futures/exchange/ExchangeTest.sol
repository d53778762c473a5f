// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {FuturesExchange} from "../../../../contracts/futures/FuturesExchange.sol";
import {IFuturesExchange, Order, Unfit} from "../../../../contracts/futures/interfaces/IFuturesExchange.sol";
import {IFuturesVenues, Skip} from "../../../../contracts/futures/interfaces/IFuturesVenues.sol";
import {ClearingDouble} from "./doubles/ClearingDouble.sol";

/// An exchange over a clearing that only takes note. Makers sell unless a test says otherwise.
abstract contract ExchangeTest is Test {
    bytes32 internal constant SERIES = keccak256("series");
    uint256 internal constant SIGNATURE_GAS = 200_000;
    uint256 internal constant START = 6_720_000;
    uint8 internal constant REDUCE_ONLY = 1;
    uint8 internal constant POST_ONLY = 2;
    uint8 internal constant FILL_OR_KILL = 4;
    uint8 internal constant IMMEDIATE_OR_CANCEL = 8;

    ClearingDouble internal clearing;
    FuturesExchange internal exchange;
    address internal maker;
    uint256 internal makerKey;
    address internal taker;
    uint256 internal takerKey;
    address internal other;
    uint256 internal otherKey;

    function setUp() public virtual {
        vm.roll(START);
        vm.warp(1_800_000_000);
        (maker, makerKey) = makeAddrAndKey("maker");
        (taker, takerKey) = makeAddrAndKey("taker");
        (other, otherKey) = makeAddrAndKey("other");
        clearing = new ClearingDouble();
        exchange = new FuturesExchange(clearing, SIGNATURE_GAS);
    }

    // ---------------------------------------------------------------- orders

    /// Sells 10 lots at 25,000, of the maker.
    function _order() internal view returns (Order memory) {
        return _orderOf(maker, false, 10, 25_000);
    }

    function _orderOf(address who, bool buy, uint64 lots, uint32 ticks) internal view returns (Order memory) {
        return
            Order({
                maker: who,
                series: SERIES,
                buy: buy,
                lots: lots,
                ticks: ticks,
                minFill: 0,
                expiry: uint32(vm.getBlockNumber() + 100),
                epoch: 0,
                nonce: 7,
                flags: 0,
                taker: address(0),
                feeCapBps: 10
            });
    }

    function _sign(Order memory order, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, exchange.hashOf(order));
        return abi.encodePacked(r, s, v);
    }

    // ---------------------------------------------------------------- batches

    function _fill(
        Order[] memory orders,
        bytes[] memory signatures,
        uint64[] memory lots,
        uint256 minTotal
    ) internal returns (uint256) {
        vm.prank(taker);
        return exchange.fill(orders, signatures, lots, minTotal, 50, false);
    }

    function _fillOne(Order memory order, bytes memory signature, uint64 lots) internal returns (uint256) {
        (Order[] memory orders, bytes[] memory signatures, uint64[] memory each) = _one(order, signature, lots);
        return _fill(orders, signatures, each, 0);
    }

    function _one(
        Order memory order,
        bytes memory signature,
        uint64 lots
    ) internal pure returns (Order[] memory orders, bytes[] memory signatures, uint64[] memory each) {
        (orders, signatures, each) = (new Order[](1), new bytes[](1), new uint64[](1));
        (orders[0], signatures[0], each[0]) = (order, signature, lots);
    }

    /// Behind a good order, of the `other`: that one is filled, this one is skipped for this reason, and nothing of it is counted.
    function _assertSkipped(Order memory order, bytes memory signature, uint64 lots, Unfit reason) internal {
        _assertSkipped(order, signature, lots, reason, Skip.None);
    }

    function _assertSkipped(
        Order memory order,
        bytes memory signature,
        uint64 lots,
        Unfit reason,
        Skip refusal
    ) internal {
        Order[] memory orders = new Order[](2);
        bytes[] memory signatures = new bytes[](2);
        uint64[] memory each = new uint64[](2);
        (orders[1], signatures[1], each[1]) = (order, signature, lots);
        orders[0] = _good();
        (signatures[0], each[0]) = (_sign(orders[0], otherKey), 1);
        bytes32 hash = exchange.hashOf(order);
        uint256 before = exchange.filledOf(hash);
        uint256 cleared = clearing.lotsOf(order.maker);
        vm.expectEmit(address(exchange));
        emit IFuturesExchange.OrderSkipped(hash, order.maker, reason, refusal);
        assertEq(_fill(orders, signatures, each, 0), 1, "the good one is filled");
        assertEq(exchange.filledOf(hash), before, "filled");
        assertEq(clearing.lotsOf(order.maker), cleared, "cleared");
    }

    /// An order that is good whatever goes before it.
    function _good() internal view returns (Order memory) {
        return _orderOf(other, false, type(uint64).max, 26_000);
    }

    function _fresh(address venue) internal returns (FuturesExchange) {
        return new FuturesExchange(IFuturesVenues(venue), SIGNATURE_GAS);
    }
}
