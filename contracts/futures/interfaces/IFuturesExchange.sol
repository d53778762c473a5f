// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Skip} from "./IFuturesVenues.sol";

/// @notice A limit order as its maker signs it (EIP-712).
struct Order {
    address maker;
    bytes32 series;
    bool buy;
    uint64 lots;
    uint32 ticks; // worst price [ticks per lot]
    uint64 minFill; // least of a fill; the rest of the order if that is less [lots]
    uint32 expiry; // last epoch in which it may be filled [epoch]
    uint32 epoch; // the maker's, see `cancelAll`
    uint64 nonce; // for `cancel` and `cancelRange`; several orders may share one and are cancelled together
    uint8 flags; // 1 reduce only, 2 post only, 4 fill or kill, 8 immediate or cancel
    address taker; // who alone may be its counterparty, or zero
    uint16 feeCapBps; // highest fee [bps of the notional]
}

/// @notice Why an order cannot be filled.
enum Unfit {
    None,
    Mismatch, // another series than the batch, or the wrong side of it
    Flags, // unknown or contradictory, post only as a taker, or fill or kill or immediate or cancel as a maker
    Taker, // named another counterparty
    Price, // worse than the taker's
    Expired,
    Epoch, // not the maker's present one
    Cancelled,
    Filled, // nothing is left of it
    MinFill, // fewer lots than its least
    Signature,
    Refused // by the clearing
}

/// @title A venue for signed orders
/// @notice Orders are signed off chain and filled here: by a taker (`fill`), or by anyone for a taker that signed too (`matchOrders`). How
/// much of an order was filled is kept by its hash and rises by what the clearing reports, nothing else (docs/SPEC-futures.md, section 12).
interface IFuturesExchange {
    /// @notice Emitted when lots of an order were filled; the clearing's events have the trade.
    event OrderFilled(bytes32 indexed orderHash, address indexed maker, uint64 lots);
    /// @notice Emitted when an order of a batch was not filled.
    /// @param refusal why the clearing refused it, where `reason` says that it did
    event OrderSkipped(bytes32 indexed orderHash, address indexed maker, Unfit reason, Skip refusal);
    /// @notice Emitted when a maker cancels the orders of a nonce, or when what an order that fills at once or never left is.
    event NonceCancelled(address indexed maker, uint64 nonce);
    /// @notice Emitted when a maker cancels the orders of `count` nonces from `from` on.
    event NoncesCancelled(address indexed maker, uint64 from, uint64 count);
    /// @notice Emitted when a maker cancels all its orders.
    event EpochRaised(address indexed maker, uint32 epoch);

    /// @notice Thrown when the exchange is deployed without gas for contracts that sign.
    error FuturesExchange_NoSignatureGas();
    /// @notice Thrown when a batch is empty or too long.
    error FuturesExchange_BadBatch(uint256 maximum, uint256 actual);
    /// @notice Thrown when orders, signatures and lots of a batch are not equally many.
    error FuturesExchange_LengthMismatch(uint256 orders, uint256 signatures, uint256 lots);
    /// @notice Thrown when fewer lots were filled than the taker demands.
    error FuturesExchange_TooFewLots(uint256 minimum, uint256 actual);
    /// @notice Thrown when the taker's order cannot be filled.
    error FuturesExchange_Unfit(bytes32 orderHash, Unfit reason);
    /// @notice Thrown when a range of nonces is empty, ends beyond the last nonce, or touches more than 16 words of 256.
    error FuturesExchange_BadRange(uint64 from, uint64 count);

    /// @notice Trades against makers' orders, each at its price. The first order says which series and side; those of others are skipped,
    /// like all that cannot be filled. Anyone.
    /// @dev Reverts with `FuturesExchange_BadBatch`, `FuturesExchange_LengthMismatch`, `FuturesExchange_TooFewLots`, or with what the
    /// clearing has against the taker.
    /// @param orders at most 64; one may be there several times
    /// @param signatures 65 bytes (ECDSA, low s), or whatever a contract takes (ERC-1271)
    /// @param lots how many of each; more than what is left of an order is cut to it
    /// @param minTotal least that must be filled in all; 0 counts as 1 [lots]
    /// @param feeCapBps highest fee for the caller [bps of the notional]
    /// @param reduceOnly whether the caller's position must not grow or turn
    /// @return total filled [lots]
    function fill(
        Order[] calldata orders,
        bytes[] calldata signatures,
        uint64[] calldata lots,
        uint256 minTotal,
        uint16 feeCapBps,
        bool reduceOnly
    ) external returns (uint256 total);

    /// @notice Fills a taker's order with makers' orders, at the makers' prices. Makers that cannot be filled are skipped. Anyone.
    /// @dev Reverts with `FuturesExchange_Unfit` for the taker's order, and with the errors of `fill`; the least is that of the taker's
    /// order.
    /// @param taker its fee cap and flags hold for it; what is left of an immediate-or-cancel order is cancelled
    /// @param signature of the taker
    /// @param makers at most 64
    /// @param signatures of the makers
    /// @param lots how many of each maker; more than what is left of its order, or of the taker's, is cut to it
    /// @return total filled [lots]
    function matchOrders(
        Order calldata taker,
        bytes calldata signature,
        Order[] calldata makers,
        bytes[] calldata signatures,
        uint64[] calldata lots
    ) external returns (uint256 total);

    /// @notice Cancels the caller's orders of a nonce. Anyone, for itself.
    function cancel(uint64 nonce) external;

    /// @notice Cancels the caller's orders of `count` nonces from `from` on. Anyone, for itself.
    /// @dev Reverts with `FuturesExchange_BadRange`.
    function cancelRange(uint64 from, uint64 count) external;

    /// @notice Cancels all orders that the caller has signed so far. Anyone, for itself.
    /// @return epoch for its orders from now on
    function cancelAll() external returns (uint32 epoch);

    /// @notice The hash that is signed and by which fills are counted.
    function hashOf(Order calldata order) external view returns (bytes32);

    /// @notice Whether an order can be filled by itself; what depends on its counterparty and on the clearing is left out.
    /// @return reason `None` if it can
    /// @return left of it [lots]
    function check(Order calldata order, bytes calldata signature) external view returns (Unfit reason, uint64 left);

    /// @notice How much of an order has been filled [lots].
    function filledOf(bytes32 orderHash) external view returns (uint64);

    /// @notice Whether the maker's orders of a nonce are cancelled.
    function isCancelled(address maker, uint64 nonce) external view returns (bool);

    /// @notice The maker's present epoch.
    function epochOf(address maker) external view returns (uint32);
}
