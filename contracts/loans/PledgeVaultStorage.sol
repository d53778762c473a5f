// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title PledgeVaultStorage
/// @notice The pool's ledger: four slots, ordered by who needs them. A deposit or redemption reads the first three and
/// writes the first.
abstract contract PledgeVaultStorage {
    /// @custom:storage-location erc7201:plimsoll.storage.PledgeVault
    struct Ledger {
        // slot 0: 12 + 12 + 8 = 32
        uint96 cash; // idle FIL [attoFIL]
        uint96 totalScaledDebt; // performing debt / index [attoFIL / ray]
        uint64 lastAccrual; // interest is booked up to and including this epoch [epoch]
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
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.PledgeVault")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LEDGER_SLOT = 0x5d767c9cb834329279ac24d6849dc6a9a432a931fd33fb299f6df66f814bc700;

    function _ledger() internal pure returns (Ledger storage $) {
        assembly ("memory-safe") {
            $.slot := LEDGER_SLOT
        }
    }

    /// @dev The first three slots, as they are packed above: one read each, where the compiler would read a slot for each of its fields.
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
