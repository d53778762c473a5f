// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title PledgeVaultStorage
/// @notice The pool's ledger, the redeem queue and the flow limits, each in its own namespace.
abstract contract PledgeVaultStorage {
    /// @notice Five slots, ordered by who needs them. A deposit or redemption reads the first three and writes the first.
    /// @custom:storage-location erc7201:plimsoll.storage.PledgeVault
    struct Ledger {
        // slot 0: 12 + 12 + 4 + 1 + 1 = 30
        uint96 cash; // idle FIL and WFIL [attoFIL]
        uint96 totalScaledDebt; // performing debt / index [attoFIL / ray]
        uint32 lastAccrual; // interest is booked up to and including this epoch; had 64 bits, of which the rest was 0 [epoch]
        bool queueActive; // whether requests wait or money is set aside; while not, nobody reads the queue
        bool fixedActive; // whether any debt has a fixed rate; while none has, nobody reads slot 4
        // slot 1: 14 + 9 + 9 = 32
        uint112 borrowIndexRay; // [ray]
        uint72 ratePerEpochRay; // charged since lastAccrual [ray per epoch]
        uint72 rateAtTargetRay; // [ray per epoch]
        // slot 2: 12 + 12 + 4 + 2 + 2 = 32
        uint96 reserveOwed; // the reserve fund's, not yet paid; stops at its largest value [attoFIL]
        uint96 impairedCarrying; // [attoFIL]
        uint32 dripEnd; // all gains have vested from here on [epoch]
        uint16 reserveShareBps; // of interest [bps]
        uint16 liquidityBufferBps; // of total assets, not lent [bps]
        // slot 3: 12 + 4 = 16; only read before dripEnd
        uint96 lockedGain; // vests from dripStart to dripEnd [attoFIL]
        uint32 dripStart; // [epoch]
        // slot 4: 18 + 14 = 32; the sum of the lines of all performing loans at fixed rates, see `FixedMath`
        int144 fixedOffset; // [pico-attoFIL]
        uint112 fixedSlope; // [pico-attoFIL per epoch]
    }

    /// @notice One request: an interval of all shares ever requested. Filled shares are those below `Queue.filled`.
    struct Request {
        uint128 claimed; // claimed up to here, at first where the interval begins [shares]
        uint128 end; // [shares]
    }

    /// @notice A controller's requests are numbered from 1.
    struct Line {
        uint64 made;
        uint64 claimed; // in full: the oldest that is not is the next
    }

    /// @notice Where one filling ended. Between two of these, assets grow with shares in a straight line: the share price of that filling.
    struct Fill {
        uint128 shares; // filled up to here
        uint128 assets; // set aside up to here [attoFIL]
    }

    /// @custom:storage-location erc7201:plimsoll.storage.RedeemQueue
    struct Queue {
        // slot 0: 16 + 16
        uint128 requested; // shares ever requested
        uint128 filled; // of them filled
        // slot 1: 12 + 16 = 28
        uint96 setAside; // filled and not claimed [attoFIL]
        uint128 filledAssets; // ever set aside [attoFIL]
        mapping(address controller => Line) lines;
        mapping(address controller => mapping(uint256 number => Request)) requests;
        mapping(address controller => mapping(address operator => bool)) operators;
        Fill[] fills;
    }

    /// @notice One slot: token buckets that empty into the past. Amounts in whole FIL or in nanoFIL, so that both fit.
    /// @custom:storage-location erc7201:plimsoll.storage.FlowLimits
    struct Limits {
        uint32 depositsPerDay; // 0: none [FIL]
        uint32 drawsPerDay; // 0: none [FIL]
        uint64 depositsUsed; // as of depositsAt [nanoFIL]
        uint64 drawsUsed; // as of drawsAt [nanoFIL]
        uint32 depositsAt; // [epoch]
        uint32 drawsAt; // [epoch]
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.PledgeVault")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LEDGER_SLOT = 0x5d767c9cb834329279ac24d6849dc6a9a432a931fd33fb299f6df66f814bc700;
    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.RedeemQueue")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant QUEUE_SLOT = 0xa381b61303044f66a12675479bcaf8ec8279aaa04776102711b98f3dbe478500;
    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.FlowLimits")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LIMITS_SLOT = 0xb8ce2afce099b33ba8726cc730cee2358e3480a919352386ff9590a54737c400;

    function _ledger() internal pure returns (Ledger storage $) {
        assembly ("memory-safe") {
            $.slot := LEDGER_SLOT
        }
    }

    function _queue() internal pure returns (Queue storage $) {
        assembly ("memory-safe") {
            $.slot := QUEUE_SLOT
        }
    }

    function _limits() internal pure returns (Limits storage $) {
        assembly ("memory-safe") {
            $.slot := LIMITS_SLOT
        }
    }

    /// @dev The slot of the limits, as it is packed above: one read, where the compiler would read it for each of its fields.
    function _readLimits() internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(LIMITS_SLOT)
        }
    }

    /// @dev As above, one write. The caller has checked that every field fits.
    function _writeLimits(uint256 word) internal {
        assembly ("memory-safe") {
            sstore(LIMITS_SLOT, word)
        }
    }

    /// @dev The ledger's first three slots, as they are packed above: one read each, where the compiler would read a slot for each of its
    /// fields.
    function _readWords() internal view returns (uint256 first, uint256 second, uint256 third) {
        assembly ("memory-safe") {
            first := sload(LEDGER_SLOT)
            second := sload(add(LEDGER_SLOT, 1))
            third := sload(add(LEDGER_SLOT, 2))
        }
    }

    /// @dev As above, one write each. The caller has checked that every field fits.
    function _writeWords(uint256 first, uint256 second, uint256 third) internal {
        assembly ("memory-safe") {
            sstore(LEDGER_SLOT, first)
            sstore(add(LEDGER_SLOT, 1), second)
            sstore(add(LEDGER_SLOT, 2), third)
        }
    }
}
