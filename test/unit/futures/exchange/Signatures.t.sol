// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FuturesExchange} from "../../../../contracts/futures/FuturesExchange.sol";
import {IFuturesExchange, Order, Unfit} from "../../../../contracts/futures/interfaces/IFuturesExchange.sol";
import {ExchangeTest} from "./ExchangeTest.sol";
import {SignerDouble} from "./doubles/SignerDouble.sol";

contract ExchangeSignaturesTest is ExchangeTest {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    bytes32 private constant TYPE_HASH = keccak256(
        "Order(address maker,bytes32 series,bool buy,uint64 lots,uint32 ticks,uint64 minFill,"
        "uint32 expiry,uint32 epoch,uint64 nonce,uint8 flags,address taker,uint16 feeCapBps)"
    );

    // ---------------------------------------------------------------- what is signed

    function _plainHash(Order memory o, uint256 chainId, address where) private pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Plimsoll Futures"),
                keccak256("1"),
                chainId,
                where
            )
        );
        bytes32 body = keccak256(
            bytes.concat(
                abi.encode(TYPE_HASH, o.maker, o.series, o.buy, o.lots, o.ticks, o.minFill),
                abi.encode(o.expiry, o.epoch, o.nonce, o.flags, o.taker, o.feeCapBps)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, body));
    }

    function testFuzz_S08_hashOf_isEip712s(Order calldata order) public view {
        assertEq(exchange.hashOf(order), _plainHash(order, block.chainid, address(exchange)));
    }

    function test_S02_fill_skipsOrdersOfAnotherChain() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        uint256 chainId = block.chainid;
        vm.chainId(chainId + 1);
        assertEq(exchange.hashOf(order), _plainHash(order, chainId + 1, address(exchange)), "not a cached domain");
        _assertSkipped(order, signature, 5, Unfit.Signature);
        assertEq(_fillOne(order, _sign(order, makerKey), 5), 5);
        vm.chainId(chainId);
        assertEq(_fillOne(order, signature, 5), 5);
    }

    function test_S03_fill_skipsOrdersForAnotherExchange() public {
        Order memory order = _order();
        bytes memory signature = _sign(order, makerKey);
        FuturesExchange second = _fresh(address(clearing));
        assertNotEq(second.hashOf(order), exchange.hashOf(order));
        exchange = second;
        _assertSkipped(order, signature, 5, Unfit.Signature);
    }

    function test_S04_domain_isAsPublished() public view {
        (bytes1 fields, string memory name, string memory version, uint256 chainId, address where, , ) = exchange
            .eip712Domain();
        assertEq(fields, hex"0f");
        assertEq(name, "Plimsoll Futures");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(where, address(exchange));
    }

    /// Flips a bit of one field, by its place in the encoding.
    function _flipped(Order memory order, uint256 field, uint256 bit) private pure returns (Order memory changed) {
        uint256[12] memory bits = [uint256(160), 256, 1, 64, 32, 64, 32, 32, 64, 8, 160, 16];
        bytes memory encoded = abi.encode(order);
        bit %= bits[field];
        assembly ("memory-safe") {
            let p := add(add(encoded, 32), shl(5, field))
            mstore(p, xor(mload(p), shl(bit, 1)))
        }
        changed = abi.decode(encoded, (Order));
    }

    function testFuzz_S09_F16_everyFieldIsSigned(uint256 bit) public {
        Order memory order = _order();
        order.flags = POST_ONLY;
        order.taker = taker;
        bytes memory signature = _sign(order, makerKey);
        bytes32 hash = exchange.hashOf(order);
        for (uint256 field = 0; field < 12; ++field) {
            Order memory changed = _flipped(order, field, bit);
            assertNotEq(exchange.hashOf(changed), hash, "digest");
            (Order[] memory orders, bytes[] memory signatures, uint64[] memory lots) = _one(changed, signature, 1);
            vm.expectRevert(abi.encodeWithSelector(IFuturesExchange.FuturesExchange_TooFewLots.selector, 1, 0));
            vm.prank(taker);
            exchange.fill(orders, signatures, lots, 0, 50, false);
            (Unfit reason, ) = exchange.check(changed, signature);
            assertTrue(reason != Unfit.None, "check");
        }
        assertEq(_fillOne(order, signature, 1), 1, "unchanged it is good");
    }

    /// Where the change leaves the order fit otherwise, it is the signature that fails.
    function test_S09_F16_everyFieldIsSignedByItself() public {
        Order memory order = _order();
        order.flags = POST_ONLY;
        order.minFill = 3;
        bytes memory signature = _sign(order, makerKey);
        // lots, ticks, minFill, expiry, nonce, reduce-only flag, fee cap
        uint8[7] memory fields = [3, 4, 5, 6, 8, 9, 11];
        for (uint256 i = 0; i < fields.length; ++i) {
            _assertSkipped(_flipped(order, fields[i], 0), signature, 5, Unfit.Signature);
        }
        Order memory changed = _order();
        (changed.flags, changed.minFill, changed.maker) = (POST_ONLY, 3, taker);
        _assertSkipped(changed, signature, 5, Unfit.Signature);
        (changed.maker, changed.taker) = (maker, taker);
        _assertSkipped(changed, signature, 5, Unfit.Signature);
        changed = _flipped(order, 1, 0); // as the first of a batch, its series is the batch's
        vm.expectRevert(abi.encodeWithSelector(IFuturesExchange.FuturesExchange_TooFewLots.selector, 1, 0));
        _fillOne(changed, signature, 5);
        (Unfit reason, ) = exchange.check(changed, signature);
        assertEq(uint8(reason), uint8(Unfit.Signature));
        changed = _flipped(order, 2, 0);
        (reason, ) = exchange.check(changed, signature);
        assertEq(uint8(reason), uint8(Unfit.Signature));
        changed = _flipped(order, 7, 0);
        vm.prank(maker);
        exchange.cancelAll(); // now its epoch is the present one
        (reason, ) = exchange.check(changed, signature);
        assertEq(uint8(reason), uint8(Unfit.Signature));
    }

    // ---------------------------------------------------------------- S-05: malformed signatures

    function test_S05_fill_skipsMalleableAndMalformedSignatures() public {
        Order memory order = _order();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(makerKey, exchange.hashOf(order));
        bytes32 high = bytes32(CURVE_ORDER - uint256(s));
        uint8 flipped = v == 27 ? 28 : 27;
        bytes32 compact = bytes32(uint256(s) | (uint256(v - 27) << 255));
        bytes[12] memory bad = [
            abi.encodePacked(r, high, flipped),
            abi.encodePacked(r, s, flipped),
            abi.encodePacked(r, s, v - 27),
            abi.encodePacked(r, s, uint8(29)),
            abi.encodePacked(r, s, uint8(0)),
            abi.encodePacked(r, compact),
            abi.encodePacked(r, s),
            abi.encodePacked(r, s, v, uint8(0)),
            abi.encodePacked(bytes32(0), s, v),
            abi.encodePacked(r, bytes32(0), v),
            bytes(""),
            new bytes(65)
        ];
        for (uint256 i = 0; i < bad.length; ++i) _assertSkipped(order, bad[i], 5, Unfit.Signature);
        assertEq(_fillOne(order, abi.encodePacked(r, s, v), 5), 5);
    }

    function test_S05_fill_skipsAMakerOfZero() public {
        Order memory order = _orderOf(address(0), false, 10, 25_000);
        _assertSkipped(order, new bytes(65), 5, Unfit.Signature);
        _assertSkipped(
            order,
            abi.encodePacked(bytes32(uint256(1)), bytes32(uint256(1)), uint8(29)),
            5,
            Unfit.Signature
        );
        _assertSkipped(order, "", 5, Unfit.Signature);
    }

    function test_S05_fill_skipsPrecompilesAsMakers() public {
        for (uint160 i = 1; i <= 10; ++i) {
            Order memory order = _orderOf(address(i), false, 10, 25_000);
            _assertSkipped(order, _sign(order, makerKey), 5, Unfit.Signature);
        }
    }

    // ---------------------------------------------------------------- S-06: contracts that sign

    function test_S06_fill_takesWhatAContractApproves() public {
        SignerDouble signer = new SignerDouble();
        Order memory order = _orderOf(address(signer), false, 10, 25_000);
        bytes32 hash = exchange.hashOf(order);
        _assertSkipped(order, "whatever", 5, Unfit.Signature);
        signer.approve(hash, true);
        assertEq(_fillOne(order, "whatever", 5), 5);
        assertEq(_fillOne(order, "", 2), 2);
        signer.approve(hash, false);
        _assertSkipped(order, "whatever", 1, Unfit.Signature); // revoked, though it was filled before
    }

    function test_S06_fill_takesNoKeysSignatureForAContract() public {
        SignerDouble signer = new SignerDouble();
        Order memory order = _orderOf(address(signer), false, 10, 25_000);
        _assertSkipped(order, _sign(order, makerKey), 5, Unfit.Signature);
    }

    function test_S06_fill_survivesWhateverAContractDoes() public {
        SignerDouble signer = new SignerDouble();
        Order memory order = _orderOf(address(signer), false, 10, 25_000);
        (Order[] memory again, bytes[] memory signatures, uint64[] memory lots) = _one(order, "", 1);
        signer.setCall(address(exchange), abi.encodeCall(exchange.fill, (again, signatures, lots, 0, 50, false)));
        for (uint256 i = uint256(SignerDouble.Manner.WrongMagic); i <= uint256(type(SignerDouble.Manner).max); ++i) {
            signer.setManner(SignerDouble.Manner(i));
            uint256 before = gasleft();
            _assertSkipped(order, "whatever", 5, Unfit.Signature);
            assertLt(before - gasleft(), SIGNATURE_GAS + 500_000, "gas");
        }
    }

    function test_S06_fill_cannotBeEnteredFromASignature() public {
        SignerDouble signer = new SignerDouble();
        signer.setManner(SignerDouble.Manner.Reenter);
        Order memory order = _orderOf(address(signer), false, 10, 25_000);
        bytes[3] memory calls = [
            abi.encodeCall(exchange.cancel, (7)),
            abi.encodeCall(exchange.cancelRange, (0, 256)),
            abi.encodeCall(exchange.cancelAll, ())
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            signer.setCall(address(exchange), calls[i]);
            _assertSkipped(order, "", 5, Unfit.Signature);
        }
        assertEq(exchange.epochOf(address(signer)), 0);
        signer.setCall(address(exchange), abi.encodeCall(exchange.epochOf, (maker)));
        assertEq(_fillOne(order, "", 5), 5, "reading is free");
    }

    /// Without the demand for gas, whoever sends the call could have a signer say no, and fill the rest.
    function test_S06_fill_aSignersGasCannotBeCutShort() public {
        exchange = new FuturesExchange(clearing, 2_000_000);
        SignerDouble signer = new SignerDouble();
        signer.setManner(SignerDouble.Manner.Choosy);
        Order[] memory orders = new Order[](2);
        bytes[] memory signatures = new bytes[](2);
        uint64[] memory lots = new uint64[](2);
        (orders[0], lots[0]) = (_orderOf(address(signer), false, 10, 25_000), 5);
        (orders[1], lots[1]) = (_order(), 5);
        signatures[1] = _sign(orders[1], makerKey);
        bytes memory call = abi.encodeCall(exchange.fill, (orders, signatures, lots, 0, 50, false));
        vm.prank(taker);
        (bool ok, bytes memory reason) = address(exchange).call{gas: 1_500_000}(call);
        assertFalse(ok);
        assertEq(reason.length, 0, "out of gas, not an unsigned order");
        vm.prank(taker);
        (ok, reason) = address(exchange).call{gas: 4_000_000}(call);
        assertTrue(ok);
        assertEq(abi.decode(reason, (uint256)), 10);
    }

    function test_S06_aBatchOfHostileSignersStillFillsTheGoodOne() public {
        Order[] memory orders = new Order[](64);
        bytes[] memory signatures = new bytes[](64);
        uint64[] memory lots = new uint64[](64);
        for (uint256 i = 0; i < 63; ++i) {
            SignerDouble signer = new SignerDouble();
            signer.setManner(i % 2 == 0 ? SignerDouble.Manner.BurnGas : SignerDouble.Manner.Bomb);
            (orders[i], lots[i]) = (_orderOf(address(signer), false, 10, 25_000), 1);
        }
        orders[63] = _order();
        (signatures[63], lots[63]) = (_sign(orders[63], makerKey), 5);
        vm.prank(taker);
        assertEq(exchange.fill{gas: 64 * SIGNATURE_GAS + 3_000_000}(orders, signatures, lots, 5, 50, false), 5);
    }
}
