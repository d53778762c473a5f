// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {EPOCHS_PER_DAY} from "../libraries/Units.sol";
import {ControlBuyer, ControlSale, IControlAuction, IControlTaker} from "./interfaces/IControlAuction.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {ControlFacts} from "./interfaces/ILoanEscrow.sol";
import {IWFIL} from "./interfaces/IWFIL.sol";
import {ControlMath} from "./libraries/ControlMath.sol";

/// @title Dutch auction of miners' ownership
/// @dev Trusts the loan book, which reads the miner before and after the sale, and WFIL. The only stranger it ever calls is the taker
/// itself, once, in `take`, when the auction is closed already; every function that changes state is closed during that call.
///
/// The price of a miner is made of its value in the moment of the take, so it follows what happens to the miner while the auction runs,
/// and a taker's `maxPrice` is all that it has to watch. Payments out are method-0 sends: they run no code and cannot be refused. FIL that
/// others send here by method 0 is nobody's claim and pays for nothing.
contract ControlAuction is IControlAuction, AccessManagedUpgradeable, UUPSUpgradeable, ReentrancyGuardTransient {
    using EnumerableSet for EnumerableSet.UintSet;
    using SafeCast for uint256;
    using SafeERC20 for IWFIL;

    /// @custom:storage-location erc7201:plimsoll.storage.ControlAuction
    struct ControlAuctionStorage {
        mapping(uint64 minerId => ControlSale) sales;
        mapping(uint64 minerId => ControlBuyer) buyers;
        EnumerableSet.UintSet onSale; // miners whose auctions run, MAX_ACTIVE at most: also those that have left their loan [actor id]
        uint32 pausedUntil; // [epoch], exclusive
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.ControlAuction")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CONTROL_AUCTION_STORAGE =
        0x35100873e40e9b4862d8dc517fa1f1b7719bb7b2f9663144aca520b0fb2cab00;

    /// @notice Auctions that may run at once, so that takers' capital is not spread over more than they can watch.
    uint256 public constant MAX_ACTIVE = 64;
    /// @notice Rounds of one auction: 3 days.
    uint8 public constant MAX_ROUNDS = 3;
    /// @notice After an auction without a buyer [epoch].
    uint256 public constant REKICK_EPOCHS = EPOCHS_PER_DAY;
    /// @notice Cash that may be left unswept at a kick. At the lowest price it would be sold 10 % below par: less than the gas of a sweep
    /// [attoFIL].
    uint256 public constant DUST_CASH = 0.1e18;
    /// @notice A pause lasts 7 days, and none follows within 7 days of its end [epoch].
    uint256 public constant PAUSE_EPOCHS = 7 * EPOCHS_PER_DAY;

    ILoanBook public immutable LOAN_BOOK;
    IWFIL public immutable WFIL;

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(ILoanBook loanBook, IWFIL wfil) {
        LOAN_BOOK = loanBook;
        WFIL = wfil;
        _disableInitializers();
    }

    /// @notice Sets up the proxy. Once.
    /// @param manager the AccessManager
    function initialize(address manager) external initializer {
        __AccessManaged_init(manager);
    }

    /// @notice Takes FIL from WFIL alone, when it is unwrapped.
    receive() external payable {
        if (msg.sender != address(WFIL)) revert ControlAuction_UnexpectedFil(msg.sender, msg.value);
    }

    // ---------------------------------------------------------------- opening and ending

    /// @inheritdoc IControlAuction
    function kick(uint64 minerId) external nonReentrant {
        ControlAuctionStorage storage $ = _s();
        ControlSale storage sale = $.sales[minerId];
        if (block.number < $.pausedUntil) revert ControlAuction_Paused($.pausedUntil);
        if (sale.active) revert ControlAuction_AlreadyActive(minerId);
        if ($.onSale.length() >= MAX_ACTIVE) revert ControlAuction_TooMany(MAX_ACTIVE);
        if (block.number < sale.closedUntil) revert ControlAuction_NotExpired(minerId, sale.closedUntil);
        ControlFacts memory f = LOAN_BOOK.controlOf(minerId);
        _requireSellable(minerId, f, f.loanId);
        if (block.number <= f.coolOffSince) revert ControlAuction_CoolOff(f.loanId, f.coolOffSince);
        if (f.cash > DUST_CASH) revert ControlAuction_SweepFirst(f.loanId, f.cash, DUST_CASH);
        $.onSale.add(minerId);
        $.sales[minerId] = ControlSale(f.loanId.toUint64(), block.number.toUint32(), 0, true, 0);
        emit ControlAuctionStarted(minerId, f.loanId, msg.sender, f.healthWad, ControlMath.reserveUp(f));
    }

    /// @inheritdoc IControlAuction
    function restart(uint64 minerId) external nonReentrant {
        ControlSale storage sale = _active(minerId);
        uint256 endsAt = sale.startEpoch + ControlMath.ROUND_EPOCHS;
        if (block.number < endsAt) revert ControlAuction_NotExpired(minerId, endsAt);
        uint8 round = sale.round + 1;
        if (round == MAX_ROUNDS) revert ControlAuction_NoRoundsLeft(minerId, MAX_ROUNDS);
        ControlFacts memory f = LOAN_BOOK.controlOf(minerId);
        _requireSellable(minerId, f, sale.loanId);
        sale.round = round;
        sale.startEpoch = block.number.toUint32();
        emit ControlAuctionRestarted(minerId, f.loanId, round, ControlMath.reserveUp(f));
    }

    /// @inheritdoc IControlAuction
    /// @dev When the rounds are over, or would be had each been started in time, nothing is read: a miner whose state the actors cannot
    /// report must not keep one of the places for ever.
    function end(uint64 minerId) external nonReentrant {
        ControlSale storage sale = _active(minerId);
        uint256 endsAt = sale.startEpoch + (MAX_ROUNDS - sale.round) * ControlMath.ROUND_EPOCHS;
        bool unsold = block.number >= endsAt;
        if (unsold) sale.closedUntil = (block.number + REKICK_EPOCHS).toUint32();
        else if (_isSellable(LOAN_BOOK.controlOf(minerId), sale.loanId)) {
            revert ControlAuction_NotExpired(minerId, endsAt);
        }
        _close(minerId, sale);
        emit ControlAuctionEnded(minerId, sale.loanId, unsold);
    }

    // ---------------------------------------------------------------- buying

    /// @inheritdoc IControlAuction
    /// @dev The SP may buy, and pays its own debt by it. Once an auction is open nothing stops a take: no pause, and no cash that comes in.
    function take(
        uint64 minerId,
        uint256 maxPrice,
        uint64 newOwner,
        bytes calldata data
    ) external payable nonReentrant returns (uint256 price) {
        ControlSale storage sale = _active(minerId);
        ControlFacts memory f = LOAN_BOOK.controlOf(minerId);
        _requireSellable(minerId, f, sale.loanId);
        price = ControlMath.priceUp(f, block.number - sale.startEpoch);
        if (price > maxPrice) revert ControlAuction_PriceTooHigh(maxPrice, price);
        _close(minerId, sale);
        _s().buyers[minerId] = ControlBuyer(f.loanId.toUint64(), msg.sender);
        emit ControlSold(minerId, f.loanId, msg.sender, newOwner, price);
        if (msg.value == 0) {
            if (data.length > 0) _callTaker(minerId, f, price, data);
            WFIL.safeTransferFrom(msg.sender, address(this), price);
            WFIL.withdraw(price);
        } else if (msg.value < price) {
            revert ControlAuction_Underpaid(price, msg.value);
        }
        // The loan book gives away only what has been paid for.
        FilecoinSend.toAddress(f.account, price);
        LOAN_BOOK.settleControl(minerId, price, newOwner);
        if (msg.value > price) FilecoinSend.toAddress(msg.sender, msg.value - price);
    }

    /// @inheritdoc IControlAuction
    function redirect(uint64 minerId, uint64 newOwner) external nonReentrant {
        ControlBuyer memory sold = _s().buyers[minerId];
        if (msg.sender != sold.buyer) revert ControlAuction_NotBuyer(minerId, sold.buyer, msg.sender);
        emit ControlRedirected(minerId, sold.loanId, newOwner);
        LOAN_BOOK.nameOwner(sold.loanId, minerId, newOwner);
    }

    // ---------------------------------------------------------------- the guardian

    /// @inheritdoc IControlAuction
    function pauseAuctions() external restricted {
        uint256 last = _s().pausedUntil;
        if (last != 0 && block.number < last + PAUSE_EPOCHS) revert ControlAuction_PauseNotAllowed(last + PAUSE_EPOCHS);
        uint256 until = block.number + PAUSE_EPOCHS;
        _s().pausedUntil = until.toUint32();
        emit ControlAuctionsPaused(until);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IControlAuction
    function quote(uint64 minerId) external view returns (uint256 price, uint256 reserve, uint256 healthWad) {
        ControlSale storage sale = _active(minerId);
        ControlFacts memory f = LOAN_BOOK.controlOf(minerId);
        healthWad = f.healthWad;
        if (!_isSellable(f, sale.loanId)) return (0, 0, healthWad);
        price = ControlMath.priceUp(f, block.number - sale.startEpoch);
        reserve = ControlMath.reserveUp(f);
    }

    /// @inheritdoc IControlAuction
    function saleOf(uint64 minerId) external view returns (ControlSale memory) {
        return _s().sales[minerId];
    }

    /// @inheritdoc IControlAuction
    function buyerOf(uint64 minerId) external view returns (ControlBuyer memory) {
        return _s().buyers[minerId];
    }

    /// @inheritdoc IControlAuction
    function activeAuctions() external view returns (uint256) {
        return _s().onSale.length();
    }

    /// @inheritdoc IControlAuction
    function minersOnSale() external view returns (uint256[] memory) {
        return _s().onSale.values();
    }

    /// @inheritdoc IControlAuction
    function auctionsPausedUntil() external view returns (uint256) {
        return _s().pausedUntil;
    }

    // ---------------------------------------------------------------- small parts

    function _active(uint64 minerId) private view returns (ControlSale storage sale) {
        sale = _s().sales[minerId];
        if (!sale.active) revert ControlAuction_NotActive(minerId);
    }

    function _isSellable(ControlFacts memory f, uint256 loanId) private pure returns (bool) {
        return f.escrowed && f.loanId == loanId && f.healthWad < ControlMath.HEALTH_WAD && f.orderlyValue != 0;
    }

    function _requireSellable(uint64 minerId, ControlFacts memory f, uint256 loanId) private pure {
        if (_isSellable(f, loanId)) return;
        if (!f.escrowed || f.loanId != loanId) revert ControlAuction_NotEscrowed(minerId, loanId);
        if (f.orderlyValue == 0) revert ControlAuction_Worthless(minerId);
        revert ControlAuction_Healthy(loanId, ControlMath.HEALTH_WAD, f.healthWad);
    }

    function _close(uint64 minerId, ControlSale storage sale) private {
        sale.active = false;
        _s().onSale.remove(minerId);
    }

    /// @dev The taker may do anything meanwhile but change what the price was made for. Whether the miner is still in escrow, the loan book
    /// asks the actor itself.
    function _callTaker(uint64 minerId, ControlFacts memory f, uint256 price, bytes calldata data) private {
        // A call to an account without code would revert without a reason.
        if (msg.sender.code.length == 0) revert ControlAuction_BadCallback(msg.sender, 0);
        bytes4 answer = IControlTaker(msg.sender).onControlTake(minerId, f.loanId, price, data);
        if (answer != IControlTaker.onControlTake.selector) revert ControlAuction_BadCallback(msg.sender, answer);
        ControlFacts memory now_ = LOAN_BOOK.controlOf(minerId);
        if (now_.debt != f.debt || now_.strips != f.strips) {
            revert ControlAuction_LoanMoved(f.loanId, f.debt, now_.debt, f.strips, now_.strips);
        }
    }

    function _s() private pure returns (ControlAuctionStorage storage $) {
        assembly ("memory-safe") {
            $.slot := CONTROL_AUCTION_STORAGE
        }
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
