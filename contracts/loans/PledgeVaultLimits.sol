// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY} from "../libraries/Units.sol";
import {PledgeVaultStorage} from "./PledgeVaultStorage.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";

/// @title Limits on how fast money comes in and is lent
/// @notice Two token buckets: what was used flows back in a straight line over a day. So an error or a theft that a deposit or a draw would
/// exploit has a day's worth of room, not the pool's. What goes out to lenders and what borrowers pay back is never limited.
abstract contract PledgeVaultLimits is PledgeVaultStorage {
    using SafeCast for uint256;

    uint256 private constant FIL = 1e18;
    uint256 private constant NANO_FIL = 1e9;
    uint256 private constant NANO_FIL_PER_FIL = FIL / NANO_FIL;
    /// @dev No limit may be set that would close a door: deposits of 10,000 FIL, draws of 1,000 FIL a day stay possible.
    uint256 private constant MIN_DEPOSITS_PER_DAY = 10_000;
    uint256 private constant MIN_DRAWS_PER_DAY = 1_000;
    uint256 private constant MAX_PER_DAY = type(uint32).max; // more than all FIL there will ever be

    /// What may be deposited now [attoFIL].
    function _depositAllowance() internal view returns (uint256) {
        Limits memory limits = _limits();
        if (limits.depositsPerDay == 0) return type(uint256).max;
        return _left(limits.depositsPerDay, _decayed(limits.depositsPerDay, limits.depositsUsed, limits.depositsAt));
    }

    /// What may be drawn now [attoFIL].
    function _drawAllowance() internal view returns (uint256) {
        Limits memory limits = _limits();
        if (limits.drawsPerDay == 0) return type(uint256).max;
        return _left(limits.drawsPerDay, _decayed(limits.drawsPerDay, limits.drawsUsed, limits.drawsAt));
    }

    /// The caller has checked that it is allowed.
    function _useDeposit(uint256 amount) internal {
        Limits memory limits = _limits();
        if (limits.depositsPerDay == 0) return;
        uint256 used =
            _decayed(limits.depositsPerDay, limits.depositsUsed, limits.depositsAt) + Math.ceilDiv(amount, NANO_FIL);
        limits.depositsUsed = used.toUint64();
        limits.depositsAt = block.number.toUint32();
        _store(limits);
    }

    function _useDraw(uint256 amount) internal {
        Limits memory limits = _limits();
        if (limits.drawsPerDay == 0) return;
        uint256 used = _decayed(limits.drawsPerDay, limits.drawsUsed, limits.drawsAt) + Math.ceilDiv(amount, NANO_FIL);
        limits.drawsUsed = used.toUint64();
        limits.drawsAt = block.number.toUint32();
        _store(limits);
    }

    function _setLimits(uint256 depositsPerDay, uint256 drawsPerDay) internal {
        Limits memory limits = _limits();
        limits.depositsPerDay = _wholeFil("depositsPerDay", depositsPerDay, MIN_DEPOSITS_PER_DAY);
        limits.drawsPerDay = _wholeFil("drawsPerDay", drawsPerDay, MIN_DRAWS_PER_DAY);
        _store(limits);
        emit IPledgeVault.FlowLimitsChanged(depositsPerDay, drawsPerDay);
    }

    function _limitsPerDay() internal view returns (uint256 depositsPerDay, uint256 drawsPerDay) {
        Limits storage limits = _limits();
        return (limits.depositsPerDay * FIL, limits.drawsPerDay * FIL);
    }

    /// @dev A struct in memory is written field by field, each a read and a write of the slot; this is one write.
    function _store(Limits memory limits) private {
        Limits storage $ = _limits();
        uint256 word =
            uint256(limits.depositsPerDay) |
                (uint256(limits.drawsPerDay) << 32) |
                (uint256(limits.depositsUsed) << 64) |
                (uint256(limits.drawsUsed) << 128) |
                (uint256(limits.depositsAt) << 192) |
                (uint256(limits.drawsAt) << 224);
        assembly ("memory-safe") {
            sstore($.slot, word)
        }
    }

    /// What is still used, rounded up [nanoFIL].
    function _decayed(uint256 perDay, uint256 used, uint256 since) private view returns (uint256) {
        // uint32 x 1e9 x epochs, far from overflow
        return Math.saturatingSub(used, (perDay * NANO_FIL_PER_FIL * (block.number - since)) / EPOCHS_PER_DAY);
    }

    function _left(uint256 perDay, uint256 used) private pure returns (uint256) {
        return Math.saturatingSub(perDay * NANO_FIL_PER_FIL, used) * NANO_FIL;
    }

    function _wholeFil(bytes32 parameter, uint256 amount, uint256 minimum) private pure returns (uint32) {
        if (amount < minimum * FIL || amount > MAX_PER_DAY * FIL) {
            revert IPledgeVault.PledgeVault_OutOfBounds(parameter, minimum * FIL, MAX_PER_DAY * FIL, amount);
        }
        if (amount % FIL != 0) revert IPledgeVault.PledgeVault_NotWholeFil(parameter, amount);
        return uint32(amount / FIL); // at most MAX_PER_DAY
    }
}
