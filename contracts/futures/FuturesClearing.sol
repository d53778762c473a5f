// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FuturesPositions} from "./FuturesPositions.sol";
import {FuturesStorage} from "./FuturesStorage.sol";
import {Position, State} from "./FuturesTypes.sol";
import {IFuturesClearing} from "./interfaces/IFuturesClearing.sol";
import {IFuturesIndex} from "./interfaces/IFuturesIndex.sol";
import {Fill, IFuturesVenues, Skip, Taker} from "./interfaces/IFuturesVenues.sol";
import {FuturesMath} from "./libraries/FuturesMath.sol";

/// @title The clearing of futures
/// @notice See IFutures, which this contract and the parts behind its fallback implement together: FuturesDesk, FuturesDefaults,
/// FuturesSettlement.
/// Invariants: FU-1 positions add up to nothing; FU-2 every token here is somebody's; FU-3 what accounts have is what the series holds
/// or is missing; FU-5 only losses are missing; see docs/invariants.md.
/// Pauses: increases of a series only, by the guardian, for 7 days. Trusts: the index that the implementation names, venues on the
/// list, and listed tokens to move what they say.
/// @custom:oz-upgrades-unsafe-allow missing-initializer missing-initializer-call
contract FuturesClearing is IFuturesClearing, FuturesPositions, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for int256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint256 private constant MAX_FILLS = 64;
    /// @dev Rewards that stay in the fees, for one call of `resolve`.
    uint256 private constant KEPT_REWARDS = 64;

    /// @dev A trade while it lasts: the taker as it will be, and what all fills add up to.
    struct Trade {
        Move taker;
        bool buys;
        bool growing; // whether the series takes increases
        int256 size; // of the taker
        int256 cash; // of the taker, fees not deducted
        uint256 fees; // of the taker
        uint256 filled; // fills that were not skipped
    }

    /// @dev One fill while it lasts.
    struct Lots {
        int256 makerSize;
        int256 takerSize;
        uint256 oi;
        uint256 notional;
        uint256 makerFee;
        uint256 takerFee;
    }

    /// @dev FuturesDesk, and what stands behind it. Part of the implementation, changed only by an upgrade.
    address private immutable DESK;

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(IFuturesIndex index_, address desk) FuturesStorage(index_) {
        DESK = desk;
        _disableInitializers();
    }

    /// @notice Once, in the transaction that puts the implementation in place.
    /// @param manager the access manager @param feesRecipient_ who gets the fees, for good
    function initialize(address manager, address feesRecipient_) external initializer {
        __AccessManaged_init(manager);
        if (feesRecipient_ == address(0) || feesRecipient_ == address(this)) {
            revert FuturesClearing_BadAddress(feesRecipient_);
        }
        _s().feesRecipient = feesRecipient_;
    }

    // ---------------------------------------------------------------- money

    /// @inheritdoc IFuturesClearing
    function deposit(address token, uint256 amount, address receiver) external nonReentrant {
        if (!_s().money[token].listed) revert FuturesClearing_TokenNotListed(token);
        _requireAmount(amount);
        _requireFits(MAX_CASH, amount);
        _requireUser(receiver);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 arrived = IERC20(token).balanceOf(address(this)) - before;
        if (arrived != amount) revert FuturesClearing_WrongAmount(token, amount, arrived);
        _s().free[token][receiver] += amount;
        emit Deposited(token, msg.sender, receiver, amount);
    }

    /// @inheritdoc IFuturesClearing
    function withdraw(address token, uint256 amount, address to) external nonReentrant {
        _requireAmount(amount);
        if (to == address(0) || to == address(this)) revert FuturesClearing_BadAddress(to);
        _debit(token, msg.sender, amount);
        emit Withdrawn(token, msg.sender, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc IFuturesClearing
    function allocate(bytes32 seriesId, uint256 amount) external nonReentrant {
        Book memory b = _moneyBook(seriesId);
        _requireAmount(amount);
        _requireNotFinal(b);
        _debit(b.unit.token, msg.sender, amount);
        _requireFits(Math.saturatingSub(MAX_CASH, b.funds.cash), amount);
        Position storage account = _s().accounts[seriesId][msg.sender];
        account.cash = (account.cash + amount.toInt256()).toInt128();
        _s().series[seriesId].funds.cash = (b.funds.cash + amount).toUint128();
        emit Allocated(seriesId, msg.sender, amount);
    }

    /// @inheritdoc IFuturesClearing
    function recapitalise(bytes32 seriesId, uint256 amount) external nonReentrant returns (uint256 paid) {
        Book memory b = _moneyBook(seriesId);
        paid = Math.min(amount, b.funds.deficit);
        _requireAmount(paid);
        _debit(b.unit.token, msg.sender, paid);
        b.funds.cash = (b.funds.cash + paid).toUint128();
        b.funds.deficit -= uint128(paid);
        _storeMoney(b);
        emit Recapitalised(seriesId, msg.sender, paid, b.funds.deficit);
    }

    /// @inheritdoc IFuturesClearing
    function fund(address token, uint256 amount) external nonReentrant {
        _requireAmount(amount);
        _debit(token, msg.sender, amount);
        uint256 insurance = _s().money[token].insurance;
        _requireFits(type(uint112).max - insurance, amount);
        _s().money[token].insurance = uint112(insurance + amount);
        emit Funded(token, msg.sender, amount);
    }

    /// @inheritdoc IFuturesClearing
    function collectFees(address token) external nonReentrant returns (uint256 amount) {
        uint256 fees = _s().money[token].fees;
        amount = Math.saturatingSub(fees, KEPT_REWARDS * _s().bounties[token].writeOffReward);
        _requireAmount(amount);
        _s().money[token].fees = uint112(fees - amount);
        address to = _s().feesRecipient;
        emit FeesCollected(token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc IFuturesClearing
    function claim(bytes32 seriesId, address user) external nonReentrant returns (uint256 paid) {
        Book memory b = _moneyBook(seriesId);
        if (!_claimsOpen(b.status)) {
            revert FuturesClearing_WrongState(seriesId, _stateOf(b.status, _s().series[seriesId].limits));
        }
        Position memory account = _s().accounts[seriesId][user];
        if (account.size != 0) _resolve(b, user, account);
        uint256 amount = int256(account.cash).toUint256();
        uint256 pending = _s().pending[seriesId][user].amount;
        if (amount + pending == 0) revert FuturesClearing_NothingOwed(seriesId, user);
        delete _s().accounts[seriesId][user];
        if (pending != 0) delete _s().pending[seriesId][user];
        paid = _leave(b, amount);
        paid += _leave(b, pending);
        if (user == address(0)) _insure(b, paid);
        else _credit(b.unit.token, user, paid);
        _storeMoney(b);
        emit Claimed(seriesId, user, amount + pending, paid);
    }

    // ---------------------------------------------------------------- trades

    /// @inheritdoc IFuturesVenues
    function trade(
        bytes32 seriesId,
        Taker calldata taker,
        Fill[] calldata fills
    ) external nonReentrant returns (Skip[] memory skips) {
        if (!_s().venues[msg.sender]) revert FuturesClearing_NotVenue(msg.sender);
        if (fills.length > MAX_FILLS) revert FuturesClearing_TooMany(MAX_FILLS, fills.length);
        Book memory b = _openBook(seriesId);
        State state = _requireTrading(b);
        _refreshIfOld(b);
        Trade memory t = _begin(b, taker);
        t.growing =
            state == State.Trading &&
            block.number >= b.status.haltedUntil &&
            b.funds.deficit == 0 &&
            _isFresh(b);
        skips = new Skip[](fills.length);
        for (uint256 i; i < fills.length; ++i) skips[i] = _fill(b, t, fills[i]);
        if (t.filled == 0) revert FuturesClearing_NothingFilled(seriesId);
        _finish(b, t, taker.reduceOnly);
        _storeBook(b);
    }

    function _begin(Book memory b, Taker calldata taker) private view returns (Trade memory t) {
        if (b.money.takerFeeBps > taker.feeCapBps) {
            revert FuturesClearing_Refused(b.id, taker.account, Skip.FeeCap);
        }
        t.taker = _moveOf(b, taker.account);
        t.buys = taker.buys;
        (t.size, t.cash) = (t.taker.account.size, t.taker.account.cash);
    }

    /// @dev Changes nothing when it skips.
    function _fill(Book memory b, Trade memory t, Fill calldata f) private returns (Skip) {
        if (f.lots == 0 || f.ticks == 0) return Skip.Zero;
        if (f.maker == t.taker.user || f.maker == address(0) || t.taker.user == address(0)) return Skip.BadMaker;
        if (FuturesMath.outsideBand(f.ticks, b.ticks, b.limits.bandBps)) return Skip.Band;
        if (b.money.makerFeeBps > f.feeCapBps) return Skip.FeeCap;
        Move memory maker = _moveOf(b, f.maker);
        Lots memory x = _lotsOf(b, t, maker, f);
        Skip reason = _growth(b, maker, x.makerSize, t.growing, f.reduceOnly);
        if (reason != Skip.None) return reason;
        if (x.oi > b.status.oi && x.oi > b.limits.capLots) return Skip.OpenInterest;
        _applyToMaker(maker, x, t.buys);
        maker.gain = _gainOf(b, f, !t.buys);
        Verdict memory v = _judge(b, maker, x.oi);
        if (!v.ok) return Skip.Margin;
        _applyToTaker(b, t, x, f);
        _commit(b, maker, v);
        _payFee(b, x.makerFee);
        emit Traded(b.id, f.maker, t.taker.user, t.buys, f.lots, f.ticks, x.makerFee, x.takerFee);
        return Skip.None;
    }

    function _lotsOf(
        Book memory b,
        Trade memory t,
        Move memory maker,
        Fill calldata f
    ) private pure returns (Lots memory x) {
        int256 lots = int256(uint256(f.lots));
        if (!t.buys) lots = -lots;
        x.takerSize = t.size + lots;
        x.makerSize = maker.sizeBefore - lots;
        x.oi = b.status.oi + FuturesMath.long(x.takerSize) + FuturesMath.long(x.makerSize);
        x.oi -= FuturesMath.long(t.size) + FuturesMath.long(maker.sizeBefore);
        x.notional = FuturesMath.notional(f.lots, f.ticks, b.unit.tickValue);
        x.makerFee = FuturesMath.feeUp(x.notional, b.money.makerFeeBps);
        x.takerFee = FuturesMath.feeUp(x.notional, b.money.takerFeeBps);
    }

    function _applyToMaker(Move memory maker, Lots memory x, bool takerBuys) private pure {
        int256 cost = takerBuys ? -x.notional.toInt256() : x.notional.toInt256();
        maker.account.size = x.makerSize.toInt64();
        maker.account.cash = (maker.account.cash - cost - x.makerFee.toInt256()).toInt128();
    }

    function _applyToTaker(Book memory b, Trade memory t, Lots memory x, Fill calldata f) private pure {
        t.cash += t.buys ? -x.notional.toInt256() : x.notional.toInt256();
        t.size = x.takerSize;
        t.fees += x.takerFee;
        t.taker.gain += _gainOf(b, f, t.buys);
        ++t.filled;
        b.status.oi = x.oi.toUint64();
        b.mark.lastTicks = f.ticks;
    }

    /// @dev What a fill gains its buyer or seller against the mark.
    function _gainOf(Book memory b, Fill calldata f, bool buys) private pure returns (uint256) {
        (uint256 low, uint256 high) = buys ? (uint256(f.ticks), b.ticks) : (b.ticks, uint256(f.ticks));
        return high > low ? FuturesMath.notional(f.lots, high - low, b.unit.tickValue) : 0;
    }

    /// @dev Half of what is there of a fee goes to insurance, and the odd unit.
    function _payFee(Book memory b, uint256 fee) private pure {
        uint256 paid = _leave(b, fee);
        b.money.fees = (b.money.fees + paid / 2).toUint112();
        _insure(b, paid - paid / 2);
    }

    function _finish(Book memory b, Trade memory t, bool reduceOnly) private {
        Move memory taker = t.taker;
        Skip reason = _growth(b, taker, t.size, t.growing, reduceOnly);
        if (reason != Skip.None) revert FuturesClearing_Refused(b.id, taker.user, reason);
        taker.account.size = t.size.toInt64();
        taker.account.cash = (t.cash - t.fees.toInt256()).toInt128();
        Verdict memory v = _judge(b, taker, b.status.oi);
        if (!v.ok) revert FuturesClearing_Refused(b.id, taker.user, Skip.Margin);
        _commit(b, taker, v);
        _payFee(b, t.fees);
    }

    // ---------------------------------------------------------------- parts

    /// @inheritdoc IFuturesClearing
    function checkCanCall(address caller, bytes calldata data) external {
        if (msg.sender != address(this)) revert FuturesClearing_OnlyContract(address(this), msg.sender);
        _checkCanCall(caller, data);
    }

    /// @dev Hands the functions of the other parts on. Their own guards and checks apply, in this storage.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        (bool ok, bytes memory answer) = DESK.delegatecall(msg.data);
        assembly ("memory-safe") {
            switch ok
            case 0 {
                revert(add(answer, 32), mload(answer))
            }
            default {
                return(add(answer, 32), mload(answer))
            }
        }
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
