// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {check} from "./ActorExit.sol";
import {Devnet} from "./Devnet.sol";
import {MinerMath} from "./MinerMath.sol";
import {NativeActor} from "./NativeActor.sol";
import {Miner, Purse} from "./Types.sol";
import {WorldState} from "./WorldState.sol";

/// @title A miner's money: balance identity, vesting table, fee debt
abstract contract MinerFunds is WorldState {
    // ------------------------------------------------------------------------------------------------ purse

    function _open(uint64 id) internal view returns (Purse memory) {
        return Purse(id, Devnet.masked(id).balance, 0);
    }

    /// @notice Makes the burns that were summed.
    function _close(Purse memory p) internal {
        if (p.burn != 0) _payFrom(p.id, Devnet.BURN_ID, p.burn);
        p.burn = 0;
    }

    function _payFrom(uint64 id, uint64 to, uint256 amount) internal {
        NativeActor(payable(Devnet.masked(id))).pay(_home(to), amount);
    }

    // ------------------------------------------------------------------------------------------------ balance

    /// @notice Balance without vesting funds, deposits and pledge [attoFIL]; fee debt is not taken off.
    function _unlocked(Miner storage m, Purse memory p) internal view returns (uint256) {
        uint256 bound = m.locked + m.deposits + m.pledge;
        check(p.balance >= bound, Devnet.ILLEGAL_STATE);
        return p.balance - bound;
    }

    function _available(Miner storage m, Purse memory p) internal view returns (int256) {
        return int256(_unlocked(m, p)) - int256(m.feeDebt);
    }

    // ------------------------------------------------------------------------------------------------ debt

    /// @notice Pays as much debt as can be paid: from vesting, soonest first and vested or not, then from what is free.
    function _repayPartial(Miner storage m, Purse memory p, uint64 epoch) internal {
        _unlockVested(m, epoch);
        _unlockUnvested(m, m.feeDebt);
        uint256 paid = MinerMath.min(_unlocked(m, p), m.feeDebt);
        m.feeDebt -= paid;
        p.balance -= paid;
        p.burn += paid;
    }

    /// @notice Pays the whole debt from what is free, or ends with USR_INSUFFICIENT_FUNDS (19).
    function _repayAll(Miner storage m, Purse memory p) internal {
        uint256 debt = m.feeDebt;
        check(_unlocked(m, p) >= debt, Devnet.INSUFFICIENT_FUNDS);
        m.feeDebt = 0;
        p.balance -= debt;
        p.burn += debt;
    }

    // ------------------------------------------------------------------------------------------------ vesting

    /// @notice The epoch of a slot: slots are half a day wide and start with the miner's proving period.
    function _slotEpoch(Miner storage m, uint64 slot) internal view returns (uint64) {
        return slot * Devnet.VEST_QUANTUM + (m.offset % Devnet.VEST_QUANTUM);
    }

    /// @notice Locks `sum`: linear over 180 days in steps of a day, each put off to the next slot.
    function _lock(Miner storage m, uint256 sum, uint64 epoch) internal {
        uint64 phase = m.offset % Devnet.VEST_QUANTUM;
        uint256 vested;
        uint64 low = m.vestLow;
        uint64 high = m.vestHigh;
        bool empty = low == high;
        for (uint64 at = epoch + Devnet.DAY; vested < sum; at += Devnet.DAY) {
            uint64 slot = (at - phase + Devnet.VEST_QUANTUM - 1) / Devnet.VEST_QUANTUM;
            uint256 elapsed = slot * Devnet.VEST_QUANTUM + phase - epoch;
            uint256 target = elapsed < Devnet.VEST_PERIOD ? (sum * elapsed) / Devnet.VEST_PERIOD : sum;
            m.vesting[slot] += target - vested;
            vested = target;
            if (empty || slot < low) low = slot;
            if (empty || slot >= high) high = slot + 1;
            empty = false;
        }
        (m.vestLow, m.vestHigh) = (low, high);
        m.locked += sum;
    }

    /// @notice Unlocks what vested before `epoch`.
    function _unlockVested(Miner storage m, uint64 epoch) internal returns (uint256 sum) {
        (uint64 low, uint64 high) = (m.vestLow, m.vestHigh);
        for (; low < high && _slotEpoch(m, low) < epoch; ++low) {
            sum += m.vesting[low];
            delete m.vesting[low];
        }
        (m.vestLow, m.locked) = (low, m.locked - sum);
    }

    /// @notice Takes up to `target` out of the table, soonest first.
    function _unlockUnvested(Miner storage m, uint256 target) internal {
        (uint64 low, uint64 high) = (m.vestLow, m.vestHigh);
        uint256 left = target;
        for (; low < high && left != 0; ++low) {
            uint256 part = MinerMath.min(m.vesting[low], left);
            m.vesting[low] -= part;
            left -= part;
            if (m.vesting[low] != 0) break;
        }
        (m.vestLow, m.locked) = (low, m.locked - (target - left));
    }
}
