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
    /// @dev Where the slot says what was used, and when: of deposits, of draws.
    uint256 private constant DEPOSITS_USE = (uint256(type(uint64).max) << 64) | (uint256(type(uint32).max) << 192);
    uint256 private constant DRAWS_USE = (uint256(type(uint64).max) << 128) | (uint256(type(uint32).max) << 224);

    /// What may be deposited now [attoFIL].
    function _depositAllowance() internal view returns (uint256) {
        uint256 word = _readLimits();
        return _allowance(uint32(word), uint64(word >> 64), uint32(word >> 192));
    }

    /// What may be drawn now [attoFIL].
    function _drawAllowance() internal view returns (uint256) {
        uint256 word = _readLimits();
        return _allowance(uint32(word >> 32), uint64(word >> 128), word >> 224);
    }

    /// The caller has checked that it is allowed.
    function _useDeposit(uint256 amount) internal {
        uint256 word = _readLimits();
        uint256 perDay = uint32(word);
        if (perDay == 0) return;
        uint256 used = _usedWith(perDay, uint64(word >> 64), uint32(word >> 192), amount);
        _writeLimits((word & ~DEPOSITS_USE) | (used << 64) | (uint256(block.number.toUint32()) << 192));
    }

    function _useDraw(uint256 amount) internal {
        uint256 word = _readLimits();
        uint256 perDay = uint32(word >> 32);
        if (perDay == 0) return;
        uint256 used = _usedWith(perDay, uint64(word >> 128), word >> 224, amount);
        _writeLimits((word & ~DRAWS_USE) | (used << 128) | (uint256(block.number.toUint32()) << 224));
    }

    /// What is used stays as it is: a lower limit has less room at once, and lets it flow back more slowly.
    function _setLimits(uint256 depositsPerDay, uint256 drawsPerDay) internal {
        Limits storage limits = _limits();
        limits.depositsPerDay = _wholeFil("depositsPerDay", depositsPerDay, MIN_DEPOSITS_PER_DAY);
        limits.drawsPerDay = _wholeFil("drawsPerDay", drawsPerDay, MIN_DRAWS_PER_DAY);
        emit IPledgeVault.FlowLimitsChanged(depositsPerDay, drawsPerDay);
    }

    function _limitsPerDay() internal view returns (uint256 depositsPerDay, uint256 drawsPerDay) {
        Limits storage limits = _limits();
        return (limits.depositsPerDay * FIL, limits.drawsPerDay * FIL);
    }

    /// @param used as of `since` [nanoFIL]
    function _allowance(uint256 perDay, uint256 used, uint256 since) private view returns (uint256) {
        return perDay == 0 ? type(uint256).max : _left(perDay, _decayed(perDay, used, since));
    }

    /// What is used once `amount` more is [nanoFIL, at most 64 bits].
    function _usedWith(uint256 perDay, uint256 used, uint256 since, uint256 amount) private view returns (uint256) {
        return (_decayed(perDay, used, since) + Math.ceilDiv(amount, NANO_FIL)).toUint64();
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
