// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {ERC721Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {EPOCHS_PER_DAY, WAD} from "../libraries/Units.sol";
import {ILoanBook, Standing} from "./interfaces/ILoanBook.sol";
import {IReserveFund} from "./interfaces/IReserveFund.sol";
import {Auction, IStripAuction, IStripTaker, Strip} from "./interfaces/IStripAuction.sol";
import {IWFIL} from "./interfaces/IWFIL.sol";
import {RiskMath} from "./libraries/RiskMath.sol";
import {Offer, StripMath} from "./libraries/StripMath.sol";

/// @title Dutch auction of claim strips
/// @dev Trusts the loan book, the vault, the reserve fund and WFIL. The only stranger it ever calls
/// is the taker itself, once, in `take`; every function that changes state, `claim` included, is closed during that
/// call. A strip needs no claim there: cash was swept at par before the auction, so nothing is due to a strip in the
/// transaction that creates it. But the strip is final by then, its place in the line included, and the taker may
/// sell or pledge it inside the call.
///
/// All payments out are method-0 sends: they run no code and cannot be refused. FIL that others send here by method 0
/// is nobody's claim and pays for nothing: every price is collected in the transaction that spends it.
contract StripAuction is
    IStripAuction,
    ERC721Upgradeable,
    AccessManagedUpgradeable,
    UUPSUpgradeable,
    ReentrancyGuardTransient
{
    using SafeCast for uint256;
    using SafeERC20 for IWFIL;

    /// @dev What is kept of a loan's auctions. One slot: 4 + 1 + 8 + 1 + 4 + 4 + 8 = 30.
    struct LoanAuction {
        uint32 startEpoch; // of the round [epoch]
        uint8 round; // from 0
        uint64 maxBonusWad; // reserve price of the round [wad]
        bool active;
        uint32 closedUntil; // after a buy-in, exclusive [epoch]
        uint32 tippedAt; // last tipped kick [epoch]
        uint64 lastStrip; // strip at the end of the loan's line, 0 before the first
    }

    /// @custom:storage-location erc7201:plimsoll.storage.StripAuction
    struct StripAuctionStorage {
        mapping(uint256 loanId => LoanAuction) auctions;
        mapping(uint256 stripId => Strip) strips;
        // one slot: 8 + 4 + 4 = 16
        uint64 stripCount; // ids are 1 to this
        uint32 activeAuctions;
        uint32 pausedUntil; // [epoch], exclusive
    }

    /// @dev What one take settles.
    struct Sale {
        uint256 debt; // before the sale, rounded up [attoFIL]
        uint256 face; // [attoFIL]
        uint256 price; // [attoFIL]
        uint256 healthWad; // after the sale [wad]
        uint256 start; // position in the line [attoFIL]
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.StripAuction")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STRIP_AUCTION_STORAGE = 0xf3c75d223d4b8eec8904e1dec63f898aad6c6c5d0a798add23ca55df87cd5f00;

    /// @notice Auctions that may run at once, so that takers' capital is not spread over more than they can watch.
    uint256 public constant MAX_ACTIVE = 64;
    /// @notice Rounds of one auction: 12 hours, so that every time zone sees every price.
    uint8 public constant MAX_ROUNDS = 3;
    /// @notice After a buy-in every price has found no buyer for 12 hours. What could change that, vesting and
    /// faults, moves by the day; meanwhile sweeps go on and the loan can be impaired [epoch].
    uint256 public constant REKICK_EPOCHS = EPOCHS_PER_DAY;
    /// @notice Cash that may be left unswept at a kick. The most it could be sold below par is 4 % of it, less than
    /// the gas of a sweep; and it is too much to be put there for nothing, in every epoch, by someone who wants to
    /// prevent kicks: it repays the loan [attoFIL].
    uint256 public constant DUST_CASH = 0.1e18;
    /// @notice Least debt for a tip, and epochs between tips for one loan, 30 days. A loan of 100 FIL brings the
    /// reserve fund about 0.1 FIL in 30 days, so whoever keeps a loan of his own unhealthy to be tipped has paid more
    /// interest. Smaller loans are kicked for the bonus [attoFIL].
    uint256 public constant TIP_MIN_DEBT = 100e18;
    /// @notice See `TIP_MIN_DEBT` [epoch].
    uint256 public constant TIP_EPOCHS = 30 * EPOCHS_PER_DAY;
    /// @notice A pause lasts 7 days, and none follows within 7 days of its end [epoch].
    uint256 public constant PAUSE_EPOCHS = 7 * EPOCHS_PER_DAY;

    ILoanBook public immutable LOAN_BOOK;
    address public immutable VAULT;
    IReserveFund public immutable RESERVE_FUND;
    IWFIL public immutable WFIL;

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(ILoanBook loanBook, address vault, IReserveFund reserveFund, IWFIL wfil) {
        LOAN_BOOK = loanBook;
        VAULT = vault;
        RESERVE_FUND = reserveFund;
        WFIL = wfil;
        _disableInitializers();
    }

    /// @notice Sets up the proxy. Once.
    /// @param manager the AccessManager
    function initialize(address manager) external initializer {
        __ERC721_init("Plimsoll Claim Strip", "plSTRIP");
        __AccessManaged_init(manager);
    }

    /// @notice FIL comes with `take`; what is sent plainly would pay for nothing.
    receive() external payable {
        revert StripAuction_UnexpectedFil(msg.sender, msg.value);
    }

    // ---------------------------------------------------------------- opening and ending

    /// @inheritdoc IStripAuction
    function kick(uint256 loanId) external nonReentrant {
        LoanAuction storage auction = _kickable(loanId);
        Standing memory loan = LOAN_BOOK.standingOf(loanId);
        if (block.number <= loan.coolOffSince) revert StripAuction_CoolOff(loanId, loan.coolOffSince);
        uint256 maxBonusWad = _sellable(loanId, loan);
        if (loan.cash > DUST_CASH) revert StripAuction_SweepFirst(loanId, loan.cash, DUST_CASH);
        ++_s().activeAuctions;
        auction.active = true;
        _startRound(auction, 0, maxBonusWad);
        uint256 tip = _takeTip(auction, loan.debt) ? RESERVE_FUND.payTip(msg.sender) : 0;
        emit AuctionStarted(loanId, msg.sender, loan.healthWad, maxBonusWad, tip);
    }

    /// @inheritdoc IStripAuction
    function restart(uint256 loanId) external nonReentrant {
        LoanAuction storage auction = _expired(loanId);
        uint8 round = auction.round + 1;
        if (round == MAX_ROUNDS) revert StripAuction_NoRoundsLeft(loanId, MAX_ROUNDS);
        uint256 maxBonusWad = _sellable(loanId, LOAN_BOOK.standingOf(loanId));
        _startRound(auction, round, maxBonusWad);
        emit AuctionRestarted(loanId, round, maxBonusWad);
    }

    /// @inheritdoc IStripAuction
    function buyIn(uint256 loanId) external nonReentrant {
        LoanAuction storage auction = _expired(loanId);
        Standing memory loan = LOAN_BOOK.standingOf(loanId);
        _requireUnhealthy(loanId, loan);
        // Below health w a restart is impossible, so the rounds that are left are of no use.
        if (loan.healthWad >= loan.weightWad && auction.round + 1 < MAX_ROUNDS) {
            revert StripAuction_RoundsLeft(loanId, auction.round, MAX_ROUNDS);
        }
        auction.closedUntil = (block.number + REKICK_EPOCHS).toUint32();
        _close(auction);
        emit BoughtIn(loanId, loan.healthWad);
    }

    /// @inheritdoc IStripAuction
    function end(uint256 loanId) external nonReentrant {
        LoanAuction storage auction = _active(loanId);
        uint256 healthWad = LOAN_BOOK.standingOf(loanId).healthWad; // max without debt
        if (healthWad < WAD) revert StripAuction_Unhealthy(loanId, healthWad);
        _close(auction);
        emit AuctionEnded(loanId, healthWad);
    }

    // ---------------------------------------------------------------- buying

    /// @inheritdoc IStripAuction
    /// @dev Cash that came in since the kick does not stop a take, or the borrower could stop it by sending some. It
    /// pays strips first anyway. A borrower who takes its own strip pays its own debt and gets what any other taker
    /// gets.
    function take(
        uint256 loanId,
        uint256 maxFace,
        uint256 minBonusWad,
        address receiver,
        bytes calldata data
    ) external payable nonReentrant returns (uint256 stripId, uint256 face, uint256 price) {
        Sale memory sale = _size(loanId, maxFace, minBonusWad);
        (face, price) = (sale.face, sale.price);
        stripId = _issue(loanId, sale, receiver);
        if (sale.healthWad >= WAD) {
            _close(_s().auctions[loanId]);
            emit AuctionEnded(loanId, sale.healthWad);
        }
        if (msg.value == 0) {
            if (data.length > 0) _callTaker(stripId, loanId, sale, data);
            WFIL.safeTransferFrom(msg.sender, VAULT, price);
        } else if (msg.value < price) {
            revert StripAuction_Underpaid(price, msg.value);
        } else {
            FilecoinSend.toAddress(VAULT, price);
        }
        // The vault keeps both kinds of FIL, and books only what has arrived.
        uint256 start = LOAN_BOOK.settleStrip(loanId, face, price);
        if (start != sale.start) revert StripAuction_LineBroken(loanId, sale.start, start);
        if (msg.value > price) FilecoinSend.toAddress(msg.sender, msg.value - price);
    }

    /// @inheritdoc IStripAuction
    /// @dev A strip that is paid in full keeps its token: burning it would cost the holder's proof and gain nothing.
    function claim(uint256 stripId) external nonReentrant returns (uint256 amount) {
        address holder = _requireOwned(stripId);
        Strip memory strip = _s().strips[stripId];
        amount = _claimable(strip);
        if (amount == 0) revert StripAuction_NothingDue(stripId);
        _s().strips[stripId].claimed = strip.claimed + amount.toUint96();
        emit StripClaimed(stripId, holder, amount);
        LOAN_BOOK.payStrip(strip.loanId, holder, amount);
    }

    // ---------------------------------------------------------------- the guardian

    /// @inheritdoc IStripAuction
    function pauseAuctions() external restricted {
        uint256 last = _s().pausedUntil;
        if (last != 0 && block.number < last + PAUSE_EPOCHS) revert StripAuction_PauseNotAllowed(last + PAUSE_EPOCHS);
        uint256 until = block.number + PAUSE_EPOCHS;
        _s().pausedUntil = until.toUint32();
        emit AuctionsPaused(until);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IStripAuction
    function quote(
        uint256 loanId
    ) external view returns (uint256 maxFace, uint256 price, uint256 bonusWad, uint256 healthWad) {
        LoanAuction memory auction = _active(loanId);
        Standing memory loan = LOAN_BOOK.standingOf(loanId);
        healthWad = loan.healthWad;
        if (healthWad >= WAD || healthWad < loan.weightWad) return (0, 0, 0, healthWad);
        Offer memory o = StripMath.offer(loan, _curve(auction));
        return (o.face, o.price, o.bonusWad, healthWad);
    }

    /// @inheritdoc IStripAuction
    function auctionOf(uint256 loanId) external view returns (Auction memory) {
        LoanAuction storage auction = _s().auctions[loanId];
        return Auction(auction.startEpoch, auction.round, auction.maxBonusWad, auction.active);
    }

    /// @inheritdoc IStripAuction
    function stripOf(uint256 stripId) external view returns (Strip memory) {
        _requireOwned(stripId);
        return _s().strips[stripId];
    }

    /// @inheritdoc IStripAuction
    function claimable(uint256 stripId) external view returns (uint256) {
        _requireOwned(stripId);
        return _claimable(_s().strips[stripId]);
    }

    /// @inheritdoc IStripAuction
    function activeAuctions() external view returns (uint256) {
        return _s().activeAuctions;
    }

    /// @inheritdoc IStripAuction
    function stripCount() external view returns (uint256) {
        return _s().stripCount;
    }

    /// @inheritdoc IStripAuction
    function auctionsPausedUntil() external view returns (uint256) {
        return _s().pausedUntil;
    }

    // ---------------------------------------------------------------- conditions

    function _active(uint256 loanId) private view returns (LoanAuction storage auction) {
        auction = _s().auctions[loanId];
        if (!auction.active) revert StripAuction_NotActive(loanId);
    }

    function _expired(uint256 loanId) private view returns (LoanAuction storage auction) {
        auction = _active(loanId);
        uint256 endsAt = auction.startEpoch + StripMath.ROUND_EPOCHS;
        if (block.number < endsAt) revert StripAuction_NotExpired(loanId, endsAt);
    }

    /// @dev The conditions of a kick that do not read miners.
    function _kickable(uint256 loanId) private view returns (LoanAuction storage auction) {
        StripAuctionStorage storage $ = _s();
        auction = $.auctions[loanId];
        if (block.number < $.pausedUntil) revert StripAuction_Paused($.pausedUntil);
        if (auction.active) revert StripAuction_AlreadyActive(loanId);
        if ($.activeAuctions >= MAX_ACTIVE) revert StripAuction_TooMany(MAX_ACTIVE);
        if (block.number < auction.closedUntil) revert StripAuction_NotExpired(loanId, auction.closedUntil);
    }

    /// @dev Without debt, health is the largest number there is.
    function _requireUnhealthy(uint256 loanId, Standing memory loan) private pure {
        if (loan.healthWad >= WAD) revert StripAuction_Healthy(loanId, loan.healthWad);
    }

    /// @return the most face per FIL that a round may give [wad]
    function _sellable(uint256 loanId, Standing memory loan) private pure returns (uint256) {
        _requireUnhealthy(loanId, loan);
        // Without value in the miners there is nothing to sell, whatever else secures the loan.
        if (loan.healthWad < loan.weightWad || loan.value == 0) {
            revert StripAuction_Underwater(loanId, loan.healthWad, loan.weightWad);
        }
        return RiskMath.maxBonusDown(loan.healthWad, loan.weightWad);
    }

    // ---------------------------------------------------------------- effects

    function _startRound(LoanAuction storage auction, uint8 round, uint256 maxBonusWad) private {
        auction.startEpoch = block.number.toUint32();
        auction.round = round;
        auction.maxBonusWad = maxBonusWad.toUint64();
    }

    function _close(LoanAuction storage auction) private {
        auction.active = false;
        --_s().activeAuctions;
    }

    /// @dev Marks the tip as taken even when the reserve fund turns out to be empty, so that nobody waits for it to
    /// fill.
    function _takeTip(LoanAuction storage auction, uint256 debt) private returns (bool) {
        uint256 last = auction.tippedAt;
        if (debt < TIP_MIN_DEBT || (last != 0 && block.number < last + TIP_EPOCHS)) return false;
        auction.tippedAt = block.number.toUint32();
        return true;
    }

    /// @dev Sizes a sale on facts read now.
    function _size(uint256 loanId, uint256 maxFace, uint256 minBonusWad) private view returns (Sale memory sale) {
        LoanAuction memory auction = _active(loanId);
        Standing memory loan = LOAN_BOOK.standingOf(loanId);
        _sellable(loanId, loan);
        Offer memory o = StripMath.offer(loan, _curve(auction));
        if (o.bonusWad < minBonusWad) revert StripAuction_BonusTooLow(minBonusWad, o.bonusWad);
        sale.debt = loan.debt;
        (sale.face, sale.price) = StripMath.partOf(o, maxFace, loan.debt, loan.minDebt);
        if (sale.price < o.leastPrice) revert StripAuction_TooSmall(o.leastPrice, sale.price);
        sale.healthWad = RiskMath.healthDown(loan.collateralWad - sale.face * loan.weightWad, loan.debt - sale.price);
    }

    /// @dev Mints the strip at the end of the line, or adds to the last strip there. This contract alone lengthens
    /// the line, so the last strip's end is the loan book's `stripSold`; `take` checks that.
    function _issue(uint256 loanId, Sale memory sale, address receiver) private returns (uint256 stripId) {
        StripAuctionStorage storage $ = _s();
        stripId = $.auctions[loanId].lastStrip;
        Strip storage last = $.strips[stripId]; // all zero for id 0
        sale.start = uint256(last.start) + last.face;
        if (receiver == address(0)) {
            receiver = msg.sender;
            if (_ownerOf(stripId) == receiver) {
                last.face += sale.face.toUint96();
                emit StripSold(stripId, loanId, receiver, sale.face, sale.price, sale.healthWad);
                return stripId;
            }
        }
        stripId = ++$.stripCount;
        $.auctions[loanId].lastStrip = uint64(stripId); // as in stripCount
        $.strips[stripId] = Strip(loanId.toUint64(), sale.start.toUint96(), sale.face.toUint96(), 0);
        // Not _safeMint: its hook would be a second call to a stranger, and a receiver that lacks it can still be
        // paid.
        _mint(receiver, stripId);
        emit StripSold(stripId, loanId, receiver, sale.face, sale.price, sale.healthWad);
    }

    /// @dev The taker may do anything meanwhile but change the debt that the price was made for.
    function _callTaker(uint256 stripId, uint256 loanId, Sale memory sale, bytes calldata data) private {
        // A call to an account without code would revert without a reason.
        if (msg.sender.code.length == 0) revert StripAuction_BadCallback(msg.sender, 0);
        bytes4 answer = IStripTaker(msg.sender).onStripTake(stripId, loanId, sale.face, sale.price, data);
        if (answer != IStripTaker.onStripTake.selector) revert StripAuction_BadCallback(msg.sender, answer);
        uint256 debt = LOAN_BOOK.debtOf(loanId);
        if (debt != sale.debt) revert StripAuction_LoanMoved(loanId, sale.debt, debt);
    }

    // ---------------------------------------------------------------- small parts

    function _curve(LoanAuction memory auction) private view returns (uint256) {
        uint256 curveWad = StripMath.curveDown(block.number - auction.startEpoch);
        return curveWad < auction.maxBonusWad ? curveWad : auction.maxBonusWad;
    }

    function _claimable(Strip memory strip) private view returns (uint256) {
        return StripMath.claimableOf(strip, LOAN_BOOK.loanOf(strip.loanId).stripPaid);
    }

    function _s() private pure returns (StripAuctionStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STRIP_AUCTION_STORAGE
        }
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
