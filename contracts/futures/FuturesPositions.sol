// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {EPOCHS_PER_DAY} from "../libraries/Units.sol";
import {FuturesMarks} from "./FuturesMarks.sol";
import {Cover, Pending, Position, TokenCover} from "./FuturesTypes.sol";
import {Skip} from "./interfaces/IFuturesVenues.sol";
import {FuturesMath} from "./libraries/FuturesMath.sol";

/// @title Positions: how they change, whether an account may have them, what happens to losses
abstract contract FuturesPositions is FuturesMarks {
    using SafeCast for int256;
    using SafeCast for uint256;

    /// @dev A change of one account, before it is stored.
    struct Move {
        address user;
        Position account; // as it will be
        int256 sizeBefore;
        int256 equityBefore;
        uint256 gain; // what trades gained against the mark
    }

    /// @dev How an account does in the margin test.
    struct Verdict {
        bool ok;
        bool sound; // whether a flag goes
        uint256 need; // what is taken from outside the series
    }

    // ---------------------------------------------------------------- moves

    function _moveOf(Book memory b, address user) internal view returns (Move memory m) {
        m.user = user;
        m.account = _s().accounts[b.id][user];
        m.sizeBefore = m.account.size;
        m.equityBefore = _equity(b, m.account);
    }

    function _equity(Book memory b, Position memory account) internal pure returns (int256) {
        return FuturesMath.equity(account.cash, account.size, b.ticks, b.unit.tickValue);
    }

    function _required(Book memory b, int256 size, uint256 oi) internal pure returns (FuturesMath.Required memory) {
        return FuturesMath.required(b.limits, b.margins, SignedMath.abs(size), b.ticks * b.unit.tickValue, oi);
    }

    /// @dev Whether a position may grow to this.
    /// @param allowed whether the series takes increases
    function _growth(
        Book memory b,
        Move memory m,
        int256 size,
        bool allowed,
        bool reduceOnly
    ) internal pure returns (Skip) {
        if (!FuturesMath.isIncrease(m.sizeBefore, size)) return Skip.None;
        if (!allowed) return Skip.Refused;
        if (reduceOnly) return Skip.ReduceOnly;
        return SignedMath.abs(size) > b.limits.positionCap ? Skip.PositionCap : Skip.None;
    }

    /// @dev Section 5: the initial margin for what grows, no worse than before for what shrinks.
    function _judge(Book memory b, Move memory m, uint256 oi) internal view returns (Verdict memory v) {
        int256 size = m.account.size;
        int256 equity = _equity(b, m.account);
        FuturesMath.Required memory r = _required(b, size, oi);
        if (FuturesMath.isIncrease(m.sizeBefore, size)) {
            int256 need = r.initial.toInt256() - (equity - m.gain.toInt256());
            if (need > 0) v.need = uint256(need);
            v.sound = true;
            v.ok = v.need == 0 || v.need <= _s().free[b.unit.token][m.user];
            return v;
        }
        v.sound = equity >= r.maintenance.toInt256();
        v.ok = equity >= 0 && (v.sound || _noWorse(m, equity)); // nothing is needed for no position
    }

    function _noWorse(Move memory m, int256 equity) private pure returns (bool) {
        int256 lots = SignedMath.abs(m.account.size).toInt256();
        return equity * SignedMath.abs(m.sizeBefore).toInt256() >= m.equityBefore * lots;
    }

    /// @dev Stores an account that was judged.
    function _commit(Book memory b, Move memory m, Verdict memory v) internal {
        Position memory account = m.account;
        if (v.need != 0) {
            _debit(b.unit.token, m.user, v.need);
            account.cash = (account.cash + v.need.toInt256()).toInt128();
            b.funds.cash = (b.funds.cash + v.need).toUint128();
            emit Allocated(b.id, m.user, v.need);
        }
        if (v.sound && account.flaggedAt != 0) {
            account.flaggedAt = 0;
            emit Unflagged(b.id, m.user);
        }
        if (m.sizeBefore == 0 && account.size != 0) ++b.status.open;
        if (m.sizeBefore != 0 && account.size == 0) --b.status.open;
        _s().accounts[b.id][m.user] = account;
    }

    /// @dev Moves lots at the mark, positive for a long position, from one account's copy to another's.
    function _pass(Book memory b, Position memory from, Position memory to, int256 lots) internal pure {
        uint256 oi = b.status.oi + FuturesMath.long(from.size - lots) + FuturesMath.long(to.size + lots);
        b.status.oi = uint64(oi - FuturesMath.long(from.size) - FuturesMath.long(to.size)); // never more than before
        int256 worth = lots * (b.ticks * b.unit.tickValue).toInt256();
        from.size = (from.size - lots).toInt64();
        from.cash = (from.cash + worth).toInt128();
        to.size = (to.size + lots).toInt64();
        to.cash = (to.cash - worth).toInt128();
    }

    // ---------------------------------------------------------------- losses

    /// @dev Section 9: what insurance may pay it pays, the rest is missing.
    function _bookLoss(Book memory b, address user, uint256 loss) internal {
        uint256 insured = _payInsurance(b, loss);
        b.funds.deficit = (b.funds.deficit + loss - insured).toUint128();
        emit LossBooked(b.id, user, loss, insured, b.funds.deficit);
    }

    /// @dev What insurance may pay of a loss goes into the series.
    function _payInsurance(Book memory b, uint256 loss) internal returns (uint256 amount) {
        Cover storage cover = _s().series[b.id].cover;
        TokenCover storage daily = _s().cover[b.unit.token];
        uint256 day = block.number / EPOCHS_PER_DAY;
        uint256 usedToday = daily.day == day ? daily.usedToday : 0;
        amount = Math.min(loss, b.money.insurance);
        amount = Math.min(amount, Math.saturatingSub(cover.cap, cover.used));
        amount = Math.min(amount, Math.saturatingSub(daily.dailyCap, usedToday));
        if (amount == 0) return 0;
        b.money.insurance -= uint112(amount);
        b.funds.cash = (b.funds.cash + amount).toUint128();
        cover.used += uint128(amount); // insurance has less
        (daily.usedToday, daily.day) = ((usedToday + amount).toUint112(), uint32(day));
    }

    /// @dev Pays the caller for booking a loss, out of the fees.
    function _reward(Book memory b) internal {
        uint256 amount = _s().bounties[b.unit.token].writeOffReward;
        if (amount == 0 || amount > b.money.fees) return;
        b.money.fees -= uint112(amount);
        _credit(b.unit.token, msg.sender, amount);
        emit Rewarded(b.unit.token, msg.sender, amount);
    }

    /// @dev Puts into an account's copy what it has released.
    function _recall(Book memory b, address user, Position memory account) internal {
        Pending storage pending = _s().pending[b.id][user];
        uint256 amount = pending.amount;
        if (amount == 0) return;
        delete _s().pending[b.id][user];
        account.cash = (account.cash + amount.toInt256()).toInt128();
    }

    /// @dev Turns an account's copy into cash at the final price.
    function _resolve(Book memory b, address user, Position memory account) internal {
        int256 size = account.size;
        account.cash = FuturesMath.equity(account.cash, size, b.status.finalTicks, b.unit.tickValue).toInt128();
        (account.size, account.flaggedAt) = (0, 0);
        --b.status.open;
        emit Resolved(b.id, user, size);
        if (account.cash < 0) _recall(b, user, account);
        if (account.cash >= 0) return;
        _bookLoss(b, user, uint256(-int256(account.cash)));
        account.cash = 0;
        _reward(b);
    }
}
