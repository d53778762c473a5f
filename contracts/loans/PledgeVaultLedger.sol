// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {InterestMath} from "../libraries/InterestMath.sol";
import {ShareMath} from "../libraries/ShareMath.sol";
import {EPOCHS_PER_DAY, RAY, WAD} from "../libraries/Units.sol";
import {PledgeVaultStorage} from "./PledgeVaultStorage.sol";
import {RateCurve} from "./RateCurve.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {DebtLine, FixedMath} from "./libraries/FixedMath.sol";

/// @title The pool's arithmetic
/// @notice The ledger is brought into memory as of this epoch, changed there, and written with the rate that it then calls for.
abstract contract PledgeVaultLedger is PledgeVaultStorage, RateCurve {
    using SafeCast for uint256;

    /// The ledger in memory, brought to this epoch.
    struct Pool {
        uint256 cash; // [attoFIL]
        uint256 scaledDebt;
        uint256 debt; // floating and fixed, each rounded down [attoFIL]
        uint256 indexRay;
        uint256 rateRay; // stored, not set anew [ray per epoch]
        uint256 rateAtTargetRay;
        uint256 elapsed; // since the stored values [epoch]
        uint256 interest; // of the elapsed time [attoFIL]
        uint256 reserveInterest; // the reserve fund's part of it, contained in reserveOwed [attoFIL]
        uint256 reserveOwed; // [attoFIL]
        uint256 impairedCarrying; // [attoFIL]
        uint256 lockedGain; // [attoFIL]
        uint256 dripEnd; // [epoch]
        uint256 reserveShareBps;
        uint256 liquidityBufferBps;
        bool queueActive; // while not, nothing waits and nothing is set aside
        uint256 waiting; // in the queue, not filled [shares]
        uint256 setAside; // filled and not claimed [attoFIL]
        uint256 supply; // set where it is needed; always while shares wait [shares]
        uint256 lastFreeCash; // before this call [attoFIL]
        uint256 lastLent; // debt and carrying before this call [attoFIL]
        int256 fixedOffset; // of the line of fixed debt [pico-attoFIL]
        uint256 fixedSlope; // 0 while there is none [pico-attoFIL per epoch]
        uint256 fixedDebt; // rounded down, contained in debt [attoFIL]
    }

    uint256 internal constant BPS = 1e4;
    uint256 private constant QUEUE_ACTIVE = 1 << 224;
    uint256 private constant FIXED_ACTIVE = 1 << 232;
    /// @dev Gains vest over a week, so that nobody gets them by coming for a moment.
    uint256 private constant DRIP_EPOCHS = 7 * EPOCHS_PER_DAY;

    function _pool() internal view returns (Pool memory p) {
        (uint256 first, uint256 second, uint256 third) = _readWords();
        p.cash = uint96(first);
        p.scaledDebt = uint96(first >> 96);
        p.elapsed = block.number - uint32(first >> 192);
        p.queueActive = first & QUEUE_ACTIVE != 0;
        uint256 storedIndexRay = uint112(second);
        p.rateRay = uint72(second >> 112);
        p.rateAtTargetRay = second >> 184;
        p.reserveOwed = uint96(third);
        p.impairedCarrying = uint96(third >> 96);
        p.dripEnd = uint32(third >> 192);
        p.reserveShareBps = uint16(third >> 224);
        p.liquidityBufferBps = third >> 240;
        if (block.number < p.dripEnd) p.lockedGain = _lockedGain(p.dripEnd);
        p.indexRay = InterestMath.accrueIndexDown(storedIndexRay, p.rateRay, p.elapsed);
        p.debt = InterestMath.toDebtDown(p.scaledDebt, p.indexRay);
        // Nothing overflows: amounts and index have at most 96 and 112 bits, shares of interest 16.
        unchecked {
            uint256 lastDebt = (p.scaledDebt * storedIndexRay) / RAY;
            if (first >= FIXED_ACTIVE) lastDebt += _readFixed(p);
            p.lastLent = p.debt + p.impairedCarrying;
            p.interest = p.debt - lastDebt; // neither the index nor the line ever falls
            p.reserveInterest = (p.interest * p.reserveShareBps) / BPS;
            p.reserveOwed = Math.min(p.reserveOwed + p.reserveInterest, type(uint96).max);
        }
        if (p.queueActive) _readQueue(p);
        p.lastFreeCash = _freeCash(p);
    }

    /// Adds what is owed at fixed rates; the answer is what was owed when interest was last booked.
    function _readFixed(Pool memory p) private view returns (uint256 lastDebt) {
        Ledger storage $ = _ledger();
        DebtLine memory line = DebtLine($.fixedOffset, $.fixedSlope);
        (p.fixedOffset, p.fixedSlope) = (line.offset, line.slope);
        p.fixedDebt = FixedMath.debtDown(line, block.number);
        p.debt += p.fixedDebt;
        return FixedMath.debtDown(line, block.number - p.elapsed);
    }

    function _readQueue(Pool memory p) private view {
        Queue storage q = _queue();
        p.waiting = q.requested - q.filled;
        p.setAside = q.setAside;
        p.supply = _supply();
    }

    /// Shares there are; the pool keeps them.
    function _supply() internal view virtual returns (uint256);

    /// Rounds up: what has vested rounds down.
    function _lockedGain(uint256 dripEnd) internal view returns (uint256) {
        Ledger storage $ = _ledger();
        return Math.ceilDiv($.lockedGain * (dripEnd - block.number), dripEnd - $.dripStart);
    }

    /// Adds a gain and starts the week again for all that is locked. Gains that come all the time slow the vesting from
    /// a straight line to an exponential with the same start; they cannot stop it.
    function _lockGain(Pool memory p, uint256 gain) internal {
        if (gain != 0) _setLockedGain(p, p.lockedGain + gain, block.number + DRIP_EPOCHS);
    }

    /// From now on `amount` vests in a straight line until `end`. What the ledger cannot hold vests at once.
    function _setLockedGain(Pool memory p, uint256 amount, uint256 end) internal {
        p.lockedGain = Math.min(amount, type(uint96).max);
        p.dripEnd = end;
        Ledger storage $ = _ledger();
        $.lockedGain = uint96(p.lockedGain);
        $.dripStart = block.number.toUint32();
    }

    function _addDebt(Pool memory p, uint256 scaledDebt) internal pure returns (uint256 debt) {
        p.scaledDebt += scaledDebt;
        debt = InterestMath.toDebtDown(p.scaledDebt, p.indexRay) + p.fixedDebt - p.debt;
        p.debt += debt;
    }

    function _removeDebt(Pool memory p, uint256 scaledDebt) internal pure returns (uint256 debt) {
        if (scaledDebt > p.scaledDebt) revert IPledgeVault.PledgeVault_BadSplit(p.scaledDebt, scaledDebt);
        p.scaledDebt -= scaledDebt;
        debt = p.debt - InterestMath.toDebtDown(p.scaledDebt, p.indexRay) - p.fixedDebt;
        p.debt -= debt;
    }

    function _removeCarrying(Pool memory p, uint256 amount) internal pure {
        if (amount > p.impairedCarrying) revert IPledgeVault.PledgeVault_BadSplit(p.impairedCarrying, amount);
        p.impairedCarrying -= amount;
    }

    /// Writes the ledger and sets the rate by what it now says.
    function _store(Pool memory p) internal {
        // The target drifts under the utilisation that has been in force, not under the one this call leaves behind.
        uint256 lastUtilisationWad = _utilisation(p.lastLent, p.lastFreeCash);
        (uint256 rateRay, uint256 rateAtTargetRay) = _requote(
            lastUtilisationWad,
            _utilisationWad(p),
            p.rateAtTargetRay,
            p.elapsed
        );
        _writeWords(
            uint256(p.cash.toUint96()) |
                (uint256(p.scaledDebt.toUint96()) << 96) |
                (uint256(block.number.toUint32()) << 192) |
                (p.queueActive ? QUEUE_ACTIVE : 0) |
                (p.fixedSlope == 0 ? 0 : FIXED_ACTIVE), // who owes at a fixed rate owes interest
            uint256(uint112(p.indexRay)) | // at most MAX_INDEX_RAY
                (uint256(rateRay.toUint72()) << 112) |
                (uint256(rateAtTargetRay.toUint72()) << 184),
            Math.min(p.reserveOwed, type(uint96).max) |
                (uint256(p.impairedCarrying.toUint96()) << 96) |
                (uint256(p.dripEnd.toUint32()) << 192) |
                (p.reserveShareBps << 224) | // 16 bits
                (p.liquidityBufferBps << 240) // 16 bits
        );
        emit IPledgeVault.InterestAccrued(p.indexRay, p.interest, p.reserveInterest, rateRay);
    }

    function _totalAssets(Pool memory p) internal pure returns (uint256) {
        return Math.saturatingSub(p.cash + p.debt + p.impairedCarrying, p.reserveOwed + p.lockedGain);
    }

    function _utilisationWad(Pool memory p) internal pure returns (uint256) {
        return _utilisation(p.debt + p.impairedCarrying, _freeCash(p));
    }

    function _utilisation(uint256 lent, uint256 cash) internal pure returns (uint256) {
        return lent == 0 ? 0 : Math.ceilDiv(lent * WAD, lent + cash);
    }

    /// What the queue waits for at the share price of now [attoFIL].
    function _waitingAssets(Pool memory p) internal pure returns (uint256) {
        return p.waiting == 0 ? 0 : ShareMath.toAssetsDown(p.waiting, p.supply, _totalAssets(p));
    }

    /// Cash that nobody waits for. To be waited for counts as being used, so that filling the queue moves neither utilisation nor rate.
    function _freeCash(Pool memory p) internal pure returns (uint256) {
        return Math.saturatingSub(p.cash, _waitingAssets(p));
    }

    /// Without the limit on draws.
    function _lendable(Pool memory p) internal pure returns (uint256) {
        return Math.saturatingSub(_freeCash(p), Math.ceilDiv(_totalAssets(p) * p.liquidityBufferBps, BPS));
    }

    /// The most that can leave at once, with nobody waiting: the buffer of what then remains must stay, so x with
    /// cash - x >= buffer x (total - x). Where all is cash, all can leave.
    function _exitable(Pool memory p) internal pure returns (uint256) {
        if (p.waiting != 0) return 0;
        uint256 kept = _totalAssets(p) * p.liquidityBufferBps;
        return Math.min(p.cash, Math.saturatingSub(p.cash * BPS, kept) / (BPS - p.liquidityBufferBps));
    }
}
