// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {EPOCHS_PER_DAY, WAD} from "../libraries/Units.sol";
import {IWFIL} from "../loans/interfaces/IWFIL.sol";
import {IPostedAuction} from "./interfaces/IPostedAuction.sol";
import {IPostedTaker} from "./interfaces/IPostedTaker.sol";
import {Lot, PostedMath} from "./libraries/PostedMath.sol";
import {PostedCollateralBase} from "./PostedCollateralBase.sol";

/// @title Dutch auction of posted collateral
/// @dev Strangers called in `take`: the token, and the taker. This contract is closed to both, `weightedValues` included,
/// from the moment that the tokens are debited to that at which the loan book has booked their price: in between the
/// loan looks worse than it is, and whoever made the loan book act on that would harm the lenders.
abstract contract PostedAuction is IPostedAuction, PostedCollateralBase, AccessManagedUpgradeable {
    using SafeCast for uint256;
    using SafeERC20 for IWFIL;

    /// @notice What a round starts at, of the feed's price: where two sources may differ by 10 %, the lower counts, and
    /// the sale should not begin below the higher [wad].
    uint256 public constant START_WAD = 1.1e18;
    /// @notice A pause lasts 7 days, and none follows within 7 days of its end [epoch].
    uint256 public constant PAUSE_EPOCHS = 7 * EPOCHS_PER_DAY;

    address public immutable VAULT;
    IWFIL public immutable WFIL;

    /// @dev What one take settles.
    struct Sale {
        uint256 index; // of the token among the loan's
        uint256 debt; // before it [attoFIL]
        uint256 claims; // of the token, sold [token units]
        uint256 price; // [attoFIL]
        uint256 left; // of the token, for the loan [token units]
        uint256 healthWad; // after it [wad]
    }

    constructor(address vault, IWFIL wfil) {
        VAULT = vault;
        WFIL = wfil;
    }

    // ---------------------------------------------------------------- opening

    /// @inheritdoc IPostedAuction
    function kick(uint256 loanId, address token) external nonReentrant {
        (Ledger storage ledger, Listing storage listing) = _listed(token);
        Round storage round = _s().rounds[loanId][ledger.id];
        _requireKickable(loanId, token, round);
        _checkBacking(token, ledger.total, listing);
        (Lot memory lot, , uint256 askPrice) = _lotOf(loanId, token, ledger, listing, START_WAD);
        uint256 endsAt = block.number + listing.roundEpochs;
        (round.startEpoch, round.endsAtEpoch) = (block.number.toUint32(), endsAt.toUint32());
        round.floorWad = listing.floorWad;
        uint256 healthWad = PostedMath.healthDown(lot.weighted, lot.debt);
        emit PostedAuctionStarted(loanId, token, msg.sender, endsAt, askPrice, healthWad);
    }

    // ---------------------------------------------------------------- buying

    /// @inheritdoc IPostedAuction
    /// @dev A borrower who takes its own tokens pays its own debt and gets what any other taker gets.
    function take(
        uint256 loanId,
        address token,
        uint256 maxAmount,
        uint256 maxPrice,
        address receiver,
        bytes calldata data
    ) external payable nonReentrant returns (uint256 amount, uint256 price) {
        _requireReceiver(receiver);
        (Ledger storage ledger, Listing storage listing) = _listed(token);
        uint256 balance = _checkBacking(token, ledger.total, listing);
        Sale memory sale = _size(loanId, token, maxAmount, maxPrice);
        bool empty = _debit(loanId, ledger, sale.index, sale.left + sale.claims, sale.claims);
        emit PostedSold(loanId, token, receiver, sale.claims, sale.price, sale.left, sale.healthWad);
        if (sale.healthWad >= WAD) _endRound(loanId, token, ledger.id, sale.healthWad);
        amount = _send(token, ledger, sale.claims, receiver, balance);
        price = sale.price;
        if (msg.value == 0) {
            if (data.length > 0) _callTaker(loanId, token, amount, sale, data);
            WFIL.safeTransferFrom(msg.sender, VAULT, price);
        } else if (msg.value < price) {
            revert PostedAuction_Underpaid(price, msg.value);
        } else {
            FilecoinSend.toAddress(VAULT, price);
        }
        // The vault keeps both kinds of FIL, and books only what has arrived.
        LOAN_BOOK.settlePosted(loanId, price);
        // Not before: a loan that is noted cannot be valued without this contract, which is closed until now.
        if (empty) LOAN_BOOK.notePosted(loanId, false);
        if (msg.value > price) FilecoinSend.toAddress(msg.sender, msg.value - price);
    }

    // ---------------------------------------------------------------- the guardian

    /// @inheritdoc IPostedAuction
    function pausePostedAuctions() external restricted {
        uint256 last = _s().auctionsPausedUntil;
        if (last != 0 && block.number < last + PAUSE_EPOCHS) revert PostedAuction_PauseNotAllowed(last + PAUSE_EPOCHS);
        uint256 until = block.number + PAUSE_EPOCHS;
        _s().auctionsPausedUntil = until.toUint32();
        emit PostedAuctionsPaused(until);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IPostedAuction
    function quote(
        uint256 loanId,
        address token
    ) external view nonReentrantView returns (uint256 amount, uint256 price, uint256 askPrice, uint256 healthWad) {
        (Ledger storage ledger, Listing storage listing) = _listed(token);
        Lot memory lot;
        (lot, , askPrice) = _lotOf(loanId, token, ledger, listing, _factorOf(loanId, token, ledger.id));
        (amount, price) = PostedMath.offer(lot);
        healthWad = PostedMath.healthDown(lot.weighted, lot.debt);
    }

    /// @inheritdoc IPostedAuction
    function roundOf(uint256 loanId, address token) external view returns (uint256 startEpoch, uint256 endsAtEpoch) {
        Round storage round = _s().rounds[loanId][_s().ledgers[token].id];
        return (round.startEpoch, round.endsAtEpoch);
    }

    /// @inheritdoc IPostedAuction
    function postedAuctionsPausedUntil() external view returns (uint256) {
        return _s().auctionsPausedUntil;
    }

    // ---------------------------------------------------------------- conditions

    /// @dev The conditions of a kick that read neither feeds nor miners.
    function _requireKickable(uint256 loanId, address token, Round storage round) private view {
        uint256 pausedUntil = _s().auctionsPausedUntil;
        if (block.number < pausedUntil) revert PostedAuction_Paused(pausedUntil);
        uint256 endsAt = round.endsAtEpoch;
        if (block.number < endsAt) revert PostedAuction_AlreadyActive(loanId, token, endsAt);
        uint256 since = LOAN_BOOK.coolOffSince(loanId);
        if (block.number <= since) revert PostedAuction_CoolOff(loanId, since);
    }

    /// @dev The falling price over the value, in a round that runs [wad].
    function _factorOf(uint256 loanId, address token, uint256 id) private view returns (uint256) {
        Round memory round = _s().rounds[loanId][id];
        (uint256 start, uint256 end) = (round.startEpoch, round.endsAtEpoch);
        if (block.number >= end) revert PostedAuction_NotActive(loanId, token);
        return PostedMath.factorUp(START_WAD, round.floorWad, block.number - start, end - start);
    }

    // ---------------------------------------------------------------- size and effects

    /// @dev What may be sold of a token of an unhealthy loan, on facts read now.
    /// @param factorWad falling price over value [wad]
    /// @return lot what its size depends on
    /// @return index of the token among the loan's
    /// @return askPrice of a whole token [attoFIL], rounded up
    function _lotOf(
        uint256 loanId,
        address token,
        Ledger storage ledger,
        Listing storage listing,
        uint256 factorWad
    ) private view returns (Lot memory lot, uint256 index, uint256 askPrice) {
        Found memory found;
        found.id = ledger.id;
        uint256 tokensValue = _valuesOf(loanId, found).liquidation;
        if (found.posted == 0) revert PostedAuction_NothingPosted(loanId, token);
        lot.unitValue = _claimPrice(listing, found.price);
        if (lot.unitValue == 0) revert PostedAuction_NoPrice(token);
        uint256 minersValue;
        (lot.debt, minersValue, lot.targetHealthWad, lot.minDebt) = LOAN_BOOK.positionSummary(loanId);
        lot.weighted = minersValue + tokensValue;
        if (lot.weighted >= lot.debt) revert PostedAuction_Healthy(loanId, lot.debt, lot.weighted);
        (, lot.weightWad) = _weightsOf(listing);
        lot.factorWad = Math.max(factorWad, PostedMath.leastFactorUp(lot.debt, lot.weighted, lot.weightWad));
        lot.unitPrice = Math.ceilDiv(lot.unitValue * lot.factorWad, WAD);
        lot.unit = 10 ** listing.decimals;
        lot.posted = found.posted;
        lot.dust = _dustOf(ledger);
        return (lot, found.index, Math.ceilDiv(found.price * lot.factorWad, WAD));
    }

    function _size(
        uint256 loanId,
        address token,
        uint256 maxAmount,
        uint256 maxPrice
    ) private view returns (Sale memory sale) {
        (Ledger storage ledger, Listing storage listing) = _listed(token);
        uint256 factorWad = _factorOf(loanId, token, ledger.id);
        (Lot memory lot, uint256 index, uint256 askPrice) = _lotOf(loanId, token, ledger, listing, factorWad);
        if (askPrice > maxPrice) revert PostedAuction_PriceTooHigh(maxPrice, askPrice);
        uint256 least;
        (sale.claims, sale.price, least) = PostedMath.part(lot, maxAmount);
        if (sale.price < least || sale.claims == 0) revert PostedAuction_TooSmall(least, sale.price);
        (sale.index, sale.debt, sale.left) = (index, lot.debt, lot.posted - sale.claims);
        sale.healthWad = PostedMath.healthAfterDown(lot, sale.claims, sale.price);
    }

    function _endRound(uint256 loanId, address token, uint256 id, uint256 healthWad) private {
        _s().rounds[loanId][id].endsAtEpoch = 0;
        emit PostedAuctionEnded(loanId, token, healthWad);
    }

    /// @dev The taker may do anything meanwhile but change the debt that the price was made for.
    function _callTaker(uint256 loanId, address token, uint256 amount, Sale memory sale, bytes calldata data) private {
        bytes4 answer = IPostedTaker(msg.sender).onPostedTake(loanId, token, amount, sale.price, data);
        if (answer != IPostedTaker.onPostedTake.selector) revert PostedAuction_BadCallback(msg.sender, answer);
        uint256 debt = LOAN_BOOK.debtOf(loanId);
        if (debt != sale.debt) revert PostedAuction_LoanMoved(loanId, sale.debt, debt);
    }
}
