// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {FuturesPositions} from "./FuturesPositions.sol";
import {FuturesStorage} from "./FuturesStorage.sol";
import {Pending, Phase, Position, State} from "./FuturesTypes.sol";
import {IFuturesDefaults} from "./interfaces/IFuturesDefaults.sol";
import {IFuturesIndex} from "./interfaces/IFuturesIndex.sol";
import {Skip} from "./interfaces/IFuturesVenues.sol";
import {FuturesMath} from "./libraries/FuturesMath.sol";

/// @title The clearing's third part: release, liquidation, default
/// @notice Runs in the clearing's storage, by delegatecall from the fallback of FuturesDesk.
contract FuturesDefaults is IFuturesDefaults, FuturesPositions {
    using SafeCast for int256;
    using SafeCast for uint256;

    /// @dev After this a flag is as if it had not been set [epoch].
    uint256 private constant FLAG_EPOCHS = 90;

    /// @dev FuturesSettlement.
    address private immutable NEXT;

    constructor(IFuturesIndex index_, address next) FuturesStorage(index_) {
        NEXT = next;
    }

    /// @inheritdoc IFuturesDefaults
    function refresh(bytes32 seriesId) external nonReentrant returns (uint256 ticks) {
        Book memory b = _openBook(seriesId);
        _refresh(b);
        _storeBook(b);
        return b.ticks;
    }

    // ---------------------------------------------------------------- release

    /// @inheritdoc IFuturesDefaults
    function release(bytes32 seriesId, uint256 amount) external nonReentrant returns (uint256 paid) {
        Book memory b = _openBook(seriesId);
        _requireAmount(amount);
        _requireNotFinal(b);
        _refresh(b);
        Position memory account = _s().accounts[seriesId][msg.sender];
        _requireReleasable(b, account, amount);
        account.cash = (account.cash - amount.toInt256()).toInt128();
        _s().accounts[seriesId][msg.sender] = account;
        if (block.number < b.status.stormUntil) _delay(b, amount);
        else paid = _payOut(b, msg.sender, amount);
        _storeBook(b);
    }

    function _requireReleasable(Book memory b, Position memory account, uint256 amount) private view {
        if (account.size == 0) {
            uint256 cash = int256(account.cash).toUint256(); // no debt without a position
            if (amount > cash) revert FuturesClearing_NotThere(b.id, account.cash, amount);
            return;
        }
        _requireTrading(b);
        _requireFresh(b);
        _requireFits(MAX_CASH, amount);
        uint256 required = _required(b, account.size, b.status.oi).initial;
        int256 left = _equity(b, account) - amount.toInt256();
        if (left < required.toInt256()) revert FuturesClearing_BelowMargin(b.id, required, left);
    }

    function _delay(Book memory b, uint256 amount) private {
        Pending storage pending = _s().pending[b.id][msg.sender];
        pending.amount = (pending.amount + amount).toUint128();
        pending.availableAt = uint32(block.number + STORM_EPOCHS);
        emit ReleaseDelayed(b.id, msg.sender, amount, pending.availableAt);
    }

    function _payOut(Book memory b, address user, uint256 amount) private returns (uint256 paid) {
        paid = _leave(b, amount);
        _credit(b.unit.token, user, paid);
        emit Released(b.id, user, amount, paid);
    }

    /// @inheritdoc IFuturesDefaults
    function completeRelease(bytes32 seriesId, address user) external nonReentrant returns (uint256 paid) {
        Book memory b = _moneyBook(seriesId);
        Pending memory pending = _s().pending[seriesId][user];
        if (pending.amount == 0) revert FuturesClearing_NothingOwed(seriesId, user);
        if (b.status.phase == Phase.Final) {
            if (!_claimsOpen(b.status)) revert FuturesClearing_WrongState(seriesId, State.Final);
        } else if (block.number < pending.availableAt) {
            revert FuturesClearing_TooEarly(seriesId, pending.availableAt);
        }
        delete _s().pending[seriesId][user];
        paid = _payOut(b, user, pending.amount);
        _storeMoney(b);
    }

    // ---------------------------------------------------------------- flags

    /// @inheritdoc IFuturesDefaults
    function flag(bytes32 seriesId, address user) external nonReentrant {
        (Book memory b, Move memory m) = _marked(seriesId, user);
        _requireUnsound(b, m);
        _flag(b, m);
        _s().accounts[seriesId][user] = m.account;
        _storeBook(b);
    }

    /// @inheritdoc IFuturesDefaults
    function unflag(bytes32 seriesId, address user) external nonReentrant {
        (Book memory b, Move memory m) = _marked(seriesId, user);
        if (m.account.flaggedAt == 0) revert FuturesClearing_NotFlagged(seriesId, user);
        uint256 required = _required(b, m.sizeBefore, b.status.oi).maintenance;
        if (m.equityBefore < required.toInt256()) {
            revert FuturesClearing_BelowMargin(seriesId, required, m.equityBefore);
        }
        _s().accounts[seriesId][user].flaggedAt = 0;
        emit Unflagged(seriesId, user);
        _storeBook(b);
    }

    /// @dev The series with a mark that liquidations can go by, and an account in it.
    function _marked(bytes32 seriesId, address user) private returns (Book memory b, Move memory m) {
        _requireUser(user);
        b = _markedBook(seriesId);
        m = _moveOf(b, user);
    }

    function _markedBook(bytes32 seriesId) private returns (Book memory b) {
        b = _openBook(seriesId);
        _requireTrading(b);
        _refresh(b);
        _requireFresh(b);
    }

    function _requireUnsound(Book memory b, Move memory m) private pure {
        uint256 required = _required(b, m.sizeBefore, b.status.oi).maintenance;
        if (m.equityBefore >= required.toInt256()) {
            revert FuturesClearing_Sound(b.id, m.user, required, m.equityBefore);
        }
    }

    function _flag(Book memory b, Move memory m) private {
        uint256 at = m.account.flaggedAt;
        if (at != 0 && block.number - at <= FLAG_EPOCHS) return;
        m.account.flaggedAt = uint32(block.number);
        emit Flagged(b.id, m.user);
    }

    // ---------------------------------------------------------------- liquidation

    /// @inheritdoc IFuturesDefaults
    function liquidate(bytes32 seriesId, address user, uint256 lots) external nonReentrant returns (int256 taken) {
        if (user == msg.sender) revert FuturesClearing_OwnAccount(user);
        _requireAmount(lots);
        (Book memory b, Move memory m) = _marked(seriesId, user);
        if (m.equityBefore >= 0) {
            _requireUnsound(b, m);
            _flag(b, m);
            taken = _liquidate(b, m, lots);
        } else if (_writeOff(b, m)) {
            taken = _take(b, lots);
        }
        _storeBook(b);
    }

    function _liquidate(Book memory b, Move memory m, uint256 lots) private returns (int256 taken) {
        FuturesMath.Sale memory sale = FuturesMath.sale(
            b.limits,
            b.margins,
            uint256(m.equityBefore),
            SignedMath.abs(m.sizeBefore),
            b.ticks * b.unit.tickValue,
            block.number - m.account.flaggedAt
        );
        lots = Math.min(lots, sale.most);
        taken = m.sizeBefore > 0 ? int256(lots) : -int256(lots);
        Move memory c = _moveOf(b, msg.sender);
        _pass(b, m.account, c.account, taken);
        int256 discount = (lots * sale.discount).toInt256();
        int256 penalty = (lots * sale.penalty).toInt256();
        m.account.cash = (m.account.cash - discount - penalty).toInt128();
        c.account.cash = (c.account.cash + discount).toInt128();
        _insure(b, _leave(b, uint256(penalty)));
        _commitReduced(b, m);
        emit Liquidated(b.id, m.user, msg.sender, lots, b.ticks, uint256(discount), uint256(penalty));
        _receive(b, c);
    }

    /// @dev Whoever is liquidated is not judged, but a flag goes when it may.
    function _commitReduced(Book memory b, Move memory m) private {
        Verdict memory v = _judge(b, m, b.status.oi);
        v.need = 0;
        _commit(b, m, v);
    }

    /// @dev Who takes lots over needs the margin for them. Open interest does not rise by it.
    function _receive(Book memory b, Move memory c) private {
        Skip reason = _growth(b, c, c.account.size, true, false);
        if (reason != Skip.None) revert FuturesClearing_Refused(b.id, c.user, reason);
        Verdict memory v = _judge(b, c, b.status.oi);
        if (!v.ok) revert FuturesClearing_Refused(b.id, c.user, Skip.Margin);
        _commit(b, c, v);
    }

    // ---------------------------------------------------------------- default

    /// @inheritdoc IFuturesDefaults
    function writeOff(bytes32 seriesId, address user) external nonReentrant {
        (Book memory b, Move memory m) = _marked(seriesId, user);
        if (m.equityBefore >= 0) revert FuturesClearing_Sound(seriesId, user, 0, m.equityBefore);
        _writeOff(b, m);
        _storeBook(b);
    }

    /// @inheritdoc IFuturesDefaults
    function cover(bytes32 seriesId) external nonReentrant returns (uint256 paid) {
        Book memory b = _moneyBook(seriesId);
        if (_claimsOpen(b.status)) revert FuturesClearing_WrongState(seriesId, State.Closed);
        paid = _payInsurance(b, b.funds.deficit);
        _requireAmount(paid);
        b.funds.deficit -= uint128(paid);
        _storeMoney(b);
        emit Covered(seriesId, paid, b.funds.deficit);
    }

    /// @inheritdoc IFuturesDefaults
    function take(bytes32 seriesId, uint256 lots) external nonReentrant returns (int256 taken) {
        _requireAmount(lots);
        Book memory b = _markedBook(seriesId);
        taken = _take(b, lots);
        _storeBook(b);
    }

    /// @dev Books what an account owes beyond what it has, released tokens included.
    /// @return whether that is anything
    function _writeOff(Book memory b, Move memory m) private returns (bool) {
        _recall(b, m.user, m.account);
        int256 equity = _equity(b, m.account);
        if (equity >= 0) {
            _s().accounts[b.id][m.user] = m.account;
            return false;
        }
        _bookLoss(b, m.user, uint256(-equity));
        Position memory residual = _s().accounts[b.id][address(0)];
        _pass(b, m.account, residual, m.sizeBefore);
        _s().accounts[b.id][address(0)] = residual;
        delete _s().accounts[b.id][m.user];
        --b.status.open;
        emit WrittenOff(b.id, m.user, m.sizeBefore, b.ticks);
        _reward(b);
        return true;
    }

    function _take(Book memory b, uint256 lots) private returns (int256 taken) {
        Position memory residual = _s().accounts[b.id][address(0)];
        if (residual.size == 0) revert FuturesClearing_NothingToTake(b.id);
        lots = Math.min(lots, SignedMath.abs(residual.size));
        taken = residual.size > 0 ? int256(lots) : -int256(lots);
        Move memory c = _moveOf(b, msg.sender);
        _pass(b, residual, c.account, taken);
        _s().accounts[b.id][address(0)] = residual;
        _receive(b, c);
        emit Taken(b.id, msg.sender, taken, b.ticks);
    }

    // ---------------------------------------------------------------- parts

    /// @dev Hands the functions of the last part on.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        (bool ok, bytes memory answer) = NEXT.delegatecall(msg.data);
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
}
