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
        Limits memory l = _limits();
        if (l.depositsPerDay == 0) return type(uint256).max;
        return _left(l.depositsPerDay, _decayed(l.depositsPerDay, l.depositsUsed, l.depositsAt));
    }

    /// What may be drawn now [attoFIL].
    function _drawAllowance() internal view returns (uint256) {
        Limits memory l = _limits();
        if (l.drawsPerDay == 0) return type(uint256).max;
        return _left(l.drawsPerDay, _decayed(l.drawsPerDay, l.drawsUsed, l.drawsAt));
    }

    /// The caller has checked that it is allowed.
    function _useDeposit(uint256 amount) internal {
        Limits memory l = _limits();
        if (l.depositsPerDay == 0) return;
        uint256 used = _decayed(l.depositsPerDay, l.depositsUsed, l.depositsAt) + Math.ceilDiv(amount, NANO_FIL);
        l.depositsUsed = used.toUint64();
        l.depositsAt = block.number.toUint32();
        _store(l);
    }

    function _useDraw(uint256 amount) internal {
        Limits memory l = _limits();
        if (l.drawsPerDay == 0) return;
        uint256 used = _decayed(l.drawsPerDay, l.drawsUsed, l.drawsAt) + Math.ceilDiv(amount, NANO_FIL);
        l.drawsUsed = used.toUint64();
        l.drawsAt = block.number.toUint32();
        _store(l);
    }

    function _setLimits(uint256 depositsPerDay, uint256 drawsPerDay) internal {
        Limits memory l = _limits();
        l.depositsPerDay = _wholeFil("depositsPerDay", depositsPerDay, MIN_DEPOSITS_PER_DAY);
        l.drawsPerDay = _wholeFil("drawsPerDay", drawsPerDay, MIN_DRAWS_PER_DAY);
        _store(l);
        emit IPledgeVault.FlowLimitsChanged(depositsPerDay, drawsPerDay);
    }

    function _limitsPerDay() internal view returns (uint256 depositsPerDay, uint256 drawsPerDay) {
        Limits storage l = _limits();
        return (l.depositsPerDay * FIL, l.drawsPerDay * FIL);
    }

    /// @dev A struct in memory is written field by field, each a read and a write of the slot; this is one write.
    function _store(Limits memory l) private {
        Limits storage $ = _limits();
        uint256 word =
            uint256(l.depositsPerDay) |
                (uint256(l.drawsPerDay) << 32) |
                (uint256(l.depositsUsed) << 64) |
                (uint256(l.drawsUsed) << 128) |
                (uint256(l.depositsAt) << 192) |
                (uint256(l.drawsAt) << 224);
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
