// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {GuardedRead} from "../oracles/GuardedRead.sol";
import {IFuturesExchange, Order, Unfit} from "./interfaces/IFuturesExchange.sol";
import {Fill, IFuturesVenues, Skip, Taker} from "./interfaces/IFuturesVenues.sol";

/// @title FuturesExchange
/// @notice See `IFuturesExchange`. Immutable, without owner or role; holds no money and no allowance.
/// @dev The clearing is trusted, and calls nobody but the index. Makers are strangers: a contract that signs is asked in a static call of
/// bounded gas, of which one word is read.
contract FuturesExchange is IFuturesExchange, EIP712, ReentrancyGuardTransient {
    using SafeCast for uint256;

    /// @dev What the orders of a batch must meet beside their own terms.
    struct Batch {
        bytes32 domain;
        bytes32 series;
        bool makersBuy;
        uint32 worstTicks; // for the taker
        address taker;
        address onlyMaker; // zero for anyone
        uint256 wanted; // [lots]
        bytes32 takerHash; // of the taker's order, where it has one
    }

    /// @dev Orders of a batch with nothing against them, in its order.
    struct Chosen {
        Fill[] fills;
        bytes32[] hashes;
        uint256 count;
    }

    /// @notice Most orders in a batch.
    uint256 public constant MAX_BATCH = 64;
    /// @notice Most words of 256 nonces that one call cancels.
    uint256 public constant MAX_WORDS = 16;

    /// @dev Flags of orders; a maker's are the first two, a taker's all but the second.
    uint8 private constant REDUCE_ONLY = 1;
    uint8 private constant POST_ONLY = 2;
    uint8 private constant FILL_OR_KILL = 4;
    uint8 private constant IMMEDIATE_OR_CANCEL = 8;

    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "Order(address maker,bytes32 series,bool buy,uint64 lots,uint32 ticks,uint64 minFill,"
        "uint32 expiry,uint32 epoch,uint64 nonce,uint8 flags,address taker,uint16 feeCapBps)"
    );

    /// @notice The clearing, on whose list of venues this contract must be.
    IFuturesVenues public immutable CLEARING;
    /// @notice What a contract that signs may burn when asked, in the gas of the chain at hand.
    uint256 public immutable SIGNATURE_GAS;

    mapping(bytes32 orderHash => uint256 lots) private _filled; // never more than the order's, which are 64 bits
    mapping(address maker => mapping(uint256 word => uint256 bits)) private _cancelled;
    mapping(address maker => uint32 epoch) private _epochs;

    /// @param signatureGas see `SIGNATURE_GAS`
    constructor(IFuturesVenues clearing, uint256 signatureGas) EIP712("Plimsoll Futures", "1") {
        if (signatureGas == 0) revert FuturesExchange_NoSignatureGas();
        CLEARING = clearing;
        SIGNATURE_GAS = signatureGas;
    }

    /// @inheritdoc IFuturesExchange
    function fill(
        Order[] calldata orders,
        bytes[] calldata signatures,
        uint64[] calldata lots,
        uint256 minTotal,
        uint16 feeCapBps,
        bool reduceOnly
    ) external nonReentrant returns (uint256 total) {
        _requireBatch(orders.length, signatures.length, lots.length);
        bool makersBuy = orders[0].buy;
        Batch memory batch = Batch({
            domain: _domainSeparatorV4(),
            series: orders[0].series,
            makersBuy: makersBuy,
            worstTicks: makersBuy ? 0 : type(uint32).max,
            taker: msg.sender,
            onlyMaker: address(0),
            wanted: type(uint256).max,
            takerHash: 0
        });
        total = _trade(batch, Taker(msg.sender, !makersBuy, reduceOnly, feeCapBps), orders, signatures, lots);
        _requireEnough(minTotal, total);
    }

    /// @inheritdoc IFuturesExchange
    function matchOrders(
        Order calldata taker,
        bytes calldata signature,
        Order[] calldata makers,
        bytes[] calldata signatures,
        uint64[] calldata lots
    ) external nonReentrant returns (uint256 total) {
        _requireBatch(makers.length, signatures.length, lots.length);
        Batch memory batch = _takersBatch(taker, signature);
        total = _trade(batch, _takerOf(taker), makers, signatures, lots);
        _countTaker(taker, batch.takerHash, total);
    }

    /// @inheritdoc IFuturesExchange
    function cancel(uint64 nonce) external {
        _cancel(msg.sender, nonce);
    }

    /// @inheritdoc IFuturesExchange
    function cancelRange(uint64 from, uint64 count) external {
        uint256 end = uint256(from) + count;
        if (count == 0 || end > 1 << 64 || ((end - 1) >> 8) - (from >> 8) >= MAX_WORDS) {
            revert FuturesExchange_BadRange(from, count);
        }
        mapping(uint256 word => uint256 bits) storage cancelled = _cancelled[msg.sender];
        for (uint256 nonce = from; nonce < end;) {
            uint256 first = nonce & 255;
            uint256 here = Math.min(256 - first, end - nonce);
            cancelled[nonce >> 8] |= (type(uint256).max >> (256 - here)) << first;
            nonce += here;
        }
        emit NoncesCancelled(msg.sender, from, count);
    }

    /// @inheritdoc IFuturesExchange
    function cancelAll() external returns (uint32 epoch) {
        epoch = ++_epochs[msg.sender];
        emit EpochRaised(msg.sender, epoch);
    }

    /// @inheritdoc IFuturesExchange
    function hashOf(Order calldata order) external view returns (bytes32) {
        return _hash(_domainSeparatorV4(), order);
    }

    /// @inheritdoc IFuturesExchange
    function check(Order calldata order, bytes calldata signature) external view returns (Unfit reason, uint64 left) {
        bytes32 hash = _hash(_domainSeparatorV4(), order);
        left = _leftOf(order, hash).toUint64();
        if (!_areFlags(order.flags)) return (Unfit.Flags, left);
        reason = _unfit(order, left);
        if (reason == Unfit.None && !_isSigned(order.maker, hash, signature)) reason = Unfit.Signature;
    }

    /// @inheritdoc IFuturesExchange
    function filledOf(bytes32 orderHash) external view returns (uint64) {
        return uint64(_filled[orderHash]);
    }

    /// @inheritdoc IFuturesExchange
    function isCancelled(address maker, uint64 nonce) external view returns (bool) {
        return _isCancelled(maker, nonce);
    }

    /// @inheritdoc IFuturesExchange
    function epochOf(address maker) external view returns (uint32) {
        return _epochs[maker];
    }

    function _trade(
        Batch memory batch,
        Taker memory taker,
        Order[] calldata orders,
        bytes[] calldata signatures,
        uint64[] calldata lots
    ) private returns (uint256 total) {
        Chosen memory chosen = Chosen(new Fill[](orders.length), new bytes32[](orders.length), 0);
        for (uint256 i = 0; i < orders.length; ++i) _choose(batch, chosen, orders[i], signatures[i], lots[i]);
        if (chosen.count != 0) total = _clear(batch.series, taker, chosen);
    }

    /// @dev What is to be filled counts at once, so that an order that is there twice cannot be filled beyond its lots; it is taken back
    /// where the clearing skips it.
    function _choose(
        Batch memory batch,
        Chosen memory chosen,
        Order calldata order,
        bytes calldata signature,
        uint64 lots
    ) private {
        bytes32 hash = _hash(batch.domain, order);
        uint256 filled = _filled[hash];
        (Unfit reason, uint256 amount) = _judge(batch, order, hash, signature, lots, order.lots - filled);
        address maker = order.maker;
        if (reason != Unfit.None) {
            emit OrderSkipped(hash, maker, reason, Skip.None);
            return;
        }
        _filled[hash] = filled + amount;
        batch.wanted -= amount;
        uint256 place = chosen.count++;
        chosen.hashes[place] = hash;
        Fill memory f = chosen.fills[place];
        (f.maker, f.lots, f.ticks) = (maker, uint64(amount), order.ticks);
        (f.feeCapBps, f.reduceOnly) = (order.feeCapBps, order.flags & REDUCE_ONLY != 0);
    }

    /// @dev Hands the orders to the clearing and counts what it filled.
    function _clear(bytes32 series, Taker memory taker, Chosen memory chosen) private returns (uint256 total) {
        Fill[] memory fills = chosen.fills;
        uint256 count = chosen.count;
        assembly ("memory-safe") {
            mstore(fills, count) // never more than there were
        }
        Skip[] memory skips = CLEARING.trade(series, taker, fills);
        for (uint256 i = 0; i < count; ++i) {
            (bytes32 hash, uint64 lots) = (chosen.hashes[i], fills[i].lots);
            if (skips[i] == Skip.None) {
                total += lots;
                emit OrderFilled(hash, fills[i].maker, lots);
            } else {
                _filled[hash] -= lots;
                emit OrderSkipped(hash, fills[i].maker, Unfit.Refused, skips[i]);
            }
        }
    }

    /// @dev What is cheap to see comes first, the signature last.
    /// @return reason what is against it
    /// @return amount to be filled if there is nothing [lots]
    function _judge(
        Batch memory batch,
        Order calldata order,
        bytes32 hash,
        bytes calldata signature,
        uint256 lots,
        uint256 left
    ) private view returns (Unfit reason, uint256 amount) {
        if (order.series != batch.series || order.buy != batch.makersBuy) return (Unfit.Mismatch, 0);
        if (order.flags > REDUCE_ONLY + POST_ONLY) return (Unfit.Flags, 0);
        if (!_mayMeet(order.taker, batch.taker) || !_mayMeet(batch.onlyMaker, order.maker)) return (Unfit.Taker, 0);
        if (batch.makersBuy ? order.ticks < batch.worstTicks : order.ticks > batch.worstTicks) {
            return (Unfit.Price, 0);
        }
        reason = _unfit(order, left);
        if (reason != Unfit.None) return (reason, 0);
        amount = Math.min(Math.min(lots, left), batch.wanted);
        if (amount == 0 || amount < Math.min(order.minFill, left)) return (Unfit.MinFill, 0);
        if (!_isSigned(order.maker, hash, signature)) return (Unfit.Signature, 0);
    }

    /// @dev What a taker's order demands of makers; reverts if there is anything against it.
    function _takersBatch(Order calldata order, bytes calldata signature) private view returns (Batch memory) {
        bytes32 domain = _domainSeparatorV4();
        bytes32 hash = _hash(domain, order);
        uint256 left = _leftOf(order, hash);
        Unfit reason = _areFlags(order.flags) && order.flags & POST_ONLY == 0 ? _unfit(order, left) : Unfit.Flags;
        if (reason == Unfit.None && !_isSigned(order.maker, hash, signature)) reason = Unfit.Signature;
        if (reason != Unfit.None) revert FuturesExchange_Unfit(hash, reason);
        return Batch(domain, order.series, !order.buy, order.ticks, order.maker, order.taker, left, hash);
    }

    function _takerOf(Order calldata order) private pure returns (Taker memory) {
        return Taker(order.maker, order.buy, order.flags & REDUCE_ONLY != 0, order.feeCapBps);
    }

    /// @dev Counts what was filled of a taker's order, if it is enough.
    function _countTaker(Order calldata order, bytes32 hash, uint256 total) private {
        uint256 left = _leftOf(order, hash);
        _requireEnough(order.flags & FILL_OR_KILL != 0 ? order.lots : Math.min(order.minFill, left), total);
        _filled[hash] += total;
        emit OrderFilled(hash, order.maker, total.toUint64());
        if (order.flags & IMMEDIATE_OR_CANCEL != 0 && total < left) _cancel(order.maker, order.nonce);
    }

    /// @dev What an order has against itself, but for flags and signature.
    function _unfit(Order calldata order, uint256 left) private view returns (Unfit) {
        if (block.number > order.expiry) return Unfit.Expired;
        if (order.epoch != _epochs[order.maker]) return Unfit.Epoch;
        if (_isCancelled(order.maker, order.nonce)) return Unfit.Cancelled;
        return left == 0 ? Unfit.Filled : Unfit.None;
    }

    function _cancel(address maker, uint64 nonce) private {
        _cancelled[maker][nonce >> 8] |= 1 << (nonce & 255);
        emit NonceCancelled(maker, nonce);
    }

    /// @dev A key's signature first: it needs no look at the maker's code, of which a native actor shows one byte that means nothing. A
    /// maker without code answers nothing, and nothing is no signature.
    function _isSigned(address maker, bytes32 hash, bytes calldata signature) private view returns (bool) {
        (address signer, ECDSA.RecoverError error, ) = ECDSA.tryRecoverCalldata(hash, signature);
        if (error == ECDSA.RecoverError.NoError && signer == maker) return true;
        (bool ok, bytes32 answer) = GuardedRead.tryAsk(
            maker,
            SIGNATURE_GAS,
            abi.encodeCall(IERC1271.isValidSignature, (hash, signature))
        );
        return ok && answer == IERC1271.isValidSignature.selector;
    }

    function _leftOf(Order calldata order, bytes32 hash) private view returns (uint256) {
        return order.lots - _filled[hash];
    }

    function _isCancelled(address maker, uint64 nonce) private view returns (bool) {
        return (_cancelled[maker][nonce >> 8] >> (nonce & 255)) & 1 != 0;
    }

    /// @dev All fields of an order are words, and stand in calldata as they are hashed. Each is also read by its type, which refuses words
    /// that are no values of it.
    function _hash(bytes32 domain, Order calldata order) private pure returns (bytes32) {
        bytes32 typeHash = ORDER_TYPEHASH;
        bytes32 structHash;
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, typeHash)
            calldatacopy(add(p, 0x20), order, 0x180) // 12 fields
            structHash := keccak256(p, 0x1a0)
        }
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    /// @dev Fill or kill, immediate or cancel, and post only exclude each other.
    function _areFlags(uint8 flags) private pure returns (bool) {
        uint8 kinds = flags & ~REDUCE_ONLY;
        return kinds == 0 || kinds == POST_ONLY || kinds == FILL_OR_KILL || kinds == IMMEDIATE_OR_CANCEL;
    }

    function _mayMeet(address named, address actual) private pure returns (bool) {
        return named == address(0) || named == actual;
    }

    function _requireBatch(uint256 orders, uint256 signatures, uint256 lots) private pure {
        if (orders == 0 || orders > MAX_BATCH) revert FuturesExchange_BadBatch(MAX_BATCH, orders);
        if (signatures != orders || lots != orders) {
            revert FuturesExchange_LengthMismatch(orders, signatures, lots);
        }
    }

    function _requireEnough(uint256 minimum, uint256 total) private pure {
        minimum = Math.max(minimum, 1);
        if (total < minimum) revert FuturesExchange_TooFewLots(minimum, total);
    }
}
